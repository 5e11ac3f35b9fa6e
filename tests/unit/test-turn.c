/* SPDX-License-Identifier: Apache-2.0 */
/* Both turns against an oracle that goes through all pairs of lookups. */
#include "tests/unit/turn-sums.h"

enum { N = SUMS_ENTRIES };

static void
check(const struct entry *entries, size_t n, const struct window *window,
	unsigned threads, size_t files)
{
	struct trial trial = { .oracle = { .all = entries, .n = n,
		.window = *window }, .threads = threads };

	entries_write(entries, n, files, FIXTURE_HEADER);
	check_trial(&trial);
}

static void
test_oracle(void **state)
{
	static const int32_t offsets[] = { 0, 21600, -12600, 50400, -43200 };
	static struct entry entries[N];
	struct draw draw = { 13 };

	(void)state;
	for (int round = 0; round < 30; round++) {
		struct window window = { INT64_MIN, INT64_MAX, NULL,
			offsets[round % 5] };
		int64_t days = round % 4 == 3 ? 100 : 1 + round % 20;

		world_draw(entries, N, &draw, days);
		if (round % 3 == 1) {
			window.since = world_start + days * 86400000 / 4;
			window.until = world_start + days * 86400000 * 3 / 4;
		}
		check(entries, N, &window, 1 + (unsigned)round % 4,
			1 + (size_t)round % FIXTURE_FILES);
	}
}

/* Subjects that so many ask for that their visits have to be sorted. */
static void
test_busy(void **state)
{
	static struct entry entries[N];
	const struct window window = ALWAYS;
	struct draw draw = { 19 };

	(void)state;
	for (int round = 0; round < 6; round++) {
		world_draw(entries, N, &draw, 10 + round * 90);
		for (size_t i = 0; i < N; i++)
			entries[i].subject %= 6;
		check(entries, N, &window, 1, 1);
	}
}

/* All subjects in one partition, where they are learned of together. */
static void
test_crowded(void **state)
{
	static struct entry entries[N];
	struct draw draw = { 23 };

	(void)state;
	for (int round = 0; round < 12; round++) {
		struct window window = ALWAYS;

		world_draw(entries, N, &draw, 1 + round * 4);
		entries_crowd(entries, N, 1 + N / (1 + (size_t)round));
		if (round % 3 == 1)
			window.since = world_start + round * 86400000;
		check(entries, N, &window, 1 + (unsigned)round % 3,
			1 + (size_t)round % FIXTURE_FILES);
	}
}

/* The same, however the lines lie in files and whoever reads them. */
static void
test_threads(void **state)
{
	static struct entry entries[4 * N];
	struct draw draw = { 17 };

	(void)state;
	for (int round = 0; round < 12; round++) {
		struct turn_options options = { .window = ALWAYS,
		.threads = 1,
		.about = 1 + (uint32_t)round % WORLD_USERS };
		struct input_list lists[2];
		struct tally tallies[2];
		struct book *books[2];

		world_draw(entries, 4 * N, &draw, 1 + round * 5);
		entries_write(entries, 4 * N, 1, FIXTURE_HEADER);
		books[0] = turn_files(&options, &tallies[0], &lists[0]);
		entries_shuffle(entries, 4 * N, &draw);
		entries_write(entries, 4 * N, 1 + (size_t)round % FIXTURE_FILES,
			FIXTURE_HEADER);
		options.threads = 2 + (unsigned)round % 4;
		books[1] = turn_files(&options, &tallies[1], &lists[1]);
		assert_tallies_equal(&tallies[0], &tallies[1]);
		for (size_t i = 0; i < 2; i++) {
			tally_free(&tallies[i]);
			book_free(books[i]);
			input_list_free(&lists[i]);
		}
	}
}

/* Half-open, to the millisecond; and a day begins where its zone says. */
static void
test_edges(void **state)
{
	static const struct entry entries[] = {
		{ .ms = 1777593599999, .user = 1, .subject = 1 },
		{ .ms = 1777593600000, .user = 1, .subject = 1 },
		{ .ms = 1777679999999, .user = 1, .subject = 2 },
		{ .ms = 1777680000000, .user = 1, .subject = 2 },
	};
	static const struct {
		struct window window;
		uint64_t lookups, days, lone;
	} edges[] = {
		{ { 1777593600000, 1777680000000, NULL, 0 }, 2, 1, 0 },
		{ { INT64_MIN, INT64_MAX, NULL, -1 }, 4, 2, 2 },
		{ { INT64_MIN, INT64_MAX, NULL, 0 }, 4, 3, 0 },
		{ { 1777593599999, 1777593600000, NULL, 0 }, 1, 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(edges); i++) {
		struct turn_options options = { .window = edges[i].window,
		.threads = 2,
		.about = USER_NONE };
		struct input_list list;
		struct tally tally;
		struct book *book;

		check(entries, ARRAY_LEN(entries), &edges[i].window, 1, 1 + i);
		book = turn_files(&options, &tally, &list);
		assert_int_equal(tally.users[1].lookups, edges[i].lookups);
		assert_int_equal(tally.users[1].active_days, edges[i].days);
		assert_int_equal(tally.span_days, edges[i].days);
		assert_int_equal(ledger_counts(&tally.kinds, 0)[KIND_LONE],
			edges[i].lone);
		tally_free(&tally);
		book_free(book);
		input_list_free(&list);
	}
}

static void
test_days(void **state)
{
	struct window window = { .offset = 0 };
	struct zone *dhaka = NULL;
	struct fault fault = { 0 };

	(void)state;
	assert_int_equal(window_day(&window, 0), 0);
	assert_int_equal(window_day(&window, 86399999), 0);
	assert_int_equal(window_day(&window, 86400000), 1);
	window.offset = -1;
	assert_int_equal(window_day(&window, 0), -1);
	assert_int_equal(window_day(&window, 1000), 0);
	window.offset = 86399;
	assert_int_equal(window_day(&window, 1000), 1);
	assert_int_equal(zone_open(&dhaka, "+06:00", &fault), 0);
	window.zone = dhaka;
	assert_int_equal(window_day(&window, 64799999), 0);
	assert_int_equal(window_day(&window, 64800000), 1);
	zone_free(dhaka);
}

/* A log of nothing, and one of which nothing is judged. */
static void
test_nothing(void **state)
{
	static const struct entry entry = { .ms = 1777593600000, .user = 1,
		.subject = 1 };
	struct window window = { 0, 1, NULL, 0 };

	(void)state;
	check(&entry, 0, &window, 2, 1);
	check(&entry, 1, &window, 2, 1);
}

/* Many users, and one subject that all of them asked for. */
static void
test_crowd(void **state)
{
	enum { CROWD = 5000 };
	struct entry *entries = calloc(CROWD, sizeof(*entries));
	struct turn_options options = { .window = ALWAYS,
		.threads = 3,
		.about = USER_NONE };
	struct input_list list;
	struct tally tally;
	struct book *book;
	struct docket_walk walk;
	struct draw draw = { 15 };

	(void)state;
	assert_non_null(entries);
	for (uint32_t i = 0; i < CROWD; i++)
		entries[i] = (struct entry){ .ms = world_start + i % 7,
			.subject = 1, .user = 1 + i % 1000, .unit = 1 };
	entries_shuffle(entries, CROWD, &draw);
	entries_write(entries, CROWD, 3, FIXTURE_HEADER);
	book = turn_files(&options, &tally, &list);
	assert_int_equal(tally.n_users, 1001);
	for (size_t u = 1; u <= 1000; u++) {
		assert_int_equal(tally.users[u].lookups, 5);
		assert_int_equal(tally.users[u].subjects, 1);
	}
	assert_int_equal(tally.unit_subjects[1], 1);
	assert_int_equal(docket_n(&tally.docket), 1000);
	walk = docket_walk(&tally.docket);
	while (docket_next(&walk))
		assert_int_equal(walk.cell.counts[CASE_COLLEAGUE], 1);
	assert_int_equal(vouches_n(&tally.vouches), 0);
	tally_free(&tally);
	book_free(book);
	input_list_free(&list);
	free(entries);
}

/* More lookups of one kind on one day than a short sum holds. */
static void
test_many(void **state)
{
	enum { MANY = 1000 };
	struct entry *entries = calloc(MANY, sizeof(*entries));
	struct turn_options options = { .window = ALWAYS,
		.threads = 2,
		.about = USER_NONE };
	const uint64_t *kind, *week, *area, *range;
	struct input_list list;
	struct tally tally;
	struct book *book;

	(void)state;
	assert_non_null(entries);
	for (uint32_t i = 0; i < MANY; i++)
		entries[i] = (struct entry){ .ms = world_start + i * 1000,
			.subject = 1 + i % (MANY - 10), .user = 1, .unit = 1 };
	entries_write(entries, MANY, 3, FIXTURE_HEADER);
	book = turn_files(&options, &tally, &list);
	assert_int_equal(tally.kinds.n, 1);
	assert_int_equal(tally.weeks.n, 1);
	kind = ledger_counts(&tally.kinds, 0);
	week = ledger_counts(&tally.weeks, 0);
	area = ledger_counts(&tally.areas, 0);
	range = ledger_counts(&tally.ranges, 0);
	assert_int_equal(kind[KIND_LOOKUPS], MANY);
	assert_int_equal(kind[KIND_ASKINGS], MANY - 10);
	assert_int_equal(kind[KIND_NO_CASE], MANY - 10);
	assert_int_equal(kind[KIND_LONE_CHAINED], MANY - 10);
	assert_int_equal(kind[KIND_SERIES], 1);
	assert_int_equal(week[WEEK_LOOKUPS], MANY);
	assert_int_equal(week[WEEK_FIRST], MANY - 10);
	assert_int_equal(week[WEEK_ACTIVE], 1);
	assert_int_equal(area[AREA_LONE], MANY - 10);
	assert_int_equal(range[RANGE_LOOKUPS], MANY);
	assert_int_equal(tally.users[1].lookups, MANY);
	assert_int_equal(tally.users[1].last_ms - tally.users[1].first_ms,
		(MANY - 1) * 1000);
	tally_free(&tally);
	book_free(book);
	input_list_free(&list);
	free(entries);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_oracle),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_crowded),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_crowd),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
