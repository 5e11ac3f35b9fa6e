/* SPDX-License-Identifier: Apache-2.0 */
#include "format/scan.h"

#include "format/scan-wide.h"

#include <endian.h>

/* A copy for each kind; else the masks would go through memory. */
#define INLINE __attribute__((always_inline)) static inline

static bool
is_usable(void)
{
	return true;
}

/* What the others must find, too. */
static bool
scan_plain(struct slice text, char separator, struct scan *ret)
{
	bool inside = false, breaks = false, high = false;
	size_t start = 0, closed = SIZE_MAX;

	ret->n = 0;
	ret->start[0] = 0;
	ret->quoted = ret->blank = false;
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];

		high |= c > 0x7f;
		breaks |= c == '\n' || c == '\r';
		if (inside) {
			inside = c != '"';
			closed = i + 1;
		} else if (text.at[i] == separator) {
			if (ret->n == SCAN_MOST)
				return false;
			start = i + 1;
			ret->start[++ret->n] = (uint32_t)start;
		} else if (closed == i || (c == '"' && start != i)) {
			return false;
		} else if (c == '"') {
			inside = ret->quoted = true;
		} else if (c <= ' ') {
			ret->blank |= start == i || i + 1 == text.len ||
				text.at[i + 1] == separator;
		}
	}
	ret->start[ret->n + 1] = (uint32_t)text.len + 1;
	ret->ascii = !high;
	return !inside && !(ret->quoted && breaks);
}

static bool
is_low(char c)
{
	return (unsigned char)c <= ' ' && c != '\n' && c != '\r';
}

static void
lines_plain(struct slice text, char separator, struct scan_lines *ret)
{
	uint64_t all = 0;
	bool high = false, begin = true, low = false;
	size_t ends = 0;

	ret->n = 0;
	ret->end[0] = UINT16_MAX;
	memset(ret->odds, 0, sizeof(ret->odds));
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		bool end = c == separator || c == '\n';
		bool odd = c == '"' || (end && low) ||
			(begin && !end && is_low(c));

		high |= (unsigned char)c > 0x7f;
		ret->odds[i / 64] |= (uint64_t)odd << i % 64;
		all |= odd;
		low = !end && is_low(c);
		begin = end;
		if (end)
			ret->end[++ends] = (uint16_t)i;
		if (c == '\n')
			ret->last[ret->n++] = (uint16_t)ends;
	}
	ret->odd = all != 0;
	ret->ascii = !high;
}

void
scan_pick_plain(const char *base, const uint16_t *end, size_t n,
	const uint16_t column[SCAN_PICK], struct slice ret[SCAN_PICK])
{
	(void)n;
#pragma GCC unroll 12
	for (size_t i = 0; i < SCAN_PICK; i++) {
		bool given = column[i] != SCAN_NONE;
		const uint16_t *at = end + (given ? column[i] : 0);
		uint16_t start = (uint16_t)(at[0] + 1);
		const char *text = base + start;

		ret[i].at = given ? text : NULL;
		ret[i].len = given ? (size_t)at[1] - start : 0;
	}
}

/* Bit i says something of byte i of 64. */
struct masks {
	uint64_t separators, quotes, lows; /* low: up to ' ' */
	uint64_t newlines, returns;        /* LF, CR */
	uint64_t highs;                    /* not zero: there is one */
};

/* What the bytes so far mean for those that follow. */
struct carry {
	uint64_t inside; /* all ones: within quotes */
	uint64_t begin;  /* 1: a field begins */
	uint64_t closed; /* 1: a quote was closed by the last byte */
	uint64_t low;    /* 1: it was a low one, not within quotes */
	uint64_t wrong, beside, breaks, highs;
	bool quoted;
	uint16_t *last; /* behind those of lines */
};

/* Bit i: are the bits up to i odd in number? */
INLINE uint64_t
parity(uint64_t x)
{
	for (unsigned by = 1; by < 64; by *= 2)
		x ^= x << by;
	return x;
}

/* Take away what is within quotes. `text`: the bytes that are text. */
INLINE void
unquote(struct carry *carry, struct masks *m, uint64_t text)
{
	uint64_t inside = parity(m->quotes) ^ carry->inside;
	uint64_t closes = m->quotes & ~inside;
	uint64_t begins;

	m->separators &= ~inside;
	begins = m->separators << 1 | carry->begin;
	carry->wrong |= m->quotes & inside & ~begins;
	carry->wrong |= (closes << 1 | carry->closed) & ~m->separators & text;
	carry->inside = -(inside >> 63);
	carry->closed = closes >> 63;
	carry->quoted = true;
}

/* The place of the least bit, and that bit away. */
#define TAKE(type, at, i, plus) do { \
	(at)[i] = (type)((plus) + \
		(unsigned)__builtin_ctzll(left | (uint64_t)1 << 63)); \
	left &= left - 1; \
} while (0)

/* The places of all n bits. Eight at once, as to guess how many there are
 * would cost more. */
#define TAKE_ALL(type, at, plus) do { \
	TAKE(type, at, 0, plus); \
	TAKE(type, at, 1, plus); \
	TAKE(type, at, 2, plus); \
	TAKE(type, at, 3, plus); \
	TAKE(type, at, 4, plus); \
	TAKE(type, at, 5, plus); \
	TAKE(type, at, 6, plus); \
	TAKE(type, at, 7, plus); \
	for (unsigned i = 8; i < n; i++) \
		TAKE(type, at, i, plus); \
} while (0)

/* What is behind each separator of 64 bytes, the first of which is `base`. */
INLINE size_t
take_word(struct carry *carry, struct masks m, uint64_t text, uint32_t base,
	uint32_t *behind)
{
	uint64_t left;
	unsigned n;

	carry->breaks |= m.newlines | m.returns;
	carry->highs |= m.highs;
	if ((m.quotes | carry->inside | carry->closed) != 0)
		unquote(carry, &m, text);
	carry->beside |= m.lows & (m.separators << 1 | carry->begin);
	carry->beside |= (m.lows << 1 | carry->low) & m.separators;
	carry->begin = m.separators >> 63;
	carry->low = m.lows >> 63;
	left = m.separators;
	n = (unsigned)__builtin_popcountll(left);
	TAKE_ALL(uint32_t, behind, base + 1);
	return n;
}

/* How many bits are lower than the least of `bits`? */
INLINE unsigned
lower(uint64_t x, uint64_t bits)
{
	return (unsigned)__builtin_popcountll(x & ((bits & -bits) - 1));
}

/* Write `base` plus the places of all n bits of `left`. Volatile, or compilers
 * put eight into a register of vectors first, which takes longer than to write
 * them. */
INLINE void
take_places(uint64_t left, unsigned n, unsigned base, uint16_t *at)
{
	volatile uint16_t *to = at;

	TAKE_ALL(uint16_t, to, base);
}

#undef TAKE_ALL
#undef TAKE

typedef struct masks masks_of(const char *at, char separator);
typedef void places_of(uint64_t left, unsigned n, unsigned base, uint16_t *at);

/* One block of lines: the fields' ends, the lines', and what is odd. */
INLINE size_t
take_block(struct carry *carry, struct masks m, unsigned base,
	struct scan_lines *ret, size_t ends_n, places_of *places_of_64)
{
	uint64_t ends = m.separators | m.newlines;
	uint64_t lows = m.lows & ~(m.newlines | m.returns);
	uint64_t odd = m.quotes | (lows & (ends << 1 | carry->begin)) |
		((lows << 1 | carry->low) & ends);
	uint64_t left = m.newlines;
	uint16_t *last = carry->last;
	unsigned n = (unsigned)__builtin_popcountll(ends);

	carry->begin = ends >> 63;
	carry->low = lows >> 63;
	carry->wrong |= odd;
	carry->highs |= m.highs;
	ret->odds[base / 64] = odd;
	/* The first line end is written if it is one or not. */
	*last = (uint16_t)(ends_n + lower(ends, left));
	last += left != 0;
	for (left &= left - 1; left != 0; left &= left - 1)
		*last++ = (uint16_t)(ends_n + lower(ends, left));
	carry->last = last;
	places_of_64(ends, n, base, ret->end + ends_n);
	return ends_n + n;
}

/* Of the last n bytes, with those before them, or a copy of so short a text. */
INLINE struct masks
last_masks(struct slice text, size_t n, char separator, char copy[64],
	masks_of *masks_of_64)
{
	struct masks m;

	if (text.len >= 64) {
		m = masks_of_64(text.at + text.len - 64, separator);
		m.separators >>= 64 - n;
		m.quotes >>= 64 - n;
		m.lows >>= 64 - n;
		return m;
	}
	memset(copy, 'x', 64);
	memcpy(copy, text.at, n);
	return masks_of_64(copy, separator);
}

INLINE bool
scan_words(struct slice text, char separator, struct scan *ret,
	masks_of *masks_of_64)
{
	struct carry carry = { .begin = 1 };
	size_t n = 0, i = 0, rest = text.len % 64;

	for (; i + 64 <= text.len; i += 64) {
		n += take_word(&carry, masks_of_64(text.at + i, separator),
			UINT64_MAX, (uint32_t)i, ret->start + 1 + n);
		if (n > SCAN_MOST)
			return false;
	}
	if (rest > 0)
		n += take_word(&carry,
			last_masks(text, rest, separator, ret->copy,
				masks_of_64),
			((uint64_t)1 << rest) - 1, (uint32_t)i,
			ret->start + 1 + n);
	if (rest > 0 && text.at[text.len - 1] != separator)
		carry.low = (unsigned char)text.at[text.len - 1] <= ' ';
	ret->n = n;
	ret->start[0] = 0;
	ret->start[n + 1] = (uint32_t)text.len + 1;
	ret->quoted = carry.quoted;
	ret->blank = (carry.beside | carry.low) != 0;
	ret->ascii = carry.highs == 0;
	return n <= SCAN_MOST && (carry.wrong | carry.inside) == 0 &&
		!(carry.quoted && carry.breaks != 0);
}

INLINE void
scan_blocks(struct slice text, char separator, struct scan_lines *ret,
	masks_of *masks_of_64, places_of *places_of_64)
{
	struct carry carry = { .begin = 1, .last = ret->last };
	size_t ends_n = 1;

	ret->end[0] = UINT16_MAX;
	for (size_t i = 0; i < text.len; i += SCAN_BLOCK)
		ends_n = take_block(&carry,
			masks_of_64(text.at + i, separator), (unsigned)i, ret,
			ends_n, places_of_64);
	ret->n = (size_t)(carry.last - ret->last);
	ret->odd = carry.wrong != 0;
	ret->ascii = carry.highs == 0;
}

/* Eight bytes in a word, each with its highest bit as the answer. */
static const uint64_t each = 0x0101010101010101;
static const uint64_t sevens = 0x7f7f7f7f7f7f7f7f;
static const uint64_t tops = 0x8080808080808080;

INLINE uint64_t
equal_word(uint64_t x, char c)
{
	x ^= each * (unsigned char)c;
	return ~(((x & sevens) + sevens) | x) & tops;
}

/* The eight answers side by side, as bits `at` to at + 7. */
INLINE uint64_t
bits_word(uint64_t answers, unsigned at)
{
	return (answers >> 7) * 0x0102040810204080 >> 56 << at;
}

/* For any processor. */
static inline struct masks
masks_words(const char *at, char separator)
{
	struct masks m = { 0 };

	for (unsigned i = 0; i < 64; i += 8) {
		uint64_t x, low;

		memcpy(&x, at + i, sizeof(x));
		x = le64toh(x);
		low = ~(((x & sevens) + each * (0x7f - ' ')) | x) & tops;
		m.separators |= bits_word(equal_word(x, separator), i);
		m.quotes |= bits_word(equal_word(x, '"'), i);
		m.highs |= x & tops;
		if (low == 0)
			continue;
		m.newlines |= bits_word(equal_word(x, '\n'), i);
		m.returns |= bits_word(equal_word(x, '\r'), i);
		m.lows |= bits_word(low, i);
	}
	m.lows &= ~m.separators;
	return m;
}

static bool
scan_word_wise(struct slice text, char separator, struct scan *ret)
{
	return scan_words(text, separator, ret, masks_words);
}

static void
lines_word_wise(struct slice text, char separator, struct scan_lines *ret)
{
	scan_blocks(text, separator, ret, masks_words, take_places);
}

#if HAS_WIDE

#define AVX2 __attribute__((target("avx2,bmi,popcnt")))

AVX2 static inline uint64_t
bits_avx2(__m256i low, __m256i high)
{
	return (uint32_t)_mm256_movemask_epi8(low) |
		(uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

AVX2 static inline struct masks
masks_avx2(const char *at, char separator)
{
	const __m256i s = _mm256_set1_epi8(separator);
	const __m256i q = _mm256_set1_epi8('"'), b = _mm256_set1_epi8(' ');
	const __m256i lf = _mm256_set1_epi8('\n'), cr = _mm256_set1_epi8('\r');
	__m256i x = _mm256_loadu_si256((const __m256i *)(const void *)at);
	__m256i y = _mm256_loadu_si256(
		(const __m256i *)(const void *)(at + 32));
	struct masks m = {
		.separators = bits_avx2(_mm256_cmpeq_epi8(x, s),
			_mm256_cmpeq_epi8(y, s)),
		.quotes = bits_avx2(_mm256_cmpeq_epi8(x, q),
			_mm256_cmpeq_epi8(y, q)),
		.lows = bits_avx2(_mm256_cmpeq_epi8(_mm256_min_epu8(x, b), x),
			_mm256_cmpeq_epi8(_mm256_min_epu8(y, b), y)),
		.newlines = bits_avx2(_mm256_cmpeq_epi8(x, lf),
			_mm256_cmpeq_epi8(y, lf)),
		.returns = bits_avx2(_mm256_cmpeq_epi8(x, cr),
			_mm256_cmpeq_epi8(y, cr)),
		.highs = (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(x, y)),
	};

	m.lows &= ~m.separators; /* which may be a tab */
	return m;
}

AVX2 static bool
scan_avx2(struct slice text, char separator, struct scan *ret)
{
	return scan_words(text, separator, ret, masks_avx2);
}

/* As take_places(), without a care for no bit being left. */
AVX2 static inline void
places_bmi(uint64_t left, unsigned n, unsigned base, uint16_t *at)
{
	volatile uint16_t *to = at;

#pragma GCC unroll 8
	for (unsigned i = 0; i < 8; i++) {
		to[i] = (uint16_t)(base + _tzcnt_u64(left));
		left = _blsr_u64(left);
	}
	for (unsigned i = 8; i < n; i++) {
		to[i] = (uint16_t)(base + _tzcnt_u64(left));
		left = _blsr_u64(left);
	}
}

AVX2 static void
lines_avx2(struct slice text, char separator, struct scan_lines *ret)
{
	scan_blocks(text, separator, ret, masks_avx2, places_bmi);
}

static bool
is_usable_avx2(void)
{
	return __builtin_cpu_supports("avx2") &&
		__builtin_cpu_supports("bmi") &&
		__builtin_cpu_supports("popcnt");
}

/* What every x86-64 processor has. */
static inline uint64_t
bits_sse2(__m128i x)
{
	return (uint32_t)_mm_movemask_epi8(x);
}

static inline struct masks
masks_sse2(const char *at, char separator)
{
	const __m128i s = _mm_set1_epi8(separator);
	const __m128i q = _mm_set1_epi8('"'), b = _mm_set1_epi8(' ');
	const __m128i lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r');
	__m128i high = _mm_setzero_si128();
	struct masks m = { 0 };

	for (unsigned i = 0; i < 64; i += 16) {
		__m128i x = _mm_loadu_si128(
			(const __m128i *)(const void *)(at + i));

		high = _mm_or_si128(high, x);
		m.separators |= bits_sse2(_mm_cmpeq_epi8(x, s)) << i;
		m.quotes |= bits_sse2(_mm_cmpeq_epi8(x, q)) << i;
		m.lows |= bits_sse2(_mm_cmpeq_epi8(_mm_min_epu8(x, b), x)) << i;
		m.newlines |= bits_sse2(_mm_cmpeq_epi8(x, lf)) << i;
		m.returns |= bits_sse2(_mm_cmpeq_epi8(x, cr)) << i;
	}
	m.highs = bits_sse2(high);
	m.lows &= ~m.separators;
	return m;
}

static bool
scan_sse2(struct slice text, char separator, struct scan *ret)
{
	return scan_words(text, separator, ret, masks_sse2);
}

static void
lines_sse2(struct slice text, char separator, struct scan_lines *ret)
{
	scan_blocks(text, separator, ret, masks_sse2, take_places);
}

#endif

const struct scanner scanners[] = {
#if HAS_WIDE
	{ "avx512", scan_wide_usable, scan_avx2, scan_wide_lines,
		scan_wide_pick },
	{ "avx2", is_usable_avx2, scan_avx2, lines_avx2, scan_pick_plain },
	{ "sse2", is_usable, scan_sse2, lines_sse2, scan_pick_plain },
#endif
	{ "words", is_usable, scan_word_wise, lines_word_wise,
		scan_pick_plain },
	{ "plain", is_usable, scan_plain, lines_plain, scan_pick_plain },
};
const size_t scanners_n = ARRAY_LEN(scanners);

const struct scanner *
scanner_best(void)
{
	const struct scanner *best = scanners;

	while (!best->usable())
		best++;
	return best;
}
