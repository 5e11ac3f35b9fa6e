/* SPDX-License-Identifier: Apache-2.0 */
/*
 * volume: lookups per active day, against peers week by week, so that a
 * surge of the whole unit cancels. Innocent: the hub operator who looks up
 * for all; hence the two-component spread, and hence never alone.
 */
#include "signal/cells.h"

int
volume_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	return cells_test_rate(evidence, ret, fault);
}

void
volume_phrase(const struct finding *finding, char *buf, size_t size)
{
	double days = (double)finding->n;

	(void)snprintf(buf, size,
		"%.1f lookups on each of %llu active days (peers: %.1f)",
		(double)finding->k / days, (unsigned long long)finding->n,
		finding->expected / days);
}
