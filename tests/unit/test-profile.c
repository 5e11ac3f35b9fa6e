/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles: what each line says, what is wrong with lines and where, and
 * those that come with the program. */
#include "tests/unit/unit.h"

#include <unistd.h>

#include "format/profile.h"

static void
parse(struct profile *profile, const char *text)
{
	struct fault fault = { 0 };

	if (profile_parse(profile, "site", slice_of(text), &fault) != 0)
		fail_msg("line %d: %s", (int)fault.line, fault.text);
}

static void
test_table(void **state)
{
	struct profile profile;

	(void)state;
	parse(&profile,
		"# the portal of the north\r\n"
		"about = the portal of the north\r\n"
		"\r\n"
		"format = csv\n"
		"separator = ;\n"
		"map user = User name\n"
		"map   time=when\n"
		"time-format = %d/%m/%Y %H:%M\n"
		"time-format = %d.%m.%Y %H:%M\n"
		"timezone = +06:00\n"
		"rewrite subject = /^[+]88//\n"
		"split = \"; \"\n");
	assert_string_equal(profile.about, "the portal of the north");
	assert_string_equal(profile.format, "csv");
	assert_int_equal(profile.separator, ';');
	assert_string_equal(profile.map.of[FIELD_USER], "User name");
	assert_string_equal(profile.map.of[FIELD_TIME], "when");
	assert_null(profile.map.of[FIELD_SUBJECT]);
	assert_int_equal(profile.n_time_formats, 2);
	assert_string_equal(zone_name(profile.zone), "+06:00");
	assert_string_equal(profile.split, "; ");
	assert_non_null(profile.rewrites);
	assert_null(profile.rules);
	assert_null(profile.pattern);
	profile_free(&profile);
	profile_free(&profile);
}

static void
test_nothing(void **state)
{
	struct profile profile;

	(void)state;
	parse(&profile, "\xef\xbb\xbf# says nothing\nformat = auto\n"
		"unmatched = reject");
	assert_null(profile.about);
	assert_null(profile.format);
	assert_null(profile.zone);
	assert_null(profile.rules);
	assert_int_equal(profile.separator, 0);
	profile_free(&profile);
}

/* Columns of lookup and take may have blanks, and = in their pattern. */
static void
test_rules(void **state)
{
	struct profile profile;
	const struct slice *columns;
	size_t n;

	(void)state;
	parse(&profile,
		"format = jsonl\n"
		"lookup event name = /^get=/i\n"
		"lookup agent != /health/\n"
		"take subject = request.url /nid=(\\d+)/\n"
		"constant kind = \"identity \"\n"
		"unmatched = skip\n");
	columns = rules_columns(profile.rules, &n);
	assert_int_equal(n, 3);
	assert_slice(columns[0], "event name");
	assert_slice(columns[1], "agent");
	assert_slice(columns[2], "request.url");
	assert_true(rules_skip(profile.rules));
	assert_true(rules_take(profile.rules, FIELD_SUBJECT));
	assert_true(rules_give(profile.rules, FIELD_KIND));
	profile_free(&profile);
}

/* The groups that rules read may stand behind them in the profile. */
static void
test_pattern(void **state)
{
	struct profile profile;
	struct matcher *matcher;
	struct slice values[RULES_COLUMNS];
	struct record record;
	struct fault fault = { 0 };

	(void)state;
	parse(&profile,
		"pattern = ^(?<time>\\S+) (?<login>\\w+): (?<message>.*)$\n"
		"take subject = message /nid (\\d+)/\n"
		"take subject = not a group\n"
		"lookup message = /^asks/\n");
	assert_true(pattern_has(profile.pattern, FIELD_USER));
	assert_false(pattern_has(profile.pattern, FIELD_SUBJECT));
	assert_int_equal(matcher_open(&matcher, profile.pattern, &fault), 0);
	assert_int_equal(matcher_match(matcher,
		slice_of("2026-05-01T10:11 asha: asks nid 42"), &record,
		values), MATCH_YES);
	assert_slice(record.field[FIELD_USER], "asha");
	assert_slice(values[0], "asks nid 42");
	assert_slice(values[1], "");
	matcher_free(matcher);
	profile_free(&profile);
}

static void
test_wrong(void **state)
{
	static const struct {
		const char *text;
		uint64_t line;
		const char *says;
	} bad[] = {
		{ "\nformat csv\n", 2, "'format csv' is not NAME = VALUE" },
		{ "fromat = csv\n", 1, "'fromat' is nothing a profile says; it "
			"may say about, constant, format," },
		{ "format = xml\n", 1, "'xml' is none of auto, csv" },
		{ "format =\n", 1, "format needs a value, as in format = csv" },
		{ "format = csv\nformat = csv\n", 2, "format is given twice" },
		{ "about = a\nabout = b\n", 2, "about is given twice" },
		{ "about = \033[31m\n", 1, "about holds a control character" },
		{ "format x = csv\n", 1, "'x' stands between format and" },
		{ "map = login\n", 1, "map lacks its FIELD, as in map user" },
		{ "map person = login\n", 1, "names no field" },
		{ "map user = a\nmap user = b\n", 2, "is given twice; take" },
		{ "take user = /b/\n", 1, "names no column to take from" },
		{ "lookup = /a/\n", 1, "lookup lacks its COLUMN" },
		{ "lookup ! = /a/\n", 1, "names no column" },
		{ "lookup a = b\n", 1, "write it between slashes" },
		{ "constant kind = none\n", 1, "means that no kind is given" },
		{ "separator = :\n", 1, "':' is none of , ; | tab" },
		{ "\nseparator = ;\nformat = json\n", 2, "goes with format" },
		{ "timezone = Dhaka/Asia\n", 1, "no time zone 'Dhaka/Asia'" },
		{ "rewrite time = /a/b/\n", 1, "no field that can be" },
		{ "rewrite subject = /(/b/\n", 1, "does not compile" },
		{ "#\ntime-format = %Y\n", 2, "the time format lacks" },
		{ "split = a\n", 1, "none may be a letter" },
		{ "unmatched = maybe\n", 1, "none of skip, reject" },
		{ "#\nformat = pattern\n", 2, "needs a line pattern" },
		{ "#\npattern = (\n", 2, "does not compile at character 2" },
		{ "pattern = (?<time>a)(?<user>b)\n", 1, "no group for the "
			"subject" },
		{ "pattern = (?<time>a)(?<user>b)(?<subject>c)\n"
		  "format = csv\n", 2, "does not go with a pattern" },
		{ "pattern = (?<time>a)(?<user>b)(?<subject>c)\n"
		  "map user = b\n", 2, "map does not go with a pattern" },
		{ "pattern = (?<time>a)(?<user>b)(?<subject>c)\n"
		  "lookup kindly = /b/\n", 1, "no group 'kindly', which" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct profile profile;
		struct fault fault = { 0 };

		assert_int_equal(profile_parse(&profile, "site",
			slice_of(bad[i].text), &fault), -1);
		assert_int_equal(fault.code, FAULT_USAGE);
		assert_string_equal(fault.file, "site");
		if (strstr(fault.text, bad[i].says) == NULL ||
			fault.line != bad[i].line)
			fail_msg("%s: line %d: %s", bad[i].text,
				(int)fault.line, fault.text);
		profile_free(&profile);
	}
}

static void
test_ceilings(void **state)
{
	struct profile profile;
	struct fault fault = { 0 };
	char text[PROFILE_TIME_FORMATS * 32 + 64] = "";
	size_t len = 0;

	(void)state;
	for (int i = 0; i <= PROFILE_TIME_FORMATS; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
			"time-format = %%F %%H:%%M:%02d\n", i);
	assert_int_equal(profile_parse(&profile, "site", slice_of(text),
		&fault), -1);
	assert_int_equal(fault.line, PROFILE_TIME_FORMATS + 1);
	profile_free(&profile);
}

static void
test_file(void **state)
{
	char path[] = "/tmp/quis-profile-XXXXXX";
	int fd = mkstemp(path);
	struct profile profile;
	struct fault fault = { 0 };

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "format = w3c\nx\n", 15), 15);
	assert_int_equal(profile_read(&profile, path, &fault), -1);
	assert_int_equal(fault.line, 2);
	assert_string_equal(fault.file, path);
	profile_free(&profile);
	assert_int_equal(ftruncate(fd, 13), 0);
	fault = (struct fault){ 0 };
	assert_int_equal(profile_read(&profile, path, &fault), 0);
	assert_string_equal(profile.format, "w3c");
	profile_free(&profile);
	(void)close(fd);
	(void)unlink(path);
	assert_int_equal(profile_read(&profile, path, &fault), -1);
	assert_non_null(strstr(fault.text, "--profile"));
	profile_free(&profile);
}

static void
test_shipped(void **state)
{
	(void)state;
	assert_true(shipped_profiles_n >= 8);
	for (size_t i = 0; i < shipped_profiles_n; i++) {
		struct profile profile;
		struct fault fault = { 0 };

		if (profile_parse(&profile, shipped_profiles[i].name,
			    shipped_profiles[i].text, &fault) != 0)
			fail_msg("%s: line %d: %s", shipped_profiles[i].name,
				(int)fault.line, fault.text);
		assert_non_null(profile.about);
		profile_free(&profile);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_pattern),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_ceilings),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_shipped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
