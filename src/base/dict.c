/* SPDX-License-Identifier: Apache-2.0 */
#include "base/dict.h"

#include <sys/random.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/order.h"

enum { SLOTS_FIRST = 64 };

uint64_t
dict_seed(void)
{
	uint64_t seed = 0;

	/* Without entropy a fixed seed: results do not depend on it. */
	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) !=
		(ssize_t)sizeof(seed))
		seed = 0x9e3779b97f4a7c15u;
	return seed;
}

int
dict_init(struct dict *dict, struct fault *fault)
{
	return dict_init_seeded(dict, dict_seed(), fault);
}

int
dict_init_seeded(struct dict *dict, uint64_t seed, struct fault *fault)
{
	uint32_t empty;

	*dict = (struct dict){ .seed = seed };
	dict->slots = memory_slots(SLOTS_FIRST, sizeof(*dict->slots));
	if (dict->slots == NULL)
		return fault_memory(fault);
	dict->mask = SLOTS_FIRST - 1;
	return dict_add(dict, (struct slice){ "", 0 }, &empty, fault);
}

void
dict_free(struct dict *dict)
{
	free(dict->names);
	free(dict->hashes);
	free(dict->slots);
	arena_free(&dict->arena);
	*dict = (struct dict){ 0 };
}

int
dict_clear(struct dict *dict, struct fault *fault)
{
	uint32_t empty;

	if (dict->slots == NULL)
		return dict_init(dict, fault);
	memset(dict->slots, 0, (dict->mask + 1) * sizeof(*dict->slots));
	arena_free(&dict->arena);
	dict->n = 0;
	return dict_add(dict, (struct slice){ "", 0 }, &empty, fault);
}

/* A slot tells most strangers apart without a look at their names. */
static uint64_t
slot_of(uint64_t hash, size_t number)
{
	return (hash & 0xffffffff00000000u) | (number + 1);
}

static uint32_t
slot_number(uint64_t slot)
{
	return (uint32_t)slot - 1;
}

/* Double the slots; the load stays below a third. */
static int
dict_rehash(struct dict *dict, struct fault *fault)
{
	size_t size = (dict->mask + 1) * 2;
	uint64_t *slots = memory_slots(size, sizeof(*slots));

	if (slots == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < dict->n; i++) {
		size_t at = dict->hashes[i] & (size - 1);

		while (slots[at] != 0)
			at = (at + 1) & (size - 1);
		slots[at] = slot_of(dict->hashes[i], i);
	}
	free(dict->slots);
	dict->slots = slots;
	dict->mask = size - 1;
	return 0;
}

static size_t
dict_slot(const struct dict *dict, struct slice name, uint64_t hash)
{
	size_t at = hash & dict->mask;

	while (dict->slots[at] != 0) {
		uint64_t slot = dict->slots[at];

		if ((slot ^ hash) >> 32 == 0 &&
			slice_equal(dict->names[slot_number(slot)], name))
			break;
		at = (at + 1) & dict->mask;
	}
	return at;
}

uint64_t
dict_hash_any(const struct dict *dict, struct slice name)
{
	return XXH3_64bits_withSeed(name.at, name.len, dict->seed);
}

int
dict_add(struct dict *dict, struct slice name, uint32_t *ret,
	struct fault *fault)
{
	return dict_add_hashed(dict, name, dict_hash(dict, name), ret, fault);
}

int
dict_add_hashed(struct dict *dict, struct slice name, uint64_t hash,
	uint32_t *ret, struct fault *fault)
{
	size_t at = dict_slot(dict, name, hash);
	char *copy;

	if (dict->slots[at] != 0) {
		*ret = slot_number(dict->slots[at]);
		return 0;
	}
	if (memory_grow((void **)&dict->names, &dict->cap, dict->n + 1,
		    sizeof(*dict->names), DICT_MAX, "distinct names", fault) !=
			0 ||
		memory_grow((void **)&dict->hashes, &dict->hash_cap,
			dict->n + 1, sizeof(*dict->hashes), DICT_MAX,
			"distinct names", fault) != 0)
		return -1;
	if ((dict->n + 1) * 3 > dict->mask) {
		if (dict_rehash(dict, fault) != 0)
			return -1;
		at = dict_slot(dict, name, hash);
	}
	copy = arena_copy(&dict->arena, name);
	if (copy == NULL)
		return fault_memory(fault);
	dict->names[dict->n] = (struct slice){ copy, name.len };
	dict->hashes[dict->n] = hash;
	*ret = (uint32_t)dict->n++;
	dict->slots[at] = slot_of(hash, *ret);
	return 0;
}

bool
dict_find(const struct dict *dict, struct slice name, uint32_t *ret)
{
	size_t at = dict_slot(dict, name, dict_hash(dict, name));

	if (dict->slots[at] == 0)
		return false;
	*ret = slot_number(dict->slots[at]);
	return true;
}

/* Names that are looked at before one is added, so that memory has come. */
enum { MERGE_AHEAD = 8 };

static int
merge_names(struct dict *into, const struct dict *from, uint32_t *map,
	struct fault *fault)
{
	bool same = into->seed == from->seed;
	size_t n = from->n;

	for (size_t i = 0; i < n + 3 * MERGE_AHEAD; i++) {
		size_t k = i;

		if (same && k < n)
			dict_fetch_slot(into, from->hashes[k]);
		k -= MERGE_AHEAD;
		if (same && k < n) {
			map[k] = dict_guess(into, from->hashes[k]);
			dict_fetch_name(into, map[k]);
		}
		k -= MERGE_AHEAD;
		if (k < n) {
			dict_fetch_bytes(into, map[k]);
			dict_fetch_bytes(from, (uint32_t)k);
		}
		k -= MERGE_AHEAD;
		if (k < n && dict_add_guessed(into, from->names[k],
				     same ? from->hashes[k] :
					    dict_hash(into, from->names[k]),
				     map[k], &map[k], fault) != 0)
			return -1;
	}
	return 0;
}

int
dict_merge(struct dict *into, const struct dict *from, uint32_t **ret_map,
	struct fault *fault)
{
	uint32_t *map = memory_array(from->n, sizeof(*map));

	if (map == NULL)
		return fault_memory(fault);
	if (merge_names(into, from, map, fault) != 0) {
		free(map);
		return -1;
	}
	*ret_map = map;
	return 0;
}

int
dict_sort(struct dict *dict, uint32_t **ret_map, struct fault *fault)
{
	uint32_t *order = memory_array(dict->n, sizeof(*order));
	uint32_t *map = memory_array(dict->n, sizeof(*map));
	struct slice *names = memory_array(dict->n, sizeof(*names));
	uint64_t *hashes = memory_array(dict->n, sizeof(*hashes));
	int result = -1;

	if (order == NULL || map == NULL || names == NULL || hashes == NULL) {
		fault_memory(fault);
		goto out;
	}
	if (names_order(dict->names, (uint32_t)dict->n, order, fault) != 0)
		goto out;
	for (size_t i = 0; i < dict->n; i++) {
		map[order[i]] = (uint32_t)i;
		names[i] = dict->names[order[i]];
		hashes[i] = dict->hashes[order[i]];
	}
	memcpy(dict->names, names, dict->n * sizeof(*names));
	memcpy(dict->hashes, hashes, dict->n * sizeof(*hashes));
	for (size_t i = 0; i <= dict->mask; i++) {
		uint64_t slot = dict->slots[i];

		if (slot != 0)
			dict->slots[i] = slot_of(slot, map[slot_number(slot)]);
	}
	*ret_map = map;
	map = NULL;
	result = 0;
out:
	free(order);
	free(map);
	free(names);
	free(hashes);
	return result;
}

int
triples_init(struct triples *triples, struct fault *fault)
{
	*triples = (struct triples){ .seed = dict_seed() };
	triples->slots = memory_slots(SLOTS_FIRST, sizeof(*triples->slots));
	if (triples->slots == NULL)
		return fault_memory(fault);
	triples->mask = SLOTS_FIRST - 1;
	return 0;
}

void
triples_free(struct triples *triples)
{
	free(triples->items);
	free(triples->slots);
	*triples = (struct triples){ 0 };
}

static size_t
triples_slot(const struct triples *triples, const uint32_t *slots, size_t mask,
	const struct triple *item)
{
	size_t at = XXH3_64bits_withSeed(item, sizeof(*item), triples->seed) &
		mask;

	while (slots[at] != 0 &&
		memcmp(&triples->items[slots[at] - 1], item, sizeof(*item)) !=
			0)
		at = (at + 1) & mask;
	return at;
}

static int
triples_rehash(struct triples *triples, size_t size, struct fault *fault)
{
	uint32_t *slots = memory_slots(size, sizeof(*slots));

	if (slots == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < triples->n; i++)
		slots[triples_slot(triples, slots, size - 1,
			&triples->items[i])] = (uint32_t)i + 1;
	free(triples->slots);
	triples->slots = slots;
	triples->mask = size - 1;
	return 0;
}

int
triples_add(struct triples *triples, struct triple item, uint32_t *ret,
	struct fault *fault)
{
	size_t at = triples_slot(triples, triples->slots, triples->mask, &item);

	if (triples->slots[at] != 0) {
		*ret = triples->slots[at] - 1;
		return 0;
	}
	if (memory_grow((void **)&triples->items, &triples->cap,
		    triples->n + 1, sizeof(*triples->items), DICT_MAX,
		    "combinations", fault) != 0)
		return -1;
	if ((triples->n + 1) * 2 > triples->mask) {
		if (triples_rehash(triples, (triples->mask + 1) * 2, fault) !=
			0)
			return -1;
		at = triples_slot(triples, triples->slots, triples->mask,
			&item);
	}
	triples->items[triples->n] = item;
	*ret = (uint32_t)triples->n++;
	triples->slots[at] = *ret + 1;
	return 0;
}

static int
compare_triples(const void *a, const void *b, void *ctx)
{
	const struct triple *items = ctx;
	const struct triple *x = &items[*(const uint32_t *)a];
	const struct triple *y = &items[*(const uint32_t *)b];

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	if (x->b != y->b)
		return x->b < y->b ? -1 : 1;
	return (x->c > y->c) - (x->c < y->c);
}

int
triples_sort(struct triples *triples, uint32_t **ret_map, struct fault *fault)
{
	size_t n = triples->n;
	uint32_t *order = memory_array(n, sizeof(*order));
	uint32_t *map = memory_array(n, sizeof(*map));
	struct triple *items = memory_array(n, sizeof(*items));
	int result = -1;

	if (order == NULL || map == NULL || items == NULL) {
		fault_memory(fault);
		goto out;
	}
	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t)i;
	qsort_r(order, n, sizeof(*order), compare_triples, triples->items);
	for (size_t i = 0; i < n; i++) {
		map[order[i]] = (uint32_t)i;
		items[i] = triples->items[order[i]];
	}
	if (n > 0)
		memcpy(triples->items, items, n * sizeof(*items));
	result = triples_rehash(triples, triples->mask + 1, fault);
	if (result == 0) {
		*ret_map = map;
		map = NULL;
	}
out:
	free(order);
	free(map);
	free(items);
	return result;
}
