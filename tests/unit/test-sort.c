/* SPDX-License-Identifier: Apache-2.0 */
/* Sorting rows, held against the C library's sort. */
#include "tests/unit/unit.h"

#include "tests/unit/random.h"
#include "turn/sort.h"

enum { MOST = 100000 };

static struct row rows[MOST], spare[MOST], want[MOST];
static uint64_t words[2 * MOST];

/* Whether `when` is signed is its own business. */
static void
row_set_ms(struct row *row, int64_t ms)
{
	uint64_t when = (uint64_t)ms << 16;

	memcpy(&row->when, &when, sizeof(when));
}

static int
compare(const void *a, const void *b)
{
	return row_compare(a, b);
}

/* Sort the first n and compare, as far as the order sees them. */
static void
check(size_t n)
{
	const struct row *got;

	memcpy(want, rows, n * sizeof(*rows));
	qsort(want, n, sizeof(*want), compare);
	got = rows_sort(rows, spare, words, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(row_compare(&got[i], &want[i]), 0);
}

static void
fill(struct draw *draw, size_t n, int64_t low, uint64_t range, unsigned ties)
{
	for (size_t i = 0; i < n; i++) {
		int64_t ms = low + (int64_t)(draw_u64(draw) % range);

		rows[i] = (struct row){
			.subject = draw_below(draw, ties),
			.post = (uint32_t)draw_below(draw, ties),
			.facet = (uint32_t)draw_below(draw, ties) };
		row_set_ms(&rows[i], ms);
		row_mark(&rows[i], (unsigned)draw_below(draw, 16));
	}
}

static void
test_random(void **state)
{
	static const size_t sizes[] = { 0, 1, 2, 3, 12, 13, 95, 96, 97, 1000,
		5000 };
	static const uint64_t ranges[] = { 1, 2, 1000, 1 << 11, 1 << 22,
		86400000, 8000000000000, 140000000000000 };
	struct draw draw = { 8 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		for (size_t k = 0; k < ARRAY_LEN(ranges); k++) {
			fill(&draw, sizes[i], 0, ranges[k], 3);
			check(sizes[i]);
			fill(&draw, sizes[i], 1777630272000,
				ranges[k] / 100 + 1, 1000);
			check(sizes[i]);
		}
	}
}

static void
test_ordered(void **state)
{
	(void)state;
	memset(rows, 0, sizeof(rows));
	for (size_t i = 0; i < 5000; i++)
		row_set_ms(&rows[i], (int64_t)i);
	check(5000);
	for (size_t i = 0; i < 5000; i++)
		row_set_ms(&rows[i], (int64_t)(5000 - i));
	check(5000);
}

/* All at one instant: no worse than any other log. */
static void
test_one_instant(void **state)
{
	struct draw draw = { 9 };
	const struct row *got;
	clock_t start;

	(void)state;
	for (unsigned ties = 1; ties <= 1000000; ties *= 1000) {
		fill(&draw, MOST, 1777630272000, 1, ties);
		start = clock();
		got = rows_sort(rows, spare, words, MOST);
		assert_true((double)(clock() - start) <
			2.0 * CLOCKS_PER_SEC);
		for (size_t i = 1; i < MOST; i++)
			assert_true(row_compare(&got[i - 1], &got[i]) <= 0);
	}
}

/* Which rows there are is not changed. */
static void
test_permutes(void **state)
{
	struct draw draw = { 10 };
	const struct row *got;
	static bool seen[MOST];

	(void)state;
	fill(&draw, MOST, 0, 1000000000, 5);
	for (uint32_t i = 0; i < MOST; i++)
		rows[i].source = i;
	got = rows_sort(rows, spare, words, MOST);
	for (size_t i = 0; i < MOST; i++) {
		assert_false(seen[got[i].source]);
		seen[got[i].source] = true;
	}
}

/* Numbers below a bound that a shift makes small. */
static uint64_t
draw_halves(struct draw *draw, unsigned shift)
{
	return (draw_u64(draw) >> 32 >> shift) << 32 |
		draw_u64(draw) >> 32 >> shift;
}

/* Keys that fit in a word or do not, many of them equal in part or in all. */
static void
test_keys(void **state)
{
	static struct sort_key keys[MOST], keys_spare[MOST], plain[MOST];
	struct draw draw = { 11 };

	(void)state;
	for (size_t n = 0; n < 3000; n = n * 4 / 3 + 1) {
		for (unsigned shift = 0; shift < 32; shift += 5) {
			struct sort_key *got, *merged;

			for (size_t i = 0; i < n; i++)
				plain[i] = keys[i] = (struct sort_key){
					draw_halves(&draw, 31 - shift / 3) +
						UINT32_MAX / 2,
					draw_halves(&draw, shift) };
			got = keys_sort(keys, keys_spare, n);
			merged = got == keys ? keys_spare : keys;
			merged = keys_merge(plain, merged, n);
			for (size_t i = 1; i < n; i++)
				assert_false(sort_key_less(&merged[i],
					&merged[i - 1]));
			if (n > 0)
				assert_memory_equal(got, merged,
					n * sizeof(*got));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_ordered),
		cmocka_unit_test(test_one_instant),
		cmocka_unit_test(test_permutes),
		cmocka_unit_test(test_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
