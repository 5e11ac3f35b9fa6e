/* SPDX-License-Identifier: Apache-2.0 */
/* A slice is a run of bytes that somebody else owns; it may hold NULs. */
#ifndef QUIS_BASE_SLICE_H
#define QUIS_BASE_SLICE_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
	const char *at; /* NULL only when len is 0 */
	size_t len;
};

struct slice slice_of(const char *text); /* a C string, without its NUL */
struct slice slice_trim(struct slice s); /* without blanks and tabs around */
bool slice_is(struct slice s, const char *text);
bool slice_is_nocase(struct slice s, const char *text); /* ASCII case only */

/* No control character but tabs? */
bool slice_is_text(struct slice s);

/* Order of bytes, shorter first where one begins the other: <0, 0, >0. */
int slice_compare(struct slice a, struct slice b);

static inline uint64_t
bytes_u64(const char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

static inline uint32_t
bytes_u32(const char *at)
{
	uint32_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/* Bits that differ in eight bytes from `from` on. */
static inline uint64_t
bytes_differ(const char *a, const char *b, size_t from)
{
	return bytes_u64(a + from) ^ bytes_u64(b + from);
}

/* Words at 0, these two, and len - 8 are all of 8 to 32 bytes: texts of any
 * such length are read without a branch on how long they are, which would be
 * mispredicted, as they vary. */
static inline size_t
bytes_second(size_t len)
{
	return len < 16 ? len - 8 : 8;
}

static inline size_t
bytes_third(size_t len)
{
	return len < 16 ? 0 : len - 16;
}

static inline bool
bytes_are_words(size_t len)
{
	return len - 8 <= 32 - 8;
}

static inline void
bytes_words(const char *at, size_t len, uint64_t ret[4])
{
	ret[0] = bytes_u64(at);
	ret[1] = bytes_u64(at + bytes_second(len));
	ret[2] = bytes_u64(at + bytes_third(len));
	ret[3] = bytes_u64(at + len - 8);
}

/* Inline, as several names are compared for every lookup; most are short. */
static inline bool
slice_equal(struct slice a, struct slice b)
{
	const char *x = a.at, *y = b.at;
	size_t len = a.len;

	if (len != b.len)
		return false;
	if (bytes_are_words(len))
		return (bytes_differ(x, y, 0) |
			       bytes_differ(x, y, bytes_second(len)) |
			       bytes_differ(x, y, bytes_third(len)) |
			       bytes_differ(x, y, len - 8)) == 0;
	if (len > 32)
		return memcmp(x, y, len) == 0;
	if (len >= 4)
		return ((bytes_u32(x) ^ bytes_u32(y)) |
			       (bytes_u32(x + len - 4) ^
				       bytes_u32(y + len - 4))) == 0;
	return len == 0 ||
		(x[0] == y[0] && x[len / 2] == y[len / 2] &&
			x[len - 1] == y[len - 1]);
}

/* Sixteen bytes, which a processor moves and compares at once if it can. */
typedef uint64_t bytes_pair __attribute__((vector_size(16)));

static inline bytes_pair
bytes_pair_at(const char *at)
{
	bytes_pair pair;

	memcpy(&pair, at, sizeof(pair));
	return pair;
}

/* Pairs at 0, these two, and len - 16 are all of 16 to 64 bytes. */
static inline size_t
pairs_second(size_t len)
{
	return len < 32 ? len - 16 : 16;
}

static inline size_t
pairs_third(size_t len)
{
	return len < 32 ? 0 : len - 32;
}

static inline bool
bytes_are_pairs(size_t len)
{
	return len - 16 <= 64 - 16;
}

/* slice_equal(), of texts that mostly have 16 to 64 bytes. */
static inline bool
slice_equal_long(struct slice a, struct slice b)
{
	const char *x = a.at, *y = b.at;
	size_t len = a.len, second, third;
	bytes_pair differ;

	if (len != b.len || !bytes_are_pairs(len))
		return len == b.len && (len == 0 || memcmp(x, y, len) == 0);
	second = pairs_second(len);
	third = pairs_third(len);
	differ = (bytes_pair_at(x) ^ bytes_pair_at(y)) |
		(bytes_pair_at(x + second) ^ bytes_pair_at(y + second)) |
		(bytes_pair_at(x + third) ^ bytes_pair_at(y + third)) |
		(bytes_pair_at(x + len - 16) ^ bytes_pair_at(y + len - 16));
	return (differ[0] | differ[1]) == 0;
}

/* memcpy() of such texts. */
static inline void
slice_copy_long(char *to, struct slice s)
{
	size_t len = s.len, second, third;
	bytes_pair pairs[4];

	if (!bytes_are_pairs(len)) {
		if (len > 0)
			memcpy(to, s.at, len);
		return;
	}
	second = pairs_second(len);
	third = pairs_third(len);
	pairs[0] = bytes_pair_at(s.at);
	pairs[1] = bytes_pair_at(s.at + second);
	pairs[2] = bytes_pair_at(s.at + third);
	pairs[3] = bytes_pair_at(s.at + len - 16);
	memcpy(to, &pairs[0], 16);
	memcpy(to + second, &pairs[1], 16);
	memcpy(to + third, &pairs[2], 16);
	memcpy(to + len - 16, &pairs[3], 16);
}

/* A text of up to 32 bytes as words, of which the first byte is the lowest, with
 * zeroes behind it. False: it is longer. */
static inline bool
slice_words(struct slice s, uint64_t ret[4])
{
	const char *at = s.at;
	size_t len = s.len, n = len / 8;
	uint64_t last, rest, second, third;

	ret[0] = ret[1] = ret[2] = ret[3] = 0;
	if (bytes_are_words(len)) {
		/* without a branch on how many there are */
		second = le64toh(bytes_u64(at + (n > 1 ? 8 : 0)));
		third = le64toh(bytes_u64(at + (n > 2 ? 16 : 0)));
		last = le64toh(bytes_u64(at + len - 8));
		/* in two steps, as there may be none */
		rest = last >> 8 >> (56 - len % 8 * 8);
		ret[0] = le64toh(bytes_u64(at));
		ret[1] = n > 1 ? second : rest;
		ret[2] = n > 2 ? third : n == 2 ? rest : 0;
		ret[3] = n > 3 ? last : n == 3 ? rest : 0;
		return true;
	}
	if (len >= 4 && len < 8)
		ret[0] = le32toh(bytes_u32(at)) |
			(uint64_t)le32toh(bytes_u32(at + len - 4)) <<
				(len - 4) * 8;
	else if (len < 4)
		for (size_t i = 0; i < len; i++)
			ret[0] |= (uint64_t)(unsigned char)at[i] << i * 8;
	return len <= 32;
}

/* memcpy() of what is mostly 8 to 32 bytes. */
static inline void
slice_copy(char *to, struct slice s)
{
	size_t len = s.len;
	uint64_t words[4];

	if (!bytes_are_words(len)) {
		if (len > 0)
			memcpy(to, s.at, len);
		return;
	}
	bytes_words(s.at, len, words);
	memcpy(to, &words[0], 8);
	memcpy(to + bytes_second(len), &words[1], 8);
	memcpy(to + bytes_third(len), &words[2], 8);
	memcpy(to + len - 8, &words[3], 8);
}

/* Do these words differ? */
static inline bool
words_differ(const uint64_t a[4], const uint64_t b[4])
{
	return ((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) |
		       (a[3] ^ b[3])) != 0;
}

/* Eight bytes at a time, and inline, as it is asked of every lookup. */
static inline bool
slice_is_ascii(struct slice s)
{
	const uint64_t high = 0x8080808080808080u;
	uint64_t all = 0, word = 0;
	size_t i = 0;

	for (; i + sizeof(word) <= s.len; i += sizeof(word)) {
		memcpy(&word, s.at + i, sizeof(word));
		all |= word;
	}
	if (s.len >= sizeof(word)) /* the tail, and some of it again */
		memcpy(&word, s.at + s.len - sizeof(word), sizeof(word));
	else
		for (; i < s.len; i++)
			word |= (unsigned char)s.at[i];
	all |= word;
	return (all & high) == 0;
}

/* Digits only, nothing before or after, no overflow: true and *ret. */
bool number_parse_u64(struct slice s, uint64_t *ret);

#endif
