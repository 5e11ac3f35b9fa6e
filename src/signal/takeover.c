/* SPDX-License-Identifier: Apache-2.0 */
/*
 * takeover: the account is used from ranges of addresses that are neither the
 * user's main one nor his peers'; or from two at the same time.
 *
 * Innocent: an officer lent to another unit, a new office, a change of
 * provider (his colleagues change with him), a telephone beside the desk.
 */
#include "signal/test.h"

#include "base/memory.h"
#include "signal/rarity.h"

/* By user: the range he is at on most days, of equal ones the first. */
struct main_range {
	uint64_t days;
	uint32_t range;
};

static int
find_main(const struct evidence *evidence, struct main_range *ret,
	struct fault *fault)
{
	const struct ledger *ranges = &evidence->tally->ranges;
	struct ledger days;

	if (ledger_init(&days, 1, fault) != 0)
		return -1;
	for (size_t i = 0; i < ranges->n; i++) {
		const struct ledger_key *key = &ranges->keys[i];
		uint32_t user = evidence->book->posts.items[key->a].a;
		uint64_t *sum;

		if (key->b == 0)
			continue;
		if (ledger_at(&days, (struct ledger_key){ user, key->b, 0, 0 },
			    &sum, fault) != 0) {
			ledger_free(&days);
			return -1;
		}
		*sum += ledger_counts(ranges, i)[RANGE_ACTIVE];
		if (*sum > ret[user].days ||
			(*sum == ret[user].days && key->b < ret[user].range))
			ret[user] = (struct main_range){ *sum, key->b };
	}
	ledger_free(&days);
	return 0;
}

static int
list_ranges(const struct evidence *evidence, struct share_list *ret,
	struct fault *fault)
{
	const struct ledger *ranges = &evidence->tally->ranges;
	struct share *shares = memory_unset(ranges->n, sizeof(*shares));
	struct main_range *mains =
		memory_array(evidence->tally->n_users, sizeof(*mains));
	struct rarity rarity = { 0 };
	int result = -1;

	if (shares == NULL || mains == NULL) {
		fault_memory(fault);
		goto out;
	}
	if (rarity_make(evidence, ranges, RANGE_LOOKUPS, STRANGE_DRAWN, 0,
		    &rarity, fault) != 0 ||
		find_main(evidence, mains, fault) != 0)
		goto out;
	for (size_t i = 0; i < ranges->n; i++) {
		const struct ledger_key *key = &ranges->keys[i];
		uint32_t user = evidence->book->posts.items[key->a].a;

		shares[i] = (struct share){ .post = key->a };
		if (key->b == 0)
			continue;
		shares[i].n = ledger_counts(ranges, i)[RANGE_LOOKUPS];
		if (rarity.others[i] < STRANGE_SHARE &&
			key->b != mains[user].range)
			shares[i].k = shares[i].n;
	}
	*ret = (struct share_list){ shares, ranges->n };
	shares = NULL;
	result = 0;
out:
	rarity_free(&rarity);
	free(shares);
	free(mains);
	return result;
}

int
takeover_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	struct finding *hops =
		memory_array(evidence->n_entities, sizeof(*hops));
	int result = -1;

	if (hops == NULL)
		return fault_memory(fault);
	if (cells_test_kept(evidence, KEPT_RANGES, list_ranges, ret, fault) !=
			0 ||
		cells_test_kinds(evidence, KIND_HOP, KIND_LOOKUPS, KIND_COUNTS,
			hops, fault) != 0)
		goto out;
	findings_choose(ret, hops, evidence->n_entities);
	result = 0;
out:
	free(hops);
	return result;
}

void
takeover_phrase(const struct book *book, const struct finding *finding,
	char *buf, size_t size)
{
	(void)book;
	phrase_share(finding,
		finding->other ? "lookups alternate between sources within "
				 "minutes" :
				 "lookups come from sources that are neither "
				 "the user's own nor his peers'",
		buf, size);
}
