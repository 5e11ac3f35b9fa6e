/* SPDX-License-Identifier: Apache-2.0 */
/* Slices hold any byte, end where they end, and compare as bytes. */
#include "tests/unit/unit.h"

#include "tests/unit/random.h"

static const struct slice nothing = { NULL, 0 };

static void
test_trim(void **state)
{
	(void)state;
	assert_slice(slice_trim(slice_of("")), "");
	assert_int_equal(slice_trim(nothing).len, 0);
	assert_slice(slice_trim(slice_of(" \t ")), "");
	assert_slice(slice_trim(slice_of("\t a b \t")), "a b");
	assert_slice(slice_trim(slice_of("\na\r")), "\na\r");
	assert_slice(slice_trim((struct slice){ " ab ", 2 }), "a");
	assert_slice(slice_trim(slice_of(" \xc2\xa0 ")), "\xc2\xa0");
}

static void
test_equal(void **state)
{
	(void)state;
	assert_true(slice_equal(nothing, slice_of("")));
	assert_true(slice_equal(LITERAL("a\0b"), LITERAL("a\0b")));
	assert_false(slice_equal(LITERAL("a\0b"), LITERAL("a\0c")));
	assert_false(slice_is(LITERAL("a\0b"), "a"));
	assert_true(slice_is(nothing, ""));
	assert_false(slice_is(slice_of("A"), "a"));
	assert_true(slice_is_nocase(slice_of("NuLl"), "nUlL"));
	assert_true(slice_is_nocase(nothing, ""));
	assert_false(slice_is_nocase(slice_of("nul"), "null"));
	assert_false(slice_is_nocase(slice_of("nulls"), "null"));
	assert_false(slice_is_nocase(LITERAL("nu\0l"), "null"));
	/* ASCII only: E with acute, upper and lower, in Latin-1 and UTF-8 */
	assert_false(slice_is_nocase(slice_of("\xc9"), "\xe9"));
	assert_false(slice_is_nocase(slice_of("\xc3\x89"), "\xc3\xa9"));
}

/* Of every length, alike or different in one byte, in memory of its own. */
static void
test_equal_lengths(void **state)
{
	struct draw draw = { 2 };

	(void)state;
	for (size_t len = 0; len < 80; len++) {
		char *a = malloc(len > 0 ? len : 1);
		char *b = malloc(len > 0 ? len : 1);
		struct slice x = { a, len }, y = { b, len };

		assert_true(a != NULL && b != NULL);
		for (size_t i = 0; i < len; i++)
			a[i] = (char)draw_u64(&draw);
		slice_copy(b, x);
		for (size_t i = 0; i < len; i++)
			assert_int_equal(a[i], b[i]);
		assert_true(slice_equal(x, y) && slice_equal_long(x, y));
		for (size_t i = 0; i < len; i++) {
			b[i] ^= 1;
			assert_false(slice_equal(x, y));
			assert_false(slice_equal_long(x, y));
			b[i] ^= 1;
			y.len = i;
			assert_false(slice_equal(x, y));
			assert_false(slice_equal_long(x, y));
			y.len = len;
		}
		free(a);
		free(b);
	}
}

static void
test_compare(void **state)
{
	static const char *const ordered[] = { "", "\x01", "A", "AB", "B",
		"a", "a\x01", "a ", "aa", "b", "\x7f", "\x80", "\xff" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ordered); i++) {
		for (size_t k = 0; k < ARRAY_LEN(ordered); k++) {
			int order = slice_compare(slice_of(ordered[i]),
				slice_of(ordered[k]));

			assert_int_equal((order > 0) - (order < 0),
				(i > k) - (i < k));
		}
	}
	assert_int_equal(slice_compare(nothing, slice_of("")), 0);
	assert_true(slice_compare(nothing, slice_of("a")) < 0);
	assert_true(slice_compare(LITERAL("a\0"), LITERAL("a")) > 0);
}

static void
assert_number(const char *text, uint64_t value)
{
	uint64_t got = ~value;

	assert_true(number_parse_u64(slice_of(text), &got));
	assert_true(got == value);
}

static void
test_number(void **state)
{
	static const char *const bad[] = { "", " 1", "1 ", "+1", "-1", "0x1",
		"1.0", "1e3", "18446744073709551616", "18446744073709551625",
		"28446744073709551615", "99999999999999999999",
		"100000000000000000000", "1a", "\xd9\xa1" };
	uint64_t got = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(number_parse_u64(slice_of(bad[i]), &got));
	assert_false(number_parse_u64(LITERAL("1\0"), &got));
	assert_false(number_parse_u64(nothing, &got));
	assert_int_equal(got, 7);
	assert_number("0", 0);
	assert_number("007", 7);
	assert_number("18446744073709551615", UINT64_MAX);
	assert_number("18446744073709551609", UINT64_MAX - 6);
}

static void
test_number_random(void **state)
{
	struct draw draw = { 1 };
	char text[32];

	(void)state;
	for (int i = 0; i < 10000; i++) {
		uint64_t value = draw_u64(&draw) >> draw_below(&draw, 64);

		(void)snprintf(text, sizeof(text), "%llu",
			(unsigned long long)value);
		assert_number(text, value);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trim),
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_equal_lengths),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_number_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
