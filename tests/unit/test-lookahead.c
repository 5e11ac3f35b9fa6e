/* SPDX-License-Identifier: Apache-2.0 */
/* A look ahead finds of the common lines what reader and splitter do, and
 * leaves the others to them. */
#include "tests/unit/reader-fixture.h"

#include "format/lookahead.h"
#include "format/split.h"
#include "tests/unit/random.h"
#include "tests/unit/unit.h"

enum { WIDTH = 5, LOG = 700000 };

static const struct columns columns = {
	.at = { 4, 0, -1, 2, 1, 3, 0, -1, 1, 1, 4, -1 },
	.width = WIDTH,
};

/* All fields are picked, each alone and together. */
static void
pick(const struct lookahead *ahead, const struct lookahead_line *line,
	struct record *ret)
{
	lookahead_pick(ahead, line, ret);
	for (size_t f = 0; f < FIELD_N; f++) {
		struct slice field =
			lookahead_field(ahead, line, (enum field)f);

		assert_ptr_equal(field.at, ret->field[f].at);
		assert_int_equal(field.len, ret->field[f].len);
	}
}

static void
add_line(struct bytes *log, struct draw *draw, char separator, unsigned odd)
{
	static const char *const odds[] = { "\"a\"", "\"", " ", "\t", "x ",
		" x", "\xc3\xa9", "\r", "\x01", "\"a\nb\"", "" };
	size_t fields = WIDTH;

	if (draw_below(draw, 100) < odd)
		fields = draw_below(draw, 8);
	for (size_t i = 0; i < fields; i++) {
		char text[32];
		size_t n = draw_below(draw, 24);

		if (i > 0)
			bytes_add(log, &separator, 1);
		for (size_t k = 0; k < n; k++)
			text[k] = (char)('a' + draw_below(draw, 26));
		bytes_add(log, text, n);
		if (draw_below(draw, 100) < odd) {
			const char *what =
				odds[draw_below(draw, ARRAY_LEN(odds))];

			bytes_add(log, what, strlen(what));
		}
	}
	if (draw_below(draw, 1000) < odd)
		for (int i = 0; i < 2000; i++)
			bytes_add(log, "xxxxxxxx", 8);
	if (odd % 2 == 1)
		bytes_add(log, "\r", 1);
	bytes_add(log, "\n", 1);
}

/* What a record of several lines may come to; the text may move. */
static void
back_and_forth(struct reader *reader, struct draw *draw, struct line *line)
{
	for (size_t n = draw_below(draw, 40); n > 0; n--)
		if (!reader_extend(reader, line, 100000))
			break;
	reader_back(reader, line);
}

/* Read a line as one who looks ahead does: *ret_common if so. */
static bool
next_line(struct lookahead *ahead, struct draw *draw, struct line *ret,
	struct record *picked, bool *ret_ascii, bool *ret_common)
{
	struct lookahead_line line;
	enum reader_step step;

	*ret_common = lookahead_peek(ahead, &line);
	if (*ret_common && draw_below(draw, 10) > 0) {
		lookahead_take(ahead, &line, ret);
		assert_ptr_equal(ret->text.at, line.text.at);
		assert_int_equal(ret->text.len, line.text.len);
		pick(ahead, &line, picked);
		*ret_ascii = line.ascii;
		if (draw_below(draw, 20) == 0)
			lookahead_leave(ahead);
		return true;
	}
	lookahead_leave(ahead);
	step = reader_next(ahead->reader, ret);
	if (step == READER_END)
		return false;
	assert_int_equal(step, READER_LINE);
	if (*ret_common)
		assert_int_equal(ret->text.len, line.text.len);
	if (draw_below(draw, 4) == 0)
		back_and_forth(ahead->reader, draw, ret);
	*ret_common = false;
	return true;
}

static void
compare(char separator, unsigned odd, unsigned seed, size_t least,
	size_t log_len)
{
	struct reader_limits limits = reader_limits_default;
	static struct lookahead ahead;
	struct draw draw = { seed };
	struct bytes log = { 0 };
	struct fault fault = { 0 };
	struct reader *one = NULL, *two = NULL;
	struct splitter *splitter = NULL;
	struct line want, got;
	struct record picked, split;
	size_t lines = 0, taken = 0;
	bool ascii, common;

	while (log.len < log_len)
		add_line(&log, &draw, separator, odd);
	log.len -= draw_below(&draw, 70); /* anywhere */
	put(log.at, log.len);
	limits.ahead = log_len > LOG;
	assert_int_equal(reader_open(&one, path, &limits, &fault), 0);
	assert_int_equal(reader_open(&two, path, NULL, &fault), 0);
	assert_int_equal(splitter_open(&splitter, separator, &fault), 0);
	lookahead_init(&ahead, one, separator);
	lookahead_want(&ahead, &columns);
	while (reader_next(two, &want) == READER_LINE) {
		lines++;
		assert_true(next_line(&ahead, &draw, &got, &picked, &ascii,
			&common));
		assert_true(slice_equal(got.text, want.text));
		assert_int_equal(got.number, want.number);
		if (!common)
			continue;
		taken++;
		assert_int_equal(splitter_split(splitter, want.text),
			SPLIT_DONE);
		assert_int_equal(splitter_count(splitter), WIDTH);
		assert_true(!ascii || slice_is_ascii(want.text));
		splitter_pick(splitter, columns.at, FIELD_N, split.field);
		for (size_t i = 0; i < FIELD_N; i++)
			assert_true(slice_equal(picked.field[i],
				split.field[i]));
	}
	assert_false(next_line(&ahead, &draw, &got, &picked, &ascii, &common));
	assert_int_equal(reader_facts(one)->inflated, log.len);
	if (taken * 100 < lines * least)
		fail_msg("%zu of %zu lines were common", taken, lines);
	splitter_free(splitter);
	reader_free(one);
	reader_free(two);
	bytes_free(&log);
}

static void
test_common(void **state)
{
	(void)state;
	compare(',', 0, 1, 85, LOG);
	compare('\t', 0, 2, 85, LOG);
}

static void
test_mixed(void **state)
{
	static const char separators[] = { ',', '\t', ';', '|' };

	(void)state;
	for (unsigned i = 0; i < 24; i++)
		compare(separators[i % 4], i / 2 % 2 + i / 4 * 4, 10 + i,
			i < 4 ? 60 : 1, LOG);
}

/* Lines are found where text is decoded, in another thread, when it has time
 * for them, and the reader goes its own ways between them. */
static void
test_found_elsewhere(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 6; i++)
		compare(i % 2 == 0 ? ',' : ';', i * 2 + i / 3, 100 + i,
			i == 0 ? 85 : 1, 8 * (size_t)LOG);
}

/* Another separator takes the place of the one before. */
static void
test_another_separator(void **state)
{
	static struct lookahead ahead;
	struct reader_limits limits = reader_limits_default;
	struct fault fault = { 0 };
	struct reader *reader = NULL;
	struct draw draw = { 7 };
	struct bytes log = { 0 };
	struct lookahead_line line;
	struct line got;
	size_t n = 0, common = 0;

	(void)state;
	while (log.len < 4 * (size_t)LOG)
		add_line(&log, &draw, n++ % 50000 < 25000 ? ',' : ';', 0);
	put(log.at, log.len);
	limits.ahead = true;
	assert_int_equal(reader_open(&reader, path, &limits, &fault), 0);
	for (size_t i = 0; i < n; i++) {
		char separator = i % 50000 < 25000 ? ',' : ';';

		if (i % 25000 == 0) {
			if (i > 0)
				lookahead_leave(&ahead);
			lookahead_init(&ahead, reader, separator);
			lookahead_want(&ahead, &columns);
		}
		if (lookahead_peek(&ahead, &line)) {
			common++;
			assert_int_equal(line.base[line.end[1]], separator);
			lookahead_take(&ahead, &line, &got);
		} else {
			lookahead_leave(&ahead);
			assert_int_equal(reader_next(reader, &got),
				READER_LINE);
		}
		assert_int_equal(got.number, i + 1);
	}
	assert_true(common > n / 10 * 8);
	lookahead_leave(&ahead);
	assert_int_equal(reader_next(reader, &got), READER_END);
	reader_free(reader);
	bytes_free(&log);
}

/* Lines that CR ends are left alone, and so is an empty log. */
static void
test_none(void **state)
{
	static const char *const texts[] = { "", "a,b\rc,d\r", "a,b" };
	static const struct columns two = { .width = 2 };
	static struct lookahead ahead;
	struct fault fault = { 0 };
	struct lookahead_line line;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct reader *reader = NULL;

		put(texts[i], strlen(texts[i]));
		assert_int_equal(reader_open(&reader, path, NULL, &fault), 0);
		lookahead_init(&ahead, reader, ',');
		lookahead_want(&ahead, &two);
		assert_false(lookahead_peek(&ahead, &line));
		reader_free(reader);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_common),
		cmocka_unit_test(test_mixed),
		cmocka_unit_test(test_found_elsewhere),
		cmocka_unit_test(test_another_separator),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
