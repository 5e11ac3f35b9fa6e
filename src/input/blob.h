/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes that are read by their offset, from any thread: those of a file, or
 * those that a temporary file keeps. */
#ifndef QUIS_INPUT_BLOB_H
#define QUIS_INPUT_BLOB_H

#include "base/base.h"
#include "base/spill.h"

struct blob {
	int fd;                    /* of the file, or -1, with … */
	const struct spill *spill; /* … a temporary one */
	uint64_t base;             /* where in it the bytes begin */
	uint64_t size;
};

/* Up to `room` bytes from `at` on; 0: the end, or *ret_error, a constant, says
 * why not. */
size_t blob_read(const struct blob *blob, uint64_t at, void *to, size_t room,
	const char **ret_error);

#endif
