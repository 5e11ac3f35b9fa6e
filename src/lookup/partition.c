/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/partition.h"

#include <sys/mman.h>

#include "base/huge.h"

/* Chunks got at a time: four megabytes, or one where memory is bounded. */
enum { CHUNKS_MOST = 1024, CHUNKS_AT_ONCE = 256 };

/* Chunks taken between two looks at how much memory there is: a megabyte. */
enum { CHUNKS_BETWEEN = 256 };

/* Chunks whose small pages come at once: 256 kilobytes. */
enum { CHUNKS_FETCHED = 64 };

/* Parts of one write, and rows read back at once. */
enum { PARTS_AT_ONCE = 256, ROWS_AT_ONCE = 4096 };

void
chunk_pool_free(struct chunk_pool *pool)
{
	/* Memory goes while other threads give theirs, addresses one thread
	 * after the other. */
	for (size_t i = 0; i < pool->n_blocks; i++) {
		struct chunk_block block = pool->blocks[i];

		(void)madvise(block.at, block.len, MADV_DONTNEED);
		(void)munmap(block.at, block.len);
	}
	free(pool->blocks);
	free(pool->released);
	pool->blocks = NULL;
	pool->n_blocks = pool->blocks_cap = 0;
	pool->released = NULL;
	pool->spare = NULL;
	pool->fresh = NULL;
	atomic_store(&pool->cold, NULL);
	pool->n_fresh = 0;
	pool->n_spare = pool->used = 0;
	pool->n_released = pool->released_cap = 0;
}

void
chunk_pool_span(const struct chunk_pool *pool, uintptr_t *low, uintptr_t *high)
{
	for (size_t i = 0; i < pool->n_blocks; i++) {
		uintptr_t at = (uintptr_t)pool->blocks[i].at;
		uintptr_t end = at + pool->blocks[i].len;

		*low = at < *low ? at : *low;
		*high = end > *high ? end : *high;
	}
}

static void
chunk_give(struct chunk_pool *pool, struct chunk *chunk)
{
	chunk->next = pool->spare;
	pool->spare = chunk;
	pool->n_spare++;
}

/* All chunks of a partition, which are in no cache any more: only the last one
 * is written. */
static void
give_all(struct chunk_pool *pool, const struct partition *partition)
{
	if (partition->last == NULL)
		return;
	partition->last->next = pool->spare;
	pool->spare = partition->first;
	pool->n_spare += partition->before / CHUNK_ROWS + 1;
}

static int
write_chunks(const struct partition *partition, struct spill *spill,
	uint64_t at, struct fault *fault)
{
	struct iovec parts[PARTS_AT_ONCE];
	size_t n = 0, len = 0;

	for (struct chunk *chunk = partition->first; chunk != NULL;
		chunk = chunk->next) {
		parts[n].iov_base = chunk->rows;
		parts[n].iov_len = chunk_rows(partition, chunk) *
			sizeof(struct row);
		len += parts[n++].iov_len;
		if (n < PARTS_AT_ONCE - 1 && chunk->next != NULL)
			continue;
		if (chunk->next == NULL && partition->text_len > 0)
			parts[n++] = (struct iovec){ partition->text,
				partition->text_len };
		if (spill_write(spill, parts, n, at, fault) != 0)
			return -1;
		at += len;
		n = len = 0;
	}
	return 0;
}

/* Rows go with the texts they name, so that all of them go. */
static int
write_partition(struct partition *partition, struct chunk_pool *pool,
	struct fault *fault)
{
	struct extent extent = { .n = partition_held(partition),
		.text_len = partition->text_len };

	if (extent.n == 0)
		return 0;
	if (memory_grow((void **)&partition->extents, &partition->extents_cap,
		    partition->n_extents + 1, sizeof(extent), SIZE_MAX / 64,
		    "extents of a temporary file", fault) != 0)
		return -1;
	extent.at = spill_reserve(pool->spill,
		extent.n * sizeof(struct row) + extent.text_len);
	if (write_chunks(partition, pool->spill, extent.at, fault) != 0)
		return -1;
	partition->extents[partition->n_extents++] = extent;
	partition->spilled += extent.n;
	give_all(pool, partition);
	partition->first = partition->last = NULL;
	partition->next = NULL;
	partition->before = 0;
	free(partition->text);
	partition->text = NULL;
	partition->text_len = partition->text_cap = 0;
	return 0;
}

static int
write_parts(struct chunk_pool *pool, struct fault *fault)
{
	for (size_t i = 0; i < pool->n_parts; i++) {
		if (write_partition(&pool->parts[i], pool, fault) != 0)
			return -1;
	}
	pool->used = 0;
	return 0;
}

/* Once rows have gone, what is held of those to come only has to make long
 * writes; what the bound leaves beyond that is for other things. */
static size_t
pool_most(const struct chunk_pool *pool)
{
	return spill_least(pool->spill) / sizeof(struct chunk) + 1;
}

/* Give the memory of spare chunks back, not their addresses. */
static int
release(struct chunk_pool *pool, size_t n, struct fault *fault)
{
	if (memory_grow((void **)&pool->released, &pool->released_cap,
		    pool->n_released + n, sizeof(*pool->released),
		    SIZE_MAX / 64, "chunks", fault) != 0)
		return -1;
	for (; n > 0; n--) {
		struct chunk *chunk = pool->spare;

		pool->spare = chunk->next;
		pool->n_spare--;
		/* if it fails, the chunk only stays where it is */
		(void)madvise(chunk, sizeof(*chunk), MADV_DONTNEED);
		pool->released[pool->n_released++] = chunk;
	}
	return 0;
}

int
chunk_pool_make_room(struct chunk_pool *pool, size_t bytes,
	struct fault *fault)
{
	if (pool->spill == NULL || spill_allows(pool->spill, bytes))
		return 0;
	return write_parts(pool, fault) != 0 ?
		-1 :
		release(pool, pool->n_spare, fault);
}

int
chunk_pool_settle(struct chunk_pool *pool, struct fault *fault)
{
	size_t excess = pool->spill != NULL ? spill_excess(pool->spill) : 0;

	if (excess == 0)
		return 0;
	/* what is spare already may do */
	excess = excess / sizeof(struct chunk) + 1;
	if (pool->n_spare < excess && write_parts(pool, fault) != 0)
		return -1;
	return release(pool,
		pool->n_spare < excess ? pool->n_spare : excess, fault);
}

/* The same, where no chunk is spare. */
static int
make_spare(struct chunk_pool *pool, struct fault *fault)
{
	size_t most = pool_most(pool);

	if (write_parts(pool, fault) != 0)
		return -1;
	return pool->n_spare <= most ?
		0 :
		release(pool, pool->n_spare - most, fault);
}

/* Where memory is bounded, it comes in pages as small as it may go back in; nor
 * are huge ones asked for any more once they came slowly. */
static void *
map_block(struct chunk_pool *pool, size_t len)
{
	void *at;

	pool->huge = pool->spill == NULL && !atomic_load(&pool->small);
	if (pool->huge)
		return huge_map(len);
	at = mmap(NULL, len, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return at != MAP_FAILED ? at : NULL;
}

/* A block of n chunks. Not by malloc(), which would keep it: rows take most of
 * what there is, and each thread gives its own back at the end. */
static int
get_block(struct chunk_pool *pool, size_t n, struct fault *fault)
{
	struct chunk_block block = { .len = n * sizeof(struct chunk) };

	if (memory_grow((void **)&pool->blocks, &pool->blocks_cap,
		    pool->n_blocks + 1, sizeof(block), SIZE_MAX / 64,
		    "blocks of lookups", fault) != 0)
		return -1;
	block.at = map_block(pool, block.len);
	if (block.at == NULL)
		return fault_memory(fault);
	pool->blocks[pool->n_blocks++] = block;
	pool->fresh = block.at;
	pool->n_fresh = n;
	if (pool->spill == NULL)
		atomic_store(&pool->cold, block.at);
	return 0;
}

void
chunk_pool_fetch(struct chunk_pool *pool)
{
	const size_t len = CHUNKS_MOST * sizeof(struct chunk);
	void *block = atomic_exchange(&pool->cold, NULL);

	/* What this leaves undone, and what has been used meanwhile, is as it
	 * would be without. */
	if (block == NULL)
		return;
	if (atomic_load(&pool->small)) {
		huge_decline(block, len);
		huge_fetch_small(block, len);
	} else if (!huge_fetch(block, len)) {
		atomic_store(&pool->small, true);
	}
}

/* No chunk is spare, nor fresh: as many as the system will give. */
static int
grow(struct chunk_pool *pool, struct fault *fault)
{
	size_t n = pool->spill != NULL ? CHUNKS_AT_ONCE : CHUNKS_MOST;

	if (pool->spill != NULL && pool->used < pool_most(pool) &&
		n > pool_most(pool) - pool->used)
		n = pool_most(pool) - pool->used;
	if (pool->n_released == 0)
		return get_block(pool, n, fault);
	for (; n > 0 && pool->n_released > 0; n--)
		chunk_give(pool, pool->released[--pool->n_released]);
	return 0;
}

/* Is there room for more chunks? */
static bool
may_grow(const struct chunk_pool *pool)
{
	size_t more = CHUNKS_AT_ONCE * sizeof(struct chunk);

	if (pool->spill == NULL || pool->used < pool_most(pool))
		return true;
	return spill_size(pool->spill) == 0 && spill_allows(pool->spill, more);
}

/* Its memory comes only when it is about to be written: a huge page, or some
 * small ones. */
static struct chunk *
take_fresh(struct chunk_pool *pool)
{
	struct chunk *chunk = (struct chunk *)(void *)pool->fresh;

	if (pool->huge && (uintptr_t)chunk % HUGE_PAGE == 0 &&
		(atomic_load(&pool->small) || !huge_touch(chunk))) {
		atomic_store(&pool->small, true);
		huge_decline(chunk, pool->n_fresh * sizeof(*chunk));
		pool->huge = false;
	}
	if (!pool->huge && pool->n_fresh % CHUNKS_FETCHED == 0)
		huge_fetch_small(chunk, CHUNKS_FETCHED * sizeof(*chunk));
	pool->fresh += sizeof(*chunk);
	pool->n_fresh--;
	return chunk;
}

static struct chunk *
chunk_take(struct chunk_pool *pool, struct fault *fault)
{
	struct chunk *chunk;

	if (pool->spill != NULL && ++pool->taken % CHUNKS_BETWEEN == 0 &&
		chunk_pool_settle(pool, fault) != 0)
		return NULL;
	if (pool->spare == NULL && pool->n_fresh == 0 && !may_grow(pool) &&
		make_spare(pool, fault) != 0)
		return NULL;
	if (pool->spare == NULL && pool->n_fresh == 0 &&
		grow(pool, fault) != 0)
		return NULL;
	chunk = pool->spare;
	if (chunk != NULL) {
		pool->spare = chunk->next;
		/* it is asked for its next one soon */
		__builtin_prefetch(pool->spare);
		pool->n_spare--;
	} else {
		chunk = take_fresh(pool);
	}
	pool->used++;
	chunk->next = NULL;
	return chunk;
}

int
partition_extend(struct partition *partition, struct chunk_pool *pool,
	struct fault *fault)
{
	/* which may write what the partition holds */
	struct chunk *chunk = chunk_take(pool, fault);

	if (chunk == NULL)
		return -1;
	if (partition->last == NULL) {
		partition->first = chunk;
	} else {
		partition->last->next = chunk;
		partition->before += CHUNK_ROWS;
	}
	partition->last = chunk;
	partition->next = chunk->rows;
	return 0;
}

int
partition_add_text(struct partition *partition, struct chunk_pool *pool,
	struct slice text, uint64_t *ret, struct fault *fault)
{
	uint32_t len = (uint32_t)text.len;
	size_t at;

	/* before the text, which must stay with its row */
	if (partition_make_room(partition, pool, fault) != 0)
		return -1;
	at = partition->text_len;
	if (at + sizeof(len) + text.len > partition->text_cap &&
		memory_grow((void **)&partition->text, &partition->text_cap,
			at + sizeof(len) + text.len, 1, SIZE_MAX / 2,
			"bytes of subjects", fault) != 0)
		return -1;
	memcpy(partition->text + at, &len, sizeof(len));
	slice_copy(partition->text + at + sizeof(len), text);
	partition->text_len = at + sizeof(len) + text.len;
	*ret = SUBJECT_TEXT | at;
	return 0;
}

static struct slice
text_at(const char *texts, uint64_t subject)
{
	const char *at = texts + (subject & ~SUBJECT_TEXT);
	uint32_t len;

	memcpy(&len, at, sizeof(len));
	return (struct slice){ at + sizeof(len), len };
}

struct slice
partition_text(const struct partition *partition, uint64_t subject)
{
	return text_at(partition->text, subject);
}

void
partition_clear(struct partition *partition, struct chunk_pool *pool)
{
	give_all(pool, partition);
	free(partition->text);
	free(partition->extents);
	*partition = (struct partition){ 0 };
}

void
cursor_start(struct partition_cursor *cursor,
	const struct partition *partition, const struct spill *spill)
{
	cursor->partition = partition;
	cursor->spill = spill;
	cursor->chunk = partition->first;
	cursor->extent = cursor->row = 0;
	cursor->texts = partition->text;
}

/* The texts of an extent stay while its rows are yielded. */
static int
read_texts(struct partition_cursor *cursor, const struct extent *extent,
	struct fault *fault)
{
	if (extent->text_len == 0)
		return 0;
	if (memory_grow((void **)&cursor->text, &cursor->text_cap,
		    extent->text_len, 1, SIZE_MAX / 2, "bytes of subjects",
		    fault) != 0 ||
		spill_read(cursor->spill,
			extent->at + extent->n * sizeof(struct row),
			cursor->text, extent->text_len, fault) != 0)
		return -1;
	cursor->texts = cursor->text;
	return 0;
}

static int
read_rows(struct partition_cursor *cursor, const struct row **ret,
	size_t *ret_n, struct fault *fault)
{
	const struct extent *extent =
		&cursor->partition->extents[cursor->extent];
	size_t n = extent->n - cursor->row;

	if (cursor->rows == NULL)
		cursor->rows = memory_array(ROWS_AT_ONCE, sizeof(struct row));
	if (cursor->rows == NULL)
		return fault_memory(fault);
	if (cursor->row == 0 && read_texts(cursor, extent, fault) != 0)
		return -1;
	if (n > ROWS_AT_ONCE)
		n = ROWS_AT_ONCE;
	if (spill_read(cursor->spill,
		    extent->at + cursor->row * sizeof(struct row),
		    cursor->rows, n * sizeof(struct row), fault) != 0)
		return -1;
	cursor->row += n;
	if (cursor->row == extent->n) {
		cursor->extent++;
		cursor->row = 0;
	}
	*ret = cursor->rows;
	*ret_n = n;
	return 1;
}

int
cursor_next(struct partition_cursor *cursor, const struct row **ret,
	size_t *ret_n, struct fault *fault)
{
	const struct partition *partition = cursor->partition;

	if (cursor->extent < partition->n_extents)
		return read_rows(cursor, ret, ret_n, fault);
	if (cursor->chunk == NULL)
		return 0;
	cursor->texts = partition->text;
	*ret = cursor->chunk->rows;
	*ret_n = chunk_rows(partition, cursor->chunk);
	cursor->chunk = cursor->chunk->next;
	return 1;
}

struct slice
cursor_text(const struct partition_cursor *cursor, uint64_t subject)
{
	return text_at(cursor->texts, subject);
}

void
cursor_free(struct partition_cursor *cursor)
{
	free(cursor->rows);
	free(cursor->text);
	*cursor = (struct partition_cursor){ 0 };
}
