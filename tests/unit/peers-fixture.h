/* SPDX-License-Identifier: Apache-2.0 */
/* Portals of honest users, drawn from the laws that peers.h speaks of. */
#ifndef QUIS_TESTS_PEERS_FIXTURE_H
#define QUIS_TESTS_PEERS_FIXTURE_H

#include "signal/peers.h"
#include "signal/special.h"
#include "tests/unit/random.h"
#include "tests/unit/unit.h"

enum { PORTAL_MOST = 400, PORTAL_WEEKS = 4, PORTAL_KINDS = 2,
	PORTAL_CELLS = PORTAL_MOST * PORTAL_WEEKS };

struct portal {
	struct peer_problem problem;
	struct peer_cell cells[PORTAL_CELLS];
	struct peer_part parts[PORTAL_CELLS * PORTAL_KINDS];
	uint32_t stratum[PORTAL_MOST];
	struct peer_result results[PORTAL_MOST];
};

/* How honest users differ. */
struct nature {
	size_t users, units, roles;
	double s;     /* spread; INFINITY: users of a post are all alike */
	double work;  /* mean outcomes looked at, or days a week */
	double level; /* mean logit, or ln of the rate */
	double role, unit, post, week; /* standard deviations about it */
};

static inline void
portal_run(struct portal *portal)
{
	struct fault fault = { 0 };

	assert_int_equal(peers_test(&portal->problem, portal->results, &fault),
		0);
}

static inline void
portal_begin(struct portal *portal, enum peer_law law, size_t users,
	size_t units, size_t roles)
{
	memset(portal, 0, sizeof(*portal));
	portal->problem = (struct peer_problem){
		.law = law,
		.n_entities = users,
		.cells = portal->cells,
		.parts = portal->parts,
		.n_kinds = PORTAL_KINDS,
		.n_groups = { roles, units, roles * units,
			law == PEER_COUNT ? units * PORTAL_WEEKS : 0 },
		.strength = { 0.05, 1, 1, 1 },
		.meets = { { 0 }, { 2 }, { 2, 2 },
			{ PEER_APART, 3, PEER_APART } },
		.stratum = portal->stratum,
		.n_strata = roles,
		.keep_odd = law == PEER_COUNT,
	};
}

/* One more cell, the next user's or the last one's once more. */
static inline void
portal_cell(struct portal *portal, uint32_t user, uint32_t unit, uint32_t role)
{
	struct peer_problem *problem = &portal->problem;
	uint32_t roles = (uint32_t)problem->n_groups[0];

	assert_true(problem->n_cells < PORTAL_CELLS);
	portal->cells[problem->n_cells++] = (struct peer_cell){
		.entity = user,
		.group = { role, unit, unit * roles + role, PEER_NONE } };
	portal->stratum[user] = role;
}

static inline void
portal_part(struct portal *portal, uint32_t kind, uint64_t k, uint64_t n)
{
	struct peer_problem *problem = &portal->problem;

	portal->parts[problem->n_parts++] = (struct peer_part){
		(uint32_t)problem->n_cells - 1, kind, k, n };
}

/* A user of one cell and one part. */
static inline void
portal_add(struct portal *portal, uint32_t user, uint32_t unit, uint32_t role,
	uint64_t k, uint64_t n)
{
	portal_cell(portal, user, unit, role);
	portal_part(portal, 0, k, n);
}

static inline double
draw_share(struct draw *draw, double mean, double s)
{
	return isinf(s) ? mean : draw_beta(draw, mean * s, (1 - mean) * s);
}

static inline void
portal_shares(struct portal *portal, const struct nature *nature,
	struct draw *draw)
{
	double role[8], unit[64], post[512];

	portal_begin(portal, PEER_SHARE, nature->users, nature->units,
		nature->roles);
	for (size_t i = 0; i < nature->roles; i++)
		role[i] = nature->role * draw_normal(draw);
	for (size_t i = 0; i < nature->units; i++)
		unit[i] = nature->unit * draw_normal(draw);
	for (size_t i = 0; i < nature->units * nature->roles; i++)
		post[i] = nature->post * draw_normal(draw);
	for (uint32_t u = 0; u < nature->users; u++) {
		uint32_t at = (uint32_t)draw_below(draw, nature->units);
		uint32_t as = (uint32_t)draw_below(draw, nature->roles);
		double mean = logistic(nature->level + role[as] + unit[at] +
			post[at * nature->roles + as]);
		double share = draw_share(draw, mean, nature->s);
		uint64_t n = 1 + (uint64_t)(nature->work *
			exp(0.8 * draw_normal(draw)));

		portal_add(portal, u, at, as, draw_binomial(draw, n, share),
			n);
	}
}

static inline void
portal_counts(struct portal *portal, const struct nature *nature,
	struct draw *draw)
{
	double role[8], unit[64], week[64 * PORTAL_WEEKS];

	portal_begin(portal, PEER_COUNT, nature->users, nature->units,
		nature->roles);
	for (size_t i = 0; i < nature->roles; i++)
		role[i] = nature->role * draw_normal(draw);
	for (size_t i = 0; i < nature->units; i++)
		unit[i] = nature->unit * draw_normal(draw);
	for (size_t i = 0; i < nature->units * PORTAL_WEEKS; i++)
		week[i] = nature->week * draw_normal(draw);
	for (uint32_t u = 0; u < nature->users; u++) {
		uint32_t at = (uint32_t)draw_below(draw, nature->units);
		uint32_t as = (uint32_t)draw_below(draw, nature->roles);
		double own = isinf(nature->s) ? 1 :
			draw_gamma(draw, nature->s) / nature->s;

		for (uint32_t w = 0; w < PORTAL_WEEKS; w++) {
			uint64_t days = 1 + draw_below(draw,
				(size_t)nature->work);
			uint32_t time = at * PORTAL_WEEKS + w;

			portal_cell(portal, u, at, as);
			portal->cells[portal->problem.n_cells - 1].group[3] =
				time;
			portal_part(portal, 0, draw_poisson(draw,
				(double)days * own * exp(nature->level +
				role[as] + unit[at] + week[time])), days);
		}
	}
}

#endif
