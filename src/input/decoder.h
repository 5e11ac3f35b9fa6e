/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A decoder turns the bytes of a source into text. There is one row a
 * compression; whichever row's magic the source begins with decodes it, and
 * the plain one takes what nobody claims. Names of files decide nothing.
 */
#ifndef QUIS_INPUT_DECODER_H
#define QUIS_INPUT_DECODER_H

#include "base/base.h"
#include "input/reader.h"
#include "input/source.h"

enum {
	DECODER_MAGIC = 8,
	/* Text at once; more would push it out of the cache again before it
	 * is split. */
	DECODER_PIECE = 256 * 1024,
};

struct decoder;

struct decoder_kind {
	enum compression compression;
	const char *suffix; /* what such files are called: ".gz"; or NULL */
	unsigned char magic[DECODER_MAGIC];
	size_t magic_len;

	int (*open)(struct decoder **ret, struct source *source,
		const struct reader_limits *limits, struct fault *fault);
	/* Up to `room` bytes of text; less than `room` of a compression that
	 * has a limit: the text has ended, and the verdict is final, as is
	 * the case at 0. Text found before a damage was returned before. */
	size_t (*read)(struct decoder *decoder, char *at, size_t room);
	/* Bring the source to where the text that was read comes from: till
	 * then it may be a little behind. NULL: it never is. */
	void (*settle)(struct decoder *decoder);
	void (*free)(struct decoder *decoder);
};

/* How the text ended. */
struct verdict {
	enum input_state state;
	bool whole;     /* nothing of the text is missing at its end */
	bool starved;   /* it ended for want of memory */
	char note[160]; /* "" when intact */
};

/* What all decoders begin with. */
struct decoder {
	const struct decoder_kind *kind;
	struct source *source; /* the caller's */
	struct verdict verdict;
	uint64_t ratio;    /* see struct reader_limits */
	uint64_t inflated; /* bytes of text */
	bool over;         /* the ratio; the text ends here */
};

extern const struct decoder_kind decoder_gzip;
extern const struct decoder_kind decoder_plain;

/* The kind of a source, by its first bytes. A source too short for a magic
 * it begins with is of that kind: a stump, not a text. */
const struct decoder_kind *decoder_kind_of(struct source *source);

/* A decoder of this kind. The source and limits->spare, which is given, must
 * outlive it. */
int decoder_open(struct decoder **ret, const struct decoder_kind *kind,
	struct source *source, const struct reader_limits *limits,
	struct fault *fault);

/* As kind->read, at most one piece, within the limits. Where pieces end, and
 * with them where the limit of the ratio is looked at, depends on the text
 * alone. */
size_t decoder_read(struct decoder *decoder, char *at, size_t room);

void decoder_free(struct decoder *decoder); /* NULL is fine */

/* Does the path end like the files of a compression? The suffix or NULL. */
const char *decoder_suffix(const char *path);

/* State and note of a failed read of the source. */
void decoder_unreadable(struct decoder *decoder);

#endif
