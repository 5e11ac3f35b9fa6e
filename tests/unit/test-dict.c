/* SPDX-License-Identifier: Apache-2.0 */
/* Names and triples to numbers and back: against plain arrays. */
#include "tests/unit/unit.h"

#include "base/dict.h"
#include "tests/unit/random.h"

static uint32_t
add(struct dict *dict, struct slice name)
{
	struct fault fault = { 0 };
	uint32_t number;

	assert_int_equal(dict_add(dict, name, &number, &fault), 0);
	return number;
}

static struct dict
fresh(void)
{
	struct dict dict;
	struct fault fault = { 0 };

	assert_int_equal(dict_init(&dict, &fault), 0);
	return dict;
}

static void
test_empty_is_zero(void **state)
{
	struct dict dict = fresh();
	uint32_t number = 7;

	(void)state;
	assert_int_equal(dict.n, 1);
	assert_int_equal(add(&dict, slice_of("")), 0);
	assert_int_equal(add(&dict, (struct slice){ NULL, 0 }), 0);
	assert_true(dict_find(&dict, slice_of(""), &number));
	assert_int_equal(number, 0);
	dict_free(&dict);
	dict_free(&dict);
}

static void
test_bytes(void **state)
{
	static const struct slice names[] = { { "a", 1 }, { "a\0", 2 },
		{ "A", 1 }, { "\xff", 1 }, { "\xc3\x28", 2 }, { " a", 2 },
		{ "a\0b", 3 }, { "\x1b[2J", 4 } };
	struct dict dict = fresh();
	uint32_t number;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_int_equal(add(&dict, names[i]), i + 1);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		assert_int_equal(add(&dict, names[i]), i + 1);
		assert_true(slice_equal(dict.names[i + 1], names[i]));
	}
	assert_false(dict_find(&dict, slice_of("b"), &number));
	dict_free(&dict);
}

enum { NAMES = 50000 };

static struct slice
name_of(size_t i, char buf[32])
{
	(void)snprintf(buf, 32, "name-%zu", i);
	return slice_of(buf);
}

static void
test_many(void **state)
{
	struct dict dict = fresh();
	struct draw draw = { 5 };
	static uint32_t number[NAMES];
	char buf[32];

	(void)state;
	for (size_t i = 0; i < 5 * NAMES; i++) {
		size_t k = draw_below(&draw, NAMES);
		size_t before = dict.n;
		uint32_t got = add(&dict, name_of(k, buf));

		if (number[k] == 0) {
			assert_int_equal(got, before);
			number[k] = got;
		}
		assert_int_equal(got, number[k]);
		assert_slice(dict.names[got], buf);
	}
	dict_free(&dict);
}

static struct dict
seeded(uint64_t seed)
{
	struct dict dict;
	struct fault fault = { 0 };

	assert_int_equal(dict_init_seeded(&dict, seed, &fault), 0);
	return dict;
}

/* Looked up in steps, wrong guesses among them. */
static void
test_steps(void **state)
{
	struct dict dict = fresh(), plain = fresh();
	struct draw draw = { 7 };
	struct fault fault = { 0 };
	char buf[32];

	(void)state;
	for (size_t i = 0; i < 20000; i++) {
		struct slice name = name_of(draw_below(&draw, 3000), buf);
		uint64_t hash = dict_hash(&dict, name);
		uint32_t guess, number;

		dict_fetch_slot(&dict, hash);
		guess = dict_guess(&dict, hash);
		if (draw_below(&draw, 4) == 0)
			guess = (uint32_t)draw_below(&draw, dict.n);
		dict_fetch_name(&dict, guess);
		dict_fetch_bytes(&dict, guess);
		assert_int_equal(dict_add_guessed(&dict, name, hash, guess,
			&number, &fault), 0);
		assert_int_equal(number, add(&plain, name));
	}
	dict_free(&dict);
	dict_free(&plain);
}

static void
check_merge(struct dict one, struct dict two)
{
	struct fault fault = { 0 };
	uint32_t *map;
	char buf[32];

	for (size_t i = 0; i < 3000; i++)
		(void)add(&one, name_of(i * 2, buf));
	for (size_t i = 3000; i-- > 0;)
		(void)add(&two, name_of(i * 3, buf));
	assert_int_equal(dict_merge(&one, &two, &map, &fault), 0);
	assert_int_equal(map[0], 0);
	for (size_t i = 0; i < two.n; i++)
		assert_true(slice_equal(two.names[i], one.names[map[i]]));
	assert_int_equal(one.n, 1 + 3000 + 3000 - 1000);
	free(map);
	dict_free(&one);
	dict_free(&two);
}

static void
test_merge(void **state)
{
	struct dict none = fresh(), one = fresh();
	struct fault fault = { 0 };
	uint32_t *map;

	(void)state;
	check_merge(fresh(), fresh());
	check_merge(seeded(9), seeded(9));
	none.n = 0; /* as one that was given away */
	assert_int_equal(dict_merge(&one, &none, &map, &fault), 0);
	assert_int_equal(one.n, 1);
	free(map);
	dict_free(&none);
	dict_free(&one);
}

static void
test_sort(void **state)
{
	struct dict dict = fresh();
	struct slice before[500];
	struct fault fault = { 0 };
	uint32_t *map, number;
	char buf[32];

	(void)state;
	(void)add(&dict, slice_of("\xff"));
	(void)add(&dict, slice_of("b"));
	for (size_t i = 0; i < 400; i++)
		(void)add(&dict, name_of(i, buf));
	memcpy(before, dict.names, dict.n * sizeof(*before));
	assert_int_equal(dict_sort(&dict, &map, &fault), 0);
	assert_int_equal(map[0], 0);
	assert_int_equal(map[1], dict.n - 1);
	for (size_t i = 0; i < dict.n; i++) {
		assert_true(slice_equal(before[i], dict.names[map[i]]));
		assert_true(dict_find(&dict, before[i], &number));
		assert_int_equal(number, map[i]);
		if (i > 0)
			assert_true(slice_compare(dict.names[i - 1],
				dict.names[i]) < 0);
	}
	/* and goes on growing */
	for (size_t i = 400; i < 800; i++)
		assert_int_equal(add(&dict, name_of(i, buf)), i + 3);
	for (size_t i = 0; i < 403; i++)
		assert_int_equal(add(&dict, before[i]), map[i]);
	free(map);
	dict_free(&dict);
}

/* As by one thread, with and without a hash to begin with. */
static void
check_threads(unsigned threads, bool sorted)
{
	enum { LEN = 24 };
	static char bytes[NAMES][LEN];
	struct dict one = seeded(7), two = seeded(7);
	struct draw draw = { 31 };
	struct fault fault = { 0 };
	uint32_t *map, *order, number;
	size_t n;

	for (size_t i = 0; i < NAMES; i++) {
		int len = snprintf(bytes[i], LEN, "case %u/%u",
			(unsigned)draw_below(&draw, 10000),
			(unsigned)draw_below(&draw, 9));

		(void)add(i % 3 > 0 ? &one : &two,
			(struct slice){ bytes[i], (size_t)len });
	}
	if (sorted) {
		assert_int_equal(dict_sort_on(&two, threads, &order, &fault),
			0);
		free(order);
	}
	assert_int_equal(dict_merge_on(&one, &two, threads, &map, &fault), 0);
	for (size_t i = 0; i < two.n; i++)
		assert_true(slice_equal(two.names[i], one.names[map[i]]));
	assert_int_equal(dict_sort_on(&one, threads, &order, &fault), 0);
	for (size_t i = 0; i < two.n; i++) {
		assert_true(slice_equal(two.names[i],
			one.names[order[map[i]]]));
		assert_true(dict_find(&one, two.names[i], &number));
		assert_int_equal(number, order[map[i]]);
	}
	for (size_t i = 1; i < one.n; i++)
		assert_true(slice_compare(one.names[i - 1], one.names[i]) < 0);
	n = one.n;
	assert_int_equal(add(&one, slice_of("new")), n);
	free(map);
	free(order);
	dict_free(&one);
	dict_free(&two);
}

static void
test_threads(void **state)
{
	(void)state;
	for (unsigned threads = 1; threads <= 3; threads++) {
		check_threads(threads, false);
		check_threads(threads, true);
	}
}

/* What was cleared is as new. */
static void
test_clear(void **state)
{
	static const size_t rounds[] = { 3000, 2000, 10000, 5, 1, 3000, 100 };
	struct dict dict = { 0 };
	struct draw draw = { 9 };
	struct fault fault = { 0 };
	char buf[32];
	uint32_t number;

	(void)state;
	assert_int_equal(dict_clear(&dict, &fault), 0);
	for (size_t round = 0; round < ARRAY_LEN(rounds); round++) {
		size_t first = draw_below(&draw, 3000);

		for (size_t i = 0; i < rounds[round]; i++)
			assert_int_equal(add(&dict, name_of(first + i, buf)),
				i + 1);
		assert_false(dict_find(&dict, slice_of("name-x"), &number));
		assert_int_equal(dict_clear(&dict, &fault), 0);
		assert_int_equal(dict.n, 1);
		assert_true(dict_find(&dict, slice_of(""), &number));
		assert_int_equal(number, 0);
		assert_false(dict_find(&dict, name_of(first, buf), &number));
	}
	dict_free(&dict);
}

static void
test_triples(void **state)
{
	struct triples triples;
	struct fault fault = { 0 };
	struct draw draw = { 6 };
	struct triple before[1000];
	uint32_t number, *map;
	bool seen[1000] = { false };
	static uint32_t at[1000];

	(void)state;
	assert_int_equal(triples_init(&triples, &fault), 0);
	for (size_t i = 0; i < 20000; i++) {
		uint32_t k = (uint32_t)draw_below(&draw, 1000);
		struct triple item = { k / 100, k / 10 % 10, k % 10 };

		assert_int_equal(triples_add(&triples, item, &number, &fault),
			0);
		if (!seen[k])
			at[k] = (uint32_t)triples.n - 1;
		seen[k] = true;
		assert_int_equal(number, at[k]);
	}
	assert_int_equal(triples.n, 1000);
	memcpy(before, triples.items, sizeof(before));
	assert_int_equal(triples_sort(&triples, &map, &fault), 0);
	for (uint32_t i = 0; i < 1000; i++) {
		const struct triple *item = &triples.items[i];

		assert_int_equal(item->a * 100 + item->b * 10 + item->c, i);
		assert_memory_equal(&before[i], &triples.items[map[i]],
			sizeof(*item));
		assert_int_equal(triples_add(&triples, *item, &number, &fault),
			0);
		assert_int_equal(number, i);
	}
	free(map);
	triples_free(&triples);
	triples_free(&triples);
}

static void
test_no_triples(void **state)
{
	struct triples triples;
	struct fault fault = { 0 };
	uint32_t *map = NULL;

	(void)state;
	assert_int_equal(triples_init(&triples, &fault), 0);
	assert_int_equal(triples_sort(&triples, &map, &fault), 0);
	assert_non_null(map);
	free(map);
	triples_free(&triples);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty_is_zero),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_clear),
		cmocka_unit_test(test_triples),
		cmocka_unit_test(test_no_triples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
