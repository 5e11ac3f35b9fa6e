/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/locate.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/pool.h"
#include "input/container.h"
#include "lookup/ticker.h"

/* A record that says what rows[order[first]] says, the case aside, and maybe
 * those behind it. */
struct hit {
	size_t first; /* in `order` */
	uint32_t caseref;
	struct place place;
};

struct hits { /* of one thread */
	struct hit *items;
	size_t n, cap;
	struct arena texts; /* of their places */
};

struct locating {
	const struct book *book;
	const struct book_options *options;
	const struct locate_rows *rows;
	size_t *order; /* rows by time, hash, and what they say */
	uint64_t *hashes; /* by row: of what it says, but for the time */
	uint64_t seed;
	struct hits *hits;
	bool *changed; /* by file */
	struct ticker ticker;
};

static struct slice
subject_of(const struct locate_rows *rows, const struct row *row, char buf[20])
{
	if (row->subject & SUBJECT_TEXT)
		return rows->text(rows->text_ctx, row->subject);
	return (struct slice){ buf, subject_unpack(row->subject, buf) };
}

/* By what they say, marks and case aside: turn 1 gives the first lookup of a
 * day the case that only a retry names. */
static int
compare_said(const struct row *a, const struct row *b)
{
	struct row x = *a, y = *b;

	x.when &= ~(uint64_t)0xffff;
	y.when &= ~(uint64_t)0xffff;
	x.caseref = y.caseref = 0;
	return row_compare(&x, &y);
}

/* The number of a name, if the book has it. */
static bool
number_of(const struct book *book, enum name name, struct slice value,
	uint32_t *ret)
{
	*ret = 0;
	return !field_given(value) ||
		dict_find(&book->names[name], value, ret);
}

/* Does a record say what a row says, for one of its subjects? The user and
 * the time are compared. */
struct said {
	struct triple post, facet;
	uint32_t caseref, source;
	struct slice subject;
};

static bool
said_of(const struct book *book, uint32_t user, const struct record *record,
	struct said *ret)
{
	struct slice outcome = record->field[FIELD_OUTCOME];

	*ret = (struct said){ .post.a = user };
	ret->facet.c = field_given(outcome) ? outcome_of(outcome) :
					      OUTCOME_UNKNOWN;
	return number_of(book, NAME_UNIT, record->field[FIELD_UNIT],
		       &ret->post.b) &&
		number_of(book, NAME_ROLE, record->field[FIELD_ROLE],
			&ret->post.c) &&
		number_of(book, NAME_KIND, record->field[FIELD_KIND],
			&ret->facet.a) &&
		number_of(book, NAME_AREA, record->field[FIELD_AREA],
			&ret->facet.b) &&
		number_of(book, NAME_CASE, record->field[FIELD_CASE],
			&ret->caseref) &&
		number_of(book, NAME_SOURCE, record->field[FIELD_SOURCE],
			&ret->source);
}

static bool
triple_equal(struct triple a, struct triple b)
{
	return a.a == b.a && a.b == b.b && a.c == b.c;
}

/* What a row says; of the subject's text, buf may hold it. */
static struct said
row_said(const struct locating *locating, const struct row *row, char buf[20])
{
	const struct book *book = locating->book;

	return (struct said){ book->posts.items[row->post],
		book->facets.items[row->facet], row->caseref, row->source,
		subject_of(locating->rows, row, buf) };
}

static bool
says_the_same(const struct said *a, const struct said *b)
{
	return a->source == b->source && triple_equal(a->post, b->post) &&
		triple_equal(a->facet, b->facet) &&
		slice_equal(a->subject, b->subject);
}

/* The same for who says the same: of many lookups at one time, few are looked
 * at. */
static uint64_t
hash_of(const struct locating *locating, const struct said *said)
{
	const uint64_t words[] = {
		XXH3_64bits_withSeed(said->subject.at, said->subject.len,
			locating->seed),
		(uint64_t)said->post.b << 32 | said->post.c,
		(uint64_t)said->facet.a << 32 | said->facet.b,
		(uint64_t)said->facet.c << 32 | said->source };

	return XXH3_64bits_withSeed(words, sizeof(words), locating->seed);
}

static int
compare_order(const void *a, const void *b, void *ctx)
{
	const struct locating *locating = ctx;
	const struct row *rows = locating->rows->rows;
	const uint64_t *hashes = locating->hashes;
	size_t i = *(const size_t *)a, k = *(const size_t *)b;
	int order;

	if (row_ms(&rows[i]) != row_ms(&rows[k]))
		return row_ms(&rows[i]) < row_ms(&rows[k]) ? -1 : 1;
	if (hashes[i] != hashes[k])
		return hashes[i] < hashes[k] ? -1 : 1;
	order = compare_said(&rows[i], &rows[k]);
	if (order != 0)
		return order;
	if (rows[i].caseref != rows[k].caseref)
		return rows[i].caseref < rows[k].caseref ? -1 : 1;
	return (i > k) - (i < k);
}

/* The first of `order` that is not before this. */
static size_t
first_at(const struct locating *locating, int64_t ms, uint64_t hash)
{
	const struct row *rows = locating->rows->rows;
	size_t low = 0, high = locating->rows->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		size_t i = locating->order[middle];

		if (row_ms(&rows[i]) < ms || (row_ms(&rows[i]) == ms &&
						     locating->hashes[i] < hash))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The first of `order` that says this at this time; rows->n: none does. */
static size_t
find_row(const struct locating *locating, const struct said *said, int64_t ms)
{
	const struct locate_rows *rows = locating->rows;
	uint64_t hash = hash_of(locating, said);

	for (size_t i = first_at(locating, ms, hash); i < rows->n; i++) {
		size_t number = locating->order[i];
		const struct row *row = &rows->rows[number];
		struct said says;
		char buf[20];

		if (row_ms(row) != ms || locating->hashes[number] != hash)
			break;
		says = row_said(locating, row, buf);
		if (says_the_same(&says, said))
			return i;
	}
	return rows->n;
}

static int
keep_hit(struct hits *hits, struct hit hit, const struct subject_name *subject,
	struct fault *fault)
{
	if (memory_grow((void **)&hits->items, &hits->cap, hits->n + 1,
		    sizeof(*hits->items), (size_t)1 << 40, "lines of one user",
		    fault) != 0)
		return -1;
	if (!slice_equal(subject->name, subject->logged) &&
		arena_keep(&hits->texts, subject->logged, &hit.place.logged,
			fault) != 0)
		return -1;
	hits->items[hits->n++] = hit;
	return 0;
}

static int
keep_hits(struct locating *locating, struct hits *hits, size_t file,
	const struct parsed *parsed, struct fault *fault)
{
	struct said said;

	if (first_at(locating, parsed->when.ms, 0) == locating->rows->n ||
		!said_of(locating->book, locating->rows->user, &parsed->record,
			&said))
		return 0;
	for (size_t i = 0; i < parsed->n_subjects; i++) {
		struct hit hit = { .caseref = said.caseref,
			.place = { .file = file,
				.line = parsed->line.number } };

		said.subject = parsed->subjects[i].name;
		hit.first = find_row(locating, &said, parsed->when.ms);
		if (hit.first < locating->rows->n &&
			keep_hit(hits, hit, &parsed->subjects[i], fault) != 0)
			return -1;
	}
	return 0;
}

static int
read_lines(struct locating *locating, unsigned worker, size_t file,
	struct reader *reader, struct parser *parser, struct fault *fault)
{
	const struct book *book = locating->book;
	struct slice user =
		book->names[NAME_USER].names[locating->rows->user];
	struct parsed parsed;
	uint64_t seen = 0, lines = 0;
	int more;

	while ((more = parser_next(parser, &parsed, fault)) > 0) {
		if (parsed.reason == REASON_LOOKUP &&
			slice_equal(parsed.record.field[FIELD_USER], user)) {
			registry_fill(locating->options->registry,
				&parsed.record, &parsed.when);
			if (keep_hits(locating, &locating->hits[worker], file,
				    &parsed, fault) != 0)
				return -1;
		}
		if (++lines % TICK_LINES == 0)
			ticker_look(&locating->ticker, worker, reader, &seen);
	}
	return more;
}

/* A pipe must have been kept. */
static bool
is_readable_again(const struct log_file *file)
{
	return input_is_kept(file->input) && file->counts[REASON_LOOKUP] > 0;
}

static int
locate_task(void *ctx, unsigned worker, size_t task, struct fault *fault)
{
	struct locating *locating = ctx;
	const struct log_file *file = &locating->book->files[task];
	struct reader *reader = NULL;
	struct parser *parser = NULL;
	struct fault why = { 0 };
	int result = 0;

	if (!is_readable_again(file))
		return 0;
	locating->changed[task] = true;
	if (input_open(&reader, file->input, &locating->options->limits,
		    &why) != 0 ||
		parser_open(&parser, reader, &locating->options->format,
			&why) != 0) {
		if (why.code == FAULT_MEMORY)
			result = fault_memory(fault);
		goto out;
	}
	result = read_lines(locating, worker, task, reader, parser, fault);
	locating->changed[task] = memcmp(reader_facts(reader)->sha256,
					  file->facts.sha256, 32) != 0;
out:
	if (result == 0 && reader != NULL && reader_facts(reader)->starved)
		result = fault_memory(fault);
	parser_free(parser);
	reader_free(reader);
	return result;
}

static int
compare_hits(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	if (x->caseref != y->caseref)
		return x->caseref < y->caseref ? -1 : 1;
	if (x->place.file != y->place.file)
		return x->place.file < y->place.file ? -1 : 1;
	if (x->place.line != y->place.line)
		return x->place.line < y->place.line ? -1 : 1;
	return slice_compare(x->place.logged, y->place.logged);
}

/* Rows [first, end) of `order` say the same, and so do the hits, but for the
 * case, by which both are in order. Lines without a case that are left over
 * are those of rows that were given one. */
static void
place_alike(const struct locating *locating, size_t first, size_t end,
	const struct hit *hits, size_t n, struct place *places)
{
	const struct row *rows = locating->rows->rows;
	const size_t *order = locating->order;
	size_t next = 0, spare;

	while (next < n && hits[next].caseref == 0 && first + next < end &&
		rows[order[first + next]].caseref == 0)
		next++;
	spare = next;
	for (size_t i = first, h = 0; i < end; i++) {
		uint32_t caseref = rows[order[i]].caseref;

		while (h < n && hits[h].caseref < caseref)
			h++;
		if (h < n && hits[h].caseref == caseref) {
			places[order[i]] = hits[h++].place;
		} else if (spare < n && hits[spare].caseref == 0) {
			places[order[i]] = hits[spare++].place;
			places[order[i]].bare = true;
		}
	}
}

static void
place_rows(const struct locating *locating, struct hit *hits, size_t n,
	struct place *places)
{
	const struct row *rows = locating->rows->rows;
	const size_t *order = locating->order;

	qsort(hits, n, sizeof(*hits), compare_hits);
	for (size_t start = 0, next; start < n; start = next) {
		size_t first = hits[start].first, end = first + 1;

		for (next = start + 1; next < n && hits[next].first == first;)
			next++;
		while (end < locating->rows->n &&
			compare_said(&rows[order[first]], &rows[order[end]]) ==
				0)
			end++;
		place_alike(locating, first, end, hits + start, next - start,
			places);
	}
}

/* Out of the threads' arenas, which hold the texts of all hits. */
static int
keep_texts(size_t n, struct located *located, struct fault *fault)
{
	for (size_t i = 0; i < n; i++) {
		struct slice *logged = &located->places[i].logged;

		if (logged->len > 0 &&
			arena_keep(&located->texts, *logged, logged, fault) !=
				0)
			return -1;
	}
	return 0;
}

static int
join_hits(struct locating *locating, size_t threads, struct located *located,
	struct fault *fault)
{
	struct hit *all;
	size_t n = 0;

	for (size_t i = 0; i < threads; i++)
		n += locating->hits[i].n;
	all = memory_array(n, sizeof(*all));
	if (all == NULL)
		return fault_memory(fault);
	n = 0;
	for (size_t i = 0; i < threads; i++) {
		const struct hits *hits = &locating->hits[i];

		if (hits->n > 0)
			memcpy(all + n, hits->items, hits->n * sizeof(*all));
		n += hits->n;
	}
	place_rows(locating, all, n, located->places);
	free(all);
	return keep_texts(locating->rows->n, located, fault);
}

static void
sum_up(const struct locating *locating, struct located *located)
{
	const struct book *book = locating->book;

	for (size_t i = 0; i < locating->rows->n; i++)
		located->missing += located->places[i].line == 0;
	for (size_t i = 0; i < book->n_files; i++) {
		if (!locating->changed[i])
			continue;
		if (located->changed++ == 0)
			located->first_changed = book->files[i].input->path;
	}
}

static void
order_rows(struct locating *locating)
{
	const struct locate_rows *rows = locating->rows;
	char buf[20];

	for (size_t i = 0; i < rows->n; i++) {
		struct said says = row_said(locating, &rows->rows[i], buf);

		locating->hashes[i] = hash_of(locating, &says);
		locating->order[i] = i;
	}
	qsort_r(locating->order, rows->n, sizeof(*locating->order),
		compare_order, locating);
}

int
locate(const struct book *book, const struct book_options *options,
	const struct locate_rows *rows,
	void (*tick)(void *ctx, uint64_t bytes), void *tick_ctx,
	struct located *ret, struct fault *fault)
{
	struct locating locating = { .book = book, .options = options,
		.rows = rows, .seed = dict_seed(),
		.ticker = { .tick = tick, .ctx = tick_ctx } };
	size_t threads = options->threads > 0 ? options->threads : 1;
	struct located located = { .places =
		memory_array(rows->n, sizeof(*located.places)) };
	int result = -1;

	locating.order = memory_array(rows->n, sizeof(*locating.order));
	locating.hashes = memory_array(rows->n, sizeof(*locating.hashes));
	locating.hits = memory_array(threads, sizeof(*locating.hits));
	locating.changed = memory_array(book->n_files, sizeof(bool));
	if (located.places == NULL || locating.order == NULL ||
		locating.hashes == NULL || locating.hits == NULL ||
		locating.changed == NULL) {
		fault_memory(fault);
		goto out;
	}
	order_rows(&locating);
	if (pool_run((unsigned)threads, book->n_files, locate_task, &locating,
		    fault) != 0 ||
		join_hits(&locating, threads, &located, fault) != 0)
		goto out;
	sum_up(&locating, &located);
	*ret = located;
	located = (struct located){ 0 };
	result = 0;
out:
	for (size_t i = 0; locating.hits != NULL && i < threads; i++) {
		free(locating.hits[i].items);
		arena_free(&locating.hits[i].texts);
	}
	free(locating.hits);
	free(locating.order);
	free(locating.hashes);
	free(locating.changed);
	located_free(&located);
	return result;
}

void
located_free(struct located *located)
{
	free(located->places);
	arena_free(&located->texts);
	*located = (struct located){ 0 };
}
