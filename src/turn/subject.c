/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/subject.h"

#include "base/memory.h"
#include "turn/by-subject.h"

/* So many of a user's rows are looked through for a case: nobody shall make a
 * subject cost more than its rows. */
enum { CASES_LOOKED_AT = 64 };

/* Where a subject's things begin. */
struct subject_place {
	uint32_t row, user, day, visit;
};

/* One more in a cell of a table. */
struct subject_count {
	struct ledger_key key;
	size_t table;
};

size_t
subject_table_width(size_t table)
{
	return table == TABLE_VERDICTS ? 2 * VERDICT_N : 1;
}

int
subject_fold_init(struct subject_fold *fold, const struct book *book,
	const struct turn_options *options, struct fault *fault)
{
	size_t units = book->names[NAME_UNIT].n;

	*fold = (struct subject_fold){ .book = book,
		.window = &options->window, .office = options->office,
		.since = options->since, .about = options->about,
		.judges_all = options->since == NULL && book->n > 0 &&
			window_holds(&options->window, book->first_ms) &&
			window_holds(&options->window, book->last_ms) };
	fold->seen = memory_array(book->names[NAME_USER].n,
		sizeof(*fold->seen));
	fold->unit_subjects = memory_array(units, sizeof(uint64_t));
	fold->unit_seen = memory_array(units, sizeof(*fold->unit_seen));
	if (fold->seen == NULL || fold->unit_subjects == NULL ||
		fold->unit_seen == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < TABLE_N; i++) {
		if (ledger_init(&fold->tables[i], subject_table_width(i),
			    fault) != 0)
			return -1;
	}
	return 0;
}

static void
free_scratch(struct subject_fold *fold)
{
	free(fold->places);
	free(fold->visits);
	free(fold->spare_visits);
	free(fold->visit_of);
	free(fold->day_starts);
	free(fold->user_starts);
}

void
subject_fold_free(struct subject_fold *fold)
{
	for (size_t i = 0; i < TABLE_N; i++)
		ledger_free(&fold->tables[i]);
	free(fold->revisits);
	free(fold->watched);
	free(fold->vouches);
	free_scratch(fold);
	free(fold->counts);
	free(fold->seen);
	free(fold->unit_subjects);
	free(fold->unit_seen);
	*fold = (struct subject_fold){ 0 };
}

/* In tables larger than any cache: add_counts() does it for many at once. */
static int
count(struct subject_fold *fold, size_t table, struct ledger_key key,
	struct fault *fault)
{
	if (memory_grow((void **)&fold->counts, &fold->counts_cap,
		    fold->n_counts + 1, sizeof(*fold->counts), SIZE_MAX / 64,
		    "tallies", fault) != 0)
		return -1;
	fold->counts[fold->n_counts++] = (struct subject_count){ key, table };
	return 0;
}

static int
add_counts(struct subject_fold *fold, struct fault *fault)
{
	const struct subject_count *counts = fold->counts;
	size_t n = fold->n_counts;
	uint64_t *cell;

	fold->n_counts = 0;
	for (size_t i = 0; i < n; i++)
		ledger_fetch_slot(&fold->tables[counts[i].table],
			counts[i].key);
	for (size_t i = 0; i < n; i++)
		ledger_fetch_cell(&fold->tables[counts[i].table],
			counts[i].key);
	for (size_t i = 0; i < n; i++) {
		if (ledger_at(&fold->tables[counts[i].table], counts[i].key,
			    &cell, fault) != 0)
			return -1;
		++*cell;
	}
	return 0;
}

static int
make_room(struct subject_fold *fold, size_t n, struct fault *fault)
{
	if (n <= fold->rows_cap)
		return 0;
	free_scratch(fold);
	n += n / 2;
	fold->places = memory_array(n + 1, sizeof(*fold->places));
	fold->visits = memory_array(n, sizeof(*fold->visits));
	fold->spare_visits = memory_array(n, sizeof(*fold->spare_visits));
	fold->visit_of = memory_array(n, sizeof(*fold->visit_of));
	fold->day_starts = memory_array(n + 1, sizeof(*fold->day_starts));
	fold->user_starts = memory_array(n + 1, sizeof(*fold->user_starts));
	fold->rows_cap = n;
	return fold->places == NULL || fold->visits == NULL ||
			fold->spare_visits == NULL || fold->visit_of == NULL ||
			fold->day_starts == NULL || fold->user_starts == NULL ?
		fault_memory(fault) :
		0;
}

/* Is it to be judged? */
static bool
is_judged(const struct subject_fold *fold, const struct row *row)
{
	if (fold->judges_all)
		return true;
	return window_holds(fold->window, row_ms(row)) &&
		(fold->since == NULL ||
			row_ms(row) >= fold->since[fold->book->posts
							   .items[row->post]
							   .a]);
}

/* Rows are by subject, user and time: the visits of a day and unit are
 * neighbours, but for a day that is split between units. Without branches, as
 * nothing tells ahead whether a row is the first of something: what is written
 * for one that is not is written again, or says the same. */
static void
list_visits(struct subject_fold *fold, const struct subject_batch *batch,
	size_t n)
{
	const struct triple *posts = fold->book->posts.items;
	const struct row *rows = batch->rows;
	const uint32_t *ends = batch->ends;
	uint32_t subjects = 0, users = 0, days = 0, visits = 0;
	uint32_t user = 0, unit = 0, next = batch->start;
	int32_t last_day = 0;

	for (uint32_t i = 0; i < n; i++) {
		const struct triple *post = &posts[rows[i].post];
		int32_t day = window_day(fold->window, row_ms(&rows[i]));
		bool of_other = batch->start + i == next;
		bool by_other = of_other | (post->a != user);
		bool later = by_other | (day != last_day);
		bool moved = later | (post->b != unit);
		bool judged = is_judged(fold, &rows[i]);
		uint32_t stamp;

		user = post->a;
		unit = post->b;
		last_day = day;
		fold->places[subjects] =
			(struct subject_place){ i, users, days, visits };
		subjects += of_other;
		next = ends[subjects - 1];
		fold->user_starts[users] = days;
		users += by_other;
		fold->day_starts[days] = i;
		days += later;
		visits += moved;
		fold->visits[visits - 1] = (struct visit){ .unit = unit,
			.user = user, .day = day };
		fold->visit_of[i] = visits - 1;
		/* how many subjects a unit asked for */
		stamp = judged ? fold->stamp + subjects : fold->unit_seen[unit];
		fold->unit_subjects[unit] += stamp != fold->unit_seen[unit];
		fold->unit_seen[unit] = stamp;
	}
	fold->stamp += subjects;
	fold->places[subjects] =
		(struct subject_place){ (uint32_t)n, users, days, visits };
	fold->user_starts[users] = days;
	fold->day_starts[days] = (uint32_t)n;
}

static int
vouch(struct subject_fold *fold, struct row *asking, uint32_t colleague,
	struct fault *fault)
{
	uint64_t *sole;

	if (fold->book->posts.items[asking->post].a == fold->about) {
		if (ledger_at(&fold->tables[TABLE_SOLES],
			    sole_key(asking, fold->about), &sole, fault) != 0)
			return -1;
		*sole = colleague + (uint64_t)1;
	}
	if (memory_grow((void **)&fold->vouches, &fold->vouches_cap,
		    fold->n_vouches + 1, sizeof(*fold->vouches), SIZE_MAX / 64,
		    "vouches", fault) != 0)
		return -1;
	fold->vouches[fold->n_vouches++] = vouch_row(asking, colleague);
	return 0;
}

/* Among his own earlier days, whose rows are [start, end): the same case? */
static bool
is_continued(const struct row *rows, size_t start, size_t end, size_t at)
{
	uint32_t caseref = rows[at].caseref;

	if (caseref == 0)
		return false;
	if (at - start > CASES_LOOKED_AT)
		start = at - CASES_LOOKED_AT;
	for (size_t i = start; i < end; i++) {
		if (rows[i].caseref == caseref)
			return true;
	}
	return false;
}

/* A case that a retry of the day names is the asking's. */
static void
adopt_case(struct row *rows, size_t at, size_t end)
{
	for (size_t i = at + 1; i < end; i++) {
		if (rows[at].caseref == 0 &&
			(row_marks(&rows[i]) & MARK_JUDGED))
			rows[at].caseref = rows[i].caseref;
	}
}

/* Whose business is it, if another unit's? `other`: the registers say so. */
static int
count_foreign(struct subject_fold *fold, const struct row *row,
	const struct subject_place *place, uint32_t other, struct fault *fault)
{
	const struct triple *posts = fold->book->posts.items;
	uint32_t unit = posts[row->post].b;

	for (size_t i = place[0].visit; i < place[1].visit; i++) {
		const struct visit *visit = &fold->visits[i];

		if (visit->unit == unit || visit->unit == other)
			continue;
		if (other != OFFICE_NONE)
			return 0;
		other = visit->unit;
	}
	if (other == OFFICE_NONE)
		return 0;
	return count(fold, TABLE_FOREIGN,
		(struct ledger_key){ row->post,
			fold->book->facets.items[row->facet].a, other, 0 },
		fault);
}

/* Another lookup of somebody on the watch list. */
static int
keep_watched(struct subject_fold *fold, uint32_t user, uint32_t entry,
	const struct row *rows, size_t n, struct fault *fault)
{
	struct watch_hit *last = fold->n_watched > 0 ?
		&fold->watched[fold->n_watched - 1] :
		NULL;
	int64_t first = row_ms(&rows[0]), end;

	/* the window may end among the retries of a day */
	while (n > 1 && !is_judged(fold, &rows[n - 1]))
		n--;
	end = row_ms(&rows[n - 1]);
	if (last != NULL && last->user == user && last->entry == entry) {
		last->lookups += n;
		last->last_ms = end;
		return 0;
	}
	if (memory_grow((void **)&fold->watched, &fold->watched_cap,
		    fold->n_watched + 1, sizeof(*last), (size_t)1 << 32,
		    "lookups of watched subjects", fault) != 0)
		return -1;
	fold->watched[fold->n_watched++] = (struct watch_hit){ user, entry, n,
		first, end };
	return 0;
}

/* The registers' word on an asking, of which `rows` are the lookups. What they
 * explain is nobody's secret: it is not lone. *ret_other: see verdicts. */
static int
ask_office(struct subject_fold *fold, struct row *rows, size_t n,
	const struct subject_known *known, uint32_t *ret_other,
	struct fault *fault)
{
	const struct book *book = fold->book;
	struct verdicts verdicts;
	uint64_t *counts;

	office_judge(fold->office, rows, known->key, known->cases,
		known->n_cases, &verdicts);
	*ret_other = verdicts.other;
	for (size_t i = 0; verdicts.registered && i < n; i++) {
		rows[i].when &= ~(uint64_t)(MARK_LONE | MARK_THIN);
		row_mark(&rows[i], MARK_REGISTERED);
	}
	if (verdicts.tested == 0)
		return 0;
	if (ledger_at(&fold->tables[TABLE_VERDICTS],
		    (struct ledger_key){ rows->post,
			    book->facets.items[rows->facet].a, 0, 0 },
		    &counts, fault) != 0)
		return -1;
	for (size_t v = 0; v < VERDICT_N; v++) {
		counts[2 * v] += verdicts.tested >> v & 1;
		counts[2 * v + 1] += verdicts.wrong >> v & 1;
	}
	if (verdicts.watched == NULL)
		return 0;
	return keep_watched(fold, book->posts.items[rows->post].a,
		(uint32_t)(verdicts.watched - fold->office->registry->watch),
		rows, n, fault);
}

/* What is known while the askings of a user are gone through. */
struct asker {
	size_t start;     /* his first row … */
	size_t first;     /* … and his first asking */
	uint32_t days;    /* askings so far */
	uint32_t bare;    /* of them without a case */
	bool alone;       /* at the first one */
	bool again;       /* he has other days */
	bool one_of_many; /* others asked for the subject */
};

/* Mark the asking at `at`, on a day whose rows begin at `day`. */
static int
mark_asking(struct subject_fold *fold, struct row *rows, size_t day, size_t at,
	const struct subject_place *place, uint32_t other, struct asker *asker,
	struct fault *fault)
{
	struct row *row = &rows[at];
	const struct visit *visit = &fold->visits[fold->visit_of[at]];
	bool registered = (row_marks(row) & MARK_REGISTERED) != 0;
	bool alone = (visit->company == 0) & !registered;
	bool foreign = alone & (asker->one_of_many | (other != OFFICE_NONE));
	bool continued = day > asker->start &&
		is_continued(rows, asker->start, day, at);
	bool first = asker->days++ == 0;
	unsigned marks = MARK_ASKING;

	marks |= alone ? MARK_ALONE : 0;
	marks |= foreign ? MARK_FOREIGN : 0;
	marks |= visit->company & COMPANY_NEAR ? MARK_COLLEAGUE : 0;
	marks |= continued ? MARK_CONTINUED : 0;
	marks |= first ? MARK_FIRST : 0;
	marks |= asker->again ? MARK_AGAIN : 0;
	row_mark(row, marks);
	asker->alone = first ? alone : asker->alone;
	asker->bare += row->caseref == 0;
	if ((visit->company & (COMPANY_NEAR | COMPANY_SEVERAL)) ==
			COMPANY_NEAR &&
		!registered && !continued &&
		vouch(fold, row, visit->sole, fault) != 0)
		return -1;
	return first & foreign ?
		count_foreign(fold, row, place, other, fault) :
		0;
}

/* He came back to it, alone. */
static int
keep_revisit(struct subject_fold *fold, const struct row *rows,
	const struct subject_place *place, const struct asker *asker,
	struct fault *fault)
{
	if (memory_grow((void **)&fold->revisits, &fold->revisits_cap,
		    fold->n_revisits + 1, sizeof(*fold->revisits),
		    (size_t)1 << 32, "subjects that users came back to",
		    fault) != 0)
		return -1;
	fold->revisits[fold->n_revisits++] = (struct revisit){
		.post = rows[asker->first].post, .days = asker->days,
		.bare = asker->bare,
		.others = place[1].user - place[0].user - 1,
		.subject = rows[asker->start].subject };
	return 0;
}

/* The user-days [day, end) of one user. */
static int
fold_user(struct subject_fold *fold, struct row *rows, size_t day, size_t end,
	const struct subject_place *place, const struct subject_known *known,
	struct fault *fault)
{
	struct asker asker = { .start = fold->day_starts[day],
		.again = end - day > 1,
		.one_of_many = place[1].user - place[0].user > 1 };

	for (; day < end; day++) {
		size_t start = fold->day_starts[day], at = start;
		size_t after = fold->day_starts[day + 1];
		uint32_t other = OFFICE_NONE;

		while (at < after && !(row_marks(&rows[at]) & MARK_JUDGED))
			at++;
		if (at == after)
			continue;
		if (rows[at].caseref == 0)
			adopt_case(rows, at, after);
		if (fold->office != NULL &&
			ask_office(fold, &rows[at], after - at, known, &other,
				fault) != 0)
			return -1;
		asker.first = asker.days == 0 ? at : asker.first;
		if (mark_asking(fold, rows, start, at, place, other, &asker,
			    fault) != 0)
			return -1;
	}
	return asker.days >= REVISIT_MIN && asker.alone ?
		keep_revisit(fold, rows, place, &asker, fault) :
		0;
}

/* What holds for each row, asking or not. */
static void
mark_rows(const struct subject_fold *fold, struct row *rows,
	const struct subject_place *place)
{
	uint32_t days = place[1].day - place[0].day;
	unsigned marks = days == 1 ? MARK_LONE | MARK_THIN :
		days == 2	   ? MARK_THIN :
				     0;

	for (size_t i = place[0].row; i < place[1].row; i++)
		row_mark(&rows[i],
			marks | (is_judged(fold, &rows[i]) ? MARK_JUDGED : 0));
}

/* All judged, and nobody's case? */
static bool
all_strange(const struct row *rows, const struct subject_place *place)
{
	for (size_t i = place[0].row; i < place[1].row; i++) {
		if ((row_marks(&rows[i]) & (MARK_JUDGED | MARK_REGISTERED)) !=
			MARK_JUDGED)
			return false;
	}
	return true;
}

/* Two who asked on a day each. */
static int
count_pair(struct subject_fold *fold, const struct row *rows,
	const struct subject_place *place, struct fault *fault)
{
	const struct triple *posts = fold->book->posts.items;

	if (place[1].user - place[0].user != 2 ||
		place[1].day - place[0].day != 2 || !all_strange(rows, place))
		return 0;
	return count(fold, TABLE_PAIRS,
		(struct ledger_key){ posts[rows[place[0].row].post].a,
			posts[rows[place[1].row - 1].post].a, 0, 0 },
		fault);
}

int
subject_fold_batch(struct subject_fold *fold,
	const struct subject_batch *batch, struct fault *fault)
{
	struct row *rows = batch->rows;
	size_t n = batch->ends[batch->n - 1] - batch->start;
	const uint32_t *users;

	fold->n_vouches = 0;
	if (make_room(fold, n, fault) != 0)
		return -1;
	list_visits(fold, batch, n);
	users = fold->user_starts;
	for (size_t s = 0; s < batch->n; s++) {
		const struct subject_place *place = &fold->places[s];

		if (place[1].user - place[0].user > 1)
			company_find(fold->visits + place[0].visit,
				fold->spare_visits,
				place[1].visit - place[0].visit, fold->seen);
		mark_rows(fold, rows, place);
		for (size_t u = place[0].user; u < place[1].user; u++) {
			if (fold_user(fold, rows, users[u], users[u + 1], place,
				    batch->known != NULL ? &batch->known[s] :
							   NULL,
				    fault) != 0)
				return -1;
		}
		if (count_pair(fold, rows, place, fault) != 0)
			return -1;
	}
	return add_counts(fold, fault);
}
