/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/cases.h"

#include "base/memory.h"

/* Askings of one post, case and kind: what they come to, LANE_BITS each, and
 * the number of the first asking behind them. */
struct case_run {
	uint64_t key, sums;
	size_t end;
};

enum { LANE_BITS = 16, LANE_MOST = (1 << LANE_BITS) - 1 };

/* Marks that are counted, close together. */
enum { COUNTED_LONE = 1, COUNTED_COLLEAGUE = 2, COUNTED_CONTINUED = 4,
	COUNTED_REGISTERED = 8, COUNTED_ALL = 16 };

static inline unsigned
counted(uint64_t marks)
{
	return (unsigned)((marks / MARK_LONE & 1) * COUNTED_LONE |
		(marks / MARK_COLLEAGUE & 3) * COUNTED_COLLEAGUE |
		(marks / MARK_REGISTERED & 1) * COUNTED_REGISTERED);
}
_Static_assert(MARK_CONTINUED == 2 * (int)MARK_COLLEAGUE &&
		COUNTED_CONTINUED == 2 * (int)COUNTED_COLLEAGUE,
	"both move at once");

/* A sum of what they count as: registered, or of a colleague, or continued. */
static uint64_t
lanes_of(unsigned marks)
{
	bool registered = (marks & COUNTED_REGISTERED) != 0;
	bool colleague = !registered & ((marks & COUNTED_COLLEAGUE) != 0);
	bool continued = !registered & !colleague &
		((marks & COUNTED_CONTINUED) != 0);

	return (uint64_t)(marks & COUNTED_LONE) << (CASE_LONE - 1) * LANE_BITS |
		(uint64_t)registered << (CASE_REGISTERED - 1) * LANE_BITS |
		(uint64_t)colleague << (CASE_COLLEAGUE - 1) * LANE_BITS |
		(uint64_t)continued << (CASE_CONTINUED - 1) * LANE_BITS;
}

static void
add_lanes(struct docket_cell *cell, uint64_t sums)
{
#pragma GCC unroll 4
	for (size_t i = 1; i < CASE_COUNTS; i++)
		cell->counts[i] += sums >> (i - 1) * LANE_BITS & LANE_MOST;
}

void
cases_free(struct cases *cases)
{
	free(cases->spare);
	free(cases->runs);
	free(cases->keys);
	free(cases->keys_spare);
	free(cases->page);
	cases->spare = NULL;
	cases->runs = NULL;
	cases->keys = NULL;
	cases->keys_spare = NULL;
	cases->page = NULL;
	cases->words_cap = cases->page_cap = 0;
	cases->keys_cap = cases->spare_cap = 0;
}

static int
make_room(struct cases *cases, size_t n, struct fault *fault)
{
	if (n <= cases->words_cap)
		return 0;
	cases->words_cap = 0;
	free(cases->spare);
	free(cases->runs);
	n += n / 4;
	cases->spare = malloc(n * sizeof(*cases->spare));
	cases->runs = malloc(n * sizeof(*cases->runs));
	if (cases->spare == NULL || cases->runs == NULL)
		return fault_memory(fault);
	cases->words_cap = n;
	return 0;
}

static int
make_page(struct cases *cases, size_t n, struct fault *fault)
{
	return memory_grow((void **)&cases->page, &cases->page_cap, n,
		sizeof(*cases->page), SIZE_MAX / 64, "cases of one user",
		fault);
}

/* Words in order, n > 0; without a branch, as every other one differs. Returns
 * the runs. */
static size_t
find_runs(const uint64_t *words, size_t n, struct case_run *runs)
{
	uint64_t lanes[COUNTED_ALL], key = words[0] >> CASED_BITS, sums = 0;
	size_t at = 0;

	for (unsigned i = 0; i < COUNTED_ALL; i++)
		lanes[i] = lanes_of(i);
	for (size_t i = 0; i < n; i++) {
		uint64_t next = words[i] >> CASED_BITS;
		bool fresh = next != key;

		at += fresh;
		sums = fresh ? 0 : sums;
		sums += lanes[counted(words[i])];
		runs[at] = (struct case_run){ next, sums, i + 1 };
		key = next;
	}
	return at + 1;
}

/* What askings [start, end) of one run come to. */
static void
fill_cell(const struct timeline *timeline, const uint64_t *words, size_t start,
	const struct case_run *run, struct docket_cell *cell)
{
	uint64_t kinds = (uint64_t)1 << timeline->cased_case;
	uint64_t cases = (uint64_t)1 <<
		(timeline->cased_post - timeline->cased_case);

	*cell = (struct docket_cell){
		.caseref = (uint32_t)(run->key >> timeline->cased_case &
			(cases - 1)),
		.kind = (uint32_t)(run->key & (kinds - 1)),
		.counts = { [CASE_ASKINGS] = run->end - start },
	};
	if (run->end - start <= LANE_MOST) {
		add_lanes(cell, run->sums);
		return;
	}
	for (size_t i = start; i < run->end; i++)
		add_lanes(cell, lanes_of(counted(words[i])));
}

int
cases_put(struct cases *cases, struct timeline *timeline, unsigned bits,
	struct fault *fault)
{
	const uint64_t *words;
	size_t n = timeline->n_askings, n_runs, start = 0, filled = 0;

	if (n == 0)
		return 0;
	if (make_room(cases, n, fault) != 0)
		return -1;
	words = words_sort(timeline->cased, cases->spare, n, CASED_BITS,
		bits - CASED_BITS);
	n_runs = find_runs(words, n, cases->runs);
	if (make_page(cases, n_runs, fault) != 0)
		return -1;
	for (size_t i = 0; i < n_runs; i++) {
		const struct case_run *run = &cases->runs[i];
		uint64_t post = run->key >> timeline->cased_post;

		fill_cell(timeline, words, start, run, &cases->page[filled++]);
		start = run->end;
		if (i + 1 < n_runs && run[1].key >> timeline->cased_post == post)
			continue;
		if (docket_put(cases->docket, cases->pen,
			    timeline->first_post + (uint32_t)post, cases->page,
			    filled, fault) != 0)
			return -1;
		filled = 0;
	}
	return 0;
}

/* Post, case; kind, marks. Returns how many. */
static size_t
list_keys(struct sort_key *keys, const struct roll *roll,
	const uint64_t *words, size_t n, const struct triple *facets)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++) {
		const struct row *row = roll_row(roll, words[i]);

		if (row_marks(row) & MARK_ASKING)
			keys[found++] = (struct sort_key){
				(uint64_t)row->post << 32 | row->caseref,
				(uint64_t)facets[row->facet].a << 32 |
					row_marks(row)
			};
	}
	return found;
}

int
cases_put_wide(struct cases *cases, const struct roll *roll,
	const uint64_t *words, size_t n, const struct triple *facets,
	struct fault *fault)
{
	const struct sort_key *keys;
	struct docket_cell *cell;
	size_t filled = 0;

	if (memory_grow((void **)&cases->keys, &cases->keys_cap, n,
		    sizeof(*keys), SIZE_MAX / 64, "askings", fault) != 0 ||
		memory_grow((void **)&cases->keys_spare, &cases->spare_cap, n,
			sizeof(*keys), SIZE_MAX / 64, "askings", fault) != 0 ||
		make_page(cases, n, fault) != 0)
		return -1;
	n = list_keys(cases->keys, roll, words, n, facets);
	keys = keys_sort(cases->keys, cases->keys_spare, n);
	for (size_t i = 0; i < n; i++) {
		uint32_t post = (uint32_t)(keys[i].high >> 32);

		cell = &cases->page[filled];
		if (i == 0 || keys[i].high != keys[i - 1].high ||
			keys[i].low >> 32 != keys[i - 1].low >> 32) {
			*cell = (struct docket_cell){
				.caseref = (uint32_t)keys[i].high,
				.kind = (uint32_t)(keys[i].low >> 32) };
			filled++;
		} else {
			cell--;
		}
		cell->counts[CASE_ASKINGS]++;
		add_lanes(cell, lanes_of(counted(keys[i].low)));
		if (i + 1 < n && keys[i + 1].high >> 32 == post)
			continue;
		if (docket_put(cases->docket, cases->pen, post, cases->page,
			    filled, fault) != 0)
			return -1;
		filled = 0;
	}
	return 0;
}
