/* SPDX-License-Identifier: Apache-2.0 */
/*
 * denied: lookups that the portal refused, among those whose outcome the log
 * tells. Who feels for the limits of his rights is refused more often.
 *
 * Innocent: rights that were not yet set up after a transfer.
 */
#include "signal/test.h"

int
denied_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	return cells_test_kinds(evidence, KIND_DENIED, KIND_OUTCOMES,
		KIND_COUNTS, ret, fault);
}

void
denied_phrase(const struct book *book, const struct finding *finding,
	char *buf, size_t size)
{
	(void)book;
	phrase_share(finding, "lookups were refused by the portal", buf, size);
}
