/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/by-subject.h"

#include "base/pool.h"

/* Groups of up to this many rows are sorted by insertion. */
enum { INSERTION_MAX = 24 };

struct scratch {
	struct row *rows, *grouped;
	uint32_t *group;  /* of each row */
	uint32_t *starts; /* of each group in `grouped` */
	uint32_t *slots;
	size_t cap, slots_cap;
	struct subject_fold fold;
	struct subject_text *texts; /* of the user asked about */
	size_t n_texts, texts_cap;
	struct arena arena;         /* owns them */
};

struct turn {
	struct book *book;
	const struct turn_options *options;
	struct subject_turn *result;
	struct scratch *scratch;
};

static int
scratch_grow(struct scratch *scratch, size_t n, struct fault *fault)
{
	size_t slots = 64;

	while (slots < n * 2)
		slots *= 2;
	if (n > scratch->cap) {
		free(scratch->rows);
		free(scratch->grouped);
		free(scratch->group);
		free(scratch->starts);
		scratch->cap = n + n / 4;
		scratch->rows = malloc(scratch->cap * sizeof(struct row));
		scratch->grouped = malloc(scratch->cap * sizeof(struct row));
		scratch->group = malloc(scratch->cap * sizeof(uint32_t));
		scratch->starts = malloc((scratch->cap + 1) * sizeof(uint32_t));
		if (scratch->rows == NULL || scratch->grouped == NULL ||
			scratch->group == NULL || scratch->starts == NULL)
			return fault_memory(fault);
	}
	if (slots > scratch->slots_cap) {
		free(scratch->slots);
		scratch->slots_cap = slots;
		scratch->slots = malloc(slots * sizeof(uint32_t));
		if (scratch->slots == NULL)
			return fault_memory(fault);
	}
	memset(scratch->slots, 0, slots * sizeof(uint32_t));
	return 0;
}

static void
scratch_free(struct scratch *scratch)
{
	free(scratch->rows);
	free(scratch->grouped);
	free(scratch->group);
	free(scratch->starts);
	free(scratch->slots);
	free(scratch->texts);
	arena_free(&scratch->arena);
	subject_fold_free(&scratch->fold);
}

/* Take a partition's rows out of all shards, in the book's numbers. */
static int
gather(struct turn *turn, size_t part, struct scratch *scratch,
	struct chunk_pool *pool, struct dict *texts, struct fault *fault)
{
	struct book *book = turn->book;
	size_t n = 0;
	uint32_t text;

	for (size_t i = 0; i < book->n_shards; i++) {
		struct partition *from = &book->shards[i].parts[part];
		const struct shard_map *map = &book->maps[i];

		for (const struct chunk *chunk = from->first; chunk != NULL;
			chunk = chunk->next) {
			for (size_t k = 0; k < chunk->n; k++) {
				struct row row = chunk->rows[k];

				row.post = map->post[row.post];
				row.facet = map->facet[row.facet];
				row.caseref = map->caseref[row.caseref];
				row.source = map->source[row.source];
				if (row.subject & SUBJECT_TEXT) {
					if (dict_add(texts,
						    partition_text(from,
							    row.subject),
						    &text, fault) != 0)
						return -1;
					row.subject = SUBJECT_TEXT | text;
				}
				scratch->rows[n++] = row;
			}
		}
		partition_clear(from, pool);
	}
	return 0;
}

/* Texts are numbered by order of bytes, so that no number depends on
 * threads, and made unique over partitions. */
static int
settle_texts(struct row *rows, size_t n, size_t part, struct dict *texts,
	struct fault *fault)
{
	uint32_t *map;

	if (texts->n <= 1)
		return 0;
	if (dict_sort(texts, &map, fault) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (rows[i].subject & SUBJECT_TEXT)
			rows[i].subject = SUBJECT_TEXT | (uint64_t)part << 32 |
				map[rows[i].subject & ~SUBJECT_TEXT];
	}
	free(map);
	return 0;
}

/* Group equal subjects: scratch->grouped and starts. Returns the groups. */
static uint32_t
group_rows(struct scratch *scratch, size_t n, uint64_t seed)
{
	struct row *rows = scratch->rows;
	uint32_t *slots = scratch->slots, groups = 0, sum = 0;
	size_t mask = 64;

	while (mask < n * 2)
		mask *= 2;
	mask--;
	/* slots hold the first row of a group; its group[] names it */
	for (size_t i = 0; i < n; i++) {
		uint64_t hash = (rows[i].subject ^ seed) * 0x9e3779b97f4a7c15u;
		size_t at = (hash ^ hash >> 29) & mask;

		while (slots[at] != 0 &&
			rows[slots[at] - 1].subject != rows[i].subject)
			at = (at + 1) & mask;
		if (slots[at] == 0) {
			slots[at] = (uint32_t)i + 1;
			scratch->group[i] = groups;
			scratch->starts[groups++] = 1;
		} else {
			scratch->group[i] = scratch->group[slots[at] - 1];
			scratch->starts[scratch->group[i]]++;
		}
	}
	for (uint32_t g = 0; g < groups; g++) {
		uint32_t count = scratch->starts[g];

		scratch->starts[g] = sum;
		sum += count;
	}
	for (size_t i = 0; i < n; i++)
		scratch->grouped[scratch->starts[scratch->group[i]]++] =
			rows[i];
	/* starts[g] is the end of g now */
	return groups;
}

static int
compare_user_time(const void *a, const void *b, void *ctx)
{
	const struct row *x = a, *y = b;
	const struct triple *posts = ctx;
	uint32_t user_x = posts[x->post].a, user_y = posts[y->post].a;

	if (user_x != user_y)
		return user_x < user_y ? -1 : 1;
	return row_compare(x, y);
}

static void
sort_group(struct row *rows, size_t n, struct triple *posts)
{
	if (n > INSERTION_MAX) {
		qsort_r(rows, n, sizeof(*rows), compare_user_time, posts);
		return;
	}
	for (size_t i = 1; i < n; i++) {
		struct row row = rows[i];
		size_t k = i;

		while (k > 0 &&
			compare_user_time(&rows[k - 1], &row, posts) > 0) {
			rows[k] = rows[k - 1];
			k--;
		}
		rows[k] = row;
	}
}

/* Texts of the subjects of the user asked about. */
static int
keep_texts(const struct turn *turn, struct scratch *scratch, size_t n,
	const struct dict *texts, struct fault *fault)
{
	const struct triple *posts = turn->book->posts.items;

	if (turn->options->about == USER_NONE)
		return 0;
	for (size_t i = 0; i < n; i++) {
		const struct row *row = &scratch->rows[i];
		struct slice text;
		char *copy;

		if (!(row->subject & SUBJECT_TEXT) ||
			posts[row->post].a != turn->options->about)
			continue;
		text = texts->names[(uint32_t)row->subject];
		copy = arena_copy(&scratch->arena, text);
		if (copy == NULL)
			return fault_memory(fault);
		if (memory_grow((void **)&scratch->texts, &scratch->texts_cap,
			    scratch->n_texts + 1, sizeof(*scratch->texts),
			    DICT_MAX, "subjects of one user", fault) != 0)
			return -1;
		scratch->texts[scratch->n_texts++] = (struct subject_text){
			row->subject, { copy, text.len } };
	}
	return 0;
}

static int
fold_groups(struct turn *turn, struct scratch *scratch, uint32_t groups,
	struct subject_out *out, struct fault *fault)
{
	struct triple *posts = turn->book->posts.items;
	size_t start = 0;

	for (uint32_t g = 0; g < groups; g++) {
		struct row *rows = scratch->grouped + start;
		size_t n = scratch->starts[g] - start;

		sort_group(rows, n, posts);
		if (subject_fold_rows(&scratch->fold, rows, n, fault) != 0)
			return -1;
		for (size_t i = 0; i < n; i++) {
			uint32_t user = posts[rows[i].post].a;

			if (partition_append(
				    &out->users[user % USER_PARTITIONS],
				    &out->pool, &rows[i], fault) != 0)
				return -1;
		}
		start += n;
	}
	return 0;
}

static int
turn_task(void *ctx, unsigned worker, size_t part, struct fault *fault)
{
	struct turn *turn = ctx;
	struct subject_out *out = &turn->result->outs[worker];
	struct scratch *scratch = &turn->scratch[worker];
	struct dict texts = { 0 };
	size_t n = 0;
	uint32_t groups;
	int result = -1;

	for (size_t i = 0; i < turn->book->n_shards; i++)
		n += turn->book->shards[i].parts[part].n;
	if (n == 0)
		return 0;
	if (n >= UINT32_MAX / 2)
		return fault_set(fault, FAULT_LIMIT,
			"more than %u lookups in one partition",
			UINT32_MAX / 2);
	if (dict_init(&texts, fault) != 0 ||
		scratch_grow(scratch, n, fault) != 0 ||
		gather(turn, part, scratch, &out->pool, &texts, fault) != 0 ||
		settle_texts(scratch->rows, n, part, &texts, fault) != 0 ||
		keep_texts(turn, scratch, n, &texts, fault) != 0)
		goto out;
	groups = group_rows(scratch, n, texts.seed);
	result = fold_groups(turn, scratch, groups, out, fault);
out:
	dict_free(&texts);
	return result;
}

static int
compare_revisits(const void *a, const void *b)
{
	const struct revisit *x = a, *y = b;

	if (x->post != y->post)
		return x->post < y->post ? -1 : 1;
	if (x->days != y->days)
		return x->days < y->days ? -1 : 1;
	if (x->bare != y->bare)
		return x->bare < y->bare ? -1 : 1;
	if (x->others != y->others)
		return x->others < y->others ? -1 : 1;
	return x->subject < y->subject ? -1 : x->subject > y->subject;
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
		struct slice text = scratch->texts[i].text;
		char *copy = arena_copy(&result->arena, text);

		if (copy == NULL)
			return fault_memory(fault);
		to[i] = (struct subject_text){ scratch->texts[i].subject,
			{ copy, text.len } };
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
	if (fold->n_revisits > 0)
		memcpy(result->revisits + result->n_revisits, fold->revisits,
			fold->n_revisits * sizeof(*fold->revisits));
	result->n_revisits += fold->n_revisits;
}

/* Add up what the threads have learned. */
static int
join(struct turn *turn, struct fault *fault)
{
	struct subject_turn *result = turn->result;
	size_t revisits = 0, texts = 0;

	for (size_t i = 0; i < result->n_outs; i++) {
		revisits += turn->scratch[i].fold.n_revisits;
		texts += turn->scratch[i].n_texts;
	}
	result->unit_subjects = memory_array(result->n_units, sizeof(uint64_t));
	result->revisits = memory_array(revisits, sizeof(*result->revisits));
	result->texts = memory_array(texts, sizeof(*result->texts));
	if (result->unit_subjects == NULL || result->revisits == NULL ||
		result->texts == NULL)
		return fault_memory(fault);
	for (size_t t = 0; t < TABLE_N; t++) {
		if (ledger_init(&result->tables[t], 1, fault) != 0)
			return -1;
		for (size_t i = 0; i < result->n_outs; i++) {
			if (ledger_join(&result->tables[t],
				    &turn->scratch[i].fold.tables[t], fault) !=
				0)
				return -1;
			ledger_free(&turn->scratch[i].fold.tables[t]);
		}
		if (ledger_sort(&result->tables[t], fault) != 0)
			return -1;
	}
	for (size_t i = 0; i < result->n_outs; i++) {
		join_numbers(result, &turn->scratch[i]);
		if (join_texts(result, &turn->scratch[i], fault) != 0)
			return -1;
	}
	qsort(result->revisits, result->n_revisits, sizeof(*result->revisits),
		compare_revisits);
	qsort(result->texts, result->n_texts, sizeof(*result->texts),
		compare_texts);
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
	for (; result.n_outs < threads; result.n_outs++) {
		if (subject_fold_init(&turn.scratch[result.n_outs].fold, book,
			    &options->window, options->about, fault) != 0) {
			result.n_outs++;
			goto out;
		}
	}
	if (pool_run(threads, SUBJECT_PARTITIONS, turn_task, &turn, fault) == 0)
		done = join(&turn, fault);
out:
	for (size_t i = 0; turn.scratch != NULL && i < result.n_outs; i++)
		scratch_free(&turn.scratch[i]);
	free(turn.scratch);
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
	free(turn->unit_subjects);
	free(turn->revisits);
	free(turn->texts);
	arena_free(&turn->arena);
	free(turn->outs);
	*turn = (struct subject_turn){ 0 };
}
