/* SPDX-License-Identifier: Apache-2.0 */
/* How a cell reads, in every format. */
#ifndef QUIS_REPORT_CELL_H
#define QUIS_REPORT_CELL_H

#include "base/base.h"
#include "report/model.h"

enum { CELL_PRINT_MAX = 352 };
/* The unescaped text of a cell: its own, or one in buf. Empty when the value
 * cannot be known, which NaN and infinity say as well; flags are yes or no,
 * numbers have one decimal, probabilities four significant digits. */
struct slice cell_print(char buf[CELL_PRINT_MAX], const struct cell *cell);

#endif
