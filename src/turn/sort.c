/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/sort.h"

/* Below this the counting of a radix pass costs more than it saves. */
enum { RADIX_MIN = 512, RADIX_BITS = 11, RADIX_SIZE = 1 << RADIX_BITS };

static int
compare(const void *a, const void *b)
{
	return row_compare(a, b);
}

/* Radix passes order by time only; rows of one instant by the rest. */
static void
sort_ties(struct row *rows, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t start = i++;

		while (i < n && row_ms(&rows[i]) == row_ms(&rows[start]))
			i++;
		if (i - start > 1)
			qsort(rows + start, i - start, sizeof(*rows), compare);
	}
}

static void
radix_pass(const struct row *from, struct row *to, size_t n, uint64_t base,
	unsigned shift)
{
	uint32_t starts[RADIX_SIZE] = { 0 }, sum = 0;

	for (size_t i = 0; i < n; i++)
		starts[(from[i].when - base) >> shift & (RADIX_SIZE - 1)]++;
	for (size_t d = 0; d < RADIX_SIZE; d++) {
		uint32_t count = starts[d];

		starts[d] = sum;
		sum += count;
	}
	for (size_t i = 0; i < n; i++)
		to[starts[(from[i].when - base) >> shift &
			(RADIX_SIZE - 1)]++] = from[i];
}

void
rows_sort(struct row *rows, struct row *spare, size_t n)
{
	uint64_t low = UINT64_MAX, high = 0;
	struct row *from = rows, *to = spare, *swap;
	unsigned shift = 16; /* below are the marks */

	if (n < RADIX_MIN || n > UINT32_MAX) {
		qsort(rows, n, sizeof(*rows), compare);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		low = rows[i].when < low ? rows[i].when : low;
		high = rows[i].when > high ? rows[i].when : high;
	}
	low &= ~(uint64_t)0xffff;
	for (; shift < 64 && (high - low) >> shift != 0;
		shift += RADIX_BITS) {
		radix_pass(from, to, n, low, shift);
		swap = from;
		from = to;
		to = swap;
	}
	if (from != rows)
		memcpy(rows, from, n * sizeof(*rows));
	sort_ties(rows, n);
}
