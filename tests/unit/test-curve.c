/* SPDX-License-Identifier: Apache-2.0 */
/* Curves against the law they are drawn from. */
#include "signal/curve.c" /* both ways that LANES_CALL() may go */

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "signal/fit.h"

enum { USERS = 1203, NOT_LANES = USERS % LANES_MOST };

static struct {
	uint64_t k[USERS], of[USERS];
	double mean[USERS], count[USERS], extra[USERS];
} users;

static void
fill_users(void)
{
	static const uint64_t sizes[] = { 1, 3, 17, 200, 5000, 100000 };
	static const double means[] = { 1e-9, 1e-4, 0.03, 0.4, 0.97 };
	static const double extras[] = { 0, 1e-3, 0.3 };

	for (size_t i = 0; i < USERS; i++) {
		users.of[i] = sizes[i % 6];
		users.k[i] = users.of[i] * (i / 6 % 7) / 6;
		users.mean[i] = means[i % 5];
		users.count[i] = (double)users.of[i] * (users.mean[i] + 0.001) *
			(i % 11 == 0 ? 1000 : 1);
		users.extra[i] = extras[i % 3];
	}
}

static struct crowd
make(bool counts)
{
	struct fit_sample sample = { .n_users = USERS, .k = users.k,
		.n = counts ? NULL : users.of,
		.mean = counts ? users.count : users.mean,
		.extra = users.extra };
	struct fault fault = { 0 };
	struct crowd crowd;

	fill_users();
	assert_int_equal(crowd_make(&sample, counts, &crowd, &fault), 0);
	return crowd;
}

static double worst;

static void
check_at(const struct curve *curve, const struct crowd *crowd, double ln_s)
{
	static double got[USERS + LANES_MOST], want[USERS + LANES_MOST];

	curve_ln_pmf(curve, ln_s, got);
	crowd_ln_pmf(crowd, exp(ln_s), want);
	for (size_t i = 0; i < USERS; i++) {
		double n = crowd->counts ?
			fmax((double)users.k[i], users.count[i]) :
			(double)users.of[i];
		double error = fabs(got[i] - want[i]) / 1e-9 /
			(1 + n + fabs(want[i]));

		worst = fmax(worst, error);
		if (!(error <= 1))
			fail_msg("%ju of %ju, ln s %g in [%g, %g]: "
				 "%.17g, not %.17g",
				(uintmax_t)users.k[i], (uintmax_t)users.of[i],
				ln_s, curve->low, curve->high, got[i],
				want[i]);
	}
	add_columns_plain(curve, (double[CURVE_NODES]){ 0.5, 1 }, want);
	LANES_CALL(add_columns, curve, (double[CURVE_NODES]){ 0.5, 1 }, got);
	assert_memory_equal(got, want, USERS * sizeof(*got));
	LANES_CALL_BROAD(add_columns, curve,
		((double[CURVE_NODES]){ 0.5, 1 }), got);
	assert_memory_equal(got, want, USERS * sizeof(*got));
}

static void
check_all(bool counts)
{
	static const double halves[] = { 0.01, 0.042, 0.1, 0.35, 0.7, 1.5,
		CURVE_HALF_MOST };
	struct crowd crowd = make(counts);
	struct fault fault = { 0 };
	struct curve curve;

	worst = 0;
	assert_true(NOT_LANES != 0);
	assert_int_equal(curve_init(&curve, crowd.n, &fault), 0);
	assert_false(curve_covers(&curve, 1, 1));
	for (size_t i = 0; i < ARRAY_LEN(halves); i++)
		for (double middle = -7; middle < 14; middle += 1.3) {
			double half = halves[i], low = middle - half;

			curve_draw(&curve, &crowd, low, middle + half);
			assert_true(curve_covers(&curve, low, middle));
			assert_false(curve_covers(&curve, low,
				middle + half + 0.1));
			check_at(&curve, &crowd, low);
			check_at(&curve, &crowd, middle);
			check_at(&curve, &crowd, low + 0.77 * half);
			check_at(&curve, &crowd, middle + half);
			check_at(&curve, &crowd, curve.at[1]);
		}
	print_message("worst error: %.2g of what is allowed\n", worst);
	curve_free(&curve);
	curve_free(&curve);
	crowd_free(&crowd);
}

static void
test_shares(void **state)
{
	(void)state;
	check_all(false);
}

static void
test_counts(void **state)
{
	(void)state;
	check_all(true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
