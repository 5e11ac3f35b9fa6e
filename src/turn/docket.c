/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/docket.h"

int
docket_init(struct docket *docket, size_t n_posts, size_t n_pens,
	struct fault *fault)
{
	*docket = (struct docket){ .n_pages = n_posts, .n_pens = n_pens };
	docket->pages = memory_array(n_posts, sizeof(*docket->pages));
	docket->pens = memory_array(n_pens, sizeof(*docket->pens));
	if (docket->pages != NULL && docket->pens != NULL)
		return 0;
	docket_free(docket);
	return fault_memory(fault);
}

void
docket_free(struct docket *docket)
{
	for (size_t i = 0; docket->pens != NULL && i < docket->n_pens; i++)
		arena_free(&docket->pens[i].arena);
	free(docket->pens);
	free(docket->pages);
	*docket = (struct docket){ 0 };
}

/* DOCKET_WIDE: there is no room for it. */
static uint32_t
word_of(const struct docket_cell *cell)
{
	uint32_t word = 0;
	bool fits = cell->kind < 1u << DOCKET_KIND_BITS;

#pragma GCC unroll 5
	for (size_t i = 0; i < CASE_COUNTS; i++) {
		fits &= cell->counts[i] < 1u << DOCKET_COUNT_BITS;
		word |= (uint32_t)cell->counts[i] << i * DOCKET_COUNT_BITS;
	}
	word |= cell->kind << CASE_COUNTS * DOCKET_COUNT_BITS;
	return fits ? word : DOCKET_WIDE;
}

/* Cells whose words are DOCKET_WIDE go aside. */
static int
put_aside(struct arena *arena, const struct docket_cell *cells,
	struct docket_item *items, size_t n, struct docket_page *page,
	struct fault *fault)
{
	struct docket_cell *wide;
	size_t n_wide = 0;

	for (size_t i = 0; i < n; i++)
		n_wide += items[i].word == DOCKET_WIDE;
	if (n_wide == 0)
		return 0;
	page->wide = wide = arena_alloc(arena, n_wide * sizeof(*wide));
	if (wide == NULL)
		return fault_memory(fault);
	for (size_t i = 0, at = 0; i < n; i++) {
		if (items[i].word != DOCKET_WIDE)
			continue;
		wide[at] = cells[i];
		items[i].word |= (uint32_t)at++;
	}
	return 0;
}

int
docket_put(struct docket *docket, size_t pen, uint32_t post,
	const struct docket_cell *cells, size_t n, struct fault *fault)
{
	struct docket_pen *to = &docket->pens[pen];
	struct docket_page page = { .n = n };
	struct docket_item *items;

	if (n == 0)
		return 0;
	if (n >= DOCKET_WIDE)
		return fault_set(fault, FAULT_LIMIT,
			"more than %u cases of a post", DOCKET_WIDE);
	page.items = items = arena_alloc(&to->arena, n * sizeof(*items));
	if (items == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < n; i++)
		items[i] = (struct docket_item){ cells[i].caseref,
			word_of(&cells[i]) };
	if (put_aside(&to->arena, cells, items, n, &page, fault) != 0)
		return -1;
	docket->pages[post] = page;
	to->n += n;
	return 0;
}

size_t
docket_n(const struct docket *docket)
{
	size_t n = 0;

	for (size_t i = 0; i < docket->n_pens; i++)
		n += docket->pens[i].n;
	return n;
}

struct docket_walk
docket_walk(const struct docket *docket)
{
	return (struct docket_walk){ .docket = docket };
}

bool
docket_next(struct docket_walk *walk)
{
	const struct docket *docket = walk->docket;
	const struct docket_page *page;

	while (walk->post < docket->n_pages &&
		walk->next == docket->pages[walk->post].n) {
		walk->post++;
		walk->next = 0;
	}
	if (walk->post == docket->n_pages)
		return false;
	page = &docket->pages[walk->post];
	walk->cell.caseref = page->items[walk->next].caseref;
	walk->cell.kind = docket_kind(page, walk->next);
	for (unsigned i = 0; i < CASE_COUNTS; i++)
		walk->cell.counts[i] = docket_count(page, walk->next,
			(enum case_count)i);
	walk->next++;
	return true;
}
