/* SPDX-License-Identifier: Apache-2.0 */
/* The proleptic Gregorian calendar, after H. Hinnant, "chrono-compatible
 * low-level date algorithms". */
#ifndef QUIS_FORMAT_CALENDAR_H
#define QUIS_FORMAT_CALENDAR_H

#include "base/base.h"

/* Days since 1970-01-01 of a proleptic Gregorian date, and back. */
int64_t calendar_days(int64_t year, unsigned month, unsigned day);
void calendar_civil(int64_t days, int64_t *year, unsigned *month,
	unsigned *day);

#endif
