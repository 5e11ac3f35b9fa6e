/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/roll.h"

enum { INSERTION_MAX = 12,
	/* Radix passes go over so many bits more than it takes to number the
	 * rows: few are left that share all of them. */
	SPARE_BITS = 6,
	/* Of times so many bits may be missing; rather than more, rows that lie
	 * far apart are copied. */
	DROP_MOST = 8 };

static int
grow(struct roll *roll, const struct roll_plan *plan, struct fault *fault)
{
	size_t n = plan->n_rows + plan->n_rows / 4;

	if (plan->n_rows > roll->words_cap) {
		roll->words_cap = 0;
		free(roll->words);
		free(roll->spare);
		roll->words = memory_array(n + ROLL_AHEAD, sizeof(uint64_t));
		roll->spare = memory_array(n + ROLL_AHEAD, sizeof(uint64_t));
		if (roll->words == NULL || roll->spare == NULL)
			return fault_memory(fault);
		roll->words_cap = n;
	}
	if (roll->copy && plan->n_rows > roll->copies_cap) {
		roll->copies_cap = 0;
		free(roll->copies);
		roll->copies = malloc(n * sizeof(*roll->copies));
		if (roll->copies == NULL)
			return fault_memory(fault);
		roll->copies_cap = n;
	}
	return 0;
}

/* Bits of the numbers of rows, and of their times those for which there is no
 * room beside them: the last ones of long times, left to row_compare(). */
static void
plan_words(struct roll *roll, const struct roll_plan *plan, bool copy)
{
	size_t n = copy ? plan->n_rows :
			  (plan->high - plan->low) / sizeof(struct row);
	unsigned times = word_bits((uint64_t)(plan->last_ms - plan->first_ms));
	unsigned all;

	roll->copy = copy;
	roll->number_bits = word_bits(n - 1);
	roll->user_bits = word_bits(plan->n_users - 1);
	all = roll->number_bits + roll->user_bits + times;
	roll->drop = all > WORD_MOST ? all - WORD_MOST : 0;
	roll->mask = ((uint64_t)1 << roll->number_bits) - 1;
	roll->user_shift = roll->number_bits + times - roll->drop;
}

/* The highest bits of the words decide; those that share all of them are put in
 * order one by one. */
static void
plan_order(struct roll *roll, size_t n)
{
	unsigned all = roll->user_shift + roll->user_bits;
	unsigned want = words_sort_bits(n,
		roll->user_bits + word_bits(n) + SPARE_BITS);
	unsigned low = all - roll->number_bits > want ? all - want :
							roll->number_bits;

	words_begin(&roll->order, n, low, all - low);
}

int
roll_begin(struct roll *roll, const struct roll_plan *plan,
	struct fault *fault)
{
	if (plan->n_rows >= UINT32_MAX / 4)
		return fault_set(fault, FAULT_LIMIT,
			"more than %u lookups of some users", UINT32_MAX / 4);
	plan_words(roll, plan, plan->copy);
	if (roll->drop > DROP_MOST)
		plan_words(roll, plan, true);
	if (grow(roll, plan, fault) != 0)
		return -1;
	plan_order(roll, plan->n_rows);
	roll->n = 0;
	roll->first_ms = plan->first_ms;
	roll->base = roll->copy ? (uintptr_t)roll->copies : plan->low;
	return 0;
}

void
roll_free(struct roll *roll)
{
	free(roll->words);
	free(roll->spare);
	free(roll->copies);
	*roll = (struct roll){ 0 };
}

void
roll_add(struct roll *roll, const struct row *rows, size_t n,
	const struct row *ahead, const uint32_t *users_of)
{
	unsigned user_shift = roll->user_shift, drop = roll->drop;
	unsigned number_bits = roll->number_bits;
	unsigned low = roll->order.low;
	uint32_t *counts = roll->order.counts;
	uint64_t mask = roll->order.mask;
	int64_t first_ms = roll->first_ms;
	uint64_t *to = roll->words + roll->n;
	uint64_t number = ((uintptr_t)rows - roll->base) / sizeof(*rows);

	if (roll->copy) {
		memcpy(roll->copies + roll->n, rows, n * sizeof(*rows));
		number = roll->n;
	}
	for (size_t i = 0; i < n; i++) {
		uint64_t user = users_of[rows[i].post];
		uint64_t time = (uint64_t)(row_ms(&rows[i]) - first_ms);

		__builtin_prefetch(&ahead[i]);
		to[i] = user << user_shift | time >> drop << number_bits |
			(number + i);
		counts[to[i] >> low & mask]++;
	}
	roll->n += n;
}

/* An asking that took over the case of a retry may be the same but for that. */
static int
compare_rows(const struct row *a, const struct row *b)
{
	int order = row_compare(a, b);

	return order != 0 ? order :
			    (int)(row_marks(b) & MARK_ASKING) -
				    (int)(row_marks(a) & MARK_ASKING);
}

/* Of two words of one user. */
static int
compare(const void *a, const void *b, void *ctx)
{
	const struct roll *roll = ctx;
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	int order = 0;

	if (x >> roll->number_bits == y >> roll->number_bits)
		order = compare_rows(roll_row(roll, x), roll_row(roll, y));
	return order != 0 ? order : (x > y) - (x < y);
}

/* Words that the radix passes left as they were. */
static void
settle(struct roll *roll, uint64_t *words, size_t n)
{
	if (n > INSERTION_MAX) {
		qsort_r(words, n, sizeof(*words), compare, roll);
		return;
	}
	for (size_t i = 1; i < n; i++) {
		uint64_t word = words[i];
		size_t k = i;

		for (; k > 0 && compare(&words[k - 1], &word, roll) > 0; k--)
			words[k] = words[k - 1];
		words[k] = word;
	}
}

void
roll_sort(struct roll *roll)
{
	unsigned low = roll->order.low;
	uint64_t *words = words_sort_counted(roll->words, roll->spare, roll->n,
		&roll->order);

	roll->spare = words == roll->words ? roll->spare : roll->words;
	roll->words = words;
	for (size_t i = 1; i < roll->n; i++) {
		size_t start = i - 1;

		if ((words[i] ^ words[start]) >> low != 0)
			continue;
		while (i + 1 < roll->n && (words[i + 1] ^ words[i]) >> low == 0)
			i++;
		settle(roll, words + start, i + 1 - start);
	}
	/* of a row that is nobody else's to write */
	for (size_t i = 0; i < ROLL_AHEAD; i++)
		words[roll->n + i] = roll->n > 0 ? words[roll->n - 1] : 0;
}
