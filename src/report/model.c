/* SPDX-License-Identifier: Apache-2.0 */
#include "report/model.h"

/* 64 million cells are 1.5 GiB: no report that anybody reads. */
static const size_t CELLS_MAX = (size_t)1 << 26;

int
table_append(struct table *table, struct cell **ret, struct fault *fault)
{
	void *cells = table->cells;
	size_t used, need;

	if (__builtin_mul_overflow(table->n_rows, table->n_columns, &used) ||
		__builtin_add_overflow(used, table->n_columns, &need))
		return fault_memory(fault);
	if (memory_grow(&cells, &table->cap, need, sizeof(*table->cells),
		CELLS_MAX, "cells in a report", fault) != 0)
		return -1;
	table->cells = cells;
	if (table->n_columns > 0)
		memset(table->cells + used, 0,
			table->n_columns * sizeof(*table->cells));
	table->n_rows++;
	*ret = table->cells + used;
	return 0;
}

void
table_free(struct table *table)
{
	if (table == NULL)
		return;
	free(table->cells);
	table->cells = NULL;
	table->n_rows = 0;
	table->cap = 0;
}
