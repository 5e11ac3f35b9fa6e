/* SPDX-License-Identifier: Apache-2.0 */
#include "rank/family.h"

#include "rank/combine.h"

/* What honest people differ by most, areas, and what registers are most often
 * wrong about, weigh little by themselves. */
#define WEAK 0.3
#define FAINT 0.1

/* The weights were chosen on simulated portals (see bench/RESULTS.md for the
 * seeds): families that see most of what was planted weigh most. First for the
 * log alone, then with registers. */
const struct signal_family signal_families[] = {
	{ 1, { SIGNAL_VOLUME }, { WEAK, WEAK } },
	{ 1, { SIGNAL_BREADTH }, { WEAK, WEAK } },
	{ 1, { SIGNAL_GROWTH }, { WEAK, WEAK } },
	{ 1, { SIGNAL_REACH }, { WEAK, WEAK } },
	{ 1, { SIGNAL_PACE }, { 1, WEAK } },
	{ 1, { SIGNAL_SEQUENCE }, { 1, 1 } },
	{ 1, { SIGNAL_UNEXPLAINED }, { 1, 1 } },
	{ 1, { SIGNAL_NO_CASE }, { 1, WEAK } },
	{ 1, { SIGNAL_LONE }, { 1, 1 } },
	{ 1, { SIGNAL_WASHING }, { 1, 1 } },
	{ 1, { SIGNAL_FOREIGN }, { 1, 1 } },
	{ 1, { SIGNAL_FIXATION }, { 1, 2 } },
	{ 1, { SIGNAL_DOSSIER }, { 1, WEAK } },
	{ 1, { SIGNAL_TAKEOVER }, { 1, 1 } },
	{ 1, { SIGNAL_COLLUSION }, { 1, 1 } },
	{ 1, { SIGNAL_DENIED }, { WEAK, WEAK } },
	{ 1, { SIGNAL_UNKNOWN_CASE }, { WEAK, WEAK } },
	{ 1, { SIGNAL_CLOSED_CASE }, { WEAK, WEAK } },
	{ 1, { SIGNAL_UNASSIGNED }, { WEAK, WEAK } },
	{ 1, { SIGNAL_OFF_CASE }, { 1, 1 } },
	{ 1, { SIGNAL_OUT_OF_AREA }, { WEAK, FAINT } },
	{ 1, { SIGNAL_OFF_KIND }, { WEAK, FAINT } },
	{ 1, { SIGNAL_OFF_DUTY }, { WEAK, FAINT } },
	{ 1, { SIGNAL_WATCHED }, { 2, 2 } },
	/* sold, as it comes */
	{ 5,
		{ SIGNAL_LONE, SIGNAL_REACH, SIGNAL_NO_CASE, SIGNAL_PACE,
			SIGNAL_DOSSIER },
		{ 3, 3 } },
	/* sold under cases; not beside `lone`, which counts the same lookups */
	{ 3, { SIGNAL_REACH, SIGNAL_NO_CASE, SIGNAL_WASHING }, { 2, 2 } },
	/* sold from elsewhere */
	{ 3, { SIGNAL_REACH, SIGNAL_WASHING, SIGNAL_TAKEOVER }, { 3, 2 } },
	/* sold by two */
	{ 2, { SIGNAL_COLLUSION, SIGNAL_REACH }, { 3, 1 } },
	/* other units' people */
	{ 2, { SIGNAL_FOREIGN, SIGNAL_NO_CASE }, { 2, 0 } },
	{ 3, { SIGNAL_FOREIGN, SIGNAL_NO_CASE, SIGNAL_TAKEOVER }, { 3, 0 } },
	{ 3, { SIGNAL_FOREIGN, SIGNAL_NO_CASE, SIGNAL_COLLUSION }, { 2, 1 } },
	/* private people */
	{ 2, { SIGNAL_FIXATION, SIGNAL_NO_CASE }, { 1, 1 } },
	/* what no register explains */
	{ 2, { SIGNAL_UNEXPLAINED, SIGNAL_REACH }, { 0, 1 } },
	{ 2, { SIGNAL_UNEXPLAINED, SIGNAL_FIXATION }, { 0, 3 } },
	{ 2, { SIGNAL_FIXATION, SIGNAL_DOSSIER }, { 0, 2 } },
	{ 2, { SIGNAL_OFF_CASE, SIGNAL_REACH }, { 0, 2 } },
	{ 2, { SIGNAL_FOREIGN, SIGNAL_UNEXPLAINED }, { 0, 3 } },
};
const size_t n_signal_families = ARRAY_LEN(signal_families);

_Static_assert(ARRAY_LEN(signal_families) <= FAMILIES_MOST, "room for all");

double
family_ln_p(const struct signal_family *family,
	const struct finding of[SIGNAL_N])
{
	double members[FAMILY_MEMBERS];
	size_t n = 0;

	for (size_t m = 0; m < family->n; m++) {
		if (!isnan(of[family->members[m]].ln_p))
			members[n++] = of[family->members[m]].ln_p;
	}
	/* With one member left it says what that says alone. */
	return n < 2 && n < family->n ? NAN : fisher_combine(members, n);
}

double
family_combine(const double ln_p[], enum family_basis basis)
{
	double weight[FAMILIES_MOST], combined;

	for (size_t f = 0; f < n_signal_families; f++)
		weight[f] = signal_families[f].weight[basis];
	combined = cauchy_combine(ln_p, weight, n_signal_families);
	return combined >= log(0.5) - 1e-9 ? 0 : combined;
}
