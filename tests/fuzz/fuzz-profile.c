/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a profile: it is one, or what is wrong is told with its line;
 * one that is read applies to any values. */
#include "format/profile.h"
#include "tests/fuzz/fuzz.h"

/* Every slice is empty or within the text, a rule's or the pattern's match. */
static void
look_at(const struct record *record)
{
	static volatile char last;

	for (size_t f = 0; f < FIELD_N; f++)
		for (size_t i = 0; i < record->field[f].len; i++)
			last = record->field[f].at[i];
	(void)last;
}

static void
apply_rules(const struct rules *rules, struct slice text)
{
	struct slice values[RULES_COLUMNS] = { 0 };
	struct record record = { 0 };
	struct fault fault = { 0 };
	struct ruler *ruler;
	enum reason reason;
	size_t n;

	if (rules == NULL)
		return;
	MUST(ruler_open(&ruler, rules, &fault) == 0);
	(void)rules_columns(rules, &n);
	MUST(n <= RULES_COLUMNS);
	for (size_t i = 0; i < n; i++)
		values[i] = text;
	reason = ruler_apply(ruler, values, &record, &fault);
	MUST(reason == REASON_LOOKUP || reason == SKIP_EVENT ||
		reason == REJECT_STEPS);
	look_at(&record);
	ruler_free(ruler);
}

static void
apply_pattern(const struct pattern *pattern, struct slice text)
{
	struct slice values[RULES_COLUMNS];
	struct record record = { 0 };
	struct fault fault = { 0 };
	struct matcher *matcher;

	if (pattern == NULL)
		return;
	MUST(matcher_open(&matcher, pattern, &fault) == 0);
	if (matcher_match(matcher, text, &record, values) == MATCH_YES)
		look_at(&record);
	matcher_free(matcher);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct slice text = { (const char *)data, len };
	struct profile profile;
	struct fault fault = { 0 };
	int result = profile_parse(&profile, "fuzz", text, &fault);

	MUST((result == 0) == (fault.code == FAULT_NONE));
	if (result == 0) {
		apply_rules(profile.rules, text);
		apply_pattern(profile.pattern, text);
	} else {
		MUST(fault.code == FAULT_USAGE ? fault.line > 0 :
			fault.code != FAULT_INTERNAL);
	}
	profile_free(&profile);
	return 0;
}
