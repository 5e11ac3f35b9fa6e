/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/tally.h"

#include "base/memory.h"
#include "base/pool.h"
#include "lookup/range.h"
#include "turn/user.h"

/* Words looked ahead for the end of a user. */
enum { STRIDE = 64 };

/* Of one thread. */
struct scratch {
	struct roll roll;
	struct partition_cursor cursor;
	struct user_fold fold;
};

struct turn {
	const struct book *book;
	const struct turn_options *options;
	struct subject_turn *from;
	struct tally *tally;
	struct scratch *scratch;
	uint32_t *users_of; /* by post: number of the user within a partition */
	uintptr_t low, high; /* all rows that are held lie in between */
	size_t n_scratch;
};

static void
collect_rows(const struct turn *turn, struct scratch *scratch,
	const struct row *rows, size_t n)
{
	for (size_t most; n > 0; rows += most, n -= most) {
		most = n < CHUNK_ROWS ? n : CHUNK_ROWS;
		roll_add(&scratch->roll, rows, most,
			cursor_ahead(&scratch->cursor, rows), turn->users_of);
	}
}

/* All rows of a partition on the roll. */
static int
collect(const struct turn *turn, size_t part, struct scratch *scratch,
	struct fault *fault)
{
	const struct subject_turn *from = turn->from;
	const struct row *rows;
	size_t n;
	int more = 0;

	for (size_t i = 0; i < from->n_outs; i++) {
		cursor_start(&scratch->cursor, &from->outs[i].users[part],
			turn->book->spill);
		while ((more = cursor_next(&scratch->cursor, &rows, &n,
				fault)) > 0)
			collect_rows(turn, scratch, rows, n);
		if (more < 0)
			return -1;
	}
	roll_sort(&scratch->roll);
	return 0;
}

/* Users in a partition. */
static size_t
users_in(const struct turn *turn, size_t part)
{
	return (turn->tally->n_users + USER_PARTITIONS - 1 - part) /
		USER_PARTITIONS;
}

static struct roll_plan
plan_roll(const struct turn *turn, size_t part)
{
	struct roll_plan plan = { .n_users = users_in(turn, part),
		.first_ms = turn->book->first_ms,
		.last_ms = turn->book->last_ms,
		.low = turn->low,
		.high = turn->high };

	for (size_t i = 0; i < turn->from->n_outs; i++) {
		const struct partition *partition =
			&turn->from->outs[i].users[part];

		plan.n_rows += partition_rows(partition);
		/* what was in the temporary file does not stay */
		plan.copy |= partition->n_extents > 0;
	}
	return plan;
}

/* All there is of the user asked about; only one thread meets him. */
static int
keep_rows(struct tally *tally, const struct scratch *scratch,
	const uint64_t *words, size_t n, struct fault *fault)
{
	const uint16_t *marks = scratch->fold.timeline.marks;

	tally->rows = memory_array(n, sizeof(*tally->rows));
	if (tally->rows == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < n; i++) {
		tally->rows[i] = *roll_row(&scratch->roll, words[i]);
		row_mark(&tally->rows[i], marks[i] & TIMELINE_MARKS);
	}
	tally->n_rows = n;
	return 0;
}

static size_t
words_user(const struct roll *roll, size_t at)
{
	return (size_t)(roll->words[at] >> roll->user_shift);
}

/* User after user of a roll. */
static int
fold_users(struct turn *turn, size_t part, struct scratch *scratch,
	struct fault *fault)
{
	const struct roll *roll = &scratch->roll;
	struct tally *tally = turn->tally;

	for (size_t start = 0, end; start < roll->n; start = end) {
		const uint64_t *words = roll->words + start;
		size_t number = words_user(roll, start);
		size_t user = number * USER_PARTITIONS + part;

		end = start + 1;
		while (roll->n - end > STRIDE &&
			words_user(roll, end + STRIDE) == number)
			end += STRIDE;
		while (end < roll->n && words_user(roll, end) == number)
			end++;
		if (user_fold_rows(&scratch->fold, roll, words, end - start,
			    &tally->users[user], fault) != 0)
			return -1;
		if (user == turn->options->about &&
			keep_rows(tally, scratch, words, end - start, fault) !=
				0)
			return -1;
	}
	return 0;
}

static int
user_task(void *ctx, unsigned worker, size_t part, struct fault *fault)
{
	struct turn *turn = ctx;
	struct scratch *scratch = &turn->scratch[worker];
	struct subject_out *outs = turn->from->outs;
	struct roll_plan plan = plan_roll(turn, part);

	if (plan.n_rows == 0)
		return 0;
	if (roll_begin(&scratch->roll, &plan, fault) != 0 ||
		collect(turn, part, scratch, fault) != 0 ||
		fold_users(turn, part, scratch, fault) != 0)
		return -1;
	for (size_t i = 0; i < turn->from->n_outs; i++)
		partition_clear(&outs[i].users[part], &outs[worker].pool);
	return chunk_pool_settle(&outs[worker].pool, fault);
}

/* Where the cells of each user begin, all threads taken together. */
static void
find_starts(const struct turn *turn, struct ledger *const *parts, size_t n,
	size_t *starts)
{
	const struct triple *posts = turn->book->posts.items;
	size_t sum = 0;

	memset(starts, 0, turn->tally->n_users * sizeof(*starts));
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < parts[i]->n; k++)
			starts[posts[parts[i]->keys[k].a].a]++;
	}
	for (size_t u = 0; u < turn->tally->n_users; u++) {
		size_t count = starts[u];

		starts[u] = sum;
		sum += count;
	}
}

/* Line the users up whose cells the threads have written, each one's in
 * order. The parts are freed. */
static int
line_up(const struct turn *turn, struct ledger *const *parts, size_t n,
	size_t *starts, struct ledger *ret, struct fault *fault)
{
	const struct triple *posts = turn->book->posts.items;
	size_t width = parts[0]->width, sum = 0;
	struct ledger all;

	for (size_t i = 0; i < n; i++)
		sum += parts[i]->n;
	if (ledger_init_ordered(&all, width, sum, fault) != 0)
		return -1;
	find_starts(turn, parts, n, starts);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < parts[i]->n; k++) {
			const struct ledger_key *key = &parts[i]->keys[k];
			size_t to = starts[posts[key->a].a]++;

			all.keys[to] = *key;
			memcpy(all.counts + to * width,
				ledger_counts(parts[i], k),
				width * sizeof(*all.counts));
		}
		ledger_free(parts[i]);
	}
	ledger_free(ret);
	*ret = all;
	return 0;
}

/* One ledger of all threads. */
static int
join_task(void *ctx, unsigned worker, size_t task, struct fault *fault)
{
	const struct turn *turn = ctx;
	struct tally *tally = turn->tally;
	struct ledger *into[] = { [USER_KINDS] = &tally->kinds,
		[USER_WEEKS] = &tally->weeks, [USER_AREAS] = &tally->areas,
		[USER_RANGES] = &tally->ranges };
	size_t *starts = memory_array(tally->n_users, sizeof(*starts));
	struct ledger **parts = memory_array(turn->n_scratch, sizeof(*parts));
	int result = -1;

	(void)worker;
	if (starts == NULL || parts == NULL) {
		fault_memory(fault);
		goto out;
	}
	for (size_t i = 0; i < turn->n_scratch; i++)
		parts[i] = &turn->scratch[i].fold.cells[task];
	result = line_up(turn, parts, turn->n_scratch, starts, into[task],
		fault);
out:
	free(starts);
	free(parts);
	return result;
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
		tally->span_days = (uint32_t)(window_day(
						      &turn->options->window,
						      last) -
			window_day(&turn->options->window, first) + 1);
}

/* What turn 1 has closed already changes hands. */
static void
take_over(struct subject_turn *from, struct tally *tally)
{
	memcpy(tally->tables, from->tables, sizeof(tally->tables));
	memset(from->tables, 0, sizeof(from->tables));
	tally->vouches = from->vouches;
	from->vouches = (struct vouches){ 0 };
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
scratch_init(struct scratch *scratch, struct turn *turn, size_t pen,
	struct fault *fault)
{
	const struct user_fold_options options = { turn->book,
		&turn->options->window, turn->tally->range_of,
		&turn->tally->docket, pen };

	return user_fold_init(&scratch->fold, &options, fault);
}

static void
scratch_free(struct scratch *scratch)
{
	roll_free(&scratch->roll);
	cursor_free(&scratch->cursor);
	user_fold_free(&scratch->fold);
}

static int
number_users(struct turn *turn, struct fault *fault)
{
	const struct triples *posts = &turn->book->posts;

	turn->users_of = memory_array(posts->n, sizeof(*turn->users_of));
	if (turn->users_of == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < posts->n; i++)
		turn->users_of[i] = posts->items[i].a / USER_PARTITIONS;
	return 0;
}

/* Chunks went from pool to pool. */
static void
find_span(struct turn *turn)
{
	turn->low = UINTPTR_MAX;
	for (size_t i = 0; i < turn->from->n_outs; i++)
		chunk_pool_span(&turn->from->outs[i].pool, &turn->low,
			&turn->high);
	for (size_t i = 0; i < turn->book->n_shards; i++)
		chunk_pool_span(&turn->book->shards[i].pool, &turn->low,
			&turn->high);
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
		/* from now on any thread may take from its partitions, so
		 * that its pool must not write them */
		from->outs[i].pool.n_parts = 0;
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
	turn.n_scratch = threads;
	take_over(from, &tally);
	tally.users = memory_array(tally.n_users, sizeof(*tally.users));
	turn.scratch = memory_array(threads, sizeof(*turn.scratch));
	if (tally.users == NULL || turn.scratch == NULL) {
		fault_memory(fault);
		goto out;
	}
	if (number_users(&turn, fault) != 0 ||
		ranges_make(&book->names[NAME_SOURCE], &tally.range_names,
			&tally.range_of, fault) != 0 ||
		docket_init(&tally.docket, book->posts.n, threads, fault) != 0)
		goto out;
	for (unsigned i = 0; i < threads; i++) {
		if (scratch_init(&turn.scratch[i], &turn, i, fault) != 0)
			goto out;
	}
	find_span(&turn);
	if (make_room(from, book->n, threads, fault) != 0 ||
		pool_run(threads, USER_PARTITIONS, user_task, &turn, fault) !=
			0 ||
		pool_run(threads, USER_LEDGERS, join_task, &turn, fault) !=
			0)
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
	free(turn.users_of);
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
	vouches_free(&tally->vouches);
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
