/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pairs of name and value of one record, for dialects whose records hold
 * such: key=value and the queries of URLs. Keys mostly come as they did in the
 * last record, which is looked at first. All values are noted as they are
 * written; only those that the caller wants are decoded.
 */
#ifndef QUIS_FORMAT_PAIRS_H
#define QUIS_FORMAT_PAIRS_H

#include "base/base.h"
#include "base/dict.h"
#include "format/dialect.h"

enum {
	PAIRS_AHEAD = 128,            /* keys of the last record, in order */
	PAIRS_KEYS = 2 * DIALECT_NAMES, /* spellings; more are slow */
	PAIRS_KEPT = 128, /* names left to those that fields are known by */
};

/* How a value is written; what pair_decode() undoes, in this order. */
enum pair_how {
	PAIR_BACKSLASH = 1, /* \" \\ \n \t */
	PAIR_LOG = 2,       /* the same and \xHH, as web servers write them */
	PAIR_PERCENT = 4,   /* %HH */
	PAIR_PLUS = 8,      /* a blank */
	PAIR_DOUBLED = 16,  /* "" */
	PAIR_TWICE = 32,    /* the record has another value for this name */
};

struct pair {
	struct slice value;
	uint32_t record; /* pairs of other records are not there */
	uint32_t how;
};

struct pairs {
	struct dict keys;         /* as they are written */
	int number[PAIRS_KEYS];   /* of the name that a key's values go by */
	uint32_t next[PAIRS_AHEAD]; /* keys of the last record's pairs */
	size_t n;                 /* keys of this record so far */
	bool twice;               /* some pair is PAIR_TWICE */
	struct pair of[DIALECT_NAMES];
	uint32_t record;
	struct slice text;        /* of the record */
	char *room;               /* decoded values of this record */
	size_t room_cap, room_used;
	/* The name that a key's values go by, in buf; empty: they are passed
	 * by. own: its plain name is the dialect's. NULL: the key itself. */
	struct slice (*name_of)(struct slice key, bool own,
		char buf[DIALECT_NAME_LEN]);
	size_t n_own; /* the dialect's first names, which no key goes by */
};

int pairs_init(struct pairs *pairs, struct fault *fault);
void pairs_free(struct pairs *pairs);

/* Forget all keys, as the dialect's names have other numbers now. */
int pairs_forget(struct pairs *pairs, struct fault *fault);

static inline void
pairs_begin(struct pairs *pairs, struct slice text)
{
	pairs->text = text;
	pairs->n = 0;
	pairs->room_used = 0;
	pairs->twice = false;
	if (++pairs->record == 0) {
		memset(pairs->of, 0, sizeof(pairs->of));
		pairs->record = 1;
	}
}

/* The number of the name of a key that is not the one expected; it is added
 * to the dialect's names if need be. -1: its values are passed by; -2: no
 * memory. */
int pairs_find(struct pairs *pairs, struct dialect *dialect, struct slice key,
	struct fault *fault);

/* Is the next key the one that was there last time? Then its number and its
 * length; else ret_len is 0. What follows it is a '='. */
static inline int
pairs_expect(struct pairs *pairs, const char *at, const char *end,
	size_t *ret_len)
{
	uint32_t key;
	struct slice name;

	*ret_len = 0;
	if (pairs->n >= PAIRS_AHEAD)
		return -1;
	key = pairs->next[pairs->n];
	name = pairs->keys.names[key];
	if (name.len == 0 || (size_t)(end - at) <= name.len ||
		at[name.len] != '=' ||
		!slice_equal((struct slice){ at, name.len }, name))
		return -1;
	pairs->n++;
	*ret_len = name.len;
	return pairs->number[key];
}

/* Note a value, which is within the record's text unless `how` is 0; the first
 * one that is not empty holds. */
static inline void
pairs_put(struct pairs *pairs, int number, struct slice value, uint32_t how)
{
	struct pair *pair;

	if (number < 0)
		return;
	pair = &pairs->of[number];
	if (pair->record != pairs->record || pair->value.len == 0) {
		*pair = (struct pair){ value, pairs->record, how };
	} else if (value.len > 0 && !slice_equal(pair->value, value)) {
		pair->how |= PAIR_TWICE;
		pairs->twice = true;
	}
}

static inline bool
pairs_has(const struct pairs *pairs, int number)
{
	return number >= 0 && pairs->of[number].record == pairs->record;
}

/* Set the values that the dialect's caller wants. */
int pairs_give(struct pairs *pairs, const struct dialect *dialect,
	struct slice *values, struct fault *fault);

/* Room for `len` bytes of this record, which needs no more than three times as
 * many as it has; valid until the next record. NULL: no memory. */
char *pairs_room(struct pairs *pairs, size_t len, struct fault *fault);

/* Undo in place what `how` says; the length that is left. What is no escape
 * stays as it is. */
size_t pair_decode(char *at, size_t len, uint32_t how);

#endif
