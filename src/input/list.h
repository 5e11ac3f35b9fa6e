/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The logs of one run: what the user named, directories opened up, in order
 * of path (bytes). A path that occurs twice is listed once.
 */
#ifndef QUIS_INPUT_LIST_H
#define QUIS_INPUT_LIST_H

#include "base/base.h"
#include "base/memory.h"

struct input {
	const char *path;    /* as named, or DIR/entry; "-" is standard input;
	                        raw bytes; lives as long as the list */
	bool named;          /* by the user, not found in a directory */
	bool sized;          /* a regular file: `size` holds, can be reread */
	uint64_t size;       /* bytes on disk */
	const char *problem; /* why it cannot be read, or NULL */
	const struct input *original; /* same bytes, earlier path; or NULL */
};

struct input_list {
	struct input *items;
	size_t n;
	size_t cap;
	struct arena arena;
};

/* Add a file, a directory (recursively; dot files skipped; symbolic links
 * followed, loops noted as a problem) or "-". A path that does not exist is
 * FAULT_USAGE; so is a directory without any file in it. What exists but
 * cannot be opened is listed with its problem (a named one, too). Named FIFOs
 * and devices are listed, not sized; those found in a directory are a
 * problem, for nobody may ever write to them. */
int input_list_add(struct input_list *list, const char *path,
	struct fault *fault);

/* Sort, drop repeated paths and find the files whose bytes are those of an
 * earlier one: files of equal size are hashed (SHA-256), and compared by
 * hash. An unreadable candidate gets its problem. Call once, after the last
 * input_list_add() and before items are used. */
int input_list_close(struct input_list *list, struct fault *fault);

void input_list_free(struct input_list *list);

#endif
