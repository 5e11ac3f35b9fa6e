/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/explain-peers.h"

#include "base/memory.h"
#include "signal/cells.h"

int
explain_peers(const struct evidence *evidence, enum rule rule,
	struct finding *ret, struct fault *fault)
{
	const struct ledger *cells = &evidence->explained->cells;
	struct share *shares = memory_array(cells->n, sizeof(*shares));
	int result;

	if (shares == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < cells->n; i++) {
		const uint64_t *rules = ledger_counts(cells, i);

		shares[i] = (struct share){ cells->keys[i].a, cells->keys[i].b,
			rules[rule], 0 };
		for (size_t r = 0; r < RULE_N; r++)
			shares[i].n += rules[r];
	}
	result = cells_test_shares(evidence, shares, cells->n, ret, fault);
	free(shares);
	return result;
}
