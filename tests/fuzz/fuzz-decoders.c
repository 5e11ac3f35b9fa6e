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

enum { TEXT_MOST = 512 * 1024 };

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

/* False: it inflates to more than is worth the time. */
static bool
look(const uint8_t *data, size_t len, size_t piece, enum inflater inflater,
	struct reader_facts *ret)
{
	struct pieces pieces = { { .pull = pieces_pull, .free = pieces_free },
		data, len, piece };
	struct reader_limits limits = { .line = 1 << 16, .ratio = 1000,
		.inflater = inflater, .spare = &spare };
	struct fault fault = { 0 };
	struct reader *reader;
	struct slice text;
	size_t total = 0;
	uLong crc = 0;

	MUST(reader_open_feed(&reader, "log", &pieces.feed, &limits,
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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct reader_facts whole, pieces;

	if (len < 2)
		return 0;
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
