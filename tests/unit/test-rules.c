/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of a profile: what they give, what they skip, what is wrong with
 * them, and that hostile values cost no more than they may. */
#include "tests/unit/unit.h"

#include "format/rules.h"

/* A value for each column that rules name, by name. */
struct value {
	const char *column, *text;
};

struct set {
	struct rules *rules;
	struct ruler *ruler;
	struct record record;
};

static void
take(struct set *set, const char *field, const char *text)
{
	struct fault fault = { 0 };

	if (rules_add_take(&set->rules, field, text, &fault) != 0)
		fail_msg("%s", fault.text);
}

static void
lookup(struct set *set, const char *column, bool wanted, const char *text)
{
	struct fault fault = { 0 };

	if (rules_add_lookup(&set->rules, column, wanted, text, &fault) != 0)
		fail_msg("%s", fault.text);
}

static void
constant(struct set *set, const char *field, const char *value)
{
	struct fault fault = { 0 };

	if (rules_add_constant(&set->rules, field, value, &fault) != 0)
		fail_msg("%s", fault.text);
}

/* Apply all rules to columns; ends with a NULL name. */
static enum reason
apply(struct set *set, const struct value *columns)
{
	struct slice values[RULES_COLUMNS] = { 0 };
	struct fault fault = { 0 };
	const struct slice *names;
	enum reason reason;
	size_t n;

	if (set->ruler == NULL)
		assert_int_equal(ruler_open(&set->ruler, set->rules, &fault),
			0);
	names = rules_columns(set->rules, &n);
	for (; columns->column != NULL; columns++) {
		size_t i = 0;

		while (i < n && !slice_is(names[i], columns->column))
			i++;
		assert_true(i < n);
		values[i] = slice_of(columns->text);
	}
	reason = ruler_apply(set->ruler, values, &set->record, &fault);
	assert_int_equal(fault.code, FAULT_NONE);
	return reason;
}

#define APPLY(set, ...) \
	apply(&(set), (const struct value[]){ __VA_ARGS__, { NULL, NULL } })

static void
set_free(struct set *set)
{
	ruler_free(set->ruler);
	rules_free(set->rules);
}

static void
test_take(void **state)
{
	struct set set = { 0 };

	(void)state;
	take(&set, "user", "message /^(?<verb>\\w+) (?<user>\\w+)/");
	take(&set, "subject", "cs(Referer) /nid=([^&]*)/i");
	take(&set, "subject", "cs-uri-query /nid=([^&]*)/i");
	take(&set, "case", "message /\\bN-\\d+\\/\\d+/");
	take(&set, "area", "where from");
	assert_int_equal(APPLY(set, { "message", "asks  rahim for N-1/26 " },
		{ "cs-uri-query", "x=1&NID=42&y" }, { "where from", "Dhaka " }),
		REASON_LOOKUP);
	assert_slice(set.record.field[FIELD_USER], "");
	assert_slice(set.record.field[FIELD_SUBJECT], "42");
	assert_slice(set.record.field[FIELD_CASE], "N-1/26");
	assert_slice(set.record.field[FIELD_AREA], "Dhaka");
	/* the first that gives something; nothing is left of the last record */
	assert_int_equal(APPLY(set, { "message", "asks rahim" },
		{ "cs(Referer)", "?nid= 7 " }, { "cs-uri-query", "nid=8" },
		{ "where from", "-" }), REASON_LOOKUP);
	assert_slice(set.record.field[FIELD_USER], "rahim");
	assert_slice(set.record.field[FIELD_SUBJECT], "7");
	assert_slice(set.record.field[FIELD_CASE], "");
	assert_slice(set.record.field[FIELD_AREA], "");
	assert_int_equal(APPLY(set, { "cs(Referer)", "nid=-" },
		{ "cs-uri-query", "nid=8" }), REASON_LOOKUP);
	assert_slice(set.record.field[FIELD_SUBJECT], "8");
	set_free(&set);
}

/* What a take gives, the log does not; a constant fills what is missing. */
static void
test_given(void **state)
{
	struct set set = { 0 };

	(void)state;
	assert_false(rules_take(NULL, FIELD_USER));
	assert_false(rules_give(NULL, FIELD_USER));
	take(&set, "user", "who");
	constant(&set, "kind", "registration");
	constant(&set, "user", "nobody known");
	assert_true(rules_take(set.rules, FIELD_USER));
	assert_false(rules_take(set.rules, FIELD_KIND));
	assert_true(rules_give(set.rules, FIELD_KIND));
	assert_false(rules_give(set.rules, FIELD_SUBJECT));
	set.record.field[FIELD_USER] = slice_of("of a column");
	set.record.field[FIELD_SUBJECT] = slice_of("42");
	assert_int_equal(APPLY(set, { "who", "" }), REASON_LOOKUP);
	assert_slice(set.record.field[FIELD_USER], "nobody known");
	assert_slice(set.record.field[FIELD_KIND], "registration");
	assert_slice(set.record.field[FIELD_SUBJECT], "42");
	set.record.field[FIELD_KIND] = slice_of("n/a");
	assert_int_equal(APPLY(set, { "who", "asha" }), REASON_LOOKUP);
	assert_slice(set.record.field[FIELD_USER], "asha");
	assert_slice(set.record.field[FIELD_KIND], "registration");
	set.record.field[FIELD_KIND] = slice_of("identity");
	assert_int_equal(APPLY(set, { "who", "asha" }), REASON_LOOKUP);
	assert_slice(set.record.field[FIELD_KIND], "identity");
	rules_forget(set.rules, FIELD_USER);
	assert_false(rules_give(set.rules, FIELD_USER));
	set.record.field[FIELD_USER] = slice_of("of a column");
	assert_int_equal(APPLY(set, { "who", "asha" }), REASON_LOOKUP);
	assert_slice(set.record.field[FIELD_USER], "of a column");
	rules_forget(NULL, FIELD_USER);
	set_free(&set);
}

static void
test_lookup(void **state)
{
	struct set set = { 0 };

	(void)state;
	lookup(&set, "event", true, "/^(get|list)/i");
	lookup(&set, "agent", false, "/health/");
	assert_int_equal(APPLY(set, { "event", "GetPerson" }), REASON_LOOKUP);
	assert_int_equal(APPLY(set, { "event", "PutPerson" }), SKIP_EVENT);
	assert_int_equal(APPLY(set, { "agent", "x" }), SKIP_EVENT);
	assert_int_equal(APPLY(set, { "event", "get" },
		{ "agent", "healthd" }), SKIP_EVENT);
	set_free(&set);
}

static void
test_unmatched(void **state)
{
	struct set set = { 0 };
	struct fault fault = { 0 };

	(void)state;
	take(&set, "subject", "message /nid=(\\d+)/");
	assert_false(rules_skip(set.rules));
	assert_false(rules_skip(NULL));
	set.record.field[FIELD_USER] = slice_of("asha");
	assert_int_equal(APPLY(set, { "message", "none" }), REASON_LOOKUP);
	assert_int_equal(rules_skip_unmatched(&set.rules, &fault), 0);
	assert_true(rules_skip(set.rules));
	assert_int_equal(APPLY(set, { "message", "none" }), SKIP_EVENT);
	assert_int_equal(APPLY(set, { "message", "nid=1" }), REASON_LOOKUP);
	set.record.field[FIELD_USER] = slice_of("-");
	assert_int_equal(APPLY(set, { "message", "nid=1" }), SKIP_EVENT);
	set_free(&set);
}

static void
test_wrong(void **state)
{
	static const struct {
		const char *what, *name, *text, *says;
	} bad[] = {
		{ "take", "person", "a /b/", "'person' is no field; the" },
		{ "take", "user", "/b/", "names no column to take from" },
		{ "take", "user", "", "names no column to take from" },
		{ "take", "user", "a /b", "write it between slashes" },
		{ "take", "user", "a /b/x", "write it between slashes" },
		{ "take", "user", "a /", "write it between slashes" },
		{ "take", "user", "a //", "is empty" },
		{ "take", "user", "a /(/", "does not compile at character 2" },
		{ "lookup", "", "/a/", "names no column" },
		{ "lookup", "a", "b", "write it between slashes" },
		{ "lookup", "a", "/[/i", "does not compile at character" },
		{ "constant", "person", "a", "'person' is no field; the" },
		{ "constant", "time", "12:00", "cannot be the same" },
		{ "constant", "date", "12:00", "cannot be the same" },
		{ "constant", "kind", "-", "means that no kind is given" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct rules *rules = NULL;
		struct fault fault = { 0 };
		int result = strcmp(bad[i].what, "take") == 0 ?
			rules_add_take(&rules, bad[i].name, bad[i].text,
				&fault) :
			strcmp(bad[i].what, "lookup") == 0 ?
			rules_add_lookup(&rules, bad[i].name, true,
				bad[i].text, &fault) :
			rules_add_constant(&rules, bad[i].name, bad[i].text,
				&fault);

		assert_int_equal(result, -1);
		assert_int_equal(fault.code, FAULT_USAGE);
		if (strstr(fault.text, bad[i].says) == NULL)
			fail_msg("%s: %s", bad[i].text, fault.text);
		rules_free(rules);
	}
}

static void
test_ceilings(void **state)
{
	struct rules *rules = NULL;
	struct fault fault = { 0 };
	char name[16];
	size_t n;

	(void)state;
	for (int i = 0; i < RULES_COLUMNS; i++) {
		(void)snprintf(name, sizeof(name), "c%d", i);
		assert_int_equal(rules_add_take(&rules, "user", name, &fault),
			0);
	}
	assert_int_equal(rules_add_take(&rules, "user", "other", &fault), -1);
	assert_non_null(strstr(fault.text, "more than 64 columns"));
	(void)rules_columns(rules, &n);
	assert_int_equal(n, RULES_COLUMNS);
	fault = (struct fault){ 0 };
	for (int i = RULES_COLUMNS; i < RULES_MOST; i++)
		assert_int_equal(rules_add_take(&rules, "user", "c1 /x/",
			&fault), 0);
	assert_int_equal(rules_add_take(&rules, "user", "c1 /x/", &fault), -1);
	rules_free(rules);
}

/* A constant twice is a mistake, and leaves the first. */
static void
test_twice(void **state)
{
	struct set set = { 0 };
	struct fault fault = { 0 };

	(void)state;
	constant(&set, "kind", "identity");
	assert_int_equal(rules_add_constant(&set.rules, "kind", "vehicle",
		&fault), -1);
	assert_non_null(strstr(fault.text, "given twice"));
	assert_int_equal(APPLY(set, { NULL, NULL }), REASON_LOOKUP);
	assert_slice(set.record.field[FIELD_KIND], "identity");
	set_free(&set);
}

static void
test_hostile(void **state)
{
	static const char many[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab";
	struct set set = { 0 }, other = { 0 };

	(void)state;
	take(&set, "user", "a /^(a+)+$/");
	assert_int_equal(APPLY(set, { "a", many }), REJECT_STEPS);
	assert_int_equal(APPLY(set, { "a", "aa" }), REASON_LOOKUP);
	lookup(&other, "a", false, "/^(a+)+$/");
	assert_int_equal(APPLY(other, { "a", many }), REJECT_STEPS);
	assert_int_equal(APPLY(other, { "a", "b\xff\xc3(" }), REASON_LOOKUP);
	set_free(&set);
	set_free(&other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_take),
		cmocka_unit_test(test_given),
		cmocka_unit_test(test_lookup),
		cmocka_unit_test(test_unmatched),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_ceilings),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
