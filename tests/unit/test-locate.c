/* SPDX-License-Identifier: Apache-2.0 */
/* Every lookup of a user is found again, on the line that says it. */
#include "tests/unit/book-fixture.h"

#include "lookup/locate.h"
#include "turn/tally.h"

enum { N = 1500, USERS = 5, FILES = 4, ABOUT = 3 };

static const int64_t start = 1777593600000; /* 2026-05-01T00:00:00Z */

/* Few values, so that many lookups say the same. */
static void
make(struct entry *entries, struct draw *draw)
{
	for (size_t i = 0; i < N; i++) {
		entries[i] = (struct entry){
			.ms = start + (int64_t)draw_below(draw, 60) * 60000,
			.user = 1 + (uint32_t)draw_below(draw, USERS),
			.unit = (uint32_t)draw_below(draw, 3),
			.role = (uint32_t)draw_below(draw, 2),
			.kind = (uint32_t)draw_below(draw, 3),
			.area = (uint32_t)draw_below(draw, 2),
			.caseref = (uint32_t)draw_below(draw, 3),
			.source = (uint32_t)draw_below(draw, 3),
			.subject = (uint32_t)draw_below(draw, 4),
			.text = draw_below(draw, 2) == 0,
		};
		if (i > 0 && draw_below(draw, 3) == 0)
			entries[i] = entries[draw_below(draw, i)];
	}
}

struct world {
	struct input_list list;
	struct book *book;
	struct tally tally;
	struct book_options options;
};

static void
world_open_with(struct world *world, unsigned threads,
	const struct rewrites *rewrites, const char *split)
{
	struct turn_options options = { .window = { INT64_MIN, INT64_MAX, NULL, 0 },
		.threads = threads,
		.about = 0 };
	struct subject_turn turned = { 0 };
	struct fault fault = { 0 };

	*world = (struct world){ .options = {
		.format = { .zone = fixture_utc, .rewrites = rewrites,
			.split = split },
		.limits = reader_limits_default, .threads = threads } };
	assert_int_equal(input_list_add(&world->list, fixture, &fault), 0);
	assert_int_equal(input_list_close(&world->list, &fault), 0);
	assert_int_equal(book_read(&world->book, &world->list, &world->options,
		NULL, NULL, &fault), 0);
	assert_true(dict_find(&world->book->names[NAME_USER],
		slice_of("u0003"), &options.about));
	assert_int_equal(turn_by_subject(world->book, &options, &turned,
		&fault), 0);
	assert_int_equal(turn_by_user(world->book, &options, &turned,
		&world->tally, &fault), 0);
	subject_turn_free(&turned);
}

static void
world_open(struct world *world, unsigned threads)
{
	world_open_with(world, threads, NULL, NULL);
}

static void
world_close(struct world *world)
{
	tally_free(&world->tally);
	book_free(world->book);
	input_list_free(&world->list);
}

static struct slice
text_of(const void *ctx, uint64_t subject)
{
	const struct tally *tally = ctx;

	for (size_t i = 0; i < tally->n_texts; i++)
		if (tally->texts[i].subject == subject)
			return tally->texts[i].text;
	fail();
	return (struct slice){ NULL, 0 };
}

static void
find(const struct world *world, struct located *ret)
{
	struct fault fault = { 0 };
	struct locate_rows rows = { 0, world->tally.rows, world->tally.n_rows,
		text_of, &world->tally };

	assert_true(dict_find(&world->book->names[NAME_USER],
		slice_of("u0003"), &rows.user));
	assert_int_equal(locate(world->book, &world->options, &rows, NULL,
		NULL, ret, &fault), 0);
}

/* The line that the row would have been read from. */
static void
print_row(const struct world *world, const struct located *located, size_t i,
	char *buf, size_t size)
{
	const struct book *book = world->book;
	const struct row *row = &world->tally.rows[i];
	const struct triple *post = &book->posts.items[row->post];
	const struct triple *facet = &book->facets.items[row->facet];
	char digits[20];
	struct slice subject = { digits, 0 };

#define NAME(name, n) (int)book->names[name].names[n].len, \
	book->names[name].names[n].len > 0 ? \
		book->names[name].names[n].at : ""
	if (row->subject & SUBJECT_TEXT)
		subject = text_of(&world->tally, row->subject);
	else
		subject.len = subject_unpack(row->subject, digits);
	(void)snprintf(buf, size,
		"%013" PRId64 ",%.*s,%.*s,%.*s,%.*s,%.*s,%.*s,%.*s,%.*s\n",
		row_ms(row), NAME(NAME_USER, post->a),
		NAME(NAME_UNIT, post->b), NAME(NAME_ROLE, post->c),
		NAME(NAME_KIND, facet->a), (int)subject.len, subject.at,
		NAME(NAME_CASE, located->places[i].bare ? 0 : row->caseref),
		NAME(NAME_SOURCE, row->source),
		NAME(NAME_AREA, facet->b));
#undef NAME
}

static void
read_line(const struct place *place, char *buf, int size)
{
	char path[64];
	FILE *in;

	fixture_path(path, sizeof(path), place->file);
	in = fopen(path, "r");
	assert_non_null(in);
	for (uint64_t i = 0; i < place->line; i++)
		assert_non_null(fgets(buf, size, in));
	assert_int_equal(fclose(in), 0);
}

static bool
before(const struct place *a, const struct place *b)
{
	return a->file != b->file ? a->file < b->file : a->line < b->line;
}

static void
assert_places(const struct world *world, const struct located *located)
{
	const struct tally *tally = &world->tally;

	for (size_t i = 0; i < tally->n_rows; i++) {
		const struct place *place = &located->places[i];
		char row[256], line[256];

		print_row(world, located, i, row, sizeof(row));
		read_line(place, line, sizeof(line));
		assert_string_equal(row, line);
		for (size_t k = 0; k < i; k++) {
			char other[256];

			print_row(world, located, k, other, sizeof(other));
			if (strcmp(row, other) != 0)
				continue;
			assert_true(!before(place, &located->places[k]) ||
				place->bare || located->places[k].bare);
			assert_true(before(place, &located->places[k]) ||
				before(&located->places[k], place));
		}
	}
}

static void
test_all_found(void **state)
{
	(void)state;
	for (unsigned threads = 1; threads <= 3; threads++) {
		static struct entry entries[N];
		struct draw draw = { threads };
		struct located located;
		struct world world;
		size_t mine = 0;

		make(entries, &draw);
		entries_write(entries, N, FILES, FIXTURE_HEADER);
		for (size_t i = 0; i < N; i++)
			mine += entries[i].user == ABOUT;
		world_open(&world, threads);
		assert_int_equal(world.tally.n_rows, mine);
		find(&world, &located);
		assert_int_equal(located.missing, 0);
		assert_int_equal(located.changed, 0);
		assert_places(&world, &located);
		located_free(&located);
		world_close(&world);
	}
}

/* The second file ends early, the third is gone, the fourth is no log. */
static void
test_changed(void **state)
{
	static struct entry entries[N];
	struct draw draw = { 9 };
	struct located located;
	struct world world;
	char path[64];
	size_t missing = 0;

	(void)state;
	make(entries, &draw);
	entries_write(entries, N, FILES, FIXTURE_HEADER);
	world_open(&world, 2);
	fixture_path(path, sizeof(path), 1);
	assert_int_equal(truncate(path, 4000), 0);
	fixture_path(path, sizeof(path), 2);
	assert_int_equal(unlink(path), 0);
	fixture_path(path, sizeof(path), 3);
	assert_int_equal(truncate(path, 10), 0);
	find(&world, &located);
	assert_int_equal(located.changed, 3);
	fixture_path(path, sizeof(path), 1);
	assert_string_equal(located.first_changed, path);
	for (size_t i = 0; i < world.tally.n_rows; i++) {
		assert_true(located.places[i].file <= 1);
		missing += located.places[i].line == 0;
	}
	assert_int_equal(located.missing, missing);
	/* more than half are gone, and those of the first file are there */
	assert_in_range(missing, world.tally.n_rows / 2,
		world.tally.n_rows * 3 / 4);
	located_free(&located);
	world_close(&world);
}

/* A log that grows has all it had; its new lines are nobody's. */
static void
test_grown(void **state)
{
	static struct entry entries[N];
	struct draw draw = { 11 };
	struct located located;
	struct world world;
	char path[64];
	FILE *out;

	(void)state;
	make(entries, &draw);
	entries_write(entries, N, 1, FIXTURE_HEADER);
	world_open(&world, 1);
	fixture_path(path, sizeof(path), 0);
	out = fopen(path, "a");
	assert_non_null(out);
	for (size_t i = 0; i < N; i++)
		entry_write(out, &entries[i]);
	assert_int_equal(fclose(out), 0);
	find(&world, &located);
	assert_int_equal(located.changed, 1);
	assert_int_equal(located.missing, 0);
	assert_places(&world, &located);
	for (size_t i = 0; i < world.tally.n_rows; i++)
		assert_true(located.places[i].line <= N + 1);
	located_free(&located);
	world_close(&world);
}

/* Every row of "SUBJECT LINE LOGGED", in order of these. */
static int
compare_said(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
say_places(const struct world *world, const struct located *located,
	char said[][64])
{
	for (size_t i = 0; i < world->tally.n_rows; i++) {
		const struct row *row = &world->tally.rows[i];
		const struct place *place = &located->places[i];
		char digits[20];
		struct slice subject = { digits, 0 };

		if (row->subject & SUBJECT_TEXT)
			subject = text_of(&world->tally, row->subject);
		else
			subject.len = subject_unpack(row->subject, digits);
		(void)snprintf(said[i], sizeof(said[i]), "%.*s %" PRIu64 " %.*s",
			(int)subject.len, subject.at, place->line,
			(int)place->logged.len,
			place->logged.len > 0 ? place->logged.at : "");
	}
	qsort(said, world->tally.n_rows, sizeof(said[0]), compare_said);
}

/* Lines of several subjects, in several spellings: each lookup has its line,
 * and the text that stands there. */
static void
test_spellings(void **state)
{
	static const char *const want[] = { "01711 2 +8801711", "01711 3 ",
		"01711 4 1711", ("01711 4 \xe0\xa7\xa7" "711"), "1002 4 ",
		"AB 4 ab", "AB 5 ab", "AB 6 " };
	struct rewrites *rewrites = NULL;
	struct fault fault = { 0 };
	char path[64];
	FILE *out;

	(void)state;
	assert_int_equal(rewrites_add(&rewrites, "subject=/^(\\+88)?0?17/017/",
		&fault), 0);
	assert_int_equal(rewrites_add(&rewrites, "subject=/^ab$/AB/", &fault),
		0);
	assert_int_equal(rewrites_add(&rewrites, "user=/@.*//", &fault), 0);
	fixture_remove();
	fixture_path(path, sizeof(path), 0);
	out = fopen(path, "w");
	assert_non_null(out);
	(void)fputs("ts,user,nid\n"
		"1777630272,u0003@x,+8801711\n1777630273,u0003,01711\n"
		"1777630274,u0003,1711;\xe0\xa7\xa7" "711;1002;-;ab\n"
		"1777630275,u0003,ab\n1777630275,u0003,AB\n"
		"1777630275,u0004,ab;+8801711\n", out);
	assert_int_equal(fclose(out), 0);
	for (unsigned threads = 1; threads <= 2; threads++) {
		char said[ARRAY_LEN(want)][64];
		struct located located;
		struct world world;

		world_open_with(&world, threads, rewrites, ";");
		assert_int_equal(world.tally.n_rows, ARRAY_LEN(want));
		find(&world, &located);
		assert_int_equal(located.missing, 0);
		say_places(&world, &located, said);
		for (size_t i = 0; i < ARRAY_LEN(want); i++)
			assert_string_equal(said[i], want[i]);
		located_free(&located);
		world_close(&world);
	}
	rewrites_free(rewrites);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_found),
		cmocka_unit_test(test_changed),
		cmocka_unit_test(test_grown),
		cmocka_unit_test(test_spellings),
	};

	return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
