/* SPDX-License-Identifier: Apache-2.0 */
/* Side files as people save them, and as they break. */
#include "tests/unit/registry-fixture.h"

#include "registry/sheet-reader.h"

#define UNITS SHEET_UNITS

static void
expect_units(struct slice text, const char *first, const char *last, size_t n)
{
	struct registry *registry = read_one(UNITS, text);
	const struct sheet_facts *facts = &registry->sheets[UNITS];

	expect_no_problem(facts);
	expect_rows(facts, n, n, 0);
	assert_int_equal(registry->n_units, n);
	assert_slice(name_of(registry, REGISTRY_UNIT, registry->units[0].unit),
		first);
	assert_slice(name_of(registry, REGISTRY_AREA,
			     registry->units[n - 1].area),
		last);
	registry_free(registry);
}

static void
test_shapes(void **state)
{
	(void)state;
	expect_units(LITERAL("unit,area\nATU,Dhaka\nRAB,Bogra\n"), "ATU",
		"Bogra", 2);
	expect_units(LITERAL("unit,area\r\nATU,Dhaka\r\nRAB,Bogra"), "ATU",
		"Bogra", 2);
	expect_units(LITERAL("\xef\xbb\xbfunit;area\nATU;Dhaka\n"), "ATU",
		"Dhaka", 1);
	expect_units(LITERAL("unit\tarea\nATU\tDhaka, north\n"), "ATU",
		"Dhaka, north", 1);
	expect_units(LITERAL("area|unit\nDhaka|ATU\n"), "ATU", "Dhaka", 1);
	expect_units(LITERAL("# ours\n\nsep=;\nunit;area\n;\nATU;Dhaka\n"),
		"ATU", "Dhaka", 1);
	expect_units(LITERAL(" Unit , A-r_e a\n  ATU , Dhaka \n\n,\n# x\n"),
		"ATU", "Dhaka", 1);
	expect_units(LITERAL("unit,area\n\"A, \"\"T\"\"\",\"Dha\nka\"\n"),
		"A, \"T\"", "Dha\nka", 1);
	expect_units(LITERAL("unit,area\nATU,Dhaka\nunit,area\nRAB,Bogra\n"),
		"ATU", "Bogra", 2);
	expect_units(LITERAL("Station,District\nATU,Dhaka\n"), "ATU", "Dhaka",
		1);
	expect_units(LITERAL("unit,area\rATU,Dhaka\r"), "ATU", "Dhaka", 1);
	expect_units(LITERAL("\"unit\",\"area\"\n\"ATU\",Dhaka\n"), "ATU",
		"Dhaka", 1);
}

static void
test_gzip(void **state)
{
	static const char text[] = "unit,area\nATU,Dhaka\nRAB,Bogra\n";
	struct bytes bytes = { 0 };
	struct registry *registry;
	const struct sheet_facts *facts;

	(void)state;
	bytes_add_member(&bytes, text, sizeof(text) - 1);
	expect_units((struct slice){ bytes.at, bytes.len }, "ATU", "Bogra", 2);
	/* cut: what was read counts, and the rest is told */
	registry = read_one(UNITS, (struct slice){ bytes.at, bytes.len - 9 });
	facts = &registry->sheets[UNITS];
	assert_int_equal(facts->file.state, INPUT_TRUNCATED);
	assert_int_equal(facts->file.compression, COMPRESSION_GZIP);
	assert_int_equal(facts->file.bytes, bytes.len - 9);
	assert_true(facts->accepted >= 1);
	registry_free(registry);
	bytes_free(&bytes);
}

static void
test_cut_in_row(void **state)
{
	static const char text[] = "unit,area\nATU,Dhaka\nRAB,\"Bo\ngr";
	struct bytes bytes = { 0 };
	struct registry *registry;
	const struct sheet_facts *facts;

	(void)state;
	bytes_add_packed(&bytes, text, sizeof(text) - 1, 0);
	registry = read_one(UNITS, (struct slice){ bytes.at, bytes.len - 9 });
	facts = &registry->sheets[UNITS];
	expect_rows(facts, 2, 1, 0);
	assert_int_equal(facts->counts[PROBLEM_LAYOUT], 1);
	assert_int_equal(facts->first_line[PROBLEM_LAYOUT], 3);
	registry_free(registry);
	bytes_free(&bytes);
}

static void
test_layout(void **state)
{
	struct registry *registry = read_one(UNITS,
		LITERAL("unit,area\n"
			"ATU\n"
			"\"RAB,Dhaka\n"
			"SB,Bogra\n"
			"A,B,C\n"));
	const struct sheet_facts *facts = &registry->sheets[UNITS];
	struct bytes bytes = { 0 };

	(void)state;
	expect_rows(facts, 4, 1, 0);
	expect_problem(facts, PROBLEM_LAYOUT, 3, 2, "1 fields, not 2");
	registry_free(registry);

	registry = read_one(UNITS, LITERAL("unit,area\n\"RAB,D\nSB,Bogra\n"));
	facts = &registry->sheets[UNITS];
	expect_rows(facts, 2, 1, 0);
	expect_problem(facts, PROBLEM_LAYOUT, 1, 2, "a quote is not closed");
	registry_free(registry);

	/* a stray quote costs its own row, not those it takes in */
	registry = read_one(UNITS,
		LITERAL("unit,area\n\"RAB,D\nSB,Bogra\nCID\",x,y\n"));
	facts = &registry->sheets[UNITS];
	expect_rows(facts, 3, 1, 0);
	expect_problem(facts, PROBLEM_LAYOUT, 2, 2, "3 fields, not 2");
	registry_free(registry);

	bytes_add(&bytes, "unit,area\nA,", 12);
	for (size_t i = 0; i < (1 << 20) + 9; i++)
		bytes_add(&bytes, "x", 1);
	bytes_add(&bytes, "\nB,C\n", 5);
	registry = read_one(UNITS, (struct slice){ bytes.at, bytes.len });
	facts = &registry->sheets[UNITS];
	expect_rows(facts, 2, 1, 0);
	expect_problem(facts, PROBLEM_LAYOUT, 1, 2, "too long");
	registry_free(registry);
	bytes_free(&bytes);
}

static void
test_columns(void **state)
{
	struct registry *registry = read_one(UNITS,
		LITERAL("office,unit,type,area,\xff,area\nO,ATU,p,Dhaka,,B\n"));
	const struct sheet_facts *facts = &registry->sheets[UNITS];

	(void)state;
	assert_string_equal(facts->columns,
		"csv, unit=\"unit\", area=\"area\"");
	assert_string_equal(facts->unknown,
		"\"office\", \"type\", \"\\xff\", \"area\"");
	assert_slice(name_of(registry, REGISTRY_UNIT, registry->units[0].unit),
		"ATU");
	assert_slice(name_of(registry, REGISTRY_AREA, registry->units[0].area),
		"Dhaka");
	assert_int_equal(registry->units[0].n_kinds, 0);
	registry_free(registry);
}

static void
test_faults(void **state)
{
	struct registry_paths paths = { { NULL } };
	struct registry *registry;
	struct fault fault = { 0 };

	(void)state;
	expect_fault(UNITS, LITERAL(""), "holds no header: a register of "
					 "units needs unit");
	expect_fault(UNITS, LITERAL("\n\n# none\n"), "holds no header");
	expect_fault(UNITS, LITERAL("PK\x03\x04\x01\n"), "no text");
	expect_fault(UNITS, LITERAL("area;scope\nDhaka;area\n"),
		"lacks a column: a register of units needs unit, and the "
		"first line has \"area\", \"scope\"");
	expect_fault(SHEET_ROSTER, LITERAL("user,from\n"),
		"needs user, and unit or role");
	expect_fault(SHEET_ROSTER, LITERAL("unit,role\n"), "needs user");
	expect_fault(SHEET_CASES, LITERAL("unit\n"), "needs case");
	expect_fault(SHEET_CASE_SUBJECTS, LITERAL("case\n"),
		"needs case and subject");
	expect_fault(SHEET_PERSONS, LITERAL("nid\n"), "subject and person");
	expect_fault(SHEET_WATCH, LITERAL("reason\n"), "needs subject");
	expect_fault(SHEET_REVIEWED, LITERAL("user,signal\n"),
		"user, signal and until");
	/* a register without a header has citizens where its columns are */
	expect_fault(SHEET_WATCH, LITERAL("1990123456789,\x7f\n"), "no text");
	expect_fault(SHEET_WATCH, LITERAL("1990123456789,\xff\"x\n"),
		"has none of that: is there a header?");
	paths.of[UNITS] = "/nonexistent/units";
	assert_int_equal(registry_read(&registry, &paths, NULL, zone, 1,
				 &fault),
		-1);
	assert_int_equal(fault.code, FAULT_USAGE);
	assert_string_equal(fault.file, "/nonexistent/units");
}

static void
test_nothing(void **state)
{
	struct given given = { .threads = 1 };
	struct registry *registry = read_all(&given);
	const struct case_subject *cases;

	(void)state;
	for (size_t k = 0; k < SHEET_N; k++)
		assert_null(registry->sheets[k].path);
	assert_null(registry_service(registry, LITERAL("ann"), 0));
	assert_null(registry_watched(registry, 101));
	assert_int_equal(registry_cases_of(registry, 0, 101, &cases), 0);
	registry_free(registry);
	registry_free(NULL);

	registry = read_one(UNITS, LITERAL("unit,area"));
	expect_rows(&registry->sheets[UNITS], 0, 0, 0);
	assert_int_equal(registry->n_units, 0);
	registry_free(registry);
}

static void
test_quote(void **state)
{
	char buf[SHEET_QUOTE_MAX];
	static const struct {
		const char *text, *quoted;
	} cases[] = {
		{ "", "\"\"" },
		{ "x y", "\"x y\"" },
		{ "a\"\\\x1b\xe0", "\"a\\x22\\x5c\\x1b\\xe0\"" },
		{ "2026-13-01T10:11:12", "\"2026-13-01T10:11:12\"" },
		{ "1990123456789", "a number" },
		{ "+880 1712-345678", "a number" },
		{ "nid=1990123456789", "a number" },
		{ "12345", "\"12345\"" },
		{ "123456", "a number" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t len = sheet_quote(buf, sizeof(buf),
			slice_of(cases[i].text));

		assert_string_equal(buf, cases[i].quoted);
		assert_int_equal(len, strlen(buf));
	}
	(void)sheet_quote(buf, sizeof(buf),
		LITERAL("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
	assert_string_equal(buf,
		"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...\"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_gzip),
		cmocka_unit_test(test_cut_in_row),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_quote),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
