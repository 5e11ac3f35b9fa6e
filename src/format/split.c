/* SPDX-License-Identifier: Apache-2.0 */
#include "format/split.h"

#include "format/scan.h"

#include <csv.h>

struct splitter {
	char separator;
	const struct scanner *scanner;
	struct scan scan;
	struct slice text; /* that was scanned … */
	bool scanned;      /* … else the fields are in `fields` */
	size_t n;
	struct slice fields[SPLIT_FIELDS_MAX];
	/* for records with quotes */
	struct csv_parser csv;
	size_t rows;
	bool overflow;
	size_t scratch_len;
	char scratch[SPLIT_RECORD_MAX];
};

int
splitter_open(struct splitter **ret, char separator, struct fault *fault)
{
	/* Not zeroed: it is large, and a log has ten of them opened, as what
	 * separates its fields is tried. */
	struct splitter *splitter = malloc(sizeof(*splitter));

	if (splitter == NULL)
		return fault_memory(fault);
	splitter->scanned = false;
	splitter->n = 0;
	splitter->scanner = scanner_best();
	splitter->separator = separator;
	if (csv_init(&splitter->csv, 0) != 0) {
		free(splitter);
		return fault_memory(fault);
	}
	csv_set_delim(&splitter->csv, (unsigned char)separator);
	*ret = splitter;
	return 0;
}

void
splitter_free(struct splitter *splitter)
{
	if (splitter == NULL)
		return;
	csv_free(&splitter->csv);
	free(splitter);
}

/* libcsv's buffer is overwritten by the next field, so each is kept. */
static void
take_field(void *at, size_t len, void *data)
{
	struct splitter *splitter = data;
	char *to = splitter->scratch + splitter->scratch_len;

	if (splitter->rows > 0 || splitter->n == SPLIT_FIELDS_MAX ||
		len > sizeof(splitter->scratch) - splitter->scratch_len) {
		splitter->overflow = true;
		return;
	}
	if (len > 0)
		memcpy(to, at, len);
	splitter->fields[splitter->n++] = (struct slice){ to, len };
	splitter->scratch_len += len;
}

static void
take_row(int end, void *data)
{
	struct splitter *splitter = data;

	(void)end;
	splitter->rows++;
}

enum split
splitter_split_quoted(struct splitter *splitter, struct slice text)
{
	struct csv_parser *csv = &splitter->csv;
	int open;

	if (text.len > SPLIT_RECORD_MAX)
		return SPLIT_BAD;
	splitter->scanned = false;
	splitter->n = 0;
	splitter->rows = 0;
	splitter->overflow = false;
	splitter->scratch_len = 0;
	if (csv_parse(csv, text.at, text.len, take_field, take_row, splitter) !=
		text.len) {
		(void)csv_fini(csv, NULL, NULL, NULL);
		return SPLIT_MEMORY;
	}
	/* libcsv tells of an open quote only in its strict mode, which would
	 * also refuse a lone quote inside a field: strict for the end alone. */
	(void)csv_set_opts(csv, CSV_STRICT | CSV_STRICT_FINI);
	open = csv_fini(csv, take_field, take_row, splitter);
	(void)csv_set_opts(csv, 0);
	if (open != 0) {
		(void)csv_fini(csv, NULL, NULL, NULL);
		return SPLIT_OPEN;
	}
	return splitter->overflow || splitter->rows > 1 ? SPLIT_BAD :
							  SPLIT_DONE;
}

enum split
splitter_split_plain(struct splitter *splitter, struct slice text)
{
	const char *at = text.at, *end = text.at + text.len, *stop;
	struct slice *field = splitter->fields;
	struct slice *last = field + SPLIT_FIELDS_MAX;

	for (;;) {
		if (field == last)
			return SPLIT_BAD;
		stop = memchr(at, splitter->separator, (size_t)(end - at));
		if (stop == NULL)
			stop = end;
		*field = (struct slice){ at, (size_t)(stop - at) };
		if (field->len > 0 && (at[0] <= ' ' || stop[-1] <= ' '))
			*field = slice_trim(*field);
		field++;
		if (stop == end)
			break;
		at = stop + 1;
	}
	splitter->scanned = false;
	splitter->n = (size_t)(field - splitter->fields);
	return SPLIT_DONE;
}

enum split
splitter_split_scanned(struct splitter *splitter, struct slice text)
{
	struct scan *scan = &splitter->scan;

	splitter->scanned = false;
	if (text.len > UINT32_MAX - 64 ||
		!splitter->scanner->scan(text, splitter->separator, scan) ||
		(scan->quoted && text.len > SPLIT_RECORD_MAX))
		return SPLIT_BAD;
	splitter->text = text;
	splitter->scanned = true;
	splitter->n = scan->n + 1;
	return SPLIT_DONE;
}

static inline struct slice
scanned_field(const struct splitter *splitter, size_t i)
{
	const uint32_t *start = splitter->scan.start + i;

	return (struct slice){ splitter->text.at + start[0],
		start[1] - start[0] - 1 };
}

/* Without what the scan left around it. */
static struct slice
unframe(struct slice field)
{
	if (field.len > 1 && field.at[0] == '"')
		return (struct slice){ field.at + 1, field.len - 2 };
	return slice_trim(field);
}

static inline bool
is_framed(const struct splitter *splitter)
{
	return splitter->scan.quoted || splitter->scan.blank;
}

enum split
splitter_split(struct splitter *splitter, struct slice text)
{
	if (splitter_split_scanned(splitter, text) == SPLIT_DONE)
		return SPLIT_DONE;
	if (text.len > 0 && memchr(text.at, '"', text.len) != NULL)
		return splitter_split_quoted(splitter, text);
	return splitter_split_plain(splitter, text);
}

/* The cut-off tail of a damaged file is one record, however many lines its
 * open quote would span. What is known of it stays. */
static void
take_rest(struct splitter *splitter, struct reader *reader, struct line *line)
{
	size_t len = line->text.len < sizeof(splitter->scratch) ?
		line->text.len :
		sizeof(splitter->scratch);
	struct line rest;

	splitter->scanned = false;
	splitter->n = 0;
	if (len > 0)
		memcpy(splitter->scratch, line->text.at, len);
	while (reader_next(reader, &rest) != READER_END)
		;
	line->text = (struct slice){ splitter->scratch, len };
}

enum split
splitter_split_record(struct splitter *splitter, struct reader *reader,
	struct line *line, bool *ret_cut)
{
	enum split split = splitter_split(splitter, line->text);

	*ret_cut = false;
	for (int i = 1; split == SPLIT_OPEN && i < SPLIT_LINES_MAX; i++) {
		if (!reader_extend(reader, line, SPLIT_RECORD_MAX)) {
			*ret_cut = reader_is_cut(reader);
			break;
		}
		split = splitter_split(splitter, line->text);
	}
	if (*ret_cut)
		take_rest(splitter, reader, line);
	else if (split != SPLIT_DONE)
		reader_back(reader, line);
	return split;
}

void
splitter_pick(const struct splitter *splitter, const int *wanted, size_t n,
	struct slice *ret)
{
	bool scanned = splitter->scanned;

	for (size_t i = 0; i < n; i++) {
		if (wanted[i] < 0)
			ret[i] = (struct slice){ NULL, 0 };
		else if (scanned)
			ret[i] = scanned_field(splitter, (size_t)wanted[i]);
		else
			ret[i] = splitter->fields[wanted[i]];
	}
	if (!scanned || !is_framed(splitter))
		return;
	for (size_t i = 0; i < n; i++)
		if (wanted[i] >= 0)
			ret[i] = unframe(ret[i]);
}

const struct slice *
splitter_fields(struct splitter *splitter, size_t *ret_n)
{
	bool scanned = splitter->scanned;

	*ret_n = splitter->n;
	for (size_t i = 0; scanned && i < splitter->n; i++) {
		splitter->fields[i] = scanned_field(splitter, i);
		if (is_framed(splitter))
			splitter->fields[i] = unframe(splitter->fields[i]);
	}
	splitter->scanned = false;
	return splitter->fields;
}

size_t
splitter_count(const struct splitter *splitter)
{
	return splitter->n;
}

bool
splitter_is_ascii(const struct splitter *splitter)
{
	return splitter->scanned && splitter->scan.ascii;
}
