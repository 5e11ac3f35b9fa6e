/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a compressed log: whoever inflates it, and in whatever pieces
 * it comes, a reader says the same of it, and its CRC-32 is that of its text.
 * The first byte is the length of the pieces. */
#include <zlib.h>

#include "input/reader.h"
#include "tests/fuzz/fuzz.h"

enum { TEXT_MOST = 128 * 1024, BYTES_MOST = 8192 };

static struct reader_spare spare;

/* False: it inflates to more than is worth the time. */
static bool
look(const uint8_t *data, size_t len, size_t piece, enum inflater inflater,
	struct reader_facts *ret)
{
	struct fuzz_feed bytes = fuzz_feed(data, len, piece);
	struct reader_limits limits = { .line = 1 << 16, .ratio = 1000,
		.inflater = inflater, .spare = &spare };
	struct fault fault = { 0 };
	struct reader *reader;
	struct slice text;
	size_t total = 0;
	uLong crc = 0;

	MUST(reader_open_feed(&reader, "log", &bytes.feed, &limits,
		&fault) == 0);
	while ((text = reader_text(reader)).len > 0 && total <= TEXT_MOST) {
		crc = crc32_z(crc, (const Bytef *)text.at, text.len);
		total += text.len;
	}
	*ret = *reader_facts(reader);
	reader_free(reader);
	if (total > TEXT_MOST)
		return false;
	MUST(ret->bytes == len);
	/* A byte order mark is of the text, but of no line. */
	MUST(ret->inflated == total ? ret->crc == (uint32_t)crc :
				      ret->inflated == total + 3);
	MUST(ret->state == INPUT_INTACT || ret->note[0] != '\0');
	MUST(ret->compression != COMPRESSION_NONE || ret->inflated == len);
	return true;
}

/* Fetching the memory that a frame asks for would take most of the time, so
 * the first one asks for less. */
static void
ask_for_less(uint8_t *data, size_t len)
{
	static const uint8_t zstd[] = { 0x28, 0xb5, 0x2f, 0xfd };
	static const uint8_t lzma[] = { 0x5d, 0, 0 };

	if (len >= 6 && memcmp(data, zstd, sizeof(zstd)) == 0 &&
		(data[4] & 0x20) == 0)
		data[5] &= 0x3f; /* 128 KiB */
	if (len >= 5 && memcmp(data, lzma, sizeof(lzma)) == 0) {
		data[3] &= 0x03; /* 256 KiB */
		data[4] = 0;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static uint8_t copy[BYTES_MOST];
	struct reader_facts whole, pieces;

	if (len < 2 || len > BYTES_MOST)
		return 0;
	memcpy(copy, data, len);
	ask_for_less(copy + 1, len - 1);
	data = copy;
	if (!look(data + 1, len - 1, len, INFLATER_ZLIB, &whole) ||
		!look(data + 1, len - 1, 1 + (size_t)data[0], INFLATER_AUTO,
			&pieces))
		return 0;
	MUST(whole.state == pieces.state);
	MUST(whole.inflated == pieces.inflated && whole.crc == pieces.crc);
	MUST(strcmp(whole.note, pieces.note) == 0);
	MUST(memcmp(whole.sha256, pieces.sha256, 32) == 0);
	return 0;
}
