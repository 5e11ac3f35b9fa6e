/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/peers.h"

#include "base/memory.h"
#include "signal/fit.h"
#include "signal/special.h"
#include "signal/tail.h"

/* Entities with mid-p below this are no yardstick for others … */
#define ODD_LN_P (-6.907755278982137) /* ln 1e-3 */
/* … but of each stratum at most this share is left out. */
#define ODD_SHARE 0.2
/* Logits and log rates move at most this far a level. */
#define SHIFT_MAX 12.0
/* Too few informative entities to fit a spread: this one is taken. */
#define SPREAD_SHARE 100.0
#define SPREAD_COUNT 4.0
enum { INFORMATIVE_MIN = 10, PEERS_MIN = 2 };
/* Entities a fit is made from at most: in the last round, and before it. */
enum { FIT_MOST = 4096, FIT_EARLY = 1024 };
#define RATE_MIN 1e-9
/* Of counts, an entity is taken for at most this much of the expected. */
#define COUNT_MOST 3.0

struct sums {
	double k, n, e;
};

struct test {
	const struct peer_problem *problem;
	struct fit_mix mix;
	double *eta;        /* by cell */
	double *next_eta;   /* by cell */
	double *peers;      /* by cell: worth of the peers of a level */
	double *weight;     /* by entity; 0: left out */
	double *scale;      /* by entity: share of its outcomes that counts */
	double *mean;       /* by entity: expected share or count */
	double *extra;      /* by entity */
	uint64_t *k, *n;    /* by entity */
	bool *odd;          /* by entity */
	struct sums *group; /* by group of the level at work */
	struct sums *own;   /* likewise, of one entity; all zero between */
	struct sums *kind;  /* by kind */
	double *variance;   /* by cell: Σ over levels of 1/(N+c) */
};

static void *
take(size_t n, size_t size, bool *ok)
{
	void *at = memory_array(n, size);

	*ok &= at != NULL;
	return at;
}

static void
test_free(struct test *test)
{
	free(test->eta);
	free(test->next_eta);
	free(test->peers);
	free(test->weight);
	free(test->scale);
	free(test->mean);
	free(test->extra);
	free(test->k);
	free(test->n);
	free(test->odd);
	free(test->group);
	free(test->own);
	free(test->kind);
	free(test->variance);
}

static int
test_init(struct test *test, const struct peer_problem *problem,
	struct fault *fault)
{
	size_t groups = 1;
	bool ok = true;

	*test = (struct test){ .problem = problem };
	for (size_t level = 0; level < PEER_LEVELS; level++) {
		if (problem->n_groups[level] > groups)
			groups = problem->n_groups[level];
	}
	test->eta = take(problem->n_cells, sizeof(double), &ok);
	test->next_eta = take(problem->n_cells, sizeof(double), &ok);
	test->peers = take(problem->n_cells, sizeof(double), &ok);
	test->variance = take(problem->n_cells, sizeof(double), &ok);
	test->weight = take(problem->n_entities, sizeof(double), &ok);
	test->scale = take(problem->n_entities, sizeof(double), &ok);
	test->mean = take(problem->n_entities, sizeof(double), &ok);
	test->extra = take(problem->n_entities, sizeof(double), &ok);
	test->k = take(problem->n_entities, sizeof(uint64_t), &ok);
	test->n = take(problem->n_entities, sizeof(uint64_t), &ok);
	test->odd = take(problem->n_entities, sizeof(bool), &ok);
	test->group = take(groups, sizeof(struct sums), &ok);
	test->own = take(groups, sizeof(struct sums), &ok);
	test->kind = take(problem->n_kinds, sizeof(struct sums), &ok);
	return ok ? 0 : fault_memory(fault);
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

static double
link_of(enum peer_law law, double mean)
{
	return law == PEER_SHARE ? logit(mean) : log(mean);
}

static double
mean_of(enum peer_law law, double eta)
{
	return law == PEER_SHARE ? logistic(eta) : exp(eta);
}

/* An entity with much work counts as about one. Of counts, nobody is taken
 * for more than a few times what was expected of him: a hub operator who does
 * ten men's work shall not move his colleagues' yardstick by ten. */
static void
weigh(struct test *test)
{
	const struct peer_problem *problem = test->problem;
	double s = test->mix.s[0];

	for (size_t i = 0; i < problem->n_entities; i++) {
		double n = (double)test->n[i], k = (double)test->k[i];
		double size = problem->law == PEER_SHARE ? n : test->mean[i];

		test->weight[i] = test->odd[i] ? 0 : (s + 1) / (s + size);
		test->scale[i] = 1;
		if (problem->law == PEER_COUNT && k > COUNT_MOST * size)
			test->scale[i] = COUNT_MOST * size / k;
	}
}

/* The base rate of each cell, from the other entities' work of the same
 * kinds; a kind nobody else does falls back to all kinds. */
static void
start_from_base(struct test *test)
{
	const struct peer_problem *problem = test->problem;
	struct sums all = { 0 };
	double rate, pseudo = test->mix.s[0] + 1, clip = RATE_MIN;

	memset(test->kind, 0, problem->n_kinds * sizeof(*test->kind));
	for (size_t i = 0; i < problem->n_parts; i++) {
		const struct peer_part *part = &problem->parts[i];
		uint32_t entity = problem->cells[part->cell].entity;
		double w = test->weight[entity];
		double k = w * test->scale[entity] * (double)part->k;

		test->kind[part->kind].k += k;
		test->kind[part->kind].n += w * (double)part->n;
		all.k += k;
		all.n += w * (double)part->n;
	}
	rate = all.n > 0 ? (all.k + 0.5) / (all.n + 1) : 0.5;
	memset(test->eta, 0, problem->n_cells * sizeof(*test->eta));
	if (problem->law == PEER_COUNT)
		pseudo = 1 / rate; /* exposure worth one outcome */
	for (size_t i = 0; i < problem->n_parts; i++) {
		const struct peer_part *part = &problem->parts[i];
		const struct sums *kind = &test->kind[part->kind];
		uint32_t entity = problem->cells[part->cell].entity;
		double w = test->weight[entity];
		double own = w * test->scale[entity] * (double)part->k;
		double k = kind->k - own + pseudo * rate;
		double n = kind->n - w * (double)part->n + pseudo;

		test->eta[part->cell] += (double)part->n * k / n;
	}
	for (size_t c = 0; c < problem->n_cells; c++) {
		double n = (double)problem->cells[c].n;
		double mean = n > 0 ? test->eta[c] / n : rate;

		if (problem->law == PEER_SHARE && mean > 1 - clip)
			mean = 1 - clip;
		test->eta[c] = link_of(problem->law, mean > clip ? mean : clip);
	}
}

static void
add_cell(const struct test *test, struct sums *sums, size_t c, double sign)
{
	const struct peer_cell *cell = &test->problem->cells[c];
	double w = sign * test->weight[cell->entity];

	sums->k += w * test->scale[cell->entity] * (double)cell->k;
	sums->n += w * (double)cell->n;
	sums->e += w * (double)cell->n *
		mean_of(test->problem->law, test->eta[c]);
}

/* How far the others of the group move a cell; *ret_worth is what they are
 * worth against the pseudo-counts, as a variance of the expected. */
static double
group_shift(const struct test *test, size_t level, const struct sums *others,
	double *ret_variance)
{
	double c = test->problem->strength[level] * (test->mix.s[0] + 1);
	double k = fmax(others->k, 0), n = fmax(others->n, 0);
	double e = fmin(fmax(others->e, 0), n), a, b, mean, shift;

	if (test->problem->law == PEER_COUNT) {
		e = fmax(others->e, 0);
		a = fmax(c, 0.5);
		*ret_variance = 1 / (e + a);
		shift = log((k + a) / (e + a));
	} else {
		k = fmin(k, n);
		mean = n > 0 ? e / n : 0.5;
		a = fmax(c * mean, 0.5);
		b = fmax(c * (1 - mean), 0.5);
		*ret_variance = 1 / (n + a + b);
		shift = log((k + a) / (n - k + b)) -
			log((e + a) / (n - e + b));
	}
	return fmin(fmax(shift, -SHIFT_MAX), SHIFT_MAX);
}

static void
move_by_level(struct test *test, size_t level)
{
	const struct peer_problem *problem = test->problem;
	const struct peer_cell *cells = problem->cells;
	size_t start = 0;

	memset(test->group, 0,
		problem->n_groups[level] * sizeof(*test->group));
	for (size_t c = 0; c < problem->n_cells; c++) {
		if (cells[c].group[level] != PEER_NONE)
			add_cell(test, &test->group[cells[c].group[level]], c,
				1);
	}
	while (start < problem->n_cells) {
		size_t end = start;

		for (; end < problem->n_cells &&
			cells[end].entity == cells[start].entity;
			end++) {
			if (cells[end].group[level] != PEER_NONE)
				add_cell(test,
					&test->own[cells[end].group[level]],
					end, 1);
		}
		for (size_t c = start; c < end; c++) {
			uint32_t group = cells[c].group[level];
			struct sums others;
			double variance;

			test->next_eta[c] = test->eta[c];
			if (group == PEER_NONE)
				continue;
			others.k = test->group[group].k - test->own[group].k;
			others.n = test->group[group].n - test->own[group].n;
			others.e = test->group[group].e - test->own[group].e;
			test->next_eta[c] += group_shift(test, level, &others,
				&variance);
			test->variance[c] += variance;
		}
		for (size_t c = start; c < end; c++) {
			if (cells[c].group[level] != PEER_NONE)
				test->own[cells[c].group[level]] =
					(struct sums){ 0 };
		}
		start = end;
	}
	memcpy(test->eta, test->next_eta,
		problem->n_cells * sizeof(*test->eta));
}

/* Expected outcome and its uncertainty of each entity, over its cells. */
static void
expect(struct test *test)
{
	const struct peer_problem *problem = test->problem;

	memset(test->variance, 0, problem->n_cells * sizeof(double));
	start_from_base(test);
	for (size_t level = 0; level < PEER_LEVELS; level++) {
		if (problem->n_groups[level] > 0)
			move_by_level(test, level);
	}
	memset(test->mean, 0, problem->n_entities * sizeof(double));
	memset(test->extra, 0, problem->n_entities * sizeof(double));
	for (size_t c = 0; c < problem->n_cells; c++) {
		const struct peer_cell *cell = &problem->cells[c];
		double mean = (double)cell->n *
			mean_of(problem->law, test->eta[c]);

		/* cells weigh by what is expected of them */
		test->mean[cell->entity] += mean;
		test->extra[cell->entity] += (problem->law == PEER_SHARE ?
				(double)cell->n :
				mean) * test->variance[c];
	}
	for (size_t i = 0; i < problem->n_entities; i++) {
		double n = problem->law == PEER_SHARE ? (double)test->n[i] :
							test->mean[i];

		if (n > 0)
			test->extra[i] /= n;
		if (problem->law == PEER_SHARE && n > 0)
			test->mean[i] /= n;
	}
}

/* The entities a fit is made from: those with work who are not odd, at even
 * steps when there are more than it takes to know a spread to some per cent. */
struct fit_set {
	size_t n;
	uint64_t k[FIT_MOST], of[FIT_MOST];
	double mean[FIT_MOST], extra[FIT_MOST];
};

static void
fill_fit_set(const struct test *test, size_t most, struct fit_set *set)
{
	size_t usable = 0, seen = 0, step;

	for (size_t i = 0; i < test->problem->n_entities; i++)
		usable += test->n[i] > 0 && !test->odd[i];
	step = usable / most + 1;
	set->n = 0;
	for (size_t i = 0; i < test->problem->n_entities; i++) {
		if (test->n[i] == 0 || test->odd[i] || seen++ % step != 0)
			continue;
		set->k[set->n] = test->k[i];
		set->of[set->n] = test->n[i];
		set->mean[set->n] = test->mean[i];
		set->extra[set->n] = test->extra[i];
		set->n++;
	}
}

/* Fit the two spreads to those who are not odd. */
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
	};

	fill_fit_set(test, last ? FIT_MOST : FIT_EARLY, set);
	sample.n_users = set->n;
	if (fit_informative(&sample) < INFORMATIVE_MIN) {
		test->mix = (struct fit_mix){
			.s = { sample.typical, sample.typical / 8 },
			.epsilon = 0.026 };
		return 0;
	}
	return share ? beta_binomial_fit_mix(&sample, &test->mix, fault) :
		       neg_binomial_fit_mix(&sample, &test->mix, fault);
}

static double
tail_ln_p(const struct test *test, size_t i)
{
	double s[2] = { fit_spread(test->mix.s[0], test->extra[i]),
		fit_spread(test->mix.s[1], test->extra[i]) };
	struct tail tail;

	if (test->n[i] == 0)
		return NAN;
	if (test->problem->law == PEER_SHARE)
		beta_binomial_mix_tail(test->k[i], test->n[i], test->mean[i],
			s, test->mix.epsilon, &tail);
	else
		neg_binomial_mix_tail(test->k[i], test->mean[i], s,
			test->mix.epsilon, &tail);
	return tail.ln_mid;
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
		test->odd[i] = false;
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
	struct fit_set *set = memory_array(1, sizeof(*set));
	double all_k = 0, all_n = 0;
	size_t active = 0;
	int result = -1;

	if (test_init(&test, problem, fault) != 0 || set == NULL) {
		fault_memory(fault);
		goto out;
	}
	count_outcomes(&test);
	test.mix.s[0] = problem->law == PEER_SHARE ? SPREAD_SHARE :
						     SPREAD_COUNT;
	for (size_t i = 0; i < problem->n_entities; i++) {
		active += test.n[i] > 0;
		all_k += (double)test.k[i];
		all_n += (double)test.n[i];
	}
	for (size_t i = 0; i < problem->n_entities && all_n > 0; i++)
		test.mean[i] = (double)test.n[i] * all_k / all_n;
	for (int round = 0; round < PEER_ROUNDS; round++) {
		weigh(&test);
		expect(&test);
		if (fit(&test, round + 1 == PEER_ROUNDS, set, fault) != 0)
			goto out;
		for (size_t i = 0; i < problem->n_entities; i++)
			ret[i].ln_p = active > PEERS_MIN ?
				tail_ln_p(&test, i) :
				NAN;
		if (round + 1 < PEER_ROUNDS && !problem->keep_odd &&
			leave_out(&test, ret, fault) != 0)
			goto out;
	}
	for (size_t i = 0; i < problem->n_entities; i++) {
		ret[i].k = test.k[i];
		ret[i].n = test.n[i];
		ret[i].expected = test.mean[i];
		if (problem->law == PEER_SHARE)
			ret[i].expected *= (double)test.n[i];
	}
	result = 0;
out:
	test_free(&test);
	free(set);
	return result;
}
