/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/quiet.h"

#include "base/memory.h"
#include "lookup/gaps.h"

enum { WEEKS_MOST = 53, BESIDE = 2 };

/* Counts of one slot of the week (or day of the week), in order. */
struct slot {
	uint64_t *counts;
	size_t n;
};

/* Local hour of the week, day of the week, … from some origin. */
static size_t
slot_of(int64_t local, int64_t slots)
{
	int64_t at = local % slots;

	return (size_t)(at < 0 ? at + slots : at);
}

static int
compare_counts(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The counts of items by slot, sorted: memory of n counts, cut up. */
static void
sort_slots(const uint64_t *counts, const int64_t *local, size_t n,
	struct slot *slots, size_t n_slots, uint64_t *memory)
{
	size_t at = 0;

	for (size_t i = 0; i < n; i++)
		slots[slot_of(local[i], (int64_t)n_slots)].n++;
	for (size_t k = 0; k < n_slots; k++) {
		slots[k].counts = memory + at;
		at += slots[k].n;
		slots[k].n = 0;
	}
	for (size_t i = 0; i < n; i++) {
		struct slot *slot =
			&slots[slot_of(local[i], (int64_t)n_slots)];

		slot->counts[slot->n++] = counts[i];
	}
	for (size_t k = 0; k < n_slots; k++)
		if (slots[k].n > 1)
			qsort(slots[k].counts, slots[k].n, sizeof(uint64_t),
				compare_counts);
}

/* The lower median of the others, where one is 0; 0: there are too few. */
static uint64_t
median_of_others(const struct slot *slot)
{
	return slot->n < GAP_WEEKS + 1 ? 0 :
					 slot->counts[1 + (slot->n - 2) / 2];
}

/* The least of the same hour on the other days with any lookup, by hour of the
 * day; 0: there are too few. */
struct least {
	size_t n, zeros;
	uint64_t least; /* that is not 0 */
};

static uint64_t
least_of_others(const struct least *least)
{
	return least->n < GAP_DAYS + 1 || least->zeros > 1 ? 0 : least->least;
}

struct days {
	int64_t *local; /* days since 1970, local time */
	uint64_t *counts;
	size_t n;
};

struct work {
	const struct hours *hours;
	struct days days;
	size_t *day_of;   /* of each hour */
	uint64_t *sorted; /* as many as there are hours */
	struct slot of_week[WEEK_HOURS], of_weekday[7];
	struct least of_day[DAY_HOURS];
	bool *covered;    /* days of which an hour is in a gap */
};

static int64_t
floor_day(int64_t hour)
{
	return hour / DAY_HOURS - (hour % DAY_HOURS < 0);
}

static void
count_days(struct work *work)
{
	const struct hours *hours = work->hours;
	struct days *days = &work->days;

	for (size_t i = 0; i < hours->n; i++) {
		int64_t day = floor_day(hours->local[i]);

		/* clocks that are put back do not come to another day twice */
		if (days->n == 0 || days->local[days->n - 1] < day) {
			days->local[days->n] = day;
			days->counts[days->n++] = 0;
		}
		days->counts[days->n - 1] += hours->counts[i];
		work->day_of[i] = days->n - 1;
	}
}

static void
count_least(struct work *work)
{
	const struct hours *hours = work->hours;

	for (size_t i = 0; i < hours->n; i++) {
		struct least *least = &work->of_day[slot_of(hours->local[i],
			DAY_HOURS)];
		uint64_t count = hours->counts[i];

		if (work->days.counts[work->day_of[i]] == 0)
			continue;
		least->n++;
		least->zeros += count == 0;
		if (count > 0 && (least->least == 0 || count < least->least))
			least->least = count;
	}
}

/* Where the hour is that is so far by the clock, which may have been changed. */
static int64_t
index_of(const struct hours *hours, size_t i, int64_t far)
{
	int64_t at = (int64_t)i + far;

	if (at < 0 || at >= (int64_t)hours->n)
		return at;
	return at + hours->local[i] + far - hours->local[at];
}

/* The most in the same hour of the nearest n weeks on that side whose day has any
 * lookup; UINT64_MAX: there are none within a year. */
static uint64_t
count_beside(const struct work *work, size_t i, int64_t side, int n)
{
	const struct hours *hours = work->hours;
	const struct days *days = &work->days;
	uint64_t most = 0;
	int found = 0;

	for (int64_t weeks = 1; weeks <= WEEKS_MOST && found < n; weeks++) {
		int64_t far = side * weeks * WEEK_HOURS;
		int64_t at = index_of(hours, i, far);
		int64_t day = floor_day(hours->local[i] + far);

		if (day < days->local[0] || day > days->local[days->n - 1])
			break;
		/* before the first or after the last lookup, on its day */
		if (at < 0 || at >= (int64_t)hours->n) {
			found++;
			continue;
		}
		if (days->counts[work->day_of[at]] == 0)
			continue;
		if (hours->counts[at] > most)
			most = hours->counts[at];
		found++;
	}
	return found == 0 ? UINT64_MAX : most;
}

static uint64_t
lesser(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* At either end of the logs, the one week beside tells. */
static uint64_t
most_beside(const struct work *work, size_t i)
{
	uint64_t before = count_beside(work, i, -1, BESIDE);
	uint64_t after = count_beside(work, i, 1, BESIDE);

	if (before == UINT64_MAX)
		after = count_beside(work, i, 1, 1);
	if (after == UINT64_MAX)
		before = count_beside(work, i, -1, 1);
	return lesser(before, after);
}

static uint64_t
expected_in(const struct work *work, size_t i)
{
	int64_t local = work->hours->local[i];
	const struct slot *slot =
		&work->of_week[slot_of(local, WEEK_HOURS)];

	if (slot->n > GAP_WEEKS) {
		uint64_t expected = median_of_others(slot);

		return expected < GAP_LEAST ?
			expected :
			lesser(expected, most_beside(work, i));
	}
	if (work->days.counts[work->day_of[i]] == 0)
		return 0;
	return least_of_others(&work->of_day[slot_of(local, DAY_HOURS)]);
}

/* Hours without a lookup between two that are gaps belong to the gap. */
static int
find_hours(struct work *work, struct quiet *ret)
{
	const struct hours *hours = work->hours;
	bool open = false;
	int n = 0;

	for (size_t i = 0; i < hours->n; i++) {
		uint64_t expected;

		if (hours->counts[i] > 0) {
			open = false;
			continue;
		}
		expected = expected_in(work, i);
		if (expected < GAP_LEAST)
			continue;
		if (!open && n == QUIET_MOST)
			break;
		if (!open)
			ret[n++] = (struct quiet){
				.from = hours->first + (int32_t)i };
		open = true;
		ret[n - 1].to = hours->first + (int32_t)i + 1;
		ret[n - 1].expected += expected;
		work->covered[work->day_of[i]] = true;
	}
	return n;
}

static int
find_days(const struct work *work, struct quiet *ret, int n)
{
	const struct hours *hours = work->hours;
	const struct days *days = &work->days;

	for (size_t i = 0, end; i < hours->n && n < QUIET_MOST; i = end) {
		size_t day = work->day_of[i];
		const struct slot *slot =
			&work->of_weekday[slot_of(days->local[day], 7)];
		uint64_t expected = median_of_others(slot);

		for (end = i; end < hours->n && work->day_of[end] == day;)
			end++;
		if (days->counts[day] == 0 && !work->covered[day] &&
			expected >= GAP_LEAST)
			ret[n++] = (struct quiet){ hours->first + (int32_t)i,
				hours->first + (int32_t)end, expected };
	}
	return n;
}

static int
compare_quiet(const void *a, const void *b)
{
	const struct quiet *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

int
quiet_find(const struct hours *hours, struct quiet ret[QUIET_MOST],
	struct fault *fault)
{
	struct work *work = memory_array(1, sizeof(*work));
	size_t n = hours->n;
	int found = -1;

	if (work == NULL)
		return fault_memory(fault);
	work->hours = hours;
	work->day_of = memory_array(n, sizeof(*work->day_of));
	work->sorted = memory_array(n, sizeof(*work->sorted));
	work->covered = memory_array(n, sizeof(*work->covered));
	work->days.local = memory_array(n, sizeof(*work->days.local));
	work->days.counts = memory_array(n, sizeof(*work->days.counts));
	if (work->day_of == NULL || work->sorted == NULL ||
		work->covered == NULL || work->days.local == NULL ||
		work->days.counts == NULL) {
		fault_memory(fault);
		goto out;
	}
	count_days(work);
	count_least(work);
	sort_slots(hours->counts, hours->local, n, work->of_week, WEEK_HOURS,
		work->sorted);
	found = find_hours(work, ret);
	sort_slots(work->days.counts, work->days.local, work->days.n,
		work->of_weekday, 7, work->sorted);
	found = find_days(work, ret, found);
	qsort(ret, (size_t)found, sizeof(*ret), compare_quiet);
out:
	free(work->day_of);
	free(work->sorted);
	free(work->covered);
	free(work->days.local);
	free(work->days.counts);
	free(work);
	return found;
}
