/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/expect.h"

#include "base/memory.h"

/* Odds and rates move at most this far a level: e^12. */
#define SHIFT_MAX 162754.79141900392
/* Shares and rates stay this far from the ends. */
#define RATE_MIN 1e-9
/* Of counts, an entity is taken for at most this much of the expected. */
#define COUNT_MOST 3.0
/* The steps by which e^η moves: the base, then the coarse levels. */
enum { STEPS = PEER_FINE + 1 };

static void *
take(size_t n, size_t size, bool *ok)
{
	void *at = memory_array(n, size);

	*ok &= at != NULL;
	return at;
}

static bool
is_used(const struct peer_problem *problem, size_t level)
{
	return level != PEER_APART && problem->n_groups[level] > 0;
}

int
expectation_init(struct expectation *expected,
	const struct peer_problem *problem, struct fault *fault)
{
	size_t entities = problem->n_entities, stretches;
	bool ok = true;

	*expected = (struct expectation){ .problem = problem };
	if (stretches_make(problem, &expected->work, fault) != 0)
		return -1;
	stretches = expected->work.n;
	expected->mean = take(entities, sizeof(double), &ok);
	expected->extra = take(entities, sizeof(double), &ok);
	expected->weight = take(entities, sizeof(double), &ok);
	expected->scale = take(entities, sizeof(double), &ok);
	expected->alone = take(stretches, sizeof(double), &ok);
	expected->together = take(stretches, sizeof(double), &ok);
	expected->sums = take(stretches, sizeof(struct sums), &ok);
	expected->apart = take(stretches * STEPS, sizeof(double), &ok);
	expected->variance = take(stretches, sizeof(double), &ok);
	expected->kinds = take(problem->n_kinds, sizeof(struct sums), &ok);
	expected->own_kinds = take(problem->n_kinds, sizeof(struct sums), &ok);
	expected->rates = take(problem->n_kinds, sizeof(double), &ok);
	for (size_t level = 0; level < PEER_LEVELS; level++) {
		size_t n = problem->n_groups[level];

		expected->groups[level] = take(n, sizeof(struct sums), &ok);
		expected->own[level] = take(n, sizeof(struct sums), &ok);
		if (level < PEER_FINE)
			expected->shifts[level] =
				take(n, sizeof(double), &ok);
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
	stretches_free(&expected->work);
	free(expected->alone);
	free(expected->together);
	free(expected->sums);
	free(expected->apart);
	free(expected->variance);
	free(expected->kinds);
	free(expected->own_kinds);
	free(expected->rates);
	for (size_t level = 0; level < PEER_LEVELS; level++) {
		free(expected->groups[level]);
		free(expected->own[level]);
		if (level < PEER_FINE)
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

static void
add_part(const struct expectation *expected, const struct stretch_part *part,
	struct sums *kind, struct sums *all)
{
	uint32_t entity = expected->work.items[part->stretch].entity;
	double w = expected->weight[entity];
	double k = w * expected->scale[entity] * part->k;
	double n = w * part->n;

	kind->k += k;
	kind->n += n;
	all->k += k;
	all->n += n;
}

/* The rate of all kinds with the others, and how much exposure draws the rate
 * of a kind to it. */
struct usual {
	double rate, worth;
};

static struct usual
usual_rate(const struct expectation *expected, const struct sums *all,
	const struct sums *own)
{
	double k = at_least(all->k - own->k, 0);
	double n = at_least(all->n - own->n, 0);
	struct usual usual = { (k + 0.5) / (n + 1), expected->worth };

	if (expected->problem->law == PEER_COUNT)
		usual.worth = 1 / usual.rate; /* worth one outcome */
	return usual;
}

static inline double
kind_rate(const struct usual *usual, const struct sums *kind,
	const struct sums *own_kind)
{
	return (at_least(kind->k - own_kind->k, 0) +
		       usual->worth * usual->rate) /
		(at_least(kind->n - own_kind->n, 0) + usual->worth);
}

/* The base of each stretch: the rates of the kinds of work done there. `part`
 * walks along with the stretches. */
static void
base_of_entity(struct expectation *expected, size_t start, size_t end,
	size_t *part, const struct sums *all)
{
	enum peer_law law = expected->problem->law;
	const struct stretch_part *parts = expected->work.parts;
	struct usual usual;
	struct sums own = { 0 };
	size_t first = *part, last = first;

	for (; last < expected->work.n_parts && parts[last].stretch < end;
		last++)
		add_part(expected, &parts[last],
			&expected->own_kinds[parts[last].kind], &own);
	usual = usual_rate(expected, all, &own);
	for (size_t i = start; i < end; i++) {
		double alone = 0, together = 0, n = 0;

		for (; *part < last && parts[*part].stretch == i; ++*part) {
			const struct stretch_part *p = &parts[*part];
			const struct sums *kind = &expected->kinds[p->kind];

			n += p->n;
			alone += p->n * kind_rate(&usual, kind,
					&expected->own_kinds[p->kind]);
			together += p->n * expected->rates[p->kind];
		}
		n = n > 0 ? n : 1;
		expected->alone[i] = odds_of(law, alone / n);
		expected->together[i] = odds_of(law, together / n);
		expected->apart[i * STEPS] =
			expected->alone[i] / expected->together[i];
	}
	for (size_t i = first; i < last; i++)
		expected->own_kinds[parts[i].kind] = (struct sums){ 0 };
}

static void
start_from_base(struct expectation *expected)
{
	const struct peer_problem *problem = expected->problem;
	const struct stretch_part *parts = expected->work.parts;
	const struct sums none = { 0 };
	struct sums all = { 0 };
	struct usual usual;
	size_t part = 0;

	memset(expected->kinds, 0, problem->n_kinds * sizeof(struct sums));
	for (size_t i = 0; i < expected->work.n_parts; i++)
		add_part(expected, &parts[i], &expected->kinds[parts[i].kind],
			&all);
	usual = usual_rate(expected, &all, &none);
	for (size_t kind = 0; kind < problem->n_kinds; kind++)
		expected->rates[kind] =
			kind_rate(&usual, &expected->kinds[kind], &none);
	for (size_t i = 0; i < expected->work.n;) {
		size_t end = stretches_entity_end(&expected->work, i);

		base_of_entity(expected, i, end, &part, &all);
		i = end;
	}
}

/* What each stretch adds to its groups; all but what was expected of it stays
 * the same over the levels. */
static void
weigh_stretches(struct expectation *expected)
{
	for (size_t i = 0; i < expected->work.n; i++) {
		const struct stretch *stretch = &expected->work.items[i];
		double w = expected->weight[stretch->entity];

		expected->sums[i].k =
			w * expected->scale[stretch->entity] * stretch->k;
		expected->sums[i].n = w * stretch->n;
		expected->variance[i] = 0;
	}
}

static void
expect_stretches(struct expectation *expected)
{
	for (size_t i = 0; i < expected->work.n; i++)
		expected->sums[i].e = expected->sums[i].n *
			mean_of(expected->problem->law, expected->together[i]);
}

static inline void
add_sums(struct sums *to, const struct sums *sums)
{
	to->k += sums->k;
	to->n += sums->n;
	to->e += sums->e;
}

/* What the entity of a stretch adds to a group: where that is all there is of
 * it, what the stretch does. */
static inline const struct sums *
own_of(const struct expectation *expected, size_t level, uint32_t group,
	size_t i)
{
	return expected->single ? &expected->sums[i] :
				  &expected->own[level][group];
}

static struct sums
others_of(const struct sums *all, const struct sums *own)
{
	struct sums others = { at_least(all->k - own->k, 0),
		at_least(all->n - own->n, 0), at_least(all->e - own->e, 0) };

	return others;
}

/* By how much a group moves its members, and how unsure that is. */
static inline double
group_shift(const struct expectation *expected, size_t level,
	const struct sums *sums, double *ret_variance)
{
	double c = expected->problem->strength[level] * expected->worth;
	double k = sums->k, n = sums->n, e = sums->e, a, b, mean, shift;

	if (expected->problem->law == PEER_COUNT) {
		a = at_least(c, 0.5);
		*ret_variance = 1 / (e + a);
		shift = (k + a) * *ret_variance;
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

/* Expected outcomes e of an exposure n, had the odds or the rate been so many
 * times as high. */
static inline double
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

/* What was expected of the others in the group of a stretch, or of a cell of
 * it, rests on earlier steps that the entity had a part in. To take that part
 * out again, e becomes what e + more is if the odds are so many times as high:
 * of all others the base's part and that of groups around this one, of those
 * who share a group that crosses this one (the same role in the unit) that
 * group's. */
struct own_part {
	double more, times;
};

static struct own_part
find_own_part(const struct expectation *expected, size_t level, size_t i)
{
	const struct peer_problem *problem = expected->problem;
	const double *apart = &expected->apart[i * STEPS];
	const uint32_t *group = expected->work.items[i].group;
	struct own_part ret = { 0, apart[0] };

	for (size_t l = 0; l < level; l++) {
		unsigned meet = problem->meets[level][l];
		struct sums part;

		if (group[l] == PEER_NONE || !is_used(problem, l) ||
			!is_used(problem, meet))
			continue;
		if (meet == level) {
			ret.times *= apart[1 + l];
			continue;
		}
		if (group[meet] == PEER_NONE)
			continue;
		part = others_of(&expected->groups[meet][group[meet]],
			own_of(expected, meet, group[meet], i));
		ret.more += moved(problem->law, part.e, part.n, apart[1 + l]) -
			part.e;
	}
	return ret;
}

static inline void
take_out(enum peer_law law, const struct own_part *own, struct sums *others)
{
	others->e = moved(law, at_least(others->e + own->more, 0), others->n,
		own->times);
}

/* The coarse levels whose sums a level needs: itself, and where it meets
 * earlier ones. */
static void
find_needed(const struct peer_problem *problem, size_t level,
	bool needed[PEER_LEVELS])
{
	memset(needed, 0, PEER_LEVELS * sizeof(*needed));
	needed[level] = true;
	for (size_t l = 0; l < level; l++) {
		unsigned meet = problem->meets[level][l];

		if (is_used(problem, meet))
			needed[meet] = true;
	}
	needed[PEER_FINE] = false;
}

static void
sum_groups(struct expectation *expected, const bool *needed)
{
	for (size_t l = 0; l < PEER_FINE; l++) {
		struct sums *groups = expected->groups[l];

		if (!needed[l])
			continue;
		memset(groups, 0,
			expected->problem->n_groups[l] * sizeof(*groups));
		for (size_t i = 0; i < expected->work.n; i++) {
			uint32_t group = expected->work.items[i].group[l];

			if (group != PEER_NONE)
				add_sums(&groups[group], &expected->sums[i]);
		}
	}
}

static void
sum_own(struct expectation *expected, const bool *needed, size_t start,
	size_t end)
{
	for (size_t l = 0; l < PEER_FINE; l++) {
		for (size_t i = start; needed[l] && i < end; i++) {
			uint32_t group = expected->work.items[i].group[l];

			if (group != PEER_NONE)
				add_sums(&expected->own[l][group],
					&expected->sums[i]);
		}
	}
}

static void
forget_own(struct expectation *expected, const bool *needed, size_t start,
	size_t end)
{
	for (size_t l = 0; l < PEER_FINE; l++) {
		for (size_t i = start; needed[l] && i < end; i++) {
			uint32_t group = expected->work.items[i].group[l];

			if (group != PEER_NONE)
				expected->own[l][group] = (struct sums){ 0 };
		}
	}
}

static void
move_stretch(struct expectation *expected, size_t level, size_t i)
{
	uint32_t group = expected->work.items[i].group[level];
	double *apart = &expected->apart[i * STEPS + 1 + level];
	struct own_part own;
	struct sums others;
	double alone, variance;

	*apart = 1;
	if (group == PEER_NONE)
		return;
	others = others_of(&expected->groups[level][group],
		own_of(expected, level, group, i));
	own = find_own_part(expected, level, i);
	take_out(expected->problem->law, &own, &others);
	alone = group_shift(expected, level, &others, &variance);
	expected->alone[i] *= alone;
	expected->variance[i] += variance;
	*apart = alone / expected->shifts[level][group];
}

static void
move_by_level(struct expectation *expected, size_t level)
{
	const struct peer_problem *problem = expected->problem;
	double *shifts = expected->shifts[level], ignored;
	bool needed[PEER_LEVELS];

	find_needed(problem, level, needed);
	expect_stretches(expected);
	sum_groups(expected, needed);
	for (size_t g = 0; g < problem->n_groups[level]; g++)
		shifts[g] = group_shift(expected, level,
			&expected->groups[level][g], &ignored);
	for (size_t start = 0; start < expected->work.n;) {
		size_t end = stretches_entity_end(&expected->work, start);

		expected->single = end == start + 1;
		if (!expected->single)
			sum_own(expected, needed, start, end);
		for (size_t i = start; i < end; i++)
			move_stretch(expected, level, i);
		if (!expected->single)
			forget_own(expected, needed, start, end);
		start = end;
	}
	for (size_t i = 0; i < expected->work.n; i++) {
		uint32_t group = expected->work.items[i].group[level];

		if (group != PEER_NONE)
			expected->together[i] *= shifts[group];
	}
}

/* From stretches or cells to entities; they weigh by what is expected of
 * them. */
static inline void
add_expected(struct expectation *expected, uint32_t entity, double n,
	double odds, double variance)
{
	enum peer_law law = expected->problem->law;
	double mean = n * mean_of(law, odds);

	expected->mean[entity] += mean;
	expected->extra[entity] += (law == PEER_SHARE ? n : mean) * variance;
}

static void
add_stretches(struct expectation *expected)
{
	for (size_t i = 0; i < expected->work.n; i++)
		add_expected(expected, expected->work.items[i].entity,
			expected->work.items[i].n, expected->alone[i],
			expected->variance[i]);
}

/* What a cell of a stretch adds to its group of the last level. */
static inline struct sums
cell_sums(const struct expectation *expected, size_t c, size_t stretch)
{
	const struct peer_cell *cell = &expected->problem->cells[c];
	double w = expected->weight[cell->entity], n = w * (double)cell->n;

	return (struct sums){
		w * expected->scale[cell->entity] * (double)cell->k, n,
		n * mean_of(expected->problem->law,
			    expected->together[stretch]) };
}

/* Add the cells of stretches [start, end) to sums by group; or make these 0. */
static void
sum_cells(const struct expectation *expected, size_t start, size_t end,
	struct sums *sums, bool forget)
{
	const struct stretch *stretches = expected->work.items;
	size_t c = stretch_start(&expected->work, start);

	for (size_t i = start; i < end; i++) {
		for (; c < stretches[i].end; c++) {
			uint32_t group =
				expected->problem->cells[c].group[PEER_FINE];
			struct sums cell;

			if (group == PEER_NONE)
				continue;
			cell = cell_sums(expected, c, i);
			if (forget)
				sums[group] = (struct sums){ 0 };
			else
				add_sums(&sums[group], &cell);
		}
	}
}

/* The last level, that nothing comes after. */
static void
add_cells(struct expectation *expected, size_t i)
{
	const struct stretch *stretch = &expected->work.items[i];
	struct own_part part = find_own_part(expected, PEER_FINE, i);
	size_t c = stretch_start(&expected->work, i);

	for (; c < stretch->end; c++) {
		const struct peer_cell *cell = &expected->problem->cells[c];
		uint32_t group = cell->group[PEER_FINE];
		double odds = expected->alone[i], variance = 0;
		struct sums own, others;

		if (group != PEER_NONE) {
			own = expected->single ?
				cell_sums(expected, c, i) :
				expected->own[PEER_FINE][group];
			others = others_of(&expected->groups[PEER_FINE][group],
				&own);
			take_out(expected->problem->law, &part, &others);
			odds *= group_shift(expected, PEER_FINE, &others,
				&variance);
		}
		add_expected(expected, stretch->entity, (double)cell->n, odds,
			expected->variance[i] + variance);
	}
}

/* The stretches [start, end) of an entity. */
static void
move_cells(struct expectation *expected, const bool *needed, size_t start,
	size_t end)
{
	struct sums *own = expected->own[PEER_FINE];

	expected->single = end == start + 1;
	if (!expected->single) {
		sum_own(expected, needed, start, end);
		sum_cells(expected, start, end, own, false);
	}
	for (size_t i = start; i < end; i++)
		add_cells(expected, i);
	if (!expected->single) {
		sum_cells(expected, start, end, own, true);
		forget_own(expected, needed, start, end);
	}
}

static void
move_by_cells(struct expectation *expected)
{
	const struct peer_problem *problem = expected->problem;
	struct sums *groups = expected->groups[PEER_FINE];
	bool needed[PEER_LEVELS];

	find_needed(problem, PEER_FINE, needed);
	expect_stretches(expected);
	sum_groups(expected, needed);
	memset(groups, 0, problem->n_groups[PEER_FINE] * sizeof(*groups));
	sum_cells(expected, 0, expected->work.n, groups, false);
	for (size_t start = 0; start < expected->work.n;) {
		size_t end = stretches_entity_end(&expected->work, start);

		move_cells(expected, needed, start, end);
		start = end;
	}
}

void
expectation_run(struct expectation *expected, const uint64_t *k,
	const uint64_t *n, const bool *odd, double s)
{
	const struct peer_problem *problem = expected->problem;
	bool share = problem->law == PEER_SHARE;
	size_t n_entities = problem->n_entities;

	weigh(expected, k, n, odd, s);
	start_from_base(expected);
	weigh_stretches(expected);
	for (size_t level = 0; level < PEER_FINE; level++) {
		if (is_used(problem, level))
			move_by_level(expected, level);
	}
	memset(expected->mean, 0, n_entities * sizeof(double));
	memset(expected->extra, 0, n_entities * sizeof(double));
	if (is_used(problem, PEER_FINE))
		move_by_cells(expected);
	else
		add_stretches(expected);
	for (size_t i = 0; i < n_entities; i++) {
		double size = share ? (double)n[i] : expected->mean[i];

		if (size > 0)
			expected->extra[i] /= size;
		if (share && size > 0)
			expected->mean[i] /= size;
	}
}
