/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/gaps.h"

#include "base/memory.h"
#include "lookup/quiet.h"
#include "lookup/series.h"

enum {
	GAPS_MOST = 1 << 24,
	HOURS_MOST = 1 << 24,    /* of all logs */
	SPAN_MOST = 1 << 20,     /* hours from the first to the last */
	LONELY_HOURS = 28 * DAY_HOURS,
	LONELY_SHARE = 1000,
	DAY_MS = DAY_HOURS * HOUR_MS,
};

/* An hour of all logs. */
struct merged {
	int32_t hour;
	uint32_t logs;
	uint64_t n;
};

struct finding {
	const struct gap_log *logs;
	size_t n;
	int32_t (*offset)(const void *ctx, int64_t ms);
	const void *ctx;
	struct merged *hours;
	size_t n_hours;
	struct gaps *gaps;
};

static int
add_gap(struct finding *finding, struct gap gap, struct fault *fault)
{
	struct gaps *gaps = finding->gaps;

	if (memory_grow((void **)&gaps->items, &gaps->cap, gaps->n + 1,
		    sizeof(*gaps->items), GAPS_MOST, "gaps", fault) != 0)
		return -1;
	gaps->items[gaps->n++] = gap;
	return 0;
}

static bool
is_scattered(const struct gap_log *log)
{
	return log->watch == NULL || log->watch->scattered;
}

static int
compare_merged(const void *a, const void *b)
{
	const struct merged *x = a, *y = b;

	return (x->hour > y->hour) - (x->hour < y->hour);
}

static int
merge_hours(struct finding *finding, struct fault *fault)
{
	struct merged *hours;
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < finding->n; i++)
		n += is_scattered(&finding->logs[i]) ?
			0 :
			finding->logs[i].watch->n_hours;
	if (n > HOURS_MOST)
		n = 0; /* no such logs are real */
	hours = memory_array(n, sizeof(*hours));
	if (hours == NULL)
		return fault_memory(fault);
	for (size_t i = 0, at = 0; n > 0 && i < finding->n; i++) {
		const struct log_watch *watch = finding->logs[i].watch;

		if (is_scattered(&finding->logs[i]))
			continue;
		for (size_t k = 0; k < watch->n_hours; k++)
			hours[at++] = (struct merged){ watch->hours[k].hour, 1,
				watch->hours[k].n };
	}
	if (n > 1)
		qsort(hours, n, sizeof(*hours), compare_merged);
	for (size_t i = 0; i < n; i++) {
		if (kept > 0 && hours[kept - 1].hour == hours[i].hour) {
			hours[kept - 1].logs++;
			hours[kept - 1].n += hours[i].n;
		} else {
			hours[kept++] = hours[i];
		}
	}
	finding->hours = hours;
	finding->n_hours = kept;
	return 0;
}

/* A few lookups that are weeks away from all others have a wrong time: nothing
 * was to be expected between. */
static void
trim(const struct finding *finding, size_t *first, size_t *end)
{
	const struct merged *hours = finding->hours;
	uint64_t all = 0, few = 0;

	for (size_t i = 0; i < finding->n_hours; i++)
		all += hours[i].n;
	*first = 0;
	*end = finding->n_hours;
	for (size_t i = 0; i + 1 < finding->n_hours; i++) {
		few += hours[i].n;
		if (few > all / LONELY_SHARE)
			break;
		if (hours[i + 1].hour - hours[i].hour > LONELY_HOURS)
			*first = i + 1;
	}
	few = 0;
	for (size_t i = finding->n_hours; i-- > *first + 1;) {
		few += hours[i].n;
		if (few > all / LONELY_SHARE)
			break;
		if (hours[i].hour - hours[i - 1].hour > LONELY_HOURS)
			*end = i;
	}
}

static bool
has_hour(const struct gap_log *log, int32_t hour)
{
	return !is_scattered(log) && watch_has(log->watch, hour);
}

/* The log that was written last before a gap: the first of them by path. */
static size_t
log_before(const struct finding *finding, int32_t hour)
{
	size_t k = finding->n_hours;

	while (k > 0 && finding->hours[k - 1].hour >= hour)
		k--;
	for (size_t i = 0; k > 0 && i < finding->n; i++)
		if (has_hour(&finding->logs[i], finding->hours[k - 1].hour))
			return i;
	return 0;
}

static int
fill_hours(const struct finding *finding, size_t first, size_t end,
	struct hours *ret, struct fault *fault)
{
	const struct merged *hours = finding->hours;
	size_t n = (size_t)(hours[end - 1].hour - hours[first].hour) + 1;

	*ret = (struct hours){ .first = hours[first].hour, .n = n };
	if (n > SPAN_MOST) {
		ret->n = 0;
		return 0;
	}
	ret->counts = memory_array(n, sizeof(*ret->counts));
	ret->local = memory_array(n, sizeof(*ret->local));
	if (ret->counts == NULL || ret->local == NULL)
		return fault_memory(fault);
	for (size_t i = first; i < end; i++)
		ret->counts[hours[i].hour - hours[first].hour] = hours[i].n;
	for (size_t i = 0; i < n; i++) {
		int64_t ms = ((int64_t)ret->first + (int64_t)i) * HOUR_MS;
		int64_t local = ms + (int64_t)finding->offset(finding->ctx,
			ms) * 1000;

		ret->local[i] = local / HOUR_MS - (local % HOUR_MS < 0);
	}
	return 0;
}

static int
find_quiet(struct finding *finding, struct fault *fault)
{
	struct quiet *found = memory_array(QUIET_MOST, sizeof(*found));
	struct hours hours = { .n = 0 };
	size_t first, end;
	int n = 0, result = -1;

	if (found == NULL)
		return fault_memory(fault);
	trim(finding, &first, &end);
	if (end > first && fill_hours(finding, first, end, &hours, fault) != 0)
		goto out;
	if (hours.n > 0)
		n = quiet_find(&hours, found, fault);
	result = n < 0 ? -1 : 0;
	for (int i = 0; i < n && result == 0; i++)
		result = add_gap(finding,
			(struct gap){ .kind = GAP_HOURS,
				.file = log_before(finding, found[i].from),
				.from = (int64_t)found[i].from * HOUR_MS,
				.to = (int64_t)found[i].to * HOUR_MS,
				.count = found[i].expected },
			fault);
out:
	free(hours.counts);
	free(hours.local);
	free(found);
	return result;
}

/* More than a little: two hours, a tenth of the log's, and an hour by the clock
 * with one other log. Neighbours of a rotation share less. */
static size_t
find_other(const struct finding *finding, size_t i)
{
	const struct gap_log *log = &finding->logs[i], *other;

	for (size_t k = 0; k < finding->n; k++) {
		size_t shared = 0;

		other = &finding->logs[k];
		if (k == i || is_scattered(other) ||
			other->last_ms < log->first_ms + HOUR_MS ||
			log->last_ms < other->first_ms + HOUR_MS)
			continue;
		for (size_t h = 0; h < log->watch->n_hours && shared < 2; h++)
			shared += has_hour(other, log->watch->hours[h].hour);
		if (shared >= 2)
			return k;
	}
	return i;
}

static int
find_overlap(struct finding *finding, size_t i, struct fault *fault)
{
	const struct log_watch *watch = finding->logs[i].watch;
	size_t shared = 0, at = 0, other;

	for (size_t h = 0; h < watch->n_hours; h++) {
		while (at < finding->n_hours &&
			finding->hours[at].hour < watch->hours[h].hour)
			at++;
		shared += at < finding->n_hours && finding->hours[at].logs > 1;
	}
	if (shared < 2 || shared * 10 <= watch->n_hours)
		return 0;
	other = find_other(finding, i);
	if (other == i)
		return 0;
	return add_gap(finding,
		(struct gap){ .kind = GAP_OVERLAP, .file = i, .count = shared,
			.other = other },
		fault);
}

static int
find_in_log(struct finding *finding, size_t i, struct fault *fault)
{
	const struct log_watch *watch = finding->logs[i].watch;

	if (watch == NULL)
		return 0;
	if (watch->missing > 0 &&
		add_gap(finding,
			(struct gap){ .kind = GAP_NUMBERS, .file = i,
				.count = watch->missing,
				.line = watch->jump_line,
				.from = (int64_t)watch->jump_from,
				.to = (int64_t)watch->jump_to },
			fault) != 0)
		return -1;
	if (watch->disorder > 0 &&
		add_gap(finding,
			(struct gap){ .kind = GAP_ORDER, .file = i,
				.count = watch->disorder,
				.line = watch->disorder_line },
			fault) != 0)
		return -1;
	return is_scattered(&finding->logs[i]) ?
		0 :
		find_overlap(finding, i, fault);
}

/* A log whose name has a date. */
struct dated {
	const char *path;
	struct slice date;
	int32_t day;
	size_t log;
};

static int
compare_dated(const void *a, const void *b)
{
	const struct dated *x = a, *y = b;
	int order = series_compare(x->path, x->date, y->path, y->date);

	if (order != 0)
		return order;
	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return (x->log > y->log) - (x->log < y->log);
}

/* Numbers that go on from log to log, but not just there. More of them than a
 * log has lookups are no numbers that go on, but begin with the date. */
static int
find_between(struct finding *finding, size_t before, size_t behind,
	struct fault *fault)
{
	const struct log_watch *last = finding->logs[before].watch;
	const struct log_watch *next = finding->logs[behind].watch;
	uint64_t passed;

	if (last == NULL || next == NULL || !last->numbered ||
		!next->numbered || last->anew || next->anew ||
		next->lowest <= last->highest)
		return 0;
	passed = next->lowest - last->highest - 1;
	passed -= passed < last->lost ? passed : last->lost;
	if (passed == 0 || passed > last->highest - last->lowest + 1)
		return 0;
	return add_gap(finding,
		(struct gap){ .kind = GAP_NUMBERS, .file = before,
			.other = behind, .count = passed,
			.from = (int64_t)last->highest,
			.to = (int64_t)next->lowest },
		fault);
}

/* Logs of one series: are days missing, does one begin before its turn? */
static int
find_in_series(struct finding *finding, const struct dated *dated, size_t n,
	int32_t *days, struct fault *fault)
{
	size_t n_days = 0;
	bool daily;

	for (size_t i = 0; i < n; i++)
		if (n_days == 0 || days[n_days - 1] != dated[i].day)
			days[n_days++] = dated[i].day;
	daily = series_is_daily(days, n_days);
	for (size_t i = 1; i < n; i++) {
		const struct gap_log *log = &finding->logs[dated[i].log];
		const struct gap_log *last = &finding->logs[dated[i - 1].log];
		struct gap gap = { .kind = GAP_DAY, .file = dated[i - 1].log };

		if (find_between(finding, dated[i - 1].log, dated[i].log,
			    fault) != 0)
			return -1;
		if (log->watch != NULL && last->watch != NULL &&
			log->first_ms < last->first_ms &&
			add_gap(finding,
				(struct gap){ .kind = GAP_SEQUENCE,
					.file = dated[i].log,
					.other = dated[i - 1].log },
				fault) != 0)
			return -1;
		for (int32_t day = dated[i - 1].day + 1;
			daily && day < dated[i].day; day++) {
			if (!series_lacks(days, n_days, day))
				continue;
			if (gap.count++ == 0)
				gap.from = day * (int64_t)DAY_MS;
			gap.to = (day + 1) * (int64_t)DAY_MS;
		}
		if (gap.count > 0 && add_gap(finding, gap, fault) != 0)
			return -1;
	}
	return 0;
}

static int
find_series(struct finding *finding, struct fault *fault)
{
	struct dated *dated = memory_array(finding->n, sizeof(*dated));
	int32_t *days = memory_array(finding->n, sizeof(*days));
	size_t n = 0;
	int result = 0;

	if (dated == NULL || days == NULL)
		result = fault_memory(fault);
	for (size_t i = 0; result == 0 && i < finding->n; i++) {
		dated[n].path = finding->logs[i].path;
		dated[n].log = i;
		n += series_day(dated[n].path, &dated[n].day, &dated[n].date);
	}
	if (n > 1)
		qsort(dated, n, sizeof(*dated), compare_dated);
	for (size_t start = 0, end; start < n && result == 0; start = end) {
		for (end = start + 1; end < n; end++)
			if (series_compare(dated[start].path,
				    dated[start].date, dated[end].path,
				    dated[end].date) != 0)
				break;
		result = find_in_series(finding, dated + start, end - start,
			days, fault);
	}
	free(dated);
	free(days);
	return result;
}

static int
compare_gaps(const void *a, const void *b)
{
	const struct gap *x = a, *y = b;

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return (x->from > y->from) - (x->from < y->from);
}

int
gaps_find(struct gaps *ret, const struct gap_log *logs, size_t n,
	int32_t (*offset)(const void *ctx, int64_t ms), const void *ctx,
	struct fault *fault)
{
	struct gaps gaps = { NULL, 0, 0 };
	struct finding finding = { .logs = logs, .n = n, .offset = offset,
		.ctx = ctx, .gaps = &gaps };
	int result = -1;

	if (merge_hours(&finding, fault) != 0 ||
		find_quiet(&finding, fault) != 0)
		goto out;
	for (size_t i = 0; i < n; i++)
		if (find_in_log(&finding, i, fault) != 0)
			goto out;
	if (find_series(&finding, fault) != 0)
		goto out;
	if (gaps.n > 1)
		qsort(gaps.items, gaps.n, sizeof(*gaps.items), compare_gaps);
	*ret = gaps;
	gaps = (struct gaps){ NULL, 0, 0 };
	result = 0;
out:
	free(finding.hours);
	gaps_free(&gaps);
	return result;
}

void
gaps_free(struct gaps *gaps)
{
	free(gaps->items);
	*gaps = (struct gaps){ NULL, 0, 0 };
}
