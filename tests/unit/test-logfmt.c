/* SPDX-License-Identifier: Apache-2.0 */
/* key=value, as Go's and Heroku's logs have it, and its cousins. */
#include "tests/unit/dialect-lines.h"

static struct lines lines;

static const struct dialect_kind *const kind = &dialect_logfmt;

static const char plain[] =
	"time=2026-05-01T10:11:12Z user=alice nid=1990123 note=\"a \\\"b\\\"\"\n"
	"time=2026-05-01T10:11:13Z user=bob nid=1990124 note=\n";

/* The example of https://brandur.org/logfmt and Heroku's router. */
static const char heroku[] =
	"2012-10-11T03:47:20+00:00 heroku[router]: at=info method=GET "
	"path=\"/\" host=myapp.herokuapp.com fwd=\"204.204.204.204\" "
	"dyno=web.1 connect=1ms service=18ms status=200 bytes=13\n";

static void
test_pairs(void **state)
{
	(void)state;
	lines_open(&lines, kind, plain);
	assert_int_equal(lines.dialect->n_names, 4);
	assert_lookup(&lines, "time=2026-05-01T10:11:12Z user=alice "
		"nid=1990123 note=\"a \\\"b\\\"\"");
	assert_value(&lines, "time", "2026-05-01T10:11:12Z");
	assert_value(&lines, "user", "alice");
	assert_value(&lines, "nid", "1990123");
	assert_value(&lines, "note", "a \"b\"");
	/* in any order, with some left out */
	assert_lookup(&lines, "nid=7  user=\"\" time=x");
	assert_value(&lines, "nid", "7");
	assert_value(&lines, "user", "");
	assert_value(&lines, "time", "x");
	assert_value(&lines, "note", "");
	assert_lookup(&lines, "note=\"\\\\ \\n\\t\\x\\u0041\" user=a=\"b nid=");
	assert_value(&lines, "note", "\\ \n\t\\x\\u0041");
	assert_value(&lines, "user", "a=\"b");
	assert_value(&lines, "nid", "");
	lines_close(&lines);
}

static void
test_flags(void **state)
{
	(void)state;
	lines_open(&lines, kind, plain);
	assert_lookup(&lines, "debug user=alice slow nid=1 \"GET /?a=b\" done");
	assert_value(&lines, "user", "alice");
	assert_value(&lines, "nid", "1");
	assert_int_equal(lines.dialect->n_names, 4);
	assert_int_equal(lines_read(&lines, slice_of("# user=alice")),
		SKIP_COMMENT);
	lines_close(&lines);
}

static void
test_new_names(void **state)
{
	unsigned version;

	(void)state;
	lines_open(&lines, kind, plain);
	version = lines.dialect->version;
	assert_lookup(&lines, "user=alice nid=1 case=FIR-7");
	assert_true(lines.dialect->version != version);
	assert_value(&lines, "case", "FIR-7");
	lines_close(&lines);
}

static void
test_heroku(void **state)
{
	(void)state;
	assert_true(kind->looks(LITERAL(heroku), true));
	lines_open(&lines, kind, heroku);
	assert_lookup(&lines, heroku);
	assert_value(&lines, "time", "2012-10-11T03:47:20+00:00");
	assert_value(&lines, "path", "/");
	assert_value(&lines, "service", "18ms");
	assert_lookup(&lines, "[2026-05-01 10:11:12,123] INFO user=x");
	assert_value(&lines, "time", "2026-05-01 10:11:12,123");
	assert_lookup(&lines, "2026-05-01 10:11:12 INFO user=x");
	assert_value(&lines, "time", "2026-05-01 10:11:12");
	assert_lookup(&lines, "2026-05-01T10:11:12Z time=9 user=x");
	assert_value(&lines, "time", "9");
	lines_close(&lines);
}

static void
test_junk(void **state)
{
	(void)state;
	lines_open(&lines, kind, plain);
	assert_wrong(&lines, "goroutine 1 [running]:", REJECT_SYNTAX,
		"no key=value");
	assert_wrong(&lines, "=a ==b", REJECT_SYNTAX, "no key=value");
	assert_wrong(&lines, "user=\"a\"b nid=1", REJECT_SYNTAX,
		"a quoted value has text behind its last quote");
	assert_wrong(&lines, "user=a nid=1 user=b", REJECT_SYNTAX,
		"a key is there twice, with two values");
	assert_int_equal(lines_read(&lines, slice_of("user=\"a\\\" nid=1")),
		REJECT_QUOTE);
	assert_null(kind->explain(lines.dialect));
	assert_int_equal(lines_read(&lines, slice_of("user=\"a\\")),
		REJECT_QUOTE);
	assert_lookup(&lines, "user=a nid=1 user=a");
	lines_close(&lines);
}

static void
test_separators(void **state)
{
	static const struct {
		const char *head, *line, *note;
	} cases[] = {
		{ "user=a, note=x y, nid=1\nuser=b, note=z, nid=2\n",
			"user=b, note=p q , nid=\"1\"", "p q" },
		{ "user=a|note=x y|nid=1\n", "user=b | note=p, q | nid=1",
			"p, q" },
		{ "user=a\tnote=x y\tnid=1\n", "user=b\tnote=\tnid=1", "" },
		/* commas in values, not between pairs */
		{ "user=a note=x,y nid=1\n", "user=b note=x, nid=1", "x," },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_true(kind->looks(slice_of(cases[i].head), true));
		lines_open(&lines, kind, cases[i].head);
		assert_lookup(&lines, cases[i].line);
		assert_value(&lines, "user", "b");
		assert_value(&lines, "note", cases[i].note);
		assert_value(&lines, "nid", "1");
		lines_close(&lines);
	}
}

/* However many names there are, fields find theirs. */
static void
test_many_names(void **state)
{
	char text[64];

	(void)state;
	lines_open(&lines, kind, "a=1 b=2\n");
	for (unsigned i = 0; i < 3000; i++) {
		(void)snprintf(text, sizeof(text), "k%u=v%u a=%u", i, i, i);
		assert_lookup(&lines, text);
		(void)snprintf(text, sizeof(text), "%u", i);
		assert_value(&lines, "a", text);
	}
	assert_true(lines.dialect->n_names < DIALECT_NAMES);
	assert_lookup(&lines, "msisdn=5 k2999=3 user=eve");
	assert_value(&lines, "msisdn", "5");
	assert_value(&lines, "user", "eve");
	assert_value(&lines, "k2999", "(no such name)");
	lines_close(&lines);
}

static void
test_looks(void **state)
{
	static const char *const no[] = { "", "\n\n", "time,user,nid\n1,2,3\n",
		"{\"a\":1}\n",
		("1.2.3.4 - a [01/May/2026:10:11:12 +0600] \"GET /?a=b&c=d "
		"HTTP/1.1\" 200 1\n"),
		"May  1 10:11:12 host sshd[1]: failed password for x=y\n",
		"a=1\nb=2\n", "some words and then a=1 b=2\n" };

	(void)state;
	assert_true(kind->looks(LITERAL(plain), true));
	assert_true(kind->looks(LITERAL(plain), false));
	/* nothing whole to look at */
	assert_false(kind->looks(slice_of("user=a nid=1"), false));
	assert_true(kind->looks(slice_of("user=a nid=1"), true));
	for (size_t i = 0; i < ARRAY_LEN(no); i++)
		assert_false(kind->looks(slice_of(no[i]), true));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_new_names),
		cmocka_unit_test(test_heroku),
		cmocka_unit_test(test_junk),
		cmocka_unit_test(test_separators),
		cmocka_unit_test(test_many_names),
		cmocka_unit_test(test_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
