/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/leak.h"

#include "base/memory.h"
#include "base/pool.h"
#include "turn/groups.h"

#define WEEK_MS ((int64_t)WEEK_DAYS * DAY_SECONDS * 1000)

/* Powers of two of a number of users, which are fewer than 2^32. */
enum { ASKERS_N = 32 };

/* Hits and traits of a list: more is no list of people. */
#define HITS_MAX ((size_t)1 << 31)

struct seen_trait {
	uint32_t trait, value;
	uint64_t lookups;
};

struct scratch {
	struct groups groups;
	struct chunk_pool pool;
	struct leak part; /* of this thread; states are the result's */
	size_t hits_cap, traits_cap;
	struct seen_trait *seen; /* of one subject */
	size_t seen_cap, n_seen;
};

struct search {
	struct book *book;
	const struct leak_options *options;
	bool *wanted;               /* by kind; NULL: any is */
	uint32_t *kinds;            /* by item: number in the book, 0: any */
	bool listed[SUBJECT_PARTITIONS]; /* has items of the list */
	struct leak *result;
	struct scratch *scratch;
};

/* A kind that the log does not know, and so no lookup is of. */
#define KIND_UNKNOWN UINT32_MAX

static int
search_kinds(struct search *search, struct fault *fault)
{
	const struct leaked_list *list = search->options->list;
	const struct dict *names = &search->book->names[NAME_KIND];
	bool all = true;

	search->kinds = memory_array(list->n, sizeof(*search->kinds));
	search->wanted = memory_array(names->n, sizeof(*search->wanted));
	if (search->kinds == NULL || search->wanted == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < list->n; i++) {
		struct slice kind = list->items[i].kind;

		if (kind.len == 0)
			all = false;
		else if (!dict_find(names, kind, &search->kinds[i]))
			search->kinds[i] = KIND_UNKNOWN;
		else
			search->wanted[search->kinds[i]] = true;
	}
	if (!all) {
		free(search->wanted);
		search->wanted = NULL;
	}
	return 0;
}

static int
leak_init(struct leak *leak, const struct book *book, struct fault *fault)
{
	const size_t values[TRAIT_N] = {
		[TRAIT_ASKERS] = ASKERS_N,
		[TRAIT_UNIT] = book->names[NAME_UNIT].n,
		[TRAIT_ROLE] = book->names[NAME_ROLE].n,
		[TRAIT_KIND] = book->names[NAME_KIND].n,
		[TRAIT_AREA] = book->names[NAME_AREA].n,
		[TRAIT_WEEK] = book->n == 0 ? 1 :
			(size_t)((book->last_ms - book->first_ms) / WEEK_MS) +
				1,
		[TRAIT_CASE] = book->names[NAME_CASE].n,
	};
	bool fine;

	leak->n_users = book->names[NAME_USER].n;
	leak->users = memory_array(leak->n_users, sizeof(*leak->users));
	fine = leak->users != NULL;
	for (size_t t = 0; t < TRAIT_N; t++) {
		leak->n_values[t] = values[t];
		leak->sizes[t] = memory_array(values[t], sizeof(uint64_t));
		leak->lookups_of[t] = memory_array(values[t], sizeof(uint64_t));
		fine = fine && leak->sizes[t] != NULL &&
			leak->lookups_of[t] != NULL;
	}
	return fine ? 0 : fault_memory(fault);
}

static bool
is_in_time(const struct search *search, const struct row *row)
{
	return row_ms(row) >= search->options->since &&
		row_ms(row) < search->options->before;
}

static bool
counts(const struct search *search, const struct row *row)
{
	const struct triple *facet = &search->book->facets.items[row->facet];

	return facet->c != OUTCOME_DENIED && is_in_time(search, row) &&
		(search->wanted == NULL || search->wanted[facet->a]);
}

/* His post is that of his latest lookup, of equal ones the greatest. */
static void
see_post(struct leak_user *user, int64_t ms, uint32_t post)
{
	if (user->seen && (user->last_ms > ms ||
				  (user->last_ms == ms && user->post >= post)))
		return;
	user->seen = true;
	user->last_ms = ms;
	user->post = post;
}

static void
put_trait(struct scratch *scratch, enum trait trait, uint32_t value)
{
	scratch->seen[scratch->n_seen++] =
		(struct seen_trait){ trait, value, 1 };
}

/* Zero is "not given", which is no trait. */
static void
put_traits(struct scratch *scratch, const struct book *book,
	const struct row *row)
{
	const struct triple *post = &book->posts.items[row->post];
	const struct triple *facet = &book->facets.items[row->facet];

	if (post->b != 0)
		put_trait(scratch, TRAIT_UNIT, post->b);
	if (post->c != 0)
		put_trait(scratch, TRAIT_ROLE, post->c);
	if (facet->a != 0)
		put_trait(scratch, TRAIT_KIND, facet->a);
	if (facet->b != 0)
		put_trait(scratch, TRAIT_AREA, facet->b);
	if (row->caseref != 0)
		put_trait(scratch, TRAIT_CASE, row->caseref);
	put_trait(scratch, TRAIT_WEEK,
		(uint32_t)((row_ms(row) - book->first_ms) / WEEK_MS));
}

static int
compare_seen(const void *a, const void *b)
{
	const struct seen_trait *x = a, *y = b;

	if (x->trait != y->trait)
		return x->trait < y->trait ? -1 : 1;
	return (x->value > y->value) - (x->value < y->value);
}

/* Each trait once, and into the sizes. */
static void
settle_seen(struct scratch *scratch)
{
	struct leak *part = &scratch->part;
	size_t n = 0;

	qsort(scratch->seen, scratch->n_seen, sizeof(*scratch->seen),
		compare_seen);
	for (size_t i = 0; i < scratch->n_seen; i++) {
		if (n > 0 &&
			compare_seen(&scratch->seen[n - 1],
				&scratch->seen[i]) == 0)
			scratch->seen[n - 1].lookups++;
		else
			scratch->seen[n++] = scratch->seen[i];
	}
	scratch->n_seen = n;
	for (size_t i = 0; i < n; i++) {
		const struct seen_trait *seen = &scratch->seen[i];

		part->sizes[seen->trait][seen->value]++;
		part->lookups_of[seen->trait][seen->value] += seen->lookups;
	}
}

/* A subject's lookups: who has it, and what it is like. False: none counts. */
static int
fold_subject(const struct search *search, struct scratch *scratch,
	const struct row *rows, size_t n, bool *ret_counts,
	struct fault *fault)
{
	const struct book *book = search->book;
	struct leak *part = &scratch->part;
	uint32_t last = UINT32_MAX, askers = 0, class = 0;

	scratch->n_seen = 0;
	if (memory_grow((void **)&scratch->seen, &scratch->seen_cap,
		    (n + 1) * TRAIT_N, sizeof(*scratch->seen), SIZE_MAX / 64,
		    "lookups of one subject", fault) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		uint32_t user = book->posts.items[rows[i].post].a;

		see_post(&part->users[user], row_ms(&rows[i]), rows[i].post);
		if (!counts(search, &rows[i]))
			continue;
		put_traits(scratch, book, &rows[i]);
		part->lookups++;
		part->users[user].lookups++;
		if (user != last) {
			part->users[user].subjects++;
			askers++;
		}
		last = user;
	}
	*ret_counts = askers > 0;
	if (askers == 0)
		return 0;
	part->subjects++;
	part->askings += askers;
	while (askers >> (class + 1) > 0)
		class++;
	put_trait(scratch, TRAIT_ASKERS, class);
	settle_seen(scratch);
	return 0;
}

static bool
is_of_item(const struct search *search, size_t item, const struct row *row)
{
	uint32_t kind = search->kinds[item];

	return kind == 0 ||
		search->book->facets.items[row->facet].a == kind;
}

/* Why an item that was asked for does not occur. */
static enum leak_state
state_of(const struct search *search, size_t item, const struct row *rows,
	size_t n)
{
	enum leak_state state = LEAK_NEVER;

	for (size_t i = 0; i < n; i++) {
		if (!is_of_item(search, item, &rows[i]))
			continue;
		if (is_in_time(search, &rows[i]))
			return LEAK_DENIED;
		state = LEAK_OUTSIDE;
	}
	return state;
}

static int
put_item_traits(struct scratch *scratch, size_t item, struct fault *fault)
{
	struct leak *part = &scratch->part;

	if (memory_grow((void **)&part->traits, &scratch->traits_cap,
		    part->n_traits + scratch->n_seen, sizeof(*part->traits),
		    HITS_MAX, "traits of a leaked list", fault) != 0)
		return -1;
	for (size_t i = 0; i < scratch->n_seen; i++) {
		const struct seen_trait *seen = &scratch->seen[i];

		part->traits[part->n_traits++] = (struct leak_trait){
			seen->trait, seen->value, (uint32_t)item,
			seen->lookups };
	}
	return 0;
}

/* An item of the list, and its subject's rows in order of user and time. */
static int
fold_item(const struct search *search, struct scratch *scratch, size_t item,
	const struct row *rows, size_t n, struct fault *fault)
{
	struct leak *part = &scratch->part;
	struct leak_hit *hit = NULL;

	for (size_t i = 0; i < n; i++) {
		uint32_t user = search->book->posts.items[rows[i].post].a;

		if (!counts(search, &rows[i]) ||
			!is_of_item(search, item, &rows[i]))
			continue;
		if (hit == NULL || hit->user != user) {
			if (memory_grow((void **)&part->hits,
				    &scratch->hits_cap, part->n_hits + 1,
				    sizeof(*part->hits), HITS_MAX,
				    "hits of a leaked list", fault) != 0)
				return -1;
			hit = &part->hits[part->n_hits++];
			*hit = (struct leak_hit){ user, (uint32_t)item, 0,
				row_ms(&rows[i]), 0 };
		}
		hit->lookups++;
		hit->last_ms = row_ms(&rows[i]);
	}
	search->result->states[item] = (uint8_t)(hit != NULL ?
			LEAK_OCCURS :
			state_of(search, item, rows, n));
	return hit == NULL ? 0 : put_item_traits(scratch, item, fault);
}

static int
fold_group(const struct search *search, struct scratch *scratch, size_t part,
	uint32_t group, struct fault *fault)
{
	const struct groups *groups = &scratch->groups;
	const struct leak_options *options = search->options;
	size_t n, first, found;
	const struct row *rows = groups_rows(groups, group, &n);
	bool any;

	if (fold_subject(search, scratch, rows, n, &any, fault) != 0)
		return -1;
	if (!search->listed[part])
		return 0;
	found = leaked_list_find(options->list, (unsigned)part,
		groups_key(groups, group, options->registry), &first);
	for (size_t i = first; i < first + found; i++) {
		if (fold_item(search, scratch, i, rows, n, fault) != 0)
			return -1;
	}
	return 0;
}

static int
leak_task(void *ctx, unsigned worker, size_t part, struct fault *fault)
{
	const struct search *search = ctx;
	struct scratch *scratch = &search->scratch[worker];
	struct groups_options options = { search->options->registry, false };

	if (groups_make(&scratch->groups, search->book, part, &options,
		    &scratch->pool, fault) != 0)
		return -1;
	for (uint32_t g = 0; g < scratch->groups.n; g++) {
		if (fold_group(search, scratch, part, g, fault) != 0)
			return -1;
	}
	return 0;
}

int
leak_hit_compare(const void *a, const void *b)
{
	const struct leak_hit *x = a, *y = b;

	if (x->user != y->user)
		return x->user < y->user ? -1 : 1;
	return (x->item > y->item) - (x->item < y->item);
}

int
leak_trait_compare(const void *a, const void *b)
{
	const struct leak_trait *x = a, *y = b;

	if (x->trait != y->trait)
		return x->trait < y->trait ? -1 : 1;
	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return (x->item > y->item) - (x->item < y->item);
}

static void
join_users(struct leak *into, const struct leak *from)
{
	for (size_t i = 0; i < into->n_users; i++) {
		struct leak_user *user = &into->users[i];
		const struct leak_user *other = &from->users[i];

		user->subjects += other->subjects;
		user->lookups += other->lookups;
		if (other->seen)
			see_post(user, other->last_ms, other->post);
	}
}

static void
join_part(struct leak *into, const struct leak *from)
{
	join_users(into, from);
	for (size_t t = 0; t < TRAIT_N; t++) {
		for (size_t v = 0; v < into->n_values[t]; v++) {
			into->sizes[t][v] += from->sizes[t][v];
			into->lookups_of[t][v] += from->lookups_of[t][v];
		}
	}
	into->subjects += from->subjects;
	into->askings += from->askings;
	into->lookups += from->lookups;
	if (from->n_hits > 0)
		memcpy(into->hits + into->n_hits, from->hits,
			from->n_hits * sizeof(*from->hits));
	if (from->n_traits > 0)
		memcpy(into->traits + into->n_traits, from->traits,
			from->n_traits * sizeof(*from->traits));
	into->n_hits += from->n_hits;
	into->n_traits += from->n_traits;
}

static int
join(struct search *search, unsigned threads, struct fault *fault)
{
	struct leak *result = search->result;
	size_t hits = 0, traits = 0;

	for (unsigned i = 0; i < threads; i++) {
		hits += search->scratch[i].part.n_hits;
		traits += search->scratch[i].part.n_traits;
	}
	result->hits = memory_array(hits, sizeof(*result->hits));
	result->traits = memory_array(traits, sizeof(*result->traits));
	if (result->hits == NULL || result->traits == NULL)
		return fault_memory(fault);
	for (unsigned i = 0; i < threads; i++)
		join_part(result, &search->scratch[i].part);
	qsort(result->hits, result->n_hits, sizeof(*result->hits),
		leak_hit_compare);
	qsort(result->traits, result->n_traits, sizeof(*result->traits),
		leak_trait_compare);
	return 0;
}

static void
scratch_free(struct scratch *scratch)
{
	groups_free(&scratch->groups);
	chunk_pool_free(&scratch->pool);
	leak_free(&scratch->part);
	free(scratch->seen);
}

int
leak_find(struct book *book, const struct leak_options *options,
	struct leak *ret, struct fault *fault)
{
	unsigned threads = options->threads > 0 ? options->threads : 1;
	struct leak leak = { .n_items = options->list->n };
	struct search search = { .book = book, .options = options,
		.result = &leak };
	int result = -1;

	leak.states = memory_array(leak.n_items, sizeof(*leak.states));
	search.scratch = memory_array(threads, sizeof(*search.scratch));
	if (leak.states == NULL || search.scratch == NULL) {
		fault_memory(fault);
		goto out;
	}
	if (leak_init(&leak, book, fault) != 0 ||
		search_kinds(&search, fault) != 0)
		goto out;
	for (size_t i = 0; i < leak.n_items; i++)
		search.listed[options->list->items[i].partition] = true;
	for (unsigned i = 0; i < threads; i++) {
		if (leak_init(&search.scratch[i].part, book, fault) != 0)
			goto out;
	}
	if (pool_run(threads, SUBJECT_PARTITIONS, leak_task, &search, fault) !=
			0 ||
		join(&search, threads, fault) != 0)
		goto out;
	*ret = leak;
	leak = (struct leak){ 0 };
	result = 0;
out:
	for (unsigned i = 0; search.scratch != NULL && i < threads; i++)
		scratch_free(&search.scratch[i]);
	free(search.scratch);
	free(search.wanted);
	free(search.kinds);
	leak_free(&leak);
	return result;
}

void
leak_free(struct leak *leak)
{
	free(leak->hits);
	free(leak->traits);
	free(leak->states);
	free(leak->users);
	for (size_t t = 0; t < TRAIT_N; t++) {
		free(leak->sizes[t]);
		free(leak->lookups_of[t]);
	}
	*leak = (struct leak){ 0 };
}
