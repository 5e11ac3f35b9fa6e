/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reach: of the subjects that hardly anybody else asked for, those in areas
 * that are rare in the unit's work: customers live anywhere, a unit's own
 * strangers live nearby. Or, of all lookups, those of kinds of data that the
 * unit's others hardly touch.
 *
 * Innocent: units whose work is the whole country (their colleagues' areas
 * are as scattered), the officer who came from another district, the one who
 * has a task of his own.
 */
#include "signal/test.h"

#include "base/memory.h"
#include "signal/rarity.h"

static int
list_areas(const struct evidence *evidence, struct share_list *ret,
	struct fault *fault)
{
	const struct ledger *areas = &evidence->tally->areas;
	struct share *shares = memory_unset(areas->n, sizeof(*shares));
	struct rarity rarity;

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
	rarity_free(&rarity);
	*ret = (struct share_list){ shares, areas->n };
	return 0;
}

static int
list_kinds(const struct evidence *evidence, struct share_list *ret,
	struct fault *fault)
{
	const struct ledger *kinds = &evidence->tally->kinds;
	struct share *shares = memory_unset(kinds->n, sizeof(*shares));
	struct rarity rarity;

	if (shares == NULL)
		return fault_memory(fault);
	if (rarity_make(evidence, kinds, KIND_ASKINGS, REACH_DRAWN, 0, &rarity,
		    fault) != 0) {
		free(shares);
		return -1;
	}
	for (size_t i = 0; i < kinds->n; i++) {
		const struct ledger_key *key = &kinds->keys[i];

		shares[i] = (struct share){ .post = key->a };
		if (key->b == 0)
			continue;
		shares[i].n = ledger_counts(kinds, i)[KIND_ASKINGS];
		if (rarity.others[i] < REACH_KIND)
			shares[i].k = shares[i].n;
	}
	rarity_free(&rarity);
	*ret = (struct share_list){ shares, kinds->n };
	return 0;
}

/* Two looks at one user are paid for: p of areas by 1/0.95, p of kinds by
 * 1/0.05, for a task of one's own is common. */
#define AREAS_SHARE 0.95
#define KINDS_SHARE 0.05

static void
choose(struct finding *ret, const struct finding *kinds, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double areas = ret[i].ln_p - log(AREAS_SHARE);
		double other = kinds[i].ln_p - log(KINDS_SHARE);

		if (isnan(areas) && isnan(other))
			continue;
		if (isnan(areas) || other < areas) {
			ret[i] = kinds[i];
			ret[i].other = 1;
			areas = other;
		}
		ret[i].ln_p = ret[i].ln_law = fmin(areas, 0);
	}
}

int
reach_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	size_t n = evidence->n_entities;
	struct finding *kinds = memory_array(n, sizeof(*kinds));
	int result = -1;

	if (kinds == NULL)
		return fault_memory(fault);
	if (cells_test_kept(evidence, KEPT_AREAS, list_areas, ret, fault) ==
			0 &&
		cells_test_kept(evidence, KEPT_KINDS, list_kinds, kinds,
			fault) == 0 &&
		cells_guard(evidence, kinds, fault) == 0) {
		choose(ret, kinds, n);
		result = 0;
	}
	free(kinds);
	return result;
}

void
reach_phrase(const struct book *book, const struct finding *finding, char *buf,
	size_t size)
{
	(void)book;
	phrase_share(finding,
		finding->other ? "lookups are of kinds the unit's others "
				 "hardly touch" :
				 "lookups of people hardly anybody else asked "
				 "for are from where the unit has little to do",
		buf, size);
}
