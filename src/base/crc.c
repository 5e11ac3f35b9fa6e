/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes are a polynomial over GF(2), and its remainder is the CRC. Where four
 * registers of text are multiplied by what x^distance leaves and added to the
 * text at that distance, the remainder is the same, and there is less text;
 * zlib does the last four registers, and what is behind them. After V. Gopal
 * et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ
 * Instruction", Intel, 2009.
 */
#include "base/crc.h"

#include <zlib.h>

#include "base/wide.h"

static bool
is_usable(void)
{
	return true;
}

static uint32_t
crc_plain(uint32_t crc, const unsigned char *at, size_t len)
{
	return (uint32_t)crc32_z(crc, at, len);
}

#if HAS_WIDE

enum {
	REGISTERS = 4,
	SHORT = 1024, /* text that is not worth folding */
};

/* Of a lane's two halves: x^(distance + 32) and x^(distance - 32) modulo the
 * polynomial, the distance being in bits, with the first bit first. */
static const uint64_t fold_512[] = { 0x154442bd4, 0x1c6e41596 };
static const uint64_t fold_2048[] = { 0x11542778a, 0x1322d1430 };

#define CLMUL __attribute__((target("pclmul,sse4.1")))

CLMUL static inline __m128i
load_clmul(const unsigned char *at)
{
	return _mm_loadu_si128((const void *)at);
}

CLMUL static inline __m128i
fold_clmul(__m128i sum, __m128i by, const unsigned char *at)
{
	__m128i low = _mm_clmulepi64_si128(sum, by, 0x00);
	__m128i high = _mm_clmulepi64_si128(sum, by, 0x11);

	return _mm_xor_si128(load_clmul(at), _mm_xor_si128(low, high));
}

CLMUL static uint32_t
crc_clmul(uint32_t crc, const unsigned char *at, size_t len)
{
	enum { SIZE = 16, STEP = REGISTERS * SIZE };
	const __m128i by = _mm_loadu_si128((const void *)fold_512);
	__m128i a, b, c, d, left[REGISTERS];

	if (len < SHORT)
		return crc_plain(crc, at, len);
	/* What was before is as if there were so much more in the text. */
	a = _mm_xor_si128(load_clmul(at), _mm_cvtsi32_si128((int)~crc));
	b = load_clmul(at + SIZE);
	c = load_clmul(at + 2 * SIZE);
	d = load_clmul(at + 3 * SIZE);
	for (at += STEP, len -= STEP; len >= STEP; at += STEP, len -= STEP) {
		a = fold_clmul(a, by, at);
		b = fold_clmul(b, by, at + SIZE);
		c = fold_clmul(c, by, at + 2 * SIZE);
		d = fold_clmul(d, by, at + 3 * SIZE);
	}
	left[0] = a, left[1] = b, left[2] = c, left[3] = d;
	crc = crc_plain(UINT32_MAX, (const unsigned char *)left, STEP);
	return crc_plain(crc, at, len);
}

static bool
is_usable_clmul(void)
{
	return __builtin_cpu_supports("pclmul") &&
		__builtin_cpu_supports("sse4.1");
}

/* The same, four lanes in a register. */
#define WIDE_CLMUL __attribute__((target("avx512f,vpclmulqdq,pclmul")))

WIDE_CLMUL static inline __m512i
fold_wide(__m512i sum, __m512i by, const unsigned char *at)
{
	__m512i low = _mm512_clmulepi64_epi128(sum, by, 0x00);
	__m512i high = _mm512_clmulepi64_epi128(sum, by, 0x11);

	return _mm512_ternarylogic_epi64(_mm512_loadu_si512(at), low, high,
		0x96); /* the sum of three */
}

WIDE_CLMUL static uint32_t
crc_wide(uint32_t crc, const unsigned char *at, size_t len)
{
	enum { SIZE = 64, STEP = REGISTERS * SIZE };
	const __m512i by = _mm512_broadcast_i32x4(
		_mm_loadu_si128((const void *)fold_2048));
	__m512i a, b, c, d, left[REGISTERS];

	if (len < SHORT)
		return crc_plain(crc, at, len);
	a = _mm512_xor_si512(_mm512_loadu_si512(at),
		_mm512_zextsi128_si512(_mm_cvtsi32_si128((int)~crc)));
	b = _mm512_loadu_si512(at + SIZE);
	c = _mm512_loadu_si512(at + 2 * SIZE);
	d = _mm512_loadu_si512(at + 3 * SIZE);
	for (at += STEP, len -= STEP; len >= STEP; at += STEP, len -= STEP) {
		a = fold_wide(a, by, at);
		b = fold_wide(b, by, at + SIZE);
		c = fold_wide(c, by, at + 2 * SIZE);
		d = fold_wide(d, by, at + 3 * SIZE);
	}
	left[0] = a, left[1] = b, left[2] = c, left[3] = d;
	crc = crc_plain(UINT32_MAX, (const unsigned char *)left, STEP);
	return crc_plain(crc, at, len);
}

static bool
is_usable_wide(void)
{
	return is_usable_clmul() && __builtin_cpu_supports("avx512f") &&
		__builtin_cpu_supports("vpclmulqdq");
}

#endif

const struct crc_way crc_ways[] = {
#if HAS_WIDE
	{ "wide", is_usable_wide, crc_wide },
	{ "clmul", is_usable_clmul, crc_clmul },
#endif
	{ "zlib", is_usable, crc_plain },
};
const size_t crc_ways_n = ARRAY_LEN(crc_ways);

uint32_t
crc_add(uint32_t crc, const void *at, size_t len)
{
	const struct crc_way *best = crc_ways;

	while (!best->usable())
		best++;
	return best->add(crc, at, len);
}
