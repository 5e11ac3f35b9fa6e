/* SPDX-License-Identifier: Apache-2.0 */
/*
 * collusion: of the lookups that are not lone, those of subjects asked for on
 * two user-days only: one other user's, who may cover for him, or his own; or
 * those that he shares, one day each, with one and the same other user and
 * nobody else.
 *
 * Innocent: two who work on one small case, a unit of three.
 */
#include "signal/test.h"

#include "base/memory.h"

/* With whom a user shares most subjects that nobody else asked for. */
struct partner {
	uint64_t n;
	uint32_t user;
};

static void
find_partners(const struct evidence *evidence, struct partner *partners)
{
	const struct ledger *pairs = &evidence->tally->tables[TABLE_PAIRS];

	/* in order of key: of equal ones the first user stays */
	for (size_t i = 0; i < pairs->n; i++) {
		const uint32_t users[2] = { pairs->keys[i].a,
			pairs->keys[i].b };
		uint64_t n = *ledger_counts(pairs, i);

		for (size_t k = 0; k < 2; k++) {
			struct partner *partner = &partners[users[k]];

			if (n > partner->n)
				*partner = (struct partner){ n, users[1 - k] };
		}
	}
}

/* A user's work is one part, and so is what he shares: kinds and posts do not
 * matter to a pair. All goes to the post he served in last. */
static int
test_pairs(const struct evidence *evidence, const struct partner *partners,
	struct finding *ret, struct fault *fault)
{
	const struct tally *tally = evidence->tally;
	struct share *shares = memory_array(tally->n_users, sizeof(*shares));
	int result;

	if (shares == NULL)
		return fault_memory(fault);
	for (size_t u = 0; u < tally->n_users; u++)
		shares[u] = (struct share){ tally->users[u].post, 0,
			partners[u].n, 0 };
	for (size_t i = 0; i < tally->kinds.n; i++) {
		const uint64_t *counts = ledger_counts(&tally->kinds, i);

		shares[entity_of(evidence, tally->kinds.keys[i].a)].n +=
			counts[KIND_ASKINGS] - counts[KIND_LONE];
	}
	result = cells_test_shares(evidence, shares, tally->n_users, ret,
		fault);
	free(shares);
	return result;
}

int
collusion_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	size_t n = evidence->n_entities;
	struct partner *partners = memory_array(n, sizeof(*partners));
	struct finding *pairs = memory_array(n, sizeof(*pairs));
	int result = -1;

	if (partners == NULL || pairs == NULL) {
		fault_memory(fault);
		goto out;
	}
	find_partners(evidence, partners);
	if (cells_test_kinds(evidence, KIND_THIN, KIND_ASKINGS, KIND_LONE, ret,
		    fault) != 0 ||
		test_pairs(evidence, partners, pairs, fault) != 0)
		goto out;
	findings_choose(ret, pairs, n);
	for (size_t i = 0; i < n; i++)
		ret[i].other = ret[i].other ? partners[i].user : 0;
	result = 0;
out:
	free(partners);
	free(pairs);
	return result;
}

void
collusion_phrase(const struct book *book, const struct finding *finding,
	char *buf, size_t size)
{
	struct slice name = book->names[NAME_USER].names[finding->other];
	char what[160];

	if (finding->other == 0)
		(void)snprintf(what, sizeof(what),
			"lookups concern people only one other user, or he "
			"himself again, ever asked for");
	else
		(void)snprintf(what, sizeof(what),
			"lookups concern people only %.*s asked for as well",
			(int)(name.len < 64 ? name.len : 64), name.at);
	phrase_share(finding, what, buf, size);
}
