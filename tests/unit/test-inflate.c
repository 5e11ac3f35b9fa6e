/* SPDX-License-Identifier: Apache-2.0 */
/* Whoever inflates, a reader says the same of every file, whole or not, and
 * zlib alone of the first member. */
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

/* How zlib by itself, checks and all, says that the first member is bad:
 * false, and nothing written, if it is not. */
static bool
zlib_says(const struct bytes *gz, size_t len, char *ret, size_t room)
{
	static unsigned char out[1 << 16];
	z_stream z = { .next_in = (Bytef *)gz->at, .avail_in = (uInt)len };
	const char *why = "ends";
	size_t at;
	int status;

	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	do {
		z.next_out = out;
		z.avail_out = sizeof(out);
		status = inflate(&z, Z_NO_FLUSH);
	} while (status == Z_OK);
	at = z.total_in;
	if (status == Z_DATA_ERROR)
		why = z.msg;
	if (strcmp(why, "incorrect data check") == 0) {
		why = "crc-32 mismatch";
		at -= 4;
	} else if (strcmp(why, "incorrect length check") == 0) {
		why = "length mismatch";
		at -= 4;
	}
	if (status != Z_STREAM_END)
		(void)snprintf(ret, room, "%s in member 1 at byte %zu", why,
			at);
	inflateEnd(&z);
	return status != Z_STREAM_END;
}

static void
expect_of_zlib(const struct seen *plain, const struct bytes *gz, size_t len)
{
	const char *note = plain->facts.note;
	char said[200];

	if (plain->facts.compression != COMPRESSION_GZIP ||
		strstr(note, "ratio limit") != NULL)
		return;
	if (!zlib_says(gz, len, said, sizeof(said)))
		assert_null(strstr(note, " in member 1 "));
	else if (strncmp(note, said, strlen(said)) != 0)
		fail_msg("'%s', zlib '%s'", note, said);
}

static void
expect_same_within(const struct bytes *gz, size_t len, uint64_t ratio,
	const char *what, size_t number)
{
	struct seen plain;

	put(gz->at, len);
	look_by(&plain, INFLATER_ZLIB, ratio, false);
	expect_of_zlib(&plain, gz, len);
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
	add_log(&text, 400);
	for (size_t i = 0; i < ARRAY_LEN(strategies); i++) {
		gz.len = 0;
		add_packed(&gz, &text, 9, strategies[i], 0, 0);
		expect_same_damaged(&gz, i < 2 ? 1 : 3, "small");
	}
	gz.len = 0;
	add_packed(&gz, &text, 0, Z_DEFAULT_STRATEGY, 0, 0);
	expect_same_damaged(&gz, 7, "stored");
	gz.len = 0;
	add_packed(&gz, &text, 9, Z_DEFAULT_STRATEGY, 150, Z_SYNC_FLUSH);
	expect_same_damaged(&gz, 3, "flushed");
	gz.len = 0;
	add_packed(&gz, &text, 9, Z_FIXED, 150, Z_PARTIAL_FLUSH);
	add_packed(&gz, &text, 9, Z_FIXED, 50, Z_BLOCK);
	expect_same_damaged(&gz, 3, "unaligned");
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
	expect_same_damaged(&gz, 99989, "large");
	one = gz.len;
	text.len = 300001;
	add_packed(&gz, &text, 1, Z_DEFAULT_STRATEGY, 10000, Z_PARTIAL_FLUSH);
	expect_same_damaged(&gz, 149993, "two");
	for (size_t bit = (one - 9) * 8; bit < (one + 20) * 8; bit++) {
		flip(&gz, bit);
		expect_same(&gz, gz.len, "between", bit);
		flip(&gz, bit);
	}
	bytes_free(&text);
	bytes_free(&gz);
}

/* A member whose header has what the flags say, padded to `len` bytes or as
 * short as it may be. */
static void
add_flagged(struct bytes *gz, const struct bytes *text, unsigned flags,
	size_t pad)
{
	enum { CRC = 2, EXTRA = 4, NAME = 8, COMMENT = 16 };
	struct bytes body = { 0 };
	size_t from = gz->len;
	unsigned char head[10] = { 0x1f, 0x8b, 8, (unsigned char)flags };
	unsigned char two[2] = { pad & 255, pad >> 8 & 255 };
	uLong crc;

	bytes_add_member(&body, text->at, text->len);
	bytes_add(gz, head, sizeof(head));
	if (flags & EXTRA)
		bytes_add(gz, two, 2);
	for (size_t i = 0; flags & EXTRA && i < pad; i++)
		bytes_add(gz, "e", 1);
	if (flags & NAME)
		bytes_add(gz, "name", 5);
	for (size_t i = 0; flags & COMMENT && i < pad; i++)
		bytes_add(gz, "c", 1);
	if (flags & COMMENT)
		bytes_add(gz, "", 1);
	crc = crc32(0, (const Bytef *)gz->at + from, (uInt)(gz->len - from));
	two[0] = crc & 255;
	two[1] = crc >> 8 & 255;
	if (flags & CRC)
		bytes_add(gz, two, 2);
	bytes_add(gz, body.at + 10, body.len - 10);
	bytes_free(&body);
}

static void
test_header_flags(void **state)
{
	struct bytes text = { 0 }, gz = { 0 };

	(void)state;
	add_log(&text, 300);
	for (unsigned flags = 0; flags < 256; flags = flags * 2 + 1) {
		gz.len = 0;
		add_flagged(&gz, &text, flags & 31, 3);
		expect_same_damaged(&gz, 13, "flags");
		gz.at[3] = (char)flags;
		expect_same(&gz, gz.len, "reserved flags", flags);
	}
	/* The header goes beyond what is read at once. */
	gz.len = 0;
	add_flagged(&gz, &text, 31, 300000 & 65535);
	add_flagged(&gz, &text, 16, 300000);
	expect_same_damaged(&gz, 40009, "long header");
	bytes_free(&text);
	bytes_free(&gz);
}

/* Small ones that zlib is left with, and large ones among them. */
static void
test_many_members(void **state)
{
	struct bytes text = { 0 }, gz = { 0 };
	struct seen seen;

	(void)state;
	for (size_t i = 0; i < 10000; i++) {
		text.len = 0;
		add_log(&text, i % 2500 == 2499 ? 100000 : i % 90);
		add_packed(&gz, &text, 6, Z_DEFAULT_STRATEGY, 0, 0);
	}
	expect_same_damaged(&gz, gz.len / 3, "members");
	put(gz.at, gz.len);
	look_by(&seen, INFLATER_AUTO, 1000, false);
	assert_int_equal(seen.facts.state, INPUT_INTACT);
	bytes_free(&seen.text);
	bytes_free(&text);
	bytes_free(&gz);
}

/* Blocks, trailers, and headers at each edge of what is read at once: the
 * first member's name is as long as it takes. */
static void
test_buffer_edges(void **state)
{
	struct bytes text = { 0 }, gz = { 0 };
	size_t shortest;

	(void)state;
	add_log(&text, 3000);
	add_flagged(&gz, &text, 16, 0);
	shortest = gz.len;
	for (size_t pad = SOURCE_CHUNK - shortest - 20;
		pad < SOURCE_CHUNK + 20; pad += pad % 8 == 0 ? 5 : 1) {
		gz.len = 0;
		add_flagged(&gz, &text, 16, pad);
		add_flagged(&gz, &text, 0, 0);
		expect_same(&gz, gz.len, "edge", pad);
		expect_same(&gz, gz.len - 4, "edge, cut", pad);
	}
	bytes_free(&text);
	bytes_free(&gz);
}

static void
test_behind_the_end(void **state)
{
	static const char zeros[300000];
	struct bytes text = { 0 }, gz = { 0 };
	size_t end;

	(void)state;
	add_log(&text, 50000);
	add_packed(&gz, &text, 6, Z_DEFAULT_STRATEGY, 0, 0);
	end = gz.len;
	bytes_add(&gz, zeros, sizeof(zeros));
	expect_same(&gz, end + 1, "a zero", 0);
	expect_same(&gz, gz.len, "zeros", 0);
	bytes_add(&gz, "x", 1);
	expect_same(&gz, gz.len, "zeros and garbage", 0);
	gz.len = end;
	bytes_add(&gz, "\x1f\x8b\x08\xff", 4);
	for (size_t n = 1; n <= 4; n++)
		expect_same(&gz, end + n, "garbage", n);
	bytes_free(&text);
	bytes_free(&gz);
}

/* Bits as deflate packs them. */
struct packer {
	struct bytes *bytes;
	unsigned held, hold;
};

static void
pack(struct packer *packer, unsigned value, unsigned bits)
{
	packer->hold |= value << packer->held;
	for (packer->held += bits; packer->held >= 8; packer->held -= 8) {
		bytes_add(packer->bytes, (char[]){ (char)packer->hold }, 1);
		packer->hold >>= 8;
	}
}

/* What follows a block lies in the byte the file ends with. */
static void
test_last_bits(void **state)
{
	static const unsigned char header[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0,
		0, 3 };

	(void)state;
	for (unsigned begun = 0; begun < 64; begun++) {
		struct bytes gz = { 0 };
		struct packer packer = { .bytes = &gz };

		bytes_add(&gz, header, sizeof(header));
		/* an empty block, and of the next six bits */
		pack(&packer, 2, 3 + 7);
		pack(&packer, begun, 6);
		expect_same(&gz, gz.len, "last bits", begun);
		bytes_free(&gz);
	}
}

/* A block of literals below 'p', by the fixed code. */
static void
pack_fixed(struct packer *packer, size_t len, bool last)
{
	pack(packer, last, 1);
	pack(packer, 1, 2);
	for (size_t i = 0; i < len; i++) {
		unsigned letter = 'a' + (unsigned)(i * i % 13), turned = 0;
		unsigned code = 0x30 + (i % 50 == 49 ? '\n' : letter);

		for (unsigned k = 0; k < 8; k++)
			turned |= (code >> k & 1) << (7 - k);
		pack(packer, turned, 8);
	}
	pack(packer, 0, 7);
}

/* The second block is longer than what is kept of the source. */
static void
test_one_long_block(void **state)
{
	static const char head[10] = "\x1f\x8b\x08";
	struct bytes gz = { 0 };
	struct packer packer = { .bytes = &gz };
	struct seen seen;
	uLong crc;

	(void)state;
	bytes_add(&gz, head, sizeof(head));
	pack_fixed(&packer, 100000, false);
	pack_fixed(&packer, 600000, false);
	pack_fixed(&packer, 100000, true);
	pack(&packer, 0, 7);
	bytes_add(&gz, "\0\0\0\0\x00\x35\x0c", 8);
	put(gz.at, gz.len);
	look_by(&seen, INFLATER_ZLIB, 1000, false);
	assert_int_equal(seen.text.len, 800000);
	assert_non_null(strstr(seen.facts.note, "crc-32 mismatch"));
	crc = crc32(0, (const Bytef *)seen.text.at, (uInt)seen.text.len);
	bytes_free(&seen.text);
	for (size_t i = 0; i < 4; i++)
		gz.at[gz.len - 8 + i] = (char)(crc >> 8 * i & 255);
	expect_same_damaged(&gz, gz.len / 3, "long block");
	put(gz.at, gz.len);
	look_by(&seen, INFLATER_AUTO, 1000, false);
	assert_int_equal(seen.facts.state, INPUT_INTACT);
	bytes_free(&seen.text);
	bytes_free(&gz);
}

/* Where the limit is hit does not depend on who inflates. */
static void
test_ratio(void **state)
{
	struct bytes text = { 0 }, gz = { 0 };

	(void)state;
	add_log(&text, 20 << 20);
	memset(text.at + (5 << 20), 'x', 9 << 20);
	add_packed(&gz, &text, 6, Z_DEFAULT_STRATEGY, 0, 0);
	for (uint64_t ratio = 1; ratio < 12; ratio += 2)
		expect_same_within(&gz, gz.len, ratio, "ratio", ratio);
	bytes_free(&text);
	bytes_free(&gz);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small_damaged),
		cmocka_unit_test(test_large_damaged),
		cmocka_unit_test(test_header_flags),
		cmocka_unit_test(test_many_members),
		cmocka_unit_test(test_buffer_edges),
		cmocka_unit_test(test_behind_the_end),
		cmocka_unit_test(test_last_bits),
		cmocka_unit_test(test_one_long_block),
		cmocka_unit_test(test_ratio),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
