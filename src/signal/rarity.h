/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How usual a thing (an area, a kind, a range of addresses) is in a unit's
 * work, for one of its users: the share it has in the work of the others,
 * averaged over them so that a hub counts as one, and drawn to its share in
 * all work by `drawn` users' worth.
 */
#ifndef QUIS_SIGNAL_RARITY_H
#define QUIS_SIGNAL_RARITY_H

#include "base/base.h"
#include "signal/signal.h"

/* Areas are rare that together make up this much of the unit's work (reach). */
#define REACH_MASS 0.1
/* A small unit's areas are drawn to the country's by so many users' worth. */
#define REACH_DRAWN 2.0
/* Kinds with less than this share of the others' askings are rare (reach). */
#define REACH_KIND 0.01
/* Ranges with less than this share of the others' use are strange
 * (takeover). */
#define STRANGE_SHARE 0.02
#define STRANGE_DRAWN 0.5

struct rarity {
	double *others; /* by cell: its share with the others of the unit */
	double *limit;  /* by unit: the rarest things, `mass` of all work
	                   together, are those with shares below this */
};

/* cells: keyed (post, thing), thing 0 ("not given") is passed over; `count`
 * weighs. */
int rarity_make(const struct evidence *evidence, const struct ledger *cells,
	size_t count, double drawn, double mass, struct rarity *ret,
	struct fault *fault);
void rarity_free(struct rarity *rarity);

#endif
