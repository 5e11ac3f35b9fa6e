/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/by-subject.h"

#include <limits.h>

#include "base/pool.h"
#include "turn/groups.h"

struct scratch {
	struct groups groups;
	struct subject_fold fold;
	struct muster muster;
	bool musters; /* the fast way? */
	struct row *ends[USER_PARTITIONS]; /* on it, of what is passed on */
	struct subject_known *known; /* by subject of a batch */
	size_t known_cap;
	struct subject_text *texts; /* of the user asked about */
	size_t n_texts, texts_cap;
	struct arena arena;         /* owns them */
};

struct turn {
	struct book *book;
	const struct turn_options *options;
	struct subject_turn *result;
	struct scratch *scratch;
	unsigned char *parts; /* by post: the partition of its user */
};

_Static_assert(USER_PARTITIONS <= UCHAR_MAX + 1, "partitions fit into a byte");

static void
scratch_free(struct scratch *scratch)
{
	groups_free(&scratch->groups);
	free(scratch->known);
	free(scratch->texts);
	arena_free(&scratch->arena);
	muster_free(&scratch->muster);
	subject_fold_free(&scratch->fold);
}

/* Texts of the subjects of the user asked about. */
static int
keep_texts(const struct turn *turn, struct scratch *scratch,
	const struct row *rows, size_t n, struct fault *fault)
{
	const struct triple *posts = turn->book->posts.items;
	const struct intake *intake = &scratch->groups.intake;

	if (turn->options->about == USER_NONE)
		return 0;
	for (size_t i = 0; i < n; i++) {
		const struct row *row = &rows[i];
		struct slice text;

		if (!(row->subject & SUBJECT_TEXT) ||
			posts[row->post].a != turn->options->about)
			continue;
		if (arena_keep(&scratch->arena,
			    intake_text(intake, row->subject, NULL), &text,
			    fault) != 0 ||
			memory_grow((void **)&scratch->texts,
				&scratch->texts_cap, scratch->n_texts + 1,
				sizeof(*scratch->texts), DICT_MAX,
				"subjects of one user", fault) != 0)
			return -1;
		scratch->texts[scratch->n_texts++] =
			(struct subject_text){ row->subject, text };
	}
	return 0;
}

/* What the registers know of the subjects of n groups. */
static int
find_known(const struct turn *turn, struct scratch *scratch, size_t part,
	uint32_t first, uint32_t n, struct fault *fault)
{
	const struct registry *registry = turn->options->office->registry;

	if (memory_grow((void **)&scratch->known, &scratch->known_cap, n,
		    sizeof(*scratch->known), DICT_MAX, "subjects", fault) != 0)
		return -1;
	for (uint32_t i = 0; i < n; i++) {
		struct subject_known *known = &scratch->known[i];

		known->key = groups_key(&scratch->groups, first + i, registry);
		known->n_cases = registry_cases_of(registry, (unsigned)part,
			known->key, &known->cases);
	}
	return 0;
}

/* To the partition of the user. */
static int
pass_on(const struct turn *turn, struct subject_out *out,
	const struct row *rows, size_t n, struct fault *fault)
{
	for (size_t i = 0; i < n; i++) {
		if (partition_append(&out->users[turn->parts[rows[i].post]],
			    &out->pool, &rows[i], fault) != 0)
			return -1;
	}
	return 0;
}

/* Fold n groups, and pass them on. */
static int
fold_batch(struct turn *turn, struct scratch *scratch, size_t part,
	uint32_t first, uint32_t n, struct subject_out *out,
	struct fault *fault)
{
	const struct groups *groups = &scratch->groups;
	struct subject_fold *fold = &scratch->fold;
	uint32_t start = first > 0 ? groups->ends[first - 1] : 0;
	struct row *rows = groups->rows + start;
	struct subject_batch batch = { .rows = rows,
		.ends = groups->ends + first, .start = start, .n = n };

	if (turn->options->office != NULL) {
		if (find_known(turn, scratch, part, first, n, fault) != 0)
			return -1;
		batch.known = scratch->known;
	}
	return subject_fold_batch(fold, &batch, fault) != 0 ?
		-1 :
		pass_on(turn, out, rows, batch.ends[n - 1] - start, fault);
}

static int
fold_groups(struct turn *turn, struct scratch *scratch, size_t part,
	struct subject_out *out, struct fault *fault)
{
	const struct groups *groups = &scratch->groups;
	uint32_t start = 0, first = 0;

	for (uint32_t g = 0; g < groups->n; g++) {
		if (groups->ends[g] - start < SUBJECT_BATCH &&
			g + 1 < groups->n)
			continue;
		if (fold_batch(turn, scratch, part, first, g + 1 - first, out,
			    fault) != 0)
			return -1;
		start = groups->ends[g];
		first = g + 1;
	}
	return 0;
}

static int
make_and_fold(struct turn *turn, struct scratch *scratch, size_t part,
	struct subject_out *out, struct fault *fault)
{
	const struct office *office = turn->options->office;
	struct groups_options options = {
		office != NULL ? office->registry : NULL, turn->options->keep };
	struct groups *groups = &scratch->groups;

	if (groups_make(groups, turn->book, part, &options, &out->pool,
		    fault) != 0)
		return -1;
	if (groups->n == 0)
		return 0;
	return keep_texts(turn, scratch, groups->rows,
		       groups->ends[groups->n - 1], fault) != 0 ?
		-1 :
		fold_groups(turn, scratch, part, out, fault);
}

/* Rows of a run with their marks, to the partition of the user. Where its next
 * row goes stands beside the others', in few lines of the cache. */
static int
pass_marked(const struct turn *turn, struct scratch *scratch,
	struct subject_out *out, size_t run, struct fault *fault)
{
	const struct muster *muster = &scratch->muster;
	const struct row *rows = muster->runs[run].rows;
	const uint16_t *marks = muster->marks + run * MUSTER_RUN;
	size_t n = muster->runs[run].n;
	const struct row *next =
		muster->runs[run + 1 < muster->n_runs ? run + 1 : run].rows;

	for (size_t i = 0; i < n; i++) {
		size_t part = turn->parts[rows[i].post];
		struct row *to = scratch->ends[part];
		struct row row = rows[i];

		__builtin_prefetch(&next[i]);
		row.when |= marks[i];
		if (chunk_is_full(to)) {
			out->users[part].next = to;
			if (partition_extend(&out->users[part], &out->pool,
				    fault) != 0)
				return -1;
			to = out->users[part].next;
		}
		__builtin_prefetch(to + 2, 1);
		*to = row;
		scratch->ends[part] = to + 1;
	}
	return 0;
}

static int
pass_all_marked(const struct turn *turn, struct scratch *scratch,
	struct subject_out *out, struct fault *fault)
{
	for (size_t i = 0; i < USER_PARTITIONS; i++)
		scratch->ends[i] = out->users[i].next;
	for (size_t run = 0; run < scratch->muster.n_runs; run++) {
		if (pass_marked(turn, scratch, out, run, fault) != 0)
			return -1;
	}
	for (size_t i = 0; i < USER_PARTITIONS; i++)
		out->users[i].next = scratch->ends[i];
	return 0;
}

/* The fast way. */
static int
muster_and_fold(struct turn *turn, struct scratch *scratch, size_t part,
	struct subject_out *out, struct fault *fault)
{
	struct muster *muster = &scratch->muster;
	const struct intake_options options = { false, muster };

	if (intake_take(&scratch->groups.intake, turn->book, part, &options,
		    &out->pool, fault) != 0 ||
		muster_fold(muster, fault) != 0)
		return -1;
	for (size_t i = 0; i < muster->n_runs; i++) {
		const struct muster_run *run = &muster->runs[i];

		if (keep_texts(turn, scratch, run->rows, run->n, fault) != 0)
			return -1;
	}
	if (pass_all_marked(turn, scratch, out, fault) != 0)
		return -1;
	intake_drop(turn->book, part, &out->pool);
	return 0;
}

static int
subject_task(void *ctx, unsigned worker, size_t part, struct fault *fault)
{
	struct turn *turn = ctx;
	struct subject_out *out = &turn->result->outs[worker];
	struct scratch *scratch = &turn->scratch[worker];

	return scratch->musters ?
		muster_and_fold(turn, scratch, part, out, fault) :
		make_and_fold(turn, scratch, part, out, fault);
}

static int
compare_watched(const void *a, const void *b)
{
	const struct watch_hit *x = a, *y = b;

	if (x->user != y->user)
		return x->user < y->user ? -1 : 1;
	return x->entry < y->entry ? -1 : x->entry > y->entry;
}

static int
compare_texts(const void *a, const void *b)
{
	const struct subject_text *x = a, *y = b;

	return x->subject < y->subject ? -1 : x->subject > y->subject;
}

static int
join_texts(struct subject_turn *result, const struct scratch *scratch,
	struct fault *fault)
{
	struct subject_text *to = result->texts + result->n_texts;

	for (size_t i = 0; i < scratch->n_texts; i++) {
		to[i].subject = scratch->texts[i].subject;
		if (arena_keep(&result->arena, scratch->texts[i].text,
			    &to[i].text, fault) != 0)
			return -1;
	}
	result->n_texts += scratch->n_texts;
	return 0;
}

static void
join_numbers(struct subject_turn *result, const struct scratch *scratch)
{
	const struct subject_fold *fold = &scratch->fold;

	for (size_t u = 0; u < result->n_units; u++)
		result->unit_subjects[u] += fold->unit_subjects[u];
	if (fold->n_watched > 0)
		memcpy(result->watched + result->n_watched, fold->watched,
			fold->n_watched * sizeof(*fold->watched));
	result->n_watched += fold->n_watched;
	if (fold->n_revisits > 0)
		memcpy(result->revisits + result->n_revisits, fold->revisits,
			fold->n_revisits * sizeof(*fold->revisits));
	result->n_revisits += fold->n_revisits;
}

/* One table: the largest is taken over, the others' cells are added to it. */
static int
join_table(const struct turn *turn, size_t table, struct fault *fault)
{
	struct ledger *into = &turn->result->tables[table];
	size_t n = turn->result->n_outs, most = 0;

	for (size_t i = 1; i < n; i++) {
		if (turn->scratch[i].fold.tables[table].n >
			turn->scratch[most].fold.tables[table].n)
			most = i;
	}
	*into = turn->scratch[most].fold.tables[table];
	turn->scratch[most].fold.tables[table] = (struct ledger){ 0 };
	for (size_t i = 0; i < n; i++) {
		struct ledger *from = &turn->scratch[i].fold.tables[table];

		if (i != most && ledger_join(into, from, fault) != 0)
			return -1;
		ledger_free(from);
	}
	return ledger_sort(into, fault);
}

static int
join_others(const struct turn *turn, struct fault *fault)
{
	struct subject_turn *result = turn->result;
	size_t revisits = 0, texts = 0, watched = 0;

	for (size_t i = 0; i < result->n_outs; i++) {
		revisits += turn->scratch[i].fold.n_revisits;
		texts += turn->scratch[i].n_texts;
		watched += turn->scratch[i].fold.n_watched;
	}
	result->unit_subjects = memory_array(result->n_units, sizeof(uint64_t));
	result->revisits = memory_array(revisits, sizeof(*result->revisits));
	result->texts = memory_array(texts, sizeof(*result->texts));
	result->watched = memory_array(watched, sizeof(*result->watched));
	if (result->unit_subjects == NULL || result->revisits == NULL ||
		result->texts == NULL || result->watched == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < result->n_outs; i++) {
		join_numbers(result, &turn->scratch[i]);
		if (join_texts(result, &turn->scratch[i], fault) != 0 ||
			vouches_join(&result->vouches,
				&turn->scratch[i].fold.vouches, fault) != 0)
			return -1;
	}
	qsort(result->watched, result->n_watched, sizeof(*result->watched),
		compare_watched);
	qsort(result->texts, result->n_texts, sizeof(*result->texts),
		compare_texts);
	return 0;
}

/* Add up what the threads have learned; what takes longest first. */
static int
join_task(void *ctx, unsigned worker, size_t task, struct fault *fault)
{
	const struct turn *turn = ctx;

	(void)worker;
	return task == 0 ? join_others(turn, fault) :
			   join_table(turn, task - 1, fault);
}

/* Where memory is bounded: for the largest partition, once a thread, for what
 * is learned of the lookups, and if they stay in the book, for theirs. */
static int
make_room(struct book *book, const struct turn_options *options,
	unsigned threads, struct fault *fault)
{
	size_t most = 0;

	for (size_t part = 0; part < SUBJECT_PARTITIONS; part++) {
		size_t n = 0;

		for (size_t i = 0; i < book->n_shards; i++)
			n += partition_rows(&book->shards[i].parts[part]);
		most = n > most ? n : most;
	}
	return book_make_room(book,
		threads * most * GROUPS_COST +
			book->n * (TURN_COST +
					  (options->keep ? sizeof(struct row) :
							   0)),
		fault);
}

static int
begin(struct scratch *scratch, const struct book *book,
	const struct turn_options *options, struct fault *fault)
{
	if (subject_fold_init(&scratch->fold, book, options, fault) != 0)
		return -1;
	/* the fast way gives rows other numbers where they are */
	return options->keep ?
		0 :
		muster_init(&scratch->muster, &scratch->fold,
			&scratch->musters, fault);
}

static int
find_parts(struct turn *turn, struct fault *fault)
{
	const struct triples *posts = &turn->book->posts;

	turn->parts = memory_array(posts->n, sizeof(*turn->parts));
	if (turn->parts == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < posts->n; i++)
		turn->parts[i] = (unsigned char)(posts->items[i].a %
			USER_PARTITIONS);
	return 0;
}

int
turn_by_subject(struct book *book, const struct turn_options *options,
	struct subject_turn *ret, struct fault *fault)
{
	struct subject_turn result = { .n_units = book->names[NAME_UNIT].n };
	struct turn turn = { .book = book, .options = options,
		.result = &result };
	unsigned threads = options->threads > 0 ? options->threads : 1;
	int done = -1;

	result.outs = memory_array(threads, sizeof(*result.outs));
	turn.scratch = memory_array(threads, sizeof(*turn.scratch));
	if (result.outs == NULL || turn.scratch == NULL) {
		fault_memory(fault);
		goto out;
	}
	if (find_parts(&turn, fault) != 0 ||
		make_room(book, options, threads, fault) != 0)
		goto out;
	for (; result.n_outs < threads; result.n_outs++) {
		struct subject_out *to = &result.outs[result.n_outs];

		to->pool.spill = book->spill;
		for (size_t i = 0; i < book->n_shards; i++)
			to->pool.small |= book->shards[i].pool.small;
		to->pool.parts = to->users;
		to->pool.n_parts = USER_PARTITIONS;
		if (begin(&turn.scratch[result.n_outs], book, options, fault) !=
			0) {
			result.n_outs++;
			goto out;
		}
	}
	if (pool_run(threads, SUBJECT_PARTITIONS, subject_task, &turn,
		    fault) == 0)
		done = pool_run(threads, 1 + TABLE_N, join_task, &turn, fault);
out:
	for (size_t i = 0; turn.scratch != NULL && i < result.n_outs; i++)
		scratch_free(&turn.scratch[i]);
	free(turn.scratch);
	free(turn.parts);
	if (done == 0)
		*ret = result;
	else
		subject_turn_free(&result);
	return done;
}

void
subject_turn_free(struct subject_turn *turn)
{
	for (size_t i = 0; i < turn->n_outs; i++) {
		for (size_t k = 0; k < USER_PARTITIONS; k++)
			partition_clear(&turn->outs[i].users[k],
				&turn->outs[i].pool);
		chunk_pool_free(&turn->outs[i].pool);
	}
	for (size_t t = 0; t < TABLE_N; t++)
		ledger_free(&turn->tables[t]);
	vouches_free(&turn->vouches);
	free(turn->unit_subjects);
	free(turn->revisits);
	free(turn->watched);
	free(turn->texts);
	arena_free(&turn->arena);
	free(turn->outs);
	*turn = (struct subject_turn){ 0 };
}
