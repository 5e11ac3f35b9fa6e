/* SPDX-License-Identifier: Apache-2.0 */
/* What a reader promises of gzip: whole, cut, flipped and padded. */
#include "reader-fixture.h"

static const char story[] = "time,user,subject\n"
	"2024-01-01T00:00:00Z,alpha,1\n2024-01-01T00:00:07Z,beta,2\n"
	"2024-01-02T10:20:30Z,gamma,31415926\n2024-01-03T00:00:00Z,x,y\n";
enum { STORY = sizeof(story) - 1 };

/* Every whole line of the prefix came; the rest, if any, as a cut one. */
static void
assert_prefix(const struct seen *seen, const char *whole, size_t len)
{
	size_t n = 0;
	size_t at = 0;

	while (n < seen->lines) {
		const char *end = memchr(whole + at, '\n', len - at);

		assert_non_null(end);
		at = (size_t)(end - whole) + 1;
		n++;
	}
	assert_true(seen->text.len >= at);
	if (at > 0)
		assert_memory_equal(seen->text.at, whole, at);
}

static void
test_gzip_cut_everywhere(void **state)
{
	struct bytes gz = { 0 };
	struct seen seen;
	unsigned before = 0;

	(void)state;
	bytes_add_member(&gz, story, STORY);
	for (size_t len = 1; len < gz.len; len++) {
		put(gz.at, len);
		look_with(&seen, 1000);
		assert_int_equal(seen.facts.compression, COMPRESSION_GZIP);
		assert_int_equal(seen.facts.state, INPUT_TRUNCATED);
		assert_non_null(strstr(seen.facts.note, "member 1 at byte"));
		assert_prefix(&seen, story, STORY);
		/* What is inflated is delivered: whole lines and a cut one. */
		assert_int_equal(seen.text.len - seen.cut,
			seen.facts.inflated);
		assert_true(seen.cut <= 1 && seen.lines >= before);
		before = seen.lines;
		bytes_free(&seen.text);
	}
	/* The damage lies behind a newline: nothing is cut off. */
	assert_int_equal(before, 5);
	assert_int_equal(seen.cut, 0);
	bytes_free(&gz);
}

/* What zlib gives at once for the first bytes of a member. */
static size_t
inflated_len(const struct bytes *gz, size_t len, char *out, size_t room)
{
	z_stream z = { 0 };

	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	z.next_in = (Bytef *)gz->at;
	z.avail_in = (uInt)len;
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)room;
	(void)inflate(&z, Z_SYNC_FLUSH);
	inflateEnd(&z);
	return room - z.avail_out;
}

/* Text that found no room when the last byte was taken is not lost. */
static void
test_gzip_cut_dense(void **state)
{
	enum { ROOM = 300000 };
	char *out = calloc(1, ROOM);
	struct bytes gz = { 0 };
	struct seen seen;

	(void)state;
	assert_non_null(out);
	bytes_add_member(&gz, out, ROOM);
	for (size_t len = 1; len < gz.len; len++) {
		put(gz.at, len);
		look_with(&seen, 1 << 20);
		assert_int_equal(seen.facts.state, INPUT_TRUNCATED);
		assert_int_equal(seen.facts.inflated,
			inflated_len(&gz, len, out, ROOM));
		bytes_free(&seen.text);
	}
	bytes_free(&gz);
	free(out);
}

static void
test_gzip_bit_flips(void **state)
{
	struct bytes gz = { 0 };
	struct seen seen;

	(void)state;
	bytes_add_member(&gz, story, STORY);
	for (size_t bit = 3 * 8; bit < gz.len * 8; bit++) {
		gz.at[bit / 8] = (char)(gz.at[bit / 8] ^ (1 << bit % 8));
		put(gz.at, gz.len);
		look_with(&seen, 1000);
		if (seen.facts.state == INPUT_INTACT) {
			/* Not in the data, or in the bits that fill a byte. */
			assert_int_equal(seen.text.len, STORY);
			assert_memory_equal(seen.text.at, story, STORY);
			assert_true(bit < 10 * 8 || bit / 8 == gz.len - 9);
		} else {
			assert_true(bit / 8 < 4 || bit / 8 > 9);
			assert_string_not_equal(seen.facts.note, "");
		}
		if (bit >= (gz.len - 8) * 8) {
			assert_int_equal(seen.facts.state, INPUT_CORRUPT);
			assert_memory_equal(seen.text.at, story, STORY);
		}
		bytes_free(&seen.text);
		gz.at[bit / 8] = (char)(gz.at[bit / 8] ^ (1 << bit % 8));
	}
	bytes_free(&gz);
}

static void
test_gzip_wrong_trailer(void **state)
{
	struct bytes gz = { 0 };
	size_t one;
	char note[128];

	(void)state;
	bytes_add_member(&gz, "one\ntwo", 7);
	one = gz.len;
	gz.at[one - 8] ^= 1;
	(void)snprintf(note, sizeof(note),
		"crc-32 mismatch in member 1 at byte %zu", one - 8);
	expect(gz.at, gz.len, "one\ntwo\n", "ll", INPUT_CORRUPT, note);
	/* Another member follows: who knows how the last line goes on? */
	bytes_add_member(&gz, " more\n", 6);
	(void)snprintf(note, sizeof(note), "crc-32 mismatch in member 1 at "
		"byte %zu, %zu bytes after it not used", one - 8,
		gz.len - one);
	expect(gz.at, gz.len, "one\ntwo\n", "lc", INPUT_CORRUPT, note);
	gz.at[one - 8] ^= 1;
	gz.len = one;
	gz.at[one - 4] ^= 1;
	(void)snprintf(note, sizeof(note),
		"length mismatch in member 1 at byte %zu", one - 4);
	expect(gz.at, gz.len, "one\ntwo\n", "ll", INPUT_CORRUPT, note);
	bytes_free(&gz);
}

static void
test_gzip_members(void **state)
{
	struct bytes gz = { 0 };
	struct seen seen;
	char line[32];

	(void)state;
	bytes_add_member(&gz, "one\ntw", 6);
	bytes_add_member(&gz, "o\n", 2);
	expect(gz.at, gz.len, "one\ntwo\n", "ll", INPUT_INTACT, "");
	gz.len = 0;
	for (int i = 0; i < 10000; i++) {
		(void)snprintf(line, sizeof(line), "line %d\n", i);
		bytes_add_member(&gz, line, strlen(line));
		bytes_add_member(&gz, "", 0);
	}
	put(gz.at, gz.len);
	look_with(&seen, 100);
	assert_int_equal(seen.lines, 10000);
	assert_int_equal(seen.facts.state, INPUT_INTACT);
	assert_memory_equal(seen.text.at + seen.text.len - 10, "line 9999\n",
		10);
	bytes_free(&seen.text);
	bytes_free(&gz);
}

/* Stored blocks, as long as wanted, put trailer and header of two members
 * at each place around the edge of the 256 KiB read buffer. */
static void
test_gzip_members_at_buffer_edge(void **state)
{
	struct bytes text = { 0 }, gz = { 0 };
	struct seen seen;
	size_t first = 0;

	(void)state;
	while (text.len < 262144)
		bytes_add(&text, "0123456789", 10);
	for (size_t len = 262060; first < 262144 + 12; len++) {
		gz.len = 0;
		bytes_add_packed(&gz, text.at, len, 0);
		first = gz.len;
		assert_in_range(first, 262060, 262144 + 12);
		bytes_add_member(&gz, "\nend\n", 5);
		put(gz.at, gz.len);
		look_with(&seen, 1 << 20);
		assert_int_equal(seen.facts.state, INPUT_INTACT);
		assert_string_equal(seen.steps, "ll");
		assert_int_equal(seen.text.len, len + 5);
		assert_memory_equal(seen.text.at, text.at, len);
		bytes_free(&seen.text);
	}
	bytes_free(&gz);
	bytes_free(&text);
}

static void
test_gzip_second_member_truncated(void **state)
{
	struct bytes gz = { 0 };
	struct seen seen;
	size_t first;

	(void)state;
	bytes_add_member(&gz, "one\n", 4);
	first = gz.len;
	bytes_add_member(&gz, "two\nthree", 9);
	for (size_t len = first + 1; len < gz.len; len++) {
		put(gz.at, len);
		look_with(&seen, 100);
		assert_int_equal(seen.facts.state, INPUT_TRUNCATED);
		assert_non_null(strstr(seen.facts.note,
			"ends in member 2 at byte "));
		assert_true(seen.lines >= 1);
		assert_memory_equal(seen.text.at, "one\n", 4);
		bytes_free(&seen.text);
	}
	bytes_free(&gz);
}

static void
test_gzip_behind_the_end(void **state)
{
	static const char zeros[300000];
	struct bytes gz = { 0 };
	size_t end;
	char note[128];

	(void)state;
	bytes_add_member(&gz, "one\ntwo", 7);
	end = gz.len;
	bytes_add(&gz, "\0\0\0", 3);
	expect(gz.at, gz.len, "one\ntwo\n", "ll", INPUT_INTACT, "");
	bytes_add(&gz, zeros, sizeof(zeros));
	expect(gz.at, gz.len, "one\ntwo\n", "ll", INPUT_INTACT, "");
	(void)snprintf(note, sizeof(note),
		"trailing garbage after member 1 at byte %zu", gz.len);
	bytes_add(&gz, "x\0y", 3);
	expect(gz.at, gz.len, "one\ntwo\n", "ll", INPUT_CORRUPT, note);
	gz.len = end;
	bytes_add(&gz, "\x1f\x8b garbage", 10);
	(void)snprintf(note, sizeof(note),
		"trailing garbage after member 1 at byte %zu", end);
	expect(gz.at, gz.len, "one\ntwo\n", "ll", INPUT_CORRUPT, note);
	bytes_free(&gz);
}

static void
test_gzip_header_only(void **state)
{
	struct bytes gz = { 0 };

	(void)state;
	bytes_add_member(&gz, "one\n", 4);
	expect(gz.at, 10, "", "", INPUT_TRUNCATED,
		"ends in member 1 at byte 10");
	bytes_free(&gz);
}

static void
test_gzip_ratio(void **state)
{
	struct reader_limits limits = { .line = 1 << 20 };
	struct fault fault = { 0 };
	struct bytes gz = { 0 };
	struct reader *reader;
	struct seen seen;
	char *zeros = calloc(1, 64 << 20);

	(void)state;
	assert_non_null(zeros);
	bytes_add_member(&gz, zeros, 64 << 20);
	put(gz.at, gz.len);
	look_with(&seen, 1 << 20);
	assert_int_equal(seen.facts.state, INPUT_CORRUPT);
	assert_non_null(strstr(seen.facts.note, "ratio limit at byte "));
	assert_in_range(seen.facts.inflated, 16 << 20, 17 << 20);
	assert_int_equal(seen.facts.bytes, gz.len);
	bytes_free(&seen.text);
	assert_int_equal(reader_open(&reader, path, &limits, &fault), 0);
	take(&seen, reader);
	assert_int_equal(seen.facts.state, INPUT_INTACT);
	assert_int_equal(seen.facts.inflated, 64 << 20);
	reader_free(reader);
	bytes_free(&seen.text);
	bytes_free(&gz);
	free(zeros);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gzip_cut_everywhere),
		cmocka_unit_test(test_gzip_cut_dense),
		cmocka_unit_test(test_gzip_bit_flips),
		cmocka_unit_test(test_gzip_wrong_trailer),
		cmocka_unit_test(test_gzip_members),
		cmocka_unit_test(test_gzip_members_at_buffer_edge),
		cmocka_unit_test(test_gzip_second_member_truncated),
		cmocka_unit_test(test_gzip_behind_the_end),
		cmocka_unit_test(test_gzip_header_only),
		cmocka_unit_test(test_gzip_ratio),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
