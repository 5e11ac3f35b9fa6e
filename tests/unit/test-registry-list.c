/* SPDX-License-Identifier: Apache-2.0 */
/* Leaked lists, as they are found. */
#include "tests/unit/registry-fixture.h"

#include "registry/list.h"

static struct leaked_list *
read_list(struct slice text, const struct registry *registry)
{
	struct registry_paths paths = { { NULL } };
	struct leaked_list *list;
	struct fault fault = { 0 };

	put_sheet(SHEET_LIST, text, &paths);
	if (leaked_list_read(&list, paths.of[SHEET_LIST], NULL, registry,
		    &fault) != 0)
		fail_msg("%s: %s", fault.file, fault.text);
	return list;
}

static const struct leaked_item *
find(const struct leaked_list *list, const char *subject, const char *kind)
{
	for (size_t i = 0; i < list->n; i++) {
		if (slice_is(list->items[i].subject, subject) &&
			slice_is(list->items[i].kind, kind))
			return &list->items[i];
	}
	return NULL;
}

/* All these are the subjects 11 and 12 and no more. */
static void
test_shapes(void **state)
{
	static const char *const texts[] = {
		"11\n12\n",
		"11\r\n12\r\n11\r\n",
		("\xef\xbb\xbf" "11\n\n# leaked\n 12 "),
		"\"11\"\n\t\"12\"\n",
		"nid\n11\n12\n",
		"Phone\n11\n12\n",
		"\"SUBJECT\"\n11\n12\n",
		"# from telegram, 2026\nname;nid\nx;11\ny;12\n",
		"\xe0\xa7\xa7\xe0\xa7\xa7\n12\n",
		"11,\n12\n",
		"11\n12\n11,\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct leaked_list *list = read_list(slice_of(texts[i]), NULL);

		if (list->n != 2 || find(list, "11", "") == NULL ||
			find(list, "12", "") == NULL)
			fail_msg("text %zu", i);
		expect_no_problem(&list->facts);
		assert_int_equal(list->facts.accepted, 2);
		assert_int_equal(list->facts.rows, 2 + list->facts.repeated);
		leaked_list_free(list);
	}
}

static void
test_kinds(void **state)
{
	struct leaked_list *list = read_list(
		LITERAL("11;nid\n12;cdr\n11;cdr\n12;cdr\n13\n;nid\n1;2;3\n"),
		NULL);

	(void)state;
	expect_rows(&list->facts, 7, 4, 1);
	expect_problem(&list->facts, PROBLEM_BLANK, 1, 6, "subject");
	expect_problem(&list->facts, PROBLEM_LAYOUT, 1, 7, "3 fields, not 2");
	assert_int_equal(find(list, "12", "cdr")->line, 2);
	assert_non_null(find(list, "11", "nid"));
	assert_non_null(find(list, "11", "cdr"));
	assert_non_null(find(list, "13", ""));
	leaked_list_free(list);

	list = read_list(LITERAL("\xe0\xa7\xa7\xe0\xa7\xa7,nid\n12,nid\n"),
		NULL);
	expect_rows(&list->facts, 2, 2, 0);
	assert_non_null(find(list, "11", "nid"));
	leaked_list_free(list);

	list = read_list(LITERAL("type,number\nnid,11\nnid,11\n"), NULL);
	expect_rows(&list->facts, 2, 1, 1);
	assert_non_null(find(list, "11", "nid"));
	leaked_list_free(list);
}

static void
test_order(void **state)
{
	struct bytes bytes = { 0 };
	struct leaked_list *list;
	char row[32];

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		int len = snprintf(row, sizeof(row), "%s%u,%c\n",
			i % 3 == 0 ? "P" : "", i * 7919 % 1500, 'a' + i % 2);

		bytes_add(&bytes, row, (size_t)len);
	}
	list = read_list((struct slice){ bytes.at, bytes.len }, NULL);
	assert_int_equal(list->facts.repeated + list->n, 2000);
	for (size_t i = 0; i < list->n; i++) {
		const struct leaked_item *a = &list->items[i], *b = a + 1;

		assert_int_equal(a->key, registry_key(NULL, a->subject));
		assert_int_equal(a->partition,
			registry_partition(NULL, a->subject));
		if (i + 1 == list->n)
			break;
		assert_true(a->partition < b->partition ||
			(a->partition == b->partition &&
				(a->key < b->key ||
					(a->key == b->key &&
						slice_compare(a->kind,
							b->kind) < 0))));
	}
	leaked_list_free(list);
	bytes_free(&bytes);
}

static void
test_persons(void **state)
{
	struct registry *registry = read_one(SHEET_PERSONS,
		LITERAL("subject,person\n11,x\nP1,x\n12,y\n"));
	struct leaked_list *list = read_list(LITERAL("P1\n12\n11\n"),
		registry);

	(void)state;
	expect_rows(&list->facts, 3, 2, 1);
	assert_int_equal(find(list, "P1", "")->key,
		registry_key(registry, LITERAL("11")));
	assert_null(find(list, "11", ""));
	leaked_list_free(list);
	registry_free(registry);
}

static void
expect_bad(struct slice text, const char *sentence)
{
	struct registry_paths paths = { { NULL } };
	struct leaked_list *list;
	struct fault fault = { 0 };

	put_sheet(SHEET_LIST, text, &paths);
	assert_int_equal(leaked_list_read(&list, paths.of[SHEET_LIST], NULL,
				 NULL, &fault),
		-1);
	assert_int_equal(fault.code, FAULT_USAGE);
	assert_string_equal(fault.text, sentence);
	assert_string_equal(fault.file, paths.of[SHEET_LIST]);
}

static void
test_faults(void **state)
{
	struct leaked_list *list;
	struct fault fault = { 0 };

	(void)state;
	expect_bad(LITERAL(""), "holds no line: a list of subjects needs "
				"subject");
	expect_bad(LITERAL("# none\n\n"), "holds no line: a list of subjects "
					  "needs subject");
	expect_bad(LITERAL("nid\n"), "holds no subject");
	expect_bad(LITERAL("-\nNULL\n"), "holds no subject");
	expect_bad(LITERAL("a,b,11\n"), "has 3 columns and no header that "
					"says which of them is the subject");
	expect_bad(LITERAL("\x01\n"), "no text: its first line holds control "
				      "bytes; save spreadsheets as CSV");
	assert_int_equal(leaked_list_read(&list, "/nonexistent", NULL, NULL,
				 &fault),
		-1);
	assert_int_equal(fault.code, FAULT_USAGE);
	leaked_list_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_persons),
		cmocka_unit_test(test_faults),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
