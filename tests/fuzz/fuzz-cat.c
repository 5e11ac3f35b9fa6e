/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a log, printed as `quis cat` does, in one of its three ways, and
 * read again: it is printed the same, lookup by lookup. The first byte is the
 * way. */
#include "format/parser.h"
#include "format/reread.h"
#include "format/split.h"
#include "report/rows.h"
#include "tests/fuzz/fuzz.h"

static struct row_column columns[REREAD_N];

static void
name_columns(void)
{
	for (size_t i = 0; i < REREAD_N; i++)
		columns[i] = (struct row_column){ reread_names[i], ROW_TEXT };
	columns[0].type = columns[REREAD_OFFSET].type = ROW_PLAIN;
	columns[REREAD_N - 1].type = ROW_NUMBER;
}

/* What differs by where it was read is left out: file and line. */
static void
put_lookup(const struct row_writer *rows, const struct parsed *parsed)
{
	struct slice cells[REREAD_N] = { 0 };
	const struct moment *when = &parsed->when;
	char time[TIME_TEXT_MAX], offset[16];
	enum field field;

	for (size_t i = 1; i < REREAD_OFFSET; i++) {
		MUST(field_of_name(slice_of(reread_names[i]), &field));
		if (field_given(parsed->record.field[field]))
			cells[i] = parsed->record.field[field];
		if (field == FIELD_SUBJECT)
			cells[i] = parsed->subjects[0].name;
	}
	cells[0] = (struct slice){ time, time_print(time, when->ms, 0) };
	(void)snprintf(offset, sizeof(offset), "%c%02d:%02d",
		when->offset < 0 ? '-' : '+', abs(when->offset) / 3600 % 100,
		abs(when->offset) / 60 % 60);
	if (when->zoned)
		cells[REREAD_OFFSET] = slice_of(offset);
	MUST(rows_put(rows, cells) == 0);
}

/* Lookups printed; what came out is the sink's. */
static size_t
print(const uint8_t *data, size_t len, struct row_writer *rows)
{
	static struct reader_spare spare;
	static struct zone *zone;
	const struct reader_limits limits = { .line = 1 << 16, .ratio = 1000,
		.spare = &spare };
	struct fuzz_feed bytes = fuzz_feed(data, len, len);
	struct format_options options = { 0 };
	struct fault fault = { 0 };
	struct reader *reader = NULL;
	struct parser *parser = NULL;
	struct parsed parsed = { 0 };
	size_t n = 0;

	if (zone == NULL)
		MUST(zone_open(&zone, "+06:00", &fault) == 0);
	options.zone = zone;
	MUST(sink_memory(&rows->sink, &fault) == 0);
	rows_begin(rows);
	MUST(reader_open_feed(&reader, "log", &bytes.feed, &limits,
		&fault) == 0);
	if (parser_open(&parser, reader, &options, &fault) == 0) {
		while (parser_next(parser, &parsed, &fault) > 0) {
			if (parsed.reason != REASON_LOOKUP)
				continue;
			put_lookup(rows, &parsed);
			n++;
		}
	}
	MUST(fault.code == FAULT_NONE || fault.code == FAULT_USAGE);
	parser_free(parser);
	reader_free(reader);
	return n;
}

/* Could a row of CSV span more lines than a record may? */
static bool
is_tall(const struct row_writer *rows, size_t n)
{
	struct slice text = sink_bytes(rows->sink);
	size_t lines = 0;

	for (size_t i = 0; i < text.len; i++)
		lines += text.at[i] == '\n';
	return !rows->lines && lines - n >= SPLIT_LINES_MAX;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct row_writer first, second;
	struct slice one, two;
	size_t n;

	if (len < 2)
		return 0;
	if (columns[0].name == NULL)
		name_columns();
	first = (struct row_writer){ .columns = columns, .n = REREAD_N,
		.lines = data[0] % 4 == 1, .csv_raw = data[0] % 4 == 2 };
	second = first;
	n = print(data + 1, len - 1, &first);
	one = sink_bytes(first.sink);
	if (n > 0 && !is_tall(&first, n)) {
		MUST(print((const uint8_t *)one.at, one.len, &second) == n);
		two = sink_bytes(second.sink);
		MUST(slice_equal(one, two));
		sink_abort(second.sink);
	}
	sink_abort(first.sink);
	return 0;
}
