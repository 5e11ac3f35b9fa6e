/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/tally.h"

#include "base/memory.h"
#include "base/pool.h"
#include "lookup/range.h"
#include "turn/user.h"

/* Of one thread. */
struct scratch {
	struct row *rows, *gathered;
	size_t cap;
	size_t *starts; /* by user within the partition */
	struct partition_cursor cursor;
	struct sort_key *vouches, *vouches_spare; /* of the partition */
	size_t n_vouches, vouches_cap, spare_cap;
	struct user_fold fold;
	struct ledger vouched; /* user after user */
};

struct turn {
	const struct book *book;
	const struct turn_options *options;
	struct subject_turn *from;
	struct tally *tally;
	struct scratch *scratch;
	size_t n_scratch;
};

static int
scratch_grow(struct scratch *scratch, size_t n, struct fault *fault)
{
	if (n <= scratch->cap)
		return 0;
	free(scratch->rows);
	free(scratch->gathered);
	scratch->cap = n + n / 4;
	scratch->rows = malloc(scratch->cap * sizeof(struct row));
	scratch->gathered = malloc(scratch->cap * sizeof(struct row));
	return scratch->rows == NULL || scratch->gathered == NULL ?
		fault_memory(fault) :
		0;
}

/* A vouch came with the rows: see vouch_row(). */
static int
keep_vouch(const struct turn *turn, struct scratch *scratch,
	const struct row *row, struct fault *fault)
{
	if (memory_grow((void **)&scratch->vouches, &scratch->vouches_cap,
		    scratch->n_vouches + 1, sizeof(*scratch->vouches),
		    SIZE_MAX / 64, "vouches", fault) != 0)
		return -1;
	scratch->vouches[scratch->n_vouches++] = (struct sort_key){
		(uint64_t)row->post << 32 |
			turn->book->facets.items[row->facet].a,
		(uint64_t)row->caseref << 32 | row->source };
	return 0;
}

/* All rows of a partition, as they come, and how many are of each user. */
static int
collect(struct turn *turn, size_t part, struct scratch *scratch,
	struct chunk_pool *pool, struct fault *fault)
{
	const struct triple *posts = turn->book->posts.items;
	struct subject_turn *from = turn->from;
	struct row *to = scratch->gathered;
	const struct row *rows;
	size_t n;
	int more = 0;

	scratch->n_vouches = 0;
	for (size_t i = 0; i < from->n_outs; i++) {
		struct partition *partition = &from->outs[i].users[part];

		cursor_start(&scratch->cursor, partition, turn->book->spill);
		while ((more = cursor_next(&scratch->cursor, &rows, &n,
				fault)) > 0) {
			for (size_t k = 0; k < n; k++) {
				if (!row_is_vouch(&rows[k])) {
					scratch->starts[posts[rows[k].post].a /
						USER_PARTITIONS]++;
					*to++ = rows[k];
				} else if (keep_vouch(turn, scratch, &rows[k],
						   fault) != 0) {
					return -1;
				}
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
		const struct row *row = &scratch->gathered[i];
		uint32_t user = posts[row->post].a / USER_PARTITIONS;

		scratch->rows[scratch->starts[user]++] = *row;
	}
	return 0;
}

/* How often each colleague vouches for what, behind the users before. */
static int
count_vouches(struct scratch *scratch, struct fault *fault)
{
	const struct sort_key *keys;
	size_t n = scratch->n_vouches;

	if (memory_grow((void **)&scratch->vouches_spare, &scratch->spare_cap,
		    n, sizeof(*scratch->vouches_spare), SIZE_MAX / 64,
		    "vouches", fault) != 0)
		return -1;
	keys = keys_sort(scratch->vouches, scratch->vouches_spare, n);
	for (size_t i = 0; i < n;) {
		struct sort_key key = keys[i];
		uint64_t count = 0;

		for (; i < n && keys[i].high == key.high &&
			keys[i].low == key.low; i++)
			count++;
		if (ledger_append(&scratch->vouched,
			    (struct ledger_key){ (uint32_t)(key.high >> 32),
				    (uint32_t)key.high,
				    (uint32_t)(key.low >> 32),
				    (uint32_t)key.low },
			    &count, fault) != 0)
			return -1;
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
user_task(void *ctx, unsigned worker, size_t part, struct fault *fault)
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
		const struct row *rows;

		if (user_fold_rows(&scratch->fold, scratch->rows + start,
			    end - start, &tally->users[user], &rows, fault) !=
			0)
			return -1;
		if (user == turn->options->about &&
			keep_rows(tally, rows, end - start, fault) != 0)
			return -1;
		start = end;
	}
	return count_vouches(scratch, fault);
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

/* One ledger of all threads; vouches are the longest. */
static int
join_task(void *ctx, unsigned worker, size_t task, struct fault *fault)
{
	const struct turn *turn = ctx;
	struct tally *tally = turn->tally;
	struct ledger *into[] = { [USER_KINDS] = &tally->kinds,
		[USER_WEEKS] = &tally->weeks, [USER_AREAS] = &tally->areas,
		[USER_RANGES] = &tally->ranges,
		[USER_LEDGERS] = &tally->tables[TABLE_VOUCHES] };
	size_t c = USER_LEDGERS - task;
	size_t *starts = memory_array(tally->n_users, sizeof(*starts));
	struct ledger **parts = memory_array(turn->n_scratch, sizeof(*parts));
	int result = -1;

	(void)worker;
	if (starts == NULL || parts == NULL) {
		fault_memory(fault);
		goto out;
	}
	for (size_t i = 0; i < turn->n_scratch; i++)
		parts[i] = c < USER_LEDGERS ? &turn->scratch[i].fold.cells[c] :
					      &turn->scratch[i].vouched;
	result = line_up(turn, parts, turn->n_scratch, starts, into[c], fault);
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
	scratch->starts = memory_array(
		turn->tally->n_users / USER_PARTITIONS + 1, sizeof(size_t));
	if (scratch->starts == NULL)
		return fault_memory(fault);
	return ledger_init(&scratch->vouched, 1, fault) != 0 ||
			user_fold_init(&scratch->fold, turn->book,
				&turn->options->window, &turn->tally->docket,
				pen, fault) != 0 ?
		-1 :
		0;
}

static void
scratch_free(struct scratch *scratch)
{
	free(scratch->rows);
	free(scratch->gathered);
	free(scratch->starts);
	free(scratch->vouches);
	free(scratch->vouches_spare);
	cursor_free(&scratch->cursor);
	user_fold_free(&scratch->fold);
	ledger_free(&scratch->vouched);
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
	if (ranges_make(&book->names[NAME_SOURCE], &tally.range_names,
		    &tally.range_of, fault) != 0 ||
		docket_init(&tally.docket, book->posts.n, threads, fault) != 0)
		goto out;
	for (unsigned i = 0; i < threads; i++) {
		if (scratch_init(&turn.scratch[i], &turn, i, fault) != 0)
			goto out;
		turn.scratch[i].fold.range_of = tally.range_of;
	}
	if (make_room(from, book->n, threads, fault) != 0 ||
		pool_run(threads, USER_PARTITIONS, user_task, &turn, fault) !=
			0 ||
		pool_run(threads, USER_LEDGERS + 1, join_task, &turn, fault) !=
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
