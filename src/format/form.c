/* SPDX-License-Identifier: Apache-2.0 */
#include "format/form.h"

#include "format/head.h"
#include "format/layout.h"

enum { FIRST_LINES = 3 };

int
form_open_pattern(struct form *ret, bool empty, struct reader *reader,
	const struct format_options *options, struct fault *fault)
{
	struct form form = { .name = empty ? "" : "pattern",
		.number_at = -1,
		.sequence = options->sequence,
		.map = options->map,
		.n_wanted = FIELD_N,
		.described = options->n_time_formats > 0,
		.near_ms = reader_written(reader) };

	for (size_t f = 0; f < FIELD_N; f++)
		form.columns.at[f] = options->map.ruled[f] ? COLUMN_RULES :
			pattern_has(options->pattern, (enum field)f) ?
			(int)f :
			COLUMN_NONE;
	form_want(&form, NULL, 0);
	if (matcher_open(&form.matcher, options->pattern, fault) != 0)
		return -1;
	*ret = form;
	return 0;
}

void
form_free(struct form *form)
{
	matcher_free(form->matcher);
	if (form->dialect != NULL)
		form->dialect->kind->free(form->dialect);
	splitter_free(form->splitter);
	splitter_free(form->sounder);
	time_format_free(form->undated);
	free(form->ahead);
	free(form->header);
	free(form->kept);
	*form = (struct form){ 0 };
}

void
form_want(struct form *form, const struct slice *names, size_t n)
{
	form->plain_time = form->columns.at[FIELD_DATE] == COLUMN_NONE &&
		form->undated == NULL && !form->described;
	for (size_t i = 0; i < form->n_wanted; i++)
		form->wanted[i] = i < FIELD_N ?
			form->columns.at[i] :
			column_find(form->also[i - FIELD_N], &form->map, names,
				n);
	if (form->ahead != NULL)
		lookahead_want(form->ahead, &form->columns);
}

void
form_fill(struct form *form, const struct syslog *prefix,
	struct record *record)
{
	const struct slice parts[] = {
		[-COLUMN_SYSLOG_TIME] = prefix->time,
		[-COLUMN_SYSLOG_HOST] = prefix->host,
		[-COLUMN_SYSLOG_TAG] = prefix->tag,
		[-COLUMN_RULES] = { NULL, 0 },
	};

	if (!form->map.syslog)
		return;
	for (size_t i = 0; i < form->n_wanted; i++) {
		int at = form->wanted[i];

		if (at >= COLUMN_NONE)
			continue;
		if (i < FIELD_N)
			record->field[i] = parts[-at];
		else
			form->values[i - FIELD_N] = parts[-at];
	}
	if (form->columns.at[FIELD_DATE] == COLUMN_NONE &&
		!field_given(record->field[FIELD_TIME]))
		record->field[FIELD_TIME] = prefix->time;
}

bool
form_time(const struct form *form, const struct record *record,
	const struct format_options *options, struct moment *ret)
{
	return layout_time(record, form->columns.at[FIELD_DATE] != COLUMN_NONE,
		       options, form->near_ms, ret) ||
		(form->undated != NULL &&
			time_format_parse(form->undated,
				record->field[FIELD_TIME], options->zone,
				form->near_ms, ret));
}

/* What is looked at. */
struct sight {
	struct slice head;
	bool whole, damaged;
	bool stripped; /* of prefixes */
	bool within;   /* something was read before it */
	struct reader *reader;
	const struct format_options *options;
};

static struct form
form_begin(const struct sight *sight)
{
	struct form form = { .map = sight->options->map,
		.number_at = -1,
		.sequence = sight->options->sequence,
		.also = sight->options->also,
		.rules = sight->options->rules,
		.n_wanted = FIELD_N + sight->options->n_also,
		.described = sight->options->n_time_formats > 0,
		.near_ms = reader_written(sight->reader) };

	form.map.syslog = sight->stripped;
	return form;
}

/* Is the dialect the one that is asked for, if one is? JSON is JSON, by lines
 * or not. */
static bool
is_asked(const struct sight *sight, const struct dialect_kind *kind)
{
	const char *format = sight->options->format;

	if (format != NULL && strncmp(format, "json", 4) == 0)
		return strncmp(kind->name, "json", 4) == 0;
	return format == NULL || strcmp(format, kind->name) == 0;
}

/* The first lines, without blank ones before them. */
static struct slice
first_lines(struct slice head)
{
	struct slice rest = head, line, few = { head.at, 0 };

	for (size_t n = 0; n < FIRST_LINES && head_line(&rest, true, &line);) {
		few.len = (size_t)(rest.at - head.at);
		n += !layout_is_blank(line);
	}
	return few;
}

/* What the head looks like, or at least its first lines: others may follow,
 * and are told when they are read. */
static const struct dialect_kind *
look(const struct sight *sight)
{
	struct slice few = first_lines(sight->head);

	for (size_t n = 0; n < 2 * DIALECTS_MOST; n++) {
		const struct dialect_kind *kind = dialects[n % DIALECTS_MOST];
		bool again = n >= DIALECTS_MOST;

		/* a document has no lines that prefixes could precede, and
		 * begins where a log does */
		if (kind->next != NULL &&
			(sight->stripped || sight->within || again))
			continue;
		if (!is_asked(sight, kind))
			continue;
		if (again ? few.len < sight->head.len &&
				kind->looks(few, true) :
			    kind->looks(sight->head, sight->whole))
			return kind;
	}
	return NULL;
}

/* 1: a dialect is opened; 0: there is none; -1: it cannot be used. */
static int
find_dialect(struct form *ret, const struct sight *sight, struct fault *fault)
{
	const struct dialect_kind *kind = look(sight);
	struct form form = form_begin(sight);

	if (kind == NULL)
		return 0;
	if (form_open_dialect(&form, kind, sight->head, sight->whole,
		    sight->damaged, sight->options, fault) != 0) {
		form_free(&form);
		return -1;
	}
	*ret = form;
	return 1;
}

static int
find_table(struct form *ret, const struct sight *sight, int *ret_found,
	struct fault *fault)
{
	struct format_options options = *sight->options;
	struct form form = form_begin(sight);
	struct layout layout;
	int result;

	options.map.syslog = sight->stripped;
	result = layout_find(sight->head, sight->damaged, &options, &layout,
		fault);
	*ret_found = layout.found;
	if (result != 0)
		return -1;
	if (form_open_table(&form, &layout, sight->reader, fault) != 0) {
		form_free(&form);
		return -1;
	}
	*ret = form;
	return 0;
}

static bool
begins_json(struct slice head)
{
	for (size_t i = 0; i < head.len; i++) {
		char c = head.at[i];

		if (c != ' ' && c != '\t' && c != '\r' && c != '\n')
			return c == '{' || c == '[';
	}
	return false;
}

/* What is asked for, whatever it looks like. */
static int
find_asked(struct form *ret, const struct sight *sight, struct fault *fault)
{
	struct form form = form_begin(sight);
	const struct dialect_kind *kind = NULL;
	int known, found;

	for (size_t i = 0; i < DIALECTS_MOST; i++) {
		if (is_asked(sight, dialects[i]))
			kind = dialects[i];
	}
	if (kind == NULL || layout_is_empty(sight->head))
		return find_table(ret, sight, &known, fault);
	found = find_dialect(ret, sight, fault);
	if (found != 0)
		return found > 0 ? 0 : -1;
	if (form_open_dialect(&form, kind, sight->head, sight->whole,
		    sight->damaged, sight->options, fault) != 0) {
		form_free(&form);
		return -1;
	}
	*ret = form;
	return 0;
}

/* A header that names columns of a lookup is a table's, whatever else it looks
 * like; but no table begins as JSON does. */
static int
find(struct form *ret, const struct sight *sight, struct fault *fault)
{
	bool json = begins_json(sight->head);
	struct fault no_table = { 0 };
	int known, found = 0;

	if (sight->options->format != NULL)
		return find_asked(ret, sight, fault);
	if (json)
		found = find_dialect(ret, sight, fault);
	if (found != 0)
		return found > 0 ? 0 : -1;
	if (find_table(ret, sight, &known, &no_table) == 0)
		return 0;
	if (no_table.code == FAULT_USAGE && known < 2 && !json)
		found = find_dialect(ret, sight, fault);
	if (found != 0)
		return found > 0 ? 0 : -1;
	*fault = no_table;
	return -1;
}

/* 1: the log stands behind prefixes, and can be read; 0: it does not; -1: it
 * does, but it cannot, or there is no memory. */
static int
find_behind(struct form *ret, const struct sight *sight, struct fault *fault)
{
	struct sight inner = *sight;
	struct fault why = { 0 };
	bool dated;
	char *text;

	if (!syslog_looks(sight->head, &dated))
		return 0;
	text = malloc(sight->head.len);
	if (text == NULL)
		return fault_memory(fault);
	inner.head = (struct slice){ text, syslog_strip(sight->head, text) };
	inner.stripped = true;
	if (find(ret, &inner, &why) != 0) {
		free(text);
		*fault = why;
		return -1;
	}
	free(text);
	/* RFC 3164 has no year */
	if (time_format_open(&ret->undated, "%b %e %T", fault) != 0) {
		form_free(ret);
		return -1;
	}
	ret->plain_time = false;
	return 1;
}

int
form_find(struct form *ret, struct slice head, unsigned what,
	struct reader *reader, const struct format_options *options,
	struct fault *fault)
{
	const struct sight sight = { .head = head,
		.whole = (what & HEAD_WHOLE) != 0,
		.damaged = (what & HEAD_DAMAGED) != 0,
		.within = (what & HEAD_WITHIN) != 0,
		.reader = reader,
		.options = options };
	struct fault behind = { 0 };
	int found = find_behind(ret, &sight, &behind);

	if (found > 0)
		return 0;
	if (behind.code == FAULT_MEMORY || find(ret, &sight, fault) != 0) {
		if (behind.code != FAULT_NONE)
			*fault = behind;
		return -1;
	}
	return 0;
}
