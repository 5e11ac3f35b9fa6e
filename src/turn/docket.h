/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The docket: what each post asked for under which case, by kind, in order of
 * post, case, kind. There is a cell for every few lookups of a log, so that
 * each is packed into eight bytes, and the few that do not fit stand aside.
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

/* A cell as it is kept: in a word, from the lowest bit on, five counts of
 * DOCKET_COUNT_BITS bits each and the kind in DOCKET_KIND_BITS; or, if they do
 * not fit, DOCKET_WIDE and the number of one of the page's `wide`. */
enum { DOCKET_COUNT_BITS = 5, DOCKET_KIND_BITS = 6 };
#define DOCKET_WIDE ((uint32_t)1 << 31)

struct docket_item {
	uint32_t caseref;
	uint32_t word;
};

_Static_assert(CASE_COUNTS * DOCKET_COUNT_BITS + DOCKET_KIND_BITS < 32,
	"a word holds kind and counts");

struct docket_page { /* of a post */
	const struct docket_item *items;
	const struct docket_cell *wide;
	size_t n;
};

/* What one thread writes with. */
struct docket_pen {
	struct arena arena;
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

static inline uint64_t
docket_count(const struct docket_page *page, size_t i, enum case_count count)
{
	uint32_t word = page->items[i].word;

	if (word & DOCKET_WIDE)
		return page->wide[word & ~DOCKET_WIDE].counts[count];
	return word >> (unsigned)count * DOCKET_COUNT_BITS &
		((1u << DOCKET_COUNT_BITS) - 1);
}

static inline uint32_t
docket_kind(const struct docket_page *page, size_t i)
{
	uint32_t word = page->items[i].word;

	if (word & DOCKET_WIDE)
		return page->wide[word & ~DOCKET_WIDE].kind;
	return word >> CASE_COUNTS * DOCKET_COUNT_BITS;
}

/* All cells, of all posts. */
struct docket_walk {
	const struct docket *docket;
	uint32_t post;           /* of the cell that came last … */
	struct docket_cell cell; /* … which this is */
	size_t next;             /* of the post */
};

struct docket_walk docket_walk(const struct docket *docket);

/* To the next cell; false: there is none. */
bool docket_next(struct docket_walk *walk);

#endif
