/* SPDX-License-Identifier: Apache-2.0 */
#include "format/parser.h"

#include "base/memory.h"
#include "base/wide.h"
#include "format/form.h"
#include "format/layout.h"

/* What stands between all lookups is inline, the rest is not in its way. */
#define INLINE __attribute__((always_inline)) static inline
#define APART __attribute__((noinline)) static

struct parser {
	struct reader *reader;
	const struct format_options *options;
	struct form form;
	const char *format;   /* of the form that was found first */
	struct change change;
	struct syslog prefix; /* of the line */
	struct ruler *ruler;  /* NULL: no rules */
	struct time_memo memo;
	size_t batch_tried; /* lines at most that a batch is tried with */
	char wrong_time[80]; /* of the record rejected last … */
	bool no_year;        /* … is one, but for want of a year */
	struct rewriter *rewriter;
	enum field rewritten[FIELD_N]; /* fields it may change, but subject */
	size_t n_rewritten;
	bool plain;        /* nothing rewritten or split */
	bool splits[128];  /* characters that separate subjects */
	char *names;       /* of subjects, PARSER_SUBJECTS * REWRITE_MOST: the
	                      rewriter keeps one only; NULL: one is all */
	struct subject_name subjects[PARSER_SUBJECTS];
	size_t n_subjects;
};

static int
open_subjects(struct parser *parser, struct fault *fault)
{
	const struct format_options *options = parser->options;

	if (rewriter_open(&parser->rewriter, options->rewrites, fault) != 0)
		return -1;
	for (size_t f = 0; f < FIELD_N; f++)
		if (f != FIELD_SUBJECT &&
			rewriter_has(parser->rewriter, (enum field)f))
			parser->rewritten[parser->n_rewritten++] =
				(enum field)f;
	parser->plain = options->rewrites == NULL && options->split == NULL;
	if (options->split == NULL)
		return 0;
	for (const char *at = options->split; *at != '\0'; at++)
		parser->splits[*at & 0x7f] = true;
	parser->names = memory_array(PARSER_SUBJECTS, REWRITE_MOST);
	return parser->names != NULL ? 0 : fault_memory(fault);
}

int
parser_open(struct parser **ret, struct reader *reader,
	const struct format_options *options, struct fault *fault)
{
	struct parser *parser = memory_array(1, sizeof(*parser));
	struct slice head;
	bool whole, damaged;
	int result;

	if (parser == NULL)
		return fault_memory(fault);
	parser->reader = reader;
	parser->options = options;
	parser->batch_tried = BATCH_MOST;
	if (open_subjects(parser, fault) != 0 ||
		(options->rules != NULL &&
			ruler_open(&parser->ruler, options->rules, fault) != 0))
		goto out;
	head = reader_head(reader, &whole);
	/* settled already if the whole text is in the head */
	damaged = reader_facts(reader)->state != INPUT_INTACT;
	result = options->pattern != NULL ?
		form_open_pattern(&parser->form, head.len == 0, reader,
			options, fault) :
		form_find(&parser->form, head,
			(whole ? HEAD_WHOLE : 0) | (damaged ? HEAD_DAMAGED : 0),
			reader, options, fault);
	if (result != 0)
		goto out;
	parser->format = parser->form.name;
	*ret = parser;
	return 0;
out:
	parser_free(parser);
	return -1;
}

void
parser_free(struct parser *parser)
{
	if (parser == NULL)
		return;
	form_free(&parser->form);
	ruler_free(parser->ruler);
	rewriter_free(parser->rewriter);
	free(parser->names);
	free(parser);
}

/* time: that of the record */
INLINE bool
read_time(struct parser *parser, struct slice time, struct parsed *parsed)
{
	const struct zone *zone = parser->options->zone;

	if (!parser->form.plain_time)
		return form_time(&parser->form, &parsed->record,
			parser->options, &parsed->when);
	return time_parse_again(&parser->memo, time, zone, &parsed->when);
}

/* What every record must hold, whatever its format. */
static enum reason
validate(struct parser *parser, struct parsed *parsed)
{
	const struct record *record = &parsed->record;

	if (!read_time(parser, record->field[FIELD_TIME], parsed))
		return field_given(record->field[FIELD_TIME]) ?
			REJECT_BAD_TIME :
			REJECT_NO_TIME;
	if (!field_given(record->field[FIELD_USER]))
		return REJECT_NO_USER;
	if (!field_given(record->field[FIELD_SUBJECT]))
		return REJECT_NO_SUBJECT;
	return REASON_LOOKUP;
}

static enum reason
parse_pattern(struct parser *parser, struct parsed *parsed, struct fault *fault)
{
	switch (matcher_match(parser->form.matcher, parsed->line.text,
		&parsed->record, parser->form.values)) {
	case MATCH_YES:
		return REASON_LOOKUP;
	case MATCH_MEMORY:
		fault_memory(fault);
		return REJECT_STEPS;
	case MATCH_STEPS:
		return REJECT_STEPS;
	default:
		return rules_skip(parser->options->rules) ? SKIP_EVENT :
							    REJECT_PATTERN;
	}
}

/* Messages go to mailboxes; no identifier shall. */
static bool
is_number(struct slice text)
{
	size_t digits = 0;

	for (size_t i = 0; i < text.len; i++)
		digits += text.at[i] >= '0' && text.at[i] <= '9';
	return digits == text.len;
}

/* A time of its own, if only the year were known. */
static bool
lacks_year(const struct parser *parser, const struct record *record)
{
	struct form dated;
	struct moment when;

	if (parser->form.near_ms > 0)
		return false;
	dated = parser->form;
	dated.near_ms = LAYOUT_NEAR;
	return form_time(&dated, record, parser->options, &when);
}

/* A text that is no time is kept for people: the record is gone by then. */
static void
keep_wrong_time(struct parser *parser, const struct record *record)
{
	struct slice time = record->field[FIELD_TIME];
	struct slice date = record->field[FIELD_DATE];

	parser->no_year = lacks_year(parser, record);
	if (is_number(time))
		time = slice_of("a number"); /* perhaps a citizen's */
	(void)snprintf(parser->wrong_time, sizeof(parser->wrong_time),
		"%.*s%s%.*s", (int)(date.len < 32 ? date.len : 32),
		date.len > 0 ? date.at : "", date.len > 0 ? " " : "",
		(int)(time.len < 32 ? time.len : 32),
		time.len > 0 ? time.at : "");
}

/* Rules find no lookup in a record of a table. It may be another header, if its
 * time is none. */
static enum reason
refuse_event(struct parser *parser, struct parsed *parsed, struct slice text,
	struct fault *fault)
{
	if (!read_time(parser, parsed->record.field[FIELD_TIME], parsed) &&
		table_refuse(&parser->form, text, parser->options->zone,
			REJECT_BAD_TIME, fault) == SKIP_HEADER)
		return SKIP_HEADER;
	return SKIP_EVENT;
}

/* The fields of one record, in the form now in force, are what they should
 * be. */
static enum reason
parse_record(struct parser *parser, struct parsed *parsed, struct slice text,
	struct fault *fault)
{
	struct form *form = &parser->form;
	enum reason reason;

	if (form->matcher != NULL)
		reason = parse_pattern(parser, parsed, fault);
	else if (form->dialect != NULL)
		reason = dialect_read(form, text, &parsed->record, fault);
	else
		reason = table_read(form, parser->reader, &parsed->line, text,
			&parsed->record, fault);
	if (reason == REASON_LOOKUP) {
		form_fill(form, &parser->prefix, &parsed->record);
		if (parser->ruler != NULL)
			reason = ruler_apply(parser->ruler, form->values,
				&parsed->record, fault);
	}
	if (reason == REASON_LOOKUP)
		reason = validate(parser, parsed);
	if (reason == REASON_LOOKUP && form->reread != REREAD_NONE &&
		!table_time(form, parser->options->zone, &parsed->when))
		reason = REJECT_BAD_TIME;
	if (reason == REJECT_BAD_TIME)
		keep_wrong_time(parser, &parsed->record);
	if (form->splitter != NULL && !form->map.syslog)
		text = parsed->line.text; /* extending may have moved it */
	if (form->splitter != NULL && reason == SKIP_EVENT)
		return refuse_event(parser, parsed, text, fault);
	if (form->splitter != NULL)
		return table_refuse(form, text, parser->options->zone, reason,
			fault);
	if ((reason == REJECT_NO_USER || reason == REJECT_NO_SUBJECT) &&
		form->dialect != NULL &&
		dialect_is_event(form, &parsed->record))
		return SKIP_EVENT;
	return reason;
}

/* Text of a line behind its prefix, if there is one. */
static struct slice
behind_prefix(struct parser *parser, struct slice text)
{
	parser->prefix = (struct syslog){ 0 };
	if (parser->form.map.syslog && syslog_parse(text, &parser->prefix))
		return parser->prefix.text;
	return text;
}

static enum reason
parse(struct parser *parser, struct parsed *parsed, struct fault *fault)
{
	struct slice text = behind_prefix(parser, parsed->line.text);
	enum reason reason;

	if (layout_is_blank(text))
		return SKIP_BLANK;
	reason = parse_record(parser, parsed, text, fault);
	if (reason == REASON_LOOKUP || fault->code != FAULT_NONE)
		return reason;
	/* a record that went on may have moved */
	text = behind_prefix(parser, parsed->line.text);
	if (form_change(&parser->form, &parser->change, parser->reader,
		    &parsed->line, text, reason, parser->options, fault) != 1)
		return reason;
	text = behind_prefix(parser, parsed->line.text);
	if (layout_is_blank(text))
		return SKIP_BLANK;
	return parse_record(parser, parsed, text, fault);
}

/* One subject of the record, unless it says that none is given. */
static enum reason
add_subject(struct parser *parser, struct slice logged)
{
	size_t n = parser->n_subjects;
	struct slice name =
		rewriter_apply(parser->rewriter, FIELD_SUBJECT, logged);

	if (!field_given(name))
		return REASON_LOOKUP;
	if (n == PARSER_SUBJECTS)
		return REJECT_SUBJECTS;
	if (parser->names != NULL && name.at != logged.at) {
		char *copy = parser->names + n * REWRITE_MOST;

		memcpy(copy, name.at, name.len);
		name.at = copy;
	}
	parser->subjects[n] = (struct subject_name){ name, logged };
	parser->n_subjects = n + 1;
	return REASON_LOOKUP;
}

static enum reason
split_subjects(struct parser *parser, struct slice text)
{
	enum reason reason = REASON_LOOKUP;

	for (size_t start = 0, i = 0; i <= text.len; i++) {
		if (i < text.len && ((text.at[i] & 0x80) ||
			!parser->splits[(unsigned char)text.at[i]]))
			continue;
		reason = add_subject(parser, slice_trim((struct slice){
			text.at + start, i - start }));
		if (reason != REASON_LOOKUP)
			break;
		start = i + 1;
	}
	return reason;
}

/* What the record says, in the spelling that everything goes by. */
static enum reason
normalise(struct parser *parser, struct parsed *parsed, bool ascii)
{
	struct slice *fields = parsed->record.field;
	struct slice subject = fields[FIELD_SUBJECT];
	enum reason reason;

	parsed->subjects = parser->subjects;
	if (parser->plain &&
		(ascii || (slice_is_ascii(subject) &&
			slice_is_ascii(fields[FIELD_CASE])))) {
		parser->subjects[0] = (struct subject_name){ subject, subject };
		parsed->n_subjects = 1;
		return REASON_LOOKUP;
	}
	for (size_t i = 0; i < parser->n_rewritten; i++) {
		enum field field = parser->rewritten[i];

		fields[field] = rewriter_apply(parser->rewriter, field,
			fields[field]);
	}
	if (!field_given(fields[FIELD_USER]))
		return REJECT_NO_USER;
	parser->n_subjects = 0;
	reason = parser->names == NULL ?
		add_subject(parser, subject) :
		split_subjects(parser, subject);
	if (reason == REASON_LOOKUP && parser->n_subjects == 0)
		return REJECT_NO_SUBJECT;
	if (reason != REASON_LOOKUP)
		return reason;
	parsed->n_subjects = parser->n_subjects;
	return REASON_LOOKUP;
}

static enum reader_step
next_line(struct parser *parser, struct line *ret)
{
	struct dialect *dialect = parser->form.dialect;

	if (dialect != NULL && dialect->kind->next != NULL)
		return dialect->kind->next(dialect, parser->reader, ret);
	return reader_next(parser->reader, ret);
}

APART bool
is_header(const struct form *form, struct slice text)
{
	return form->header != NULL &&
		memcmp(text.at, form->header, text.len) == 0;
}

/* A lookup of the common kind, as parse() and normalise() have it: the hot
 * room. The fields that are looked at here do not wait for the others. False:
 * nothing is done, parse() is to look at the line. */
INLINE bool
parse_ahead(struct parser *parser, struct parsed *ret)
{
	const struct form *form = &parser->form;
	struct lookahead *ahead = form->ahead;
	struct lookahead_line line;
	struct slice subject;

	if (!lookahead_peek(ahead, &line))
		return false;
	if (line.text.len == form->header_len && is_header(form, line.text))
		return false;
	lookahead_pick(ahead, &line, &ret->record);
	subject = lookahead_field(ahead, &line, FIELD_SUBJECT);
	if (!read_time(parser, lookahead_field(ahead, &line, FIELD_TIME),
		    ret) ||
		!field_given(lookahead_field(ahead, &line, FIELD_USER)) ||
		!field_given(subject))
		return false;
	lookahead_take(ahead, &line, &ret->line);
	ret->numbered = form->number_at >= 0;
	if (!parser->plain || !line.ascii) {
		ret->reason = normalise(parser, ret, line.ascii);
		return true;
	}
	parser->subjects[0] = (struct subject_name){ subject, subject };
	ret->subjects = parser->subjects;
	ret->n_subjects = 1;
	ret->reason = REASON_LOOKUP;
	return true;
}

/* How many lines come now that have as many fields as they must, and are no
 * headers, and end as the first one does? */
INLINE size_t
count_regular(const struct form *form, bool cr, size_t limit)
{
	const struct lookahead *ahead = form->ahead;
	const struct scan_lines *lines = ahead->lines;
	size_t most = BATCH_FIELDS / (ahead->width + 1), n = 0;
	size_t first = ahead->first, start = ahead->start;

	if (most > ahead->n - ahead->k)
		most = ahead->n - ahead->k;
	if (most > limit)
		most = limit;
	for (; n < most; n++) {
		size_t stop = lines->end[lines->last[ahead->k + n]];

		if (lines->last[ahead->k + n] != first + ahead->width ||
			stop + BATCH_BEYOND > ahead->room ||
			stop - start - cr == form->header_len ||
			(stop > start && ahead->text[stop - 1] == '\r') != cr)
			break;
		if (lines->odd && lookahead_is_odd(lines, start, stop))
			break;
		if (cr && lookahead_is_blank_cr((struct slice){
				  ahead->text + start, stop - start - 1 },
				  ahead->separator))
			break;
		first += ahead->width;
		start = stop + 1;
	}
	return n;
}

/* How many lookups have a user and a subject, from the first on? */
INLINE size_t
count_given(const struct batch *batch)
{
	struct batch_column user = batch_column(batch, FIELD_USER);
	struct batch_column subject = batch_column(batch, FIELD_SUBJECT);
	size_t i = 0, line = 0;

	for (; i < batch->n; i++, line += batch->width)
		if (!field_given(batch_text(batch, line, user)) ||
			!field_given(batch_text(batch, line, subject)))
			break;
	return i;
}

/* Where days alternate from line to line, many are not worth a try. */
INLINE void
adapt_batch(struct parser *parser, size_t tried, size_t n)
{
	size_t next = n < tried ? 2 * n + 1 : 2 * parser->batch_tried;

	parser->batch_tried = next < BATCH_MOST ? next : BATCH_MOST;
}

size_t
parser_batch(struct parser *parser, struct batch *ret)
{
	const struct form *form = &parser->form;
	struct lookahead *ahead = form->ahead;
	const uint16_t *end;
	size_t stop, tried, n;
	bool cr;

	if (ahead == NULL || form->reread != REREAD_NONE || !parser->plain ||
		!form->plain_time ||
		(ahead->k >= ahead->n && !lookahead_look(ahead)) ||
		!ahead->lines->ascii)
		return 0;
	end = ahead->lines->end;
	stop = end[ahead->lines->last[ahead->k]];
	end += ahead->first;
	ret->base = ahead->text;
	ret->width = ahead->width;
	ret->wide = wide_usable();
	ret->column = ahead->column;
	cr = stop > ahead->start && ahead->text[stop - 1] == '\r';
	tried = count_regular(form, cr, parser->batch_tried);
	batch_fill(ret, end, tried, cr);
	batch_times(ret, &parser->memo, parser->options->zone);
	ret->when = parser->memo.moment;
	n = count_given(ret);
	if (n < ret->n)
		batch_cut(ret, n);
	adapt_batch(parser, tried, n);
	if (n > 0)
		lookahead_take_many(ahead, n, end[n * ret->width]);
	return n;
}

APART int
parse_line(struct parser *parser, struct parsed *ret, struct fault *fault)
{
	if (parser->form.ahead != NULL)
		lookahead_leave(parser->form.ahead);
	switch (next_line(parser, &ret->line)) {
	case READER_END:
		return fault->code == FAULT_NONE ? 0 : -1;
	case READER_OVERLONG:
		ret->reason = REJECT_LONG;
		return 1;
	case READER_CUT:
		ret->reason = REJECT_CUT;
		return 1;
	case READER_LINE:
		break;
	}
	ret->reason = parse(parser, ret, fault);
	ret->numbered = parser->form.dialect != NULL ?
		parser->form.extra[FORM_NUMBER].len > 0 :
		parser->form.number_at >= 0;
	if (ret->reason == REASON_LOOKUP)
		ret->reason = normalise(parser, ret,
			parser->form.splitter != NULL &&
			splitter_is_ascii(parser->form.splitter));
	return fault->code == FAULT_NONE ? 1 : -1;
}

int
parser_next(struct parser *parser, struct parsed *ret, struct fault *fault)
{
	const struct form *form = &parser->form;

	ret->n_subjects = 0;
	if (form->ahead != NULL && form->reread == REREAD_NONE &&
		parse_ahead(parser, ret))
		return 1;
	return parse_line(parser, ret, fault);
}

static void
explain_dialect(const struct parser *parser, char *buf, size_t size)
{
	const struct dialect *dialect = parser->form.dialect;
	const char *why = NULL;

	if (dialect != NULL && dialect->kind->explain != NULL)
		why = dialect->kind->explain(dialect);
	if (why != NULL)
		(void)snprintf(buf, size, "%s", why);
}

void
parser_explain(const struct parser *parser, const struct parsed *parsed,
	char *buf, size_t size)
{
	buf[0] = '\0';
	switch (parsed->reason) {
	case REJECT_BAD_TIME:
		(void)snprintf(buf, size, "\"%s\"%s", parser->wrong_time,
			parser->no_year ?
				", without a year, which only a file's own "
				"date can tell" :
			parser->form.described ?
				"; no time-format of the profile fits" :
				"; write 2026-05-01T10:11:12, or describe "
				"times in a --profile");
		return;
	case REJECT_WIDTH:
		if (parser->form.splitter != NULL)
			(void)snprintf(buf, size, "%zu, not %zu",
				splitter_count(parser->form.splitter),
				parser->form.columns.width);
		else
			explain_dialect(parser, buf, size);
		return;
	case REJECT_SUBJECTS:
		(void)snprintf(buf, size, "more than %d",
			(int)PARSER_SUBJECTS);
		return;
	case REJECT_LONG:
		(void)snprintf(buf, size, "see --max-line");
		return;
	default:
		explain_dialect(parser, buf, size);
		return;
	}
}

struct slice
parser_sequence(struct parser *parser, const struct parsed *parsed)
{
	if (parser->form.dialect != NULL)
		return parser->form.extra[FORM_NUMBER];
	return table_number(&parser->form,
		behind_prefix(parser, parsed->line.text));
}

const char *
parser_format(const struct parser *parser)
{
	return parser->format;
}

bool
parser_has(const struct parser *parser, enum field field)
{
	return parser->form.columns.at[field] != COLUMN_NONE ||
		rules_give(parser->options->rules, field);
}

bool
parser_names_nobody(const struct parser *parser)
{
	const int *at = parser->form.columns.at;

	return parser->form.map.of[FIELD_USER] == NULL &&
		at[FIELD_USER] >= 0 && at[FIELD_USER] == at[FIELD_SOURCE];
}

uint64_t
parser_not_rewritten(const struct parser *parser)
{
	return rewriter_failed(parser->rewriter);
}

void
parser_describe(const struct parser *parser, char *buf, size_t size)
{
	const struct form *form = &parser->form;
	size_t len = (size_t)snprintf(buf, size, "%s", form->name), n = 0;
	const struct slice *names;

	if (form->dialect != NULL) {
		names = form->dialect->names;
		n = form->dialect->n_names;
	} else if (form->splitter == NULL || form->header == NULL ||
		splitter_split(form->splitter,
			(struct slice){ form->header, form->header_len }) !=
			SPLIT_DONE) {
		return;
	} else {
		names = splitter_fields(form->splitter, &n);
	}
	for (size_t f = 0; f < FIELD_N; f++) {
		int at = form->columns.at[f];
		struct slice name = slice_of(column_name(at));

		if (at == COLUMN_NONE || at >= (int)n || len >= size)
			continue;
		if (at >= 0)
			name = names[at];
		len += (size_t)snprintf(buf + len, size - len, " %s=%.*s",
			field_name((enum field)f),
			(int)(name.len < 64 ? name.len : 64), name.at);
	}
}
