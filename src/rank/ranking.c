/* SPDX-License-Identifier: Apache-2.0 */
#include "rank/ranking.h"

#include "base/memory.h"
#include "rank/calibrate.h"
#include "rank/combine.h"
#include "rank/fdr.h"

/* Fewer others than this in a role are no yardstick to flag by. */
enum { ROLE_PEERS = 3 };
/* Fewer units than this do not tell how far honest units differ. */
enum { UNITS_MIN = 10 };

struct work {
	const struct book *book;
	const struct tally *tally;
	const struct ranking_options *options;
	struct evidence evidence;
	uint32_t *stratum;
	bool *judged;              /* by entity: has lookups in the window */
	int64_t *placed;           /* by entity: lookups whose peers are
	                              known, less the others */
	uint32_t *holders;         /* by role: users or units that have it */
	uint32_t *last_holder;     /* by role: number + 1, while counting */
	struct finding *findings;  /* by signal, then entity */
	double *ln_p;              /* by entity */
	double *ln_q;
};

static void
work_free(struct work *work)
{
	free(work->stratum);
	free(work->judged);
	free(work->placed);
	free(work->holders);
	free(work->last_holder);
	free(work->findings);
	free(work->ln_p);
	free(work->ln_q);
}

/* Can whoever serves here be told apart from his peers at all? Unit and role
 * are known, and a few others hold the role, somewhere. */
static bool
has_peers(const struct work *work, const struct triple *post)
{
	return post->b != 0 && post->c != 0 &&
		work->holders[post->c] > ROLE_PEERS;
}

/* Users, or units, with lookups in each role. */
static void
count_holders(struct work *work)
{
	const struct tally *tally = work->tally;
	const struct triple *posts = work->book->posts.items;

	for (size_t i = 0; i < tally->n_kinds; i++) {
		const struct triple *post = &posts[tally->kinds[i].post];
		uint32_t entity =
			work->options->by == BY_USER ? post->a : post->b;

		if (work->last_holder[post->c] == entity + 1)
			continue;
		work->last_holder[post->c] = entity + 1;
		work->holders[post->c]++;
	}
}

/* Users are of the role they served in last; units are all of one stratum. */
static int
work_init(struct work *work, const struct book *book, const struct tally *tally,
	const struct ranking_options *options, struct fault *fault)
{
	bool users = options->by == BY_USER;
	size_t n = users ? tally->n_users : tally->n_units;
	size_t roles = book->names[NAME_ROLE].n;

	*work = (struct work){ .book = book, .tally = tally,
		.options = options };
	work->stratum = memory_array(n, sizeof(*work->stratum));
	work->judged = memory_array(n, sizeof(*work->judged));
	work->placed = memory_array(n, sizeof(*work->placed));
	work->holders = memory_array(roles, sizeof(*work->holders));
	work->last_holder = memory_array(roles, sizeof(*work->last_holder));
	work->findings = memory_array(n * SIGNAL_N, sizeof(*work->findings));
	work->ln_p = memory_array(n, sizeof(*work->ln_p));
	work->ln_q = memory_array(n, sizeof(*work->ln_q));
	if (work->stratum == NULL || work->judged == NULL ||
		work->placed == NULL || work->holders == NULL ||
		work->last_holder == NULL || work->findings == NULL || work->ln_p == NULL ||
		work->ln_q == NULL)
		return fault_memory(fault);
	count_holders(work);
	for (size_t i = 0; users && i < n; i++) {
		if (tally->users[i].lookups > 0)
			work->stratum[i] =
				book->posts.items[tally->users[i].post].c;
	}
	for (size_t i = 0; i < tally->n_kinds; i++) {
		const struct kind_tally *kind = &tally->kinds[i];
		const struct triple *post = &book->posts.items[kind->post];
		uint32_t entity = users ? post->a : post->b;
		int64_t lookups = (int64_t)kind->lookups;

		work->judged[entity] = true;
		work->placed[entity] +=
			has_peers(work, post) ? lookups : -lookups;
	}
	work->evidence = (struct evidence){
		.book = book,
		.tally = tally,
		.by = options->by,
		.n_entities = n,
		.stratum = work->stratum,
		.n_strata = users ? book->names[NAME_ROLE].n : 1,
	};
	return 0;
}

/* Test one signal and draw in its tail as the bulk of users demands. */
static int
run_signal(struct work *work, size_t s, struct ranking *ranking,
	struct fault *fault)
{
	size_t n = work->evidence.n_entities;
	struct finding *findings = work->findings + s * n;
	enum field needs = signals[s].needs;

	for (size_t i = 0; i < n; i++)
		findings[i].ln_p = NAN;
	ranking->theta[s] = 1;
	if (needs != FIELD_N && !work->book->given[needs]) {
		ranking->left_out[s] = SIGNAL_NO_FIELD;
		return 0;
	}
	if (signals[s].test(&work->evidence, findings, fault) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		work->ln_p[i] = findings[i].ln_p;
	ranking->theta[s] = calibrate_fit(work->ln_p, n);
	return 0;
}

/* Dependent signals are joined by Fisher within their family first; the
 * Cauchy combination then takes single signals and families alike. */
static double
combine(const struct finding *of)
{
	double ln_p[SIGNAL_N + 1];
	double family[] = { of[SIGNAL_LONE].ln_p, of[SIGNAL_NO_CASE].ln_p };
	double combined;

	for (size_t s = 0; s < SIGNAL_N; s++)
		ln_p[s] = of[s].ln_p;
	ln_p[SIGNAL_N] = isnan(family[0]) || isnan(family[1]) ?
		NAN :
		fisher_combine(family, ARRAY_LEN(family));
	combined = cauchy_combine(ln_p, NULL, ARRAY_LEN(ln_p));
	/* The combination says one half at most, which is what it says of all
	 * who are silent: theirs is 1, so that q counts them as honest. */
	return combined >= log(0.5) - 1e-9 ? 0 : combined;
}

/* Probabilities are rounded to what is printed before they order anything. */
static double
round_ln(double ln_p)
{
	struct decimal decimal;

	if (isnan(ln_p) || isinf(ln_p))
		return ln_p;
	decimal = decimal_of_ln(ln_p);
	return log(decimal.digits) + decimal.exponent * log(10.0);
}

static void
find_telling(struct ranked *ranked)
{
	for (size_t s = 0; s < SIGNAL_N; s++) {
		size_t at = ranked->n_telling;

		if (!(ranked->of[s].ln_p <= TELLING_LN_P) &&
			!(ranked->of[s].ln_law <= TELLING_LN_LAW))
			continue;
		while (at > 0 &&
			ranked->of[ranked->telling[at - 1]].ln_p >
				ranked->of[s].ln_p) {
			ranked->telling[at] = ranked->telling[at - 1];
			at--;
		}
		ranked->telling[at] = (uint8_t)s;
		ranked->n_telling++;
	}
}

static int
compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (isnan(x->ln_p) != isnan(y->ln_p))
		return isnan(x->ln_p) ? 1 : -1;
	if (!isnan(x->ln_p) && x->ln_p != y->ln_p)
		return x->ln_p < y->ln_p ? -1 : 1;
	/* entities are numbered in order of their bytes */
	return x->entity < y->entity ? -1 : x->entity > y->entity;
}

static void
rank_entity(const struct work *work, const struct ranking *ranking, size_t i,
	struct ranked *ret)
{
	size_t n = work->evidence.n_entities;

	*ret = (struct ranked){ .entity = (uint32_t)i };
	for (size_t s = 0; s < SIGNAL_N; s++) {
		ret->of[s] = work->findings[s * n + i];
		ret->raw[s] = ret->of[s].ln_p;
		ret->of[s].ln_p = calibrate_ln_p(ret->of[s].ln_p,
			ranking->theta[s]);
	}
	ret->ln_p = round_ln(combine(ret->of));
	find_telling(ret);
}

/* Orders, and controls the false discoveries. */
static int
finish(struct work *work, struct ranking *ranking, struct fault *fault)
{
	double ln_fdr = log(work->options->fdr);

	qsort(ranking->items, ranking->n, sizeof(*ranking->items),
		compare_ranked);
	for (size_t i = 0; i < ranking->n; i++)
		work->ln_p[i] = ranking->items[i].ln_p;
	if (benjamini_hochberg(work->ln_p, ranking->n, work->ln_q, fault) != 0)
		return -1;
	for (size_t i = 0; i < ranking->n; i++) {
		struct ranked *item = &ranking->items[i];

		item->ln_q = round_ln(work->ln_q[i]);
		if (!ranking->may_flag || !(item->ln_q <= ln_fdr + 1e-9))
			continue;
		item->flagged = work->placed[item->entity] >= 0;
		ranking->flagged += item->flagged;
		ranking->unplaced += !item->flagged;
	}
	return 0;
}

int
ranking_make(const struct book *book, const struct tally *tally,
	const struct ranking_options *options, struct ranking *ret,
	struct fault *fault)
{
	struct ranking ranking = { .may_flag = book->given[FIELD_ROLE] &&
			book->given[FIELD_UNIT] };
	struct work work;
	size_t n;
	int result = -1;

	if (work_init(&work, book, tally, options, fault) != 0)
		goto out;
	n = work.evidence.n_entities;
	ranking.items = memory_array(n, sizeof(*ranking.items));
	if (ranking.items == NULL) {
		fault_memory(fault);
		goto out;
	}
	for (size_t s = 0; s < SIGNAL_N; s++) {
		if (run_signal(&work, s, &ranking, fault) != 0)
			goto out;
	}
	for (size_t i = 0; i < n; i++) {
		if (work.judged[i])
			rank_entity(&work, &ranking, i,
				&ranking.items[ranking.n++]);
	}
	ranking.few_units = options->by == BY_UNIT && ranking.n < UNITS_MIN;
	if (ranking.few_units)
		ranking.may_flag = false;
	result = finish(&work, &ranking, fault);
out:
	work_free(&work);
	if (result == 0)
		*ret = ranking;
	else
		ranking_free(&ranking);
	return result;
}

void
ranking_free(struct ranking *ranking)
{
	free(ranking->items);
	*ranking = (struct ranking){ 0 };
}
