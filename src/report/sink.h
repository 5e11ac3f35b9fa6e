/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where output goes: standard output, or a file that appears whole or not at
 * all (a private temporary beside it, without a name where the file system
 * knows such files, is written, synced, renamed; mode 0600; the old file stays
 * on any failure). Errors stick: write on, ask at the end.
 */
#ifndef QUIS_REPORT_SINK_H
#define QUIS_REPORT_SINK_H

#include "base/base.h"

struct sink;

/* path NULL or "-": file descriptor 1. Fails with FAULT_OUTPUT. A path that
 * is no regular file (a device, a FIFO) is written straight. */
int sink_open(struct sink **ret, const char *path, struct fault *fault);

void sink_put(struct sink *sink, const char *at, size_t len);
void sink_text(struct sink *sink, const char *text);
void sink_format(struct sink *sink, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* What was written, as it stands when the sink is closed. */
struct sink_facts {
	bool whole; /* it was, and this is known of it: */
	uint64_t bytes;
	unsigned char sha256[32];
};

/* Fill *facts when sink_close() succeeds; they outlive the sink. Before
 * anything is put. */
void sink_watch(struct sink *sink, struct sink_facts *facts);

/* Nothing more reaches anybody: the reader went away, or writing failed. What
 * is held back may not be known to fail yet. */
bool sink_is_over(const struct sink *sink);

/* Flush, sync, rename, free. -1: FAULT_OUTPUT, nothing appeared. A reader
 * that went away (EPIPE) is no failure: 0. */
int sink_close(struct sink *sink, struct fault *fault);

/* Give up: the temporary file is removed, the old file stays. NULL is fine. */
void sink_abort(struct sink *sink);

/* The folder in which a file of this path appears, to be freed; NULL with
 * errno. */
char *sink_folder(const char *path);

/* A sink into memory, for tests and for reason texts. */
int sink_memory(struct sink **ret, struct fault *fault);
struct slice sink_bytes(const struct sink *sink);

#endif
