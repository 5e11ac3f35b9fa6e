/* SPDX-License-Identifier: Apache-2.0 */
/* Every compression: whole, joined, cut, flipped, padded, nested. What can be
 * had of a damaged file is what its library delivers byte by byte. */
#include "packed-fixture.h"

#include "input/source.h"
#include "unit.h"

static void
look_at(struct seen *seen, const struct bytes *file, enum inflater inflater,
	bool ahead)
{
	struct reader_limits limits = { .line = 1 << 20, .ratio = 1000,
		.inflater = inflater, .ahead = ahead };
	struct fault fault = { 0 };
	struct reader *reader;

	put(file->at, file->len);
	assert_int_equal(reader_open(&reader, path, &limits, &fault), 0);
	take(seen, reader);
	reader_free(reader);
}

static uint32_t
crc_of(const struct bytes *text)
{
	return (uint32_t)crc32_z(0, (const Bytef *)text->at, text->len);
}

static void
expect_text(const struct bytes *file, const struct bytes *text,
	enum input_state state, const char *name, const char *note)
{
	struct seen seen;

	for (int ahead = 0; ahead < 2; ahead++) {
		look_at(&seen, file, INFLATER_AUTO, ahead == 1);
		if (seen.facts.inflated != text->len ||
			strcmp(seen.facts.note, note) != 0)
			print_error("%s: %zu bytes, '%s'\n", name,
				(size_t)seen.facts.inflated, seen.facts.note);
		assert_int_equal(seen.facts.inflated, text->len);
		assert_int_equal(seen.facts.crc, crc_of(text));
		assert_int_equal(seen.facts.state, state);
		assert_string_equal(seen.facts.compression_name, name);
		assert_string_equal(seen.facts.note, note);
		assert_int_equal(seen.facts.bytes, file->len);
		bytes_free(&seen.text);
	}
}

/* A log of so many bytes, the last of which ends a line; `hard`: hardly to be
 * packed. */
static void
add_log(struct bytes *text, size_t len, bool hard)
{
	uint32_t x = 7;
	char line[128];
	size_t to = text->len + len;

	while (text->len < to) {
		x = x * 1664525 + 1013904223;
		(void)snprintf(line, sizeof(line), "2024-01-%02uT%02u,user%u,"
			"%08x\n", 1 + (x >> 8) % 28, (x >> 4) % 24,
			(x >> 9) % 300, hard ? x * (x >> 7) : 0);
		bytes_add(text, line, strlen(line));
	}
	text->len = to;
	text->at[to - 1] = '\n';
}

static void
test_round(void **state)
{
	static const size_t lens[] = { 1, 50, 70000, 400000, 3000000 };
	struct bytes text = { 0 }, file = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(packings); i++) {
		for (size_t k = 0; k < ARRAY_LEN(lens); k++) {
			text.len = file.len = 0;
			add_log(&text, lens[k], k % 2 == 0);
			pack(&file, packings[i], text.at, text.len);
			expect_text(&file, &text, INPUT_INTACT,
				compression_name(packings[i]), "");
		}
	}
	bytes_free(&text);
	bytes_free(&file);
}

/* Frames of all lengths, empty ones too, so that they meet the edges of the
 * buffer anywhere, and zeros behind them. */
static void
test_frames(void **state)
{
	struct bytes text = { 0 }, file = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(packings); i++) {
		/* An lzma alone is not to be followed by anything. */
		if (packings[i] == COMPRESSION_LZMA)
			continue;
		text.len = file.len = 0;
		while (file.len < 3 * SOURCE_CHUNK) {
			size_t at = text.len, len = file.len * 7919 % 70000;

			if (file.len % 5 > 0)
				add_log(&text, len + 1, true);
			pack(&file, packings[i], text.at + at, text.len - at);
		}
		expect_text(&file, &text, INPUT_INTACT,
			compression_name(packings[i]), "");
		bytes_add(&file, "\0\0\0\0\0\0\0\0", 8);
		expect_text(&file, &text, INPUT_INTACT,
			compression_name(packings[i]), "");
	}
	bytes_free(&text);
	bytes_free(&file);
}

static void
add_skippable(struct bytes *file, unsigned char kind, unsigned len)
{
	unsigned char head[8] = { (unsigned char)(0x50 + kind), 0x2a, 0x4d,
		0x18, (unsigned char)len, (unsigned char)(len >> 8),
		(unsigned char)(len >> 16), 0 };

	bytes_add(file, head, sizeof(head));
	for (unsigned i = 0; i < len; i++)
		bytes_add(file, "s", 1);
}

static void
test_skippable(void **state)
{
	static const enum compression both[] = { COMPRESSION_ZSTD,
		COMPRESSION_LZ4 };
	static const unsigned lens[] = { 0, 1, 12, 200000 };
	struct bytes text = { 0 }, file = { 0 };

	(void)state;
	add_log(&text, 1000, true);
	for (size_t i = 0; i < 2 * ARRAY_LEN(lens); i++) {
		const char *name = compression_name(both[i % 2]);

		file.len = 0;
		add_skippable(&file, 0, lens[i / 2]);
		add_skippable(&file, 15, 3);
		pack(&file, both[i % 2], text.at, 300);
		add_skippable(&file, 7, lens[i / 2]);
		pack(&file, both[i % 2], text.at + 300, 700);
		add_skippable(&file, 7, 0);
		expect_text(&file, &text, INPUT_INTACT, name, "");
	}
	/* A cut one, and one alone. */
	file.len = text.len = 0;
	add_skippable(&file, 3, 100);
	expect_text(&file, &text, INPUT_INTACT, "zstd", "");
	file.len -= 1;
	expect_text(&file, &text, INPUT_TRUNCATED, "zstd",
		"ends in frame 1 at byte 107");
	bytes_free(&text);
	bytes_free(&file);
}

/* Does what was seen begin like the text? Lines are not seen to have CRs. */
static bool
has_begin(const struct seen *seen, const struct bytes *text)
{
	return text->len == 0 || memchr(text->at, '\r', text->len) != NULL ||
		(seen->text.len >= text->len &&
			memcmp(seen->text.at, text->at, text->len) == 0);
}

static void
expect_as_library(enum compression compression, const struct bytes *file,
	size_t number)
{
	static const enum input_state states[] = {
		[ENDS_WELL] = INPUT_INTACT,
		[ENDS_SHORT] = INPUT_TRUNCATED,
		[ENDS_BADLY] = INPUT_CORRUPT,
	};
	struct bytes text = { 0 };
	enum ending ending = unpack(compression, file->at, file->len, &text);
	struct seen seen;
	bool same;

	look_at(&seen, file, INFLATER_AUTO, false);
	same = seen.facts.inflated == text.len &&
		seen.facts.crc == crc_of(&text);
	/* liblzma goes on in bad data as long as it has some. */
	if (ending == ENDS_BADLY && (compression == COMPRESSION_XZ ||
			compression == COMPRESSION_LZMA))
		same = seen.facts.inflated >= text.len &&
			has_begin(&seen, &text);
	same = same && seen.facts.state == states[ending];
	/* A magic that is damaged, or asks for too much. */
	if (seen.facts.compression == COMPRESSION_NONE ||
		seen.facts.state == INPUT_UNREADABLE)
		same = true;
	if (!same)
		print_error("%s %zu: %s '%s' %zu, library: %s %zu\n",
			compression_name(compression), number,
			input_state_name(seen.facts.state), seen.facts.note,
			(size_t)seen.facts.inflated,
			input_state_name(states[ending]), text.len);
	assert_true(same);
	assert_true(seen.facts.state == INPUT_INTACT ||
		seen.facts.compression == COMPRESSION_NONE ||
		strstr(seen.facts.note, " at byte ") != NULL);
	bytes_free(&seen.text);
	bytes_free(&text);
}

static void
flip(struct bytes *file, size_t bit)
{
	file->at[bit / 8] = (char)(file->at[bit / 8] ^ (1 << bit % 8));
}

/* Cut at each byte, a bit of each byte flipped. */
static void
test_small_damaged(void **state)
{
	struct bytes text = { 0 }, file = { 0 }, cut;

	(void)state;
	add_log(&text, 800, true);
	for (size_t i = 1; i < ARRAY_LEN(packings); i++) {
		file.len = 0;
		pack(&file, packings[i], text.at, text.len);
		cut = file;
		for (cut.len = 1; cut.len < file.len; cut.len++)
			expect_as_library(packings[i], &cut, cut.len);
		for (size_t at = 0; at < file.len; at++) {
			size_t bit = at * 8 + at % 8;

			flip(&file, bit);
			expect_as_library(packings[i], &file, bit);
			flip(&file, bit);
		}
	}
	bytes_free(&text);
	bytes_free(&file);
}

/* Of a long one all blocks before the damage are had. */
static void
test_large_damaged(void **state)
{
	struct bytes text = { 0 }, file = { 0 }, cut;

	(void)state;
	add_log(&text, 1500000, true);
	for (size_t i = 1; i < ARRAY_LEN(packings); i++) {
		file.len = 0;
		pack(&file, packings[i], text.at, text.len);
		cut = file;
		for (cut.len = 1000; cut.len < file.len; cut.len += 90001)
			expect_as_library(packings[i], &cut, cut.len);
		for (size_t bit = 1001; bit < file.len * 8; bit += 700001) {
			flip(&file, bit);
			expect_as_library(packings[i], &file, bit);
			flip(&file, bit);
		}
	}
	bytes_free(&text);
	bytes_free(&file);
}

/* The checksum at the end is wrong, or there is garbage behind it. */
static void
test_end(void **state)
{
	static const struct {
		enum compression compression;
		size_t from_end; /* a byte of the checksum */
		const char *note, *garbage;
	} cases[] = {
		{ COMPRESSION_ZSTD, 1, "checksum mismatch in frame 1",
			"trailing garbage after frame 1" },
		{ COMPRESSION_LZ4, 1, "content checksum mismatch in frame 1",
			"trailing garbage after frame 1" },
		{ COMPRESSION_BZIP2, 2, "bad data or wrong crc-32 in stream 1",
			"trailing garbage after stream 1" },
		{ COMPRESSION_XZ, 9, "bad data or wrong check in stream 1",
			"trailing garbage after stream 1" },
	};
	struct bytes text = { 0 }, file = { 0 };
	char note[100];

	(void)state;
	add_log(&text, 999, true);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *name = compression_name(cases[i].compression);
		struct seen seen;

		file.len = 0;
		pack(&file, cases[i].compression, text.at, text.len);
		bytes_add(&file, "\0\0\0\0x", 5);
		(void)snprintf(note, sizeof(note), "%s at byte %zu",
			cases[i].garbage, file.len - 1);
		expect_text(&file, &text, INPUT_CORRUPT, name, note);
		file.len -= 5;
		flip(&file, (file.len - cases[i].from_end) * 8);
		look_at(&seen, &file, INFLATER_AUTO, false);
		assert_int_equal(seen.facts.inflated, text.len);
		assert_int_equal(seen.facts.state, INPUT_CORRUPT);
		assert_memory_equal(seen.facts.note, cases[i].note,
			strlen(cases[i].note));
		bytes_free(&seen.text);
	}
	bytes_free(&text);
	bytes_free(&file);
}

/* Frames may ask for more memory than they get. */
static void
test_refused(void **state)
{
	/* a window of 2 GiB */
	static const char zstd[] = "\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00";
	static const char lzma[] = "\x5d\x00\x00\x00\x40\xff\xff\xff\xff\xff"
		"\xff\xff\xff\x00\x00\x00\x00\x00";
	struct bytes text = { 0 }, file = { 0 };
	struct seen seen;

	(void)state;
	add_log(&text, 100, true);
	bytes_add(&file, zstd, sizeof(zstd) - 1);
	look_at(&seen, &file, INFLATER_AUTO, false);
	assert_int_equal(seen.facts.state, INPUT_UNREADABLE);
	assert_non_null(strstr(seen.facts.note, "128 MiB"));
	file.len = 0;
	bytes_add(&file, lzma, sizeof(lzma) - 1);
	look_at(&seen, &file, INFLATER_AUTO, false);
	assert_int_equal(seen.facts.state, INPUT_UNREADABLE);
	assert_non_null(strstr(seen.facts.note, "256 MiB"));
	bytes_free(&text);
	bytes_free(&file);
}

static void
test_nested(void **state)
{
	struct bytes text = { 0 }, inner = { 0 }, file = { 0 };
	char name[32];

	(void)state;
	add_log(&text, 600000, true);
	for (size_t i = 0; i < ARRAY_LEN(packings); i++) {
		inner.len = 0;
		pack(&inner, packings[i], text.at, text.len);
		for (size_t k = 0; k < ARRAY_LEN(packings); k++) {
			file.len = 0;
			pack(&file, packings[k], inner.at, inner.len);
			(void)snprintf(name, sizeof(name), "%s+%s",
				compression_name(packings[k]),
				compression_name(packings[i]));
			expect_text(&file, &text, INPUT_INTACT, name, "");
		}
	}
	bytes_free(&text);
	bytes_free(&inner);
	bytes_free(&file);
}

static void
expect_nested(const struct bytes *file, uint64_t inflated,
	enum input_state state, const char *note)
{
	struct seen seen;

	look_at(&seen, file, INFLATER_AUTO, false);
	assert_string_equal(seen.facts.note, note);
	assert_int_equal(seen.facts.state, state);
	if (inflated > 0)
		assert_int_equal(seen.facts.inflated, inflated);
	bytes_free(&seen.text);
}

/* What follows from the other's damage is not said again. */
static void
test_nested_damaged(void **state)
{
	struct bytes text = { 0 }, inner = { 0 }, file = { 0 };
	char note[200];
	size_t whole;

	(void)state;
	add_log(&text, 50000, true);
	pack(&inner, COMPRESSION_GZIP, text.at, text.len);
	pack(&file, COMPRESSION_ZSTD, inner.at, inner.len);
	whole = file.len;
	file.len -= 10;
	(void)snprintf(note, sizeof(note), "ends in frame 1 at byte %zu",
		file.len);
	expect_nested(&file, 0, INPUT_TRUNCATED, note);
	file.len = whole;
	flip(&file, file.len * 8 - 1);
	(void)snprintf(note, sizeof(note),
		"checksum mismatch in frame 1 at byte %zu",
		file.len - 4);
	expect_nested(&file, text.len, INPUT_CORRUPT, note);
	flip(&inner, inner.len * 8 - 40);
	file.len = 0;
	pack(&file, COMPRESSION_ZSTD, inner.at, inner.len);
	(void)snprintf(note, sizeof(note), "crc-32 mismatch in member 1 at "
		"byte %zu of the inflated zstd", inner.len - 8);
	expect_nested(&file, text.len, INPUT_CORRUPT, note);
	bytes_add(&file, "x", 1);
	(void)snprintf(note, sizeof(note), "trailing garbage after frame 1 at "
		"byte %zu; crc-32 mismatch in member 1 at byte %zu of the "
		"inflated zstd", file.len - 1, inner.len - 8);
	expect_nested(&file, text.len, INPUT_CORRUPT, note);
	inner.len -= 9;
	file.len = 0;
	pack(&file, COMPRESSION_ZSTD, inner.at, inner.len);
	(void)snprintf(note, sizeof(note), "ends in member 1 at byte %zu of "
		"the inflated zstd", inner.len);
	expect_nested(&file, 0, INPUT_TRUNCATED, note);
	bytes_free(&text);
	bytes_free(&inner);
	bytes_free(&file);
}

static void
test_third_level(void **state)
{
	struct bytes text = { 0 }, a = { 0 }, b = { 0 }, c = { 0 };

	(void)state;
	add_log(&text, 5000, true);
	pack(&a, COMPRESSION_XZ, text.at, text.len);
	pack(&b, COMPRESSION_GZIP, a.at, a.len);
	pack(&c, COMPRESSION_GZIP, b.at, b.len);
	expect_text(&c, &a, INPUT_INTACT, "gzip+gzip",
		"xz within that is left packed");
	bytes_free(&text);
	bytes_free(&a);
	bytes_free(&b);
	bytes_free(&c);
}

/* The ratio is that of all text to the file. */
static void
test_nested_ratio(void **state)
{
	struct bytes text = { 0 }, inner = { 0 }, file = { 0 };
	struct seen seen, plain;

	(void)state;
	for (size_t i = 0; i < 40 << 14; i++)
		bytes_add(&text, "2024-01-01,asha,17,17,17,17,17,17,17,17,17,"
			"17,17,17,17,17,17\n", 61);
	pack(&inner, COMPRESSION_GZIP, text.at, text.len);
	pack(&file, COMPRESSION_GZIP, inner.at, inner.len);
	look_at(&seen, &file, INFLATER_AUTO, false);
	look_at(&plain, &file, INFLATER_ZLIB, false);
	assert_int_equal(seen.facts.state, INPUT_CORRUPT);
	assert_non_null(strstr(seen.facts.note, "ratio limit"));
	assert_true(seen.facts.inflated < 20 << 20);
	assert_int_equal(seen.facts.inflated, plain.facts.inflated);
	bytes_free(&seen.text);
	bytes_free(&plain.text);
	bytes_free(&text);
	bytes_free(&inner);
	bytes_free(&file);
}

/* The CRC-32 of a gzip of one member is its own; of more, they are joined;
 * a damaged one's is that of what there is. */
static void
test_gzip_crc(void **state)
{
	struct bytes text = { 0 }, file = { 0 };
	struct seen seen;

	(void)state;
	add_log(&text, 90000, true);
	pack(&file, COMPRESSION_GZIP, text.at, 10);
	pack(&file, COMPRESSION_GZIP, text.at + 10, 50000 - 10);
	for (size_t at = 50000; at < text.len; at += 4000)
		pack(&file, COMPRESSION_GZIP, text.at + at, 4000);
	for (int cut = 0; cut < 2000; cut += 97) {
		for (enum inflater by = INFLATER_AUTO; by <= INFLATER_ZLIB;
			by++) {
			struct bytes some = text;

			look_at(&seen, &file, by, false);
			some.len = (size_t)seen.facts.inflated;
			assert_true(cut > 0 || some.len == text.len);
			assert_int_equal(seen.facts.crc, crc_of(&some));
			bytes_free(&seen.text);
		}
		file.len -= 97;
	}
	bytes_free(&text);
	bytes_free(&file);
}

/* A byte order mark belongs to the text that the CRC-32 is of. */
static void
test_plain_crc(void **state)
{
	struct bytes text = { 0 };

	(void)state;
	bytes_add(&text, "\xef\xbb\xbftime\n", 8);
	expect_text(&text, &text, INPUT_INTACT, "none", "");
	bytes_free(&text);
}

/* Text that only begins like a compression is text. */
static void
test_no_magic(void **state)
{
	static const char *const texts[] = { "B", "BZ", "BZhas\n",
		"BZh91AYasha\n", "]", "P", "P*M", "(\n", "\x28\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct bytes text = { 0 };

		bytes_add(&text, texts[i], strlen(texts[i]));
		expect_text(&text, &text, INPUT_INTACT, "none", "");
		bytes_free(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_skippable),
		cmocka_unit_test(test_small_damaged),
		cmocka_unit_test(test_large_damaged),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_nested_damaged),
		cmocka_unit_test(test_third_level),
		cmocka_unit_test(test_nested_ratio),
		cmocka_unit_test(test_gzip_crc),
		cmocka_unit_test(test_plain_crc),
		cmocka_unit_test(test_no_magic),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
