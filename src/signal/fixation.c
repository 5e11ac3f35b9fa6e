/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fixation: one subject, that no colleague asked for, on many days without a
 * case. Work on a person has a number; what has none is private.
 *
 * How likely is it that one of the user's subjects that nobody shares comes up
 * on so many days, and on all of these without a case? Days fall off as they
 * do with the others' such subjects (a geometric law beyond the third day);
 * cases are left out as the user leaves them out otherwise, or his
 * peers do where that is more. Over his subjects: 1-(1-p)^m.
 *
 * Innocent: who never types the case (his own share excuses him), who checks
 * on released convicts every week: where more than a few others have the like,
 * it is not so rare.
 */
#include "signal/test.h"

#include "base/memory.h"
#include "signal/special.h"
#include "signal/tail.h"

/* Within one subject the case is typed always or never more often than chance
 * would have it: so many days count like independent ones. */
#define FIXATION_SPREAD 4.0
/* So many others may be as far out before that counts as usual: there may be
 * a few who do it. */
enum { FIXATION_FEW = 3 };

struct habit { /* of an entity */
	uint64_t bare, askings; /* all */
	uint64_t subjects;      /* that nobody else of the unit asked for */
	uint64_t revisits;      /* of them on REVISIT_MIN days or more */
	uint64_t excess;        /* days beyond REVISIT_MIN, summed over them */
};

static void
sum_habits(const struct evidence *evidence, struct habit *habits,
	struct habit *ret_all)
{
	const struct tally *tally = evidence->tally;

	for (size_t i = 0; i < tally->kinds.n; i++) {
		const uint64_t *counts = ledger_counts(&tally->kinds, i);
		struct habit *habit =
			&habits[entity_of(evidence, tally->kinds.keys[i].a)];

		habit->bare += counts[KIND_NO_CASE];
		habit->askings += counts[KIND_ASKINGS];
		habit->subjects += counts[KIND_ALONE_FIRST];
		ret_all->subjects += counts[KIND_ALONE_FIRST];
	}
	for (size_t i = 0; i < tally->n_revisits; i++) {
		const struct revisit *revisit = &tally->revisits[i];
		struct habit *habit =
			&habits[entity_of(evidence, revisit->post)];

		habit->revisits++;
		habit->excess += revisit->days - REVISIT_MIN;
		ret_all->revisits++;
		ret_all->excess += revisit->days - REVISIT_MIN;
	}
}

/* ln of the share of the others' unshared subjects that come up on so many
 * days: those on REVISIT_MIN, and then geometric. */
static double
days_ln_share(const struct habit *all, const struct habit *own, uint32_t days)
{
	double subjects = (double)(all->subjects - own->subjects) + 1;
	double revisits = (double)(all->revisits - own->revisits) + 0.5;
	double mean = ((double)(all->excess - own->excess) + 0.5) / revisits;

	return log(revisits / subjects) +
		(double)(days - REVISIT_MIN) * log(mean / (1 + mean));
}

/* Of two that are as unlikely, the one on fewer days, fewer of them without a
 * case: revisits come in no order. */
static bool
tells_more(const struct revisit *revisit, double ln_p,
	const struct finding *than)
{
	if (than->n == 0 || ln_p != than->ln_p)
		return than->n == 0 || ln_p < than->ln_p;
	return revisit->days != than->n ? revisit->days < than->n :
					  revisit->bare < than->k;
}

static void
test_revisit(const struct revisit *revisit, const struct habit *all,
	const struct habit *own, double peers, struct finding *ret)
{
	/* Without this subject; few askings tell little of one's habit. */
	double rest = (double)own->askings - revisit->days;
	double share = ((double)own->bare - revisit->bare + 10 * peers) /
		(rest + 10);
	struct tail tail;
	double ln_p;

	share = fmin(fmax(fmax(share, peers), 0.01), 0.99);
	beta_binomial_tail(revisit->bare, revisit->days,
		share * FIXATION_SPREAD, (1 - share) * FIXATION_SPREAD, &tail);
	ln_p = fmin(days_ln_share(all, own, revisit->bare), 0) + tail.ln_upper;
	if (!tells_more(revisit, ln_p, ret))
		return;
	*ret = (struct finding){ revisit->bare, revisit->days,
		share * revisit->days, ln_p, ln_p, 0 };
}

/* Where more than a few are as far out, their share is the least p. */
static int
guard_few(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	size_t entities = evidence->n_entities, n;
	double *sorted = findings_sorted(ret, entities, &n, fault);

	if (sorted == NULL)
		return -1;
	for (size_t i = 0; i < entities; i++) {
		size_t below;

		if (isnan(ret[i].ln_p))
			continue;
		below = findings_lower(sorted, n, ret[i].ln_p);
		if (below > FIXATION_FEW)
			ret[i].ln_p = fmax(ret[i].ln_p,
				log((double)(below - FIXATION_FEW) /
					(double)n));
	}
	free(sorted);
	return 0;
}

int
fixation_test(const struct evidence *evidence, struct finding *ret,
	struct fault *fault)
{
	const struct tally *tally = evidence->tally;
	struct finding *bare =
		memory_array(evidence->n_entities, sizeof(*bare));
	struct habit *habits =
		memory_array(evidence->n_entities, sizeof(*habits));
	struct evidence means = *evidence;
	struct habit all = { 0 };
	int result = -1;

	if (bare == NULL || habits == NULL) {
		fault_memory(fault);
		goto out;
	}
	means.means_only = true;
	if (cells_test_kinds(&means, KIND_NO_CASE, KIND_ASKINGS, KIND_COUNTS,
		    bare, fault) != 0)
		goto out;
	sum_habits(evidence, habits, &all);
	for (size_t i = 0; i < evidence->n_entities; i++)
		ret[i] = (struct finding){ .ln_p =
			isnan(bare[i].ln_p) ? NAN : 0 };
	for (size_t i = 0; i < tally->n_revisits; i++) {
		const struct revisit *revisit = &tally->revisits[i];
		uint32_t user = entity_of(evidence, revisit->post);

		if (!isnan(bare[user].ln_p) && revisit->bare >= REVISIT_MIN)
			test_revisit(revisit, &all, &habits[user],
				bare[user].expected / (double)bare[user].n,
				&ret[user]);
	}
	for (size_t i = 0; i < evidence->n_entities; i++) {
		if (ret[i].n > 0)
			ret[i].ln_p = ln_one_minus(
				(double)habits[i].subjects *
				ln_one_minus(ret[i].ln_p));
		ret[i].ln_law = ret[i].ln_p;
	}
	result = guard_few(evidence, ret, fault);
out:
	free(bare);
	free(habits);
	return result;
}

void
fixation_phrase(const struct book *book, const struct finding *finding,
	char *buf, size_t size)
{
	char expected[32];

	(void)book;
	if (finding->n == 0) {
		(void)snprintf(buf, size,
			"nobody whom no colleague asked for, on many days "
			"without a case");
		return;
	}
	cells_print_expected(finding->expected, expected, sizeof(expected));
	(void)snprintf(buf, size,
		"one person asked about on %llu days, on %llu of them without "
		"a case (expected: %s), and by no colleague",
		(unsigned long long)finding->n, (unsigned long long)finding->k,
		expected);
}
