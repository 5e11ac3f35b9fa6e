/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoding in a thread of its own, ahead of who takes the text, by a few
 * pieces and no more; what that takes but can be done by another, as to hash
 * the file, is done by who would have to wait. The decoder and its source are
 * the thread's and ahead_next()'s until that has returned 0 or ahead_stop()
 * has. The text, the verdict, and what is said of them are those of the
 * decoder alone.
 */
#ifndef QUIS_INPUT_AHEAD_H
#define QUIS_INPUT_AHEAD_H

#include "input/decoder.h"

/* Bytes before each piece that who takes it may write to. */
enum { AHEAD_FRONT = 64 * 1024 };

struct ahead;

/* limits: of the decoder's reader. NULL: memory or a thread could not be had;
 * then do without. */
struct ahead *ahead_start(struct decoder *decoder,
	const struct reader_limits *limits);

/* The next piece of text and its length; 0: there is no more, and the thread
 * is over. Pieces stay until they are released, in order; at most two may be
 * held. */
size_t ahead_next(struct ahead *ahead, char **ret);
void ahead_release(struct ahead *ahead);

/* Have text that is decoded from now on looked at, too, while whoever takes
 * it has enough to do. Without memory: do without. Another scout takes the
 * place of this one, and is of the same size. */
void ahead_send(struct ahead *ahead, const struct reader_scout *scout);

/* What was found in the piece taken last, from `at` on. NULL: nobody looked
 * there; then *ret_len becomes less if the next look is so near. */
const void *ahead_found(struct ahead *ahead, const char *at, size_t *ret_len);

/* End the thread, whatever it has left. Does nothing the second time. */
void ahead_stop(struct ahead *ahead);

void ahead_free(struct ahead *ahead); /* stops it; NULL is fine */

#endif
