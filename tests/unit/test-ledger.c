/* SPDX-License-Identifier: Apache-2.0 */
/* Ledgers, held against a list that is looked through. */
#include "tests/unit/unit.h"

#include "tests/unit/random.h"
#include "turn/ledger.h"

enum { WIDTH = 3, MOST = 600 };

struct cell {
	struct ledger_key key;
	uint64_t counts[WIDTH];
};

static struct cell cells[MOST];
static size_t n_cells;
static struct fault fault;

static bool
is_key(struct ledger_key a, struct ledger_key b)
{
	return a.a == b.a && a.b == b.b && a.c == b.c && a.d == b.d;
}

static struct cell *
cell_at(struct ledger_key key)
{
	struct cell *cell = cells;

	while (cell < cells + n_cells && !is_key(cell->key, key))
		cell++;
	if (cell == cells + n_cells) {
		assert_true(++n_cells <= MOST);
		*cell = (struct cell){ .key = key };
	}
	return cell;
}

/* Keys that differ in one number, in several, and at the far ends. */
static struct ledger_key
draw_key(struct draw *draw)
{
	static const uint32_t ends[] = { 0, 1, 2, 0x7fffffff, UINT32_MAX };

	return (struct ledger_key){ ends[draw_below(draw, 5)],
		ends[draw_below(draw, 5)], (uint32_t)draw_below(draw, 5),
		ends[draw_below(draw, 3)] };
}

static void
add(struct ledger *ledger, struct draw *draw, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct ledger_key key = draw_key(draw);
		struct cell *cell = cell_at(key);
		uint64_t *counts;

		assert_int_equal(ledger_at(ledger, key, &counts, &fault), 0);
		for (size_t k = 0; k < WIDTH; k++) {
			uint64_t more = draw_below(draw, 3) == 0 ?
				draw_u64(draw) :
				0;

			assert_true(counts[k] == cell->counts[k]);
			counts[k] += more;
			cell->counts[k] += more;
		}
	}
}

static void
check(const struct ledger *ledger)
{
	assert_int_equal(ledger->n, n_cells);
	for (size_t i = 0; i < n_cells; i++) {
		const uint64_t *counts = ledger_find(ledger, cells[i].key);

		assert_non_null(counts);
		assert_memory_equal(counts, cells[i].counts,
			sizeof(cells[i].counts));
	}
	for (size_t i = 0; i < ledger->n; i++)
		assert_ptr_equal(ledger_find(ledger, ledger->keys[i]),
			ledger_counts(ledger, i));
}

static bool
is_before(struct ledger_key x, struct ledger_key y)
{
	const uint32_t a[] = { x.a, x.b, x.c, x.d };
	const uint32_t b[] = { y.a, y.b, y.c, y.d };

	for (size_t i = 0; i < ARRAY_LEN(a); i++)
		if (a[i] != b[i])
			return a[i] < b[i];
	return false;
}

static void
test_random(void **state)
{
	struct draw draw = { 31 };

	(void)state;
	for (size_t n = 0; n <= 4000; n = n * 3 + 1) {
		struct ledger ledger;

		n_cells = 0;
		assert_int_equal(ledger_init(&ledger, WIDTH, &fault), 0);
		add(&ledger, &draw, n);
		check(&ledger);
		assert_int_equal(ledger_sort(&ledger, &fault), 0);
		check(&ledger);
		for (size_t i = 1; i < ledger.n; i++)
			assert_true(is_before(ledger.keys[i - 1],
				ledger.keys[i]));
		/* an ordered one takes more */
		add(&ledger, &draw, 50);
		check(&ledger);
		assert_int_equal(ledger_sort(&ledger, &fault), 0);
		check(&ledger);
		ledger_free(&ledger);
	}
}

/* The order of adding is not told by an ordered ledger. */
static void
test_join(void **state)
{
	struct draw draw = { 32 };
	struct ledger parts[4], sum, again;

	(void)state;
	n_cells = 0;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		assert_int_equal(ledger_init(&parts[i], WIDTH, &fault), 0);
		for (size_t k = 0; k < 100 * i; k++) {
			struct ledger_key key = draw_key(&draw);
			uint64_t *counts;

			assert_int_equal(ledger_at(&parts[i], key, &counts,
				&fault), 0);
			counts[k % WIDTH] += k;
			cell_at(key)->counts[k % WIDTH] += k;
		}
	}
	assert_int_equal(ledger_init(&sum, WIDTH, &fault), 0);
	assert_int_equal(ledger_init(&again, WIDTH, &fault), 0);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		assert_int_equal(ledger_join(&sum, &parts[i], &fault), 0);
		assert_int_equal(ledger_join(&again,
			&parts[ARRAY_LEN(parts) - 1 - i], &fault), 0);
	}
	check(&sum);
	assert_int_equal(ledger_sort(&sum, &fault), 0);
	assert_int_equal(ledger_sort(&again, &fault), 0);
	assert_memory_equal(sum.keys, again.keys, sum.n * sizeof(*sum.keys));
	assert_memory_equal(sum.counts, again.counts,
		sum.n * WIDTH * sizeof(*sum.counts));
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		ledger_free(&parts[i]);
	ledger_free(&sum);
	ledger_free(&again);
}

static void
test_range(void **state)
{
	static const uint32_t as[] = { 0, 3, 4, 0x7fffffff, UINT32_MAX };
	struct draw draw = { 33 };
	struct ledger ledger;

	(void)state;
	n_cells = 0;
	assert_int_equal(ledger_init(&ledger, WIDTH, &fault), 0);
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < ARRAY_LEN(as); i++) {
			size_t start = 99, k = 0;
			size_t end = ledger_range(&ledger, as[i], &start);

			assert_true(start <= end);
			assert_true(end <= ledger.n);
			for (; k < ledger.n; k++)
				assert_int_equal(ledger.keys[k].a == as[i],
					k >= start && k < end);
		}
		add(&ledger, &draw, 200);
		assert_int_equal(ledger_sort(&ledger, &fault), 0);
	}
	ledger_free(&ledger);
}

/* One that was written in order is like one that was sorted. */
static void
test_ordered(void **state)
{
	struct draw draw = { 34 };
	struct ledger sorted, ordered, appended;

	(void)state;
	n_cells = 0;
	assert_int_equal(ledger_init(&sorted, WIDTH, &fault), 0);
	assert_int_equal(ledger_init(&appended, WIDTH, &fault), 0);
	add(&sorted, &draw, 1000);
	assert_int_equal(ledger_sort(&sorted, &fault), 0);
	assert_int_equal(ledger_init_ordered(&ordered, WIDTH, sorted.n,
		&fault), 0);
	for (size_t i = 0; i < sorted.n; i++) {
		ordered.keys[i] = sorted.keys[i];
		memcpy(ordered.counts + i * WIDTH, ledger_counts(&sorted, i),
			WIDTH * sizeof(*ordered.counts));
		if (i % 7 == 0)
			assert_int_equal(ledger_reserve(&appended, 7, &fault),
				0);
		memcpy(ledger_append(&appended, sorted.keys[i]),
			ledger_counts(&sorted, i),
			WIDTH * sizeof(*appended.counts));
	}
	assert_int_equal(ordered.n, appended.n);
	assert_memory_equal(ordered.keys, appended.keys,
		ordered.n * sizeof(*ordered.keys));
	assert_memory_equal(ordered.counts, appended.counts,
		ordered.n * WIDTH * sizeof(*ordered.counts));
	check(&ordered);
	for (size_t i = 0; i < 1000; i++) {
		struct ledger_key key = draw_key(&draw);

		key.d = 5;
		assert_null(ledger_find(&ordered, key));
	}
	add(&ordered, &draw, 100);
	check(&ordered);
	ledger_free(&sorted);
	ledger_free(&ordered);
	ledger_free(&appended);
}

/* One that was never begun is empty, and can be freed twice. */
static void
test_empty(void **state)
{
	struct ledger none = { 0 }, ledger;
	size_t start = 1;

	(void)state;
	assert_null(ledger_find(&none, (struct ledger_key){ 0 }));
	assert_int_equal(ledger_range(&none, 0, &start), 0);
	assert_int_equal(start, 0);
	ledger_free(&none);
	assert_int_equal(ledger_init(&ledger, 1, &fault), 0);
	assert_null(ledger_find(&ledger, (struct ledger_key){ 0 }));
	assert_int_equal(ledger_join(&ledger, &none, &fault), 0);
	assert_int_equal(ledger_sort(&ledger, &fault), 0);
	assert_int_equal(ledger.n, 0);
	ledger_free(&ledger);
	ledger_free(&ledger);
}

/* What is not there is not found, however near. */
static void
test_strangers(void **state)
{
	struct ledger ledger;
	uint64_t *count;

	(void)state;
	assert_int_equal(ledger_init(&ledger, 1, &fault), 0);
	for (uint32_t i = 0; i < 20000; i++) {
		assert_int_equal(ledger_at(&ledger,
			(struct ledger_key){ i, i % 7, 0, 1 }, &count, &fault),
			0);
		assert_int_equal(*count, 0);
		*count = i + 1;
	}
	for (uint32_t i = 0; i < 20000; i++) {
		assert_int_equal(*ledger_find(&ledger,
			(struct ledger_key){ i, i % 7, 0, 1 }), i + 1);
		assert_null(ledger_find(&ledger,
			(struct ledger_key){ i, i % 7, 1, 0 }));
		assert_null(ledger_find(&ledger,
			(struct ledger_key){ i, i % 7 + 1, 0, 1 }));
	}
	assert_int_equal(ledger.n, 20000);
	ledger_free(&ledger);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_range),
		cmocka_unit_test(test_ordered),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_strangers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
