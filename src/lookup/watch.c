/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/watch.h"

#include "base/memory.h"

enum { HOUR_MS = 3600 * 1000 };

/* The first of the hours that is not before. */
static size_t
find_hour(const struct log_watch *watch, int32_t hour)
{
	size_t low = 0, high = watch->n_hours;

	/* nearly always one of the last two */
	if (high > 0 && watch->hours[high - 1].hour < hour)
		return high;
	if (high > 0 && watch->hours[high - 1].hour == hour)
		return high - 1;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (watch->hours[middle].hour < hour)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
watch_has(const struct log_watch *watch, int32_t hour)
{
	size_t i = find_hour(watch, hour);

	return i < watch->n_hours && watch->hours[i].hour == hour;
}

/* A lookup of hour i was noted last. */
static void
set_until(struct log_watch *watch, size_t i)
{
	if (i + 1 == watch->n_hours && !watch->numbered)
		watch->until_ms = ((int64_t)watch->hours[i].hour + 1) * HOUR_MS;
}

static int
count_hour(struct log_watch *watch, int32_t hour, struct fault *fault)
{
	size_t i = find_hour(watch, hour);
	struct hour_count *at;

	watch->until_ms = 0;
	if (i < watch->n_hours && watch->hours[i].hour == hour) {
		watch->hours[i].n += watch->hours[i].n < UINT32_MAX;
		set_until(watch, i);
		return 0;
	}
	if (watch->n_hours == WATCH_HOURS) {
		watch->scattered = true;
		return 0;
	}
	if (memory_grow((void **)&watch->hours, &watch->cap,
		    watch->n_hours + 1, sizeof(*watch->hours), WATCH_HOURS,
		    "hours of a log", fault) != 0)
		return -1;
	at = watch->hours + i;
	memmove(at + 1, at, (watch->n_hours - i) * sizeof(*at));
	*at = (struct hour_count){ hour, 1 };
	watch->n_hours++;
	set_until(watch, i);
	return 0;
}

static void
jump(struct log_watch *watch, uint64_t line, uint64_t number)
{
	uint64_t passed = number - watch->highest - 1;

	/* a rejected line may have had the number */
	passed -= passed < watch->lost ? passed : watch->lost;
	if (passed > 0 && watch->missing == 0) {
		watch->jump_line = line;
		watch->jump_from = watch->highest;
		watch->jump_to = number;
	}
	watch->missing += passed;
	watch->run += passed;
	watch->highest = number;
}

/* A number that comes late was not missing; one that is lower than all before
 * begins anew. */
static void
count_number(struct log_watch *watch, uint64_t line, uint64_t number)
{
	if (watch->numbered && number > watch->highest) {
		jump(watch, line, number);
	} else if (watch->numbered && number > watch->lowest) {
		watch->missing -= watch->run > 0;
		watch->run -= watch->run > 0;
	} else if (!watch->numbered || number < watch->lowest) {
		watch->lowest = watch->highest = number;
		watch->run = 0;
		watch->anew = watch->numbered;
	}
	watch->numbered = true;
	watch->lost = 0;
}

int
watch_lookup(struct log_watch *watch, int64_t ms, uint64_t line,
	struct slice number, struct fault *fault)
{
	uint64_t value;

	if (watch->begun && ms < watch->last_ms && watch->disorder++ == 0)
		watch->disorder_line = line;
	watch->begun = true;
	watch->last_ms = ms;
	if (number.len > 0 && number_parse_u64(number, &value))
		count_number(watch, line, value);
	else
		watch->lost++;
	/* times are from 1970 on */
	return count_hour(watch, (int32_t)(ms / HOUR_MS), fault);
}

void
watch_free(struct log_watch *watch)
{
	if (watch == NULL)
		return;
	free(watch->hours);
	free(watch);
}
