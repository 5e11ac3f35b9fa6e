/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/columns.h"

#include "base/wide.h"

static bool
is_usable(void)
{
	return true;
}

/* What window_day() goes by, where there is no zone. */
static int64_t
into_days(const struct window *window)
{
	return (window->offset + (int64_t)DAY_SECONDS) * 1000;
}

static uint64_t
day_of(int64_t ms, int64_t into)
{
	return (uint64_t)(ms + into) / (DAY_SECONDS * UINT64_C(1000));
}

/* Is it of another post or source than the row of the word before? */
static bool
has_turned(const struct row *row, const struct roll *roll,
	const uint64_t *word, size_t number)
{
	const struct row *before;

	if (number == 0)
		return true;
	before = roll_row(roll, word[-1]);
	return row->post != before->post || row->source != before->source;
}

static void
lay_plain(struct timeline *timeline, const struct roll *roll,
	const uint64_t *words, size_t at, size_t n, struct columns_block *ret)
{
	const struct triple *facets = timeline->book->facets.items;
	struct columns_block block = { .asked = timeline->n_askings };
	int64_t into = into_days(timeline->window);
	uint64_t last = at == 0 ?
		0 :
		day_of(timeline_ms(timeline, at - 1), into);
	size_t asked = block.asked;

	for (size_t i = 0; i < n; i++) {
		const struct row *row = roll_row(roll, words[i]);
		unsigned marks = row_marks(row);
		size_t to = at + i;
		uint64_t day = day_of(row_ms(row), into);
		bool near = to >= 2 && row_ms(row) -
				timeline_ms(timeline, to - 2) <= DOSSIER_MS;

		__builtin_prefetch(roll_row(roll, words[i + ROLL_AHEAD]));
		block.askings |= (uint64_t)(marks / MARK_ASKING & 1) << i;
		block.lone |= (uint64_t)(marks / MARK_LONE & 1) << i;
		block.near |= (uint64_t)(near & marks) << i;
		block.turned |= (uint64_t)((day != last) |
			has_turned(row, roll, &words[i], to)) << i;
		last = day;
		timeline->when[to] = row->when;
		timeline->facets[to] = row->facet;
		timeline->marks[to] = (uint16_t)((marks & ~(unsigned)MARK_BARE) |
			(row->caseref == 0) * (unsigned)MARK_BARE);
		/* what is no asking is overwritten by the next one */
		timeline->subjects[TIMELINE_FRONT + asked] = row->subject;
		timeline->times[TIMELINE_FRONT + asked] = row_ms(row);
		timeline->cased[asked] =
			((uint64_t)(row->post - timeline->first_post)
					<< timeline->cased_post |
				(uint64_t)row->caseref << timeline->cased_case |
				facets[row->facet].a) << CASED_BITS | marks;
		asked += marks / MARK_ASKING & 1;
	}
	timeline->n_askings = asked;
	*ret = block;
}
_Static_assert(MARK_JUDGED == 1, "it is taken for a bit");

static inline unsigned
is_step(uint64_t a, uint64_t b)
{
	return a - b + SEQUENCE_STEP <= 2 * SEQUENCE_STEP;
}

static void
compare_plain(const struct timeline *timeline, size_t at, size_t n,
	struct columns_gaps *ret)
{
	const uint64_t *subjects = timeline->subjects + TIMELINE_FRONT + at;
	const int64_t *times = timeline->times + TIMELINE_FRONT + at;
	struct columns_gaps gaps = { 0 };

	for (size_t i = 0; i < n; i++, subjects++, times++) {
		int64_t gap = times[0] - times[-1];
		int64_t before = times[-1] - times[-2];
		bool alike = (gap - before <= BEAT_SLACK_MS) &
			(before - gap <= BEAT_SLACK_MS);
		unsigned step = is_step(subjects[-1], subjects[0]) |
			is_step(subjects[-2], subjects[0]) |
			is_step(subjects[-3], subjects[0]);

		gaps.soon |= (uint64_t)(gap < CHAIN_MS) << i;
		gaps.alike |= (uint64_t)alike << i;
		gaps.steps |= (uint64_t)step << i;
	}
	*ret = gaps;
}
_Static_assert(SEQUENCE_BACK == 3, "three askings are looked at");

static void
mark_plain(struct timeline *timeline, size_t at, uint64_t askings,
	const struct columns_gaps *gaps)
{
	const unsigned begun = MARK_PACED | MARK_SEQUENCE;
	size_t n = timeline->n - at;

	n = n < COLUMNS_BLOCK ? n : COLUMNS_BLOCK;
	for (size_t i = 0, k = 0; i < n; i++) {
		unsigned marks = timeline->marks[at + i], counted = marks;

		if (askings >> i & 1) {
			marks |= (unsigned)(gaps->chained >> k & 1) *
					MARK_CHAINED |
				(unsigned)(gaps->paced >> k & 1) * MARK_PACED |
				(unsigned)(gaps->sequence >> k & 1) *
					MARK_SEQUENCE;
			counted = (marks & ~begun) |
				(unsigned)(gaps->series >> k & 1) * MARK_PACED |
				(unsigned)(gaps->walks >> k & 1) *
					MARK_SEQUENCE;
			k++;
		}
		timeline->marks[at + i] = (uint16_t)marks;
		timeline->indexes[at + i] = timeline_index(counted);
	}
}

#if HAS_WIDE

/* Eight lanes of 64 bits. */
enum { LANES = 8 };

/* Eight rows as four columns: subject, when, post and case, source and facet. */
WIDE static inline void
turn_rows(const struct row *const *rows, __m512i ret[4])
{
	const __m512i first = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13);
	const __m512i second = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
	__m512i pairs[4], low[2], high[2];

#pragma GCC unroll 4
	for (unsigned i = 0; i < 4; i++)
		pairs[i] = _mm512_inserti64x4(
			_mm512_castsi256_si512(_mm256_loadu_si256(
				(const __m256i *)(const void *)rows[i])),
			_mm256_loadu_si256(
				(const __m256i *)(const void *)rows[i + 4]),
			1);
#pragma GCC unroll 2
	for (unsigned i = 0; i < 2; i++) {
		low[i] = _mm512_unpacklo_epi64(pairs[2 * i], pairs[2 * i + 1]);
		high[i] = _mm512_unpackhi_epi64(pairs[2 * i], pairs[2 * i + 1]);
	}
	ret[0] = _mm512_permutex2var_epi64(low[0], first, low[1]);
	ret[1] = _mm512_permutex2var_epi64(high[0], first, high[1]);
	ret[2] = _mm512_permutex2var_epi64(low[0], second, low[1]);
	ret[3] = _mm512_permutex2var_epi64(high[0], second, high[1]);
}

/* The columns of eight rows, of which those in `valid` are some; before: the
 * column `when` of the eight before. */
struct eight {
	__m512i when, places; /* post, source */
	__m512i days;         /* as numbers with a point, which are compared */
	__mmask8 askings, lone, near, turned;
};

WIDE static inline __m512i
cased_of(const struct timeline *timeline, __m512i rows[4])
{
	const struct triple *facets = timeline->book->facets.items;
	const __m512i low = _mm512_set1_epi64(UINT32_MAX);
	__m256i facet = _mm512_cvtepi64_epi32(_mm512_srli_epi64(rows[3], 32));
	__m256i kind = _mm256_i32gather_epi32((const int *)&facets->a,
		_mm256_mullo_epi32(facet, _mm256_set1_epi32(3)), 4);
	__m512i post = _mm512_sub_epi64(_mm512_and_si512(rows[2], low),
		_mm512_set1_epi64(timeline->first_post));
	__m512i word = _mm512_or_si512(
		_mm512_sll_epi64(post,
			_mm_cvtsi32_si128((int)timeline->cased_post)),
		_mm512_sll_epi64(_mm512_srli_epi64(rows[2], 32),
			_mm_cvtsi32_si128((int)timeline->cased_case)));

	word = _mm512_or_si512(word, _mm512_cvtepu32_epi64(kind));
	return _mm512_or_si512(_mm512_slli_epi64(word, CASED_BITS),
		_mm512_and_si512(rows[1], _mm512_set1_epi64(0xffff)));
}
_Static_assert(sizeof(struct triple) == 3 * sizeof(uint32_t),
	"a facet is found as every third number");

WIDE static inline void
lay_askings(struct timeline *timeline, __m512i rows[4], __mmask8 askings)
{
	size_t asked = timeline->n_askings;

	_mm512_storeu_si512(timeline->subjects + TIMELINE_FRONT + asked,
		_mm512_maskz_compress_epi64(askings, rows[0]));
	_mm512_storeu_si512(timeline->times + TIMELINE_FRONT + asked,
		_mm512_maskz_compress_epi64(askings,
			_mm512_srli_epi64(rows[1], 16)));
	_mm512_storeu_si512(timeline->cased + asked,
		_mm512_maskz_compress_epi64(askings,
			cased_of(timeline, rows)));
	timeline->n_askings = asked + (size_t)_mm_popcnt_u32(askings);
}

/* What the days are counted from is added to times that are in the middle of a
 * millisecond: with all its errors, the quotient is on the right side of a
 * whole number, up to the year 10889. */
WIDE static inline __m512i
days_of(__m512i when, __m512d into)
{
	const __m512d days = _mm512_set1_pd(1.0 / (DAY_SECONDS * 1000.0));
	__m512d ms = _mm512_cvtepu64_pd(_mm512_srli_epi64(when, 16));

	return _mm512_castpd_si512(_mm512_roundscale_pd(
		_mm512_mul_pd(_mm512_add_pd(ms, into), days),
		_MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC));
}

WIDE static inline __m512d
into_days_wide(const struct timeline *timeline)
{
	return _mm512_set1_pd((double)into_days(timeline->window) + 0.5);
}

/* Eight rows from row `at` on. */
WIDE static inline struct eight
lay_eight(struct timeline *timeline, __m512i rows[4], size_t at,
	const struct eight *before)
{
	const __m512i bare = _mm512_set1_epi64(MARK_BARE);
	const __m512i low = _mm512_set1_epi64(UINT32_MAX);
	__m512i when = rows[1], marks, gaps, places, days;
	__mmask8 no_case = _mm512_testn_epi64_mask(rows[2],
		_mm512_andnot_si512(low, _mm512_set1_epi64(-1)));

	marks = _mm512_andnot_si512(bare, when);
	marks = _mm512_mask_or_epi64(marks, no_case, marks, bare);
	gaps = _mm512_sub_epi64(_mm512_srli_epi64(when, 16),
		_mm512_srli_epi64(
			_mm512_alignr_epi64(when, before->when, 6), 16));
	days = days_of(when, into_days_wide(timeline));
	places = _mm512_mask_blend_epi32(0xaaaa, rows[2],
		_mm512_slli_epi64(rows[3], 32));
	_mm512_storeu_si512(timeline->when + at, when);
	_mm_storeu_si128((__m128i *)(void *)(timeline->marks + at),
		_mm512_cvtepi64_epi16(marks));
	_mm256_storeu_si256((__m256i *)(void *)(timeline->facets + at),
		_mm512_cvtepi64_epi32(_mm512_srli_epi64(rows[3], 32)));
	return (struct eight){
		.when = when,
		.places = places,
		.days = days,
		.askings = _mm512_test_epi64_mask(when,
			_mm512_set1_epi64(MARK_ASKING)),
		.lone = _mm512_test_epi64_mask(when,
			_mm512_set1_epi64(MARK_LONE)),
		.near = _mm512_mask_cmple_epu64_mask(
			_mm512_test_epi64_mask(when,
				_mm512_set1_epi64(MARK_JUDGED)),
			gaps, _mm512_set1_epi64(DOSSIER_MS)),
		.turned = (__mmask8)(_mm512_cmpneq_epi64_mask(places,
			_mm512_alignr_epi64(places, before->places, 7)) |
			_mm512_cmpneq_epi64_mask(days,
				_mm512_alignr_epi64(days, before->days, 7))),
	};
}

/* Of the row before the block, if there is one. */
WIDE static inline struct eight
eight_before(const struct timeline *timeline, const struct roll *roll,
	const uint64_t *words, size_t at)
{
	const struct row *row;
	struct eight eight = { .when = _mm512_setzero_si512(),
		.places = _mm512_setzero_si512(),
		.days = _mm512_setzero_si512() };

	if (at == 0)
		return eight;
	row = roll_row(roll, words[-1]);
	eight.when = _mm512_loadu_si512(timeline->when + at - LANES);
	eight.places = _mm512_set1_epi64((long long)((uint64_t)row->source
							     << 32 |
		row->post));
	eight.days = days_of(eight.when, into_days_wide(timeline));
	return eight;
}

WIDE static void
lay_avx512(struct timeline *timeline, const struct roll *roll,
	const uint64_t *words, size_t at, size_t n, struct columns_block *ret)
{
	struct columns_block block = { .asked = timeline->n_askings };
	struct eight eight = eight_before(timeline, roll, words, at);
	uint64_t valid = _bzhi_u64(UINT64_MAX, (unsigned)n);
	const struct roll from = *roll;

	for (size_t i = 0; i < n; i += LANES) {
		const struct row *rows[LANES];
		__m512i columns[4];

#pragma GCC unroll 8
		for (size_t k = 0; k < LANES; k++) {
			rows[k] = roll_row(&from, words[i + k]);
			__builtin_prefetch(roll_row(&from,
				words[i + k + ROLL_AHEAD - LANES]));
		}
		turn_rows(rows, columns);
		eight = lay_eight(timeline, columns, at + i, &eight);
		lay_askings(timeline, columns,
			(__mmask8)(eight.askings & valid >> i));
		block.askings |= (uint64_t)eight.askings << i;
		block.lone |= (uint64_t)eight.lone << i;
		block.near |= (uint64_t)eight.near << i;
		block.turned |= (uint64_t)eight.turned << i;
	}
	block.near &= at == 0 ? ~UINT64_C(3) : ~UINT64_C(0);
	block.turned |= at == 0;
	block.askings &= valid;
	block.lone &= valid;
	block.near &= valid;
	block.turned &= valid;
	*ret = block;
}

WIDE static inline __m512i
column_at(const void *column, size_t at)
{
	return _mm512_loadu_si512((const uint64_t *)column + at);
}

/* Which of eight are in steps with those so many places before? */
WIDE static inline __mmask8
steps_from(const uint64_t *subjects, __m512i low, size_t back)
{
	return _mm512_cmple_epu64_mask(
		_mm512_sub_epi64(column_at(subjects - back, 0), low),
		_mm512_set1_epi64(2 * SEQUENCE_STEP));
}

WIDE static void
compare_avx512(const struct timeline *timeline, size_t at, size_t n,
	struct columns_gaps *ret)
{
	const uint64_t *subjects = timeline->subjects + TIMELINE_FRONT + at;
	const int64_t *times = timeline->times + TIMELINE_FRONT + at;
	uint64_t valid = _bzhi_u64(UINT64_MAX, (unsigned)n);
	struct columns_gaps gaps = { 0 };

	for (size_t i = 0; i < n; i += LANES) {
		__m512i last = column_at(times - 1, i);
		__m512i gap = _mm512_sub_epi64(column_at(times, i), last);
		__m512i before = _mm512_sub_epi64(last,
			column_at(times - 2, i));
		__m512i more = _mm512_sub_epi64(gap, before);
		__m512i low = _mm512_sub_epi64(column_at(subjects, i),
			_mm512_set1_epi64(SEQUENCE_STEP));
		__mmask8 soon = _mm512_cmplt_epi64_mask(gap,
			_mm512_set1_epi64(CHAIN_MS));
		__mmask8 alike = _mm512_cmple_epu64_mask(
			_mm512_add_epi64(more,
				_mm512_set1_epi64(BEAT_SLACK_MS)),
			_mm512_set1_epi64(2 * BEAT_SLACK_MS));
		unsigned steps = steps_from(subjects + i, low, 1) |
			steps_from(subjects + i, low, 2) |
			steps_from(subjects + i, low, 3);

		gaps.soon |= (uint64_t)soon << i;
		gaps.alike |= (uint64_t)alike << i;
		gaps.steps |= (uint64_t)steps << i;
	}
	gaps.soon &= valid;
	gaps.alike &= valid;
	gaps.steps &= valid;
	*ret = gaps;
}

/* Add a mark where there are bits. */
WIDE static inline __m512i
add_mark(__m512i marks, uint64_t bits, int mark)
{
	return _mm512_or_si512(marks,
		_mm512_maskz_set1_epi16((__mmask32)bits, (short)mark));
}

WIDE static inline __m512i
indexes_of(__m512i marks)
{
	__m512i low = _mm512_and_si512(_mm512_srli_epi16(marks, 1),
		_mm512_set1_epi16(0x7f));
	__m512i high = _mm512_and_si512(_mm512_srli_epi16(marks, 3),
		_mm512_set1_epi16(0x1f << 7));
	__mmask32 judged = _mm512_test_epi16_mask(marks,
		_mm512_set1_epi16(MARK_JUDGED));

	return _mm512_mask_blend_epi16(judged,
		_mm512_set1_epi16(TIMELINE_UNJUDGED),
		_mm512_or_si512(low, high));
}
_Static_assert(MARK_LONE == 1 << 1 && MARK_CHAINED == 1 << (7 + 3),
	"marks that are counted are moved together");

WIDE static void
mark_avx512(struct timeline *timeline, size_t at, uint64_t askings,
	const struct columns_gaps *gaps)
{
	uint64_t chained = _pdep_u64(gaps->chained, askings);
	uint64_t paced = _pdep_u64(gaps->paced, askings);
	uint64_t sequence = _pdep_u64(gaps->sequence, askings);
	uint64_t series = _pdep_u64(gaps->series, askings);
	uint64_t walks = _pdep_u64(gaps->walks, askings);

	for (unsigned i = 0; i < COLUMNS_BLOCK; i += 32) {
		__m512i marks = add_mark(
			_mm512_loadu_si512(timeline->marks + at + i),
			chained >> i, MARK_CHAINED);

		_mm512_storeu_si512(timeline->indexes + at + i,
			indexes_of(add_mark(add_mark(marks, series >> i,
						    MARK_PACED),
				walks >> i, MARK_SEQUENCE)));
		_mm512_storeu_si512(timeline->marks + at + i,
			add_mark(add_mark(marks, paced >> i, MARK_PACED),
				sequence >> i, MARK_SEQUENCE));
	}
}

#endif

const struct columns_maker columns_makers[] = {
#if HAS_WIDE
	{ "avx512", wide_usable, lay_avx512, compare_avx512, mark_avx512 },
#endif
	{ "plain", is_usable, lay_plain, compare_plain, mark_plain },
};
const size_t columns_makers_n = ARRAY_LEN(columns_makers);

const struct columns_maker *
columns_best(void)
{
	const struct columns_maker *best = columns_makers;

	while (!best->usable())
		best++;
	return best;
}
