/* SPDX-License-Identifier: Apache-2.0 */
#include "rng.h"

#include <math.h>

#define LN2 0.693147180559945309417

uint64_t
mix64(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

void
rng_init(struct rng *rng, uint64_t seed, enum stream stream, uint64_t a,
	uint64_t b)
{
	uint64_t x = mix64(seed);

	x = mix64(x ^ (uint64_t)stream);
	x = mix64(x ^ a);
	x = mix64(x ^ b);
	for (size_t i = 0; i < 4; i++) {
		x = mix64(x);
		rng->state[i] = x;
	}
}

static inline uint64_t
rotate(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

uint64_t
rng_next(struct rng *rng)
{
	uint64_t *s = rng->state;
	uint64_t result = rotate(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

double
rng_unit(struct rng *rng)
{
	return (double)(rng_next(rng) >> 11) * 0x1p-53;
}

uint32_t
rng_below(struct rng *rng, uint32_t n)
{
	return (uint32_t)(((rng_next(rng) >> 32) * n) >> 32);
}

int
rng_between(struct rng *rng, int low, int high)
{
	if (high <= low)
		return low;
	return low + (int)rng_below(rng, (uint32_t)(high - low + 1));
}

bool
rng_chance(struct rng *rng, double p)
{
	return rng_unit(rng) < p;
}

double
sim_log(double x)
{
	static const double terms[] = { 1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15,
		1.0 / 13, 1.0 / 11, 1.0 / 9, 1.0 / 7, 1.0 / 5, 1.0 / 3, 1 };
	int exponent;
	double m = frexp(x, &exponent);
	double s, square, sum = 0;

	if (m < 0.70710678118654752) {
		m *= 2;
		exponent--;
	}
	s = (m - 1) / (m + 1);
	square = s * s;
	for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
		sum = sum * square + terms[i];
	return 2 * s * sum + exponent * LN2;
}

double
sim_exp(double x)
{
	/* 1/k! from k = 12 down; |r| is below 0.35 */
	static const double terms[] = { 1.0 / 479001600, 1.0 / 39916800,
		1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720,
		1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1, 1 };
	double k = floor(x * (1 / LN2) + 0.5);
	double r = x - k * LN2;
	double sum = 0;

	if (x < -700)
		return 0;
	for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
		sum = sum * r + terms[i];
	return ldexp(sum, (int)k);
}

double
logit(double p)
{
	return sim_log(p / (1 - p));
}

double
logistic(double x)
{
	return 1 / (1 + sim_exp(-x));
}

double
rng_normal(struct rng *rng)
{
	double u, v, s;

	do {
		u = 2 * rng_unit(rng) - 1;
		v = 2 * rng_unit(rng) - 1;
		s = u * u + v * v;
	} while (s >= 1 || s <= 0);
	return u * sqrt(-2 * sim_log(s) / s);
}

double
rng_lognormal(struct rng *rng, double median, double sigma)
{
	return median * sim_exp(sigma * rng_normal(rng));
}

/* Marsaglia and Tsang 2000, "A simple method for generating gamma variables" */
double
rng_gamma(struct rng *rng, double shape)
{
	double boost = 1, a = shape, d, c, x, v, u;

	if (a < 1) {
		u = rng_unit(rng) + 0x1p-60;
		boost = sim_exp(sim_log(u) / a);
		a += 1;
	}
	d = a - 1.0 / 3;
	c = 1 / sqrt(9 * d);
	for (;;) {
		x = rng_normal(rng);
		v = 1 + c * x;
		if (v <= 0)
			continue;
		v = v * v * v;
		u = rng_unit(rng) + 0x1p-60;
		if (sim_log(u) < 0.5 * x * x + d - d * v + d * sim_log(v))
			return boost * d * v / shape;
	}
}

unsigned
rng_poisson(struct rng *rng, double mean)
{
	double limit, product = 1, x;
	unsigned n = 0;

	if (mean > 40) {
		x = floor(mean + sqrt(mean) * rng_normal(rng) + 0.5);
		return x < 0 ? 0 : (unsigned)x;
	}
	limit = sim_exp(-mean);
	for (;;) {
		product *= rng_unit(rng);
		if (product <= limit)
			return n;
		n++;
	}
}

unsigned
rng_count(struct rng *rng, double mean, double shape)
{
	return rng_poisson(rng, mean * rng_gamma(rng, shape));
}

unsigned
rng_pick(struct rng *rng, const double *weights, unsigned n)
{
	double sum = 0, x;

	for (unsigned i = 0; i < n; i++)
		sum += weights[i];
	x = rng_unit(rng) * sum;
	for (unsigned i = 0; i + 1 < n; i++) {
		if (x < weights[i])
			return i;
		x -= weights[i];
	}
	return n - 1;
}
