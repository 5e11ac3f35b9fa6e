/* SPDX-License-Identifier: Apache-2.0 */
#include "rank/family.h"

#include "rank/combine.h"

/* What honest people differ by most, and areas, weigh little by themselves. */
#define WEAK 0.3

/* The weights were chosen on simulated portals (see bench/RESULTS.md for the
 * seeds): families that see most of what was planted weigh most. */
const struct signal_family signal_families[] = {
	{ 1, { SIGNAL_VOLUME }, WEAK },
	{ 1, { SIGNAL_BREADTH }, WEAK },
	{ 1, { SIGNAL_GROWTH }, WEAK },
	{ 1, { SIGNAL_REACH }, WEAK },
	{ 1, { SIGNAL_PACE }, 1 },
	{ 1, { SIGNAL_SEQUENCE }, 1 },
	{ 1, { SIGNAL_UNEXPLAINED }, 1 },
	{ 1, { SIGNAL_NO_CASE }, 1 },
	{ 1, { SIGNAL_LONE }, 1 },
	{ 1, { SIGNAL_WASHING }, 1 },
	{ 1, { SIGNAL_FOREIGN }, 1 },
	{ 1, { SIGNAL_FIXATION }, 1 },
	{ 1, { SIGNAL_DOSSIER }, 1 },
	{ 1, { SIGNAL_TAKEOVER }, 1 },
	{ 1, { SIGNAL_COLLUSION }, 1 },
	/* sold, as it comes */
	{ 5, { SIGNAL_LONE, SIGNAL_REACH, SIGNAL_NO_CASE, SIGNAL_PACE,
		     SIGNAL_DOSSIER },
		3 },
	/* sold under cases; not beside `lone`, which counts the same lookups */
	{ 3, { SIGNAL_REACH, SIGNAL_NO_CASE, SIGNAL_WASHING }, 2 },
	/* sold from elsewhere */
	{ 3, { SIGNAL_REACH, SIGNAL_WASHING, SIGNAL_TAKEOVER }, 3 },
	/* sold by two */
	{ 2, { SIGNAL_COLLUSION, SIGNAL_REACH }, 3 },
	/* other units' people */
	{ 2, { SIGNAL_FOREIGN, SIGNAL_NO_CASE }, 2 },
	{ 3, { SIGNAL_FOREIGN, SIGNAL_NO_CASE, SIGNAL_TAKEOVER }, 3 },
	{ 3, { SIGNAL_FOREIGN, SIGNAL_NO_CASE, SIGNAL_COLLUSION }, 2 },
	/* private people */
	{ 2, { SIGNAL_FIXATION, SIGNAL_NO_CASE }, 1 },
};
const size_t n_signal_families = ARRAY_LEN(signal_families);

enum { FAMILIES_MOST = 32 };
_Static_assert(ARRAY_LEN(signal_families) <= FAMILIES_MOST, "room for all");

double
family_combine(const struct finding of[SIGNAL_N])
{
	double ln_p[FAMILIES_MOST], weight[FAMILIES_MOST];
	double combined;

	for (size_t f = 0; f < n_signal_families; f++) {
		const struct signal_family *family = &signal_families[f];
		double members[FAMILY_MEMBERS];
		size_t n = 0;

		for (size_t m = 0; m < family->n; m++) {
			if (!isnan(of[family->members[m]].ln_p))
				members[n++] = of[family->members[m]].ln_p;
		}
		/* With one member left it says what that says alone. */
		ln_p[f] = n < 2 && n < family->n ? NAN :
						   fisher_combine(members, n);
		weight[f] = family->weight;
	}
	combined = cauchy_combine(ln_p, weight, n_signal_families);
	return combined >= log(0.5) - 1e-9 ? 0 : combined;
}
