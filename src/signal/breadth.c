/* SPDX-License-Identifier: Apache-2.0 */
/*
 * breadth: people whom the user had not asked about before in the time judged,
 * per active day, against peers week by week.
 *
 * Innocent: as for volume, the hub operator, and the desk that sees a new
 * face with every lookup (its role does so). Guarded in the same way.
 */
#include "signal/test.h"

int
breadth_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	return cells_test_rate(evidence, WEEK_FIRST, ret, fault) != 0 ?
		-1 :
		cells_guard(evidence, ret, fault);
}

void
breadth_phrase(const struct book *book, const struct finding *finding,
	char *buf, size_t size)
{
	double days = (double)finding->n;

	(void)book;
	(void)snprintf(buf, size,
		"%.1f new people on each of %llu active days (peers: %.1f)",
		(double)finding->k / days, (unsigned long long)finding->n,
		finding->expected / days);
}
