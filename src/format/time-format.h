/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times in a form that somebody describes, as for strptime(3), but English
 * whatever the locale:
 *   %Y %y     year of four digits, of two (69 to 99 are of the last century)
 *   %m %b %B  month: number, name, which may be short or long for both
 *   %d %e     day of the month, %j of the year
 *   %H %I %p  hour of 24, of 12 with AM or PM
 *   %M %S %f  minute, second, fraction of it, however long
 *   %s        seconds since 1970, which say all
 *   %z        +0600 +06:00 +06 Z
 *   %Z        UTC, GMT, Z or +06; another name is passed by
 *   %a %A     day of the week, short or long, passed by
 *   %T %R     %H:%M:%S, %H:%M
 *   %F %D     %Y-%m-%d, %m/%d/%y
 *   %%        a percent sign
 * A blank stands for blanks and tabs, one at least; else text stands for
 * itself. Numbers may lack leading zeros, but for %Y and %y.
 *
 * A format may lack the year, as that of syslog does (RFC 3164). It is the
 * last year in which the time is before some time near it (when the file was
 * written, the last time seen) and a day, for clocks that are ahead.
 */
#ifndef QUIS_FORMAT_TIME_FORMAT_H
#define QUIS_FORMAT_TIME_FORMAT_H

#include "base/base.h"
#include "format/time.h"

struct time_format;

/* FAULT_USAGE: it says something twice, or too little to know a minute. */
int time_format_open(struct time_format **ret, const char *format,
	struct fault *fault);
void time_format_free(struct time_format *format);

bool time_format_has_year(const struct time_format *format);

/* All of the text, but for blanks around. false: it is of another form, or
 * there is no such time, or the year is not known, as near_ms is 0; *ret is
 * untouched. Threads may share a format. */
bool time_format_parse(const struct time_format *format, struct slice text,
	const struct zone *zone, int64_t near_ms, struct moment *ret);

#endif
