/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SHA-256 of bytes as they come. It takes one byte after the other, and
 * for a large log longer than most else that is done with it: so bytes may be
 * noted and hashed later, by whichever thread has time.
 */
#ifndef QUIS_INPUT_DIGEST_H
#define QUIS_INPUT_DIGEST_H

#include <openssl/sha.h>
#include <pthread.h>

#include "base/base.h"

enum {
	DIGEST_HASH = 32,
	DIGEST_LATER = 4,        /* spans that are noted, at most */
	DIGEST_STEP = 64 * 1024, /* bytes that a thread hashes at once */
};

struct digest {
	SHA256_CTX sha; /* whose `busy` is, or alone */
	bool later;
	pthread_mutex_t lock; /* of what follows, if later */
	pthread_cond_t idle;  /* not busy any more */
	bool busy;
	size_t n;
	struct slice spans[DIGEST_LATER]; /* not hashed yet, in order */
};

void digest_init(struct digest *digest);
void digest_free(struct digest *digest); /* zero is fine */

/* From here on digest_add() may leave bytes for later, or does not any more.
 * One thread adds, settles and ends; any may step. */
void digest_allow_later(struct digest *digest, bool later);

/* Bytes that stay as they are until they are settled. Before, all but the last
 * DIGEST_LATER - 1 spans are. */
void digest_add(struct digest *digest, struct slice bytes);

/* Hash some of what was left. False: there is none, or a thread is at it. */
bool digest_step(struct digest *digest);

size_t digest_left(struct digest *digest); /* spans, at the moment */

/* Hash all but the last `most` spans. */
void digest_settle(struct digest *digest, size_t most);

/* Of all. False if it could not be had. */
bool digest_end(struct digest *digest, unsigned char ret[DIGEST_HASH]);

#endif
