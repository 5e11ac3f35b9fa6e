/* SPDX-License-Identifier: Apache-2.0 */
/* --rewrite: rules apply in order, wrong ones are told, and what cannot be
 * rewritten stays as it is. */
#include "tests/unit/unit.h"

#include "format/rewrite.h"

enum { RULES = 8 };

static struct rewrites *
rules_of(const char *const rules[RULES])
{
	struct rewrites *rewrites = NULL;
	struct fault fault = { 0 };

	for (size_t i = 0; i < RULES && rules[i] != NULL; i++)
		if (rewrites_add(&rewrites, rules[i], &fault) != 0)
			fail_msg("%s", fault.text);
	return rewrites;
}

static struct rewriter *
rewriting(const struct rewrites *rewrites)
{
	struct rewriter *rewriter = NULL;
	struct fault fault = { 0 };

	assert_int_equal(rewriter_open(&rewriter, rewrites, &fault), 0);
	return rewriter;
}

static const struct {
	const char *rules[RULES];
	enum field field;
	const char *value, *want;
} rule_cases[] = {
	{ { "subject=/^(\\+?88)?0?1/01/" }, FIELD_SUBJECT,
		"+8801711000003", "01711000003" },
	{ { "subject=/^(\\+?88)?0?1/01/" }, FIELD_SUBJECT,
		"01711000003", "01711000003" },
	{ { "subject=/^(\\+?88)?0?1/01/" }, FIELD_USER, "+8801",
		"+8801" },
	{ { "user=/a/b/" }, FIELD_USER, "aaa", "baa" },
	{ { "user=/a/b/g" }, FIELD_USER, "aAa", "bAb" },
	{ { "user=/a/b/gi" }, FIELD_USER, "aAa", "bbb" },
	{ { "user=/a/b/ig" }, FIELD_USER, "aAa", "bbb" },
	/* each sees what the last one made, of its field alone */
	{ { "user=/a/b/", "unit=/b/x/", "user=/b/c/", "user=/c/d/" },
		FIELD_USER, "a", "d" },
	{ { "user=/c/d/", "user=/a/c/" }, FIELD_USER, "a", "c" },
	/* groups, and those that took no part */
	{ { "case=/(\\d+)-(\\d+)/$2-$1/" }, FIELD_CASE, "12-34",
		"34-12" },
	{ { "case=/(?<n>\\d+)x?/${n}0/" }, FIELD_CASE, "12x", "120" },
	{ { "case=/(?<n>\\d+)x?/<$n>$0/" }, FIELD_CASE, "7", "<7>7" },
	{ { "case=/(a)|(b)/[$1$2]/g" }, FIELD_CASE, "ab", "[a][b]" },
	{ { "case=/(?J)(?<n>a)|(?<n>b)/[$n]/g" }, FIELD_CASE, "ab",
		"[a][b]" },
	/* escapes, of whatever delimits and of the backslash */
	{ { "user=/a\\/b/c\\/d/" }, FIELD_USER, "a/b", "c/d" },
	{ { "user=|a\\|b|c\\|d|" }, FIELD_USER, "a|b", "c|d" },
	{ { "user=|a\\|b|c|" }, FIELD_USER, "a", "a" },
	{ { "user=.a\\.b.c." }, FIELD_USER, "axb", "axb" },
	{ { "user=$a$\\$1$" }, FIELD_USER, "a", "$1" },
	{ { "user=/a\\\\/\\\\/" }, FIELD_USER, "a\\x", "\\x" },
	{ { "user=/a/\\n/" }, FIELD_USER, "a", "\\n" },
	{ { "user=/a/$$1/" }, FIELD_USER, "a", "$1" },
	{ { "user=_a_b_" }, FIELD_USER, "a", "b" },
	{ { "USER=/a/b/" }, FIELD_USER, "a", "b" },
	/* blanks around go, nothing does not come */
	{ { "subject=/^NID//" }, FIELD_SUBJECT, "NID 12", "12" },
	{ { "subject=/.*//" }, FIELD_SUBJECT, "NID", "NID" },
	{ { "subject=/.*/ /" }, FIELD_SUBJECT, "NID", "NID" },
	{ { "subject=/.*//", "subject=/^$/x/" }, FIELD_SUBJECT, "NID",
		"x" },
	{ { "subject=/^/x/" }, FIELD_SUBJECT, "", "" },
	/* Unicode, and what is none */
	{ { "area=/^ঢা.া$/Dhaka/" }, FIELD_AREA, "ঢাকা", "Dhaka" },
	{ { "area=/É/e/i" }, FIELD_AREA, "é", "e" },
	{ { "area=/b/c/g" }, FIELD_AREA, "b\xff\xe0\xa7"
		"b", "c\xff\xe0\xa7"
		"c" },
};

static void
test_rules(void **state)
{

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rule_cases); i++) {
		struct rewrites *rewrites = rules_of(rule_cases[i].rules);
		struct rewriter *rewriter = rewriting(rewrites);

		assert_slice(rewriter_apply(rewriter, rule_cases[i].field,
			slice_of(rule_cases[i].value)), rule_cases[i].want);
		assert_int_equal(rewriter_failed(rewriter), 0);
		rewriter_free(rewriter);
		rewrites_free(rewrites);
	}
}

static void
test_digits(void **state)
{
	static const struct {
		enum field field;
		const char *value, *want;
	} cases[] = {
		{ FIELD_SUBJECT, "০১২৩৪৫৬৭৮৯", "0123456789" },
		{ FIELD_CASE, "মামলা-১২/২৬", "মামলা-12/26" },
		{ FIELD_CASE, "1২3", "123" },
		{ FIELD_USER, "১", "১" },
		{ FIELD_SUBJECT, "৥ৰ", "৥ৰ" }, /* their neighbours */
		{ FIELD_SUBJECT, "१", "१" },
		{ FIELD_SUBJECT, "1\xe0\xa7", "1\xe0\xa7" },
		{ FIELD_SUBJECT, "\xe0", "\xe0" },
		{ FIELD_SUBJECT, "\xe0\xe0\xa7\xa6", "\xe0"
			"0" },
		{ FIELD_SUBJECT, "01711000003", "01711000003" },
	};
	static const char *const none[RULES] = { NULL };
	static const char *const late[RULES] = { "subject=/^১/x/",
		"subject=/2/y/" };
	struct rewrites *rewrites = rules_of(late);
	struct rewriter *rewriter = rewriting(rules_of(none));

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_slice(rewriter_apply(rewriter, cases[i].field,
			slice_of(cases[i].value)), cases[i].want);
	assert_int_equal(rewriter_failed(rewriter), 0);
	rewriter_free(rewriter);
	rewriter = rewriting(rewrites);
	assert_slice(rewriter_apply(rewriter, FIELD_SUBJECT, slice_of("১২")),
		"1y");
	rewriter_free(rewriter);
	rewriter_free(NULL);
	rewrites_free(rewrites);
	rewrites_free(NULL);
}

/* A result lives until the next one of its field; what no rule changes is the
 * caller's own text. */
static void
test_lifetime(void **state)
{
	static const char *const rules[RULES] = { "subject=/a/b/",
		"subject=/b/c/", "user=/a/u/" };
	struct rewrites *rewrites = rules_of(rules);
	struct rewriter *rewriter = rewriting(rewrites);
	struct slice value = slice_of("xyz"), subject, caseref, user;

	(void)state;
	assert_ptr_equal(rewriter_apply(rewriter, FIELD_SUBJECT, value).at,
		value.at);
	assert_ptr_equal(rewriter_apply(rewriter, FIELD_UNIT, value).at,
		value.at);
	assert_true(rewriter_has(rewriter, FIELD_SUBJECT));
	assert_true(rewriter_has(rewriter, FIELD_CASE));
	assert_true(rewriter_has(rewriter, FIELD_USER));
	assert_false(rewriter_has(rewriter, FIELD_UNIT));
	subject = rewriter_apply(rewriter, FIELD_SUBJECT, slice_of("a"));
	caseref = rewriter_apply(rewriter, FIELD_CASE, slice_of("১"));
	user = rewriter_apply(rewriter, FIELD_USER, slice_of("a"));
	assert_slice(subject, "c");
	assert_slice(caseref, "1");
	assert_slice(user, "u");
	rewriter_free(rewriter);
	rewrites_free(rewrites);
}

static const struct {
	const char *text, *says;
} bad_rules[] = {
	{ "", "is not FIELD=" },
	{ "subject", "is not FIELD=" },
	{ "planet=/a/b/", "names no field" },
	{ "=/a/b/", "names no field" },
	{ "time=/a/b/", "names no field that can be rewritten" },
	{ "date=/a/b/", "user, unit, role, kind, subject" },
	{ "purpose=/a/b/", "names no field" },
	{ "purpose=/a/b/", "names no field" },
	{ "subject=", "has no / behind the =" },
	{ "subject=xaxbx", "has no / behind the =" },
	{ "subject=1a1b1", "has no / behind the =" },
	{ "subject= a b ", "has no / behind the =" },
	{ "subject=\\a\\b\\", "has no / behind the =" },
	{ "subject=\xc3\xa9", "has no / behind the =" },
	{ "subject=/", "lacks a '/'" },
	{ "subject=/a", "lacks a '/'" },
	{ "subject=/a/b", "lacks a '/'" },
	{ "subject=,a/b/", "lacks a ','" },
	{ "subject=/a/b\\/", "lacks a '/'" },
	{ "subject=/a/b/\\", "ends in '\\'" },
	{ "subject=/a/b\\", "lacks a '/'" },
	{ "subject=//b/", "has no pattern" },
	{ "subject=/a/b/x", "ends in 'x'" },
	{ "subject=/a/b/g/", "ends in 'g/'" },
	{ "subject=/(a/b/", "does not compile at character 3" },
	{ "subject=/\\C/b/", "does not compile" },
	{ "subject=/\xff/b/", "does not compile" },
	{ "subject=/a/$1/", "'$1' is no group" },
	{ "subject=/(a)/$2/", "'$2' is no group" },
	{ "subject=/(a)/$99999999999999999999/", "is no group" },
	{ "subject=/(a)/b$/", "'$' is no group" },
	{ "subject=/(a)/$ 1/", "'$ 1' is no group" },
	{ "subject=/(a)/${1/", "'${1' is no group" },
	{ "subject=/(a)/${1x}/", "is no group" },
	{ "subject=/(a)/${}/", "'${}' is no group" },
	{ "subject=/(?<n>a)/$m/", "'$m' is no group" },
	{ "subject=/(?<n>a)/$nn/", "'$nn' is no group" },
	{ "subject=/(*MARK:m)a/$*MARK/", "is no group" },
	{ "subject=/a/\xff/", "the replacement is wrong: UTF-8" },
};

static void
test_bad(void **state)
{
	struct rewrites *rewrites = NULL;
	struct rewriter *rewriter;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad_rules); i++) {
		struct fault fault = { 0 };

		if (rewrites_add(&rewrites, bad_rules[i].text, &fault) == 0)
			fail_msg("taken: %s", bad_rules[i].text);
		assert_int_equal(fault.code, FAULT_USAGE);
		assert_non_null(strstr(fault.text, "--rewrite"));
		if (strstr(fault.text, bad_rules[i].says) == NULL)
			fail_msg("%s: %s", bad_rules[i].text, fault.text);
	}
	rewriter = rewriting(rewrites); /* of which none was kept */
	assert_slice(rewriter_apply(rewriter, FIELD_SUBJECT, slice_of("a")),
		"a");
	rewriter_free(rewriter);
	rewrites_free(rewrites);
}

static void
test_too_many(void **state)
{
	struct rewrites *rewrites = NULL;
	struct fault fault = { 0 };

	(void)state;
	for (size_t i = 0; i < REWRITES_MOST; i++)
		assert_int_equal(rewrites_add(&rewrites, "user=/a/b/", &fault),
			0);
	assert_int_equal(rewrites_add(&rewrites, "user=/a/b/", &fault), -1);
	assert_int_equal(fault.code, FAULT_LIMIT);
	rewrites_free(rewrites);
}

/* At the most a text may have, and beyond it. */
static void
test_long(void **state)
{
	static const char *const rules[RULES] = { "subject=/^x/yy/",
		"unit=/^x/y/", "user=/x/$0$0/", "user=/x/y/g",
		"role=/x+/y/" };
	static char text[3 * REWRITE_MOST + 3];
	struct rewrites *rewrites = rules_of(rules);
	struct rewriter *rewriter = rewriting(rewrites);
	struct slice value = { text, REWRITE_MOST - 1 }, made;

	(void)state;
	memset(text, 'x', sizeof(text));
	made = rewriter_apply(rewriter, FIELD_SUBJECT, value);
	assert_int_equal(made.len, REWRITE_MOST);
	assert_memory_equal(made.at, "yyx", 3);
	value.len = REWRITE_MOST;
	assert_int_equal(rewriter_failed(rewriter), 0);
	assert_ptr_equal(rewriter_apply(rewriter, FIELD_SUBJECT, value).at,
		text);
	assert_int_equal(rewriter_failed(rewriter), 1);
	made = rewriter_apply(rewriter, FIELD_UNIT, value);
	assert_int_equal(made.len, REWRITE_MOST);
	assert_true(made.at[0] == 'y');
	/* none applies where one cannot */
	assert_ptr_equal(rewriter_apply(rewriter, FIELD_USER, value).at, text);
	assert_int_equal(rewriter_failed(rewriter), 2);
	assert_slice(rewriter_apply(rewriter, FIELD_ROLE, value), "y");
	value.len++;
	assert_ptr_equal(rewriter_apply(rewriter, FIELD_ROLE, value).at, text);
	assert_int_equal(rewriter_failed(rewriter), 3);
	for (size_t i = 0; i < sizeof(text); i += 3)
		memcpy(text + i, "\xe0\xa7\xa7", 3);
	value.len = sizeof(text) - 3;
	made = rewriter_apply(rewriter, FIELD_CASE, value);
	assert_int_equal(made.len, REWRITE_MOST);
	assert_true(made.at[REWRITE_MOST - 1] == '1');
	value.len = sizeof(text);
	assert_ptr_equal(rewriter_apply(rewriter, FIELD_CASE, value).at, text);
	assert_int_equal(rewriter_failed(rewriter), 4);
	rewriter_free(rewriter);
	rewrites_free(rewrites);
}

/* What earlier rules made does not stay where a later one gives up, but
 * digits are ASCII all the same. */
static void
test_steps(void **state)
{
	static const char *const rules[RULES] = { "subject=/^z/y/",
		"subject=/^y0/aa/", "subject=/^(a+)+$/b/" };
	struct rewrites *rewrites = rules_of(rules);
	struct rewriter *rewriter = rewriting(rewrites);
	clock_t start = clock();
	char text[64];

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text, "z\xe0\xa7\xa6", 4);
	text[sizeof(text) - 1] = '!';
	for (uint64_t i = 1; i <= 3; i++) {
		struct slice made = rewriter_apply(rewriter, FIELD_SUBJECT,
			(struct slice){ text, sizeof(text) });

		assert_int_equal(made.len, sizeof(text) - 2);
		assert_memory_equal(made.at, "z0aa", 4);
		assert_int_equal(rewriter_failed(rewriter), i);
	}
	assert_true((clock() - start) / CLOCKS_PER_SEC < 5);
	/* and the next value is none the worse */
	assert_slice(rewriter_apply(rewriter, FIELD_SUBJECT, slice_of("z0a")),
		"b");
	rewriter_free(rewriter);
	rewrites_free(rewrites);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_digits),
		cmocka_unit_test(test_lifetime),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
