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

/* To the next cell; false: there is none. */
static inline bool
docket_next(struct docket_walk *walk)
{
	struct docket_cell *cell = &walk->cell;
	const unsigned char *at;
	uint64_t value;
	uint32_t word;

	if (walk->left == 0 && !docket_turn_page(walk))
		return false;
	walk->left--;
	at = docket_take_varint(walk->at, &value);
	cell->caseref += (uint32_t)value;
	word = at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
		(uint32_t)at[3] << 24;
	at += DOCKET_WORD_LEN;
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

#endif
