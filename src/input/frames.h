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

/* Bytes of a frame's checksum, if it has one. */
enum { FRAME_CHECKSUM_LEN = 4 };

enum frame_step {
	FRAME_GOES_ON,
	FRAME_ENDED,     /* all of it was handed out */
	FRAME_BAD,
	FRAME_CHECKSUM,  /* what is bad is the checksum behind all its text */
	FRAME_STARVED,   /* there is no memory for it */
	FRAME_REFUSED,   /* it cannot be decoded here, though it may be whole */
};

struct frames;

struct frames_codec {
	const struct decoder_kind *kind;
	const char *unit; /* "frame", "stream" */
	size_t size;      /* of what begins with struct frames */
	/* Of a zeroed one. False: no memory; close() comes all the same. */
	bool (*open)(struct frames *frames);
	void (*close)(struct frames *frames);
	/* Bytes the library holds, if it may hold many; or NULL. */
	uint64_t (*held)(struct frames *frames);
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
	struct reader_spare *spare; /* where it goes */
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

/* What a decoder_kind does. */
int frames_open(struct decoder **ret, const struct frames_codec *codec,
	struct source *source, const struct reader_limits *limits,
	struct fault *fault);
size_t frames_read(struct decoder *decoder, char *at, size_t room);
void frames_free(struct decoder *decoder);

/* Of what frames_free() has left in a struct reader_spare; NULL is fine. */
void frames_close(struct frames *frames);

#endif
