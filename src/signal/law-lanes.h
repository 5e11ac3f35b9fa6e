/* SPDX-License-Identifier: Apache-2.0 */
/* The terms of a law, some lanes at a time: for tail.c and broad.c. Eight runs
 * go side by side whatever the lanes, so that all give the same bits. */
#ifndef QUIS_SIGNAL_LAW_LANES_H
#define QUIS_SIGNAL_LAW_LANES_H

#include "signal/lanes.h"
#include "signal/law.h"

enum { RUNS = LANES_MOST };

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

/* The sum of RUNS times `len` terms from x on, the first of them *t; *t becomes
 * the one that follows. */
LANES_INLINE double
eight_runs(const struct law *law, double x, double step, unsigned len,
	double *t)
{
	double sums[RUNS], nexts[RUNS], sum = 0;
	lanes count = { 0, 1, 2, 3 };

#ifdef LANES_BROAD
	count = LANES_TWICE(count) + (lanes){ 0, 0, 0, 0, 4, 4, 4, 4 };
#endif
	for (unsigned i = 0; i < RUNS; i += LANES, count += LANES) {
		lanes at = x + step * len * count, run, next;

		some_runs(law, &at, step, len, &run, &next);
		*(lanes_at *)(sums + i) = run;
		*(lanes_at *)(nexts + i) = next;
	}
	for (unsigned i = 0; i < RUNS; i++) {
		sum += *t * sums[i];
		*t *= nexts[i];
	}
	return sum;
}

#endif
