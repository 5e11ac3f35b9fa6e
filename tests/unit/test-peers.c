/* SPDX-License-Identifier: Apache-2.0 */
/* The peer test keeps its word on portals of honest users, finds one who is
 * not, and stays sound where there is hardly anything to compare. */
#include "tests/unit/peers-fixture.h"

enum { PORTALS = 40 };

static struct portal portal, other;

struct rates {
	size_t n, at[3]; /* p at or below .1, .01, .001 */
};

static void
count(struct rates *rates)
{
	static const double levels[] = { 0.1, 0.01, 0.001 };

	for (size_t i = 0; i < portal.problem.n_entities; i++) {
		double ln_p = portal.results[i].ln_p;

		if (isnan(ln_p))
			continue;
		assert_true(ln_p <= 0);
		rates->n++;
		for (size_t l = 0; l < ARRAY_LEN(levels); l++)
			rates->at[l] += ln_p <= log(levels[l]);
	}
}

/* Of 16,000 honest users: 10 %, 1 % and 0.1 %, and a little for chance and
 * for what is approximate; more
 * for rare outcomes, whose mid-p are coarse, and for portals too small to tell
 * a spread from. */
static void
assert_sound(const char *what, const struct rates *rates)
{
	double n = (double)rates->n;

	print_message("%s: %.4f %.5f %.5f\n", what,
		(double)rates->at[0] / n, (double)rates->at[1] / n,
		(double)rates->at[2] / n);
	assert_true((double)rates->at[0] <= 0.14 * n);
	assert_true((double)rates->at[1] <= (n < 2000 ? 0.04 : 0.02) * n);
	assert_true((double)rates->at[2] <= 0.0022 * n);
	/* nor so careful that it says nothing */
	assert_true((double)rates->at[0] >= 0.03 * n);
}

static const struct {
	const char *name;
	bool counts;
	struct nature nature;
} natures[] = {
	{ "shares", false, { 400, 20, 3, 40, 150, -1, 0.8, 0.5, 0.3, 0 } },
	{ "rare", false, { 400, 20, 3, 60, 100, -4, 0.5, 0.5, 0.3, 0 } },
	{ "common", false, { 400, 20, 3, 60, 100, 3, 0.5, 0.5, 0.3, 0 } },
	{ "loose", false, { 400, 10, 2, 5, 100, -1, 0.5, 0.5, 0.3, 0 } },
	{ "alike", false, { 400, 20, 3, INFINITY, 150, -1, 0.8, 0.8, 0.5, 0 } },
	{ "units of three", false,
		{ 180, 60, 2, 40, 150, -1, 0.8, 0.5, 0.3, 0 } },
	{ "small", false, { 30, 3, 2, 40, 150, -1, 0.8, 0.5, 0.3, 0 } },
	{ "little work", false, { 400, 20, 3, 40, 3, -1, 0.8, 0.5, 0.3, 0 } },
	{ "counts", true, { 400, 20, 3, 4, 6, 2, 0.5, 0.4, 0, 0.4 } },
	{ "counts alike", true,
		{ 400, 20, 3, INFINITY, 6, 2, 0.5, 0.6, 0, 0.6 } },
	{ "counts, small", true, { 30, 3, 2, 4, 6, 2, 0.5, 0.4, 0, 0.4 } },
};

static void
test_null(void **state)
{
	struct draw draw = { 16 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(natures); i++) {
		struct rates rates = { 0 };

		for (int round = 0; round < PORTALS; round++) {
			if (natures[i].counts)
				portal_counts(&portal, &natures[i].nature,
					&draw);
			else
				portal_shares(&portal, &natures[i].nature,
					&draw);
			portal_run(&portal);
			count(&rates);
		}
		assert_sound(natures[i].name, &rates);
	}
}

/* The place of entity i in the order of p, from 0. */
static size_t
place_of(size_t i)
{
	size_t place = 0;

	for (size_t k = 0; k < portal.problem.n_entities; k++)
		place += portal.results[k].ln_p < portal.results[i].ln_p;
	return place;
}

static void
test_planted(void **state)
{
	struct draw draw = { 17 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(natures); i++) {
		struct peer_part *part = &portal.parts[0];
		size_t found = 0;

		if (natures[i].nature.work < 4)
			continue;
		for (int round = 0; round < 10; round++) {
			if (natures[i].counts) {
				portal_counts(&portal, &natures[i].nature,
					&draw);
				for (size_t w = 0; w < PORTAL_WEEKS; w++)
					portal.parts[w].k = portal.parts[w].n *
						400;
			} else {
				portal_shares(&portal, &natures[i].nature,
					&draw);
				part->n = 2000;
				part->k = 2000;
			}
			portal_run(&portal);
			found += place_of(0) == 0;
		}
		print_message("%s: %zu of 10\n", natures[i].name, found);
		/* where nearly all do it, all of it is nothing odd */
		assert_true(natures[i].nature.level > 2 || found >= 8);
	}
}

/* A small sin among people who are all alike is plain to see: what peers are
 * worth must not be drowned by a prior that grows with their likeness. */
static void
test_power_among_alike(void **state)
{
	static const struct nature alike = { 400, 20, 3, INFINITY, 150, -1,
		0.8, 0.8, 0.5, 0 };
	struct draw draw = { 18 };
	double sum = 0, error = 0;

	(void)state;
	for (int round = 0; round < 10; round++) {
		portal_shares(&portal, &alike, &draw);
		portal_run(&portal);
		for (size_t i = 0; i < 400; i++) {
			const struct peer_result *result = &portal.results[i];
			double n = (double)result->n;

			sum += n;
			error += fabs((double)result->k - result->expected);
		}
	}
	/* chance alone, in samples of such sizes, makes some 0.025 */
	print_message("mean error of a share: %.4f\n", error / sum);
	assert_true(error / sum < 0.04);
}

/* Counts: one who does fifty men's work moves nobody's yardstick much. Shares:
 * neither does one with as much work. */
static void
test_hub(void **state)
{
	(void)state;
	for (int law = PEER_SHARE; law <= PEER_COUNT; law++) {
		double expected[2];

		for (uint64_t hub = 0; hub <= 1; hub++) {
			portal_begin(&portal, (enum peer_law)law, 30, 3, 1);
			for (uint32_t u = 0; u < 30; u++) {
				uint64_t n = law == PEER_SHARE ? 100 : 20;
				uint64_t k = law == PEER_SHARE ? 18 + u % 5 :
								 190 + u;

				if (u == 0 && hub > 0 && law == PEER_SHARE) {
					n = 100000;
					k = 50000;
				} else if (u == 0 && hub > 0) {
					k = 10000;
				}
				portal_add(&portal, u, u / 10, 0, k, n);
			}
			portal_run(&portal);
			expected[hub] = portal.results[1].expected;
		}
		print_message("hub: %g, without %g\n", expected[1],
			expected[0]);
		assert_true(expected[1] < 1.35 * expected[0]);
		assert_true(expected[1] > 0.8 * expected[0]);
	}
}

static void
assert_probabilities(bool all)
{
	for (size_t i = 0; i < portal.problem.n_entities; i++) {
		const struct peer_result *result = &portal.results[i];

		if (result->n == 0) {
			assert_true(isnan(result->ln_p));
			continue;
		}
		if (isnan(result->ln_p)) {
			assert_false(all);
			continue;
		}
		assert_true(result->ln_p <= 0);
		assert_true(isfinite(result->expected));
		assert_true(result->expected >= 0);
		if (portal.problem.law == PEER_SHARE)
			assert_true(result->expected <= (double)result->n);
	}
}

static void
test_few(void **state)
{
	(void)state;
	for (int law = PEER_SHARE; law <= PEER_COUNT; law++) {
		for (uint32_t users = 1; users <= 12; users++) {
			for (int what = 0; what < 5; what++) {
				portal_begin(&portal, (enum peer_law)law,
					users + 1, 4, users);
				for (uint32_t u = 0; u < users; u++)
					portal_add(&portal, u, u / 3,
						what == 4 ? u : 0,
						what == 0 ? 0 :
						what == 1 ? 50 :
						what == 2 ? (u == 0) * 50 :
							    u % 50, 50);
				portal_run(&portal);
				assert_probabilities(users > 2);
			}
		}
	}
	/* alone, there is nobody to compare with */
	portal_begin(&portal, PEER_SHARE, 3, 1, 1);
	portal_add(&portal, 0, 0, 0, 5, 10);
	portal_run(&portal);
	assert_true(isnan(portal.results[0].ln_p));
	portal_begin(&portal, PEER_SHARE, 0, 0, 0);
	portal_run(&portal);
}

/* Sizes far apart, and a kind of work that only one does. */
static void
test_extreme(void **state)
{
	(void)state;
	for (int law = PEER_SHARE; law <= PEER_COUNT; law++) {
		portal_begin(&portal, (enum peer_law)law, 40, 4, 2);
		for (uint32_t u = 0; u < 40; u++) {
			uint64_t n = u % 7 == 0 ? 100000000 : 1 + u;

			portal_cell(&portal, u, u % 4, u % 2);
			portal_part(&portal, 0, u % 3 == 0 ? n : 0, n);
			if (u == 5)
				portal_part(&portal, 1, 1, 1);
		}
		portal_run(&portal);
		assert_probabilities(true);
	}
}

/* Who an entity is makes no difference: results move with it. */
static void
test_permutation(void **state)
{
	static const struct nature nature = { 120, 6, 2, 40, 100, -1, 0.5, 0.5,
		0.3, 0 };
	struct draw draw = { 19 };
	uint32_t to[120];

	(void)state;
	portal_shares(&portal, &nature, &draw);
	portal_run(&portal);
	for (uint32_t i = 0; i < 120; i++)
		to[i] = i;
	for (size_t i = 120; i > 1; i--) {
		size_t k = draw_below(&draw, i);
		uint32_t swap = to[i - 1];

		to[i - 1] = to[k];
		to[k] = swap;
	}
	portal_begin(&other, PEER_SHARE, 120, 6, 2);
	for (uint32_t i = 0; i < 120; i++) {
		const struct peer_cell *cell = &portal.cells[to[i]];

		/* units are renamed as well */
		portal_add(&other, i, 5 - cell->group[1], cell->group[0],
			cell->k, cell->n);
	}
	portal_run(&other);
	for (uint32_t i = 0; i < 120; i++) {
		const struct peer_result *a = &portal.results[to[i]];
		const struct peer_result *b = &other.results[i];

		assert_int_equal(a->k, b->k);
		assert_true(fabs(a->expected - b->expected) <=
			1e-3 * (1 + a->expected));
		assert_true(fabs(a->ln_p - b->ln_p) <=
			1e-2 * (1 + fabs(a->ln_p)));
	}
}

/* A level nobody has, and a cell that has none of it. */
static void
test_levels_left_out(void **state)
{
	static const struct nature nature = { 200, 8, 2, 40, 100, -1, 0.5, 0.5,
		0.3, 0 };
	struct draw draw = { 20 };

	(void)state;
	portal_shares(&portal, &nature, &draw);
	for (size_t c = 0; c < portal.problem.n_cells; c++)
		portal.cells[c].group[2] = PEER_NONE;
	portal_run(&portal);
	other = portal;
	other.problem.cells = other.cells;
	other.problem.parts = other.parts;
	other.problem.stratum = other.stratum;
	other.problem.n_groups[2] = 0;
	portal_run(&other);
	for (size_t i = 0; i < 200; i++)
		assert_true(portal.results[i].ln_p == other.results[i].ln_p);
	for (size_t c = 0; c < portal.problem.n_cells; c++)
		for (size_t l = 0; l < PEER_LEVELS; l++)
			portal.cells[c].group[l] = PEER_NONE;
	portal_run(&portal);
	assert_probabilities(true);
}

/* Who asks for no p gets the same means without one. */
static void
test_means_only(void **state)
{
	static const struct nature nature = { 200, 8, 2, 40, 100, -1, 0.5, 0.5,
		0.3, 0 };
	struct draw draw = { 21 };

	(void)state;
	portal_shares(&portal, &nature, &draw);
	portal_run(&portal);
	other = portal;
	other.problem.cells = other.cells;
	other.problem.parts = other.parts;
	other.problem.stratum = other.stratum;
	other.problem.means_only = true;
	portal_run(&other);
	for (size_t i = 0; i < 200; i++) {
		assert_true(portal.results[i].expected ==
			other.results[i].expected);
		assert_true(isnan(portal.results[i].ln_p) ?
				isnan(other.results[i].ln_p) :
				other.results[i].ln_p == 0);
	}
}

/* What cells of a stretch differ by is a level like any other: with weeks in
 * the place of posts, where each cell is a stretch, the same comes out. */
static void
test_stretches(void **state)
{
	static const struct nature nature = { 100, 8, 2, 4, 5, 0.5, 0.5, 0.3,
		0.3, 0.4 };
	struct draw draw = { 22 };
	struct peer_problem *problem = &portal.problem;

	(void)state;
	portal_counts(&portal, &nature, &draw);
	/* some serve in two posts, of one unit or two */
	for (size_t c = 0; c < problem->n_cells; c++) {
		struct peer_cell *cell = &portal.cells[c];

		if (cell->entity % 4 == 0 && c % PORTAL_WEEKS > 1)
			cell->group[0] = 1 - cell->group[0];
		if (cell->entity % 8 == 0 && c % PORTAL_WEEKS > 2) {
			cell->group[1] = (cell->group[1] + 1) % 8;
			cell->group[3] = cell->group[1] * PORTAL_WEEKS;
		}
		cell->group[2] = PEER_NONE;
	}
	problem->n_groups[2] = 0;
	other = portal;
	problem = &other.problem;
	problem->cells = other.cells;
	problem->parts = other.parts;
	problem->stratum = other.stratum;
	for (size_t c = 0; c < problem->n_cells; c++) {
		other.cells[c].group[2] = other.cells[c].group[3];
		other.cells[c].group[3] = PEER_NONE;
	}
	problem->n_groups[2] = problem->n_groups[3];
	problem->n_groups[3] = 0;
	problem->meets[2][0] = PEER_APART;
	problem->meets[2][1] = 2;
	problem->meets[1][0] = PEER_APART;
	portal.problem.meets[1][0] = PEER_APART;
	portal_run(&portal);
	portal_run(&other);
	for (size_t i = 0; i < 100; i++) {
		assert_true(fabs(portal.results[i].expected -
			other.results[i].expected) < 1e-11);
		assert_true(fabs(portal.results[i].ln_p -
			other.results[i].ln_p) < 1e-9);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_null),
		cmocka_unit_test(test_planted),
		cmocka_unit_test(test_power_among_alike),
		cmocka_unit_test(test_hub),
		cmocka_unit_test(test_few),
		cmocka_unit_test(test_extreme),
		cmocka_unit_test(test_permutation),
		cmocka_unit_test(test_levels_left_out),
		cmocka_unit_test(test_means_only),
		cmocka_unit_test(test_stretches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
