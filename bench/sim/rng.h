/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random numbers that are the same on every machine.
 *
 * xoshiro256** seeded through splitmix64.  A generator is made for each purpose
 * and place (a user's day, a unit's day), so that drawing more in one place
 * does not shift what happens in another.  Logarithm and exponential are our
 * own, from + - * / alone: those of libm differ between systems in the last
 * bit, and one bit is another portal.
 */
#ifndef SIM_RNG_H
#define SIM_RNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rng {
	uint64_t state[4];
};

/* What a generator is for; the second key after the seed. */
enum stream {
	STREAM_WORLD,
	STREAM_USER,
	STREAM_CASES,
	STREAM_WORK,
	STREAM_PLAN,
	STREAM_MISUSE,
	STREAM_REGISTERS
};

void rng_init(struct rng *rng, uint64_t seed, enum stream stream, uint64_t a,
	uint64_t b);
uint64_t rng_next(struct rng *rng);
/* A number in [0, 1). */
double rng_unit(struct rng *rng);
/* A whole number below n; 0 when n is 0. */
uint32_t rng_below(struct rng *rng, uint32_t n);
/* A whole number from low to high, both included. */
int rng_between(struct rng *rng, int low, int high);
bool rng_chance(struct rng *rng, double p);
double rng_normal(struct rng *rng);
double rng_lognormal(struct rng *rng, double median, double sigma);
/* Gamma with that shape and mean 1. */
double rng_gamma(struct rng *rng, double shape);
unsigned rng_poisson(struct rng *rng, double mean);
/* Negative binomial: Poisson with a gamma mean of that shape. */
unsigned rng_count(struct rng *rng, double mean, double shape);
/* An index drawn by weight. */
unsigned rng_pick(struct rng *rng, const double *weights, unsigned n);

uint64_t mix64(uint64_t x);
double sim_log(double x);
double sim_exp(double x);
double logit(double p);
double logistic(double x);

#endif
