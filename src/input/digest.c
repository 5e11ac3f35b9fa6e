/* SPDX-License-Identifier: Apache-2.0 */
/* EVP, which OpenSSL wants instead, reads a configuration and allocates five
 * thousand times before its first hash, and hangs or crashes if it cannot. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "input/digest.h"

void
digest_init(struct digest *digest)
{
	*digest = (struct digest){ 0 };
	(void)SHA256_Init(&digest->sha);
	(void)pthread_mutex_init(&digest->lock, NULL);
	(void)pthread_cond_init(&digest->idle, NULL);
}

void
digest_free(struct digest *digest)
{
	(void)pthread_cond_destroy(&digest->idle);
	(void)pthread_mutex_destroy(&digest->lock);
}

void
digest_allow_later(struct digest *digest, bool later)
{
	digest_settle(digest, 0);
	digest->later = later;
}

/* Some of the first span, which nobody is at; the lock is held. */
static void
hash_some(struct digest *digest)
{
	struct slice *first = digest->spans;
	struct slice some = *first;

	if (some.len > DIGEST_STEP)
		some.len = DIGEST_STEP;
	digest->busy = true;
	(void)pthread_mutex_unlock(&digest->lock);
	(void)SHA256_Update(&digest->sha, some.at, some.len);
	(void)pthread_mutex_lock(&digest->lock);
	digest->busy = false;
	first->at += some.len;
	first->len -= some.len;
	if (first->len == 0)
		memmove(first, first + 1, --digest->n * sizeof(*first));
	(void)pthread_cond_signal(&digest->idle);
}

bool
digest_step(struct digest *digest)
{
	bool some;

	(void)pthread_mutex_lock(&digest->lock);
	some = digest->n > 0 && !digest->busy;
	if (some)
		hash_some(digest);
	(void)pthread_mutex_unlock(&digest->lock);
	return some;
}

size_t
digest_left(struct digest *digest)
{
	size_t n;

	(void)pthread_mutex_lock(&digest->lock);
	n = digest->n;
	(void)pthread_mutex_unlock(&digest->lock);
	return n;
}

void
digest_settle(struct digest *digest, size_t most)
{
	if (!digest->later)
		return;
	(void)pthread_mutex_lock(&digest->lock);
	while (digest->n > most) {
		if (digest->busy)
			(void)pthread_cond_wait(&digest->idle, &digest->lock);
		else
			hash_some(digest);
	}
	(void)pthread_mutex_unlock(&digest->lock);
}

void
digest_add(struct digest *digest, struct slice bytes)
{
	if (!digest->later) {
		(void)SHA256_Update(&digest->sha, bytes.at, bytes.len);
		return;
	}
	(void)pthread_mutex_lock(&digest->lock);
	digest->spans[digest->n++] = bytes;
	(void)pthread_mutex_unlock(&digest->lock);
}

bool
digest_end(struct digest *digest, unsigned char ret[DIGEST_HASH])
{
	digest_settle(digest, 0);
	return SHA256_Final(ret, &digest->sha) == 1;
}
