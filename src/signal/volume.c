/* SPDX-License-Identifier: Apache-2.0 */
/*
 * volume: lookups per active day, against peers week by week, so that a
 * surge of the whole unit cancels.
 *
 * Innocent: the hub operator who looks up for all. Such people do not follow
 * the law of the others, and no fitted tail is wide enough for them: hence
 * the guard. Much work alone flags nobody who is not ten times beyond all
 * others; it adds to what else is found.
 */
#include "signal/test.h"

int
volume_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	return cells_test_rate(evidence, WEEK_LOOKUPS, ret, fault) != 0 ?
		-1 :
		cells_guard(evidence, ret, fault);
}

void
volume_phrase(const struct book *book, const struct finding *finding, char *buf,
	size_t size)
{
	double days = (double)finding->n;

	(void)book;
	(void)snprintf(buf, size,
		"%.1f lookups on each of %llu active days (peers: %.1f)",
		(double)finding->k / days, (unsigned long long)finding->n,
		finding->expected / days);
}
