/* SPDX-License-Identifier: Apache-2.0 */
/*
 * foreign: of the distinct subjects that no colleague asked for, those that
 * one other unit did. Strangers are nobody's; people in another unit's cases
 * are somebody's.
 *
 * Units work together: where colleagues, too, ask for more of that unit's than
 * chance gives, it is a partner, and its subjects are not counted. Nor are
 * those of a unit in which he served himself: who is transferred takes cases
 * with him.
 *
 * Innocent: help given by telephone, identifiers that are used again.
 */
#include "signal/test.h"

#include "base/memory.h"
#include "signal/tail.h"

/* A partner: so many colleagues, each with so many of its subjects, and more
 * than chance gives (p below this) as other units' foreign ones go. */
enum { PARTNER_USERS = 2, PARTNER_SUBJECTS = 3 };
#define PARTNER_LN_P (-6.907755278982137) /* ln 1e-3 */

struct bonds {
	struct ledger served;   /* (user, unit) → 1 */
	struct ledger users;    /* (user, unit, other) → subjects, has a bond */
	struct ledger totals;   /* (user, unit) → the same of all others */
	struct ledger units;    /* (unit, other) → the same of all users */
	uint64_t *mine, *theirs; /* by unit: all foreign ones its users have;
	                            all that other units' users have of its */
	uint64_t all;
	struct ledger partners; /* (unit, other) → users with a bond */
};

static const struct triple *
post_of(const struct evidence *evidence, size_t i)
{
	uint32_t post = evidence->tally->tables[TABLE_FOREIGN].keys[i].a;

	return &evidence->book->posts.items[post];
}

/* The other unit's part in what users of third units have of others. */
static double
usual_share(const struct bonds *bonds, uint32_t unit, uint32_t other)
{
	const uint64_t *own = ledger_find(&bonds->units,
		(struct ledger_key){ unit, other, 0, 0 });
	double theirs = (double)bonds->theirs[other] -
		(own != NULL ? (double)*own : 0);
	double rest = (double)bonds->all - (double)bonds->mine[unit] -
		(double)bonds->theirs[unit];

	return fmin(1, (theirs + 0.5) / (fmax(rest, 0) + 1));
}

static bool
has_bond(const struct bonds *bonds, const struct ledger_key *key, uint64_t n)
{
	const uint64_t *all = ledger_find(&bonds->totals,
		(struct ledger_key){ key->a, key->b, 0, 0 });
	struct tail tail;

	if (all == NULL || n < PARTNER_SUBJECTS)
		return false;
	binomial_tail(n, *all, usual_share(bonds, key->b, key->c), &tail);
	return tail.ln_upper <= PARTNER_LN_P;
}

/* Did he serve in that unit, at any time? */
static bool
has_served(const struct bonds *bonds, uint32_t user, uint32_t unit)
{
	return ledger_find(&bonds->served,
		       (struct ledger_key){ user, unit, 0, 0 }) != NULL;
}

static int
bonds_fill(struct bonds *bonds, const struct evidence *evidence,
	struct fault *fault)
{
	const struct ledger *foreign = &evidence->tally->tables[TABLE_FOREIGN];
	const struct triples *posts = &evidence->book->posts;
	uint64_t *sum;

	for (size_t i = 0; i < posts->n; i++) {
		if (ledger_at(&bonds->served,
			    (struct ledger_key){ posts->items[i].a,
				    posts->items[i].b, 0, 0 },
			    &sum, fault) != 0)
			return -1;
		*sum = 1;
	}
	for (size_t i = 0; i < foreign->n; i++) {
		const struct triple *post = post_of(evidence, i);
		uint64_t n = *ledger_counts(foreign, i);

		if (has_served(bonds, post->a, foreign->keys[i].c))
			continue;
		if (ledger_at(&bonds->users,
			    (struct ledger_key){ post->a, post->b,
				    foreign->keys[i].c, 0 },
			    &sum, fault) != 0)
			return -1;
		*sum += n;
		if (ledger_at(&bonds->totals,
			    (struct ledger_key){ post->a, post->b, 0, 0 }, &sum,
			    fault) != 0)
			return -1;
		*sum += n;
		if (ledger_at(&bonds->units,
			    (struct ledger_key){ post->b, foreign->keys[i].c, 0,
				    0 },
			    &sum, fault) != 0)
			return -1;
		*sum += n;
		bonds->mine[post->b] += n;
		bonds->theirs[foreign->keys[i].c] += n;
		bonds->all += n;
	}
	return 0;
}

/* How many of each unit work with which other one. */
static int
bonds_count(struct bonds *bonds, struct fault *fault)
{
	struct ledger *users = &bonds->users;
	uint64_t *sum;

	for (size_t i = 0; i < users->n; i++) {
		const struct ledger_key *key = &users->keys[i];
		uint64_t *counts = users->counts + i * users->width;

		if (!has_bond(bonds, key, counts[0]))
			continue;
		counts[1] = 1;
		if (ledger_at(&bonds->partners,
			    (struct ledger_key){ key->b, key->c, 0, 0 }, &sum,
			    fault) != 0)
			return -1;
		++*sum;
	}
	return 0;
}

static int
bonds_make(struct bonds *bonds, const struct evidence *evidence,
	struct fault *fault)
{
	size_t units = evidence->book->names[NAME_UNIT].n;

	bonds->mine = memory_array(units, sizeof(*bonds->mine));
	bonds->theirs = memory_array(units, sizeof(*bonds->theirs));
	if (bonds->mine == NULL || bonds->theirs == NULL)
		return fault_memory(fault);
	return ledger_init(&bonds->served, 1, fault) != 0 ||
			ledger_init(&bonds->users, 2, fault) != 0 ||
			ledger_init(&bonds->totals, 1, fault) != 0 ||
			ledger_init(&bonds->units, 1, fault) != 0 ||
			ledger_init(&bonds->partners, 1, fault) != 0 ||
			bonds_fill(bonds, evidence, fault) != 0 ||
			bonds_count(bonds, fault) != 0 ?
		-1 :
		0;
}

static void
bonds_free(struct bonds *bonds)
{
	ledger_free(&bonds->served);
	ledger_free(&bonds->users);
	ledger_free(&bonds->totals);
	ledger_free(&bonds->units);
	free(bonds->mine);
	free(bonds->theirs);
	ledger_free(&bonds->partners);
}

/* Do others of the unit work with that one? */
static bool
is_partner(const struct bonds *bonds, const struct triple *post, uint32_t other)
{
	const uint64_t *users = ledger_find(&bonds->partners,
		(struct ledger_key){ post->b, other, 0, 0 });
	const uint64_t *own = ledger_find(&bonds->users,
		(struct ledger_key){ post->a, post->b, other, 0 });

	return users != NULL &&
		*users - (own != NULL ? own[1] : 0) >= PARTNER_USERS;
}

static int
list_foreign(const struct evidence *evidence, struct share_list *ret,
	struct fault *fault)
{
	const struct ledger *foreign = &evidence->tally->tables[TABLE_FOREIGN];
	const struct ledger *kinds = &evidence->tally->kinds;
	struct share *shares =
		memory_array(kinds->n + foreign->n, sizeof(*shares));
	struct bonds bonds = { 0 };
	size_t n = 0;
	int result = -1;

	if (shares == NULL) {
		fault_memory(fault);
		goto out;
	}
	if (bonds_make(&bonds, evidence, fault) != 0)
		goto out;
	for (size_t i = 0; i < kinds->n; i++)
		shares[n++] = (struct share){ kinds->keys[i].a,
			kinds->keys[i].b, 0,
			ledger_counts(kinds, i)[KIND_ALONE_FIRST] };
	for (size_t i = 0; i < foreign->n; i++) {
		const struct ledger_key *key = &foreign->keys[i];

		if (!is_partner(&bonds, post_of(evidence, i), key->c) &&
			!has_served(&bonds, post_of(evidence, i)->a, key->c))
			shares[n++] = (struct share){ key->a, key->b,
				*ledger_counts(foreign, i), 0 };
	}
	*ret = (struct share_list){ shares, n };
	shares = NULL;
	result = 0;
out:
	bonds_free(&bonds);
	free(shares);
	return result;
}

int
foreign_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	return cells_test_kept(evidence, KEPT_FOREIGN, list_foreign, ret,
		fault);
}

void
foreign_phrase(const struct book *book, const struct finding *finding,
	char *buf, size_t size)
{
	(void)book;
	phrase_share(finding,
		"people no colleague asked about are the business of another "
		"unit",
		buf, size);
}
