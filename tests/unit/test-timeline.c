/* SPDX-License-Identifier: Apache-2.0 */
/* What a lookup's neighbours make of it: one user's rows, made by hand. */
#include "tests/unit/turn-oracle.h"

#include "turn/columns.h"

enum { MOST = 200 };

/* All that can be used do the same. */
static const struct columns_maker *maker;

/* Facets 0 to 5 are of kinds 0 to 5; sources 0 to 5 of ranges 0, 1, 1, 2 … */
static struct triple facets[] = { { 0, 0, 0 }, { 1, 0, 0 }, { 2, 0, 0 },
	{ 3, 0, 0 }, { 4, 0, 0 }, { 5, 0, 0 } };
static const uint32_t ranges[] = { 0, 1, 1, 2, 2, 3 };
static const struct book book = { .facets = { .items = facets,
	.n = ARRAY_LEN(facets) } };

static const struct window window = { INT64_MIN, INT64_MAX, NULL, 0 };
static struct row rows[MOST];
static size_t n_rows;

/* Mark the rows, which are in order. */
static void
mark_rows(void)
{
	const struct roll roll = { .base = (uintptr_t)rows,
		.mask = UINT32_MAX };
	struct timeline line = { .book = &book, .window = &window,
		.range_of = ranges, .maker = maker };
	uint64_t words[MOST + ROLL_AHEAD] = { 0 };
	struct fault fault;

	for (size_t i = 0; i < n_rows; i++)
		words[i] = i;
	assert_int_equal(timeline_make(&line, &roll, words, n_rows, &fault), 0);
	for (size_t i = 0; i < n_rows; i++)
		row_mark(&rows[i], line.marks[i] & TIMELINE_MARKS);
	timeline_free(&line);
}

static void
begin(void)
{
	memset(rows, 0, sizeof(rows));
	n_rows = 0;
}

static struct row *
add(int64_t ms, uint64_t subject, unsigned marks)
{
	struct row *row = &rows[n_rows++];

	assert_true(n_rows <= MOST);
	*row = (struct row){ .when = (uint64_t)ms << 16, .subject = subject };
	row_mark(row, marks);
	return row;
}

static struct row *
add_asking(int64_t ms, uint64_t subject)
{
	return add(ms, subject, MARK_JUDGED | MARK_ASKING);
}

/* Mark, compare with the oracle, and spell out who has a mark: "..x". */
static void
assert_marked(unsigned mark, const char *want)
{
	struct trail line = { .book = &book, .rows = rows,
		.n = n_rows, .source_range = ranges };
	char got[MOST + 1] = { 0 };

	mark_rows();
	check_line(&line);
	for (size_t i = 0; i < n_rows; i++)
		got[i] = row_marks(&rows[i]) & mark ? 'x' : '.';
	assert_string_equal(got, want);
}

static void
test_empty(void **state)
{
	(void)state;
	begin();
	assert_marked(MARK_CHAINED, "");
	add_asking(0, 1)->source = 1;
	row_mark(&rows[0], MARK_LONE);
	assert_marked(0xffffu & ~(unsigned)(MARK_JUDGED | MARK_ASKING |
				MARK_LONE),
		".");
}

static void
test_chains(void **state)
{
	(void)state;
	begin();
	add_asking(0, 10);
	add_asking(CHAIN_MS, 20); /* too late, and just in time */
	add_asking(2 * CHAIN_MS - 1, 30);
	add_asking(9 * CHAIN_MS, 40);
	assert_marked(MARK_CHAINED, ".xx.");
	/* at one instant */
	begin();
	add_asking(0, 10);
	add_asking(0, 20);
	assert_marked(MARK_CHAINED, "xx");
	/* a retry is no neighbour, and has no mark */
	begin();
	add_asking(0, 10);
	add(1, 10, MARK_JUDGED);
	add_asking(CHAIN_MS - 1, 20);
	add(CHAIN_MS, 20, 0);
	add_asking(2 * CHAIN_MS, 30);
	assert_marked(MARK_CHAINED, "x.x..");
	assert_marked(MARK_PACED, ".....");
}

static void
test_long_chains(void **state)
{
	(void)state;
	/* uneven gaps, so that there is no beat */
	for (size_t n = PACED_CHAIN - 1; n <= PACED_CHAIN + 1; n++) {
		int64_t ms = 0;

		begin();
		for (size_t i = 0; i < n; i++) {
			add_asking(ms, 100 * i);
			add(ms, 100 * i, MARK_JUDGED);
			ms += i % 2 == 0 ? 5000 : 50000;
		}
		assert_marked(MARK_PACED, n < PACED_CHAIN ?
				".................." :
				n == PACED_CHAIN ? "x.x.x.x.x.x.x.x.x.x." :
						   "x.x.x.x.x.x.x.x.x.x.x.");
		assert_marked(MARK_CHAINED, n < PACED_CHAIN ?
				"x.x.x.x.x.x.x.x.x." :
				n == PACED_CHAIN ? "x.x.x.x.x.x.x.x.x.x." :
						   "x.x.x.x.x.x.x.x.x.x.x.");
	}
}

/* Wherever in a block it begins. */
static void
test_long_chain_after(void **state)
{
	(void)state;
	for (int64_t before = 0; before <= COLUMNS_BLOCK + 1; before++) {
		char want[MOST + 1] = { 0 };
		int64_t ms = 0;

		begin();
		for (int64_t i = 0; i < before; i++) {
			want[n_rows] = '.';
			ms += CHAIN_MS + 5000 * i; /* no beat */
			add_asking(ms, 100 * n_rows);
		}
		for (int64_t i = 0; i < PACED_CHAIN; i++) {
			want[n_rows] = 'x';
			ms += i == 0	   ? CHAIN_MS :
				i % 2 == 0 ? 5000 :
					     50000;
			add_asking(ms, 100 * n_rows);
		}
		assert_marked(MARK_PACED, want);
	}
}

/* Askings after these gaps, the first at 0. */
static void
add_gaps(const int64_t *gaps, size_t n)
{
	int64_t ms = 0;

	begin();
	add_asking(ms, 7);
	for (size_t i = 0; i < n; i++)
		add_asking(ms += gaps[i], 1000 * i);
}

static void
test_beats(void **state)
{
	static const struct {
		int64_t gaps[6];
		size_t n;
		const char *paced;
	} beats[] = {
		{ { 300000, 300000, 300000, 300000 }, 4, "xxxxx" },
		{ { 300000, 300000, 300000 }, 3, "...." },
		{ { 300000, 301000, 300500, 300000 }, 4, "xxxxx" },
		{ { 300000, 301001, 300500, 300000 }, 4, "....." },
		{ { 9, 300000, 300000, 300000, 300000, 99 }, 6, ".xxxxx." },
		{ { 300000, 300000, 300000, 300000, 300000 }, 5, "xxxxxx" },
		/* as good as at once, and as good as never */
		{ { 2000, 2000, 2000, 2000 }, 4, "xxxxx" },
		{ { 1999, 2000, 2000, 2000 }, 4, "....." },
		{ { 0, 0, 0, 0 }, 4, "....." },
		{ { 600000, 600000, 600000, 600000 }, 4, "xxxxx" },
		{ { 600000, 600000, 600001, 600000 }, 4, "....." },
		/* it drifts: any four gaps are alike, all are not */
		{ { 300000, 300300, 300600, 300900, 301200, 301500 }, 6,
			"xxxxxxx" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(beats); i++) {
		add_gaps(beats[i].gaps, beats[i].n);
		assert_marked(MARK_PACED, beats[i].paced);
	}
}

static void
test_walks(void **state)
{
	static const struct {
		const char *marked;
		uint64_t subjects[9];
	} walks[] = {
		{ "xxxx", { 101, 102, 103, 104 } },
		{ "xxxx", { 104, 103, 102, 101 } },
		{ "xxxx", { 101, 103, 105, 107 } },
		{ "...", { 101, 102, 103 } },
		{ "....", { 101, 104, 107, 110 } },
		{ "....", { 101, 102, 103, 106 } },
		{ "....", { 101, 101, 101, 101 } },
		{ "xxxxxx", { 101, 102, 103, 104, 105, 106 } },
		/* others between, up to SEQUENCE_BACK - 1 of them */
		{ "x..x..x.x",
			{ 101, 500, 600, 102, 700, 800, 103, 900, 104 } },
		{ "x.x.xx.", { 101, 500, 102, 600, 103, 104, 300 } },
		{ "x..x.xx", { 101, 500, 600, 102, 700, 103, 104 } },
		{ "........", { 101, 500, 600, 700, 102, 800, 103, 104 } },
		/* two walks side by side */
		{ "xxxxxxxx", { 101, 501, 102, 502, 103, 503, 104, 504 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(walks); i++) {
		size_t n = strlen(walks[i].marked);

		/* hours between make no difference */
		begin();
		for (size_t k = 0; k < n; k++)
			add_asking((int64_t)k * 9999999, walks[i].subjects[k]);
		assert_marked(MARK_SEQUENCE, walks[i].marked);
	}
}

/* Texts have numbers that say nothing; retries are not asked about. */
static void
test_no_walks(void **state)
{
	(void)state;
	begin();
	for (uint64_t i = 0; i < 6; i++)
		add_asking((int64_t)i, SUBJECT_TEXT | (100 + i));
	assert_marked(MARK_SEQUENCE, "......");
	begin();
	for (uint64_t i = 0; i < 6; i++)
		add_asking((int64_t)i, SUBJECT_SHORT | (100 + i));
	assert_marked(MARK_SEQUENCE, "......");
	begin();
	for (uint64_t i = 0; i < 6; i++) {
		add_asking((int64_t)i, 100 + 50 * i);
		add((int64_t)i, 100 + i, MARK_JUDGED);
		add((int64_t)i, 200, 0);
	}
	assert_marked(MARK_SEQUENCE, "..................");
	begin();
	for (uint64_t i = 0; i < 4; i++) {
		add_asking((int64_t)i, 100 + i);
		for (size_t k = 0; k < 4; k++)
			add((int64_t)i, 100 + i, MARK_JUDGED);
	}
	assert_marked(MARK_SEQUENCE, "x....x....x....x....");
}

struct look {
	int64_t ms;
	uint32_t kind;
	unsigned marks;
};

#define LONE (MARK_LONE | MARK_JUDGED)

static void
assert_dossier(const struct look *looks, const char *want)
{
	begin();
	for (size_t i = 0; want[i] != '\0'; i++)
		add(looks[i].ms, 55, looks[i].marks)->facet = looks[i].kind;
	assert_marked(MARK_DOSSIER, want);
}

static void
test_dossiers(void **state)
{
	static const struct look looks[][8] = {
		{ { 0, 1, LONE }, { 1, 2, LONE }, { DOSSIER_MS, 3, LONE } },
		{ { 0, 1, LONE }, { 1, 2, LONE }, { DOSSIER_MS + 1, 3, LONE } },
		{ { 0, 1, LONE }, { 1, 2, LONE }, { 2, 0, LONE } },
		{ { 0, 1, LONE }, { 1, 2, LONE }, { 2, 2, LONE },
			{ 3, 0, LONE }, { 4, 1, LONE }, { 5, 3, LONE } },
		{ { 0, 1, LONE }, { 0, 2, LONE }, { 0, 3, LONE },
			{ 0, 4, LONE }, { 0, 4, LONE }, { 0, 4, LONE } },
		/* subjects that others asked for */
		{ { 0, 1, LONE }, { 0, 2, MARK_JUDGED }, { 0, 3, LONE } },
		{ { 0, 1, LONE }, { 0, 2, LONE }, { 0, 3, MARK_JUDGED } },
		{ { 0, 1, LONE }, { 0, 2, LONE }, { 0, 0, MARK_JUDGED },
			{ 0, 3, LONE } },
		/* begun before the window, and after it */
		{ { 0, 1, MARK_LONE }, { 0, 2, LONE }, { 0, 3, LONE } },
		{ { 0, 1, LONE }, { 0, 2, LONE }, { 0, 3, MARK_LONE } },
		/* too many in between */
		{ { 0, 1, LONE }, { 0, 2, LONE }, { 0, 2, LONE },
			{ 0, 2, LONE }, { 0, 2, LONE }, { 0, 2, LONE },
			{ 0, 3, LONE } },
	};
	static const char *const wants[] = { "xxx", "...", "...", "..xxxx",
		"xxxxxx", "...", "...", "....", "xxx", "...", "......." };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(looks); i++)
		assert_dossier(looks[i], wants[i]);
}

static void
assert_hops(const char *sources, int64_t step, const char *want)
{
	begin();
	for (size_t i = 0; sources[i] != '\0'; i++)
		add((int64_t)i * step, 5, i % 2 == 0 ? MARK_JUDGED : 0)
			->source = (uint32_t)(sources[i] - '0');
	assert_marked(MARK_HOP, want);
}

static void
test_hops(void **state)
{
	(void)state;
	assert_hops("1", 0, ".");
	assert_hops("13", HOP_MS, "xx");
	assert_hops("13", HOP_MS + 1, "..");
	assert_hops("13", 0, "xx");
	assert_hops("12", 1, "..");
	assert_hops("112344", 1, "..xx..");
	assert_hops("11355", 1, ".xxx.");
	assert_hops("103", 1, "...");
	assert_hops("00", 1, "..");
	assert_hops("131", 1, "xxx");
}

/* Of rows that are as random as they come, many at one instant. */
static void
test_random(void **state)
{
	struct draw draw = { 41 };

	(void)state;
	for (int round = 0; round < 3000; round++) {
		size_t n = draw_below(&draw, round % 10 == 0 ? MOST : 40);
		size_t steps[] = { 1, 3000, 60000, 100000, 1000000 };
		size_t step = steps[round % 5];
		struct trail line = { .book = &book, .rows = rows,
			.source_range = ranges };
		int64_t ms = 0;

		begin();
		for (size_t i = 0; i < n; i++) {
			struct row *row = add(ms, 1000 + draw_below(&draw, 12),
				(unsigned)draw_below(&draw, 16));

			if (round % 2 == 0)
				row_mark(row, MARK_LONE | MARK_JUDGED);
			row->facet = (uint32_t)draw_below(&draw, 6);
			row->source = (uint32_t)draw_below(&draw, 6);
			ms += draw_below(&draw, 3) == 0 ?
				(int64_t)step :
				(int64_t)draw_below(&draw, step);
		}
		line.n = n;
		mark_rows();
		check_line(&line);
	}
}

/* A run begins where window_day() says that a day does, to the millisecond, as
 * far as times reach. */
static void
test_days(void **state)
{
	static const int32_t offsets[] = { 0, 7200, -86399, 86399, 20700 };
	const int64_t day = (int64_t)DAY_SECONDS * 1000;
	const struct roll roll = { .base = (uintptr_t)rows,
		.mask = UINT32_MAX };
	uint64_t words[MOST + ROLL_AHEAD] = { 0 };
	struct draw draw = { 42 };
	struct fault fault;

	(void)state;
	for (size_t i = 0; i < MOST; i++)
		words[i] = i;
	for (int round = 0; round < 3000; round++) {
		const struct window there = { INT64_MIN, INT64_MAX, NULL,
			offsets[round % 5] };
		struct timeline line = { .book = &book, .window = &there,
			.range_of = ranges, .maker = maker };
		int64_t ms = (int64_t)(draw_u64(&draw) >> 16) / 2;
		size_t runs = 0;

		begin();
		for (size_t i = 0; i < MOST; i++) {
			int64_t end = window_day_end(&there,
				window_day(&there, ms));

			ms = draw_below(&draw, 4) == 0 ?
				end + (int64_t)draw_below(&draw, 3) - 1 :
				ms + (int64_t)draw_below(&draw, 3) * day / 2;
			add_asking(ms, 1000);
		}
		assert_int_equal(timeline_make(&line, &roll, words, MOST,
					 &fault), 0);
		for (size_t i = 0; i < MOST; i++) {
			int32_t at = window_day(&there, row_ms(&rows[i]));

			runs += i == 0 ||
				at != window_day(&there, row_ms(&rows[i - 1]));
			assert_int_equal(line.runs[runs - 1].day, at);
		}
		assert_int_equal(line.n_runs, runs);
		timeline_free(&line);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_chains),
		cmocka_unit_test(test_long_chains),
		cmocka_unit_test(test_long_chain_after),
		cmocka_unit_test(test_beats),
		cmocka_unit_test(test_walks),
		cmocka_unit_test(test_no_walks),
		cmocka_unit_test(test_dossiers),
		cmocka_unit_test(test_hops),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_days),
	};

	int failed = 0;

	for (size_t i = 0; i < columns_makers_n; i++) {
		maker = &columns_makers[i];
		if (maker->usable())
			failed += cmocka_run_group_tests(tests, NULL, NULL);
	}
	return failed;
}
