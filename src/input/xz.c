/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Xz by liblzma, which verifies the check of each block, and its elder, lzma
 * alone, which has none. liblzma hands out what it has decoded, whatever
 * comes next, but does not tell a wrong check from wrong data.
 */
#include "input/frames.h"

#include <lzma.h>

struct xz {
	struct frames frames;
	lzma_stream stream;
};

static enum frame_step
xz_failed(struct frames *frames, lzma_ret status)
{
	switch (status) {
	case LZMA_MEMLIMIT_ERROR:
		frames->why = "more than 256 MiB of memory is asked for";
		return FRAME_REFUSED;
	case LZMA_MEM_ERROR:
		frames->why = "out of memory";
		return FRAME_STARVED;
	case LZMA_OPTIONS_ERROR:
		frames->why = "an option that liblzma does not know";
		return FRAME_BAD;
	case LZMA_FORMAT_ERROR:
		frames->why = "bad header";
		return FRAME_BAD;
	default:
		frames->why = "bad data or wrong check";
		return FRAME_BAD;
	}
}

static enum frame_step
xz_begin(struct frames *frames)
{
	struct xz *xz = (struct xz *)frames;
	lzma_ret status = frames->decoder.kind == &decoder_xz
		? lzma_stream_decoder(&xz->stream, FRAMES_MEMORY,
			  LZMA_TELL_UNSUPPORTED_CHECK)
		: lzma_alone_decoder(&xz->stream, FRAMES_MEMORY);

	return status == LZMA_OK ? FRAME_GOES_ON : xz_failed(frames, status);
}

static enum frame_step
xz_step(struct frames *frames)
{
	struct xz *xz = (struct xz *)frames;
	lzma_ret status;

	xz->stream.next_in = frames->in;
	xz->stream.avail_in = frames->in_len;
	xz->stream.next_out = frames->out;
	xz->stream.avail_out = frames->room;
	status = lzma_code(&xz->stream, LZMA_RUN);
	frames->in_len = xz->stream.avail_in;
	frames->out = xz->stream.next_out;
	frames->room = xz->stream.avail_out;
	if (status == LZMA_STREAM_END)
		return FRAME_ENDED;
	if (status == LZMA_UNSUPPORTED_CHECK)
		frames->lacks = "has a check of an unknown kind, which was "
				"not verified";
	else if (status != LZMA_OK && status != LZMA_BUF_ERROR)
		return xz_failed(frames, status);
	return FRAME_GOES_ON;
}

static bool
xz_make(struct frames *frames)
{
	((struct xz *)frames)->stream = (lzma_stream)LZMA_STREAM_INIT;
	return true;
}

static void
xz_close(struct frames *frames)
{
	lzma_end(&((struct xz *)frames)->stream);
}

static uint64_t
xz_held(struct frames *frames)
{
	return lzma_memusage(&((struct xz *)frames)->stream);
}

static int
xz_open(struct decoder **ret, struct source *source,
	const struct reader_limits *limits, struct fault *fault)
{
	static const struct frames_codec codec = { &decoder_xz, "stream",
		sizeof(struct xz), xz_make, xz_close, xz_held, xz_begin,
		xz_step };

	return frames_open(ret, &codec, source, limits, fault);
}

static int
lzma_open(struct decoder **ret, struct source *source,
	const struct reader_limits *limits, struct fault *fault)
{
	static const struct frames_codec codec = { &decoder_lzma, "stream",
		sizeof(struct xz), xz_make, xz_close, xz_held, xz_begin,
		xz_step };

	return frames_open(ret, &codec, source, limits, fault);
}

const struct decoder_kind decoder_xz = {
	.compression = COMPRESSION_XZ,
	.suffix = ".xz",
	.magic = { 0xfd, '7', 'z', 'X', 'Z', 0 },
	.magic_len = 6,
	.library = "liblzma",
	.version = lzma_version_string,
	.open = xz_open,
	.read = frames_read,
	.free = frames_free,
};

/* The usual properties and a window of whole KiB. */
const struct decoder_kind decoder_lzma = {
	.compression = COMPRESSION_LZMA,
	.suffix = ".lzma",
	.magic = { 0x5d, 0, 0 },
	.magic_len = 3,
	.stump = 2,
	.open = lzma_open,
	.read = frames_read,
	.free = frames_free,
};
