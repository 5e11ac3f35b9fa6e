/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/groups.h"

#include "base/memory.h"

/* Groups of up to this many rows are sorted by insertion. */
enum { INSERTION_MAX = 24 };

static int
groups_grow(struct groups *groups, size_t n, struct fault *fault)
{
	size_t slots = 64;

	while (slots < n * 2)
		slots *= 2;
	if (n > groups->cap) {
		groups->cap = 0;
		free(groups->rows);
		free(groups->unordered);
		free(groups->keys);
		free(groups->group);
		free(groups->ends);
		free(groups->first_keys);
		n += n / 4;
		groups->rows = malloc(n * sizeof(*groups->rows));
		groups->unordered = malloc(n * sizeof(*groups->unordered));
		groups->keys = malloc(n * sizeof(*groups->keys));
		groups->group = malloc(n * sizeof(*groups->group));
		groups->ends = malloc((n + 1) * sizeof(*groups->ends));
		groups->first_keys = malloc(n * sizeof(*groups->first_keys));
		if (groups->rows == NULL || groups->unordered == NULL ||
			groups->keys == NULL || groups->group == NULL ||
			groups->ends == NULL || groups->first_keys == NULL)
			return fault_memory(fault);
		groups->cap = n;
	}
	if (slots > groups->slots_cap) {
		groups->slots_cap = 0;
		free(groups->slots);
		groups->slots = malloc(slots * sizeof(*groups->slots));
		if (groups->slots == NULL)
			return fault_memory(fault);
		groups->slots_cap = slots;
	}
	memset(groups->slots, 0, slots * sizeof(*groups->slots));
	return 0;
}

void
groups_free(struct groups *groups)
{
	free(groups->rows);
	free(groups->unordered);
	free(groups->keys);
	free(groups->group);
	free(groups->ends);
	free(groups->first_keys);
	free(groups->slots);
	cursor_free(&groups->cursor);
	dict_free(&groups->texts);
	*groups = (struct groups){ 0 };
}

/* A shard's row in the book's numbers. */
static int
translate(struct groups *groups, const struct shard_map *map,
	struct row *row, struct fault *fault)
{
	uint32_t text;

	row->post = map->post[row->post];
	row->facet = map->facet[row->facet];
	row->caseref = map->caseref[row->caseref];
	row->source = map->source[row->source];
	if (!(row->subject & SUBJECT_TEXT))
		return 0;
	if (dict_add(&groups->texts, cursor_text(&groups->cursor,
		row->subject), &text, fault) != 0)
		return -1;
	row->subject = SUBJECT_TEXT | text;
	return 0;
}

static int
gather(struct groups *groups, struct book *book, size_t part, bool keep,
	struct chunk_pool *pool, struct fault *fault)
{
	struct partition_cursor *cursor = &groups->cursor;
	const struct row *rows;
	size_t n = 0, found;
	int more = 0;

	for (size_t i = 0; i < book->n_shards; i++) {
		struct partition *from = &book->shards[i].parts[part];

		cursor_start(cursor, from, book->spill);
		while ((more = cursor_next(cursor, &rows, &found, fault)) > 0) {
			for (size_t k = 0; k < found; k++) {
				groups->unordered[n] = rows[k];
				if (translate(groups, &book->maps[i],
					    &groups->unordered[n++], fault) !=
					0)
					return -1;
			}
		}
		if (more < 0)
			return -1;
		if (!keep)
			partition_clear(from, pool);
	}
	return chunk_pool_settle(pool, fault);
}

/* Texts are numbered by order of bytes, so that no number depends on
 * threads, and made unique over partitions. */
static int
settle_texts(struct groups *groups, size_t n, size_t part, struct fault *fault)
{
	struct row *rows = groups->unordered;
	uint32_t *map;

	if (groups->texts.n <= 1)
		return 0;
	if (dict_sort(&groups->texts, &map, fault) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (rows[i].subject & SUBJECT_TEXT)
			rows[i].subject = SUBJECT_TEXT | (uint64_t)part << 32 |
				map[rows[i].subject & ~SUBJECT_TEXT];
	}
	free(map);
	return 0;
}

struct slice
groups_text(const struct groups *groups, uint64_t subject, char buf[20])
{
	if (subject & SUBJECT_TEXT)
		return groups->texts.names[(uint32_t)subject];
	return (struct slice){ buf, subject_unpack(subject, buf) };
}

static bool
has_persons(const struct registry *registry)
{
	return registry != NULL && registry->persons != NULL;
}

static void
find_keys(struct groups *groups, size_t n, const struct registry *registry)
{
	bool persons = has_persons(registry);
	char buf[20];

	for (size_t i = 0; i < n; i++) {
		uint64_t subject = groups->unordered[i].subject;

		groups->keys[i] = !persons ?
			subject :
			registry_key(registry,
				groups_text(groups, subject, buf));
	}
}

uint64_t
groups_key(const struct groups *groups, uint32_t group,
	const struct registry *registry)
{
	uint64_t key = groups->first_keys[group];
	char buf[20];

	/* a number is its own key, and of persons it was asked already */
	if (has_persons(registry) || !(key & SUBJECT_TEXT))
		return key;
	return registry_key(registry, groups_text(groups, key, buf));
}

/* Group equal keys: rows and ends. */
static void
group_rows(struct groups *groups, size_t n)
{
	const uint64_t *keys = groups->keys;
	uint32_t *slots = groups->slots, *starts = groups->ends, sum = 0;
	size_t mask = 64;

	groups->n = 0;
	while (mask < n * 2)
		mask *= 2;
	mask--;
	/* slots hold the first row of a group; its group[] names it */
	for (size_t i = 0; i < n; i++) {
		uint64_t hash =
			(keys[i] ^ groups->texts.seed) * 0x9e3779b97f4a7c15u;
		size_t at = (hash ^ hash >> 29) & mask;

		while (slots[at] != 0 && keys[slots[at] - 1] != keys[i])
			at = (at + 1) & mask;
		if (slots[at] == 0) {
			slots[at] = (uint32_t)i + 1;
			groups->group[i] = groups->n;
			groups->first_keys[groups->n] = keys[i];
			starts[groups->n++] = 1;
		} else {
			groups->group[i] = groups->group[slots[at] - 1];
			starts[groups->group[i]]++;
		}
	}
	for (uint32_t g = 0; g < groups->n; g++) {
		uint32_t count = starts[g];

		starts[g] = sum;
		sum += count;
	}
	for (size_t i = 0; i < n; i++)
		groups->rows[starts[groups->group[i]]++] =
			groups->unordered[i];
	/* each group's start has moved to its end */
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

int
groups_make(struct groups *groups, struct book *book, size_t part,
	const struct groups_options *options, struct chunk_pool *pool,
	struct fault *fault)
{
	size_t n = 0;

	groups->n = 0;
	for (size_t i = 0; i < book->n_shards; i++)
		n += partition_rows(&book->shards[i].parts[part]);
	if (n == 0)
		return 0;
	if (n >= UINT32_MAX / 2)
		return fault_set(fault, FAULT_LIMIT,
			"more than %u lookups in one partition",
			UINT32_MAX / 2);
	dict_free(&groups->texts);
	if (dict_init(&groups->texts, fault) != 0 ||
		groups_grow(groups, n, fault) != 0 ||
		gather(groups, book, part, options->keep, pool, fault) != 0 ||
		settle_texts(groups, n, part, fault) != 0)
		return -1;
	find_keys(groups, n, options->registry);
	group_rows(groups, n);
	for (uint32_t g = 0; g < groups->n; g++) {
		struct row *rows = groups_rows(groups, g, &n);

		sort_group(rows, n, book->posts.items);
	}
	return 0;
}
