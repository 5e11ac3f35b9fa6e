/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Zstandard (RFC 8878) by libzstd, which verifies the checksum of each frame
 * that has one. A frame that looks back farther than 128 MiB is refused.
 */
#include "input/frames.h"

#include <zstd.h>
#include <zstd_errors.h>

enum {
	WINDOW_LOG = 27,
	BLOCK_HEADER = 3,
};

struct zstd {
	struct frames frames;
	ZSTD_DCtx *context;
	size_t wanted; /* bytes of the frame, by the library's own hint */
};

static enum frame_step
zstd_begin(struct frames *frames)
{
	struct zstd *zstd = (struct zstd *)frames;

	(void)ZSTD_DCtx_reset(zstd->context, ZSTD_reset_session_only);
	zstd->wanted = 1;
	return FRAME_GOES_ON;
}

static enum frame_step
zstd_failed(struct frames *frames, ZSTD_ErrorCode code)
{
	frames->why = "bad data";
	switch (code) {
	case ZSTD_error_checksum_wrong:
		frames->why = "checksum mismatch";
		return FRAME_CHECKSUM;
	case ZSTD_error_frameParameter_windowTooLarge:
		frames->why = "a window of more than 128 MiB is asked for";
		return FRAME_REFUSED;
	case ZSTD_error_dictionary_wrong:
		frames->why = "a dictionary is asked for";
		return FRAME_REFUSED;
	case ZSTD_error_memory_allocation:
		frames->why = "out of memory";
		return FRAME_STARVED;
	case ZSTD_error_prefix_unknown:
	case ZSTD_error_frameParameter_unsupported:
		frames->why = "bad header";
		return FRAME_BAD;
	default:
		return FRAME_BAD;
	}
}

/* When the library fails it hands out nothing, not even what it decoded
 * before: so it is given one block at a time, without the header of the next
 * one, which its hint includes. */
static enum frame_step
zstd_step(struct frames *frames)
{
	struct zstd *zstd = (struct zstd *)frames;
	size_t most = zstd->wanted > BLOCK_HEADER
		? zstd->wanted - BLOCK_HEADER
		: zstd->wanted;
	ZSTD_inBuffer in = { frames->in,
		frames->in_len < most ? frames->in_len : most, 0 };
	ZSTD_outBuffer out = { frames->out, frames->room, 0 };
	size_t status = ZSTD_decompressStream(zstd->context, &out, &in);

	if (ZSTD_isError(status)) {
		frames->in_len -= in.size;
		return zstd_failed(frames, ZSTD_getErrorCode(status));
	}
	frames->in_len -= in.pos;
	frames->out += out.pos;
	frames->room -= out.pos;
	zstd->wanted = status;
	return status == 0 ? FRAME_ENDED : FRAME_GOES_ON;
}

static bool
zstd_make(struct frames *frames)
{
	struct zstd *zstd = (struct zstd *)frames;

	zstd->context = ZSTD_createDCtx();
	return zstd->context != NULL &&
		!ZSTD_isError(ZSTD_DCtx_setParameter(zstd->context,
			ZSTD_d_windowLogMax, WINDOW_LOG));
}

static void
zstd_close(struct frames *frames)
{
	(void)ZSTD_freeDCtx(((struct zstd *)frames)->context);
}

static uint64_t
zstd_held(struct frames *frames)
{
	return ZSTD_sizeof_DCtx(((struct zstd *)frames)->context);
}

static int
zstd_open(struct decoder **ret, struct source *source,
	const struct reader_limits *limits, struct fault *fault)
{
	static const struct frames_codec codec = { &decoder_zstd, "frame",
		sizeof(struct zstd), zstd_make, zstd_close, zstd_held,
		zstd_begin, zstd_step };

	return frames_open(ret, &codec, source, limits, fault);
}

static bool
zstd_claims(const unsigned char *head, size_t n)
{
	return decoder_begins(head, n, decoder_zstd.magic,
		       decoder_zstd.magic_len) ||
		decoder_is_skippable(head, n);
}

const struct decoder_kind decoder_zstd = {
	.compression = COMPRESSION_ZSTD,
	.suffix = ".zst",
	.magic = { 0x28, 0xb5, 0x2f, 0xfd },
	.magic_len = 4,
	.claims = zstd_claims,
	.library = "libzstd",
	.version = ZSTD_versionString,
	.open = zstd_open,
	.read = frames_read,
	.free = frames_free,
};
