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
static inline uint64_t
eight_value(uint64_t digits)
{
	digits = digits * 10 + (digits >> 8);
	return ((digits & 0x000000ff000000ffu) * 0x000f424000000064u +
		(digits >> 16 & 0x000000ff000000ffu) * 0x0000271000000001u) >>
		32;
}

/* Eight bytes less '0'. */
static inline uint64_t
eight_digits(const char *at)
{
	return le64toh(bytes_u64(at)) ^ 0x3030303030303030u;
}

/* Its highest bits are set where that is no digit. */
static inline uint64_t
beyond_nine(uint64_t digits)
{
	return digits | (digits + 0x7676767676767676u);
}

/* Few digits, one by one. */
static uint64_t
pack_digits(struct slice text)
{
	uint64_t value = 0;

	for (size_t i = 0; i < text.len; i++) {
		unsigned digit = (unsigned char)text.at[i] - (unsigned)'0';

		if (digit > 9)
			return subject_packed_short(text);
		value = value * 10 + digit;
	}
	return ten_to[text.len] + value;
}

/* Eight characters, the first the highest byte. Not zero: other ones. */
static inline uint64_t
beyond_short(uint64_t text)
{
	/* below '!', or beyond '_' */
	return (~(text + 0x5f5f5f5f5f5f5f5fu) | (text + 0x2020202020202020u) |
		       text) &
		0x8080808080808080u;
}

/* Six bits of each: pairs, fours, all eight. */
static inline uint64_t
eight_short(uint64_t text)
{
	text -= 0x2020202020202020u;
	text = (text & 0x003f003f003f003fu) | (text >> 2 & 0x0fc00fc00fc00fc0u);
	text = (text & 0x00000fff00000fffu) | (text >> 4 & 0x00fff00000fff000u);
	return (text & 0xffffffu) | text >> 32 << 24;
}

enum { SHORT_MOST = 10, SHORT_BITS = 6 };

/* Few characters, one by one. */
static uint64_t
pack_few(struct slice text)
{
	uint64_t packed = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '!' || text.at[i] > '_')
			return 0;
		packed = packed << SHORT_BITS | (uint64_t)(text.at[i] - ' ');
	}
	return text.len == 0 ?
		0 :
		SUBJECT_SHORT | packed << SHORT_BITS * (SHORT_MOST - text.len);
}

/* The first eight, and of the last eight those that are not among them. */
uint64_t
subject_packed_short(struct slice text)
{
	size_t more = text.len - 8;
	uint64_t first, last;

	if (more > SHORT_MOST - 8)
		return text.len < 8 ? pack_few(text) : 0;
	first = be64toh(bytes_u64(text.at));
	last = be64toh(bytes_u64(text.at + more));
	if ((beyond_short(first) | beyond_short(last)) != 0)
		return 0;
	last = eight_short(last) & (((uint64_t)1 << SHORT_BITS * more) - 1);
	return SUBJECT_SHORT |
		eight_short(first) << SHORT_BITS * (SHORT_MOST - 8) |
		last << SHORT_BITS * (SHORT_MOST - text.len);
}

/* Of 8 to 18 digits: what they begin with beyond all values, what the first two
 * of them count if they are before the last sixteen, where those begin, and
 * half of the bits they lack. */
static const struct {
	uint64_t base, first, second;
	uint32_t sixteen, lack;
} digits_of[11] = {
	{ 100000000u, 0, 0, 0, 32 },
	{ 1000000000u, 0, 0, 0, 28 },
	{ 10000000000u, 0, 0, 0, 24 },
	{ 100000000000u, 0, 0, 0, 20 },
	{ 1000000000000u, 0, 0, 0, 16 },
	{ 10000000000000u, 0, 0, 0, 12 },
	{ 100000000000000u, 0, 0, 0, 8 },
	{ 1000000000000000u, 0, 0, 0, 4 },
	{ 10000000000000000u, 0, 0, 0, 0 },
	{ 100000000000000000u, 10000000000000000u, 0, 1, 0 },
	{ 1000000000000000000u, 100000000000000000u, 10000000000000000u, 2, 0 },
};

/* Nearly all have 8 to 18 digits: the last eight, the eight before them, or as
 * many of them as there are, and up to two in front of those. No branch asks
 * how many there are. */
uint64_t
subject_packed(struct slice text)
{
	size_t i = text.len - 8;
	uint64_t first, before, last;
	unsigned lack;

	if (i >= ARRAY_LEN(digits_of))
		return text.len - 1 < 18 ? pack_digits(text) : 0;
	lack = digits_of[i].lack;
	first = eight_digits(text.at);
	before = eight_digits(text.at + digits_of[i].sixteen);
	last = eight_digits(text.at + i);
	if (((beyond_nine(first) | beyond_nine(before) | beyond_nine(last)) &
		    0x8080808080808080u) != 0)
		return subject_packed_short(text);
	return digits_of[i].base + (first & 0xff) * digits_of[i].first +
		(first >> 8 & 0xff) * digits_of[i].second +
		eight_value(before << lack << lack) * 100000000 +
		eight_value(last);
}

static size_t
unpack_short(uint64_t subject, char buf[20])
{
	size_t len = 0;

	for (; len < SHORT_MOST; len++) {
		unsigned at = SHORT_BITS * (SHORT_MOST - 1 - (unsigned)len);
		char code = (char)(subject >> at & 0x3f);

		if (code == 0)
			break;
		buf[len] = (char)(code + ' ');
	}
	buf[len] = '\0';
	return len;
}

size_t
subject_unpack(uint64_t subject, char buf[20])
{
	size_t len = 1;
	uint64_t value;

	if (!subject_is_number(subject))
		return unpack_short(subject, buf);
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
