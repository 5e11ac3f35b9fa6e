/* SPDX-License-Identifier: Apache-2.0 */
/* The docket gives back what was put. */
#include "tests/unit/unit.h"

#include "tests/unit/random.h"
#include "turn/docket.h"

enum { POSTS = 40, MOST = 90 };

struct page {
	struct docket_cell cells[MOST];
	size_t n;
};

static struct page pages[POSTS];
static struct fault fault;

static void
docket_open(struct docket *docket, size_t n_pens)
{
	memset(pages, 0, sizeof(pages));
	assert_int_equal(docket_init(docket, POSTS, n_pens, &fault), 0);
}

static void
put(struct docket *docket, size_t pen, uint32_t post)
{
	assert_int_equal(docket_put(docket, pen, post, pages[post].cells,
		pages[post].n, &fault), 0);
}

static void
assert_page(struct docket_walk *walk, uint32_t post)
{
	for (size_t i = 0; i < pages[post].n; i++) {
		assert_true(docket_next(walk));
		assert_int_equal(walk->post, post);
		assert_memory_equal(&walk->cell, &pages[post].cells[i],
			sizeof(walk->cell));
	}
}

/* The same, not by a walk. */
static void
assert_items(const struct docket *docket, uint32_t post)
{
	const struct docket_page *page = &docket->pages[post];

	assert_int_equal(page->n, pages[post].n);
	for (size_t i = 0; i < page->n; i++) {
		const struct docket_cell *cell = &pages[post].cells[i];

		assert_int_equal(page->items[i].caseref, cell->caseref);
		assert_int_equal(docket_kind(page, i), cell->kind);
		for (unsigned k = 0; k < CASE_COUNTS; k++)
			assert_true(docket_count(page, i, k) ==
				cell->counts[k]);
	}
}

static void
assert_docket(const struct docket *docket)
{
	struct docket_walk all = docket_walk(docket);
	size_t n = 0;

	for (uint32_t post = 0; post < POSTS; post++) {
		assert_page(&all, post);
		assert_items(docket, post);
		n += pages[post].n;
	}
	assert_false(docket_next(&all));
	assert_false(docket_next(&all));
	assert_int_equal(docket_n(docket), n);
}

/* Mostly small, now and then at an edge of what a word or a byte holds. */
static uint64_t
draw_count(struct draw *draw, uint64_t most)
{
	static const uint64_t edges[] = { 31, 32, 63, 64, 127, 128, 16383,
		16384, UINT32_MAX, UINT64_MAX };
	uint64_t drawn = draw_below(draw, 8);

	if (draw_below(draw, 20) == 0)
		drawn = edges[draw_below(draw, ARRAY_LEN(edges))];
	return drawn < most ? drawn : most;
}

static void
draw_page(struct page *page, struct draw *draw)
{
	struct docket_cell cell = { 0 };

	page->n = draw_below(draw, 3) == 0 ? 0 : draw_below(draw, MOST);
	for (size_t i = 0; i < page->n; i++) {
		cell.caseref += (uint32_t)draw_count(draw,
			UINT32_MAX - cell.caseref);
		cell.kind = (uint32_t)draw_count(draw, UINT32_MAX);
		for (size_t k = 0; k < CASE_COUNTS; k++)
			cell.counts[k] = draw_count(draw, UINT64_MAX);
		page->cells[i] = cell;
	}
}

static void
test_random(void **state)
{
	struct draw draw = { 1 };

	(void)state;
	for (size_t round = 0; round < 50; round++) {
		struct docket docket;

		docket_open(&docket, 3);
		for (uint32_t post = 0; post < POSTS; post++)
			draw_page(&pages[post], &draw);
		/* posts come in any order, from any pen */
		for (uint32_t i = 0; i < POSTS; i++)
			put(&docket, draw_below(&draw, 3), i * 7 % POSTS);
		assert_docket(&docket);
		docket_free(&docket);
	}
}

/* Each number of a cell alone at its edge, as no neighbour may hide it. */
static void
test_edges(void **state)
{
	static const uint64_t edges[] = { 0, 1, 31, 32, 63, 64, 127, 128,
		UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(edges); i++) {
		struct docket_cell cells[CASE_COUNTS + 2] = { 0 };
		struct docket docket;

		docket_open(&docket, 1);
		for (size_t k = 0; k < CASE_COUNTS; k++)
			cells[k].counts[k] = edges[i];
		cells[CASE_COUNTS].kind = (uint32_t)edges[i];
		cells[CASE_COUNTS + 1].caseref = (uint32_t)edges[i];
		pages[POSTS - 1].n = ARRAY_LEN(cells);
		memcpy(pages[POSTS - 1].cells, cells, sizeof(cells));
		put(&docket, 0, POSTS - 1);
		assert_docket(&docket);
		docket_free(&docket);
	}
}

static void
test_nothing(void **state)
{
	struct docket docket;

	(void)state;
	docket_open(&docket, 1);
	assert_docket(&docket);
	docket_free(&docket);
	docket_free(&docket);
	docket = (struct docket){ 0 };
	assert_int_equal(docket_n(&docket), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
