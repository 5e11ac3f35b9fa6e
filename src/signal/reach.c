/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reach: of the subjects that hardly anybody else asked for, those in areas
 * that are rare in the unit's work. Customers live anywhere; a unit's own
 * strangers live nearby.
 *
 * Innocent: units whose work is the whole country (their colleagues' areas
 * are as scattered), the officer who came from another district.
 */
#include "signal/test.h"

#include "base/memory.h"
#include "signal/rarity.h"

int
reach_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	const struct ledger *areas = &evidence->tally->areas;
	struct share *shares = memory_array(areas->n, sizeof(*shares));
	struct rarity rarity;
	int result;

	if (shares == NULL)
		return fault_memory(fault);
	if (rarity_make(evidence, areas, AREA_ASKINGS, REACH_DRAWN, REACH_MASS,
		    &rarity, fault) != 0) {
		free(shares);
		return -1;
	}
	for (size_t i = 0; i < areas->n; i++) {
		const struct ledger_key *key = &areas->keys[i];
		const uint64_t *counts = ledger_counts(areas, i);
		uint32_t unit = evidence->book->posts.items[key->a].b;
		uint64_t n = counts[AREA_LONE] + counts[AREA_THIN];

		shares[i] = (struct share){ .post = key->a };
		if (key->b == 0)
			continue;
		shares[i].n = n;
		if (rarity.others[i] < rarity.limit[unit])
			shares[i].k = n;
	}
	result = cells_test_shares(evidence, shares, areas->n, ret, fault);
	rarity_free(&rarity);
	free(shares);
	return result;
}

void
reach_phrase(const struct book *book, const struct finding *finding, char *buf,
	size_t size)
{
	(void)book;
	phrase_share(finding,
		"lookups of people hardly anybody else asked for are from "
		"where the unit has little to do",
		buf, size);
}
