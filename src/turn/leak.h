/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who asked for the subjects of a leaked list, and how usual it is to have
 * asked for them: a pass over the partitions by subject. A lookup counts if it
 * was made in time, before the leak, was not denied, and is of a kind the list
 * names (of any kind, if an item of the list names none).
 *
 * A *trait* is what a lookup is of beside its user: the unit it was made from,
 * its case, … A subject has the traits of all its lookups that count.
 */
#ifndef QUIS_TURN_LEAK_H
#define QUIS_TURN_LEAK_H

#include "base/base.h"
#include "lookup/book.h"
#include "registry/list.h"
#include "turn/window.h"

enum trait {
	TRAIT_ASKERS, /* users who asked, by powers of two: 1, 2–3, 4–7, … */
	TRAIT_UNIT,
	TRAIT_ROLE,
	TRAIT_KIND,
	TRAIT_AREA,
	TRAIT_WEEK,   /* since the book's first lookup */
	TRAIT_CASE,
	TRAIT_N
};

/* What became of an item of the list. */
enum leak_state {
	LEAK_NEVER,   /* nobody asked for it (or not for that kind of data) */
	LEAK_OUTSIDE, /* only outside that time: before it or after */
	LEAK_DENIED,  /* only in vain, within it */
	LEAK_OCCURS,
};

struct leak_hit { /* in order of user, then item */
	uint32_t user, item; /* item: its place in the list */
	uint64_t lookups;
	int64_t first_ms, last_ms;
};

struct leak_trait { /* in order of trait, value, item */
	uint32_t trait, value; /* a number of the book; 0, not given, is left
	                          out where it says so */
	uint32_t item;
	uint64_t lookups;
};

/* Their orders. */
int leak_hit_compare(const void *a, const void *b);
int leak_trait_compare(const void *a, const void *b);

struct leak_user {
	uint64_t subjects, lookups; /* that count */
	int64_t last_ms;
	uint32_t post;              /* of his latest lookup of all; valid if
	                               there is one */
	bool seen;
};

struct leak {
	struct leak_hit *hits;
	size_t n_hits;
	struct leak_trait *traits;  /* of the items that occur */
	size_t n_traits;
	uint8_t *states;            /* by item: enum leak_state */
	size_t n_items;
	struct leak_user *users;    /* by user number */
	size_t n_users;
	uint64_t *sizes[TRAIT_N];   /* by value: distinct subjects */
	size_t n_values[TRAIT_N];
	uint64_t *lookups_of[TRAIT_N]; /* by value */
	uint64_t subjects, askings, lookups; /* askings: user × subject */
};

struct leak_options {
	const struct leaked_list *list;
	const struct registry *registry; /* as the list was read with */
	int64_t since, before;           /* milliseconds, half-open: up to
	                                    the leak */
	unsigned threads;
};

/* Takes the rows out of the book's shards: a book is turned once. Nothing but
 * numbers of the book and places in the list decides the result's order. */
int leak_find(struct book *book, const struct leak_options *options,
	struct leak *ret, struct fault *fault);
void leak_free(struct leak *leak);

#endif
