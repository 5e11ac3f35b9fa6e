/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lone: subjects that nobody else, and the user on no other day, asked for.
 * Work leaves traces: colleagues on the same case, a second look next week.
 * Innocent: verification desks, whose every lookup is a stranger (their role
 * does so), and the first and last days of a log.
 */
#include "signal/cells.h"

static void
count(const struct kind_tally *tally, uint64_t *k, uint64_t *n)
{
	*k = tally->lone;
	*n = tally->askings;
}

int
lone_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	return cells_test_share(evidence, count, ret, fault);
}

void
lone_phrase(const struct finding *finding, char *buf, size_t size)
{
	char expected[32];

	cells_print_expected(finding->expected, expected, sizeof(expected));
	(void)snprintf(buf, size,
		"%llu of %llu lookups, retries aside, concern people nobody "
		"else asked for (peers: %s)",
		(unsigned long long)finding->k, (unsigned long long)finding->n,
		expected);
}
