/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/signal.h"

const struct signal signals[SIGNAL_N] = {
	[SIGNAL_VOLUME] = { "volume", FAMILY_EXCESS, FIELD_N,
		"more lookups per active day than peers make", volume_test,
		volume_phrase },
	[SIGNAL_LONE] = { "lone", FAMILY_UNRELATED, FIELD_N,
		"subjects nobody else, and on no other day, asked for",
		lone_test, lone_phrase },
	[SIGNAL_NO_CASE] = { "no-case", FAMILY_UNRELATED, FIELD_CASE,
		"lone subjects asked for without a case", no_case_test,
		no_case_phrase },
};
