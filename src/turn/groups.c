/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/groups.h"

#include "base/memory.h"

/*
 * Rows are put in order of a hash of their key by counting: by its first bits
 * into parts that stay in the cache with all that is done to them, and each of
 * these into buckets of about one subject. What a bucket holds is sorted.
 */
enum {
	PART_ROWS = 8192, /* of 32 bytes, twice */
	PARTS_BITS = 8,
	BUCKET_ROWS = 2,
	BITS_MOST = 24,
	AHEAD = 16,
	FEW_ROWS = 16,
	INSERTION_MAX = 24,
};

/* The keys are only of use with persons; see find_keys(). */
static int
groups_grow(struct groups *groups, size_t n, bool keys, struct fault *fault)
{
	if (n <= groups->cap && (!keys || groups->keys != NULL))
		return 0;
	groups->cap = 0;
	free(groups->rows);
	free(groups->spare_rows);
	free(groups->keys);
	free(groups->spare_keys);
	free(groups->ends);
	free(groups->starts);
	groups->keys = groups->spare_keys = NULL;
	n += n / 8;
	groups->rows = malloc(n * sizeof(*groups->rows));
	groups->spare_rows = malloc(n * sizeof(*groups->rows));
	groups->ends = malloc(n * sizeof(*groups->ends));
	groups->starts = malloc((n + 1) * sizeof(*groups->starts));
	if (keys) {
		groups->keys = malloc(n * sizeof(*groups->keys));
		groups->spare_keys = malloc(n * sizeof(*groups->keys));
	}
	if (groups->rows == NULL || groups->spare_rows == NULL ||
		groups->ends == NULL || groups->starts == NULL ||
		(keys && (groups->keys == NULL || groups->spare_keys == NULL)))
		return fault_memory(fault);
	groups->cap = n;
	return 0;
}

void
groups_free(struct groups *groups)
{
	free(groups->rows);
	free(groups->spare_rows);
	free(groups->keys);
	free(groups->spare_keys);
	free(groups->ends);
	free(groups->starts);
	free(groups->users);
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
		const struct shard_map *map = &book->maps[i];

		cursor_start(cursor, from, book->spill);
		while ((more = cursor_next(cursor, &rows, &found, fault)) > 0) {
			for (size_t k = 0; k < found; k++) {
				/* cases are many: the map is in no cache */
				if (k + AHEAD < found)
					__builtin_prefetch(&map->caseref
						[rows[k + AHEAD].caseref]);
				groups->spare_rows[n] = rows[k];
				if (translate(groups, map,
					    &groups->spare_rows[n++], fault) !=
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
	struct row *rows = groups->spare_rows;
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

/* What is one subject, of each row, where it is not what the row says. */
static void
find_keys(struct groups *groups, size_t n, const struct registry *registry)
{
	char buf[20];

	for (size_t i = 0; i < n; i++)
		groups->spare_keys[i] = registry_key(registry,
			groups_text(groups, groups->spare_rows[i].subject,
				buf));
}

static uint64_t
key_at(const struct row *rows, const uint64_t *keys, size_t i)
{
	return keys != NULL ? keys[i] : rows[i].subject;
}

uint64_t
groups_key(const struct groups *groups, uint32_t group,
	const struct registry *registry)
{
	size_t first = group > 0 ? groups->ends[group - 1] : 0;
	uint64_t key = key_at(groups->rows, groups->keys, first);
	char buf[20];

	/* a number is its own key, and of persons it was asked already */
	if (has_persons(registry) || !(key & SUBJECT_TEXT))
		return key;
	return registry_key(registry, groups_text(groups, key, buf));
}

/* By post, who is meant; posts do not change. */
static int
list_users(struct groups *groups, const struct book *book, struct fault *fault)
{
	if (groups->users != NULL)
		return 0;
	groups->users = memory_array(book->posts.n, sizeof(*groups->users));
	if (groups->users == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < book->posts.n; i++)
		groups->users[i] = book->posts.items[i].a;
	return 0;
}

/* How rows are ranked: see sort_ranked(). */
static void
plan_ranks(struct groups *groups, const struct book *book)
{
	size_t users = book->names[NAME_USER].n;
	uint64_t span = (uint64_t)(book->last_ms - book->first_ms);

	groups->first_ms = book->first_ms;
	groups->time_bits = 0;
	while (groups->time_bits < 48 && span >> groups->time_bits > 0)
		groups->time_bits++;
	groups->ranks = users <= (uint64_t)1 << (63 - groups->time_bits);
}

/* `bits` of the key's hash, behind `used` ones. */
static size_t
bucket_of(uint64_t key, unsigned used, unsigned bits)
{
	return key * 0x9e3779b97f4a7c15u << used >> 1 >> (63 - bits);
}

/* From the spare rows [start, end) to the rows, bucket by bucket. starts[b]
 * becomes the end of bucket b. */
static void
scatter(struct groups *groups, size_t start, size_t end, unsigned used,
	unsigned bits)
{
	const struct row *from = groups->spare_rows;
	const uint64_t *keys = groups->keys != NULL ? groups->spare_keys : NULL;
	size_t n_buckets = (size_t)1 << bits;
	uint32_t *starts = groups->starts, sum = (uint32_t)start;

	memset(starts, 0, n_buckets * sizeof(*starts));
	for (size_t i = start; i < end; i++)
		starts[bucket_of(key_at(from, keys, i), used, bits)]++;
	for (size_t b = 0; b < n_buckets; b++) {
		uint32_t count = starts[b];

		starts[b] = sum;
		sum += count;
	}
	for (size_t i = start; i < end; i++) {
		uint64_t key = key_at(from, keys, i);
		uint32_t to = starts[bucket_of(key, used, bits)]++;

		groups->rows[to] = from[i];
		if (keys != NULL)
			groups->keys[to] = key;
	}
}

/* By key, user, and then as rows are. */
static bool
is_before(const struct groups *groups, const struct row *a, uint64_t key_a,
	const struct row *b, uint64_t key_b)
{
	if (key_a != key_b)
		return key_a < key_b;
	if (a->post != b->post &&
		groups->users[a->post] != groups->users[b->post])
		return groups->users[a->post] < groups->users[b->post];
	return row_compare(a, b) < 0;
}

static void
sort_few(const struct groups *groups, struct row *rows, uint64_t *keys,
	size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct row row = rows[i];
		uint64_t key = key_at(rows, keys, i);
		size_t k = i;

		for (; k > 0 &&
			is_before(groups, &row, key, &rows[k - 1],
				key_at(rows, keys, k - 1));
			k--) {
			rows[k] = rows[k - 1];
			if (keys != NULL)
				keys[k] = keys[k - 1];
		}
		rows[k] = row;
		if (keys != NULL)
			keys[k] = key;
	}
}

/* The same of FEW_ROWS at most, as most buckets have: the place of each is the
 * number of those before it, counted without branches, as no comparison can be
 * foretold. User and time are in one word, if they fit. Rows of one user and
 * instant are left to the plain way. */
static void
sort_ranked(const struct groups *groups, struct row *rows, uint64_t *keys,
	size_t n)
{
	struct place {
		uint64_t key, word;
	} places[FEW_ROWS];
	struct row copy[FEW_ROWS];
	uint32_t ranks[FEW_ROWS];
	unsigned ties = 0;

	for (size_t i = 0; i < n; i++) {
		struct place at = { key_at(rows, keys, i),
			(uint64_t)groups->users[rows[i].post]
					<< groups->time_bits |
				(uint64_t)(row_ms(&rows[i]) -
					groups->first_ms) };
		uint32_t rank = 0;

		for (size_t k = 0; k < i; k++) {
			unsigned same = places[k].key == at.key;
			unsigned before = (at.key < places[k].key) |
				(same & (at.word < places[k].word));

			ties |= same & (at.word == places[k].word);
			ranks[k] += before;
			rank += before ^ 1;
		}
		ranks[i] = rank;
		places[i] = at;
		copy[i] = rows[i];
	}
	for (size_t i = 0; i < n; i++) {
		rows[ranks[i]] = copy[i];
		if (keys != NULL)
			keys[ranks[i]] = places[i].key;
	}
	if (ties)
		sort_few(groups, rows, keys, n);
}

/* Put the row in at the root of a heap whose root is missing. */
static void
sift_down(const struct groups *groups, struct row *rows, uint64_t *keys,
	size_t root, size_t n, struct row row, uint64_t key)
{
	for (size_t child; (child = root * 2 + 1) < n; root = child) {
		if (child + 1 < n &&
			is_before(groups, &rows[child],
				key_at(rows, keys, child), &rows[child + 1],
				key_at(rows, keys, child + 1)))
			child++;
		if (!is_before(groups, &row, key, &rows[child],
			    key_at(rows, keys, child)))
			break;
		rows[root] = rows[child];
		if (keys != NULL)
			keys[root] = keys[child];
	}
	rows[root] = row;
	if (keys != NULL)
		keys[root] = key;
}

/* A heap, as what is sorted may be in two arrays. */
static void
sort_many(const struct groups *groups, struct row *rows, uint64_t *keys,
	size_t n)
{
	for (size_t root = n / 2; root-- > 0;)
		sift_down(groups, rows, keys, root, n, rows[root],
			key_at(rows, keys, root));
	while (n-- > 1) {
		struct row row = rows[n];
		uint64_t key = key_at(rows, keys, n);

		rows[n] = rows[0];
		if (keys != NULL)
			keys[n] = keys[0];
		sift_down(groups, rows, keys, 0, n, row, key);
	}
}

/* Sort the rows [start, end) of a bucket, and tell their groups. */
static void
close_bucket(struct groups *groups, size_t start, size_t end)
{
	struct row *rows = groups->rows + start;
	uint64_t *keys = groups->keys != NULL ? groups->keys + start : NULL;
	size_t n = end - start;

	if (n > INSERTION_MAX)
		sort_many(groups, rows, keys, n);
	else if (n > FEW_ROWS || !groups->ranks)
		sort_few(groups, rows, keys, n);
	else if (n > 1)
		sort_ranked(groups, rows, keys, n);
	/* without a branch: what is no end is written again */
	for (size_t i = 1; i < n; i++) {
		groups->ends[groups->n] = (uint32_t)(start + i);
		groups->n += key_at(rows, keys, i) !=
			key_at(rows, keys, i - 1);
	}
	groups->ends[groups->n++] = (uint32_t)end;
}

/* Bits that part n rows into so many each. */
static unsigned
bits_for(size_t n, size_t each)
{
	unsigned bits = 0;

	while (bits < BITS_MOST && n >> bits > each)
		bits++;
	return bits;
}

/* The rows [start, end), which have `used` bits in common, are spare. */
static void
group_part(struct groups *groups, size_t start, size_t end, unsigned used)
{
	unsigned bits = bits_for(end - start, BUCKET_ROWS);

	scatter(groups, start, end, used, bits);
	for (size_t b = 0; b < (size_t)1 << bits; b++) {
		end = groups->starts[b];
		if (end > start)
			close_bucket(groups, start, end);
		start = end;
	}
}

static void
group_rows(struct groups *groups, size_t n)
{
	unsigned bits = bits_for(n, PART_ROWS);
	uint32_t ends[(size_t)1 << PARTS_BITS] = { (uint32_t)n };
	struct row *rows = groups->spare_rows;
	uint64_t *keys = groups->spare_keys;
	size_t start = 0;

	bits = bits < PARTS_BITS ? bits : PARTS_BITS;
	if (bits > 0) {
		scatter(groups, 0, n, 0, bits);
		memcpy(ends, groups->starts, sizeof(*ends) << bits);
		groups->spare_rows = groups->rows;
		groups->rows = rows;
		groups->spare_keys = groups->keys;
		groups->keys = keys;
	}
	for (size_t i = 0; i < (size_t)1 << bits; i++) {
		if (ends[i] > start)
			group_part(groups, start, ends[i], bits);
		start = ends[i];
	}
}

int
groups_make(struct groups *groups, struct book *book, size_t part,
	const struct groups_options *options, struct chunk_pool *pool,
	struct fault *fault)
{
	bool persons = has_persons(options->registry);
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
		list_users(groups, book, fault) != 0 ||
		groups_grow(groups, n, persons, fault) != 0 ||
		gather(groups, book, part, options->keep, pool, fault) != 0 ||
		settle_texts(groups, n, part, fault) != 0)
		return -1;
	plan_ranks(groups, book);
	if (persons)
		find_keys(groups, n, options->registry);
	group_rows(groups, n);
	return 0;
}
