/* SPDX-License-Identifier: Apache-2.0 */
/* Rows come back as they went in; chunks are used again. */
#include "tests/unit/unit.h"

#include "lookup/partition.h"
#include "tests/unit/random.h"

enum { PARTS = 5, ROWS = 20000 };

static struct row
row_of(uint32_t i)
{
	return (struct row){ .subject = i, .post = i + 1, .caseref = i + 2,
		.source = i + 3, .facet = i + 4 };
}

static void
test_rows(void **state)
{
	struct partition parts[PARTS] = { { 0 } };
	struct chunk_pool pool = { 0 };
	struct fault fault = { 0 };

	(void)state;
	for (uint32_t i = 0; i < ROWS; i++) {
		struct row row = row_of(i);

		assert_int_equal(partition_append(&parts[i % PARTS], &pool,
			&row, &fault), 0);
	}
	for (uint32_t p = 0; p < PARTS; p++) {
		uint32_t i = p;

		assert_int_equal(partition_rows(&parts[p]), ROWS / PARTS);
		for (struct chunk *chunk = parts[p].first; chunk != NULL;
			chunk = chunk->next) {
			size_t n = chunk_rows(&parts[p], chunk);

			assert_in_range(n, 1, CHUNK_ROWS);
			assert_int_equal((uintptr_t)chunk->rows % 32, 0);
			for (size_t k = 0; k < n; k++, i += PARTS) {
				struct row row = row_of(i);

				assert_memory_equal(&chunk->rows[k], &row,
					sizeof(row));
			}
		}
		assert_int_equal(i, ROWS + p);
		partition_clear(&parts[p], &pool);
		assert_int_equal(partition_rows(&parts[p]), 0);
		assert_null(parts[p].first);
	}
	chunk_pool_free(&pool);
}

/* What one partition gives back the next one takes. */
static void
test_reuse(void **state)
{
	struct partition part = { 0 };
	struct chunk_pool pool = { 0 };
	struct fault fault = { 0 };
	struct row row = row_of(1);
	size_t total = 0;

	(void)state;
	for (int round = 0; round < 10; round++) {
		for (int i = 0; i < ROWS; i++)
			assert_int_equal(partition_append(&part, &pool, &row,
				&fault), 0);
		if (round == 0)
			total = pool.arena.total;
		partition_clear(&part, &pool);
	}
	assert_int_equal(pool.arena.total, total);
	partition_clear(&part, &pool);
	chunk_pool_free(&pool);
	chunk_pool_free(&pool);
}

static void
test_texts(void **state)
{
	enum { N = 2000 };
	struct partition part = { 0 };
	struct chunk_pool pool = { 0 };
	struct fault fault = { 0 };
	struct draw draw = { 7 };
	static char texts[N][64];
	static size_t len[N];
	size_t i = 0;

	(void)state;
	for (; i < N; i++) {
		struct row row = row_of((uint32_t)i);

		len[i] = 1 + draw_below(&draw, sizeof(texts[i]));
		for (size_t k = 0; k < len[i]; k++)
			texts[i][k] = (char)draw_below(&draw, 256);
		assert_int_equal(partition_append_text(&part, &pool, &row,
			(struct slice){ texts[i], len[i] }, &fault), 0);
		assert_true(row.subject & SUBJECT_TEXT);
	}
	i = 0;
	for (struct chunk *chunk = part.first; chunk != NULL;
		chunk = chunk->next) {
		for (size_t k = 0; k < chunk_rows(&part, chunk); k++, i++) {
			assert_int_equal(chunk->rows[k].post, i + 1);
			assert_true(slice_equal(partition_text(&part,
				chunk->rows[k].subject),
				(struct slice){ texts[i], len[i] }));
		}
	}
	assert_int_equal(i, N);
	partition_clear(&part, &pool);
	chunk_pool_free(&pool);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_reuse),
		cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
