/* SPDX-License-Identifier: Apache-2.0 */
/* With rows in a temporary file the turns learn what they learn without. */
#include "tests/unit/turn-fixture.h"

#include "turn/leak.h"

enum { N = 30000, LEAST = 64 << 10 };

/* A bound that no process keeps: pools hold LEAST bytes, and no more. */
static void
bound_start(void)
{
	struct spill_options options = { .memory = 4096, .least = LEAST,
		.folder = "/tmp" };
	struct fault fault = { 0 };

	assert_int_equal(spill_open(&fixture_spill, &options, &fault), 0);
}

static void
bound_end(void)
{
	spill_free(fixture_spill);
	fixture_spill = NULL;
}

static struct entry entries[N];

static void
draw_log(uint64_t seed)
{
	struct draw draw = { seed };

	world_draw(entries, N, &draw, 20);
	entries_write(entries, N, FIXTURE_FILES, FIXTURE_HEADER);
}

static void
test_turns(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 4; round++) {
		struct turn_options options = { .window = ALWAYS,
			.threads = 2,
			.about = round % 2 == 0 ? 1 + round : USER_NONE };
		struct input_list lists[2];
		struct tally tallies[2];
		struct book *books[2];

		draw_log(round);
		books[0] = turn_files(&options, &tallies[0], &lists[0]);
		bound_start();
		options.threads = 1 + round;
		books[1] = turn_files(&options, &tallies[1], &lists[1]);
		/* each row twice: by subject, and by user */
		assert_true(spill_size(fixture_spill) >=
			2 * N * sizeof(struct row));
		assert_tallies_equal(&tallies[0], &tallies[1]);
		for (size_t i = 0; i < tallies[0].n_texts; i++)
			assert_true(slice_equal(tallies[0].texts[i].text,
				tallies[1].texts[i].text));
		for (size_t i = 0; i < 2; i++) {
			tally_free(&tallies[i]);
			book_free(books[i]);
			input_list_free(&lists[i]);
		}
		bound_end();
	}
}

static void
turn_book(struct book *book, const struct turn_options *options,
	struct tally *ret)
{
	struct subject_turn turned;
	struct fault fault = { 0 };

	assert_int_equal(turn_by_subject(book, options, &turned, &fault), 0);
	assert_int_equal(turn_by_user(book, options, &turned, ret, &fault), 0);
	subject_turn_free(&turned);
}

/* Rows that stay in the book can be turned again. */
static void
test_keep(void **state)
{
	struct turn_options options = { .window = ALWAYS, .threads = 3,
		.about = 2, .keep = true };
	struct input_list list;
	struct tally tallies[3];
	struct book *book;

	(void)state;
	draw_log(11);
	bound_start();
	book = book_of_files(3, &list);
	for (size_t i = 0; i < 3; i++) {
		options.keep = i < 2;
		turn_book(book, &options, &tallies[i]);
		assert_tallies_equal(&tallies[0], &tallies[i]);
	}
	assert_int_equal(tallies[2].lookups, N);
	for (size_t i = 0; i < 3; i++)
		tally_free(&tallies[i]);
	book_free(book);
	input_list_free(&list);
	bound_end();
}

static void
test_leak(void **state)
{
	char text[16];
	struct leaked_item item = { 0 };
	struct leaked_list leaked = { .items = &item, .n = 1 };
	struct leak_options options = { .list = &leaked, .threads = 2,
		.since = INT64_MIN, .before = INT64_MAX };
	struct fault fault = { 0 };
	struct leak leaks[2];

	(void)state;
	draw_log(5);
	for (size_t i = 0; item.subject.len == 0; i++) {
		subject_of(&entries[i], text, sizeof(text));
		if (entries[i].text)
			item.subject = slice_of(text);
	}
	item.key = registry_key(NULL, item.subject);
	item.partition = registry_partition(NULL, item.subject);
	for (size_t i = 0; i < 2; i++) {
		struct input_list list;
		struct book *book;

		if (i == 1)
			bound_start();
		book = book_of_files(2, &list);
		assert_int_equal(leak_find(book, &options, &leaks[i], &fault),
			0);
		book_free(book);
		input_list_free(&list);
	}
	bound_end();
	assert_int_equal(leaks[0].lookups, N);
	assert_int_equal(leaks[0].lookups, leaks[1].lookups);
	assert_int_equal(leaks[0].subjects, leaks[1].subjects);
	assert_int_equal(leaks[0].askings, leaks[1].askings);
	assert_int_equal(leaks[0].n_hits, leaks[1].n_hits);
	assert_true(leaks[0].n_hits > 0);
	for (size_t i = 0; i < 2; i++)
		leak_free(&leaks[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_turns),
		cmocka_unit_test(test_keep),
		cmocka_unit_test(test_leak),
	};

	return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
