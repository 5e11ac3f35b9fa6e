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

/* Of eight digits' values, the first in the lowest byte: pairs, fours, all
 * eight. */
static uint64_t
eight_value(uint64_t digits)
{
	digits = digits * 10 + (digits >> 8);
	return ((digits & 0x000000ff000000ffu) * 0x000f424000000064u +
		(digits >> 16 & 0x000000ff000000ffu) * 0x0000271000000001u) >>
		32;
}

/* Values of eight digits; others have an upper half, or will if six more are
 * added. */
static uint64_t
eight_digits(const char *at)
{
	return le64toh(bytes_u64(at)) ^ 0x3030303030303030u;
}

static uint64_t
eight_upper(uint64_t digits)
{
	return (digits | (digits + 0x0606060606060606u)) & 0xf0f0f0f0f0f0f0f0u;
}

/* The first n of eight digits, n from 0 to 8, behind as many zeros. */
static uint64_t
first_digits(uint64_t digits, size_t n)
{
	unsigned half = (unsigned)(4 * (8 - n)); /* of their bits */

	return digits << half << half;
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

/* Nearly all have 8 to 18 digits: read as the first eight, of which only those
 * count that are none of the last eight, up to two behind these, and the last
 * eight. No branch depends on how many there are, which varies. */
bool
subject_pack(struct slice text, uint64_t *ret)
{
	uint64_t first, second, last, value;
	size_t n, behind;

	if (text.len - 1 >= 18)
		return false;
	if (text.len < 8)
		return pack_short(text, ret);
	n = text.len < 16 ? text.len - 8 : 8; /* of the first */
	behind = text.len - 8 - n;
	first = eight_digits(text.at);
	second = eight_digits(text.at + n);
	last = eight_digits(text.at + text.len - 8);
	if ((eight_upper(first) | eight_upper(second) | eight_upper(last)) != 0)
		return false;
	second = first_digits(second, behind) >> 48; /* a pair */
	value = eight_value(first_digits(first, n)) * ten_to[behind] +
		(second & 0xff) * 10 + (second >> 8);
	*ret = ten_to[text.len] + value * ten_to[8] + eight_value(last);
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
