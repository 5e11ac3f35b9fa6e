/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/intake.h"

#include "base/memory.h"
#include "base/order.h"

/* Rows that are looked ahead, and bytes of texts; texts that are numbered at
 * once. */
enum { AHEAD = 48, BYTES_AHEAD = 1024, TEXTS_AT_ONCE = 32 };

void
intake_free(struct intake *intake)
{
	free(intake->rows);
	free(intake->order);
	free(intake->text_rows);
	cursor_free(&intake->cursor);
	dict_free(&intake->texts);
	*intake = (struct intake){ 0 };
}

static int
make_room(struct intake *intake, size_t n, struct fault *fault)
{
	if (n <= intake->cap)
		return 0;
	intake->cap = 0;
	free(intake->rows);
	n += n / 8;
	intake->rows = malloc(n * sizeof(*intake->rows));
	if (intake->rows == NULL)
		return fault_memory(fault);
	intake->cap = n;
	return 0;
}

/* Texts of few rows of a shard become the partition's. What a step asks of
 * memory is there for the next one. */
static int
number_few(struct intake *intake, struct row *const *rows, size_t n,
	struct fault *fault)
{
	struct dict *texts = &intake->texts;
	struct slice text[TEXTS_AT_ONCE];
	uint64_t hashes[TEXTS_AT_ONCE];
	uint32_t numbers[TEXTS_AT_ONCE];

	for (size_t i = 0; i < n; i++) {
		text[i] = cursor_text(&intake->cursor, rows[i]->subject);
		__builtin_prefetch(text[i].at + BYTES_AHEAD);
		hashes[i] = dict_hash(texts, text[i]);
		dict_fetch_slot(texts, hashes[i]);
	}
	for (size_t i = 0; i < n; i++) {
		numbers[i] = dict_guess(texts, hashes[i]);
		dict_fetch_name(texts, numbers[i]);
	}
	for (size_t i = 0; i < n; i++)
		dict_fetch_bytes(texts, numbers[i]);
	for (size_t i = 0; i < n; i++) {
		if (dict_add_guessed(texts, text[i], hashes[i], numbers[i],
			    &numbers[i], fault) != 0)
			return -1;
		rows[i]->subject = SUBJECT_TEXT | numbers[i];
	}
	return 0;
}

static int
number_texts(struct intake *intake, size_t from, struct fault *fault)
{
	for (size_t n; from < intake->n_text_rows; from += n) {
		n = intake->n_text_rows - from;
		n = n < TEXTS_AT_ONCE ? n : TEXTS_AT_ONCE;
		if (number_few(intake, intake->text_rows + from, n, fault) != 0)
			return -1;
	}
	return 0;
}

/* One array of a shard's rows, to where they will be. The next one comes from
 * memory meanwhile, as do the numbers of cases: they are many, and in no
 * cache. */
static int
take_rows(struct intake *intake, const struct shard_map *map, struct row *to,
	const struct row *rows, size_t n, struct fault *fault)
{
	const uint32_t *posts = map->post, *facets = map->facet;
	const uint32_t *cases = map->caseref, *sources = map->source;
	const struct row *next = cursor_ahead(&intake->cursor, rows);
	size_t n_texts = intake->n_text_rows;
	struct row **texts;

	if (memory_grow((void **)&intake->text_rows, &intake->text_rows_cap,
		    n_texts + n, sizeof(*texts), UINT32_MAX,
		    "subjects that are texts", fault) != 0)
		return -1;
	texts = intake->text_rows + n_texts;
	for (size_t i = 0; i < n; i++) {
		const struct row row = rows[i];
		const struct row *later = i + AHEAD < n ?
			&rows[i + AHEAD] :
			&next[i + AHEAD - n];

		__builtin_prefetch(&next[i]);
		__builtin_prefetch(&cases[later->caseref]);
		to[i] = (struct row){ row.subject, row.when, posts[row.post],
			cases[row.caseref], sources[row.source],
			facets[row.facet] };
		*texts = &to[i];
		texts += row.subject >> 63;
	}
	intake->n_text_rows = (size_t)(texts - intake->text_rows);
	intake->n += n;
	return number_texts(intake, n_texts, fault);
}

/* Texts are numbered by order of bytes, so that no number depends on threads,
 * and made unique over partitions. */
static int
settle_texts(struct intake *intake, size_t part, struct fault *fault)
{
	uint32_t n = (uint32_t)intake->texts.n, *numbers;

	free(intake->order);
	intake->order = NULL;
	if (intake->n_text_rows == 0)
		return 0;
	intake->order = memory_array(n, sizeof(*intake->order));
	numbers = memory_array(n, sizeof(*numbers));
	if (intake->order == NULL || numbers == NULL) {
		free(numbers);
		return fault_memory(fault);
	}
	if (names_order(intake->texts.names, n, intake->order, fault) != 0) {
		free(numbers);
		return -1;
	}
	for (uint32_t i = 0; i < n; i++)
		numbers[intake->order[i]] = i;
	for (size_t i = 0; i < intake->n_text_rows; i++) {
		struct row *row = intake->text_rows[i];

		row->subject = SUBJECT_TEXT | (uint64_t)part << 32 |
			numbers[(uint32_t)row->subject];
	}
	free(numbers);
	return 0;
}

struct slice
intake_text(const struct intake *intake, uint64_t subject, char buf[20])
{
	if (subject & SUBJECT_TEXT)
		return intake->texts.names[intake->order[(uint32_t)subject]];
	return (struct slice){ buf, subject_unpack(subject, buf) };
}

static int
gather(struct intake *intake, struct book *book, size_t part,
	const struct intake_options *options, struct chunk_pool *pool,
	struct fault *fault)
{
	struct partition_cursor *cursor = &intake->cursor;
	struct muster *muster = options->muster;
	const struct row *rows;
	int more = 0;
	size_t n;

	for (size_t i = 0; i < book->n_shards; i++) {
		struct partition *from = &book->shards[i].parts[part];

		cursor_start(cursor, from, book->spill);
		while ((more = cursor_next(cursor, &rows, &n, fault)) > 0) {
			/* those of a chunk are not read a second time */
			struct row *to = muster != NULL ?
				(struct row *)(uintptr_t)rows :
				intake->rows + intake->n;

			if (take_rows(intake, &book->maps[i], to, rows, n,
				    fault) != 0 ||
				(muster != NULL &&
					muster_add(muster, to, n, fault) != 0))
				return -1;
		}
		if (more < 0)
			return -1;
		if (!options->keep && muster == NULL)
			partition_clear(from, pool);
	}
	return chunk_pool_settle(pool, fault);
}

void
intake_drop(struct book *book, size_t part, struct chunk_pool *pool)
{
	for (size_t i = 0; i < book->n_shards; i++)
		partition_clear(&book->shards[i].parts[part], pool);
}

int
intake_take(struct intake *intake, struct book *book, size_t part,
	const struct intake_options *options, struct chunk_pool *pool,
	struct fault *fault)
{
	size_t n = 0;

	intake->n = intake->n_text_rows = 0;
	for (size_t i = 0; i < book->n_shards; i++)
		n += partition_rows(&book->shards[i].parts[part]);
	if (n >= UINT32_MAX / 2)
		return fault_set(fault, FAULT_LIMIT,
			"more than %u lookups in one partition",
			UINT32_MAX / 2);
	if (dict_clear(&intake->texts, fault) != 0 ||
		(options->muster != NULL ?
			muster_begin(options->muster, n, fault) :
			make_room(intake, n, fault)) != 0)
		return -1;
	return n == 0 ? 0 :
			gather(intake, book, part, options, pool, fault) != 0 ?
			-1 :
			settle_texts(intake, part, fault);
}
