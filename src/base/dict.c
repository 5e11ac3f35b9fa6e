/* SPDX-License-Identifier: Apache-2.0 */
#include "base/dict.h"

#include <sys/random.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/order.h"
#include "base/pool.h"

enum { SLOTS_FIRST = 64, FULL_LEAST = 64, NAMES_AT_ONCE = 1 << 14 };

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

	/* to clear what a few names have left of many is not worth it */
	if (dict->n < dict->mask / FULL_LEAST || dict->slots == NULL) {
		dict_free(dict);
		return dict_init(dict, fault);
	}
	memset(dict->slots, 0, (dict->mask + 1) * sizeof(*dict->slots));
	arena_clear(&dict->arena);
	dict->n = 0;
	return dict_add(dict, (struct slice){ "", 0 }, &empty, fault);
}

static uint32_t
slot_of(const struct dict *dict, uint64_t hash, size_t number)
{
	uint32_t numbers = dict_numbers(dict);

	return ((uint32_t)(hash >> 32) & ~numbers) | (uint32_t)(number + 1);
}

static uint32_t
slot_number(const struct dict *dict, uint32_t slot)
{
	return (slot & dict_numbers(dict)) - 1;
}

/* Slots that are empty get all names. */
static void
fill_slots(struct dict *dict)
{
	for (size_t i = 0; i < dict->n; i++) {
		size_t at = dict->hashes[i] & dict->mask;

		while (dict->slots[at] != 0)
			at = (at + 1) & dict->mask;
		dict->slots[at] = slot_of(dict, dict->hashes[i], i);
	}
}

static bool
is_crowded(size_t n, size_t slots)
{
	return n * 8 > slots * 5;
}

/* As many slots as n names need. */
static int
make_slots(struct dict *dict, size_t n, struct fault *fault)
{
	size_t size = dict->mask + 1;
	uint32_t *slots;

	while (is_crowded(n, size))
		size *= 2;
	slots = memory_slots(size, sizeof(*slots));
	if (slots == NULL)
		return fault_memory(fault);
	free(dict->slots);
	dict->slots = slots;
	dict->mask = size - 1;
	return 0;
}

static size_t
dict_slot(const struct dict *dict, struct slice name, uint64_t hash)
{
	size_t at = hash & dict->mask;
	uint32_t slot;

	while ((slot = dict->slots[at]) != 0) {
		if (dict_slot_fits(dict, slot, hash) &&
			slice_equal(dict->names[slot_number(dict, slot)], name))
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

/* For n names and their hashes. */
static int
make_room(struct dict *dict, size_t n, struct fault *fault)
{
	return memory_grow((void **)&dict->names, &dict->cap, n,
		       sizeof(*dict->names), DICT_MAX, "distinct names",
		       fault) != 0 ||
			memory_grow((void **)&dict->hashes, &dict->hash_cap, n,
				sizeof(*dict->hashes), DICT_MAX,
				"distinct names", fault) != 0 ?
		-1 :
		0;
}

int
dict_add_hashed(struct dict *dict, struct slice name, uint64_t hash,
	uint32_t *ret, struct fault *fault)
{
	size_t at = dict_slot(dict, name, hash);
	char *copy;

	if (dict->slots[at] != 0) {
		*ret = slot_number(dict, dict->slots[at]);
		return 0;
	}
	if (make_room(dict, dict->n + 1, fault) != 0)
		return -1;
	if (is_crowded(dict->n + 1, dict->mask + 1)) {
		if (make_slots(dict, dict->n + 1, fault) != 0)
			return -1;
		fill_slots(dict);
		at = dict_slot(dict, name, hash);
	}
	copy = arena_copy(&dict->arena, name);
	if (copy == NULL)
		return fault_memory(fault);
	dict->names[dict->n] = (struct slice){ copy, name.len };
	dict->hashes[dict->n] = hash;
	*ret = (uint32_t)dict->n++;
	dict->slots[at] = slot_of(dict, hash, *ret);
	return 0;
}

bool
dict_find(const struct dict *dict, struct slice name, uint32_t *ret)
{
	size_t at = dict_slot(dict, name, dict_hash(dict, name));

	if (dict->slots[at] == 0)
		return false;
	*ret = slot_number(dict, dict->slots[at]);
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

/* What a dictionary becomes that is put in order. */
struct renumbering {
	const struct dict *dict;
	const uint32_t *order; /* numbers, by place */
	struct slice *names;
	uint64_t *hashes;
	uint32_t *map;
};

static int
renumber_task(void *ctx, unsigned worker, size_t task, struct fault *fault)
{
	const struct renumbering *to = ctx;
	const struct dict *dict = to->dict;
	size_t i = task * NAMES_AT_ONCE, end = i + NAMES_AT_ONCE;

	(void)worker;
	(void)fault;
	for (end = end < dict->n ? end : dict->n; i < end; i++) {
		to->names[i] = dict->names[to->order[i]];
		to->hashes[i] = dict->hashes[to->order[i]];
		to->map[to->order[i]] = (uint32_t)i;
	}
	return 0;
}

static int
order_on(struct dict *dict, unsigned threads, uint32_t **ret_map,
	struct fault *fault)
{
	size_t n = dict->n;
	uint32_t *order = memory_unset(n, sizeof(*order));
	struct renumbering to = { dict, order,
		memory_unset(n, sizeof(*to.names)),
		memory_unset(n, sizeof(*to.hashes)),
		memory_unset(n, sizeof(*to.map)) };
	int result = -1;

	if (order == NULL || to.names == NULL || to.hashes == NULL ||
		to.map == NULL) {
		fault_memory(fault);
		goto out;
	}
	if (names_order_on(dict->names, (uint32_t)n, threads, order, fault) !=
			0 ||
		pool_run(threads, (n + NAMES_AT_ONCE - 1) / NAMES_AT_ONCE,
			renumber_task, &to, fault) != 0)
		goto out;
	free(dict->names);
	free(dict->hashes);
	dict->names = to.names;
	dict->hashes = to.hashes;
	dict->cap = dict->hash_cap = n;
	*ret_map = to.map;
	to.names = NULL;
	to.hashes = NULL;
	to.map = NULL;
	result = 0;
out:
	free(order);
	free(to.names);
	free(to.hashes);
	free(to.map);
	return result;
}

int
dict_sort_on(struct dict *dict, unsigned threads, uint32_t **ret_map,
	struct fault *fault)
{
	if (order_on(dict, threads, ret_map, fault) != 0)
		return -1;
	memset(dict->slots, 0, (dict->mask + 1) * sizeof(*dict->slots));
	fill_slots(dict);
	return 0;
}

int
dict_sort(struct dict *dict, uint32_t **ret_map, struct fault *fault)
{
	return dict_sort_on(dict, 1, ret_map, fault);
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
