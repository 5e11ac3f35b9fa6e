/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The docket: what each post asked for under which case, by kind. There is a
 * cell for every few lookups of a log, so they are packed, 4 to 7 bytes each,
 * and only walked through, in order of post, case, kind.
 */
#ifndef QUIS_TURN_DOCKET_H
#define QUIS_TURN_DOCKET_H

#include "base/base.h"
#include "base/memory.h"

enum case_count {
	CASE_ASKINGS,
	CASE_LONE,
	CASE_REGISTERED, /* for subjects of an open case of unit or user */
	CASE_COLLEAGUE,  /* of the others: a colleague asked near, whatever the
	                    case is worth */
	CASE_CONTINUED,  /* no colleague, but he himself before */
	CASE_COUNTS
};

struct docket_cell {
	uint32_t caseref; /* 0: none */
	uint32_t kind;
	uint64_t counts[CASE_COUNTS];
};

struct docket_page { /* of a post */
	const unsigned char *at;
	size_t n; /* cells */
};

/* What one thread writes with. */
struct docket_pen {
	struct arena arena;
	unsigned char *buf;
	size_t cap;
	size_t n; /* cells */
};

struct docket {
	struct docket_page *pages; /* by post */
	size_t n_pages;
	struct docket_pen *pens;
	size_t n_pens;
};

int docket_init(struct docket *docket, size_t n_posts, size_t n_pens,
	struct fault *fault);
void docket_free(struct docket *docket); /* also one that is all zero */

/* All cells of one post, in order of case, then kind. Two pens may write at
 * once, on different posts. */
int docket_put(struct docket *docket, size_t pen, uint32_t post,
	const struct docket_cell *cells, size_t n, struct fault *fault);

size_t docket_n(const struct docket *docket); /* cells */

struct docket_walk {
	const struct docket *docket;
	uint32_t post;            /* of the cell that came last … */
	struct docket_cell cell;  /* … which this is */
	/* the rest is docket.c's */
	uint32_t end;
	size_t left;
	const unsigned char *at;
};

/* Before the first cell: of all posts, or of one. */
struct docket_walk docket_walk(const struct docket *docket);
struct docket_walk docket_walk_post(const struct docket *docket,
	uint32_t post);

/*
 * A cell: how far its case is from the one before, as a varint (seven bits a
 * byte, the lowest first, 0x80: more follow), then a word, the lowest byte
 * first: five counts of DOCKET_WORD_COUNT bits, the kind in DOCKET_WORD_KIND
 * bits, and above them 0. What does not fit has DOCKET_WORD_WIDE instead, and
 * kind and counts follow as varints.
 */
enum { DOCKET_WORD_COUNT = 5, DOCKET_WORD_KIND = 6, DOCKET_WORD_LEN = 4 };
#define DOCKET_WORD_WIDE ((uint32_t)1 << 31)

_Static_assert(CASE_COUNTS * DOCKET_WORD_COUNT + DOCKET_WORD_KIND <
		DOCKET_WORD_LEN * 8,
	"a word holds kind and counts");

/* docket.c's, for what follows: to a page that has cells, if this has no more;
 * kind and counts as varints. */
bool docket_turn_page(struct docket_walk *walk);
const unsigned char *docket_take_wide(const unsigned char *at,
	struct docket_cell *cell);

static inline const unsigned char *
docket_take_varint(const unsigned char *at, uint64_t *ret)
{
	uint64_t value = *at & 0x7f;

	for (unsigned shift = 7; *at++ & 0x80; shift += 7)
		value |= (uint64_t)(*at & 0x7f) << shift;
	*ret = value;
	return at;
}

/* A case's distance and the word behind it. Of one or two bytes, as nearly all
 * are, without a branch; there are five to look at. */
static inline const unsigned char *
docket_take_word(const unsigned char *at, uint32_t *ret_case, uint32_t *ret)
{
	uint32_t two = at[0] >> 7;
	uint64_t value = (at[0] & 0x7f) | ((at[1] & 0x7f & -two) << 7);

	if (two && at[1] & 0x80)
		at = docket_take_varint(at, &value);
	else
		at += 1 + two;
	*ret_case = (uint32_t)value;
	*ret = at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
		(uint32_t)at[3] << 24;
	return at + DOCKET_WORD_LEN;
}

/* To the next cell; false: there is none. */
static inline bool
docket_next(struct docket_walk *walk)
{
	struct docket_cell *cell = &walk->cell;
	const unsigned char *at;
	uint32_t value, word;

	if (walk->left == 0 && !docket_turn_page(walk))
		return false;
	walk->left--;
	at = docket_take_word(walk->at, &value, &word);
	cell->caseref += value;
	if (word & DOCKET_WORD_WIDE) {
		walk->at = docket_take_wide(at, cell);
		return true;
	}
	walk->at = at;
	cell->kind = word >> CASE_COUNTS * DOCKET_WORD_COUNT;
	for (size_t i = 0; i < CASE_COUNTS; i++)
		cell->counts[i] = word >> i * DOCKET_WORD_COUNT &
			((1u << DOCKET_WORD_COUNT) - 1);
	return true;
}

/* All cells of one post at once, for whoever asks little of each. */
struct docket_brief {
	uint32_t caseref;
	uint32_t word; /* DOCKET_WORD_WIDE and the number of one of `wide`; or
	                  as above */
};

struct docket_sheet {
	struct docket_brief *items;
	size_t n;
	/* the rest is docket.c's */
	struct docket_cell *wide;
	size_t cap, n_wide, wide_cap;
};

/* The sheet is all zero the first time, and used again. */
int docket_read(const struct docket *docket, uint32_t post,
	struct docket_sheet *sheet, struct fault *fault);
void docket_sheet_free(struct docket_sheet *sheet);

static inline uint64_t
docket_count(const struct docket_sheet *sheet, size_t i, enum case_count count)
{
	uint32_t word = sheet->items[i].word;

	if (word & DOCKET_WORD_WIDE)
		return sheet->wide[word & ~DOCKET_WORD_WIDE].counts[count];
	return word >> (unsigned)count * DOCKET_WORD_COUNT &
		((1u << DOCKET_WORD_COUNT) - 1);
}

static inline uint32_t
docket_kind(const struct docket_sheet *sheet, size_t i)
{
	uint32_t word = sheet->items[i].word;

	if (word & DOCKET_WORD_WIDE)
		return sheet->wide[word & ~DOCKET_WORD_WIDE].kind;
	return word >> CASE_COUNTS * DOCKET_WORD_COUNT;
}

#endif
