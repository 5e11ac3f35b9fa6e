/* SPDX-License-Identifier: Apache-2.0 */
/* Which sources are in one range. */
#include "tests/unit/unit.h"

#include "lookup/range.h"

static void
test_text(void **state)
{
	static const struct {
		const char *source, *range;
	} cases[] = {
		{ "10.1.2.3", "10.1.2" },
		{ "10.1.2.255", "10.1.2" },
		{ "192.168.100.200", "192.168.100" },
		{ "10.1.2.3:51234", "10.1.2" },
		{ "::ffff:10.1.2.3", "10.1.2" },
		{ "::FFFF:10.1.2.3", "10.1.2" },
		{ "2001:db8:1:2:3:4:5:6", "2001:db8:1" },
		{ "2001:db8:1:2::5", "2001:db8:1" },
		{ "2001:db8:1::5", "2001:db8:1" },
		{ "FE80:0:0:1::", "FE80:0:0" },
		{ "2001:db8::", "2001:db8:" },
		{ "2001:db8::5", "2001:db8:" },
		{ "2001:db8::5:6:7:8", "2001:db8:" },
		{ "fe80::a00:27ff:fe4e:66a1", "fe80:" },
		{ "fe80::1", "fe80:" },
		{ "::1", ":" },
		{ "::", ":" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_slice(range_of_source(slice_of(cases[i].source)),
			cases[i].range);
}

/* Any other name is a range of its own, whatever it looks like. */
static void
test_own(void **state)
{
	static const char *const names[] = { "", "PC-17", "atu-desk-3.local",
		"10.1.2", "10.1.2.", "10.1.2.3.4", "10..2.3", ".1.2.3",
		"1234.1.2.3", "10.1.2.x", "10.1.2.3, 10.1.2.4", "10.1.2.3/24",
		"10.1.2.3 ", "a.b.c.d", "1", ":", "1:2", "00:1a:2b:3c:4d:5e",
		"001a:2b3c:4d5e", "12:30:45", "bad:cafe:desk", "ab:cd:ef",
		"2001:db8:1:2:3:4:5", "2001:db8:1:2:3:4:5:6:7",
		"20010:db8::1", "fe80::1%eth0",
		"::ffff:pc", "10.1.2.\xd9\xa1" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_slice(range_of_source(slice_of(names[i])), names[i]);
}

static uint32_t
number_of(const struct dict *dict, const char *name)
{
	uint32_t number = UINT32_MAX;

	assert_true(dict_find(dict, slice_of(name), &number));
	return number;
}

static void
test_make(void **state)
{
	static const char *const sources[] = { "PC-9", "10.2.0.1", "10.1.0.77",
		"PC-10", "10.1.0.5", "2001:db8:7::1", "10.2.0.1:80",
		"::ffff:10.1.0.9", "2001:db8:7:8::9" };
	struct dict dict, names;
	struct fault fault = { 0 };
	uint32_t *of = NULL, number;

	(void)state;
	assert_int_equal(dict_init(&dict, &fault), 0);
	for (size_t i = 0; i < ARRAY_LEN(sources); i++)
		assert_int_equal(dict_add(&dict, slice_of(sources[i]), &number,
			&fault), 0);
	assert_int_equal(ranges_make(&dict, &names, &of, &fault), 0);
	assert_int_equal(names.n, 6);
	for (size_t i = 1; i < names.n; i++)
		assert_true(slice_compare(names.names[i - 1], names.names[i]) <
			0);
	assert_int_equal(of[0], 0);
	for (size_t i = 0; i < dict.n; i++) {
		struct slice range = range_of_source(dict.names[i]);

		assert_true(dict_find(&names, range, &number));
		assert_int_equal(of[i], number);
	}
	assert_int_equal(of[number_of(&dict, "10.1.0.77")],
		of[number_of(&dict, "::ffff:10.1.0.9")]);
	free(of);
	dict_free(&names);
	dict_free(&dict);
}

/* No source at all: the range that is not given. */
static void
test_none(void **state)
{
	struct dict dict, names;
	struct fault fault = { 0 };
	uint32_t *of = NULL;

	(void)state;
	assert_int_equal(dict_init(&dict, &fault), 0);
	assert_int_equal(ranges_make(&dict, &names, &of, &fault), 0);
	assert_int_equal(names.n, 1);
	assert_int_equal(names.names[0].len, 0);
	assert_int_equal(of[0], 0);
	free(of);
	dict_free(&names);
	dict_free(&dict);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_own),
		cmocka_unit_test(test_make),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
