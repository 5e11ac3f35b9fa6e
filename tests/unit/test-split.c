/* SPDX-License-Identifier: Apache-2.0 */
/* One record into fields: the two ways held against each other, and quoted
 * records against what RFC 4180 makes of them. */
#include "tests/unit/unit.h"

#include "format/split.h"
#include "tests/unit/random.h"

static struct splitter *
opened(char separator)
{
	struct splitter *splitter = NULL;
	struct fault fault = { 0 };

	assert_int_equal(splitter_open(&splitter, separator, &fault), 0);
	return splitter;
}

/* Bytes of a record, mostly those that could matter, with quotes or not. */
static size_t
draw_record(struct draw *draw, char separator, bool quotes, char *buf,
	size_t room)
{
	size_t len = draw_below(draw, room);

	for (size_t i = 0; i < len; i++) {
		switch (draw_below(draw, 6)) {
		case 0:
			buf[i] = separator;
			break;
		case 1:
			buf[i] = " \t"[draw_below(draw, 2)];
			break;
		case 2:
			do
				buf[i] = (char)draw_below(draw, 256);
			while (strchr("\"\r\n", buf[i]) != NULL &&
				buf[i] != '\0');
			break;
		case 3:
			if (quotes) {
				buf[i] = "\"\"\"\r\n"[draw_below(draw, 5)];
				break;
			}
			/* fall through */
		default:
			buf[i] = (char)('a' + draw_below(draw, 26));
		}
	}
	return len;
}

/* One whose quotes frame fields, but for a byte here and there. */
static size_t
draw_framed(struct draw *draw, char separator, char *buf, size_t room)
{
	size_t len = 0, n = draw_below(draw, room / 16);

	for (size_t k = 0; k <= n; k++) {
		size_t bytes = draw_below(draw, 10);
		bool quoted = draw_below(draw, 2) == 0;

		if (k > 0)
			buf[len++] = separator;
		if (quoted)
			buf[len++] = '"';
		for (size_t i = 0; i < bytes; i++)
			buf[len++] = (char)(draw_below(draw, 3) == 0 ?
				(quoted ? separator : ' ') :
				'a' + (char)draw_below(draw, 26));
		if (quoted)
			buf[len++] = '"';
	}
	if (len > 0 && draw_below(draw, 3) == 0)
		buf[draw_below(draw, len)] =
			"\" \t\n\r\xff"[draw_below(draw, 7)];
	return len;
}

static void
assert_same(struct splitter *one, struct splitter *two)
{
	size_t n, m;
	const struct slice *a = splitter_fields(one, &n);
	const struct slice *b = splitter_fields(two, &m);

	assert_int_equal(n, m);
	for (size_t i = 0; i < n; i++)
		assert_true(slice_equal(a[i], b[i]));
}

static void
test_differential(void **state)
{
	static const char separators[] = { ',', '\t', ';', '|' };
	struct draw draw = { 3 };
	char buf[200];

	(void)state;
	for (size_t s = 0; s < ARRAY_LEN(separators); s++) {
		struct splitter *plain = opened(separators[s]);
		struct splitter *quoted = opened(separators[s]);
		struct splitter *scanned = opened(separators[s]);

		for (int i = 0; i < 10000; i++) {
			struct slice text = { buf, draw_record(&draw,
				separators[s], false, buf, sizeof(buf)) };

			/* libcsv knows no record without a byte in it */
			if (slice_trim(text).len == 0)
				continue;
			assert_int_equal(splitter_split_plain(plain, text),
				SPLIT_DONE);
			assert_int_equal(splitter_split_quoted(quoted, text),
				SPLIT_DONE);
			assert_int_equal(splitter_split_scanned(scanned, text),
				SPLIT_DONE);
			assert_same(plain, quoted);
			assert_same(plain, scanned);
		}
		splitter_free(plain);
		splitter_free(quoted);
		splitter_free(scanned);
	}
}

/* Records with quotes: where one scan will do, libcsv finds the same. */
static void
test_scanned(void **state)
{
	static const char separators[] = { ',', '\t', ';', '|' };
	struct draw draw = { 5 };
	char buf[200];
	size_t scans = 0;

	(void)state;
	for (int i = 0; i < 80000; i++) {
		char separator = separators[i % 4];
		struct slice text = { buf, i % 8 < 4 ?
			draw_framed(&draw, separator, buf, sizeof(buf)) :
			draw_record(&draw, separator, true, buf,
				i % 3 == 0 ? 8 : sizeof(buf)) };
		struct splitter *quoted = opened(separator);
		struct splitter *scanned = opened(separator);

		if (memchr(text.at, '"', text.len) != NULL &&
			splitter_split_scanned(scanned, text) == SPLIT_DONE) {
			scans++;
			assert_int_equal(splitter_split_quoted(quoted, text),
				SPLIT_DONE);
			assert_same(quoted, scanned);
		}
		splitter_free(quoted);
		splitter_free(scanned);
	}
	assert_true(scans > 10000);
}

/* Some fields are those of all. */
static void
test_pick(void **state)
{
	static const char *const texts[] = { "a,b,c,d", " a ,b,\"c,\",d ",
		"a,\"b\"\"\",c,d", ",,,", "\xc3\xa9, b,,\"\"" };
	static const int wanted[] = { 3, -1, 0, 2, 0, 1 };
	struct splitter *splitter = opened(',');
	struct slice some[ARRAY_LEN(wanted)];
	size_t n;

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(texts); k++) {
		const struct slice *all;

		assert_int_equal(splitter_split(splitter, slice_of(texts[k])),
			SPLIT_DONE);
		assert_int_equal(splitter_count(splitter), 4);
		assert_int_equal(splitter_is_ascii(splitter), k != 2 && k < 4);
		splitter_pick(splitter, wanted, ARRAY_LEN(wanted), some);
		for (int again = 0; again < 2; again++) {
			all = splitter_fields(splitter, &n);
			assert_int_equal(n, 4);
			for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
				assert_true(wanted[i] < 0 ?
					some[i].len == 0 :
					slice_equal(some[i], all[wanted[i]]));
		}
		splitter_pick(splitter, wanted, 1, some);
		assert_true(slice_equal(some[0], all[3]));
	}
	/* no bytes at all are one empty field */
	assert_int_equal(splitter_split(splitter, (struct slice){ NULL, 0 }),
		SPLIT_DONE);
	assert_int_equal(splitter_fields(splitter, &n)[0].len, 0);
	assert_int_equal(n, 1);
	splitter_free(splitter);
}

static const struct {
	const char *text, *fields; /* fields joined by | */
	size_t n;
} quoted[] = {
	{ "\"a\",b", "a|b", 2 },
	{ "\"a,b\",c", "a,b|c", 2 },
	{ "\"a\"\"b\",\"\"", "a\"b|", 2 },
	{ "\"\"", "", 1 },
	{ "\"\"\"\"", "\"", 1 },
	{ "  \"a\"  ,\t\"b\"\t", "a|b", 2 },
	{ "\" a \",  b  ", " a |b", 2 },
	{ "a\"b,c", "a\"b|c", 2 },
	{ "5\" disk,c", "5\" disk|c", 2 },
	{ "\"a\nb\",c", "a\nb|c", 2 },
	{ "\"a\r\nb\",c", "a\r\nb|c", 2 },
	{ "\"a\n\n\",\"\n\"", "a\n\n|\n", 2 },
	{ ",\"\",", "||", 3 },
	{ "\"\xff\xc3\",\x01", "\xff\xc3|\x01", 2 },
};

static void
test_quoted(void **state)
{
	struct splitter *splitter = opened(',');

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(quoted); i++) {
		const struct slice *fields;
		char joined[256] = "";
		size_t n, len = 0;

		assert_int_equal(splitter_split(splitter,
			slice_of(quoted[i].text)), SPLIT_DONE);
		fields = splitter_fields(splitter, &n);
		assert_int_equal(n, quoted[i].n);
		for (size_t k = 0; k < n; k++)
			len += (size_t)snprintf(joined + len,
				sizeof(joined) - len, "%s%.*s",
				k > 0 ? "|" : "", (int)fields[k].len,
				fields[k].at);
		assert_string_equal(joined, quoted[i].fields);
	}
	splitter_free(splitter);
}

/* What one record left open does not leak into the next. */
static void
test_open(void **state)
{
	static const char *const open[] = { "\"", "a,\"b", "\"a\"\"", "\"a\nb",
		"a, \"", "\"a\",\"", "\"a,b\n" };
	struct splitter *splitter = opened(',');
	size_t n;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(open); i++) {
		assert_int_equal(splitter_split(splitter, slice_of(open[i])),
			SPLIT_OPEN);
		assert_int_equal(splitter_split(splitter,
			slice_of("\"x\",y")), SPLIT_DONE);
		assert_slice(splitter_fields(splitter, &n)[0], "x");
		assert_int_equal(n, 2);
		assert_slice(splitter_fields(splitter, &n)[1], "y");
	}
	splitter_free(splitter);
}

/* Several records are not one; nor is the splitter spoilt by them. */
static void
test_several(void **state)
{
	static const char *const bad[] = { "\"a\"\nb", "\"a\"\rb,c",
		"\"a\",b\n\"c\"", "x\n\"y\"\nz" };
	struct splitter *splitter = opened(',');
	size_t n;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_int_equal(splitter_split(splitter, slice_of(bad[i])),
			SPLIT_BAD);
		assert_int_equal(splitter_split(splitter,
			slice_of("\"x\",y,z")), SPLIT_DONE);
		(void)splitter_fields(splitter, &n);
		assert_int_equal(n, 3);
	}
	splitter_free(splitter);
}

static void
test_limits(void **state)
{
	static char text[SPLIT_RECORD_MAX + 16];
	struct splitter *splitter = opened(',');
	size_t n;

	(void)state;
	/* as many fields as there may be, then one more, both ways */
	memset(text, ',', sizeof(text));
	for (size_t len = SPLIT_FIELDS_MAX - 1; len <= SPLIT_FIELDS_MAX;
		len++) {
		enum split want = len < SPLIT_FIELDS_MAX ? SPLIT_DONE :
							   SPLIT_BAD;
		struct slice s = { text, len };

		assert_int_equal(splitter_split_plain(splitter, s), want);
		assert_int_equal(splitter_split_quoted(splitter, s), want);
		if (want == SPLIT_DONE) {
			(void)splitter_fields(splitter, &n);
			assert_int_equal(n, SPLIT_FIELDS_MAX);
		}
	}
	/* one field as long as a record may be, then longer */
	memset(text, 'x', sizeof(text));
	text[0] = text[SPLIT_RECORD_MAX - 1] = '"';
	assert_int_equal(splitter_split(splitter,
		(struct slice){ text, SPLIT_RECORD_MAX }), SPLIT_DONE);
	assert_int_equal(splitter_fields(splitter, &n)[0].len,
		SPLIT_RECORD_MAX - 2);
	text[SPLIT_RECORD_MAX - 1] = 'x';
	text[SPLIT_RECORD_MAX] = '"';
	assert_int_equal(splitter_split(splitter,
		(struct slice){ text, SPLIT_RECORD_MAX + 1 }), SPLIT_BAD);
	/* without quotes a record may be longer */
	memset(text, 'x', sizeof(text));
	assert_int_equal(splitter_split(splitter,
		(struct slice){ text, sizeof(text) }), SPLIT_DONE);
	assert_int_equal(splitter_fields(splitter, &n)[0].len, sizeof(text));
	splitter_free(splitter);
	splitter_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_differential),
		cmocka_unit_test(test_scanned),
		cmocka_unit_test(test_pick),
		cmocka_unit_test(test_quoted),
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
