/* SPDX-License-Identifier: Apache-2.0 */
#include "rank/trace.h"

#include "base/memory.h"

/* Grounds that every item has; those of traits come behind them. */
enum { GROUND_LOOKUPS, GROUND_DISTINCT, GROUND_ASKINGS, GROUND_USERS,
	GROUNDS_N };

/* A case of so many people, so many of them listed, is a crowd; so large a
 * part of these makes it one user's. */
enum { CROWD = 40, CROWD_LISTED = 25, DAY_MS = 24 * 60 * 60 * 1000 };
#define CROWD_OWN (2.0 / 3)

/* What becomes a source: a trait's value, by subjects or by lookups; or a
 * user. */
struct source {
	enum trait trait; /* TRAIT_N: a user, or a ground of all */
	uint32_t value;   /* or the user */
};

/* What draws a list with nobody's guilt: always, or on merit (an excuse). */
static bool
is_excused(uint32_t trait)
{
	return trait != TRAIT_ASKERS;
}

struct draft {
	const struct leak *leak;
	uint32_t *place;   /* by item of the list: the number of its subject
	                      among those that occur, in order of bytes; the
	                      keys that order the list hang on a seed. One
	                      subject counts once, for however many kinds it
	                      is listed */
	struct leak_hit *hits;     /* of them, in order of user and place */
	size_t n_hits;
	struct leak_trait *traits; /* likewise, of trait, value and place */
	size_t n_traits;
	uint64_t *lookups; /* by place */
	uint64_t *askers;
	double *any_user;  /* by place: that any user's people have it */
	uint64_t active;   /* users with lookups that count */
	struct source *sources;
	size_t *starts;
	struct mixture_hit *drawn;
	size_t n_sources, n_drawn;
	struct mixture mixture;
};

static int
compare_listed(const void *a, const void *b, void *ctx)
{
	const struct leaked_item *items = ctx;
	const struct leaked_item *x = &items[*(const uint32_t *)a];
	const struct leaked_item *y = &items[*(const uint32_t *)b];
	int order = slice_compare(x->subject, y->subject);

	return order != 0 ? order : slice_compare(x->kind, y->kind);
}

static bool
is_same_person(const struct leaked_item *a, const struct leaked_item *b)
{
	return a->partition == b->partition && a->key == b->key;
}

static int
place_items(struct draft *draft, const struct leaked_list *list,
	struct fault *fault)
{
	const struct leak *leak = draft->leak;
	uint32_t *order = memory_array(leak->n_items, sizeof(*order));
	size_t n = 0;

	draft->place = memory_array(leak->n_items, sizeof(*draft->place));
	if (order == NULL || draft->place == NULL) {
		free(order);
		return fault_memory(fault);
	}
	for (size_t i = 0; i < leak->n_items; i++) {
		if (leak->states[i] == LEAK_OCCURS)
			order[n++] = (uint32_t)i;
	}
	if (n > 0)
		qsort_r(order, n, sizeof(*order), compare_listed, list->items);
	for (size_t i = 0; i < n; i++) {
		const struct leaked_item *item = &list->items[order[i]];

		if (i == 0 || !is_same_person(&list->items[order[i - 1]], item))
			draft->mixture.n_items++;
		draft->place[order[i]] = (uint32_t)draft->mixture.n_items - 1;
	}
	free(order);
	return 0;
}

/* What two items of one subject have, counts once: the larger number of
 * lookups, for the same ones may be of both. */
static void
join_same(struct draft *draft)
{
	struct leak_hit *hits = draft->hits;
	struct leak_trait *traits = draft->traits;

	for (size_t i = 0; i < draft->leak->n_hits; i++) {
		struct leak_hit *last =
			draft->n_hits > 0 ? &hits[draft->n_hits - 1] : NULL;

		if (last == NULL || leak_hit_compare(last, &hits[i]) != 0) {
			hits[draft->n_hits++] = hits[i];
			continue;
		}
		if (hits[i].lookups > last->lookups)
			last->lookups = hits[i].lookups;
		if (hits[i].first_ms < last->first_ms)
			last->first_ms = hits[i].first_ms;
		if (hits[i].last_ms > last->last_ms)
			last->last_ms = hits[i].last_ms;
	}
	for (size_t i = 0; i < draft->leak->n_traits; i++) {
		struct leak_trait *last = draft->n_traits > 0 ?
			&traits[draft->n_traits - 1] :
			NULL;

		if (last == NULL || leak_trait_compare(last, &traits[i]) != 0)
			traits[draft->n_traits++] = traits[i];
		else if (traits[i].lookups > last->lookups)
			last->lookups = traits[i].lookups;
	}
}

/* Hits and traits under the items' places. */
static int
place_hits(struct draft *draft, struct fault *fault)
{
	const struct leak *leak = draft->leak;

	draft->hits = memory_array(leak->n_hits, sizeof(*draft->hits));
	draft->traits = memory_array(leak->n_traits, sizeof(*draft->traits));
	if (draft->hits == NULL || draft->traits == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < leak->n_hits; i++) {
		draft->hits[i] = leak->hits[i];
		draft->hits[i].item = draft->place[leak->hits[i].item];
	}
	for (size_t i = 0; i < leak->n_traits; i++) {
		draft->traits[i] = leak->traits[i];
		draft->traits[i].item = draft->place[leak->traits[i].item];
	}
	if (leak->n_hits > 0)
		qsort(draft->hits, leak->n_hits, sizeof(*draft->hits),
			leak_hit_compare);
	if (leak->n_traits > 0)
		qsort(draft->traits, leak->n_traits, sizeof(*draft->traits),
			leak_trait_compare);
	join_same(draft);
	return 0;
}

/* By item: its lookups, who asked, and any user's people. */
static int
measure_items(struct draft *draft, struct fault *fault)
{
	const struct leak *leak = draft->leak;
	size_t n = draft->mixture.n_items;

	draft->lookups = memory_array(n, sizeof(*draft->lookups));
	draft->askers = memory_array(n, sizeof(*draft->askers));
	draft->any_user = memory_array(n, sizeof(*draft->any_user));
	if (draft->lookups == NULL || draft->askers == NULL ||
		draft->any_user == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < leak->n_users; i++)
		draft->active += leak->users[i].subjects > 0;
	for (size_t i = 0; i < draft->n_hits; i++) {
		const struct leak_hit *hit = &draft->hits[i];

		draft->lookups[hit->item] += hit->lookups;
		draft->askers[hit->item]++;
		draft->any_user[hit->item] +=
			1 / (double)leak->users[hit->user].subjects;
	}
	return 0;
}

/* Room for all: each ground of all, each trait and hit; those that are
 * excuses may come twice. */
static int
draft_grow(struct draft *draft, struct fault *fault)
{
	size_t most = draft->n_hits + 2 * draft->n_traits +
		GROUNDS_N;

	draft->sources = memory_array(most, sizeof(*draft->sources));
	draft->starts = memory_array(most + 1, sizeof(*draft->starts));
	draft->drawn = memory_array(most + GROUNDS_N * draft->mixture.n_items,
		sizeof(*draft->drawn));
	return draft->sources == NULL || draft->starts == NULL ||
			draft->drawn == NULL ?
		fault_memory(fault) :
		0;
}

static void
put_hit(struct draft *draft, uint32_t item, double p)
{
	draft->drawn[draft->n_drawn++] =
		(struct mixture_hit){ item, p < 1 ? p : 1 };
}

static void
put_source(struct draft *draft, enum trait trait, uint32_t value)
{
	draft->sources[draft->n_sources++] = (struct source){ trait, value };
	draft->starts[draft->n_sources] = draft->n_drawn;
}

static void
put_grounds(struct draft *draft)
{
	const struct leak *leak = draft->leak;

	for (uint32_t ground = 0; ground < GROUNDS_N; ground++) {
		for (uint32_t i = 0; i < draft->mixture.n_items; i++) {
			const double p[GROUNDS_N] = {
				[GROUND_LOOKUPS] = (double)draft->lookups[i] /
					(double)leak->lookups,
				[GROUND_DISTINCT] = 1 / (double)leak->subjects,
				[GROUND_ASKINGS] = (double)draft->askers[i] /
					(double)leak->askings,
				[GROUND_USERS] = draft->any_user[i] /
					(double)draft->active,
			};

			put_hit(draft, i, p[ground]);
		}
		put_source(draft, TRAIT_N, ground);
	}
}

/* The values of traits that are excused, or are not; [i, end) of the traits
 * are those of one. */
static void
put_value(struct draft *draft, size_t i, size_t end, bool by_lookups)
{
	const struct leak *leak = draft->leak;
	const struct leak_trait *first = &draft->traits[i];
	double subjects = (double)leak->sizes[first->trait][first->value];

	for (; i < end; i++) {
		const struct leak_trait *trait = &draft->traits[i];

		put_hit(draft, trait->item,
			by_lookups ? (double)trait->lookups /
					(double)leak->lookups_of[trait->trait]
								[trait->value] :
				     1 / subjects);
	}
	put_source(draft, (enum trait)first->trait, first->value);
}

/* Nobody else asked, and he on no other day: people of a case are come back
 * to, and shared. */
static bool
is_once(const struct draft *draft, const struct leak_hit *hit)
{
	return draft->askers[hit->item] == 1 &&
		hit->last_ms - hit->first_ms < DAY_MS;
}

/* A case of a crowd, most of whose listed people one user asked for, and once
 * only, excuses nobody: that is how he washes what he sells. [i, end): the
 * case. */
static bool
is_one_mans(const struct draft *draft, size_t i, size_t end)
{
	const struct leak *leak = draft->leak;
	const struct leak_trait *traits = draft->traits;
	size_t n = end - i, at = i, own = 0, most = 0;

	if (traits[i].trait != TRAIT_CASE || n < CROWD_LISTED ||
		leak->sizes[TRAIT_CASE][traits[i].value] < CROWD)
		return false;
	/* both are in order of item within a user */
	for (size_t h = 0; h < draft->n_hits; h++) {
		if (h == 0 || draft->hits[h].user != draft->hits[h - 1].user) {
			at = i;
			own = 0;
		}
		while (at < end && traits[at].item < draft->hits[h].item)
			at++;
		own += at < end && traits[at].item == draft->hits[h].item &&
			is_once(draft, &draft->hits[h]);
		most = own > most ? own : most;
	}
	return (double)most >= CROWD_OWN * (double)n;
}

static void
put_values(struct draft *draft, bool excuses)
{
	const struct leak_trait *traits = draft->traits;
	size_t n = draft->n_traits, end;

	for (size_t i = 0; i < n; i = end) {
		for (end = i + 1; end < n &&
			traits[end].trait == traits[i].trait &&
			traits[end].value == traits[i].value;)
			end++;
		if (is_excused(traits[i].trait) != excuses ||
			is_one_mans(draft, i, end))
			continue;
		put_value(draft, i, end, false);
		if (excuses && traits[i].trait != TRAIT_CASE)
			put_value(draft, i, end, true);
	}
}

static void
put_users(struct draft *draft)
{
	const struct leak *leak = draft->leak;

	for (size_t i = 0; i < draft->n_hits; i++) {
		const struct leak_hit *hit = &draft->hits[i];

		put_hit(draft, hit->item,
			1 / (double)leak->users[hit->user].subjects);
		if (i + 1 == draft->n_hits || hit[1].user != hit->user)
			put_source(draft, TRAIT_N, hit->user);
	}
}

static int
draft_make(struct draft *draft, const struct leaked_list *list, double fdr,
	struct fault *fault)
{
	struct mixture *mixture = &draft->mixture;

	if (place_items(draft, list, fault) != 0 ||
		place_hits(draft, fault) != 0 ||
		measure_items(draft, fault) != 0 ||
		draft_grow(draft, fault) != 0)
		return -1;
	put_grounds(draft);
	put_values(draft, false);
	mixture->n_grounds = draft->n_sources;
	put_values(draft, true);
	mixture->n_excuses = draft->n_sources - mixture->n_grounds;
	put_users(draft);
	mixture->n_suspects = draft->n_sources - mixture->n_grounds -
		mixture->n_excuses;
	mixture->starts = draft->starts;
	mixture->hits = draft->drawn;
	mixture->suspects = draft->active > 0 ? (double)draft->active : 1;
	/* all that the log names, not just those of the list: a case of few
	 * must not be preferred to one who leaked few */
	for (size_t t = 0; t < TRAIT_N; t++) {
		if (is_excused((uint32_t)t))
			mixture->excuses += (double)draft->leak->n_values[t];
	}
	mixture->fdr = fdr;
	return 0;
}

static void
draft_free(struct draft *draft)
{
	free(draft->place);
	free(draft->hits);
	free(draft->traits);
	free(draft->lookups);
	free(draft->askers);
	free(draft->any_user);
	free(draft->sources);
	free(draft->starts);
	free(draft->drawn);
}

/* To the four digits that are printed and order rows. */
static double
round_digits(double number)
{
	double unit;

	if (!(number > 0))
		return 0;
	unit = pow(10, floor(log10(number)) - 3);
	return round(number / unit) * unit;
}

static int
compare_traced(const void *a, const void *b)
{
	const struct traced *x = a, *y = b;

	if (x->gain != y->gain)
		return x->gain > y->gain ? -1 : 1;
	if (x->hits != y->hits)
		return x->hits > y->hits ? -1 : 1;
	return (x->user > y->user) - (x->user < y->user);
}

/* A user's row; hits [i, end) are his. */
static struct traced
trace_user(const struct draft *draft, size_t i, size_t end)
{
	struct traced row = { .user = draft->hits[i].user,
		.hits = end - i, .first_ms = INT64_MAX, .last_ms = INT64_MIN };

	for (; i < end; i++) {
		const struct leak_hit *hit = &draft->hits[i];

		row.only_hits += draft->askers[hit->item] == 1;
		if (hit->first_ms < row.first_ms)
			row.first_ms = hit->first_ms;
		if (hit->last_ms > row.last_ms)
			row.last_ms = hit->last_ms;
	}
	return row;
}

/* The flagged in order of entering at the front, the others behind. */
static int
put_rows(const struct draft *draft, const struct mixture_fit *fit,
	struct trace *trace, struct fault *fault)
{
	const struct mixture *mixture = &draft->mixture;
	size_t first = mixture->n_grounds + mixture->n_excuses, others, at = 0;

	trace->n = mixture->n_suspects;
	trace->items = memory_array(trace->n, sizeof(*trace->items));
	if (trace->items == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < fit->n_entered; i++)
		trace->flagged += fit->entered[i] >= first;
	others = trace->flagged;
	for (size_t s = first; s < draft->n_sources; s++) {
		size_t n = draft->starts[s + 1] - draft->starts[s];
		struct traced row = trace_user(draft, at, at + n);
		size_t to = 0;

		at += n;
		row.flagged = fit->in[s];
		row.gain = round_digits(fit->gain[s]);
		row.share = row.flagged ? round_digits(fit->share[s]) : 0;
		if (row.flagged) {
			for (size_t k = 0; fit->entered[k] != s; k++)
				to += fit->entered[k] >= first;
			trace->explained += fit->share[s];
		} else {
			to = others++;
		}
		trace->items[to] = row;
	}
	trace->explained = round_digits(trace->explained);
	qsort(trace->items + trace->flagged, trace->n - trace->flagged,
		sizeof(*trace->items), compare_traced);
	return 0;
}

static void
put_excuses_and_ties(const struct draft *draft, const struct mixture_fit *fit,
	struct trace *trace)
{
	const struct mixture *mixture = &draft->mixture;
	size_t first = mixture->n_grounds + mixture->n_excuses;

	for (size_t i = 0; i < fit->n_entered; i++) {
		uint32_t s = fit->entered[i];

		if (s < first)
			trace->excuses[trace->n_excuses++] =
				(struct trace_excuse){
					draft->sources[s].trait,
					draft->sources[s].value,
					round_digits(fit->share[s]),
					draft->starts[s + 1] -
						draft->starts[s] };
	}
	for (size_t i = 0; i < fit->n_ties; i++) {
		const struct mixture_tie *tie = &fit->ties[i];

		if (tie->source >= first && tie->other >= first)
			trace->ties[trace->n_ties++] = (struct trace_tie){
				draft->sources[tie->source].value,
				draft->sources[tie->other].value };
	}
}

int
trace_make(const struct leak *leak, const struct leaked_list *list, double fdr,
	struct trace *ret, struct fault *fault)
{
	struct draft draft = { .leak = leak };
	struct mixture_fit fit = { 0 };
	struct trace trace = { 0 };
	int result = -1;

	if (draft_make(&draft, list, fdr, fault) != 0 ||
		mixture_fit(&draft.mixture, &fit, fault) != 0 ||
		put_rows(&draft, &fit, &trace, fault) != 0)
		goto out;
	put_excuses_and_ties(&draft, &fit, &trace);
	trace.users = draft.active;
	trace.occurring = draft.mixture.n_items;
	trace.threshold = fit.threshold;
	*ret = trace;
	trace.items = NULL;
	result = 0;
out:
	draft_free(&draft);
	mixture_fit_free(&fit);
	trace_free(&trace);
	return result;
}

void
trace_free(struct trace *trace)
{
	free(trace->items);
	trace->items = NULL;
	trace->n = 0;
}
