/* SPDX-License-Identifier: Apache-2.0 */
#include "report/escape.h"
#include "report/format.h"

static void
put_row(struct sink *sink, const struct cell *cells, size_t n, bool raw)
{
	char buf[CELL_PRINT_MAX];

	for (size_t i = 0; i < n; i++) {
		/* A negative number is no formula. */
		bool plain = raw || cells[i].type != CELL_TEXT;

		if (i > 0)
			sink_put(sink, ",", 1);
		escape_csv(sink, cell_print(buf, &cells[i]), plain);
	}
	sink_put(sink, "\n", 1);
}

int
report_csv(const struct report *report, struct sink *sink, bool raw)
{
	const struct table *rows = &report->rows;

	for (size_t i = 0; i < rows->n_columns; i++) {
		if (i > 0)
			sink_put(sink, ",", 1);
		escape_csv(sink, slice_of(rows->columns[i].name), true);
	}
	sink_put(sink, "\n", 1);
	for (size_t i = 0; i < rows->n_rows; i++)
		put_row(sink, rows->cells + i * rows->n_columns,
			rows->n_columns, raw);
	return 0;
}
