/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who vouches for whom: a bag that is appended to by one thread and joined
 * with the others', never moved nor put in order, as whoever counts what is in
 * it asks for few colleagues.
 */
#ifndef QUIS_TURN_VOUCHES_H
#define QUIS_TURN_VOUCHES_H

#include "base/base.h"

/* An asking that within COLLEAGUE_DAYS nobody of the unit but this colleague
 * shares, and that does not continue one's own. */
struct vouch {
	uint32_t post, facet, caseref; /* of the asking */
	uint32_t colleague;            /* a user */
};

struct vouch_block {
	struct vouch *items;
	size_t n;
};

struct vouches { /* zero is an empty bag */
	struct vouch_block *blocks;
	size_t n_blocks, cap;
};

int vouches_add(struct vouches *vouches, const struct vouch *vouch,
	struct fault *fault);

/* Move all of `from`, which is left empty. */
int vouches_join(struct vouches *into, struct vouches *from,
	struct fault *fault);
void vouches_free(struct vouches *vouches);

#endif
