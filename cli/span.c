/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/span.h"

#include "format/time.h"

/* "90d": milliseconds back. */
static bool
parse_back(const char *text, int64_t *ret)
{
	static const struct {
		char letter;
		int64_t ms;
	} units[] = { { 'd', 86400000 }, { 'h', 3600000 }, { 'm', 60000 } };
	struct slice digits = slice_of(text);
	uint64_t n;

	if (digits.len < 2)
		return false;
	digits.len--;
	if (!number_parse_u64(digits, &n) || n > 1000000)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (text[digits.len] == units[i].letter) {
			*ret = (int64_t)n * units[i].ms;
			return true;
		}
	}
	return false;
}

/* A date, or a time; *ret in milliseconds, local if there is no offset. */
static bool
parse_absolute(const char *text, const struct zone *zone, struct moment *ret)
{
	if (strlen(text) == 10 &&
		time_parse_pair(slice_of(text), slice_of("00:00:00"), zone,
			ret))
		return true;
	return time_parse(slice_of(text), zone, ret);
}

static int
check_one(const char *name, const char *text, struct fault *fault)
{
	struct zone *zone = NULL;
	struct moment when;
	int64_t back;
	bool good;

	if (text == NULL)
		return 0;
	if (zone_open(&zone, "UTC", fault) != 0)
		return -1;
	good = parse_back(text, &back) || parse_absolute(text, zone, &when);
	zone_free(zone);
	if (good)
		return 0;
	return fault_set(fault, FAULT_USAGE,
		"--%s '%s' is no time; write 2026-05-01, 2026-05-01T08:00, "
		"90d, 12h or 45m",
		name, text);
}

int
span_check(const struct settings *settings, struct fault *fault)
{
	return check_one("since", settings->since, fault) != 0 ||
			check_one("until", settings->until, fault) != 0 ||
			check_one("leaked-before", settings->leaked_before,
				fault) != 0 ?
		-1 :
		0;
}

static int
resolve(const struct reading *reading, const char *text, int64_t *ret,
	struct fault *fault)
{
	struct zone *zone = NULL;
	struct moment when;
	char name[64];
	int64_t back;

	if (text == NULL)
		return 0;
	if (parse_back(text, &back)) {
		*ret = reading->book->last_ms + 1 - back;
		return 0;
	}
	reading_report_zone(reading, name);
	if (zone_open(&zone, name, fault) != 0)
		return -1;
	if (parse_absolute(text, zone, &when))
		*ret = when.ms;
	zone_free(zone);
	return 0;
}

int
span_window(const struct reading *reading, struct window *ret,
	struct fault *fault)
{
	const struct settings *settings = reading->settings;
	struct window window = { .since = INT64_MIN, .until = INT64_MAX,
		.zone = reading->report_zone,
		.offset = reading->book->offset };

	if (resolve(reading, settings->since, &window.since, fault) != 0 ||
		resolve(reading, settings->until, &window.until, fault) != 0)
		return -1;
	if (window.since >= window.until)
		return fault_set(fault, FAULT_USAGE,
			"--since %s is not before --until %s", settings->since,
			settings->until != NULL ? settings->until : "");
	*ret = window;
	return 0;
}

int
span_leaked_before(const struct reading *reading, int64_t *ret,
	struct fault *fault)
{
	int64_t before = INT64_MAX;

	if (resolve(reading, reading->settings->leaked_before, &before,
		    fault) != 0)
		return -1;
	*ret = before;
	return 0;
}
