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
	uint32_t *unit_seen; /* by unit: last group that counted it */
	uint32_t groups;     /* groups so far, over all tasks: stamps */
};

struct turn {
	struct book *book;
	const struct window *window;
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
	free(scratch->unit_seen);
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

/* All lookups of one subject, by user and time: mark them. */
static void
fold_subject(const struct turn *turn, struct row *rows, size_t n,
	struct scratch *scratch, uint64_t *unit_subjects)
{
	const struct triple *posts = turn->book->posts.items;
	const struct window *window = turn->window;
	uint32_t user = UINT32_MAX, stamp = ++scratch->groups;
	int32_t day, judged_day = INT32_MIN;
	struct row *asking = NULL;
	int32_t first_day = window_day(window, row_ms(&rows[0]));
	bool lone = true;

	for (size_t i = 0; i < n; i++) {
		const struct triple *post = &posts[rows[i].post];
		unsigned marks = 0;

		day = i == 0 ? first_day : window_day(window, row_ms(&rows[i]));
		lone &= day == first_day && post->a == posts[rows[0].post].a;
		if (window_holds(window, row_ms(&rows[i]))) {
			marks = MARK_JUDGED;
			if (post->a != user)
				marks |= MARK_FIRST | MARK_ASKING;
			else if (day != judged_day)
				marks |= MARK_ASKING;
			if (marks & MARK_ASKING)
				asking = &rows[i];
			if (rows[i].caseref != 0)
				row_mark(asking, MARK_CASED);
			user = post->a;
			judged_day = day;
			if (scratch->unit_seen[post->b] != stamp) {
				scratch->unit_seen[post->b] = stamp;
				unit_subjects[post->b]++;
			}
		}
		row_mark(&rows[i], marks);
	}
	for (size_t i = 0; lone && i < n; i++)
		row_mark(&rows[i], MARK_LONE);
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
		fold_subject(turn, rows, n, scratch, out->unit_subjects);
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
		settle_texts(scratch->rows, n, part, &texts, fault) != 0)
		goto out;
	groups = group_rows(scratch, n, texts.seed);
	result = fold_groups(turn, scratch, groups, out, fault);
out:
	dict_free(&texts);
	return result;
}

int
turn_by_subject(struct book *book, const struct window *window,
	unsigned threads, struct subject_turn *ret, struct fault *fault)
{
	struct subject_turn result = { .n_units = book->names[NAME_UNIT].n };
	struct turn turn = { .book = book, .window = window,
		.result = &result };
	int done = -1;

	threads = threads > 0 ? threads : 1;
	result.outs = memory_array(threads, sizeof(*result.outs));
	turn.scratch = memory_array(threads, sizeof(*turn.scratch));
	if (result.outs == NULL || turn.scratch == NULL) {
		fault_memory(fault);
		goto out;
	}
	for (; result.n_outs < threads; result.n_outs++) {
		struct subject_out *out = &result.outs[result.n_outs];
		struct scratch *scratch = &turn.scratch[result.n_outs];

		out->unit_subjects =
			memory_array(result.n_units, sizeof(uint64_t));
		scratch->unit_seen =
			memory_array(result.n_units, sizeof(uint32_t));
		if (out->unit_subjects == NULL || scratch->unit_seen == NULL) {
			result.n_outs++;
			fault_memory(fault);
			goto out;
		}
	}
	done = pool_run(threads, SUBJECT_PARTITIONS, turn_task, &turn, fault);
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
		free(turn->outs[i].unit_subjects);
	}
	free(turn->outs);
	*turn = (struct subject_turn){ 0 };
}
