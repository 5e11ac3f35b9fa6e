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
	DECODER_MAGIC = 10, /* what the kinds must see to tell */
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
	size_t stump; /* a file of fewer bytes of the magic could be text */
	/* As decoder_claims(), if the magic is not all there is to it. */
	bool (*claims)(const unsigned char *head, size_t n);

	const char *library; /* that decodes it; NULL: said elsewhere */
	const char *(*version)(void);

	int (*open)(struct decoder **ret, struct source *source,
		const struct reader_limits *limits, struct fault *fault);
	/* Up to `room` bytes of text; less than `room` of a compression that
	 * has a limit: the text has ended, and the verdict is final, as is
	 * the case at 0. Text found before a damage was returned before. */
	size_t (*read)(struct decoder *decoder, char *at, size_t room);
	/* Bring the source to where the text that was read comes from: till
	 * then it may be a little behind. NULL: it never is. */
	void (*settle)(struct decoder *decoder);
	/* CRC-32 of the text so far, if it falls off anyway; or NULL. */
	uint32_t (*crc)(const struct decoder *decoder);
	void (*free)(struct decoder *decoder);
};

/* How the text ended. */
struct verdict {
	enum input_state state;
	bool whole;     /* nothing of the text is missing at its end */
	bool starved;   /* it ended for want of memory */
	char note[240]; /* "" when intact */
};

/* What all decoders begin with. */
struct decoder {
	const struct decoder_kind *kind;
	struct source *source; /* the caller's */
	const char *within;    /* which the source's bytes are: ""; or
	                          " of the inflated xz" */
	struct verdict verdict;
	uint64_t ratio;    /* see struct reader_limits */
	uint64_t inflated; /* bytes of text */
	uint32_t crc;      /* of the text, unless the kind knows it, … */
	bool alone;        /* … or nobody asks */
	bool over;         /* the ratio; the text ends here */
};

extern const struct decoder_kind decoder_gzip;
extern const struct decoder_kind decoder_zstd;
extern const struct decoder_kind decoder_xz;
extern const struct decoder_kind decoder_lzma;
extern const struct decoder_kind decoder_bzip2;
extern const struct decoder_kind decoder_lz4;
extern const struct decoder_kind decoder_plain;

/* Could bytes that begin with these n > 0, at least DECODER_MAGIC unless no
 * more follow, be of this kind? Fewer than its magic: a stump is. */
bool decoder_claims(const struct decoder_kind *kind, const unsigned char *head,
	size_t n);

/* Are the n bytes and the magic the same, as far as both go? */
bool decoder_begins(const unsigned char *head, size_t n,
	const unsigned char *magic, size_t len);

/* A frame of zstd or lz4 (the same in both) that holds no text. */
bool decoder_is_skippable(const unsigned char *head, size_t n);

/* The kind of a source, by its first bytes. A source too short for a magic
 * it begins with is of that kind: a stump, not a text. */
const struct decoder_kind *decoder_kind_of(struct source *source);
const struct decoder_kind *decoder_kind_in(const unsigned char *head,
	size_t n);

/* "libzstd 1.5.4, …": libraries beside those of gzip. */
void decoder_libraries(char *ret, size_t room);

/* A decoder of this kind. The source and limits->spare, which is given, must
 * outlive it. */
int decoder_open(struct decoder **ret, const struct decoder_kind *kind,
	struct source *source, const struct reader_limits *limits,
	struct fault *fault);

/* What *decoder inflates is of this kind itself: make it a decoder of that,
 * to which the old one belongs. `head`, which is copied, is what was read of
 * it already. Its notes tell of damage in either, once if the one follows
 * from the other; the ratio is that of all text to the bytes of the source. */
int decoder_nest(struct decoder **decoder, const struct decoder_kind *kind,
	struct slice head, const struct reader_limits *limits,
	struct fault *fault);

/* As kind->read, at most one piece, within the limits. Where pieces end, and
 * with them where the limit of the ratio is looked at, depends on the text
 * alone. */
size_t decoder_read(struct decoder *decoder, char *at, size_t room);

void decoder_free(struct decoder *decoder); /* NULL is fine */

/* Four bytes, the least first, as all these formats have their numbers. */
uint32_t decoder_number(const unsigned char *at);

/* CRC-32 of the text that was read. */
uint32_t decoder_crc(const struct decoder *decoder);

/* Does the path end like the files of a compression? Its kind or NULL. */
const struct decoder_kind *decoder_kind_named(const char *path);

/* Set the verdict's note, and behind it byte `at` of the source. */
void decoder_note(struct decoder *decoder, uint64_t at, const char *format,
	...) __attribute__((format(printf, 3, 4)));

/* Add how many bytes behind it nobody uses, unless 0. */
void decoder_note_rest(struct decoder *decoder, uint64_t rest);

/* Add a verdict on the same text; what is whole stays to be said. */
void verdict_join(struct verdict *verdict, const struct verdict *more);

/* State and note of a failed read of the source. */
void decoder_unreadable(struct decoder *decoder);

#endif
