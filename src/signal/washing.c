/* SPDX-License-Identifier: Apache-2.0 */
/*
 * washing: a case, or all of a user's cases together, that carry crowds of
 * lone subjects. In a real one people come up again, with the officer himself
 * or with his colleagues.
 *
 * Each case is tested against what peers' cases carry, with the scatter
 * between cases; the least p is corrected for how many there are.
 *
 * Innocent: the one-man case, the case that is a list (all guests of a
 * hotel): the scatter between honest cases knows some of them.
 */
#include "signal/test.h"

#include "base/memory.h"
#include "signal/case-lists.h"
#include "signal/special.h"
#include "signal/tails.h"

enum { FIT_MOST = 1024 };

struct fit_set {
	uint64_t k[FIT_MOST], n[FIT_MOST];
	double mean[FIT_MOST];
};

static double
expected_share(const struct finding *finding)
{
	return finding->expected / (double)finding->n;
}

/* The scatter between cases, at even steps if they are many; known to be odd
 * are no yardstick. */
static int
fit_loads(const struct evidence *evidence, const struct case_load *loads,
	size_t n, const struct finding *all, struct fit_mix *mix,
	struct fault *fault)
{
	struct fit_set *set = memory_unset(1, sizeof(*set));
	struct fit_sample sample = { .typical = 20 };
	size_t step = (n + FIT_MOST - 1) / FIT_MOST;
	int result;

	if (set == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < n; i += step) {
		uint32_t user = loads[i].user;

		if (isnan(all[user].ln_p) ||
			(evidence->odd != NULL && evidence->odd[user]))
			continue;
		set->k[sample.n_users] = loads[i].k;
		set->n[sample.n_users] = loads[i].n;
		set->mean[sample.n_users++] = expected_share(&all[user]);
	}
	sample.k = set->k;
	sample.n = set->n;
	sample.mean = set->mean;
	result = beta_binomial_fit_mix(&sample, mix, fault);
	free(set);
	return result;
}

/* The case that stands out most of those in [start, end), all of one user;
 * its ln P(X >= k), as mid-p does not bear a minimum over many. */
static size_t
strongest(const struct tails *tails, size_t start, size_t end, double *ret_ln_p)
{
	size_t most = start;
	double least = 1;

	for (size_t i = start; i < end; i++) {
		double ln_upper;

		/* not worth a tail */
		if (least <= 0 && tails_exceeds(tails, i, least))
			continue;
		ln_upper = tails_ln(tails, i, TAIL_UPPER);
		if (ln_upper < least) {
			least = ln_upper;
			most = i;
		}
	}
	*ret_ln_p = least;
	return most;
}

/* The strongest case of each user. */
static void
choose_cases(const struct case_load *loads, size_t n, const struct tails *tails,
	const struct finding *all, struct finding *ret)
{
	for (size_t i = 0, next; i < n; i = next) {
		uint32_t user = loads[i].user;
		double least;
		size_t most;

		for (next = i; next < n && loads[next].user == user; next++)
			continue;
		if (isnan(all[user].ln_p))
			continue;
		most = strongest(tails, i, next, &least);
		/* 1 - (1-p)^m, of m cases */
		least = ln_one_minus((double)(next - i) * ln_one_minus(least));
		ret[user] = (struct finding){ loads[most].k, loads[most].n,
			expected_share(&all[user]) * (double)loads[most].n,
			least, least, loads[most].caseref };
	}
}

static int
settle(const struct case_load *loads, size_t n, const struct fit_mix *mix,
	const struct finding *all, struct finding *ret, struct fault *fault)
{
	uint64_t *counts = memory_unset(n, 2 * sizeof(*counts));
	double *means = memory_unset(n, sizeof(*means));
	struct fit_sample sample = { .n_users = n, .k = counts,
		.n = counts + n, .mean = means };
	struct tails tails;
	int result = -1;

	if (counts == NULL || means == NULL) {
		fault_memory(fault);
		goto out;
	}
	for (size_t i = 0; i < n; i++) {
		counts[i] = loads[i].k;
		counts[n + i] = loads[i].n;
		means[i] = expected_share(&all[loads[i].user]);
	}
	if (tails_make(&sample, false, mix, &tails, fault) != 0)
		goto out;
	choose_cases(loads, n, &tails, all, ret);
	tails_free(&tails);
	result = 0;
out:
	free(counts);
	free(means);
	return result;
}

/* One case, or all of his together: what stands out more. */
static void
choose(struct finding *ret, const struct finding *all, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (isnan(all[i].ln_p))
			continue;
		if (isnan(ret[i].ln_p) || all[i].ln_p < ret[i].ln_p)
			ret[i] = all[i];
		ret[i].ln_p = fmin(ret[i].ln_p + LN_2, 0);
		ret[i].ln_law = ret[i].ln_p;
	}
}

static int
test_lists(const struct evidence *evidence, const struct case_lists *lists,
	struct finding *ret, struct fault *fault)
{
	struct finding *all = memory_array(evidence->n_entities, sizeof(*all));
	struct fit_mix mix;
	int result = -1;

	if (all == NULL)
		return fault_memory(fault);
	if (cells_test_shares(evidence, lists->shares, lists->n_shares, all,
		    fault) != 0 ||
		fit_loads(evidence, lists->loads, lists->n_loads, all, &mix,
			fault) != 0)
		goto out;
	for (size_t i = 0; i < evidence->n_entities; i++)
		ret[i] = (struct finding){ .ln_p = NAN };
	if (settle(lists->loads, lists->n_loads, &mix, all, ret, fault) != 0)
		goto out;
	choose(ret, all, evidence->n_entities);
	result = 0;
out:
	free(all);
	return result;
}

int
washing_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	struct case_lists lists;
	int result;

	if (evidence->case_lists != NULL)
		return test_lists(evidence, evidence->case_lists, ret, fault);
	if (case_lists_make(evidence->book, evidence->tally, &lists, fault) !=
		0)
		return -1;
	result = test_lists(evidence, &lists, ret, fault);
	case_lists_free(&lists);
	return result;
}

void
washing_phrase(const struct book *book, const struct finding *finding,
	char *buf, size_t size)
{
	struct slice name = book->names[NAME_CASE].names[finding->other];
	char expected[32];

	if (finding->other == 0) {
		phrase_share(finding,
			"lookups under cases concern people nobody else asked "
			"for",
			buf, size);
		return;
	}
	cells_print_expected(finding->expected, expected, sizeof(expected));
	(void)snprintf(buf, size,
		"%llu of %llu people under case %.*s nobody else asked for "
		"(peers: %s)",
		(unsigned long long)finding->k, (unsigned long long)finding->n,
		(int)(name.len < 64 ? name.len : 64), name.at, expected);
}
