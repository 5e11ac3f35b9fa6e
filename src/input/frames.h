/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the compressions beside gzip share: a file is frames (or streams) one
 * behind the other, each of which a library decodes and verifies. Zeros may
 * stand between frames and behind the last one; anything else is garbage.
 * What a note calls "byte N" counts from 0.
 */
#ifndef QUIS_INPUT_FRAMES_H
#define QUIS_INPUT_FRAMES_H

#include "base/base.h"
#include "input/decoder.h"

/* The most memory that a frame's header can ask a library for. */
enum { FRAMES_MEMORY = 256 << 20 };

/* Its checksum has, if it has one. */
enum { FRAME_CHECKSUM_LEN = 4 };

enum frame_step {
	FRAME_GOES_ON,
	FRAME_ENDED,     /* all of it was handed out */
	FRAME_BAD,
	FRAME_CHECKSUM,  /* what is bad is the checksum behind all its text */
	FRAME_REFUSED,   /* it cannot be decoded here, though it may be whole */
};

struct frames;

struct frames_codec {
	const char *unit; /* "frame", "stream" */
	/* Get ready for the next frame. */
	enum frame_step (*begin)(struct frames *frames);
	/* Take from [in, in + in_len) and add to [out, out + room), which
	 * move on. Text decoded before something bad must have been handed
	 * out when it is found. Unless it has ended, `why` is written. */
	enum frame_step (*step)(struct frames *frames);
};

enum frames_place { IN_FRAME, BETWEEN_FRAMES, AT_THE_END };

/* What these decoders begin with. */
struct frames {
	struct decoder decoder;
	const struct frames_codec *codec;
	const unsigned char *in;
	size_t in_len;
	unsigned char *out;
	size_t room;
	const char *why;    /* it is bad, or refused */
	const char *lacks;  /* what could not be verified; or NULL */
	enum frames_place place;
	bool pending;       /* the library may hold text that found no room */
	uint64_t number;    /* of the frame, from 1 */
};

/* Of a zeroed one whose library is ready, but for codec->begin(). */
void frames_init(struct frames *frames, const struct frames_codec *codec,
	const struct decoder_kind *kind, struct source *source);

/* The decoder_kind's. */
size_t frames_read(struct decoder *decoder, char *at, size_t room);

#endif
