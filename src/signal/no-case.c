/* SPDX-License-Identifier: Apache-2.0 */
/*
 * no-case: lone subjects asked for without a case, among all lone ones. Only
 * lone ones, because a careless officer's colleagues explain the rest.
 * Innocent: the officer who rarely types the case at all; what he does with
 * subjects that are not lone shows it, and is his own yardstick where it is
 * above his peers'.
 */
#include "signal/cells.h"

#include "base/memory.h"
#include "signal/tail.h"

static void
count(const struct kind_tally *tally, uint64_t *k, uint64_t *n)
{
	*k = tally->lone_no_case;
	*n = tally->lone;
}

struct habit {
	uint64_t k, n; /* askings for shared subjects: without a case, all */
};

static void
sum_habits(const struct evidence *evidence, struct habit *habits)
{
	const struct tally *tally = evidence->tally;

	for (size_t i = 0; i < tally->n_kinds; i++) {
		const struct kind_tally *kind = &tally->kinds[i];
		const struct triple *post =
			&evidence->book->posts.items[kind->post];
		struct habit *habit =
			&habits[evidence->by == BY_USER ? post->a : post->b];

		habit->k += kind->no_case - kind->lone_no_case;
		habit->n += kind->askings - kind->lone;
	}
}

int
no_case_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	struct habit *habits =
		memory_array(evidence->n_entities, sizeof(*habits));

	if (habits == NULL)
		return fault_memory(fault);
	if (cells_test_share(evidence, count, ret, fault) != 0) {
		free(habits);
		return -1;
	}
	sum_habits(evidence, habits);
	for (size_t i = 0; i < evidence->n_entities; i++) {
		struct tail tail;
		double own;

		if (ret[i].n == 0 || habits[i].n == 0)
			continue;
		/* The share among shared subjects is a draw from a beta with
		 * the habit's own counts; the tail carries how few they are. */
		beta_binomial_tail(ret[i].k, ret[i].n,
			(double)habits[i].k + 0.5,
			(double)(habits[i].n - habits[i].k) + 0.5, &tail);
		own = (double)habits[i].k / (double)habits[i].n *
			(double)ret[i].n;
		if (tail.ln_mid > ret[i].ln_p)
			ret[i].ln_p = ret[i].ln_law = tail.ln_mid;
		if (own > ret[i].expected)
			ret[i].expected = own;
	}
	free(habits);
	return 0;
}

void
no_case_phrase(const struct finding *finding, char *buf, size_t size)
{
	double n = (double)finding->n;

	(void)snprintf(buf, size,
		"%.0f %% of %llu lookups of people nobody else asked for name "
		"no case (expected: %.0f %%)",
		100 * (double)finding->k / n, (unsigned long long)finding->n,
		100 * finding->expected / n);
}
