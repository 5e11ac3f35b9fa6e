/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames of lz4 by liblz4, which verifies the checksums that a frame has: of
 * its header, its blocks and its content. Blocks have at most 4 MiB.
 */
#include "input/frames.h"

#include <lz4.h>
#include <lz4frame.h>

enum { BLOCK_HEADER = 4 };

struct lz4 {
	struct frames frames;
	LZ4F_dctx *context;
	size_t wanted; /* bytes of the frame, by the library's own hint */
};

static enum frame_step
lz4_begin(struct frames *frames)
{
	struct lz4 *lz4 = (struct lz4 *)frames;

	LZ4F_resetDecompressionContext(lz4->context);
	lz4->wanted = 1;
	return FRAME_GOES_ON;
}

/* The library's errors have names and no numbers. */
static enum frame_step
lz4_failed(struct frames *frames, const char *name)
{
	static const struct {
		const char *name, *why;
		enum frame_step step;
	} errors[] = {
		{ "ERROR_contentChecksum_invalid", "content checksum mismatch",
			FRAME_CHECKSUM },
		{ "ERROR_frameSize_wrong", "length mismatch", FRAME_BAD },
		{ "ERROR_blockChecksum_invalid", "block checksum mismatch",
			FRAME_BAD },
		{ "ERROR_headerChecksum_invalid", "header checksum mismatch",
			FRAME_BAD },
		{ "ERROR_headerVersion_wrong", "bad header", FRAME_BAD },
		{ "ERROR_reservedFlag_set", "bad header", FRAME_BAD },
		{ "ERROR_allocation_failed", "out of memory", FRAME_STARVED },
	};

	frames->why = "bad data";
	for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
		if (strcmp(name, errors[i].name) == 0) {
			frames->why = errors[i].why;
			return errors[i].step;
		}
	}
	return FRAME_BAD;
}

/* When the library fails it hands out nothing, not even what it decoded
 * before: so it is given one block at a time, without the header of the next
 * one, which its hint includes. */
static enum frame_step
lz4_step(struct frames *frames)
{
	struct lz4 *lz4 = (struct lz4 *)frames;
	size_t most = lz4->wanted > BLOCK_HEADER ? lz4->wanted - BLOCK_HEADER
						 : lz4->wanted;
	size_t given = frames->in_len < most ? frames->in_len : most;
	size_t in_len = given, out_len = frames->room;
	size_t status = LZ4F_decompress(lz4->context, frames->out, &out_len,
		frames->in, &in_len, NULL);

	if (LZ4F_isError(status)) {
		frames->in_len -= given;
		return lz4_failed(frames, LZ4F_getErrorName(status));
	}
	frames->in_len -= in_len;
	frames->out += out_len;
	frames->room -= out_len;
	lz4->wanted = status;
	return status == 0 ? FRAME_ENDED : FRAME_GOES_ON;
}

static bool
lz4_make(struct frames *frames)
{
	return !LZ4F_isError(LZ4F_createDecompressionContext(
		&((struct lz4 *)frames)->context, LZ4F_VERSION));
}

static void
lz4_close(struct frames *frames)
{
	(void)LZ4F_freeDecompressionContext(((struct lz4 *)frames)->context);
}

static int
lz4_open(struct decoder **ret, struct source *source,
	const struct reader_limits *limits, struct fault *fault)
{
	static const struct frames_codec codec = { &decoder_lz4, "frame",
		sizeof(struct lz4), lz4_make, lz4_close, NULL, lz4_begin,
		lz4_step };

	return frames_open(ret, &codec, source, limits, fault);
}

static bool
lz4_claims(const unsigned char *head, size_t n)
{
	return decoder_begins(head, n, decoder_lz4.magic,
		       decoder_lz4.magic_len) ||
		decoder_is_skippable(head, n);
}

const struct decoder_kind decoder_lz4 = {
	.compression = COMPRESSION_LZ4,
	.suffix = ".lz4",
	.magic = { 0x04, 0x22, 0x4d, 0x18 },
	.magic_len = 4,
	.claims = lz4_claims,
	.library = "liblz4",
	.version = LZ4_versionString,
	.open = lz4_open,
	.read = frames_read,
	.free = frames_free,
};
