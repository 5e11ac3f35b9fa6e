/* SPDX-License-Identifier: Apache-2.0 */
/* One book, whatever the threads and however its lines lie in files. */
#include "tests/unit/book-fixture.h"

enum { N = 3000 };

static void
make(struct entry *entries, size_t n, uint64_t seed)
{
	struct draw draw = { seed };

	for (size_t i = 0; i < n; i++) {
		entries[i] = (struct entry){
			.ms = 1777630272000 + (int64_t)draw_below(&draw,
				1000000000),
			.user = 1 + (uint32_t)draw_below(&draw, 40),
			.unit = (uint32_t)draw_below(&draw, 5),
			.role = (uint32_t)draw_below(&draw, 3),
			.kind = (uint32_t)draw_below(&draw, 4),
			.area = (uint32_t)draw_below(&draw, 4),
			.caseref = (uint32_t)draw_below(&draw, 50),
			.source = (uint32_t)draw_below(&draw, 20),
			.subject = (uint32_t)draw_below(&draw, 900),
			.text = draw_below(&draw, 3) == 0,
		};
	}
}

static uint64_t
hash(uint64_t h, struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.at[i]) * 0x100000001b3u;
	return (h ^ 0xff) * 0x100000001b3u;
}

/* What a row says, in the book's words. */
static uint64_t
row_hash(const struct book *book, size_t shard,
	const struct partition_cursor *cursor, const struct row *row)
{
	const struct shard_map *map = &book->maps[shard];
	char buf[32];
	struct slice subject = { buf, 0 };
	uint64_t h = 0xcbf29ce484222325u;

	if (row->subject & SUBJECT_TEXT)
		subject = cursor_text(cursor, row->subject);
	else
		subject.len = subject_unpack(row->subject, buf);
	h = hash(h, subject);
	h = hash(h, book->names[NAME_CASE].names[map->caseref[row->caseref]]);
	h = hash(h, book->names[NAME_SOURCE].names[map->source[row->source]]);
	(void)snprintf(buf, sizeof(buf), "%lld %u %u",
		(long long)row_ms(row), map->post[row->post],
		map->facet[row->facet]);
	return hash(h, slice_of(buf));
}

/* The sum over all rows: the same rows, in whatever order. */
static uint64_t
rows_hash(const struct book *book, uint64_t *ret_n)
{
	struct partition_cursor cursor = { 0 };
	struct fault fault = { 0 };
	const struct row *rows;
	uint64_t sum = 0;
	size_t n;

	*ret_n = 0;
	for (size_t i = 0; i < book->n_shards; i++)
		for (size_t p = 0; p < SUBJECT_PARTITIONS; p++) {
			cursor_start(&cursor, &book->shards[i].parts[p],
				book->spill);
			while (cursor_next(&cursor, &rows, &n, &fault) == 1) {
				for (size_t k = 0; k < n; k++)
					sum += row_hash(book, i, &cursor,
						&rows[k]);
				*ret_n += n;
			}
		}
	cursor_free(&cursor);
	return sum;
}

static void
assert_same_triples(const struct triples *a, const struct triples *b)
{
	assert_int_equal(a->n, b->n);
	if (a->n > 0)
		assert_memory_equal(a->items, b->items,
			a->n * sizeof(*a->items));
}

static void
assert_same_books(const struct book *a, const struct book *b)
{
	static const enum name sorted[] = { NAME_USER, NAME_UNIT, NAME_ROLE,
		NAME_CASE, NAME_SOURCE, NAME_KIND, NAME_AREA };
	uint64_t n, m;

	assert_int_equal(a->n, b->n);
	assert_true(a->first_ms == b->first_ms && a->last_ms == b->last_ms);
	assert_int_equal(a->offset, b->offset);
	assert_memory_equal(a->given, b->given, sizeof(a->given));
	for (size_t k = 0; k < NAME_N; k++)
		assert_int_equal(a->names[k].n, b->names[k].n);
	for (size_t k = 0; k < ARRAY_LEN(sorted); k++) {
		const struct dict *x = &a->names[sorted[k]];
		const struct dict *y = &b->names[sorted[k]];

		for (size_t i = 0; i < x->n; i++)
			assert_true(slice_equal(x->names[i], y->names[i]));
	}
	assert_same_triples(&a->posts, &b->posts);
	assert_same_triples(&a->facets, &b->facets);
	assert_int_equal(rows_hash(a, &n), rows_hash(b, &m));
	assert_int_equal(n, a->n);
	assert_int_equal(m, b->n);
}

static void
test_same(void **state)
{
	static const unsigned threads[] = { 1, 2, 5, 0, 16 };
	static struct entry entries[N];
	struct draw draw = { 11 };
	struct input_list list, other;
	struct book *book, *again;

	(void)state;
	make(entries, N, 12);
	entries_write(entries, N, 1, FIXTURE_HEADER);
	book = book_of_files(1, &list);
	assert_int_equal(book->n, N);
	assert_int_equal(book->names[NAME_USER].n, 41);
	assert_slice(book->names[NAME_USER].names[0], "");
	assert_slice(book->names[NAME_USER].names[40], "u0040");
	for (size_t files = 1; files <= FIXTURE_FILES; files += 2) {
		for (size_t t = 0; t < ARRAY_LEN(threads); t++) {
			entries_shuffle(entries, N, &draw);
			entries_write(entries, N, files, FIXTURE_HEADER);
			again = book_of_files(threads[t], &other);
			assert_same_books(book, again);
			book_free(again);
			input_list_free(&other);
		}
	}
	book_free(book);
	input_list_free(&list);
	book_free(NULL);
}

/* Write lines of times with offsets, and one user and subject. */
static void
write_offsets(size_t file, const int *minutes, size_t n)
{
	char path[64];
	FILE *out;

	fixture_path(path, sizeof(path), file);
	out = fopen(path, "w");
	assert_non_null(out);
	(void)fputs("ts,user,nid\n", out);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "2026-05-01T10:%02zu:00%c%02d:%02d,u,%zu\n",
			i % 60, minutes[i] < 0 ? '-' : '+',
			abs(minutes[i]) / 60, abs(minutes[i]) % 60, i);
	assert_int_equal(fclose(out), 0);
}

/* The commonest offset decides whose days count: a crowd of odd ones must
 * not push it out, nor may it depend on which file was read first. */
static void
test_offsets(void **state)
{
	enum { ODD = 200, COMMON = 60 };
	static int odd[ODD], common[COMMON];
	struct input_list list;
	struct book *book;

	(void)state;
	for (int i = 0; i < ODD; i++)
		odd[i] = -700 + i;
	for (int i = 0; i < COMMON; i++)
		common[i] = 360;
	fixture_remove();
	write_offsets(0, odd, ODD);
	write_offsets(1, common, COMMON);
	for (unsigned threads = 1; threads <= 2; threads++) {
		book = book_of_files(threads, &list);
		assert_int_equal(book->n, ODD + COMMON);
		assert_int_equal(book->offset, 6 * 3600);
		book_free(book);
		input_list_free(&list);
	}
}

static void
put_text(size_t file, const char *text)
{
	char path[64];
	FILE *out;

	fixture_path(path, sizeof(path), file);
	out = fopen(path, "w");
	assert_non_null(out);
	(void)fputs(text, out);
	assert_int_equal(fclose(out), 0);
}

static const struct log_file *
file_of(const struct book *book, size_t i)
{
	return &book->files[i];
}

/* Every line is accounted for, file by file. */
static void
test_files(void **state)
{
	struct input_list list;
	struct book *book;
	const struct log_file *file;

	(void)state;
	fixture_remove();
	put_text(0, "ts,user,nid\n\n1777630272,a,1\n,a,1\n1777630271,a,1\n"
		"1777630272,a\n1777630272,a\n");
	put_text(1, "no log at all\n");
	put_text(2, "");
	put_text(3, "ts,user,nid,case,unit\n1777630273,b,1,C1,\n");
	put_text(4, "");
	put_text(5, "ts,user,nid,case,unit\n1777630273,b,1,C1,\n");
	book = book_of_files(3, &list);
	assert_int_equal(book->n_files, 6);
	assert_int_equal(book->n, 3);
	assert_true(book->given[FIELD_CASE]);
	assert_false(book->given[FIELD_UNIT]); /* never filled */
	assert_true(book->files[3].given[FIELD_UNIT]);
	for (size_t i = 0; i < book->n_files; i++) {
		uint64_t sum = 0;

		for (size_t r = 0; r < REASON_N; r++)
			sum += file_of(book, i)->counts[r];
		assert_int_equal(sum, file_of(book, i)->lines);
	}
	file = file_of(book, 0);
	assert_int_equal(file->lines, 7);
	assert_int_equal(file->counts[REASON_LOOKUP], 2);
	assert_int_equal(log_file_skipped(file), 2);
	assert_int_equal(log_file_rejected(file), 3);
	assert_int_equal(file->first_bad[REJECT_NO_TIME], 4);
	assert_int_equal(file->first_bad[REJECT_WIDTH], 6);
	assert_true(file->first_ms == 1777630271000);
	assert_true(file->last_ms == 1777630272000);
	assert_string_equal(file->format, "csv");
	assert_int_equal(file_of(book, 1)->facts.state, INPUT_UNREADABLE);
	assert_int_equal(file_of(book, 1)->fault.code, FAULT_USAGE);
	assert_int_equal(file_of(book, 1)->facts.bytes, 14);
	assert_int_equal(file_of(book, 2)->facts.state, INPUT_INTACT);
	assert_int_equal(file_of(book, 5)->facts.state, INPUT_DUPLICATE);
	book_free(book);
	input_list_free(&list);
}

/* A line of several subjects is one line and several lookups. */
static void
test_split(void **state)
{
	struct book_options options = {
		.format = { .zone = fixture_utc, .split = ";" },
		.limits = reader_limits_default, .threads = 2 };
	struct input_list list = { 0 };
	struct fault fault = { 0 };
	struct book *book = NULL;
	uint64_t rows = 0;

	(void)state;
	fixture_remove();
	put_text(0, "ts,user,nid\n1777630272,a,1;x;1;২\n1777630272,b,;\n"
		"1777630272,b,2\n");
	assert_int_equal(input_list_add(&list, fixture, &fault), 0);
	assert_int_equal(input_list_close(&list, &fault), 0);
	assert_int_equal(book_read(&book, &list, &options, NULL, NULL, &fault),
		0);
	assert_int_equal(book->n, 5);
	assert_int_equal(file_of(book, 0)->lines, 4);
	assert_int_equal(file_of(book, 0)->counts[REASON_LOOKUP], 2);
	assert_int_equal(file_of(book, 0)->counts[REJECT_NO_SUBJECT], 1);
	for (size_t i = 0; i < book->n_shards; i++) {
		const struct partition *parts = book->shards[i].parts;
		uint64_t two = 0;

		assert_true(subject_pack(slice_of("2"), &two));
		rows += partition_rows(&parts[subject_partition(two)]);
	}
	assert_true(rows >= 2); /* of a and of b, in one partition */
	book_free(book);
	input_list_free(&list);
}

/* A field that comes with a later header is a field of the log. */
static void
test_later_header(void **state)
{
	struct input_list list;
	struct book *book;

	(void)state;
	fixture_remove();
	put_text(0, "ts,user,nid\n1777630272,a,1\n"
		"ts,user,nid,case\n1777630273,a,1,C1\n");
	book = book_of_files(1, &list);
	assert_int_equal(book->n, 2);
	assert_int_equal(book->names[NAME_CASE].n, 2);
	assert_true(book->given[FIELD_CASE]);
	book_free(book);
	input_list_free(&list);
}

/* The last time that time_parse() takes comes back as it went in. */
static void
test_last_time(void **state)
{
	struct input_list list;
	struct book *book;
	uint64_t n = 0;

	(void)state;
	fixture_remove();
	put_text(0, "ts,user,nid\n9999-12-31T23:59:59.999Z,a,1\n"
		"1970-01-01T00:00:00Z,a,1\n");
	book = book_of_files(1, &list);
	assert_true(book->last_ms == 253402300799999);
	for (size_t p = 0; p < SUBJECT_PARTITIONS; p++) {
		const struct partition *part = &book->shards[0].parts[p];
		const struct chunk *chunk = part->first;

		if (chunk == NULL)
			continue;
		n += chunk_rows(part, chunk);
		assert_true(row_ms(&chunk->rows[0]) == 253402300799999);
		assert_true(row_ms(&chunk->rows[1]) == 0);
		assert_true(row_compare(&chunk->rows[0], &chunk->rows[1]) > 0);
	}
	assert_int_equal(n, 2);
	book_free(book);
	input_list_free(&list);
}

static void
test_named_is_no_log(void **state)
{
	struct book_options options = { .format = { .zone = fixture_utc },
		.limits = reader_limits_default, .threads = 4 };
	struct input_list list = { 0 };
	struct fault fault = { 0 };
	struct book *book = NULL;
	char paths[FIXTURE_FILES][64];

	(void)state;
	fixture_remove();
	for (size_t i = 0; i < FIXTURE_FILES; i++) {
		fixture_path(paths[i], sizeof(paths[i]), i);
		put_text(i, i == 3 ? "what,is,this\n" :
			     "ts,user,nid\n1777630272,a,1\n");
		if (i == 3 || i == 0)
			assert_int_equal(input_list_add(&list, paths[i],
				&fault), 0);
	}
	assert_int_equal(input_list_close(&list, &fault), 0);
	assert_int_equal(book_read(&book, &list, &options, NULL, NULL, &fault),
		-1);
	assert_int_equal(fault.code, FAULT_USAGE);
	assert_string_equal(fault.file, paths[3]);
	assert_null(book);
	input_list_free(&list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_offsets),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_later_header),
		cmocka_unit_test(test_last_time),
		cmocka_unit_test(test_named_is_no_log),
	};

	return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
