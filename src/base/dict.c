/* SPDX-License-Identifier: Apache-2.0 */
#include "base/dict.h"

#include <sys/random.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/order.h"
#include "base/pool.h"

enum { SLOTS_FIRST = 64, FULL_LEAST = 64 };

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

/* For n names and their hashes, which are made anew after dict_sort(). */
static int
make_room(struct dict *dict, size_t n, struct fault *fault)
{
	size_t known = dict->hashes != NULL ? dict->n : 0;

	if (memory_grow((void **)&dict->names, &dict->cap, n,
		    sizeof(*dict->names), DICT_MAX, "distinct names",
		    fault) != 0 ||
		memory_grow((void **)&dict->hashes, &dict->hash_cap, n,
			sizeof(*dict->hashes), DICT_MAX, "distinct names",
			fault) != 0)
		return -1;
	for (; known < dict->n; known++)
		dict->hashes[known] = dict_hash(dict, dict->names[known]);
	return 0;
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

/* Names of a task; that are looked at before one is asked for, so that memory
 * has come. And the map's value of one that is not found. */
enum { NAMES_AT_ONCE = 1 << 14, FIND_AHEAD = 8 };
static const uint32_t not_found = UINT32_MAX;

struct merging {
	const struct dict *into, *from;
	bool same; /* hashes of `from` are of use */
	uint32_t *map;
};

static uint64_t
merged_hash(const struct merging *merging, size_t i)
{
	const struct dict *from = merging->from;

	return merging->same ? from->hashes[i] :
			       dict_hash(merging->into, from->names[i]);
}

/* What `into` knows of so many names, which it stays as it is for. */
static int
find_task(void *ctx, unsigned worker, size_t task, struct fault *fault)
{
	const struct merging *merging = ctx;
	const struct dict *into = merging->into, *from = merging->from;
	uint32_t *map = merging->map;
	size_t start = task * NAMES_AT_ONCE, end = start + NAMES_AT_ONCE;

	(void)worker;
	(void)fault;
	if (end > from->n)
		end = from->n;
	for (size_t i = start; i < end + 3 * FIND_AHEAD; i++) {
		size_t k = i;

		if (k < end)
			dict_fetch_slot(into, merged_hash(merging, k));
		k -= FIND_AHEAD;
		if (k >= start && k < end) {
			map[k] = dict_guess(into, merged_hash(merging, k));
			dict_fetch_name(into, map[k]);
		}
		k -= FIND_AHEAD;
		if (k >= start && k < end) {
			dict_fetch_bytes(into, map[k]);
			dict_fetch_bytes(from, (uint32_t)k);
		}
		k -= FIND_AHEAD;
		if (k >= start && k < end &&
			!slice_equal(into->names[map[k]], from->names[k]))
			map[k] = not_found;
	}
	return 0;
}

static int
merge_names(struct dict *into, const struct dict *from, unsigned threads,
	uint32_t *map, struct fault *fault)
{
	struct merging merging = { into, from,
		into->seed == from->seed && from->hashes != NULL, map };

	if (pool_run(threads, (from->n + NAMES_AT_ONCE - 1) / NAMES_AT_ONCE,
		    find_task, &merging, fault) != 0)
		return -1;
	for (size_t i = 0; i < from->n; i++) {
		if (i + FIND_AHEAD < from->n && map[i + FIND_AHEAD] == not_found)
			dict_fetch_slot(into,
				merged_hash(&merging, i + FIND_AHEAD));
		if (map[i] == not_found &&
			dict_add_hashed(into, from->names[i],
				merged_hash(&merging, i), &map[i], fault) != 0)
			return -1;
	}
	return 0;
}

int
dict_merge_on(struct dict *into, const struct dict *from, unsigned threads,
	uint32_t **ret_map, struct fault *fault)
{
	uint32_t *map = memory_unset(from->n, sizeof(*map));

	if (map == NULL)
		return fault_memory(fault);
	if (merge_names(into, from, threads, map, fault) != 0) {
		free(map);
		return -1;
	}
	*ret_map = map;
	return 0;
}

int
dict_merge(struct dict *into, const struct dict *from, uint32_t **ret_map,
	struct fault *fault)
{
	return dict_merge_on(into, from, 1, ret_map, fault);
}

/* What a dictionary becomes that is put in order. */
struct renumbering {
	const struct dict *dict;
	struct slice *names;
	uint32_t *map;
};

static void
renumber(void *ctx, const uint32_t *order, uint32_t start, uint32_t end)
{
	const struct renumbering *to = ctx;

	for (uint32_t i = start; i < end; i++) {
		to->names[i] = to->dict->names[order[i]];
		to->map[order[i]] = i;
	}
}

/* Slots stay where the hashes of their names have them. */
static int
slots_task(void *ctx, unsigned worker, size_t task, struct fault *fault)
{
	const struct renumbering *to = ctx;
	const struct dict *dict = to->dict;
	uint32_t numbers = dict_numbers(dict);
	size_t i = task * NAMES_AT_ONCE, end = i + NAMES_AT_ONCE;

	(void)worker;
	(void)fault;
	for (end = end <= dict->mask ? end : dict->mask + 1; i < end; i++) {
		uint32_t slot = dict->slots[i];

		if (slot != 0)
			dict->slots[i] = (slot & ~numbers) |
				(to->map[slot_number(dict, slot)] + 1);
	}
	return 0;
}

/* Hashes go, and leave room for two numbers in the place of each. */
static uint32_t *
take_hashes(struct dict *dict)
{
	uint32_t *numbers = (uint32_t *)(void *)dict->hashes;

	if (numbers == NULL)
		return memory_unset(dict->n, sizeof(*dict->hashes));
	dict->hashes = NULL;
	dict->hash_cap = 0;
	return numbers;
}

int
dict_sort_on(struct dict *dict, unsigned threads, uint32_t **ret_map,
	struct fault *fault)
{
	size_t n = dict->n;
	uint32_t *map = take_hashes(dict);
	struct renumbering to = { dict, memory_unset(n, sizeof(*to.names)),
		map };

	if (map == NULL || to.names == NULL) {
		fault_memory(fault);
		goto out;
	}
	if (names_order_on(dict->names, (uint32_t)n, threads, map + n, renumber,
		    &to, fault) != 0 ||
		pool_run(threads, dict->mask / NAMES_AT_ONCE + 1, slots_task,
			&to, fault) != 0)
		goto out;
	free(dict->names);
	dict->names = to.names;
	dict->cap = n;
	*ret_map = map;
	return 0;
out:
	free(to.names);
	free(map);
	return -1;
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
