/* SPDX-License-Identifier: Apache-2.0 */
/*
 * off-duty: askings outside the hours that the roster gives. Hours alone are a
 * poor signal, and weigh little: rosters are wrong and shifts are swapped.
 *
 * Innocent: overtime, a swapped shift.
 */
#include "signal/test.h"

int
off_duty_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	return verdict_test_guarded(evidence, VERDICT_SHIFT, ret, fault);
}

void
off_duty_phrase(const struct book *book, const struct finding *finding,
	char *buf, size_t size)
{
	(void)book;
	phrase_share(finding,
		"lookups were made off duty",
		buf, size);
}
