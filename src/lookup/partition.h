/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A partition is an appendable bag of rows in chunks of 4 KiB, with the texts
 * of subjects that are not packed beside them. Chunks come from a pool
 * (one a thread) and go back to one when the rows were taken out. Every chunk
 * but the last is full, so that none counts its rows: to append is to look at
 * where the next row goes, and to write it.
 *
 * Where memory is bounded (base/spill.h) and used up, the pool writes all rows
 * of its owner's partitions to the temporary file, with their texts, and uses
 * the chunks again. A cursor yields the rows wherever they are.
 */
#ifndef QUIS_LOOKUP_PARTITION_H
#define QUIS_LOOKUP_PARTITION_H

#include <stdatomic.h>

#include "base/base.h"
#include "base/memory.h"
#include "base/spill.h"
#include "lookup/row.h"

enum { CHUNK_ROWS = 127 };

/* Chunks lie at multiples of their size, and rows of 32 bytes: none spans two
 * lines of the cache. */
struct chunk {
	_Alignas(32) struct chunk *next;
	_Alignas(32) struct row rows[CHUNK_ROWS];
};

_Static_assert(sizeof(struct chunk) == 4096, "a chunk has 4 KiB");

struct partition;

/* Chunks as the system gave them. */
struct chunk_block {
	void *at;
	size_t len;
};

/* Zero is a pool that grows as it must. */
struct chunk_pool {
	struct chunk *spare;
	char *fresh;    /* chunks of the last block that were never used, and
	                   take no memory yet */
	size_t n_fresh;
	struct chunk_block *blocks; /* of all, wherever they went */
	size_t n_blocks, blocks_cap;
	struct spill *spill;     /* borrowed; NULL: memory has no bound … */
	struct partition *parts; /* … else what is written to free chunks, by
	                            the thread that uses the pool: no other
	                            may touch them */
	size_t n_parts;
	size_t n_spare, used;    /* chunks: spare ones, and taken since the
	                            parts were last written */
	size_t taken;            /* chunks ever */
	struct chunk **released; /* whose memory went back to the system */
	size_t n_released, released_cap;
	_Atomic(void *) cold; /* the last block, if memory has no bound, until
	                         chunk_pool_fetch() */
	_Atomic bool small;   /* huge pages came slowly: none are asked for */
	bool huge;            /* the last block may be of such */
};

void chunk_pool_free(struct chunk_pool *pool);

/* Addresses of all chunks of the pool, wherever they went, are widened to:
 * [*low, *high). */
void chunk_pool_span(const struct chunk_pool *pool, uintptr_t *low,
	uintptr_t *high);

/* Have the system make memory of the fresh chunks, for which the thread that
 * uses the pool would have to wait. Any thread, while the pool is in use. */
void chunk_pool_fetch(struct chunk_pool *pool);

/* Write what the pool's parts hold, unless the bound leaves room for so many
 * bytes more, and give the memory of all spare chunks back. */
int chunk_pool_make_room(struct chunk_pool *pool, size_t bytes,
	struct fault *fault);

/* The same, once the bound is nearly reached, and no more than it takes. */
int chunk_pool_settle(struct chunk_pool *pool, struct fault *fault);

/* Rows in the temporary file, and behind them their texts. */
struct extent {
	uint64_t at;
	size_t n, text_len;
};

struct partition {
	struct row *next; /* free, of the last chunk, or its end, or NULL */
	struct chunk *first, *last;
	size_t before; /* rows in chunks before the last */
	char *text; /* subjects: u32 length, bytes; row.subject is
	               SUBJECT_TEXT | offset */
	size_t text_len, text_cap;
	/* in the temporary file */
	struct extent *extents;
	size_t n_extents, extents_cap;
	size_t spilled; /* rows */
};

/* Rows in memory, in all, and in one of its chunks. */
static inline size_t
partition_held(const struct partition *partition)
{
	return partition->last == NULL ? 0 :
		partition->before +
			(size_t)(partition->next - partition->last->rows);
}

static inline size_t
partition_rows(const struct partition *partition)
{
	return partition->spilled + partition_held(partition);
}

static inline size_t
chunk_rows(const struct partition *partition, const struct chunk *chunk)
{
	return chunk != partition->last ? CHUNK_ROWS :
		(size_t)(partition->next - chunk->rows);
}

/* Is there no room for a row? Rows end where their chunk does, at a multiple of
 * its size. */
static inline bool
chunk_is_full(const struct row *next)
{
	return (uintptr_t)next % sizeof(struct chunk) == 0;
}

/* Make room for a row where there is none. */
int partition_extend(struct partition *partition, struct chunk_pool *pool,
	struct fault *fault);

static inline int
partition_make_room(struct partition *partition, struct chunk_pool *pool,
	struct fault *fault)
{
	return chunk_is_full(partition->next) ?
		partition_extend(partition, pool, fault) :
		0;
}

/* Where the next row goes, which has room: it must be written. Inline, as every
 * lookup is appended twice. */
static inline struct row *
partition_next(struct partition *partition)
{
	/* the line after this one: it comes while other partitions are written,
	 * or the write would wait for it */
	__builtin_prefetch(partition->next + 2, 1);
	return partition->next++;
}

static inline int
partition_append(struct partition *partition, struct chunk_pool *pool,
	const struct row *row, struct fault *fault)
{
	if (partition_make_room(partition, pool, fault) != 0)
		return -1;
	*partition_next(partition) = *row;
	return 0;
}

/* Make room for a row whose subject is a text, keep the text, and tell what the
 * row's subject is; the row must follow. */
int partition_add_text(struct partition *partition, struct chunk_pool *pool,
	struct slice text, uint64_t *ret, struct fault *fault);

/* The text of a subject of a row that is held. */
struct slice partition_text(const struct partition *partition,
	uint64_t subject);

/* All rows of a partition, array by array, in the order they were appended.
 * Zero is a cursor; it can be used for one partition after the other. */
struct partition_cursor {
	const struct partition *partition;
	const struct spill *spill;
	const struct chunk *chunk; /* the next one */
	size_t extent, row; /* the next one, and how far the one before is */
	struct row *rows;   /* read back */
	char *text;
	size_t text_cap;
	const char *texts;  /* of the array that was yielded last */
};

/* spill: that of the pool. The partition must stay as it is. */
void cursor_start(struct partition_cursor *cursor,
	const struct partition *partition, const struct spill *spill);

/* 1: *ret are *ret_n rows, valid until the next call; 0: that was all. */
int cursor_next(struct partition_cursor *cursor, const struct row **ret,
	size_t *ret_n, struct fault *fault);

/* Rows that may come next, to be fetched while `rows`, which was yielded last,
 * is gone through; `rows` itself if nothing is known of them. */
static inline const struct row *
cursor_ahead(const struct partition_cursor *cursor, const struct row *rows)
{
	return cursor->chunk != NULL ? cursor->chunk->rows : rows;
}

/* The text of a subject of the array yielded last. */
struct slice cursor_text(const struct partition_cursor *cursor,
	uint64_t subject);
void cursor_free(struct partition_cursor *cursor);

/* Forget the rows: their chunks go to `pool`, all else is freed. */
void partition_clear(struct partition *partition, struct chunk_pool *pool);

#endif
