/* SPDX-License-Identifier: Apache-2.0 */
/* Names of fields and of columns, and the texts that mean nothing. */
#include "tests/unit/unit.h"

#include "format/field.h"

static void
test_names(void **state)
{
	enum field field;

	(void)state;
	for (size_t f = 0; f < FIELD_N; f++) {
		const char *name = field_name((enum field)f);

		assert_non_null(name);
		assert_true(field_of_name(slice_of(name), &field));
		assert_int_equal(field, f);
	}
	assert_false(field_of_name(slice_of("officer"), &field));
	assert_false(field_of_name(slice_of(""), &field));
	assert_false(field_of_name(slice_of("users"), &field));
	assert_false(field_of_name(slice_of("use"), &field));
}

/* The lists of the design, best first. */
static const struct {
	enum field field;
	const char *names; /* in order, separated by a blank */
} lists[] = {
	{ FIELD_TIME, "timestamp time ts datetime eventtime @timestamp" },
	{ FIELD_DATE, "date" },
	{ FIELD_USER, "user username userid account login officer "
		"remoteuser cs-username" },
	{ FIELD_UNIT, "unit department agency organisation office station" },
	{ FIELD_ROLE, "role rank designation" },
	{ FIELD_KIND, "kind type querytype category service eventname" },
	{ FIELD_SUBJECT, "subject target nid msisdn number searchedfor query "
		"id identifier" },
	{ FIELD_CASE, "case caseref caseid caseno reference warrant fir" },
	{ FIELD_PURPOSE, "purpose reason justification" },
	{ FIELD_SOURCE, "ip sourceip clientip remoteaddr c-ip terminal pc" },
	{ FIELD_AREA, "area district subjectdistrict region" },
	{ FIELD_OUTCOME, "outcome result status sc-status rows" },
};

static void
test_headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		struct slice rest = slice_of(lists[i].names);
		unsigned rank, last = 0;
		bool first = true;

		while (rest.len > 0) {
			const char *stop = memchr(rest.at, ' ', rest.len);
			size_t len = stop != NULL ? (size_t)(stop - rest.at) :
						    rest.len;
			enum field field = FIELD_N;

			assert_true(field_of_header(
				(struct slice){ rest.at, len }, &field,
				&rank));
			assert_int_equal(field, lists[i].field);
			assert_true(first || rank > last);
			first = false;
			last = rank;
			rest.at += len + (stop != NULL);
			rest.len -= len + (stop != NULL);
		}
	}
}

static void
test_folding(void **state)
{
	static const char *const same[] = { "caseref", "CASE_REF", "Case-Ref",
		" case ref\t", "c_a-s e__ref" };
	enum field field;
	unsigned rank;
	char longer[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(same); i++) {
		assert_true(field_of_header(slice_of(same[i]), &field, &rank));
		assert_int_equal(field, FIELD_CASE);
		assert_int_equal(rank, 1);
		assert_true(field_header_equal(slice_of(same[0]),
			slice_of(same[i])));
	}
	assert_false(field_of_header(slice_of("caserefs"), &field, &rank));
	assert_false(field_of_header(slice_of("c.ase"), &field, &rank));
	assert_false(field_of_header(slice_of(""), &field, &rank));
	assert_false(field_of_header(slice_of("___"), &field, &rank));
	assert_false(field_of_header(LITERAL("user\0"), &field, &rank));
	/* blanks do not count, however many; letters beyond 64 match nothing */
	memset(longer, ' ', sizeof(longer));
	memcpy(longer + 100, "user", 4);
	assert_true(field_of_header((struct slice){ longer, sizeof(longer) },
		&field, &rank));
	memset(longer, 'u', sizeof(longer));
	assert_false(field_of_header((struct slice){ longer, sizeof(longer) },
		&field, &rank));
}

/* Columns outside the lists are told apart by all their bytes. */
static void
test_header_equal(void **state)
{
	char a[100], b[100];

	(void)state;
	memset(a, 'x', sizeof(a));
	memset(b, 'x', sizeof(b));
	assert_true(field_header_equal((struct slice){ a, sizeof(a) },
		(struct slice){ b, sizeof(b) }));
	b[99] = 'y';
	assert_false(field_header_equal((struct slice){ a, sizeof(a) },
		(struct slice){ b, sizeof(b) }));
	assert_true(field_header_equal(
		slice_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
		slice_of("abcdefghijklmnopqrstuvwxyz")));
	assert_false(field_header_equal(slice_of("_"), slice_of("-")));
	assert_true(field_header_equal(slice_of(""), slice_of("")));
	assert_false(field_header_equal(slice_of("ab"), slice_of("abc")));
}

static void
test_given(void **state)
{
	static const char *const not[] = { "", "-", "NULL", "null", "Null",
		"N/A", "n/a", "none", "NONE" };
	static const char *const given[] = { "0", "--", "nul", "nulls", "na",
		"N/B", "non", "nones", "x", " ", "nu\xc4\xb1l" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(not); i++)
		assert_false(field_given(slice_of(not[i])));
	for (size_t i = 0; i < ARRAY_LEN(given); i++)
		assert_true(field_given(slice_of(given[i])));
	assert_false(field_given((struct slice){ NULL, 0 }));
	assert_true(field_given(LITERAL("\0")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_folding),
		cmocka_unit_test(test_header_equal),
		cmocka_unit_test(test_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
