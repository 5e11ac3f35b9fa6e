/* SPDX-License-Identifier: Apache-2.0 */
#include "rank/ranking.h"

#include "base/memory.h"
#include "base/pool.h"
#include "rank/calibrate.h"
#include "rank/family.h"
#include "rank/fdr.h"
#include "signal/case-lists.h"

/* Fewer others than this in a role are no yardstick to flag by. */
enum { ROLE_PEERS = 3 };
/* Fewer lookups than this are no ground to accuse anybody. */
enum { LOOKUPS_MIN = 10 };
/* Fewer units than this do not tell how far honest units differ. */
enum { UNITS_MIN = 10 };

struct work {
	const struct book *book;
	const struct tally *tally;
	const struct ranking_options *options;
	struct ranking *ranking;   /* in the making */
	struct evidence evidence;
	struct case_lists case_lists; /* once they are asked for */
	struct share_list kept[KEPT_N]; /* likewise */
	bool *judged;              /* by entity: has lookups in the window */
	int64_t *placed;           /* by entity: lookups whose peers are
	                              known, less the others */
	uint32_t *holders;         /* by role: users or units that have it */
	uint32_t *last_holder;     /* by role: number + 1, while counting */
	struct finding *findings;  /* by signal, then entity */
	double *families;          /* by family, then place in ranking->items */
	enum family_basis basis;
	const struct ranked **fresh; /* by pass, then user: of
	                                options.reviewed, or NULL */
	double *ln_p;              /* by entity */
	double *ln_q;
};

/* Entities of a task. */
enum { AT_ONCE = 64 };

struct some {
	struct work *work;
	void (*each)(struct work *work, size_t place); /* in ranking->items */
};

static void
work_free(struct work *work)
{
	case_lists_free(&work->case_lists);
	for (size_t i = 0; i < KEPT_N; i++)
		free(work->kept[i].items);
	free(work->judged);
	free(work->placed);
	free(work->holders);
	free(work->last_holder);
	free(work->findings);
	free(work->families);
	free(work->fresh);
	free(work->ln_p);
	free(work->ln_q);
}

/* Can whoever serves here be told apart from his peers at all? Unit and role
 * are known for sure, and a few others hold the role, somewhere. */
static bool
has_peers(const struct work *work, const struct roles *roles, uint32_t post)
{
	return work->book->posts.items[post].b != 0 && !roles->unsure[post] &&
		work->holders[roles->role[post]] > ROLE_PEERS;
}

/* Users, or units, with lookups in each role. */
static void
count_holders(struct work *work, const struct roles *roles)
{
	const struct tally *tally = work->tally;
	const struct triple *posts = work->book->posts.items;

	for (size_t i = 0; i < tally->kinds.n; i++) {
		const struct triple *post = &posts[tally->kinds.keys[i].a];
		uint32_t role = roles->role[tally->kinds.keys[i].a];
		uint32_t entity =
			work->options->by == BY_USER ? post->a : post->b;

		if (work->last_holder[role] == entity + 1)
			continue;
		work->last_holder[role] = entity + 1;
		work->holders[role]++;
	}
}

struct evidence
ranking_evidence(const struct ranking *ranking, const struct book *book,
	const struct tally *tally, enum subject_of_report by)
{
	bool users = by == BY_USER;

	return (struct evidence){
		.book = book,
		.tally = tally,
		.by = by,
		.n_entities = users ? tally->n_users : tally->n_units,
		.stratum = ranking->stratum,
		.n_strata = users ? ranking->roles.n : 1,
		.role = ranking->roles.role,
		.n_roles = ranking->roles.n,
		.explained = &ranking->explained,
		.odd = ranking->odd,
	};
}

/* Users are of the role they served in last; units are all of one stratum. */
static int
work_init(struct work *work, const struct book *book, const struct tally *tally,
	const struct ranking_options *options, struct ranking *ranking,
	struct fault *fault)
{
	bool users = options->by == BY_USER;
	size_t n = users ? tally->n_users : tally->n_units;
	const struct roles *roles = &ranking->roles;

	*work = (struct work){ .book = book, .tally = tally,
		.options = options, .ranking = ranking };
	ranking->stratum = memory_array(n, sizeof(*ranking->stratum));
	work->judged = memory_array(n, sizeof(*work->judged));
	work->placed = memory_array(n, sizeof(*work->placed));
	work->holders = memory_array(roles->n, sizeof(*work->holders));
	work->last_holder =
		memory_array(roles->n, sizeof(*work->last_holder));
	work->findings = memory_array(n * SIGNAL_N, sizeof(*work->findings));
	work->families = memory_array(n * n_signal_families,
		sizeof(*work->families));
	work->basis = tally->office != NULL &&
			tally->office->registry->sheets[SHEET_CASE_SUBJECTS]
					.path != NULL ?
		BASIS_REGISTERS :
		BASIS_LOG;
	work->ln_p = memory_array(n, sizeof(*work->ln_p));
	work->ln_q = memory_array(n, sizeof(*work->ln_q));
	if (ranking->stratum == NULL || work->judged == NULL ||
		work->placed == NULL || work->holders == NULL ||
		work->last_holder == NULL || work->findings == NULL ||
		work->families == NULL || work->ln_p == NULL ||
		work->ln_q == NULL)
		return fault_memory(fault);
	count_holders(work, roles);
	for (size_t i = 0; users && i < n; i++) {
		if (tally->users[i].lookups > 0)
			ranking->stratum[i] =
				roles->role[tally->users[i].post];
	}
	for (size_t i = 0; i < tally->kinds.n; i++) {
		uint32_t number = tally->kinds.keys[i].a;
		const struct triple *post = &book->posts.items[number];
		uint32_t entity = users ? post->a : post->b;
		int64_t lookups = (int64_t)ledger_counts(&tally->kinds,
			i)[KIND_LOOKUPS];

		work->judged[entity] = true;
		work->placed[entity] +=
			has_peers(work, roles, number) ? lookups : -lookups;
	}
	work->evidence = ranking_evidence(ranking, book, tally, options->by);
	work->evidence.case_lists = &work->case_lists;
	work->evidence.kept = work->kept;
	return 0;
}

/* Is this one wanted, and can it be had? */
static bool
is_used(const struct work *work, const struct ranking *ranking, size_t s)
{
	return !ranking->without[s] && ranking->lacks[s] == LACK_NOTHING &&
		(!(signals[s].needs & USERS_ONLY) ||
			work->options->by == BY_USER);
}

/* A colleague who is himself odd explains nothing. */
static int
explain_all(struct work *work, struct fault *fault)
{
	struct ranking *ranking = work->ranking;
	struct explain_options options = ranking_explains(ranking);

	if (work->evidence.odd != NULL)
		return explain_again(work->book, work->tally, &options,
			&ranking->explained, fault);
	if (work->options->odd != NULL)
		options.odd = work->options->odd;
	return explain(work->book, work->tally, &options, &ranking->explained,
		fault);
}

/* What cases carry is asked by one signal only, too, and is the same the second
 * time. */
static int
list_cases(struct work *work, struct fault *fault)
{
	return work->evidence.odd == NULL &&
			is_used(work, work->ranking, SIGNAL_WASHING) ?
		case_lists_make(work->book, work->tally, &work->case_lists,
			fault) :
		0;
}

/* The findings of one signal. */
static int
test_signal(struct work *work, size_t s, struct finding *findings,
	struct fault *fault)
{
	/* nothing new, the second time */
	if (work->evidence.odd != NULL && (signals[s].needs & OWN_PAST))
		return 0;
	for (size_t i = 0; i < work->evidence.n_entities; i++)
		findings[i] = (struct finding){ .ln_p = NAN, .ln_law = NAN };
	return is_used(work, work->ranking, s) ?
		signals[s].test(&work->evidence, findings, fault) :
		0;
}

/* Those that take longest, before the others, so that no thread is left with
 * one while others have nothing to do. */
static const uint8_t long_signals[] = { SIGNAL_UNEXPLAINED, SIGNAL_WASHING,
	SIGNAL_REACH, SIGNAL_GROWTH, SIGNAL_VOLUME, SIGNAL_TAKEOVER,
	SIGNAL_BREADTH, SIGNAL_COLLUSION, SIGNAL_PACE };

static size_t
signal_of_task(size_t task)
{
	size_t s = 0, before = ARRAY_LEN(long_signals);

	if (task < before)
		return long_signals[task];
	for (;; s++) {
		bool is_long = false;

		for (size_t i = 0; i < ARRAY_LEN(long_signals); i++)
			is_long |= long_signals[i] == s;
		if (!is_long && before++ == task)
			return s;
	}
}

/* Test one signal and draw in its tail as the bulk of users demands; who is
 * known to be odd is not of the bulk. What explains lookups is asked by one
 * signal only: its task finds it out, while others go on. */
static int
signal_task(void *ctx, unsigned worker, size_t task, struct fault *fault)
{
	struct work *work = ctx;
	size_t n = work->evidence.n_entities, s = signal_of_task(task);
	struct finding *findings = work->findings + s * n;
	double *ln_p;

	(void)worker;
	if (s == SIGNAL_UNEXPLAINED && explain_all(work, fault) != 0)
		return -1;
	if (s == SIGNAL_WASHING && list_cases(work, fault) != 0)
		return -1;
	work->ranking->theta[s] = 1;
	if (test_signal(work, s, findings, fault) != 0)
		return -1;
	if (!is_used(work, work->ranking, s) || (signals[s].needs & AS_STATED))
		return 0;
	ln_p = memory_array(n, sizeof(*ln_p));
	if (ln_p == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < n; i++)
		ln_p[i] = work->evidence.odd != NULL && work->evidence.odd[i] ?
			NAN :
			findings[i].ln_p;
	work->ranking->theta[s] = calibrate_fit(ln_p, n);
	free(ln_p);
	return 0;
}

static int
run_signals(struct work *work, struct fault *fault)
{
	return pool_run(work->options->threads, SIGNAL_N, signal_task, work,
		fault);
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

/* What was reviewed counts only as far as what is newer goes. */
static void
review(const struct work *work, struct ranked *ranked,
	struct finding used[SIGNAL_N])
{
	const struct reviewed *reviewed = work->options->reviewed;
	const struct ranked *fresh;

	memcpy(used, ranked->of, SIGNAL_N * sizeof(*used));
	if (reviewed == NULL)
		return;
	for (size_t s = 0; s < SIGNAL_N; s++) {
		if (!(reviewed->cleared[ranked->entity] & 1u << s) ||
			isnan(used[s].ln_p))
			continue;
		fresh = work->fresh[reviewed->pass[ranked->entity * SIGNAL_N +
					    s] *
				work->tally->n_users +
			ranked->entity];
		if (fresh != NULL && fresh->of[s].ln_p <= TELLING_LN_P) {
			ranked->of[s] = used[s] = fresh->of[s];
			continue;
		}
		/* silent, not absent: the others shall not weigh more */
		used[s] = (struct finding){ .ln_p = 0, .ln_law = 0 };
		ranked->cleared |= 1u << s;
	}
}

static int
find_fresh(struct work *work, struct fault *fault)
{
	const struct reviewed *reviewed = work->options->reviewed;

	if (reviewed == NULL)
		return 0;
	work->fresh = memory_array(work->tally->n_users * reviewed->n_fresh,
		sizeof(*work->fresh));
	if (work->fresh == NULL)
		return fault_memory(fault);
	for (size_t pass = 0; pass < reviewed->n_fresh; pass++) {
		const struct ranking *fresh = &reviewed->fresh[pass];

		for (size_t i = 0; i < fresh->n; i++)
			work->fresh[pass * work->tally->n_users +
				fresh->items[i].entity] = &fresh->items[i];
	}
	return 0;
}

static void
find_telling(struct ranked *ranked)
{
	for (size_t s = 0; s < SIGNAL_N; s++) {
		size_t at = ranked->n_telling;

		if (ranked->cleared & 1u << s)
			continue;
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

/* What becomes of the findings about one, but for what all must be known of. */
static void
rank_entity(struct work *work, size_t place)
{
	struct ranked *item = &work->ranking->items[place];
	size_t n = work->evidence.n_entities, i = item->entity;
	struct finding used[SIGNAL_N];

	*item = (struct ranked){ .entity = (uint32_t)i };
	for (size_t s = 0; s < SIGNAL_N; s++) {
		item->of[s] = work->findings[s * n + i];
		item->raw[s] = item->of[s].ln_p;
		item->of[s].ln_p = calibrate_ln_p(item->of[s].ln_p,
			work->ranking->theta[s]);
	}
	review(work, item, used);
	for (size_t f = 0; f < n_signal_families; f++)
		work->families[f * n + place] =
			family_ln_p(&signal_families[f], used);
	find_telling(item);
}

/* Members of a family may see the same lookups: where there are registers,
 * whose dirt is alike for all signals, its tail is drawn in like a signal's, as
 * the bulk demands. */
static int
calibrate_families(const struct work *work, const struct ranking *ranking,
	struct fault *fault)
{
	size_t n = work->evidence.n_entities;
	double *bulk = memory_array(ranking->n, sizeof(*bulk));

	if (bulk == NULL)
		return fault_memory(fault);
	for (size_t f = 0; f < n_signal_families; f++) {
		double *ln_p = work->families + f * n, theta;

		if (work->basis == BASIS_LOG || signal_families[f].n < 2)
			continue;
		for (size_t i = 0; i < ranking->n; i++)
			bulk[i] = work->evidence.odd != NULL &&
					work->evidence.odd[ranking->items[i]
								   .entity] ?
				NAN :
				ln_p[i];
		theta = calibrate_fit(bulk, ranking->n);
		for (size_t i = 0; i < ranking->n; i++)
			ln_p[i] = calibrate_ln_p(ln_p[i], theta);
	}
	free(bulk);
	return 0;
}

static void
combine(struct work *work, size_t place)
{
	struct ranked *item = &work->ranking->items[place];
	size_t n = work->evidence.n_entities;
	double ln_p[FAMILIES_MOST];

	for (size_t f = 0; f < n_signal_families; f++)
		ln_p[f] = work->families[f * n + place];
	item->ln_p = round_ln(family_combine(ln_p, work->basis));
	if (isnan(item->ln_p) && item->cleared != 0)
		item->ln_p = 0;
}

static int
some_task(void *ctx, unsigned worker, size_t task, struct fault *fault)
{
	const struct some *some = ctx;
	size_t start = task * AT_ONCE, n = some->work->ranking->n;

	(void)worker;
	(void)fault;
	n = n - start < AT_ONCE ? n - start : AT_ONCE;
	for (size_t i = 0; i < n; i++)
		some->each(some->work, start + i);
	return 0;
}

/* Each entity by itself. */
static int
for_each(struct work *work, void (*each)(struct work *work, size_t place),
	struct fault *fault)
{
	struct some some = { work, each };

	return pool_run(work->options->threads,
		(work->ranking->n + AT_ONCE - 1) / AT_ONCE, some_task, &some,
		fault);
}

static bool
has_few_lookups(const struct work *work, uint32_t entity)
{
	return work->options->by == BY_USER &&
		work->tally->users[entity].lookups < LOOKUPS_MIN;
}

/* Orders, and controls the false discoveries. */
static int
finish(struct work *work, struct ranking *ranking, struct fault *fault)
{
	double ln_fdr = log(work->options->fdr);

	ranking->flagged = 0;
	ranking->unplaced = 0;
	ranking->few_lookups = 0;

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
		if (has_few_lookups(work, item->entity)) {
			ranking->few_lookups++;
			continue;
		}
		item->flagged = work->placed[item->entity] >= 0;
		ranking->flagged += item->flagged;
		ranking->unplaced += !item->flagged;
	}
	return 0;
}

/* Who stands out so far is no yardstick, and explains nobody's lookups. */
#define ODD_LN_P (-5.0)
#define ODD_SHARE 0.2

/* The oddest first, but of each stratum at most a fifth: a small role shall
 * not lose its peers. */
static int
find_odd(const struct work *work, struct ranking *ranking, struct fault *fault)
{
	const uint32_t *stratum = work->evidence.stratum;
	size_t strata = work->evidence.n_strata;
	size_t *room = memory_array(strata, sizeof(*room));

	ranking->odd = memory_array(work->tally->n_users,
		sizeof(*ranking->odd));
	if (ranking->odd == NULL || room == NULL) {
		free(room);
		return fault_memory(fault);
	}
	for (size_t i = 0; i < ranking->n; i++)
		room[stratum[ranking->items[i].entity]]++;
	for (size_t i = 0; i < strata; i++)
		room[i] = (size_t)(ODD_SHARE * (double)room[i]);
	for (size_t i = 0; i < ranking->n; i++) {
		uint32_t user = ranking->items[i].entity;

		if (!(ranking->items[i].ln_p <= ODD_LN_P))
			break;
		if (room[stratum[user]] == 0)
			continue;
		room[stratum[user]]--;
		ranking->odd[user] = true;
	}
	free(room);
	return 0;
}

static int
rank_all(struct work *work, struct ranking *ranking, struct fault *fault)
{
	size_t n = work->evidence.n_entities;

	ranking->n = 0;
	for (size_t i = 0; i < n; i++) {
		if (work->judged[i])
			ranking->items[ranking->n++].entity = (uint32_t)i;
	}
	if (for_each(work, rank_entity, fault) != 0 ||
		calibrate_families(work, ranking, fault) != 0 ||
		for_each(work, combine, fault) != 0)
		return -1;
	for (size_t s = 0; s < SIGNAL_N; s++) {
		ranking->idle[s] = is_used(work, ranking, s);
		for (size_t i = 0; i < ranking->n && ranking->idle[s]; i++)
			ranking->idle[s] = isnan(ranking->items[i].raw[s]);
	}
	ranking->few_units =
		work->options->by == BY_UNIT && ranking->n < UNITS_MIN;
	if (ranking->few_units)
		ranking->may_flag = false;
	return finish(work, ranking, fault);
}

/* Nobody is measured by who is odd: once it is known who is, all is made
 * again. */
static int
make(struct work *work, struct ranking *ranking, struct fault *fault)
{
	if (run_signals(work, fault) != 0)
		return -1;
	if (rank_all(work, ranking, fault) != 0)
		return -1;
	if (work->options->by == BY_UNIT)
		return 0;
	if (find_odd(work, ranking, fault) != 0)
		return -1;
	work->evidence.odd = ranking->odd;
	if (run_signals(work, fault) != 0)
		return -1;
	return rank_all(work, ranking, fault);
}

int
ranking_make(const struct book *book, const struct tally *tally,
	const struct ranking_options *options, struct ranking *ret,
	struct fault *fault)
{
	struct ranking ranking = { 0 };
	struct work work = { 0 };
	int result = -1;

	if (roles_learn(book, tally, &ranking.roles, fault) != 0)
		goto out;
	ranking.may_flag = book->given[FIELD_UNIT] &&
		(book->given[FIELD_ROLE] || ranking.roles.sure);
	if (options->without != NULL)
		memcpy(ranking.without, options->without,
			sizeof(ranking.without));
	for (size_t i = 0; i < SIGNAL_N; i++)
		ranking.lacks[i] = signal_lacks(&signals[i], book->given,
			tally->office != NULL ? tally->office->registry :
						NULL);
	if (work_init(&work, book, tally, options, &ranking, fault) != 0 ||
		find_fresh(&work, fault) != 0)
		goto out;
	ranking.items = memory_array(work.evidence.n_entities,
		sizeof(*ranking.items));
	if (ranking.items == NULL) {
		fault_memory(fault);
		goto out;
	}
	result = make(&work, &ranking, fault);
out:
	work_free(&work);
	if (result == 0) {
		*ret = ranking;
		return 0;
	}
	ranking_free(&ranking);
	return result;
}

void
ranking_free(struct ranking *ranking)
{
	free(ranking->items);
	roles_free(&ranking->roles);
	free(ranking->stratum);
	free(ranking->odd);
	explanation_free(&ranking->explained);
	*ranking = (struct ranking){ 0 };
}
