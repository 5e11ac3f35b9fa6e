/* SPDX-License-Identifier: Apache-2.0 */
/* The loops of crowd.c over users, some lanes at a time: for crowd.c and
 * broad.c. See crowd.h for what they do, and how. */
#ifndef QUIS_SIGNAL_CROWD_LANES_H
#define QUIS_SIGNAL_CROWD_LANES_H

#include "signal/crowd.h"
#include "signal/lanes.h"
#include "signal/special.h"

#define SPREAD_LEAST 1e-6

/* ln Γ is taken so far up. */
#define SHIFT 8

/* x (x+1) … (x+7), by pairs from the two ends */
LANES_INLINE void
eight_factors(const lanes *x, lanes *ret)
{
	lanes y = *x * (*x + 7);

	*ret = (y * (y + 6)) * ((y + 10) * (y + 12));
}

/* ln Γ(x+k) - ln Γ(x) = near (ln grown + lost) + error + k ln far - k -
 * ln(above / below), over = 1 / far. */
struct rise {
	lanes near, grown, lost, error, far, over, above, below;
};

LANES_INLINE void
rise_of(const lanes *x, const lanes *k, struct rise *ret)
{
	lanes near = *x + SHIFT, far = near + *k, sum = *x + *k;
	lanes both = 1 / (near * far); /* divisions are dear */
	lanes near_over = far * both, error;

	ret->near = near - 0.5;
	ret->far = far;
	ret->over = near * both;
	ret->grown = *k * near_over;
	lanes_1_plus(&ret->grown, &ret->lost);
	lanes_stirling(&near_over, &error);
	lanes_stirling(&ret->over, &ret->error);
	ret->error -= error;
	eight_factors(&sum, &ret->above);
	eight_factors(x, &ret->below);
}

/* Once `grown` is its logarithm. */
LANES_INLINE void
rise_sum(const struct rise *rise, lanes *ret)
{
	*ret = rise->near * (rise->grown + rise->lost) + rise->error;
}

/* 1/(1/s + extra) */
LANES_INLINE void
spread_of(double s, const lanes *extra, lanes *ret)
{
	const lanes zero = { 0 }, least = zero + SPREAD_LEAST;

	*ret = s / (1 + s * *extra);
	lanes_most(ret, &least);
}

/* ln B(k+a, rest+b)/B(a, b), a = mean s, b = (1 - mean) s */
LANES_INLINE void
share_core(const lanes *k, const lanes *rest, const lanes *mean,
	const lanes *s, lanes *ret)
{
	lanes a = *mean * *s, b = (1 - *mean) * *s, n = *k + *rest;
	lanes odd, even, factors, sum, other;
	struct rise up, down, all;

	rise_of(&a, k, &up);
	rise_of(&b, rest, &down);
	rise_of(s, &n, &all);
	odd = up.far * all.over;
	even = down.far * all.over;
	factors = (up.above * all.below) * down.above /
		(up.below * all.above * down.below);
	lanes_ln_both(&up.grown, &down.grown);
	lanes_ln_both(&all.grown, &factors);
	lanes_ln_both(&odd, &even);
	rise_sum(&up, &sum);
	rise_sum(&all, &other);
	sum -= other;
	rise_sum(&down, &other);
	*ret = (sum + other - factors) + (*k * odd + *rest * even);
}

/* ln Γ(k+size)/Γ(size) + size ln(size/(size+mean)) + k ln(mean/(size+mean)) */
LANES_INLINE void
count_core(const lanes *k, const lanes *mean, const lanes *size, lanes *ret)
{
	lanes over = *mean / *size, lost, rate, factors, sum;
	struct rise up;

	rise_of(size, k, &up);
	rate = *mean * (up.far / (*size + *mean));
	factors = up.above / up.below;
	lanes_1_plus(&over, &lost);
	lanes_ln_both(&up.grown, &over);
	lanes_ln_both(&rate, &factors);
	rise_sum(&up, &sum);
	*ret = (sum - *size * (over + lost)) - factors + (*k * rate - *k);
}

LANES_INLINE void
ln_pmf(const struct crowd *crowd, double s, double *ret)
{
	const lanes none = { 0 };

	for (size_t i = 0; i < crowd->n; i += LANES) {
		lanes k = *(const lanes_at *)(crowd->k + i);
		lanes mean = *(const lanes_at *)(crowd->mean + i);
		lanes extra = *(const lanes_at *)(crowd->extra + i);
		lanes rest, spread, result;

		spread_of(s, &extra, &spread);
		if (crowd->counts) {
			count_core(&k, &mean, &spread, &result);
		} else {
			rest = *(const lanes_at *)(crowd->rest + i);
			share_core(&k, &rest, &mean, &spread, &result);
		}
		result += *(const lanes_at *)(crowd->fixed + i);
		lanes_least(&result, &none);
		*(lanes_at *)(ret + i) = result;
	}
}

/* Products of so many sums of two, each in [1, 2], are finite. */
enum { PRODUCTS = 512 };

LANES_INLINE double
ln_mix(const double *f, const double *g, size_t n, double epsilon)
{
	double most = log1p(-epsilon), few = log(epsilon), result = 0;
	lanes zero = { 0 }, least = zero - 708;
	lanes_four sum = { 0 };

	for (size_t start = 0, i = 0; start < n; start = i) {
		size_t end = n - start > PRODUCTS * 4 ? start + PRODUCTS * 4 :
							n;
		lanes_four product = { 1, 1, 1, 1 };
		lanes ln;

		for (; i < end; i += LANES) {
			lanes x = most + *(const lanes_at *)(f + i);
			lanes y = few + *(const lanes_at *)(g + i);
			lanes high = x, gap = x - y, other = y - x;

			lanes_most(&high, &y);
			lanes_least(&gap, &other);
			lanes_most(&gap, &least);
			lanes_exp(&gap);
			gap += 1;
			lanes_add_to(&sum, &high);
			lanes_multiply_to(&product, &gap);
		}
		ln = LANES_TWICE(product);
		lanes_ln(&ln);
		sum += LANES_LOW(ln);
	}
	for (size_t i = 0; i < 4; i++)
		result += sum[i];
	return result;
}

/* What makes a probability of the core. At a = b = 1 a beta-binomial is
 * 1/(n+1), and with mean and size 1 a negative binomial is 2^-(k+1). */
LANES_INLINE void
fix(struct crowd *crowd)
{
	const lanes zero = { 0 }, one = zero + 1, half = zero + 0.5;
	const lanes two = zero + 2;

	for (size_t i = 0; i < crowd->n; i += LANES) {
		lanes k = *(const lanes_at *)(crowd->k + i), rest, core, all;

		if (crowd->counts) {
			count_core(&k, &one, &one, &core);
			core = -core - (k + 1) * LN_2;
		} else {
			rest = *(const lanes_at *)(crowd->rest + i);
			all = k + rest + 1;
			share_core(&k, &rest, &half, &two, &core);
			lanes_ln(&all);
			core = -core - all;
		}
		*(lanes_at *)(crowd->fixed + i) = core;
	}
}

#endif
