/* SPDX-License-Identifier: Apache-2.0 */
/* Text packed by every library, and what each delivers of it when it gets one
 * byte at a time: no more can be had. */
#ifndef QUIS_TESTS_PACKED_FIXTURE_H
#define QUIS_TESTS_PACKED_FIXTURE_H

#include "reader-fixture.h"

#include <bzlib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zstd.h>

static const enum compression packings[] = { COMPRESSION_GZIP,
	COMPRESSION_ZSTD, COMPRESSION_XZ, COMPRESSION_LZMA, COMPRESSION_BZIP2,
	COMPRESSION_LZ4 };

static inline size_t
pack_zstd(void *out, size_t room, const void *text, size_t len)
{
	ZSTD_CCtx *context = ZSTD_createCCtx();
	size_t n;

	(void)ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
	n = ZSTD_compress2(context, out, room, text, len);
	assert_false(ZSTD_isError(n));
	(void)ZSTD_freeCCtx(context);
	return n;
}

static inline size_t
pack_lzma(void *out, size_t room, const void *text, size_t len, bool alone)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	lzma_options_lzma options;

	assert_false(lzma_lzma_preset(&options, 1));
	assert_int_equal(alone ? lzma_alone_encoder(&stream, &options)
			       : lzma_easy_encoder(&stream, 1,
					 LZMA_CHECK_CRC64),
		LZMA_OK);
	stream.next_in = text;
	stream.avail_in = len;
	stream.next_out = out;
	stream.avail_out = room;
	assert_int_equal(lzma_code(&stream, LZMA_FINISH), LZMA_STREAM_END);
	room -= stream.avail_out;
	lzma_end(&stream);
	return room;
}

static inline size_t
pack_bzip2(void *out, size_t room, const void *text, size_t len)
{
	unsigned n = (unsigned)room;

	assert_int_equal(BZ2_bzBuffToBuffCompress(out, &n,
		(char *)(uintptr_t)text, (unsigned)len, 1, 0, 0), BZ_OK);
	return n;
}

static inline size_t
pack_lz4(void *out, size_t room, const void *text, size_t len)
{
	LZ4F_preferences_t preferences = LZ4F_INIT_PREFERENCES;
	size_t n;

	preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
	preferences.frameInfo.blockSizeID = LZ4F_max64KB;
	n = LZ4F_compressFrame(out, room, text, len, &preferences);
	assert_false(LZ4F_isError(n));
	return n;
}

/* Add a frame. */
static inline void
pack(struct bytes *bytes, enum compression compression, const void *text,
	size_t len)
{
	size_t room = len + len / 8 + 65536, n = 0;
	char *out;

	if (compression == COMPRESSION_GZIP) {
		bytes_add_member(bytes, text, len);
		return;
	}
	out = malloc(room);
	assert_non_null(out);
	if (compression == COMPRESSION_ZSTD)
		n = pack_zstd(out, room, text, len);
	else if (compression == COMPRESSION_BZIP2)
		n = pack_bzip2(out, room, text, len);
	else if (compression == COMPRESSION_LZ4)
		n = pack_lz4(out, room, text, len);
	else
		n = pack_lzma(out, room, text, len,
			compression == COMPRESSION_LZMA);
	bytes_add(bytes, out, n);
	free(out);
}

enum ending { ENDS_WELL, ENDS_SHORT, ENDS_BADLY };

typedef enum ending byte_step(void *state, const char *at, struct bytes *text);

static inline enum ending
step_zstd(void *state, const char *at, struct bytes *text)
{
	char room[65536];
	ZSTD_inBuffer in = { at, 1, 0 };
	ZSTD_outBuffer out;
	size_t status;

	do {
		out = (ZSTD_outBuffer){ room, sizeof(room), 0 };
		status = ZSTD_decompressStream(state, &out, &in);
		if (ZSTD_isError(status))
			return ENDS_BADLY;
		bytes_add(text, room, out.pos);
	} while (out.pos == sizeof(room) || in.pos < 1);
	return status == 0 ? ENDS_WELL : ENDS_SHORT;
}

static inline enum ending
step_lzma(void *state, const char *at, struct bytes *text)
{
	uint8_t room[65536];
	lzma_stream *stream = state;
	lzma_ret status;

	stream->next_in = (const uint8_t *)at;
	stream->avail_in = 1;
	do {
		stream->next_out = room;
		stream->avail_out = sizeof(room);
		status = lzma_code(stream, LZMA_RUN);
		bytes_add(text, room, sizeof(room) - stream->avail_out);
	} while (status == LZMA_OK && stream->avail_out == 0);
	if (status == LZMA_STREAM_END)
		return ENDS_WELL;
	return status == LZMA_OK || status == LZMA_BUF_ERROR ? ENDS_SHORT
							     : ENDS_BADLY;
}

static inline enum ending
step_bzip2(void *state, const char *at, struct bytes *text)
{
	char room[65536], in = *at;
	bz_stream *stream = state;
	int status;

	stream->next_in = &in;
	stream->avail_in = 1;
	do {
		stream->next_out = room;
		stream->avail_out = sizeof(room);
		status = BZ2_bzDecompress(stream);
		bytes_add(text, room, sizeof(room) - stream->avail_out);
	} while (status == BZ_OK && stream->avail_out == 0);
	if (status == BZ_STREAM_END)
		return ENDS_WELL;
	return status == BZ_OK ? ENDS_SHORT : ENDS_BADLY;
}

static inline enum ending
step_lz4(void *state, const char *at, struct bytes *text)
{
	char room[65536];
	size_t left = 1, in_len, out_len, status;

	do {
		in_len = left;
		out_len = sizeof(room);
		status = LZ4F_decompress(state, room, &out_len, at, &in_len,
			NULL);
		if (LZ4F_isError(status))
			return ENDS_BADLY;
		bytes_add(text, room, out_len);
		left -= in_len;
	} while (status != 0 && (out_len == sizeof(room) || left > 0));
	return status == 0 ? ENDS_WELL : ENDS_SHORT;
}

static inline enum ending
unpack_by(byte_step *step, void *state, const char *at, size_t len,
	struct bytes *text)
{
	enum ending ending = ENDS_SHORT;

	for (size_t i = 0; i < len && ending == ENDS_SHORT; i++) {
		ending = step(state, at + i, text);
		if (ending == ENDS_WELL && i + 1 < len)
			ending = ENDS_BADLY;
	}
	return ending;
}

/* What there is of one frame. */
static inline enum ending
unpack(enum compression compression, const char *at, size_t len,
	struct bytes *text)
{
	enum ending ending = ENDS_BADLY;
	lzma_stream stream = LZMA_STREAM_INIT;
	bz_stream bz = { 0 };
	ZSTD_DCtx *zstd;
	LZ4F_dctx *lz4;

	if (compression == COMPRESSION_ZSTD) {
		zstd = ZSTD_createDCtx();
		ending = unpack_by(step_zstd, zstd, at, len, text);
		(void)ZSTD_freeDCtx(zstd);
	} else if (compression == COMPRESSION_BZIP2) {
		(void)BZ2_bzDecompressInit(&bz, 0, 0);
		ending = unpack_by(step_bzip2, &bz, at, len, text);
		(void)BZ2_bzDecompressEnd(&bz);
	} else if (compression == COMPRESSION_LZ4) {
		(void)LZ4F_createDecompressionContext(&lz4, LZ4F_VERSION);
		ending = unpack_by(step_lz4, lz4, at, len, text);
		(void)LZ4F_freeDecompressionContext(lz4);
	} else {
		assert_int_equal(compression == COMPRESSION_XZ
				? lzma_stream_decoder(&stream, UINT64_MAX, 0)
				: lzma_alone_decoder(&stream, UINT64_MAX),
			LZMA_OK);
		ending = unpack_by(step_lzma, &stream, at, len, text);
		lzma_end(&stream);
	}
	return ending;
}

#endif
