/* SPDX-License-Identifier: Apache-2.0 */
/* Bags of vouches: nothing is lost where they grow, are joined, and have no
 * room. */
#include "tests/unit/unit.h"

#include <signal.h>
#include <sys/resource.h>

#include "turn/vouches.h"

static void
add(struct vouches *vouches, uint32_t first, uint32_t n)
{
	struct fault fault = { 0 };

	for (uint32_t i = first; i < first + n; i++)
		assert_int_equal(vouches_add(vouches,
			&(struct vouch){ i, i + 1, i + 2, i + 3 }, &fault), 0);
}

/* Blocks of bags that are joined; returns how many vouches are elsewhere. */
static size_t
check_join(struct spill *spill)
{
	static const uint32_t sizes[] = { 0, 1, 4095, 4096, 4097, 100000, 0 };
	static struct vouch room[VOUCHES_AT_ONCE];
	struct vouches all = { .spill = spill };
	struct fault fault = { 0 };
	uint32_t n = 0, seen = 0;
	size_t elsewhere = 0;

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct vouches some = { .spill = spill };

		add(&some, n, sizes[i]);
		n += sizes[i];
		assert_int_equal(vouches_join(&all, &some, &fault), 0);
		assert_int_equal(some.n_blocks, 0);
		assert_null(some.blocks);
	}
	for (size_t i = 0; i < all.n_blocks; i++) {
		const struct vouch *vouches;
		size_t n_block;

		assert_int_equal(vouches_block(&all, i, room, &vouches,
			&n_block, &fault), 0);
		elsewhere += vouches == room ? n_block : 0;
		for (size_t k = 0; k < n_block; k++, seen++) {
			assert_int_equal(vouches[k].post, seen);
			assert_int_equal(vouches[k].facet, seen + 1);
			assert_int_equal(vouches[k].caseref, seen + 2);
			assert_int_equal(vouches[k].colleague, seen + 3);
		}
	}
	assert_int_equal(seen, n);
	vouches_free(&all);
	vouches_free(&all);
	return elsewhere;
}

static void
test_join(void **state)
{
	(void)state;
	assert_int_equal(check_join(NULL), 0);
}

/* With a bound that no process keeps, only the last block of each bag is
 * held. */
static void
test_bound(void **state)
{
	struct spill_options options = { .memory = 1 << 12, .least = 1 << 16,
		.folder = "/tmp" };
	struct fault fault = { 0 };
	struct spill *spill = NULL;

	(void)state;
	assert_int_equal(spill_open(&spill, &options, &fault), 0);
	assert_int_equal(check_join(spill), 4096 + 24 * 4096);
	assert_int_equal(spill_size(spill), 25 * 4096 * sizeof(struct vouch));
	spill_free(spill);
}

/* A file that is full. */
static void
test_no_room(void **state)
{
	struct rlimit before, none;
	struct spill_options options = { .memory = 1 << 12, .least = 1 << 16,
		.folder = "/tmp" };
	struct vouches vouches = { 0 };
	struct fault fault = { 0 };
	struct vouch vouch = { 0 };
	struct spill *spill = NULL;

	(void)state;
	assert_int_equal(spill_open(&spill, &options, &fault), 0);
	vouches.spill = spill;
	add(&vouches, 0, VOUCHES_AT_ONCE);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	none = before;
	none.rlim_cur = 1;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	assert_int_equal(vouches_add(&vouches, &vouch, &fault), -1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(fault.code, FAULT_OUTPUT);
	vouches_free(&vouches);
	spill_free(spill);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
