/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/sort.h"

enum {
	INSERTION_MAX = 12,
	/* Below this the counting of radix passes costs more than it saves. */
	RADIX_MIN = 96,
	WORDS_FEW = 24,
	/* Two passes of 13 bits, whose places the second cache holds, are
	 * faster than three of 10; for few words counting costs more. */
	DIGIT_LEAST = 4,
	DIGIT_MOST = WORDS_DIGIT_MOST,
	WRITES = 32, /* whose lines are fetched at once */
};

static void
sort_few_words(uint64_t *words, size_t n, unsigned low)
{
	for (size_t i = 1; i < n; i++) {
		uint64_t word = words[i];
		size_t k = i;

		for (; k > 0 && words[k - 1] >> low > word >> low; k--)
			words[k] = words[k - 1];
		words[k] = word;
	}
}

/* How often each value occurs: where the first word of that value goes. */
static void
sum_up(uint32_t *counts, uint64_t mask)
{
	uint32_t sum = 0;

	for (size_t d = 0; d <= mask; d++) {
		uint32_t count = counts[d];

		counts[d] = sum;
		sum += count;
	}
}

/* One digit of all words, whose values are counted. next: gets the counts of
 * the digit above, if there is one. Writes are done one after the other, and
 * each waits for its line: so the lines of a few are fetched, all at once,
 * before they are written. */
static inline void
radix_pass(const uint64_t *from, uint64_t *to, size_t n, unsigned shift,
	unsigned bits, uint32_t *counts, uint32_t *next)
{
	uint64_t mask = ((uint64_t)1 << bits) - 1;
	uint32_t places[WRITES];

	sum_up(counts, mask);
	for (size_t few; n > 0; n -= few, from += few) {
		few = n < WRITES ? n : WRITES;
		for (size_t i = 0; i < few; i++) {
			uint64_t digits = from[i] >> shift;

			places[i] = counts[digits & mask]++;
			__builtin_prefetch(&to[places[i]], 1);
			if (next != NULL)
				next[digits >> bits & mask]++;
		}
		for (size_t i = 0; i < few; i++)
			to[places[i]] = from[i];
	}
}

/* The longest digit that n words are sorted by. */
static unsigned
digit_of(size_t n)
{
	unsigned digit = word_bits(n / 2);

	digit = digit < DIGIT_LEAST ? DIGIT_LEAST : digit;
	return digit > DIGIT_MOST ? DIGIT_MOST : digit;
}

unsigned
words_sort_bits(size_t n, unsigned bits)
{
	unsigned digit = digit_of(n);

	return (bits + digit - 1) / digit * digit;
}

void
words_begin(struct words_order *order, size_t n, unsigned low, unsigned bits)
{
	unsigned digit = digit_of(n);

	order->low = low;
	order->passes = (bits + digit - 1) / digit;
	order->digit = order->passes == 0 ?
		0 :
		(bits + order->passes - 1) / order->passes;
	order->mask = ((uint64_t)1 << order->digit) - 1;
	memset(order->counts, 0, sizeof(*order->counts) << order->digit);
}

uint64_t *
words_sort_counted(uint64_t *words, uint64_t *spare, size_t n,
	struct words_order *order)
{
	uint32_t spare_counts[1 << DIGIT_MOST];
	uint32_t *counts[2] = { order->counts, spare_counts };
	unsigned shift = order->low, digit = order->digit;

	if (n <= WORDS_FEW) {
		sort_few_words(words, n, order->low);
		return words;
	}
	for (unsigned i = 0; i < order->passes; i++, shift += digit) {
		uint64_t *swap = words;

		if (i + 1 < order->passes) {
			memset(counts[(i + 1) % 2], 0,
				sizeof(spare_counts[0]) << digit);
			radix_pass(words, spare, n, shift, digit, counts[i % 2],
				counts[(i + 1) % 2]);
		} else {
			radix_pass(words, spare, n, shift, digit, counts[i % 2],
				NULL);
		}
		words = spare;
		spare = swap;
	}
	return words;
}

uint64_t *
words_sort(uint64_t *words, uint64_t *spare, size_t n, unsigned low,
	unsigned bits)
{
	struct words_order order;

	words_begin(&order, n, low, bits);
	for (size_t i = 0; n > WORDS_FEW && i < n; i++)
		words_count(&order, words[i]);
	return words_sort_counted(words, spare, n, &order);
}

static void
sort_few_keys(struct sort_key *keys, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct sort_key key = keys[i];
		size_t k = i;

		for (; k > 0 && sort_key_less(&key, &keys[k - 1]); k--)
			keys[k] = keys[k - 1];
		keys[k] = key;
	}
}

static void
merge_keys(const struct sort_key *a, size_t n_a, const struct sort_key *b,
	size_t n_b, struct sort_key *to)
{
	while (n_a > 0 && n_b > 0) {
		bool second = sort_key_less(b, a);

		*to++ = second ? *b : *a;
		a += !second;
		n_a -= !second;
		b += second;
		n_b -= second;
	}
	memcpy(to, a, n_a * sizeof(*a));
	memcpy(to + n_a, b, n_b * sizeof(*b));
}

/* Where the four halves of a key go in a word, so that the word orders keys:
 * the first into the highest bits. */
enum { HALVES = 4 };
struct packing {
	uint32_t low[HALVES];
	unsigned bits[HALVES], all;
};

static uint32_t
half_of(const struct sort_key *key, size_t half)
{
	uint64_t of = half < 2 ? key->high : key->low;

	return (uint32_t)(half % 2 == 0 ? of >> 32 : of);
}

static inline void
widen(uint32_t half, uint32_t *low, uint32_t *high)
{
	*low = half < *low ? half : *low;
	*high = half > *high ? half : *high;
}

static struct packing
plan_packing(const struct sort_key *keys, size_t n)
{
	struct packing packing = { .all = 0 };
	uint32_t low[HALVES] = { UINT32_MAX, UINT32_MAX, UINT32_MAX,
		UINT32_MAX }, high[HALVES] = { 0 };

	for (size_t i = 0; i < n; i++) {
		widen(half_of(&keys[i], 0), &low[0], &high[0]);
		widen(half_of(&keys[i], 1), &low[1], &high[1]);
		widen(half_of(&keys[i], 2), &low[2], &high[2]);
		widen(half_of(&keys[i], 3), &low[3], &high[3]);
	}
	for (size_t h = 0; h < HALVES; h++) {
		packing.low[h] = low[h];
		packing.bits[h] = word_bits(high[h] - low[h]);
		packing.all += packing.bits[h];
	}
	return packing;
}

/* A half behind those that are in the word … */
static inline uint64_t
push(uint64_t word, const struct sort_key *key, size_t half,
	const struct packing *packing)
{
	return word << packing->bits[half] |
		(half_of(key, half) - packing->low[half]);
}

/* … and the last one off it. */
static inline uint64_t
pop(uint64_t *word, size_t half, const struct packing *packing)
{
	uint64_t mask = ((uint64_t)1 << packing->bits[half]) - 1;
	uint64_t found = (*word & mask) + packing->low[half];

	*word >>= packing->bits[half];
	return found;
}

/* Keys of one word each. */
static void
sort_packed(struct sort_key *keys, uint64_t *words, size_t n,
	const struct packing *plan)
{
	const struct packing packing = *plan;
	const uint64_t *sorted;

	for (size_t i = 0; i < n; i++) {
		uint64_t word = push(0, &keys[i], 0, &packing);

		word = push(word, &keys[i], 1, &packing);
		word = push(word, &keys[i], 2, &packing);
		words[i] = push(word, &keys[i], 3, &packing);
	}
	sorted = words_sort(words, words + n, n, 0, packing.all);
	for (size_t i = 0; i < n; i++) {
		uint64_t word = sorted[i];
		uint64_t low = pop(&word, 3, &packing);
		uint64_t high;

		low |= pop(&word, 2, &packing) << 32;
		high = pop(&word, 1, &packing);
		keys[i] = (struct sort_key){
			high | pop(&word, 0, &packing) << 32, low };
	}
}

struct sort_key *
keys_sort(struct sort_key *keys, struct sort_key *spare, size_t n)
{
	struct packing packing;

	if (n >= RADIX_MIN && n <= UINT32_MAX) {
		packing = plan_packing(keys, n);
		if (packing.all <= WORD_MOST) {
			sort_packed(keys, &spare->high, n, &packing);
			return keys;
		}
	}
	return keys_merge(keys, spare, n);
}

struct sort_key *
keys_merge(struct sort_key *keys, struct sort_key *spare, size_t n)
{
	struct sort_key *from = keys, *to = spare;

	for (size_t i = 0; i < n; i += INSERTION_MAX)
		sort_few_keys(keys + i,
			n - i < INSERTION_MAX ? n - i : INSERTION_MAX);
	for (size_t run = INSERTION_MAX; run < n; run *= 2) {
		struct sort_key *swap = from;

		for (size_t i = 0; i < n; i += 2 * run) {
			size_t n_a = n - i < run ? n - i : run;
			size_t rest = n - i - n_a;

			merge_keys(from + i, n_a, from + i + n_a,
				rest < run ? rest : run, to + i);
		}
		from = to;
		to = swap;
	}
	return from;
}
