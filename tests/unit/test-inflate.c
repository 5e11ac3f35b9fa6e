/* SPDX-License-Identifier: Apache-2.0 */
/* Whoever inflates, a reader says the same of every file, whole or not. */
#include "reader-fixture.h"

#include "input/source.h"
#include "unit.h"

static void
look_by(struct seen *seen, enum inflater inflater, uint64_t ratio, bool ahead)
{
	struct reader_limits limits = { .line = 1 << 20, .ratio = ratio,
		.inflater = inflater, .ahead = ahead };
	struct fault fault = { 0 };
	struct reader *reader;

	assert_int_equal(reader_open(&reader, path, &limits, &fault), 0);
	take(seen, reader);
	reader_free(reader);
}

/* The file is at `path`. */
static void
expect_as_plain(const struct seen *plain, uint64_t ratio, bool ahead,
	const char *what, size_t number)
{
	struct seen fast;

	look_by(&fast, INFLATER_AUTO, ratio, ahead);
	if (fast.text.len != plain->text.len ||
		fast.facts.state != plain->facts.state ||
		strcmp(fast.facts.note, plain->facts.note) != 0)
		print_error("%s %zu: %zu '%s', zlib %zu '%s'\n", what, number,
			fast.text.len, fast.facts.note, plain->text.len,
			plain->facts.note);
	assert_int_equal(fast.text.len, plain->text.len);
	if (fast.text.len > 0)
		assert_memory_equal(fast.text.at, plain->text.at,
			fast.text.len);
	assert_string_equal(fast.steps, plain->steps);
	assert_int_equal(fast.lines, plain->lines);
	assert_int_equal(fast.cut, plain->cut);
	assert_int_equal(fast.facts.state, plain->facts.state);
	assert_string_equal(fast.facts.note, plain->facts.note);
	assert_int_equal(fast.facts.inflated, plain->facts.inflated);
	assert_int_equal(fast.facts.bytes, plain->facts.bytes);
	assert_memory_equal(fast.facts.sha256, plain->facts.sha256, 32);
	bytes_free(&fast.text);
}

static void
expect_same_within(const struct bytes *gz, size_t len, uint64_t ratio,
	const char *what, size_t number)
{
	struct seen plain;

	put(gz->at, len);
	look_by(&plain, INFLATER_ZLIB, ratio, false);
	expect_as_plain(&plain, ratio, false, what, number);
	if (len > SOURCE_CHUNK)
		expect_as_plain(&plain, ratio, true, what, number);
	bytes_free(&plain.text);
}

static void
expect_same(const struct bytes *gz, size_t len, const char *what,
	size_t number)
{
	expect_same_within(gz, len, 1000, what, number);
}

static void
flip(struct bytes *gz, size_t bit)
{
	gz->at[bit / 8] = (char)(gz->at[bit / 8] ^ (1 << bit % 8));
}

/* Cut at each byte, and each bit flipped, every `step`-th. */
static void
expect_same_damaged(struct bytes *gz, size_t step, const char *what)
{
	expect_same(gz, gz->len, what, 0);
	for (size_t len = 1; len < gz->len; len += step)
		expect_same(gz, len, what, len);
	for (size_t bit = 0; bit < gz->len * 8; bit += step) {
		flip(gz, bit);
		expect_same(gz, gz->len, what, bit);
		flip(gz, bit);
	}
}

/* A log of so many bytes. */
static void
add_log(struct bytes *text, size_t len)
{
	uint32_t x = 7;
	char line[128];

	while (text->len < len) {
		x = x * 1664525 + 1013904223;
		(void)snprintf(line, sizeof(line), "2024-01-%02uT%02u:00:%02uZ,"
			"user%u,unit %u,%u,10.0.%u.%u\n", 1 + (x >> 8) % 28,
			(x >> 4) % 24, (x >> 11) % 60, (x >> 9) % 300,
			(x >> 13) % 20, x >> 3, (x >> 7) % 256, x >> 24);
		bytes_add(text, line, strlen(line));
	}
	text->len = len;
}

/* A member by any strategy, flushed every `flush` bytes (0: never). */
static void
add_packed(struct bytes *gz, const struct bytes *text, int level, int strategy,
	size_t flush, int how)
{
	static unsigned char out[1 << 20];
	z_stream z = { 0 };

	assert_int_equal(deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 9,
		strategy), Z_OK);
	for (size_t at = 0; at <= text->len;) {
		size_t n = text->len - at;
		bool last = flush == 0 || n <= flush;

		n = last ? n : flush;
		z.next_in = (Bytef *)text->at + at;
		z.avail_in = (uInt)n;
		do {
			z.next_out = out;
			z.avail_out = sizeof(out);
			(void)deflate(&z, last ? Z_FINISH : how);
			bytes_add(gz, out, sizeof(out) - z.avail_out);
		} while (z.avail_out == 0);
		at += n + last;
	}
	deflateEnd(&z);
}

static void
test_small_damaged(void **state)
{
	static const int strategies[] = { Z_DEFAULT_STRATEGY, Z_FIXED,
		Z_HUFFMAN_ONLY, Z_RLE };
	struct bytes text = { 0 }, gz = { 0 };

	(void)state;
	add_log(&text, 700);
	for (size_t i = 0; i < ARRAY_LEN(strategies); i++) {
		gz.len = 0;
		add_packed(&gz, &text, 9, strategies[i], 0, 0);
		expect_same_damaged(&gz, 1, "small");
	}
	gz.len = 0;
	add_packed(&gz, &text, 0, Z_DEFAULT_STRATEGY, 0, 0);
	expect_same_damaged(&gz, 1, "stored");
	gz.len = 0;
	add_packed(&gz, &text, 9, Z_DEFAULT_STRATEGY, 150, Z_SYNC_FLUSH);
	expect_same_damaged(&gz, 1, "flushed");
	gz.len = 0;
	add_packed(&gz, &text, 9, Z_FIXED, 150, Z_PARTIAL_FLUSH);
	add_packed(&gz, &text, 9, Z_FIXED, 50, Z_BLOCK);
	expect_same_damaged(&gz, 1, "unaligned");
	bytes_free(&text);
	bytes_free(&gz);
}

/* Several blocks, reads of the source, and pieces of text. */
static void
test_large_damaged(void **state)
{
	struct bytes text = { 0 }, gz = { 0 };
	size_t one;

	(void)state;
	add_log(&text, 1400000);
	add_packed(&gz, &text, 6, Z_DEFAULT_STRATEGY, 0, 0);
	expect_same_damaged(&gz, 4799, "large");
	one = gz.len;
	text.len = 300001;
	add_packed(&gz, &text, 1, Z_DEFAULT_STRATEGY, 10000, Z_PARTIAL_FLUSH);
	expect_same_damaged(&gz, 9973, "two");
	for (size_t bit = (one - 9) * 8; bit < (one + 20) * 8; bit++) {
		flip(&gz, bit);
		expect_same(&gz, gz.len, "between", bit);
		flip(&gz, bit);
	}
	bytes_free(&text);
	bytes_free(&gz);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small_damaged),
		cmocka_unit_test(test_large_damaged),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
