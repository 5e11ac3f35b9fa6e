/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of JSON (RFC 8259), strictly: blanks, strings, numbers. No
 * function reads at or behind `end`. Bytes above 0x7f are taken as they are
 * and need not be UTF-8, as in tables: accounts that differ stay distinct. One
 * that is not may be written as \udc80 to \udcff, as report/escape.h and
 * Python do; no other half of a pair is text.
 */
#ifndef QUIS_FORMAT_JSON_TEXT_H
#define QUIS_FORMAT_JSON_TEXT_H

#include "base/base.h"

#include <endian.h>

#if defined(__SSE2__) && !defined(QUIS_NO_VECTOR)
#define JSON_VECTOR 1
#include <emmintrin.h>
#else
#define JSON_VECTOR 0
#endif

/* What is wrong with a text. */
enum json_why {
	JSON_WELL,
	JSON_WHY_CUT,     /* it ends too early: more text might help */
	JSON_WHY_OBJECT,  /* it is none */
	JSON_WHY_KEY,     /* no quoted key where there must be one */
	JSON_WHY_COLON,
	JSON_WHY_VALUE,   /* no value */
	JSON_WHY_NUMBER,
	JSON_WHY_BEHIND,  /* neither a comma nor the end behind a value */
	JSON_WHY_CONTROL, /* a control character in a string */
	JSON_WHY_ESCAPE,
	JSON_WHY_SURROGATE,
	JSON_WHY_TWICE,
	JSON_WHY_DEEP,
	JSON_WHY_MORE,    /* something behind it */
	JSON_WHY_MEMORY,
};

/* Behind the blanks and line ends from `at` on, or `end`. */
static inline const char *
json_space(const char *at, const char *end)
{
	const uint64_t blanks = 0x2020202020202020u;

	for (; at < end && (unsigned char)*at <= ' '; at++) {
		if (*at != ' ' && *at != '\n' && *at != '\r' && *at != '\t')
			break;
		while (end - at > 8 && bytes_u64(at + 1) == blanks)
			at += 8;
	}
	return at;
}

/* The same from where a text begins, which may be with a byte order mark, as
 * files were joined. */
static inline const char *
json_begin(struct slice text)
{
	const char *at = text.at;

	if (text.len >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	return json_space(at, text.at + text.len);
}

/* Is it a byte at which a string needs a look? */
static inline bool
json_is_stop(char c)
{
	return c == '"' || c == '\\' || (unsigned char)c < 0x20;
}

/* The first such byte from `at` on, or `end`. */
static inline const char *
json_stop(const char *at, const char *end)
{
#if JSON_VECTOR
	const __m128i quote = _mm_set1_epi8('"'), back = _mm_set1_epi8('\\');
	const __m128i low = _mm_set1_epi8(0x1f);

	for (; end - at >= 16; at += 16) {
		__m128i x = _mm_loadu_si128(
			(const __m128i *)(const void *)at);
		__m128i stops = _mm_or_si128(
			_mm_or_si128(_mm_cmpeq_epi8(x, quote),
				_mm_cmpeq_epi8(x, back)),
			_mm_cmpeq_epi8(_mm_min_epu8(x, low), x));
		unsigned bits = (unsigned)_mm_movemask_epi8(stops);

		if (bits != 0)
			return at + __builtin_ctz(bits);
	}
#else
	const uint64_t each = 0x0101010101010101u;
	const uint64_t tops = each << 7;

	/* What is below the first stop is exact; above it a borrow may be. */
	for (; end - at >= 8; at += 8) {
		uint64_t x = le64toh(bytes_u64(at));
		uint64_t quote = x ^ each * '"', back = x ^ each * '\\';
		uint64_t stops = (((quote - each) & ~quote) |
			((back - each) & ~back) |
			((x - each * 0x20) & ~x)) & tops;

		if (stops != 0)
			return at + __builtin_ctzll(stops) / 8;
	}
#endif
	while (at < end && !json_is_stop(*at))
		at++;
	return at;
}

/* The closing quote of the string whose text begins at `at`, or NULL and *why:
 * it cannot be told where the string ends. A bad escape only sets *why, if it
 * is not set yet. */
const char *json_string_end(const char *at, const char *end, bool *ret_escaped,
	enum json_why *why);

/* What the text between the quotes means, if nothing was wrong with it, to
 * `to`, where as many bytes as the text has are enough. Its length. \u0000 is
 * the byte NUL. */
size_t json_unescape(struct slice text, char *to);

/* Behind the number, true, false or null at `at`, or NULL and *why. */
const char *json_plain(const char *at, const char *end, enum json_why *why);

/* Where a value ends that is only passed by, going by quotes and brackets; or
 * `end`. *depth: how many brackets are open, 0 to begin with and if it does
 * end. `at` is where the value begins. */
const char *json_pass(const char *at, const char *end, size_t *depth);

#endif
