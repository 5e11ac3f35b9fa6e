/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames of lz4 by liblz4, which verifies the checksums that a frame has: of
 * its header, its blocks and its content. Blocks have at most 4 MiB.
 */
#include "input/frames.h"

#include <lz4.h>
#include <lz4frame.h>

#include "base/memory.h"

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
		{ "ERROR_allocation_failed", "out of memory", FRAME_REFUSED },
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

static void
lz4_free(struct decoder *decoder)
{
	struct lz4 *lz4 = (struct lz4 *)decoder;

	(void)LZ4F_freeDecompressionContext(lz4->context);
	free(lz4);
}

static int
lz4_open(struct decoder **ret, struct source *source,
	const struct reader_limits *limits, struct fault *fault)
{
	static const struct frames_codec codec = { "frame", lz4_begin,
		lz4_step };
	struct lz4 *lz4 = memory_array(1, sizeof(*lz4));

	(void)limits;
	if (lz4 == NULL)
		return fault_memory(fault);
	if (LZ4F_isError(LZ4F_createDecompressionContext(&lz4->context,
		    LZ4F_VERSION))) {
		free(lz4);
		return fault_memory(fault);
	}
	frames_init(&lz4->frames, &codec, &decoder_lz4, source);
	*ret = &lz4->frames.decoder;
	return 0;
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
	.free = lz4_free,
};
