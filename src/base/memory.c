/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

enum { PAGE = 4096 }; /* of no system less */

void *
memory_array(size_t n, size_t size)
{
	return calloc(n > 0 ? n : 1, size > 0 ? size : 1);
}

void *
memory_unset(size_t n, size_t size)
{
	return reallocarray(NULL, n > 0 ? n : 1, size > 0 ? size : 1);
}

void *
memory_slots(size_t n, size_t size)
{
	volatile char *at = memory_array(n, size);

	if (at != NULL)
		for (size_t i = 0; i < n * size; i += PAGE)
			at[i] = 0;
	return (void *)(uintptr_t)at;
}

void *
memory_lines(size_t n, size_t size)
{
	size_t len;
	void *at;

	if (__builtin_mul_overflow(n, size, &len) ||
		__builtin_add_overflow(len, MEMORY_LINE, &len))
		return NULL;
	at = aligned_alloc(MEMORY_LINE, len - len % MEMORY_LINE);
	if (at != NULL)
		memset(at, 0, len - len % MEMORY_LINE);
	return at;
}

int
memory_grow(void **data, size_t *cap, size_t need, size_t size, size_t ceiling,
	const char *what, struct fault *fault)
{
	size_t room = *cap > 0 ? *cap : ceiling < 16 ? ceiling : 16;
	void *grown;

	if (need <= *cap)
		return 0;
	if (need > ceiling)
		return fault_set(fault, FAULT_LIMIT, "more than %zu %s",
			ceiling, what);
	while (room < need)
		room = room > ceiling / 2 ? ceiling : room * 2;
	grown = reallocarray(*data, room, size);
	if (grown == NULL)
		return fault_memory(fault);
	*data = grown;
	*cap = room;
	return 0;
}

struct arena_block {
	struct arena_block *before;
	max_align_t data[];
};

enum { ARENA_FIRST = 4096, ARENA_MOST = 1 << 20 };

void *
arena_alloc(struct arena *arena, size_t len)
{
	size_t size;
	struct arena_block *block;
	char *at;

	if (len > SIZE_MAX / 4)
		return NULL;
	len = (len + 7) & ~(size_t)7;
	if (arena->last == NULL || arena->size - arena->used < len) {
		size = arena->size == 0 ? ARENA_FIRST : arena->size * 2;
		if (size > ARENA_MOST)
			size = ARENA_MOST;
		if (size < len)
			size = len;
		block = malloc(sizeof(*block) + size);
		if (block == NULL)
			return NULL;
		block->before = arena->last;
		arena->last = block;
		arena->used = 0;
		arena->size = size;
		arena->total += size;
	}
	at = (char *)arena->last->data + arena->used;
	arena->used += len;
	return at;
}

char *
arena_copy(struct arena *arena, struct slice s)
{
	char *at = arena_alloc(arena, s.len + 1);

	if (at == NULL)
		return NULL;
	if (s.len > 0)
		memcpy(at, s.at, s.len);
	at[s.len] = '\0';
	return at;
}

int
arena_keep(struct arena *arena, struct slice s, struct slice *ret,
	struct fault *fault)
{
	char *copy = arena_copy(arena, s);

	if (copy == NULL)
		return fault_memory(fault);
	*ret = (struct slice){ copy, s.len };
	return 0;
}

void
arena_free(struct arena *arena)
{
	while (arena->last != NULL) {
		struct arena_block *before = arena->last->before;

		free(arena->last);
		arena->last = before;
	}
	*arena = (struct arena){ 0 };
}

void
arena_clear(struct arena *arena)
{
	struct arena kept = { .last = arena->last, .size = arena->size,
		.total = arena->size };

	if (kept.last == NULL)
		return;
	arena->last = kept.last->before;
	arena_free(arena);
	kept.last->before = NULL;
	*arena = kept;
}
