/* SPDX-License-Identifier: Apache-2.0 */
/* Extended logs, as Microsoft, Amazon and the W3C document them. */
#include "tests/unit/dialect-lines.h"

static struct lines lines;

static const struct dialect_kind *const kind = &dialect_w3c;

#define IIS_FIELDS "#Fields: date time s-ip cs-method cs-uri-stem " \
	"cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status " \
	"time-taken"
#define IIS_LINE "2026-05-01 10:11:12 10.0.0.1 GET /lookup.aspx " \
	"nid=1990&unit=RAB+6 443 PORTAL\\alice 10.0.0.7 Mozilla/5.0+(X11) " \
	"200 15"

static const char iis[] =
	"#Software: Microsoft Internet Information Services 10.0\n"
	"#Version: 1.0\n"
	"#Date: 2026-05-01 00:00:00\n"
	IIS_FIELDS "\n"
	IIS_LINE "\n";

static const char exchange[] =
	"#Fields: date-time,client-ip,recipient-address,message-subject";

static void
start(const char *head)
{
	lines_open(&lines, kind, head);
}

static enum reason
take(const char *text)
{
	return lines_read(&lines, slice_of(text));
}

static void
test_iis(void **state)
{
	(void)state;
	assert_true(kind->looks(LITERAL(iis), true));
	start(iis);
	assert_int_equal(take("#Software: Microsoft"), SKIP_COMMENT);
	assert_int_equal(take("#Date: 2026-05-01 00:00:00"), SKIP_COMMENT);
	assert_int_equal(take(IIS_FIELDS), SKIP_HEADER);
	assert_lookup(&lines, IIS_LINE);
	assert_value(&lines, "date", "2026-05-01");
	assert_value(&lines, "time", "10:11:12Z");
	assert_value(&lines, "cs-method", "GET");
	assert_value(&lines, "cs-uri-stem", "/lookup.aspx");
	assert_value(&lines, "cs-uri-query", "nid=1990&unit=RAB+6");
	assert_value(&lines, "cs-username", "PORTAL\\alice");
	assert_value(&lines, "c-ip", "10.0.0.7");
	assert_value(&lines, "cs(User-Agent)", "Mozilla/5.0+(X11)");
	assert_value(&lines, "sc-status", "200");
	assert_value(&lines, "nid", "1990");
	assert_value(&lines, "unit", "RAB 6");
	assert_lookup(&lines, "2026-05-01 10:11:12 10.0.0.1 GET /a - 443 - "
		"10.0.0.7 - 404 15");
	assert_value(&lines, "cs-username", "");
	assert_value(&lines, "cs-uri-query", "");
	assert_value(&lines, "nid", "");
	lines_close(&lines);
}

/* What the client sends never passes for a column. */
static void
test_forged_parameters(void **state)
{
	(void)state;
	start(iis);
	assert_int_equal(take(IIS_FIELDS), SKIP_HEADER);
	assert_lookup(&lines, "2026-05-01 10:11:12 10.0.0.1 GET /a "
		"cs-username=eve&user=eve&c-ip=9&s-port=1&nid=1&nid=%32 443 "
		"bob 10.0.0.7 - 200 15");
	assert_value(&lines, "cs-username", "bob");
	assert_value(&lines, "c-ip", "10.0.0.7");
	assert_value(&lines, "s-port", "443");
	assert_value(&lines, "user", "(no such name)");
	assert_value(&lines, "query.user", "eve");
	assert_value(&lines, "query.cs-username", "eve");
	assert_value(&lines, "query.s-port", "1");
	assert_value(&lines, "nid", "1,2");
	lines_close(&lines);
}

static void
test_new_fields(void **state)
{
	unsigned version;

	(void)state;
	start(iis);
	assert_int_equal(take(IIS_FIELDS), SKIP_HEADER);
	version = lines.dialect->version;
	/* the same again, as after a restart */
	assert_int_equal(take("#fields:  " "date time s-ip cs-method "
		"cs-uri-stem cs-uri-query s-port cs-username c-ip "
		"cs(User-Agent) sc-status time-taken "), SKIP_HEADER);
	assert_int_equal(lines.dialect->version, version);
	assert_int_equal(take("#Fields: time c-ip cs-uri-query x-user"),
		SKIP_HEADER);
	assert_true(lines.dialect->version != version);
	assert_lookup(&lines, "10:11:13 10.0.0.8 nid=7 alice");
	assert_value(&lines, "x-user", "alice");
	assert_value(&lines, "nid", "7");
	assert_value(&lines, "cs-username", "(no such name)");
	/* no column has dates: #Date has */
	assert_value(&lines, "date", "");
	assert_int_equal(take("#Date: 2026-05-02 00:00:00"), SKIP_COMMENT);
	assert_lookup(&lines, "10:11:13.5 10.0.0.8 unit=x alice");
	assert_value(&lines, "date", "2026-05-02");
	assert_value(&lines, "time", "10:11:13.5Z");
	assert_value(&lines, "unit", "x");
	lines_close(&lines);
}

/* A log that was rotated in its middle. */
static void
test_late_fields(void **state)
{
	(void)state;
	assert_true(kind->looks(slice_of(IIS_LINE "\n" IIS_FIELDS "\n"), true));
	start(IIS_LINE "\n" IIS_FIELDS "\n" IIS_LINE "\n");
	assert_wrong(&lines, IIS_LINE, REJECT_SYNTAX, "no #Fields so far");
	assert_int_equal(take(IIS_FIELDS), SKIP_HEADER);
	assert_lookup(&lines, IIS_LINE);
	lines_close(&lines);
}

static void
test_cloudfront(void **state)
{
	static const char head[] = "#Fields: date time x-edge-location c-ip "
		"cs-method cs(Host) cs-uri-stem sc-status cs(User-Agent) "
		"cs-uri-query";

	(void)state;
	start(head);
	assert_int_equal(take(head), SKIP_HEADER);
	assert_lookup(&lines, "2019-12-04\t21:02:31\tLAX1\t192.0.2.100\tGET\t"
		"d1.cloudfront.net\t/index.html\t200\tMozilla/5.0 (x)\tnid=3");
	assert_value(&lines, "cs(User-Agent)", "Mozilla/5.0 (x)");
	assert_value(&lines, "nid", "3");
	lines_close(&lines);
}

static void
test_exchange(void **state)
{
	(void)state;
	assert_true(kind->looks(LITERAL(exchange), true));
	start(exchange);
	assert_int_equal(take(exchange), SKIP_HEADER);
	assert_lookup(&lines, "2026-05-01T10:11:12.345Z,10.0.0.1,a@b,"
		"\"Re: x, y \"\"z\"\"\"");
	assert_value(&lines, "date-time", "2026-05-01T10:11:12.345Z");
	assert_value(&lines, "message-subject", "Re: x, y \"z\"");
	assert_lookup(&lines, ",,,");
	assert_value(&lines, "client-ip", "");
	lines_close(&lines);
}

static void
test_width(void **state)
{
	(void)state;
	start("#Fields: time c-ip cs-uri\n");
	assert_int_equal(take("#Fields: time c-ip cs-uri"), SKIP_HEADER);
	assert_wrong(&lines, "10:11:12 10.0.0.1", REJECT_SYNTAX,
		"2 values, where #Fields names 3");
	assert_wrong(&lines, "10:11:12 1 2 3", REJECT_SYNTAX,
		"4 values, where #Fields names 3");
	assert_lookup(&lines, "10:11:12 10.0.0.1 \"http://h/a b?nid=5\"");
	assert_value(&lines, "cs-uri", "http://h/a b?nid=5");
	assert_value(&lines, "nid", "5");
	assert_lookup(&lines, "10:11:12 10.0.0.1 \"a ");
	assert_value(&lines, "cs-uri", "\"a");
	assert_lookup(&lines, "10:11:12  \"a\"\"b\" ");
	assert_value(&lines, "c-ip", "");
	lines_close(&lines);
}

static void
test_looks(void **state)
{
	static const char *const no[] = { "", "# Fields: a b\n",
		"#Software: x\n", "time,user\n#Field: x\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(no); i++)
		assert_false(kind->looks(slice_of(no[i]), true));
	assert_false(kind->looks(slice_of("#Fields: a b"), false));
	assert_true(kind->has_events);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_iis),
		cmocka_unit_test(test_forged_parameters),
		cmocka_unit_test(test_new_fields),
		cmocka_unit_test(test_late_fields),
		cmocka_unit_test(test_cloudfront),
		cmocka_unit_test(test_exchange),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
