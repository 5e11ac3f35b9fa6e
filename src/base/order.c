/* SPDX-License-Identifier: Apache-2.0 */
#include "base/order.h"

#include <endian.h>

#include "base/memory.h"

/* Below this the counting of radix passes costs more than it saves. */
enum { RADIX_MIN = 256, KEY_BYTES = 16 };

static int
compare(const void *a, const void *b, void *ctx)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	const struct slice *names = ctx;
	int order = slice_compare(names[x], names[y]);

	return order != 0 ? order : (x > y) - (x < y);
}

static size_t
common_prefix(const struct slice *names, uint32_t n)
{
	size_t len = names[0].len;

	for (uint32_t i = 1; i < n && len > 0; i++) {
		size_t k = 0;

		if (names[i].len < len)
			len = names[i].len;
		while (k < len && names[i].at[k] == names[0].at[k])
			k++;
		len = k;
	}
	return len;
}

/* Sixteen bytes of a name, behind what all names begin with, as two numbers
 * that order as the bytes do; where it ends there are zeroes. */
static struct order_item
item_of(const struct slice *names, uint32_t i, size_t skip)
{
	struct order_item item = { .number = i };
	size_t len = names[i].len - skip;

	if (len > KEY_BYTES)
		len = KEY_BYTES;
	if (len > 0)
		memcpy(item.key, names[i].at + skip, len);
	item.key[0] = be64toh(item.key[0]);
	item.key[1] = be64toh(item.key[1]);
	return item;
}

static void
radix_pass(const struct order_item *from, struct order_item *to, uint32_t n,
	size_t word, unsigned shift)
{
	uint32_t starts[256] = { 0 }, sum = 0;

	for (uint32_t i = 0; i < n; i++)
		starts[from[i].key[word] >> shift & 0xff]++;
	for (size_t d = 0; d < ARRAY_LEN(starts); d++) {
		uint32_t count = starts[d];

		starts[d] = sum;
		sum += count;
	}
	for (uint32_t i = 0; i < n; i++)
		to[starts[from[i].key[word] >> shift & 0xff]++] = from[i];
}

/* By their keys, the last byte first; bytes that are all the same are left
 * out. Returns which of the two has them. */
static struct order_item *
radix_sort(struct order_item *items, struct order_item *spare, uint32_t n)
{
	uint64_t differ[2] = { 0, 0 };

	for (uint32_t i = 1; i < n; i++) {
		differ[0] |= items[i].key[0] ^ items[0].key[0];
		differ[1] |= items[i].key[1] ^ items[0].key[1];
	}
	for (size_t word = 2; word-- > 0;) {
		for (unsigned shift = 0; shift < 64; shift += 8) {
			struct order_item *swap = items;

			if ((differ[word] >> shift & 0xff) == 0)
				continue;
			radix_pass(items, spare, n, word, shift);
			items = spare;
			spare = swap;
		}
	}
	return items;
}

static int
compare_items(const void *a, const void *b)
{
	const struct order_item *x = a, *y = b;

	for (size_t word = 0; word < 2; word++) {
		if (x->key[word] != y->key[word])
			return x->key[word] < y->key[word] ? -1 : 1;
	}
	return (x->number > y->number) - (x->number < y->number);
}

struct order_item *
items_order(struct order_item *items, struct order_item *spare, uint32_t n)
{
	if (n >= RADIX_MIN)
		return radix_sort(items, spare, n);
	if (n > 1)
		qsort(items, n, sizeof(*items), compare_items);
	return items;
}

/* Names of one key are told apart by all their bytes. */
static void
order_ties(const struct order_item *items, const struct slice *names,
	uint32_t n, uint32_t *order)
{
	for (uint32_t i = 0; i < n;) {
		uint32_t start = i++;

		while (i < n && items[i].key[0] == items[start].key[0] &&
			items[i].key[1] == items[start].key[1])
			i++;
		if (i - start > 1)
			qsort_r(order + start, i - start, sizeof(*order),
				compare, (void *)(uintptr_t)names);
	}
}

int
names_order(const struct slice *names, uint32_t n, uint32_t *ret_order,
	struct fault *fault)
{
	struct order_item *items, *sorted;
	size_t skip;

	for (uint32_t i = 0; i < n; i++)
		ret_order[i] = i;
	if (n < RADIX_MIN) {
		if (n > 1)
			qsort_r(ret_order, n, sizeof(*ret_order), compare,
				(void *)(uintptr_t)names);
		return 0;
	}
	items = memory_array((size_t)n * 2, sizeof(*items));
	if (items == NULL)
		return fault_memory(fault);
	skip = common_prefix(names, n);
	for (uint32_t i = 0; i < n; i++)
		items[i] = item_of(names, i, skip);
	sorted = radix_sort(items, items + n, n);
	for (uint32_t i = 0; i < n; i++)
		ret_order[i] = sorted[i].number;
	order_ties(sorted, names, n, ret_order);
	free(items);
	return 0;
}
