/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fault is how the library reports an error: it never prints or exits.
 * Functions that can fail return 0 on success and -1 with *fault filled;
 * their ret_… arguments are written on success only.
 */
#ifndef QUIS_BASE_FAULT_H
#define QUIS_BASE_FAULT_H

#include <stdint.h>

enum fault_code {
	FAULT_NONE = 0,
	FAULT_USAGE,    /* the user asked for what cannot be: exit 2 */
	FAULT_INPUT,    /* an input is damaged, unreadable or no log: exit 3 */
	FAULT_OUTPUT,   /* an output could not be written: exit 4 */
	FAULT_MEMORY,   /* an allocation failed: exit 5 */
	FAULT_LIMIT,    /* a ceiling was hit: exit 5 */
	FAULT_INTERNAL, /* a promise of our own was broken: exit 5 */
};

struct fault {
	enum fault_code code;
	uint64_t line;   /* 1-based line of `file`, 0: none */
	uint64_t byte;   /* 1-based byte of `file`, 0: none */
	char file[1024]; /* path as the user named it, "" : none; raw bytes */
	char text[1024]; /* one sentence, no newline, no final dot */
};

/* Fill *fault (file, line and byte cleared) and return -1. Text that does
 * not fit is cut. A fault that is already set is kept: the first cause is
 * the one worth reading. */
int fault_set(struct fault *fault, enum fault_code code, const char *format,
	...) __attribute__((format(printf, 3, 4)));

/* Name the place of a fault that fault_set() filled. Returns -1. */
int fault_place(struct fault *fault, const char *file, uint64_t line,
	uint64_t byte);

/* What an errno means: of the system, but never in the language of the
 * process. */
const char *fault_reason(int error);

/* The shorthand for a failed allocation. Returns -1. */
int fault_memory(struct fault *fault);

#endif
