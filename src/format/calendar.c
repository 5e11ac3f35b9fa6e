/* SPDX-License-Identifier: Apache-2.0 */
#include "format/calendar.h"

/* After Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": eras
 * of 400 years that begin on 1 March, so that the leap day is the last. */
int64_t
calendar_days(int64_t year, unsigned month, unsigned day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	unsigned of_era = (unsigned)(y - era * 400);
	unsigned shifted = month > 2 ? month - 3 : month + 9;
	unsigned of_year = (153 * shifted + 2) / 5 + day - 1;

	return era * 146097 + (int64_t)of_era * 365 + of_era / 4 -
		of_era / 100 + of_year - 719468;
}

void
calendar_civil(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	unsigned of_era = (unsigned)(z - era * 146097);
	unsigned y = (of_era - of_era / 1460 + of_era / 36524 -
		of_era / 146096) / 365;
	unsigned of_year = of_era - (365 * y + y / 4 - y / 100);
	unsigned shifted = (5 * of_year + 2) / 153;

	*day = of_year - (153 * shifted + 2) / 5 + 1;
	*month = shifted < 10 ? shifted + 3 : shifted - 9;
	*year = (int64_t)y + era * 400 + (*month <= 2);
}
