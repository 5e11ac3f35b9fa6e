/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks are whole and zero, whatever pages the system gives. */
#include "tests/unit/unit.h"

#include <sys/mman.h>

#include "base/huge.h"

enum { BLOCKS = 3, LEN = 2 * HUGE_PAGE };

static void
test_blocks(void **state)
{
	unsigned char *block[BLOCKS];

	(void)state;
	for (size_t i = 0; i < BLOCKS; i++) {
		block[i] = huge_map(LEN);
		assert_non_null(block[i]);
		assert_int_equal((uintptr_t)block[i] % HUGE_PAGE, 0);
	}
	/* fast or not: that is the machine's affair */
	(void)huge_touch(block[0]);
	huge_decline(block[0] + HUGE_PAGE, HUGE_PAGE);
	block[1][LEN - 1] = 7;
	(void)huge_fetch(block[1], LEN);
	assert_int_equal(block[1][LEN - 1], 7);
	block[1][LEN - 1] = 0;
	block[0][LEN - 1] = 7;
	huge_fetch_small(block[0] + HUGE_PAGE, HUGE_PAGE);
	assert_int_equal(block[0][LEN - 1], 7);
	block[0][LEN - 1] = 0;
	for (size_t i = 0; i < BLOCKS; i++) {
		for (size_t k = 0; k < LEN; k++)
			assert_int_equal(block[i][k], 0);
		memset(block[i], (int)i + 1, LEN);
	}
	for (size_t i = 0; i < BLOCKS; i++) {
		assert_int_equal(block[i][0], i + 1);
		assert_int_equal(block[i][LEN - 1], i + 1);
		assert_int_equal(munmap(block[i], LEN), 0);
	}
}

static void
test_too_large(void **state)
{
	(void)state;
	assert_null(huge_map((size_t)-HUGE_PAGE));
	assert_null(huge_map(SIZE_MAX / 2 / HUGE_PAGE * HUGE_PAGE));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_too_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
