/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/law.h"

#include "signal/special.h"

#define LEAST_MEAN 1e-300 /* below: 0 */
#define MOST_SIZE 1e200   /* above: Poisson, to all digits */

/* xb - a y without the rounding of the products. */
static double
cross_difference(double x, double b, double a, double y)
{
	double product = a * y;

	return fma(x, b, -product) + fma(-a, y, product);
}

/* ln of n!/(x!(n-x)!) p^x q^(n-x) without its ½ ln and δ(n), for 0 < x < n;
 * diff = x - n p. */
static double
binomial_core(double x, double n, double p, double q, double diff)
{
	return -stirling_error(x) - stirling_error(n - x) -
		deviance(x, n * p, diff) - deviance(n - x, n * q, -diff);
}

static double
ln_share(double p, double q)
{
	return q < 0.5 ? log1p(-q) : log(p);
}

static double
binomial_ln(const struct law *law, double x)
{
	double n = law->n, diff = fma(-n, law->p, x);

	if (x <= 0)
		return n * ln_share(law->q, law->p);
	if (x >= n)
		return n * ln_share(law->p, law->q);
	return law->fixed + binomial_core(x, n, law->p, law->q, diff) +
		0.5 * log(law->inside / (x * (n - x)));
}

/* C(n,x) C(s,a) / C(n+s,x+a) of binomials with the common share
 * p = (x+a)/(n+s), at which the third has no deviance. */
static double
beta_binomial_ln(const struct law *law, double x)
{
	double n = law->n, a = law->a, b = law->b;
	double odd = x + a, even = n - x + b;
	double p = odd / law->all, q = even / law->all;
	double diff = cross_difference(x, b, a, n - x) / law->all;
	double core, inside = law->inside / (odd * even);

	if (x <= 0) {
		core = n * ln_share(q, p);
	} else if (x >= n) {
		core = n * ln_share(p, q);
	} else {
		core = binomial_core(x, n, p, q, diff) + law->inner;
		inside *= n / (TWO_PI * x * (n - x));
	}
	core -= deviance(a, law->sum * p, -diff) +
		deviance(b, law->sum * q, diff);
	return core + law->fixed + stirling_error(odd) + stirling_error(even) +
		0.5 * log(inside);
}

static double
poisson_ln(const struct law *law, double x)
{
	if (x <= 0)
		return -law->mean;
	return -stirling_error(x) - deviance(x, law->mean, x - law->mean) -
		0.5 * log(TWO_PI * x);
}

static double
neg_binomial_ln(const struct law *law, double x)
{
	double size = law->size, trials = x + size;
	double diff = law->q * (x - law->mean);

	if (x <= 0)
		return -size * log1p(law->mean / size);
	return stirling_error(trials) - stirling_error(x) + law->fixed -
		deviance(size, trials * law->q, -diff) -
		deviance(x, trials * law->p, diff) +
		0.5 * log(law->inside / (x * trials));
}

/* All mass on one value. */
static double
fixed_ln(const struct law *law, double x)
{
	return x == law->mean ? 0 : -INFINITY;
}

static void
law_fixed(struct law *law, double at, double last)
{
	*law = (struct law){ .ln_pmf = fixed_ln, .at = NAN, .last = last,
		.mean = at };
}

static void
settle_binomial(struct law *law)
{
	law->fixed = stirling_error(law->n);
}

void
law_binomial(struct law *law, uint64_t n, double p)
{
	double trials = (double)n;

	p = law_clip(p, 0, 1);
	if (n == 0 || p < LEAST_MEAN || p >= 1) {
		law_fixed(law, p >= 1 ? trials : 0, trials);
		return;
	}
	*law = (struct law){ .ln_pmf = binomial_ln, .settle = settle_binomial,
		.at = NAN, .n = trials, .p = p, .q = 1 - p, .last = trials,
		.mean = trials * p, .u0 = p / (1 - p), .v0 = trials, .v1 = 1,
		.w0 = 1, .inside = trials / TWO_PI };
	law->turn = floor((trials + 1) * p - 1) + 1;
}

/* n a/(a+b) with what rounding takes from it and from a+b: it is subtracted
 * from numbers near it. */
static void
settle_mean(struct law *law)
{
	double product = law->n * law->a, high = product / law->sum;
	double sum_lost = law->b - (law->sum - law->a), rest;

	if (law->b > law->a)
		sum_lost = law->a - (law->sum - law->b);
	rest = fma(-high, law->sum, product) + fma(law->n, law->a, -product) -
		high * sum_lost;
	law->mean_high = high;
	law->mean_low = rest / law->sum;
}

static void
settle_beta_binomial(struct law *law)
{
	settle_mean(law);
	law->fixed = stirling_error(law->sum) - stirling_error(law->a) -
		stirling_error(law->b) - stirling_error(law->all);
	law->inner = stirling_error(law->n);
	law->inside = law->a * law->b * law->all / law->sum;
}

void
law_beta_binomial(struct law *law, uint64_t n, double a, double b)
{
	double trials = (double)n, rise, slope;

	a = law_clip(a, LAW_LEAST_SHAPE, LAW_MOST_SHAPE);
	b = law_clip(b, LAW_LEAST_SHAPE, LAW_MOST_SHAPE);
	if (n == 0) {
		law_fixed(law, 0, 0);
		return;
	}
	*law = (struct law){ .ln_pmf = beta_binomial_ln,
		.settle = settle_beta_binomial, .by_lanes = true, .at = NAN,
		.n = trials, .a = a, .b = b, .sum = a + b,
		.all = trials + a + b, .last = trials,
		.mean = trials * (a / (a + b)), .u0 = a, .u1 = 1, .v0 = trials,
		.v1 = 1, .w0 = trials - 1, .w1 = 1, .w2 = b };
	/* f(x+1) < f(x) where rise < x slope. */
	rise = trials * (a - 1) + 1 - b;
	slope = a + b - 2;
	if (slope == 0)
		law->turn = rise < 0 ? 0 : trials;
	else
		law->turn = law_clip(floor(rise / slope) + 1, 0, trials);
	law->trough = slope < 0;
}

void
law_poisson(struct law *law, double mean)
{
	mean = law_clip(mean, 0, LAW_MOST_SHAPE);
	if (mean < LEAST_MEAN) {
		law_fixed(law, 0, INFINITY);
		return;
	}
	*law = (struct law){ .ln_pmf = poisson_ln, .at = NAN,
		.last = INFINITY, .mean = mean, .turn = floor(mean - 1) + 1,
		.u0 = mean, .v0 = 1, .w0 = 1, .fall0 = 1 - mean, .fall1 = 1 };
}

static void
settle_neg_binomial(struct law *law)
{
	law->fixed = -stirling_error(law->size);
}

void
law_neg_binomial(struct law *law, double mean, double size)
{
	size = law_clip(size, LAW_LEAST_SHAPE, INFINITY);
	mean = law_clip(mean, 0, LAW_MOST_SHAPE);
	if (mean < LEAST_MEAN || size > MOST_SIZE) {
		law_poisson(law, mean);
		return;
	}
	*law = (struct law){ .ln_pmf = neg_binomial_ln,
		.settle = settle_neg_binomial,
		.by_lanes = size <= LAW_MOST_SHAPE, .at = NAN,
		.last = INFINITY, .mean = mean, .size = size,
		.p = mean / (size + mean), .q = size / (size + mean),
		.u0 = size, .u1 = 1, .w0 = 1, .inside = size / TWO_PI };
	law->v0 = law->p;
	law->fall0 = 1 - law->p * size;
	law->fall1 = law->q;
	law->turn = law_clip(floor(mean - 1 - mean / size) + 1, 0,
		LAW_MOST_SHAPE);
}

bool
law_is_fixed(const struct law *law)
{
	return law->ln_pmf == fixed_ln;
}

void
law_settle(struct law *law)
{
	if (law->settle != NULL)
		law->settle(law);
	law->settle = NULL;
}

double
law_ln(struct law *law, double x)
{
	if (x == law->at + 1)
		return law->ln_at + log(law_ratio(law, law->at));
	if (x == law->at - 1)
		return law->ln_at - log(law_ratio(law, x));
	law_settle(law);
	return law->ln_pmf(law, x);
}
