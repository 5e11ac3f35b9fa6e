/* SPDX-License-Identifier: Apache-2.0 */
/* Sorted numbers, and how many of them lie below another. No NaN. */
#ifndef QUIS_BASE_DOUBLES_H
#define QUIS_BASE_DOUBLES_H

#include "base/base.h"

/* Ascending. */
void doubles_sort(double *numbers, size_t n);

/* How many of n sorted numbers are below x; at most x. O(log n). */
size_t doubles_below(const double *sorted, size_t n, double x);
size_t doubles_up_to(const double *sorted, size_t n, double x);

#endif
