/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/special.h"
#include "signal/test.h"

const struct signal signals[SIGNAL_N] = {

	[SIGNAL_VOLUME] = { "volume", FAMILY_EXCESS, NEEDS_NOTHING,
		"more lookups per active day than peers make", volume_test,
		volume_phrase },
	[SIGNAL_BREADTH] = { "breadth", FAMILY_EXCESS, NEEDS_NOTHING,
		"more new people per active day", breadth_test,
		breadth_phrase },
	[SIGNAL_PACE] = { "pace", FAMILY_EXCESS, NEEDS_NOTHING,
		"long quick series, a machine's beat", pace_test, pace_phrase },
	[SIGNAL_SEQUENCE] = { "sequence", FAMILY_EXCESS, NEEDS_NOTHING,
		"neighbouring numbers one after the other", sequence_test,
		sequence_phrase },
	[SIGNAL_GROWTH] = { "growth", FAMILY_EXCESS, USERS_ONLY | OWN_PAST,
		"more than in one's own past", growth_test, growth_phrase },
	[SIGNAL_REACH] = { "reach", FAMILY_EXCESS, NEEDS_AREA | USERS_ONLY,
		"areas or kinds that peers do not touch", reach_test,
		reach_phrase },
	[SIGNAL_UNEXPLAINED] = { "unexplained", FAMILY_UNRELATED, NEEDS_NOTHING,
		"lookups that no rule explains", unexplained_test,
		unexplained_phrase },
	[SIGNAL_NO_CASE] = { "no-case", FAMILY_UNRELATED, NEEDS_CASE,
		"people no colleague shares, asked for without a case",
		no_case_test, no_case_phrase },
	[SIGNAL_LONE] = { "lone", FAMILY_UNRELATED, NEEDS_NOTHING,
		"subjects nobody else, and on no other day, asked for",
		lone_test, lone_phrase },
	[SIGNAL_WASHING] = { "washing", FAMILY_UNRELATED,
		NEEDS_CASE | USERS_ONLY,
		"one case that carries crowds of lone subjects", washing_test,
		washing_phrase },
	[SIGNAL_FOREIGN] = { "foreign", FAMILY_UNRELATED,
		NEEDS_UNIT | USERS_ONLY, "subjects of other units' work",
		foreign_test, foreign_phrase },
	[SIGNAL_FIXATION] = { "fixation", FAMILY_UNRELATED,
		NEEDS_CASE | USERS_ONLY,
		"one subject on many days without a case", fixation_test,
		fixation_phrase },
	[SIGNAL_DOSSIER] = { "dossier", FAMILY_UNRELATED, NEEDS_KIND,
		"all there is on lone subjects, within minutes", dossier_test,
		dossier_phrase },
	[SIGNAL_TAKEOVER] = { "takeover", FAMILY_UNRELATED,
		NEEDS_SOURCE | USERS_ONLY,
		"sources that are neither the user's nor his peers'",
		takeover_test, takeover_phrase },
	[SIGNAL_COLLUSION] = { "collusion", FAMILY_UNRELATED, USERS_ONLY,
		"lone subjects shared by two", collusion_test,
		collusion_phrase },
	[SIGNAL_DENIED] = { "denied", FAMILY_EXCESS, NEEDS_OUTCOME,
		"lookups that the portal refused", denied_test,
		denied_phrase },
	[SIGNAL_UNKNOWN_CASE] = { "unknown-case", FAMILY_REGISTER,
		NEEDS_CASE | NEEDS_CASES, "cases that do not exist",
		unknown_case_test, unknown_case_phrase },
	[SIGNAL_CLOSED_CASE] = { "closed-case", FAMILY_REGISTER,
		NEEDS_CASE | NEEDS_CASES, "cases that were not open",
		closed_case_test, closed_case_phrase },
	[SIGNAL_UNASSIGNED] = { "unassigned", FAMILY_REGISTER,
		NEEDS_CASE | NEEDS_CASES | NEEDS_UNIT,
		"cases neither of the unit nor of the user", unassigned_test,
		unassigned_phrase },
	[SIGNAL_OFF_CASE] = { "off-case", FAMILY_REGISTER,
		NEEDS_CASE | NEEDS_CASE_SUBJECTS,
		"people who are not of the case that is named", off_case_test,
		off_case_phrase },
	[SIGNAL_OUT_OF_AREA] = { "out-of-area", FAMILY_REGISTER,
		NEEDS_AREA | NEEDS_UNITS, "people outside the unit's area",
		out_of_area_test, out_of_area_phrase },
	[SIGNAL_OFF_KIND] = { "off-kind", FAMILY_REGISTER,
		NEEDS_KIND | NEEDS_UNITS,
		"data that the unit has no business with", off_kind_test,
		off_kind_phrase },
	[SIGNAL_OFF_DUTY] = { "off-duty", FAMILY_REGISTER, NEEDS_ROSTER,
		"outside one's hours", off_duty_test, off_duty_phrase },
	[SIGNAL_WATCHED] = { "watched", FAMILY_REGISTER,
		NEEDS_WATCH | AS_STATED,
		"people on the watch list", watched_test, watched_phrase },
};

unsigned
signal_lacks(const struct signal *signal, const bool *given,
	const struct registry *registry)
{
	static const struct {
		unsigned need;
		enum field field;
	} needs[] = {
		{ NEEDS_CASE, FIELD_CASE }, { NEEDS_KIND, FIELD_KIND },
		{ NEEDS_AREA, FIELD_AREA }, { NEEDS_SOURCE, FIELD_SOURCE },
		{ NEEDS_UNIT, FIELD_UNIT }, { NEEDS_OUTCOME, FIELD_OUTCOME },
	};
	static const struct {
		unsigned need;
		enum sheet_kind sheet;
	} sheets[] = {
		{ NEEDS_CASES, SHEET_CASES },
		{ NEEDS_CASE_SUBJECTS, SHEET_CASE_SUBJECTS },
		{ NEEDS_UNITS, SHEET_UNITS }, { NEEDS_ROSTER, SHEET_ROSTER },
		{ NEEDS_WATCH, SHEET_WATCH },
	};

	/* registers first: who gave none is not to be told of the log */
	for (size_t i = 0; i < ARRAY_LEN(sheets); i++) {
		if ((signal->needs & sheets[i].need) &&
			(registry == NULL ||
				registry->sheets[sheets[i].sheet].path == NULL))
			return LACK_SHEET + (unsigned)sheets[i].sheet;
	}
	for (size_t i = 0; i < ARRAY_LEN(needs); i++) {
		if ((signal->needs & needs[i].need) && !given[needs[i].field])
			return needs[i].field;
	}
	return LACK_NOTHING;
}

void
lack_print(unsigned lack, char *buf, size_t size)
{
	if (lack >= LACK_SHEET)
		(void)snprintf(buf, size, "no such register is given (--%s)",
			sheet_kind_name((enum sheet_kind)(lack - LACK_SHEET)));
	else
		(void)snprintf(buf, size, "the log has no %s",
			field_name((enum field)lack));
}

void
phrase_share(const struct finding *finding, const char *what, char *buf,
	size_t size)
{
	char expected[32];

	cells_print_expected(finding->expected, expected, sizeof(expected));
	(void)snprintf(buf, size, "%llu of %llu %s (peers: %s)",
		(unsigned long long)finding->k, (unsigned long long)finding->n,
		what, expected);
}

void
findings_choose(struct finding *ret, const struct finding *second, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (isnan(ret[i].ln_p) && isnan(second[i].ln_p))
			continue;
		if (isnan(ret[i].ln_p) || second[i].ln_p < ret[i].ln_p) {
			ret[i] = second[i];
			ret[i].other = 1;
		}
		ret[i].ln_p = fmin(ret[i].ln_p + LN_2, 0);
		ret[i].ln_law = ret[i].ln_p;
	}
}
