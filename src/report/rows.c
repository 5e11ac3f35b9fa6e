/* SPDX-License-Identifier: Apache-2.0 */
#include "report/rows.h"

#include "report/csv.h"
#include "report/escape.h"

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
		else if (!rows->terminal)
			escape_csv(sink, cell, rows->csv_raw);
		else if (csv_put_shown(sink, cell, rows->csv_raw) != 0)
			return -1;
	}
	sink_put(sink, "\n", 1);
	return 0;
}

static void
put_json(const struct row_writer *rows, const struct slice *cells)
{
	struct sink *sink = rows->sink;

	for (size_t i = 0; i < rows->n; i++) {
		struct slice cell = cells[i];

		sink_put(sink, i > 0 ? ", " : "{", i > 0 ? 2 : 1);
		escape_json(sink, slice_of(rows->columns[i].name));
		sink_put(sink, ": ", 2);
		if (cell.len == 0)
			sink_put(sink, "null", 4);
		else if (rows->columns[i].type == ROW_NUMBER)
			sink_put(sink, cell.at, cell.len);
		else
			escape_json(sink, cell);
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
