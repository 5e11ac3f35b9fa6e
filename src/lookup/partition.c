/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/partition.h"

/* 255 chunks and their alignment at a time: one megabyte. */
enum { CHUNKS_FIRST = 15, CHUNKS_AT_ONCE = 255 };

void
chunk_pool_free(struct chunk_pool *pool)
{
	arena_free(&pool->arena);
	pool->spare = NULL;
}

void
chunk_give(struct chunk_pool *pool, struct chunk *chunk)
{
	chunk->next = pool->spare;
	pool->spare = chunk;
}

static struct chunk *
chunk_take(struct chunk_pool *pool)
{
	struct chunk *chunk = pool->spare;

	if (chunk == NULL) {
		/* Few at first, so that a small log costs little. */
		size_t n = pool->arena.total == 0 ? CHUNKS_FIRST :
						    CHUNKS_AT_ONCE;
		char *block = arena_alloc(&pool->arena,
			(n + 1) * sizeof(*chunk));
		struct chunk *fresh;

		if (block == NULL)
			return NULL;
		block += sizeof(*chunk) - (uintptr_t)block % sizeof(*chunk);
		fresh = (struct chunk *)(void *)block;
		for (size_t i = n; i-- > 0;)
			chunk_give(pool, &fresh[i]);
		chunk = pool->spare;
	}
	pool->spare = chunk->next;
	chunk->next = NULL;
	return chunk;
}

int
partition_extend(struct partition *partition, struct chunk_pool *pool,
	struct fault *fault)
{
	struct chunk *chunk = chunk_take(pool);

	if (chunk == NULL)
		return fault_memory(fault);
	if (partition->last == NULL) {
		partition->first = chunk;
	} else {
		partition->last->next = chunk;
		partition->before += CHUNK_ROWS;
	}
	partition->last = chunk;
	partition->next = chunk->rows;
	partition->end = chunk->rows + CHUNK_ROWS;
	return 0;
}

int
partition_append_text(struct partition *partition, struct chunk_pool *pool,
	struct row *row, struct slice text, struct fault *fault)
{
	uint32_t len = (uint32_t)text.len;
	size_t at = partition->text_len;

	if (memory_grow((void **)&partition->text, &partition->text_cap,
		    at + sizeof(len) + text.len, 1, SIZE_MAX / 2,
		    "bytes of subjects", fault) != 0)
		return -1;
	memcpy(partition->text + at, &len, sizeof(len));
	memcpy(partition->text + at + sizeof(len), text.at, text.len);
	partition->text_len = at + sizeof(len) + text.len;
	row->subject = SUBJECT_TEXT | at;
	return partition_append(partition, pool, row, fault);
}

struct slice
partition_text(const struct partition *partition, uint64_t subject)
{
	const char *at = partition->text + (subject & ~SUBJECT_TEXT);
	uint32_t len;

	memcpy(&len, at, sizeof(len));
	return (struct slice){ at + sizeof(len), len };
}

void
partition_clear(struct partition *partition, struct chunk_pool *pool)
{
	struct chunk *chunk = partition->first;

	while (chunk != NULL) {
		struct chunk *next = chunk->next;

		chunk_give(pool, chunk);
		chunk = next;
	}
	free(partition->text);
	*partition = (struct partition){ 0 };
}
