/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gzip (RFC 1952) by zlib, which verifies CRC-32 and length of each member.
 * Members follow one another without a gap; zeros may follow the last one,
 * as tapes leave them. What a note calls "byte N" counts from 0.
 */
#include "input/decoder.h"

#include <inttypes.h>
#include <zlib.h>

#include "base/memory.h"

enum {
	MAGIC_LEN = 3,
	CHECK_LEN = 4,         /* the CRC-32; the length behind it likewise */
	GZIP_ONLY = 15 + 16,   /* inflateInit2: largest window, gzip header */
};

enum gzip_place { IN_MEMBER, BETWEEN, IN_PADDING, AT_END };

struct gzip {
	struct decoder decoder;
	z_stream stream;
	enum gzip_place place;
	bool pending;    /* zlib may hold text that found no room */
	uint64_t member; /* from 1 */
};

static int
gzip_open(struct decoder **ret, struct source *source, struct fault *fault)
{
	struct gzip *gzip = memory_array(1, sizeof(*gzip));

	if (gzip == NULL)
		return fault_memory(fault);
	if (inflateInit2(&gzip->stream, GZIP_ONLY) != Z_OK) {
		free(gzip);
		return fault_memory(fault);
	}
	gzip->decoder.kind = &decoder_gzip;
	gzip->decoder.source = source;
	gzip->place = IN_MEMBER;
	gzip->member = 1;
	*ret = &gzip->decoder;
	return 0;
}

static void
gzip_end(struct gzip *gzip, enum input_state state, bool whole)
{
	gzip->decoder.verdict.state = state;
	gzip->decoder.verdict.whole = whole;
	gzip->place = AT_END;
}

/* The bytes on disk are at their end, or cannot be read, within a member. */
static void
gzip_stopped(struct gzip *gzip)
{
	struct verdict *verdict = &gzip->decoder.verdict;
	struct source *source = gzip->decoder.source;

	gzip_end(gzip, INPUT_TRUNCATED, false);
	(void)snprintf(verdict->note, sizeof(verdict->note),
		"ends in member %" PRIu64 " at byte %" PRIu64,
		gzip->member, source_offset(source));
	if (source->error != NULL)
		decoder_unreadable(&gzip->decoder);
}

/* zlib gave up. A wrong checksum or length comes behind all of the member's
 * data: if it is also the end of the file, nothing of the text is missing. */
static void
gzip_damaged(struct gzip *gzip, int status)
{
	struct verdict *verdict = &gzip->decoder.verdict;
	struct source *source = gzip->decoder.source;
	const char *why = gzip->stream.msg;
	uint64_t at = source_offset(source);
	uint64_t rest = source_drain(source);
	uint64_t trailer = 0;
	bool checked = false;
	int len;

	if (status == Z_MEM_ERROR) {
		why = "out of memory";
	} else if (why == NULL) {
		why = "bad data";
	} else if (strcmp(why, "incorrect data check") == 0) {
		why = "crc-32 mismatch";
		checked = true;
		at -= CHECK_LEN;
		trailer = CHECK_LEN;
	} else if (strcmp(why, "incorrect length check") == 0) {
		why = "length mismatch";
		checked = true;
		at -= CHECK_LEN;
	}
	rest -= rest < trailer ? rest : trailer;
	gzip_end(gzip, status == Z_MEM_ERROR ? INPUT_UNREADABLE : INPUT_CORRUPT,
		checked && rest == 0);
	len = snprintf(verdict->note, sizeof(verdict->note),
		"%s in member %" PRIu64 " at byte %" PRIu64, why, gzip->member,
		at);
	if (rest > 0 && len > 0 && (size_t)len < sizeof(verdict->note))
		(void)snprintf(verdict->note + len,
			sizeof(verdict->note) - (size_t)len,
			", %" PRIu64 " bytes after it not used", rest);
}

static void
gzip_inflate(struct gzip *gzip)
{
	struct source *source = gzip->decoder.source;
	z_stream *stream = &gzip->stream;
	size_t n = source_peek(source, gzip->pending ? 0 : 1);
	int status;

	if (n == 0 && !gzip->pending) {
		gzip_stopped(gzip);
		return;
	}
	stream->next_in = source->buffer + source->at;
	stream->avail_in = (uInt)n;
	status = inflate(stream, Z_NO_FLUSH);
	source_skip(source, n - stream->avail_in);
	gzip->pending = stream->avail_out == 0;
	if (status == Z_STREAM_END) {
		gzip->place = BETWEEN;
		gzip->pending = false;
	} else if (status != Z_OK && status != Z_BUF_ERROR) {
		gzip_damaged(gzip, status);
	}
}

static void
gzip_garbage(struct gzip *gzip)
{
	struct verdict *verdict = &gzip->decoder.verdict;

	(void)snprintf(verdict->note, sizeof(verdict->note),
		"trailing garbage after member %" PRIu64 " at byte %" PRIu64,
		gzip->member, source_offset(gzip->decoder.source));
	gzip_end(gzip, INPUT_CORRUPT, true);
}

/* Behind a member: the end, the next member, padding, or garbage. */
static void
gzip_next(struct gzip *gzip)
{
	struct source *source = gzip->decoder.source;
	size_t n = source_peek(source, MAGIC_LEN);
	const unsigned char *head = source->buffer + source->at;
	size_t len = n < MAGIC_LEN ? n : MAGIC_LEN;

	if (n == 0 && source->error == NULL) {
		gzip_end(gzip, INPUT_INTACT, true);
	} else if (n > 0 && head[0] == 0) {
		gzip->place = IN_PADDING;
	} else if (memcmp(head, decoder_gzip.magic, len) != 0) {
		gzip_garbage(gzip);
	} else {
		gzip->member++;
		gzip->place = IN_MEMBER;
		if (inflateReset(&gzip->stream) != Z_OK)
			gzip_damaged(gzip, Z_STREAM_ERROR);
	}
}

static void
gzip_padding(struct gzip *gzip)
{
	struct source *source = gzip->decoder.source;
	size_t n;

	while ((n = source_peek(source, 1)) > 0) {
		for (size_t i = 0; i < n; i++) {
			if (source->buffer[source->at] != 0) {
				gzip_garbage(gzip);
				return;
			}
			source_skip(source, 1);
		}
	}
	gzip_end(gzip, INPUT_INTACT, true);
	if (source->error != NULL)
		decoder_unreadable(&gzip->decoder);
}

static size_t
gzip_read(struct decoder *decoder, char *at, size_t room)
{
	struct gzip *gzip = (struct gzip *)decoder;
	z_stream *stream = &gzip->stream;

	if (room > SOURCE_CHUNK)
		room = SOURCE_CHUNK;
	stream->next_out = (Bytef *)at;
	stream->avail_out = (uInt)room;
	while (stream->avail_out > 0 && gzip->place != AT_END) {
		if (gzip->place == IN_MEMBER)
			gzip_inflate(gzip);
		else if (gzip->place == BETWEEN)
			gzip_next(gzip);
		else
			gzip_padding(gzip);
	}
	return room - stream->avail_out;
}

static void
gzip_free(struct decoder *decoder)
{
	struct gzip *gzip = (struct gzip *)decoder;

	(void)inflateEnd(&gzip->stream);
	free(gzip);
}

const struct decoder_kind decoder_gzip = {
	.compression = COMPRESSION_GZIP,
	.suffix = ".gz",
	.magic = { 0x1f, 0x8b, 8 },
	.magic_len = MAGIC_LEN,
	.open = gzip_open,
	.read = gzip_read,
	.free = gzip_free,
};
