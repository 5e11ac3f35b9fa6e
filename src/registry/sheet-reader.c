/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/sheet-reader.h"

#include "base/memory.h"
#include "format/rewrite.h"
#include "format/split.h"

struct sheet {
	struct sheet_facts *facts;
	const struct sheet_plan *plan;
	struct reader *reader;
	struct rewriter *rewriter;
	struct splitter *splitter;
	struct line line;
	const struct slice *fields; /* of the row */
	size_t n;
	int at[SHEET_COLUMNS_MAX]; /* field of a column, or -1 */
	size_t width, least;       /* fields of a row */
	char *header;              /* its text, NULL: none */
	size_t header_len;
	bool pending;              /* the first line is a row, not read yet */
};

enum { RANK_ALSO = 1000 };

static const char separators[] = { ',', '\t', ';', '|' };

static const char *
separator_name(char separator)
{
	switch (separator) {
	case '\t':
		return "tsv";
	case ';':
		return "csv;";
	case '|':
		return "csv|";
	default:
		return "csv";
	}
}

/* Is header one of the names, which have blanks between? */
static bool
is_one_of(struct slice header, const char *names)
{
	while (names != NULL && *names != '\0') {
		const char *end = strchr(names, ' ');
		size_t len = end == NULL ? strlen(names) :
					   (size_t)(end - names);

		if (field_header_equal(header, (struct slice){ names, len }))
			return true;
		names = end == NULL ? NULL : end + 1;
	}
	return false;
}

/* Which column of the plan a header names; *ret_rank 0 is best. */
static bool
column_of(const struct sheet_plan *plan, struct slice header, size_t *ret,
	unsigned *ret_rank)
{
	enum field field;
	unsigned rank;

	if (header.len == 0)
		return false;
	for (size_t i = 0; i < plan->n; i++) {
		if (field_header_equal(header,
			    slice_of(plan->columns[i].name))) {
			*ret = i;
			*ret_rank = 0;
			return true;
		}
		if (is_one_of(header, plan->columns[i].also)) {
			*ret = i;
			*ret_rank = RANK_ALSO;
			return true;
		}
	}
	if (!field_of_header(header, &field, &rank))
		return false;
	for (size_t i = 0; i < plan->n; i++) {
		if (plan->columns[i].field == field && !plan->columns[i].own) {
			*ret = i;
			*ret_rank = rank + 1;
			return true;
		}
	}
	return false;
}

/* Take the columns from the fields just split. Returns how many headers mean
 * something. */
static size_t
take_columns(struct sheet *sheet)
{
	unsigned best[SHEET_COLUMNS_MAX], rank;
	size_t found = 0, column;

	for (size_t c = 0; c < SHEET_COLUMNS_MAX; c++)
		sheet->at[c] = -1;
	for (size_t i = 0; i < sheet->n; i++) {
		if (!column_of(sheet->plan, sheet->fields[i], &column, &rank))
			continue;
		found++;
		if (sheet->at[column] >= 0 && best[column] <= rank)
			continue;
		sheet->at[column] = (int)i;
		best[column] = rank;
	}
	return found;
}

/* Append quoted texts, ", " between, as long as there is room. */
static void
list_add(char *list, size_t size, const char *before, const char *quoted)
{
	size_t len = strlen(list);

	if (len + strlen(before) + strlen(quoted) + 3 > size)
		return;
	(void)snprintf(list + len, size - len, "%s%s%s", len > 0 ? ", " : "",
		before, quoted);
}

/* How the columns were taken, and what of the header means nothing. */
static void
describe_columns(struct sheet *sheet, char separator)
{
	struct sheet_facts *facts = sheet->facts;
	char quoted[SHEET_QUOTE_MAX], before[64];

	(void)snprintf(facts->columns, sizeof(facts->columns), "%s",
		separator_name(separator));
	for (size_t i = 0; i < sheet->n; i++) {
		size_t c = 0;

		(void)sheet_quote(quoted, sizeof(quoted), sheet->fields[i]);
		while (c < sheet->plan->n && sheet->at[c] != (int)i)
			c++;
		if (c == sheet->plan->n) {
			list_add(facts->unknown, sizeof(facts->unknown), "",
				quoted);
			continue;
		}
		(void)snprintf(before, sizeof(before), "%s=",
			sheet->plan->columns[c].name);
		list_add(facts->columns, sizeof(facts->columns), before,
			quoted);
	}
}

static bool
has_needed(const struct sheet *sheet)
{
	const struct sheet_plan *plan = sheet->plan;

	for (size_t i = 0; i < plan->n; i++) {
		bool there = plan->columns[i].need == 0;

		for (size_t k = 0; k < plan->n; k++)
			there |= plan->columns[k].need ==
					plan->columns[i].need &&
				sheet->at[k] >= 0;
		if (!there)
			return false;
	}
	return true;
}

/* Then it is no header but a row, and what a row says of people is nothing for
 * messages. */
static bool
has_digits(const struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->n; i++) {
		for (size_t k = 0; k < sheet->fields[i].len; k++) {
			char c = sheet->fields[i].at[k];

			if (c >= '0' && c <= '9')
				return true;
		}
	}
	return false;
}

static int
fault_columns(const struct sheet *sheet, struct fault *fault)
{
	char list[512] = "", quoted[SHEET_QUOTE_MAX];

	for (size_t i = 0; i < sheet->n; i++) {
		(void)sheet_quote(quoted, sizeof(quoted), sheet->fields[i]);
		list_add(list, sizeof(list), "", quoted);
	}
	fault_set(fault, FAULT_USAGE,
		"lacks a column: %s needs %s, and the first line has %s",
		sheet->plan->what, sheet->plan->needs,
		has_digits(sheet) ? "none of that: is there a header?" : list);
	return fault_place(fault, sheet->facts->path, sheet->line.number, 0);
}

/* Split the record that begins at the line, and may go on over several. */
static enum split
split_record(struct sheet *sheet, struct splitter *splitter)
{
	bool cut;
	enum split split = splitter_split_record(splitter, sheet->reader,
		&sheet->line, &cut);

	sheet->fields = splitter_fields(splitter, &sheet->n);
	return split;
}

/* A sheet without a header: as many columns as the plan has, at most. */
static int
take_bare(struct sheet *sheet, struct fault *fault)
{
	const struct sheet_plan *plan = sheet->plan;

	if (sheet->n > plan->n) {
		fault_set(fault, FAULT_USAGE,
			"has %zu columns and no header that says which of them "
			"is the %s",
			sheet->n, plan->columns[0].name);
		return fault_place(fault, sheet->facts->path,
			sheet->line.number, 0);
	}
	for (size_t c = 0; c < plan->n; c++)
		sheet->at[c] = (int)c;
	sheet->width = plan->n;
	sheet->least = 1;
	sheet->pending = true;
	(void)snprintf(sheet->facts->columns, sizeof(sheet->facts->columns),
		"no header");
	return 0;
}

static int
keep_header(struct sheet *sheet, struct fault *fault)
{
	struct slice text = sheet->line.text;

	sheet->width = sheet->least = sheet->n;
	sheet->header = malloc(text.len + 1);
	if (sheet->header == NULL)
		return fault_memory(fault);
	memcpy(sheet->header, text.at, text.len);
	sheet->header_len = text.len;
	return 0;
}

/* Split the first line by one separator and see how much it says. */
static int
try_separator(struct sheet *sheet, char separator, size_t *ret_score,
	struct fault *fault)
{
	enum split split;

	splitter_free(sheet->splitter);
	sheet->splitter = NULL;
	if (splitter_open(&sheet->splitter, separator, fault) != 0)
		return -1;
	split = split_record(sheet, sheet->splitter);
	if (split == SPLIT_MEMORY)
		return fault_memory(fault);
	*ret_score = 0;
	if (split != SPLIT_DONE) {
		sheet->n = 0;
		return 0;
	}
	/* more headers known, then more columns */
	*ret_score = take_columns(sheet) * (SPLIT_FIELDS_MAX + 1) + sheet->n;
	return 0;
}

/* "01711000001,phone" is no header, whatever "phone" is: no name of a column
 * is mostly digits. */
static bool
has_number(struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->n; i++) {
		struct slice field = rewriter_apply(sheet->rewriter,
			FIELD_SUBJECT, sheet->fields[i]);
		size_t digits = 0;

		for (size_t k = 0; k < field.len; k++)
			digits += field.at[k] >= '0' && field.at[k] <= '9';
		if (digits * 2 > field.len)
			return true;
	}
	return false;
}

static int
take_header(struct sheet *sheet, struct fault *fault)
{
	size_t best = 0, best_score = 0, score;

	for (size_t i = 0; i < ARRAY_LEN(separators); i++) {
		if (try_separator(sheet, separators[i], &score, fault) != 0)
			return -1;
		reader_back(sheet->reader, &sheet->line);
		if (score > best_score) {
			best = i;
			best_score = score;
		}
	}
	if (try_separator(sheet, separators[best], &score, fault) != 0)
		return -1;
	if (has_needed(sheet) && !(sheet->plan->bare && has_number(sheet))) {
		describe_columns(sheet, separators[best]);
		return keep_header(sheet, fault);
	}
	return sheet->plan->bare ? take_bare(sheet, fault) :
				   fault_columns(sheet, fault);
}

static bool
is_preamble(struct slice line)
{
	return slice_trim(line).len == 0 || line.at[0] == '#' ||
		(line.len == 5 && memcmp(line.at, "sep=", 4) == 0);
}

/* The first line that is neither blank nor a comment. */
static int
find_header(struct sheet *sheet, struct fault *fault)
{
	const struct sheet_plan *plan = sheet->plan;
	enum reader_step step;
	const char *note;

	do {
		step = reader_next(sheet->reader, &sheet->line);
	} while (step == READER_LINE && is_preamble(sheet->line.text));
	if (step == READER_LINE && slice_is_text(sheet->line.text))
		return take_header(sheet, fault);
	note = reader_facts(sheet->reader)->note;
	if (reader_facts(sheet->reader)->starved)
		return fault_memory(fault);
	if (step == READER_LINE)
		fault_set(fault, FAULT_USAGE,
			"no text: its first line holds control bytes; save "
			"spreadsheets as CSV");
	else if (step == READER_OVERLONG)
		fault_set(fault, FAULT_USAGE, "its first line is too long");
	else
		fault_set(fault, FAULT_USAGE, "holds no %s: %s needs %s%s%s",
			plan->bare ? "line" : "header", plan->what,
			plan->needs, note[0] != '\0' ? "; " : "", note);
	return fault_place(fault, sheet->facts->path, 0, 0);
}

int
sheet_open(struct sheet **ret, struct sheet_facts *facts,
	const struct sheet_plan *plan, const struct rewrites *rewrites,
	struct fault *fault)
{
	struct sheet *sheet = memory_array(1, sizeof(*sheet));

	if (sheet == NULL)
		return fault_memory(fault);
	sheet->facts = facts;
	sheet->plan = plan;
	if (reader_open(&sheet->reader, facts->path, NULL, fault) != 0) {
		/* a register is named by an option: a wrong name is misuse */
		if (fault->code == FAULT_INPUT)
			fault->code = FAULT_USAGE;
		goto out;
	}
	if (rewriter_open(&sheet->rewriter, rewrites, fault) != 0 ||
		find_header(sheet, fault) != 0)
		goto out;
	*ret = sheet;
	return 0;
out:
	sheet_free(sheet);
	return -1;
}

void
sheet_free(struct sheet *sheet)
{
	if (sheet == NULL)
		return;
	if (sheet->rewriter != NULL)
		sheet->facts->not_rewritten = rewriter_failed(sheet->rewriter);
	rewriter_free(sheet->rewriter);
	splitter_free(sheet->splitter);
	reader_free(sheet->reader);
	free(sheet->header);
	free(sheet);
}

static void
reject(struct sheet *sheet, const char *detail)
{
	sheet_note(sheet->facts, PROBLEM_LAYOUT, sheet->line.number, detail);
}

/* A line that begins with # and does not have the form of a row. */
static bool
is_comment(const struct sheet *sheet)
{
	struct slice text = sheet->line.text;

	return text.len > 0 && text.at[0] == '#';
}

/* Nothing but separators: what spreadsheets write below their last row. */
static bool
is_empty(const struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->n; i++) {
		if (sheet->fields[i].len > 0)
			return false;
	}
	return true;
}

/* 1: the line begins a row that can be asked for its cells. */
static int
take_row(struct sheet *sheet, struct fault *fault)
{
	struct slice text = sheet->line.text;
	char detail[64];
	enum split split;

	if (slice_trim(text).len == 0 ||
		(sheet->header != NULL && text.len == sheet->header_len &&
			memcmp(text.at, sheet->header, text.len) == 0))
		return 0;
	if (is_comment(sheet) && (sheet->plan->comments || sheet->width == 1))
		return 0;
	split = split_record(sheet, sheet->splitter);
	if (split == SPLIT_MEMORY)
		return fault_memory(fault);
	if (split == SPLIT_DONE && sheet->n <= sheet->width &&
		sheet->n >= sheet->least) {
		if (is_empty(sheet))
			return 0;
		sheet->facts->rows++;
		return 1;
	}
	if (is_comment(sheet))
		return 0;
	sheet->facts->rows++;
	if (split == SPLIT_OPEN) {
		reject(sheet, "a quote is not closed");
		return 0;
	}
	(void)snprintf(detail, sizeof(detail), "%zu fields, not %zu",
		sheet->n, sheet->width);
	reject(sheet, split == SPLIT_DONE ? detail : "too long");
	/* A stray quote takes in the rows behind it: they are read again. */
	reader_back(sheet->reader, &sheet->line);
	return 0;
}

int
sheet_next(struct sheet *sheet, struct fault *fault)
{
	int taken = 0;

	do {
		if (sheet->pending) {
			sheet->pending = false;
			sheet->facts->rows++;
			return 1;
		}
		switch (reader_next(sheet->reader, &sheet->line)) {
		case READER_END:
			sheet->facts->file = *reader_facts(sheet->reader);
			return sheet->facts->file.starved ?
				fault_memory(fault) :
				0;
		case READER_OVERLONG:
			sheet->facts->rows++;
			reject(sheet, "too long");
			break;
		case READER_CUT:
			sheet->facts->rows++;
			reject(sheet, "cut off");
			break;
		case READER_LINE:
			taken = take_row(sheet, fault);
			break;
		}
	} while (taken == 0);
	return taken;
}

struct sheet_facts *
sheet_facts(const struct sheet *sheet)
{
	return sheet->facts;
}

uint64_t
sheet_line(const struct sheet *sheet)
{
	return sheet->line.number;
}

struct slice
sheet_cell(const struct sheet *sheet, size_t column)
{
	int at = sheet->at[column];

	if (at < 0 || (size_t)at >= sheet->n || !field_given(sheet->fields[at]))
		return (struct slice){ "", 0 };
	return sheet->fields[at];
}

struct slice
sheet_rewrite(struct sheet *sheet, size_t column, struct slice part)
{
	enum field field = sheet->plan->columns[column].field;

	if (field != FIELD_N && part.len > 0)
		part = rewriter_apply(sheet->rewriter, field, part);
	return field_given(part) ? part : (struct slice){ "", 0 };
}

struct slice
sheet_text(struct sheet *sheet, size_t column)
{
	return sheet_rewrite(sheet, column, sheet_cell(sheet, column));
}

void
sheet_problem(struct sheet *sheet, enum sheet_problem problem,
	struct slice cell)
{
	sheet_note_text(sheet->facts, problem, sheet->line.number, cell);
}

void
sheet_blank(struct sheet *sheet, size_t column)
{
	sheet_note(sheet->facts, PROBLEM_BLANK, sheet->line.number,
		sheet->plan->columns[column].name);
}
