/* SPDX-License-Identifier: Apache-2.0 */
/* The terms of a law, some lanes at a time: for tail.c and broad.c. Four terms
 * belong together whatever the lanes, so that all give the same bits. */
#ifndef QUIS_SIGNAL_LAW_LANES_H
#define QUIS_SIGNAL_LAW_LANES_H

#include "signal/lanes.h"
#include "signal/law.h"

/* Of x and y the lanes of each four: the first or the first two of x, then
 * those of y from its first on; and all lanes as the last of the first four. */
#ifdef LANES_BROAD
#define LANES_AFTER_1(x, y) \
	__builtin_shufflevector(x, y, 0, 8, 9, 10, 0, 12, 13, 14)
#define LANES_AFTER_2(x, y) \
	__builtin_shufflevector(x, y, 0, 0, 8, 9, 0, 0, 12, 13)
#define LANES_FOURTH(x) __builtin_shufflevector(x, x, 3, 3, 3, 3, 3, 3, 3, 3)
#define LANES_EIGHTH(x) __builtin_shufflevector(x, x, 7, 7, 7, 7, 7, 7, 7, 7)
#else
#define LANES_AFTER_1(x, y) __builtin_shufflevector(x, y, 0, 4, 5, 6)
#define LANES_AFTER_2(x, y) __builtin_shufflevector(x, y, 0, 0, 4, 5)
#define LANES_FOURTH(x) __builtin_shufflevector(x, x, 3, 3, 3, 3)
#endif

/* f(x+1)/f(x), or for step < 0 f(x-1)/f(x), at x, x + step, x + 2 step … */
LANES_INLINE void
ratios(const struct law *law, const lanes *x, double step, lanes *ret)
{
	lanes low = step > 0 ? *x : *x - 1;
	lanes up = (law->u0 + law->u1 * low) * (law->v0 - law->v1 * low);
	lanes down = (low + 1) * ((law->w0 - law->w1 * low) + law->w2);

	*ret = step > 0 ? up / down : down / up;
}

/* The sum of four terms, `fours` times, the first of all *t, from x on; *t
 * becomes the one that follows. Of ratios r0 … r3 the products 1, r0, r0 r1,
 * r0 r1 r2 are four terms in units of the first. */
LANES_INLINE double
four_terms(const struct law *law, double x, double step, unsigned fours,
	double *t)
{
	lanes one = { 0 }, count = { 0, 1, 2, 3 }, at, term, r;
	lanes_four sum = { 0 };

	one += 1;
#ifdef LANES_BROAD
	count = LANES_TWICE(count) + (lanes){ 0, 0, 0, 0, 4, 4, 4, 4 };
#endif
	at = x + step * count;
	term = *t * one;
	for (unsigned i = 0; i < fours; i += LANES / 4, at += LANES * step) {
		lanes before, next;

		ratios(law, &at, step, &r);
		r *= LANES_AFTER_1(one, r);
		r *= LANES_AFTER_2(one, r);
		before = LANES_AFTER_1(one, r);
		next = term * LANES_FOURTH(r);
#ifdef LANES_BROAD
		before *= __builtin_shufflevector(term, next, 0, 0, 0, 0, 12,
			12, 12, 12);
		sum += LANES_LOW(before);
		if (i + 1 < fours) {
			sum += LANES_HIGH(before);
			next *= LANES_EIGHTH(r);
		}
#else
		sum += term * before;
#endif
		term = next;
	}
	*t = term[0];
	return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

#endif
