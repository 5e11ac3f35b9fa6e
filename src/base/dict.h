/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dictionaries: names to dense numbers from 0. Number 0 is always the empty
 * name, "not given". Not for two threads at once.
 */
#ifndef QUIS_BASE_DICT_H
#define QUIS_BASE_DICT_H

#include "base/base.h"
#include "base/memory.h"

/* Numbers stay below this; one more is FAULT_LIMIT. */
enum { DICT_MAX = 1 << 28 };

struct dict {
	struct slice *names; /* by number; bytes in the arena */
	uint64_t *hashes;    /* by number; or NULL: in order */
	size_t n, cap, hash_cap;
	uint32_t *slots; /* number + 1, and in the bits that no number needs
	                    those of the hash; or 0; open addressing */
	size_t mask;
	uint64_t seed;   /* random, against floods of colliding names */
	struct arena arena;
};

/* A random seed of a hash table. */
uint64_t dict_seed(void);

int dict_init(struct dict *dict, struct fault *fault);
/* With the seed of another: faster to merge with that one. */
int dict_init_seeded(struct dict *dict, uint64_t seed, struct fault *fault);
void dict_free(struct dict *dict);
/* Forget all names, as dict_init(), but keep the memory. Zero is fine, too. */
int dict_clear(struct dict *dict, struct fault *fault);
int dict_add(struct dict *dict, struct slice name, uint32_t *ret,
	struct fault *fault);
/* true and *ret if the name is there. */
bool dict_find(const struct dict *dict, struct slice name, uint32_t *ret);

/*
 * The same in steps, for whoever has many names to add and time between: what
 * a step asks of memory is there for the next one, and dict_add_guessed() waits
 * for nothing if it has been asked before.
 */
uint64_t dict_hash_any(const struct dict *dict, struct slice name);

/* Both halves of the product of two words. */
static inline uint64_t
dict_mix(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* What XXH3 does for 17 to 32 bytes, with its secret, is done for 8 to 32, as
 * nearly all names have: inline, and without a branch on their length. */
static inline uint64_t
dict_hash(const struct dict *dict, struct slice name)
{
	const char *at = name.at;
	size_t len = name.len;
	uint64_t seed = dict->seed, hash;

	if (!bytes_are_words(len))
		return dict_hash_any(dict, name);
	hash = len * 0x9e3779b185ebca87u +
		dict_mix(bytes_u64(at) ^ (0xbe4ba423396cfeb8u + seed),
			bytes_u64(at + bytes_second(len)) ^
				(0x1cad21f72c81017cu - seed)) +
		dict_mix(bytes_u64(at + bytes_third(len)) ^
				(0xdb979083e96dd4deu + seed),
			bytes_u64(at + len - 8) ^
				(0x1f67b3b7a4a44072u - seed));
	hash = (hash ^ hash >> 37) * 0x165667919e3779f9u;
	return hash ^ hash >> 32;
}

static inline void
dict_fetch_slot(const struct dict *dict, uint64_t hash)
{
	__builtin_prefetch(&dict->slots[hash & dict->mask]);
}

/* The bits of a slot that number + 1 takes: there are more slots than names. */
static inline uint32_t
dict_numbers(const struct dict *dict)
{
	return (uint32_t)dict->mask;
}

/* Might a slot be that of a name of this hash? It tells most strangers apart
 * without a look at their names. */
static inline bool
dict_slot_fits(const struct dict *dict, uint32_t slot, uint64_t hash)
{
	return ((slot ^ (uint32_t)(hash >> 32)) & ~dict_numbers(dict)) == 0;
}

/* The number that a name of this hash has, if any has it; else most likely
 * 0. */
static inline uint32_t
dict_guess(const struct dict *dict, uint64_t hash)
{
	size_t at = hash & dict->mask;
	uint32_t slot;

	while ((slot = dict->slots[at]) != 0 &&
		!dict_slot_fits(dict, slot, hash))
		at = (at + 1) & dict->mask;
	return slot != 0 ? (slot & dict_numbers(dict)) - 1 : 0;
}

static inline void
dict_fetch_name(const struct dict *dict, uint32_t guess)
{
	__builtin_prefetch(&dict->names[guess]);
}

static inline void
dict_fetch_bytes(const struct dict *dict, uint32_t guess)
{
	struct slice name = dict->names[guess];

	/* one in four spans two lines of the cache */
	__builtin_prefetch(name.at);
	__builtin_prefetch(name.at + name.len - (name.len > 0));
}

int dict_add_hashed(struct dict *dict, struct slice name, uint64_t hash,
	uint32_t *ret, struct fault *fault);

/* dict_add(), where the name's number is most likely `guess`. */
static inline int
dict_add_guessed(struct dict *dict, struct slice name, uint64_t hash,
	uint32_t guess, uint32_t *ret, struct fault *fault)
{
	if (!slice_equal(dict->names[guess], name))
		return dict_add_hashed(dict, name, hash, ret, fault);
	*ret = guess;
	return 0;
}

/* Add all names of `from`; (*ret_map)[number in from] is the number in
 * `into`. The caller frees the map. */
int dict_merge(struct dict *into, const struct dict *from, uint32_t **ret_map,
	struct fault *fault);
/* The same on several threads, if there are many names. */
int dict_merge_on(struct dict *into, const struct dict *from, unsigned threads,
	uint32_t **ret_map, struct fault *fault);

/* Renumber by order of bytes. (*ret_map)[old number] = new one. */
int dict_sort(struct dict *dict, uint32_t **ret_map, struct fault *fault);
/* The same on several threads, if there are many names. */
int dict_sort_on(struct dict *dict, unsigned threads, uint32_t **ret_map,
	struct fault *fault);

/*
 * Triples of numbers to dense numbers, from 0: posts (user, unit, role) and
 * facets (kind, area, outcome).
 */
struct triple {
	uint32_t a, b, c;
};

struct triples {
	struct triple *items;
	size_t n, cap;
	uint32_t *slots;
	size_t mask;
	uint64_t seed;
};

int triples_init(struct triples *triples, struct fault *fault);
void triples_free(struct triples *triples);
int triples_add(struct triples *triples, struct triple item, uint32_t *ret,
	struct fault *fault);
int triples_sort(struct triples *triples, uint32_t **ret_map,
	struct fault *fault);

#endif
