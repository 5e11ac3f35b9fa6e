/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding ahead changes nothing that a reader says. */
#include "reader-fixture.h"

#include <unistd.h>

#include "input/ahead.h"
#include "input/source.h"

enum when { NEVER, FROM_THE_BEGIN, LATER, WHENS };

/* A thread comes free after some text. */
static bool
later(void *ctx)
{
	unsigned *asked = ctx;

	return ++*asked == 5;
}

static struct reader *
open_reader(enum when ahead)
{
	static unsigned asked;
	struct reader_limits limits = { .line = 1 << 20, .ratio = 1000,
		.ahead = ahead == FROM_THE_BEGIN,
		.help = ahead == LATER ? later : NULL, .help_ctx = &asked };
	struct fault fault = { 0 };
	struct reader *reader;

	asked = 0;
	assert_int_equal(reader_open(&reader, path, &limits, &fault), 0);
	return reader;
}

static void
compare_seen(struct seen seen[2])
{
	assert_int_equal(seen[0].text.len, seen[1].text.len);
	assert_memory_equal(seen[0].text.at, seen[1].text.at,
		seen[0].text.len);
	assert_int_equal(seen[0].lines, seen[1].lines);
	assert_int_equal(seen[0].overlong, seen[1].overlong);
	assert_int_equal(seen[0].cut, seen[1].cut);
	assert_memory_equal(&seen[0].facts, &seen[1].facts,
		sizeof(seen[0].facts));
	bytes_free(&seen[0].text);
	bytes_free(&seen[1].text);
}

static void
expect_same(const struct bytes *file)
{
	struct seen seen[2];

	put(file->at, file->len);
	for (enum when when = FROM_THE_BEGIN; when < WHENS; when++) {
		for (int i = 0; i < 2; i++) {
			struct reader *reader =
				open_reader(i == 0 ? NEVER : when);

			take(&seen[i], reader);
			reader_free(reader);
		}
		compare_seen(seen);
	}
}

/* Lines of all lengths, some too long, some longer than the front of a
 * piece, so that text goes to memory of the reader's own and back. */
static void
add_lines(struct bytes *text, size_t len)
{
	uint32_t x = 3;

	while (text->len < len) {
		size_t n;

		x = x * 1664525 + 1013904223;
		n = (x >> 8) % 200;
		if (x % 4001 == 0)
			n = AHEAD_FRONT - 10 + (x >> 8) % 20;
		else if (x % 9001 == 0)
			n = (x >> 8) % (3 << 20);
		/* hardly to be packed, so that the packed file is large */
		for (size_t i = 0; i < n; i++) {
			x = x * 1664525 + 1013904223;
			bytes_add(text, &"0123456789abcdef"[x >> 28], 1);
		}
		bytes_add(text, "\r\n", x % 3 == 0 ? 2 : 1);
		if (x % 3 == 1)
			text->at[text->len - 1] = '\n';
	}
}

static void
test_plain_and_packed(void **state)
{
	struct bytes text = { 0 }, gz = { 0 };

	(void)state;
	add_lines(&text, 8 << 20);
	expect_same(&text);
	bytes_add_member(&gz, text.at, text.len);
	assert_true(gz.len > 4 * SOURCE_CHUNK); /* or there is no thread */
	expect_same(&gz);
	gz.len -= 5; /* cut */
	expect_same(&gz);
	gz.at[gz.len / 2] ^= 8;
	expect_same(&gz);
	bytes_free(&gz);
	bytes_free(&text);
}

/* Records of several lines across pieces, taken back or not. */
static void
test_extend(void **state)
{
	struct bytes text = { 0 };

	(void)state;
	add_lines(&text, 8 << 20);
	put(text.at, text.len);
	for (int taken = 0; taken < 4; taken++) {
		struct reader *plain = open_reader(NEVER);
		struct reader *ahead = open_reader(taken < 2 ?
			FROM_THE_BEGIN : LATER);
		enum reader_step step;
		struct line a, b;
		size_t most = taken % 2 == 0 ? 1000 : 100000;

		do {
			bool more = true;

			step = reader_next(plain, &a);
			assert_int_equal(reader_next(ahead, &b), step);
			while (step != READER_END && more) {
				assert_int_equal(a.number, b.number);
				assert_int_equal(a.text.len, b.text.len);
				assert_memory_equal(a.text.at, b.text.at,
					a.text.len);
				more = a.number % 7 > 0 &&
					reader_extend(plain, &a, most);
				assert_int_equal(more, a.number % 7 > 0 &&
					reader_extend(ahead, &b, most));
			}
			if (taken % 2 == 0) {
				reader_back(plain, &a);
				reader_back(ahead, &b);
			}
		} while (step != READER_END);
		reader_free(plain);
		reader_free(ahead);
	}
	bytes_free(&text);
}

/* Whoever has seen enough leaves, whatever the thread is about. */
static void
test_left_early(void **state)
{
	struct bytes text = { 0 }, gz = { 0 };
	struct line line;

	(void)state;
	add_lines(&text, 4 << 20);
	bytes_add_member(&gz, text.at, text.len);
	assert_true(gz.len > 4 * SOURCE_CHUNK);
	for (int i = 0; i < 40; i++) {
		struct reader *reader;

		if (i % 20 == 0)
			put(i == 0 ? text.at : gz.at,
				i == 0 ? text.len : gz.len);
		reader = open_reader(FROM_THE_BEGIN);
		for (int n = 0; n < i % 20 * 500; n++)
			(void)reader_next(reader, &line);
		reader_free(reader);
	}
	bytes_free(&gz);
	bytes_free(&text);
}

/* It cannot be told by how much: the thread may be anywhere. */
static void
test_changed(void **state)
{
	struct bytes text = { 0 };

	(void)state;
	add_lines(&text, 6 << 20);
	for (int grows = 0; grows < 2; grows++) {
		struct reader *reader;
		struct line line;

		put(text.at, text.len);
		reader = open_reader(FROM_THE_BEGIN);
		(void)reader_next(reader, &line);
		assert_int_equal(truncate(path, grows ?
				(off_t)text.len + 1 :
				(off_t)text.len - 1), 0);
		while (reader_next(reader, &line) != READER_END)
			continue;
		assert_int_equal(reader_facts(reader)->state, INPUT_CORRUPT);
		assert_non_null(strstr(reader_facts(reader)->note, "while"));
		reader_free(reader);
	}
	bytes_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_and_packed),
		cmocka_unit_test(test_extend),
		cmocka_unit_test(test_left_early),
		cmocka_unit_test(test_changed),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
