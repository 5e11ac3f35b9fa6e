/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows that are written as they come, for what is too much to be held as a
 * report: CSV as report_csv() writes it, or JSON Lines.
 */
#ifndef QUIS_REPORT_ROWS_H
#define QUIS_REPORT_ROWS_H

#include "base/base.h"
#include "report/sink.h"

enum row_cell {
	ROW_TEXT,   /* from a log: guarded in CSV */
	ROW_PLAIN,  /* of our own making, with nothing in it to be escaped */
	ROW_NUMBER, /* digits */
};

struct row_column {
	const char *name;
	enum row_cell type;
};

struct row_writer {
	struct sink *sink;
	const struct row_column *columns;
	size_t n;
	bool lines;    /* JSON Lines, not CSV */
	bool csv_raw;  /* texts are not guarded */
	bool terminal; /* CSV goes to one: what would act there is shown */
};

/* The digits of a number; into buf. */
enum { ROW_NUMBER_MAX = 20 };
struct slice row_number(char buf[ROW_NUMBER_MAX], uint64_t number);

/* The header of CSV. With csv_raw its first name stands in quotes, which makes
 * no difference but to who reads the rows again and must know of guards. */
void rows_begin(const struct row_writer *rows);

/* One row of n cells; an empty one is not given: null in JSON. -1: memory ran
 * out. Errors of writing stick to the sink. */
int rows_put(const struct row_writer *rows, const struct slice *cells);

#endif
