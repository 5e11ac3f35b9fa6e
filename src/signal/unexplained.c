/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unexplained: lookups that no rule explains (explain.h).
 *
 * Innocent: the careless officer who types no case for work he does alone.
 */
#include "signal/explain-peers.h"
#include "signal/test.h"

int
unexplained_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	return explain_peers(evidence, RULE_NONE, ret, fault);
}

void
unexplained_phrase(const struct book *book, const struct finding *finding,
	char *buf, size_t size)
{
	(void)book;
	phrase_share(finding,
		"lookups have no case, colleague or duty to explain them", buf,
		size);
}
