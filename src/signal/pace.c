/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pace: people nobody else asked for, looked up in quick succession, each
 * within 90 seconds of the next; or series of ten and more lookups at that
 * speed, or at even gaps as a program keeps them.
 *
 * Innocent: who works through a list that a court or a bank has sent, and who
 * types fast all day (then so is what he shares with colleagues).
 */
#include "signal/test.h"

#include "base/memory.h"

int
pace_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	struct finding *series =
		memory_array(evidence->n_entities, sizeof(*series));
	int result = -1;

	if (series == NULL)
		return fault_memory(fault);
	if (cells_test_kinds(evidence, KIND_LONE_CHAINED, KIND_LONE,
		    KIND_COUNTS, ret, fault) == 0 &&
		cells_test_kinds(evidence, KIND_SERIES, KIND_ASKINGS,
			KIND_COUNTS, series, fault) == 0) {
		findings_choose(ret, series, evidence->n_entities);
		result = 0;
	}
	free(series);
	return result;
}

void
pace_phrase(const struct book *book, const struct finding *finding, char *buf,
	size_t size)
{
	(void)book;
	phrase_share(finding,
		finding->other ? "lookups begin a long quick series, or one at "
				 "a machine's beat" :
				 "lookups of people nobody else asked for come "
				 "in quick succession",
		buf, size);
}
