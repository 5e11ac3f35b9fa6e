/* SPDX-License-Identifier: Apache-2.0 */
/* Combination, false discovery rate and calibration. Reference values from
 * mpmath: reference/make-tail-reference.py. */
#include "rank/combine.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "rank/calibrate.h"
#include "rank/fdr.h"
#include "reference/tail-reference.h"
#include "signal/special.h"

enum { MOST_P = 8, MOST_USERS = 20000 };

static void
assert_close(double got, double want, double relative, double absolute)
{
	if (got == want || fabs(got - want) <= relative * fabs(want) + absolute)
		return;
	fail_msg("got %.17g, want %.17g", got, want);
}

/* SplitMix64 (G. Steele et al., OOPSLA 2014), as a share in (0,1). */
static double
uniform(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return ((double)((z ^ (z >> 31)) >> 11) + 0.5) / 9007199254740992.0;
}

typedef double combine(const double *ln_p, size_t n);

static double
cauchy_unweighted(const double *ln_p, size_t n)
{
	return cauchy_combine(ln_p, NULL, n);
}

/* y are -ln p; a NaN among them must not matter. */
static void
check_combined(combine *function, const double *y, size_t n, double want)
{
	double ln_p[MOST_P + 1];

	for (size_t i = 0; i < n; i++)
		ln_p[i] = -y[i];
	ln_p[n] = NAN;
	assert_close(function(ln_p, n), want, 1e-13, 1e-12);
	assert_true(function(ln_p, n + 1) == function(ln_p, n));
}

#define CHECK_TABLE(function, table) do { \
	for (size_t i = 0; i < ARRAY_LEN(table); i++) \
		check_combined(function, (table)[i].y, \
			ARRAY_LEN((table)[i].y), (table)[i].value); \
} while (0)

static void
test_fisher(void **state)
{
	const double certain[] = { -3, -INFINITY }, above[] = { 0.1, -2 };
	const double none[] = { NAN, NAN }, two[] = { 0, -2 };

	(void)state;
	CHECK_TABLE(fisher_combine, reference_fisher_1);
	CHECK_TABLE(fisher_combine, reference_fisher_2);
	CHECK_TABLE(fisher_combine, reference_fisher_3);
	CHECK_TABLE(fisher_combine, reference_fisher_8);
	assert_true(isnan(fisher_combine(none, 2)));
	assert_true(isnan(fisher_combine(NULL, 0)));
	assert_true(fisher_combine(certain, 2) == -INFINITY);
	assert_true(fisher_combine(above, 2) == fisher_combine(two, 2));
}

static void
test_cauchy(void **state)
{
	const double none[] = { NAN, NAN }, certain[] = { -3, -INFINITY };
	const double silent[] = { 0, -0.1, -0.6 }, far[] = { -1e5, -0.1 };
	const double weight[] = { 3, 1 }, same[] = { -1e5, -1e5, -1e5, -0.1 };
	const double weightless[] = { 0, 0 };

	(void)state;
	CHECK_TABLE(cauchy_unweighted, reference_cauchy_1);
	CHECK_TABLE(cauchy_unweighted, reference_cauchy_2);
	CHECK_TABLE(cauchy_unweighted, reference_cauchy_3);
	CHECK_TABLE(cauchy_unweighted, reference_cauchy_8);
	assert_true(isnan(cauchy_combine(none, NULL, 2)));
	assert_true(isnan(cauchy_combine(far, weightless, 2)));
	assert_true(isnan(cauchy_combine(NULL, NULL, 0)));
	assert_true(cauchy_combine(certain, NULL, 2) == -INFINITY);
	assert_close(cauchy_combine(silent, NULL, 3), -LN_2, 1e-15, 0);
	/* far out the mean of 1/p: two signals, one silent, double p */
	assert_close(cauchy_combine(far, NULL, 2), -1e5 + LN_2, 1e-15, 0);
	/* a weight is a repetition */
	assert_close(cauchy_combine(far, weight, 2),
		cauchy_combine(same, NULL, 4), 1e-15, 0);
}

/* Smooth where the formula changes. */
static void
test_cauchy_smooth(void **state)
{
	double before = 0;

	(void)state;
	for (double y = 0; y < 60; y += 0.01) {
		const double ln_p[] = { -y, -0.2, -1 };
		double got = cauchy_combine(ln_p, NULL, 3);

		assert_true(got <= before + 1e-15);
		assert_true(y == 0 || before - got < 0.011);
		before = got;
	}
}

/* q_i = min over j with p_j >= p_i of min(1, m p_j / #{p <= p_j}) */
static double
plain_q(const double *ln_p, size_t n, size_t at)
{
	double least = 0;

	for (size_t j = 0; j < n; j++) {
		size_t m = 0, below = 0;

		if (isnan(ln_p[j]) || ln_p[j] < ln_p[at])
			continue;
		for (size_t i = 0; i < n; i++) {
			m += isnan(ln_p[i]) ? 0 : 1;
			below += ln_p[i] <= ln_p[j];
		}
		least = fmin(least,
			ln_p[j] + log((double)m / (double)below));
	}
	return least;
}

static void
test_benjamini_hochberg(void **state)
{
	struct fault fault = { 0 };
	double ln_p[60] = { 0 }, ln_q[60];
	uint64_t random = 7;

	(void)state;
	for (size_t n = 0; n <= 60; n++) {
		for (size_t i = 0; i < n; i++) {
			ln_p[i] = 3 * log(uniform(&random));
			if (uniform(&random) < 0.2)
				ln_p[i] = NAN;
			else if (uniform(&random) < 0.3) /* ties */
				ln_p[i] = round(ln_p[i]);
		}
		if (n > 50)
			ln_p[3] = -INFINITY;
		assert_int_equal(benjamini_hochberg(ln_p, n, ln_q, &fault), 0);
		for (size_t i = 0; i < n; i++) {
			assert_true(isnan(ln_p[i]) == isnan(ln_q[i]));
			if (!isnan(ln_p[i]))
				assert_close(ln_q[i], plain_q(ln_p, n, i),
					1e-14, 1e-14);
		}
		assert_int_equal(benjamini_hochberg(ln_p, n, ln_p, &fault), 0);
		if (n > 0)
			assert_memory_equal(ln_p, ln_q, n * sizeof(*ln_p));
	}
}

/* ln p whose tail beyond 0.1 has the scale theta. */
static void
draw_users(double *ln_p, size_t n, double theta, uint64_t seed)
{
	for (size_t i = 0; i < n; i++) {
		ln_p[i] = log(uniform(&seed));
		if (ln_p[i] < log(0.1))
			ln_p[i] = log(0.1) + theta * (ln_p[i] - log(0.1));
	}
}

static void
test_calibrate_fit(void **state)
{
	static double ln_p[MOST_USERS];
	double theta, sum = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 20; seed++) {
		draw_users(ln_p, MOST_USERS, 1, seed);
		theta = calibrate_fit(ln_p, MOST_USERS);
		assert_true(theta >= 1 && theta < 1.12);
		sum += theta;
		draw_users(ln_p, MOST_USERS, 1.7, seed);
		theta = calibrate_fit(ln_p, MOST_USERS);
		assert_true(theta > 1.45 && theta < 2.05);
		/* misusers do not count, nor users without a p */
		for (size_t i = 0; i < MOST_USERS; i += 10)
			ln_p[i] = i % 20 == 0 ? NAN : -500;
		theta = calibrate_fit(ln_p, MOST_USERS);
		assert_true(theta > 1.45 && theta < 2.05);
	}
	assert_true(sum / 20 < 1.03);
	draw_users(ln_p, MOST_USERS, 50, 1);
	assert_true(calibrate_fit(ln_p, MOST_USERS) == CALIBRATE_MOST);
	draw_users(ln_p, MOST_USERS, 0.3, 1);
	assert_true(calibrate_fit(ln_p, MOST_USERS) == 1);
}

static void
test_calibrate_few(void **state)
{
	double ln_p[60];

	(void)state;
	for (size_t i = 0; i < 60; i++)
		ln_p[i] = log(0.0025);
	assert_true(calibrate_fit(ln_p, 60) > 1);
	assert_true(calibrate_fit(ln_p, 49) == 1);
	for (size_t i = 9; i < 60; i++)
		ln_p[i] = -0.1;
	assert_true(calibrate_fit(ln_p, 60) == 1);
	assert_true(calibrate_fit(NULL, 0) == 1);
	for (size_t i = 0; i < 60; i++)
		ln_p[i] = NAN;
	assert_true(calibrate_fit(ln_p, 60) == 1);
}

static void
test_calibrate_ln_p(void **state)
{
	double before = 0;

	(void)state;
	assert_true(isnan(calibrate_ln_p(NAN, 2)));
	assert_true(calibrate_ln_p(-1, 2) == -1);
	assert_true(calibrate_ln_p(-INFINITY, 2) == -INFINITY);
	assert_close(calibrate_ln_p(log(1e-5), 2), log(1e-3), 1e-14, 0);
	for (double y = 0; y < 50; y += 0.01) {
		double got = calibrate_ln_p(-y, 1.5);

		assert_true(calibrate_ln_p(-y, 1) == -y);
		assert_true(got >= -y && got <= before);
		assert_true(before - got < 0.0101);
		before = got;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fisher),
		cmocka_unit_test(test_cauchy),
		cmocka_unit_test(test_cauchy_smooth),
		cmocka_unit_test(test_benjamini_hochberg),
		cmocka_unit_test(test_calibrate_fit),
		cmocka_unit_test(test_calibrate_few),
		cmocka_unit_test(test_calibrate_ln_p),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
