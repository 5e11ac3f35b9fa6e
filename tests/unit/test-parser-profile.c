/* SPDX-License-Identifier: Apache-2.0 */
/* Logs read by a profile: the form it names, and what its rules make of the
 * records of each form. */
#include "tests/unit/reader-fixture.h"

#include "format/profile.h"
#include "tests/unit/unit.h"

struct log {
	struct profile profile;
	struct zone *utc;
	struct format_options options;
	struct reader *reader;
	struct parser *parser;
	struct parsed parsed;
};

static int
log_open(struct log *log, const char *profile, const char *text,
	struct fault *fault)
{
	struct reader_limits limits = { .line = 100000, .ratio = 1000 };

	*log = (struct log){ 0 };
	put(text, strlen(text));
	assert_int_equal(zone_open(&log->utc, "UTC", fault), 0);
	log->options.zone = log->utc;
	if (profile_parse(&log->profile, "site", slice_of(profile), fault) != 0)
		fail_msg("line %d: %s", (int)fault->line, fault->text);
	profile_apply(&log->profile, &log->options);
	assert_int_equal(reader_open(&log->reader, path, &limits, fault), 0);
	return parser_open(&log->parser, log->reader, &log->options, fault);
}

static void
log_begin(struct log *log, const char *profile, const char *text)
{
	struct fault fault = { 0 };

	if (log_open(log, profile, text, &fault) != 0)
		fail_msg("%s", fault.text);
}

static enum reason
next(struct log *log)
{
	struct fault fault = { 0 };

	assert_int_equal(parser_next(log->parser, &log->parsed, &fault), 1);
	return log->parsed.reason;
}

static void
log_close(struct log *log)
{
	parser_free(log->parser);
	reader_free(log->reader);
	profile_free(&log->profile);
	zone_free(log->utc);
}

static void
log_end(struct log *log)
{
	struct fault fault = { 0 };

	assert_int_equal(parser_next(log->parser, &log->parsed, &fault), 0);
	assert_int_equal(fault.code, FAULT_NONE);
	log_close(log);
}

/* The next record is a lookup of a user, a subject and a kind. */
static void
lookup(struct log *log, const char *user, const char *subject,
	const char *kind)
{
	const struct slice *fields = log->parsed.record.field;

	assert_int_equal(next(log), REASON_LOOKUP);
	assert_slice(fields[FIELD_USER], user);
	assert_slice(fields[FIELD_SUBJECT], subject);
	assert_slice(fields[FIELD_KIND], kind);
}

#define RULES \
	"take subject = url /nid=(\\d+)/\n" \
	"take user = session\n" \
	"lookup event = /^(view|search)$/\n" \
	"constant kind = identity\n"

static void
test_table(void **state)
{
	struct log log;

	(void)state;
	log_begin(&log, RULES,
		"time,event,session,url,kind\n"
		"2026-05-01T10:00,view,asha,/a?nid=42,\n"
		"2026-05-01T10:01,edit,asha,/a?nid=43,\n"
		"2026-05-01T10:02,search,bilal,\"/a?x=1,2&nid=44\",vehicle\n"
		"2026-05-01T10:03,view,asha,/a,\n"
		"2026-05-01T10:04,view,-,/a?nid=45,\n"
		"time,event,session,url,kind\n"
		"today,view,asha,/a?nid=45,\n");
	assert_true(parser_has(log.parser, FIELD_SUBJECT));
	assert_true(parser_has(log.parser, FIELD_KIND));
	assert_false(parser_has(log.parser, FIELD_UNIT));
	assert_int_equal(next(&log), SKIP_HEADER);
	lookup(&log, "asha", "42", "identity");
	assert_int_equal(next(&log), SKIP_EVENT);
	lookup(&log, "bilal", "44", "vehicle");
	assert_int_equal(next(&log), REJECT_NO_SUBJECT);
	assert_int_equal(next(&log), REJECT_NO_USER);
	assert_int_equal(next(&log), SKIP_HEADER);
	assert_int_equal(next(&log), REJECT_BAD_TIME);
	log_end(&log);
}

/* A header of the same width is followed, though no rule finds a lookup in
 * it. */
static void
test_header(void **state)
{
	struct log log;

	(void)state;
	log_begin(&log, RULES "unmatched = skip\n",
		"time,event,session,url,unit\n"
		"2026-05-01T10:00,view,asha,/a?nid=42,U\n"
		"unit,time,url,event,session\n"
		"U,2026-05-01T10:00,/a?nid=43,view,bilal\n"
		"U,2026-05-01T10:00,/a,view,bilal\n");
	assert_int_equal(next(&log), SKIP_HEADER);
	lookup(&log, "asha", "42", "identity");
	assert_int_equal(next(&log), SKIP_HEADER);
	lookup(&log, "bilal", "43", "identity");
	assert_int_equal(next(&log), SKIP_EVENT);
	log_end(&log);
}

/* A table says which columns it has. */
static void
test_lacking(void **state)
{
	static const char text[] = "time,user,url,id\n"
		"2026-05-01T10:00,asha,/a?nid=42,7\n";
	static const struct {
		const char *profile, *says;
	} bad[] = {
		{ "lookup event != /edit/\n", "no column 'event', which the "
			"profile reads, among \"time\", \"user\"" },
		{ "take kind = action\n", "no column 'action'" },
		{ "take subject = uri\ntake subject = 9\n", "no column 'uri'" },
	};
	struct log log;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct fault fault = { 0 };

		assert_int_equal(log_open(&log, bad[i].profile, text, &fault),
			-1);
		assert_int_equal(fault.code, FAULT_USAGE);
		if (strstr(fault.text, bad[i].says) == NULL)
			fail_msg("%s", fault.text);
		log_close(&log);
	}
	log_begin(&log, "take subject = uri\ntake subject = 3 /\\d+/\n", text);
	assert_int_equal(next(&log), SKIP_HEADER);
	lookup(&log, "asha", "42", "");
	log_end(&log);
}

/* A column that goes by its number is no name, so that no broken line is a
 * header. */
static void
test_by_number(void **state)
{
	struct log log;

	(void)state;
	log_begin(&log, "map time = 1\nmap user = 2\nmap subject = 3\n",
		"a,b,c\n"
		"2026-05-01T10:00,asha,1001\n"
		"broken,asha,1002\n"
		"a,b,c\n");
	assert_int_equal(next(&log), SKIP_HEADER);
	lookup(&log, "asha", "1001", "");
	assert_int_equal(next(&log), REJECT_BAD_TIME);
	assert_int_equal(next(&log), SKIP_HEADER);
	log_end(&log);
	log_begin(&log, "map time = 1\ntake user = 3\ntake subject = 2\n"
		"lookup 4 = /view/\n",
		"a,b,c,d\n"
		"2026-05-01T10:00,1001,asha,view\n"
		"broken,1002,asha,view\n");
	assert_int_equal(next(&log), SKIP_HEADER);
	lookup(&log, "asha", "1001", "");
	assert_int_equal(next(&log), REJECT_BAD_TIME);
	log_end(&log);
}

/* Columns that no record has had yet are empty, and found once one has. */
static void
test_json(void **state)
{
	struct log log;

	(void)state;
	log_begin(&log, "format = json\n" RULES "take case = a.b\n",
		"{\"time\":\"2026-05-01T10:00Z\",\"event\":\"view\","
		"\"session\":\"asha\",\"url\":\"?nid=42\"}\n"
		"{\"time\":\"2026-05-01T10:00Z\",\"event\":\"view\","
		"\"session\":\"asha\",\"url\":\"?nid=43\","
		"\"a\":{\"b\":\"C-1\"}}\n"
		"{\"time\":\"2026-05-01T10:00Z\",\"session\":\"asha\"}\n");
	lookup(&log, "asha", "42", "identity");
	assert_slice(log.parsed.record.field[FIELD_CASE], "");
	lookup(&log, "asha", "43", "identity");
	assert_slice(log.parsed.record.field[FIELD_CASE], "C-1");
	assert_int_equal(next(&log), SKIP_EVENT);
	log_end(&log);
}

static void
test_pattern(void **state)
{
	static const char profile[] =
		"pattern = ^(?<time>\\S+) (?<session>\\w+) (?<event>\\w+) "
		"(?<url>\\S*)$\n" RULES;
	static const char text[] =
		"2026-05-01T10:00 asha view /?nid=42\n"
		"2026-05-01T10:00 asha edit /?nid=42\n"
		"\n"
		"\tgoes on\n";
	struct log log;
	char skips[512];

	(void)state;
	log_begin(&log, profile, text);
	lookup(&log, "asha", "42", "identity");
	assert_int_equal(next(&log), SKIP_EVENT);
	assert_int_equal(next(&log), SKIP_BLANK);
	assert_int_equal(next(&log), REJECT_PATTERN);
	log_end(&log);
	(void)snprintf(skips, sizeof(skips), "%sunmatched = skip\n", profile);
	log_begin(&log, skips, text);
	lookup(&log, "asha", "42", "identity");
	assert_int_equal(next(&log), SKIP_EVENT);
	assert_int_equal(next(&log), SKIP_BLANK);
	assert_int_equal(next(&log), SKIP_EVENT);
	log_end(&log);
}

/* What is named is read as such, whatever it looks like. */
static void
test_format(void **state)
{
	struct log log;
	struct fault fault = { 0 };

	(void)state;
	log_begin(&log, "format = jsonl\nmap subject = nid\n",
		"time,user,subject\n"
		"{\"time\":\"2026-05-01T10:00Z\",\"user\":\"asha\","
		"\"nid\":42}\n");
	assert_string_equal(parser_format(log.parser), "jsonl");
	assert_int_equal(next(&log), REJECT_SYNTAX);
	lookup(&log, "asha", "42", "");
	log_end(&log);
	assert_int_equal(log_open(&log, "format = csv\n",
		"{\"time\":\"2026-05-01T10:00Z\",\"user\":\"asha\"}\n", &fault),
		-1);
	log_close(&log);
	log_begin(&log, "format = combined\n", "\n\n");
	assert_int_equal(next(&log), SKIP_BLANK);
	assert_int_equal(next(&log), SKIP_BLANK);
	log_end(&log);
	log_begin(&log, "format = w3c\n", "");
	log_end(&log);
}

static void
test_separator(void **state)
{
	static const char text[] = "time,user;subject,kind;a,b\n"
		"2026-05-01T10:00,asha;42,vehicle;x,y\n";
	struct log log;
	struct fault fault = { 0 };

	(void)state;
	log_begin(&log, "separator = ,\nmap user = 1\nmap subject = 2\n"
		"map time = time\n", text);
	assert_string_equal(parser_format(log.parser), "csv");
	log_close(&log);
	assert_int_equal(log_open(&log, "format = tsv\n",
		"time,user,subject\n", &fault), -1);
	log_close(&log);
}

/* Times in the forms that are described, and in no other. */
static void
test_times(void **state)
{
	struct log log;

	(void)state;
	log_begin(&log, "time-format = %d/%m/%Y %H:%M\n"
		"time-format = %d.%m.%y %H:%M\n"
		"timezone = +06:00\n",
		"time,user,subject\n"
		"01/05/2026 10:00,asha,42\n"
		"01.05.26 10:00,asha,43\n"
		"2026-05-01T10:00,asha,44\n");
	assert_int_equal(next(&log), SKIP_HEADER);
	lookup(&log, "asha", "42", "");
	assert_int_equal(log.parsed.when.ms, INT64_C(1777608000000));
	lookup(&log, "asha", "43", "");
	assert_int_equal(log.parsed.when.ms, INT64_C(1777608000000));
	assert_int_equal(next(&log), REJECT_BAD_TIME);
	log_end(&log);
}

/* The time itself may be within a text. */
static void
test_time_taken(void **state)
{
	struct log log;

	(void)state;
	log_begin(&log, "take time = stamp /at (.*)$/\n",
		"stamp,user,subject\n"
		"at 2026-05-01T10:00Z,asha,42\n"
		"2026-05-01T10:00Z,asha,43\n");
	assert_int_equal(next(&log), SKIP_HEADER);
	lookup(&log, "asha", "42", "");
	assert_int_equal(next(&log), REJECT_NO_TIME);
	log_end(&log);
}

static void
test_steps(void **state)
{
	struct log log;

	(void)state;
	log_begin(&log, "take subject = url /^(a+)+$/\n",
		"time,user,url\n"
		"2026-05-01T10:00,asha,aaaa\n"
		"2026-05-01T10:00,asha,"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\n"
		"2026-05-01T10:00,asha,aaa\n");
	assert_int_equal(next(&log), SKIP_HEADER);
	lookup(&log, "asha", "aaaa", "");
	assert_int_equal(next(&log), REJECT_STEPS);
	lookup(&log, "asha", "aaa", "");
	log_end(&log);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_lacking),
		cmocka_unit_test(test_by_number),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_pattern),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_separator),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_time_taken),
		cmocka_unit_test(test_steps),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
