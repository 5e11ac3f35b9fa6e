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

/* To the next cell; false: there is none. */
bool docket_next(struct docket_walk *walk);

#endif
