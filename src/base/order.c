/* SPDX-License-Identifier: Apache-2.0 */
#include "base/order.h"

#include <endian.h>

#include "base/memory.h"

/* Below FEW, to count costs more than it saves. */
enum { FEW = 20, KEY_BYTES = 16, DIGIT_BITS = 12, DIGIT_BYTES = 3 };

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

/* Up to eight bytes as a number that orders as they do; where they end there
 * are zeroes. */
static uint64_t
word_of(const char *at, size_t len)
{
	uint64_t word = 0;

	if (len >= 8)
		return be64toh(bytes_u64(at));
	if (len >= 4)
		return (uint64_t)be32toh(bytes_u32(at)) << 32 |
			(uint64_t)be32toh(bytes_u32(at + len - 4))
			<< 8 * (8 - len);
	for (size_t i = 0; i < len; i++)
		word |= (uint64_t)(unsigned char)at[i] << (56 - 8 * i);
	return word;
}

/* Sixteen bytes of a name, behind what all names begin with. */
static struct order_item
item_of(const struct slice *names, uint32_t i, size_t skip)
{
	const char *at = names[i].at + skip;
	size_t len = names[i].len - skip;
	struct order_item item = { .number = i };

	if (len > KEY_BYTES)
		len = KEY_BYTES;
	if (len > 0)
		item.key[0] = word_of(at, len);
	if (len > 8) /* eight bytes again, less those of the first word */
		item.key[1] = be64toh(bytes_u64(at + len - 8))
			<< 8 * (KEY_BYTES - len);
	return item;
}

static inline bool
is_before(const struct order_item *a, const struct order_item *b)
{
	return a->key[0] != b->key[0] ? a->key[0] < b->key[0] :
					a->key[1] < b->key[1];
}

/* To where they came from, or elsewhere. */
static void
sort_few(const struct order_item *from, struct order_item *to, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct order_item item = from[i];
		uint32_t k = i;

		for (; k > 0 && is_before(&item, &to[k - 1]); k--)
			to[k] = to[k - 1];
		to[k] = item;
	}
}

/* A digit is made of the first bits of a key by which many differ. Text differs
 * in a few bits of each byte, so that they are taken from several. */
struct digit {
	size_t word;
	unsigned shift[DIGIT_BYTES], left[DIGIT_BYTES];
	uint64_t mask[DIGIT_BYTES];
};

static inline uint32_t
digit_of(const struct digit *digit, const struct order_item *item)
{
	uint64_t key = item->key[digit->word], value = 0;

	for (size_t i = 0; i < DIGIT_BYTES; i++)
		value |= (key >> digit->shift[i] & digit->mask[i])
			<< digit->left[i];
	return (uint32_t)value;
}

/* Of about as many values as there are keys. False: they are all the same. */
static bool
find_digit(const struct order_item *items, uint32_t n, struct digit *ret)
{
	unsigned room = n < 1u << DIGIT_BITS ? 31 - (unsigned)__builtin_clz(n) :
					       DIGIT_BITS;
	uint64_t differ[2] = { 0, 0 }, bits;
	size_t found = 0;

	for (uint32_t i = 1; i < n; i++) {
		differ[0] |= items[i].key[0] ^ items[0].key[0];
		differ[1] |= items[i].key[1] ^ items[0].key[1];
	}
	*ret = (struct digit){ .word = differ[0] == 0 };
	bits = differ[ret->word];
	if (room < 8)
		room = 8;
	while (bits != 0 && room > 0 && found < DIGIT_BYTES) {
		unsigned high = 63 - (unsigned)__builtin_clzll(bits);
		uint64_t byte = (uint64_t)0xff << (high & ~7u);
		unsigned low = (unsigned)__builtin_ctzll(bits & byte);
		unsigned width = high - low + 1;

		if (width > room)
			width = room;
		room -= width;
		ret->shift[found] = high + 1 - width;
		ret->left[found] = room;
		ret->mask[found++] = ((uint64_t)1 << width) - 1;
		bits &= ~byte;
	}
	for (size_t i = 0; i < found; i++)
		ret->left[i] -= room;
	return found > 0;
}

static __attribute__((noinline)) void
scatter(const struct digit *digit, const struct order_item *from,
	struct order_item *to, uint32_t n)
{
	uint32_t starts[1 << DIGIT_BITS], sum = 0;
	size_t values = (size_t)1 << (digit->left[0] +
				   (unsigned)__builtin_popcountll(
					   digit->mask[0]));

	memset(starts, 0, values * sizeof(*starts));
	for (uint32_t i = 0; i < n; i++)
		starts[digit_of(digit, &from[i])]++;
	for (size_t d = 0; d < values; d++) {
		uint32_t count = starts[d];

		starts[d] = sum;
		sum += count;
	}
	for (uint32_t i = 0; i < n; i++)
		to[starts[digit_of(digit, &from[i])]++] = from[i];
}

/* Digit by digit, the first one first: what has one digit in common, by itself.
 * Each takes all by which keys differ in a byte, if not more, so that this goes
 * no deeper than keys have bytes. The items come to `to`, or stay. */
static void
sort_items(struct order_item *from, struct order_item *to, uint32_t n,
	bool stay)
{
	struct digit digit;

	if (n <= FEW) {
		sort_few(from, stay ? from : to, n);
		return;
	}
	if (!find_digit(from, n, &digit)) {
		if (!stay)
			memcpy(to, from, n * sizeof(*to));
		return;
	}
	scatter(&digit, from, to, n);
	for (uint32_t i = 0; i < n;) {
		uint32_t start = i, value = digit_of(&digit, &to[i]);

		while (++i < n && digit_of(&digit, &to[i]) == value)
			;
		sort_items(to + start, from + start, i - start, !stay);
	}
}

struct order_item *
items_order(struct order_item *items, struct order_item *spare, uint32_t n)
{
	sort_items(items, spare, n, true);
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
	struct order_item *items;
	size_t skip;

	if (n == 0)
		return 0;
	items = reallocarray(NULL, (size_t)n * 2, sizeof(*items));
	if (items == NULL)
		return fault_memory(fault);
	skip = common_prefix(names, n);
	for (uint32_t i = 0; i < n; i++)
		items[i] = item_of(names, i, skip);
	(void)items_order(items, items + n, n);
	for (uint32_t i = 0; i < n; i++)
		ret_order[i] = items[i].number;
	order_ties(items, names, n, ret_order);
	free(items);
	return 0;
}
