/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sequence: numbers that follow each other, four or more within a few
 * lookups. Who walks through numbers has no person in mind.
 *
 * Innocent: documents issued in one batch to a family or a fleet.
 */
#include "signal/test.h"

int
sequence_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	return cells_test_kinds(evidence, KIND_WALKS, KIND_ASKINGS, KIND_COUNTS,
		ret, fault);
}

void
sequence_phrase(const struct book *book, const struct finding *finding,
	char *buf, size_t size)
{
	(void)book;
	phrase_share(finding,
		"lookups begin a walk through neighbouring numbers", buf, size);
}
