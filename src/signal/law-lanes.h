/* SPDX-License-Identifier: Apache-2.0 */
/* The terms of a law, some lanes at a time: for tail.c and broad.c. Eight runs
 * go side by side whatever the lanes, so that all give the same bits. */
#ifndef QUIS_SIGNAL_LAW_LANES_H
#define QUIS_SIGNAL_LAW_LANES_H

#include "signal/lanes.h"
#include "signal/law.h"

enum { EIGHT = LANES_MOST };

/* f(x + step)/f(x) is up / down. */
LANES_INLINE void
ratio_parts(const struct law *law, const lanes *x, double step, lanes *ret_up,
	lanes *ret_down)
{
	lanes low = step > 0 ? *x : *x - 1;
	lanes up = (law->u0 + law->u1 * low) * (law->v0 - law->v1 * low);
	lanes down = (low + 1) * ((law->w0 - law->w1 * low) + law->w2);

	*ret_up = step > 0 ? up : down;
	*ret_down = step > 0 ? down : up;
}

/* Of runs of `len` terms that begin at *x: their sums, and the terms that
 * follow, in units of the first ones. */
LANES_INLINE void
some_runs(const struct law *law, const lanes *x, double step, unsigned len,
	lanes *ret_sum, lanes *ret_next)
{
	lanes at = *x, sum = { 0 }, term = sum + 1, over;
	lanes up, down, next_up, next_down;

	for (unsigned i = 1; i < len; i += 2) {
		/* two terms for one division, which is what they cost most */
		ratio_parts(law, &at, step, &up, &down);
		at += step;
		ratio_parts(law, &at, step, &next_up, &next_down);
		at += step;
		over = term * (1 / (down * next_down));
		sum += term;
		sum += over * (up * next_down);
		term = over * (up * next_up);
	}
	if (len % 2 == 1) {
		ratio_parts(law, &at, step, &up, &down);
		sum += term;
		term *= up / down;
	}
	*ret_sum = sum;
	*ret_next = term;
}

/* The sum of EIGHT times `len` terms from x on, the first of them *t; *t
 * becomes the one that follows. */
LANES_INLINE double
eight_runs(const struct law *law, double x, double step, unsigned len,
	double *t)
{
	double sums[EIGHT], nexts[EIGHT], sum = 0;
	lanes count = { 0, 1, 2, 3 };

#ifdef LANES_BROAD
	count = LANES_TWICE(count) + (lanes){ 0, 0, 0, 0, 4, 4, 4, 4 };
#endif
	for (unsigned i = 0; i < EIGHT; i += LANES, count += LANES) {
		lanes at = x + step * len * count, run, next;

		some_runs(law, &at, step, len, &run, &next);
		*(lanes_at *)(sums + i) = run;
		*(lanes_at *)(nexts + i) = next;
	}
	for (unsigned i = 0; i < EIGHT; i++) {
		sum += *t * sums[i];
		*t *= nexts[i];
	}
	return sum;
}

/* D(x, m) of special.h, from x/m, x - m and v = (x - m)/(x + m). */
LANES_INLINE void
deviance_of(const lanes *x, const lanes *ln_over, const lanes *diff,
	const lanes *v, lanes *ret)
{
	lanes w = *v * *v, w2 = w * w, w4 = w2 * w2;
	lanes sum = ((1.0 / 3) + w * (1.0 / 5)) +
		w2 * ((1.0 / 7) + w * (1.0 / 9)) +
		w4 * (((1.0 / 11) + w * (1.0 / 13)) +
		w2 * ((1.0 / 15) + w * (1.0 / 17)));
	lanes near = *diff * *v + (2 * *x * *v) * (w * sum);
	lanes_bits is_near = (lanes_bits)(w < 0.01);

	*ret = *x * *ln_over - *diff;
	lanes_choose(ret, &near, &is_near);
}

/* D(x, m) + D(y, n), x - m = diff = n - y. */
LANES_INLINE void
two_deviances(const lanes *x, const lanes *m, const lanes *y, const lanes *n,
	const lanes *diff, lanes *ret)
{
	lanes of_x = *x + *m, of_y = *y + *n;
	lanes down_x = *m * of_x, down_y = *n * of_y;
	lanes over = 1 / (down_x * down_y), against = -*diff;
	lanes over_x = over * down_y, over_y = over * down_x;
	lanes ln_x = *x * (over_x * of_x), ln_y = *y * (over_y * of_y);
	lanes v_x = *diff * (over_x * *m), v_y = against * (over_y * *n);
	lanes other;

	lanes_ln_both(&ln_x, &ln_y);
	deviance_of(x, &ln_x, diff, &v_x, ret);
	deviance_of(y, &ln_y, &against, &v_y, &other);
	*ret += other;
}

/* ln f(x) as law.c has it, for x and n - x from 64 on. */
LANES_INLINE void
shares_ln(const struct law *law, const lanes *at, lanes *ret)
{
	double over_all = 1 / law->all;
	lanes zero = { 0 }, x = *at, y = law->n - x, a = zero + law->a;
	lanes b = zero + law->b, odd = x + a, even = y + b;
	lanes diff = ((x - law->mean_high) - law->mean_low) *
		(law->sum * over_all);
	lanes against = -diff, shares, own, m, n;
	lanes pair = x * y, other_pair = odd * even;
	lanes over = 1 / (pair * other_pair);
	lanes over_pair = over * other_pair, over_other = over * pair;
	lanes inside = over * (law->inside * law->n / TWO_PI);
	lanes error, y_x = y * over_pair, y_y = x * over_pair;
	lanes y_odd = even * over_other, y_even = odd * over_other;

	m = odd * (law->n * over_all);
	n = even * (law->n * over_all);
	two_deviances(&x, &m, &y, &n, &diff, &shares);
	m = odd * (law->sum * over_all);
	n = even * (law->sum * over_all);
	two_deviances(&a, &m, &b, &n, &against, &own);
	lanes_ln(&inside);
	*ret = (law->fixed + law->inner) - shares - own + 0.5 * inside;
	lanes_stirling(&y_x, &error);
	*ret -= error;
	lanes_stirling(&y_y, &error);
	*ret -= error;
	lanes_stirling(&y_odd, &error);
	*ret += error;
	lanes_stirling(&y_even, &error);
	*ret += error;
}

LANES_INLINE void
counts_ln(const struct law *law, const lanes *at, lanes *ret)
{
	lanes zero = { 0 }, x = *at, size = zero + law->size, trials = x + size;
	lanes diff = law->q * (x - law->mean), over = 1 / (x * trials);
	lanes m = trials * law->p, n = trials * law->q;
	lanes inside = law->inside * over, y_x = trials * over;
	lanes y_trials = x * over, both, error;

	two_deviances(&x, &m, &size, &n, &diff, &both);
	lanes_ln(&inside);
	*ret = law->fixed - both + 0.5 * inside;
	lanes_stirling(&y_x, &error);
	*ret -= error;
	lanes_stirling(&y_trials, &error);
	*ret += error;
}

/* f in units of e^unit at eight places; 0 below e^-708. */
LANES_INLINE void
eight_values(const struct law *law, double unit, const double *x, double *ret)
{
	lanes least = { 0 };

	least -= 708;
	for (unsigned i = 0; i < EIGHT; i += LANES) {
		lanes at = *(const lanes_at *)(x + i), ln;
		lanes_bits there;

		if (law->last < INFINITY)
			shares_ln(law, &at, &ln);
		else
			counts_ln(law, &at, &ln);
		ln -= unit;
		there = (lanes_bits)(ln > least);
		lanes_most(&ln, &least);
		lanes_exp(&ln);
		*(lanes_at *)(ret + i) = (lanes)((lanes_bits)ln & there);
	}
}

#endif
