/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ledger keeps integers under keys of up to four numbers: the cells of every
 * tally. Cells add up in any order; ledger_sort() puts them in order of key, so
 * that nothing depends on threads. Not for two threads at once.
 */
#ifndef QUIS_TURN_LEDGER_H
#define QUIS_TURN_LEDGER_H

#include "base/base.h"

struct ledger_key { /* what is not needed is 0 */
	uint32_t a, b, c, d;
};

struct ledger {
	struct ledger_key *keys;
	uint64_t *counts; /* `width` numbers a cell */
	size_t width;
	size_t n, keys_cap, counts_cap;
	uint32_t *slots; /* number + 1, or 0; open addressing; NULL: cells are
	                    in order */
	size_t mask;
	uint64_t seed; /* random, against floods of colliding keys */
};

int ledger_init(struct ledger *ledger, size_t width, struct fault *fault);

/* The same with n cells, which the caller fills in, in order of key. */
int ledger_init_ordered(struct ledger *ledger, size_t width, size_t n,
	struct fault *fault);
void ledger_free(struct ledger *ledger); /* also one that is all zero */

/* The cell of a key, new ones 0. *ret is valid until the next call. */
int ledger_at(struct ledger *ledger, struct ledger_key key, uint64_t **ret,
	struct fault *fault);

/* Have what ledger_at() will look at brought from memory: the slot of a key,
 * and once that has come, the cell. */
void ledger_fetch_slot(const struct ledger *ledger, struct ledger_key key);
void ledger_fetch_cell(const struct ledger *ledger, struct ledger_key key);

/* Make room for so many cells that are appended. */
int ledger_reserve(struct ledger *ledger, size_t n, struct fault *fault);

/* Append a cell, for which there is room, behind those that were appended;
 * nobody may look for them. Returns its counts, to be written. */
static inline uint64_t *
ledger_append(struct ledger *ledger, struct ledger_key key)
{
	ledger->keys[ledger->n] = key;
	return ledger->counts + ledger->n++ * ledger->width;
}

/* The cell of a key, or NULL. Of an ordered ledger it is searched for. */
const uint64_t *ledger_find(const struct ledger *ledger,
	struct ledger_key key);

static inline const uint64_t *
ledger_counts(const struct ledger *ledger, size_t i)
{
	return ledger->counts + i * ledger->width;
}

/* Add all cells of `from`, of the same width. */
int ledger_join(struct ledger *into, const struct ledger *from,
	struct fault *fault);

/* By a, then b, c, d. */
int ledger_sort(struct ledger *ledger, struct fault *fault);

/* The cells of an ordered ledger whose key begins with a: [*ret_start, end). */
size_t ledger_range(const struct ledger *ledger, uint32_t a,
	size_t *ret_start);

#endif
