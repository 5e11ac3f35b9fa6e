/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/docket.h"

enum { VARINT_MOST = 10,
	CELL_MOST = DOCKET_WORD_LEN + (CASE_COUNTS + 2) * VARINT_MOST };

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
	for (size_t i = 0; docket->pens != NULL && i < docket->n_pens; i++) {
		arena_free(&docket->pens[i].arena);
		free(docket->pens[i].buf);
	}
	free(docket->pens);
	free(docket->pages);
	*docket = (struct docket){ 0 };
}

static unsigned char *
put_varint(unsigned char *at, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		*at++ = (unsigned char)(value | 0x80);
	*at++ = (unsigned char)value;
	return at;
}

static unsigned char *
put_cell(unsigned char *at, uint32_t before, const struct docket_cell *cell)
{
	uint32_t word = 0;
	bool fits = cell->kind < 1u << DOCKET_WORD_KIND;

#pragma GCC unroll 5
	for (size_t i = 0; i < CASE_COUNTS; i++) {
		fits &= cell->counts[i] < 1u << DOCKET_WORD_COUNT;
		word |= (uint32_t)cell->counts[i] << i * DOCKET_WORD_COUNT;
	}
	word |= cell->kind << CASE_COUNTS * DOCKET_WORD_COUNT;
	word = fits ? word : DOCKET_WORD_WIDE;
	at = put_varint(at, cell->caseref - before);
#pragma GCC unroll 4
	for (size_t i = 0; i < DOCKET_WORD_LEN; i++)
		*at++ = (unsigned char)(word >> i * 8);
	if (fits)
		return at;
	at = put_varint(at, cell->kind);
	for (size_t i = 0; i < CASE_COUNTS; i++)
		at = put_varint(at, cell->counts[i]);
	return at;
}

int
docket_put(struct docket *docket, size_t pen, uint32_t post,
	const struct docket_cell *cells, size_t n, struct fault *fault)
{
	struct docket_pen *to = &docket->pens[pen];
	uint32_t before = 0;
	unsigned char *at, *kept;

	if (n == 0)
		return 0;
	if (memory_grow((void **)&to->buf, &to->cap, n * CELL_MOST, 1,
		    SIZE_MAX / 4, "bytes of cases", fault) != 0)
		return -1;
	at = to->buf;
	for (size_t i = 0; i < n; i++) {
		at = put_cell(at, before, &cells[i]);
		before = cells[i].caseref;
	}
	kept = arena_alloc(&to->arena, (size_t)(at - to->buf));
	if (kept == NULL)
		return fault_memory(fault);
	memcpy(kept, to->buf, (size_t)(at - to->buf));
	docket->pages[post] = (struct docket_page){ kept, n };
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

static struct docket_walk
walk_from(const struct docket *docket, size_t post, size_t end)
{
	return (struct docket_walk){ .docket = docket,
		.post = (uint32_t)post - 1, .end = (uint32_t)end };
}

struct docket_walk
docket_walk(const struct docket *docket)
{
	return walk_from(docket, 0, docket->n_pages);
}

struct docket_walk
docket_walk_post(const struct docket *docket, uint32_t post)
{
	return walk_from(docket, post, (size_t)post + 1);
}

bool
docket_turn_page(struct docket_walk *walk)
{
	while (walk->left == 0) {
		if (walk->post + 1 == walk->end)
			return false;
		walk->post++;
		walk->at = walk->docket->pages[walk->post].at;
		walk->left = walk->docket->pages[walk->post].n;
		walk->cell.caseref = 0;
	}
	return true;
}

const unsigned char *
docket_take_wide(const unsigned char *at, struct docket_cell *cell)
{
	uint64_t value;

	at = docket_take_varint(at, &value);
	cell->kind = (uint32_t)value;
	for (size_t i = 0; i < CASE_COUNTS; i++)
		at = docket_take_varint(at, &cell->counts[i]);
	return at;
}

int
docket_read(const struct docket *docket, uint32_t post,
	struct docket_sheet *sheet, struct fault *fault)
{
	const struct docket_page *page = &docket->pages[post];
	const unsigned char *at = page->at;
	uint32_t caseref = 0;

	sheet->n = sheet->n_wide = 0;
	if (memory_grow((void **)&sheet->items, &sheet->cap, page->n,
		    sizeof(*sheet->items), DOCKET_WORD_WIDE, "cases of a post",
		    fault) != 0)
		return -1;
	for (size_t i = 0; i < page->n; i++) {
		struct docket_brief *cell = &sheet->items[i];
		uint32_t further;

		at = docket_take_word(at, &further, &cell->word);
		cell->caseref = caseref += further;
		if (!(cell->word & DOCKET_WORD_WIDE))
			continue;
		if (memory_grow((void **)&sheet->wide, &sheet->wide_cap,
			    sheet->n_wide + 1, sizeof(*sheet->wide),
			    DOCKET_WORD_WIDE, "cases of a post", fault) != 0)
			return -1;
		cell->word |= (uint32_t)sheet->n_wide;
		sheet->wide[sheet->n_wide].caseref = caseref;
		at = docket_take_wide(at, &sheet->wide[sheet->n_wide++]);
	}
	sheet->n = page->n;
	return 0;
}

void
docket_sheet_free(struct docket_sheet *sheet)
{
	free(sheet->items);
	free(sheet->wide);
	*sheet = (struct docket_sheet){ 0 };
}
