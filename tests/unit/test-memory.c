/* SPDX-License-Identifier: Apache-2.0 */
/* Arrays stop at their ceiling; an arena's memory stays where it is. */
#include "tests/unit/unit.h"

#include "base/memory.h"
#include "tests/unit/random.h"

/* Under AddressSanitizer what cannot be had is NULL, as without it. */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static void
test_array(void **state)
{
	unsigned char *at = memory_array(100, 3);

	(void)state;
	assert_non_null(at);
	for (size_t i = 0; i < 300; i++)
		assert_int_equal(at[i], 0);
	free(at);
	at = memory_array(0, 8);
	assert_non_null(at);
	free(at);
	assert_null(memory_array(SIZE_MAX / 2, 3));
}

static void
test_grow(void **state)
{
	uint32_t *data = NULL;
	size_t cap = 0;
	struct fault fault = { 0 };

	(void)state;
	for (size_t n = 1; n <= 1000; n++) {
		assert_int_equal(memory_grow((void **)&data, &cap, n,
			sizeof(*data), 1000, "things", &fault), 0);
		assert_in_range(cap, n, 1000);
		data[n - 1] = (uint32_t)n;
	}
	for (size_t n = 1; n <= 1000; n++)
		assert_int_equal(data[n - 1], n);
	assert_int_equal(memory_grow((void **)&data, &cap, 1001,
		sizeof(*data), 1000, "things", &fault), -1);
	assert_int_equal(fault.code, FAULT_LIMIT);
	assert_string_equal(fault.text, "more than 1000 things");
	assert_int_equal(cap, 1000);
	assert_int_equal(data[999], 1000);
	free(data);
}

/* Never beyond the ceiling, however low it is. */
static void
test_low_ceiling(void **state)
{
	char *data = NULL;
	size_t cap = 0;
	struct fault fault = { 0 };

	(void)state;
	assert_int_equal(memory_grow((void **)&data, &cap, 3, 1, 5, "things",
		&fault), 0);
	assert_in_range(cap, 3, 5);
	assert_int_equal(memory_grow((void **)&data, &cap, 6, 1, 5, "things",
		&fault), -1);
	assert_int_equal(fault.code, FAULT_LIMIT);
	free(data);
}

/* What cannot be had leaves the array as it was. */
static void
test_grow_fails(void **state)
{
	char *data = NULL, *before;
	size_t cap = 0;
	struct fault fault = { 0 };

	(void)state;
	assert_int_equal(memory_grow((void **)&data, &cap, 1, 1, SIZE_MAX,
		"bytes", &fault), 0);
	before = data;
	data[0] = 'x';
	assert_int_equal(memory_grow((void **)&data, &cap, SIZE_MAX / 4, 8,
		SIZE_MAX, "bytes", &fault), -1);
	assert_int_equal(fault.code, FAULT_MEMORY);
	assert_ptr_equal(data, before);
	assert_int_equal(cap, 16);
	assert_int_equal(data[0], 'x');
	free(data);
}

static void
test_arena(void **state)
{
	enum { N = 3000 };
	struct arena arena = { 0 };
	struct draw draw = { 2 };
	static unsigned char *at[N];
	static size_t len[N];
	size_t sum = 0;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		len[i] = draw_below(&draw, i % 100 == 0 ? 100000 : 200);
		at[i] = arena_alloc(&arena, len[i]);
		assert_non_null(at[i]);
		assert_int_equal((uintptr_t)at[i] % 8, 0);
		memset(at[i], (int)(i & 0xff), len[i]);
		sum += len[i];
	}
	for (size_t i = 0; i < N; i++)
		for (size_t k = 0; k < len[i]; k++)
			assert_int_equal(at[i][k], i & 0xff);
	assert_true(arena.total >= sum);
	assert_null(arena_alloc(&arena, SIZE_MAX / 2));
	assert_null(arena_alloc(&arena, SIZE_MAX));
	arena_free(&arena);
	assert_null(arena.last);
	assert_int_equal(arena.total, 0);
	arena_free(&arena);
}

/* Larger than any block, before and after small ones. */
static void
test_arena_large(void **state)
{
	struct arena arena = { 0 };
	char *small = arena_alloc(&arena, 10), *large, *after;

	(void)state;
	assert_non_null(small);
	memset(small, 's', 10);
	large = arena_alloc(&arena, 5 << 20);
	assert_non_null(large);
	memset(large, 'l', 5 << 20);
	after = arena_alloc(&arena, 10);
	assert_non_null(after);
	memset(after, 'a', 10);
	assert_int_equal(small[9], 's');
	assert_int_equal(large[(5 << 20) - 1], 'l');
	arena_free(&arena);
}

static void
test_arena_copy(void **state)
{
	struct arena arena = { 0 };
	char *copy = arena_copy(&arena, LITERAL("a\0b"));

	(void)state;
	assert_memory_equal(copy, "a\0b", 4);
	copy = arena_copy(&arena, (struct slice){ NULL, 0 });
	assert_string_equal(copy, "");
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_array),
		cmocka_unit_test(test_grow),
		cmocka_unit_test(test_low_ceiling),
		cmocka_unit_test(test_grow_fails),
		cmocka_unit_test(test_arena),
		cmocka_unit_test(test_arena_large),
		cmocka_unit_test(test_arena_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
