/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/peers.h"

#include "base/memory.h"
#include "signal/expect.h"
#include "signal/special.h"
#include "signal/tails.h"

/* Entities with mid-p below this are no yardstick for others … */
#define ODD_LN_P (-6.907755278982137) /* ln 1e-3 */
/* … but of each stratum at most this share is left out. */
#define ODD_SHARE 0.2
/* Where the search for a spread sets out. */
#define SPREAD_SHARE 100.0
#define SPREAD_COUNT 4.0
/* Too few informative entities to fit a spread. Of what hardly anybody does at
 * all, it may be that anybody may do it once, or that few do it often: half of
 * either, so that neither once nor often is taken for a surprise. */
#define SPREAD_RARE 1.0
#define EPSILON_RARE 0.5
enum { INFORMATIVE_MIN = 10, PEERS_MIN = 2 };
/* With fewer the likelihood may have two hills: the last fit sets out from
 * scratch. */
enum { INFORMATIVE_MANY = 400 };
/* Entities a fit is made from at most: in the last round, and before it. Who
 * is out tells that another test has been made before this one. */
enum { FIT_MOST = 2048, FIT_EARLY = 512 };
/* ln likelihood that a round of a fit must gain to be followed by another,
 * before the last round, where spreads only weigh peers. */
#define ENOUGH_EARLY 1e-3

struct test {
	const struct peer_problem *problem;
	struct fit_mix mix;
	bool fitted; /* mix is of the round before, and no guess */
	struct expectation expected;
	uint64_t *k, *n; /* by entity */
	bool *odd;       /* by entity: left out as a peer */
};

static void
test_free(struct test *test)
{
	expectation_free(&test->expected);
	free(test->k);
	free(test->n);
	free(test->odd);
}

static void
count_outcomes(struct test *test)
{
	const struct peer_problem *problem = test->problem;

	for (size_t c = 0; c < problem->n_cells; c++) {
		problem->cells[c].k = 0;
		problem->cells[c].n = 0;
	}
	for (size_t i = 0; i < problem->n_parts; i++) {
		const struct peer_part *part = &problem->parts[i];
		struct peer_cell *cell = &problem->cells[part->cell];

		cell->k += part->k;
		cell->n += part->n;
		test->k[cell->entity] += part->k;
		test->n[cell->entity] += part->n;
	}
}

static int
test_init(struct test *test, const struct peer_problem *problem,
	struct fault *fault)
{
	*test = (struct test){ .problem = problem };
	test->k = memory_array(problem->n_entities, sizeof(uint64_t));
	test->n = memory_array(problem->n_entities, sizeof(uint64_t));
	test->odd = memory_array(problem->n_entities, sizeof(bool));
	if (test->k == NULL || test->n == NULL || test->odd == NULL)
		return fault_memory(fault);
	count_outcomes(test);
	return expectation_init(&test->expected, problem, fault);
}

/* The entities a fit is made from: all with work, at even steps when there are
 * more than it takes to know a spread to some per cent. Those who are odd by
 * this signal, too: they are what the loose component is for, and without them
 * the tail is too light for the honest ones among them. Only who is out, odd by
 * all signals together, is not. */
struct fit_set {
	size_t n;
	uint64_t k[FIT_MOST], of[FIT_MOST];
	double mean[FIT_MOST], extra[FIT_MOST];
};

static bool
is_out(const struct test *test, size_t i)
{
	return test->problem->out != NULL && test->problem->out[i];
}

static void
fill_fit_set(const struct test *test, size_t most, struct fit_set *set)
{
	size_t usable = 0, seen = 0, step;

	for (size_t i = 0; i < test->problem->n_entities; i++)
		usable += test->n[i] > 0 && !is_out(test, i);
	step = (usable + most - 1) / most;
	step = step > 0 ? step : 1;
	set->n = 0;
	for (size_t i = 0; i < test->problem->n_entities; i++) {
		if (test->n[i] == 0 || is_out(test, i) || seen++ % step != 0)
			continue;
		set->k[set->n] = test->k[i];
		set->of[set->n] = test->n[i];
		set->mean[set->n] = test->expected.mean[i];
		set->extra[set->n] = test->expected.extra[i];
		set->n++;
	}
}

static int
fit(struct test *test, bool last, struct fit_set *set, struct fault *fault)
{
	bool share = test->problem->law == PEER_SHARE;
	struct fit_sample sample = {
		.k = set->k,
		.n = share ? set->of : NULL,
		.mean = set->mean,
		.extra = set->extra,
		.typical = share ? SPREAD_SHARE : SPREAD_COUNT,
		.enough = last ? 0 : ENOUGH_EARLY,
	};
	size_t informative;

	fill_fit_set(test, last && test->problem->out != NULL ? FIT_MOST :
								FIT_EARLY,
		set);
	sample.n_users = set->n;
	informative = fit_informative(&sample);
	if (test->fitted && (!last || informative >= INFORMATIVE_MANY))
		sample.from = &test->mix;
	test->fitted = informative >= INFORMATIVE_MIN;
	if (!test->fitted) {
		test->mix = share ?
			(struct fit_mix){ .s = { SPREAD_SHARE, SPREAD_RARE },
				.epsilon = EPSILON_RARE } :
			(struct fit_mix){ .s = { SPREAD_COUNT,
						  SPREAD_COUNT / 8 },
				.epsilon = 0.026 };
		return 0;
	}
	return share ? beta_binomial_fit_mix(&sample, &test->mix, fault) :
		       neg_binomial_fit_mix(&sample, &test->mix, fault);
}

/* p of each; before the last round only of those who may be odd, the others
 * have 1: that is all anybody asks then. */
static int
find_tails(const struct test *test, bool last, struct peer_result *ret,
	struct fault *fault)
{
	const struct peer_problem *problem = test->problem;
	bool share = problem->law == PEER_SHARE;
	struct fit_sample sample = { .n_users = problem->n_entities,
		.k = test->k, .n = share ? test->n : NULL,
		.mean = test->expected.mean, .extra = test->expected.extra };
	struct tails tails;

	if (tails_make(&sample, !share, &test->mix, &tails, fault) != 0)
		return -1;
	for (size_t i = 0; i < problem->n_entities; i++) {
		ret[i].ln_p = test->n[i] > 0 ? 0 : NAN;
		/* mid-p is half of P(X >= k) or more */
		if (test->n[i] == 0 ||
			(!last && tails_exceeds(&tails, i, ODD_LN_P + LN_2)))
			continue;
		ret[i].ln_p = tails_ln(&tails, i, TAIL_MID);
	}
	tails_free(&tails);
	return 0;
}

static void
no_tails(const struct test *test, struct peer_result *ret)
{
	for (size_t i = 0; i < test->problem->n_entities; i++)
		ret[i].ln_p = test->n[i] > 0 ? 0 : NAN;
}

struct suspect {
	uint32_t stratum;
	uint32_t entity;
	double ln_p;
};

static int
compare_suspects(const void *a, const void *b)
{
	const struct suspect *x = a, *y = b;

	if (x->stratum != y->stratum)
		return x->stratum < y->stratum ? -1 : 1;
	if (x->ln_p != y->ln_p)
		return x->ln_p < y->ln_p ? -1 : 1;
	return x->entity < y->entity ? -1 : x->entity > y->entity;
}

/* Leave the odd out as peers, the oddest first, never a whole stratum. */
static int
leave_out(struct test *test, const struct peer_result *results,
	struct fault *fault)
{
	const struct peer_problem *problem = test->problem;
	size_t n = problem->n_entities;
	struct suspect *suspects = memory_array(n, sizeof(*suspects));
	size_t *active = memory_array(problem->n_strata, sizeof(*active));
	size_t n_suspects = 0, taken = 0;
	int result = -1;

	if (suspects == NULL || active == NULL) {
		fault_memory(fault);
		goto out;
	}
	for (size_t i = 0; i < n; i++) {
		test->odd[i] = is_out(test, i);
		if (test->n[i] == 0)
			continue;
		active[problem->stratum[i]]++;
		if (results[i].ln_p < ODD_LN_P)
			suspects[n_suspects++] = (struct suspect){
				problem->stratum[i], (uint32_t)i,
				results[i].ln_p };
	}
	qsort(suspects, n_suspects, sizeof(*suspects), compare_suspects);
	for (size_t i = 0; i < n_suspects; i++) {
		uint32_t stratum = suspects[i].stratum;

		if (i == 0 || stratum != suspects[i - 1].stratum)
			taken = 0;
		if ((double)++taken <= ODD_SHARE * (double)active[stratum])
			test->odd[suspects[i].entity] = true;
	}
	result = 0;
out:
	free(suspects);
	free(active);
	return result;
}

int
peers_test(const struct peer_problem *problem, struct peer_result *ret,
	struct fault *fault)
{
	struct test test;
	struct fit_set *set = memory_unset(1, sizeof(*set));
	double all_k = 0, all_n = 0;
	size_t active = 0;
	int result = -1;

	if (test_init(&test, problem, fault) != 0 || set == NULL) {
		fault_memory(fault);
		goto out;
	}
	for (size_t i = 0; i < problem->n_entities; i++)
		test.odd[i] = is_out(&test, i);
	test.mix.s[0] = problem->law == PEER_SHARE ? SPREAD_SHARE :
						     SPREAD_COUNT;
	for (size_t i = 0; i < problem->n_entities; i++) {
		active += test.n[i] > 0;
		all_k += (double)test.k[i];
		all_n += (double)test.n[i];
	}
	for (size_t i = 0; i < problem->n_entities && all_n > 0; i++)
		test.expected.mean[i] = (double)test.n[i] * all_k / all_n;
	for (int round = 1; round <= PEER_ROUNDS; round++) {
		bool last = round == PEER_ROUNDS;

		expectation_run(&test.expected, test.k, test.n, test.odd,
			test.mix.s[0]);
		if (last && problem->means_only) {
			no_tails(&test, ret);
		} else {
			if (fit(&test, last, set, fault) != 0)
				goto out;
			if (!last && problem->keep_odd)
				continue;
			if (find_tails(&test, last, ret, fault) != 0)
				goto out;
		}
		for (size_t i = 0; i < problem->n_entities; i++)
			ret[i].ln_p = active > PEERS_MIN ? ret[i].ln_p : NAN;
		if (!last && leave_out(&test, ret, fault) != 0)
			goto out;
	}
	for (size_t i = 0; i < problem->n_entities; i++) {
		ret[i].k = test.k[i];
		ret[i].n = test.n[i];
		ret[i].expected = test.expected.mean[i];
		if (problem->law == PEER_SHARE)
			ret[i].expected *= (double)test.n[i];
	}
	result = 0;
out:
	test_free(&test);
	free(set);
	return result;
}
