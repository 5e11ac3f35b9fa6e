/* SPDX-License-Identifier: Apache-2.0 */
/* Tails of many users against the plain ones, and these against sums of every
 * term. */
#include "signal/tails.h"

#include "signal/tail.c" /* all ways that LANES_CALL_BROAD() may go */

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { USERS_MOST = 4096 };

static struct {
	size_t n;
	uint64_t k[USERS_MOST], of[USERS_MOST];
	double mean[USERS_MOST], extra[USERS_MOST];
} users;

static const struct fit_mix mixes[] = {
	{ .s = { 100, 12 }, .epsilon = 0.026 },
	{ .s = { 2e4, 2910 }, .epsilon = 0.017 },
	{ .s = { 1e6, 3e5 }, .epsilon = 0.001 },
	{ .s = { 23, 0.39 }, .epsilon = 0.2 },
	{ .s = { 0.05, 1e-3 }, .epsilon = 0.1 },
	{ .s = { 100, 1 }, .epsilon = 0.5 },
};

static void
enter(uint64_t k, uint64_t of, double mean)
{
	assert_true(users.n < USERS_MOST);
	users.k[users.n] = k;
	users.of[users.n] = of;
	users.mean[users.n] = mean;
	users.extra[users.n] = users.n % 3 == 0 ? 0 :
						  0.01 * (double)(users.n % 7);
	users.n++;
}

static void
fill_users(const uint64_t *sizes, size_t n)
{
	static const double means[] = { 0, 1e-12, 1e-9, 1e-6, 0.002, 0.05, 0.3,
		0.8, 0.9999, 1 };

	users.n = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < ARRAY_LEN(means); j++) {
			uint64_t near = (uint64_t)((double)sizes[i] *
				means[j]);

			for (uint64_t part = 0; part <= 4; part++)
				enter(sizes[i] * part / 4, sizes[i],
					means[j]);
			for (uint64_t up = 0; up < 5; up++)
				if (near * (up + 2) / 2 <= sizes[i])
					enter(near * (up + 2) / 2, sizes[i],
						means[j]);
			if (sizes[i] > 0)
				enter(1, sizes[i], means[j]);
		}
}

static struct fit_sample
sample_of(bool counts)
{
	return (struct fit_sample){ .n_users = users.n, .k = users.k,
		.n = counts ? NULL : users.of, .mean = users.mean,
		.extra = users.extra };
}

static void
plain_tail(size_t i, bool counts, const struct fit_mix *mix, struct tail *ret)
{
	double s[2] = { fit_spread(mix->s[0], users.extra[i]),
		fit_spread(mix->s[1], users.extra[i]) };

	if (counts)
		neg_binomial_mix_tail(users.k[i], users.mean[i], s,
			mix->epsilon, ret);
	else
		beta_binomial_mix_tail(users.k[i], users.of[i], users.mean[i],
			s, mix->epsilon, ret);
}

/* p to 1e-8, as tail.h has it; where ln p is large, that. */
static void
check_close(double got, double want, size_t i)
{
	if (got == want)
		return;
	if (!(fabs(got - want) <= 1e-9 + 1e-12 * fabs(want)))
		fail_msg("%ju of %ju, mean %g + %g: %.17g, not %.17g",
			(uintmax_t)users.k[i], (uintmax_t)users.of[i],
			users.mean[i], users.extra[i], got, want);
}

static void
check_exceeds(const struct tails *tails, size_t i, double ln_upper)
{
	static const double ways[] = { -20, -3, -0.5, -1e-3, 1e-9, 1e-3, 1,
		20 };

	for (size_t j = 0; j < ARRAY_LEN(ways); j++)
		if (tails_exceeds(tails, i, ln_upper + ways[j]))
			assert_true(ways[j] < 0);
	if (users.k[i] == 0)
		assert_true(tails_exceeds(tails, i, -0.01));
}

static void
check_all(bool counts)
{
	struct fit_sample sample = sample_of(counts);
	struct fault fault = { 0 };
	size_t told = 0;

	for (size_t m = 0; m < ARRAY_LEN(mixes); m++) {
		struct tails tails;

		assert_int_equal(tails_make(&sample, counts, &mixes[m], &tails,
					 &fault), 0);
		for (size_t i = 0; i < users.n; i++) {
			struct tail want;

			plain_tail(i, counts, &mixes[m], &want);
			check_close(tails_ln(&tails, i, TAIL_UPPER),
				want.ln_upper, i);
			check_close(tails_ln(&tails, i, TAIL_ABOVE),
				want.ln_above, i);
			check_close(tails_ln(&tails, i, TAIL_MID),
				want.ln_mid, i);
			assert_true(want.ln_mid >= want.ln_upper - LN_2 - 1e-9);
			check_exceeds(&tails, i, want.ln_upper);
			told += users.k[i] > 0 &&
				tails_exceeds(&tails, i, log(1e-3));
		}
		tails_free(&tails);
		tails_free(&tails);
	}
	print_message("%zu of %zu are told to be large\n", told,
		users.n * ARRAY_LEN(mixes));
	assert_true(told > users.n * ARRAY_LEN(mixes) / 10);
}

static void
test_shares(void **state)
{
	static const uint64_t sizes[] = { 0, 1, 2, 7, 33, 400, 5000, 99999,
		1000000 };

	(void)state;
	fill_users(sizes, ARRAY_LEN(sizes));
	check_all(false);
}

static void
test_counts(void **state)
{
	static const uint64_t sizes[] = { 1, 7, 33, 400, 5000, 1000000 };

	(void)state;
	fill_users(sizes, ARRAY_LEN(sizes));
	for (size_t i = 0; i < users.n; i++)
		users.mean[i] *= (double)users.of[i];
	check_all(true);
}

/* ln P(X >= k) of shares, the plainest way. */
static double
sum_of_terms(uint64_t k, uint64_t n, double mean, double s)
{
	double ln = -INFINITY;

	for (uint64_t x = n + 1; x-- > k;)
		ln = ln_add(ln, beta_binomial_ln_pmf(x, n, mean * s,
			(1 - mean) * s));
	return ln;
}

static void
test_every_term(void **state)
{
	static const double means[] = { 1e-6, 0.002, 0.05, 0.3, 0.8 };
	static const double spreads[] = { 0.05, 0.7, 3, 40, 1e3, 1e6 };
	static const uint64_t ks[] = { 1, 2, 3, 4, 5, 9, 17, 60, 200, 333,
		400 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(means); i++)
		for (size_t j = 0; j < ARRAY_LEN(spreads); j++)
			for (size_t m = 0; m < ARRAY_LEN(ks); m++) {
				double mean = means[i], s = spreads[j];
				double want = sum_of_terms(ks[m], 400, mean, s);
				struct tail tail;

				beta_binomial_tail(ks[m], 400, mean * s,
					(1 - mean) * s, &tail);
				assert_true(fabs(tail.ln_upper - want) <=
					1e-10 + 1e-12 * fabs(want));
			}
}

/* One term after the other. */
static double
plain_terms(const struct law *law, double x, double step, unsigned terms,
	double *t)
{
	double sum = 0;

	for (unsigned i = 0; i < terms; i++, x += step) {
		sum += *t;
		*t = step > 0 ? *t * law_ratio(law, x) :
				*t / law_ratio(law, x - 1);
	}
	return sum;
}

static void
check_terms(const struct law *law, double x, double step)
{
	static const unsigned lengths[] = { 0, 1, 3, 4, 7, 8, 16, 29,
		63, 256 };

	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		double want_t = 1, got_t = 1, both_t = 1, either_t = 1;
		double wide_t = 1;
		unsigned len = lengths[i] / EIGHT;
		double want = plain_terms(law, x, step, lengths[i], &want_t);
		double got = add_terms(law, x, step, lengths[i], &got_t);

		assert_true(fabs(got - want) <= 1e-13 * want);
		assert_true(fabs(got_t - want_t) <= 1e-12 * want_t);
		/* the same bits on every processor */
		want = eight_runs_plain(law, x, step, len, &both_t);
		assert_true(LANES_CALL(eight_runs, law, x, step, len,
				    &wide_t) == want);
		assert_true(LANES_CALL_BROAD(eight_runs, law, x, step, len,
				    &either_t) == want);
		assert_true(both_t == wide_t);
		assert_true(both_t == either_t);
	}
}

/* Eight values at a time, on every processor the same, are those of law.c. */
static void
check_values(struct law *law, double step)
{
	law_settle(law);
	for (double x = 64; x + 8 * step < law->last - 64 && x < 1e8;
		x = x * 1.13 + 0.3) {
		double unit = law->ln_pmf(law, x), at[EIGHT], want[EIGHT];
		double got[EIGHT], wide[EIGHT], broad[EIGHT];

		if (unit < -1e5)
			continue;
		for (size_t i = 0; i < EIGHT; i++) {
			at[i] = x + step * (double)i;
			want[i] = law->ln_pmf(law, at[i]) - unit;
		}
		eight_values_plain(law, unit, at, got);
		LANES_CALL(eight_values, law, unit, at, wide);
		LANES_CALL_BROAD(eight_values, law, unit, at, broad);
		assert_memory_equal(got, wide, sizeof(got));
		assert_memory_equal(got, broad, sizeof(got));
		for (size_t i = 0; i < EIGHT; i++)
			if (want[i] > -700 && want[i] < 700)
				assert_true(fabs(log(got[i]) - want[i]) <=
					2e-12 + 2e-14 *
						fabs(unit + want[i]));
	}
}

static void
test_values(void **state)
{
	static const double shapes[] = { 1e-9, 0.02, 1, 7, 300, 1e5, 1e11,
		1e12 };
	static const double sizes[] = { 200, 4000, 1e5, 1e7, 1e8 };
	static const double steps[] = { 1, 0.37, 1e3 };
	size_t m = ARRAY_LEN(shapes);
	struct law law;

	(void)state;
	for (size_t i = 0; i < m * m; i++)
		for (size_t j = 0; j < ARRAY_LEN(sizes); j++) {
			double a = shapes[i % m], b = shapes[i / m];

			law_beta_binomial(&law, (uint64_t)sizes[j], a, b);
			assert_true(law.by_lanes);
			check_values(&law, steps[j % ARRAY_LEN(steps)]);
			law_neg_binomial(&law, sizes[j], a);
			assert_true(law.by_lanes);
			check_values(&law, steps[j % ARRAY_LEN(steps)]);
		}
}

static void
test_terms(void **state)
{
	struct law law;

	(void)state;
	law_beta_binomial(&law, 1000, 3, 70);
	check_terms(&law, 30, 1);
	check_terms(&law, 700, 1);
	check_terms(&law, 300, -1);
	law_beta_binomial(&law, 1000000, 1e-9, 1e-3);
	check_terms(&law, 10, 1);
	check_terms(&law, 999999, -1);
	law_neg_binomial(&law, 700, 0.3);
	check_terms(&law, 0, 1);
	check_terms(&law, 5000, 1);
	check_terms(&law, 256, -1);
	law_poisson(&law, 9);
	check_terms(&law, 9, 1);
	law_binomial(&law, 400, 0.01);
	check_terms(&law, 5, 1);
	law_binomial(&law, 400, 0.7);
	check_terms(&law, 300, -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_every_term),
		cmocka_unit_test(test_terms),
		cmocka_unit_test(test_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
