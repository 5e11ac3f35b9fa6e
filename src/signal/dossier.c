/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dossier: three or more kinds of data, asked within five minutes, on people
 * that nobody else asked for: a product, put together for a customer.
 *
 * Innocent: thorough officers; some units always ask for all.
 */
#include "signal/test.h"

int
dossier_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	return cells_test_kinds(evidence, KIND_DOSSIER, KIND_LONE, KIND_COUNTS,
		ret, fault);
}

void
dossier_phrase(const struct book *book, const struct finding *finding,
	char *buf, size_t size)
{
	(void)book;
	phrase_share(finding,
		"lookups of people nobody else asked for gather all about them "
		"within minutes",
		buf, size);
}
