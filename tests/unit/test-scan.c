/* SPDX-License-Identifier: Apache-2.0 */
/* Every scanner finds in a record what the plain one does, and the plain one
 * what is there; none reads beyond it. */
#include "tests/unit/unit.h"

#include <sys/mman.h>
#include <unistd.h>

#include "format/scan.h"
#include "tests/unit/random.h"

enum { ROOM = SCAN_AHEAD };

/* Memory that ends where the next page cannot be read. */
static char *edge;

static int
open_edge(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *at = mmap(NULL, ROOM + page, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	if (at == MAP_FAILED || mprotect(at + ROOM, page, PROT_NONE) != 0)
		return -1;
	edge = at + ROOM;
	return 0;
}

static int
close_edge(void **state)
{
	(void)state;
	return munmap(edge - ROOM, ROOM + (size_t)sysconf(_SC_PAGESIZE));
}

static const struct scanner *
plain(void)
{
	return &scanners[scanners_n - 1];
}

static void
assert_alike(struct slice text, char separator)
{
	static struct scan want, got;
	bool well = plain()->scan(text, separator, &want);

	for (size_t s = 0; s + 1 < scanners_n; s++) {
		if (!scanners[s].usable())
			continue;
		memset(&got, 0xa5, sizeof(got));
		assert_int_equal(scanners[s].scan(text, separator, &got),
			well);
		if (!well)
			continue;
		assert_int_equal(got.n, want.n);
		assert_int_equal(got.quoted, want.quoted);
		assert_int_equal(got.blank, want.blank);
		assert_int_equal(got.ascii, want.ascii);
		assert_memory_equal(got.start, want.start,
			(want.n + 2) * sizeof(want.start[0]));
	}
}

/* The same of many lines. */
static void
assert_lines_alike(struct slice text, char separator)
{
	static struct scan_lines want, got;

	plain()->lines(text, separator, &want);
	for (size_t s = 0; s + 1 < scanners_n; s++) {
		if (!scanners[s].usable())
			continue;
		memset(&got, 0xa5, sizeof(got));
		scanners[s].lines(text, separator, &got);
		assert_int_equal(got.n, want.n);
		assert_int_equal(got.odd, want.odd);
		assert_int_equal(got.ascii, want.ascii);
		assert_memory_equal(got.odds, want.odds,
			text.len / SCAN_BLOCK * sizeof(want.odds[0]));
		assert_memory_equal(got.last, want.last,
			want.n * sizeof(want.last[0]));
		assert_memory_equal(got.end, want.end, want.n == 0 ?
			sizeof(want.end[0]) :
			(want.last[want.n - 1] + 1u) * sizeof(want.end[0]));
	}
}

/* The same text at several alignments: at the edge, and before it with bytes
 * around that would matter. */
static void
assert_alike_anywhere(struct slice text, char separator)
{
	char *at;

	for (size_t gap = 0; gap < 3; gap++) {
		at = edge - text.len - 17 * gap;
		memset(at - 64, "\",\n"[gap], 64);
		memset(at, "\",\n"[gap], (size_t)(edge - at));
		if (text.len > 0)
			memcpy(at, text.at, text.len);
		assert_alike((struct slice){ at, text.len }, separator);
	}
}

/* Bytes that matter `often` times in 64; fields in quotes, well or nearly. */
static size_t
draw_text(struct draw *draw, size_t often, char *buf, size_t len)
{
	static const char matter[] = ",,,,;\t|  \"\"\"\n\r\0\x1f\x80\xff!+";

	for (size_t i = 0; i < len; i++)
		buf[i] = draw_below(draw, 64) < often ?
			matter[draw_below(draw, sizeof(matter) - 1)] :
			(char)('a' + draw_below(draw, 26));
	return len;
}

static size_t
draw_framed(struct draw *draw, char *buf, size_t most)
{
	size_t len = 0;

	while (len < most) {
		size_t room = most - len - 1, n = draw_below(draw, 20);
		bool quoted = draw_below(draw, 3) == 0;

		if (n + 3 > room)
			n = 0;
		if (len > 0)
			buf[len++] = ',';
		else if (n == 0)
			buf[len++] = 'x';
		if (quoted && room >= n + 3)
			buf[len++] = '"';
		for (size_t i = 0; i < n; i++)
			buf[len++] = quoted && draw_below(draw, 4) == 0 ?
				", "[draw_below(draw, 2)] :
				(char)('a' + draw_below(draw, 26));
		if (quoted && room >= n + 3)
			buf[len++] = '"';
	}
	/* and sometimes one byte that is another */
	if (len > 0 && draw_below(draw, 3) == 0)
		buf[draw_below(draw, len)] =
			"\", \n\x80"[draw_below(draw, 5)];
	return len;
}

static void
test_random(void **state)
{
	static const char separators[] = { ',', '\t', ';', '|' };
	static char buf[4096];
	struct draw draw = { 11 };

	(void)state;
	for (size_t i = 0; i < 60000; i++) {
		size_t often = draw_below(&draw, 7) * draw_below(&draw, 11);
		size_t most = i % 100 == 0 ? 4000 : 300;
		struct slice text = { buf, draw_below(&draw, most) };

		if (i % 2 == 0)
			(void)draw_text(&draw, often, buf, text.len);
		else
			text.len = draw_framed(&draw, buf, text.len);
		assert_alike_anywhere(text, i % 2 == 1 ?
			',' : separators[draw_below(&draw, 4)]);
	}
}

/* One byte that matters, or two beside each other, at every place of texts
 * of every length. */
static void
test_places(void **state)
{
	static const char *const pairs[] = { ",", "\"", " ", "\t", "\xff",
		"\r", ", ", " ,", "\",", ",\"", "\"\"", ",,", "\n\"" };
	char buf[200];

	(void)state;
	for (size_t len = 0; len < 140; len++)
		for (size_t at = 0; at <= len; at++)
			for (size_t k = 0; k < ARRAY_LEN(pairs); k++) {
				size_t n = strlen(pairs[k]);

				if (at + n > len)
					continue;
				memset(buf, 'x', sizeof(buf));
				memcpy(buf + at, pairs[k], n);
				assert_alike_anywhere(
					(struct slice){ buf, len }, ',');
				buf[0] = '"';
				assert_alike_anywhere(
					(struct slice){ buf, len }, ',');
				buf[len - 1] = '"';
				assert_alike_anywhere(
					(struct slice){ buf, len }, ',');
			}
}

static void
test_most(void **state)
{
	static char buf[3 * SCAN_MOST];

	(void)state;
	memset(buf, ',', sizeof(buf));
	for (size_t len = SCAN_MOST - 130; len < SCAN_MOST + 130; len++)
		assert_alike_anywhere((struct slice){ buf, len }, ',');
	for (size_t i = 0; i < sizeof(buf); i += 2)
		buf[i] = 'x';
	for (size_t len = 2 * SCAN_MOST - 70; len < 2 * SCAN_MOST + 130; len++)
		assert_alike_anywhere((struct slice){ buf, len }, ',');
}

static void
test_lines(void **state)
{
	static char buf[SCAN_AHEAD];
	struct draw draw = { 12 };

	(void)state;
	for (size_t i = 0; i < 3000; i++) {
		size_t len = draw_below(&draw, i % 10 == 0 ?
			SCAN_AHEAD / SCAN_BLOCK + 1 : 6) * SCAN_BLOCK;
		struct slice text = { edge - len, len };

		(void)draw_text(&draw, draw_below(&draw, 65), buf, len);
		if (len > 0)
			memcpy(edge - len, buf, len);
		assert_lines_alike(text, ",\t;|"[i % 4]);
	}
	for (const char *fill = ",\n\" x"; *fill != '\0'; fill++) {
		memset(edge - SCAN_AHEAD, *fill, SCAN_AHEAD);
		assert_lines_alike((struct slice){ edge - SCAN_AHEAD,
			SCAN_AHEAD }, ',');
	}
}

/* Lines of as many fields each, but for a byte that is another one. */
static void
test_lines_alike(void **state)
{
	static const char others[] = "\n,\" \r\t\x80";
	struct draw draw = { 14 };

	(void)state;
	for (size_t i = 0; i < 3000; i++) {
		size_t len = (1 + draw_below(&draw, i % 10 == 0 ?
			SCAN_AHEAD / SCAN_BLOCK : 6)) * SCAN_BLOCK;
		size_t width = 1 + draw_below(&draw, 12), ends = 0;
		char *text = edge - len;

		for (size_t k = 0; k < len; k++)
			text[k] = draw_below(&draw, 8) > 0 ? 'x' :
				++ends % width > 0 ? ',' : '\n';
		if (i % 3 > 0)
			text[draw_below(&draw, len)] = others[draw_below(&draw,
				sizeof(others) - 1)];
		assert_lines_alike((struct slice){ text, len }, ',');
	}
}

/* Fields of lines of any width, picked by columns and by none. */
static void
test_pick(void **state)
{
	static struct scan_lines lines;
	struct draw draw = { 13 };
	uint16_t column[SCAN_PICK];
	struct slice want[SCAN_PICK], got[SCAN_PICK];

	(void)state;
	for (size_t i = 0; i < 20000; i++) {
		size_t n = 1 + draw_below(&draw, i % 3 == 0 ? 100 : 36);
		size_t first = draw_below(&draw, 3);
		uint16_t place = UINT16_MAX;

		for (size_t k = 0; k <= first + n; k++) {
			lines.end[k] = place;
			place = (uint16_t)(place + 1 + draw_below(&draw, 80));
		}
		for (size_t k = 0; k < SCAN_PICK; k++)
			column[k] = draw_below(&draw, 4) == 0 ? SCAN_NONE :
				(uint16_t)draw_below(&draw, n);
		plain()->pick(edge - ROOM, lines.end + first, n, column, want);
		for (size_t s = 0; s + 1 < scanners_n; s++) {
			if (!scanners[s].usable())
				continue;
			memset(got, 0xa5, sizeof(got));
			scanners[s].pick(edge - ROOM, lines.end + first, n,
				column, got);
			for (size_t k = 0; k < SCAN_PICK; k++) {
				assert_ptr_equal(got[k].at, want[k].at);
				assert_int_equal(got[k].len, want[k].len);
			}
		}
		for (size_t k = 0; k < SCAN_PICK; k++) {
			const uint16_t *end = lines.end + first + column[k];

			if (column[k] == SCAN_NONE) {
				assert_null(want[k].at);
				assert_int_equal(want[k].len, 0);
				continue;
			}
			assert_ptr_equal(want[k].at,
				edge - ROOM + (uint16_t)(end[0] + 1));
			assert_int_equal(want[k].len,
				(uint16_t)(end[1] - end[0] - 1));
		}
	}
}

/* A block of two lines and a bit, and what of it is odd. */
static void
test_line_cases(void **state)
{
	static const char text[64] = "ab,c\n,\"d\", e\r\nf ,g h,\xc3\xa9,\t"
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
	static const uint16_t ends[] = { UINT16_MAX, 2, 4, 5, 9, 13, 16, 20, 23,
		25 };
	static struct scan_lines lines;

	(void)state;
	plain()->lines((struct slice){ text, 64 }, ',', &lines);
	assert_int_equal(lines.n, 2);
	assert_int_equal(lines.last[0], 2);
	assert_int_equal(lines.last[1], 5);
	assert_memory_equal(lines.end, ends, 6 * sizeof(ends[0]));
	assert_true(lines.odd);
	assert_false(lines.ascii);
	/* two quotes, a blank that begins, the end behind one, the last tab */
	assert_int_equal(lines.odds[0], 1u << 6 | 1u << 8 | 1u << 10 |
		1u << 16 | 1u << 24);
}

static const struct {
	const char *text;
	bool well, quoted, blank, ascii;
	size_t n;
} cases[] = {
	{ "", true, false, false, true, 0 },
	{ "a,b,c", true, false, false, true, 2 },
	{ ",", true, false, false, true, 1 },
	{ "a b,c", true, false, false, true, 1 },
	{ "a ,c", true, false, true, true, 1 },
	{ "a,\tc", true, false, true, true, 1 },
	{ "a,c ", true, false, true, true, 1 },
	{ " a,c", true, false, true, true, 1 },
	{ "a\rb,c", true, false, false, true, 1 },
	{ "a,\xc3\xa9", true, false, false, false, 1 },
	{ "\"a,b\",c", true, true, false, true, 1 },
	{ "\" a \",\"\"", true, true, false, true, 1 },
	{ "x,\"a\"", true, true, false, true, 1 },
	{ "\"a\"\"b\",c", false, false, false, false, 0 },
	{ "\"a\" ,c", false, false, false, false, 0 },
	{ " \"a\",c", false, false, false, false, 0 },
	{ "a\"b,c", false, false, false, false, 0 },
	{ "a,\"b", false, false, false, false, 0 },
	{ "\"a\nb\",c", false, false, false, false, 0 },
	{ "\"a\",b\rc", false, false, false, false, 0 },
};

static void
test_cases(void **state)
{
	static struct scan scan;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		bool well = plain()->scan(slice_of(cases[i].text), ',', &scan);

		assert_int_equal(well, cases[i].well);
		if (!well)
			continue;
		assert_int_equal(scan.n, cases[i].n);
		assert_int_equal(scan.quoted, cases[i].quoted);
		assert_int_equal(scan.blank, cases[i].blank);
		assert_int_equal(scan.ascii, cases[i].ascii);
		assert_int_equal(scan.start[0], 0);
		assert_int_equal(scan.start[scan.n + 1],
			strlen(cases[i].text) + 1);
	}
	assert_true(plain()->usable());
	assert_string_equal(plain()->name, "plain");
	assert_true(scanner_best()->usable());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_most),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_lines_alike),
		cmocka_unit_test(test_pick),
		cmocka_unit_test(test_line_cases),
	};

	return cmocka_run_group_tests(tests, open_edge, close_edge);
}
