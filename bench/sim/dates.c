/* SPDX-License-Identifier: Apache-2.0 */
#include "dates.h"

#include <string.h>

static int
days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 ? leap : 0);
}

static int
digits(const char *text, int n)
{
	int value = 0;

	for (int i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

int
date_parse(const char *text, int64_t *ret_day)
{
	int year, month, day;
	int64_t days = 0;

	if (strlen(text) != DATE_LEN || text[4] != '-' || text[7] != '-')
		return -1;
	year = digits(text, 4);
	month = digits(text + 5, 2);
	day = digits(text + 8, 2);
	if (year < 1970 || year > 2199 || month < 1 || month > 12 || day < 1 ||
		day > days_in(year, month))
		return -1;
	for (int y = 1970; y < year; y++)
		days += 337 + days_in(y, 2);
	for (int m = 1; m < month; m++)
		days += days_in(year, m);
	*ret_day = days + day - 1;
	return 0;
}

static void
put(char *out, int value, int n)
{
	while (n-- > 0) {
		out[n] = (char)('0' + value % 10);
		value /= 10;
	}
}

void
date_format(int64_t day, char out[DATE_LEN + 1])
{
	int year = 1970, month = 1;

	while (day >= 337 + days_in(year, 2)) {
		day -= 337 + days_in(year, 2);
		year++;
	}
	while (day >= days_in(year, month)) {
		day -= days_in(year, month);
		month++;
	}
	memcpy(out, "0000-00-00", DATE_LEN + 1);
	put(out, year, 4);
	put(out + 5, month, 2);
	put(out + 8, (int)day + 1, 2);
}

unsigned
date_weekday(int64_t day)
{
	return (unsigned)((day + 4) % 7);
}
