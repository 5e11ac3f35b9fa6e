/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of a partition, subject by subject and in order. */
#include "tests/unit/turn-fixture.h"
#include "turn/groups.h"

enum { MOST = 3000 };

/* What a row says, added up over rows in any order. */
static uint64_t
row_sum(const struct row *row)
{
	struct draw draw = { row->when };
	uint64_t sum = draw_u64(&draw);

	draw.state += (uint64_t)row->post << 32 | row->facet;
	sum ^= draw_u64(&draw);
	draw.state += (uint64_t)row->caseref << 32 | row->source;
	return sum ^ draw_u64(&draw);
}

static uint64_t
sum_of_book(const struct book *book)
{
	struct partition_cursor cursor = { 0 };
	struct fault fault = { 0 };
	const struct row *rows;
	uint64_t sum = 0;
	size_t n;

	for (size_t s = 0; s < book->n_shards; s++) {
		const struct shard_map *map = &book->maps[s];

		cursor_start(&cursor, &book->shards[s].parts[CROWDED], NULL);
		while (cursor_next(&cursor, &rows, &n, &fault) > 0) {
			for (size_t i = 0; i < n; i++) {
				struct row row = rows[i];

				row.post = map->post[row.post];
				row.facet = map->facet[row.facet];
				row.caseref = map->caseref[row.caseref];
				row.source = map->source[row.source];
				sum += row_sum(&row);
			}
		}
	}
	cursor_free(&cursor);
	return sum;
}

static int
compare_subjects(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void
check_group(const struct book *book, const struct row *rows, size_t n,
	uint64_t *sum)
{
	const struct triple *posts = book->posts.items;

	assert_true(n > 0);
	for (size_t i = 0; i < n; i++) {
		*sum += row_sum(&rows[i]);
		if (i == 0)
			continue;
		assert_true(rows[i].subject == rows[0].subject);
		if (posts[rows[i].post].a == posts[rows[i - 1].post].a)
			assert_true(row_compare(&rows[i - 1], &rows[i]) <= 0);
		else
			assert_true(posts[rows[i].post].a >
				posts[rows[i - 1].post].a);
	}
}

static void
check_groups(struct groups *groups, struct book *book, size_t n)
{
	const struct groups_options options = { NULL, true };
	uint64_t *subjects = calloc(n, sizeof(*subjects)), sum = 0;
	struct chunk_pool pool = { 0 };
	struct fault fault = { 0 };
	size_t rows = 0;

	assert_non_null(subjects);
	assert_int_equal(groups_make(groups, book, CROWDED, &options, &pool,
		&fault), 0);
	for (uint32_t g = 0; g < groups->n; g++) {
		size_t of_group;
		const struct row *at = groups_rows(groups, g, &of_group);

		check_group(book, at, of_group, &sum);
		subjects[g] = at->subject;
		rows += of_group;
	}
	assert_int_equal(rows, n);
	assert_true(sum == sum_of_book(book));
	qsort(subjects, groups->n, sizeof(*subjects), compare_subjects);
	for (uint32_t g = 1; g < groups->n; g++)
		assert_true(subjects[g] != subjects[g - 1]);
	chunk_pool_free(&pool);
	free(subjects);
}

/* Few and many rows a subject, and many at one instant. */
static void
test_groups(void **state)
{
	static struct entry entries[MOST];
	struct draw draw = { 41 };

	(void)state;
	for (int round = 0; round < 24; round++) {
		size_t n = 1 + draw_below(&draw, MOST);
		struct groups groups = { 0 };
		struct input_list list;
		struct book *book;

		world_draw(entries, n, &draw, 1 + round % 4 * 20);
		entries_crowd(entries, n, 1 + n / (1 + (size_t)round * 3));
		for (size_t i = 0; i < n && round % 5 == 4; i++)
			entries[i].ms = world_start;
		entries_write(entries, n, 1 + (size_t)round % FIXTURE_FILES,
			FIXTURE_HEADER);
		book = book_of_files(1 + (unsigned)round % 3, &list);
		check_groups(&groups, book, n);
		check_groups(&groups, book, n);
		groups_free(&groups);
		book_free(book);
		input_list_free(&list);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_groups),
	};

	return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
