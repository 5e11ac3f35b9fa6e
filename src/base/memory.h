/* SPDX-License-Identifier: Apache-2.0 */
/* Growing arrays with a ceiling, and arenas. */
#ifndef QUIS_BASE_MEMORY_H
#define QUIS_BASE_MEMORY_H

#include "base/base.h"

/* n elements of `size` bytes, zeroed; NULL on overflow or lack of memory. */
void *memory_array(size_t n, size_t size);

/* The same, for what is all written before it is read: not zeroed. */
void *memory_unset(size_t n, size_t size);

/* memory_array() for a hash table, whose slots are read before they are
 * written: a page of memory that was only read must be mapped a second time once
 * it is written, and the other threads must stop for it. So all are written. */
void *memory_slots(size_t n, size_t size);

/* The same at the begin of a line of the cache, so that no element is in more
 * of them than it must. */
enum { MEMORY_LINE = 64 };
void *memory_lines(size_t n, size_t size);

/* Make room for `need` elements in the array *data that has room for *cap:
 * doubles, never beyond `ceiling` elements. `what` names the array in the
 * fault. *data and *cap are untouched on failure. */
int memory_grow(void **data, size_t *cap, size_t need, size_t size,
	size_t ceiling, const char *what, struct fault *fault);

/* An arena hands out memory that is all freed at once. Pointers stay valid
 * until arena_free(). Zero is a valid empty arena. */
struct arena_block;
struct arena {
	struct arena_block *last;
	size_t used, size; /* of the last block */
	size_t total;      /* bytes of all blocks */
};

void *arena_alloc(struct arena *arena, size_t len); /* 8-aligned or NULL */
/* A copy of s with a NUL behind it, or NULL. */
char *arena_copy(struct arena *arena, struct slice s);
/* The same as a slice. FAULT_MEMORY. */
int arena_keep(struct arena *arena, struct slice s, struct slice *ret,
	struct fault *fault);
void arena_free(struct arena *arena);
/* The same, but a block is kept for what comes next. */
void arena_clear(struct arena *arena);

#endif
