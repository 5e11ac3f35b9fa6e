/* SPDX-License-Identifier: Apache-2.0 */
/* Small probabilities from their logs, their order and their text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/decimal.h"

/* Python: decimal.Decimal(ln).exp() with 60 digits, quantized to four. */
static const struct {
	double ln;
	int32_t digits, exponent;
	const char *text;
} cases[] = {
	{ 0.0, 1000, -3, "1" },
	{ -0.6931471805599453, 5000, -4, "0.5" },
	{ -2.995732273553991, 5000, -5, "0.05" },
	{ -2.0923241675108497, 1234, -4, "0.1234" },
	{ -8.999674342173085, 1235, -7, "0.0001235" },
	{ -1.0000050000287824e-05, 1000, -3, "1" },
	{ -6.000180007195222e-05, 9999, -4, "0.9999" },
	{ -6.907755278982137, 1000, -6, "0.001" },
	{ -6.9077952797821585, 1000, -6, "0.001" },
	{ -11.107460356862065, 1500, -8, "1.5e-05" },
	{ -23.025850929940457, 1000, -13, "1e-10" },
	{ -690.5, 1317, -303, "1.317e-300" },
	{ -690.7, 1078, -303, "1.078e-300" },
	{ -690.8, 9758, -304, "9.758e-301" },
	{ -700.0, 9860, -308, "9.86e-305" },
	{ -745.5, 1712, -327, "1.712e-324" },
	{ -1177.7838, 3126, -515, "3.126e-512" },
	{ -2302.0, 1795, -1003, "1.795e-1000" },
	{ -2302.585092994046, 1000, -1003, "1e-1000" },
	{ -12345.678, 2189, -5365, "2.189e-5362" },
	{ -1000000.0, 3297, -434298, "3.297e-434295" },
	{ -123456789.0, 6079, -53616606, "6.079e-53616603" },
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char buf[DECIMAL_TEXT_MAX];
		struct decimal d = decimal_of_ln(cases[i].ln);
		size_t len = decimal_print(buf, sizeof(buf), d);

		if (d.digits != cases[i].digits ||
			d.exponent != cases[i].exponent ||
			strcmp(buf, cases[i].text) != 0)
			fail_msg("%g: %d e%d %s", cases[i].ln, d.digits,
				d.exponent, buf);
		assert_int_equal(len, strlen(buf));
	}
}

static void
test_edges(void **state)
{
	const struct decimal zero = decimal_of_ln(-INFINITY);
	const struct decimal one = decimal_of_ln(0);
	char buf[DECIMAL_TEXT_MAX];

	(void)state;
	assert_int_equal(zero.digits, 0);
	decimal_print(buf, sizeof(buf), zero);
	assert_string_equal(buf, "0");
	assert_int_equal(decimal_compare(decimal_of_ln(1e-9), one), 0);
	assert_int_equal(decimal_compare(decimal_of_ln(NAN), one), 0);
	assert_int_equal(decimal_compare(decimal_of_ln(INFINITY), one), 0);
	/* what rounds to 1 is 1 */
	assert_int_equal(decimal_compare(decimal_of_ln(-1e-9), one), 0);
	assert_int_equal(decimal_compare(zero, zero), 0);
	assert_true(decimal_compare(zero, decimal_of_ln(-1e300)) < 0);
	assert_true(decimal_compare(one, zero) > 0);
	decimal_print(buf, sizeof(buf), decimal_of_ln(-1e300));
	assert_true(strlen(buf) < sizeof(buf) - 1);
}

/* The same text as printf's, wherever printf can. */
static void
test_like_printf(void **state)
{
	(void)state;
	for (double ln = 0; ln > -690; ln -= 0.00731) {
		char ours[DECIMAL_TEXT_MAX], theirs[32];

		decimal_print(ours, sizeof(ours), decimal_of_ln(ln));
		(void)snprintf(theirs, sizeof(theirs), "%.4g", exp(ln));
		assert_string_equal(ours, theirs);
	}
}

/* Also across the edge where exp() is left behind. */
static void
test_order(void **state)
{
	struct decimal before = decimal_of_ln(-INFINITY);

	(void)state;
	for (double ln = -800; ln <= 0; ln += 0.00417) {
		struct decimal next = decimal_of_ln(ln);

		assert_in_range(next.digits, 1000, 9999);
		assert_true(decimal_compare(before, next) <= 0);
		assert_true(decimal_compare(next, before) >= 0);
		before = next;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_like_printf),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
