/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fast inflating, block by block, for the gzip decoder: fast-isal.c by
 * libisal, or fast-none.c where it is not built in. It only speeds up what is
 * in order. Whatever it finds wrong, or odd, it leaves to zlib, which goes on
 * from the begin of the block with fast_left(): so that all that is said of a
 * damaged file, and how much of its text is had, is zlib's word.
 *
 * For that, libisal must neither accept what zlib refuses nor run on for long:
 * it takes incomplete Huffman codes, so block headers are checked here first,
 * by zlib's rules, and each block is inflated as if it were the last.
 */
#ifndef QUIS_INPUT_FAST_H
#define QUIS_INPUT_FAST_H

#include "base/base.h"
#include "input/source.h"

enum { FAST_HISTORY = 32 * 1024 };

struct fast;

/* Where zlib goes on: at source->at, `bit` bits of which are taken. */
struct fast_left {
	unsigned bit;
	uint64_t given; /* text of this block that was already handed out */
	const unsigned char *history; /* the member's text before the block */
	size_t history_len;
};

enum fast_step {
	FAST_FULL,  /* no more room */
	FAST_ENDED, /* the member's data: its trailer is next in the source */
	FAST_LEFT,  /* see fast_left(); the member is zlib's from here on */
};

/* "libisal 2.30.0", or NULL: not built in, or not as it is known here. */
const char *fast_name(void);

/* NULL: no memory, or fast_name() is NULL. */
struct fast *fast_open(void);
void fast_free(struct fast *fast);

/* A member's data begins at source->at. */
void fast_begin(struct fast *fast);

/* Up to *room bytes of text to *at, which move on. The source stays at the
 * begin of a block until all of it was handed out. */
enum fast_step fast_inflate(struct fast *fast, struct source *source,
	unsigned char **at, size_t *room);

struct fast_left fast_left(const struct fast *fast);

#endif
