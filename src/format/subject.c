/* SPDX-License-Identifier: Apache-2.0 */
#include "format/subject.h"

#include <endian.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static const uint64_t ten_to[19] = { 1u, 10u, 100u, 1000u, 10000u, 100000u,
	1000000u, 10000000u, 100000000u, 1000000000u, 10000000000u,
	100000000000u, 1000000000000u, 10000000000000u, 100000000000000u,
	1000000000000000u, 10000000000000000u, 100000000000000000u,
	1000000000000000000u };

/* Eight digits at once, the first the lowest byte: pairs, fours, all eight. */
static uint64_t
eight_value(uint64_t word)
{
	word -= 0x3030303030303030u;
	word = word * 10 + (word >> 8);
	return ((word & 0x000000ff000000ffu) * 0x000f424000000064u +
		(word >> 16 & 0x000000ff000000ffu) * 0x0000271000000001u) >>
		32;
}

/* Digits, and what six more makes of them, have the upper half 3. */
static bool
eight_digits(uint64_t word)
{
	const uint64_t upper = 0xf0f0f0f0f0f0f0f0u;

	return ((word & upper) | ((word + 0x0606060606060606u) & upper) >> 4) ==
		0x3333333333333333u;
}

bool
subject_pack(struct slice text, uint64_t *ret)
{
	uint64_t value = 0, word;
	size_t i = 0, left;

	if (text.len == 0 || text.len > 18)
		return false;
	for (; i + 8 <= text.len; i += 8) {
		word = le64toh(bytes_u64(text.at + i));
		if (!eight_digits(word))
			return false;
		value = value * ten_to[8] + eight_value(word);
	}
	left = text.len - i;
	if (i > 0 && left > 0) { /* the last eight, those known made zeroes */
		word = le64toh(bytes_u64(text.at + text.len - 8));
		if (!eight_digits(word))
			return false;
		word = word >> (64 - 8 * left) << (64 - 8 * left) |
			0x3030303030303030u >> 8 * left;
		value = value * ten_to[left] + eight_value(word);
	} else {
		for (; i < text.len; i++) {
			unsigned digit = (unsigned char)text.at[i] -
				(unsigned)'0';

			if (digit > 9)
				return false;
			value = value * 10 + digit;
		}
	}
	*ret = ten_to[text.len] + value;
	return true;
}

size_t
subject_unpack(uint64_t subject, char buf[20])
{
	size_t len = 1;
	uint64_t value;

	while (len < 18 && subject >= 2 * ten_to[len])
		len++;
	value = subject - ten_to[len];
	for (size_t i = len; i-- > 0; value /= 10)
		buf[i] = (char)('0' + value % 10);
	buf[len] = '\0';
	return len;
}

unsigned
subject_partition(uint64_t packed)
{
	packed ^= packed >> 33;
	packed *= 0xff51afd7ed558ccdu;
	packed ^= packed >> 33;
	packed *= 0xc4ceb9fe1a85ec53u;
	packed ^= packed >> 33;
	return (unsigned)(packed >> 56);
}

unsigned
subject_partition_text(struct slice text)
{
	return (unsigned)(XXH3_64bits(text.at, text.len) >> 56);
}
