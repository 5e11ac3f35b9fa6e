/* SPDX-License-Identifier: Apache-2.0 */
/* What stands before the text of a line that came through a syslog daemon. */
#include "tests/unit/unit.h"

#include "format/syslog.h"

static void
expect(const char *line, const char *time, const char *host, const char *tag,
	const char *text)
{
	struct syslog one;

	if (!syslog_parse(slice_of(line), &one))
		fail_msg("no prefix: %s", line);
	assert_true(slice_is(one.time, time));
	assert_true(slice_is(one.host, host));
	assert_true(slice_is(one.tag, tag));
	if (!slice_is(one.text, text))
		fail_msg("%.*s, not %s", (int)one.text.len, one.text.at, text);
	assert_int_equal(one.dated, time[0] < 'A');
}

static void
test_forms(void **state)
{
	(void)state;
	expect("<13>May  1 10:11:12 host tag[12]: a=1", "May  1 10:11:12",
		"host", "tag", "a=1");
	expect("May 11 10:11:12.345 host tag: {}", "May 11 10:11:12", "host",
		"tag", "{}");
	expect("May 11 10:11:12 host tag:", "May 11 10:11:12", "host", "tag",
		"");
	expect("May 11 10:11:12 host tag: @cee: {}", "May 11 10:11:12", "host",
		"tag", " {}");
	expect("2026-05-01T10:11:12+06:00 h t/u[1]:  x",
		"2026-05-01T10:11:12+06:00", "h", "t/u", " x");
	expect("<191>2026-05-01T10:11:12.000001Z h t: x",
		"2026-05-01T10:11:12.000001Z", "h", "t", "x");
	expect("<165>1 2026-05-01T10:11:12Z h app 7 id [a@1 b=\"c]\\\"\"][d] "
	       "\xef\xbb\xbfx=1",
		"2026-05-01T10:11:12Z", "h", "app", "x=1");
	expect("<1>1 2026-05-01T10:11:12Z - - - - -", "2026-05-01T10:11:12Z",
		"", "", "");
	expect("<1>1 - h app - - - x", "", "h", "app", "x");
}

static void
test_others(void **state)
{
	static const char *const others[] = { "", "<", "<13", "<13>", "<13>x",
		"<1234>May  1 10:11:12 h t: x", "May  1 10:11:12",
		"May  1 10:11:12 h", "May  1 10:11:12 h t",
		"May  1 10:11:12 h t x: y", "May  1 10:11:12 h t[1: x",
		"May  1 10:11:12 h t:x", "Mai  1 10:11:12 h t: x",
		"May  1 10-11-12 h t: x", "2026-05-01T10:11:12,ann,123",
		"2026-05-01 10:11:12 h t: x", "2026-05-01T10:11:12Z a=1 b=2",
		"<1>1 2026-05-01T10:11:12Z h app 7 id [a b=\"c] x",
		"<1>1 2026-05-01T10:11:12Z h app 7 id x",
		"<1>1 2026-05-01T10:11:12Z h app 7" };
	struct syslog one;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		if (syslog_parse(slice_of(others[i]), &one))
			fail_msg("a prefix: %s", others[i]);
	}
}

#define DATED "2026-05-01T10:11:12Z h t: x\n"
#define UNDATED "May  1 10:11:12 h t: x\n"

static void
test_looks(void **state)
{
	bool dated = false;

	(void)state;
	assert_true(syslog_looks(slice_of(DATED), &dated));
	assert_true(dated);
	assert_true(syslog_looks(slice_of("\n" DATED UNDATED), &dated));
	assert_false(dated);
	/* one line may be damaged, or the last one unfinished */
	assert_true(syslog_looks(slice_of(DATED "x\n" DATED DATED), &dated));
	assert_true(syslog_looks(slice_of(DATED DATED "2026"), &dated));
	assert_false(syslog_looks(slice_of(DATED "x\ny\n" DATED), &dated));
	assert_false(syslog_looks(slice_of("x\n" DATED), &dated));
	assert_false(syslog_looks(slice_of("\n\n"), &dated));
	assert_false(syslog_looks(slice_of(""), &dated));
}

static void
test_strip(void **state)
{
	char text[] = DATED "other\r\n\n" UNDATED "2026-05-01T10:11:12Z h t: y";
	size_t len = syslog_strip(slice_of(text), text);

	(void)state;
	assert_true(slice_is((struct slice){ text, len },
		"x\nother\r\n\nx\ny"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_looks),
		cmocka_unit_test(test_strip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
