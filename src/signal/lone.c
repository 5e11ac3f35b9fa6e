/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lone: subjects that nobody else, and the user on no other day, asked for.
 * Work leaves traces: colleagues on the same case, a second look next week.
 *
 * Innocent: verification desks, whose every lookup is a stranger (their role
 * does so), and the first and last days of a log.
 */
#include "signal/test.h"

int
lone_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	return cells_test_kinds(evidence, KIND_LONE, KIND_ASKINGS, KIND_COUNTS,
		ret, fault);
}

void
lone_phrase(const struct book *book, const struct finding *finding, char *buf,
	size_t size)
{
	(void)book;
	phrase_share(finding,
		"lookups, retries aside, concern people nobody else asked for",
		buf, size);
}
