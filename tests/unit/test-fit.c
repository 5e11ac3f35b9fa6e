/* SPDX-License-Identifier: Apache-2.0 */
/* Fits recover what simulated users were drawn from. */
#include "signal/fit.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "signal/special.h"
#include "signal/tail.h"

enum { USERS = 2000 };

/* SplitMix64 (G. Steele et al., OOPSLA 2014), as a share in (0,1). */
static double
uniform(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return ((double)((z ^ (z >> 31)) >> 11) + 0.5) / 9007199254740992.0;
}

static double
normal(uint64_t *state)
{
	double r = sqrt(-2 * log(uniform(state)));

	return r * cos(2 * M_PI * uniform(state));
}

/* G. Marsaglia and W. Tsang, 2000; below 1 by a power of a uniform. */
static double
draw_gamma(double shape, uint64_t *state)
{
	double d, c, x, v;

	if (shape < 1)
		return draw_gamma(shape + 1, state) *
			pow(uniform(state), 1 / shape);
	d = shape - 1.0 / 3;
	c = 1 / sqrt(9 * d);
	for (;;) {
		x = normal(state);
		v = 1 + c * x;
		if (v <= 0)
			continue;
		v = v * v * v;
		if (log(uniform(state)) < 0.5 * x * x + d * (1 - v + log(v)))
			return d * v;
	}
}

static uint64_t
draw_binomial(uint64_t n, double p, uint64_t *state)
{
	uint64_t k = 0;

	for (uint64_t i = 0; i < n; i++)
		k += uniform(state) < p;
	return k;
}

static uint64_t
draw_poisson(double mean, uint64_t *state)
{
	uint64_t x = 0;

	for (double t = -log(uniform(state)); t < mean;
		t -= log(uniform(state)))
		x++;
	return x;
}

struct users {
	uint64_t k[USERS], n[USERS];
	double mean[USERS], extra[USERS];
};

/* Users whose spread is s[1] with probability epsilon, else s[0]. */
static void
draw_shares(struct users *users, const double s[2], double epsilon,
	bool extra, uint64_t seed)
{
	for (size_t i = 0; i < USERS; i++) {
		double mean = 0.02 + 0.3 * uniform(&seed), spread, a, b;

		users->mean[i] = mean;
		users->n[i] = 20 + (uint64_t)(400 * uniform(&seed));
		users->extra[i] = extra ? 0.05 * uniform(&seed) : 0;
		spread = fit_spread(s[uniform(&seed) < epsilon],
			users->extra[i]);
		a = draw_gamma(mean * spread, &seed);
		b = draw_gamma((1 - mean) * spread, &seed);
		users->k[i] = draw_binomial(users->n[i], a / (a + b), &seed);
	}
}

static void
draw_counts(struct users *users, const double s[2], double epsilon,
	bool extra, uint64_t seed)
{
	for (size_t i = 0; i < USERS; i++) {
		double mean = 5 + 200 * uniform(&seed), spread;

		users->mean[i] = mean;
		users->extra[i] = extra ? 0.1 * uniform(&seed) : 0;
		spread = fit_spread(s[uniform(&seed) < epsilon],
			users->extra[i]);
		users->k[i] = draw_poisson(
			mean * draw_gamma(spread, &seed) / spread, &seed);
	}
}

static struct fit_sample
sample_of(const struct users *users, bool shares, bool extra)
{
	return (struct fit_sample){ .n_users = USERS, .k = users->k,
		.n = shares ? users->n : NULL, .mean = users->mean,
		.extra = extra ? users->extra : NULL };
}

static double
share_spread(const struct fit_sample *sample)
{
	struct fault fault = { 0 };
	double s;

	assert_int_equal(beta_binomial_fit(sample, &s, &fault), 0);
	return s;
}

static double
count_spread(const struct fit_sample *sample)
{
	struct fault fault = { 0 };
	double s;

	assert_int_equal(neg_binomial_fit(sample, &s, &fault), 0);
	return s;
}

static double
tent(double x, void *context)
{
	unsigned *calls = context;

	++*calls;
	return x < 3 ? -INFINITY : -fabs(x - 7.25);
}

static double
hill(double x, void *context)
{
	unsigned *calls = context;

	++*calls;
	return -cosh(x - 1.5);
}

static double
slope(double x, void *context)
{
	(void)context;
	return x;
}

static void
test_maximise(void **state)
{
	unsigned calls = 0;

	(void)state;
	assert_true(fabs(maximise(hill, &calls, -5, 9, 1e-6) - 1.5) < 1e-6);
	assert_in_range(calls, 5, 25);
	calls = 0;
	assert_true(fabs(maximise(tent, &calls, 0, 20, 1e-6) - 7.25) < 1e-6);
	assert_in_range(calls, 5, 100);
	assert_true(fabs(maximise(slope, NULL, -1, 4, 1e-6) - 4) < 1e-6);
	assert_true(maximise(slope, NULL, 2, 2, 1e-6) == 2);
}

static void
test_shares(void **state)
{
	static struct users users;
	static const double truths[] = { 0.7, 5, 40, 300 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(truths); i++)
		for (int extra = 0; extra < 2; extra++) {
			const double s[2] = { truths[i], truths[i] };
			struct fit_sample sample;
			double got;

			draw_shares(&users, s, 0, extra, i + 1);
			sample = sample_of(&users, true, extra);
			got = share_spread(&sample);
			print_message("s %g: %g\n", truths[i], got);
			assert_true(fabs(log(got / truths[i])) <
				(truths[i] > 100 ? 0.3 : 0.15));
			assert_true(share_spread(&sample) == got);
		}
}

static void
test_counts(void **state)
{
	static struct users users;
	static const double truths[] = { 0.7, 5, 40, 300 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(truths); i++)
		for (int extra = 0; extra < 2; extra++) {
			const double r[2] = { truths[i], truths[i] };
			struct fit_sample sample;
			double got;

			draw_counts(&users, r, 0, extra, i + 11);
			sample = sample_of(&users, false, extra);
			got = count_spread(&sample);
			print_message("size %g: %g\n", truths[i], got);
			/* Poisson noise and the extra drown a size of 300 */
			assert_true(fabs(log(got / truths[i])) <
				(truths[i] > 100 ? 0.6 : 0.15));
		}
}

/* The peak is where neighbours are lower. */
static double
objective(const struct fit_sample *sample, double s)
{
	double z = (log(s) - log(100)) / 1.5, sum = -z * z / 2;

	for (size_t i = 0; i < sample->n_users; i++)
		sum += beta_binomial_ln_pmf(sample->k[i], sample->n[i],
			sample->mean[i] * s, (1 - sample->mean[i]) * s);
	return sum;
}

static void
test_is_a_peak(void **state)
{
	static struct users users;
	const double s[2] = { 30, 30 };
	struct fit_sample sample;
	double got, top;

	(void)state;
	draw_shares(&users, s, 0, false, 5);
	for (size_t n = 1; n <= USERS; n *= 3) {
		sample = sample_of(&users, true, false);
		sample.n_users = n;
		got = share_spread(&sample);
		top = objective(&sample, got);
		for (double at = 0.06; at < 9e5; at *= 1.3)
			assert_true(objective(&sample, at) <= top + 1e-6);
	}
}

static void
test_nothing_to_learn(void **state)
{
	uint64_t k[] = { 0, 0, 3, 1 }, n[] = { 0, 0, 0, 1 };
	double mean[] = { 0.5, 0, 1, NAN };
	struct fit_sample sample = { .n_users = 4, .k = k, .n = n,
		.mean = mean };
	struct fault fault = { 0 };
	struct fit_mix mix;

	(void)state;
	assert_int_equal(fit_informative(&sample), 0);
	assert_true(fabs(share_spread(&sample) / 100 - 1) < 1e-3);
	sample.typical = 7;
	assert_true(fabs(share_spread(&sample) / 7 - 1) < 1e-3);
	assert_int_equal(beta_binomial_fit_mix(&sample, &mix, &fault), 0);
	assert_true(fabs(mix.s[0] / 7 - 1) < 0.02);
	assert_true(fabs(mix.s[0] / mix.s[1] / 8 - 1) < 0.02);
	assert_true(fabs(mix.epsilon - 0.5 / 19.5) < 1e-3);
	mean[0] = mean[2] = 0;
	assert_true(fabs(count_spread(&sample) / 7 - 1) < 1e-3);
	sample.n_users = 0;
	assert_true(fabs(count_spread(&sample) / 7 - 1) < 1e-3);
	assert_int_equal(neg_binomial_fit_mix(&sample, &mix, &fault), 0);
}

static void
test_informative(void **state)
{
	const uint64_t k[] = { 0, 1, 5, 5 }, n[] = { 9, 9, 5, 9 };
	const double mean[] = { 0.1, 0.1, 0.1, NAN };
	struct fit_sample sample = { .n_users = 4, .k = k, .n = n,
		.mean = mean };

	(void)state;
	assert_int_equal(fit_informative(&sample), 1);
	sample.n = NULL;
	assert_int_equal(fit_informative(&sample), 2);
	assert_true(fit_spread(10, 0) == 10);
	assert_true(fabs(fit_spread(10, 0.1) - 5) < 1e-12);
	assert_true(fit_spread(INFINITY, 0.1) == 10);
}

/* All 0 or n, means at the ends, a spread at every edge: still a number. */
static void
test_extreme(void **state)
{
	static struct users users;
	struct fit_sample sample = sample_of(&users, true, true);
	struct fault fault = { 0 };
	struct fit_mix mix;
	double s;

	(void)state;
	for (int kind = 0; kind < 3; kind++) {
		for (size_t i = 0; i < USERS; i++) {
			users.n[i] = kind == 0 ? 100000000 : 1 + i;
			users.k[i] = i % 2 == 0 ? users.n[i] : 0;
			users.mean[i] = kind == 1 ? (double)(i % 2) : 0.5;
			users.extra[i] = kind == 2 ? 1e6 : 0;
		}
		s = share_spread(&sample);
		assert_true(s >= 0.04 && s <= 1.01e6);
		s = count_spread(&sample);
		assert_true(s >= 0.04 && s <= 1.01e6);
		assert_int_equal(beta_binomial_fit_mix(&sample, &mix, &fault),
			0);
		assert_true(mix.s[1] > 0 && mix.s[1] <= mix.s[0] / 1.49);
		assert_true(mix.epsilon > 0.0009 && mix.epsilon < 0.2001);
	}
}

struct truth {
	double s[2], epsilon;
	bool shares, extra;
};

/* ln likelihood over that of the one-component fit. */
static double
gain_of(const struct fit_sample *sample, const struct truth *truth)
{
	double one = truth->shares ? share_spread(sample)
				   : count_spread(sample);
	double ln[3], gain = 0, s;

	for (size_t i = 0; i < sample->n_users; i++) {
		double mean = sample->mean[i];

		for (int c = 0; c < 3; c++) {
			s = fit_spread(c < 2 ? truth->s[c] : one,
				truth->extra ? sample->extra[i] : 0);
			ln[c] = truth->shares ? beta_binomial_ln_pmf(
				sample->k[i], sample->n[i], mean * s,
				(1 - mean) * s) :
				neg_binomial_ln_pmf(sample->k[i], mean, s);
		}
		gain += ln_add(log1p(-truth->epsilon) + ln[0],
			log(truth->epsilon) + ln[1]) - ln[2];
	}
	return gain;
}

static struct truth
as_truth(const struct fit_mix *mix, const struct truth *like)
{
	return (struct truth){ { mix->s[0], mix->s[1] }, mix->epsilon,
		like->shares, like->extra };
}

static void
fit_mix(const struct fit_sample *sample, bool shares, struct fit_mix *ret)
{
	struct fault fault = { 0 };

	assert_int_equal((shares ? beta_binomial_fit_mix :
				   neg_binomial_fit_mix)(sample, ret, &fault),
		0);
}

/* Wherever a search sets out, and however soon it may end, it ends as high, but
 * for what it may leave. */
static void
check_starts(const struct fit_sample *sample, const struct truth *truth,
	const struct fit_mix *mix)
{
	static const double far[][3] = { { 1, 1, 1 }, { 1.3, 0.8, 1.2 },
		{ 0.2, 0.3, 0.5 }, { 20, 2, 2 } };
	struct truth fitted = as_truth(mix, truth);
	double top = gain_of(sample, &fitted);

	for (size_t i = 0; i < ARRAY_LEN(far); i++) {
		struct fit_mix from = { { mix->s[0] * far[i][0],
						mix->s[1] * far[i][1] },
			mix->epsilon * far[i][2] }, got;
		struct fit_sample again = *sample;

		again.from = &from;
		again.enough = i % 2 == 0 ? 0 : 1e-2;
		fit_mix(&again, truth->shares, &got);
		fitted = as_truth(&got, truth);
		/* priors have a part in it */
		assert_true(fabs(gain_of(sample, &fitted) - top) < 0.3);
		assert_true(fabs(log(got.s[0] / mix->s[0])) < 0.05);
	}
}

/* Each fit is as likely as the truth, and they are right on average. */
static void
check_truth(const struct truth *truth)
{
	enum { SEEDS = 6 };
	static struct users users;
	double ln_s[2] = { 0, 0 }, epsilon = 0;

	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		struct fit_sample sample = sample_of(&users, truth->shares,
			truth->extra);
		struct truth fitted;
		struct fit_mix mix;

		(truth->shares ? draw_shares : draw_counts)(&users, truth->s,
			truth->epsilon, truth->extra, seed);
		fit_mix(&sample, truth->shares, &mix);
		fitted = as_truth(&mix, truth);
		/* the priors may cost one or two */
		assert_true(gain_of(&sample, &fitted) >
			gain_of(&sample, truth) - 2);
		if (seed == 0)
			check_starts(&sample, truth, &mix);
		ln_s[0] += log(mix.s[0] / truth->s[0]) / SEEDS;
		ln_s[1] += log(mix.s[1] / truth->s[1]) / SEEDS;
		epsilon += mix.epsilon / SEEDS;
	}
	print_message("%g, %g, %g: off by e^%.3f, e^%.3f; epsilon %.4f\n",
		truth->s[0], truth->s[1], truth->epsilon, ln_s[0], ln_s[1],
		epsilon);
	assert_true(fabs(ln_s[0]) < 0.15);
	assert_true(fabs(ln_s[1]) < 0.3);
	assert_true(fabs(epsilon - truth->epsilon) < 0.015);
}

static void
test_two_components(void **state)
{
	static const struct truth truths[] = {
		{ { 200, 8 }, 0.05, true, false },
		{ { 60, 3 }, 0.1, true, false },
		{ { 60, 3 }, 0.1, true, true },
		{ { 100, 1 }, 0.03, true, true },
		{ { 200, 8 }, 0.05, false, false },
		{ { 60, 3 }, 0.1, false, false },
		{ { 60, 3 }, 0.1, false, true },
		{ { 100, 1 }, 0.03, false, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(truths); i++)
		check_truth(&truths[i]);
}

/* One component in truth: the second takes little and the first is right. */
static void
test_one_as_two(void **state)
{
	static struct users users;
	const double s[2] = { 50, 50 };
	struct fit_sample sample;
	struct fit_mix mix, again;
	struct truth fitted = { .shares = true };

	(void)state;
	draw_shares(&users, s, 0, false, 41);
	sample = sample_of(&users, true, false);
	fit_mix(&sample, true, &mix);
	fitted = as_truth(&mix, &fitted);
	print_message("%g, %g, %g, gain %g\n", mix.s[0], mix.s[1],
		mix.epsilon, gain_of(&sample, &fitted));
	assert_true(fabs(log(mix.s[0] / 50)) < 0.25);
	assert_true(gain_of(&sample, &fitted) < 5);
	fit_mix(&sample, true, &again);
	assert_memory_equal(&mix, &again, sizeof(mix));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_maximise),
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_is_a_peak),
		cmocka_unit_test(test_nothing_to_learn),
		cmocka_unit_test(test_informative),
		cmocka_unit_test(test_extreme),
		cmocka_unit_test(test_two_components),
		cmocka_unit_test(test_one_as_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
