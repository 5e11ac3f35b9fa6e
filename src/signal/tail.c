/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/tail.h"

#include "signal/lanes.h"
#include "signal/special.h"

#define TWO_PI 6.283185307179586476925286766559
#define LEAST_SHAPE 1e-9
#define MOST_SHAPE 1e12
#define LEAST_MEAN 1e-300 /* below: 0 */
#define MOST_SIZE 1e200   /* above: Poisson, to all digits */
#define NEGLIGIBLE 1e-16  /* of a sum */

enum {
	CHUNK_FIRST = 8,  /* terms between two looks at what is left */
	CHUNK_MOST = 256,
	DIRECT = 768,     /* terms taken before integration is thought of */
	WORTH = 6144,     /* terms that an integral may cost */
	MARGIN = 128,     /* terms at the ends of a law: never integrated */
};

/*
 * One law with its parameters worked out. x runs over whole numbers from 0 to
 * `last`; ln_pmf() also takes reals inside. The ratio of neighbours is
 *   f(x+1)/f(x) = (u0 + u1 x)(v0 - v1 x) / ((x + 1)((w0 - w1 x) + w2)).
 */
struct law {
	double (*ln_pmf)(const struct law *law, double x);
	void (*settle)(struct law *law); /* works out `fixed` before the first
	                                    ln_pmf(); NULL: is done */
	double at, ln_at; /* ln f there is known; NaN: nowhere */
	double u0, u1, v0, v1, w0, w1, w2;
	double last; /* may be INFINITY */
	double mean;
	double turn;   /* the mode, or the trough: first x with f not rising, or
	                  not falling, after it */
	bool trough;
	double fall0, fall1; /* endless laws: 1 - f(x+1)/f(x) is
	                        (fall0 + fall1 x)/(x + 1) */
	double n, a, b, sum, all; /* a + b, a + b + n */
	double size, p, q;
	double fixed;  /* the Stirling errors that do not depend on x */
	double inside; /* the factors under ½ ln that do not depend on x */
};

static double
clip(double x, double low, double high)
{
	if (!(x > low))
		return low;
	return x < high ? x : high;
}

static double
law_ratio(const struct law *law, double x)
{
	return (law->u0 + law->u1 * x) * (law->v0 - law->v1 * x) /
		((x + 1) * ((law->w0 - law->w1 * x) + law->w2));
}

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
		core = binomial_core(x, n, p, q, diff) + stirling_error(n);
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

static void
law_binomial(struct law *law, uint64_t n, double p)
{
	double trials = (double)n;

	p = clip(p, 0, 1);
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

static void
settle_beta_binomial(struct law *law)
{
	law->fixed = stirling_error(law->sum) - stirling_error(law->a) -
		stirling_error(law->b) - stirling_error(law->all);
	law->inside = law->a * law->b * law->all / law->sum;
}

static void
law_beta_binomial(struct law *law, uint64_t n, double a, double b)
{
	double trials = (double)n, rise, slope;

	a = clip(a, LEAST_SHAPE, MOST_SHAPE);
	b = clip(b, LEAST_SHAPE, MOST_SHAPE);
	if (n == 0) {
		law_fixed(law, 0, 0);
		return;
	}
	*law = (struct law){ .ln_pmf = beta_binomial_ln,
		.settle = settle_beta_binomial, .at = NAN, .n = trials, .a = a,
		.b = b, .sum = a + b, .all = trials + a + b, .last = trials,
		.mean = trials * (a / (a + b)), .u0 = a, .u1 = 1, .v0 = trials,
		.v1 = 1, .w0 = trials - 1, .w1 = 1, .w2 = b };
	/* f(x+1) < f(x) where rise < x slope. */
	rise = trials * (a - 1) + 1 - b;
	slope = a + b - 2;
	if (slope == 0)
		law->turn = rise < 0 ? 0 : trials;
	else
		law->turn = clip(floor(rise / slope) + 1, 0, trials);
	law->trough = slope < 0;
}

static void
law_poisson(struct law *law, double mean)
{
	mean = clip(mean, 0, MOST_SHAPE);
	if (mean < LEAST_MEAN) {
		law_fixed(law, 0, INFINITY);
		return;
	}
	*law = (struct law){ .ln_pmf = poisson_ln, .at = NAN,
		.last = INFINITY, .mean = mean, .turn = floor(mean - 1) + 1, .u0 = mean, .v0 = 1,
		.w0 = 1, .fall0 = 1 - mean, .fall1 = 1 };
}

static void
settle_neg_binomial(struct law *law)
{
	law->fixed = -stirling_error(law->size);
}

static void
law_neg_binomial(struct law *law, double mean, double size)
{
	size = clip(size, LEAST_SHAPE, INFINITY);
	mean = clip(mean, 0, MOST_SHAPE);
	if (mean < LEAST_MEAN || size > MOST_SIZE) {
		law_poisson(law, mean);
		return;
	}
	*law = (struct law){ .ln_pmf = neg_binomial_ln,
		.settle = settle_neg_binomial, .at = NAN, .last = INFINITY,
		.mean = mean, .size = size, .p = mean / (size + mean),
		.q = size / (size + mean), .u0 = size, .u1 = 1, .w0 = 1,
		.inside = size / TWO_PI };
	law->v0 = law->p;
	law->fall0 = 1 - law->p * size;
	law->fall1 = law->q;
	law->turn = clip(floor(mean - 1 - mean / size) + 1, 0, MOST_SHAPE);
}

/* ln f(x); from its neighbour, if that is known. */
static double
law_ln(struct law *law, double x)
{
	if (x == law->at + 1)
		return law->ln_at + log(law_ratio(law, law->at));
	if (x == law->at - 1)
		return law->ln_at - log(law_ratio(law, x));
	if (law->settle != NULL)
		law->settle(law);
	law->settle = NULL;
	return law->ln_pmf(law, x);
}

/* f(x+1)/f(x), or for step < 0 f(x-1)/f(x), at x, x + step, x + 2 step … */
LANES_INLINE void
ratios(const struct law *law, const lanes *x, double step, lanes *ret)
{
	lanes low = step > 0 ? *x : *x - 1;
	lanes up = (law->u0 + law->u1 * low) * (law->v0 - law->v1 * low);
	lanes down = (low + 1) * ((law->w0 - law->w1 * low) + law->w2);

	*ret = step > 0 ? up / down : down / up;
}

/* What is said below, four terms at a time: of ratios r0 … r3 the products
 * 1, r0, r0 r1, r0 r1 r2 are four terms in units of the first. */
LANES_INLINE double
four_terms(const struct law *law, double x, double step, unsigned fours,
	double *t)
{
	const lanes one = { 1, 1, 1, 1 }, count = { 0, 1, 2, 3 };
	lanes at = x + step * count, sum = { 0 }, term = *t * one, r, before;

	for (unsigned i = 0; i < fours; i++, at += LANES * step) {
		ratios(law, &at, step, &r);
		r *= __builtin_shufflevector(one, r, 0, 4, 5, 6);
		r *= __builtin_shufflevector(one, r, 0, 1, 4, 5);
		before = __builtin_shufflevector(one, r, 0, 4, 5, 6);
		sum += term * before;
		term *= __builtin_shufflevector(r, r, 3, 3, 3, 3);
	}
	*t = term[0];
	return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static double
four_terms_plain(const struct law *law, double x, double step, unsigned fours,
	double *t)
{
	return step > 0 ? four_terms(law, x, 1, fours, t) :
			  four_terms(law, x, -1, fours, t);
}

LANES_WIDE static double
four_terms_wide(const struct law *law, double x, double step, unsigned fours,
	double *t)
{
	return step > 0 ? four_terms(law, x, 1, fours, t) :
			  four_terms(law, x, -1, fours, t);
}

/* The sum of `terms` terms from x on, the first of them *t; *t becomes the
 * term that follows. */
static double
add_terms(const struct law *law, double x, double step, unsigned terms,
	double *t)
{
	unsigned fours = terms / LANES;
	double sum = 0;

	if (fours > 0)
		sum = LANES_CALL(four_terms, law, x, step, fours, t);
	x += step * (fours * LANES);
	for (unsigned i = fours * LANES; i < terms; i++, x += step) {
		sum += *t;
		if (step > 0)
			*t *= law_ratio(law, x);
		else
			*t /= law_ratio(law, x - 1);
	}
	return sum;
}

/* Is the sum of f from x to `to` nothing beside `sum`? term = f(x), and f
 * falls from x on: in a law with an end, no faster than not at all; in one
 * without, no slower than at x or, if that is slower, in the end. */
static bool
is_negligible(const struct law *law, double term, double x, double to,
	double sum)
{
	double fall = 1 / (fabs(to - x) + 1);

	if (to == INFINITY)
		fall = fmin((law->fall0 + law->fall1 * x) / (x + 1),
			law->fall1);
	return term <= 0 || term <= NEGLIGIBLE * sum * fall;
}

/* An integral of f in units of e^unit over the panel from x to x + h (h < 0
 * as well), and half its nodes: Gauss and Legendre, eight nodes (DLMF 3.5). */
static double
panel(const struct law *law, double unit, double x, double h)
{
	static const double at[] = { 0.18343464249564980494,
		0.52553240991632898582, 0.79666647741362673959,
		0.96028985649753623168 };
	static const double weight[] = { 0.36268378337836198297,
		0.31370664587788728734, 0.22238103445337447054,
		0.10122853629037625915 };
	double middle = x + h / 2, sum = 0, d;

	for (size_t i = 0; i < ARRAY_LEN(at); i++) {
		d = at[i] * h / 2;
		sum += weight[i] * (exp(law->ln_pmf(law, middle - d) - unit) +
			exp(law->ln_pmf(law, middle + d) - unit));
	}
	return sum * fabs(h) / 2;
}

/* What Euler and Maclaurin add to an integral that begins at `edge`, between
 * two whole numbers, and goes by step: f'/24 - 7 f'''/5760, by differences. */
static double
edge_term(const struct law *law, double unit, double edge, double step)
{
	double f[4], first, third;

	for (int i = 0; i < 4; i++)
		f[i] = exp(law->ln_pmf(law, edge + step * (i - 1.5)) - unit);
	first = f[2] - f[1];
	third = f[3] - 3 * first - f[0];
	return first / 24 - third * 17 / 5760;
}

/* The longest panel at `edge` on which f is as good as a polynomial: not
 * longer than the way from the end behind, half the way to the end ahead. */
static double
panel_most(const struct law *law, double edge, double step)
{
	double behind = edge, ahead = law->last - edge, swap;

	if (step < 0) {
		swap = behind;
		behind = ahead;
		ahead = swap;
	}
	ahead /= 2;
	return behind < ahead ? behind : ahead;
}

/* The sum of f from x to `stop` in units of e^unit, f falling, smooth and
 * away from its ends. *sum, what is there already, grows; it ends early when
 * the rest to `to` is negligible. True: reached stop. */
static bool
add_smooth(const struct law *law, double unit, double x, double stop, double to,
	double *sum)
{
	double step = stop < x ? -1 : 1;
	double edge = x - step / 2, end = stop + step / 2;
	double h = 1024, here = law->ln_pmf(law, edge), next, most;
	bool last;

	*sum += edge_term(law, unit, edge, step);
	for (;;) {
		most = panel_most(law, edge, step);
		h = h < most ? h : most;
		last = h >= fabs(end - edge);
		if (last)
			h = fabs(end - edge);
		next = law->ln_pmf(law, edge + step * h);
		while (here - next > 3 && h > 16) {
			h /= 2;
			last = false;
			next = law->ln_pmf(law, edge + step * h);
		}
		*sum += panel(law, unit, edge, step * h);
		edge = last ? end : edge + step * h;
		here = next;
		if (last)
			break;
		if (is_negligible(law, exp(here - unit), edge, to, *sum))
			return false;
		h *= 2;
	}
	*sum -= edge_term(law, unit, end, step);
	return true;
}

/* Is the stretch from x to stop long enough, and f slow enough there, to
 * integrate? A tail whose ratio is 1-g has about 37/g terms to go. */
static bool
worth_integrating(const struct law *law, double x, double stop)
{
	double g = fabs(1 - law_ratio(law, x));

	return x >= MARGIN && x <= law->last - MARGIN &&
		fabs(stop - x) > WORTH && g * WORTH < 37;
}

/* ln of the sum of f from `from` to `to` (either may be the larger), where f
 * falls all the way. */
static double
ln_stretch(struct law *law, double from, double to)
{
	double unit = law_ln(law, from), sum = 0, t = 1, x = from;
	double step = to < from ? -1 : 1, stop = to, left;
	unsigned chunk = CHUNK_FIRST, direct = 0;

	if (unit == -INFINITY)
		return -INFINITY;
	if (stop < MARGIN && step < 0)
		stop = MARGIN;
	if (stop > law->last - MARGIN && step > 0)
		stop = law->last - MARGIN;
	for (;;) {
		left = fabs(to - x) + 1;
		if (left <= chunk) {
			sum += add_terms(law, x, step, (unsigned)left - 1, &t);
			sum += t;
			break;
		}
		sum += add_terms(law, x, step, chunk, &t);
		x += step * chunk;
		direct += chunk;
		if (is_negligible(law, t, x, to, sum))
			break;
		chunk = chunk < CHUNK_MOST ? chunk * 2 : CHUNK_MOST;
		if (direct < DIRECT || !worth_integrating(law, x, stop))
			continue;
		(void)law_ln(law, x); /* settles it */
		if (!add_smooth(law, unit, x, stop, to, &sum) || stop == to)
			break;
		x = stop + step;
		t = exp(law->ln_pmf(law, x) - unit);
	}
	return unit + log(sum);
}

/* ln P(low <= X <= high) */
static double
ln_range(struct law *law, double low, double high)
{
	double turn = law->turn;

	if (low > high)
		return -INFINITY;
	if (law->ln_pmf == fixed_ln)
		return low <= law->mean && law->mean <= high ? 0 : -INFINITY;
	if (law->trough) {
		if (turn >= high)
			return ln_stretch(law, low, high);
		if (turn < low)
			return ln_stretch(law, high, low);
		return ln_add(ln_stretch(law, low, turn),
			ln_stretch(law, high, turn + 1));
	}
	if (turn >= high)
		return ln_stretch(law, high, low);
	if (turn <= low)
		return ln_stretch(law, low, high);
	return ln_add(ln_stretch(law, turn, low),
		ln_stretch(law, turn + 1, high));
}

/* ln_pmf: of count, NaN if it is not known. */
static void
law_tail(struct law *law, uint64_t count, double ln_pmf, struct tail *ret)
{
	double k = (double)count, pmf, side;

	*ret = (struct tail){ -INFINITY, -INFINITY, -INFINITY };
	if (k > law->last)
		return;
	pmf = isnan(ln_pmf) ? law_ln(law, k) : ln_pmf;
	law->at = isfinite(pmf) ? k : NAN;
	law->ln_at = pmf;
	side = k + 1 > law->mean ? 0 : ln_range(law, 0, k - 1);
	/* A skewed law may have nearly all its mass below its mean, where
	 * subtraction from 1 would cost digits. */
	if (k + 1 > law->mean || ln_add(side, pmf) > -0.1) {
		side = ln_range(law, k + 1, law->last);
		ret->ln_above = side;
		ret->ln_mid = ln_add(side, pmf - LN_2);
		ret->ln_upper = ln_add(side, pmf);
	} else {
		ret->ln_above = ln_one_minus(ln_add(side, pmf));
		ret->ln_mid = ln_one_minus(ln_add(side, pmf - LN_2));
		ret->ln_upper = ln_one_minus(side);
	}
	ret->ln_above = fmin(ret->ln_above, 0);
	ret->ln_mid = fmin(ret->ln_mid, 0);
	ret->ln_upper = count == 0 ? 0 : fmin(ret->ln_upper, 0);
}

static double
law_ln_pmf(struct law *law, uint64_t count)
{
	double k = (double)count;

	return k > law->last ? -INFINITY : fmin(law_ln(law, k), 0);
}

double
binomial_ln_pmf(uint64_t k, uint64_t n, double p)
{
	struct law law;

	law_binomial(&law, n, p);
	return law_ln_pmf(&law, k);
}

double
beta_binomial_ln_pmf(uint64_t k, uint64_t n, double a, double b)
{
	struct law law;

	law_beta_binomial(&law, n, a, b);
	return law_ln_pmf(&law, k);
}

double
poisson_ln_pmf(uint64_t x, double mean)
{
	struct law law;

	law_poisson(&law, mean);
	return law_ln_pmf(&law, x);
}

double
neg_binomial_ln_pmf(uint64_t x, double mean, double size)
{
	struct law law;

	law_neg_binomial(&law, mean, size);
	return law_ln_pmf(&law, x);
}

void
binomial_tail(uint64_t k, uint64_t n, double p, struct tail *ret)
{
	struct law law;

	law_binomial(&law, n, p);
	law_tail(&law, k, NAN, ret);
}

void
beta_binomial_tail(uint64_t k, uint64_t n, double a, double b,
	struct tail *ret)
{
	struct law law;

	law_beta_binomial(&law, n, a, b);
	law_tail(&law, k, NAN, ret);
}

void
poisson_tail(uint64_t x, double mean, struct tail *ret)
{
	struct law law;

	law_poisson(&law, mean);
	law_tail(&law, x, NAN, ret);
}

void
neg_binomial_tail(uint64_t x, double mean, double size, struct tail *ret)
{
	struct law law;

	law_neg_binomial(&law, mean, size);
	law_tail(&law, x, NAN, ret);
}

/* (1-epsilon) F + epsilon G into *ret; either may be weightless. */
static void
mix_tails(const struct tail *f, const struct tail *g, double epsilon,
	struct tail *ret)
{
	double most = log1p(-epsilon), few = log(epsilon);

	ret->ln_upper = fmin(0, ln_add(most + f->ln_upper, few + g->ln_upper));
	ret->ln_above = fmin(0, ln_add(most + f->ln_above, few + g->ln_above));
	ret->ln_mid = fmin(0, ln_add(most + f->ln_mid, few + g->ln_mid));
}

void
beta_binomial_mix_tail(uint64_t k, uint64_t n, double mean, const double s[2],
	double epsilon, struct tail *ret)
{
	double weight[2], precision;
	struct tail part[2] = { { 0, 0, 0 }, { 0, 0, 0 } };

	mean = clip(mean, 0, 1);
	weight[1] = clip(epsilon, 0, 1);
	weight[0] = 1 - weight[1];
	for (int i = 0; i < 2; i++) {
		precision = clip(s[i], LEAST_SHAPE, MOST_SHAPE);
		if (weight[i] > 0)
			beta_binomial_tail(k, n, mean * precision,
				(1 - mean) * precision, &part[i]);
	}
	mix_tails(&part[0], &part[1], weight[1], ret);
}

void
neg_binomial_mix_tail(uint64_t x, double mean, const double size[2],
	double epsilon, struct tail *ret)
{
	double weight[2];
	struct tail part[2] = { { 0, 0, 0 }, { 0, 0, 0 } };

	weight[1] = clip(epsilon, 0, 1);
	weight[0] = 1 - weight[1];
	for (int i = 0; i < 2; i++)
		if (weight[i] > 0)
			neg_binomial_tail(x, mean, size[i], &part[i]);
	mix_tails(&part[0], &part[1], weight[1], ret);
}
