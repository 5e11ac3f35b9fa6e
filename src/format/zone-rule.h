/* SPDX-License-Identifier: Apache-2.0 */
/* The rule by which a zone changes its offset every year, as the POSIX TZ text
 * at the end of a TZif file has it: "CET-1CEST,M3.5.0,M10.5.0/3". */
#ifndef QUIS_FORMAT_ZONE_RULE_H
#define QUIS_FORMAT_ZONE_RULE_H

#include "base/base.h"

enum zone_day_kind { DAY_OF_WEEK, DAY_WITHOUT_LEAP, DAY_OF_YEAR };

struct zone_day {
	enum zone_day_kind kind;
	unsigned month, week, weekday; /* DAY_OF_WEEK: Mm.w.d */
	unsigned day;                  /* the others: Jn from 1, n from 0 */
	int32_t second;                /* of the local clock, -167 to 167 h */
};

struct zone_rule {
	int32_t standard, daylight; /* seconds east */
	bool has_daylight;
	struct zone_day start, end; /* of daylight time */
};

/* false: this is no such text; *ret is undefined. */
bool zone_rule_parse(struct slice text, struct zone_rule *ret);

/* Days since 1970-01-01 of the rule's day in a year. */
int64_t zone_day_of(const struct zone_day *day, int64_t year);

#endif
