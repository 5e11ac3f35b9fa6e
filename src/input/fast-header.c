/* SPDX-License-Identifier: Apache-2.0 */
#include "input/fast-header.h"

enum {
	LITERALS_MOST = 286,
	DISTANCES_MOST = 30,
	END_OF_BLOCK = 256,
	LENGTH_CODES = 19,
	LENGTH_BITS = 7,  /* the longest code of a code length */
	CODE_BITS = 15,   /* the longest code */
	COPY_LAST = 16,   /* symbols of code lengths: those that repeat */
	ZEROS = 17,
	MANY_ZEROS = 18,
};

struct bits {
	const unsigned char *at;
	size_t next, n; /* bytes */
	uint64_t hold;
	unsigned held;
};

/* False: there are not as many; count is at most 32. */
static inline bool
bits_need(struct bits *bits, unsigned count)
{
	if (bits->held < count && bits->n - bits->next >= 8) {
		/* what is of a byte that is not whole comes again */
		bits->hold |= le64toh(bytes_u64((const char *)bits->at +
			bits->next)) << bits->held;
		bits->next += (63 - bits->held) / 8;
		bits->held |= 56;
	}
	while (bits->held < count) {
		if (bits->next == bits->n)
			return false;
		bits->hold |= (uint64_t)bits->at[bits->next++] << bits->held;
		bits->held += 8;
	}
	return true;
}

static inline unsigned
bits_take(struct bits *bits, unsigned count)
{
	unsigned value = (unsigned)(bits->hold & ((1u << count) - 1));

	bits->hold >>= count;
	bits->held -= count;
	return value;
}

/* How much of the space of codes is left over; negative: too many codes. */
static int
codes_left(const unsigned char *lengths, size_t n)
{
	static const int space[CODE_BITS + 1] = { 0, 1 << 14, 1 << 13, 1 << 12,
		1 << 11, 1 << 10, 1 << 9, 1 << 8, 1 << 7, 1 << 6, 1 << 5,
		1 << 4, 1 << 3, 1 << 2, 1 << 1, 1 };
	int left = 1 << CODE_BITS;

	for (size_t i = 0; i < n; i++)
		left -= space[lengths[i]];
	return left;
}

struct length_code {
	unsigned char symbol[1 << LENGTH_BITS], bits[1 << LENGTH_BITS];
};

/* The table for codes of lengths; they must be complete. */
static bool
length_code_make(struct length_code *code, const unsigned char *lengths)
{
	unsigned short counts[CODE_BITS + 1] = { 0 };
	unsigned short next[LENGTH_BITS + 2] = { 0 };

	if (codes_left(lengths, LENGTH_CODES) != 0)
		return false;
	for (size_t i = 0; i < LENGTH_CODES; i++)
		counts[lengths[i]]++;
	for (unsigned i = 1; i <= LENGTH_BITS; i++)
		next[i + 1] = (unsigned short)
			((next[i] + counts[i]) << 1);
	for (unsigned i = 0; i < LENGTH_CODES; i++) {
		unsigned len = lengths[i], at = 0;

		if (len == 0)
			continue;
		/* Codes come with their first bit first. */
		for (unsigned k = 0; k < len; k++)
			at |= ((unsigned)next[len] >> k & 1) << (len - 1 - k);
		next[len]++;
		for (; at < 1 << LENGTH_BITS; at += 1u << len) {
			code->symbol[at] = (unsigned char)i;
			code->bits[at] = (unsigned char)len;
		}
	}
	return true;
}

/* The next symbol of a code length, or -1. */
static inline int
length_take(struct bits *bits, const struct length_code *code)
{
	unsigned at;

	/* At the very end of the file fewer bits than a table's may be left;
	 * such a header is not worth being fast. */
	if (!bits_need(bits, LENGTH_BITS))
		return -1;
	at = (unsigned)(bits->hold & ((1 << LENGTH_BITS) - 1));
	(void)bits_take(bits, code->bits[at]);
	return code->symbol[at];
}

static bool
lengths_read(struct bits *bits, const struct length_code *code,
	unsigned char *lengths, size_t n)
{
	static const unsigned char extra[] = { 2, 3, 7 }, least[] = { 3, 3,
		11 };
	size_t have = 0;

	while (have < n) {
		int symbol = length_take(bits, code);
		size_t copies;

		if (symbol < 0)
			return false;
		if (symbol < COPY_LAST) {
			lengths[have++] = (unsigned char)symbol;
			continue;
		}
		symbol -= COPY_LAST;
		if (!bits_need(bits, extra[symbol]))
			return false;
		copies = least[symbol] + bits_take(bits, extra[symbol]);
		if (copies > n - have ||
			(symbol + COPY_LAST == COPY_LAST && have == 0))
			return false;
		memset(lengths + have, symbol + COPY_LAST == COPY_LAST
				? lengths[have - 1]
				: 0,
			copies);
		have += copies;
	}
	return true;
}

static bool
codes_are_fine(const unsigned char *lengths, size_t literals, size_t distances)
{
	int left;

	if (lengths[END_OF_BLOCK] == 0 || codes_left(lengths, literals) != 0)
		return false;
	lengths += literals;
	left = codes_left(lengths, distances);
	/* No distance at all, or one, of one bit, is as good as complete. */
	for (size_t i = 0; i < distances && left > 0; i++)
		if (lengths[i] > 1)
			return false;
	return left >= 0;
}

static bool
dynamic_is_fine(struct bits *bits)
{
	static const unsigned char order[LENGTH_CODES] = { 16, 17, 18, 0, 8, 7,
		9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15 };
	unsigned char lengths[LITERALS_MOST + DISTANCES_MOST];
	unsigned char of_lengths[LENGTH_CODES] = { 0 };
	struct length_code code;
	unsigned literals, distances, n;

	if (!bits_need(bits, 14))
		return false;
	literals = bits_take(bits, 5) + 257;
	distances = bits_take(bits, 5) + 1;
	n = bits_take(bits, 4) + 4;
	if (literals > LITERALS_MOST || distances > DISTANCES_MOST)
		return false;
	for (unsigned i = 0; i < n; i++) {
		if (!bits_need(bits, 3))
			return false;
		of_lengths[order[i]] = (unsigned char)bits_take(bits, 3);
	}
	return length_code_make(&code, of_lengths) &&
		lengths_read(bits, &code, lengths, literals + distances) &&
		codes_are_fine(lengths, literals, distances);
}

static bool
stored_is_fine(struct bits *bits)
{
	unsigned len;

	(void)bits_take(bits, bits->held % 8);
	if (!bits_need(bits, 32))
		return false;
	len = bits_take(bits, 16);
	return (len ^ bits_take(bits, 16)) == 0xffff;
}

bool
block_header_is_fine(const unsigned char *at, size_t n, unsigned bit,
	bool *ret_last)
{
	enum { STORED, FIXED, DYNAMIC };
	struct bits bits = { .at = at, .n = n };
	bool last;
	bool fine;

	if (!bits_need(&bits, bit + 3))
		return false;
	(void)bits_take(&bits, bit);
	last = bits_take(&bits, 1) != 0;
	switch (bits_take(&bits, 2)) {
	case STORED:
		fine = stored_is_fine(&bits);
		break;
	case FIXED:
		fine = true;
		break;
	case DYNAMIC:
		fine = dynamic_is_fine(&bits);
		break;
	default:
		return false;
	}
	if (fine)
		*ret_last = last;
	return fine;
}
