/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is read once: standard input, FIFOs, devices. A spool looks at its first
 * bytes without losing them, and keeps all in a temporary file while it is
 * read, if it is to be read again.
 */
#ifndef QUIS_INPUT_SPOOL_H
#define QUIS_INPUT_SPOOL_H

#include "input/blob.h"
#include "input/source.h"

struct spool;

/* path "-" is standard input; opened when it is first read. */
int spool_open(struct spool **ret, const char *path, struct fault *fault);
void spool_free(struct spool *spool); /* NULL is fine */

/* Keep what is read from now on, in a temporary file of the folder. */
int spool_keep(struct spool *spool, const char *folder, struct fault *fault);
bool spool_is_kept(const struct spool *spool);

/* Its first bytes, as many as there are up to `want`, at most SPOOL_HEAD. Only
 * before spool_feed(). FAULT_INPUT */
enum { SPOOL_HEAD = 1 << 20 };
int spool_head(struct spool *spool, size_t want, struct slice *ret,
	struct fault *fault);

/* All its bytes: once, or from what was kept, as often as one likes. Belongs
 * to who asks; the spool must outlive it. FAULT_INPUT */
int spool_feed(struct spool *spool, struct source_feed **ret,
	struct fault *fault);

/* What was kept, once a feed has come to its end. */
struct blob spool_blob(const struct spool *spool);

/* Why it was not kept to the end: FAULT_OUTPUT, of the temporary file. */
int spool_fault(const struct spool *spool, struct fault *fault);

#endif
