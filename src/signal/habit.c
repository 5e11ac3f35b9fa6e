/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/habit.h"

#include "base/memory.h"
#include "signal/tail.h"
#include "signal/test.h"

struct habit {
	uint64_t k, n; /* askings of the rest: without a case, all */
};

int
habit_excuse(const struct evidence *evidence, enum kind_count k,
	enum kind_count n, struct finding *findings, struct fault *fault)
{
	const struct ledger *kinds = &evidence->tally->kinds;
	struct habit *habits =
		memory_array(evidence->n_entities, sizeof(*habits));

	if (habits == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < kinds->n; i++) {
		const uint64_t *counts = ledger_counts(kinds, i);
		struct habit *habit =
			&habits[entity_of(evidence, kinds->keys[i].a)];

		habit->k += counts[KIND_NO_CASE] - counts[k];
		habit->n += counts[KIND_ASKINGS] - counts[n];
	}
	for (size_t i = 0; i < evidence->n_entities; i++) {
		struct finding *finding = &findings[i];
		struct tail tail;
		double own;

		if (finding->n == 0 || habits[i].n == 0)
			continue;
		/* The share of the rest is a draw from a beta with the
		 * habit's own counts; the tail carries how few they are. */
		beta_binomial_tail(finding->k, finding->n,
			(double)habits[i].k + 0.5,
			(double)(habits[i].n - habits[i].k) + 0.5, &tail);
		own = (double)habits[i].k / (double)habits[i].n *
			(double)finding->n;
		if (tail.ln_mid > finding->ln_p)
			finding->ln_p = finding->ln_law = tail.ln_mid;
		if (own > finding->expected)
			finding->expected = own;
	}
	free(habits);
	return 0;
}
