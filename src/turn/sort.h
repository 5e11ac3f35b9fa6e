/* SPDX-License-Identifier: Apache-2.0 */
/* Sorting one user's rows by row_compare(). */
#ifndef QUIS_TURN_SORT_H
#define QUIS_TURN_SORT_H

#include "lookup/row.h"

/* `spare` has room for n rows too. */
void rows_sort(struct row *rows, struct row *spare, size_t n);

#endif
