/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/cells.h"

#include "base/memory.h"

/* How alike the groups of a level are thought to be, in entities' worth of
 * pseudo-counts: roles differ widely, units less, a role in a unit least. */
#define ROLE_STRENGTH 0.05
#define UNIT_STRENGTH 1.0
#define POST_STRENGTH 1.0
#define WEEK_STRENGTH 1.0

enum { LEVEL_ROLE, LEVEL_UNIT, LEVEL_POST, LEVEL_WEEK };

/* Numbers the places (role in unit) and times (unit in week) that occur. */
struct grouping {
	const struct evidence *evidence;
	struct triples places, times;
};

static int
group_cell(struct grouping *grouping, const struct triple *post, int32_t week,
	bool weekly, struct peer_cell *cell, struct fault *fault)
{
	*cell = (struct peer_cell){ .entity = post->a };
	cell->group[LEVEL_ROLE] = post->c;
	cell->group[LEVEL_UNIT] = post->b;
	cell->group[LEVEL_WEEK] = PEER_NONE;
	if (grouping->evidence->by == BY_UNIT) {
		cell->entity = post->b;
		cell->group[LEVEL_UNIT] = PEER_NONE;
		cell->group[LEVEL_POST] = PEER_NONE;
		return 0;
	}
	if (triples_add(&grouping->places,
		    (struct triple){ post->b, post->c, 0 },
		    &cell->group[LEVEL_POST], fault) != 0)
		return -1;
	if (weekly &&
		triples_add(&grouping->times,
			(struct triple){ post->b, (uint32_t)week, 0 },
			&cell->group[LEVEL_WEEK], fault) != 0)
		return -1;
	return 0;
}

struct source { /* a tally as cell and part */
	struct peer_cell cell;
	uint32_t kind;
	uint64_t k, n;
};

static int
compare_sources(const void *a, const void *b)
{
	const struct source *x = a, *y = b;

	if (x->cell.entity != y->cell.entity)
		return x->cell.entity < y->cell.entity ? -1 : 1;
	for (size_t level = 0; level < PEER_LEVELS; level++) {
		if (x->cell.group[level] != y->cell.group[level])
			return x->cell.group[level] < y->cell.group[level] ?
				-1 :
				1;
	}
	return x->kind < y->kind ? -1 : x->kind > y->kind;
}

static struct peer_problem
problem_of(const struct grouping *grouping, enum peer_law law)
{
	const struct evidence *evidence = grouping->evidence;
	const struct book *book = evidence->book;

	return (struct peer_problem){
		.law = law,
		.n_entities = evidence->n_entities,
		.n_kinds = book->names[NAME_KIND].n,
		.n_groups = { book->names[NAME_ROLE].n,
			book->names[NAME_UNIT].n, grouping->places.n,
			grouping->times.n },
		.strength = { ROLE_STRENGTH, UNIT_STRENGTH, POST_STRENGTH,
			WEEK_STRENGTH },
		.meets = {
			[LEVEL_UNIT] = { [LEVEL_ROLE] = LEVEL_POST },
			[LEVEL_POST] = { [LEVEL_ROLE] = LEVEL_POST,
				[LEVEL_UNIT] = LEVEL_POST },
			[LEVEL_WEEK] = { [LEVEL_ROLE] = PEER_APART,
				[LEVEL_UNIT] = LEVEL_WEEK,
				[LEVEL_POST] = PEER_APART },
		},
		.stratum = evidence->stratum,
		.n_strata = evidence->n_strata,
		.keep_odd = law == PEER_COUNT,
	};
}

/* A unit is compared with the same roles in other units: what it does in a
 * role that no other unit has is compared with nothing. */
static size_t
drop_unmatched(struct source *sources, size_t n, size_t n_roles,
	struct fault *fault)
{
	uint32_t *first = memory_array(n_roles, sizeof(*first));
	bool *matched = memory_array(n_roles, sizeof(*matched));
	size_t kept = 0;

	if (first == NULL || matched == NULL) {
		fault_memory(fault);
		goto out;
	}
	for (size_t i = 0; i < n; i++) {
		uint32_t role = sources[i].cell.group[LEVEL_ROLE];
		uint32_t unit = sources[i].cell.entity + 1;

		matched[role] |= first[role] != 0 && first[role] != unit;
		first[role] = unit;
	}
	for (size_t i = 0; i < n; i++) {
		if (matched[sources[i].cell.group[LEVEL_ROLE]])
			sources[kept++] = sources[i];
	}
out:
	free(first);
	free(matched);
	return kept;
}

/* Join equal sources to cells and their parts, and run the test. */
static int
test_sources(const struct grouping *grouping, struct source *sources, size_t n,
	enum peer_law law, struct finding *ret, struct fault *fault)
{
	const struct evidence *evidence = grouping->evidence;
	struct peer_cell *cells = memory_array(n, sizeof(*cells));
	struct peer_part *parts = memory_array(n, sizeof(*parts));
	struct peer_result *results =
		memory_array(evidence->n_entities, sizeof(*results));
	struct peer_problem problem;
	int result = -1;

	if (cells == NULL || parts == NULL || results == NULL) {
		fault_memory(fault);
		goto out;
	}
	problem = problem_of(grouping, law);
	problem.cells = cells;
	problem.parts = parts;
	if (evidence->by == BY_UNIT)
		n = drop_unmatched(sources, n,
			evidence->book->names[NAME_ROLE].n, fault);
	if (fault->code != FAULT_NONE)
		goto out;
	qsort(sources, n, sizeof(*sources), compare_sources);
	for (size_t i = 0; i < n; i++) {
		const struct source *source = &sources[i];

		if (i == 0 ||
			source->cell.entity != sources[i - 1].cell.entity ||
			memcmp(source->cell.group, sources[i - 1].cell.group,
				sizeof(source->cell.group)) != 0)
			cells[problem.n_cells++] = source->cell;
		parts[problem.n_parts++] = (struct peer_part){
			(uint32_t)problem.n_cells - 1, source->kind, source->k,
			source->n };
	}
	if (peers_test(&problem, results, fault) != 0)
		goto out;
	for (size_t i = 0; i < evidence->n_entities; i++)
		ret[i] = (struct finding){ results[i].k, results[i].n,
			results[i].expected, results[i].ln_p,
			results[i].ln_p };
	result = 0;
out:
	free(cells);
	free(parts);
	free(results);
	return result;
}

static int
grouping_init(struct grouping *grouping, const struct evidence *evidence,
	struct fault *fault)
{
	*grouping = (struct grouping){ .evidence = evidence };
	return triples_init(&grouping->places, fault) != 0 ||
			triples_init(&grouping->times, fault) != 0 ?
		-1 :
		0;
}

static void
grouping_free(struct grouping *grouping)
{
	triples_free(&grouping->places);
	triples_free(&grouping->times);
}

int
cells_test_share(const struct evidence *evidence, share_count count,
	struct finding *ret, struct fault *fault)
{
	const struct tally *tally = evidence->tally;
	struct source *sources = memory_array(tally->n_kinds, sizeof(*sources));
	struct grouping grouping;
	size_t n = 0;
	int result = -1;

	if (grouping_init(&grouping, evidence, fault) != 0 || sources == NULL) {
		fault_memory(fault);
		goto out;
	}
	for (size_t i = 0; i < tally->n_kinds; i++) {
		const struct kind_tally *kind = &tally->kinds[i];
		struct source *source = &sources[n];

		count(kind, &source->k, &source->n);
		source->kind = kind->kind;
		if (source->n == 0)
			continue;
		if (group_cell(&grouping,
			    &evidence->book->posts.items[kind->post], 0, false,
			    &source->cell, fault) != 0)
			goto out;
		n++;
	}
	result = test_sources(&grouping, sources, n, PEER_SHARE, ret, fault);
out:
	free(sources);
	grouping_free(&grouping);
	return result;
}

int
cells_test_rate(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	const struct tally *tally = evidence->tally;
	struct source *sources = memory_array(tally->n_weeks, sizeof(*sources));
	struct grouping grouping;
	int result = -1;

	if (grouping_init(&grouping, evidence, fault) != 0 || sources == NULL) {
		fault_memory(fault);
		goto out;
	}
	for (size_t i = 0; i < tally->n_weeks; i++) {
		const struct week_tally *week = &tally->weeks[i];

		sources[i].k = week->lookups;
		sources[i].n = week->days;
		if (group_cell(&grouping,
			    &evidence->book->posts.items[week->post],
			    week->week, true, &sources[i].cell, fault) != 0)
			goto out;
	}
	result = test_sources(&grouping, sources, tally->n_weeks, PEER_COUNT,
		ret, fault);
out:
	free(sources);
	grouping_free(&grouping);
	return result;
}

void
cells_print_expected(double expected, char *buf, size_t size)
{
	(void)snprintf(buf, size, expected < 9.95 ? "%.1f" : "%.0f", expected);
}
