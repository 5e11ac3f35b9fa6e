/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of subjects, persons that join them, and the subjects of cases. */
#include "tests/unit/registry-fixture.h"

#include "registry/persons.h"
#include "tests/unit/random.h"

static uint64_t
key(const struct registry *registry, const char *subject)
{
	return registry_key(registry, slice_of(subject));
}

static void
test_keys(void **state)
{
	struct given given = { .threads = 1 };
	struct registry *registry = read_all(&given);
	unsigned partition;

	(void)state;
	assert_int_equal(key(registry, "123"), 1123);
	assert_int_not_equal(key(registry, "0123"), key(registry, "123"));
	assert_true(key(registry, "a1") & SUBJECT_TEXT);
	assert_int_equal(key(registry, "a1"), key(registry, "a1"));
	assert_int_not_equal(key(registry, "a1"), key(registry, "a2"));
	assert_int_equal(key(NULL, "a1"), key(NULL, "a1"));
	assert_int_equal(key(registry, "A1") & SUBJECT_TEXT, 0);
	assert_int_equal(registry_partition(registry, LITERAL("123")),
		subject_partition(1123));
	assert_int_equal(registry_partition(NULL, LITERAL("a1")),
		subject_partition_text(LITERAL("a1")));
	assert_int_equal(registry_key_place(registry, LITERAL("a1"),
				 &partition),
		key(registry, "a1"));
	assert_int_equal(partition, subject_partition_text(LITERAL("a1")));
	registry_free(registry);
}

static void
expect_joined(const struct registry *registry, const char *a, const char *b,
	uint64_t person)
{
	unsigned place;

	assert_int_equal(key(registry, a), PERSON_KEY | person);
	assert_int_equal(key(registry, b), PERSON_KEY | person);
	assert_int_equal(registry_key_place(registry, slice_of(a), &place),
		PERSON_KEY | person);
	assert_int_equal(place, registry_partition(registry, slice_of(b)));
	assert_int_equal(place, subject_partition(PERSON_KEY | person));
}

static void
expect_apart(const struct registry *registry, const char *subject)
{
	unsigned place;
	uint64_t own = registry_key_place(registry, slice_of(subject), &place);

	assert_int_equal(own & PERSON_KEY & ~(own >> 1), 0);
	assert_int_equal(place, registry_partition(NULL, slice_of(subject)));
}

static void
test_persons(void **state)
{
	struct given given = { .of = {
		[SHEET_PERSONS] = LITERAL("person,msisdn\n"
			"zoe,01711000001\n"
			"zoe,1990123456789\n"
			"zoe,P-77\n"
			"amy,1990123456780\n"
			"amy,\xe0\xa7\xa7" "2\n"
			"amy,12\n"
			"bob,555\n"
			"bob,01711000009\n"
			"cat,01711000009\n"
			"cat,556\n"
			"dan,01711000009\n"
			"eve,557\n"
			",558\n"
			"fay,\n"),
		[SHEET_WATCH] = LITERAL("nid\n01711000001\nP-77\n"),
		[SHEET_CASE_SUBJECTS] = LITERAL("case,nid\nC1,P-77\n"
			"C1,1990123456789\nC2,01711000001\n"),
	} };
	struct registry *registry = read_all(&given);
	const struct sheet_facts *facts = &registry->sheets[SHEET_PERSONS];
	const struct case_subject *cases;
	unsigned place;
	uint64_t zoe;

	(void)state;
	expect_rows(facts, 14, 8, 1);
	expect_problem(facts, PROBLEM_SHARED, 1, 10, "a number");
	expect_problem(facts, PROBLEM_BLANK, 2, 14, "person");
	assert_int_equal(registry->persons->n, 2);
	assert_int_equal(registry->persons->n_subjects, 5);
	/* numbered by their names */
	expect_joined(registry, "1990123456780", "12", 0);
	expect_joined(registry, "01711000001", "1990123456789", 1);
	expect_joined(registry, "01711000001", "P-77", 1);
	expect_apart(registry, "555");
	expect_apart(registry, "556");
	expect_apart(registry, "557");
	expect_apart(registry, "01711000009");
	/* watched, and in a case, by any of them */
	zoe = registry_key_place(registry, LITERAL("1990123456789"), &place);
	assert_non_null(registry_watched(registry, zoe));
	expect_rows(&registry->sheets[SHEET_WATCH], 2, 1, 1);
	assert_int_equal(registry_cases_of(registry, place, zoe, &cases), 2);
	assert_slice(name_of(registry, REGISTRY_CASE, cases[0].caseref), "C1");
	assert_slice(name_of(registry, REGISTRY_CASE, cases[1].caseref), "C2");
	expect_rows(&registry->sheets[SHEET_CASE_SUBJECTS], 3, 2, 1);
	registry_free(registry);
}

static void
test_crowd(void **state)
{
	struct bytes bytes = { 0 };
	struct registry *registry;
	const struct sheet_facts *facts;
	char row[64];

	(void)state;
	bytes_add(&bytes, "subject,person\n", 15);
	for (int i = 0; i < 2 * PERSON_SUBJECTS_MAX + 1; i++) {
		int len = snprintf(row, sizeof(row), "%d,%s\n", 1000 + i,
			i % 2 == 0 ? "many" : "most");

		bytes_add(&bytes, row, (size_t)len);
	}
	registry = read_one(SHEET_PERSONS,
		(struct slice){ bytes.at, bytes.len });
	facts = &registry->sheets[SHEET_PERSONS];
	expect_problem(facts, PROBLEM_CROWD, 1, 2, "\"many\"");
	expect_rows(facts, 2 * PERSON_SUBJECTS_MAX + 1, PERSON_SUBJECTS_MAX,
		0);
	assert_int_equal(registry->persons->n, 1);
	expect_apart(registry, "1000");
	expect_joined(registry, "1001", "1127", 0);
	registry_free(registry);
	bytes_free(&bytes);
}

/* A file of n rows, and the rows. */
enum { ROWS = 10000, CASES = 300, SUBJECTS = 4000 };
static struct pair {
	unsigned caseref, subject;
} pairs[ROWS];

static void
subject_print(char buf[32], unsigned subject)
{
	if (subject % 5 == 0)
		(void)snprintf(buf, 32, subject % 2 == 0 ? "P-%u" : "p-%u",
			subject);
	else
		(void)snprintf(buf, 32, "%0*u", 10 + (int)(subject % 3),
			subject);
}

static void
make_pairs(struct bytes *bytes, uint64_t seed)
{
	struct draw draw = { seed };
	char row[64], subject[32];

	bytes_add(bytes, "case,subject\n", 13);
	for (size_t i = 0; i < ROWS; i++) {
		int len;

		pairs[i].caseref = (unsigned)draw_below(&draw, CASES);
		pairs[i].subject = (unsigned)draw_below(&draw, SUBJECTS);
		if (i > 0 && i % 4 == 0)
			pairs[i].caseref = pairs[i - 1].caseref;
		subject_print(subject, pairs[i].subject);
		len = snprintf(row, sizeof(row), "C%u,%s\n", pairs[i].caseref,
			subject);
		bytes_add(bytes, row, (size_t)len);
	}
}

/* Which cases a subject has, by the rows. */
static size_t
count_cases(unsigned subject, bool has[CASES])
{
	size_t n = 0;

	memset(has, 0, CASES * sizeof(*has));
	for (size_t i = 0; i < ROWS; i++) {
		if (pairs[i].subject != subject || has[pairs[i].caseref])
			continue;
		has[pairs[i].caseref] = true;
		n++;
	}
	return n;
}

static void
test_oracle(void **state)
{
	struct bytes bytes = { 0 };
	struct registry *registry;
	uint64_t found = 0;
	bool has[CASES];

	(void)state;
	make_pairs(&bytes, 7);
	registry = read_one(SHEET_CASE_SUBJECTS,
		(struct slice){ bytes.at, bytes.len });
	expect_no_problem(&registry->sheets[SHEET_CASE_SUBJECTS]);
	for (unsigned s = 0; s < SUBJECTS; s++) {
		const struct case_subject *cases = NULL;
		char subject[32], name[32];
		unsigned place;
		uint64_t own;
		size_t n;

		subject_print(subject, s);
		own = registry_key_place(registry, slice_of(subject), &place);
		n = registry_cases_of(registry, place, own, &cases);
		assert_int_equal(n, count_cases(s, has));
		for (size_t i = 0; i < n; i++) {
			struct slice c = name_of(registry, REGISTRY_CASE,
				cases[i].caseref);

			assert_true(i == 0 ||
				cases[i - 1].caseref < cases[i].caseref);
			(void)snprintf(name, sizeof(name), "%.*s",
				(int)c.len - 1, c.at + 1);
			assert_true(has[strtoul(name, NULL, 10)]);
		}
		found += n;
	}
	expect_rows(&registry->sheets[SHEET_CASE_SUBJECTS], ROWS, found,
		ROWS - found);
	registry_free(registry);
	bytes_free(&bytes);
}

static void
expect_equal_names(const struct registry *a, const struct registry *b)
{
	for (size_t d = 0; d < REGISTRY_DICTS; d++) {
		assert_int_equal(a->names[d].n, b->names[d].n);
		for (size_t i = 0; i < a->names[d].n; i++) {
			assert_true(slice_equal(a->names[d].names[i],
				b->names[d].names[i]));
			assert_true(i == 0 ||
				slice_compare(a->names[d].names[i - 1],
					a->names[d].names[i]) < 0);
		}
	}
}

/* Numbers hang on no thread. */
static void
test_order(void **state)
{
	struct bytes bytes = { 0 };
	struct given given = { .of = {
		[SHEET_UNITS] = LITERAL("unit,area,kinds\nZ,a,nid;cdr\nA,b,x\n"),
		[SHEET_ROSTER] = LITERAL("user,unit\nz,M\nb,Z\na,A\nb,M\n"),
		[SHEET_CASES] = LITERAL("case,unit,lead,members\n"
					"C9,Q,q,b;a\nC2,A,z,c;z;a\n"),
		[SHEET_REVIEWED] = LITERAL("user,until\nz,2026-05-01\n"
					   "f,2026-05-01\n"),
	} };
	struct registry *one, *many;

	(void)state;
	make_pairs(&bytes, 11);
	given.of[SHEET_CASE_SUBJECTS] = (struct slice){ bytes.at, bytes.len };
	given.threads = 1;
	one = read_all(&given);
	given.threads = 8;
	many = read_all(&given);
	expect_equal_names(one, many);
	assert_int_equal(one->n_roster, many->n_roster);
	for (size_t i = 0; i < one->n_roster; i++) {
		assert_int_equal(one->roster[i].user, many->roster[i].user);
		assert_int_equal(one->roster[i].unit, many->roster[i].unit);
	}
	assert_int_equal(one->n_members, many->n_members);
	assert_memory_equal(one->members, many->members,
		one->n_members * sizeof(*one->members));
	assert_int_equal(one->n_kinds, many->n_kinds);
	assert_memory_equal(one->kinds, many->kinds,
		one->n_kinds * sizeof(*one->kinds));
	for (size_t p = 0; p < SUBJECT_PARTITIONS; p++)
		assert_int_equal(one->n_subjects[p], many->n_subjects[p]);
	registry_free(one);
	registry_free(many);
	bytes_free(&bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_persons),
		cmocka_unit_test(test_crowd),
		cmocka_unit_test(test_oracle),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
