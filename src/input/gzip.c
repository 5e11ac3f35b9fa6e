/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gzip (RFC 1952). Members follow one another without a gap; zeros may follow
 * the last one, as tapes leave them. What a note calls "byte N" counts from 0.
 *
 * Zlib reads a member's header, then inflates its data without a check, which
 * costs more with zlib than here; the trailer is verified here. Where there is
 * a fast way to inflate (see fast.h), zlib takes over from the block in which
 * something is not in order. Of small members zlib does it all.
 */
#include "input/decoder.h"

#include <inttypes.h>
#include <zlib.h>

#include "base/crc.h"
#include "base/memory.h"
#include "input/fast.h"

enum {
	MAGIC_LEN = 3,
	CHECK_LEN = 4,         /* the CRC-32; the length behind it likewise */
	GZIP_ONLY = 15 + 16,   /* inflateInit2: largest window, gzip header */
	RAW_ONLY = -15,        /* the same without header and trailer */
	HEADER_READ = 128,     /* data_type after Z_BLOCK: before a block */
	/* After so many members in a row with less text than this the next
	 * one is left to zlib, which begins and ends at less cost. */
	SMALL_MEMBERS = 4,
	SMALL_TEXT = 16 * 1024,
};

enum gzip_place {
	IN_MEMBER,  /* zlib does it all */
	IN_HEADER,  /* zlib has not read all of it */
	IN_BLOCKS,  /* the fast way */
	IN_DATA,    /* zlib, from the start, or where the fast way left it */
	IN_TRAILER,
	BETWEEN,
	IN_PADDING,
	AT_END
};

struct gzip {
	struct decoder decoder;
	z_stream stream;   /* GZIP_ONLY, or RAW_ONLY: IN_DATA */
	struct fast *fast; /* NULL: there is none */
	struct reader_spare *spare; /* where it goes */
	unsigned small;    /* members in a row, as of SMALL_MEMBERS */
	unsigned char *out; /* where text goes, and how much */
	size_t room;
	enum gzip_place place;
	bool pending;    /* zlib may hold text that found no room */
	uint64_t member; /* from 1 */
	uint32_t crc;    /* of the member's text */
	uint64_t length; /* likewise */
	uint32_t crc_before; /* of the text of all members before */
};

static int
gzip_open(struct decoder **ret, struct source *source,
	const struct reader_limits *limits, struct fault *fault)
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
	gzip->spare = limits->spare;
	if (limits->inflater != INFLATER_ZLIB) {
		gzip->fast = gzip->spare->fast != NULL ? gzip->spare->fast
						       : fast_open();
		gzip->spare->fast = NULL;
	}
	gzip->place = IN_HEADER;
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
	struct source *source = gzip->decoder.source;

	gzip_end(gzip, INPUT_TRUNCATED, false);
	decoder_note(&gzip->decoder, source_offset(source),
		"ends in member %" PRIu64, gzip->member);
	if (source->error != NULL)
		decoder_unreadable(&gzip->decoder);
}

/* A wrong checksum or length, `checked`, comes behind all of the member's
 * data: if it is also the end of the file, nothing of the text is missing.
 * `trailer`: bytes of it that were not looked at, which nobody would use. */
static void
gzip_spoilt(struct gzip *gzip, const char *why, bool checked, uint64_t trailer)
{
	struct source *source = gzip->decoder.source;
	uint64_t at = source_offset(source) - (checked ? CHECK_LEN : 0);
	uint64_t rest = source_drain(source);

	rest -= rest < trailer ? rest : trailer;
	gzip_end(gzip, INPUT_CORRUPT, checked && rest == 0);
	decoder_note(&gzip->decoder, at, "%s in member %" PRIu64, why,
		gzip->member);
	decoder_note_rest(&gzip->decoder, rest);
}

static const char crc_mismatch[] = "crc-32 mismatch";
static const char length_mismatch[] = "length mismatch";

/* zlib gave up. */
static void
gzip_damaged(struct gzip *gzip, int status)
{
	const char *why = gzip->stream.msg;

	if (status == Z_MEM_ERROR) {
		gzip_spoilt(gzip, "out of memory", false, 0);
		gzip->decoder.verdict.state = INPUT_UNREADABLE;
		gzip->decoder.verdict.starved = true;
	} else if (why == NULL) {
		gzip_spoilt(gzip, "bad data", false, 0);
	} else if (strcmp(why, "incorrect data check") == 0) {
		gzip_spoilt(gzip, crc_mismatch, true, CHECK_LEN);
	} else if (strcmp(why, "incorrect length check") == 0) {
		gzip_spoilt(gzip, length_mismatch, true, 0);
	} else {
		gzip_spoilt(gzip, why, false, 0);
	}
}

/* One step of zlib; Z_STREAM_END when what it reads has ended. Anything but
 * this and Z_OK: the text has ended. */
static int
gzip_step(struct gzip *gzip, int flush)
{
	struct source *source = gzip->decoder.source;
	z_stream *stream = &gzip->stream;
	size_t n = source_peek(source, gzip->pending ? 0 : 1);
	int status;

	if (n == 0 && !gzip->pending) {
		gzip_stopped(gzip);
		return Z_BUF_ERROR;
	}
	stream->next_in = source->buffer + source->at;
	stream->avail_in = (uInt)n;
	stream->next_out = gzip->out;
	stream->avail_out = (uInt)gzip->room;
	status = inflate(stream, flush);
	source_skip(source, n - stream->avail_in);
	gzip->out = stream->next_out;
	gzip->room = stream->avail_out;
	gzip->pending = gzip->room == 0 && status != Z_STREAM_END;
	if (status == Z_STREAM_END)
		return status;
	if (status != Z_OK && status != Z_BUF_ERROR) {
		gzip_damaged(gzip, status);
		return status;
	}
	return Z_OK;
}

static uint32_t
gzip_crc(const struct decoder *decoder)
{
	const struct gzip *gzip = (const struct gzip *)decoder;

	if (gzip->crc_before == 0)
		return gzip->crc;
	return (uint32_t)crc32_combine(gzip->crc_before, gzip->crc,
		(z_off_t)gzip->length);
}

/* A member has ended well. */
static void
gzip_count(struct gzip *gzip)
{
	if (gzip->length >= SMALL_TEXT)
		gzip->small = 0;
	else if (gzip->small < SMALL_MEMBERS)
		gzip->small++;
	gzip->crc_before = gzip_crc(&gzip->decoder);
	gzip->crc = 0;
	gzip->length = 0;
}

static void
gzip_inflate(struct gzip *gzip)
{
	int status = gzip_step(gzip, Z_NO_FLUSH);

	gzip->crc = (uint32_t)gzip->stream.adler;
	gzip->length = gzip->stream.total_out;
	if (status != Z_STREAM_END)
		return;
	gzip->place = BETWEEN;
	gzip_count(gzip);
}

static void
gzip_header(struct gzip *gzip)
{
	if (gzip->small == SMALL_MEMBERS) {
		gzip->place = IN_MEMBER;
	} else if (gzip_step(gzip, Z_BLOCK) != Z_OK ||
		!(gzip->stream.data_type & HEADER_READ)) {
		return;
	} else if (gzip->fast != NULL) {
		fast_begin(gzip->fast);
		gzip->place = IN_BLOCKS;
	} else {
		gzip->place = IN_DATA;
		if (inflateReset2(&gzip->stream, RAW_ONLY) != Z_OK)
			gzip_damaged(gzip, Z_STREAM_ERROR);
	}
}

/* Text has come from `at` on. */
static void
gzip_given(struct gzip *gzip, const unsigned char *at)
{
	size_t len = (size_t)(gzip->out - at);

	gzip->crc = crc_add(gzip->crc, at, len);
	gzip->length += len;
}

/* Have zlib do the block again, as far as its text was given, which we do
 * not want twice. */
static void
gzip_take_over(struct gzip *gzip)
{
	struct fast_left left = fast_left(gzip->fast);
	struct source *source = gzip->decoder.source;
	unsigned char *out = gzip->out, again[16 * 1024];
	size_t room = gzip->room;
	z_stream *stream = &gzip->stream;
	int status = inflateReset2(stream, RAW_ONLY);

	if (status == Z_OK && left.bit > 0) {
		status = inflatePrime(stream, (int)(8 - left.bit),
			source->buffer[source->at] >> left.bit);
		source_skip(source, 1);
		gzip->pending = true; /* even if they are the last ones */
	}
	if (status == Z_OK && left.history_len > 0)
		status = inflateSetDictionary(stream, left.history,
			(uInt)left.history_len);
	if (status != Z_OK) {
		gzip_damaged(gzip, status);
		return;
	}
	gzip->place = IN_DATA;
	while (left.given > 0 && status == Z_OK) {
		gzip->out = again;
		gzip->room = left.given < sizeof(again) ? left.given
							: sizeof(again);
		left.given -= gzip->room;
		while (gzip->room > 0 && status == Z_OK)
			status = gzip_step(gzip, Z_NO_FLUSH);
	}
	gzip->out = out;
	gzip->room = room;
	if (status == Z_STREAM_END)
		gzip->place = IN_TRAILER;
}

static void
gzip_blocks(struct gzip *gzip)
{
	unsigned char *at = gzip->out;
	enum fast_step step = fast_inflate(gzip->fast, gzip->decoder.source,
		&gzip->out, &gzip->room);

	gzip_given(gzip, at);
	if (step == FAST_ENDED)
		gzip->place = IN_TRAILER;
	else if (step == FAST_LEFT)
		gzip_take_over(gzip);
}

static void
gzip_data(struct gzip *gzip)
{
	unsigned char *at = gzip->out;

	if (gzip_step(gzip, Z_NO_FLUSH) == Z_STREAM_END)
		gzip->place = IN_TRAILER;
	gzip_given(gzip, at);
}

/* CRC-32 and length, each of which must be whole to be looked at. */
static void
gzip_trailer(struct gzip *gzip)
{
	struct source *source = gzip->decoder.source;
	size_t n = source_peek(source, 2 * CHECK_LEN);
	const unsigned char *at = source->buffer + source->at;

	if (n >= CHECK_LEN && decoder_number(at) != gzip->crc) {
		source_skip(source, CHECK_LEN);
		gzip_spoilt(gzip, crc_mismatch, true, CHECK_LEN);
	} else if (n < 2 * CHECK_LEN) {
		source_skip(source, n);
		gzip_stopped(gzip);
	} else {
		source_skip(source, 2 * CHECK_LEN);
		gzip->place = BETWEEN;
		if (decoder_number(at + CHECK_LEN) != (uint32_t)gzip->length)
			gzip_spoilt(gzip, length_mismatch, true, 0);
		gzip_count(gzip);
	}
}

static void
gzip_garbage(struct gzip *gzip)
{
	decoder_note(&gzip->decoder, source_offset(gzip->decoder.source),
		"trailing garbage after member %" PRIu64, gzip->member);
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
		gzip->place = IN_HEADER;
		if (inflateReset2(&gzip->stream, GZIP_ONLY) != Z_OK)
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
	static void (*const go_on[])(struct gzip *gzip) = {
		[IN_MEMBER] = gzip_inflate,
		[IN_HEADER] = gzip_header,
		[IN_BLOCKS] = gzip_blocks,
		[IN_DATA] = gzip_data,
		[IN_TRAILER] = gzip_trailer,
		[BETWEEN] = gzip_next,
		[IN_PADDING] = gzip_padding,
	};
	struct gzip *gzip = (struct gzip *)decoder;

	gzip->out = (unsigned char *)at;
	gzip->room = room;
	while (gzip->room > 0 && gzip->place != AT_END)
		go_on[gzip->place](gzip);
	return room - gzip->room;
}

/* The source is a block's length behind while the way is fast. */
static void
gzip_settle(struct decoder *decoder)
{
	struct gzip *gzip = (struct gzip *)decoder;

	if (gzip->place == IN_BLOCKS)
		gzip_take_over(gzip);
}

static void
gzip_free(struct decoder *decoder)
{
	struct gzip *gzip = (struct gzip *)decoder;

	(void)inflateEnd(&gzip->stream);
	/* There is one spare, and two of us where one is in the other. */
	if (gzip->spare->fast == NULL)
		gzip->spare->fast = gzip->fast;
	else
		fast_free(gzip->fast);
	free(gzip);
}

const struct decoder_kind decoder_gzip = {
	.compression = COMPRESSION_GZIP,
	.suffix = ".gz",
	.magic = { 0x1f, 0x8b, 8 },
	.magic_len = MAGIC_LEN,
	.open = gzip_open,
	.read = gzip_read,
	.settle = gzip_settle,
	.crc = gzip_crc,
	.free = gzip_free,
};
