/* SPDX-License-Identifier: Apache-2.0 */
/* Rows come back as they went in, from memory and from the temporary file;
 * chunks are used again. */
#include "tests/unit/unit.h"

#include <pthread.h>

#include "lookup/partition.h"
#include "tests/unit/random.h"

enum { PARTS = 5, ROWS = 20000, LEAST = 1 << 16, THREADS = 4 };

/* What one thread appends to. */
struct bench {
	struct partition parts[PARTS];
	struct chunk_pool pool;
};

/* A bound that no process keeps: pools hold `least` bytes, and no more. */
static struct spill *
open_spill(size_t least)
{
	struct spill_options options = { .memory = 1 << 12, .least = least,
		.folder = "/tmp" };
	struct fault fault = { 0 };
	struct spill *spill = NULL;

	assert_int_equal(spill_open(&spill, &options, &fault), 0);
	return spill;
}

static void
bench_start(struct bench *bench, struct spill *spill)
{
	*bench = (struct bench){ .pool = { .spill = spill,
					 .parts = bench->parts,
					 .n_parts = PARTS } };
}

static void
bench_free(struct bench *bench)
{
	for (size_t p = 0; p < PARTS; p++)
		partition_clear(&bench->parts[p], &bench->pool);
	chunk_pool_free(&bench->pool);
}

/* Of thread t. */
static struct row
row_of(uint32_t i, uint32_t t)
{
	return (struct row){ .subject = i, .when = t, .post = i + 1,
		.caseref = i + 2, .source = i + 3, .facet = i + 4 };
}

static void
append_rows(struct bench *bench, uint32_t n, uint32_t t)
{
	struct fault fault = { 0 };

	for (uint32_t i = 0; i < n; i++) {
		struct row row = row_of(i, t);

		assert_int_equal(partition_append(&bench->parts[i % PARTS],
			&bench->pool, &row, &fault), 0);
	}
}

static void
check_rows(const struct bench *bench, uint32_t n, uint32_t t)
{
	struct partition_cursor cursor = { 0 };
	struct fault fault = { 0 };
	const struct row *rows;
	size_t found;

	for (uint32_t p = 0; p < PARTS; p++) {
		uint32_t i = p;

		assert_int_equal(partition_rows(&bench->parts[p]),
			(n + PARTS - 1 - p) / PARTS);
		cursor_start(&cursor, &bench->parts[p], bench->pool.spill);
		while (cursor_next(&cursor, &rows, &found, &fault) == 1) {
			assert_true(found > 0);
			for (size_t k = 0; k < found; k++, i += PARTS) {
				struct row row = row_of(i, t);

				assert_memory_equal(&rows[k], &row,
					sizeof(row));
			}
		}
		assert_int_equal(fault.code, FAULT_NONE);
		assert_int_equal((i - p) / PARTS, (n + PARTS - 1 - p) / PARTS);
	}
	cursor_free(&cursor);
}

static void
test_rows(void **state)
{
	struct bench bench;

	(void)state;
	bench_start(&bench, NULL);
	append_rows(&bench, ROWS, 0);
	check_rows(&bench, ROWS, 0);
	for (size_t p = 0; p < PARTS; p++) {
		for (const struct chunk *chunk = bench.parts[p].first;
			chunk != NULL; chunk = chunk->next)
			assert_int_equal((uintptr_t)chunk->rows % 32, 0);
		partition_clear(&bench.parts[p], &bench.pool);
		assert_int_equal(partition_rows(&bench.parts[p]), 0);
		assert_null(bench.parts[p].first);
	}
	bench_free(&bench);
}

/* Bytes that a pool got. */
static size_t
pool_size(const struct chunk_pool *pool)
{
	size_t sum = 0;

	for (size_t i = 0; i < pool->n_blocks; i++)
		sum += pool->blocks[i].len;
	return sum;
}

/* What one partition gives back the next one takes. */
static void
test_reuse(void **state)
{
	struct bench bench;
	size_t total = 0;

	(void)state;
	bench_start(&bench, NULL);
	for (int round = 0; round < 10; round++) {
		append_rows(&bench, ROWS, 0);
		if (round == 0)
			total = pool_size(&bench.pool);
		for (size_t p = 0; p < PARTS; p++)
			partition_clear(&bench.parts[p], &bench.pool);
	}
	assert_int_equal(pool_size(&bench.pool), total);
	bench_free(&bench);
	chunk_pool_free(&bench.pool);
}

/* Rows that are read twice, and more of them in between. */
static void
test_spilled(void **state)
{
	static const uint32_t counts[] = { 0, 1, 127, 128, 635, 636, 5000,
		ROWS };
	static const size_t leasts[] = { 0, 4096, LEAST, LEAST * 4 };

	(void)state;
	for (size_t c = 0; c < ARRAY_LEN(counts) * ARRAY_LEN(leasts); c++) {
		uint32_t n = counts[c / ARRAY_LEN(leasts)];
		struct spill *spill = open_spill(leasts[c % ARRAY_LEN(leasts)]);
		struct bench bench;
		struct fault fault = { 0 };

		bench_start(&bench, spill);
		append_rows(&bench, n, 7);
		check_rows(&bench, n, 7);
		assert_true(spill_size(spill) > 0 || n < ROWS);
		assert_int_equal(chunk_pool_make_room(&bench.pool, 1, &fault),
			0);
		assert_int_equal(spill_size(spill), n * sizeof(struct row));
		assert_int_equal(bench.pool.n_spare, 0);
		check_rows(&bench, n, 7);
		check_rows(&bench, n, 7);
		bench_free(&bench);
		spill_free(spill);
	}
}

/* However many rows, a pool holds no more than its share and a block. */
static void
test_held(void **state)
{
	struct spill *spill = open_spill(LEAST);
	struct bench bench;

	(void)state;
	bench_start(&bench, spill);
	append_rows(&bench, ROWS * 10, 0);
	assert_in_range(pool_size(&bench.pool), LEAST, LEAST * 4);
	check_rows(&bench, ROWS * 10, 0);
	bench_free(&bench);
	spill_free(spill);
}

static void *
run_thread(void *arg)
{
	struct bench *bench = arg;

	append_rows(bench, ROWS, (uint32_t)bench->pool.taken);
	return NULL;
}

static void
test_threads(void **state)
{
	static struct bench benches[THREADS];
	pthread_t threads[THREADS];
	struct spill *spill = open_spill(LEAST);

	(void)state;
	for (uint32_t t = 0; t < THREADS; t++) {
		bench_start(&benches[t], spill);
		benches[t].pool.taken = t;
		assert_int_equal(pthread_create(&threads[t], NULL, run_thread,
			&benches[t]), 0);
	}
	for (uint32_t t = 0; t < THREADS; t++)
		assert_int_equal(pthread_join(threads[t], NULL), 0);
	for (uint32_t t = 0; t < THREADS; t++) {
		check_rows(&benches[t], ROWS, t);
		bench_free(&benches[t]);
	}
	spill_free(spill);
}

struct fetcher {
	struct chunk_pool *pool;
	atomic_bool stop;
};

static void *
run_fetcher(void *arg)
{
	struct fetcher *fetcher = arg;

	while (!atomic_load(&fetcher->stop))
		chunk_pool_fetch(fetcher->pool);
	return NULL;
}

/* Whoever fetches memory changes nothing of what is in it, nor how much a
 * bounded pool takes. */
static void
test_fetched(void **state)
{
	struct spill *spill = open_spill(LEAST);

	(void)state;
	for (int kind = 0; kind < 3; kind++) {
		bool bounded = kind == 0;
		struct bench bench;
		struct fetcher fetcher = { .pool = &bench.pool };
		pthread_t thread;

		bench_start(&bench, bounded ? spill : NULL);
		atomic_store(&bench.pool.small, kind == 1);
		chunk_pool_fetch(&bench.pool);
		assert_int_equal(pthread_create(&thread, NULL, run_fetcher,
			&fetcher), 0);
		append_rows(&bench, ROWS * 10, 3);
		check_rows(&bench, ROWS * 10, 3);
		atomic_store(&fetcher.stop, true);
		assert_int_equal(pthread_join(thread, NULL), 0);
		if (bounded)
			assert_in_range(pool_size(&bench.pool), LEAST,
				LEAST * 4);
		else
			assert_true(bench.pool.n_blocks > 1);
		bench_free(&bench);
	}
	spill_free(spill);
}

/* Texts and numbers side by side: texts stay with their rows. */
static void
check_texts(struct spill *spill)
{
	enum { N = 20000 };
	static char texts[N][64];
	static size_t len[N];
	struct bench bench;
	struct partition_cursor cursor = { 0 };
	struct fault fault = { 0 };
	struct draw draw = { 7 };
	const struct row *rows;
	size_t i = 0, found;

	bench_start(&bench, spill);
	for (; i < N; i++) {
		struct row row = row_of((uint32_t)i, 0);

		len[i] = draw_below(&draw, 3) == 0 ?
			0 :
			1 + draw_below(&draw, sizeof(texts[i]));
		for (size_t k = 0; k < len[i]; k++)
			texts[i][k] = (char)draw_below(&draw, 256);
		if (len[i] > 0)
			assert_int_equal(partition_add_text(bench.parts,
				&bench.pool, (struct slice){ texts[i], len[i] },
				&row.subject, &fault), 0);
		assert_int_equal(partition_append(bench.parts, &bench.pool,
			&row, &fault), 0);
	}
	i = 0;
	cursor_start(&cursor, bench.parts, spill);
	while (cursor_next(&cursor, &rows, &found, &fault) == 1) {
		for (size_t k = 0; k < found; k++, i++) {
			assert_int_equal(rows[k].post, i + 1);
			assert_int_equal(len[i] > 0,
				(rows[k].subject & SUBJECT_TEXT) != 0);
			if (len[i] > 0)
				assert_true(slice_equal(cursor_text(&cursor,
					rows[k].subject),
					(struct slice){ texts[i], len[i] }));
		}
	}
	assert_int_equal(i, N);
	cursor_free(&cursor);
	bench_free(&bench);
}

static void
test_texts(void **state)
{
	struct spill *spill = open_spill(LEAST);

	(void)state;
	check_texts(NULL);
	check_texts(spill);
	assert_true(spill_size(spill) > 0);
	spill_free(spill);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_reuse),
		cmocka_unit_test(test_spilled),
		cmocka_unit_test(test_held),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_fetched),
		cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
