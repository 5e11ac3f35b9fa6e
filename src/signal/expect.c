/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/expect.h"

#include "base/memory.h"

/* Odds and rates move at most this far a level: e^12. */
#define SHIFT_MAX 162754.79141900392
/* Shares and rates stay this far from the ends. */
#define RATE_MIN 1e-9
/* Of counts, an entity is taken for at most this much of the expected. */
#define COUNT_MOST 3.0
/* The steps by which e^η moves: the base, then the levels. */
enum { STEPS = PEER_LEVELS + 1 };

static void *
take(size_t n, size_t size, bool *ok)
{
	void *at = memory_array(n, size);

	*ok &= at != NULL;
	return at;
}

int
expectation_init(struct expectation *expected,
	const struct peer_problem *problem, struct fault *fault)
{
	size_t cells = problem->n_cells, entities = problem->n_entities;
	bool ok = true;

	*expected = (struct expectation){ .problem = problem };
	expected->mean = take(entities, sizeof(double), &ok);
	expected->extra = take(entities, sizeof(double), &ok);
	expected->weight = take(entities, sizeof(double), &ok);
	expected->scale = take(entities, sizeof(double), &ok);
	expected->alone = take(cells, sizeof(double), &ok);
	expected->together = take(cells, sizeof(double), &ok);
	expected->cells = take(cells, sizeof(struct sums), &ok);
	expected->apart = take(cells * STEPS, sizeof(double), &ok);
	expected->variance = take(cells, sizeof(double), &ok);
	expected->kinds = take(problem->n_kinds, sizeof(struct sums), &ok);
	expected->own_kinds = take(problem->n_kinds, sizeof(struct sums), &ok);
	expected->rates = take(problem->n_kinds, sizeof(double), &ok);
	for (size_t level = 0; level < PEER_LEVELS; level++) {
		size_t n = problem->n_groups[level];

		expected->groups[level] = take(n, sizeof(struct sums), &ok);
		expected->own[level] = take(n, sizeof(struct sums), &ok);
		expected->shifts[level] = take(n, sizeof(double), &ok);
	}
	return ok ? 0 : fault_memory(fault);
}

void
expectation_free(struct expectation *expected)
{
	free(expected->mean);
	free(expected->extra);
	free(expected->weight);
	free(expected->scale);
	free(expected->alone);
	free(expected->together);
	free(expected->cells);
	free(expected->apart);
	free(expected->variance);
	free(expected->kinds);
	free(expected->own_kinds);
	free(expected->rates);
	for (size_t level = 0; level < PEER_LEVELS; level++) {
		free(expected->groups[level]);
		free(expected->own[level]);
		free(expected->shifts[level]);
	}
}

/* fmin() and fmax() are calls, for the sake of NaN. */
static inline double
at_least(double x, double least)
{
	return x > least ? x : least;
}

static inline double
at_most(double x, double most)
{
	return x < most ? x : most;
}

static double
clip_mean(enum peer_law law, double mean)
{
	if (law == PEER_SHARE)
		mean = at_most(mean, 1 - RATE_MIN);
	return at_least(mean, RATE_MIN);
}

/* e^η of a share or rate, and back */
static double
odds_of(enum peer_law law, double mean)
{
	mean = clip_mean(law, mean);
	return law == PEER_SHARE ? mean / (1 - mean) : mean;
}

static double
mean_of(enum peer_law law, double odds)
{
	return law == PEER_SHARE ? odds / (1 + odds) : odds;
}

/* An entity with much work counts as about one. Of counts, nobody is taken
 * for more than a few times what was expected of him: a hub operator who does
 * ten men's work shall not move his colleagues' yardstick by ten. */
static void
weigh(struct expectation *expected, const uint64_t *ks, const uint64_t *ns,
	const bool *odd, double s)
{
	const struct peer_problem *problem = expected->problem;
	double worth = 0, active = 0;

	for (size_t i = 0; i < problem->n_entities; i++) {
		double n = (double)ns[i], k = (double)ks[i];
		double size = problem->law == PEER_SHARE ? n :
							   expected->mean[i];

		expected->weight[i] = odd[i] ? 0 : (s + 1) / (s + size);
		expected->scale[i] = 1;
		if (problem->law == PEER_COUNT && k > COUNT_MOST * size)
			expected->scale[i] = COUNT_MOST * size / k;
		if (n > 0 && !odd[i]) {
			worth += expected->weight[i] * size;
			active++;
		}
	}
	expected->worth = active > 0 && worth > 0 ? worth / active : s + 1;
}

/* The cells of one entity are neighbours: [start, end). */
static size_t
entity_end(const struct peer_problem *problem, size_t start)
{
	size_t end = start;

	while (end < problem->n_cells &&
		problem->cells[end].entity == problem->cells[start].entity)
		end++;
	return end;
}

static void
add_part(const struct expectation *expected, const struct peer_part *part,
	struct sums *kind, struct sums *all)
{
	uint32_t entity = expected->problem->cells[part->cell].entity;
	double w = expected->weight[entity];
	double k = w * expected->scale[entity] * (double)part->k;
	double n = w * (double)part->n;

	kind->k += k;
	kind->n += n;
	all->k += k;
	all->n += n;
}

/* The rate of a kind, drawn to that of all kinds by `worth` exposure. */
static double
kind_rate(const struct expectation *expected, const struct sums *kind,
	const struct sums *own_kind, const struct sums *all,
	const struct sums *own)
{
	double k = at_least(all->k - own->k, 0);
	double n = at_least(all->n - own->n, 0);
	double rate = (k + 0.5) / (n + 1), worth = expected->worth;

	if (expected->problem->law == PEER_COUNT)
		worth = 1 / rate; /* exposure worth one outcome */
	return (at_least(kind->k - own_kind->k, 0) + worth * rate) /
		(at_least(kind->n - own_kind->n, 0) + worth);
}

/* The base of each cell: the rates of the kinds of work done there. `part`
 * walks along with the cells. */
static void
base_of_entity(struct expectation *expected, size_t start, size_t end,
	size_t *part, const struct sums *all)
{
	const struct peer_problem *problem = expected->problem;
	const struct peer_part *parts = problem->parts;
	struct sums own = { 0 };
	size_t first = *part, last = first;

	for (; last < problem->n_parts && parts[last].cell < end; last++)
		add_part(expected, &parts[last],
			&expected->own_kinds[parts[last].kind], &own);
	for (size_t c = start; c < end; c++) {
		double alone = 0, together = 0, n = 0;

		for (; *part < last && parts[*part].cell == c; ++*part) {
			const struct peer_part *p = &parts[*part];
			const struct sums *kind = &expected->kinds[p->kind];

			n += (double)p->n;
			alone += (double)p->n * kind_rate(expected, kind,
					&expected->own_kinds[p->kind], all,
					&own);
			together += (double)p->n * expected->rates[p->kind];
		}
		n = n > 0 ? n : 1;
		expected->alone[c] = odds_of(problem->law, alone / n);
		expected->together[c] = odds_of(problem->law, together / n);
		expected->apart[c * STEPS] =
			expected->alone[c] / expected->together[c];
	}
	for (size_t i = first; i < last; i++)
		expected->own_kinds[parts[i].kind] = (struct sums){ 0 };
}

static void
start_from_base(struct expectation *expected)
{
	const struct peer_problem *problem = expected->problem;
	const struct sums none = { 0 };
	struct sums all = { 0 };
	size_t part = 0;

	memset(expected->kinds, 0, problem->n_kinds * sizeof(struct sums));
	for (size_t i = 0; i < problem->n_parts; i++)
		add_part(expected, &problem->parts[i],
			&expected->kinds[problem->parts[i].kind], &all);
	for (size_t kind = 0; kind < problem->n_kinds; kind++)
		expected->rates[kind] = kind_rate(expected,
			&expected->kinds[kind], &none, &all, &none);
	for (size_t c = 0; c < problem->n_cells;) {
		size_t end = entity_end(problem, c);

		base_of_entity(expected, c, end, &part, &all);
		c = end;
	}
}

/* What each cell adds to its groups; all but what was expected of it stays the
 * same over the levels. */
static void
weigh_cells(struct expectation *expected)
{
	const struct peer_problem *problem = expected->problem;

	for (size_t c = 0; c < problem->n_cells; c++) {
		const struct peer_cell *cell = &problem->cells[c];
		double w = expected->weight[cell->entity];

		expected->cells[c].k =
			w * expected->scale[cell->entity] * (double)cell->k;
		expected->cells[c].n = w * (double)cell->n;
	}
}

static void
expect_cells(struct expectation *expected)
{
	const struct peer_problem *problem = expected->problem;

	for (size_t c = 0; c < problem->n_cells; c++)
		expected->cells[c].e = expected->cells[c].n *
			mean_of(problem->law, expected->together[c]);
}

static inline void
add_cell(const struct expectation *expected, struct sums *sums, size_t c)
{
	const struct sums *cell = &expected->cells[c];

	sums->k += cell->k;
	sums->n += cell->n;
	sums->e += cell->e;
}

static struct sums
others_of(const struct expectation *expected, size_t level, uint32_t group)
{
	const struct sums *all = &expected->groups[level][group];
	const struct sums *own = &expected->own[level][group];
	struct sums others = { at_least(all->k - own->k, 0),
		at_least(all->n - own->n, 0), at_least(all->e - own->e, 0) };

	return others;
}

/* By how much a group moves its members, and how unsure that is. */
static double
group_shift(const struct expectation *expected, size_t level,
	const struct sums *sums, double *ret_variance)
{
	double c = expected->problem->strength[level] * expected->worth;
	double k = sums->k, n = sums->n, e = sums->e, a, b, mean, shift;

	if (expected->problem->law == PEER_COUNT) {
		a = at_least(c, 0.5);
		*ret_variance = 1 / (e + a);
		shift = (k + a) / (e + a);
	} else {
		k = at_most(k, n);
		e = at_most(e, n);
		mean = n > 0 ? e / n : 0.5;
		a = at_least(c * mean, 0.5);
		b = at_least(c * (1 - mean), 0.5);
		*ret_variance = 1 / (n + a + b);
		shift = (k + a) * (n - e + b) / ((n - k + b) * (e + a));
	}
	return at_most(at_least(shift, 1 / SHIFT_MAX), SHIFT_MAX);
}

static bool
is_used(const struct peer_problem *problem, size_t level)
{
	return level != PEER_APART && problem->n_groups[level] > 0;
}

/* Expected outcomes e of an exposure n, had the odds or the rate been so many
 * times as high. */
static double
moved(enum peer_law law, double e, double n, double times)
{
	double share;

	if (law == PEER_COUNT)
		return e * times;
	if (n <= 0)
		return 0;
	share = clip_mean(law, e / n);
	return n * (share * times / (1 - share + share * times));
}

/* What was expected of the others in the cell's group rests on earlier steps
 * that the entity had a part in. Take that part out again: of all others the
 * base's and that of groups around this one, of those who share a group that
 * crosses this one (the same role in the unit) that group's. */
static void
take_out_own_part(const struct expectation *expected, size_t level, size_t c,
	struct sums *others)
{
	const struct peer_problem *problem = expected->problem;
	const double *apart = &expected->apart[c * STEPS];
	const struct peer_cell *cell = &problem->cells[c];
	double all = apart[0];

	for (size_t l = 0; l < level; l++) {
		unsigned meet = problem->meets[level][l];
		struct sums part;

		if (cell->group[l] == PEER_NONE || !is_used(problem, l) ||
			!is_used(problem, meet))
			continue;
		if (meet == level) {
			all *= apart[1 + l];
			continue;
		}
		if (cell->group[meet] == PEER_NONE)
			continue;
		part = others_of(expected, meet, cell->group[meet]);
		others->e += moved(problem->law, part.e, part.n,
				     apart[1 + l]) -
			part.e;
	}
	others->e = moved(problem->law, at_least(others->e, 0), others->n, all);
}

/* Sums by group of a level, and of the level where it meets earlier ones. */
static void
sum_groups(struct expectation *expected, size_t level)
{
	const struct peer_problem *problem = expected->problem;

	memset(expected->groups[level], 0,
		problem->n_groups[level] * sizeof(struct sums));
	for (size_t c = 0; c < problem->n_cells; c++) {
		uint32_t group = problem->cells[c].group[level];

		if (group != PEER_NONE)
			add_cell(expected, &expected->groups[level][group], c);
	}
}

static void
sum_own(struct expectation *expected, size_t level, size_t start, size_t end)
{
	for (size_t c = start; c < end; c++) {
		uint32_t group = expected->problem->cells[c].group[level];

		if (group != PEER_NONE)
			add_cell(expected, &expected->own[level][group], c);
	}
}

static void
forget_own(struct expectation *expected, size_t level, size_t start, size_t end)
{
	for (size_t c = start; c < end; c++) {
		uint32_t group = expected->problem->cells[c].group[level];

		if (group != PEER_NONE)
			expected->own[level][group] = (struct sums){ 0 };
	}
}

static void
move_cell(struct expectation *expected, size_t level, size_t c)
{
	uint32_t group = expected->problem->cells[c].group[level];
	double *apart = &expected->apart[c * STEPS + 1 + level];
	struct sums others;
	double alone, variance;

	*apart = 1;
	if (group == PEER_NONE)
		return;
	others = others_of(expected, level, group);
	take_out_own_part(expected, level, c, &others);
	alone = group_shift(expected, level, &others, &variance);
	expected->alone[c] *= alone;
	expected->variance[c] += variance;
	*apart = alone / expected->shifts[level][group];
}

static void
move_by_level(struct expectation *expected, size_t level)
{
	const struct peer_problem *problem = expected->problem;
	bool used[PEER_LEVELS] = { false };
	double ignored;

	used[level] = true;
	for (size_t l = 0; l < level; l++) {
		unsigned meet = problem->meets[level][l];

		if (is_used(problem, meet))
			used[meet] = true;
	}
	expect_cells(expected);
	for (size_t l = 0; l < PEER_LEVELS; l++) {
		if (used[l])
			sum_groups(expected, l);
	}
	for (size_t g = 0; g < problem->n_groups[level]; g++)
		expected->shifts[level][g] = group_shift(expected, level,
			&expected->groups[level][g], &ignored);
	for (size_t start = 0; start < problem->n_cells;) {
		size_t end = entity_end(problem, start);

		for (size_t l = 0; l < PEER_LEVELS; l++) {
			if (used[l])
				sum_own(expected, l, start, end);
		}
		for (size_t c = start; c < end; c++)
			move_cell(expected, level, c);
		for (size_t l = 0; l < PEER_LEVELS; l++) {
			if (used[l])
				forget_own(expected, l, start, end);
		}
		start = end;
	}
	for (size_t c = 0; c < problem->n_cells; c++) {
		uint32_t group = problem->cells[c].group[level];

		if (group != PEER_NONE)
			expected->together[c] *= expected->shifts[level][group];
	}
}

/* From cells to entities; cells weigh by what is expected of them. */
static void
sum_cells(struct expectation *expected, const uint64_t *ns)
{
	const struct peer_problem *problem = expected->problem;
	bool share = problem->law == PEER_SHARE;
	size_t n = problem->n_entities;

	memset(expected->mean, 0, n * sizeof(double));
	memset(expected->extra, 0, n * sizeof(double));
	for (size_t c = 0; c < problem->n_cells; c++) {
		const struct peer_cell *cell = &problem->cells[c];
		double mean = (double)cell->n *
			mean_of(problem->law, expected->alone[c]);

		expected->mean[cell->entity] += mean;
		expected->extra[cell->entity] +=
			(share ? (double)cell->n : mean) *
			expected->variance[c];
	}
	for (size_t i = 0; i < n; i++) {
		double size = share ? (double)ns[i] : expected->mean[i];

		if (size > 0)
			expected->extra[i] /= size;
		if (share && size > 0)
			expected->mean[i] /= size;
	}
}

void
expectation_run(struct expectation *expected, const uint64_t *k,
	const uint64_t *n, const bool *odd, double s)
{
	const struct peer_problem *problem = expected->problem;

	weigh(expected, k, n, odd, s);
	memset(expected->variance, 0, problem->n_cells * sizeof(double));
	start_from_base(expected);
	weigh_cells(expected);
	for (size_t level = 0; level < PEER_LEVELS; level++) {
		if (is_used(problem, level))
			move_by_level(expected, level);
	}
	sum_cells(expected, n);
}
