/* SPDX-License-Identifier: Apache-2.0 */
/* Tables: one record a line, or several lines where quotes hold them. */
#include "format/form.h"

#include "base/memory.h"
#include "format/layout.h"
#include "format/settle.h"

static const struct {
	char separator;
	const char *name, *behind;
} tables[] = {
	{ ',', "csv", "syslog+csv" },
	{ '\t', "tsv", "syslog+tsv" },
	{ ';', "csv;", "syslog+csv;" },
	{ '|', "csv|", "syslog+csv|" },
};

static const char *
table_name(char separator, bool behind)
{
	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		if (tables[i].separator == separator)
			return behind ? tables[i].behind : tables[i].name;
	}
	return "";
}

static int
header_keep(struct form *form, struct slice header, struct fault *fault)
{
	char *copy = malloc(header.len + 1);

	if (copy == NULL)
		return fault_memory(fault);
	if (header.len > 0)
		memcpy(copy, header.at, header.len);
	free(form->header);
	form->header = copy;
	form->header_len = header.len;
	form->reread = form->map.syslog ? REREAD_NONE :
					  reread_header(header, &form->columns);
	return 0;
}

/* What no column can ever give is a mistake in the profile, or another log. */
static int
check_rules(const struct form *form, const struct slice *names, size_t n,
	struct fault *fault)
{
	bool has[FORMAT_ALSO] = { false };
	const char *lacks;
	char list[640];

	for (size_t i = FIELD_N; i < form->n_wanted; i++)
		has[i - FIELD_N] = form->wanted[i] != COLUMN_NONE;
	lacks = rules_lack(form->rules, has);
	if (lacks == NULL)
		return 0;
	columns_list(names, n, list, sizeof(list));
	return fault_set(fault, FAULT_USAGE,
		"no column '%.64s', which the profile reads, among %s", lacks,
		list);
}

/* Running numbers are in a column of no field. */
static int
find_numbers(struct form *form, const struct slice *names, size_t n,
	struct fault *fault)
{
	form->number_at = form->sequence ?
		columns_find_sequence(&form->columns, names, n) :
		-1;
	if (form->number_at < 0 || form->sounder != NULL)
		return 0;
	return splitter_open(&form->sounder, form->separator, fault);
}

struct slice
table_number(struct form *form, struct slice text)
{
	struct slice number = { NULL, 0 };

	if (form->number_at >= 0 &&
		splitter_split(form->sounder, text) == SPLIT_DONE &&
		splitter_count(form->sounder) == form->columns.width)
		splitter_pick(form->sounder, &form->number_at, 1, &number);
	return number;
}

/* By the header now in force; without one only numbers name columns. */
static int
want_columns(struct form *form, struct fault *fault)
{
	struct slice numbered[SPLIT_FIELDS_MAX] = { { NULL, 0 } };
	const struct slice *names = numbered;
	size_t n = form->columns.width;
	enum split split = SPLIT_DONE;

	if (form->header != NULL) {
		split = splitter_split(form->splitter,
			(struct slice){ form->header, form->header_len });
		if (split == SPLIT_MEMORY)
			return fault_memory(fault);
		if (split == SPLIT_DONE)
			names = splitter_fields(form->splitter, &n);
	}
	form_want(form, names, n);
	if (form->header != NULL && find_numbers(form, names, n, fault) != 0)
		return -1;
	return n > 0 ? check_rules(form, names, n, fault) : 0;
}

int
form_open_table(struct form *form, const struct layout *layout,
	struct reader *reader, struct fault *fault)
{
	struct lookahead *ahead;

	form->name = table_name(layout->separator, form->map.syslog);
	form->columns = layout->columns;
	form->separator = layout->separator == 0 ? ',' : layout->separator;
	if (layout->separator == 0)
		for (size_t f = 0; f < FIELD_N; f++)
			form->columns.at[f] = COLUMN_NONE;
	if (layout->has_header && header_keep(form, layout->header, fault) != 0)
		return -1;
	if (splitter_open(&form->splitter, form->separator, fault) != 0 ||
		want_columns(form, fault) != 0)
		return -1;
	if (layout->separator == 0 || form->map.syslog ||
		form->rules != NULL)
		return 0;
	ahead = memory_array(1, sizeof(*ahead));
	if (ahead == NULL)
		return fault_memory(fault);
	lookahead_init(ahead, reader, layout->separator);
	lookahead_want(ahead, &form->columns);
	form->ahead = ahead;
	return 0;
}

static enum reason
reason_of_split(const struct form *form, const struct splitter *splitter,
	enum split split, struct fault *fault)
{
	if (split == SPLIT_MEMORY)
		fault_memory(fault);
	if (split == SPLIT_DONE &&
		splitter_count(splitter) == form->columns.width)
		return REASON_LOOKUP;
	return split == SPLIT_OPEN ? REJECT_QUOTE : REJECT_WIDTH;
}

/* Split a record that may go on over several physical lines. */
static enum reason
split_record(struct form *form, struct reader *reader, struct line *line,
	struct fault *fault)
{
	bool cut;
	enum split split =
		splitter_split_record(form->splitter, reader, line, &cut);
	enum reason reason = reason_of_split(form, form->splitter, split,
		fault);

	if (reason == REASON_LOOKUP)
		return reason;
	if (cut)
		return REJECT_CUT;
	/* The record's first line is rejected, reading resumes behind it. */
	if (split == SPLIT_DONE)
		reader_back(reader, line);
	return reason;
}

static bool
is_header(const struct form *form, struct slice text)
{
	return form->header != NULL && text.len == form->header_len &&
		memcmp(text.at, form->header, text.len) == 0;
}

static bool
is_separator_line(struct slice text)
{
	return text.len == 5 && memcmp(text.at, "sep=", 4) == 0;
}

static void
pick(struct form *form, struct splitter *splitter, struct record *ret)
{
	splitter_pick(splitter, form->wanted, FIELD_N, ret->field);
	if (form->n_wanted > FIELD_N)
		splitter_pick(splitter, form->wanted + FIELD_N,
			form->n_wanted - FIELD_N, form->values);
	reread_texts(form->reread, ret);
}

bool
table_time(const struct form *form, const struct zone *zone,
	struct moment *when)
{
	static const int column = REREAD_OFFSET;
	struct slice offset = form->extra[FORM_OFFSET];

	if (form->splitter != NULL)
		splitter_pick(form->splitter, &column, 1, &offset);
	return reread_offset(offset, zone, when);
}

enum reason
table_read(struct form *form, struct reader *reader, struct line *line,
	struct slice text, struct record *ret, struct fault *fault)
{
	enum reason reason;

	if (is_header(form, text))
		return SKIP_HEADER;
	if (is_separator_line(text))
		return SKIP_COMMENT;
	reason = form->map.syslog ?
		reason_of_split(form, form->splitter,
			splitter_split(form->splitter, text), fault) :
		split_record(form, reader, line, fault);
	if (reason == REASON_LOOKUP)
		pick(form, form->splitter, ret);
	return reason;
}

enum reason
table_sound(struct form *form, struct slice text, struct record *ret,
	struct fault *fault)
{
	enum reason reason;

	if (is_header(form, text))
		return SKIP_HEADER;
	if (is_separator_line(text))
		return SKIP_COMMENT;
	if (form->sounder == NULL &&
		splitter_open(&form->sounder, form->separator, fault) != 0)
		return REJECT_WIDTH;
	reason = reason_of_split(form, form->sounder,
		splitter_split(form->sounder, text), fault);
	if (reason == REASON_LOOKUP)
		pick(form, form->sounder, ret);
	return reason;
}

/* How many of these are names of columns: known ones, or those that the user
 * or the rules name. */
static size_t
count_names(const struct form *form, const struct slice *fields, size_t n)
{
	size_t names = 0;

	for (size_t i = 0; i < n; i++) {
		enum field field;
		unsigned rank;
		bool is_name = field_of_header(fields[i], &field, &rank);

		for (size_t f = 0; f < FIELD_N; f++)
			is_name |= form->map.of[f] != NULL &&
				field_header_equal(fields[i],
					slice_of(form->map.of[f]));
		for (size_t k = FIELD_N; k < form->n_wanted; k++)
			is_name |= field_header_equal(fields[i],
				form->also[k - FIELD_N]);
		names += is_name;
	}
	return names;
}

size_t
table_names(struct form *form, struct slice text)
{
	const struct slice *fields;
	size_t n;

	if (splitter_split(form->splitter, text) != SPLIT_DONE)
		return 0;
	fields = splitter_fields(form->splitter, &n);
	return count_names(form, fields, n);
}

/* Is this line, which is no record, another header? Then follow it. */
static bool
follow_header(struct form *form, struct slice text, struct fault *fault)
{
	const struct slice *fields;
	struct columns columns;
	struct fault ignored = { 0 };
	enum split split;
	size_t n;

	/* what goes by number stays where it is */
	if (form->header == NULL || column_map_by_number(&form->map))
		return false;
	split = splitter_split(form->splitter, text);
	if (split == SPLIT_MEMORY)
		fault_memory(fault);
	if (split != SPLIT_DONE)
		return false;
	fields = splitter_fields(form->splitter, &n);
	if (count_names(form, fields, n) < HEADER_NAMES ||
		columns_of_header(fields, n, &form->map, &columns, &ignored) <
			0)
		return false;
	if (columns.at[FIELD_TIME] < 0 && columns.at[FIELD_DATE] >= 0) {
		columns.at[FIELD_TIME] = columns.at[FIELD_DATE];
		columns.at[FIELD_DATE] = COLUMN_NONE;
	}
	if (!columns_complete(&columns))
		return false;
	form->columns = columns;
	form_want(form, fields, n);
	return find_numbers(form, fields, n, fault) == 0 &&
		header_keep(form, text, fault) == 0;
}

/* A line that begins with # and is no record, nor looks like a broken one: a
 * time in it would make it one of an account that begins with #. */
static bool
is_comment(struct form *form, struct slice text, const struct zone *zone)
{
	const struct slice *fields;
	struct moment when;
	size_t n;

	if (text.at[0] != '#')
		return false;
	if (splitter_split(form->splitter, text) != SPLIT_DONE)
		return false;
	fields = splitter_fields(form->splitter, &n);
	for (size_t i = 0; i < n; i++) {
		if (time_parse(fields[i], zone, &when))
			return false;
	}
	return true;
}

enum reason
table_refuse(struct form *form, struct slice text, const struct zone *zone,
	enum reason reason, struct fault *fault)
{
	if (reason != REJECT_WIDTH && reason != REJECT_BAD_TIME)
		return reason;
	if (follow_header(form, text, fault))
		return SKIP_HEADER;
	if (reason == REJECT_WIDTH && is_comment(form, text, zone))
		return SKIP_COMMENT;
	return reason;
}
