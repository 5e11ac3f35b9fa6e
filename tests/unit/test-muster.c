/* SPDX-License-Identifier: Apache-2.0 */
/* The fast way through turn 1 against the plain one, which is taken where
 * somebody's lookups have a first moment of their own. */
#include "tests/unit/turn-fixture.h"

enum { MOST = 3000 };

/* Few instants that coincide, or many. */
static void
draw_times(struct entry *entries, size_t n, struct draw *draw, int64_t span_ms)
{
	for (size_t i = 0; i < n; i++)
		entries[i].ms = world_start +
			(int64_t)draw_below(draw, (size_t)span_ms);
}

static void
compare_ways(unsigned threads, int32_t offset, uint32_t about)
{
	static const int64_t since[WORLD_USERS + 2];
	struct turn_options options = { .window = ALWAYS,
		.threads = threads,
		.about = about };
	struct input_list lists[2];
	struct tally tallies[2];
	struct book *books[2];

	options.window.offset = offset;
	books[0] = turn_files(&options, &tallies[0], &lists[0]);
	options.since = since;
	books[1] = turn_files(&options, &tallies[1], &lists[1]);
	assert_tallies_equal(&tallies[0], &tallies[1]);
	for (size_t i = 0; i < 2; i++) {
		tally_free(&tallies[i]);
		book_free(books[i]);
		input_list_free(&lists[i]);
	}
}

/* One to many rows a subject, whose days begin anywhere. */
static void
test_ways(void **state)
{
	static const int64_t spans[] = { 100, 90000000, 400000000, 8000000000 };
	static struct entry entries[MOST];
	struct draw draw = { 77 };

	(void)state;
	for (unsigned round = 0; round < 40; round++) {
		size_t n = 1 + draw_below(&draw, MOST);
		size_t rows = 1 + draw_below(&draw, round % 2 == 0 ? 6 : 100);

		world_draw(entries, n, &draw, 1 + round % 4 * 20);
		if (round % 5 > 0)
			draw_times(entries, n, &draw, spans[round % 5 - 1]);
		if (round % 3 > 0)
			entries_crowd(entries, n, 1 + n / rows);
		entries_write(entries, n, 1 + round % FIXTURE_FILES,
			FIXTURE_HEADER);
		compare_ways(1 + round % 3,
			(int32_t)(draw_below(&draw, 105) * 900) - 46800,
			round % 4 == 0 ? 1 : USER_NONE);
	}
}

/* To the millisecond, days and weeks apart. */
static void
test_edges(void **state)
{
	static struct entry entries[400];
	struct draw draw = { 5 };

	(void)state;
	for (unsigned round = 0; round < 10; round++) {
		for (size_t i = 0; i < ARRAY_LEN(entries); i++)
			entries[i] = (struct entry){ .ms = world_start +
					86400000 * (int64_t)draw_below(&draw,
						90) -
					(int64_t)draw_below(&draw, 2),
				.user = 1 + (uint32_t)draw_below(&draw,
					WORLD_USERS),
				.unit = (uint32_t)draw_below(&draw, 3),
				.caseref = (uint32_t)draw_below(&draw, 3),
				.subject = 1 + (uint32_t)draw_below(&draw,
					30 + round * 20) };
		entries_write(entries, ARRAY_LEN(entries), 1, FIXTURE_HEADER);
		compare_ways(1, 0, USER_NONE);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ways),
		cmocka_unit_test(test_edges),
	};

	return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
