/* SPDX-License-Identifier: Apache-2.0 */
/* --pattern: groups are fields, bad expressions are told, hostile lines
 * cost no more than they may. */
#include "tests/unit/unit.h"

#include "format/pattern.h"

static struct pattern *
opened(const char *regex)
{
	struct pattern *pattern = NULL;
	struct fault fault = { 0 };

	if (pattern_open(&pattern, regex, NULL, &fault) != 0)
		fail_msg("%s", fault.text);
	return pattern;
}

static struct matcher *
matching(const struct pattern *pattern)
{
	struct matcher *matcher = NULL;
	struct fault fault = { 0 };

	assert_int_equal(matcher_open(&matcher, pattern, &fault), 0);
	return matcher;
}

static void
test_groups(void **state)
{
	struct pattern *pattern = opened("^(?<ts>\\S+) (?<login>\\w*) "
		"(?:case=(?<fir>\\w+) )?nid=(?<nid>\\d+)( tail)?");
	struct matcher *matcher = matching(pattern);
	struct record record;

	(void)state;
	assert_true(pattern_has(pattern, FIELD_TIME));
	assert_true(pattern_has(pattern, FIELD_CASE));
	assert_false(pattern_has(pattern, FIELD_UNIT));
	assert_int_equal(matcher_match(matcher,
		slice_of("10:11 ann case=C7 nid=42 tail"), &record, NULL),
		MATCH_YES);
	assert_slice(record.field[FIELD_TIME], "10:11");
	assert_slice(record.field[FIELD_USER], "ann");
	assert_slice(record.field[FIELD_CASE], "C7");
	assert_slice(record.field[FIELD_SUBJECT], "42");
	assert_int_equal(record.field[FIELD_UNIT].len, 0);
	/* a group that took no part leaves nothing of the line before */
	assert_int_equal(matcher_match(matcher, slice_of("10:12  nid=43"),
		&record, NULL), MATCH_YES);
	assert_slice(record.field[FIELD_CASE], "");
	assert_slice(record.field[FIELD_USER], "");
	assert_slice(record.field[FIELD_SUBJECT], "43");
	assert_int_equal(matcher_match(matcher, slice_of("10:12 x nid="),
		&record, NULL), MATCH_NO);
	assert_int_equal(matcher_match(matcher, slice_of(""), &record, NULL),
		MATCH_NO);
	matcher_free(matcher);
	matcher_free(NULL);
	pattern_free(pattern);
}

/* The last groups of an alternative that was not taken. */
static void
test_unset_tail(void **state)
{
	struct pattern *pattern = opened(
		"^(?<time>\\d+) (?<user>\\w+) (?<subject>\\w+)"
		"(?: (?<case>\\w+))?(?: (?<area>\\w+))?$");
	struct matcher *matcher = matching(pattern);
	struct record record;

	(void)state;
	memset(&record, 0xff, sizeof(record));
	assert_int_equal(matcher_match(matcher, slice_of("1 u s"), &record, NULL),
		MATCH_YES);
	assert_int_equal(record.field[FIELD_CASE].len, 0);
	assert_int_equal(record.field[FIELD_AREA].len, 0);
	assert_slice(record.field[FIELD_SUBJECT], "s");
	matcher_free(matcher);
	pattern_free(pattern);
}

static void
test_date(void **state)
{
	struct pattern *pattern = opened(
		"(?<date>\\S+) (?<user>\\S+) (?<subject>\\S+)");

	(void)state;
	/* alone, a date group holds the whole time */
	assert_true(pattern_has(pattern, FIELD_TIME));
	assert_false(pattern_has(pattern, FIELD_DATE));
	pattern_free(pattern);
	pattern = opened("(?<date>\\S+) (?<time>\\S+) (?<user>\\S+) "
		"(?<subject>\\S+)");
	assert_true(pattern_has(pattern, FIELD_DATE));
	pattern_free(pattern);
}

/* The better-named of two groups for one field. */
static void
test_preference(void **state)
{
	struct pattern *pattern = opened("(?<login>\\w+) (?<user>\\w+) "
		"(?<target>\\w+) (?<subject>\\w+) (?<time>\\w+)");
	struct matcher *matcher = matching(pattern);
	struct record record;

	(void)state;
	assert_int_equal(matcher_match(matcher, slice_of("a b c d e"),
		&record, NULL), MATCH_YES);
	assert_slice(record.field[FIELD_USER], "b");
	assert_slice(record.field[FIELD_SUBJECT], "d");
	matcher_free(matcher);
	pattern_free(pattern);
}

static void
test_bad(void **state)
{
	static const struct {
		const char *regex, *says;
	} bad[] = {
		{ "(?<time>", "does not compile at character" },
		{ "(?<time>a)(?<user>b)(?<subject>c)[", "does not compile" },
		{ "", "no group for the time" },
		{ "(?<time>a)(?<user>b)", "no group for the subject" },
		{ "(?<time>a)(?<subject>b)", "no group for the user" },
		{ "(?<user>a)(?<subject>b)", "no group for the time" },
		{ "(?<time>a)(?<user>b)(?<subject>c)(?<colour>d)", "'colour'" },
		{ "(?<time>a)(?<user>b)(?<subject>c)\\C", "does not compile" },
		{ "(?<time>a)(?<user>b)(?<subject>c)\xff", "does not compile" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct pattern *pattern = NULL;
		struct fault fault = { 0 };

		assert_int_equal(pattern_open(&pattern, bad[i].regex, NULL,
			&fault),
			-1);
		assert_int_equal(fault.code, FAULT_USAGE);
		assert_non_null(strstr(fault.text, bad[i].says));
		assert_null(pattern);
	}
	pattern_free(NULL);
}

static void
test_steps(void **state)
{
	struct pattern *pattern = opened("^(?<user>(a+)+)$|"
		"^(?<time>x) (?<subject>y)");
	struct matcher *matcher = matching(pattern);
	static char line[60];
	struct record record;
	clock_t start = clock();

	(void)state;
	memset(line, 'a', sizeof(line));
	line[sizeof(line) - 1] = '!';
	for (int i = 0; i < 5; i++)
		assert_int_equal(matcher_match(matcher,
			(struct slice){ line, sizeof(line) }, &record, NULL),
			MATCH_STEPS);
	assert_true((clock() - start) / CLOCKS_PER_SEC < 5);
	/* and the next line is none the worse */
	assert_int_equal(matcher_match(matcher, slice_of("aaa"), &record, NULL),
		MATCH_YES);
	assert_slice(record.field[FIELD_USER], "aaa");
	matcher_free(matcher);
	pattern_free(pattern);
}

/* A line of a megabyte that a sane pattern matches. */
static void
test_long(void **state)
{
	enum { LEN = 1 << 20 };
	struct pattern *pattern = opened("^(?<time>\\d+) (?<user>\\w+) "
		"(?<subject>\\d+)(?: (?<purpose>.*))?$");
	struct matcher *matcher = matching(pattern);
	char *line = malloc(LEN);
	struct record record;

	(void)state;
	assert_non_null(line);
	memset(line, 'p', LEN);
	memcpy(line, "1 ann 2 ", 8);
	assert_int_equal(matcher_match(matcher, (struct slice){ line, LEN },
		&record, NULL), MATCH_YES);
	assert_int_equal(record.field[FIELD_PURPOSE].len, LEN - 8);
	free(line);
	matcher_free(matcher);
	pattern_free(pattern);
}

static void
test_invalid_utf8(void **state)
{
	struct pattern *pattern = opened("^(?<time>\\d+) (?<user>\\w+) "
		"(?<subject>\\d+)");
	struct matcher *matcher = matching(pattern);
	struct record record;

	(void)state;
	/* behind what matters, and within it */
	assert_int_equal(matcher_match(matcher,
		slice_of("1 ann 2 \xff\xc3\x28\xed\xa0\x80"), &record, NULL),
		MATCH_YES);
	assert_slice(record.field[FIELD_SUBJECT], "2");
	assert_int_equal(matcher_match(matcher, slice_of("1 a\xff n 2"),
		&record, NULL), MATCH_NO);
	assert_int_equal(matcher_match(matcher, LITERAL("1 ann 2\0x"),
		&record, NULL), MATCH_YES);
	matcher_free(matcher);
	pattern_free(pattern);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_unset_tail),
		cmocka_unit_test(test_date),
		cmocka_unit_test(test_preference),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_invalid_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
