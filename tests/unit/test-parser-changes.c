/* SPDX-License-Identifier: Apache-2.0 */
/* Formats that change within a log are followed, but no damage is. */
#include "tests/unit/parser-fixture.h"

#define T "2026-05-01T10:11:12Z"
#define HEAD "time,user,subject,case\n"
#define GOOD T ",ann,123,C1\n"
#define OTHER "subject;user;time\n"
#define ROW "123;ann;" T "\n"
#define JSON "{\"ts\":\"" T "\",\"user\":\"ann\",\"nid\":123}\n"
#define PAIRS "time=" T " user=ann subject=123\n"
#define WEB "10.0.0.1 - ann [01/May/2026:10:11:12 +0000] " \
	"\"GET /find?nid=123 HTTP/1.1\" 200 12 \"-\" \"-\"\n"
#define DIRECTIVES "#Software: IIS\n#Fields: date time cs-username " \
	"cs-uri-stem cs-uri-query\n"
#define W3C "2026-05-01 10:11:12 ann /find nid=123\n"
#define SYS "<13>2026-05-01T10:11:12+06:00 host portal[7]: "
#define YES REASON_LOOKUP

/* Three lines that another form reads, and this one does not. */
static void
test_followed(void **state)
{
	(void)state;
	EXPECT(HEAD GOOD JSON JSON JSON PAIRS PAIRS PAIRS WEB WEB WEB,
		NULL, SKIP_HEADER, YES, YES, YES, YES, YES, YES, YES, YES, YES,
		YES);
	EXPECT(PAIRS PAIRS PAIRS WEB WEB WEB JSON JSON JSON, NULL, YES, YES, YES, YES, YES, YES, YES,
		YES, YES);
	/* and back, behind prefixes or no longer */
	EXPECT(JSON JSON JSON SYS PAIRS SYS PAIRS SYS PAIRS JSON JSON JSON GOOD,
		NULL, YES, YES, YES, YES, YES, YES, YES, YES, YES,
		REJECT_SYNTAX);
	/* CR LF */
	EXPECT("time,user,subject\r\n" T ",ann,123\r\n"
		"a=1 time=" T " user=ann nid=1\r\n"
		"a=1 time=" T " user=ann nid=1\r\n"
		"a=1 time=" T " user=ann nid=1\r\n",
		NULL, SKIP_HEADER, YES, YES, YES, YES);
}

/* A header is enough. */
static void
test_headers(void **state)
{
	(void)state;
	EXPECT(PAIRS PAIRS PAIRS HEAD GOOD GOOD OTHER ROW, NULL, YES, YES, YES, SKIP_HEADER, YES,
		YES, SKIP_HEADER, YES);
	EXPECT(HEAD GOOD DIRECTIVES W3C W3C HEAD GOOD, NULL, SKIP_HEADER, YES,
		SKIP_COMMENT, SKIP_HEADER, YES, YES, SKIP_HEADER, YES);
	EXPECT(JSON JSON JSON OTHER ROW, NULL, YES, YES, YES, SKIP_HEADER, YES);
	/* not one that does not name all */
	EXPECT(JSON JSON JSON "user,time,case\n" GOOD, NULL, YES, YES, YES,
		REJECT_SYNTAX, REJECT_SYNTAX);
	EXPECT(HEAD GOOD "#Fields: are no more\n" GOOD, NULL, SKIP_HEADER, YES,
		SKIP_COMMENT, YES);
}

static void
test_damage(void **state)
{
	(void)state;
	/* fewer than three */
	EXPECT(HEAD GOOD JSON JSON GOOD PAIRS GOOD, NULL, SKIP_HEADER, YES,
		REJECT_QUOTE, REJECT_QUOTE, YES, REJECT_WIDTH, YES);
	EXPECT(PAIRS PAIRS PAIRS JSON "x\n" PAIRS, NULL, YES, YES, YES, REJECT_SYNTAX, REJECT_SYNTAX,
		YES);
	/* three, but nothing reads them all */
	EXPECT(HEAD GOOD JSON JSON PAIRS GOOD, NULL, SKIP_HEADER, YES,
		REJECT_QUOTE, REJECT_QUOTE, REJECT_WIDTH, YES);
	/* what another form would read, but without the fields */
	EXPECT(HEAD GOOD "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n" GOOD, NULL,
		SKIP_HEADER, YES, REJECT_WIDTH, REJECT_WIDTH, REJECT_WIDTH,
		YES);
}

/* A quote that the table leaves open must not swallow what follows. */
static void
test_open_quote(void **state)
{
	(void)state;
	EXPECT(HEAD T ",\"ann,123,C1\n" JSON JSON JSON, NULL, SKIP_HEADER,
		REJECT_QUOTE, YES, YES, YES);
	/* lines that quotes join to a record of the right width */
	EXPECT("time,user,subject\n"
		"{\"x\":1,\"user\":\"a,nn\",\"nid\":123,\"ts\":\"" T "\"}\n"
		"{\"x\":1,\"user\":\"a,nn\",\"nid\":123,\"ts\":\"" T "\"}\n"
		"{\"x\":1,\"user\":\"a,nn\",\"nid\":123,\"ts\":\"" T "\"}\n",
		NULL, SKIP_HEADER, YES, YES, YES);
}

/* What was tried in vain is tried again, later and later; what is explained is
 * the line that was rejected. */
static void
test_explained(void **state)
{
	struct fault fault;
	struct log log;
	char why[100];

	(void)state;
	assert_int_equal(log_open(&log, LITERAL(JSON JSON JSON JSON JSON JSON
		"{\"ts\":}\n" "[\n[\n[\n[\n" JSON), NULL, &fault), 0);
	for (int i = 0; i < 6; i++)
		assert_int_equal(next(&log), YES);
	assert_int_equal(next(&log), REJECT_SYNTAX);
	parser_explain(log.parser, &log.parsed, why, sizeof(why));
	assert_non_null(strstr(why, "value"));
	for (int i = 0; i < 4; i++)
		assert_int_equal(next(&log), REJECT_SYNTAX);
	assert_int_equal(next(&log), YES);
	at_end(&log);
	log_close(&log);
}

/* A log that changes all the time is followed for a while only, and ends. */
static void
test_often(void **state)
{
	enum { TIMES = 700 };
	static char text[TIMES * 3 * (sizeof(JSON) + sizeof(PAIRS))];
	struct fault fault;
	struct log log;
	size_t len = 0, counts[REASON_N] = { 0 };

	(void)state;
	for (int i = 0; i < TIMES; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s",
			JSON JSON JSON PAIRS PAIRS PAIRS);
	assert_int_equal(log_open(&log, (struct slice){ text, len }, NULL,
		&fault), 0);
	for (int i = 0; i < TIMES * 6; i++)
		counts[next(&log)]++;
	at_end(&log);
	assert_int_equal(counts[YES] + counts[REJECT_SYNTAX], TIMES * 6);
	assert_true(counts[YES] > 3000);
	assert_true(counts[REJECT_SYNTAX] > 500);
	log_close(&log);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_followed),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_open_quote),
		cmocka_unit_test(test_explained),
		cmocka_unit_test(test_often),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
