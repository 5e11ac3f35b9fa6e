/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/subject.h"

#include "base/memory.h"
#include "turn/by-subject.h"

/* So many of a user's rows are looked through for a case: nobody shall make a
 * subject cost more than its rows. */
enum { CASES_LOOKED_AT = 64 };

/* Of so many visits, each is held against each; more are sorted. */
enum { FEW_VISITS = 24 };

struct visit {
	uint32_t unit, user;
	int32_t day;
	uint32_t number;   /* in order of the rows */
	uint32_t unit_users; /* users of the unit who ever asked, himself too */
	uint32_t near;     /* of them within COLLEAGUE_DAYS */
	uint32_t sole;     /* if near is 2: the other one */
};

/* What the rows of a subject amount to. */
struct subject_facts {
	size_t users, user_days, visits;
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
		.since = options->since, .about = options->about };
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

void
subject_fold_free(struct subject_fold *fold)
{
	for (size_t i = 0; i < TABLE_N; i++)
		ledger_free(&fold->tables[i]);
	free(fold->revisits);
	free(fold->watched);
	free(fold->vouches);
	free(fold->visits);
	free(fold->placed);
	free(fold->visit_of);
	free(fold->days);
	free(fold->day_starts);
	free(fold->user_starts);
	free(fold->seen);
	free(fold->unit_subjects);
	free(fold->unit_seen);
	*fold = (struct subject_fold){ 0 };
}

static int
count(struct subject_fold *fold, size_t table, struct ledger_key key,
	struct fault *fault)
{
	uint64_t *cell;

	if (ledger_at(&fold->tables[table], key, &cell, fault) != 0)
		return -1;
	++*cell;
	return 0;
}

static int
make_room(struct subject_fold *fold, size_t n, struct fault *fault)
{
	if (n <= fold->rows_cap)
		return 0;
	free(fold->visits);
	free(fold->placed);
	free(fold->visit_of);
	free(fold->days);
	free(fold->day_starts);
	free(fold->user_starts);
	n += n / 2;
	fold->visits = memory_array(n, sizeof(*fold->visits));
	fold->placed = memory_array(n, sizeof(*fold->placed));
	fold->visit_of = memory_array(n, sizeof(*fold->visit_of));
	fold->days = memory_array(n, sizeof(*fold->days));
	fold->day_starts = memory_array(n + 1, sizeof(*fold->day_starts));
	fold->user_starts = memory_array(n + 1, sizeof(*fold->user_starts));
	fold->rows_cap = n;
	return fold->visits == NULL || fold->placed == NULL ||
			fold->visit_of == NULL || fold->days == NULL ||
			fold->day_starts == NULL || fold->user_starts == NULL ?
		fault_memory(fault) :
		0;
}

/* Rows are by user and time: the visits of a day and unit are neighbours, but
 * for a day that is split between units. Without branches, as nothing tells
 * ahead whether a row is the first of something: what is written for one that
 * is not is written again, or says the same. */
static void
list_visits(struct subject_fold *fold, const struct row *rows, size_t n,
	struct subject_facts *ret)
{
	const struct triple *posts = fold->book->posts.items, *before = NULL;
	struct subject_facts facts = { 0 };
	int32_t last_day = 0;

	for (size_t i = 0; i < n; i++) {
		const struct triple *post = &posts[rows[i].post];
		int32_t day = window_day(fold->window, row_ms(&rows[i]));
		unsigned other = i == 0, later, moved;

		before = i == 0 ? post : before;
		other |= before->a != post->a;
		later = other | (day != last_day);
		moved = later | (before->b != post->b);
		fold->user_starts[facts.users] = (uint32_t)facts.user_days;
		facts.users += other;
		fold->day_starts[facts.user_days] = (uint32_t)i;
		facts.user_days += later;
		facts.visits += moved;
		fold->visits[facts.visits - 1] = (struct visit){
			.unit = post->b, .user = post->a, .day = day,
			.number = (uint32_t)facts.visits - 1,
			.unit_users = 1, .near = 1 };
		fold->visit_of[i] = (uint32_t)facts.visits - 1;
		fold->days[i] = last_day = day;
		before = post;
	}
	fold->user_starts[facts.users] = (uint32_t)facts.user_days;
	fold->day_starts[facts.user_days] = (uint32_t)n;
	*ret = facts;
}

static int
compare_places(const void *a, const void *b)
{
	const struct visit *x = a, *y = b;

	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

/* Who of the unit asked near each visit: a window of days slides over the
 * visits of one unit, in order of day. The sum of the users in it names the
 * other one when there are two. */
static void
see_colleagues(struct subject_fold *fold, struct visit *visits, size_t n)
{
	size_t low = 0, high = 0;
	uint64_t users = 0, sum = 0;

	for (size_t i = 0; i < n; i++) {
		for (; high < n && visits[high].day <=
				visits[i].day + COLLEAGUE_DAYS; high++) {
			if (fold->seen[visits[high].user]++ > 0)
				continue;
			users++;
			sum += visits[high].user;
		}
		for (; visits[low].day < visits[i].day - COLLEAGUE_DAYS;
			low++) {
			if (--fold->seen[visits[low].user] > 0)
				continue;
			users--;
			sum -= visits[low].user;
		}
		visits[i].near = (uint32_t)users;
		visits[i].sole = (uint32_t)(sum - visits[i].user);
	}
	for (; low < n; low++)
		fold->seen[visits[low].user] = 0;
	users = 0;
	for (size_t i = 0; i < n; i++)
		users += fold->seen[visits[i].user]++ == 0;
	for (size_t i = 0; i < n; i++) {
		visits[i].unit_users = (uint32_t)users;
		fold->seen[visits[i].user] = 0;
	}
}

/* The same of few visits, which most subjects have, and without branches: no
 * order of units or days is known ahead. A user's visits are neighbours, so
 * that he is counted where the first of them in a row fits. */
static void
see_few(struct visit *visits, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct visit *visit = &visits[i];
		uint32_t user = visit->user, before = user, sole = 0;
		uint32_t low = (uint32_t)visit->day - COLLEAGUE_DAYS;
		unsigned of_unit = 0, near = 0; /* is the user before? */

		for (size_t k = 0; k < n; k++) {
			const struct visit *other = &visits[k];
			unsigned same = other->user == before;
			unsigned fits = (other->unit == visit->unit) &
				(other->user != user);
			unsigned fits_near = fits &
				((uint32_t)other->day - low <=
					2 * COLLEAGUE_DAYS);

			of_unit &= same;
			near &= same;
			visit->unit_users += fits & ~of_unit;
			visit->near += fits_near & ~near;
			sole = fits_near ? other->user : sole;
			of_unit |= fits;
			near |= fits_near;
			before = other->user;
		}
		visit->sole = sole;
	}
}

static void
see_units(struct subject_fold *fold, const struct subject_facts *facts)
{
	struct visit *visits = fold->visits, *placed = fold->placed;
	size_t n = facts->visits;

	if (facts->users == 1)
		return;
	if (n <= FEW_VISITS) {
		see_few(visits, n);
		return;
	}
	memcpy(placed, visits, n * sizeof(*visits));
	qsort(placed, n, sizeof(*placed), compare_places);
	for (size_t start = 0, end = 0; start < n; start = end) {
		while (end < n && placed[end].unit == placed[start].unit)
			end++;
		see_colleagues(fold, placed + start, end - start);
	}
	for (size_t i = 0; i < n; i++)
		visits[placed[i].number] = placed[i];
}

/* Is it to be judged? */
static bool
is_judged(const struct subject_fold *fold, const struct row *row)
{
	return window_holds(fold->window, row_ms(row)) &&
		(fold->since == NULL ||
			row_ms(row) >= fold->since[fold->book->posts
							   .items[row->post]
							   .a]);
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

/* Among his own earlier days: the same case? */
static bool
is_continued(const struct subject_fold *fold, const struct row *rows,
	size_t start, size_t at)
{
	size_t looked_at = 0;

	if (rows[at].caseref == 0)
		return false;
	for (size_t i = at; i-- > start && looked_at < CASES_LOOKED_AT;
		looked_at++) {
		if (fold->days[i] < fold->days[at] &&
			rows[i].caseref == rows[at].caseref)
			return true;
	}
	return false;
}

/* Mark the asking at `at` of a user whose rows begin at `start`. */
static int
mark_asking(struct subject_fold *fold, struct row *rows, size_t start,
	size_t at, const struct subject_facts *facts, uint32_t other,
	struct fault *fault)
{
	const struct visit *visit = &fold->visits[fold->visit_of[at]];
	bool registered = (row_marks(&rows[at]) & MARK_REGISTERED) != 0;
	unsigned marks = MARK_ASKING;

	if (visit->unit_users == 1 && !registered) {
		marks |= MARK_ALONE;
		marks |= facts->users > 1 || other != OFFICE_NONE ?
			MARK_FOREIGN :
			0;
	}
	if (visit->near > 1)
		marks |= MARK_COLLEAGUE;
	if (is_continued(fold, rows, start, at))
		marks |= MARK_CONTINUED;
	row_mark(&rows[at], marks);
	if (visit->near != 2 || registered || (marks & MARK_CONTINUED))
		return 0;
	return vouch(fold, &rows[at], visit->sole, fault);
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
	const struct subject_facts *facts, uint32_t other, struct fault *fault)
{
	const struct triple *posts = fold->book->posts.items;
	uint32_t unit = posts[row->post].b;

	if (!(row_marks(row) & MARK_FOREIGN))
		return 0;
	for (size_t i = 0; i < facts->visits; i++) {
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

	*ret_other = OFFICE_NONE;
	if (fold->office == NULL)
		return 0;
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

/* The user-days [day, end) of one user. */
static int
fold_user(struct subject_fold *fold, struct row *rows, size_t day, size_t end,
	const struct subject_facts *facts, const struct subject_known *known,
	struct fault *fault)
{
	size_t start = fold->day_starts[day];
	struct revisit revisit = { .others = (uint32_t)facts->users - 1,
		.subject = rows[start].subject };
	bool again = fold->days[start] != fold->days[fold->day_starts[end] - 1];
	bool alone = false;

	for (; day < end; day++) {
		size_t at = fold->day_starts[day];
		size_t after = fold->day_starts[day + 1];
		uint32_t other;

		while (at < after && !(row_marks(&rows[at]) & MARK_JUDGED))
			at++;
		if (at == after)
			continue;
		adopt_case(rows, at, after);
		if (ask_office(fold, &rows[at], after - at, known, &other,
			    fault) != 0 ||
			mark_asking(fold, rows, start, at, facts, other,
				fault) != 0)
			return -1;
		if (revisit.days++ == 0) {
			row_mark(&rows[at], MARK_FIRST);
			revisit.post = rows[at].post;
			alone = (row_marks(&rows[at]) & MARK_ALONE) != 0;
			if (count_foreign(fold, &rows[at], facts, other,
				    fault) != 0)
				return -1;
		}
		row_mark(&rows[at], again ? MARK_AGAIN : 0);
		revisit.bare += rows[at].caseref == 0;
	}
	if (revisit.days < REVISIT_MIN || !alone)
		return 0;
	if (memory_grow((void **)&fold->revisits, &fold->revisits_cap,
		    fold->n_revisits + 1, sizeof(revisit), (size_t)1 << 32,
		    "subjects that users came back to", fault) != 0)
		return -1;
	fold->revisits[fold->n_revisits++] = revisit;
	return 0;
}

static void
count_unit(struct subject_fold *fold, uint32_t unit)
{
	fold->unit_subjects[unit] += fold->unit_seen[unit] != fold->stamp;
	fold->unit_seen[unit] = fold->stamp;
}

/* What holds for each row, asking or not. */
static void
mark_rows(struct subject_fold *fold, struct row *rows, size_t n,
	const struct subject_facts *facts)
{
	const struct triple *posts = fold->book->posts.items;
	unsigned marks = facts->user_days == 1 ? MARK_LONE | MARK_THIN :
		facts->user_days == 2	       ? MARK_THIN :
						 0;

	fold->stamp++;
	for (size_t i = 0; i < n; i++) {
		row_mark(&rows[i], marks);
		if (!is_judged(fold, &rows[i]))
			continue;
		row_mark(&rows[i], MARK_JUDGED);
		count_unit(fold, posts[rows[i].post].b);
	}
}

/* Most subjects are asked for once. */
static int
fold_single(struct subject_fold *fold, struct row *row,
	const struct subject_known *known, struct fault *fault)
{
	struct subject_facts facts = { 0 };
	uint32_t other;

	row_mark(row, MARK_LONE | MARK_THIN);
	if (!is_judged(fold, row))
		return 0;
	row_mark(row, MARK_JUDGED | MARK_ASKING | MARK_FIRST);
	fold->stamp++;
	count_unit(fold, fold->book->posts.items[row->post].b);
	if (ask_office(fold, row, 1, known, &other, fault) != 0)
		return -1;
	if (row_marks(row) & MARK_REGISTERED)
		return 0;
	row_mark(row, other != OFFICE_NONE ? MARK_ALONE | MARK_FOREIGN :
					     MARK_ALONE);
	return count_foreign(fold, row, &facts, other, fault);
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

int
subject_fold_rows(struct subject_fold *fold, struct row *rows, size_t n,
	const struct subject_known *known, struct fault *fault)
{
	const struct triple *posts = fold->book->posts.items;
	struct subject_facts facts;

	fold->n_vouches = 0;
	if (n == 1)
		return fold_single(fold, rows, known, fault);
	if (make_room(fold, n, fault) != 0)
		return -1;
	list_visits(fold, rows, n, &facts);
	see_units(fold, &facts);
	mark_rows(fold, rows, n, &facts);
	for (size_t u = 0; u < facts.users; u++) {
		if (fold_user(fold, rows, fold->user_starts[u],
			    fold->user_starts[u + 1], &facts, known, fault) !=
			0)
			return -1;
	}
	if (facts.users != 2 || facts.user_days != 2 || !all_strange(rows, n))
		return 0;
	return count(fold, TABLE_PAIRS,
		(struct ledger_key){ posts[rows[0].post].a,
			posts[rows[n - 1].post].a, 0, 0 },
		fault);
}
