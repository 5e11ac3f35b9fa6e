/* SPDX-License-Identifier: Apache-2.0 */
#include "rank/pairs.h"

#include "base/memory.h"

/* Keep the `most` largest in order; of equal ones the earlier stay first. */
static void
insert(struct pair *pairs, size_t most, size_t *n, const struct pair *pair)
{
	size_t at = *n;

	while (at > 0 && pairs[at - 1].subjects < pair->subjects) {
		if (at < most)
			pairs[at] = pairs[at - 1];
		at--;
	}
	if (at == most)
		return;
	pairs[at] = *pair;
	*n += *n < most;
}

int
pairs_telling(const struct tally *tally, const struct ranking *ranking,
	size_t most, struct pair *ret, size_t *ret_n, struct fault *fault)
{
	const struct ledger *table = &tally->tables[TABLE_PAIRS];
	bool *telling = memory_array(tally->n_users, sizeof(*telling));

	if (telling == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < ranking->n; i++) {
		const struct ranked *item = &ranking->items[i];

		telling[item->entity] =
			item->of[SIGNAL_COLLUSION].ln_p <= TELLING_LN_P &&
			item->ln_p <= TELLING_LN_P;
	}
	*ret_n = 0;
	for (size_t i = 0; i < table->n; i++) {
		const struct ledger_key *key = &table->keys[i];

		if (telling[key->a] && telling[key->b])
			insert(ret, most, ret_n,
				&(struct pair){ { key->a, key->b },
					*ledger_counts(table, i) });
	}
	free(telling);
	return 0;
}
