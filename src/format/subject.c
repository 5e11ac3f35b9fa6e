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

/* The value of the last n of eight digits, n from 0 to 8. */
static uint64_t
last_value(uint64_t word, size_t n)
{
	unsigned known = (unsigned)(4 * (8 - n)); /* half of their bits */

	return eight_value((word >> known >> known << known << known) |
		(~(~(uint64_t)0 << known << known) & 0x3030303030303030u));
}

/* Few digits, one by one. */
static bool
pack_short(struct slice text, uint64_t *ret)
{
	uint64_t value = 0;

	for (size_t i = 0; i < text.len; i++) {
		unsigned digit = (unsigned char)text.at[i] - (unsigned)'0';

		if (digit > 9)
			return false;
		value = value * 10 + digit;
	}
	*ret = ten_to[text.len] + value;
	return true;
}

/* Nearly all have 8 to 18 digits: read as the first eight, the eight behind
 * them and the last ones, of which only those count that are not known yet. */
bool
subject_pack(struct slice text, uint64_t *ret)
{
	uint64_t first, second, last, value;
	size_t n, behind;

	if (text.len - 1 >= 18)
		return false;
	if (text.len < 8)
		return pack_short(text, ret);
	n = text.len < 16 ? text.len - 8 : 8; /* of the second */
	behind = text.len - 8 - n;            /* of the last */
	first = le64toh(bytes_u64(text.at));
	second = le64toh(bytes_u64(text.at + n));
	last = le64toh(bytes_u64(text.at + text.len - 8));
	if (!eight_digits(first) || !eight_digits(second) ||
		!eight_digits(last))
		return false;
	value = eight_value(first) * ten_to[n] + last_value(second, n);
	value = value * ten_to[behind] + last_value(last, behind);
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

int
subject_split_check(const char *split, struct fault *fault)
{
	if (split[0] == '\0')
		return fault_set(fault, FAULT_USAGE,
			"--split names no character");
	for (const char *at = split; *at != '\0'; at++) {
		if ((*at >= '0' && *at <= '9') || (*at >= 'A' && *at <= 'Z') ||
			(*at >= 'a' && *at <= 'z') || *at & 0x80)
			return fault_set(fault, FAULT_USAGE,
				"--split '%s': each character separates, and "
				"none may be a letter, a digit or beyond ASCII",
				split);
	}
	return 0;
}
