/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines that were rejected, kept so that they can be told one by one: in
 * order of file and line, whoever read them. They go to a temporary file as
 * they come, and memory holds where.
 */
#ifndef QUIS_LOOKUP_REJECTS_H
#define QUIS_LOOKUP_REJECTS_H

#include "base/base.h"
#include "format/reason.h"

enum { REJECT_TEXT = 4096 }; /* bytes of a line that are kept */

struct reject {
	size_t file; /* of the book's files */
	uint64_t line;
	enum reason reason;
	struct slice text; /* its first REJECT_TEXT bytes */
};

struct rejects;
struct reject_writer; /* of one thread */

/* For so many threads and files; the temporary file is in `folder`, which is
 * borrowed. FAULT_USAGE: it cannot be made there. */
int rejects_open(struct rejects **ret, const char *folder, unsigned threads,
	size_t files, struct fault *fault);
void rejects_free(struct rejects *rejects); /* NULL is fine */

struct reject_writer *rejects_writer(struct rejects *rejects,
	unsigned thread);

/* Lines of one file come from one thread, in order, and not mixed with those
 * of another; reject_end() stands behind the last. FAULT_OUTPUT, or lack of
 * memory. */
int reject_add(struct reject_writer *writer, const struct reject *reject,
	struct fault *fault);
int reject_end(struct reject_writer *writer, struct fault *fault);

/* Hand out all, in order, until `take` returns -1. */
int rejects_each(const struct rejects *rejects,
	int (*take)(void *ctx, const struct reject *reject,
		struct fault *fault),
	void *ctx, struct fault *fault);

#endif
