/* SPDX-License-Identifier: Apache-2.0 */
/* What each register takes from its rows, and what it passes over. */
#include "tests/unit/registry-fixture.h"

#include "format/calendar.h"

static int64_t
day(int64_t year, unsigned month, unsigned of_month)
{
	return calendar_days(year, month, of_month);
}

static void
test_roster(void **state)
{
	struct registry *registry = read_one(SHEET_ROSTER,
		LITERAL("login,department,rank,from,to,shift\n"
			"bob,ATU,SI,2026-01-01,20260131,08:00-16:00\n"
			"ann,RAB,SI,,,22:00-06:00\n"
			"bob,RAB,-,2026-02-01,NULL,\n"
			"bob,ATU,SI,2026-01-01,20260131,8:00 - 16:00\n"
			"cy,,OC,2026-03-01T10:00:00,2026-03-02 10:00,\n"));
	const struct sheet_facts *facts = &registry->sheets[SHEET_ROSTER];
	const struct roster_entry *roster = registry->roster;

	(void)state;
	expect_no_problem(facts);
	expect_rows(facts, 5, 4, 1);
	assert_int_equal(registry->n_roster, 4);
	assert_slice(name_of(registry, REGISTRY_USER, roster[0].user), "ann");
	assert_slice(name_of(registry, REGISTRY_UNIT, roster[0].unit), "RAB");
	assert_slice(name_of(registry, REGISTRY_ROLE, roster[0].role), "SI");
	assert_time(roster[0].from, REGISTER_UNTOLD, 0);
	assert_int_equal(roster[0].shift_from, 22 * 60);
	assert_int_equal(roster[0].shift_to, 6 * 60);
	assert_int_equal(roster[1].line, 2);
	assert_time(roster[1].from, REGISTER_DAY, day(2026, 1, 1));
	assert_time(roster[1].to, REGISTER_DAY, day(2026, 1, 31));
	assert_int_equal(roster[2].line, 4);
	assert_int_equal(roster[2].role, 0);
	assert_int_equal(roster[2].shift_from, SHIFT_NONE);
	assert_time(roster[2].to, REGISTER_UNTOLD, 0);
	assert_slice(name_of(registry, REGISTRY_USER, roster[3].user), "cy");
	/* of the report's zone, six hours ahead */
	assert_time(roster[3].from, REGISTER_MOMENT,
		(day(2026, 3, 1) * 24 + 4) * 3600000);
	registry_free(registry);
}

static void
test_roster_problems(void **state)
{
	struct registry *registry = read_one(SHEET_ROSTER,
		LITERAL("user,unit,role,from,to,shift\n"
			",ATU,SI,,,\n"
			"ann,,,,,\n"
			"bob,ATU,,01/02/2026,,8-16\n"
			"cy,ATU,,2026-02-30,2026-02-01,25:00-08:00\n"
			"di,ATU,,2026-02-02,2026-02-01,08:00-08:00\n"
			"eve,ATU,,2026-02-03,2026-02-01T10:11:12Z,00:00-24:00\n"
			"fay,ATU,,2026-02-02,2026-02-01T20:00:00Z,\n"
			"gus,ATU,,2026-02-02T01:00:00Z,2026-02-01,\n"));
	const struct sheet_facts *facts = &registry->sheets[SHEET_ROSTER];

	(void)state;
	expect_rows(facts, 8, 6, 0);
	expect_problem(facts, PROBLEM_BLANK, 2, 2, "user");
	expect_problem(facts, PROBLEM_TIME, 5, 4, "\"01/02/2026\"");
	expect_problem(facts, PROBLEM_ORDER, 2, 6, "\"2026-02-01\"");
	assert_int_equal(registry->n_roster, 6);
	assert_time(registry->roster[0].from, REGISTER_UNTOLD, 0);
	assert_time(registry->roster[1].to, REGISTER_DAY, day(2026, 2, 1));
	assert_time(registry->roster[2].from, REGISTER_UNTOLD, 0);
	assert_time(registry->roster[2].to, REGISTER_UNTOLD, 0);
	assert_int_equal(registry->roster[2].shift_from, SHIFT_NONE);
	assert_time(registry->roster[3].to, REGISTER_UNTOLD, 0);
	assert_int_equal(registry->roster[3].shift_from, 0);
	assert_int_equal(registry->roster[3].shift_to, 24 * 60);
	assert_time(registry->roster[4].from, REGISTER_DAY, day(2026, 2, 2));
	assert_time(registry->roster[5].to, REGISTER_DAY, day(2026, 2, 1));
	registry_free(registry);
}

static void
expect_service(const struct registry *registry, const char *user, int64_t on,
	uint64_t line)
{
	const struct roster_entry *entry = registry_service(registry,
		slice_of(user), (int32_t)on);

	assert_int_equal(entry == NULL ? 0 : entry->line, line);
}

static void
test_service(void **state)
{
	struct registry *registry = read_one(SHEET_ROSTER,
		LITERAL("user,unit,from,to\n"
			"ann,A,2026-01-01,2026-01-31\n"
			"ann,B,2026-01-20,\n"
			"ann,C,,\n"
			"bob,A,,\n"
			"bob,B,,\n"
			"cy,A,,2026-01-31\n"
			"cy,B,2026-03-01T00:00:00Z,2026-03-02T00:00:00Z\n"));

	(void)state;
	expect_service(registry, "ann", day(2025, 12, 31), 4);
	expect_service(registry, "ann", day(2026, 1, 1), 2);
	expect_service(registry, "ann", day(2026, 1, 31), 3);
	expect_service(registry, "ann", day(2026, 2, 1), 3);
	expect_service(registry, "bob", day(2026, 1, 1), 6);
	expect_service(registry, "cy", day(1971, 1, 1), 7);
	expect_service(registry, "cy", day(2026, 1, 31), 7);
	expect_service(registry, "cy", day(2026, 2, 1), 0);
	expect_service(registry, "cy", day(2026, 3, 2), 8);
	expect_service(registry, "cy", day(2026, 3, 3), 0);
	expect_service(registry, "dan", day(2026, 1, 1), 0);
	expect_service(registry, "", day(2026, 1, 1), 0);
	registry_free(registry);
}

static void
test_units(void **state)
{
	struct registry *registry = read_one(SHEET_UNITS,
		LITERAL("unit,area,scope,kinds\n"
			"RAB,Bogra,National,nid;cdr; nid ;;-\n"
			"ATU,,AREA,\n"
			"SB,Dhaka,,cdr\n"
			"RAB,Bogra,national,cdr;nid\n"
			"ATU,Dhaka,area,\n"
			"ATU,,area,nid\n"
			"DB,Dhaka,everywhere,cdr\n"
			"n/a,Dhaka,,\n"));
	const struct sheet_facts *facts = &registry->sheets[SHEET_UNITS];
	const struct register_unit *unit = registry->units;

	(void)state;
	expect_rows(facts, 8, 4, 1);
	expect_problem(facts, PROBLEM_TWICE, 2, 6, "\"ATU\"");
	expect_problem(facts, PROBLEM_WORD, 1, 8, "\"everywhere\"");
	expect_problem(facts, PROBLEM_BLANK, 1, 9, "unit");
	assert_int_equal(registry->n_units, 4);
	assert_int_equal(registry->n_kinds, 4);
	assert_true(unit[0].national && unit[0].scoped);
	assert_int_equal(unit[0].n_kinds, 2);
	assert_slice(name_of(registry, REGISTRY_KIND, registry->kinds[0]),
		"cdr");
	assert_slice(name_of(registry, REGISTRY_KIND, registry->kinds[1]),
		"nid");
	assert_true(!unit[1].national && unit[1].scoped);
	assert_int_equal(unit[1].area, 0);
	assert_int_equal(unit[1].n_kinds, 0);
	assert_false(unit[2].scoped);
	assert_int_equal(unit[2].n_kinds, 1);
	assert_false(unit[3].scoped);
	assert_int_equal(unit[3].line, 8);
	registry_free(registry);
}

static const struct register_case *
case_of(const struct registry *registry, const char *name)
{
	uint32_t number;

	assert_true(dict_find(&registry->names[REGISTRY_CASE], slice_of(name),
		&number));
	assert_true(number >= 1 && number <= registry->n_cases);
	return &registry->cases[number - 1];
}

static void
expect_member(const struct registry *registry, const struct register_case *c,
	size_t i, const char *name)
{
	assert_true(i < c->n_members);
	assert_slice(name_of(registry, REGISTRY_USER,
			     registry->members[c->first_member + i]),
		name);
}

static void
test_cases(void **state)
{
	struct registry *registry = read_one(SHEET_CASES,
		LITERAL("caseref;unit;opened;closed;lead;members\n"
			"C2;ATU;2026-01-01;2026-02-01;zed;\"bob;ann;zed;bob\"\n"
			"C1;;2026-01-01;;;\n"
			"C2;ATU;20260101;2026-02-01;zed;\"ann;bob\"\n"
			"C2;ATU;2026-01-01;2026-02-01;ann;\"zed;bob\"\n"
			"C3;ATU;2026-02-01;2026-01-01;;ann\n"
			"\xe0\xa7\xa7" "2;ATU;soon;2026-01-01;;\n"
			";ATU;;;;\n"));
	const struct sheet_facts *facts = &registry->sheets[SHEET_CASES];
	const struct register_case *c;

	(void)state;
	expect_rows(facts, 7, 4, 1);
	expect_problem(facts, PROBLEM_TWICE, 1, 5, "\"C2\"");
	expect_problem(facts, PROBLEM_ORDER, 1, 6, "\"2026-01-01\"");
	expect_problem(facts, PROBLEM_TIME, 1, 7, "\"soon\"");
	expect_problem(facts, PROBLEM_BLANK, 1, 8, "case");
	assert_int_equal(registry->n_cases, 4);
	c = case_of(registry, "C2");
	assert_true(c->listed && c->led);
	assert_int_equal(c->n_members, 3);
	expect_member(registry, c, 0, "zed");
	expect_member(registry, c, 1, "ann");
	expect_member(registry, c, 2, "bob");
	assert_time(c->opened, REGISTER_DAY, day(2026, 1, 1));
	assert_time(c->closed, REGISTER_DAY, day(2026, 2, 1));
	c = case_of(registry, "C3");
	assert_time(c->opened, REGISTER_UNTOLD, 0);
	assert_time(c->closed, REGISTER_UNTOLD, 0);
	assert_false(c->led);
	expect_member(registry, c, 0, "ann");
	c = case_of(registry, "12");
	assert_time(c->opened, REGISTER_UNTOLD, 0);
	assert_time(c->closed, REGISTER_DAY, day(2026, 1, 1));
	assert_int_equal(case_of(registry, "C1")->unit, 0);
	registry_free(registry);
}

static void
test_unknown(void **state)
{
	struct given given = { .of = {
		[SHEET_UNITS] = LITERAL("unit\nATU\n"),
		[SHEET_ROSTER] = LITERAL("user,unit\nann,ATU\nbob,X\ncy,Y\n"),
		[SHEET_CASES] = LITERAL("case,unit\nC1,ATU\nC2,\nC3,X\n"),
		[SHEET_CASE_SUBJECTS] = LITERAL("case,subject\nC1,11\nC8,12\n"
						"C9,13\nC8,14\n"),
	} };
	struct registry *registry = read_all(&given);

	(void)state;
	expect_no_problem(&registry->sheets[SHEET_UNITS]);
	expect_problem(&registry->sheets[SHEET_ROSTER], PROBLEM_UNKNOWN, 2, 3,
		"\"X\"");
	expect_problem(&registry->sheets[SHEET_CASES], PROBLEM_UNKNOWN, 1, 4,
		"\"X\"");
	expect_problem(&registry->sheets[SHEET_CASE_SUBJECTS],
		PROBLEM_UNKNOWN, 3, 3, "\"C8\"");
	expect_rows(&registry->sheets[SHEET_CASE_SUBJECTS], 4, 4, 0);
	assert_int_equal(registry->n_cases, 5);
	assert_true(case_of(registry, "C1")->listed);
	assert_false(case_of(registry, "C8")->listed);
	registry_free(registry);
}

static void
expect_watched(const struct registry *registry, const char *subject,
	const char *reason, bool honeytoken)
{
	const struct watch_entry *entry = registry_watched(registry,
		registry_key(registry, slice_of(subject)));

	assert_non_null(entry);
	assert_slice(entry->reason, reason);
	assert_int_equal(entry->honeytoken, honeytoken);
}

static void
test_watch(void **state)
{
	struct registry *registry = read_one(SHEET_WATCH,
		LITERAL("nid,justification,honey_token\n"
			"1990123456789,minister,\n"
			"0090123456789,Honey-Token: planted,no\n"
			"A-1,honeytokens,\n"
			"A-2,HONEY TOKEN,\n"
			"A-3,,TRUE\n"
			"A-4,,perhaps\n"
			",x,\n"
			"A-3,,1\n"
			"A-3,other,yes\n"
			"\xe0\xa7\xa7\xe0\xa7\xa8,bn,0\n"
			"\x01\x02\xff\",honeytoken,\n"));
	const struct sheet_facts *facts = &registry->sheets[SHEET_WATCH];

	(void)state;
	expect_rows(facts, 11, 8, 1);
	expect_problem(facts, PROBLEM_WORD, 1, 7, "\"perhaps\"");
	expect_problem(facts, PROBLEM_BLANK, 1, 8, "subject");
	expect_problem(facts, PROBLEM_TWICE, 1, 10, "\"other\"");
	assert_int_equal(registry->n_watch, 8);
	expect_watched(registry, "1990123456789", "minister", false);
	expect_watched(registry, "0090123456789", "Honey-Token: planted", true);
	expect_watched(registry, "A-1", "honeytokens", false);
	expect_watched(registry, "A-2", "HONEY TOKEN", true);
	expect_watched(registry, "A-3", "", true);
	expect_watched(registry, "A-4", "", false);
	expect_watched(registry, "12", "bn", false);
	expect_watched(registry, "\x01\x02\xff\"", "honeytoken", true);
	assert_null(registry_watched(registry,
		registry_key(registry, LITERAL("90123456789"))));
	registry_free(registry);
}

static void
test_reviewed(void **state)
{
	struct registry *registry = read_one(SHEET_REVIEWED,
		LITERAL("user,signal,until,by,reason\n"
			"bob,volume,2026-05-01,cy,a raid\n"
			"ann,*,2026-05-01T10:00:00Z,,\n"
			"bob,ALL,2026-05-02,,\n"
			"bob,*,2026-05-02,,\n"
			"bob,volume,,cy,\n"
			"bob,volume,for ever,cy,\n"
			",volume,2026-05-01,cy,\n"
			"bob,,2026-05-02,,\n"));
	const struct sheet_facts *facts = &registry->sheets[SHEET_REVIEWED];
	const struct review *reviews = registry->reviews;

	(void)state;
	expect_rows(facts, 8, 3, 1);
	expect_problem(facts, PROBLEM_BLANK, 3, 6, "until");
	expect_problem(facts, PROBLEM_TIME, 1, 7, "\"for ever\"");
	assert_int_equal(registry->n_reviews, 3);
	assert_slice(name_of(registry, REGISTRY_USER, reviews[0].user), "ann");
	assert_slice(reviews[0].signal, "");
	assert_time(reviews[0].until, REGISTER_MOMENT,
		(day(2026, 5, 1) * 24 + 10) * 3600000);
	assert_slice(reviews[1].signal, "volume");
	assert_slice(reviews[1].by, "cy");
	assert_slice(reviews[1].why, "a raid");
	assert_int_equal(reviews[1].line, 2);
	assert_time(reviews[1].until, REGISTER_DAY, day(2026, 5, 1));
	assert_slice(reviews[2].signal, "");
	assert_slice(reviews[2].why, "");
	assert_int_equal(reviews[2].line, 4);
	registry_free(registry);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_roster),
		cmocka_unit_test(test_roster_problems),
		cmocka_unit_test(test_service),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_watch),
		cmocka_unit_test(test_reviewed),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
