/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a compressed log: whoever inflates it, and in whatever pieces
 * it comes, a reader says the same of it, and its CRC-32 is that of its text.
 * The first byte is the length of the pieces. */
#include <zlib.h>

#include "base/base.h"
#include "input/reader.h"
#include "input/source.h"

/* A program of libFuzzer ends this way when it has found something. */
#define MUST(what) do { \
	if (!(what)) \
		__builtin_trap(); \
} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct pieces {
	struct source_feed feed;
	const uint8_t *at;
	size_t left, piece;
};

static size_t
pieces_pull(struct source_feed *feed, void *at, size_t room,
	const char **ret_error)
{
	struct pieces *pieces = (struct pieces *)feed;
	size_t n = pieces->piece < room ? pieces->piece : room;

	(void)ret_error;
	if (n > pieces->left)
		n = pieces->left;
	if (n > 0)
		memcpy(at, pieces->at, n);
	pieces->at += n;
	pieces->left -= n;
	return n;
}

static void
pieces_free(struct source_feed *feed)
{
	(void)feed;
}

static struct reader_spare spare;

static struct reader_facts
look(const uint8_t *data, size_t len, size_t piece, enum inflater inflater)
{
	struct pieces pieces = { { .pull = pieces_pull, .free = pieces_free },
		data, len, piece };
	struct reader_limits limits = { .line = 1 << 16, .ratio = 1000,
		.inflater = inflater, .spare = &spare };
	struct fault fault = { 0 };
	struct reader_facts facts;
	struct reader *reader;
	struct slice text;
	size_t total = 0;
	uLong crc = 0;

	MUST(reader_open_feed(&reader, "log", &pieces.feed, &limits,
		&fault) == 0);

	while ((text = reader_text(reader)).len > 0) {
		crc = crc32_z(crc, (const Bytef *)text.at, text.len);
		total += text.len;
	}
	facts = *reader_facts(reader);
	MUST(facts.bytes == len);
	/* A byte order mark is of the text, but of no line. */
	MUST(facts.inflated == total ? facts.crc == (uint32_t)crc :
				       facts.inflated == total + 3);
	MUST(facts.state == INPUT_INTACT || facts.note[0] != '\0');
	MUST(facts.compression != COMPRESSION_NONE || facts.inflated == len);
	reader_free(reader);
	return facts;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct reader_facts whole, pieces;

	if (len < 2)
		return 0;
	whole = look(data + 1, len - 1, len, INFLATER_ZLIB);
	pieces = look(data + 1, len - 1, 1 + (size_t)data[0], INFLATER_AUTO);
	MUST(whole.state == pieces.state);
	MUST(whole.inflated == pieces.inflated && whole.crc == pieces.crc);
	MUST(strcmp(whole.note, pieces.note) == 0);
	MUST(memcmp(whole.sha256, pieces.sha256, 32) == 0);
	return 0;
}
