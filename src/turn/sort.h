/* SPDX-License-Identifier: Apache-2.0 */
/* Sorting words by some of their bits, and keys of two numbers. */
#ifndef QUIS_TURN_SORT_H
#define QUIS_TURN_SORT_H

#include "base/base.h"

struct sort_key { /* by high, then low */
	uint64_t high, low;
};

static inline bool
sort_key_less(const struct sort_key *a, const struct sort_key *b)
{
	return a->high != b->high ? a->high < b->high : a->low < b->low;
}

/* Bits of the numbers up to this one; and of what may be in a word. */
enum { WORD_MOST = 63 };
static inline unsigned
word_bits(uint64_t most)
{
	return most == 0 ? 0 : 64 - (unsigned)__builtin_clzll(most);
}

/* Words by `bits` bits from bit `low` on, above which there is 0; of equal ones
 * the first stays first. spare has room for n words, too, n being at most
 * UINT32_MAX. Where the words are in the end: in either. */
uint64_t *words_sort(uint64_t *words, uint64_t *spare, size_t n, unsigned low,
	unsigned bits);

/* The same, where the words are counted as they are made: begin with how many
 * there will be, at most. */
enum { WORDS_DIGIT_MOST = 13 };
struct words_order {
	unsigned low, digit, passes;
	uint64_t mask;
	uint32_t counts[1 << WORDS_DIGIT_MOST]; /* by the lowest digit */
};

void words_begin(struct words_order *order, size_t n, unsigned low,
	unsigned bits);
static inline void
words_count(struct words_order *order, uint64_t word)
{
	order->counts[word >> order->low & order->mask]++;
}
uint64_t *words_sort_counted(uint64_t *words, uint64_t *spare, size_t n,
	struct words_order *order);

/* By how many bits n words are sorted in as many passes as by `bits`. */
unsigned words_sort_bits(size_t n, unsigned bits);

/* The same for keys, by all of their bits. By merging alone it is done for few,
 * for keys that differ in too many bits, and for tests. */
struct sort_key *keys_sort(struct sort_key *keys, struct sort_key *spare,
	size_t n);
struct sort_key *keys_merge(struct sort_key *keys, struct sort_key *spare,
	size_t n);

#endif
