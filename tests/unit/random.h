/* SPDX-License-Identifier: Apache-2.0 */
/* Draws that are the same on every machine, for tests. */
#ifndef QUIS_TESTS_RANDOM_H
#define QUIS_TESTS_RANDOM_H

#include "base/base.h"

struct draw {
	uint64_t state; /* the seed */
};

/* splitmix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014) */
static inline uint64_t
draw_u64(struct draw *draw)
{
	uint64_t z = draw->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static inline size_t
draw_below(struct draw *draw, size_t n)
{
	return (size_t)(draw_u64(draw) % n);
}

/* in (0, 1) */
static inline double
draw_unit(struct draw *draw)
{
	return ((double)(draw_u64(draw) >> 11) + 0.5) / 9007199254740992.0;
}

static inline double
draw_normal(struct draw *draw)
{
	double r = sqrt(-2 * log(draw_unit(draw)));

	return r * cos(2 * M_PI * draw_unit(draw));
}

/* G. Marsaglia and W. Tsang, "A simple method for generating gamma
 * variables", 2000. */
static inline double
draw_gamma(struct draw *draw, double shape)
{
	double d, c, x, v;

	if (shape < 1)
		return draw_gamma(draw, shape + 1) *
			pow(draw_unit(draw), 1 / shape);
	d = shape - 1.0 / 3;
	c = 1 / sqrt(9 * d);
	for (;;) {
		x = draw_normal(draw);
		v = 1 + c * x;
		if (v <= 0)
			continue;
		v = v * v * v;
		if (log(draw_unit(draw)) < x * x / 2 + d - d * v + d * log(v))
			return d * v;
	}
}

static inline double
draw_beta(struct draw *draw, double a, double b)
{
	double x = draw_gamma(draw, a);

	return x / (x + draw_gamma(draw, b));
}

static inline uint64_t
draw_binomial(struct draw *draw, uint64_t n, double p)
{
	uint64_t k = 0;

	for (uint64_t i = 0; i < n; i++)
		k += draw_unit(draw) < p;
	return k;
}

static inline uint64_t
draw_poisson(struct draw *draw, double mean)
{
	uint64_t n = 0;
	double at = -log(draw_unit(draw));

	for (; at < mean; n++)
		at -= log(draw_unit(draw));
	return n;
}

#endif
