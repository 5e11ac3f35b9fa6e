/* SPDX-License-Identifier: Apache-2.0 */
/* Sorting one user's rows by row_compare(), and keys of two numbers. */
#ifndef QUIS_TURN_SORT_H
#define QUIS_TURN_SORT_H

#include "lookup/row.h"

struct sort_key { /* by high, then low */
	uint64_t high, low;
};

static inline bool
sort_key_less(const struct sort_key *a, const struct sort_key *b)
{
	return a->high != b->high ? a->high < b->high : a->low < b->low;
}

/* spare has room for n rows, too, and words for 2 n numbers. Where the rows
 * are in the end: in either. */
struct row *rows_sort(struct row *rows, struct row *spare, uint64_t *words,
	size_t n);

/* The same for keys. By merging alone it is done for few, for keys that differ
 * in too many bits, and for tests. */
struct sort_key *keys_sort(struct sort_key *keys, struct sort_key *spare,
	size_t n);
struct sort_key *keys_merge(struct sort_key *keys, struct sort_key *spare,
	size_t n);

#endif
