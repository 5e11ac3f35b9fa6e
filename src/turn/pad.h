/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pad adds up the cells of one user and is wiped for the next: small, so
 * that it stays in the cache. What is on it is put in order and copied out.
 * One struct a thread.
 */
#ifndef QUIS_TURN_PAD_H
#define QUIS_TURN_PAD_H

#include "turn/ledger.h"
#include "turn/sort.h"

struct pad {
	size_t n;         /* cells */
	size_t width;     /* numbers a cell */
	/* a and b, c and the number of the cell: each 32 bits */
	struct sort_key *keys, *spare;
	uint64_t *counts; /* by number; 0 where there is no cell */
	uint32_t *slots;  /* number + 1, or 0; open addressing */
	uint32_t *slot_of; /* by number */
	size_t cap;
	size_t mask;      /* of the slots in use */
	unsigned shift;
	uint64_t factors[2]; /* random and odd, against floods of colliding
	                        keys */
};

int pad_init(struct pad *pad, size_t width, struct fault *fault);
void pad_free(struct pad *pad); /* also one that is all zero */

/* A new cell, of zeroes; see pad_at(). */
int pad_add(struct pad *pad, struct ledger_key key, uint64_t **ret,
	struct fault *fault);

/* The number of a cell, or that of the next new one; key.d is 0. */
static inline size_t
pad_find(const struct pad *pad, struct ledger_key key, size_t *ret_slot)
{
	uint64_t high = (uint64_t)key.a << 32 | key.b;
	size_t at = (high * pad->factors[0] + key.c * pad->factors[1]) >>
		pad->shift;

	for (;; at = (at + 1) & pad->mask) {
		const struct sort_key *found;

		if (pad->slots[at] == 0) {
			*ret_slot = at;
			return pad->n;
		}
		found = &pad->keys[pad->slots[at] - 1];
		if (found->high == high && found->low >> 32 == key.c)
			return pad->slots[at] - 1;
	}
}

/* The cell of a key. *ret is valid until the next call. */
static inline int
pad_at(struct pad *pad, struct ledger_key key, uint64_t **ret,
	struct fault *fault)
{
	size_t slot, i = pad_find(pad, key, &slot);

	if (i == pad->n)
		return pad_add(pad, key, ret, fault);
	*ret = pad->counts + i * pad->width;
	return 0;
}

/* The same, where it is most often the cell whose number was left in *guess,
 * anything at first: the hash of a key is met at random, which costs. */
static inline int
pad_guess(struct pad *pad, uint32_t *guess, struct ledger_key key,
	uint64_t **ret, struct fault *fault)
{
	size_t i = *guess;
	const struct sort_key *found = &pad->keys[i < pad->n ? i : 0];

	if (i < pad->n &&
		found->high == ((uint64_t)key.a << 32 | key.b) &&
		found->low >> 32 == key.c) {
		*ret = pad->counts + i * pad->width;
		return 0;
	}
	if (pad_at(pad, key, ret, fault) != 0)
		return -1;
	*guess = (uint32_t)((size_t)(*ret - pad->counts) / pad->width);
	return 0;
}

/* The keys in order; pad_key() and pad_counts() read them. Nothing can be
 * added until pad_wipe(). */
const struct sort_key *pad_sort(struct pad *pad);

static inline struct ledger_key
pad_key(const struct sort_key *key)
{
	return (struct ledger_key){ (uint32_t)(key->high >> 32),
		(uint32_t)key->high, (uint32_t)(key->low >> 32), 0 };
}

static inline const uint64_t *
pad_counts(const struct pad *pad, const struct sort_key *key)
{
	return pad->counts + (uint32_t)key->low * pad->width;
}

void pad_wipe(struct pad *pad);

#endif
