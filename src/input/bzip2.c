/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bzip2 by libbz2, which verifies the CRC-32 of each block and stream. It
 * hands out a block as it decodes it, and does not tell a wrong CRC from
 * wrong data.
 */
#include "input/frames.h"

#include <bzlib.h>

enum {
	HEAD = 4,
	MARK = 6,
	MARK_LEAST = 4,
	BLOCK_LEAST = 256 * 1024,
	BLOCK_MOST = 4 * 900 * 1000,
};

struct bzip2 {
	struct frames frames;
	bz_stream stream;
	bool begun; /* the stream is the library's, to be ended */
	/* Memory for the largest blocks, which the library would have and give
	 * back for each stream anew. */
	void *block;
	bool block_taken;
};

static void *
bzip2_alloc(void *opaque, int n, int size)
{
	struct bzip2 *bzip2 = opaque;
	size_t len = (size_t)n * (size_t)size;

	if (len < BLOCK_LEAST || len > BLOCK_MOST || bzip2->block_taken)
		return malloc(len);
	if (bzip2->block == NULL)
		bzip2->block = malloc(BLOCK_MOST);
	bzip2->block_taken = bzip2->block != NULL;
	return bzip2->block;
}

static void
bzip2_give_back(void *opaque, void *at)
{
	struct bzip2 *bzip2 = opaque;

	if (at == bzip2->block)
		bzip2->block_taken = false;
	else
		free(at);
}

static void
bzip2_end(struct bzip2 *bzip2)
{
	if (bzip2->begun)
		(void)BZ2_bzDecompressEnd(&bzip2->stream);
	bzip2->begun = false;
}

static enum frame_step
bzip2_failed(struct frames *frames, int status)
{
	frames->why = "bad data or wrong crc-32";
	if (status == BZ_DATA_ERROR_MAGIC)
		frames->why = "bad header";
	if (status != BZ_MEM_ERROR)
		return FRAME_BAD;
	frames->why = "out of memory";
	return FRAME_STARVED;
}

static enum frame_step
bzip2_begin(struct frames *frames)
{
	struct bzip2 *bzip2 = (struct bzip2 *)frames;
	int status;

	bzip2_end(bzip2);
	bzip2->stream = (bz_stream){ .bzalloc = bzip2_alloc,
		.bzfree = bzip2_give_back,
		.opaque = bzip2 };
	status = BZ2_bzDecompressInit(&bzip2->stream, 0, 0);
	if (status != BZ_OK)
		return bzip2_failed(frames, BZ_MEM_ERROR);
	bzip2->begun = true;
	return FRAME_GOES_ON;
}

static enum frame_step
bzip2_step(struct frames *frames)
{
	struct bzip2 *bzip2 = (struct bzip2 *)frames;
	bz_stream *stream = &bzip2->stream;
	int status;

	/* It only reads, whatever its types say. */
	stream->next_in = (char *)(uintptr_t)frames->in;
	stream->avail_in = (unsigned)frames->in_len;
	stream->next_out = (char *)frames->out;
	stream->avail_out = (unsigned)frames->room;
	status = BZ2_bzDecompress(stream);
	frames->in_len = stream->avail_in;
	frames->out = (unsigned char *)stream->next_out;
	frames->room = stream->avail_out;
	if (status == BZ_STREAM_END)
		return FRAME_ENDED;
	return status == BZ_OK ? FRAME_GOES_ON : bzip2_failed(frames, status);
}

static bool
bzip2_make(struct frames *frames)
{
	(void)frames;
	return true;
}

static void
bzip2_close(struct frames *frames)
{
	struct bzip2 *bzip2 = (struct bzip2 *)frames;

	bzip2_end(bzip2);
	free(bzip2->block);
}

static int
bzip2_open(struct decoder **ret, struct source *source,
	const struct reader_limits *limits, struct fault *fault)
{
	static const struct frames_codec codec = { &decoder_bzip2, "stream",
		sizeof(struct bzip2), bzip2_make, bzip2_close, NULL,
		bzip2_begin, bzip2_step };

	return frames_open(ret, &codec, source, limits, fault);
}

static size_t
count_equal(const unsigned char *a, const char *b, size_t n)
{
	size_t equal = 0;

	for (size_t i = 0; i < n; i++)
		equal += a[i] == (unsigned char)b[i];
	return equal;
}

/* "BZh", the size of blocks, and the mark of a block or of the end: all of
 * them could be text, so it takes most of the mark, one byte of which may be
 * damaged. */
static bool
bzip2_claims(const unsigned char *head, size_t n)
{
	size_t len = n < HEAD + MARK ? n : HEAD + MARK;
	size_t least = len == HEAD + MARK ? MARK_LEAST : len - HEAD;

	if (!decoder_begins(head, n, (const unsigned char *)"BZh", 3))
		return false;
	if (n < HEAD)
		return true;
	return head[3] >= '1' && head[3] <= '9' &&
		(count_equal(head + HEAD, "1AY&SY", len - HEAD) >= least ||
			count_equal(head + HEAD, "\x17rE8P\x90",
				len - HEAD) >= least);
}

const struct decoder_kind decoder_bzip2 = {
	.compression = COMPRESSION_BZIP2,
	.suffix = ".bz2",
	.stump = 3,
	.claims = bzip2_claims,
	.library = "libbz2",
	.version = BZ2_bzlibVersion,
	.open = bzip2_open,
	.read = frames_read,
	.free = frames_free,
};
