/* SPDX-License-Identifier: Apache-2.0 */
/* The laws of many users at once against the plain ones of tail.h. */
#include "signal/crowd.c" /* all ways that LANES_CALL() may go */

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "signal/tail.h"

enum { USERS_MOST = 4096 };

static struct users {
	size_t n;
	uint64_t k[USERS_MOST], of[USERS_MOST];
	double mean[USERS_MOST], extra[USERS_MOST];
} users;

static const uint64_t counts[] = { 0, 1, 2, 3, 7, 8, 15, 16, 100, 999, 10000,
	1000000 };
static const double spreads[] = { 1e-3, 0.05, 0.7, 1, 3, 20, 100, 1e3, 1e4,
	1e6 };
static const double means[] = { 1e-9, 1e-5, 0.01, 0.3, 0.5, 0.9, 0.99999,
	1 - 1e-9 };
static const double extras[] = { 0, 1e-4, 0.05, 2 };

static void
enter(uint64_t k, uint64_t of, double mean, double extra)
{
	assert_true(users.n < USERS_MOST);
	users.k[users.n] = k;
	users.of[users.n] = of;
	users.mean[users.n] = mean;
	users.extra[users.n++] = extra;
}

static void
add_means(uint64_t k, uint64_t of, const double *some, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < ARRAY_LEN(extras); j++)
			enter(k, of, some[i], extras[j]);
}

static struct crowd
make(bool of_counts)
{
	struct fit_sample sample = { .n_users = users.n, .k = users.k,
		.n = of_counts ? NULL : users.of, .mean = users.mean,
		.extra = users.extra };
	struct fault fault = { 0 };
	struct crowd crowd;

	assert_int_equal(crowd_make(&sample, of_counts, &crowd, &fault), 0);
	assert_true(crowd.n >= users.n && crowd.n % LANES_MOST == 0);
	return crowd;
}

static double
plain_ln_pmf(size_t i, bool of_counts, double s)
{
	s = fit_spread(s, users.extra[i]);
	if (of_counts)
		return neg_binomial_ln_pmf(users.k[i], users.mean[i], s);
	return beta_binomial_ln_pmf(users.k[i], users.of[i],
		users.mean[i] * s, (1 - users.mean[i]) * s);
}

/* tail.h does it below 1e-9. */
static bool
clips_shape(size_t i, double s)
{
	double mean = users.mean[i];

	return fit_spread(s, users.extra[i]) * fmin(mean, 1 - mean) < 1e-9;
}

/* The same bits on every processor; the two that are taken last may be the same
 * here. */
static void
check_all_ways(const struct crowd *crowd, double s, const double *ln)
{
	double *again = calloc(crowd->n, sizeof(*again));

	assert_non_null(again);
	ln_pmf_plain(crowd, s, again);
	assert_memory_equal(ln, again, crowd->n * sizeof(*ln));
	LANES_CALL(ln_pmf, crowd, s, again);
	assert_memory_equal(ln, again, crowd->n * sizeof(*ln));
	assert_true(ln_mix_plain(ln, again, crowd->n, 0.1) ==
		crowd_ln_mix(ln, again, crowd->n, 0.1));
	assert_true(LANES_CALL(ln_mix, ln, again, crowd->n, 0.1) ==
		crowd_ln_mix(ln, again, crowd->n, 0.1));
	free(again);
}

static void
check_all(bool of_counts)
{
	struct crowd crowd = make(of_counts);
	double *ln = calloc(crowd.n, sizeof(*ln)), worst = 0;

	assert_non_null(ln);
	for (size_t j = 0; j < ARRAY_LEN(spreads); j++) {
		crowd_ln_pmf(&crowd, spreads[j], ln);
		for (size_t i = 0; i < users.n; i++) {
			if (!of_counts && clips_shape(i, spreads[j]))
				continue;
			double want = plain_ln_pmf(i, of_counts, spreads[j]);
			double size = of_counts ?
				fmax((double)users.k[i], users.mean[i]) :
				(double)users.of[i];
			double error = fabs(ln[i] - want) /
				(1e-13 + 4e-15 * size + 1e-15 * fabs(want));

			worst = fmax(worst, error);
			if (!(error <= 1))
				fail_msg("%ju of %ju, mean %g, s %g + %g: "
					 "%.17g, not %.17g",
					(uintmax_t)users.k[i],
					(uintmax_t)users.of[i], users.mean[i],
					spreads[j], users.extra[i], ln[i],
					want);
		}
		check_all_ways(&crowd, spreads[j], ln);
		for (size_t i = users.n; i < crowd.n; i++)
			assert_true(fabs(ln[i]) < 1e-15);
	}
	print_message("worst error: %.2g of what is allowed\n", worst);
	free(ln);
	crowd_free(&crowd);
}

static void
test_shares(void **state)
{
	(void)state;
	users.n = 0;
	for (size_t i = 0; i < ARRAY_LEN(counts); i++)
		for (size_t j = 0; j < 7; j++) {
			uint64_t n = counts[i], k = n * j / 6;

			add_means(j == 1 ? (n > 0) : k, n, means,
				ARRAY_LEN(means));
		}
	enter(0, 0, 0.5, 0); /* not a whole number of lanes */
	check_all(false);
}

static void
test_counts(void **state)
{
	static const double some[] = { 1e-9, 0.01, 0.5, 1, 30, 1e3, 1e6 };

	(void)state;
	users.n = 0;
	for (size_t i = 0; i < ARRAY_LEN(counts); i++)
		add_means(counts[i], 0, some, ARRAY_LEN(some));
	enter(3, 0, 2, 0);
	check_all(true);
}

/* Nothing is said by NaN, by n = 0 and by a mean of 0; means at the ends are
 * taken for nearly so. */
static void
test_silent(void **state)
{
	struct crowd crowd;
	double ln[8];

	(void)state;
	users.n = 0;
	enter(3, 9, NAN, 0);
	enter(0, 0, 0.5, 0);
	enter(3, 9, 0, 0);
	enter(3, 9, 1, 0);
	enter(3, 9, 0.5, INFINITY);
	crowd = make(false);
	crowd_ln_pmf(&crowd, 7, ln);
	assert_true(ln[0] == 0 && ln[1] == 0);
	assert_true(fabs(ln[2] - beta_binomial_ln_pmf(3, 9, 7e-9,
				7 * (1 - 1e-9))) < 1e-9);
	assert_true(isfinite(ln[3]) && ln[3] < -15);
	assert_true(isfinite(ln[4]) && ln[4] < -10);
	crowd_free(&crowd);
	crowd = make(true);
	crowd_ln_pmf(&crowd, 7, ln);
	assert_true(fabs(ln[0]) < 1e-15 && fabs(ln[2]) < 1e-15);
	crowd_free(&crowd);
	users.n = 0;
	crowd = make(false);
	assert_int_equal(crowd.n, 0);
	crowd_ln_pmf(&crowd, 7, ln);
	crowd_free(&crowd);
	crowd_free(&crowd);
}

static void
test_mix(void **state)
{
	static double f[LANES * 1000], g[LANES * 1000];
	static const double epsilons[] = { 1e-3, 0.02, 0.2, 0.5 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(f); i++) {
		f[i] = -0.01 * (double)(i * i % 7919);
		g[i] = i % 3 == 0 ? 0 : -0.3 * (double)(i * 31 % 5003);
	}
	for (size_t j = 0; j < ARRAY_LEN(epsilons); j++) {
		double want = 0, got;

		for (size_t i = 0; i < ARRAY_LEN(f); i++)
			want += ln_add(log1p(-epsilons[j]) + f[i],
				log(epsilons[j]) + g[i]);
		got = crowd_ln_mix(f, g, ARRAY_LEN(f), epsilons[j]);
		assert_true(fabs(got / want - 1) < 1e-13);
	}
	assert_true(crowd_ln_mix(f, g, 0, 0.5) == 0);
}

static void
check_close(double got, double want)
{
	assert_true(fabs(got - want) <= 4.5e-16 * fabs(want));
}

static void
test_lanes(void **state)
{
	(void)state;
	for (double x = 1e-300; x < 1e300; x *= 1.037) {
		lanes v = { x, x + 1, 1 / x, 1 + x * 1e-9 }, up = v, lost;
		lanes ln[3] = { v, v, 1 / v };

		lanes_ln(&ln[0]);
		lanes_ln_both(&ln[1], &ln[2]);
		lanes_1_plus(&up, &lost);
		lanes_ln(&up);
		for (int i = 0; i < LANES; i++) {
			check_close(ln[0][i], log(v[i]));
			check_close(ln[1][i], log(v[i]));
			check_close(ln[2][i], log(1 / v[i]));
			check_close(up[i] + lost[i], log1p(v[i]));
		}
	}
	for (double x = -708; x < 708; x += 0.0613) {
		lanes v = { x, x / 100, x / 1e4, x / 1e9 }, e = v;

		lanes_exp(&e);
		for (int i = 0; i < LANES; i++)
			assert_true(fabs(e[i] / exp(v[i]) - 1) < 1e-15);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_silent),
		cmocka_unit_test(test_mix),
		cmocka_unit_test(test_lanes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
