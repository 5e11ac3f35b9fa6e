/* SPDX-License-Identifier: Apache-2.0 */
/* The guard: how many stand out as much. */
#include "tests/unit/unit.h"

#include "signal/cells.h"

enum { N = 10 };

static struct fault fault;

/* Equal evidence gets an equal p, though sums in another order may have
 * changed its last bits. */
static void
test_ties(void **state)
{
	struct finding findings[N];
	struct evidence evidence = { .n_entities = N };

	(void)state;
	for (size_t i = 0; i < N; i++) {
		double ln_p = i < 4 ? -0.7 * (1 + 1e-15 * (double)i) : -0.1;

		findings[i] = (struct finding){ .k = 1, .n = 1, .expected = 1,
			.ln_p = i < 4 ? ln_p - 5 : ln_p };
	}
	assert_int_equal(cells_guard(&evidence, findings, &fault), 0);
	for (size_t i = 0; i < 4; i++)
		assert_true(findings[i].ln_p == log(0.4));
	for (size_t i = 4; i < N; i++)
		assert_true(findings[i].ln_p == 0);
}

static void
test_counts(void **state)
{
	const double sorted[] = { -400, -3, -2, -2 * (1 - 1e-15), -1 };

	(void)state;
	assert_int_equal(findings_as_low(sorted, 5, -2), 4);
	assert_int_equal(findings_as_low(sorted, 5, -2 * (1 - 1e-15)), 4);
	assert_int_equal(findings_lower(sorted, 5, -2), 2);
	assert_int_equal(findings_lower(sorted, 5, -2 * (1 - 1e-15)), 2);
	assert_int_equal(findings_as_low(sorted, 5, -400 * (1 - 1e-14)), 1);
	assert_int_equal(findings_lower(sorted, 5, -2.001), 2);
	assert_int_equal(findings_as_low(sorted, 5, -2.001), 2);
	assert_int_equal(findings_as_low(sorted, 5, 0), 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ties),
		cmocka_unit_test(test_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
