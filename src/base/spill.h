/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bound on the process's memory, and a temporary file for what the bound has
 * no room for. One for a run, shared by its threads; it knows nothing of what
 * it keeps.
 *
 * The file has no name, so that nothing of it outlives the process, however
 * that ends (where a file system knows no such file, it has one for a moment);
 * only its owner may read it. Bytes are appended and read back, and
 * never change.
 *
 * What the process holds is what the system says is resident. An eighth of the
 * bound is left for what grows unasked: spill_allows() says whether there is
 * room for more without touching it, spill_excess() whether half of it is
 * gone.
 */
#ifndef QUIS_BASE_SPILL_H
#define QUIS_BASE_SPILL_H

#include <sys/uio.h>

#include "base/base.h"

struct spill;

struct spill_options {
	size_t memory;      /* bytes; 0: no bound, it is but a file for what
	                       must be kept in any case */
	size_t least;       /* bytes that every pool may hold all the same */
	const char *folder; /* where the file is; borrowed while it is open */
};

/* FAULT_USAGE: no file can be made there. */
int spill_open(struct spill **ret, const struct spill_options *options,
	struct fault *fault);
void spill_free(struct spill *spill); /* NULL is fine */

/* The folder lies in memory, so that nothing is gained. */
bool spill_is_in_memory(const struct spill *spill);

bool spill_allows(const struct spill *spill, size_t bytes);
size_t spill_excess(const struct spill *spill); /* bytes to give back, or 0 */
size_t spill_least(const struct spill *spill);

/* The most bytes the process has held in memory; 0: not known. */
size_t process_peak(void);

/* Bytes written so far. */
uint64_t spill_size(const struct spill *spill);

/* Room for so many bytes in the file, for one thread to fill. */
uint64_t spill_reserve(struct spill *spill, size_t bytes);

/* Write all parts, which are used up, from `at` on. FAULT_OUTPUT. */
int spill_write(struct spill *spill, struct iovec *parts, size_t n,
	uint64_t at, struct fault *fault);

/* Both at once, for bytes that lie together: *ret_at is where. FAULT_OUTPUT. */
int spill_append(struct spill *spill, const void *bytes, size_t len,
	uint64_t *ret_at, struct fault *fault);

/* Read what was written. FAULT_OUTPUT. */
int spill_read(const struct spill *spill, uint64_t at, void *to, size_t len,
	struct fault *fault);

#endif
