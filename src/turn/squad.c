/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/squad.h"

#include "base/wide.h"
#include "lookup/row.h"
#include "turn/company.h"
#include "turn/subject.h"

/* Merge exchange (Knuth, 5.2.2 M): which rows to compare does not depend on
 * how the comparisons end. */
static unsigned
list_swaps(unsigned char swaps[SQUAD_SWAPS][2], unsigned n)
{
	unsigned top = 1, found = 0;

	while (top * 2 < n)
		top *= 2;
	for (unsigned p = top; p > 0; p /= 2) {
		unsigned q = top, r = 0, d = p;

		for (;;) {
			for (unsigned i = 0; i + d < n; i++) {
				if ((i & p) != r)
					continue;
				swaps[found][0] = (unsigned char)i;
				swaps[found++][1] = (unsigned char)(i + d);
			}
			if (q == p)
				break;
			d = q - p;
			q /= 2;
			r = p;
		}
	}
	return found;
}

bool
squad_plan(struct squad_plan *plan, uint64_t span_ms, size_t users,
	size_t units)
{
	unsigned user_bits = word_bits(users);

	/* rows of nobody differ in time */
	plan->time_bits = word_bits(span_ms | (SQUAD_ROWS - 1));
	plan->unit_bits = word_bits(units);
	plan->wide = wide_usable();
	for (unsigned n = 2; n <= SQUAD_ROWS; n++)
		plan->n_swaps[n] = list_swaps(plan->swaps[n], n);
	if (plan->time_bits >= 48 || user_bits >= 31 || plan->unit_bits >= 31 ||
		user_bits + plan->time_bits + plan->unit_bits > WORD_MOST)
		return false;
	plan->nobody_user = (int32_t)users;
	plan->nobody = (uint64_t)users << (plan->time_bits + plan->unit_bits) |
		units;
	return true;
}

#if HAS_WIDE

typedef int32_t eight __attribute__((vector_size(32)));
typedef int64_t four __attribute__((vector_size(32)));
typedef double reals __attribute__((vector_size(32)));

#define AVX2 __attribute__((target("avx2")))
#define INLINE AVX2 __attribute__((always_inline)) static inline

bool
squad_usable(void)
{
	return __builtin_cpu_supports("avx2") != 0;
}

#define AT(array, i) ((eight *)(void *)(array)[i])
#define HALF(array, i, half) ((four *)(void *)&(array)[i][4 * (half)])

static const eight every = { -1, -1, -1, -1, -1, -1, -1, -1 };

/* Which lanes are set. */
INLINE unsigned
lanes_of(const eight *mask)
{
	return (unsigned)_mm256_movemask_ps((__m256)*mask);
}

/* Interleaved places apart. */
INLINE void
load(struct squad *squad, const struct squad_place *places, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const four *from = (const void *)(places + i * SQUAD);

		for (size_t half = 0; half < 2; half++) {
			four a = from[2 * half], b = from[2 * half + 1];

			*HALF(squad->words, i, half) =
				__builtin_shufflevector(a, b, 0, 2, 4, 6);
			*HALF(squad->of, i, half) =
				__builtin_shufflevector(a, b, 1, 3, 5, 7);
		}
	}
}

INLINE void
put_in_order(struct squad *squad, const unsigned char swaps[][2],
	size_t n_swaps)
{
	for (size_t s = 0; s < n_swaps; s++) {
		size_t i = swaps[s][0], k = swaps[s][1];

		for (size_t half = 0; half < 2; half++) {
			__m256i a = (__m256i)*HALF(squad->words, i, half);
			__m256i b = (__m256i)*HALF(squad->words, k, half);
			__m256i c = (__m256i)*HALF(squad->of, i, half);
			__m256i d = (__m256i)*HALF(squad->of, k, half);
			__m256i swap = _mm256_cmpgt_epi64(a, b);

			*HALF(squad->words, i, half) =
				(four)_mm256_blendv_epi8(a, b, swap);
			*HALF(squad->words, k, half) =
				(four)_mm256_blendv_epi8(b, a, swap);
			*HALF(squad->of, i, half) =
				(four)_mm256_blendv_epi8(c, d, swap);
			*HALF(squad->of, k, half) =
				(four)_mm256_blendv_epi8(d, c, swap);
		}
	}
}

/* Lower halves of all lanes. */
INLINE void
narrow(eight *to, const four *a, const four *b)
{
	*to = __builtin_shufflevector((eight)*a, (eight)*b, 0, 2, 4, 6, 8, 10,
		12, 14);
}

/* Days since the first lookup's, plus 1. A product is no nearer to a whole
 * number than 2^-28, and off by less than 2^-30: to round the sum with one half
 * is to round it down. */
INLINE void
day_of(four *to, const four *ms, double into_day)
{
	const four magic_bits = { 0x4330000000000000, 0x4330000000000000,
		0x4330000000000000, 0x4330000000000000 };
	const double magic = 0x1p52;
	reals real = (reals)(*ms | magic_bits) - magic;

	real = (real + (into_day + 0.5)) * (1.0 / 86400000) + 0.5;
	*to = (four)(real + magic);
}

/* Words taken apart, and who asked twice at one instant. */
INLINE unsigned
take_apart(struct squad *squad, const struct squad_plan *plan, size_t n)
{
	const __m128i unit_bits = _mm_cvtsi32_si128((int)plan->unit_bits);
	const __m128i time_bits = _mm_cvtsi32_si128((int)plan->time_bits);
	const int64_t units = ((int64_t)1 << plan->unit_bits) - 1;
	const int64_t times = ((int64_t)1 << plan->time_bits) - 1;
	const four unit_mask = { units, units, units, units };
	const four time_mask = { times, times, times, times };
	four last[2] = { (four)every, (four)every };
	four tied[2] = { { 0 }, { 0 } };

	for (size_t i = 0; i < n; i++) {
		four user[2], unit[2], day[2], caseref[2];

		for (size_t half = 0; half < 2; half++) {
			four word = *HALF(squad->words, i, half);
			four rest = (four)_mm256_srl_epi64((__m256i)word,
				unit_bits);
			four ms = rest & time_mask;

			unit[half] = word & unit_mask;
			user[half] = (four)_mm256_srl_epi64((__m256i)rest,
				time_bits);
			day_of(&day[half], &ms, plan->into_day);
			caseref[half] = (four)_mm256_srli_epi64(
				(__m256i)*HALF(squad->of, i, half), 32);
			tied[half] |= rest == last[half];
			last[half] = rest;
		}
		narrow(AT(squad->users, i), &user[0], &user[1]);
		*AT(squad->users, i) += 1;
		narrow(AT(squad->units, i), &unit[0], &unit[1]);
		narrow(AT(squad->days, i), &day[0], &day[1]);
		narrow(AT(squad->cases, i), &caseref[0], &caseref[1]);
	}
	return (unsigned)_mm256_movemask_pd((__m256d)tied[0]) |
		(unsigned)_mm256_movemask_pd((__m256d)tied[1]) << 4;
}

/* Where users and days begin, how many there are, and which units. Nobody's are
 * not counted, but begin where the others' end. */
INLINE void
count_days(struct squad *squad, const struct squad_plan *plan, size_t n)
{
	const int32_t nobody = plan->nobody_user + 1;
	eight user = { 0 }, day = { 0 }, askings = { 0 };
	eight n_users = { 0 }, n_days = { 0 };
	eight low = *AT(squad->units, 0), high = low;
	eight two = every;

	for (size_t i = 0; i < n; i++) {
		eight first = *AT(squad->users, i) != user;
		eight later = first | (*AT(squad->days, i) != day);
		eight there = *AT(squad->users, i) != nobody;
		eight unit = *AT(squad->units, i) & there;

		user = *AT(squad->users, i);
		day = *AT(squad->days, i);
		n_users -= first & there;
		n_days -= later & there;
		*AT(squad->there, i) = there;
		askings = (askings & ~first) - later;
		*AT(squad->first, i) = first;
		*AT(squad->later, i) = later;
		*AT(squad->askings, i) = askings;
		low = (eight)_mm256_min_epi32((__m256i)low,
			(__m256i)*AT(squad->units, i));
		high = (eight)_mm256_max_epi32((__m256i)high, (__m256i)unit);
	}
	for (size_t i = 0; i < n; i++)
		two &= (*AT(squad->units, i) == low) |
			(*AT(squad->units, i) == high) | ~*AT(squad->there, i);
	*(eight *)(void *)squad->n_users = n_users;
	*(eight *)(void *)squad->n_days = n_days;
	*(eight *)(void *)squad->two_units = two & (low ^ high);
}

/* From behind: how many askings a user has in all, and what case a retry
 * names. */
INLINE void
look_back(struct squad *squad, size_t n)
{
	eight ends = every, day_ends = every;
	eight all = { 0 }, adopted = { 0 };

	for (size_t i = n; i-- > 0;) {
		eight caseref = *AT(squad->cases, i);

		all = (ends & *AT(squad->askings, i)) | (all & ~ends);
		*AT(squad->again, i) = all > 1;
		adopted = caseref |
			(adopted & ~day_ends & (caseref == 0));
		*AT(squad->adopted, i) = adopted;
		ends = *AT(squad->first, i);
		day_ends = *AT(squad->later, i);
	}
}

/* What a row has with all others. */
struct with_others {
	eight ever, low, high; /* others of the unit; the least and most of the
	                          near ones, 0 being none */
	eight seen;            /* the unit, before */
	eight continued;       /* his own, on an earlier day: the same case */
};

INLINE void
hold_against(const struct squad *squad, size_t i, size_t k, bool is_before,
	struct with_others *with)
{
	eight unit = *AT(squad->units, k) == *AT(squad->units, i);
	eight own = *AT(squad->users, k) == *AT(squad->users, i);
	eight apart = *AT(squad->days, k) - *AT(squad->days, i);
	eight fits = unit & ~own, near;

	near = COLLEAGUE_DAYS + 1 >
		(eight)_mm256_abs_epi32((__m256i)apart);
	near &= fits & *AT(squad->users, k);
	with->ever |= fits;
	with->low = (eight)_mm256_min_epu32((__m256i)with->low,
		(__m256i)(near - 1));
	with->high = (eight)_mm256_max_epi32((__m256i)with->high,
		(__m256i)near);
	if (!is_before)
		return;
	with->seen |= unit;
	with->continued |= own & (apart != 0) &
		(*AT(squad->cases, k) == *AT(squad->adopted, i));
}

INLINE void
look_around(const struct squad *squad, size_t i, size_t n,
	struct with_others *ret)
{
	struct with_others with = { .low = every };

	for (size_t k = 0; k < i; k++)
		hold_against(squad, i, k, true, &with);
	for (size_t k = i + 1; k < n; k++)
		hold_against(squad, i, k, false, &with);
	*ret = with;
}

/* Of the user, from row to row. */
struct so_far {
	eight alone, bare;
};

INLINE void
mark(struct squad *squad, size_t i, size_t n, const eight *common,
	struct so_far *user)
{
	const eight later = *AT(squad->later, i), first = *AT(squad->first, i);
	const eight adopted = *AT(squad->adopted, i);
	const eight several_users = *(eight *)(void *)squad->n_users > 1;
	const eight ends = i + 1 < n ? *AT(squad->first, i + 1) : every;
	struct with_others with;
	eight near, alone, foreign, marks, set;

	look_around(squad, i, n, &with);
	with.continued &= adopted != 0;
	near = with.high != 0;
	alone = ~with.ever;
	foreign = alone & several_users;
	marks = MARK_ASKING | (alone & MARK_ALONE) | (foreign & MARK_FOREIGN) |
		(near & MARK_COLLEAGUE) | (with.continued & MARK_CONTINUED) |
		(first & MARK_FIRST) | (*AT(squad->again, i) & MARK_AGAIN);
	*AT(squad->marks, i) = *common | (later & marks);
	*AT(squad->soles, i) = with.low;
	user->alone = (first & alone) | (user->alone & ~first);
	user->bare = (user->bare & ~first) - (later & (adopted == 0));
	*AT(squad->bare, i) = user->bare;
	set = ~with.seen & *AT(squad->there, i);
	squad->sets.fresh[i] = (unsigned char)lanes_of(&set);
	/* nobody has no case and no colleagues, but times, maybe of two days */
	set = later & near & (with.high - 1 == with.low) & ~with.continued;
	squad->sets.vouched[i] = (unsigned char)lanes_of(&set);
	set = later & (adopted != *AT(squad->cases, i));
	squad->sets.adopts[i] = (unsigned char)lanes_of(&set);
	set = ends & user->alone & *AT(squad->there, i) &
		(*AT(squad->askings, i) >= REVISIT_MIN);
	squad->sets.revisits[i] = (unsigned char)lanes_of(&set);
	set = first & foreign & *AT(squad->there, i) &
		(*(eight *)(void *)squad->two_units != 0);
	squad->sets.foreign[i] = (unsigned char)lanes_of(&set);
}

INLINE void
fold(struct squad *squad, const struct squad_plan *plan,
	const struct squad_place *places, size_t n)
{
	struct so_far user = { { 0 }, { 0 } };
	eight days, common, pairs;

	memset(&squad->sets, 0, sizeof(squad->sets));
	load(squad, places, n);
	put_in_order(squad, plan->swaps[n], plan->n_swaps[n]);
	squad->tied = take_apart(squad, plan, n);
	count_days(squad, plan, n);
	look_back(squad, n);
	days = *(eight *)(void *)squad->n_days;
	common = MARK_JUDGED | ((days == 1) & MARK_LONE) |
		((days <= 2) & MARK_THIN);
	for (size_t i = 0; i < n; i++)
		mark(squad, i, n, &common, &user);
	pairs = (*(eight *)(void *)squad->n_users == 2) & (days == 2);
	squad->pairs = lanes_of(&pairs);
}

AVX2 static void
fold_avx2(struct squad *squad, const struct squad_plan *plan,
	const struct squad_place *places, size_t n)
{
	fold(squad, plan, places, n);
}

/* The same code, for which the compiler has more registers, and masks. */
WIDE static void
fold_wide(struct squad *squad, const struct squad_plan *plan,
	const struct squad_place *places, size_t n)
{
	fold(squad, plan, places, n);
}

void
squad_fold(struct squad *squad, const struct squad_plan *plan,
	const struct squad_place *places, size_t n)
{
	if (plan->wide)
		fold_wide(squad, plan, places, n);
	else
		fold_avx2(squad, plan, places, n);
}

#else

bool
squad_usable(void)
{
	return false;
}

/* Nobody calls it. */
void
squad_fold(struct squad *squad, const struct squad_plan *plan,
	const struct squad_place *places, size_t n)
{
	(void)plan;
	(void)places;
	memset(squad, 0, sizeof(*squad));
	(void)n;
}

#endif
