/* SPDX-License-Identifier: Apache-2.0 */
#include "report/rows.h"

#include "report/csv.h"
#include "report/escape.h"

struct slice
row_number(char buf[ROW_NUMBER_MAX], uint64_t number)
{
	char *at = buf + ROW_NUMBER_MAX;

	do {
		*--at = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	return (struct slice){ at, (size_t)(buf + ROW_NUMBER_MAX - at) };
}

void
rows_begin(const struct row_writer *rows)
{
	if (rows->lines)
		return;
	for (size_t i = 0; i < rows->n; i++) {
		bool quoted = rows->csv_raw && i == 0;

		sink_text(rows->sink, i > 0 ? "," : quoted ? "\"" : "");
		sink_text(rows->sink, rows->columns[i].name);
		sink_text(rows->sink, quoted ? "\"" : "");
	}
	sink_put(rows->sink, "\n", 1);
}

static int
put_csv(const struct row_writer *rows, const struct slice *cells)
{
	struct sink *sink = rows->sink;

	for (size_t i = 0; i < rows->n; i++) {
		struct slice cell = cells[i];

		if (i > 0)
			sink_put(sink, ",", 1);
		if (cell.len == 0)
			continue;
		if (rows->columns[i].type != ROW_TEXT)
			sink_put(sink, cell.at, cell.len);
		else if (csv_put(sink, cell, rows->csv_raw, rows->terminal) !=
			0)
			return -1;
	}
	sink_put(sink, "\n", 1);
	return 0;
}

static void
put_plain(struct sink *sink, struct slice cell, enum row_cell type)
{
	const char *quote = type == ROW_NUMBER ? "" : "\"";

	sink_text(sink, quote);
	sink_put(sink, cell.at, cell.len);
	sink_text(sink, quote);
}

static void
put_json(const struct row_writer *rows, const struct slice *cells)
{
	struct sink *sink = rows->sink;

	for (size_t i = 0; i < rows->n; i++) {
		struct slice cell = cells[i];

		sink_text(sink, i > 0 ? ", \"" : "{\"");
		sink_text(sink, rows->columns[i].name);
		sink_put(sink, "\": ", 3);
		if (cell.len == 0)
			sink_put(sink, "null", 4);
		else if (rows->columns[i].type == ROW_TEXT)
			escape_json(sink, cell);
		else
			put_plain(sink, cell, rows->columns[i].type);
	}
	sink_put(sink, "}\n", 2);
}

int
rows_put(const struct row_writer *rows, const struct slice *cells)
{
	if (!rows->lines)
		return put_csv(rows, cells);
	put_json(rows, cells);
	return 0;
}
