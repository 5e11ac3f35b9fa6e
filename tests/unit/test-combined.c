/* SPDX-License-Identifier: Apache-2.0 */
/* Web logs as Apache and nginx write them, and as clients would have them. */
#include "tests/unit/dialect-lines.h"

#include "format/pairs.h"

static struct lines lines;

static const struct dialect_kind *const kind = &dialect_combined;

/* From the manual of Apache's mod_log_config, and with a lookup in it. */
static const char common[] =
	"127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "
	"\"GET /apache_pb.gif HTTP/1.0\" 200 2326";
static const char combined[] =
	"127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "
	"\"GET /apache_pb.gif HTTP/1.0\" 200 2326 "
	"\"http://www.example.com/start.html\" "
	"\"Mozilla/4.08 [en] (Win98; I ;Nav)\"";
static const char lookup[] =
	"10.0.0.7 - alice [01/May/2026:10:11:12 +0600] "
	"\"GET /lookup?nid=1990&unit=RAB+6&case=FIR%2F7 HTTP/1.1\" 200 512 "
	"\"-\" \"curl/7.88\"";

static void
test_documented(void **state)
{
	(void)state;
	lines_open(&lines, kind, combined);
	assert_lookup(&lines, combined);
	assert_value(&lines, "remoteaddr", "127.0.0.1");
	assert_value(&lines, "ident", "-");
	assert_value(&lines, "remoteuser", "frank");
	assert_value(&lines, "time", "10/Oct/2000:13:55:36 -0700");
	assert_value(&lines, "method", "GET");
	assert_value(&lines, "url", "/apache_pb.gif");
	assert_value(&lines, "path", "/apache_pb.gif");
	assert_value(&lines, "protocol", "HTTP/1.0");
	assert_value(&lines, "status", "200");
	assert_value(&lines, "bytes", "2326");
	assert_value(&lines, "referer", "http://www.example.com/start.html");
	assert_value(&lines, "agent", "Mozilla/4.08 [en] (Win98; I ;Nav)");
	assert_value(&lines, "vhost", "");
	assert_lookup(&lines, common);
	assert_value(&lines, "bytes", "2326");
	assert_value(&lines, "agent", "");
	lines_close(&lines);
}

static void
test_query(void **state)
{
	(void)state;
	lines_open(&lines, kind, common);
	assert_lookup(&lines, lookup);
	assert_value(&lines, "nid", "1990");
	assert_value(&lines, "unit", "RAB 6");
	assert_value(&lines, "case", "FIR/7");
	assert_value(&lines, "path", "/lookup");
	assert_value(&lines, "url",
		"/lookup?nid=1990&unit=RAB+6&case=FIR%2F7");
	/* other parameters, other order */
	assert_lookup(&lines, "10.0.0.7 - - [01/May/2026:10:11:12 +0600] "
		"\"GET http://h/x/%41+b?case&&n%69d=7%zz%&=x&unit=#nid=8 "
		"HTTP/1.1\" 304 -");
	assert_value(&lines, "path", "/x/A+b");
	assert_value(&lines, "nid", "7%zz%");
	assert_value(&lines, "case", "");
	assert_value(&lines, "unit", "");
	assert_value(&lines, "bytes", "-");
	lines_close(&lines);
}

#define REQUEST(url) "1.1.1.1 - u [01/May/2026:10:11:12 +0600] \"GET " url \
	" HTTP/1.1\" 200 1"

/* What a client sends is never taken for what the server has seen. */
static void
test_forged_parameters(void **state)
{
	(void)state;
	lines_open(&lines, kind, common);
	assert_lookup(&lines, REQUEST("/?user=mallory&TIME=1&remoteuser=x&"
		"Remote_User=y&ip=9&date=2&status=403&result=0&path=z&url"));
	assert_value(&lines, "remoteuser", "u");
	assert_value(&lines, "status", "200");
	assert_value(&lines, "path", "/");
	assert_value(&lines, "query.user", "mallory");
	assert_value(&lines, "query.TIME", "1");
	assert_value(&lines, "query.remoteuser", "x");
	assert_value(&lines, "query.Remote_User", "y");
	assert_value(&lines, "query.ip", "9");
	assert_value(&lines, "query.date", "2");
	assert_value(&lines, "query.status", "403");
	assert_value(&lines, "query.result", "0");
	assert_value(&lines, "query.path", "z");
	assert_value(&lines, "user", "(no such name)");
	assert_value(&lines, "ip", "(no such name)");
	lines_close(&lines);
}

static void
test_repeated_parameters(void **state)
{
	(void)state;
	lines_open(&lines, kind, common);
	assert_lookup(&lines, REQUEST("/?nid=1&kind=a&nid=%32&nid=&nid=3"));
	assert_value(&lines, "nid", "1,2,3");
	assert_value(&lines, "kind", "a");
	assert_lookup(&lines, REQUEST("/?nid[]=4&nid%5B%5D=5&nid=4"));
	assert_value(&lines, "nid", "4,5,4");
	assert_lookup(&lines, REQUEST("/?nid=&nid=6&nid=6"));
	assert_value(&lines, "nid", "6");
	lines_close(&lines);
}

/* Values of any length and with anything in any place are what pair_decode()
 * makes of them, byte by byte. */
static void
test_decoding(void **state)
{
	static const char *const odd[] = { "+", "%41", "\\x42", "\\\"", "%",
		"%4", "\xc3\xbf", "" };
	char value[64], plain[64], text[128];

	(void)state;
	lines_open(&lines, kind, common);
	for (size_t n = 0; n < 44; n++) {
		for (size_t i = 0; i < ARRAY_LEN(odd) * (n + 1); i++) {
			size_t at = i / ARRAY_LEN(odd), len;
			const char *what = odd[i % ARRAY_LEN(odd)];

			len = (size_t)snprintf(value, sizeof(value),
				"%.*s%s%.*s", (int)at,
				"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqr",
				what, (int)(n - at),
				"0123456789+123456789012345678901234567890123");
			memcpy(plain, value, len);
			len = pair_decode(plain, len,
				PAIR_LOG | PAIR_PERCENT | PAIR_PLUS);
			(void)snprintf(text, sizeof(text), "1 - - "
				"[01/May/2026:10:11:12 +0600] \"GET /?nid=%s "
				"HTTP/1\" 200 1", value);
			assert_lookup(&lines, text);
			assert_true(slice_equal(lines_value(&lines, "nid"),
				(struct slice){ plain, len }));
		}
	}
	lines_close(&lines);
}

static void
test_vhost(void **state)
{
	static const char *const hosts[] = { "portal.example:443 ",
		"[2001:db8::1]:80 ", "portal.example " };
	char text[256];

	(void)state;
	lines_open(&lines, kind, common);
	for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
		size_t len = strlen(hosts[i]) - 1;

		(void)snprintf(text, sizeof(text), "%s%s", hosts[i], common);
		assert_lookup(&lines, text);
		assert_true(slice_equal(lines_value(&lines, "vhost"),
			(struct slice){ hosts[i], len }));
		assert_value(&lines, "remoteaddr", "127.0.0.1");
		assert_value(&lines, "remoteuser", "frank");
	}
	/* an address is no host with a port; users have blanks in them */
	assert_lookup(&lines, "2001:db8::1 - Abdul Karim "
		"[01/May/2026:10:11:12 +0600] \"GET / HTTP/2.0\" 200 1");
	assert_value(&lines, "vhost", "");
	assert_value(&lines, "remoteaddr", "2001:db8::1");
	assert_value(&lines, "remoteuser", "Abdul Karim");
	assert_lookup(&lines, "1.1.1.1 - \"\" "
		"[01/May/2026:10:11:12 +0600] \"GET / HTTP/2.0\" 200 1");
	assert_value(&lines, "remoteuser", "");
	lines_close(&lines);
}

static void
test_escapes(void **state)
{
	(void)state;
	lines_open(&lines, kind, common);
	assert_lookup(&lines, "1.1.1.1 - DOM\\\\al\\\"ice "
		"[01/May/2026:10:11:12 +0600] "
		"\"GET /a\\\"b\\x22?nid=\\x31\\\"&q=%22 HTTP/1.1\" 200 1 "
		"\"\\\"-\\\\\" \"\\x5Cx \\\" y\" \"9.9.9.9\" 0.005");
	assert_value(&lines, "remoteuser", "DOM\\al\"ice");
	assert_value(&lines, "path", "/a\"b\"");
	assert_value(&lines, "nid", "1\"");
	assert_value(&lines, "q", "\"");
	assert_value(&lines, "referer", "\"-\\");
	assert_value(&lines, "agent", "\\x \" y");
	assert_value(&lines, "extra1", "9.9.9.9");
	assert_value(&lines, "extra2", "0.005");
	lines_close(&lines);
}

/* A user who calls himself a record; servers escape his quote. */
static void
test_forged_user(void **state)
{
	(void)state;
	lines_open(&lines, kind, common);
	assert_lookup(&lines, "1.1.1.1 - x [01/Jan/2020:00:00:00 +0000] "
		"\\\"GET /?nid=1 HTTP/1.1\\\" 200 1 "
		"[01/May/2026:10:11:12 +0600] \"GET /?nid=2 HTTP/1.1\" 401 1");
	assert_value(&lines, "time", "01/May/2026:10:11:12 +0600");
	assert_value(&lines, "nid", "2");
	assert_value(&lines, "status", "401");
	lines_close(&lines);
}

static void
test_no_request(void **state)
{
	static const char *const requests[] = { "-", "", "\\x16\\x03\\x01",
		"GET", "get / HTTP/1.1", "quit now", "NICK x" };
	char text[256];

	(void)state;
	lines_open(&lines, kind, lookup);
	for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
		(void)snprintf(text, sizeof(text), "1.1.1.1 - u "
			"[01/May/2026:10:11:12 +0600] \"%s\" 400 226 \"-\" "
			"\"-\"", requests[i]);
		assert_lookup(&lines, text);
		assert_value(&lines, "remoteaddr", "1.1.1.1");
		assert_value(&lines, "status", "400");
		assert_value(&lines, "method", "");
		assert_value(&lines, "path", "");
		assert_value(&lines, "nid", "");
	}
	assert_lookup(&lines, "1.1.1.1 - u [01/May/2026:10:11:12 +0600] "
		"\"GET /old?nid=4\" 200 1");
	assert_value(&lines, "protocol", "");
	assert_value(&lines, "nid", "4");
	lines_close(&lines);
}

static void
test_junk(void **state)
{
	(void)state;
	lines_open(&lines, kind, common);
	assert_wrong(&lines, "time,user,nid", REJECT_SYNTAX,
		"no [time] before a \"request\"");
	assert_wrong(&lines, "1.1.1.1 [01/May/2026:10:11:12 +0600] \"GET / "
		"HTTP/1.1\" 200 1", REJECT_SYNTAX,
		"no address, ident and user before the time");
	assert_wrong(&lines, "1.1.1.1 - - [01/May/2026:10:11:12 +0600] \"GET / "
		"HTTP/1.1\\\" 200 1", REJECT_SYNTAX, "the request has no end");
	assert_wrong(&lines, "1.1.1.1 - - [01/May/2026:10:11:12 +0600] \"GET / "
		"HTTP/1.1\" 2000 1", REJECT_SYNTAX,
		"no status behind the request");
	/* a line end is lost: two lookups are not one */
	assert_wrong(&lines, "1.1.1.1 - a [01/May/2026:10:11:12 +0600] \"GET /1 "
		"HTTP/1.1\" 200 1 \"-\" \"Mozilla\"\0021.1.1.1 - b "
		"[01/May/2026:10:11:13 +0600] \"GET /2 HTTP/1.1\" 200 1",
		REJECT_SYNTAX, "another record in the same line");
	assert_wrong(&lines, "1.1.1.1 - a [01/May/2026:10:11:12 +0600] \"GET /1 "
		"HTTP/1.1\" 200 11.1.1.1 - b [01/May/2026:10:11:13 +0600] "
		"\"GET /2 HTTP/1.1\" 200 1",
		REJECT_SYNTAX, "another record in the same line");
	assert_int_equal(lines_read(&lines, slice_of("# rotated")),
		SKIP_COMMENT);
	/* cut off behind all that counts */
	assert_lookup(&lines, "1.1.1.1 - - [01/May/2026:10:11:12 +0600] "
		"\"GET / HTTP/1.1\" 200 1 \"-\" \"Mozi");
	assert_value(&lines, "agent", "Mozi");
	lines_close(&lines);
}

static void
test_looks(void **state)
{
	static const char *const no[] = { "", "\n", "time,user,nid\n",
		"user=a nid=1\n", "{\"a\":\"[10/Oct/2000:13:55:36 -0700] \"}\n",
		"frank,[10/Oct/2000:13:55:36 -0700],1\n" };

	(void)state;
	assert_true(kind->looks(LITERAL(common), true));
	assert_true(kind->looks(LITERAL(combined), true));
	assert_false(kind->looks(LITERAL(combined), false));
	for (size_t i = 0; i < ARRAY_LEN(no); i++)
		assert_false(kind->looks(slice_of(no[i]), true));
	assert_true(kind->has_events);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_documented),
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_forged_parameters),
		cmocka_unit_test(test_repeated_parameters),
		cmocka_unit_test(test_decoding),
		cmocka_unit_test(test_vhost),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_forged_user),
		cmocka_unit_test(test_no_request),
		cmocka_unit_test(test_junk),
		cmocka_unit_test(test_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
