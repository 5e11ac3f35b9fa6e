/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A partition is an appendable bag of rows in chunks of 4 KiB, with the texts
 * of subjects that are no short numbers beside them. Chunks come from a pool
 * (one a thread) and go back to one when the rows were taken out. Every chunk
 * but the last is full, so that none counts its rows: to append is to look at
 * where the next row goes, and to write it.
 */
#ifndef QUIS_LOOKUP_PARTITION_H
#define QUIS_LOOKUP_PARTITION_H

#include "base/base.h"
#include "base/memory.h"
#include "lookup/row.h"

enum { CHUNK_ROWS = 127 };

/* Rows lie at multiples of 32 bytes: none spans two lines of the cache. */
struct chunk {
	_Alignas(32) struct chunk *next;
	_Alignas(32) struct row rows[CHUNK_ROWS];
};

_Static_assert(sizeof(struct chunk) == 4096, "a chunk has 4 KiB");

struct chunk_pool {
	struct chunk *spare;
	struct arena arena; /* frees them all, wherever they went */
};

void chunk_pool_free(struct chunk_pool *pool);
void chunk_give(struct chunk_pool *pool, struct chunk *chunk);

struct partition {
	struct row *next, *end; /* the last chunk's free rows; NULL, NULL */
	struct chunk *first, *last;
	size_t before; /* rows in chunks before the last */
	char *text; /* subjects: u32 length, bytes; row.subject is
	               SUBJECT_TEXT | offset */
	size_t text_len, text_cap;
};

/* Rows in all, and in one of its chunks. */
static inline size_t
partition_rows(const struct partition *partition)
{
	return partition->last == NULL ? 0 :
		partition->before +
			(size_t)(partition->next - partition->last->rows);
}

static inline size_t
chunk_rows(const struct partition *partition, const struct chunk *chunk)
{
	return chunk != partition->last ? CHUNK_ROWS :
		(size_t)(partition->next - chunk->rows);
}

/* Make room for a row where there is none: next == end. */
int partition_extend(struct partition *partition, struct chunk_pool *pool,
	struct fault *fault);

/* Append a row; inline, as every lookup is appended twice. */
static inline int
partition_append(struct partition *partition, struct chunk_pool *pool,
	const struct row *row, struct fault *fault)
{
	if (partition->next == partition->end &&
		partition_extend(partition, pool, fault) != 0)
		return -1;
	*partition->next++ = *row;
	return 0;
}

/* The same, of a row whose subject is a text: row->subject is set. */
int partition_append_text(struct partition *partition, struct chunk_pool *pool,
	struct row *row, struct slice text, struct fault *fault);

struct slice partition_text(const struct partition *partition,
	uint64_t subject);

/* Forget the rows, their chunks go to `pool`; the text is freed. */
void partition_clear(struct partition *partition, struct chunk_pool *pool);

#endif
