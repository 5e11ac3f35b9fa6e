/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Four numbers at a time: ln and exp for loops over many users. One source
 * serves any processor; the loops are compiled twice, plain and for AVX2,
 * and LANES_CALL() takes the second where it runs. What most time goes to is
 * compiled for AVX-512 as well, in broad.c, which defines LANES_BROAD: eight
 * numbers at a time. All give the same bits, for none fuses a product with a
 * sum, and sums go four by four.
 *
 * Helpers work in place, as vectors by value would tie the calling convention
 * to the processor; all are inlined.
 *
 *   lanes_ln   ln x of positive normal numbers, relative 4e-16; nothing else
 *              may be given. The reduction and polynomial of FreeBSD's e_log.c
 *              (Sun Microsystems, 1993).
 *   lanes_exp  e^x for x in [-708, 708], relative 1e-15: x = n ln 2 + r, the
 *              series of e^r to r^12, |r| <= ½ ln 2.
 *   lanes_stirling  stirling_error() of special.h, of x >= 8 from y = 1/x:
 *              the terms to x^-11
 */
#ifndef QUIS_SIGNAL_LANES_H
#define QUIS_SIGNAL_LANES_H

#include "base/base.h"

#ifdef LANES_BROAD
#define LANES_SIZE 64
#else
#define LANES_SIZE 32
#endif
enum { LANES = LANES_SIZE / 8 };
/* What arrays are filled up to a multiple of. */
enum { LANES_MOST = 8 };

typedef double lanes __attribute__((vector_size(LANES_SIZE)));
typedef uint64_t lanes_bits __attribute__((vector_size(LANES_SIZE)));
/* where they lie in an array of double */
typedef double lanes_at
	__attribute__((vector_size(LANES_SIZE), aligned(8), may_alias));
/* what is summed up */
typedef double lanes_four __attribute__((vector_size(32)));

#define LANES_INLINE static inline __attribute__((always_inline))

#if defined(__x86_64__) && defined(__GNUC__)
#define LANES_WIDE __attribute__((target("avx2")))
#define LANES_CALL(f, ...) \
	(__builtin_cpu_supports("avx2") ? f##_wide(__VA_ARGS__) : \
					  f##_plain(__VA_ARGS__))
#define LANES_CALL_BROAD(f, ...) \
	(__builtin_cpu_supports("avx512f") ? f##_broad(__VA_ARGS__) : \
					     LANES_CALL(f, __VA_ARGS__))
#else
#define LANES_WIDE
#define LANES_CALL(f, ...) f##_plain(__VA_ARGS__)
#define LANES_CALL_BROAD LANES_CALL
#endif

/* The first four, and the rest. */
#ifdef LANES_BROAD
#define LANES_LOW(x) __builtin_shufflevector(x, x, 0, 1, 2, 3)
#define LANES_HIGH(x) __builtin_shufflevector(x, x, 4, 5, 6, 7)
#define LANES_TWICE(x) __builtin_shufflevector(x, x, 0, 1, 2, 3, 0, 1, 2, 3)
#else
#define LANES_LOW(x) (x)
#define LANES_TWICE(x) (x)
#endif

LANES_INLINE void
lanes_add_to(lanes_four *sum, const lanes *x)
{
	*sum += LANES_LOW(*x);
#ifdef LANES_BROAD
	*sum += LANES_HIGH(*x);
#endif
}

LANES_INLINE void
lanes_multiply_to(lanes_four *product, const lanes *x)
{
	*product *= LANES_LOW(*x);
#ifdef LANES_BROAD
	*product *= LANES_HIGH(*x);
#endif
}

/* *y where the bits of `mask` are set, else *x. */
LANES_INLINE void
lanes_choose(lanes *x, const lanes *y, const lanes_bits *mask)
{
	*x = (lanes)(((lanes_bits)*x & ~*mask) | ((lanes_bits)*y & *mask));
}

LANES_INLINE void
lanes_most(lanes *x, const lanes *y)
{
	lanes_bits more = (lanes_bits)(*y > *x);

	lanes_choose(x, y, &more);
}

LANES_INLINE void
lanes_least(lanes *x, const lanes *y)
{
	lanes_bits less = (lanes_bits)(*y < *x);

	lanes_choose(x, y, &less);
}

/* x = 2^e (1 + f), 1 + f in [√½, √2) */
LANES_INLINE void
lanes_split(const lanes *x, lanes *ret_e, lanes *ret_f)
{
	/* so that the exponent turns at √½ */
	const uint64_t one = UINT64_C(0x3ff0000000000000);
	const uint64_t turn = one - UINT64_C(0x3fe6a09e667f3bcd);
	/* 2^52: whole numbers are added to its last bits */
	const uint64_t magic = UINT64_C(0x4330000000000000);
	lanes_bits bits = (lanes_bits)*x, exponent = (bits + turn) >> 52;

	*ret_e = (lanes)(exponent | magic) - (4503599627370496.0 + 1023);
	*ret_f = (lanes)(bits - (exponent << 52) + one) - 1;
}

/* e ln 2 + ln(1 + f), s = f / (2 + f) */
LANES_INLINE void
lanes_join(const lanes *e, const lanes *f, const lanes *s, lanes *ret)
{
	lanes z = *s * *s, w = z * z, half = 0.5 * *f * *f;
	lanes odd = w * (0.3999999999940941908 + w *
		(0.2222219843214978396 + w * 0.1531383769920937332));
	lanes even = z * (0.6666666666666735130 + w *
		(0.2857142874366239149 + w *
		(0.1818357216161805012 + w * 0.1479819860511658591)));

	*ret = *e * 6.93147180369123816490e-01 - ((half - (*s * (half + (odd +
		even)) + *e * 1.90821492927058770002e-10)) - *f);
}

/* Of two at once: both for one division, which is what they cost most. */
LANES_INLINE void
lanes_ln_both(lanes *x, lanes *y)
{
	lanes ex, ey, fx, fy, sx, sy, over;

	lanes_split(x, &ex, &fx);
	lanes_split(y, &ey, &fy);
	over = 1 / ((2 + fx) * (2 + fy));
	sx = fx * ((2 + fy) * over);
	sy = fy * ((2 + fx) * over);
	lanes_join(&ex, &fx, &sx, x);
	lanes_join(&ey, &fy, &sy, y);
}

LANES_INLINE void
lanes_ln(lanes *x)
{
	lanes e, f, s;

	lanes_split(x, &e, &f);
	s = f / (2 + f);
	lanes_join(&e, &f, &s, x);
}

/* x >= 0 becomes 1 + x; to ln of that, *ret_lost must be added, what the sum
 * has lost of x. */
LANES_INLINE void
lanes_1_plus(lanes *x, lanes *ret_lost)
{
	lanes sum = 1 + *x, lost = *x - (sum - 1);
	lanes_bits near = (lanes_bits)(sum < 2);

	*x = sum;
	*ret_lost = (lanes)((lanes_bits)lost & near);
}

LANES_INLINE void
lanes_exp(lanes *x)
{
	/* 1½ 2^52: the last bits hold n + 1023 */
	const double magic = 6755399441055744.0 + 1023;
	lanes shifted = *x * 1.4426950408889634074 + magic;
	lanes n = shifted - magic;
	lanes r = (*x - n * 6.93147180369123816490e-01) -
		n * 1.90821492927058770002e-10;
	lanes r2 = r * r, r4 = r2 * r2;
	lanes low = (1 + r) + r2 * (1.0 / 2 + r * (1.0 / 6));
	lanes middle = (1.0 / 24 + r * (1.0 / 120)) +
		r2 * (1.0 / 720 + r * (1.0 / 5040));
	lanes high = (1.0 / 40320 + r * (1.0 / 362880)) +
		r2 * (1.0 / 3628800 + r * (1.0 / 39916800)) +
		r4 * (1.0 / 479001600);

	*x = (low + r4 * (middle + r4 * high)) *
		(lanes)((lanes_bits)shifted << 52);
}

LANES_INLINE void
lanes_stirling(const lanes *y, lanes *ret)
{
	lanes z = *y * *y, w = z * z;

	*ret = *y * (((1.0 / 12) - z * (1.0 / 360)) +
		w * ((1.0 / 1260) - z * (1.0 / 1680) +
		w * ((1.0 / 1188) - z * (691.0 / 360360))));
}

#endif
