/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/tally.h"

#include "base/pool.h"
#include "lookup/range.h"
#include "turn/sort.h"
#include "turn/timeline.h"

enum { CELL_KINDS, CELL_WEEKS, CELL_AREAS, CELL_RANGES, CELL_CASES, CELLS_N };

static const size_t widths[CELLS_N] = {
	[CELL_KINDS] = KIND_COUNTS,
	[CELL_WEEKS] = WEEK_COUNTS,
	[CELL_AREAS] = AREA_COUNTS,
	[CELL_RANGES] = RANGE_COUNTS,
	[CELL_CASES] = CASE_COUNTS,
};

/* Of one thread. */
struct scratch {
	struct row *rows, *sorted;
	size_t cap;
	size_t *starts; /* by user within the partition */
	struct partition_cursor cursor;
	struct ledger cells[CELLS_N];
};

struct turn {
	const struct book *book;
	const struct turn_options *options;
	struct subject_turn *from;
	struct tally *tally;
	struct scratch *scratch;
};

static int
scratch_grow(struct scratch *scratch, size_t n, struct fault *fault)
{
	if (n <= scratch->cap)
		return 0;
	free(scratch->rows);
	free(scratch->sorted);
	scratch->cap = n + n / 4;
	scratch->rows = malloc(scratch->cap * sizeof(struct row));
	scratch->sorted = malloc(scratch->cap * sizeof(struct row));
	return scratch->rows == NULL || scratch->sorted == NULL ?
		fault_memory(fault) :
		0;
}

/* All rows of a partition, as they come, and how many are of each user. */
static int
collect(struct turn *turn, size_t part, struct scratch *scratch,
	struct chunk_pool *pool, struct fault *fault)
{
	const struct triple *posts = turn->book->posts.items;
	struct subject_turn *from = turn->from;
	struct row *to = scratch->sorted;
	const struct row *rows;
	size_t n;
	int more = 0;

	for (size_t i = 0; i < from->n_outs; i++) {
		struct partition *partition = &from->outs[i].users[part];

		cursor_start(&scratch->cursor, partition, turn->book->spill);
		while ((more = cursor_next(&scratch->cursor, &rows, &n,
				fault)) > 0) {
			for (size_t k = 0; k < n; k++) {
				scratch->starts[posts[rows[k].post].a /
					USER_PARTITIONS]++;
				*to++ = rows[k];
			}
		}
		if (more < 0)
			return -1;
		partition_clear(partition, pool);
	}
	return chunk_pool_settle(pool, fault);
}

/* Rows of a partition, user by user. starts[u] becomes the end of user u. */
static int
gather(struct turn *turn, size_t part, struct scratch *scratch, size_t n_users,
	struct chunk_pool *pool, struct fault *fault)
{
	const struct triple *posts = turn->book->posts.items;
	size_t sum = 0;

	memset(scratch->starts, 0, n_users * sizeof(*scratch->starts));
	if (collect(turn, part, scratch, pool, fault) != 0)
		return -1;
	for (size_t u = 0; u < n_users; u++) {
		size_t count = scratch->starts[u];

		scratch->starts[u] = sum;
		sum += count;
	}
	for (size_t i = 0; i < sum; i++) {
		const struct row *row = &scratch->sorted[i];
		uint32_t user = posts[row->post].a / USER_PARTITIONS;

		scratch->rows[scratch->starts[user]++] = *row;
	}
	return 0;
}

/* before: the marks of the asking before. */
static void
fold_kind(const struct row *row, unsigned before, uint32_t outcome,
	uint64_t *kind)
{
	unsigned marks = row_marks(row);
	bool bare = row->caseref == 0;
	bool lone = (marks & MARK_LONE) != 0;
	bool thin = (marks & MARK_THIN) && !lone;
	bool first = (marks & MARK_FIRST) != 0;
	bool alone = (marks & MARK_ALONE) != 0;
	bool foreign = (marks & MARK_FOREIGN) != 0;

	kind[KIND_LOOKUPS]++;
	kind[KIND_HOP] += (marks & MARK_HOP) != 0;
	kind[KIND_OUTCOMES] += outcome != OUTCOME_UNKNOWN;
	kind[KIND_DENIED] += outcome == OUTCOME_DENIED;
	if (!(marks & MARK_ASKING))
		return;
	kind[KIND_ASKINGS]++;
	kind[KIND_FIRST] += first;
	kind[KIND_NO_CASE] += bare;
	kind[KIND_LONE] += lone;
	kind[KIND_LONE_CHAINED] += lone && (marks & MARK_CHAINED);
	kind[KIND_THIN] += thin;
	kind[KIND_SERIES] += (marks & ~before & MARK_PACED) != 0;
	kind[KIND_WALKS] += (marks & ~before & MARK_SEQUENCE) != 0;
	kind[KIND_DOSSIER] += lone && (marks & MARK_DOSSIER);
	kind[KIND_ALONE] += alone;
	kind[KIND_ALONE_NO_CASE] += alone && bare;
	kind[KIND_ALONE_FIRST] += alone && first;
	kind[KIND_FOREIGN] += foreign && first;
}

/* Days are counted as they come: rows are in order of time. A day that is
 * split between two cells is a day of either. */
static void
count_day(uint64_t *days, uint64_t *last, int32_t day)
{
	uint64_t number = (uint64_t)((int64_t)day + 1 - INT32_MIN);

	*days += number != *last;
	*last = number;
}

static void
fold_week(const struct row *row, int32_t day, uint64_t *week)
{
	unsigned marks = row_marks(row);
	bool asking = (marks & MARK_ASKING) != 0;

	week[WEEK_LOOKUPS]++;
	week[WEEK_ASKINGS] += asking;
	week[WEEK_FIRST] += (marks & MARK_FIRST) != 0;
	week[WEEK_LONE] += asking && (marks & MARK_LONE);
	count_day(&week[WEEK_ACTIVE], &week[WEEK_LAST_DAY], day);
}

static void
fold_range(const struct row *row, int32_t day, uint64_t *range)
{
	unsigned marks = row_marks(row);

	range[RANGE_LOOKUPS]++;
	range[RANGE_LONE] += (marks & MARK_ASKING) && (marks & MARK_LONE);
	count_day(&range[RANGE_ACTIVE], &range[RANGE_LAST_DAY], day);
}

static void
fold_asking(const struct row *row, uint64_t *area, uint64_t *of_case)
{
	unsigned marks = row_marks(row);
	bool registered = (marks & MARK_REGISTERED) != 0;
	bool colleague = !registered && (marks & MARK_COLLEAGUE);
	bool lone = (marks & MARK_LONE) != 0;

	area[AREA_ASKINGS]++;
	area[AREA_LONE] += lone;
	area[AREA_THIN] += (marks & MARK_THIN) && !lone;
	of_case[CASE_ASKINGS]++;
	of_case[CASE_LONE] += lone;
	of_case[CASE_REGISTERED] += registered;
	of_case[CASE_COLLEAGUE] += colleague;
	of_case[CASE_CONTINUED] += !registered && !colleague &&
		(marks & MARK_CONTINUED);
}

static int
fold_row(const struct turn *turn, struct ledger *cells, const struct row *row,
	unsigned before, int32_t day, struct fault *fault)
{
	const struct triple *facet = &turn->book->facets.items[row->facet];
	uint64_t *cell, *area;

	if (ledger_at(&cells[CELL_KINDS],
		    (struct ledger_key){ row->post, facet->a, 0, 0 }, &cell,
		    fault) != 0)
		return -1;
	fold_kind(row, before, facet->c, cell);
	if (ledger_at(&cells[CELL_WEEKS],
		    (struct ledger_key){ row->post, (uint32_t)(day / WEEK_DAYS),
			    0, 0 },
		    &cell, fault) != 0)
		return -1;
	fold_week(row, day, cell);
	if (ledger_at(&cells[CELL_RANGES],
		    (struct ledger_key){ row->post,
			    turn->tally->range_of[row->source], 0, 0 },
		    &cell, fault) != 0)
		return -1;
	fold_range(row, day, cell);
	if (!(row_marks(row) & MARK_ASKING))
		return 0;
	if (ledger_at(&cells[CELL_AREAS],
		    (struct ledger_key){ row->post, facet->b, 0, 0 }, &area,
		    fault) != 0 ||
		ledger_at(&cells[CELL_CASES],
			(struct ledger_key){ row->post, row->caseref, facet->a,
				0 },
			&cell, fault) != 0)
		return -1;
	fold_asking(row, area, cell);
	return 0;
}

/* All lookups of one user, in order of time. */
static int
fold_user(const struct turn *turn, struct ledger *cells, const struct row *rows,
	size_t n, struct user_tally *user, struct fault *fault)
{
	int32_t last_day = INT32_MIN;
	unsigned before = 0;

	for (size_t i = 0; i < n; i++) {
		const struct row *row = &rows[i];
		int32_t day;

		if (!(row_marks(row) & MARK_JUDGED))
			continue;
		day = window_day(&turn->options->window, row_ms(row));
		if (fold_row(turn, cells, row, before, day, fault) != 0)
			return -1;
		if (row_marks(row) & MARK_ASKING)
			before = row_marks(row);
		if (user->lookups == 0)
			user->first_ms = row_ms(row);
		user->last_ms = row_ms(row);
		user->post = row->post;
		user->lookups++;
		user->subjects += (row_marks(row) & MARK_FIRST) != 0;
		user->active_days += day != last_day;
		last_day = day;
	}
	return 0;
}

/* All there is of the user asked about; only one thread meets him. */
static int
keep_rows(struct tally *tally, const struct row *rows, size_t n,
	struct fault *fault)
{
	tally->rows = memory_array(n, sizeof(*rows));
	if (tally->rows == NULL)
		return fault_memory(fault);
	memcpy(tally->rows, rows, n * sizeof(*rows));
	tally->n_rows = n;
	return 0;
}

static int
turn_task(void *ctx, unsigned worker, size_t part, struct fault *fault)
{
	struct turn *turn = ctx;
	struct scratch *scratch = &turn->scratch[worker];
	struct tally *tally = turn->tally;
	size_t n = 0, start = 0;
	size_t n_users = (tally->n_users + USER_PARTITIONS - 1 - part) /
		USER_PARTITIONS;

	for (size_t i = 0; i < turn->from->n_outs; i++)
		n += partition_rows(&turn->from->outs[i].users[part]);
	if (n == 0)
		return 0;
	if (scratch_grow(scratch, n, fault) != 0)
		return -1;
	if (gather(turn, part, scratch, n_users,
		    &turn->from->outs[worker].pool, fault) != 0)
		return -1;
	for (size_t u = 0; u < n_users; u++) {
		size_t end = scratch->starts[u];
		size_t user = u * USER_PARTITIONS + part;
		struct row *rows = scratch->rows + start;

		rows_sort(rows, scratch->sorted, end - start);
		timeline_mark(turn->book, tally->range_of, rows, end - start);
		if (fold_user(turn, scratch->cells, rows, end - start,
			    &tally->users[user], fault) != 0)
			return -1;
		if (user == turn->options->about &&
			keep_rows(tally, rows, end - start, fault) != 0)
			return -1;
		start = end;
	}
	return 0;
}

static int
pack_cases(struct turn *turn, struct ledger *cases, struct fault *fault)
{
	struct docket_cell *cells = memory_array(cases->n, sizeof(*cells));
	int result = -1;

	if (cells == NULL) {
		fault_memory(fault);
		goto out;
	}
	if (docket_init(&turn->tally->docket, turn->book->posts.n, 1, fault) != 0)
		goto out;
	for (size_t start = 0, end = 0; start < cases->n; start = end) {
		for (; end < cases->n && cases->keys[end].a == cases->keys[start].a; end++) {
			cells[end - start] = (struct docket_cell){ cases->keys[end].b, cases->keys[end].c, { 0 } };
			memcpy(cells[end - start].counts, ledger_counts(cases, end), sizeof(cells->counts));
		}
		if (docket_put(&turn->tally->docket, 0, cases->keys[start].a, cells, end - start, fault) != 0)
			goto out;
	}
	result = 0;
out:
	free(cells);
	ledger_free(cases);
	return result;
}

/* Join the threads' cells, in an order of their own. */
static int
join_cells(struct turn *turn, size_t n_scratch, struct fault *fault)
{
	struct tally *tally = turn->tally;
	struct ledger cases = { 0 };
	struct ledger *into[CELLS_N] = {
		[CELL_KINDS] = &tally->kinds,
		[CELL_WEEKS] = &tally->weeks,
		[CELL_AREAS] = &tally->areas,
		[CELL_RANGES] = &tally->ranges,
		[CELL_CASES] = &cases,
	};

	for (size_t c = 0; c < CELLS_N; c++) {
		*into[c] = turn->scratch[0].cells[c];
		turn->scratch[0].cells[c] = (struct ledger){ 0 };
		for (size_t i = 1; i < n_scratch; i++) {
			if (ledger_join(into[c], &turn->scratch[i].cells[c],
				    fault) != 0)
				return -1;
			ledger_free(&turn->scratch[i].cells[c]);
		}
		if (ledger_sort(into[c], fault) != 0)
			return -1;
	}
	return pack_cases(turn, &cases, fault);
}

static void
sum_up(struct turn *turn)
{
	struct tally *tally = turn->tally;
	int64_t first = INT64_MAX, last = INT64_MIN;

	for (size_t u = 0; u < tally->n_users; u++) {
		const struct user_tally *user = &tally->users[u];

		if (user->lookups == 0)
			continue;
		tally->lookups += user->lookups;
		first = user->first_ms < first ? user->first_ms : first;
		last = user->last_ms > last ? user->last_ms : last;
	}
	if (tally->lookups > 0)
		tally->span_days = (uint32_t)(window_day(&turn->options->window, last) -
			window_day(&turn->options->window, first) + 1);
}

/* What turn 1 has closed already changes hands. */
static void
take_over(struct subject_turn *from, struct tally *tally)
{
	memcpy(tally->tables, from->tables, sizeof(tally->tables));
	memset(from->tables, 0, sizeof(from->tables));
	tally->revisits = from->revisits;
	tally->n_revisits = from->n_revisits;
	tally->watched = from->watched;
	tally->n_watched = from->n_watched;
	tally->unit_subjects = from->unit_subjects;
	tally->n_units = from->n_units;
	tally->texts = from->texts;
	tally->n_texts = from->n_texts;
	tally->arena = from->arena;
	from->revisits = NULL;
	from->watched = NULL;
	from->unit_subjects = NULL;
	from->texts = NULL;
	from->arena = (struct arena){ 0 };
}

static int
scratch_init(struct scratch *scratch, size_t n_users, struct fault *fault)
{
	scratch->starts = memory_array(n_users / USER_PARTITIONS + 1,
		sizeof(size_t));
	if (scratch->starts == NULL)
		return fault_memory(fault);
	for (size_t c = 0; c < CELLS_N; c++) {
		if (ledger_init(&scratch->cells[c], widths[c], fault) != 0)
			return -1;
	}
	return 0;
}

static void
scratch_free(struct scratch *scratch)
{
	free(scratch->rows);
	free(scratch->sorted);
	free(scratch->starts);
	cursor_free(&scratch->cursor);
	for (size_t c = 0; c < CELLS_N; c++)
		ledger_free(&scratch->cells[c]);
}

/* Where memory is bounded, for the largest partition, once a thread. */
static int
make_room(struct subject_turn *from, size_t n, unsigned threads,
	struct fault *fault)
{
	size_t most = 0;

	for (size_t part = 0; part < USER_PARTITIONS; part++) {
		size_t rows = 0;

		for (size_t i = 0; i < from->n_outs; i++)
			rows += partition_rows(&from->outs[i].users[part]);
		most = rows > most ? rows : most;
	}
	for (size_t i = 0; i < from->n_outs; i++) {
		if (chunk_pool_make_room(&from->outs[i].pool,
			    threads * most * USERS_COST + n * TURN_COST,
			    fault) != 0)
			return -1;
	}
	return 0;
}

int
turn_by_user(const struct book *book, const struct turn_options *options,
	struct subject_turn *from, struct tally *ret, struct fault *fault)
{
	struct tally tally = { .n_users = book->names[NAME_USER].n,
		.office = options->office };
	struct turn turn = { .book = book, .options = options, .from = from,
		.tally = &tally };
	unsigned threads = options->threads > 0 ? options->threads : 1;
	int result = -1;

	/* Chunks go back to the pool of an earlier worker. */
	if (threads > from->n_outs)
		threads = (unsigned)from->n_outs;
	take_over(from, &tally);
	tally.users = memory_array(tally.n_users, sizeof(*tally.users));
	turn.scratch = memory_array(threads, sizeof(*turn.scratch));
	if (tally.users == NULL || turn.scratch == NULL) {
		fault_memory(fault);
		goto out;
	}
	for (unsigned i = 0; i < threads; i++) {
		if (scratch_init(&turn.scratch[i], tally.n_users, fault) != 0)
			goto out;
	}
	if (make_room(from, book->n, threads, fault) != 0 ||
		ranges_make(&book->names[NAME_SOURCE], &tally.range_names,
		    &tally.range_of, fault) != 0 ||
		pool_run(threads, USER_PARTITIONS, turn_task, &turn, fault) !=
			0 ||
		join_cells(&turn, threads, fault) != 0)
		goto out;
	/* nothing needs rows any more: where memory is bounded, give it back */
	for (size_t i = 0; i < from->n_outs; i++) {
		if (chunk_pool_make_room(&from->outs[i].pool, SIZE_MAX,
			    fault) != 0)
			goto out;
	}
	sum_up(&turn);
	result = 0;
out:
	for (unsigned i = 0; turn.scratch != NULL && i < threads; i++)
		scratch_free(&turn.scratch[i]);
	free(turn.scratch);
	if (result == 0)
		*ret = tally;
	else
		tally_free(&tally);
	return result;
}

static int
compare_text(const void *key, const void *item)
{
	uint64_t subject = *(const uint64_t *)key;
	const struct subject_text *text = item;

	return (subject > text->subject) - (subject < text->subject);
}

struct slice
tally_text(const struct tally *tally, uint64_t subject, char buf[20])
{
	const struct subject_text *found;

	if (!(subject & SUBJECT_TEXT))
		return (struct slice){ buf, subject_unpack(subject, buf) };
	if (tally->n_texts == 0)
		return (struct slice){ NULL, 0 };
	found = bsearch(&subject, tally->texts, tally->n_texts,
		sizeof(*tally->texts), compare_text);
	return found != NULL ? found->text : (struct slice){ NULL, 0 };
}

void
tally_free(struct tally *tally)
{
	for (size_t t = 0; t < TABLE_N; t++)
		ledger_free(&tally->tables[t]);
	ledger_free(&tally->kinds);
	ledger_free(&tally->weeks);
	ledger_free(&tally->areas);
	ledger_free(&tally->ranges);
	docket_free(&tally->docket);
	dict_free(&tally->range_names);
	free(tally->users);
	free(tally->revisits);
	free(tally->watched);
	free(tally->unit_subjects);
	free(tally->range_of);
	free(tally->rows);
	free(tally->texts);
	arena_free(&tally->arena);
	*tally = (struct tally){ 0 };
}
