/* SPDX-License-Identifier: Apache-2.0 */
/* Bags of vouches: nothing is lost where they grow and are joined. */
#include "tests/unit/unit.h"

#include "turn/vouches.h"

static void
add(struct vouches *vouches, uint32_t first, uint32_t n)
{
	struct fault fault = { 0 };

	for (uint32_t i = first; i < first + n; i++)
		assert_int_equal(vouches_add(vouches,
			&(struct vouch){ i, i + 1, i + 2, i + 3 }, &fault), 0);
}

static void
test_join(void **state)
{
	static const uint32_t sizes[] = { 0, 1, 4095, 4096, 4097, 100000, 0 };
	struct vouches all = { 0 };
	struct fault fault = { 0 };
	uint32_t n = 0, seen = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct vouches some = { 0 };

		add(&some, n, sizes[i]);
		n += sizes[i];
		assert_int_equal(vouches_join(&all, &some, &fault), 0);
		assert_int_equal(some.n_blocks, 0);
		assert_null(some.blocks);
	}
	for (size_t i = 0; i < all.n_blocks; i++) {
		const struct vouch_block *block = &all.blocks[i];

		for (size_t k = 0; k < block->n; k++, seen++) {
			assert_int_equal(block->items[k].post, seen);
			assert_int_equal(block->items[k].facet, seen + 1);
			assert_int_equal(block->items[k].caseref, seen + 2);
			assert_int_equal(block->items[k].colleague, seen + 3);
		}
	}
	assert_int_equal(seen, n);
	vouches_free(&all);
	vouches_free(&all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_join),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
