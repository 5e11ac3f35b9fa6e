/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The peer test: is what an entity (a user, or a unit) did more than its
 * peers would have done in its place?
 *
 * An entity's work is split into cells, one for each place and role it served
 * in (and, for counts, each week): k outcomes in an exposure of n. The
 * expected share or rate of a cell starts from the base rate of the kinds of
 * work done and is then moved, level by level (role, unit, role in unit, …),
 * by what the *others* of that group did against what was expected of them
 * (expect.h):
 *
 *   share:  η += ln[(K+a)/(N-K+b)] - ln[(E+a)/(N-E+b)]     η = logit share
 *   count:  η += ln[(K+a)/(E+a)]                           η = ln rate
 *
 * K, N, E sum over the group's other entities, each weighted so that one with
 * much work counts as about one: (s+1)/(s+n), s the spread of honest users.
 * a and b are pseudo-counts; they go to the observed and the expected, so a
 * group without peers moves nothing. The tail is beta-binomial (negative
 * binomial), a mixture of two spreads fitted to all entities, for careless
 * officers are ordinary; few peers widen it: 1/s_i = 1/s + Σ 1/(N_level+c).
 * Entities that stand out are left out as peers and the whole is repeated.
 *
 * Hierarchical shrinkage after J. Robinson and G. Smyth's edgeR (moderated
 * dispersion) and A. Gelman, "Bayesian Data Analysis", ch. 5; leave-one-out
 * so that nobody is his own yardstick.
 */
#ifndef QUIS_SIGNAL_PEERS_H
#define QUIS_SIGNAL_PEERS_H

#include "base/base.h"

enum peer_law { PEER_SHARE, PEER_COUNT };
enum { PEER_LEVELS = 4, PEER_ROUNDS = 3 };
#define PEER_NONE UINT32_MAX
/* Two levels whose groups have no members in common that are worth knowing. */
enum { PEER_APART = PEER_LEVELS };

struct peer_cell {
	uint32_t entity;
	uint32_t group[PEER_LEVELS]; /* number at each level, or PEER_NONE */
	uint64_t k, n; /* set by peers_test() from the parts */
};

/* A cell's work of one kind. */
struct peer_part {
	uint32_t cell, kind;
	uint64_t k, n; /* share: k <= n */
};

struct peer_problem {
	enum peer_law law;
	size_t n_entities;
	struct peer_cell *cells; /* ascending by entity; no two of an entity
	                            have the same groups */
	size_t n_cells;
	const struct peer_part *parts; /* ascending by cell */
	size_t n_parts, n_kinds;
	size_t n_groups[PEER_LEVELS];
	double strength[PEER_LEVELS]; /* pseudo-counts, in entities' worth:
	                                 how alike groups are thought to be */
	/* meets[level][earlier]: where the members of a group stand who share
	 * the earlier level's group with one of them: `level` itself if all
	 * do, or the level whose groups are just those, or PEER_APART. */
	unsigned meets[PEER_LEVELS][PEER_LEVELS];
	const uint32_t *stratum; /* of each entity: not more than a fifth of
	                            one is left out as odd */
	size_t n_strata;
	const bool *out; /* of each entity: known to be odd on other grounds: no
	                    peer, and no part of any fit. NULL: nobody is */
	bool keep_odd; /* leave nobody out: where honest people stand out as
	                  often and as far as others (hub operators) */
	bool means_only; /* p is not asked for: 1, or NaN as ever */
};

struct peer_result {
	uint64_t k, n;
	double expected; /* outcomes */
	double ln_p;     /* mid-p of k or more; NaN: n is 0, or there are not
	                    two others with work */
};

/* ret has n_entities places. FAULT_MEMORY only. */
int peers_test(const struct peer_problem *problem, struct peer_result *ret,
	struct fault *fault);

#endif
