/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/subject.h"

#include "base/memory.h"
#include "turn/by-subject.h"

/* So many of a user's rows are looked through for a case: nobody shall make a
 * subject cost more than its rows. */
enum { CASES_LOOKED_AT = 64 };

/* Subjects of fewer rows are put in order of how many they have. */
enum { ROWS_CLASSES = 16 };

/* A subject of a batch. */
struct subject_place {
	uint32_t number; /* in the batch */
	uint32_t row, n_rows;
	uint32_t n_users, n_days, n_visits;
};

/* A user on a day: his first row and visit. */
struct user_day {
	uint32_t row, visit;
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
			window_holds(&options->window, book->last_ms),
		.vouches = { .spill = book->spill } };
	fold->posts = memory_array(book->posts.n, sizeof(*fold->posts));
	fold->seen = memory_array(book->names[NAME_USER].n,
		sizeof(*fold->seen));
	/* nobody's unit comes last, see squad.h */
	fold->unit_subjects = memory_array(units + 1, sizeof(uint64_t));
	fold->unit_seen = memory_array(units, sizeof(*fold->unit_seen));
	if (fold->posts == NULL || fold->seen == NULL ||
		fold->unit_subjects == NULL || fold->unit_seen == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < book->posts.n; i++)
		fold->posts[i] = (uint64_t)book->posts.items[i].a << 32 |
			book->posts.items[i].b;
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
	free(fold->days);
	free(fold->user_starts);
}

void
subject_fold_free(struct subject_fold *fold)
{
	for (size_t i = 0; i < TABLE_N; i++)
		ledger_free(&fold->tables[i]);
	free(fold->revisits);
	free(fold->watched);
	vouches_free(&fold->vouches);
	free_scratch(fold);
	free(fold->posts);
	free(fold->counts);
	free(fold->seen);
	free(fold->unit_subjects);
	free(fold->unit_seen);
	*fold = (struct subject_fold){ 0 };
}

/* In tables larger than any cache: subject_settle() does it for many at
 * once. */
int
subject_count(struct subject_fold *fold, size_t table, struct ledger_key key,
	struct fault *fault)
{
	if (fold->n_counts == fold->counts_cap &&
		memory_grow((void **)&fold->counts, &fold->counts_cap,
		    fold->n_counts + 1, sizeof(*fold->counts), SIZE_MAX / 64,
		    "tallies", fault) != 0)
		return -1;
	fold->counts[fold->n_counts++] = (struct subject_count){ key, table };
	return 0;
}

int
subject_settle(struct subject_fold *fold, struct fault *fault)
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
	fold->places = memory_array(n, sizeof(*fold->places));
	fold->visits = memory_array(n, sizeof(*fold->visits));
	fold->spare_visits = memory_array(n, sizeof(*fold->spare_visits));
	fold->days = memory_array(n + 1, sizeof(*fold->days));
	fold->user_starts = memory_array(n + 1, sizeof(*fold->user_starts));
	fold->rows_cap = n;
	return fold->places == NULL || fold->visits == NULL ||
			fold->spare_visits == NULL || fold->days == NULL ||
			fold->user_starts == NULL ?
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

/* A unit that asked for the subject, and whether it is the first time. */
static inline void
count_unit(struct subject_fold *fold, uint32_t unit, bool judged)
{
	uint32_t seen = fold->unit_seen[unit];

	fold->unit_subjects[unit] += judged & (seen != fold->stamp);
	fold->unit_seen[unit] = judged ? fold->stamp : seen;
}

/* Rows are by user and time: the visits of a day and unit are neighbours, but
 * for a day that is split between units. Without branches, as nothing tells
 * ahead whether a row is the first of something: what is written for one that
 * is not is written again, or says the same. */
static inline __attribute__((always_inline)) void
list_visits(struct subject_fold *fold, const struct row *rows,
	struct subject_place *place, bool judges_all)
{
	const uint64_t *posts = fold->posts;
	uint32_t *users = fold->user_starts;
	struct user_day *days = fold->days;
	struct visit *visits = fold->visits;
	const struct window window = *fold->window;
	uint32_t user = 0, day = 0, visit = 0, end = place->row + place->n_rows;
	uint64_t last_post = ~posts[rows[place->row].post];
	int32_t last_day = 0;

	fold->stamp++;
	for (uint32_t i = place->row; i < end; i++) {
		uint64_t post = posts[rows[i].post], other = post ^ last_post;
		int32_t at = window_day(&window, row_ms(&rows[i]));
		bool by_other = other >> 32 != 0;
		bool later = by_other | (at != last_day);
		bool moved = later | (other != 0);

		users[user] = day;
		user += by_other;
		days[day] = (struct user_day){ i, visit };
		day += later;
		visit += moved;
		visits[visit - 1].unit = (uint32_t)post;
		visits[visit - 1].user = (uint32_t)(post >> 32);
		visits[visit - 1].day = at;
		visits[visit - 1].company = 0;
		count_unit(fold, (uint32_t)post,
			judges_all || is_judged(fold, &rows[i]));
		last_post = post;
		last_day = at;
	}
	users[user] = day;
	days[day] = (struct user_day){ end, visit };
	place->n_users = user;
	place->n_days = day;
	place->n_visits = visit;
}

int
subject_vouch(struct subject_fold *fold, const struct row *asking,
	uint32_t colleague, struct fault *fault)
{
	uint64_t *sole;

	if (fold->posts[asking->post] >> 32 == fold->about) {
		if (ledger_at(&fold->tables[TABLE_SOLES],
			    sole_key(asking, fold->about), &sole, fault) != 0)
			return -1;
		*sole = colleague + (uint64_t)1;
	}
	return vouches_add(&fold->vouches,
		&(struct vouch){ asking->post, asking->facet, asking->caseref,
			colleague },
		fault);
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

int
subject_foreign(struct subject_fold *fold, const struct row *row,
	uint32_t other, struct fault *fault)
{
	return subject_count(fold, TABLE_FOREIGN,
		(struct ledger_key){ row->post,
			fold->book->facets.items[row->facet].a, other, 0 },
		fault);
}

/* Once a subject, as all who asked for it may want to know. */
static void
list_units(struct subject_fold *fold, const struct subject_place *place)
{
	fold->units_stamp = fold->stamp;
	fold->n_units = 0;
	for (uint32_t i = 0;
		i < place->n_visits && fold->n_units < SUBJECT_UNITS; i++) {
		uint32_t unit = fold->visits[i].unit;
		bool known = false;

		for (uint32_t k = 0; k < fold->n_units; k++)
			known |= fold->units[k] == unit;
		if (!known)
			fold->units[fold->n_units++] = unit;
	}
}

/* Whose business is it, if another unit's? `other`: the registers say so. */
static int
count_foreign(struct subject_fold *fold, const struct row *row,
	const struct subject_place *place, uint32_t other, struct fault *fault)
{
	uint32_t unit = (uint32_t)fold->posts[row->post];

	if (fold->units_stamp != fold->stamp)
		list_units(fold, place);
	for (uint32_t i = 0; i < fold->n_units; i++) {
		if (fold->units[i] == unit || fold->units[i] == other)
			continue;
		if (other != OFFICE_NONE)
			return 0;
		other = fold->units[i];
	}
	return other == OFFICE_NONE ?
		0 :
		subject_foreign(fold, row, other, fault);
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
	uint32_t day, end; /* his user-days */
	uint32_t start;    /* his first row … */
	uint32_t first;    /* … and his first asking */
	uint32_t days;     /* askings so far */
	uint32_t bare;     /* of them without a case */
	bool alone;        /* at the first one */
};

/* The visit of an asking that is not his first row of the day. */
static uint32_t
visit_at(const struct subject_fold *fold, const struct row *rows,
	const struct user_day *day, uint32_t at)
{
	uint32_t visit = day->visit;

	for (uint32_t i = day->row + 1; i <= at; i++)
		visit += fold->posts[rows[i].post] !=
			fold->posts[rows[i - 1].post];
	return visit;
}

/* Mark the asking at `at`. other: see verdicts. */
static inline int
mark_asking(struct subject_fold *fold, struct row *rows, uint32_t at,
	const struct user_day *day, const struct subject_place *place,
	uint32_t other, struct asker *asker, struct fault *fault)
{
	struct row *row = &rows[at];
	uint32_t number = at == day->row ? day->visit :
					   visit_at(fold, rows, day, at);
	const struct visit *visit = &fold->visits[number];
	unsigned company = visit->company;
	bool registered = (row_marks(row) & MARK_REGISTERED) != 0;
	bool alone = (company == 0) & !registered;
	bool foreign = alone & ((place->n_users > 1) | (other != OFFICE_NONE));
	bool continued = day->row > asker->start &&
		is_continued(rows, asker->start, day->row, at);
	bool first = asker->days++ == 0;
	unsigned marks = MARK_ASKING;

	marks |= alone ? MARK_ALONE : 0;
	marks |= foreign ? MARK_FOREIGN : 0;
	marks |= company & COMPANY_NEAR ? MARK_COLLEAGUE : 0;
	marks |= continued ? MARK_CONTINUED : 0;
	marks |= first ? MARK_FIRST : 0;
	marks |= asker->end - asker->day > 1 ? MARK_AGAIN : 0;
	row_mark(row, marks);
	asker->alone = first ? alone : asker->alone;
	asker->first = first ? at : asker->first;
	asker->bare += row->caseref == 0;
	if ((company & (COMPANY_NEAR | COMPANY_SEVERAL)) == COMPANY_NEAR &&
		!registered && !continued &&
		subject_vouch(fold, row, visit->sole, fault) != 0)
		return -1;
	return first && foreign ?
		count_foreign(fold, row, place, other, fault) :
		0;
}

int
subject_revisit(struct subject_fold *fold, const struct revisit *revisit,
	struct fault *fault)
{
	if (memory_grow((void **)&fold->revisits, &fold->revisits_cap,
		    fold->n_revisits + 1, sizeof(*fold->revisits),
		    (size_t)1 << 32, "subjects that users came back to",
		    fault) != 0)
		return -1;
	fold->revisits[fold->n_revisits++] = *revisit;
	return 0;
}

/* He came back to it, alone. */
static int
keep_revisit(struct subject_fold *fold, const struct row *rows,
	const struct subject_place *place, const struct asker *asker,
	struct fault *fault)
{
	const struct revisit revisit = { .post = rows[asker->first].post,
		.days = asker->days, .bare = asker->bare,
		.others = place->n_users - 1,
		.subject = rows[asker->start].subject };

	return subject_revisit(fold, &revisit, fault);
}

/* All user-days of a subject, user by user. */
static int
fold_days(struct subject_fold *fold, struct row *rows,
	const struct subject_place *place, const struct subject_known *known,
	struct fault *fault)
{
	const struct user_day *days = fold->days;
	const uint32_t *users = fold->user_starts;
	struct asker asker = { .end = 0 };

	for (uint32_t day = 0; day < place->n_days; day++) {
		uint32_t at = days[day].row, after = days[day + 1].row;
		uint32_t other = OFFICE_NONE;

		if (day == asker.end) {
			users++;
			asker = (struct asker){ .day = day, .end = *users,
				.start = at };
		}
		while (at < after && !(row_marks(&rows[at]) & MARK_JUDGED))
			at++;
		if (at < after) {
			if (rows[at].caseref == 0)
				adopt_case(rows, at, after);
			if (fold->office != NULL &&
				ask_office(fold, &rows[at], after - at, known,
					&other, fault) != 0)
				return -1;
			if (mark_asking(fold, rows, at, &days[day], place,
				    other, &asker, fault) != 0)
				return -1;
		}
		if (asker.days >= REVISIT_MIN && asker.alone &&
			day + 1 == asker.end &&
			keep_revisit(fold, rows, place, &asker, fault) != 0)
			return -1;
	}
	return 0;
}

/* What holds for each row, asking or not. */
static void
mark_rows(const struct subject_fold *fold, struct row *rows,
	const struct subject_place *place)
{
	unsigned marks = place->n_days == 1 ? MARK_LONE | MARK_THIN :
		place->n_days == 2	    ? MARK_THIN :
					      0;

	for (size_t i = 0; i < place->n_rows; i++)
		row_mark(&rows[i],
			marks | (is_judged(fold, &rows[i]) ? MARK_JUDGED : 0));
}

/* All judged, and nobody's case? */
static bool
all_strange(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if ((row_marks(&rows[i]) & (MARK_JUDGED | MARK_REGISTERED)) !=
			MARK_JUDGED)
			return false;
	}
	return true;
}

static int
fold_several(struct subject_fold *fold, struct row *rows,
	struct subject_place *place, const struct subject_known *known,
	struct fault *fault)
{
	if (place->n_users > 1)
		company_find(fold->visits, fold->spare_visits,
			place->n_visits, fold->seen);
	mark_rows(fold, rows + place->row, place);
	if (fold_days(fold, rows, place, known, fault) != 0)
		return -1;
	rows += place->row;
	if (place->n_users != 2 || place->n_days != 2 ||
		!all_strange(rows, place->n_rows))
		return 0;
	/* two who asked on a day each */
	return subject_count(fold, TABLE_PAIRS,
		(struct ledger_key){ (uint32_t)(fold->posts[rows[0].post] >> 32),
			(uint32_t)(fold->posts[rows[place->n_rows - 1].post] >>
				32),
			0, 0 },
		fault);
}

/* Most subjects are asked for once. */
static inline int
fold_single(struct subject_fold *fold, struct row *row,
	const struct subject_known *known, struct fault *fault)
{
	uint32_t other = OFFICE_NONE;
	bool judged = is_judged(fold, row);

	row_mark(row, MARK_LONE | MARK_THIN);
	fold->unit_subjects[(uint32_t)fold->posts[row->post]] += judged;
	if (!judged)
		return 0;
	row_mark(row, MARK_JUDGED | MARK_ASKING | MARK_FIRST);
	if (fold->office != NULL &&
		ask_office(fold, row, 1, known, &other, fault) != 0)
		return -1;
	if (row_marks(row) & MARK_REGISTERED)
		return 0;
	row_mark(row, MARK_ALONE);
	if (other == OFFICE_NONE)
		return 0;
	row_mark(row, MARK_FOREIGN);
	return subject_foreign(fold, row, other, fault);
}

/* Put the subjects in order of how many rows they have, as far as they have
 * few: how many the next one has cannot be foretold. Returns how many have
 * one. */
static uint32_t
sort_out(struct subject_fold *fold, const struct subject_batch *batch)
{
	uint32_t starts[ROWS_CLASSES + 1] = { 0 }, start = batch->start;

	for (uint32_t i = 0; i < batch->n; i++) {
		uint32_t n = batch->ends[i] - start;

		starts[n < ROWS_CLASSES ? n : ROWS_CLASSES]++;
		start = batch->ends[i];
	}
	for (uint32_t n = 0, sum = 0; n <= ROWS_CLASSES; n++) {
		uint32_t count = starts[n];

		starts[n] = sum;
		sum += count;
	}
	start = batch->start;
	for (uint32_t i = 0; i < batch->n; i++) {
		uint32_t n = batch->ends[i] - start;
		struct subject_place *place = &fold->places
			[starts[n < ROWS_CLASSES ? n : ROWS_CLASSES]++];

		place->number = i;
		place->row = start - batch->start;
		place->n_rows = n;
		start = batch->ends[i];
	}
	return starts[1];
}

int
subject_fold_batch(struct subject_fold *fold,
	const struct subject_batch *batch, struct fault *fault)
{
	size_t n = batch->ends[batch->n - 1] - batch->start;
	const struct subject_known *known = batch->known;
	uint32_t singles;

	if (make_room(fold, n, fault) != 0)
		return -1;
	singles = sort_out(fold, batch);
	for (uint32_t i = 0; i < singles; i++) {
		const struct subject_place *place = &fold->places[i];

		if (fold_single(fold, &batch->rows[place->row],
			    known != NULL ? &known[place->number] : NULL,
			    fault) != 0)
			return -1;
	}
	for (uint32_t i = singles; i < batch->n; i++) {
		struct subject_place *place = &fold->places[i];

		if (fold->judges_all)
			list_visits(fold, batch->rows, place, true);
		else
			list_visits(fold, batch->rows, place, false);
		if (fold_several(fold, batch->rows, place,
			    known != NULL ? &known[place->number] : NULL,
			    fault) != 0)
			return -1;
	}
	return subject_settle(fold, fault);
}
