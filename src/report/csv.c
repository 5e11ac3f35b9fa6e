/* SPDX-License-Identifier: Apache-2.0 */
#include "report/csv.h"

#include "report/escape.h"
#include "report/format.h"

/* Apart, for its fault would be cleared for each field that needs none. */
static int
put_shown(struct sink *sink, struct slice text, bool raw)
{
	struct fault fault = { 0 };
	struct sink *shown;

	if (sink_memory(&shown, &fault) != 0)
		return -1;
	escape_terminal(shown, text);
	escape_csv(sink, sink_bytes(shown), raw);
	sink_abort(shown);
	return 0;
}

int
csv_put(struct sink *sink, struct slice text, bool raw, bool terminal)
{
	if (terminal)
		return put_shown(sink, text, raw);
	escape_csv(sink, text, raw);
	return 0;
}

static int
put_row(struct sink *sink, const struct column *columns,
	const struct cell *cells, size_t n, bool raw, bool terminal)
{
	char buf[CELL_PRINT_MAX];
	bool first = true;

	for (size_t i = 0; i < n; i++) {
		bool own = cells[i].type != CELL_TEXT;

		if (column_is_drawn(&columns[i]))
			continue;
		if (!first)
			sink_put(sink, ",", 1);
		first = false;
		/* A negative number is no formula. */
		if (csv_put(sink, cell_print(buf, &cells[i]), raw || own,
			    terminal && !own) != 0)
			return -1;
	}
	sink_put(sink, "\n", 1);
	return 0;
}

static int
put_rows(const struct report *report, struct sink *sink, bool raw,
	bool terminal)
{
	const struct table *rows = &report->rows;
	bool first = true;

	for (size_t i = 0; i < rows->n_columns; i++) {
		if (column_is_drawn(&rows->columns[i]))
			continue;
		if (!first)
			sink_put(sink, ",", 1);
		first = false;
		escape_csv(sink, slice_of(rows->columns[i].name), true);
	}
	sink_put(sink, "\n", 1);
	for (size_t i = 0; i < rows->n_rows; i++) {
		if (put_row(sink, rows->columns,
			    rows->cells + i * rows->n_columns,
			    rows->n_columns, raw, terminal) != 0)
			return -1;
	}
	return 0;
}

int
report_csv(const struct report *report, struct sink *sink, bool raw)
{
	return put_rows(report, sink, raw, false);
}

int
report_csv_shown(const struct report *report, struct sink *sink, bool raw)
{
	return put_rows(report, sink, raw, true);
}
