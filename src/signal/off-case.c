/* SPDX-License-Identifier: Apache-2.0 */
/*
 * off-case: askings for people whom the register does not list for the case
 * that is named, where it lists any.
 *
 * Innocent: people are entered late or never, a tenth to a fifth of them, and
 * the register suffers so for peers, too.
 */
#include "signal/test.h"

int
off_case_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	return verdict_test(evidence, VERDICT_OFF_CASE, ret, fault);
}

void
off_case_phrase(const struct book *book, const struct finding *finding,
	char *buf, size_t size)
{
	(void)book;
	phrase_share(finding,
		"lookups concern people who are not of the case they name",
		buf, size);
}
