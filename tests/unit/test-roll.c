/* SPDX-License-Identifier: Apache-2.0 */
/* Rolls, held against the C library's sort. */
#include "tests/unit/unit.h"

#include "tests/unit/random.h"
#include "turn/roll.h"

enum { MOST = 100000, USERS = 5, POSTS = 8 };

static struct row rows[MOST], want[MOST];
static const uint32_t users_of[POSTS] = { 0, 0, 1, 2, 2, 2, 3, 4 };
static struct roll roll;
static struct fault fault;

static void
row_set_ms(struct row *row, int64_t ms)
{
	row->when = (uint64_t)ms << 16 | row_marks(row);
}

/* User, then row_compare(), then askings first. */
static int
compare(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	uint32_t u = users_of[x->post], v = users_of[y->post];
	int order = row_compare(x, y);

	if (u != v)
		return (u > v) - (u < v);
	return order != 0 ? order :
			    !(row_marks(x) & MARK_ASKING) -
				    !(row_marks(y) & MARK_ASKING);
}

/* Rows stay where they lie or do not, or lie too far apart. */
enum stay { STAY, COPY, FAR, STAY_N };

/* Put the first n on the roll, in arrays of different lengths. */
static void
enrol(size_t n, int64_t first_ms, int64_t last_ms, enum stay stay)
{
	const struct roll_plan plan = { n, USERS, first_ms, last_ms,
		stay == FAR ? 0 : (uintptr_t)rows,
		stay == FAR ? UINTPTR_MAX : (uintptr_t)(rows + MOST),
		stay == COPY };
	size_t len;

	assert_int_equal(roll_begin(&roll, &plan, &fault), 0);
	for (size_t i = 0; i < n; i += len) {
		struct row arrival[CHUNK_ROWS];

		len = i % 3 == 0 ? CHUNK_ROWS : i % 50 + 1;
		len = n - i < len ? n - i : len;
		memcpy(arrival, rows + i, len * sizeof(*rows));
		roll_add(&roll, roll.copy ? arrival : rows + i, len, rows + i,
			users_of);
		memset(arrival, 0xff, sizeof(arrival));
	}
	assert_int_equal(roll.n, n);
	assert_true(roll.copy || stay == STAY ||
		(stay == FAR && last_ms - first_ms < 1 << 10));
	roll_sort(&roll);
}

/* Sort the first n and compare, as far as the order sees them. */
static void
check(size_t n, int64_t first_ms, int64_t last_ms)
{
	memcpy(want, rows, n * sizeof(*rows));
	qsort(want, n, sizeof(*want), compare);
	for (enum stay stay = STAY; stay < STAY_N; stay++) {
		enrol(n, first_ms, last_ms, stay);
		for (size_t i = 0; i < n; i++) {
			const struct row *row = roll_row(&roll, roll.words[i]);

			assert_int_equal(compare(row, &want[i]), 0);
			assert_int_equal(roll.words[i] >> roll.user_shift,
				users_of[row->post]);
		}
	}
}

static void
fill(struct draw *draw, size_t n, int64_t low, uint64_t range, unsigned ties)
{
	for (size_t i = 0; i < n; i++) {
		int64_t ms = low + (int64_t)(draw_u64(draw) % range);

		rows[i] = (struct row){
			.subject = draw_below(draw, ties),
			.post = (uint32_t)draw_below(draw,
				ties < POSTS ? ties : POSTS),
			.facet = (uint32_t)draw_below(draw, ties) };
		row_set_ms(&rows[i], ms);
		row_mark(&rows[i], MARK_JUDGED |
			(unsigned)draw_below(draw, 16));
	}
}

static void
test_random(void **state)
{
	static const size_t sizes[] = { 1, 2, 3, 12, 13, 25, 97, 1000, 5000 };
	static const uint64_t ranges[] = { 1, 2, 1000, 1 << 11, 1 << 22,
		86400000, 8000000000000, 140000000000000 };
	struct draw draw = { 8 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		for (size_t k = 0; k < ARRAY_LEN(ranges); k++) {
			uint64_t range = ranges[k] / 100 + 1;
			int64_t low = 1777630272000;

			fill(&draw, sizes[i], 0, ranges[k], 3);
			check(sizes[i], 0, (int64_t)ranges[k] - 1);
			fill(&draw, sizes[i], low, range, 1000);
			check(sizes[i], low, low + (int64_t)range - 1);
			/* most at one time of a long log */
			check(sizes[i], 0, low * 30);
		}
	}
}

/* All at one instant: no worse than any other log. */
static void
test_one_instant(void **state)
{
	struct draw draw = { 9 };
	clock_t start;

	(void)state;
	for (unsigned ties = 1; ties <= 1000000; ties *= 1000) {
		fill(&draw, MOST, 1777630272000, 1, ties);
		start = clock();
		enrol(MOST, 0, 1777630272000, STAY);
		assert_true((double)(clock() - start) <
			2.0 * CLOCKS_PER_SEC);
		for (size_t i = 1; i < MOST; i++)
			assert_true(compare(roll_row(&roll, roll.words[i - 1]),
					    roll_row(&roll, roll.words[i])) <=
				0);
	}
}

/* Which rows there are is not changed; equal ones stay as they come. */
static void
test_permutes(void **state)
{
	struct draw draw = { 10 };
	static bool seen[MOST];

	(void)state;
	fill(&draw, MOST, 0, 1000, 2);
	enrol(MOST, 0, 1000, STAY);
	for (size_t i = 0; i < MOST; i++) {
		const struct row *row = roll_row(&roll, roll.words[i]);

		assert_false(seen[row - rows]);
		seen[row - rows] = true;
		if (i > 0 &&
			compare(roll_row(&roll, roll.words[i - 1]), row) == 0)
			assert_true(roll_row(&roll, roll.words[i - 1]) < row);
	}
	roll_free(&roll);
	roll_free(&roll);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_one_instant),
		cmocka_unit_test(test_permutes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
