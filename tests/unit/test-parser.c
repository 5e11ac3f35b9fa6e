/* SPDX-License-Identifier: Apache-2.0 */
/* Every line of a log gets its reason, and what is a record its fields. */
#include "tests/unit/parser-fixture.h"

#define HEAD "time,user,subject,case\n"
#define GOOD "2026-05-01T10:11:12Z,ann,123,C1\n"

static void
test_reasons(void **state)
{
	(void)state;
	EXPECT("\n# comment\nsep=,\n" HEAD GOOD
		"\n \t\n"
		HEAD
		"2026-05-01T10:11:12Z,ann,123\n"
		"2026-05-01T10:11:12Z,ann,123,C1,\n"
		"yesterday,ann,123,C1\n"
		",ann,123,C1\n"
		"-,ann,123,C1\n"
		"2026-05-01T10:11:12Z,,123,C1\n"
		"2026-05-01T10:11:12Z,NULL,123,C1\n"
		"2026-05-01T10:11:12Z,ann, - ,C1\n"
		"2026-05-01T10:11:12Z,ann,N/A,C1\n"
		"# another, with some, commas\n"
		"2026-05-01T10:11:12Z,ann,0,\n",
		NULL, SKIP_BLANK, SKIP_COMMENT, SKIP_COMMENT, SKIP_HEADER,
		REASON_LOOKUP, SKIP_BLANK, SKIP_BLANK, SKIP_HEADER,
		REJECT_WIDTH, REJECT_WIDTH, REJECT_BAD_TIME, REJECT_NO_TIME,
		REJECT_NO_TIME, REJECT_NO_USER, REJECT_NO_USER,
		REJECT_NO_SUBJECT, REJECT_NO_SUBJECT, SKIP_COMMENT,
		REASON_LOOKUP);
}

static void
test_long_and_cut(void **state)
{
	struct bytes text = { 0 }, packed = { 0 };
	static char field[100001];
	static const enum reason reasons[] = { SKIP_HEADER, REASON_LOOKUP,
		REJECT_LONG, REASON_LOOKUP, REJECT_CUT };

	(void)state;
	memset(field, 'x', sizeof(field));
	bytes_add(&text, HEAD GOOD, sizeof(HEAD GOOD) - 1);
	bytes_add(&text, field, sizeof(field));
	bytes_add(&text, "\n" GOOD, sizeof(GOOD));
	bytes_add(&text, GOOD, 20);
	bytes_add_packed(&packed, text.at, text.len, 0);
	expect_reasons((struct slice){ packed.at, packed.len - 8 }, NULL,
		reasons, ARRAY_LEN(reasons));
	bytes_free(&text);
	bytes_free(&packed);
}

static void
test_fields(void **state)
{
	struct log log;
	struct fault fault;
	char buf[256];

	(void)state;
	assert_int_equal(log_open(&log, LITERAL("\xef\xbb\xbfnid;Time;x;user\n"
		"\"1;2\";2026-05-01 10:11; ; b\xc3\xb6 \n"), NULL, &fault), 0);
	assert_string_equal(parser_format(log.parser), "csv;");
	assert_true(parser_has(log.parser, FIELD_SUBJECT));
	assert_false(parser_has(log.parser, FIELD_CASE));
	parser_describe(log.parser, buf, sizeof(buf));
	assert_string_equal(buf, "csv; time=Time user=user subject=nid");
	parser_describe(log.parser, buf, 12);
	assert_int_equal(next(&log), SKIP_HEADER);
	assert_int_equal(next(&log), REASON_LOOKUP);
	assert_int_equal(log.parsed.line.number, 2);
	assert_slice(log.parsed.record.field[FIELD_SUBJECT], "1;2");
	assert_slice(log.parsed.record.field[FIELD_USER], "b\xc3\xb6");
	assert_int_equal(log.parsed.record.field[FIELD_CASE].len, 0);
	assert_true(log.parsed.when.ms == 1777630260000);
	assert_false(log.parsed.when.zoned);
	at_end(&log);
	log_close(&log);
}

static void
test_date_and_time(void **state)
{
	struct log log;
	struct fault fault;

	(void)state;
	assert_int_equal(log_open(&log, LITERAL("date,time,user,id\n"
		"2026-05-01,10:11:12+06:00,ann,1\n,10:11,ann,1\n"
		"2026-05-01,25:00,ann,1\n2026-05-01,,ann,1\n"
		"20260501,10:11,ann,1\n01/May/2026,10:11,ann,1\n"
		"2026-05-01,10:11:12.5,ann,1\n"), NULL, &fault), 0);
	assert_int_equal(next(&log), SKIP_HEADER);
	assert_int_equal(next(&log), REASON_LOOKUP);
	assert_true(log.parsed.when.ms == 1777608672000);
	assert_int_equal(log.parsed.when.offset, 21600);
	assert_int_equal(next(&log), REJECT_BAD_TIME);
	assert_int_equal(next(&log), REJECT_BAD_TIME);
	assert_int_equal(next(&log), REJECT_NO_TIME);
	for (int i = 0; i < 3; i++)
		assert_int_equal(next(&log), REASON_LOOKUP);
	assert_true(log.parsed.when.ms == 1777630272500);
	at_end(&log);
	log_close(&log);
}

/* A quoted record over several lines is one record. */
static void
test_multi_line(void **state)
{
	struct log log;
	struct fault fault;

	(void)state;
	assert_int_equal(log_open(&log, LITERAL(HEAD
		"2026-05-01T10:11:12Z,ann,123,\"one\n\ntwo, \"\"3\"\"\n\"\n"
		GOOD), NULL, &fault), 0);
	assert_int_equal(next(&log), SKIP_HEADER);
	assert_int_equal(next(&log), REASON_LOOKUP);
	assert_int_equal(log.parsed.line.number, 2);
	assert_slice(log.parsed.record.field[FIELD_CASE],
		"one\n\ntwo, \"3\"\n");
	assert_slice(log.parsed.record.field[FIELD_USER], "ann");
	assert_int_equal(next(&log), REASON_LOOKUP);
	assert_int_equal(log.parsed.line.number, 6);
	assert_slice(log.parsed.record.field[FIELD_CASE], "C1");
	at_end(&log);
	log_close(&log);
}

/* Sixteen lines are a record, seventeen are not. */
static void
test_multi_line_most(void **state)
{
	(void)state;
	EXPECT(HEAD "2026-05-01T10:11:12Z,ann,123,\""
		"\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\"\n" GOOD,
		NULL, SKIP_HEADER, REASON_LOOKUP, REASON_LOOKUP);
	EXPECT(HEAD "2026-05-01T10:11:12Z,ann,123,\""
		"\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\nx\"\n" GOOD,
		NULL, SKIP_HEADER, REJECT_QUOTE, SKIP_BLANK, SKIP_BLANK,
		SKIP_BLANK, SKIP_BLANK, SKIP_BLANK, SKIP_BLANK, SKIP_BLANK,
		SKIP_BLANK, SKIP_BLANK, SKIP_BLANK, SKIP_BLANK, SKIP_BLANK,
		SKIP_BLANK, SKIP_BLANK, SKIP_BLANK, REJECT_WIDTH,
		REASON_LOOKUP);
}

/* An open quote costs its own line only, wherever the file ends. */
static void
test_unterminated(void **state)
{
	(void)state;
	EXPECT(HEAD "2026-05-01T10:11:12Z,ann,123,\"C1\n" GOOD GOOD, NULL,
		SKIP_HEADER, REJECT_QUOTE, REASON_LOOKUP, REASON_LOOKUP);
	EXPECT(HEAD GOOD "2026-05-01T10:11:12Z,ann,123,\"C1", NULL,
		SKIP_HEADER, REASON_LOOKUP, REJECT_QUOTE);
	EXPECT(HEAD GOOD "\"\n", NULL, SKIP_HEADER, REASON_LOOKUP,
		REJECT_QUOTE);
	/* two of them may make a record of the wrong width: both are lines */
	EXPECT(HEAD "2026-05-01T10:11:12Z,ann,123,\"C1\n" GOOD
		"2026-05-01T10:11:12Z,ann,123,C1\",x\n" GOOD, NULL,
		SKIP_HEADER, REJECT_WIDTH, REASON_LOOKUP, REJECT_WIDTH,
		REASON_LOOKUP);
}

/* Long lines behind an open quote make the buffer move while the record is
 * being extended in vain. */
static void
test_unterminated_moves(void **state)
{
	struct bytes text = { 0 };
	struct log log;
	struct fault fault;
	static char filler[90000];

	(void)state;
	memset(filler, 'y', sizeof(filler));
	bytes_add(&text, HEAD, sizeof(HEAD) - 1);
	for (int i = 0; i < 40; i++) {
		size_t len = 3000 * (size_t)(i % 30);

		bytes_add(&text, "2026-05-01T10:11:12Z,ann,123,\"", 30);
		bytes_add(&text, filler, len);
		bytes_add(&text, "\n" GOOD, sizeof(GOOD));
		bytes_add(&text, "2026-05-01T10:11:12Z,bob,", 25);
		bytes_add(&text, filler, len);
		bytes_add(&text, ",C2\n", 4);
	}
	assert_int_equal(log_open(&log, (struct slice){ text.at, text.len },
		NULL, &fault), 0);
	assert_int_equal(next(&log), SKIP_HEADER);
	for (int i = 0; i < 40; i++) {
		assert_in_range(next(&log), REJECT_QUOTE, REJECT_WIDTH);
		assert_memory_equal(log.parsed.line.text.at,
			"2026-05-01T10:11:12Z,ann,123,\"", 30);
		assert_int_equal(next(&log), REASON_LOOKUP);
		assert_slice(log.parsed.record.field[FIELD_CASE], "C1");
		assert_int_equal(next(&log), i % 30 == 0 ?
			REJECT_NO_SUBJECT : REASON_LOOKUP);
		assert_slice(log.parsed.record.field[FIELD_USER], "bob");
		assert_int_equal(log.parsed.record.field[FIELD_SUBJECT].len,
			3000 * (i % 30));
	}
	at_end(&log);
	log_close(&log);
	bytes_free(&text);
}

/* Another header in the middle is followed. */
static void
test_new_header(void **state)
{
	struct log log;
	struct fault fault;

	(void)state;
	assert_int_equal(log_open(&log, LITERAL(HEAD GOOD
		"User,Timestamp,NID,Unit,Case\n"
		"bob,2026-05-01T10:11:12Z,9,U1,C2\n" GOOD
		"user,date,time,nid\n"
		"eve,2026-05-02,10:11,8\n"), NULL, &fault), 0);
	assert_int_equal(next(&log), SKIP_HEADER);
	assert_int_equal(next(&log), REASON_LOOKUP);
	assert_int_equal(next(&log), SKIP_HEADER);
	assert_int_equal(next(&log), REASON_LOOKUP);
	assert_slice(log.parsed.record.field[FIELD_USER], "bob");
	assert_slice(log.parsed.record.field[FIELD_UNIT], "U1");
	assert_int_equal(next(&log), REJECT_WIDTH);
	assert_int_equal(next(&log), SKIP_HEADER);
	assert_int_equal(next(&log), REASON_LOOKUP);
	assert_slice(log.parsed.record.field[FIELD_USER], "eve");
	assert_int_equal(log.parsed.record.field[FIELD_UNIT].len, 0);
	at_end(&log);
	log_close(&log);
}

/* The same columns in another order, the width unchanged; what was settled
 * about a date column beside a whole time holds for the new header too. */
static void
test_new_header_with_date(void **state)
{
	(void)state;
	EXPECT("date,timestamp,user,nid\n1990-01-01,2026-05-01T10:11Z,ann,1\n"
		"timestamp,date,user,nid\n2026-05-01T10:11Z,1990-01-01,ann,1\n",
		NULL, SKIP_HEADER, REASON_LOOKUP, SKIP_HEADER, REASON_LOOKUP);
}

static void
test_pattern(void **state)
{
	(void)state;
	EXPECT("# x\n\n1777630272 ann 5\nbob\n1777630272 - 5\n"
		"x1777630272 ann 5\n1777630272 ann -\n- ann 5\n"
		"99999999999999999 ann 5\n",
		"^(?<time>\\d+|-) (?<user>\\S+) (?<subject>\\S+)$",
		REJECT_PATTERN, SKIP_BLANK, REASON_LOOKUP, REJECT_PATTERN,
		REJECT_NO_USER, REJECT_PATTERN, REJECT_NO_SUBJECT,
		REJECT_NO_TIME, REJECT_BAD_TIME);
	EXPECT("1777630272 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\n"
		"1777630272 aa 5\n",
		"^(?<time>\\d+) (?<user>(a+)+) (?<subject>\\d+)$",
		REJECT_STEPS, REASON_LOOKUP);
}

static void
test_empty(void **state)
{
	struct log log;
	struct fault fault;
	char buf[64] = "x";

	(void)state;
	assert_int_equal(log_open(&log, LITERAL(""), NULL, &fault), 0);
	assert_string_equal(parser_format(log.parser), "");
	assert_false(parser_has(log.parser, FIELD_USER));
	parser_describe(log.parser, buf, sizeof(buf));
	assert_string_equal(buf, "");
	at_end(&log);
	log_close(&log);
	EXPECT("\n# a,b\n", NULL, SKIP_BLANK, SKIP_COMMENT);
	EXPECT("sep=;\n", NULL, SKIP_COMMENT);
	EXPECT(HEAD, NULL, SKIP_HEADER);
}

static void
test_no_log(void **state)
{
	struct log log;
	struct fault fault;

	(void)state;
	assert_int_equal(log_open(&log, LITERAL("a,b\n1,2\n"), NULL, &fault),
		-1);
	assert_int_equal(fault.code, FAULT_USAGE);
	log_close(&log);
}

/* The rewritten and the logged texts of a record's subjects, in brackets. */
static void
assert_subjects(const struct log *log, const char *want)
{
	char text[512] = "";
	size_t len = 0;

	for (size_t i = 0; i < log->parsed.n_subjects; i++) {
		const struct subject_name *subject = &log->parsed.subjects[i];

		len += (size_t)snprintf(text + len, sizeof(text) - len,
			"[%.*s|%.*s]", (int)subject->name.len,
			subject->name.at, (int)subject->logged.len,
			subject->logged.at);
	}
	assert_string_equal(text, want);
}

static void
test_one_subject(void **state)
{
	struct fault fault;
	struct log log;

	(void)state;
	assert_int_equal(log_open(&log, slice_of("ts,user,nid,case\n"
		"1777630272,১,1;2,C১\n1777630272,a,১২,৩\n1777630272,a,-,\n"
		"1777630272,a,7,৩\n"), NULL, &fault), 0);
	assert_int_equal(next(&log), SKIP_HEADER);
	assert_int_equal(log.parsed.n_subjects, 0);
	assert_int_equal(next(&log), REASON_LOOKUP);
	assert_subjects(&log, "[1;2|1;2]");
	assert_slice(log.parsed.record.field[FIELD_CASE], "C1");
	assert_slice(log.parsed.record.field[FIELD_USER], "১");
	assert_int_equal(next(&log), REASON_LOOKUP);
	assert_subjects(&log, "[12|১২]");
	assert_slice(log.parsed.record.field[FIELD_SUBJECT], "১২");
	assert_slice(log.parsed.record.field[FIELD_CASE], "3");
	assert_int_equal(next(&log), REJECT_NO_SUBJECT);
	assert_int_equal(log.parsed.n_subjects, 0);
	assert_int_equal(next(&log), REASON_LOOKUP);
	assert_subjects(&log, "[7|7]");
	assert_slice(log.parsed.record.field[FIELD_CASE], "3");
	at_end(&log);
	log_close(&log);
}

static void
test_rewritten(void **state)
{
	static const char *const rules[] = { "subject=/^(\\+88)?0?1/01/",
		"subject=/^x$/-/", "user=/@.*//", "user=/^nobody$/none/",
		"source=/:\\d+$//" };
	struct format_options options = { .zone = utc };
	struct rewrites *rewrites = NULL;
	struct fault fault = { 0 };
	struct log log;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		assert_int_equal(rewrites_add(&rewrites, rules[i], &fault), 0);
	options.rewrites = rewrites;
	assert_int_equal(log_open_with(&log, slice_of("ts,user,nid,ip\n"
		"1777630272,ann@police,+880171,10.0.0.1:99\n"
		"1777630272,@x,171,10.0.0.1\n1777630272,a,x,\n"
		"1777630272,nobody,1,\n"), &options, NULL, &fault), 0);
	assert_int_equal(next(&log), SKIP_HEADER);
	assert_int_equal(next(&log), REASON_LOOKUP);
	assert_subjects(&log, "[0171|+880171]");
	assert_slice(log.parsed.record.field[FIELD_USER], "ann");
	assert_slice(log.parsed.record.field[FIELD_SUBJECT], "+880171");
	assert_slice(log.parsed.record.field[FIELD_SOURCE], "10.0.0.1");
	assert_int_equal(next(&log), REASON_LOOKUP);
	assert_subjects(&log, "[0171|171]");
	assert_slice(log.parsed.record.field[FIELD_USER], "@x");
	/* into what says that nothing is given */
	assert_int_equal(next(&log), REJECT_NO_SUBJECT);
	assert_int_equal(next(&log), REJECT_NO_USER);
	assert_int_equal(parser_not_rewritten(log.parser), 0);
	at_end(&log);
	log_close(&log);
	rewrites_free(rewrites);
}

static void
test_split(void **state)
{
	struct format_options options = { .zone = utc, .split = ";|\t" };
	struct rewrites *rewrites = NULL;
	struct fault fault = { 0 };
	struct log log;

	(void)state;
	assert_int_equal(rewrites_add(&rewrites, "subject=/a/b/", &fault), 0);
	options.rewrites = rewrites;
	assert_int_equal(log_open_with(&log, slice_of("ts,user,nid\n"
		"1777630272,u,1\n1777630272,u,a;ca | ১;;-;N/A;d e;a\n"
		"1777630272,u,;;\n1777630272,u, - ; |\n1777630272,u,"
		"\xe0\xa7\xa7\xbb;\xbb\n"), &options, NULL, &fault), 0);
	assert_int_equal(next(&log), SKIP_HEADER);
	assert_int_equal(next(&log), REASON_LOOKUP);
	assert_subjects(&log, "[1|1]");
	assert_int_equal(next(&log), REASON_LOOKUP);
	assert_subjects(&log, "[b|a][cb|ca][1|১][d e|d e][b|a]");
	assert_int_equal(next(&log), REJECT_NO_SUBJECT);
	assert_int_equal(log.parsed.n_subjects, 0);
	assert_int_equal(next(&log), REJECT_NO_SUBJECT);
	assert_int_equal(next(&log), REASON_LOOKUP); /* 0xbb is ';' + 0x80 */
	assert_subjects(&log, "[1\xbb|\xe0\xa7\xa7\xbb][\xbb|\xbb]");
	at_end(&log);
	log_close(&log);
	rewrites_free(rewrites);
}

/* 256 subjects, and one more; parts that count for nothing are free. */
static void
test_split_most(void **state)
{
	struct format_options options = { .zone = utc, .split = ";" };
	static char text[8192];
	char why[64];
	struct fault fault;
	struct log log;
	size_t len;

	(void)state;
	len = (size_t)snprintf(text, sizeof(text), "ts,user,nid\n");
	for (int most = PARSER_SUBJECTS; most <= PARSER_SUBJECTS + 1; most++) {
		len += (size_t)snprintf(text + len, sizeof(text) - len,
			"1777630272,u,");
		for (int i = 0; i < most; i++)
			len += (size_t)snprintf(text + len, sizeof(text) - len,
				"%s;;", i % 2 == 0 ? "১" : "2");
		text[len++] = '\n';
	}
	assert_int_equal(log_open_with(&log, (struct slice){ text, len },
		&options, NULL, &fault), 0);
	assert_int_equal(next(&log), SKIP_HEADER);
	assert_int_equal(next(&log), REASON_LOOKUP);
	assert_int_equal(log.parsed.n_subjects, PARSER_SUBJECTS);
	for (size_t i = 0; i < PARSER_SUBJECTS; i++)
		assert_slice(log.parsed.subjects[i].name,
			i % 2 == 0 ? "1" : "2");
	assert_int_equal(next(&log), REJECT_SUBJECTS);
	assert_int_equal(log.parsed.n_subjects, 0);
	parser_explain(log.parser, &log.parsed, why, sizeof(why));
	assert_string_equal(why, "more than 256");
	at_end(&log);
	log_close(&log);
}

static void
test_names(void **state)
{
	(void)state;
	for (int r = 0; r < REASON_N; r++) {
		enum reason reason = (enum reason)r;

		assert_non_null(reason_name(reason));
		assert_int_equal((reason == REASON_LOOKUP) +
			reason_is_skip(reason) + reason_is_reject(reason), 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_long_and_cut),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_date_and_time),
		cmocka_unit_test(test_multi_line),
		cmocka_unit_test(test_multi_line_most),
		cmocka_unit_test(test_unterminated),
		cmocka_unit_test(test_unterminated_moves),
		cmocka_unit_test(test_new_header),
		cmocka_unit_test(test_new_header_with_date),
		cmocka_unit_test(test_pattern),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_no_log),
		cmocka_unit_test(test_one_subject),
		cmocka_unit_test(test_rewritten),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_split_most),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
