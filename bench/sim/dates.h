/* SPDX-License-Identifier: Apache-2.0 */
/* Days since 1970-01-01 and the Gregorian calendar. */
#ifndef SIM_DATES_H
#define SIM_DATES_H

#include <stdint.h>

enum { DATE_LEN = 10, SECONDS_A_DAY = 86400 };

/* YYYY-MM-DD between 1970 and 2199; returns -1 when it is no date. */
int date_parse(const char *text, int64_t *ret_day);
/* Writes YYYY-MM-DD and a terminating zero. */
void date_format(int64_t day, char out[DATE_LEN + 1]);
/* 0 is Sunday. */
unsigned date_weekday(int64_t day);

#endif
