/* SPDX-License-Identifier: Apache-2.0 */
#include "format/scan-wide.h"

#if HAS_WIDE

/* A block is one load, and the places of its bits are one instruction, which
 * WIDE does not take. */
#define AVX512 __attribute__((target( \
	"avx512f,avx512bw,avx512vl,avx512vbmi2,avx2,bmi,bmi2,popcnt")))

static const unsigned char places_64[64] __attribute__((aligned(64))) = { 0, 1,
	2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
	22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39,
	40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57,
	58, 59, 60, 61, 62, 63 };

/* Write the places of all n bits; there are rarely more than 16. */
AVX512 static inline void
put_places(uint64_t bits, unsigned n, __m512i base, uint16_t *at)
{
	__m512i all = _mm512_maskz_compress_epi8(bits,
		_mm512_load_si512(places_64));

	_mm256_storeu_si256((__m256i *)(void *)at, _mm256_add_epi16(
		_mm256_cvtepu8_epi16(_mm512_castsi512_si128(all)),
		_mm512_castsi512_si256(base)));
	if (__builtin_expect(n <= 16, 1))
		return;
	_mm512_storeu_si512(at, _mm512_add_epi16(base,
		_mm512_cvtepu8_epi16(_mm512_castsi512_si256(all))));
	_mm512_storeu_si512(at + 32, _mm512_add_epi16(base,
		_mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(all, 1))));
}

/* Lines of any kind. */
AVX512 static void
lines_odd(struct slice text, char separator, struct scan_lines *ret)
{
	const __m512i s = _mm512_set1_epi8(separator);
	const __m512i q = _mm512_set1_epi8('"'), b = _mm512_set1_epi8(' ');
	const __m512i lf = _mm512_set1_epi8('\n'), cr = _mm512_set1_epi8('\r');
	__m512i base = _mm512_setzero_si512(), bytes = base;
	uint64_t begin = 1, low = 0, all = 0;
	uint16_t *last = ret->last;
	size_t ends_n = 1;

	ret->end[0] = UINT16_MAX;
	for (size_t i = 0; i < text.len; i += 64) {
		__m512i x = _mm512_loadu_si512(text.at + i);
		uint64_t left = _mm512_cmpeq_epi8_mask(x, lf);
		uint64_t ends = _kor_mask64(left,
			_mm512_cmpeq_epi8_mask(x, s));
		uint64_t lows = _mm512_cmple_epu8_mask(x, b) & ~ends &
			~_mm512_cmpeq_epi8_mask(x, cr);
		uint64_t odd = _mm512_cmpeq_epi8_mask(x, q) |
			(lows & (ends << 1 | begin)) |
			((lows << 1 | low) & ends);
		unsigned n = (unsigned)_mm_popcnt_u64(ends);

		begin = ends >> 63;
		low = lows >> 63;
		all |= odd;
		bytes = _mm512_or_si512(bytes, x);
		ret->odds[i / 64] = odd;
		put_places(ends, n, base, ret->end + ends_n);
		/* The first line end is written if it is one or not. */
		*last = (uint16_t)(ends_n - 1 +
			(unsigned)_mm_popcnt_u64(ends & _blsmsk_u64(left)));
		last += left != 0;
		while (__builtin_expect((left = _blsr_u64(left)) != 0, 0))
			*last++ = (uint16_t)(ends_n - 1 + (unsigned)
				_mm_popcnt_u64(ends & _blsmsk_u64(left)));
		ends_n += n;
		base = _mm512_add_epi16(base, _mm512_set1_epi16(64));
	}
	ret->n = (size_t)(last - ret->last);
	ret->odd = all != 0;
	ret->ascii = _mm512_movepi8_mask(bytes) == 0;
}

/* Lines that have as many fields as the first one end at every so many-th end;
 * ret->n is right. */
static bool
number_alike(struct slice text, size_t ends_n, struct scan_lines *ret)
{
	size_t width = 1;
	unsigned others = 0;

	while (width < ends_n && text.at[ret->end[width]] != '\n')
		width++;
	if (width * ret->n >= ends_n)
		return false;
	for (size_t i = 0, end = width; i < ret->n; i++, end += width) {
		ret->last[i] = (uint16_t)end;
		others |= (unsigned)(text.at[ret->end[end]] ^ '\n');
	}
	return others == 0;
}

/* Lines without odd bits that have as many fields as the first one, as nearly
 * all are. False: some are others, or have CRs. */
AVX512 static bool
lines_alike(struct slice text, char separator, struct scan_lines *ret)
{
	const __m512i s = _mm512_set1_epi8(separator);
	const __m512i q = _mm512_set1_epi8('"'), lf = _mm512_set1_epi8('\n');
	const __m512i minus = _mm512_set1_epi8(-1);
	__m512i base = _mm512_setzero_si512(), bytes = base, count = base;
	__m512i least = minus; /* 0 where a quote was */
	uint64_t begin = 1, low = 0, odd = 0;
	size_t ends_n = 1;

	ret->end[0] = UINT16_MAX;
#pragma GCC unroll 4
	for (size_t i = 0; i < text.len; i += 64) {
		__m512i x = _mm512_loadu_si512(text.at + i);
		__mmask64 newlines = _mm512_cmpeq_epi8_mask(x, lf);
		uint64_t ends = _kor_mask64(newlines,
			_mm512_cmpeq_epi8_mask(x, s));
		uint64_t lows = _mm512_cmple_epu8_mask(x, q) & ~ends;
		unsigned n = (unsigned)_mm_popcnt_u64(ends);

		odd |= (lows & (ends << 1 | begin)) |
			((lows << 1 | low) & ends);
		begin = ends >> 63;
		low = lows >> 63;
		least = _mm512_min_epu8(least, _mm512_xor_si512(x, q));
		bytes = _mm512_or_si512(bytes, x);
		count = _mm512_mask_sub_epi8(count, newlines, count, minus);
		put_places(ends, n, base, ret->end + ends_n);
		ends_n += n;
		base = _mm512_add_epi16(base, _mm512_set1_epi16(64));
	}
	if (odd != 0 || _mm512_testn_epi8_mask(least, least) != 0)
		return false;
	ret->n = (size_t)_mm512_reduce_add_epi64(
		_mm512_sad_epu8(count, _mm512_setzero_si512()));
	ret->odd = false;
	ret->ascii = _mm512_movepi8_mask(bytes) == 0;
	memset(ret->odds, 0, sizeof(ret->odds));
	return number_alike(text, ends_n, ret);
}

/* Where the first line is odd, so are the others. */
void
scan_wide_lines(struct slice text, char separator, struct scan_lines *ret)
{
	const char *stop = memchr(text.at, '\n', text.len);
	size_t first = stop != NULL ? (size_t)(stop - text.at) : 0;

	if (first == 0 || stop[-1] == '\r' ||
		memchr(text.at, '"', first) != NULL ||
		!lines_alike(text, separator, ret))
		lines_odd(text, separator, ret);
}

/* Put a word of each in the place of a slice. */
AVX512 static inline void
put_slices(struct slice *ret, __m512i at, __m512i len, long long first)
{
	const __m512i order = _mm512_add_epi64(_mm512_set1_epi64(first),
		_mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11));

	_mm512_storeu_si512(ret, _mm512_permutex2var_epi64(at, order, len));
}

/* All at once, if no column is beyond the 32 of a register. Whole slices are
 * written, so that they can be read as such at once. */
AVX512 void
scan_wide_pick(const char *base, const uint16_t *end, size_t n,
	const uint16_t column[SCAN_PICK], struct slice ret[SCAN_PICK])
{
	const __m512i from = _mm512_set1_epi64((long long)(uintptr_t)base);
	__m256i columns, starts, lens;
	__m512i at, len;
	__mmask16 given;

	if (n > 32) {
		scan_pick_plain(base, end, n, column, ret);
		return;
	}
	columns = _mm256_mask_loadu_epi16(_mm256_set1_epi16(-1),
		(1 << SCAN_PICK) - 1, column);
	given = _mm256_cmpneq_epi16_mask(columns, _mm256_set1_epi16(-1));
	starts = _mm512_castsi512_si256(_mm512_permutexvar_epi16(
		_mm512_castsi256_si512(columns), _mm512_loadu_si512(end)));
	starts = _mm256_sub_epi16(starts, _mm256_set1_epi16(-1));
	lens = _mm512_castsi512_si256(_mm512_permutexvar_epi16(
		_mm512_castsi256_si512(columns), _mm512_loadu_si512(end + 1)));
	lens = _mm256_sub_epi16(lens, starts);
	at = _mm512_maskz_add_epi64((__mmask8)given, from,
		_mm512_cvtepu16_epi64(_mm256_castsi256_si128(starts)));
	len = _mm512_maskz_cvtepu16_epi64((__mmask8)given,
		_mm256_castsi256_si128(lens));
	put_slices(ret, at, len, 0);
	put_slices(ret + 4, at, len, 4);
	at = _mm512_maskz_add_epi64((__mmask8)(given >> 8), from,
		_mm512_cvtepu16_epi64(_mm256_extracti128_si256(starts, 1)));
	len = _mm512_maskz_cvtepu16_epi64((__mmask8)(given >> 8),
		_mm256_extracti128_si256(lens, 1));
	put_slices(ret + 8, at, len, 0);
}

/* The system keeps the registers, too, or they would not be said to be. */
bool
scan_wide_usable(void)
{
	return wide_usable() && __builtin_cpu_supports("avx512vbmi2");
}

#endif
