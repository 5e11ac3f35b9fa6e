/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/groups.h"

#include "base/memory.h"

/*
 * Rows are put in order of a hash of their key by counting, into buckets of
 * about one subject. What a bucket holds is sorted.
 */
enum {
	BUCKET_ROWS = 2,
	BITS_MOST = 24,
	AHEAD = 16,
	FEW_ROWS = 8,
	BUCKETS_AT_ONCE = 256,
	INSERTION_MAX = 24,
};

/* The keys are only of use with persons; see find_keys(). There are two buckets
 * at least. */
static int
groups_grow(struct groups *groups, size_t n, bool keys, struct fault *fault)
{
	if (n <= groups->cap && (!keys || groups->keys != NULL))
		return 0;
	groups->cap = 0;
	free(groups->rows);
	free(groups->keys);
	free(groups->spare_keys);
	free(groups->ends);
	free(groups->starts);
	groups->keys = groups->spare_keys = NULL;
	n += n / 8;
	groups->rows = malloc(n * sizeof(*groups->rows));
	groups->ends = malloc(n * sizeof(*groups->ends));
	groups->starts = malloc((n + 2) * sizeof(*groups->starts));
	if (keys) {
		groups->keys = malloc(n * sizeof(*groups->keys));
		groups->spare_keys = malloc(n * sizeof(*groups->keys));
	}
	if (groups->rows == NULL || groups->ends == NULL ||
		groups->starts == NULL ||
		(keys && (groups->keys == NULL || groups->spare_keys == NULL)))
		return fault_memory(fault);
	groups->cap = n;
	return 0;
}

void
groups_free(struct groups *groups)
{
	free(groups->rows);
	free(groups->keys);
	free(groups->spare_keys);
	free(groups->ends);
	free(groups->starts);
	free(groups->users);
	intake_free(&groups->intake);
	*groups = (struct groups){ 0 };
}

/* The first bits of the key's hash. */
static inline size_t
bucket_of(uint64_t key, unsigned shift)
{
	return key * 0x9e3779b97f4a7c15u >> shift;
}

/* By bucket of their subjects. */
static void
count_rows(struct groups *groups, const struct row *rows, size_t n)
{
	memset(groups->starts, 0, sizeof(*groups->starts) << groups->bits);
	for (size_t i = 0; i < n; i++)
		groups->starts[bucket_of(rows[i].subject, 64 - groups->bits)]++;
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
			intake_text(&groups->intake, groups->intake.rows[i].subject,
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
	return registry_key(registry, intake_text(&groups->intake, key, buf));
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

/* How rows are ranked: see place_of(). */
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

/* By keys of their own. */
static void
count_keys(struct groups *groups, size_t n)
{
	memset(groups->starts, 0, sizeof(*groups->starts) << groups->bits);
	for (size_t i = 0; i < n; i++)
		groups->starts[bucket_of(groups->spare_keys[i],
			64 - groups->bits)]++;
}

/* From the spare rows to the rows, bucket by bucket. starts[b] becomes the end
 * of bucket b. */
static inline __attribute__((always_inline)) void
scatter(struct groups *groups, size_t n, const uint64_t *keys)
{
	const struct row *from = groups->intake.rows;
	struct row *to = groups->rows;
	uint32_t *starts = groups->starts, sum = 0;
	unsigned shift = 64 - groups->bits;

	for (size_t b = 0; b < (size_t)1 << groups->bits; b++) {
		uint32_t count = starts[b];

		starts[b] = sum;
		sum += count;
	}
	for (size_t i = 0; i < n; i++) {
		uint64_t key = key_at(from, keys, i);
		uint32_t at = starts[bucket_of(key, shift)]++;

		to[at] = from[i];
		if (keys != NULL)
			groups->keys[at] = key;
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

/* The plain way. */
static void
sort_plain(const struct groups *groups, struct row *rows, uint64_t *keys,
	size_t n)
{
	if (n > INSERTION_MAX)
		sort_many(groups, rows, keys, n);
	else
		sort_few(groups, rows, keys, n);
}

/* The fast way: by key, user and time in one number, where the latter two fit
 * into a word. Rows that are equal in it are left to the plain way. */
__extension__ typedef unsigned __int128 place;

static inline place
place_of(const struct groups *groups, const struct row *row, uint64_t key)
{
	return (place)key << 64 |
		((uint64_t)groups->users[row->post] << groups->time_bits |
			(uint64_t)(row_ms(row) - groups->first_ms));
}

/* FEW_ROWS at most, as most buckets have: the place of each is the number of
 * those before it, counted without branches, as no comparison can be
 * foretold. Nor can n: it is a constant wherever this is called. */
static inline __attribute__((always_inline)) void
sort_ranked(const struct groups *groups, struct row *rows, uint64_t *keys,
	size_t n)
{
	place places[FEW_ROWS];
	struct row copy[FEW_ROWS];
	uint32_t ranks[FEW_ROWS];

	for (size_t i = 0; i < n; i++) {
		place at = place_of(groups, &rows[i], key_at(rows, keys, i));
		uint32_t rank = (uint32_t)i;

		for (size_t k = 0; k < i; k++) {
			uint32_t before = at < places[k];

			ranks[k] += before;
			rank -= before;
		}
		ranks[i] = rank;
		places[i] = at;
		copy[i] = rows[i];
	}
	for (size_t i = 0; i < n; i++) {
		rows[ranks[i]] = copy[i];
		if (keys != NULL)
			keys[ranks[i]] = (uint64_t)(places[i] >> 64);
	}
}

/* Blocks of n rows each, which end there. */
static inline __attribute__((always_inline)) void
sort_class(const struct groups *groups, const uint32_t *ends, size_t n_ends,
	uint64_t *keys, size_t n)
{
	for (size_t i = 0; i < n_ends; i++) {
		size_t start = ends[i] - n;

		sort_ranked(groups, groups->rows + start,
			keys != NULL ? keys + start : NULL, n);
	}
}

static void
sort_blocks(const struct groups *groups, const uint32_t *ends, size_t n_ends,
	uint64_t *keys, size_t n)
{
	switch (n) {
	case 2:
		sort_class(groups, ends, n_ends, keys, 2);
		break;
	case 3:
		sort_class(groups, ends, n_ends, keys, 3);
		break;
	case 4:
		sort_class(groups, ends, n_ends, keys, 4);
		break;
	case 5:
		sort_class(groups, ends, n_ends, keys, 5);
		break;
	case 6:
		sort_class(groups, ends, n_ends, keys, 6);
		break;
	case 7:
		sort_class(groups, ends, n_ends, keys, 7);
		break;
	case 8:
		sort_class(groups, ends, n_ends, keys, 8);
		break;
	}
}

/* Two runs, one behind the other, into one. */
static void
merge(const struct groups *groups, const struct row *rows,
	const uint64_t *keys, size_t n_left, size_t n, struct row *to,
	uint64_t *keys_to)
{
	size_t left = 0, right = n_left;

	for (size_t i = 0; i < n; i++) {
		/* beyond the end, what stands there is not looked at */
		size_t l = left < n_left ? left : 0;
		size_t r = right < n ? right : 0;
		bool second = place_of(groups, &rows[r],
				      key_at(rows, keys, r)) <
			place_of(groups, &rows[l], key_at(rows, keys, l));
		size_t from;

		second = left == n_left || (right < n && second);
		from = second ? right : left;
		to[i] = rows[from];
		if (keys != NULL)
			keys_to[i] = keys[from];
		right += second;
		left += !second;
	}
}

/* Of many, blocks are merged, to and fro between rows and what is spare. */
static void
sort_merging(const struct groups *groups, size_t start, size_t n)
{
	struct row *rows = groups->rows + start;
	struct row *to = groups->intake.rows + start;
	bool keyed = groups->keys != NULL;
	uint64_t *keys = keyed ? groups->keys + start : NULL;
	uint64_t *keys_to = keyed ? groups->spare_keys + start : NULL;

	for (size_t i = 0; i < n; i += FEW_ROWS) {
		size_t few = n - i < FEW_ROWS ? n - i : FEW_ROWS;
		uint32_t end = (uint32_t)(start + i + few);

		sort_blocks(groups, &end, 1, groups->keys, few);
	}
	for (size_t width = FEW_ROWS; width < n; width *= 2) {
		struct row *rows_next = rows;
		uint64_t *keys_next = keys;

		for (size_t i = 0; i < n; i += 2 * width) {
			size_t left = n - i < width ? n - i : width;
			size_t both = n - i < 2 * width ? n - i : 2 * width;

			merge(groups, rows + i, keyed ? keys + i : NULL, left,
				both, to + i, keyed ? keys_to + i : NULL);
		}
		rows = to;
		keys = keys_to;
		to = rows_next;
		keys_to = keys_next;
	}
	if (rows == groups->rows + start)
		return;
	memcpy(to, rows, n * sizeof(*rows));
	if (keyed)
		memcpy(keys_to, keys, n * sizeof(*keys));
}

/* Buckets [start, end), those of as many rows one after the other: how many
 * the next one has cannot be foretold. */
static void
sort_some(const struct groups *groups, size_t start, size_t end)
{
	uint32_t ends[FEW_ROWS + 1][BUCKETS_AT_ONCE];
	uint32_t counts[FEW_ROWS + 1] = { 0 };
	uint32_t last = start > 0 ? groups->starts[start - 1] : 0;

	for (size_t b = start; b < end; b++) {
		uint32_t at = groups->starts[b], n = at - last;

		if (n > FEW_ROWS) {
			sort_merging(groups, last, n);
			n = 0;
		}
		ends[n][counts[n]++] = at;
		last = at;
	}
	for (size_t n = 2; n <= FEW_ROWS; n++)
		sort_blocks(groups, ends[n], counts[n], groups->keys, n);
}

static void
sort_buckets(const struct groups *groups)
{
	size_t n = (size_t)1 << groups->bits, start = 0;

	if (groups->ranks) {
		for (size_t b = 0; b < n; b += BUCKETS_AT_ONCE)
			sort_some(groups, b,
				n - b < BUCKETS_AT_ONCE ? n :
							  b + BUCKETS_AT_ONCE);
		return;
	}
	for (size_t b = 0; b < n; b++) {
		size_t end = groups->starts[b];

		sort_plain(groups, groups->rows + start,
			groups->keys != NULL ? groups->keys + start : NULL,
			end - start);
		start = end;
	}
}

static bool
is_tie(const struct groups *groups, size_t i)
{
	const struct row *row = &groups->rows[i];

	return row[0].when == row[-1].when &&
		key_at(groups->rows, groups->keys, i) ==
			key_at(groups->rows, groups->keys, i - 1) &&
		groups->users[row[0].post] == groups->users[row[-1].post];
}

/* The rows from `start` on that are one user's of one instant. Returns their
 * end. */
static size_t
settle_ties(struct groups *groups, size_t start, size_t n)
{
	size_t end = start + 1;

	while (end < n && is_tie(groups, end))
		end++;
	sort_plain(groups, groups->rows + start,
		groups->keys != NULL ? groups->keys + start : NULL,
		end - start);
	return end;
}

/* Without a branch: what is no end is written again. */
static inline __attribute__((always_inline)) void
find_ends(struct groups *groups, size_t n, const uint64_t *keys)
{
	const struct row *rows = groups->rows;
	uint32_t *ends = groups->ends;
	size_t settled = 0;
	uint32_t n_groups = 0;

	for (size_t i = 1; i < n; i++) {
		ends[n_groups] = (uint32_t)i;
		n_groups += key_at(rows, keys, i) != key_at(rows, keys, i - 1);
		if (rows[i].when == rows[i - 1].when && i >= settled &&
			is_tie(groups, i))
			settled = settle_ties(groups, i - 1, n);
	}
	ends[n_groups++] = (uint32_t)n;
	groups->n = n_groups;
}

/* Bits that part n rows into buckets: one at least. */
static unsigned
bits_for(size_t n)
{
	unsigned bits = 1;

	while (bits < BITS_MOST && n >> bits > BUCKET_ROWS)
		bits++;
	return bits;
}

int
groups_make(struct groups *groups, struct book *book, size_t part,
	const struct groups_options *options, struct chunk_pool *pool,
	struct fault *fault)
{
	const struct intake_options how = { options->keep, NULL };
	bool persons = has_persons(options->registry);
	size_t n;

	groups->n = 0;
	if (intake_take(&groups->intake, book, part, &how, pool, fault) != 0)
		return -1;
	n = groups->intake.n;
	if (n == 0)
		return 0;
	groups->bits = bits_for(n);
	if (list_users(groups, book, fault) != 0 ||
		groups_grow(groups, n, persons, fault) != 0)
		return -1;
	plan_ranks(groups, book);
	if (persons) {
		find_keys(groups, n, options->registry);
		count_keys(groups, n);
		scatter(groups, n, groups->spare_keys);
		sort_buckets(groups);
		find_ends(groups, n, groups->keys);
	} else {
		count_rows(groups, groups->intake.rows, n);
		scatter(groups, n, NULL);
		sort_buckets(groups);
		find_ends(groups, n, NULL);
	}
	return 0;
}
