/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cells of a peer test in stretches: neighbouring cells of one entity and
 * one kind of work that differ by their group at the last level alone (weeks).
 * Until then the same is expected of all of them, so that what is done level by
 * level is done once a stretch.
 */
#ifndef QUIS_SIGNAL_STRETCH_H
#define QUIS_SIGNAL_STRETCH_H

#include "base/base.h"
#include "signal/peers.h"

/* The level that cells of a stretch differ by; the others are coarse. */
enum { PEER_FINE = PEER_LEVELS - 1 };

struct stretch {
	uint32_t entity;
	uint32_t group[PEER_FINE];
	size_t end; /* past its last cell */
	double k, n;
};

/* A stretch's work of one kind. */
struct stretch_part {
	uint32_t stretch, kind;
	double k, n;
};

struct stretches {
	struct stretch *items; /* in order of cells */
	size_t n;
	struct stretch_part *parts; /* ascending by stretch */
	size_t n_parts;
};

/* The cells of the problem have their k and n. */
int stretches_make(const struct peer_problem *problem, struct stretches *ret,
	struct fault *fault);
void stretches_free(struct stretches *stretches);

/* [start, end) are all of one entity. */
static inline size_t
stretches_entity_end(const struct stretches *stretches, size_t start)
{
	size_t end = start;

	while (end < stretches->n &&
		stretches->items[end].entity == stretches->items[start].entity)
		end++;
	return end;
}

/* Its first cell. */
static inline size_t
stretch_start(const struct stretches *stretches, size_t i)
{
	return i > 0 ? stretches->items[i - 1].end : 0;
}

#endif
