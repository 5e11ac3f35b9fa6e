/* SPDX-License-Identifier: Apache-2.0 */
/* Special functions against mpmath: reference/make-tail-reference.py says how
 * the values were made. */
#include "signal/special.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "reference/tail-reference.h"

/* |got - want| <= relative |want| + absolute */
static void
assert_close(double got, double want, double relative, double absolute)
{
	if (got == want || fabs(got - want) <= relative * fabs(want) + absolute)
		return;
	fail_msg("got %.17g, want %.17g", got, want);
}

static void
test_gamma(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(reference_ln_gamma); i++)
		assert_close(ln_gamma(reference_ln_gamma[i].x),
			reference_ln_gamma[i].value, 1e-14, 1e-15);
	for (size_t i = 0; i < ARRAY_LEN(reference_stirling_error); i++)
		assert_close(stirling_error(reference_stirling_error[i].x),
			reference_stirling_error[i].value, 0, 1e-14);
	assert_true(ln_gamma(0) == INFINITY);
	assert_true(stirling_error(INFINITY) == 0);
}

static void
test_rising(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(reference_ln_rising); i++)
		assert_close(ln_rising(reference_ln_rising[i].a,
			reference_ln_rising[i].n),
			reference_ln_rising[i].value, 1e-13, 1e-13);
	assert_true(ln_rising(7, 0) == 0);
	assert_true(ln_rising(0, 0) == 0);
	assert_true(ln_rising(0, 3) == -INFINITY);
}

static void
test_beta_and_choose(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(reference_ln_beta); i++) {
		double a = reference_ln_beta[i].a, b = reference_ln_beta[i].b;

		assert_close(ln_beta(a, b), reference_ln_beta[i].value, 1e-13,
			1e-13);
		assert_true(ln_beta(a, b) == ln_beta(b, a));
	}
	for (size_t i = 0; i < ARRAY_LEN(reference_ln_choose); i++)
		assert_close(ln_choose(reference_ln_choose[i].n,
			reference_ln_choose[i].k),
			reference_ln_choose[i].value, 1e-13, 1e-13);
	assert_true(ln_choose(9, 0) == 0);
	assert_true(ln_choose(9, 9) == 0);
	assert_true(ln_choose(9, 10) == -INFINITY);
	assert_true(ln_choose(9, -1) == -INFINITY);
	assert_true(ln_choose(9, NAN) == -INFINITY);
}

static void
test_deviance(void **state)
{
	(void)state;
	assert_true(deviance(0, 3, -3) == 3);
	assert_true(deviance(3, 3, 0) == 0);
	assert_close(deviance(2, 1, 1), 2 * log(2) - 1, 1e-15, 0);
	/* diff²/2m - diff³/6m² where the plain formula has no digit left */
	assert_close(deviance(1e12 + 1, 1e12, 1), 0.5e-12, 1e-12, 0);
	/* both branches where they meet */
	for (double x = 1.21; x < 1.24; x += 0.001)
		assert_close(deviance(x, 1, x - 1), x * log(x) - (x - 1),
			2e-14, 0);
}

static void
test_logs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(reference_one_minus); i++)
		assert_close(ln_one_minus(reference_one_minus[i].l),
			reference_one_minus[i].value, 1e-14, 0);
	assert_true(ln_one_minus(0) == -INFINITY);
	assert_true(ln_one_minus(1e-3) == -INFINITY);
	assert_true(ln_one_minus(-INFINITY) == 0);
	assert_close(ln_add(log(2), log(3)), log(5), 1e-15, 0);
	assert_close(ln_add(-1e5, -1e5), -1e5 + log(2), 1e-15, 0);
	assert_true(ln_add(-INFINITY, -3) == -3);
	assert_true(ln_add(-3, -INFINITY) == -3);
	assert_true(ln_add(-INFINITY, -INFINITY) == -INFINITY);
	assert_close(ln_sub(log(5), log(3)), log(2), 1e-15, 0);
	assert_true(ln_sub(-4, -4) == -INFINITY);
	assert_true(ln_sub(-4, -3.9) == -INFINITY);
	assert_true(ln_sub(-4, -INFINITY) == -4);
	assert_true(ln_sub(-INFINITY, -INFINITY) == -INFINITY);
}

static void
test_logistic(void **state)
{
	(void)state;
	assert_true(logistic(0) == 0.5);
	assert_close(logistic(-700), exp(-700), 1e-14, 0);
	assert_true(logistic(-INFINITY) == 0 && logistic(INFINITY) == 1);
	assert_true(logit(0) == -INFINITY && logit(1) == INFINITY);
	for (double p = 1e-9; p < 1; p += 0.01)
		assert_close(logistic(logit(p)), p, 1e-13, 0);
}

static void
test_normal(void **state)
{
	double last = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(reference_normal); i++)
		assert_close(ln_normal_upper_tail(reference_normal[i].z),
			reference_normal[i].value, 1e-13, 0);
	for (double z = -9; z < 60; z += 0.01) {
		assert_true(ln_normal_upper_tail(z) <= last);
		last = ln_normal_upper_tail(z);
	}
	assert_true(isfinite(ln_normal_upper_tail(1e6)));
	assert_true(ln_normal_upper_tail(INFINITY) == -INFINITY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gamma),
		cmocka_unit_test(test_rising),
		cmocka_unit_test(test_beta_and_choose),
		cmocka_unit_test(test_deviance),
		cmocka_unit_test(test_logs),
		cmocka_unit_test(test_logistic),
		cmocka_unit_test(test_normal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
