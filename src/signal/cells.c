/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/cells.h"

#include "base/memory.h"
#include "signal/peers.h"

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
	uint32_t post;  /* that was placed last, plus 1 … */
	uint32_t place; /* … and where: most come in order of post */
};

static int
group_cell(struct grouping *grouping, uint32_t number, int32_t week,
	bool weekly, struct peer_cell *cell, struct fault *fault)
{
	const struct evidence *evidence = grouping->evidence;
	const struct triple *post = &evidence->book->posts.items[number];

	*cell = (struct peer_cell){ .entity = post->a };
	cell->group[LEVEL_ROLE] = evidence->role[number];
	cell->group[LEVEL_UNIT] = post->b;
	cell->group[LEVEL_WEEK] = PEER_NONE;
	if (evidence->by == BY_UNIT) {
		cell->entity = post->b;
		cell->group[LEVEL_UNIT] = PEER_NONE;
		cell->group[LEVEL_POST] = PEER_NONE;
		return 0;
	}
	if (grouping->post != number + 1 &&
		triples_add(&grouping->places,
			(struct triple){ post->b, evidence->role[number], 0 },
			&grouping->place, fault) != 0)
		return -1;
	grouping->post = number + 1;
	cell->group[LEVEL_POST] = grouping->place;
	if (weekly &&
		triples_add(&grouping->times,
			(struct triple){ post->b, (uint32_t)week, 0 },
			&cell->group[LEVEL_WEEK], fault) != 0)
		return -1;
	return 0;
}

/* Where the office lists who its cases are about, fewer people are strangers:
 * such units have base rates, and roles, of their own. */
static bool
keeps_lists(const struct evidence *evidence, uint32_t post)
{
	const struct office *office = evidence->tally->office;

	return office != NULL &&
		office->units[evidence->book->posts.items[post].b]
			.keeps_subjects;
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
		.n_kinds = book->names[NAME_KIND].n * 2,
		.n_groups = { evidence->n_roles * 2,
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
		.out = evidence->odd,
		.keep_odd = law == PEER_COUNT,
		.means_only = evidence->means_only,
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

/* Most come in order of entity, if not of all else: each entity's by
 * themselves are soon sorted, and many need not be. */
static void
sort_sources(struct source *sources, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (sources[i].cell.entity < sources[i - 1].cell.entity) {
			qsort(sources, n, sizeof(*sources), compare_sources);
			return;
		}
	}
	for (size_t start = 0, end; start < n; start = end) {
		bool sorted = true;

		for (end = start + 1; end < n && sources[end].cell.entity ==
				sources[start].cell.entity; end++)
			sorted &= compare_sources(&sources[end - 1],
					  &sources[end]) <= 0;
		if (!sorted)
			qsort(sources + start, end - start, sizeof(*sources),
				compare_sources);
	}
}

/* Join equal sources to cells and their parts, and run the test. */
static int
test_sources(const struct grouping *grouping, struct source *sources, size_t n,
	enum peer_law law, struct finding *ret, struct fault *fault)
{
	const struct evidence *evidence = grouping->evidence;
	struct peer_cell *cells = memory_unset(n, sizeof(*cells));
	struct peer_part *parts = memory_unset(n, sizeof(*parts));
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
			evidence->n_roles * 2, fault);
	if (fault->code != FAULT_NONE)
		goto out;
	sort_sources(sources, n);
	for (size_t i = 0; i < n; i++) {
		const struct source *source = &sources[i];

		if (i == 0 ||
			source->cell.entity != sources[i - 1].cell.entity ||
			memcmp(source->cell.group, sources[i - 1].cell.group,
				sizeof(source->cell.group)) != 0)
			cells[problem.n_cells++] = source->cell;
		if (problem.n_parts > 0 &&
			parts[problem.n_parts - 1].cell + 1 ==
				problem.n_cells &&
			parts[problem.n_parts - 1].kind == source->kind) {
			parts[problem.n_parts - 1].k += source->k;
			parts[problem.n_parts - 1].n += source->n;
			continue;
		}
		parts[problem.n_parts++] = (struct peer_part){
			(uint32_t)problem.n_cells - 1, source->kind, source->k,
			source->n };
	}
	if (peers_test(&problem, results, fault) != 0)
		goto out;
	for (size_t i = 0; i < evidence->n_entities; i++)
		ret[i] = (struct finding){ results[i].k, results[i].n,
			results[i].expected, results[i].ln_p,
			results[i].ln_p, 0 };
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
cells_test_shares(const struct evidence *evidence, const struct share *shares,
	size_t n, struct finding *ret, struct fault *fault)
{
	struct source *sources = memory_unset(n, sizeof(*sources));
	struct grouping grouping;
	size_t used = 0;
	int result = -1;

	if (grouping_init(&grouping, evidence, fault) != 0 || sources == NULL) {
		fault_memory(fault);
		goto out;
	}
	for (size_t i = 0; i < n; i++) {
		struct source *source = &sources[used];
		bool keeps;

		if (shares[i].n == 0 && shares[i].k == 0)
			continue;
		keeps = keeps_lists(evidence, shares[i].post);
		*source = (struct source){ .kind = shares[i].kind * 2 + keeps,
			.k = shares[i].k, .n = shares[i].n };
		if (group_cell(&grouping, shares[i].post, 0, false,
			    &source->cell, fault) != 0)
			goto out;
		source->cell.group[LEVEL_ROLE] +=
			keeps ? (uint32_t)evidence->n_roles : 0;
		used++;
	}
	result = test_sources(&grouping, sources, used, PEER_SHARE, ret, fault);
out:
	free(sources);
	grouping_free(&grouping);
	return result;
}

int
cells_test_kept(const struct evidence *evidence, enum kept which,
	int (*make)(const struct evidence *evidence, struct share_list *ret,
		struct fault *fault),
	struct finding *ret, struct fault *fault)
{
	struct share_list own = { 0 };
	struct share_list *list =
		evidence->kept != NULL ? &evidence->kept[which] : &own;
	int result;

	if (list->items == NULL && make(evidence, list, fault) != 0)
		return -1;
	result = cells_test_shares(evidence, list->items, list->n, ret, fault);
	free(own.items);
	return result;
}

int
cells_test_kinds(const struct evidence *evidence, enum kind_count k,
	enum kind_count n, enum kind_count minus, struct finding *ret,
	struct fault *fault)
{
	const struct ledger *kinds = &evidence->tally->kinds;
	struct share *shares = memory_unset(kinds->n, sizeof(*shares));
	int result;

	if (shares == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < kinds->n; i++) {
		const uint64_t *counts = ledger_counts(kinds, i);

		shares[i] = (struct share){ kinds->keys[i].a, kinds->keys[i].b,
			counts[k],
			counts[n] - (minus < KIND_COUNTS ? counts[minus] : 0) };
	}
	result = cells_test_shares(evidence, shares, kinds->n, ret, fault);
	free(shares);
	return result;
}

int
cells_test_rate(const struct evidence *evidence, enum week_count count,
	struct finding *ret, struct fault *fault)
{
	const struct ledger *weeks = &evidence->tally->weeks;
	struct source *sources = memory_unset(weeks->n, sizeof(*sources));
	struct grouping grouping;
	int result = -1;

	if (grouping_init(&grouping, evidence, fault) != 0 || sources == NULL) {
		fault_memory(fault);
		goto out;
	}
	for (size_t i = 0; i < weeks->n; i++) {
		const uint64_t *counts = ledger_counts(weeks, i);

		sources[i] = (struct source){ .k = counts[count],
			.n = counts[WEEK_ACTIVE] };
		if (group_cell(&grouping, weeks->keys[i].a,
			    (int32_t)weeks->keys[i].b, true, &sources[i].cell,
			    fault) != 0)
			goto out;
	}
	result = test_sources(&grouping, sources, weeks->n, PEER_COUNT, ret,
		fault);
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
