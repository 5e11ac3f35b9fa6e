/* SPDX-License-Identifier: Apache-2.0 */
/* Pairs of users who share subjects that nobody else asked for. */
#ifndef QUIS_RANK_PAIRS_H
#define QUIS_RANK_PAIRS_H

#include "rank/ranking.h"

struct pair {
	uint32_t users[2];
	uint64_t subjects;
};

/* The pairs both of whose users stand out by `collusion` and by all signals
 * together (p as for telling), those with the most subjects first, at most
 * `most` of them. ret has room for `most`. *ret_n may be 0. -1 only for lack of
 * memory. */
int pairs_telling(const struct tally *tally, const struct ranking *ranking,
	size_t most, struct pair *ret, size_t *ret_n, struct fault *fault);

#endif
