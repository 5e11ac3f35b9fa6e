/* SPDX-License-Identifier: Apache-2.0 */
/* Logs that are written one a day, as their names say. */
#ifndef QUIS_LOOKUP_SERIES_H
#define QUIS_LOOKUP_SERIES_H

#include "base/base.h"

/* The day, since 1970, that the last part of a path names (2026-05-01,
 * 2026_05_01, 20260501, or ex260501, as IIS does), and where the date stands in
 * the path. False: none, or more than one. */
bool series_day(const char *path, int32_t *ret_day, struct slice *ret_date);

/* Order of the series of two paths that name days; 0: they are of one, alike
 * but for the date and the compression. */
int series_compare(const char *a, struct slice date_a, const char *b,
	struct slice date_b);

/* Days that a series has, in order and each once: is it daily? It is if it has
 * three days or more and most are followed by the next day. */
bool series_is_daily(const int32_t *days, size_t n);

/* Is a day that a daily series lacks missing? It is not if no day of the
 * series is of that weekday, in two weeks or more. */
bool series_lacks(const int32_t *days, size_t n, int32_t day);

#endif
