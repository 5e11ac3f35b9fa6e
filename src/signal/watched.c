/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watched: askings for people on the watch list: protected witnesses,
 * journalists, politicians. Some officers have business with some of them, and
 * so it is a share like others, compared with peers.
 *
 * A honeytoken is nobody's business: a subject that does not exist, put where
 * only who should not look finds it. Any lookup of one is near-proof, unless
 * it has become known and many look it up.
 *
 * Innocent: a number mistyped by one digit.
 */
#include "signal/test.h"

#include "base/memory.h"

/* What one looked up honeytoken is worth, ln 1e-9: not a frequency anybody
 * counted, but a statement that hardly anybody honest does it. */
#define HONEYTOKEN_LN_P (-20.72326583694641)
/* So many users, and the bait is no secret any more. */
enum { HONEYTOKEN_USERS = 5 };

/* By entry: how many users looked it up; hits are in order of user. */
static int
count_users(const struct tally *tally, uint32_t **ret, struct fault *fault)
{
	uint32_t *users = memory_array(tally->office->registry->n_watch,
		sizeof(*users));

	if (users == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < tally->n_watched; i++)
		users[tally->watched[i].entry]++;
	*ret = users;
	return 0;
}

int
watched_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	const struct tally *tally = evidence->tally;
	uint32_t *users = NULL;

	/* curious people are curious again: no law covers that */
	if (verdict_test_guarded(evidence, VERDICT_WATCHED, ret, fault) != 0)
		return -1;
	if (evidence->by != BY_USER)
		return 0;
	if (count_users(tally, &users, fault) != 0)
		return -1;
	for (size_t i = 0; i < tally->n_watched; i++) {
		const struct watch_hit *hit = &tally->watched[i];
		struct finding *finding = &ret[hit->user];

		if (!tally->office->registry->watch[hit->entry].honeytoken ||
			users[hit->entry] > HONEYTOKEN_USERS)
			continue;
		finding->other++;
		finding->ln_p = finding->ln_law = isnan(finding->ln_p) ?
			HONEYTOKEN_LN_P :
			fmin(finding->ln_p, HONEYTOKEN_LN_P);
	}
	free(users);
	return 0;
}

void
watched_phrase(const struct book *book, const struct finding *finding,
	char *buf, size_t size)
{
	size_t len;

	(void)book;
	phrase_share(finding, "lookups concern people on the watch list", buf,
		size);
	len = strlen(buf);
	if (finding->other > 0)
		(void)snprintf(buf + len, size - len,
			", %u of them bait that nobody has any business with",
			(unsigned)finding->other);
}
