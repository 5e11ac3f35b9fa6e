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

/* Of a case that several users work on, in the place of the one. */
#define SEVERAL UINT32_MAX
/* Of units, whose first in the case this is, in the place of one. */
#define NO_UNIT UINT32_MAX

/* rests: (post, kind, cased) → askings, by colleague, continued, the rest */
enum { REST_ASKINGS, REST_CASE, REST_COLLEAGUE, REST_CONTINUED, REST_COUNTS };

struct work {
	const struct book *book;
	const struct tally *tally;
	const struct explain_options *options;
	struct explanation *result;
	struct ledger rests;
	struct docket_cell *group; /* of one post and case */
	size_t group_cap;
	/* of one post, by kind, then cased; and where there is something */
	uint64_t *sums;
	uint32_t *touched;
	size_t n_touched;
};

static bool
is_odd(const struct explain_options *options, uint32_t user)
{
	return options->odd != NULL && options->odd[user];
}

static uint32_t
one_more(uint32_t users, uint32_t user)
{
	return users == user ? user : SEVERAL;
}

/* Users of each unit who work on a case, odd ones aside. Most cases are of
 * one unit. */
static int
count_case_users(struct work *work, struct fault *fault)
{
	struct explanation *result = work->result;
	struct docket_walk walk = docket_walk(&work->tally->docket);

	while (docket_next(&walk)) {
		const struct triple *post =
			&work->book->posts.items[walk.post];
		struct case_users *users = &result->cases[walk.cell.caseref];
		uint64_t *more;

		if (walk.cell.caseref == 0 || is_odd(work->options, post->a))
			continue;
		if (users->unit == NO_UNIT)
			*users = (struct case_users){ post->b, post->a };
		if (users->unit == post->b) {
			users->user = one_more(users->user, post->a);
			continue;
		}
		if (ledger_at(&result->elsewhere,
			    (struct ledger_key){ post->b, walk.cell.caseref, 0,
				    0 },
			    &more, fault) != 0)
			return -1;
		/* plus 1: what is new is 0 */
		*more = *more == 0 ?
			post->a + (uint64_t)1 :
			one_more((uint32_t)(*more - 1), post->a) + (uint64_t)1;
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

/* Does somebody else of the unit work on it? */
static bool
is_shared(const struct explanation *explanation,
	const struct explain_options *options, const struct triple *post,
	uint32_t caseref)
{
	const struct case_users *first = &explanation->cases[caseref];
	const uint64_t *more;
	uint32_t users = first->user;

	if (first->unit != post->b) {
		more = ledger_find(&explanation->elsewhere,
			(struct ledger_key){ post->b, caseref, 0, 0 });
		if (more == NULL)
			return false;
		users = (uint32_t)(*more - 1);
	}
	return users == SEVERAL || is_odd(options, post->a);
}

static bool
are_borne_out(uint64_t askings, uint64_t colleague)
{
	return askings >= CASE_SHARED_MIN &&
		(double)colleague >= CASE_SHARED * (double)askings;
}

/* What a post asked for under a case, whatever the kind. */
static bool
is_borne_out(const struct docket *docket, uint32_t post, uint32_t caseref)
{
	struct docket_walk walk = docket_walk_post(docket, post);
	uint64_t askings = 0, colleague = 0;

	while (docket_next(&walk) && walk.cell.caseref <= caseref) {
		if (walk.cell.caseref < caseref)
			continue;
		askings += walk.cell.counts[CASE_ASKINGS];
		colleague += walk.cell.counts[CASE_COLLEAGUE];
	}
	return are_borne_out(askings, colleague);
}

static void
sort_out_cell(struct work *work, const struct docket_cell *cell, bool holds)
{
	uint32_t at = cell->kind * 2 + (cell->caseref != 0);
	uint64_t *rest = &work->sums[(size_t)at * REST_COUNTS];

	if (cell->counts[CASE_ASKINGS] == 0)
		return;
	if (rest[REST_ASKINGS] == 0)
		work->touched[work->n_touched++] = at;
	rest[REST_ASKINGS] += cell->counts[CASE_ASKINGS];
	if (holds) {
		rest[REST_CASE] += cell->counts[CASE_ASKINGS];
		return;
	}
	rest[REST_CASE] += cell->counts[CASE_REGISTERED];
	rest[REST_COLLEAGUE] += cell->counts[CASE_COLLEAGUE];
	rest[REST_CONTINUED] += cell->counts[CASE_CONTINUED];
}

/* n cells of one post and case, which work->group holds. */
static void
sort_out_case(struct work *work, uint32_t number, size_t n)
{
	const struct triple *post = &work->book->posts.items[number];
	uint32_t caseref = work->group[0].caseref;
	uint64_t askings = 0, colleague = 0;
	bool holds;

	for (size_t i = 0; i < n; i++) {
		askings += work->group[i].counts[CASE_ASKINGS];
		colleague += work->group[i].counts[CASE_COLLEAGUE];
	}
	holds = caseref != 0 && !keeps_lists(work->tally, post) &&
		(is_shared(work->result, work->options, post, caseref) ||
			are_borne_out(askings, colleague));
	for (size_t i = 0; i < n; i++)
		sort_out_cell(work, &work->group[i], holds);
}

/* Its sums become rests, and are nothing again. */
static int
close_post(struct work *work, uint32_t post, struct fault *fault)
{
	for (size_t i = 0; i < work->n_touched; i++) {
		uint32_t at = work->touched[i];
		uint64_t *rest, *sums = &work->sums[(size_t)at * REST_COUNTS];

		if (ledger_at(&work->rests,
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
sort_out_cases(struct work *work, struct fault *fault)
{
	struct docket_walk walk = docket_walk(&work->tally->docket);
	size_t kinds = work->book->names[NAME_KIND].n * 2, n = 0;
	uint32_t post = 0;

	work->sums = memory_array(kinds, REST_COUNTS * sizeof(*work->sums));
	work->touched = memory_array(kinds, sizeof(*work->touched));
	if (work->sums == NULL || work->touched == NULL)
		return fault_memory(fault);
	while (docket_next(&walk)) {
		if (n > 0 &&
			(walk.post != post ||
				walk.cell.caseref != work->group[0].caseref)) {
			sort_out_case(work, post, n);
			n = 0;
		}
		if (walk.post != post && close_post(work, post, fault) != 0)
			return -1;
		if (n == work->group_cap &&
			memory_grow((void **)&work->group, &work->group_cap,
				n + 1, sizeof(*work->group), DICT_MAX,
				"kinds of data", fault) != 0)
			return -1;
		work->group[n++] = walk.cell;
		post = walk.post;
	}
	if (n > 0)
		sort_out_case(work, post, n);
	return close_post(work, post, fault);
}

/* The word of a colleague who is odd does not count. */
static int
take_back(struct work *work, struct fault *fault)
{
	const struct ledger *vouches = &work->tally->tables[TABLE_VOUCHES];

	for (size_t i = 0; work->options->odd != NULL && i < vouches->n; i++) {
		const struct ledger_key *key = &vouches->keys[i];
		const struct triple *post = &work->book->posts.items[key->a];
		uint64_t *rest, n = *ledger_counts(vouches, i);

		if (!is_odd(work->options, key->d))
			continue;
		if (key->c != 0 && !keeps_lists(work->tally, post) &&
			(is_shared(work->result, work->options, post, key->c) ||
				is_borne_out(&work->tally->docket, key->a,
					key->c)))
			continue;
		if (ledger_at(&work->rests,
			    (struct ledger_key){ key->a, key->b, key->c != 0,
				    0 },
			    &rest, fault) != 0)
			return -1;
		rest[REST_COLLEAGUE] -= n;
	}
	return 0;
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
	for (size_t i = 0; i < work->rests.n; i++) {
		const struct ledger_key *key = &work->rests.keys[i];
		const uint64_t *counts = ledger_counts(&work->rests, i);
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
	for (size_t i = 0; i < work->rests.n; i++) {
		const struct ledger_key *key = &work->rests.keys[i];
		const uint64_t *counts = ledger_counts(&work->rests, i);
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

int
explain(const struct book *book, const struct tally *tally,
	const struct explain_options *options, struct explanation *ret,
	struct fault *fault)
{
	struct explanation explanation = { 0 };
	struct work work = { .book = book, .tally = tally, .options = options,
		.result = &explanation };
	size_t n_cases = book->names[NAME_CASE].n;
	int result = -1;

	explanation.cases = memory_array(n_cases, sizeof(*explanation.cases));
	if (explanation.cases == NULL) {
		fault_memory(fault);
		goto out;
	}
	for (size_t i = 0; i < n_cases; i++)
		explanation.cases[i].unit = NO_UNIT;
	if (ledger_init(&explanation.cells, RULE_N, fault) != 0 ||
		ledger_init(&explanation.elsewhere, 1, fault) != 0 ||
		ledger_init(&explanation.duties, 1, fault) != 0 ||
		ledger_init(&work.rests, REST_COUNTS, fault) != 0 ||
		count_case_users(&work, fault) != 0 ||
		sort_out_cases(&work, fault) != 0 ||
		take_back(&work, fault) != 0 ||
		learn_duties(&work, fault) != 0 ||
		fill_cells(&work, fault) != 0)
		goto out;
	result = 0;
out:
	free(work.group);
	free(work.sums);
	free(work.touched);
	ledger_free(&work.rests);
	if (result == 0)
		*ret = explanation;
	else
		explanation_free(&explanation);
	return result;
}

void
explanation_free(struct explanation *explanation)
{
	ledger_free(&explanation->cells);
	free(explanation->cases);
	explanation->cases = NULL;
	ledger_free(&explanation->elsewhere);
	ledger_free(&explanation->duties);
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
	if (row->caseref != 0 &&
		!keeps_lists(tally, &book->posts.items[row->post])) {
		if (is_shared(explanation, options,
			    &book->posts.items[row->post], row->caseref) ||
			is_borne_out(&tally->docket, row->post, row->caseref))
			return RULE_CASE;
	}
	if ((row_marks(row) & MARK_COLLEAGUE) &&
		!is_odd_word(options, tally, row,
			book->posts.items[row->post].a))
		return RULE_COLLEAGUE;
	if (row_marks(row) & MARK_CONTINUED)
		return RULE_CONTINUED;
	return ledger_find(&explanation->duties, duty) != NULL ? RULE_DUTY :
								 RULE_NONE;
}
