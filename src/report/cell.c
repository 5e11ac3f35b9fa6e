/* SPDX-License-Identifier: Apache-2.0 */
#include "report/cell.h"

#include <inttypes.h>

#include "base/decimal.h"

/* -0.04 rounds to a zero that needs no sign. */
static int
print_number(char buf[CELL_PRINT_MAX], double number)
{
	int len = snprintf(buf, CELL_PRINT_MAX, "%.1f", number);

	if (strcmp(buf, "-0.0") == 0)
		len = snprintf(buf, CELL_PRINT_MAX, "0.0");
	return len;
}

struct slice
cell_print(char buf[CELL_PRINT_MAX], const struct cell *cell)
{
	int len = 0;

	buf[0] = '\0';
	switch (cell->type) {
	case CELL_EMPTY:
		break;
	case CELL_TEXT:
		return cell->text;
	case CELL_COUNT:
		len = snprintf(buf, CELL_PRINT_MAX, "%" PRIu64, cell->count);
		break;
	case CELL_NUMBER:
		if (isfinite(cell->number))
			len = print_number(buf, cell->number);
		break;
	case CELL_REAL:
		if (isfinite(cell->number))
			len = snprintf(buf, CELL_PRINT_MAX, "%.15g",
				cell->number);
		break;
	case CELL_LN:
		if (!isnan(cell->number))
			len = (int)decimal_print(buf, CELL_PRINT_MAX,
				decimal_of_ln(cell->number));
		break;
	case CELL_FLAG:
		return slice_of(cell->flag ? "yes" : "no");
	}
	return (struct slice){ buf, (size_t)len };
}
