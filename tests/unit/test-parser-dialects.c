/* SPDX-License-Identifier: Apache-2.0 */
/* Logs that are no tables: which they are is found by looking, which of their
 * names are fields as well, and both are followed when they change. */
#include "tests/unit/parser-fixture.h"

#define T "2026-05-01T10:11:12Z"
#define HEAD "time,user,subject\n"
#define GOOD T ",ann,123\n"
#define JSON "{\"ts\":\"" T "\",\"user\":\"ann\",\"nid\":123}\n"
#define PAIRS "time=" T " user=ann subject=123\n"
#define WEB(what) "10.0.0.1 - ann [01/May/2026:10:11:12 +0000] \"GET " what \
	" HTTP/1.1\" 200 12 \"-\" \"-\"\n"
#define FIELDS "#Fields: date time cs-username cs-uri-stem cs-uri-query\n"
#define W3C "2026-05-01 10:11:12 ann /find nid=123\n"
#define SYS "<13>2026-05-01T10:11:12+06:00 host portal[7]: "
#define SYS_OLD "<13>May  1 10:11:12 host portal[7]: "

static void
expect_lookup(struct log *log)
{
	if (next(log) != REASON_LOOKUP)
		fail_msg("line %llu: %s",
			(unsigned long long)log->parsed.line.number,
			reason_name(log->parsed.reason));
	assert_slice(log->parsed.record.field[FIELD_USER], "ann");
	assert_int_equal(log->parsed.n_subjects, 1);
	assert_slice(log->parsed.subjects[0].name, "123");
}

static void
expect_format(struct slice text, const char *format, size_t skips,
	size_t lookups)
{
	struct fault fault;
	struct log log;

	if (log_open(&log, text, NULL, &fault) != 0)
		fail_msg("%s", fault.text);
	assert_string_equal(parser_format(log.parser), format);
	for (size_t i = 0; i < skips; i++)
		assert_true(reason_is_skip(next(&log)));
	for (size_t i = 0; i < lookups; i++)
		expect_lookup(&log);
	at_end(&log);
	log_close(&log);
}

static void
test_found(void **state)
{
	(void)state;
	expect_format(LITERAL(JSON JSON), "jsonl", 0, 2);
	expect_format(LITERAL("[" JSON "," JSON "]"), "json", 0, 2);
	expect_format(LITERAL(PAIRS PAIRS), "logfmt", 0, 2);
	expect_format(LITERAL(WEB("/find?nid=123") WEB("/find?nid=123")),
		"combined", 0, 2);
	expect_format(LITERAL("#Version: 1.0\n" FIELDS W3C W3C), "w3c", 2, 2);
	/* whatever a table's header is like, it is one */
	expect_format(LITERAL("user,subject,a=b c=d,time\n"
			      "ann,123,e=f g=h," T "\n"),
		"csv", 1, 1);
}

static void
test_behind_prefixes(void **state)
{
	(void)state;
	expect_format(LITERAL(SYS JSON SYS JSON), "syslog+jsonl", 0, 2);
	expect_format(LITERAL(SYS PAIRS PAIRS SYS PAIRS SYS PAIRS),
		"syslog+logfmt", 0, 4);
	expect_format(LITERAL(SYS FIELDS SYS W3C), "syslog+w3c", 1, 1);
	expect_format(LITERAL(SYS HEAD SYS GOOD SYS GOOD), "syslog+csv", 1, 2);
	expect_format(LITERAL("<165>1 " T " host app 7 id [a b=\"c\"] "
			      "\xef\xbb\xbf" PAIRS),
		"syslog+logfmt", 0, 1);
	/* a record is a line, and rows of other widths are none */
	EXPECT(SYS HEAD SYS GOOD SYS T ",\"ann\n" SYS GOOD SYS "x\n" SYS "\n",
		NULL, SKIP_HEADER, REASON_LOOKUP, REJECT_QUOTE, REASON_LOOKUP,
		REJECT_WIDTH, SKIP_BLANK);
}

/* What a prefix says serves as a field. */
static void
test_prefix_fields(void **state)
{
	struct format_options options = { .zone = utc, .map = { .of = {
		[FIELD_UNIT] = "syslog-tag", [FIELD_SOURCE] = "syslog_host" } } };
	struct fault fault;
	struct log log;
	char buf[200];

	(void)state;
	assert_int_equal(log_open_with(&log,
		LITERAL(SYS "user=ann subject=123\n"
			SYS PAIRS SYS "time=- user=ann subject=123\n"),
		&options, NULL, &fault), 0);
	parser_describe(log.parser, buf, sizeof(buf));
	assert_string_equal(buf, "syslog+logfmt time=time user=user "
		"unit=syslog-tag subject=subject source=syslog-host");
	for (int i = 0; i < 3; i++) {
		static const int64_t offsets[] = { 21600, 0, 21600 };

		expect_lookup(&log);
		assert_int_equal(log.parsed.when.offset, offsets[i]);
		assert_slice(log.parsed.record.field[FIELD_UNIT], "portal");
		assert_slice(log.parsed.record.field[FIELD_SOURCE], "host");
	}
	at_end(&log);
	log_close(&log);
	/* without a year: the last one, before the file was written */
	expect_format(LITERAL(SYS_OLD "user=ann subject=123\n"),
		"syslog+logfmt", 0, 1);
	assert_int_equal(log_open(&log, LITERAL(SYS HEAD SYS GOOD), NULL,
		&fault), 0);
	assert_true(parser_has(log.parser, FIELD_TIME));
	assert_false(parser_has(log.parser, FIELD_SOURCE));
	log_close(&log);
}

static void
expect_names(const char *text, const struct column_map *map,
	const char *described)
{
	struct format_options options = { .zone = utc };
	struct fault fault;
	struct log log;
	char buf[300];

	if (map != NULL)
		options.map = *map;
	if (log_open_with(&log, slice_of(text), &options, NULL, &fault) != 0) {
		assert_int_equal(fault.code, FAULT_USAGE);
		assert_string_equal(fault.text, described);
	} else {
		parser_describe(log.parser, buf, sizeof(buf));
		assert_string_equal(buf, described);
	}
	log_close(&log);
}

#define OBJECT(rest) "{\"ts\":\"" T "\"," rest "}\n"

/* One damaged key does not take the field from all other records. */
static void
test_spellings(void **state)
{
	const struct column_map map = { .of = { [FIELD_PURPOSE] = "Why" } };
#define ONE(key) OBJECT("\"user\":1,\"nid\":2,\"" key "\":3")
#define PAIR(key) "ts=" T " user=1 nid=2 " key "=3\n"

	(void)state;
	expect_names(ONE("reAson") ONE("reason") ONE("reason"), NULL,
		"jsonl time=ts user=user subject=nid purpose=reason");
	expect_names("[" ONE("reAson") "," ONE("reason") "," ONE("reason") "]",
		NULL, "json time=ts user=user subject=nid purpose=reason");
	expect_names(PAIR("reAson") PAIR("reason") PAIR("reason"), NULL,
		"logfmt time=ts user=user subject=nid purpose=reason");
	expect_names(ONE("wHy") ONE("why") ONE("why"), &map,
		"jsonl time=ts user=user subject=nid purpose=why");
	/* as usual as each other: the first */
	expect_names(ONE("reAson") ONE("reason"), NULL,
		"jsonl time=ts user=user subject=nid purpose=reAson");
	/* a better name stays one */
	expect_names(ONE("purpose") ONE("reason") ONE("reason"), NULL,
		"jsonl time=ts user=user subject=nid purpose=purpose");
}

static void
test_names(void **state)
{
	const struct column_map map = { .of = {
		[FIELD_SUBJECT] = "q.value", [FIELD_CASE] = "later" } };

	(void)state;
	/* a whole name before a part of one, and what is above an id */
	expect_names(OBJECT("\"a\":{\"user\":1,\"login\":2},\"login\":\"ann\","
			    "\"target\":{\"id\":3},\"request\":{\"id\":4}"),
		NULL, "jsonl time=ts user=login subject=target.id");
	expect_names(OBJECT("\"user\":{\"name\":\"ann\"},\"request\":{\"id\":4}"),
		NULL, "jsonl without a name for the subject among \"ts\", "
		"\"user.name\", \"request.id\"; say --map subject=NAME");
	expect_names(OBJECT("\"user\":\"ann\",\"q\":{\"value\":4}"), &map,
		"jsonl time=ts user=user subject=q.value");
	expect_names(OBJECT("\"user\":\"ann\",\"nid\":4"), &map,
		"jsonl without a name 'q.value' (--map subject=q.value) among "
		"\"ts\", \"user\", \"nid\"");
	/* the best-named column fails, another could serve */
	expect_names("{\"timestamp\":\"x\",\"at\":\"" T "\",\"user\":\"ann\","
		     "\"nid\":1}\n", NULL,
		"column \"timestamp\" holds no time in most lines, but \"at\" "
		"could serve; say which with --map time=COLUMN");
	/* date alone is a time, beside one it is a half */
	expect_names("date=2026-05-01T10:11:12Z user=ann subject=1\n", NULL,
		"logfmt time=date user=user subject=subject");
	expect_names("date=2026-05-01 time=10:11:12 user=ann subject=1\n", NULL,
		"logfmt time=time date=date user=user subject=subject");
}

/* A request for a picture is no lookup, nor is it rejected. */
static void
test_events(void **state)
{
	(void)state;
	EXPECT(WEB("/logo.png") WEB("/find?nid=123") WEB("/logo.png")
		WEB("/find?nid=123") WEB("/find?nid=123") "x\n",
		NULL, SKIP_EVENT, REASON_LOOKUP, SKIP_EVENT, REASON_LOOKUP,
		REASON_LOOKUP, REJECT_SYNTAX);
	EXPECT(PAIRS "time=" T " user=ann\n" "time=" T " subject=1\n"
		"user=ann subject=1\n" "time=soon user=ann subject=1\n" PAIRS,
		NULL, REASON_LOOKUP, REJECT_NO_SUBJECT, REJECT_NO_USER,
		REJECT_NO_TIME, REJECT_BAD_TIME, REASON_LOOKUP);
}

/* Names that come later are fields if nothing else was; a new #Fields line says
 * all anew. */
static void
test_new_names(void **state)
{
	struct fault fault;
	struct log log;

	(void)state;
	assert_int_equal(log_open(&log, LITERAL(FIELDS W3C
		"#Fields: time date cs-uri-query c-ip cs-username\n"
		"10:11:12 2026-05-01 nid=123 10.0.0.1 ann\n" W3C), NULL, &fault),
		0);
	assert_int_equal(next(&log), SKIP_HEADER);
	expect_lookup(&log);
	assert_int_equal(next(&log), SKIP_HEADER);
	expect_lookup(&log);
	assert_slice(log.parsed.record.field[FIELD_SOURCE], "10.0.0.1");
	assert_true(reason_is_reject(next(&log)));
	at_end(&log);
	log_close(&log);
}

static void
test_late_names(void **state)
{
	struct fault fault;
	struct log log;
	static char text[200 * sizeof(PAIRS) + 200];
	size_t len = 0;

	(void)state;
	for (int i = 0; i < 200; i++, len += sizeof(PAIRS) - 1)
		memcpy(text + len, PAIRS, sizeof(PAIRS));
	len += (size_t)snprintf(text + len, sizeof(text) - len, "%s",
		"nid=9 case=C1 login=eve " PAIRS);
	assert_int_equal(log_open(&log, (struct slice){ text, len }, NULL,
		&fault), 0);
	assert_false(parser_has(log.parser, FIELD_CASE));
	for (int i = 0; i < 201; i++)
		expect_lookup(&log);
	assert_slice(log.parsed.record.field[FIELD_CASE], "C1");
	assert_true(parser_has(log.parser, FIELD_CASE));
	log_close(&log);
}

/* What rules look at beside the fields stays with the columns: tables without a
 * look ahead, dialects. Fields that rules give need no column. */
static void
test_also(void **state)
{
	static const struct slice also[] = { { "x", 1 }, { "syslog-tag", 10 },
		{ "user", 4 } };
	struct format_options options = { .zone = utc, .also = also,
		.n_also = ARRAY_LEN(also) };
	struct fault fault;
	struct log log;

	(void)state;
	options.map.ruled[FIELD_SUBJECT] = true;
	assert_int_equal(log_open_with(&log, LITERAL(
		"time,user,subject,x\n" T ",ann,123,5\n"), &options, NULL,
		&fault), 0);
	assert_true(parser_has(log.parser, FIELD_SUBJECT));
	assert_int_equal(next(&log), SKIP_HEADER);
	assert_int_equal(next(&log), REJECT_NO_SUBJECT); /* no rules here */
	log_close(&log);
}

/* Running numbers are in no field, and found anew with each header. */
static void
test_sequence(void **state)
{
	struct format_options options = { .zone = utc, .sequence = true };
	struct fault fault;
	struct log log;

	(void)state;
	assert_int_equal(log_open_with(&log, LITERAL(
		"seq,time,user,subject\n7," GOOD "user,subject,time,Record-No\n"
		"ann,123," T ",8\n" PAIRS PAIRS PAIRS), &options, NULL, &fault),
		0);
	for (int i = 0; i < 7; i++) {
		static const char *const numbers[] = { "", "7", "", "8", "",
			"", "" };

		(void)next(&log);
		if (log.parsed.reason == REASON_LOOKUP)
			assert_slice(parser_sequence(log.parser, &log.parsed),
				numbers[i]);
	}
	at_end(&log);
	log_close(&log);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_behind_prefixes),
		cmocka_unit_test(test_prefix_fields),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_spellings),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_new_names),
		cmocka_unit_test(test_late_names),
		cmocka_unit_test(test_also),
		cmocka_unit_test(test_sequence),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
