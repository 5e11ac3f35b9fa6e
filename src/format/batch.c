/* SPDX-License-Identifier: Apache-2.0 */
#include "format/batch.h"

#include "base/wide.h"
#include "format/subject.h"

/* Eight ends at a time, wherever they are. */
typedef uint16_t eight_ends
	__attribute__((vector_size(16), aligned(2), may_alias));

void
batch_fill(struct batch *batch, const uint16_t *end, size_t n, bool cr)
{
	size_t fields = n * batch->width;

	batch->n = n;
	for (size_t i = 0; i < fields; i += 8) {
		eight_ends start = *(const eight_ends *)(end + i) + 1;

		*(eight_ends *)(batch->start + i) = start;
		*(eight_ends *)(batch->len + i) =
			*(const eight_ends *)(end + i + 1) - start;
	}
	if (cr)
		for (size_t i = 0; i < n; i++)
			batch->len[(i + 1) * batch->width - 1]--;
}

static void
times_plain(struct batch *batch, const struct time_memo *memo,
	const struct zone *zone)
{
	struct batch_column column = batch_column(batch, FIELD_TIME);
	size_t n = 0;

	for (; n < batch->n; n++)
		if (!time_is_again(memo, batch_text(batch, n * batch->width,
			    column), zone, &batch->ms[n]))
			break;
	batch_cut(batch, n);
}

void
batch_cut(struct batch *batch, size_t n)
{
	batch->n = n;
	batch->first_ms = INT64_MAX;
	batch->last_ms = INT64_MIN;
	for (size_t i = 0; i < n; i++) {
		int64_t ms = batch->ms[i];

		if (ms < batch->first_ms)
			batch->first_ms = ms;
		if (ms > batch->last_ms)
			batch->last_ms = ms;
	}
}

static void
subjects_plain(const struct batch *batch, uint64_t ret[BATCH_MOST],
	uint32_t ret_part[BATCH_MOST])
{
	struct batch_column column = batch_column(batch, FIELD_SUBJECT);

	for (size_t i = 0; i < batch->n; i++) {
		ret[i] = subject_packed(
			batch_text(batch, i * batch->width, column));
		ret_part[i] = subject_partition(ret[i]);
	}
}

#if HAS_WIDE

/* Eight clocks, hh:mm:ss, as ms of the day; *wrong gets bits if one is none.
 * See time_is_again(). */
WIDE static inline __m512i
clocks_wide(__m512i clocks, __m512i *wrong)
{
	const __m512i layout = _mm512_set1_epi64(0x30303a30303a3030);
	const __m512i others = _mm512_set1_epi64(0x0000ff0000ff0000);
	const __m512i sixes = _mm512_set1_epi8(6);
	const __m512i high = _mm512_set1_epi8((char)0xf0);
	const __m512i numbers = _mm512_set1_epi64(0x00ff0000ff0000ff);
	const __m512i over = _mm512_set1_epi64(0x0043000044000068);
	const __m512i tops = _mm512_set1_epi64(0x0080000080000080);
	const __m512i byte = _mm512_set1_epi64(0xff);
	__m512i x = _mm512_xor_si512(clocks, layout), y;

	*wrong = _mm512_or_si512(*wrong, _mm512_and_si512(x, others));
	*wrong = _mm512_or_si512(*wrong, _mm512_and_si512(high,
		_mm512_or_si512(x, _mm512_add_epi8(x, sixes))));
	y = _mm512_add_epi64(_mm512_slli_epi64(x, 1), _mm512_slli_epi64(x, 3));
	y = _mm512_add_epi64(y, _mm512_srli_epi64(x, 8));
	y = _mm512_and_si512(y, numbers);
	*wrong = _mm512_or_si512(*wrong, _mm512_and_si512(tops,
		_mm512_add_epi64(y, over)));
	x = _mm512_mul_epu32(_mm512_and_si512(y, byte),
		_mm512_set1_epi64(3600000));
	x = _mm512_add_epi64(x, _mm512_mul_epu32(
		_mm512_and_si512(_mm512_srli_epi64(y, 24), byte),
		_mm512_set1_epi64(60000)));
	return _mm512_add_epi64(x, _mm512_mul_epu32(
		_mm512_srli_epi64(y, 48), _mm512_set1_epi64(1000)));
}

/* All times, or false: one is not as the memo says. */
WIDE static bool
times_wide(struct batch *batch, const struct time_memo *memo)
{
	struct batch_column column = batch_column(batch, FIELD_TIME);
	size_t n = batch->n, at = column.at;
	__m256i text, mask, differ = _mm256_setzero_si256();
	__m512i wrong = _mm512_setzero_si512(), first, last;
	const __m512i date = _mm512_set1_epi64(memo->second * 1000);
	size_t lens = 0;

	text = _mm256_loadu_si256((const __m256i *)(const void *)memo->text);
	mask = _mm256_loadu_si256((const __m256i *)(const void *)memo->mask);
	for (size_t i = 0; i < n; i++, at += batch->width) {
		const char *time = batch->base + batch->start[at];
		__m256i x = _mm256_loadu_si256(
			(const __m256i *)(const void *)time);

		lens |= batch->len[at] ^ memo->len;
		differ = _mm256_or_si256(differ, _mm256_and_si256(mask,
			_mm256_xor_si256(x, text)));
		batch->ms[i] = (int64_t)bytes_u64(time + memo->clock);
	}
	for (size_t i = n; i % 8 != 0; i++)
		batch->ms[i] = batch->ms[n - 1];
	first = _mm512_set1_epi64(INT64_MAX);
	last = _mm512_set1_epi64(INT64_MIN);
	for (size_t i = 0; i < n; i += 8) {
		__m512i ms = _mm512_add_epi64(date, clocks_wide(
			_mm512_load_si512(batch->ms + i), &wrong));

		first = _mm512_min_epi64(first, ms);
		last = _mm512_max_epi64(last, ms);
		_mm512_store_si512(batch->ms + i, ms);
	}
	batch->first_ms = _mm512_reduce_min_epi64(first);
	batch->last_ms = _mm512_reduce_max_epi64(last);
	return lens == 0 && _mm256_testz_si256(differ, differ) &&
		_mm512_test_epi64_mask(wrong, wrong) == 0;
}

/* The digits of a subject are the last of 32 bytes: four numbers of eight
 * digits. Not zero: there is something else. */
WIDE static inline __mmask32
digits_wide(struct slice text, uint64_t ret[2])
{
	/* 1, 10 and so on to each digit, pair, four */
	const __m256i ones = _mm256_set1_epi16(0x010a);
	const __m256i pairs = _mm256_set1_epi32(0x00010064);
	const __m256i fours = _mm256_set1_epi32(0x00012710);
	__mmask32 mask = (__mmask32)(0xffffffff00000000u >> text.len);
	__m256i x = _mm256_maskz_sub_epi8(mask, _mm256_maskz_loadu_epi8(mask,
		text.at + text.len - 32), _mm256_set1_epi8('0'));
	__mmask32 wrong = _mm256_cmpgt_epu8_mask(x, _mm256_set1_epi8(9));

	x = _mm256_madd_epi16(_mm256_maddubs_epi16(x, ones), pairs);
	x = _mm256_madd_epi16(_mm256_packus_epi32(x, x), fours);
	_mm_storeu_si128((__m128i *)(void *)ret, _mm256_castsi256_si128(
		_mm256_permute4x64_epi64(x, 0x08)));
	return wrong;
}

enum { DIGITS_MOST = 18 };
static const uint64_t ten_to[DIGITS_MOST + 1] = { 0, 10u, 100u, 1000u, 10000u,
	100000u, 1000000u, 10000000u, 100000000u, 1000000000u, 10000000000u,
	100000000000u, 1000000000000u, 10000000000000u, 100000000000000u,
	1000000000000000u, 10000000000000000u, 100000000000000000u,
	1000000000000000000u };

/* See subject_partition(). */
WIDE static inline __m256i
partitions_wide(__m512i x)
{
	x = _mm512_xor_si512(x, _mm512_srli_epi64(x, 33));
	x = _mm512_mullo_epi64(x,
		_mm512_set1_epi64((long long)0xff51afd7ed558ccdu));
	x = _mm512_xor_si512(x, _mm512_srli_epi64(x, 33));
	x = _mm512_mullo_epi64(x,
		_mm512_set1_epi64((long long)0xc4ceb9fe1a85ec53u));
	/* what follows there is not seen in the upper bits */
	return _mm512_cvtepi64_epi32(_mm512_srli_epi64(x, 56));
}

WIDE static void
subjects_wide(const struct batch *batch, uint64_t ret[BATCH_MOST],
	uint32_t ret_part[BATCH_MOST])
{
	struct batch_column column = batch_column(batch, FIELD_SUBJECT);
	const __m512i eight = _mm512_set1_epi64(100000000);
	const __m512i evens = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14);
	const __m512i odds = _mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15);
	_Alignas(64) uint64_t digits[2 * BATCH_MOST], base[BATCH_MOST];
	size_t n = batch->n, line = 0;
	uint64_t others = 0;

	for (size_t i = 0; i < n; i++, line += batch->width) {
		struct slice text = batch_text(batch, line, column);
		/* no branches: which are texts is not foreseen */
		size_t len = text.len &
			-(size_t)(text.len <= DIGITS_MOST);
		__mmask32 wrong;

		text.at += text.len - len;
		text.len = len;
		wrong = digits_wide(text, digits + 2 * i);
		base[i] = ten_to[len] & -(uint64_t)(wrong == 0);
		others |= (uint64_t)(base[i] == 0) << i;
	}
	for (size_t i = 0; i < n; i += 8) {
		__m512i a = _mm512_load_si512(digits + 2 * i);
		__m512i b = _mm512_load_si512(digits + 2 * i + 8);
		__m512i first = _mm512_permutex2var_epi64(a, evens, b);
		__m512i last = _mm512_permutex2var_epi64(a, odds, b);
		__m512i begin = _mm512_load_si512(base + i);
		__m512i value = _mm512_add_epi64(
			_mm512_srli_epi64(last, 32),
			_mm512_mul_epu32(last, eight));

		value = _mm512_add_epi64(value, _mm512_mullo_epi64(
			_mm512_srli_epi64(first, 32),
			_mm512_set1_epi64(10000000000000000)));
		value = _mm512_maskz_add_epi64(
			_mm512_test_epi64_mask(begin, begin), value, begin);
		_mm512_storeu_si512(ret + i, value);
	}
	for (; others != 0; others &= others - 1) {
		size_t i = (size_t)__builtin_ctzll(others);

		ret[i] = subject_packed_short(batch_text(batch,
			i * batch->width, column));
	}
	for (size_t i = 0; i < n; i += 8)
		_mm256_storeu_si256((__m256i *)(void *)(ret_part + i),
			partitions_wide(_mm512_loadu_si512(ret + i)));
}

#endif

void
batch_times(struct batch *batch, const struct time_memo *memo,
	const struct zone *zone)
{
#if HAS_WIDE
	if (batch->n > 0 && batch->wide && zone == memo->zone &&
		memo->len >= TIME_MEMO_LEAST && times_wide(batch, memo))
		return;
#endif
	times_plain(batch, memo, zone);
}

void
batch_subjects(const struct batch *batch, uint64_t ret[BATCH_MOST],
	uint32_t ret_part[BATCH_MOST])
{
#if HAS_WIDE
	if (batch->wide) {
		subjects_wide(batch, ret, ret_part);
		return;
	}
#endif
	subjects_plain(batch, ret, ret_part);
}
