/* SPDX-License-Identifier: Apache-2.0 */
/* Names like a mistyped one. */
#include "tests/unit/unit.h"

#include "lookup/nearest.h"

static const char *const users[] = { "ASHA", "asha.k", "asha.khan", "asma",
	"atu.sp.hossain", "atu.sp.hussain", "bilal", "dmpdb.asha", "sahsa" };

static void
expect(const char *name, const char *const *wanted, size_t n)
{
	struct fault fault = { 0 };
	struct dict names;
	uint32_t near[NEAREST_MAX], number;

	assert_int_equal(dict_init(&names, &fault), 0);
	for (size_t i = 0; i < ARRAY_LEN(users); i++)
		assert_int_equal(dict_add(&names, slice_of(users[i]), &number,
			&fault), 0);
	assert_int_equal(names_nearest(&names, slice_of(name), near), n);
	for (size_t i = 0; i < n; i++)
		assert_slice(names.names[near[i]], wanted[i]);
	dict_free(&names);
}

#define EXPECT(name, ...) \
	expect(name, (const char *const[]){ __VA_ARGS__ }, \
		sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static void
test_edits(void **state)
{
	(void)state;
	EXPECT("atu.sp.hosain", "atu.sp.hossain", "atu.sp.hussain");
	EXPECT("atu.sp.hossian", "atu.sp.hossain", "atu.sp.hussain");
	EXPECT("ATU.SP.HUSSAIN", "atu.sp.hussain", "atu.sp.hossain");
	EXPECT("bilal2", "bilal");
	EXPECT("bliall", "bilal"); /* a swap and a letter */
	expect("atu.sp.rahman", NULL, 0);
	expect("x", NULL, 0);
	expect("", NULL, 0);
}

static void
test_parts(void **state)
{
	(void)state;
	/* the same, one edit, then two, a beginning, a part: five at most */
	EXPECT("asha", "ASHA", "asma", "asha.k", "sahsa", "asha.khan");
	EXPECT("dmpdb", "dmpdb.asha");
	EXPECT("hussain", "atu.sp.hussain");
	expect("sp", NULL, 0); /* too short a part */
}

/* Any two texts of a small alphabet against the plain recursion. */
static size_t
plain(const char *a, size_t n, const char *b, size_t m)
{
	size_t best, other;

	if (n == 0 || m == 0)
		return n + m;
	best = plain(a, n - 1, b, m - 1) + (a[n - 1] != b[m - 1]);
	other = plain(a, n - 1, b, m) + 1;
	best = other < best ? other : best;
	other = plain(a, n, b, m - 1) + 1;
	best = other < best ? other : best;
	if (n > 1 && m > 1 && a[n - 1] == b[m - 2] && a[n - 2] == b[m - 1]) {
		other = plain(a, n - 2, b, m - 2) + 1;
		best = other < best ? other : best;
	}
	return best;
}

static void
text_of(size_t number, char buf[5])
{
	for (size_t i = 0; i < 4; i++, number /= 3)
		buf[i] = (char)('a' + number % 3);
	buf[4] = '\0';
}

static void
test_against_plain(void **state)
{
	struct fault fault = { 0 };

	(void)state;
	for (size_t i = 0; i < 81; i++)
		for (size_t k = 0; k < 81; k++) {
			char a[5], b[5];
			struct dict names;
			uint32_t number, near[NEAREST_MAX];

			text_of(i, a);
			text_of(k, b);
			assert_int_equal(dict_init(&names, &fault), 0);
			assert_int_equal(dict_add(&names, slice_of(b), &number,
				&fault), 0);
			/* half of four letters and a bit: two edits */
			assert_int_equal(
				names_nearest(&names, slice_of(a), near),
				plain(a, 4, b, 4) <= 2);
			dict_free(&names);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_edits),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_against_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
