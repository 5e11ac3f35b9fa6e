/* SPDX-License-Identifier: Apache-2.0 */
#include "format/parser.h"

#include "base/memory.h"
#include "format/lookahead.h"
#include "format/layout.h"
#include "format/reread.h"
#include "format/split.h"

struct parser {
	struct reader *reader;
	const struct format_options *options;
	const char *format;
	struct columns columns;
	struct matcher *matcher;   /* pattern, else */
	char separator;
	struct splitter *splitter; /* table, with … */
	struct lookahead *ahead;       /* … a look ahead, unless it is empty */
	char *header;              /* text of the header now in force */
	size_t header_len;
	enum reread reread;        /* it is the one of `quis cat` */
	struct splitter *numbers;  /* of options->sequence, or NULL … */
	int number_at;             /* … and the column, or -1 */
	struct time_memo memo;
	struct rewriter *rewriter;
	enum field rewritten[FIELD_N]; /* fields it may change, but subject */
	size_t n_rewritten;
	bool plain;        /* no rules, no splitting */
	bool splits[128];  /* characters that separate subjects */
	char *names;       /* of subjects, PARSER_SUBJECTS * REWRITE_MOST: the
	                      rewriter keeps one only; NULL: one is all */
	struct subject_name subjects[PARSER_SUBJECTS];
	size_t n_subjects;
};

static const char *
table_name(char separator)
{
	switch (separator) {
	case ',':
		return "csv";
	case '\t':
		return "tsv";
	case ';':
		return "csv;";
	case '|':
		return "csv|";
	default:
		return "";
	}
}

/* The column of running numbers, if it is one of no field. */
static int
find_numbers(struct parser *parser, struct fault *fault)
{
	const struct slice header = { parser->header, parser->header_len };
	const struct slice *names;
	size_t n;

	parser->number_at = -1;
	if (!parser->options->sequence)
		return 0;
	if (parser->numbers == NULL &&
		splitter_open(&parser->numbers, parser->separator, fault) != 0)
		return -1;
	if (splitter_split(parser->numbers, header) != SPLIT_DONE)
		return 0;
	names = splitter_fields(parser->numbers, &n);
	for (size_t i = 0; i < n && parser->number_at < 0; i++) {
		bool taken = false;

		for (size_t f = 0; f < FIELD_N; f++)
			taken |= parser->columns.at[f] == (int)i;
		if (!taken && field_is_sequence(names[i]))
			parser->number_at = (int)i;
	}
	return 0;
}

struct slice
parser_sequence(struct parser *parser, const struct parsed *parsed)
{
	struct slice number = { NULL, 0 };

	if (parser->number_at >= 0 &&
		splitter_split(parser->numbers, parsed->line.text) ==
			SPLIT_DONE &&
		splitter_count(parser->numbers) == parser->columns.width)
		splitter_pick(parser->numbers, &parser->number_at, 1, &number);
	return number;
}

static int
header_keep(struct parser *parser, struct slice header, struct fault *fault)
{
	char *copy = malloc(header.len + 1);

	if (copy == NULL)
		return fault_memory(fault);
	if (header.len > 0)
		memcpy(copy, header.at, header.len);
	free(parser->header);
	parser->header = copy;
	parser->header_len = header.len;
	parser->reread = reread_header(header, &parser->columns);
	return find_numbers(parser, fault);
}

static int
open_table(struct parser *parser, struct slice head, struct fault *fault)
{
	struct layout layout;
	struct lookahead *ahead;
	/* settled already if the whole text is in the head */
	bool damaged = reader_facts(parser->reader)->state != INPUT_INTACT;

	if (layout_find(head, damaged, parser->options, &layout, fault) != 0)
		return -1;
	parser->format = table_name(layout.separator);
	parser->separator = layout.separator;
	parser->columns = layout.columns;
	if (layout.separator == 0)
		for (size_t f = 0; f < FIELD_N; f++)
			parser->columns.at[f] = -1;
	if (layout.has_header &&
		header_keep(parser, layout.header, fault) != 0)
		return -1;
	if (splitter_open(&parser->splitter,
		    layout.separator == 0 ? ',' : layout.separator, fault) != 0)
		return -1;
	if (layout.separator == 0)
		return 0;
	ahead = memory_array(1, sizeof(*ahead));
	if (ahead == NULL)
		return fault_memory(fault);
	lookahead_init(ahead, parser->reader, layout.separator);
	parser->ahead = ahead;
	return 0;
}

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
	bool whole;

	if (parser == NULL)
		return fault_memory(fault);
	parser->reader = reader;
	parser->options = options;
	parser->number_at = -1;
	if (open_subjects(parser, fault) != 0)
		goto out;
	head = reader_head(reader, &whole);
	if (options->pattern != NULL) {
		parser->format = head.len > 0 ? "pattern" : "";
		if (matcher_open(&parser->matcher, options->pattern, fault) !=
			0)
			goto out;
	} else if (open_table(parser, head, fault) != 0) {
		goto out;
	}
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
	matcher_free(parser->matcher);
	splitter_free(parser->splitter);
	splitter_free(parser->numbers);
	free(parser->ahead);
	rewriter_free(parser->rewriter);
	free(parser->names);
	free(parser->header);
	free(parser);
}

/* Split a record that may go on over several physical lines. */
static enum reason
split_record(struct parser *parser, struct line *line, struct fault *fault)
{
	bool cut;
	enum split split = splitter_split_record(parser->splitter,
		parser->reader, line, &cut);

	if (split == SPLIT_DONE &&
		splitter_count(parser->splitter) == parser->columns.width)
		return REASON_LOOKUP;
	if (split == SPLIT_MEMORY)
		fault_memory(fault);
	if (cut)
		return REJECT_CUT;
	/* The record's first line is rejected, reading resumes behind it. */
	if (split == SPLIT_DONE)
		reader_back(parser->reader, line);
	return split == SPLIT_OPEN ? REJECT_QUOTE : REJECT_WIDTH;
}

static bool
record_has_date(const struct parser *parser)
{
	if (parser->matcher != NULL)
		return pattern_has(parser->options->pattern, FIELD_DATE);
	return parser->columns.at[FIELD_DATE] >= 0;
}

static bool
read_time(struct parser *parser, struct parsed *parsed)
{
	const struct zone *zone = parser->options->zone;

	if (record_has_date(parser))
		return layout_time(&parsed->record, true, zone, &parsed->when);
	return time_parse_again(&parser->memo,
		parsed->record.field[FIELD_TIME], zone, &parsed->when);
}

/* A table's record, as it was logged. */
static bool
read_again(struct parser *parser, struct parsed *parsed)
{
	static const int column = REREAD_OFFSET;
	struct slice offset;

	splitter_pick(parser->splitter, &column, 1, &offset);
	return reread_offset(offset, parser->options->zone, &parsed->when);
}

/* What every record must hold, whatever its format. */
static enum reason
validate(struct parser *parser, struct parsed *parsed)
{
	const struct record *record = &parsed->record;

	if (!read_time(parser, parsed))
		return field_given(record->field[FIELD_TIME]) ?
			REJECT_BAD_TIME :
			REJECT_NO_TIME;
	if (!field_given(record->field[FIELD_USER]))
		return REJECT_NO_USER;
	if (!field_given(record->field[FIELD_SUBJECT]))
		return REJECT_NO_SUBJECT;
	return REASON_LOOKUP;
}

/* Is this line, which is no record, another header? Then follow it. */
static bool
follow_header(struct parser *parser, struct slice text, struct fault *fault)
{
	const struct slice *fields;
	struct columns columns;
	struct fault ignored = { 0 };
	enum split split;
	size_t n;

	if (parser->header == NULL)
		return false;
	split = splitter_split(parser->splitter, text);
	if (split == SPLIT_MEMORY)
		fault_memory(fault);
	if (split != SPLIT_DONE)
		return false;
	fields = splitter_fields(parser->splitter, &n);
	if (columns_of_header(fields, n, &parser->options->map, &columns,
		    &ignored) < 3)
		return false;
	if (columns.at[FIELD_TIME] < 0) {
		columns.at[FIELD_TIME] = columns.at[FIELD_DATE];
		columns.at[FIELD_DATE] = -1;
	}
	if (!columns_complete(&columns))
		return false;
	parser->columns = columns;
	return header_keep(parser, text, fault) == 0;
}

/* A line that begins with # and is no record, nor looks like a broken one: a
 * time in it would make it one of an account that begins with #. */
static bool
is_comment(struct parser *parser, struct slice text)
{
	const struct slice *fields;
	struct moment when;
	size_t n;

	if (text.at[0] != '#')
		return false;
	if (splitter_split(parser->splitter, text) != SPLIT_DONE)
		return false;
	fields = splitter_fields(parser->splitter, &n);
	for (size_t i = 0; i < n; i++) {
		if (time_parse(fields[i], parser->options->zone, &when))
			return false;
	}
	return true;
}

static enum reason
parse_table(struct parser *parser, struct parsed *parsed, struct fault *fault)
{
	struct slice text = parsed->line.text;
	enum reason reason;

	if (parser->header != NULL && text.len == parser->header_len &&
		memcmp(text.at, parser->header, text.len) == 0)
		return SKIP_HEADER;
	if (text.len == 5 && memcmp(text.at, "sep=", 4) == 0)
		return SKIP_COMMENT;
	reason = split_record(parser, &parsed->line, fault);
	if (reason == REASON_LOOKUP) {
		splitter_pick(parser->splitter, parser->columns.at, FIELD_N,
			parsed->record.field);
		reread_texts(parser->reread, &parsed->record);
		reason = validate(parser, parsed);
		if (reason == REASON_LOOKUP && parser->reread != REREAD_NONE &&
			!read_again(parser, parsed))
			reason = REJECT_BAD_TIME;
	}
	if (reason == REJECT_CUT)
		return reason;
	if (reason == REJECT_WIDTH || reason == REJECT_BAD_TIME) {
		text = parsed->line.text; /* extending may have moved it */
		if (follow_header(parser, text, fault))
			return SKIP_HEADER;
		if (reason == REJECT_WIDTH && is_comment(parser, text))
			return SKIP_COMMENT;
	}
	return reason;
}

/* A lookup of the common kind, as parse_table() would have it: the hot room.
 * False: nothing is done, parse_table() is to look at the line. */
static bool
parse_ahead(struct parser *parser, struct parsed *parsed, bool *ret_ascii)
{
	struct lookahead_line line;

	if (!lookahead_peek(parser->ahead, parser->columns.width, &line))
		return false;
	if (line.text.len == parser->header_len && parser->header != NULL &&
		memcmp(line.text.at, parser->header, line.text.len) == 0)
		return false;
	lookahead_pick(&line, parser->columns.at, &parsed->record);
	if (validate(parser, parsed) != REASON_LOOKUP)
		return false;
	lookahead_take(parser->ahead, &line, &parsed->line);
	*ret_ascii = line.ascii;
	return true;
}

static enum reason
parse_pattern(struct parser *parser, struct parsed *parsed, struct fault *fault)
{
	switch (matcher_match(parser->matcher, parsed->line.text,
		&parsed->record)) {
	case MATCH_YES:
		return validate(parser, parsed);
	case MATCH_MEMORY:
		fault_memory(fault);
		return REJECT_STEPS;
	case MATCH_STEPS:
		return REJECT_STEPS;
	default:
		return REJECT_PATTERN;
	}
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

int
parser_next(struct parser *parser, struct parsed *ret, struct fault *fault)
{
	bool ascii = false;

	ret->n_subjects = 0;
	if (parser->ahead != NULL && parser->reread == REREAD_NONE &&
		parse_ahead(parser, ret, &ascii)) {
		ret->reason = normalise(parser, ret, ascii);
		return 1;
	}
	if (parser->ahead != NULL)
		lookahead_leave(parser->ahead);
	switch (reader_next(parser->reader, &ret->line)) {
	case READER_END:
		return 0;
	case READER_OVERLONG:
		ret->reason = REJECT_LONG;
		return 1;
	case READER_CUT:
		ret->reason = REJECT_CUT;
		return 1;
	case READER_LINE:
		break;
	}
	if (layout_is_blank(ret->line.text))
		ret->reason = SKIP_BLANK;
	else if (parser->matcher != NULL)
		ret->reason = parse_pattern(parser, ret, fault);
	else
		ret->reason = parse_table(parser, ret, fault);
	if (ret->reason == REASON_LOOKUP)
		ret->reason = normalise(parser, ret, parser->splitter != NULL &&
			splitter_is_ascii(parser->splitter));
	return fault->code == FAULT_NONE ? 1 : -1;
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

void
parser_explain(const struct parser *parser, const struct parsed *parsed,
	char *buf, size_t size)
{
	struct slice time = parsed->record.field[FIELD_TIME];
	struct slice date = parsed->record.field[FIELD_DATE];

	buf[0] = '\0';
	switch (parsed->reason) {
	case REJECT_BAD_TIME:
		if (is_number(time))
			time = slice_of("a number"); /* perhaps a citizen's */
		(void)snprintf(buf, size,
			"\"%.*s%s%.*s\"; write times as 2026-05-01T10:11:12",
			(int)(date.len < 32 ? date.len : 32),
			date.len > 0 ? date.at : "", date.len > 0 ? " " : "",
			(int)(time.len < 32 ? time.len : 32),
			time.len > 0 ? time.at : "");
		return;
	case REJECT_WIDTH:
		(void)snprintf(buf, size, "%zu, not %zu",
			splitter_count(parser->splitter),
			parser->columns.width);
		return;
	case REJECT_SUBJECTS:
		(void)snprintf(buf, size, "more than %d",
			(int)PARSER_SUBJECTS);
		return;
	case REJECT_LONG:
		(void)snprintf(buf, size, "see --max-line");
		return;
	default:
		return;
	}
}

const char *
parser_format(const struct parser *parser)
{
	return parser->format;
}

bool
parser_has(const struct parser *parser, enum field field)
{
	if (parser->matcher != NULL)
		return pattern_has(parser->options->pattern, field);
	return parser->columns.at[field] >= 0;
}

uint64_t
parser_not_rewritten(const struct parser *parser)
{
	return rewriter_failed(parser->rewriter);
}

void
parser_describe(const struct parser *parser, char *buf, size_t size)
{
	size_t len = (size_t)snprintf(buf, size, "%s", parser->format);
	const struct slice *names;
	size_t n = 0;

	if (parser->matcher != NULL || parser->header == NULL)
		return;
	if (splitter_split(parser->splitter,
		    (struct slice){ parser->header, parser->header_len }) !=
		SPLIT_DONE)
		return;
	names = splitter_fields(parser->splitter, &n);
	for (size_t f = 0; f < FIELD_N; f++) {
		int at = parser->columns.at[f];

		if (at < 0 || (size_t)at >= n || len >= size)
			continue;
		len += (size_t)snprintf(buf + len, size - len, " %s=%.*s",
			field_name((enum field)f),
			(int)(names[at].len < 64 ? names[at].len : 64),
			names[at].at);
	}
}
