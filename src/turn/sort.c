/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/sort.h"

enum {
	INSERTION_MAX = 12,
	/* Below this the counting of radix passes costs more than it saves. */
	RADIX_MIN = 96,
	RADIX_BITS = 11,
	RADIX_MOST = 1 << RADIX_BITS,
	/* Times are sorted with a number behind them, in one word. */
	WORD_BITS = 64,
};

static int
compare(const void *a, const void *b)
{
	return row_compare(a, b);
}

static void
sort_few(struct row *rows, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct row row = rows[i];
		size_t k = i;

		for (; k > 0 && row_compare(&rows[k - 1], &row) > 0; k--)
			rows[k] = rows[k - 1];
		rows[k] = row;
	}
}

/* Rows in order of time: those of one instant by the rest. */
static void
sort_ties(struct row *rows, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t start = i++;

		while (i < n && row_ms(&rows[i]) == row_ms(&rows[start]))
			i++;
		if (i - start > INSERTION_MAX)
			qsort(rows + start, i - start, sizeof(*rows), compare);
		else if (i - start > 1)
			sort_few(rows + start, i - start);
	}
}

/* How the words are made and taken apart: time, then number. */
struct words {
	uint64_t low;     /* the least time */
	unsigned numbers; /* bits of a number … */
	unsigned times;   /* … and of a time */
};

static unsigned
bits_of(uint64_t most)
{
	unsigned bits = 0;

	for (; most > 0; most >>= 1)
		bits++;
	return bits;
}

static struct words
plan_words(const struct row *rows, size_t n)
{
	uint64_t low = UINT64_MAX, high = 0;

	for (size_t i = 0; i < n; i++) {
		low = rows[i].when < low ? rows[i].when : low;
		high = rows[i].when > high ? rows[i].when : high;
	}
	/* below are the marks */
	low >>= 16;
	return (struct words){ low, bits_of(n - 1),
		bits_of((high >> 16) - low) };
}

static void
radix_pass(const uint64_t *from, uint64_t *to, size_t n, unsigned shift,
	unsigned bits)
{
	uint32_t starts[RADIX_MOST], sum = 0;
	uint64_t mask = ((uint64_t)1 << bits) - 1;

	memset(starts, 0, sizeof(*starts) << bits);
	for (size_t i = 0; i < n; i++)
		starts[from[i] >> shift & mask]++;
	for (size_t d = 0; d <= mask; d++) {
		uint32_t count = starts[d];

		starts[d] = sum;
		sum += count;
	}
	for (size_t i = 0; i < n; i++)
		to[starts[from[i] >> shift & mask]++] = from[i];
}

/* Words by time; where they are in the end. */
static uint64_t *
sort_words(uint64_t *from, uint64_t *to, size_t n, const struct words *words)
{
	unsigned passes = (words->times + RADIX_BITS - 1) / RADIX_BITS;
	unsigned bits = passes > 0 ? (words->times + passes - 1) / passes : 0;

	for (unsigned i = 0; i < passes; i++) {
		uint64_t *swap = from;

		radix_pass(from, to, n, words->numbers + i * bits, bits);
		from = to;
		to = swap;
	}
	return from;
}

struct row *
rows_sort(struct row *rows, struct row *spare, uint64_t *words, size_t n)
{
	const uint64_t *sorted;
	struct words plan;
	uint64_t mask;

	if (n <= INSERTION_MAX) {
		sort_few(rows, n);
		return rows;
	}
	plan = plan_words(rows, n);
	if (n < RADIX_MIN || n > UINT32_MAX ||
		plan.numbers + plan.times > WORD_BITS) {
		qsort(rows, n, sizeof(*rows), compare);
		return rows;
	}
	for (size_t i = 0; i < n; i++)
		words[i] = ((rows[i].when >> 16) - plan.low)
				<< plan.numbers |
			i;
	sorted = sort_words(words, words + n, n, &plan);
	mask = ((uint64_t)1 << plan.numbers) - 1;
	for (size_t i = 0; i < n; i++)
		spare[i] = rows[sorted[i] & mask];
	sort_ties(spare, n);
	return spare;
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

static struct packing
plan_packing(const struct sort_key *keys, size_t n)
{
	struct packing packing = { .all = 0 };

	for (size_t h = 0; h < HALVES; h++) {
		uint32_t low = UINT32_MAX, high = 0;

		for (size_t i = 0; i < n; i++) {
			uint32_t half = half_of(&keys[i], h);

			low = half < low ? half : low;
			high = half > high ? half : high;
		}
		packing.low[h] = low;
		packing.bits[h] = bits_of(high - low);
		packing.all += packing.bits[h];
	}
	return packing;
}

/* Keys of one word each. */
static void
sort_packed(struct sort_key *keys, uint64_t *words, size_t n,
	const struct packing *packing)
{
	struct words plan = { .times = packing->all };
	const uint64_t *sorted;

	for (size_t i = 0; i < n; i++) {
		words[i] = 0;
		for (size_t h = 0; h < HALVES; h++)
			words[i] = words[i] << packing->bits[h] |
				(half_of(&keys[i], h) - packing->low[h]);
	}
	sorted = sort_words(words, words + n, n, &plan);
	for (size_t i = 0; i < n; i++) {
		uint64_t word = sorted[i], halves[HALVES];

		for (size_t h = HALVES; h-- > 0;) {
			uint64_t mask = ((uint64_t)1 << packing->bits[h]) - 1;

			halves[h] = (word & mask) + packing->low[h];
			word >>= packing->bits[h];
		}
		keys[i] = (struct sort_key){ halves[0] << 32 | halves[1],
			halves[2] << 32 | halves[3] };
	}
}

struct sort_key *
keys_sort(struct sort_key *keys, struct sort_key *spare, size_t n)
{
	struct packing packing;

	if (n >= RADIX_MIN) {
		packing = plan_packing(keys, n);
		if (packing.all < WORD_BITS) {
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
