/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Portals are updated, and then write otherwise; logs are put one behind the
 * other. Whoever follows must not follow a damaged line: three lines in a row
 * that the form cannot read, but another reads all of, make a change, or a
 * line that is a header beyond doubt. Until then lines are rejected, and
 * counted. What a look ahead costs is bounded, whatever a log holds.
 */
#include "format/form.h"

#include "base/memory.h"
#include "format/head.h"
#include "format/layout.h"

enum {
	CHANGE_LINES = 3,
	CHANGES_MOST = 1000,   /* in one log */
	CHANGE_WAIT = 4096,    /* lines, at most */
	CHANGE_HEAD = 16 << 10, /* bytes that are looked at */
	HEADER_DIGITS = 8,     /* a line with more of them is a record */
};

/* Nothing that the form can make sense of. */
static bool
is_foreign(enum reason reason)
{
	return reason == REJECT_SYNTAX || reason == REJECT_WIDTH ||
		reason == REJECT_QUOTE || reason == REJECT_BAD_TIME ||
		reason == REJECT_NO_TIME;
}

/* What the form makes of a line, without moving on. */
static enum reason
sound(struct form *form, struct slice text,
	const struct format_options *options, struct fault *fault)
{
	struct record record;
	struct syslog prefix = { 0 };
	struct moment when;
	enum reason reason;

	if (form->map.syslog && syslog_parse(text, &prefix))
		text = prefix.text;
	if (layout_is_blank(text))
		return SKIP_BLANK;
	reason = form->dialect != NULL ?
		dialect_read(form, text, &record, fault) :
		table_sound(form, text, &record, fault);
	if (reason != REASON_LOOKUP)
		return reason;
	form_fill(form, &prefix, &record);
	/* what rules give is not known here */
	return form->columns.at[FIELD_TIME] == COLUMN_RULES ||
			form_time(form, &record, options, &when) ?
		REASON_LOOKUP :
		REJECT_BAD_TIME;
}

/* The lines that follow, at hand as a whole. */
static size_t
lines_ahead(struct slice ahead, struct slice lines[CHANGE_LINES - 1],
	size_t *ret_len)
{
	const char *start = ahead.at;
	size_t n = 0;

	while (n < CHANGE_LINES - 1 && ahead.len > 0) {
		const char *end = memchr(ahead.at, '\n', ahead.len);

		if (end == NULL)
			break;
		(void)head_line(&ahead, true, &lines[n++]);
	}
	*ret_len = (size_t)(ahead.at - start);
	return n;
}

/* Line and what follows it, as far as it is whole and at hand. */
static int
copy_head(struct slice line, struct slice ahead, struct slice *ret,
	struct fault *fault)
{
	char *text;

	if (ahead.len > CHANGE_HEAD)
		ahead.len = CHANGE_HEAD;
	while (ahead.len > 0 && ahead.at[ahead.len - 1] != '\n')
		ahead.len--;
	text = malloc(line.len + 1 + ahead.len);
	if (text == NULL)
		return fault_memory(fault);
	memcpy(text, line.at, line.len);
	text[line.len] = '\n';
	if (ahead.len > 0)
		memcpy(text + line.len + 1, ahead.at, ahead.len);
	*ret = (struct slice){ text, line.len + 1 + ahead.len };
	return 0;
}

/* Does another form read the line and those that follow, n in all? */
static int
try_head(struct form *ret, struct slice head, const struct slice *lines,
	size_t n, struct reader *reader, const struct format_options *options,
	struct fault *fault)
{
	struct fault why = { 0 };
	struct form form;

	if (form_find(&form, head, HEAD_WITHIN, reader, options, &why) != 0)
		return why.code == FAULT_MEMORY ? fault_memory(fault) : 0;
	/* a table without a header is a guess */
	if (form.dialect == NULL && form.header == NULL)
		goto out;
	for (size_t i = 0; i < n; i++) {
		enum reason reason = sound(&form, lines[i], options, fault);

		if (fault->code != FAULT_NONE || is_foreign(reason))
			goto out;
	}
	*ret = form;
	return 1;
out:
	form_free(&form);
	return fault->code == FAULT_NONE ? 0 : -1;
}

/* Going by all that is at hand, which tells more of names, or else by these
 * lines alone: perhaps yet another form follows soon. */
static int
find_other(struct form *ret, struct slice line, struct slice ahead,
	struct reader *reader, const struct format_options *options,
	struct fault *fault)
{
	struct slice lines[CHANGE_LINES] = { line }, head, few;
	size_t len, n = 1 + lines_ahead(ahead, lines + 1, &len);
	int found;

	if (copy_head(line, ahead, &head, fault) != 0)
		return -1;
	found = try_head(ret, head, lines, n, reader, options, fault);
	few = (struct slice){ head.at, line.len + 1 + len };
	if (found == 0 && few.len < head.len)
		found = try_head(ret, few, lines, n, reader, options, fault);
	free((char *)(uintptr_t)head.at);
	return found;
}

/* A header of a table that is another one. */
static bool
may_be_header(struct slice text)
{
	size_t digits = 0, separators = 0;

	for (size_t i = 0; i < text.len && digits <= HEADER_DIGITS; i++) {
		char c = text.at[i];

		digits += c >= '0' && c <= '9';
		separators += c == ',' || c == ';' || c == '\t' || c == '|';
	}
	return digits <= HEADER_DIGITS && separators >= 2;
}

static int
find_header(struct form *ret, struct slice line, struct reader *reader,
	const struct format_options *options, struct fault *fault)
{
	struct fault why = { 0 };
	struct form form;

	if (column_map_by_number(&options->map) || !may_be_header(line) ||
		form_find(&form, line, HEAD_WHOLE | HEAD_WITHIN, reader,
			options, &why) != 0)
		return why.code == FAULT_MEMORY ? fault_memory(fault) : 0;
	if (form.dialect != NULL || form.header == NULL ||
		table_names(&form, line) < HEADER_NAMES) {
		form_free(&form);
		return 0;
	}
	*ret = form;
	return 1;
}

/* A directive: what follows is W3C's. */
static bool
is_directive(struct slice text)
{
	static const char *const starts[] = { "#Fields:", "#Software:",
		"#Version:", "#Date:" };

	for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
		size_t len = strlen(starts[i]);

		if (text.len > len && memcmp(text.at, starts[i], len) == 0)
			return true;
	}
	return false;
}

static void
count_line(struct change *change, uint64_t number)
{
	change->streak = number == change->last + 1 ? change->streak + 1 : 1;
	change->last = number;
}

/* Is it more than damage: so many lines that the form does not read? */
static bool
is_strange(struct form *form, unsigned streak, struct slice ahead,
	const struct format_options *options, struct fault *fault)
{
	struct slice lines[CHANGE_LINES - 1];
	size_t n, len;

	if (streak >= CHANGE_LINES)
		return true;
	n = lines_ahead(ahead, lines, &len);
	if (streak + n < CHANGE_LINES)
		return false;
	for (size_t i = 0; i + streak < CHANGE_LINES; i++) {
		if (!is_foreign(sound(form, lines[i], options, fault)))
			return false;
	}
	return true;
}

/* A record's first physical line, and all that is at hand behind that. */
static struct slice
first_line(struct slice record, struct reader *reader, struct slice *ret_ahead)
{
	uint64_t offset;
	struct slice ahead = reader_ahead(reader, &offset), line;
	const char *end = memchr(record.at, '\n', record.len);

	*ret_ahead = ahead;
	if (end == NULL)
		return record;
	end++;
	*ret_ahead = (struct slice){ end,
		(size_t)((ahead.len > 0 ? ahead.at + ahead.len :
					  record.at + record.len) -
			end) };
	(void)head_line(&record, true, &line);
	return line;
}

static int
try_forms(struct form *form, struct form *ret, struct change *change,
	struct reader *reader, struct slice record, bool directive,
	const struct format_options *options, struct fault *fault)
{
	struct slice ahead, line = first_line(record, reader, &ahead);
	int found = find_header(ret, line, reader, options, fault);

	if (found != 0)
		return found;
	if (change->last < change->next ||
		(!directive && !is_strange(form, change->streak, ahead,
			options, fault)))
		return 0;
	found = find_other(ret, line, ahead, reader, options, fault);
	if (found != 0)
		return found;
	change->wait = change->wait == 0 ? 1 :
		change->wait < CHANGE_WAIT ? 2 * change->wait : CHANGE_WAIT;
	change->next = change->last + change->wait;
	return 0;
}

int
form_change(struct form *form, struct change *change, struct reader *reader,
	struct line *line, struct slice text, enum reason reason,
	const struct format_options *options, struct fault *fault)
{
	const struct dialect *dialect = form->dialect;
	bool directive = (reason == SKIP_COMMENT || is_foreign(reason)) &&
		is_directive(text) &&
		(dialect == NULL || strcmp(dialect->kind->name, "w3c") != 0);
	struct form fresh;
	struct record record;
	int found;

	if ((!directive && !is_foreign(reason)) || form->matcher != NULL ||
		(dialect != NULL && dialect->kind->next != NULL) ||
		change->forms >= CHANGES_MOST)
		return 0;
	count_line(change, line->number);
	found = try_forms(form, &fresh, change, reader, line->text, directive,
		options, fault);
	if (found < 0 || fault->code != FAULT_NONE)
		return -1;
	if (found == 0) {
		/* what is wrong is still to be explained */
		if (dialect != NULL)
			(void)dialect_read(form, text, &record, fault);
		return 0;
	}
	reader_back(reader, line);
	form_free(form);
	*form = fresh;
	change->forms++;
	change->wait = 0;
	return 1;
}
