/* SPDX-License-Identifier: Apache-2.0 */
/* Pads, held against ledgers, user after user. */
#include "tests/unit/unit.h"

#include "tests/unit/random.h"
#include "turn/pad.h"

enum { WIDTH = 3 };

static struct fault fault;

/* Keys that differ in one number, in several, and at the far ends. */
static struct ledger_key
draw_key(struct draw *draw, uint32_t range)
{
	static const uint32_t ends[] = { 0, 1, 0x7fffffff, UINT32_MAX };

	return (struct ledger_key){ ends[draw_below(draw, 4)],
		draw_below(draw, 9) == 0 ? ends[draw_below(draw, 4)] :
					   (uint32_t)draw_below(draw, range),
		(uint32_t)draw_below(draw, 3), 0 };
}

static void
add(struct pad *pad, struct ledger *ledger, struct ledger_key key, bool guess,
	uint64_t more)
{
	static uint32_t guesses[3]; /* by key.c */
	uint64_t *got, *want;

	assert_int_equal(guess ?
			pad_guess(pad, &guesses[key.c], key, &got, &fault) :
			pad_at(pad, key, &got, &fault),
		0);
	assert_int_equal(ledger_at(ledger, key, &want, &fault), 0);
	assert_memory_equal(got, want, WIDTH * sizeof(*got));
	got[more % WIDTH] += more;
	want[more % WIDTH] += more;
}

static void
assert_pad(struct pad *pad, struct ledger *ledger)
{
	const struct sort_key *keys = pad_sort(pad);

	assert_int_equal(pad->n, ledger->n);
	assert_int_equal(ledger_sort(ledger, &fault), 0);
	for (size_t i = 0; i < pad->n; i++) {
		struct ledger_key key = pad_key(&keys[i]);

		assert_memory_equal(&key, &ledger->keys[i], sizeof(key));
		assert_memory_equal(pad_counts(pad, &keys[i]),
			ledger_counts(ledger, i), WIDTH * sizeof(uint64_t));
	}
}

/* A user of 20000 cells leaves nothing to one of three. */
static void
test_users(void **state)
{
	static const uint32_t ranges[] = { 3, 20000, 3, 40, 100, 2, 1, 3000 };
	struct draw draw = { 41 };
	struct pad pad;

	(void)state;
	assert_int_equal(pad_init(&pad, WIDTH, &fault), 0);
	for (size_t round = 0; round < 3 * ARRAY_LEN(ranges); round++) {
		uint32_t range = ranges[round % ARRAY_LEN(ranges)];
		struct ledger_key key = { 0 };
		struct ledger ledger;

		assert_int_equal(ledger_init(&ledger, WIDTH, &fault), 0);
		for (size_t i = 0; i < (size_t)range * 4; i++) {
			if (draw_below(&draw, 2) == 0)
				key = draw_key(&draw, range);
			add(&pad, &ledger, key, round % 2 == 0,
				draw_below(&draw, 100));
		}
		assert_pad(&pad, &ledger);
		pad_wipe(&pad);
		assert_int_equal(pad.n, 0);
		ledger_free(&ledger);
	}
	pad_free(&pad);
	pad_free(&pad);
}

/* A guess may be of a user who is wiped. */
static void
test_guess(void **state)
{
	const struct ledger_key key = { 7, 8, 9, 0 };
	struct pad pad;
	uint32_t guess = UINT32_MAX;
	uint64_t *counts;

	(void)state;
	assert_int_equal(pad_init(&pad, WIDTH, &fault), 0);
	for (uint64_t i = 0; i < 3; i++) {
		assert_int_equal(pad_guess(&pad, &guess, key, &counts, &fault), 0);
		assert_int_equal(counts[0]++, i);
	}
	pad_wipe(&pad);
	assert_int_equal(pad_guess(&pad, &guess, key, &counts, &fault), 0);
	assert_int_equal(counts[0], 0);
	assert_int_equal(pad.n, 1);
	pad_free(&pad);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_users),
		cmocka_unit_test(test_guess),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
