/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/explain.h"

#include "base/memory.h"

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

/* rests: (post, kind, cased) → askings, by colleague, continued, the rest */
enum { REST_ASKINGS, REST_CASE, REST_COLLEAGUE, REST_CONTINUED, REST_COUNTS };

/* Where the rest of a kind is, if it has been asked for at this post. */
struct rest_place {
	uint32_t post; /* number + 1 */
	uint32_t cell; /* of rests */
};

struct work {
	const struct book *book;
	const struct tally *tally;
	const struct explain_options *options;
	struct explanation *result;
	struct ledger rests;
	struct rest_place *places; /* by kind, without and with a case */
};

static bool
is_odd(const struct explain_options *options, uint32_t user)
{
	return options->odd != NULL && options->odd[user];
}

/* The users who work on a case in a unit. A case is nearly always of one unit,
 * which is found by number; of others there is a ledger. */
enum { ABROAD_USERS, ABROAD_LAST, ABROAD_COUNTS };

/* One more, if he is not the last one. */
static int
count_user(struct explanation *explanation, const struct triple *post,
	uint32_t caseref, struct fault *fault)
{
	struct case_home *home = &explanation->homes[caseref];
	uint64_t *abroad;

	if (home->users == 0)
		home->unit = post->b;
	if (home->unit == post->b) {
		home->users += home->users == 0 || home->last != post->a;
		home->last = post->a;
		return 0;
	}
	if (ledger_at(&explanation->abroad,
		    (struct ledger_key){ post->b, caseref, 0, 0 }, &abroad,
		    fault) != 0)
		return -1;
	abroad[ABROAD_USERS] += abroad[ABROAD_LAST] != post->a + 1u;
	abroad[ABROAD_LAST] = post->a + 1u;
	return 0;
}

/* Users of each unit who work on a case, odd ones aside. Cells are in order
 * of post, and so of user. */
static int
count_case_users(struct work *work, struct fault *fault)
{
	const struct ledger *cases = &work->tally->cases;

	for (size_t i = 0; i < cases->n; i++) {
		const struct triple *post =
			&work->book->posts.items[cases->keys[i].a];

		if (cases->keys[i].b == 0 || is_odd(work->options, post->a))
			continue;
		if (i > 0 && cases->keys[i - 1].a == cases->keys[i].a &&
			cases->keys[i - 1].b == cases->keys[i].b)
			continue; /* but for the kind the same */
		if (count_user(work->result, post, cases->keys[i].b, fault) !=
			0)
			return -1;
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
	const struct case_home *home = &explanation->homes[caseref];
	const uint64_t *abroad;
	uint64_t users = 0;

	if (home->users > 0 && home->unit == post->b) {
		users = home->users;
	} else if (home->users > 0) {
		abroad = ledger_find(&explanation->abroad,
			(struct ledger_key){ post->b, caseref, 0, 0 });
		users = abroad != NULL ? abroad[ABROAD_USERS] : 0;
	}
	return users > (is_odd(options, post->a) ? 0 : 1);
}

/* Cells of one post and case, whatever the kind: [start, end). */
static bool
is_borne_out(const struct ledger *cases, size_t start, size_t end)
{
	uint64_t askings = 0, colleague = 0;

	for (size_t i = start; i < end; i++) {
		const uint64_t *counts = ledger_counts(cases, i);

		askings += counts[CASE_ASKINGS];
		colleague += counts[CASE_COLLEAGUE];
	}
	return askings >= CASE_SHARED_MIN &&
		(double)colleague >= CASE_SHARED * (double)askings;
}

/* As ledger_at(). Cases come in order of post: its kinds are few, and found
 * without a search but for the first time. */
static int
rest_at(struct work *work, uint32_t post, uint32_t kind, bool cased,
	uint64_t **ret, struct fault *fault)
{
	struct rest_place *place = &work->places[kind * 2 + cased];

	if (place->post == post + 1) {
		*ret = work->rests.counts + place->cell * REST_COUNTS;
		return 0;
	}
	if (ledger_at(&work->rests,
		    (struct ledger_key){ post, kind, cased, 0 }, ret,
		    fault) != 0)
		return -1;
	*place = (struct rest_place){ post + 1,
		(uint32_t)((size_t)(*ret - work->rests.counts) /
			REST_COUNTS) };
	return 0;
}

static int
sort_out_case(struct work *work, size_t start, size_t end, struct fault *fault)
{
	const struct ledger *cases = &work->tally->cases;
	const struct ledger_key *key = &cases->keys[start];
	const struct triple *post = &work->book->posts.items[key->a];
	bool holds = key->b != 0 && !keeps_lists(work->tally, post) &&
		(is_shared(work->result, work->options, post, key->b) ||
			is_borne_out(cases, start, end));

	for (size_t i = start; i < end; i++) {
		const uint64_t *counts = ledger_counts(cases, i);
		uint64_t *rest;

		if (rest_at(work, key->a, cases->keys[i].c, key->b != 0, &rest,
			    fault) != 0)
			return -1;
		rest[REST_ASKINGS] += counts[CASE_ASKINGS];
		if (holds) {
			rest[REST_CASE] += counts[CASE_ASKINGS];
			continue;
		}
		rest[REST_CASE] += counts[CASE_REGISTERED];
		rest[REST_COLLEAGUE] += counts[CASE_COLLEAGUE];
		rest[REST_CONTINUED] += counts[CASE_CONTINUED];
	}
	return 0;
}

/* The cells of a post and case: [*start, end). */
static size_t
case_cells(const struct ledger *cases, uint32_t post, uint32_t caseref,
	size_t *start)
{
	size_t end = ledger_range(cases, post, start), last;

	while (*start < end && cases->keys[*start].b < caseref)
		++*start;
	for (last = *start; last < end && cases->keys[last].b == caseref;)
		last++;
	return last;
}

/* The word of a colleague who is odd does not count. */
static int
take_back(struct work *work, struct fault *fault)
{
	const struct ledger *vouches = &work->tally->tables[TABLE_VOUCHES];
	const struct ledger *cases = &work->tally->cases;
	size_t start, end;

	for (size_t i = 0; work->options->odd != NULL && i < vouches->n; i++) {
		const struct ledger_key *key = &vouches->keys[i];
		const struct triple *post = &work->book->posts.items[key->a];
		uint64_t *rest, n = *ledger_counts(vouches, i);

		if (!is_odd(work->options, key->d))
			continue;
		end = case_cells(cases, key->a, key->c, &start);
		if (key->c != 0 && !keeps_lists(work->tally, post) &&
			(is_shared(work->result, work->options, post, key->c) ||
				is_borne_out(cases, start, end)))
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
	const struct ledger *cases = &tally->cases;
	int result = -1;

	explanation.homes = memory_array(book->names[NAME_CASE].n,
		sizeof(*explanation.homes));
	work.places = memory_array(book->names[NAME_KIND].n,
		2 * sizeof(*work.places));
	if (explanation.homes == NULL || work.places == NULL) {
		fault_memory(fault);
		goto out;
	}
	if (ledger_init(&explanation.cells, RULE_N, fault) != 0 ||
		ledger_init(&explanation.abroad, ABROAD_COUNTS, fault) != 0 ||
		ledger_init(&explanation.duties, 1, fault) != 0 ||
		ledger_init(&work.rests, REST_COUNTS, fault) != 0 ||
		count_case_users(&work, fault) != 0)
		goto out;
	for (size_t start = 0, end = 0; start < cases->n; start = end) {
		while (end < cases->n &&
			cases->keys[end].a == cases->keys[start].a &&
			cases->keys[end].b == cases->keys[start].b)
			end++;
		if (sort_out_case(&work, start, end, fault) != 0)
			goto out;
	}
	if (take_back(&work, fault) != 0 || learn_duties(&work, fault) != 0 ||
		fill_cells(&work, fault) != 0)
		goto out;
	result = 0;
out:
	ledger_free(&work.rests);
	free(work.places);
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
	ledger_free(&explanation->abroad);
	free(explanation->homes);
	explanation->homes = NULL;
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
	size_t start, end;

	if (row_marks(row) & MARK_REGISTERED)
		return RULE_CASE;
	if (row->caseref != 0 &&
		!keeps_lists(tally, &book->posts.items[row->post])) {
		end = case_cells(&tally->cases, row->post, row->caseref,
			&start);
		if (is_shared(explanation, options,
			    &book->posts.items[row->post], row->caseref) ||
			is_borne_out(&tally->cases, start, end))
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
