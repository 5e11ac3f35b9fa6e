/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/ledger.h"

#include "base/dict.h"
#include "base/memory.h"
#include "base/order.h"

enum { SLOTS_FIRST = 64 };

int
ledger_init(struct ledger *ledger, size_t width, struct fault *fault)
{
	*ledger = (struct ledger){ .width = width, .seed = dict_seed() };
	ledger->slots = memory_slots(SLOTS_FIRST, sizeof(*ledger->slots));
	if (ledger->slots == NULL)
		return fault_memory(fault);
	ledger->mask = SLOTS_FIRST - 1;
	return 0;
}

int
ledger_init_ordered(struct ledger *ledger, size_t width, size_t n,
	struct fault *fault)
{
	*ledger = (struct ledger){ .width = width, .seed = dict_seed(),
		.n = n, .keys_cap = n, .counts_cap = n * width };
	ledger->keys = malloc((n + 1) * sizeof(*ledger->keys));
	ledger->counts = malloc((n * width + 1) * sizeof(*ledger->counts));
	if (ledger->keys != NULL && ledger->counts != NULL)
		return 0;
	ledger_free(ledger);
	return fault_memory(fault);
}

void
ledger_free(struct ledger *ledger)
{
	free(ledger->keys);
	free(ledger->counts);
	free(ledger->slots);
	*ledger = (struct ledger){ 0 };
}

/* Random odd factors: nobody can tell which keys collide. */
static inline size_t
hash_of(const struct ledger *ledger, const struct ledger_key *key)
{
	uint64_t hash = ((uint64_t)key->a << 32 | key->b) * (ledger->seed | 1) +
		((uint64_t)key->c << 32 | key->d) *
			(ledger->seed * 0x9e3779b97f4a7c15u | 1);

	return hash >> 32;
}

static size_t
slot_of(const struct ledger *ledger, const uint32_t *slots, size_t mask,
	const struct ledger_key *key)
{
	size_t at = hash_of(ledger, key) & mask;

	for (; slots[at] != 0; at = (at + 1) & mask) {
		const struct ledger_key *found = &ledger->keys[slots[at] - 1];

		if (found->a == key->a && found->b == key->b &&
			found->c == key->c && found->d == key->d)
			break;
	}
	return at;
}

static int
rehash(struct ledger *ledger, size_t size, struct fault *fault)
{
	uint32_t *slots = memory_slots(size, sizeof(*slots));

	if (slots == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < ledger->n; i++)
		slots[slot_of(ledger, slots, size - 1, &ledger->keys[i])] =
			(uint32_t)i + 1;
	free(ledger->slots);
	ledger->slots = slots;
	ledger->mask = size - 1;
	return 0;
}

int
ledger_reserve(struct ledger *ledger, size_t n, struct fault *fault)
{
	return memory_grow((void **)&ledger->keys, &ledger->keys_cap,
		       ledger->n + n, sizeof(*ledger->keys), DICT_MAX,
		       "tallies", fault) != 0 ||
			memory_grow((void **)&ledger->counts,
				&ledger->counts_cap,
				(ledger->n + n) * ledger->width,
				sizeof(*ledger->counts),
				(size_t)DICT_MAX * ledger->width, "tallies",
				fault) != 0 ?
		-1 :
		0;
}

/* Slots for the cells of an ordered ledger. */
static int
make_slots(struct ledger *ledger, struct fault *fault)
{
	size_t size = SLOTS_FIRST;

	while (size < (ledger->n + 1) * 2)
		size *= 2;
	return rehash(ledger, size, fault);
}

int
ledger_at(struct ledger *ledger, struct ledger_key key, uint64_t **ret,
	struct fault *fault)
{
	size_t at, width = ledger->width;

	if (ledger->slots == NULL && make_slots(ledger, fault) != 0)
		return -1;
	at = slot_of(ledger, ledger->slots, ledger->mask, &key);
	if (ledger->slots[at] != 0) {
		*ret = ledger->counts + (ledger->slots[at] - 1) * width;
		return 0;
	}
	if (ledger_reserve(ledger, 1, fault) != 0)
		return -1;
	if ((ledger->n + 1) * 2 > ledger->mask) {
		if (rehash(ledger, (ledger->mask + 1) * 2, fault) != 0)
			return -1;
		at = slot_of(ledger, ledger->slots, ledger->mask, &key);
	}
	ledger->keys[ledger->n] = key;
	*ret = ledger->counts + ledger->n * width;
	memset(*ret, 0, width * sizeof(**ret));
	ledger->slots[at] = (uint32_t)++ledger->n;
	return 0;
}

void
ledger_fetch_slot(const struct ledger *ledger, struct ledger_key key)
{
	if (ledger->slots != NULL)
		__builtin_prefetch(&ledger->slots[hash_of(ledger, &key) &
			ledger->mask]);
}

void
ledger_fetch_cell(const struct ledger *ledger, struct ledger_key key)
{
	uint32_t number;

	if (ledger->slots == NULL)
		return;
	number = ledger->slots[hash_of(ledger, &key) & ledger->mask];
	if (number == 0)
		return;
	__builtin_prefetch(&ledger->keys[number - 1]);
	__builtin_prefetch(ledger_counts(ledger, number - 1), 1);
}

static int
compare_keys(const struct ledger_key *x, const struct ledger_key *y)
{
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	if (x->b != y->b)
		return x->b < y->b ? -1 : 1;
	if (x->c != y->c)
		return x->c < y->c ? -1 : 1;
	return (x->d > y->d) - (x->d < y->d);
}

/* In an ordered ledger. */
static const uint64_t *
search(const struct ledger *ledger, const struct ledger_key *key)
{
	size_t low = 0, high = ledger->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_keys(&ledger->keys[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < ledger->n && compare_keys(&ledger->keys[low], key) == 0 ?
		ledger_counts(ledger, low) :
		NULL;
}

const uint64_t *
ledger_find(const struct ledger *ledger, struct ledger_key key)
{
	size_t at;

	if (ledger->n == 0)
		return NULL;
	if (ledger->slots == NULL)
		return search(ledger, &key);
	at = slot_of(ledger, ledger->slots, ledger->mask, &key);
	return ledger->slots[at] == 0 ?
		NULL :
		ledger_counts(ledger, ledger->slots[at] - 1);
}

int
ledger_join(struct ledger *into, const struct ledger *from,
	struct fault *fault)
{
	for (size_t i = 0; i < from->n; i++) {
		const uint64_t *counts = ledger_counts(from, i);
		uint64_t *sums;

		if (ledger_at(into, from->keys[i], &sums, fault) != 0)
			return -1;
		for (size_t k = 0; k < into->width; k++)
			sums[k] += counts[k];
	}
	return 0;
}

static struct order_item
item_of(const struct ledger *ledger, size_t i)
{
	const struct ledger_key *key = &ledger->keys[i];

	return (struct order_item){ { (uint64_t)key->a << 32 | key->b,
		(uint64_t)key->c << 32 | key->d }, (uint32_t)i };
}

int
ledger_sort(struct ledger *ledger, struct fault *fault)
{
	size_t n = ledger->n, width = ledger->width;
	struct order_item *items = memory_array(n, 2 * sizeof(*items)), *sorted;
	struct ledger_key *keys = memory_array(n, sizeof(*keys));
	uint64_t *counts = memory_array(n * width, sizeof(*counts));
	int result = -1;

	if (items == NULL || keys == NULL || counts == NULL) {
		fault_memory(fault);
		goto out;
	}
	for (size_t i = 0; i < n; i++)
		items[i] = item_of(ledger, i);
	sorted = items_order(items, items + n, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		keys[i] = ledger->keys[sorted[i].number];
		memcpy(counts + i * width,
			ledger_counts(ledger, sorted[i].number),
			width * sizeof(*counts));
	}
	free(ledger->keys);
	free(ledger->counts);
	ledger->keys = keys;
	ledger->counts = counts;
	ledger->keys_cap = n;
	ledger->counts_cap = n * width;
	keys = NULL;
	counts = NULL;
	free(ledger->slots);
	ledger->slots = NULL;
	result = 0;
out:
	free(items);
	free(keys);
	free(counts);
	return result;
}

/* The first cell whose key's a is not below this. */
static size_t
lower_bound(const struct ledger *ledger, uint64_t a)
{
	size_t low = 0, high = ledger->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ledger->keys[middle].a < a)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t
ledger_range(const struct ledger *ledger, uint32_t a, size_t *ret_start)
{
	*ret_start = lower_bound(ledger, a);
	return lower_bound(ledger, (uint64_t)a + 1);
}
