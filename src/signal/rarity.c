/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/rarity.h"

#include "base/doubles.h"
#include "base/memory.h"

/* Shares are summed as integers, so that no sum depends on order. */
#define WHOLE 1e9

struct work {
	const struct evidence *evidence;
	const struct ledger *cells;
	size_t count;
	double drawn;
	struct ledger totals; /* (user, unit) → work */
	struct ledger things; /* (unit, thing) → sum of users' shares */
	struct ledger all;    /* (thing) → the same over all units */
	uint64_t *users;      /* by unit */
	uint64_t all_users;
};

static const struct triple *
post_of(const struct work *work, size_t i)
{
	return &work->evidence->book->posts.items[work->cells->keys[i].a];
}

static int
sum_totals(struct work *work, struct fault *fault)
{
	const struct ledger *cells = work->cells;

	for (size_t i = 0; i < cells->n; i++) {
		const struct triple *post = post_of(work, i);
		uint64_t n = ledger_counts(cells, i)[work->count], *total;

		if (n == 0 || cells->keys[i].b == 0)
			continue;
		if (ledger_at(&work->totals,
			    (struct ledger_key){ post->a, post->b, 0, 0 },
			    &total, fault) != 0)
			return -1;
		if (*total == 0) {
			work->users[post->b]++;
			work->all_users++;
		}
		*total += n;
	}
	return 0;
}

/* A cell's share in the work of its user in that unit. */
static uint64_t
share_of(const struct work *work, size_t i)
{
	const struct triple *post = post_of(work, i);
	uint64_t n = ledger_counts(work->cells, i)[work->count];
	const uint64_t *total = ledger_find(&work->totals,
		(struct ledger_key){ post->a, post->b, 0, 0 });

	if (n == 0 || total == NULL || work->cells->keys[i].b == 0)
		return 0;
	return (uint64_t)((double)n / (double)*total * WHOLE);
}

static int
sum_things(struct work *work, struct fault *fault)
{
	for (size_t i = 0; i < work->cells->n; i++) {
		uint32_t thing = work->cells->keys[i].b;
		uint64_t share = share_of(work, i), *sum;

		if (share == 0)
			continue;
		if (ledger_at(&work->things,
			    (struct ledger_key){ post_of(work, i)->b, thing, 0,
				    0 },
			    &sum, fault) != 0)
			return -1;
		*sum += share;
		if (ledger_at(&work->all, (struct ledger_key){ thing, 0, 0, 0 },
			    &sum, fault) != 0)
			return -1;
		*sum += share;
	}
	return ledger_sort(&work->things, fault);
}

/* (sum + drawn × share in all work) / (users + drawn) */
static double
drawn_share(const struct work *work, uint32_t thing, double sum, double users)
{
	const uint64_t *all = ledger_find(&work->all,
		(struct ledger_key){ thing, 0, 0, 0 });
	double overall = all != NULL && work->all_users > 0 ?
		(double)*all / (double)work->all_users :
		0;

	return (sum + work->drawn * overall) / (users + work->drawn) / WHOLE;
}

static void
fill_others(const struct work *work, double *others)
{
	for (size_t i = 0; i < work->cells->n; i++) {
		uint32_t unit = post_of(work, i)->b;
		uint32_t thing = work->cells->keys[i].b;
		const uint64_t *sum = ledger_find(&work->things,
			(struct ledger_key){ unit, thing, 0, 0 });
		double rest = sum != NULL ?
			(double)*sum - (double)share_of(work, i) :
			0;

		others[i] = drawn_share(work, thing, fmax(rest, 0),
			fmax((double)work->users[unit] - 1, 0));
	}
}

/* The rarest things of each unit, until they are `mass` of its work. */
static int
fill_limits(const struct work *work, double mass, double *limit,
	struct fault *fault)
{
	const struct ledger *things = &work->things;
	double *shares = memory_array(things->n, sizeof(*shares));

	if (shares == NULL)
		return fault_memory(fault);
	for (size_t start = 0, end = 0; start < things->n; start = end) {
		uint32_t unit = things->keys[start].a;
		double sum = 0;
		size_t n = 0;

		for (; end < things->n && things->keys[end].a == unit; end++)
			shares[n++] = drawn_share(work, things->keys[end].b,
				(double)*ledger_counts(things, end),
				(double)work->users[unit]);
		doubles_sort(shares, n);
		for (size_t i = 0; i < n && sum + shares[i] <= mass; i++) {
			sum += shares[i];
			limit[unit] = i + 1 < n ? shares[i + 1] : shares[i];
		}
	}
	free(shares);
	return 0;
}

int
rarity_make(const struct evidence *evidence, const struct ledger *cells,
	size_t count, double drawn, double mass, struct rarity *ret,
	struct fault *fault)
{
	struct work work = { .evidence = evidence, .cells = cells,
		.count = count, .drawn = drawn };
	size_t units = evidence->book->names[NAME_UNIT].n;
	struct rarity rarity = {
		.others = memory_array(cells->n, sizeof(double)),
		.limit = memory_array(units, sizeof(double)),
	};
	int result = -1;

	work.users = memory_array(units, sizeof(*work.users));
	if (rarity.others == NULL || rarity.limit == NULL ||
		work.users == NULL) {
		fault_memory(fault);
		goto out;
	}
	if (ledger_init(&work.totals, 1, fault) != 0 ||
		ledger_init(&work.things, 1, fault) != 0 ||
		ledger_init(&work.all, 1, fault) != 0 ||
		sum_totals(&work, fault) != 0 || sum_things(&work, fault) != 0)
		goto out;
	fill_others(&work, rarity.others);
	if (fill_limits(&work, mass, rarity.limit, fault) != 0)
		goto out;
	*ret = rarity;
	rarity = (struct rarity){ 0 };
	result = 0;
out:
	rarity_free(&rarity);
	ledger_free(&work.totals);
	ledger_free(&work.things);
	ledger_free(&work.all);
	free(work.users);
	return result;
}

void
rarity_free(struct rarity *rarity)
{
	free(rarity->others);
	free(rarity->limit);
}
