/* SPDX-License-Identifier: Apache-2.0 */
#include "base/order.h"

#include <endian.h>
#include <stdatomic.h>

#include "base/memory.h"
#include "base/pool.h"

/* Below FEW, to count costs more than it saves. */
enum { FEW = 20, KEY_BYTES = 16, DIGIT_BITS = 12, DIGIT_BYTES = 3 };

/* Names of a part, unless more have their first digit in common; names that are
 * fetched before they are looked at. */
enum { PART_NAMES = 1 << 13, AHEAD = 8 };

/* Of all names, for each thread: none waits long for the last one. */
enum { CHUNKS_EACH = 4 };

static int
compare(const void *a, const void *b, void *ctx)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	const struct slice *names = ctx;
	int order = slice_compare(names[x], names[y]);

	return order != 0 ? order : (x > y) - (x < y);
}

/* But for empty ones: they come first whatever the others begin with. */
static size_t
common_prefix(const struct slice *names, uint32_t n)
{
	const struct slice *first = names;
	size_t len = SIZE_MAX;

	for (uint32_t i = 0; i < n && len > 0; i++) {
		size_t k = 0;

		if (names[i].len == 0)
			continue;
		if (len == SIZE_MAX)
			first = &names[i];
		if (names[i].len < len)
			len = names[i].len;
		while (k < len && names[i].at[k] == first->at[k])
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
	struct order_item item = { .number = i };
	const char *at;
	size_t len;

	if (names[i].len <= skip) /* it ends here, or is empty */
		return item;
	at = names[i].at + skip;
	len = names[i].len - skip;
	if (len > KEY_BYTES)
		len = KEY_BYTES;
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
digit_of(const struct digit *digit, const uint64_t *words)
{
	uint64_t key = words[digit->word], value = 0;

	for (size_t i = 0; i < DIGIT_BYTES; i++)
		value |= (key >> digit->shift[i] & digit->mask[i])
			<< digit->left[i];
	return (uint32_t)value;
}

/* Of about as many values as there are keys, by the bits in which they differ.
 * False: in none. */
static bool
find_digit(const uint64_t differ[2], uint32_t n, struct digit *ret)
{
	unsigned room = n < 1u << DIGIT_BITS ? 31 - (unsigned)__builtin_clz(n) :
					       DIGIT_BITS;
	size_t word = differ[0] == 0, found = 0;
	uint64_t bits = differ[word];

	*ret = (struct digit){ .word = word };
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

/* How many values a digit may have. */
static size_t
digit_values(const struct digit *digit)
{
	return (size_t)(digit->mask[0] + 1) << digit->left[0];
}

/* Counts become starts. */
static void
sum_up(uint32_t *counts, size_t n)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t count = counts[i];

		counts[i] = sum;
		sum += count;
	}
}

static __attribute__((noinline)) void
scatter(const struct digit *digit, const struct order_item *from,
	struct order_item *to, uint32_t n)
{
	uint32_t starts[1 << DIGIT_BITS];
	size_t values = digit_values(digit);

	memset(starts, 0, values * sizeof(*starts));
	for (uint32_t i = 0; i < n; i++)
		starts[digit_of(digit, from[i].key)]++;
	sum_up(starts, values);
	for (uint32_t i = 0; i < n; i++)
		to[starts[digit_of(digit, from[i].key)]++] = from[i];
}

/* Digit by digit, the first one first: what has one digit in common, by itself.
 * Each takes all by which keys differ in a byte, if not more, so that this goes
 * no deeper than keys have bytes. The items come to `to`, or stay. */
static void
sort_items(struct order_item *from, struct order_item *to, uint32_t n,
	bool stay)
{
	uint64_t differ[2] = { 0, 0 };
	struct digit digit;

	if (n <= FEW) {
		sort_few(from, stay ? from : to, n);
		return;
	}
	for (uint32_t i = 1; i < n; i++) {
		differ[0] |= from[i].key[0] ^ from[0].key[0];
		differ[1] |= from[i].key[1] ^ from[0].key[1];
	}
	if (!find_digit(differ, n, &digit)) {
		if (!stay)
			memcpy(to, from, n * sizeof(*to));
		return;
	}
	scatter(&digit, from, to, n);
	for (uint32_t i = 0; i < n;) {
		uint32_t start = i, value = digit_of(&digit, to[i].key);

		while (++i < n && digit_of(&digit, to[i].key) == value)
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

/* Many names are put in order part by part, so that what it takes of memory is
 * little and stays in the cache. */
struct parts {
	const struct slice *names;
	uint32_t n_names;
	size_t skip;     /* bytes with which all begin that are not empty */
	uint32_t *order; /* part by part, at first as they come */
	uint32_t ends[1 << DIGIT_BITS];
	size_t n;
	size_t largest;
	uint32_t most;   /* names in that one */
	struct order_item **items; /* for twice as many, of each thread */
	names_placed *placed;
	void *ctx;
	/* how they are made, of as many chunks of names: */
	size_t chunks;
	_Atomic uint64_t any, all; /* bits of first words that are not 0 */
	struct digit digit;        /* the first one */
	size_t values;             /* of the digit */
	uint32_t *starts; /* in `order`, chunk by chunk, of each value */
};

static int
part_task(void *ctx, unsigned worker, size_t task, struct fault *fault)
{
	const struct parts *parts = ctx;
	/* what takes longest goes first */
	size_t part = task == 0 ? parts->largest :
		task == parts->largest ? 0 :
					 task;
	uint32_t start = part > 0 ? parts->ends[part - 1] : 0;
	uint32_t n = parts->ends[part] - start;
	uint32_t *order = parts->order + start;
	struct order_item *items = parts->items[worker];

	if (items == NULL)
		items = memory_unset((size_t)parts->most * 2, sizeof(*items));
	if (items == NULL)
		return fault_memory(fault);
	parts->items[worker] = items;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t later = i + 2 * AHEAD < n ? i + 2 * AHEAD : i;
		uint32_t next = i + AHEAD < n ? i + AHEAD : i;

		__builtin_prefetch(&parts->names[order[later]]);
		__builtin_prefetch(parts->names[order[next]].at);
		items[i] = item_of(parts->names, order[i], parts->skip);
	}
	(void)items_order(items, items + parts->most, n);
	for (uint32_t i = 0; i < n; i++)
		order[i] = items[i].number;
	order_ties(items, parts->names, n, order);
	if (parts->placed != NULL)
		parts->placed(parts->ctx, parts->order, start, start + n);
	return 0;
}

static uint64_t
first_word(const struct parts *parts, uint32_t i)
{
	return item_of(parts->names, i, parts->skip).key[0];
}

static uint32_t
first_digit(const struct parts *parts, uint32_t i)
{
	const uint64_t words[2] = { first_word(parts, i), 0 };

	return digit_of(&parts->digit, words);
}

static uint32_t
chunk_start(const struct parts *parts, size_t chunk)
{
	return (uint32_t)((uint64_t)parts->n_names * chunk / parts->chunks);
}

/* What is empty differs in all bits, but is before all others anyway. */
static int
look_task(void *ctx, unsigned worker, size_t task, struct fault *fault)
{
	struct parts *parts = ctx;
	uint32_t end = chunk_start(parts, task + 1);
	uint64_t any = 0, all = UINT64_MAX;

	(void)worker;
	(void)fault;
	for (uint32_t i = chunk_start(parts, task); i < end; i++) {
		uint64_t word = first_word(parts, i);

		any |= word;
		all &= parts->names[i].len > 0 ? word : UINT64_MAX;
	}
	atomic_fetch_or(&parts->any, any);
	atomic_fetch_and(&parts->all, all);
	return 0;
}

static int
count_task(void *ctx, unsigned worker, size_t task, struct fault *fault)
{
	struct parts *parts = ctx;
	uint32_t end = chunk_start(parts, task + 1);
	uint32_t *counts = parts->starts + task * parts->values;

	(void)worker;
	(void)fault;
	for (uint32_t i = chunk_start(parts, task); i < end; i++)
		counts[first_digit(parts, i)]++;
	return 0;
}

static int
place_task(void *ctx, unsigned worker, size_t task, struct fault *fault)
{
	struct parts *parts = ctx;
	uint32_t end = chunk_start(parts, task + 1);
	uint32_t *starts = parts->starts + task * parts->values;

	(void)worker;
	(void)fault;
	for (uint32_t i = chunk_start(parts, task); i < end; i++)
		parts->order[starts[first_digit(parts, i)]++] = i;
	return 0;
}

/* Value by value, chunk by chunk. */
static void
sum_chunks(struct parts *parts)
{
	uint32_t sum = 0;

	for (size_t d = 0; d < parts->values; d++) {
		for (size_t k = 0; k < parts->chunks; k++) {
			uint32_t *start = &parts->starts[k * parts->values + d];
			uint32_t count = *start;

			*start = sum;
			sum += count;
		}
	}
}

/* One for each value of the first digit, or for several in a row that have few
 * names; these end where the last chunk's do. */
static void
close_parts(struct parts *parts)
{
	const uint32_t *ends = parts->starts +
		(parts->chunks - 1) * parts->values;
	uint32_t start = 0;

	parts->n = parts->most = 0;
	for (size_t d = 0; d < parts->values; d++) {
		bool last = d + 1 == parts->values;

		if (!last && ends[d + 1] - start <= PART_NAMES)
			continue;
		if (ends[d] == start)
			continue;
		if (ends[d] - start > parts->most) {
			parts->most = ends[d] - start;
			parts->largest = parts->n;
		}
		parts->ends[parts->n++] = ends[d];
		start = ends[d];
	}
}

static int
make_parts(struct parts *parts, unsigned threads, struct fault *fault)
{
	uint64_t differ[2] = { 0, 0 };
	int result;

	parts->chunks = threads > 1 ? threads * CHUNKS_EACH : 1;
	atomic_init(&parts->any, 0);
	atomic_init(&parts->all, UINT64_MAX);
	if (pool_run(threads, parts->chunks, look_task, parts, fault) != 0)
		return -1;
	differ[0] = atomic_load(&parts->any) & ~atomic_load(&parts->all);
	(void)find_digit(differ, parts->n_names, &parts->digit);
	parts->values = digit_values(&parts->digit);
	parts->starts = memory_array(parts->chunks * parts->values,
		sizeof(*parts->starts));
	if (parts->starts == NULL)
		return fault_memory(fault);
	result = pool_run(threads, parts->chunks, count_task, parts, fault);
	sum_chunks(parts);
	if (result == 0)
		result = pool_run(threads, parts->chunks, place_task, parts,
			fault);
	if (result == 0)
		close_parts(parts);
	free(parts->starts);
	return result;
}

int
names_order_on(const struct slice *names, uint32_t n, unsigned threads,
	uint32_t *ret_order, names_placed *placed, void *ctx,
	struct fault *fault)
{
	struct parts parts = { .names = names, .n_names = n,
		.order = ret_order, .n = 1, .placed = placed, .ctx = ctx };
	int result = 0;

	if (threads < 1)
		threads = 1;
	if (n == 0)
		return 0;
	parts.items = memory_array(threads, sizeof(*parts.items));
	if (parts.items == NULL)
		return fault_memory(fault);
	parts.skip = common_prefix(names, n);
	parts.most = parts.ends[0] = n;
	for (uint32_t i = 0; i < n && n <= PART_NAMES; i++)
		ret_order[i] = i;
	if (n > PART_NAMES)
		result = make_parts(&parts, threads, fault);
	if (result == 0)
		result = pool_run(threads, parts.n, part_task, &parts, fault);
	for (unsigned i = 0; i < threads; i++)
		free(parts.items[i]);
	free(parts.items);
	return result;
}

int
names_order(const struct slice *names, uint32_t n, uint32_t *ret_order,
	struct fault *fault)
{
	return names_order_on(names, n, 1, ret_order, NULL, NULL, fault);
}
