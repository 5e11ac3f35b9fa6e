/* SPDX-License-Identifier: Apache-2.0 */
/* The order of names, against comparing them all. */
#include "tests/unit/unit.h"

#include "base/order.h"
#include "tests/unit/random.h"

enum { NAMES = 40000, TEXT = 48 };

static const struct slice *compared;

static int
compare_plainly(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	int order = slice_compare(compared[x], compared[y]);

	return order != 0 ? order : (x > y) - (x < y);
}

static void
check_order(const struct slice *names, uint32_t n)
{
	static uint32_t order[NAMES], plain[NAMES];
	struct fault fault = { 0 };

	for (uint32_t i = 0; i < n; i++)
		plain[i] = i;
	compared = names;
	qsort(plain, n, sizeof(*plain), compare_plainly);
	for (unsigned threads = 1; threads <= 3; threads += 2) {
		assert_int_equal(names_order_on(names, n, threads, order,
			NULL, NULL, &fault), 0);
		assert_memory_equal(order, plain, n * sizeof(*order));
	}
}

/* Of `letters` letters, NUL the first of them, behind `prefix` equal ones. */
static void
draw_names(struct draw *draw, struct slice *names, uint32_t n, size_t prefix,
	size_t longest, size_t letters)
{
	static char bytes[NAMES][TEXT];

	for (uint32_t i = 0; i < n; i++) {
		size_t len = prefix + draw_below(draw, longest + 1);

		for (size_t k = 0; k < len; k++)
			bytes[i][k] = k < prefix ? 'p' :
				letters == 256 ?
					   (char)draw_below(draw, 256) :
					   (char)(draw_below(draw, letters) *
						   50);
		names[i] = (struct slice){ bytes[i], len };
	}
}

static void
test_order(void **state)
{
	static const uint32_t sizes[] = { 1, 2, 20, 21, 255, 257, 8193, NAMES };
	static const size_t letters[] = { 1, 2, 5, 256 };
	static struct slice names[NAMES];
	struct draw draw = { 22 };

	(void)state;
	check_order(names, 0);
	for (size_t s = 0; s < ARRAY_LEN(sizes); s++)
		for (size_t l = 0; l < ARRAY_LEN(letters); l++)
			for (size_t prefix = 0; prefix < 20; prefix += 9) {
				draw_names(&draw, names, sizes[s], prefix, 5,
					letters[l]);
				check_order(names, sizes[s]);
				draw_names(&draw, names, sizes[s], prefix, 28,
					letters[l]);
				check_order(names, sizes[s]);
				/* empty ones have no prefix */
				for (uint32_t i = 0; i < sizes[s]; i += 3)
					names[i].len = 0;
				check_order(names, sizes[s]);
			}
}

/* As cases are named: many of one unit, and what differs stands elsewhere in
 * those of the next. */
static void
test_clusters(void **state)
{
	static char bytes[NAMES][TEXT];
	static struct slice names[NAMES];
	struct draw draw = { 24 };

	(void)state;
	for (uint32_t i = 0; i < NAMES; i++) {
		int len = snprintf(bytes[i], TEXT, "%.*s%u-%u/%u",
			(int)draw_below(&draw, 12), "BOGURASYLHET",
			(unsigned)draw_below(&draw, 3),
			(unsigned)draw_below(&draw, 3000),
			(unsigned)draw_below(&draw, 4) + 21);

		names[i] = (struct slice){ bytes[i], (size_t)len };
	}
	check_order(names, NAMES);
}

static int
compare_keys(const void *a, const void *b)
{
	const struct order_item *x = a, *y = b;

	for (size_t word = 0; word < 2; word++) {
		if (x->key[word] != y->key[word])
			return x->key[word] < y->key[word] ? -1 : 1;
	}
	return (x->number > y->number) - (x->number < y->number);
}

static void
test_items(void **state)
{
	static const uint32_t sizes[] = { 0, 1, 2, 100, 255, 256, 5000 };
	static struct order_item items[2 * NAMES], plain[NAMES];
	struct draw draw = { 23 };

	(void)state;
	for (size_t s = 0; s < ARRAY_LEN(sizes); s++)
		for (unsigned shift = 0; shift < 64; shift += 21) {
			const struct order_item *sorted;
			uint32_t n = sizes[s];

			for (uint32_t i = 0; i < n; i++)
				items[i] = plain[i] = (struct order_item){
					{ draw_below(&draw, 40) << shift,
						draw_below(&draw, 3000) }, i };
			sorted = items_order(items, items + n, n);
			qsort(plain, n, sizeof(*plain), compare_keys);
			for (uint32_t i = 0; i < n; i++)
				assert_int_equal(
					compare_keys(&sorted[i], &plain[i]),
					0);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_clusters),
		cmocka_unit_test(test_items),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
