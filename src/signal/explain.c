/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/explain.h"

#include "base/memory.h"
#include "lookup/book.h"

/* A case of one's own is real if this share of its askings, and so many, are
 * for subjects that colleagues asked for. */
#define CASE_SHARED 0.5
enum { CASE_SHARED_MIN = 4 };
/* Duty: not explained otherwise, and the larger part of the kind. */
#define DUTY_REST 0.6
#define DUTY_PART 0.5
/* Of how many users of the role, each with so many askings of the kind. */
enum { DUTY_USERS = 4, DUTY_ASKINGS = 5 };

const char *const rule_names[RULE_N] = { "case", "colleague", "continued",
	"duty", "unexplained" };

/* Of units, whose first in the case this is, in the place of one. */
#define NO_UNIT UINT32_MAX

/* Cells that are on their way from memory. */
enum { AHEAD = 16 };

/* rests: (post, kind, cased) → askings, by colleague, continued, the rest */
enum { REST_ASKINGS, REST_CASE, REST_COLLEAGUE, REST_CONTINUED, REST_COUNTS };

struct work {
	const struct book *book;
	const struct tally *tally;
	const struct explain_options *options;
	struct explanation *result;
	const struct docket_page *page; /* of one post */
	/* of one post, by kind, then cased; and where there is something */
	uint64_t *sums;
	uint32_t *touched;
	size_t n_touched;
};

static int
work_init(struct work *work, struct fault *fault)
{
	size_t kinds = work->book->names[NAME_KIND].n * 2;

	work->sums = memory_array(kinds, REST_COUNTS * sizeof(*work->sums));
	work->touched = memory_array(kinds, sizeof(*work->touched));
	return work->sums != NULL && work->touched != NULL ?
		0 :
		fault_memory(fault);
}

static void
work_free(struct work *work)
{
	free(work->sums);
	free(work->touched);
}

static bool
is_odd(const struct explain_options *options, uint32_t user)
{
	return options->odd != NULL && options->odd[user];
}

static uint32_t
user_of(const struct work *work, size_t post)
{
	return work->book->posts.items[post].a;
}

/* NULL: nobody. Most cases are of one unit. */
static struct case_users *
users_find(const struct explanation *explanation, uint32_t unit,
	uint32_t caseref)
{
	struct case_users *first = &explanation->cases[caseref];
	const uint64_t *number;

	if (first->unit == unit)
		return first;
	number = ledger_find(&explanation->elsewhere,
		(struct ledger_key){ unit, caseref, 0, 0 });
	return number != NULL ? &explanation->others[*number - 1] : NULL;
}

static int
users_at(struct explanation *explanation, uint32_t unit, uint32_t caseref,
	struct case_users **ret, struct fault *fault)
{
	struct case_users *first = &explanation->cases[caseref];
	uint64_t *number;

	if (first->unit == NO_UNIT)
		first->unit = unit;
	*ret = first;
	if (first->unit == unit)
		return 0;
	if (ledger_at(&explanation->elsewhere,
		    (struct ledger_key){ unit, caseref, 0, 0 }, &number,
		    fault) != 0 ||
		memory_grow((void **)&explanation->others,
			&explanation->others_cap, explanation->n_others + 1,
			sizeof(**ret), DICT_MAX, "cases of units", fault) != 0)
		return -1;
	if (*number == 0) {
		explanation->others[explanation->n_others++] =
			(struct case_users){ .unit = unit };
		*number = explanation->n_others;
	}
	*ret = &explanation->others[*number - 1];
	return 0;
}

/* The posts of a user come one after the other. */
static void
users_join(struct case_users *users, uint32_t user)
{
	if (users->n > 0 && users->last == user)
		return;
	users->n++;
	users->last = user;
	users->all ^= user;
}

/* Once all have joined: no number is another one's complement. */
static void
users_leave(struct case_users *users, uint32_t user)
{
	if (users->last == ~user)
		return;
	users->n--;
	users->last = ~user;
	users->all ^= user;
}

/* The next case of a page: where its cells end. */
static size_t
case_end(const struct docket_page *page, size_t start)
{
	size_t end = start + 1;

	while (end < page->n &&
		page->items[end].caseref == page->items[start].caseref)
		end++;
	return end;
}

static const struct docket_page *
turn_page(struct work *work, size_t post)
{
	return work->page = &work->tally->docket.pages[post];
}

static void
fetch_case(const struct work *work, size_t i)
{
	const struct docket_page *page = work->page;

	if (i + AHEAD < page->n)
		__builtin_prefetch(&work->result->cases[page->items[i + AHEAD]
						   .caseref], 1);
}

/* Users of each unit who work on a case, odd ones aside. */
static int
count_case_users(struct work *work, struct fault *fault)
{
	for (size_t post = 0; post < work->book->posts.n; post++) {
		const struct docket_page *page = turn_page(work, post);
		uint32_t user = user_of(work, post);
		uint32_t unit = work->book->posts.items[post].b;

		if (is_odd(work->options, user))
			continue;
		for (size_t i = 0; i < page->n; i++) {
			uint32_t caseref = page->items[i].caseref;
			uint32_t before = i > 0 ? page->items[i - 1].caseref :
						  0;
			struct case_users *users;

			fetch_case(work, i);
			if (caseref == before) /* or none, which comes first */
				continue;
			if (users_at(work->result, unit, caseref, &users,
				    fault) != 0)
				return -1;
			users_join(users, user);
		}
	}
	return 0;
}

/* Does the unit list whom its cases are about? Then no other case explains. */
static bool
keeps_lists(const struct tally *tally, const struct triple *post)
{
	return tally->office != NULL &&
		tally->office->units[post->b].keeps_subjects;
}

/* Does somebody else of the unit, who is not odd, work on it? */
static bool
is_shared(const struct work *work, const struct triple *post, uint32_t caseref)
{
	const struct case_users *users =
		users_find(work->result, post->b, caseref);

	return users != NULL &&
		users->n >= (is_odd(work->options, post->a) ? 1 : 2);
}

/* Or do colleagues bear out what a post asked for under it, [start, end) of
 * the page? */
static bool
holds(const struct work *work, const struct triple *post, size_t start,
	size_t end)
{
	const struct docket_page *page = work->page;
	uint32_t caseref = page->items[start].caseref;
	uint64_t askings = 0, colleague = 0;

	if (caseref == 0 || keeps_lists(work->tally, post))
		return false;
	if (is_shared(work, post, caseref))
		return true;
	for (size_t i = start; i < end; i++) {
		askings += docket_count(page, i, CASE_ASKINGS);
		colleague += docket_count(page, i, CASE_COLLEAGUE);
	}
	return askings >= CASE_SHARED_MIN &&
		(double)colleague >= CASE_SHARED * (double)askings;
}

static void
sort_out_cell(struct work *work, size_t i, bool held)
{
	const struct docket_page *page = work->page;
	uint32_t at = docket_kind(page, i) * 2 + (page->items[i].caseref != 0);
	uint64_t *rest = &work->sums[(size_t)at * REST_COUNTS];
	uint64_t askings = docket_count(page, i, CASE_ASKINGS);

	if (askings == 0)
		return;
	if (rest[REST_ASKINGS] == 0)
		work->touched[work->n_touched++] = at;
	rest[REST_ASKINGS] += askings;
	if (held) {
		rest[REST_CASE] += askings;
		return;
	}
	rest[REST_CASE] += docket_count(page, i, CASE_REGISTERED);
	rest[REST_COLLEAGUE] += docket_count(page, i, CASE_COLLEAGUE);
	rest[REST_CONTINUED] += docket_count(page, i, CASE_CONTINUED);
}

/* Its sums become rests, and are nothing again. */
static int
close_post(struct work *work, uint32_t post, struct fault *fault)
{
	for (size_t i = 0; i < work->n_touched; i++) {
		uint32_t at = work->touched[i];
		uint64_t *rest, *sums = &work->sums[(size_t)at * REST_COUNTS];

		if (ledger_at(&work->result->rests,
			    (struct ledger_key){ post, at / 2, at % 2, 0 },
			    &rest, fault) != 0)
			return -1;
		memcpy(rest, sums, REST_COUNTS * sizeof(*rest));
		memset(sums, 0, REST_COUNTS * sizeof(*sums));
	}
	work->n_touched = 0;
	return 0;
}

static int
sort_out_post(struct work *work, uint32_t number, struct fault *fault)
{
	const struct triple *post = &work->book->posts.items[number];
	const struct docket_page *page = turn_page(work, number);
	struct explanation *result = work->result;

	if (memory_grow((void **)&result->held, &result->held_cap,
		    result->n_held + page->n, sizeof(*result->held),
		    SIZE_MAX / sizeof(*result->held), "cases of posts",
		    fault) != 0)
		return -1;
	result->pages[number].start = result->n_held;
	for (size_t i = 0, end; i < page->n; i = end) {
		bool held;

		end = case_end(page, i);
		held = holds(work, post, i, end);
		if (held)
			result->held[result->n_held++] = page->items[i].caseref;
		for (size_t c = i; c < end; c++) {
			fetch_case(work, c);
			sort_out_cell(work, c, held);
		}
	}
	result->pages[number].end = result->n_held;
	return close_post(work, number, fault);
}

/* Of the posts of some users, or of all: NULL. */
static int
sort_out_cases(struct work *work, const bool *users, struct fault *fault)
{
	size_t n = work->book->posts.n;

	for (size_t post = 0; post < n; post++) {
		if ((users == NULL || users[user_of(work, post)]) &&
			sort_out_post(work, (uint32_t)post, fault) != 0)
			return -1;
	}
	return 0;
}

/* Is it a case that explains what the post asked for under it? */
static bool
is_held(const struct explanation *explanation, uint32_t post, uint32_t caseref)
{
	size_t low = explanation->pages[post].start;
	size_t end = explanation->pages[post].end, high = end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (explanation->held[middle] < caseref)
			low = middle + 1;
		else
			high = middle;
	}
	return low < end && explanation->held[low] == caseref;
}

static int
take_back_some(struct work *work, const struct vouch *vouches, size_t n,
	struct fault *fault)
{
	const struct triple *facets = work->book->facets.items;

	for (size_t i = 0; i < n; i++) {
		const struct vouch *vouch = &vouches[i];
		uint64_t *rest;

		if (!is_odd(work->options, vouch->colleague) ||
			is_held(work->result, vouch->post, vouch->caseref))
			continue;
		if (ledger_at(&work->result->rests,
			    (struct ledger_key){ vouch->post,
				    facets[vouch->facet].a,
				    vouch->caseref != 0, 0 },
			    &rest, fault) != 0)
			return -1;
		rest[REST_COLLEAGUE]--;
	}
	return 0;
}

/* The word of a colleague who is odd does not count. */
static int
take_back(struct work *work, struct fault *fault)
{
	const struct vouches *vouches = &work->tally->vouches;
	const struct vouch *some;
	struct vouch *room;
	size_t n;
	int result = 0;

	if (work->options->odd == NULL)
		return 0;
	room = memory_unset(VOUCHES_AT_ONCE, sizeof(*room));
	if (room == NULL)
		return fault_memory(fault);
	for (size_t i = 0; result == 0 && i < vouches->n_blocks; i++) {
		result = vouches_block(vouches, i, room, &some, &n, fault);
		if (result == 0)
			result = take_back_some(work, some, n, fault);
	}
	free(room);
	return result;
}

static uint64_t
rest_of(const uint64_t *counts)
{
	return counts[REST_ASKINGS] - counts[REST_CASE] -
		counts[REST_COLLEAGUE] - counts[REST_CONTINUED];
}

/* (role, kind, cased) → users, their mean rest in millionths, askings */
enum { PART_USERS, PART_REST, PART_ASKINGS, PART_COUNTS };

static int
sum_parts(const struct work *work, struct ledger *parts, struct fault *fault)
{
	for (size_t i = 0; i < work->result->rests.n; i++) {
		const struct ledger_key *key = &work->result->rests.keys[i];
		const uint64_t *counts = ledger_counts(&work->result->rests, i);
		uint64_t *part;

		if (is_odd(work->options, work->book->posts.items[key->a].a))
			continue;
		if (ledger_at(parts,
			    (struct ledger_key){ work->options->role[key->a],
				    key->b, key->c, 0 },
			    &part, fault) != 0)
			return -1;
		part[PART_ASKINGS] += counts[REST_ASKINGS];
		if (counts[REST_ASKINGS] < DUTY_ASKINGS)
			continue;
		part[PART_USERS]++;
		part[PART_REST] +=
			rest_of(counts) * 1000000 / counts[REST_ASKINGS];
	}
	return 0;
}

static int
learn_duties(struct work *work, struct fault *fault)
{
	struct ledger parts;
	int result = -1;

	if (ledger_init(&parts, PART_COUNTS, fault) != 0)
		return -1;
	if (sum_parts(work, &parts, fault) != 0)
		goto out;
	for (size_t i = 0; i < parts.n; i++) {
		struct ledger_key other = parts.keys[i];
		const uint64_t *part = ledger_counts(&parts, i), *twin;
		uint64_t *duty;
		double askings = (double)part[PART_ASKINGS], users;

		other.c = !other.c;
		twin = ledger_find(&parts, other);
		askings += twin != NULL ? (double)twin[PART_ASKINGS] : 0;
		users = (double)part[PART_USERS];
		if (part[PART_USERS] < DUTY_USERS || parts.keys[i].a == 0 ||
			(double)part[PART_REST] < DUTY_REST * 1e6 * users ||
			(double)part[PART_ASKINGS] < DUTY_PART * askings)
			continue;
		if (ledger_at(&work->result->duties, parts.keys[i], &duty,
			    fault) != 0)
			goto out;
		*duty = 1;
		/* to name a case all the same makes nothing worse */
		if (parts.keys[i].c == 0) {
			if (ledger_at(&work->result->duties, other, &duty,
				    fault) != 0)
				goto out;
			*duty = 1;
		}
	}
	result = 0;
out:
	ledger_free(&parts);
	return result;
}

static int
fill_cells(struct work *work, struct fault *fault)
{
	for (size_t i = 0; i < work->result->rests.n; i++) {
		const struct ledger_key *key = &work->result->rests.keys[i];
		const uint64_t *counts = ledger_counts(&work->result->rests, i);
		bool duty = ledger_find(&work->result->duties,
				    (struct ledger_key){
					    work->options->role[key->a],
					    key->b, key->c, 0 }) != NULL;
		uint64_t *cell;

		if (ledger_at(&work->result->cells,
			    (struct ledger_key){ key->a, key->b, 0, 0 }, &cell,
			    fault) != 0)
			return -1;
		cell[RULE_CASE] += counts[REST_CASE];
		cell[RULE_COLLEAGUE] += counts[REST_COLLEAGUE];
		cell[RULE_CONTINUED] += counts[REST_CONTINUED];
		cell[duty ? RULE_DUTY : RULE_NONE] += rest_of(counts);
	}
	return ledger_sort(&work->result->cells, fault);
}

/* What comes of the rests. */
static int
finish(struct work *work, struct fault *fault)
{
	struct explanation *result = work->result;

	return take_back(work, fault) != 0 ||
			ledger_init(&result->cells, RULE_N, fault) != 0 ||
			ledger_init(&result->duties, 1, fault) != 0 ||
			learn_duties(work, fault) != 0 ||
			fill_cells(work, fault) != 0 ?
		-1 :
		0;
}

static int
explanation_init(struct explanation *explanation, const struct book *book,
	struct fault *fault)
{
	size_t n_cases = book->names[NAME_CASE].n;

	*explanation = (struct explanation){ 0 };
	explanation->cases = memory_array(n_cases, sizeof(*explanation->cases));
	explanation->pages = memory_array(book->posts.n,
		sizeof(*explanation->pages));
	if (explanation->cases == NULL || explanation->pages == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < n_cases; i++)
		explanation->cases[i].unit = NO_UNIT;
	return ledger_init(&explanation->elsewhere, 1, fault) != 0 ||
			ledger_init(&explanation->rests, REST_COUNTS, fault) !=
				0 ?
		-1 :
		0;
}

int
explain(const struct book *book, const struct tally *tally,
	const struct explain_options *options, struct explanation *ret,
	struct fault *fault)
{
	struct explanation explanation;
	struct work work = { .book = book, .tally = tally, .options = options,
		.result = &explanation };
	int result = -1;

	if (explanation_init(&explanation, book, fault) == 0 &&
		work_init(&work, fault) == 0 &&
		count_case_users(&work, fault) == 0 &&
		sort_out_cases(&work, NULL, fault) == 0 &&
		finish(&work, fault) == 0)
		result = 0;
	work_free(&work);
	if (result == 0)
		*ret = explanation;
	else
		explanation_free(&explanation);
	return result;
}

/* The odd leave their cases; or, once they have, `ret` becomes true of them and
 * of whom they have left alone on one. */
static void
let_go(struct work *work, bool *ret)
{
	for (size_t post = 0; post < work->book->posts.n; post++) {
		const struct docket_page *page = turn_page(work, post);
		uint32_t user = user_of(work, post);
		uint32_t unit = work->book->posts.items[post].b;

		if (!is_odd(work->options, user))
			continue;
		if (ret != NULL)
			ret[user] = true;
		for (size_t i = 0; i < page->n; i = case_end(page, i)) {
			struct case_users *users = users_find(work->result,
				unit, page->items[i].caseref);

			if (page->items[i].caseref == 0 || users == NULL)
				continue;
			if (ret == NULL)
				users_leave(users, user);
			else if (users->n == 1)
				ret[users->all] = true;
		}
	}
}

int
explain_again(const struct book *book, const struct tally *tally,
	const struct explain_options *options, struct explanation *explanation,
	struct fault *fault)
{
	struct work work = { .book = book, .tally = tally, .options = options,
		.result = explanation };
	bool *touched = memory_array(tally->n_users, sizeof(*touched));
	int result = -1;

	ledger_free(&explanation->cells);
	ledger_free(&explanation->duties);
	if (touched == NULL) {
		fault_memory(fault);
		goto out;
	}
	let_go(&work, NULL);
	let_go(&work, touched);
	if (work_init(&work, fault) == 0 &&
		sort_out_cases(&work, touched, fault) == 0 &&
		finish(&work, fault) == 0)
		result = 0;
out:
	work_free(&work);
	free(touched);
	return result;
}

void
explanation_free(struct explanation *explanation)
{
	ledger_free(&explanation->cells);
	ledger_free(&explanation->duties);
	free(explanation->pages);
	free(explanation->held);
	ledger_free(&explanation->rests);
	free(explanation->cases);
	ledger_free(&explanation->elsewhere);
	free(explanation->others);
	*explanation = (struct explanation){ 0 };
}

/* The one colleague who vouches for it is odd. */
static bool
is_odd_word(const struct explain_options *options, const struct tally *tally,
	const struct row *row, uint32_t user)
{
	const uint64_t *sole;

	sole = ledger_find(&tally->tables[TABLE_SOLES], sole_key(row, user));
	return sole != NULL && is_odd(options, (uint32_t)(*sole - 1));
}

enum rule
explain_row(const struct explanation *explanation, const struct book *book,
	const struct tally *tally, const struct explain_options *options,
	const struct row *row)
{
	uint32_t kind = book->facets.items[row->facet].a;
	struct ledger_key duty = { options->role[row->post], kind,
		row->caseref != 0, 0 };

	if (row_marks(row) & MARK_REGISTERED)
		return RULE_CASE;
	if (is_held(explanation, row->post, row->caseref))
		return RULE_CASE;
	if ((row_marks(row) & MARK_COLLEAGUE) &&
		!is_odd_word(options, tally, row,
			book->posts.items[row->post].a))
		return RULE_COLLEAGUE;
	if (row_marks(row) & MARK_CONTINUED)
		return RULE_CONTINUED;
	return ledger_find(&explanation->duties, duty) != NULL ? RULE_DUTY :
								 RULE_NONE;
}
