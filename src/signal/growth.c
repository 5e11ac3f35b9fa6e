/* SPDX-License-Identifier: Apache-2.0 */
/*
 * growth: from some week on the user asks for more than in his own past, and
 * more than the unit's course would have it.
 *
 * Given his total, his lookups fall on the weeks as those of the unit's others
 * do: a beta-binomial for "from week w on", its spread fitted to all users.
 * The least p over w is corrected for how many weeks there are. (A CUSUM asks
 * the same with a factor of growth set beforehand and a threshold to be
 * simulated; the scan has neither, and one's own level cancels.)
 *
 * Innocent: a new case, a new post, the return from leave: hence the guard.
 */
#include "signal/test.h"

#include "base/memory.h"
#include "signal/special.h"
#include "signal/tails.h"

enum { FIT_MOST = 1024, WEEKS_MIN = 4, LOOKUPS_MIN = 20 };
/* Longer spans than 20 years are errors of clocks. */
enum { WEEKS_MOST = 20 * 53 };
/* Others' weeks are drawn to the country's by so many users' worth. */
#define GROWTH_DRAWN 3.0
/* Shares are summed as integers, so that no sum depends on order. */
#define WHOLE 1e9

/* Shares of users' lookups that fell on each week. */
struct course {
	const struct evidence *evidence;
	uint64_t *totals;     /* by user: lookups */
	uint32_t *home;       /* by user: the unit of his latest lookup */
	uint64_t *unit_users; /* by unit: users at home there */
	struct ledger units;  /* (unit, week) → shares of users at home there */
	struct ledger all;    /* (week) → shares */
	size_t users, weeks;
	uint32_t first;       /* week */
};

/* One user's weeks. */
struct weeks {
	uint64_t x[WEEKS_MOST];
	double expected[WEEKS_MOST]; /* shares; they sum to 1 */
	uint64_t k[WEEKS_MOST];      /* lookups from that week on */
	uint64_t n[WEEKS_MOST];      /* of all */
	double mean[WEEKS_MOST];     /* expected share from that week on */
};

struct fit_set {
	uint64_t k[FIT_MOST], n[FIT_MOST];
	double mean[FIT_MOST];
};

static void
course_free(struct course *course)
{
	free(course->totals);
	free(course->home);
	free(course->unit_users);
	ledger_free(&course->units);
	ledger_free(&course->all);
}

static uint32_t
user_of(const struct course *course, size_t i)
{
	return course->evidence->book->posts
		.items[course->evidence->tally->weeks.keys[i].a]
		.a;
}

static int
course_init(struct course *course, const struct evidence *evidence,
	struct fault *fault)
{
	const struct tally *tally = evidence->tally;
	const struct triple *posts = evidence->book->posts.items;
	uint32_t last = 0;

	*course = (struct course){ .evidence = evidence, .first = UINT32_MAX };
	course->totals = memory_array(tally->n_users, sizeof(uint64_t));
	course->home = memory_array(tally->n_users, sizeof(*course->home));
	course->unit_users = memory_array(evidence->book->names[NAME_UNIT].n,
		sizeof(uint64_t));
	if (course->totals == NULL || course->home == NULL ||
		course->unit_users == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < tally->weeks.n; i++) {
		uint32_t week = tally->weeks.keys[i].b;

		course->first = week < course->first ? week : course->first;
		last = week > last ? week : last;
		course->totals[user_of(course, i)] +=
			ledger_counts(&tally->weeks, i)[WEEK_LOOKUPS];
	}
	course->weeks = tally->weeks.n > 0 ? last - course->first + 1 : 0;
	for (size_t u = 0; u < tally->n_users; u++) {
		if (tally->users[u].lookups == 0)
			continue;
		course->home[u] = posts[tally->users[u].post].b;
		course->unit_users[course->home[u]]++;
		course->users++;
	}
	return ledger_init(&course->units, 1, fault) != 0 ||
			ledger_init(&course->all, 1, fault) != 0 ?
		-1 :
		0;
}

static uint64_t
share_of(const struct course *course, uint32_t user, uint64_t lookups)
{
	return (uint64_t)((double)lookups / (double)course->totals[user] *
		WHOLE);
}

static int
sum_weeks(struct course *course, struct fault *fault)
{
	const struct ledger *weeks = &course->evidence->tally->weeks;

	for (size_t i = 0; i < weeks->n; i++) {
		uint32_t user = user_of(course, i), week = weeks->keys[i].b;
		uint64_t share = share_of(course, user,
			ledger_counts(weeks, i)[WEEK_LOOKUPS]);
		uint64_t *sum;

		if (ledger_at(&course->units,
			    (struct ledger_key){ course->home[user], week, 0,
				    0 },
			    &sum, fault) != 0)
			return -1;
		*sum += share;
		if (ledger_at(&course->all,
			    (struct ledger_key){ week, 0, 0, 0 }, &sum,
			    fault) != 0)
			return -1;
		*sum += share;
	}
	return 0;
}

static double
found(const struct ledger *ledger, uint32_t a, uint32_t b)
{
	const uint64_t *sum =
		ledger_find(ledger, (struct ledger_key){ a, b, 0, 0 });

	return sum != NULL ? (double)*sum / WHOLE : 0;
}

/* The weeks of the user whose cells are [start, end). */
static void
fill_weeks(const struct course *course, size_t start, size_t end,
	struct weeks *ret)
{
	const struct ledger *weeks = &course->evidence->tally->weeks;
	uint32_t user = user_of(course, start), home = course->home[user];
	double sum = 0, rest = 0;
	uint64_t k = 0;

	memset(ret->x, 0, course->weeks * sizeof(*ret->x));
	for (size_t i = start; i < end; i++)
		ret->x[weeks->keys[i].b - course->first] +=
			ledger_counts(weeks, i)[WEEK_LOOKUPS];
	for (size_t w = 0; w < course->weeks; w++) {
		uint32_t week = course->first + (uint32_t)w;
		double own = (double)share_of(course, user, ret->x[w]) / WHOLE;
		double others = found(&course->units, home, week) - own;

		ret->expected[w] = fmax(others, 0) +
			GROWTH_DRAWN * found(&course->all, week, 0) /
				(double)course->users;
		sum += ret->expected[w];
	}
	for (size_t w = course->weeks; w-- > 0;) {
		k += ret->x[w];
		rest += sum > 0 ? ret->expected[w] / sum : 0;
		ret->k[w] = k;
		ret->mean[w] = rest;
	}
}

static size_t
user_end(const struct course *course, size_t start)
{
	size_t end = start;

	while (end < course->evidence->tally->weeks.n &&
		user_of(course, end) == user_of(course, start))
		end++;
	return end;
}

/* How unevenly users work over the weeks: the latter half of them. */
static int
fit_course(const struct course *course, struct weeks *weeks,
	struct fit_mix *mix, struct fault *fault)
{
	struct fit_set *set = memory_unset(1, sizeof(*set));
	struct fit_sample sample = { .typical = 20 };
	size_t step = (course->users + FIT_MOST - 1) / FIT_MOST, seen = 0;
	size_t half = course->weeks / 2;
	int result;

	if (set == NULL)
		return fault_memory(fault);
	for (size_t start = 0, end;
		start < course->evidence->tally->weeks.n; start = end) {
		uint32_t user = user_of(course, start);

		end = user_end(course, start);
		if (course->totals[user] < LOOKUPS_MIN || seen++ % step != 0)
			continue;
		fill_weeks(course, start, end, weeks);
		set->k[sample.n_users] = weeks->k[half];
		set->n[sample.n_users] = course->totals[user];
		set->mean[sample.n_users++] = weeks->mean[half];
	}
	sample.k = set->k;
	sample.n = set->n;
	sample.mean = set->mean;
	result = beta_binomial_fit_mix(&sample, mix, fault);
	free(set);
	return result;
}

/* The week that promises the least p: of those with more than is expected from
 * them on, where so many are least likely. The others are soon seen to be
 * above its p then. */
static size_t
find_promising(const struct course *course, const struct weeks *weeks,
	const struct tails *tails, uint64_t total)
{
	double least = INFINITY;
	size_t best = 1;

	for (size_t w = 1; w < course->weeks; w++) {
		double ln_pmf = tails_ln_pmf(tails, w);

		if ((double)weeks->k[w] <= weeks->mean[w] * (double)total ||
			!(ln_pmf < least))
			continue;
		least = ln_pmf;
		best = w;
	}
	return best;
}

/* The week from which on p is least; of equal ones the first. */
static struct finding
least_of(const struct course *course, const struct weeks *weeks,
	const struct tails *tails, uint64_t total)
{
	size_t first = find_promising(course, weeks, tails, total);
	size_t best = first;
	double least = tails_ln(tails, first, TAIL_UPPER);

	for (size_t w = 1; w < course->weeks; w++) {
		double ln_upper;

		/* not worth a tail */
		if (w == first || tails_exceeds(tails, w, least))
			continue;
		ln_upper = tails_ln(tails, w, TAIL_UPPER);
		if (ln_upper > least || (ln_upper == least && w > best))
			continue;
		least = ln_upper;
		best = w;
	}
	return (struct finding){ weeks->k[best], total,
		weeks->mean[best] * (double)total, least, 0,
		(uint32_t)(course->weeks - best) };
}

static int
scan(const struct course *course, struct weeks *weeks, uint64_t total,
	const struct fit_mix *mix, struct finding *ret, struct fault *fault)
{
	struct fit_sample sample = { .n_users = course->weeks, .k = weeks->k,
		.n = weeks->n, .mean = weeks->mean };
	struct finding least;
	struct tails tails;

	for (size_t w = 0; w < course->weeks; w++)
		weeks->n[w] = total;
	if (tails_make(&sample, false, mix, &tails, fault) != 0)
		return -1;
	least = least_of(course, weeks, &tails, total);
	tails_free(&tails);
	least.ln_p = ln_one_minus(
		(double)(course->weeks - 1) * ln_one_minus(least.ln_p));
	least.ln_law = least.ln_p;
	*ret = least;
	return 0;
}

int
growth_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	struct weeks *weeks = memory_array(1, sizeof(*weeks));
	struct course course;
	struct fit_mix mix;
	int result = -1;

	for (size_t i = 0; i < evidence->n_entities; i++)
		ret[i] = (struct finding){ .ln_p = NAN };
	if (course_init(&course, evidence, fault) != 0 || weeks == NULL) {
		fault_memory(fault);
		goto out;
	}
	if (course.weeks < WEEKS_MIN || course.weeks > WEEKS_MOST) {
		result = 0;
		goto out;
	}
	if (sum_weeks(&course, fault) != 0 ||
		fit_course(&course, weeks, &mix, fault) != 0)
		goto out;
	for (size_t start = 0, end; start < evidence->tally->weeks.n;
		start = end) {
		uint32_t user = user_of(&course, start);

		end = user_end(&course, start);
		if (course.totals[user] < LOOKUPS_MIN || course.users < 3)
			continue;
		fill_weeks(&course, start, end, weeks);
		if (scan(&course, weeks, course.totals[user], &mix, &ret[user],
			    fault) != 0)
			goto out;
	}
	result = cells_guard(evidence, ret, fault);
out:
	course_free(&course);
	free(weeks);
	return result;
}

void
growth_phrase(const struct book *book, const struct finding *finding,
	char *buf, size_t size)
{
	char expected[32];

	(void)book;
	cells_print_expected(finding->expected, expected, sizeof(expected));
	(void)snprintf(buf, size,
		"%llu of %llu lookups fall in the last %u week%s (by "
		"colleagues' weeks: %s)",
		(unsigned long long)finding->k, (unsigned long long)finding->n,
		finding->other, finding->other == 1 ? "" : "s", expected);
}
