/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list of items as a mixture of sources. Each item was drawn by a source,
 * which gives item t with probability p(t) and drew a share π of the list:
 * P(t) = Σ π p(t). Sources are of three sorts, numbered one after the other:
 *
 *   grounds  ordinary ways to come by such a list (by lookups, by subjects,
 *            …): always in, and nobody is named by them. Every item must be
 *            possible by a ground.
 *   excuses  narrow sources that are nobody's guilt (a unit's or a case's
 *            people): in when they explain more than any suspect does
 *   suspects tested: in when the gain in log-likelihood passes ln(U/q)
 *
 * Beginning with the grounds, the source of the largest gain is added, greedily
 * (its own share by maximum likelihood, the others' scaled), and all shares are
 * estimated again by EM, until no gain passes. A suspect who is not needed any
 * more once the others are in is taken out again. Twice a gain is half a
 * chi-square of one degree of freedom under the null, so that ln(U/q) is to the
 * safe side.
 *
 * Excuses that have no item in common enter together: a list may be put
 * together from hundreds of cases, and nobody shall be named because there was
 * no room for them.
 *
 * Pure: sums go in order of source and item, gains are rounded before they
 * order anything, equal ones go by number. Time: 200 passes over the hits of
 * the sources that are in, and 40 over those of suspects who gain, for each
 * source, or set of excuses, that enters; of these there are
 * MIXTURE_SUSPECTS_MAX suspects and MIXTURE_ENTER_MAX in all at most.
 */
#ifndef QUIS_RANK_MIXTURE_H
#define QUIS_RANK_MIXTURE_H

#include "base/base.h"

enum { MIXTURE_ENTER_MAX = 4096, MIXTURE_SUSPECTS_MAX = 128,
	MIXTURE_TIES_MAX = 64 };

/* Nobody is accused by fewer items. */
enum { MIXTURE_ITEMS_MIN = 3 };

/* A source that would have explained nearly as well when another entered: so
 * many nats less, at most. */
#define MIXTURE_TIE 2.302585092994046 /* ln 10 */

struct mixture_hit {
	uint32_t item;
	double p; /* of this item by the source, 0 to 1, not 0 */
};

struct mixture {
	size_t n_items;
	size_t n_grounds, n_excuses, n_suspects;
	const size_t *starts; /* by source, and the end: its hits */
	const struct mixture_hit *hits; /* by source, in order of item */
	double suspects, excuses; /* tested in all, with or without a hit:
	                             at least 1 */
	double fdr;               /* q, 0 to 1 */
};

struct mixture_tie {
	uint32_t source; /* that entered */
	uint32_t other;  /* that did not, and gains next to nothing now */
};

struct mixture_fit {
	double *gain;  /* by source: on entering; of those that are not in,
	                  against the final model; NaN of grounds */
	double *share; /* by source, of all items: π */
	bool *in;      /* by source; grounds are */
	uint32_t entered[MIXTURE_ENTER_MAX]; /* that stayed, in that order */
	size_t n_entered;
	struct mixture_tie ties[MIXTURE_TIES_MAX];
	size_t n_ties;
	double ln_likelihood;
	double threshold; /* that suspects had to pass */
};

/* FAULT_MEMORY; FAULT_INTERNAL if a number is out of its range or an item has
 * no ground. Without items, nobody enters and all shares are 0. */
int mixture_fit(const struct mixture *mixture, struct mixture_fit *ret,
	struct fault *fault);
void mixture_fit_free(struct mixture_fit *fit);

#endif
