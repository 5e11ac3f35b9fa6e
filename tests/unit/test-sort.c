/* SPDX-License-Identifier: Apache-2.0 */
/* Sorting words and keys, held against plain sorts. */
#include "tests/unit/unit.h"

#include "tests/unit/random.h"
#include "turn/sort.h"

enum { MOST = 100000 };

static uint64_t words[MOST], spare[MOST], plain[MOST];

/* By inserting one after the other. */
static void
sort_plainly(uint64_t *at, size_t n, unsigned low)
{
	for (size_t i = 1; i < n; i++) {
		uint64_t word = at[i];
		size_t k = i;

		for (; k > 0 && at[k - 1] >> low > word >> low; k--)
			at[k] = at[k - 1];
		at[k] = word;
	}
}

static void
test_words(void **state)
{
	struct draw draw = { 8 };

	(void)state;
	for (size_t n = 0; n < 3000; n = n * 3 / 2 + 1) {
		for (unsigned bits = 0; bits <= WORD_MOST; bits += 3) {
			unsigned low = (unsigned)draw_below(&draw,
				WORD_MOST + 1 - bits);

			for (size_t i = 0; i < n; i++)
				words[i] = plain[i] = draw_u64(&draw) >>
					1 >> (WORD_MOST - bits - low);
			sort_plainly(plain, n, low);
			assert_true(n == 0 ||
				memcmp(words_sort(words, spare, n, low, bits),
					plain, n * sizeof(*plain)) == 0);
		}
	}
}

/* By the longest digits, the words being counted as they come: equal ones stay
 * as they were. */
static void
test_counted(void **state)
{
	static struct words_order order;
	struct draw draw = { 9 };

	(void)state;
	for (unsigned bits = 0; bits <= 40; bits += 8) {
		uint64_t *got;

		words_begin(&order, MOST, 20, bits);
		for (size_t i = 0; i < MOST; i++) {
			words[i] = draw_u64(&draw) >> 24 >> (40 - bits) << 20 |
				i;
			words_count(&order, words[i]);
		}
		got = words_sort_counted(words, spare, MOST, &order);
		for (size_t i = 1; i < MOST; i++)
			assert_true(got[i - 1] < got[i]);
	}
}

/* No bits are left out, and those that come for nothing bring no more. */
static void
test_bits(void **state)
{
	(void)state;
	for (size_t n = 0; n < 100000; n = n * 3 / 2 + 1) {
		for (unsigned bits = 0; bits <= WORD_MOST; bits++) {
			unsigned most = words_sort_bits(n, bits);

			assert_true(most >= bits);
			assert_int_equal(words_sort_bits(n, most), most);
		}
	}
	assert_int_equal(words_sort_bits(100000, 22), 26);
	assert_int_equal(words_sort_bits(100000, 26), 26);
	assert_int_equal(words_sort_bits(100000, 27), 39);
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
	static struct sort_key keys[MOST], keys_spare[MOST], same[MOST];
	struct draw draw = { 11 };

	(void)state;
	for (size_t n = 0; n < 3000; n = n * 4 / 3 + 1) {
		for (unsigned shift = 0; shift < 32; shift += 5) {
			struct sort_key *got, *merged;

			for (size_t i = 0; i < n; i++)
				same[i] = keys[i] = (struct sort_key){
					draw_halves(&draw, 31 - shift / 3) +
						UINT32_MAX / 2,
					draw_halves(&draw, shift) };
			got = keys_sort(keys, keys_spare, n);
			merged = got == keys ? keys_spare : keys;
			merged = keys_merge(same, merged, n);
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
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_counted),
		cmocka_unit_test(test_bits),
		cmocka_unit_test(test_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
