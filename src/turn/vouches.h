/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who vouches for whom: a bag that is appended to by one thread and joined
 * with the others', never moved nor put in order, as whoever counts what is in
 * it asks for few colleagues. Where memory is bounded and used up, blocks that
 * are full go to the temporary file.
 */
#ifndef QUIS_TURN_VOUCHES_H
#define QUIS_TURN_VOUCHES_H

#include "base/base.h"
#include "base/spill.h"

enum { VOUCHES_AT_ONCE = 4096 }; /* in a block, at most */

/* An asking that within COLLEAGUE_DAYS nobody of the unit but this colleague
 * shares, and that does not continue one's own. */
struct vouch {
	uint32_t post, facet, caseref; /* of the asking */
	uint32_t colleague;            /* a user */
};

struct vouch_block {
	struct vouch *items; /* NULL: they are in the temporary file, */
	uint64_t at;         /* here */
	size_t n;
};

struct vouches { /* zero is an empty bag */
	struct vouch_block *blocks;
	size_t n_blocks, cap;
	struct spill *spill; /* borrowed; NULL: memory has no bound */
};

int vouches_add(struct vouches *vouches, const struct vouch *vouch,
	struct fault *fault);

/* Move all of `from`, which is left empty; the bound of memory goes with
 * them. */
int vouches_join(struct vouches *into, struct vouches *from,
	struct fault *fault);

/* *ret are the *ret_n of block i < n_blocks, in `room` if they are not in
 * memory. */
int vouches_block(const struct vouches *vouches, size_t i,
	struct vouch room[VOUCHES_AT_ONCE], const struct vouch **ret,
	size_t *ret_n, struct fault *fault);
void vouches_free(struct vouches *vouches);

#endif
