/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/book.h"

#include "base/pool.h"
#include "lookup/ingest.h"

/* Bytes a name takes in a dictionary beside its own, and while it is put in
 * order. */
enum { NAME_COST = 100 };

/* map[i] = next[map[i]] */
static void
map_through(uint32_t *map, size_t n, const uint32_t *next)
{
	for (size_t i = 0; i < n; i++)
		map[i] = next[map[i]];
}

static int
merge_triples(struct triples *into, const struct triples *from,
	uint32_t *const a, uint32_t *const b, uint32_t *const c,
	uint32_t **ret_map, struct fault *fault)
{
	uint32_t *map = memory_array(from->n, sizeof(*map));

	if (map == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < from->n; i++) {
		struct triple item = from->items[i];

		item.a = a[item.a];
		item.b = b[item.b];
		item.c = c != NULL ? c[item.c] : item.c;
		if (triples_add(into, item, &map[i], fault) != 0) {
			free(map);
			return -1;
		}
	}
	*ret_map = map;
	return 0;
}

/* Kinds of names are joined on several threads. */
struct joining {
	struct book *book;
	unsigned threads;
	uint32_t **maps; /* kind by kind, shard by shard */
};

/* One kind, in order of the bytes: the book takes over the dictionary of the
 * shard that has most names, and the others' are added to it. */
static int
join_names(void *ctx, unsigned worker, size_t task, struct fault *fault)
{
	const struct joining *joining = ctx;
	struct book *book = joining->book;
	size_t name = (task + NAME_CASE) % NAME_N; /* the longest task first */
	uint32_t **maps = joining->maps + name * book->n_shards;
	struct dict *all = &book->names[name];
	unsigned threads = joining->threads;
	size_t n, most = 0;

	(void)worker;
	for (size_t i = 1; i < book->n_shards; i++)
		if (book->shards[i].names[name].n >
			book->shards[most].names[name].n)
			most = i;
	*all = book->shards[most].names[name];
	book->shards[most].names[name] = (struct dict){ 0 };
	for (size_t i = 0; i < book->n_shards; i++)
		if (i != most &&
			dict_merge_on(all, &book->shards[i].names[name],
				threads, &maps[i], fault) != 0)
			return -1;
	if (dict_sort_on(all, threads, &maps[most], fault) != 0)
		return -1;
	for (size_t i = 0; i < book->n_shards; i++) {
		if (i == most)
			continue;
		n = book->shards[i].names[name].n;
		map_through(maps[i], n, maps[most]);
		dict_free(&book->shards[i].names[name]);
	}
	return 0;
}

static int
sort_posts(struct book *book, struct fault *fault)
{
	uint32_t *order = NULL;

	if (triples_sort(&book->posts, &order, fault) != 0)
		return -1;
	for (size_t i = 0; i < book->n_shards; i++)
		map_through(book->maps[i].post, book->shards[i].posts.n,
			order);
	free(order);
	if (triples_sort(&book->facets, &order, fault) != 0)
		return -1;
	for (size_t i = 0; i < book->n_shards; i++)
		map_through(book->maps[i].facet, book->shards[i].facets.n,
			order);
	free(order);
	return 0;
}

static int
merge_shards(struct book *book, unsigned threads, struct fault *fault)
{
	size_t n = book->n_shards;
	uint32_t **maps = memory_array(n * NAME_N, sizeof(*maps));
	uint32_t **of[NAME_N];
	struct joining joining = { book, threads, maps };
	int result = -1;

	if (maps == NULL)
		return fault_memory(fault);
	for (size_t k = 0; k < NAME_N; k++)
		of[k] = maps + k * n;
	/* though one log was read by one thread */
	if (pool_run(threads, NAME_N, join_names, &joining, fault) != 0 ||
		triples_init(&book->posts, fault) != 0 ||
		triples_init(&book->facets, fault) != 0)
		goto out;
	for (size_t i = 0; i < n; i++) {
		struct shard *shard = &book->shards[i];

		if (merge_triples(&book->posts, &shard->posts,
			    of[NAME_USER][i], of[NAME_UNIT][i],
			    of[NAME_ROLE][i], &book->maps[i].post, fault) !=
				0 ||
			merge_triples(&book->facets, &shard->facets,
				of[NAME_KIND][i], of[NAME_AREA][i], NULL,
				&book->maps[i].facet, fault) != 0)
			goto out;
		book->maps[i].caseref = of[NAME_CASE][i];
		book->maps[i].source = of[NAME_SOURCE][i];
		of[NAME_CASE][i] = NULL;
		of[NAME_SOURCE][i] = NULL;
	}
	result = sort_posts(book, fault);
out:
	for (size_t i = 0; i < n * NAME_N; i++)
		free(maps[i]);
	free(maps);
	return result;
}

static void
sum_offsets(struct book *book)
{
	uint64_t most = 0;

	for (int32_t k = 0; k < OFFSETS_N; k++) {
		uint64_t n = 0;

		for (size_t i = 0; i < book->n_shards; i++)
			n += book->shards[i].offsets[k];
		if (n > most) {
			most = n;
			book->offset = k * OFFSET_STEP - OFFSET_HOURS * 3600;
		}
	}
}

void
book_file_init(struct book *book, size_t number, const struct input *input)
{
	book->files[number].input = input;
	book->files[number].number = number;
}

void
book_settle_files(struct book *book)
{
	for (size_t i = 0; i < book->n_files; i++) {
		struct log_file *file = &book->files[i];
		const struct log_file *original;

		if (file->facts.state != INPUT_DUPLICATE)
			continue;
		original = &book->files[file->input->original -
			book->files[0].input];
		file->format = original->format;
		if (file->input->facts != NULL)
			continue;
		file->facts.compression = original->facts.compression;
		memcpy(file->facts.compression_name,
			original->facts.compression_name,
			sizeof(file->facts.compression_name));
		memcpy(file->facts.sha256, original->facts.sha256,
			sizeof(file->facts.sha256));
	}
}

/* A column that never holds a value is as good as none. */
static void
settle_given(struct book *book, const struct registry *registry)
{
	static const struct {
		enum field field;
		enum name name;
	} pairs[] = {
		{ FIELD_UNIT, NAME_UNIT }, { FIELD_ROLE, NAME_ROLE },
		{ FIELD_CASE, NAME_CASE }, { FIELD_SOURCE, NAME_SOURCE },
		{ FIELD_KIND, NAME_KIND }, { FIELD_AREA, NAME_AREA },
	};

	for (size_t i = 0; i < book->n_files; i++) {
		for (size_t f = 0; f < FIELD_N; f++)
			book->given[f] |= book->files[i].given[f];
	}
	if (registry != NULL && registry->n_roster > 0)
		book->given[FIELD_UNIT] = book->given[FIELD_ROLE] = true;
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		/* number 0 is "not given" */
		if (book->names[pairs[i].name].n <= 1)
			book->given[pairs[i].field] = false;
	}
}

static void
sum_shards(struct book *book, const struct registry *registry)
{
	book->first_ms = INT64_MAX;
	book->last_ms = INT64_MIN;
	for (size_t i = 0; i < book->n_shards; i++) {
		const struct shard *shard = &book->shards[i];

		book->n += shard->n;
		book->gaps += shard->gaps;
		book->overlaps += shard->overlaps;
		book->zoneless += shard->zoneless;
	}
	for (size_t i = 0; i < book->n_files; i++) {
		const struct log_file *file = &book->files[i];

		if (file->counts[REASON_LOOKUP] == 0)
			continue;
		if (file->first_ms < book->first_ms)
			book->first_ms = file->first_ms;
		if (file->last_ms > book->last_ms)
			book->last_ms = file->last_ms;
	}
	book_settle_files(book);
	settle_given(book, registry);
	sum_offsets(book);
}

/* About what it takes to join the names: as much again, and their order. */
static size_t
names_size(const struct book *book)
{
	size_t sum = 0;

	for (size_t i = 0; i < book->n_shards; i++) {
		for (size_t k = 0; k < NAME_N; k++) {
			const struct dict *names = &book->shards[i].names[k];

			sum += names->arena.total + names->n * NAME_COST;
		}
	}
	return sum;
}

int
book_make_room(struct book *book, size_t bytes, struct fault *fault)
{
	for (size_t i = 0; i < book->n_shards; i++) {
		if (chunk_pool_make_room(&book->shards[i].pool, bytes, fault) !=
			0)
			return -1;
	}
	return 0;
}

static int
drop_task(void *ctx, unsigned worker, size_t task, struct fault *fault)
{
	struct book *book = ctx;

	(void)worker;
	(void)fault;
	shard_drop_rows(&book->shards[task]);
	return 0;
}

int
book_drop_rows(struct book *book, unsigned threads, struct fault *fault)
{
	return pool_run(threads, book->n_shards, drop_task, book, fault);
}

int
book_read(struct book **ret, const struct input_list *inputs,
	const struct book_options *options,
	void (*tick)(void *ctx, uint64_t bytes), void *tick_ctx,
	struct fault *fault)
{
	struct book *book = memory_array(1, sizeof(*book));
	size_t n_shards = options->threads > 0 ? options->threads : 1;
	uint64_t seed = dict_seed();

	if (book == NULL)
		return fault_memory(fault);
	if (n_shards > inputs->n)
		n_shards = inputs->n > 0 ? inputs->n : 1;
	book->files = memory_array(inputs->n, sizeof(*book->files));
	book->shards = memory_array(n_shards, sizeof(*book->shards));
	book->maps = memory_array(n_shards, sizeof(*book->maps));
	if (book->files == NULL || book->shards == NULL ||
		book->maps == NULL) {
		fault_memory(fault);
		goto out;
	}
	book->n_files = inputs->n;
	for (size_t i = 0; i < inputs->n; i++)
		book_file_init(book, i, &inputs->items[i]);
	book->spill = options->spill;
	for (; book->n_shards < n_shards; book->n_shards++) {
		if (shard_init(&book->shards[book->n_shards],
			    options->registry, seed, options->most_users,
			    options->spill, fault) != 0) {
			book->n_shards++;
			goto out;
		}
	}
	if (ingest(book, options, tick, tick_ctx, fault) != 0 ||
		book_make_room(book, names_size(book), fault) != 0 ||
		merge_shards(book, options->threads, fault) != 0 ||
		shard_check_users(&book->names[NAME_USER],
			options->most_users, fault) != 0)
		goto out;
	sum_shards(book, options->registry);
	*ret = book;
	return 0;
out:
	book_free(book);
	return -1;
}

void
book_free(struct book *book)
{
	if (book == NULL)
		return;
	for (size_t i = 0; i < book->n_shards; i++) {
		shard_free(&book->shards[i]);
		free(book->maps[i].caseref);
		free(book->maps[i].source);
		free(book->maps[i].post);
		free(book->maps[i].facet);
	}
	for (size_t k = 0; k < NAME_N; k++)
		dict_free(&book->names[k]);
	for (size_t i = 0; i < book->n_files; i++)
		watch_free(book->files[i].watch);
	triples_free(&book->posts);
	triples_free(&book->facets);
	free(book->shards);
	free(book->maps);
	free(book->files);
	free(book);
}
