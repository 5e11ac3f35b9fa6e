/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/tally.h"

#include "base/pool.h"
#include "turn/sort.h"

/* Cells of one partition of users. */
struct cells {
	struct kind_tally *kinds;
	struct week_tally *weeks;
	size_t n_kinds, kinds_cap, n_weeks, weeks_cap;
};

struct scratch {
	struct row *rows, *sorted;
	size_t cap;
	size_t *starts; /* by user within the partition */
};

struct turn {
	const struct book *book;
	const struct window *window;
	struct subject_turn *from;
	struct tally *tally;
	struct cells cells[USER_PARTITIONS];
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

/* Rows of a partition, user by user. starts[u] becomes the end of user u. */
static void
gather(struct turn *turn, size_t part, struct scratch *scratch, size_t n_users,
	struct chunk_pool *pool)
{
	const struct triple *posts = turn->book->posts.items;
	struct subject_turn *from = turn->from;
	size_t sum = 0;

	memset(scratch->starts, 0, n_users * sizeof(*scratch->starts));
	for (size_t i = 0; i < from->n_outs; i++)
		for (struct chunk *chunk = from->outs[i].users[part].first;
			chunk != NULL; chunk = chunk->next)
			for (size_t k = 0; k < chunk->n; k++)
				scratch->starts[posts[chunk->rows[k].post].a /
					USER_PARTITIONS]++;
	for (size_t u = 0; u < n_users; u++) {
		size_t count = scratch->starts[u];

		scratch->starts[u] = sum;
		sum += count;
	}
	for (size_t i = 0; i < from->n_outs; i++) {
		for (struct chunk *chunk = from->outs[i].users[part].first;
			chunk != NULL; chunk = chunk->next)
			for (size_t k = 0; k < chunk->n; k++) {
				uint32_t user = posts[chunk->rows[k].post].a;

				scratch->rows[scratch->starts
						[user / USER_PARTITIONS]++] =
					chunk->rows[k];
			}
		partition_clear(&from->outs[i].users[part], pool);
	}
}

static int
kind_cell(struct cells *cells, struct triples *index, uint32_t post,
	uint32_t kind, struct kind_tally **ret, struct fault *fault)
{
	uint32_t at;

	if (triples_add(index, (struct triple){ post, kind, 0 }, &at, fault))
		return -1;
	if (at == cells->n_kinds) {
		if (memory_grow((void **)&cells->kinds, &cells->kinds_cap,
			    at + 1, sizeof(*cells->kinds), DICT_MAX,
			    "tallies", fault) != 0)
			return -1;
		cells->kinds[cells->n_kinds++] =
			(struct kind_tally){ .post = post, .kind = kind };
	}
	*ret = &cells->kinds[at];
	return 0;
}

static int
week_cell(struct cells *cells, struct triples *index, uint32_t post,
	int32_t week, struct week_tally **ret, struct fault *fault)
{
	uint32_t at;

	if (triples_add(index, (struct triple){ post, (uint32_t)week, 0 }, &at,
		    fault))
		return -1;
	if (at == cells->n_weeks) {
		if (memory_grow((void **)&cells->weeks, &cells->weeks_cap,
			    at + 1, sizeof(*cells->weeks), DICT_MAX,
			    "tallies", fault) != 0)
			return -1;
		cells->weeks[cells->n_weeks++] =
			(struct week_tally){ .post = post, .week = week,
				.last_day = INT32_MIN };
	}
	*ret = &cells->weeks[at];
	return 0;
}

struct fold {
	struct turn *turn;
	struct cells *cells;
	struct triples kinds, weeks; /* index of cells */
};

static int
fold_row(struct fold *fold, const struct row *row, int32_t day,
	struct fault *fault)
{
	unsigned marks = row_marks(row);
	struct kind_tally *kind;
	struct week_tally *week;
	uint64_t asking = (marks & MARK_ASKING) != 0;
	uint64_t lone = asking & ((marks & MARK_LONE) != 0);
	uint64_t no_case = asking & !(marks & MARK_CASED);

	if (kind_cell(fold->cells, &fold->kinds, row->post,
		    fold->turn->book->facets.items[row->facet].a, &kind,
		    fault) != 0 ||
		week_cell(fold->cells, &fold->weeks, row->post,
			day / WEEK_DAYS, &week, fault) != 0)
		return -1;
	kind->lookups++;
	kind->askings += asking;
	kind->lone += lone;
	kind->no_case += no_case;
	kind->lone_no_case += lone & no_case;
	week->lookups++;
	/* A day split between two posts is a day at either. */
	week->days += day != week->last_day;
	week->last_day = day;
	return 0;
}

/* All lookups of one user, in order of time. */
static int
fold_user(struct fold *fold, const struct row *rows, size_t n,
	struct user_tally *user, struct fault *fault)
{
	int32_t last_day = INT32_MIN;

	for (size_t i = 0; i < n; i++) {
		const struct row *row = &rows[i];
		int32_t day;

		if (!(row_marks(row) & MARK_JUDGED))
			continue;
		day = window_day(fold->turn->window, row_ms(row));
		if (fold_row(fold, row, day, fault) != 0)
			return -1;
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

static int
turn_task(void *ctx, unsigned worker, size_t part, struct fault *fault)
{
	struct turn *turn = ctx;
	struct scratch *scratch = &turn->scratch[worker];
	struct tally *tally = turn->tally;
	size_t n = 0, start = 0;
	size_t n_users = (tally->n_users + USER_PARTITIONS - 1 - part) /
		USER_PARTITIONS;
	struct fold fold = { .turn = turn, .cells = &turn->cells[part] };
	int result = -1;

	for (size_t i = 0; i < turn->from->n_outs; i++)
		n += turn->from->outs[i].users[part].n;
	if (n == 0)
		return 0;
	if (scratch_grow(scratch, n, fault) != 0)
		return -1;
	if (triples_init(&fold.kinds, fault) != 0 ||
		triples_init(&fold.weeks, fault) != 0)
		goto out;
	gather(turn, part, scratch, n_users, &turn->from->outs[worker].pool);
	for (size_t u = 0; u < n_users; u++) {
		size_t end = scratch->starts[u];
		struct row *rows = scratch->rows + start;

		rows_sort(rows, scratch->sorted, end - start);
		if (fold_user(&fold, rows, end - start,
			    &tally->users[u * USER_PARTITIONS + part], fault) !=
			0)
			goto out;
		start = end;
	}
	result = 0;
out:
	triples_free(&fold.kinds);
	triples_free(&fold.weeks);
	return result;
}

static int
compare_kinds(const void *a, const void *b)
{
	const struct kind_tally *x = a, *y = b;

	if (x->post != y->post)
		return x->post < y->post ? -1 : 1;
	return (x->kind > y->kind) - (x->kind < y->kind);
}

static int
compare_weeks(const void *a, const void *b)
{
	const struct week_tally *x = a, *y = b;

	if (x->post != y->post)
		return x->post < y->post ? -1 : 1;
	return (x->week > y->week) - (x->week < y->week);
}

/* Join the partitions' cells, in an order of their own. */
static int
join_cells(struct turn *turn, struct fault *fault)
{
	struct tally *tally = turn->tally;

	for (size_t p = 0; p < USER_PARTITIONS; p++) {
		tally->n_kinds += turn->cells[p].n_kinds;
		tally->n_weeks += turn->cells[p].n_weeks;
	}
	tally->kinds = memory_array(tally->n_kinds, sizeof(*tally->kinds));
	tally->weeks = memory_array(tally->n_weeks, sizeof(*tally->weeks));
	if (tally->kinds == NULL || tally->weeks == NULL)
		return fault_memory(fault);
	tally->n_kinds = 0;
	tally->n_weeks = 0;
	for (size_t p = 0; p < USER_PARTITIONS; p++) {
		const struct cells *cells = &turn->cells[p];

		if (cells->n_kinds == 0)
			continue;
		memcpy(tally->kinds + tally->n_kinds, cells->kinds,
			cells->n_kinds * sizeof(*cells->kinds));
		tally->n_kinds += cells->n_kinds;
		memcpy(tally->weeks + tally->n_weeks, cells->weeks,
			cells->n_weeks * sizeof(*cells->weeks));
		tally->n_weeks += cells->n_weeks;
	}
	qsort(tally->kinds, tally->n_kinds, sizeof(*tally->kinds),
		compare_kinds);
	qsort(tally->weeks, tally->n_weeks, sizeof(*tally->weeks),
		compare_weeks);
	return 0;
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
		tally->span_days = (uint32_t)(window_day(turn->window, last) -
			window_day(turn->window, first) + 1);
	for (size_t i = 0; i < turn->from->n_outs; i++)
		for (size_t u = 0; u < tally->n_units; u++)
			tally->unit_subjects[u] +=
				turn->from->outs[i].unit_subjects[u];
}

int
turn_by_user(const struct book *book, const struct window *window,
	struct subject_turn *from, unsigned threads, struct tally *ret,
	struct fault *fault)
{
	struct tally tally = { .n_users = book->names[NAME_USER].n,
		.n_units = from->n_units };
	struct turn *turn = memory_array(1, sizeof(*turn));
	size_t local_users = tally.n_users / USER_PARTITIONS + 1;
	int result = -1;

	/* Chunks go back to the pool of an earlier worker. */
	threads = threads > 0 ? threads : 1;
	if (threads > from->n_outs)
		threads = (unsigned)from->n_outs;
	if (turn == NULL)
		return fault_memory(fault);
	*turn = (struct turn){ .book = book, .window = window, .from = from,
		.tally = &tally };
	tally.users = memory_array(tally.n_users, sizeof(*tally.users));
	tally.unit_subjects = memory_array(tally.n_units, sizeof(uint64_t));
	turn->scratch = memory_array(threads, sizeof(*turn->scratch));
	if (tally.users == NULL || tally.unit_subjects == NULL ||
		turn->scratch == NULL) {
		fault_memory(fault);
		goto out;
	}
	for (unsigned i = 0; i < threads; i++) {
		turn->scratch[i].starts =
			memory_array(local_users, sizeof(size_t));
		if (turn->scratch[i].starts == NULL) {
			fault_memory(fault);
			goto out;
		}
	}
	if (pool_run(threads, USER_PARTITIONS, turn_task, turn, fault) != 0 ||
		join_cells(turn, fault) != 0)
		goto out;
	sum_up(turn);
	result = 0;
out:
	for (unsigned i = 0; turn->scratch != NULL && i < threads; i++) {
		free(turn->scratch[i].rows);
		free(turn->scratch[i].sorted);
		free(turn->scratch[i].starts);
	}
	for (size_t p = 0; p < USER_PARTITIONS; p++) {
		free(turn->cells[p].kinds);
		free(turn->cells[p].weeks);
	}
	free(turn->scratch);
	free(turn);
	if (result == 0)
		*ret = tally;
	else
		tally_free(&tally);
	return result;
}

void
tally_free(struct tally *tally)
{
	free(tally->users);
	free(tally->kinds);
	free(tally->weeks);
	free(tally->unit_subjects);
	*tally = (struct tally){ 0 };
}
