/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/test.h"

#include "base/memory.h"

int
verdict_test(const struct evidence *evidence, enum verdict verdict,
	struct finding *ret, struct fault *fault)
{
	const struct ledger *verdicts =
		&evidence->tally->tables[TABLE_VERDICTS];
	struct share *shares = memory_array(verdicts->n, sizeof(*shares));
	int result;

	if (shares == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < verdicts->n; i++) {
		const uint64_t *counts = ledger_counts(verdicts, i);

		shares[i] = (struct share){ verdicts->keys[i].a,
			verdicts->keys[i].b, counts[2 * verdict + 1],
			counts[2 * verdict] };
	}
	result = cells_test_shares(evidence, shares, verdicts->n, ret, fault);
	free(shares);
	return result;
}

int
verdict_test_guarded(const struct evidence *evidence, enum verdict verdict,
	struct finding *ret, struct fault *fault)
{
	return verdict_test(evidence, verdict, ret, fault) != 0 ?
		-1 :
		cells_guard(evidence, ret, fault);
}
