/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tails against mpmath (reference/make-tail-reference.py: plain sums of every
 * term, 80 digits) and against what must hold of any law. Asked for are
 * 1e-8 of p and of ln p; held to are 1e-11 and 1e-13. With --cost: the time
 * of a call.
 */
#include "signal/tail.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "reference/tail-reference.h"
#include "signal/special.h"

static double worst; /* error in units of what is allowed, for the report */

static void
check_ln(const char *what, double got, double want, const char *row)
{
	double allowed = 1e-11 + 1e-13 * fabs(want);

	assert_true(!isnan(got));
	assert_true(got <= 0);
	if (got == want)
		return;
	if (fabs(got - want) / allowed > worst)
		worst = fabs(got - want) / allowed;
	if (!(fabs(got - want) <= allowed))
		fail_msg("%s of %s: got %.17g, want %.17g", what, row, got,
			want);
}

#define CHECK_ROW(row, tail, text) do { \
	check_ln("upper", (tail).ln_upper, (row).ln_upper, text); \
	check_ln("above", (tail).ln_above, (row).ln_above, text); \
	check_ln("mid", (tail).ln_mid, (row).ln_mid, text); \
} while (0)

static void
test_beta_binomial_reference(void **state)
{
	struct tail tail;
	char text[128];

	(void)state;
	worst = 0;
	for (size_t i = 0; i < ARRAY_LEN(reference_beta_binomial); i++) {
		uint64_t k = reference_beta_binomial[i].k;
		uint64_t n = reference_beta_binomial[i].n;
		double a = reference_beta_binomial[i].a;
		double b = reference_beta_binomial[i].b;

		snprintf(text, sizeof(text), "BB %ju of %ju, %g %g",
			(uintmax_t)k, (uintmax_t)n, a, b);
		check_ln("pmf", beta_binomial_ln_pmf(k, n, a, b),
			reference_beta_binomial[i].ln_pmf, text);
		beta_binomial_tail(k, n, a, b, &tail);
		CHECK_ROW(reference_beta_binomial[i], tail, text);
	}
	print_message("worst error: %.2g of what is allowed\n", worst);
}

static void
test_neg_binomial_reference(void **state)
{
	struct tail tail;
	char text[128];

	(void)state;
	worst = 0;
	for (size_t i = 0; i < ARRAY_LEN(reference_neg_binomial); i++) {
		uint64_t x = reference_neg_binomial[i].x;
		double mean = reference_neg_binomial[i].mean;
		double size = reference_neg_binomial[i].size;

		snprintf(text, sizeof(text), "NB %ju, %g %g", (uintmax_t)x,
			mean, size);
		check_ln("pmf", neg_binomial_ln_pmf(x, mean, size),
			reference_neg_binomial[i].ln_pmf, text);
		neg_binomial_tail(x, mean, size, &tail);
		CHECK_ROW(reference_neg_binomial[i], tail, text);
	}
	print_message("worst error: %.2g of what is allowed\n", worst);
}

static void
test_binomial_reference(void **state)
{
	struct tail tail;
	char text[128];

	(void)state;
	worst = 0;
	for (size_t i = 0; i < ARRAY_LEN(reference_binomial); i++) {
		uint64_t k = reference_binomial[i].k;
		uint64_t n = reference_binomial[i].n;
		double p = reference_binomial[i].p;

		snprintf(text, sizeof(text), "B %ju of %ju, %g", (uintmax_t)k,
			(uintmax_t)n, p);
		check_ln("pmf", binomial_ln_pmf(k, n, p),
			reference_binomial[i].ln_pmf, text);
		binomial_tail(k, n, p, &tail);
		CHECK_ROW(reference_binomial[i], tail, text);
	}
	print_message("worst error: %.2g of what is allowed\n", worst);
}

static void
test_poisson_reference(void **state)
{
	struct tail tail;
	char text[128];

	(void)state;
	worst = 0;
	for (size_t i = 0; i < ARRAY_LEN(reference_poisson); i++) {
		uint64_t x = reference_poisson[i].x;
		double mean = reference_poisson[i].mean;

		snprintf(text, sizeof(text), "P %ju, %g", (uintmax_t)x, mean);
		check_ln("pmf", poisson_ln_pmf(x, mean),
			reference_poisson[i].ln_pmf, text);
		poisson_tail(x, mean, &tail);
		CHECK_ROW(reference_poisson[i], tail, text);
	}
	print_message("worst error: %.2g of what is allowed\n", worst);
}

/* For a = 1, P(X >= k) = Γ(n+1) Γ(n-k+1+b) / (Γ(n-k+1) Γ(n+1+b)), whatever n:
 * the long sums. */
static void
test_closed_form(void **state)
{
	static const uint64_t sizes[] = { 100, 5000, 100000, 10000000,
		100000000 };
	static const double shapes[] = { 1e-9, 0.01, 0.7, 1, 3, 1000 };
	struct tail tail;

	(void)state;
	worst = 0;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
		for (size_t j = 0; j < ARRAY_LEN(shapes); j++)
			for (uint64_t part = 1; part < 64; part += 3) {
				uint64_t n = sizes[i], k = n / 64 * part;
				double b = shapes[j], up;

				up = ln_rising((double)(n - k) + 1, b) -
					ln_rising((double)n + 1, b);
				beta_binomial_tail(k, n, 1, b, &tail);
				check_ln("upper", tail.ln_upper, up, "a = 1");
			}
	print_message("worst error: %.2g of what is allowed\n", worst);
}

/* No tail grows with k, but for the twelfth digit; they are in order. */
static void
check_monotone(struct tail *last, const struct tail *tail)
{
	assert_true(!isnan(tail->ln_upper) && !isnan(tail->ln_above) &&
		!isnan(tail->ln_mid));
	assert_true(tail->ln_upper <= 0 && tail->ln_above <= 0 &&
		tail->ln_mid <= 0);
	assert_true(tail->ln_above <= tail->ln_mid + 1e-15);
	assert_true(tail->ln_mid <= tail->ln_upper + 1e-15);
	assert_true(tail->ln_upper <= last->ln_upper * (1 - 1e-14) + 1e-12);
	assert_true(tail->ln_mid <= last->ln_mid * (1 - 1e-14) + 1e-12);
	assert_true(tail->ln_above <= last->ln_above * (1 - 1e-14) + 1e-12);
	*last = *tail;
}

static void
test_monotone(void **state)
{
	static const double shapes[] = { 1e-9, 1e-3, 0.3, 1, 1.7, 40, 1e5,
		1e12 };
	static const uint64_t sizes[] = { 0, 1, 2, 57, 30000, 3000000 };
	struct tail last, tail;
	size_t n_shapes = ARRAY_LEN(shapes);

	(void)state;
	for (size_t s = 0; s < ARRAY_LEN(sizes); s++)
		for (size_t i = 0; i < n_shapes * n_shapes; i++) {
			uint64_t n = sizes[s], step = n / 60 + 1;
			double a = shapes[i / n_shapes];
			double b = shapes[i % n_shapes];

			last = (struct tail){ 0, 0, 0 };
			for (uint64_t k = 0; k <= n; k += step) {
				beta_binomial_tail(k, n, a, b, &tail);
				check_monotone(&last, &tail);
				if (k == 0)
					assert_true(tail.ln_upper == 0);
			}
			beta_binomial_tail(n, n, a, b, &tail);
			check_monotone(&last, &tail);
			assert_true(tail.ln_above == -INFINITY);
			beta_binomial_tail(n + 1, n, a, b, &tail);
			assert_true(tail.ln_upper == -INFINITY);
			assert_true(tail.ln_mid == -INFINITY);
		}
}

/* Neighbours, too, where the way of summing changes between them. */
static void
test_monotone_neighbours(void **state)
{
	struct tail last = { 0, 0, 0 }, tail;

	(void)state;
	for (uint64_t k = 90000; k < 110000; k += 7) {
		beta_binomial_tail(k, 1000000, 10, 90, &tail);
		assert_true(tail.ln_upper < last.ln_upper);
		check_monotone(&last, &tail);
	}
	last = (struct tail){ 0, 0, 0 };
	for (uint64_t x = 0; x < 60000; x += 11) {
		neg_binomial_tail(x, 10000, 3, &tail);
		check_monotone(&last, &tail);
	}
}

static void
test_sums_to_one(void **state)
{
	static const double shapes[] = { 1e-9, 0.2, 1, 3, 1e12 };
	size_t m = ARRAY_LEN(shapes);
	struct tail tail;

	(void)state;
	for (uint64_t n = 0; n < 40; n += 3)
		for (size_t i = 0; i < m * m; i++) {
			double a = shapes[i / m], b = shapes[i % m];
			double sum = -INFINITY;

			for (uint64_t k = n + 1; k-- > 0;) {
				beta_binomial_tail(k, n, a, b, &tail);
				check_ln("above", tail.ln_above, fmin(sum, 0),
					"sum");
				sum = ln_add(sum,
					beta_binomial_ln_pmf(k, n, a, b));
				check_ln("upper", tail.ln_upper, fmin(sum, 0),
					"sum");
			}
			assert_true(fabs(sum) < 1e-12);
		}
}

/* The binomial and the Poisson law are what the wider ones become. */
static void
test_limits(void **state)
{
	struct tail wide, narrow;

	(void)state;
	for (uint64_t k = 0; k <= 100; k += 5) {
		beta_binomial_tail(k, 100, 2e11, 8e11, &wide);
		binomial_tail(k, 100, 0.2, &narrow);
		assert_true(fabs(wide.ln_mid - narrow.ln_mid) < 1e-7);
		neg_binomial_tail(k, 20, 1e14, &wide);
		poisson_tail(k, 20, &narrow);
		assert_true(fabs(wide.ln_mid - narrow.ln_mid) < 1e-9);
		neg_binomial_tail(k, 20, INFINITY, &wide);
		assert_true(wide.ln_mid == narrow.ln_mid);
		neg_binomial_tail(k, 20, 1e250, &wide);
		assert_true(wide.ln_mid == narrow.ln_mid);
	}
}

static void
check_sane(const struct tail *tail)
{
	assert_true(tail->ln_upper <= 0); /* false for NaN */
	assert_true(tail->ln_above <= 0);
	assert_true(tail->ln_mid <= 0);
}

/* Whatever comes in, a logarithm of a probability goes out. */
static void
test_edges(void **state)
{
	static const double odd[] = { -1, 0, 1e-320, 1e-12, 0.5, 1, 2, 1e13,
		1e300, INFINITY, -INFINITY, NAN };
	static const uint64_t k[] = { 0, 1, 5, 1000, UINT64_MAX };
	size_t m = ARRAY_LEN(odd);
	struct tail tail;

	(void)state;
	for (size_t i = 0; i < m * m * ARRAY_LEN(k); i++) {
		double a = odd[i % m], b = odd[i / m % m];
		uint64_t count = k[i / m / m];

		for (uint64_t n = 0; n < 3000; n = 2 * n + 5) {
			beta_binomial_tail(count, n, a, b, &tail);
			check_sane(&tail);
			assert_true(beta_binomial_ln_pmf(count, n, a, b) <= 0);
			beta_binomial_mix_tail(count, n, a,
				(const double[]){ b, a }, b, &tail);
			check_sane(&tail);
			binomial_tail(count, n, a, &tail);
			check_sane(&tail);
		}
		neg_binomial_tail(count, a, b, &tail);
		check_sane(&tail);
		assert_true(neg_binomial_ln_pmf(count, a, b) <= 0);
		neg_binomial_mix_tail(count, a, (const double[]){ b, a }, b,
			&tail);
		check_sane(&tail);
	}
}

static void
test_certain(void **state)
{
	struct tail tail;

	(void)state;
	beta_binomial_tail(0, 0, 2, 3, &tail);
	assert_true(tail.ln_upper == 0 && tail.ln_above == -INFINITY);
	assert_true(tail.ln_mid == -LN_2);
	binomial_tail(3, 9, 0, &tail);
	assert_true(tail.ln_upper == -INFINITY);
	binomial_tail(3, 9, 1, &tail);
	assert_true(tail.ln_upper == 0 && tail.ln_above == 0);
	binomial_tail(9, 9, 1, &tail);
	assert_true(tail.ln_upper == 0 && tail.ln_mid == -LN_2);
	poisson_tail(0, 0, &tail);
	assert_true(tail.ln_upper == 0 && tail.ln_mid == -LN_2);
	poisson_tail(1, 0, &tail);
	assert_true(tail.ln_upper == -INFINITY);
	/* so far out that doubles are not whole numbers */
	neg_binomial_tail(UINT64_MAX - 1, 1e-4, 8e-7, &tail);
	check_sane(&tail);
	/* mean shares 0 and 1 are clipped: 1 in 1e9 at s = 1 */
	beta_binomial_mix_tail(1, 1, 0, (const double[]){ 1, 1 }, 0, &tail);
	assert_true(fabs(tail.ln_upper - log(1e-9)) < 1e-6);
	beta_binomial_mix_tail(0, 1, 1, (const double[]){ 1, 1 }, 0, &tail);
	assert_true(fabs(tail.ln_above) < 2e-9);
}

static void
test_mix(void **state)
{
	const double s[2] = { 200, 8 };
	struct tail tight, loose, mix;

	(void)state;
	for (uint64_t k = 0; k <= 300; k += 10) {
		beta_binomial_tail(k, 300, 0.1 * 200, 0.9 * 200, &tight);
		beta_binomial_tail(k, 300, 0.1 * 8, 0.9 * 8, &loose);
		beta_binomial_mix_tail(k, 300, 0.1, s, 0.05, &mix);
		check_ln("mix", mix.ln_mid, ln_add(log(0.95) + tight.ln_mid,
			log(0.05) + loose.ln_mid), "BB");
		beta_binomial_mix_tail(k, 300, 0.1, s, 0, &mix);
		assert_true(mix.ln_mid == tight.ln_mid);
		beta_binomial_mix_tail(k, 300, 0.1, s, 1, &mix);
		assert_true(mix.ln_mid == loose.ln_mid);
		neg_binomial_tail(k, 30, 200, &tight);
		neg_binomial_tail(k, 30, 8, &loose);
		neg_binomial_mix_tail(k, 30, s, 0.05, &mix);
		check_ln("mix", mix.ln_upper, fmin(0,
			ln_add(log(0.95) + tight.ln_upper,
			log(0.05) + loose.ln_upper)), "NB");
	}
}

static double
seconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void
print_costs(void)
{
	static const double rows[][4] = { /* n, a, b, k/n */
		{ 10, 3, 97, 0.2 }, { 10, 0.3, 0.2, 0.5 },
		{ 1000, 3, 97, 0.05 }, { 1000, 0.1, 0.2, 0.5 },
		{ 1e5, 3, 97, 0.02 }, { 1e5, 3, 97, 0.2 },
		{ 1e5, 1e5, 9e5, 0.103 }, { 1e5, 0.5, 0.5, 0.5 },
		{ 1e7, 3, 97, 0.04 }, { 1e7, 0.5, 0.5, 0.5 },
		{ 1e7, 1e-9, 1e-9, 0.5 }, { 1e8, 0.01, 0.02, 0.5 },
	};
	struct tail tail;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const double *r = rows[i];
		double begin = seconds();
		unsigned calls = 0;

		while (seconds() - begin < 0.1) {
			beta_binomial_tail((uint64_t)(r[3] * r[0]),
				(uint64_t)r[0], r[1], r[2], &tail);
			calls++;
		}
		printf("n %9.0f a %5g b %5g k/n %5g: %7.2f us\n", r[0], r[1],
			r[2], r[3], (seconds() - begin) / calls * 1e6);
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_beta_binomial_reference),
		cmocka_unit_test(test_neg_binomial_reference),
		cmocka_unit_test(test_binomial_reference),
		cmocka_unit_test(test_poisson_reference),
		cmocka_unit_test(test_closed_form),
		cmocka_unit_test(test_monotone),
		cmocka_unit_test(test_monotone_neighbours),
		cmocka_unit_test(test_sums_to_one),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_certain),
		cmocka_unit_test(test_mix),
	};

	if (argc > 1 && strcmp(argv[1], "--cost") == 0) {
		print_costs();
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
