/* SPDX-License-Identifier: Apache-2.0 */
/* The lookups that speak for what is telling come first. */
#include "tests/unit/book-fixture.h"

#include "rank/evidence.h"

enum { N = 2000, USERS = 30 };

static const int64_t start = 1777593600000; /* 2026-05-01T00:00:00Z */

static struct input_list list;
static struct book *book;
static struct tally tally;
static struct ranking ranking;

static void
make(struct entry *entries, struct draw *draw)
{
	for (size_t i = 0; i < N; i++)
		entries[i] = (struct entry){
			.ms = start + (int64_t)draw_below(draw, 20 * 1440) *
				60000,
			.user = 1 + (uint32_t)draw_below(draw, USERS),
			.unit = 1 + (uint32_t)draw_below(draw, 3),
			.role = 1,
			.kind = 1 + (uint32_t)draw_below(draw, 3),
			.area = 1 + (uint32_t)draw_below(draw, 2),
			.caseref = (uint32_t)draw_below(draw, 3),
			.source = 1 + (uint32_t)draw_below(draw, 3),
			.subject = (uint32_t)draw_below(draw, 2500),
		};
}

static int
open_world(void **state)
{
	static struct entry entries[N];
	struct draw draw = { 4 };
	struct turn_options turns = { .window = { INT64_MIN, INT64_MAX, NULL, 0 },
		.threads = 2,
		.about = 0 };
	struct ranking_options options = { .by = BY_USER, .fdr = 0.05,
		.threads = 1 };
	struct subject_turn turned = { 0 };
	struct fault fault = { 0 };

	if (fixture_open(state) != 0)
		return -1;
	make(entries, &draw);
	entries_write(entries, N, 2, FIXTURE_HEADER);
	book = book_of_files(2, &list);
	turns.window.since = start + (int64_t)2 * DAY_SECONDS * 1000;
	turns.about = 7;
	return turn_by_subject(book, &turns, &turned, &fault) != 0 ||
			turn_by_user(book, &turns, &turned, &tally, &fault) !=
				0 ||
			ranking_make(book, &tally, &options, &ranking,
				&fault) != 0 ?
		-1 :
		(subject_turn_free(&turned), 0);
}

static int
close_world(void **state)
{
	ranking_free(&ranking);
	tally_free(&tally);
	book_free(book);
	input_list_free(&list);
	return fixture_close(state);
}

static size_t
list_for(const struct ranked *ranked, struct exhibit **ret)
{
	struct fault fault = { 0 };
	size_t n, judged = 0;

	assert_int_equal(evidence_list(book, &tally, &ranking, ranked, NULL,
		ret, &n, &fault), 0);
	for (size_t i = 0; i < tally.n_rows; i++)
		judged += (row_marks(&tally.rows[i]) & MARK_JUDGED) != 0;
	assert_int_equal(n, judged);
	assert_true(n < tally.n_rows);
	/* every one once, and in order */
	for (size_t i = 0; i < n; i++) {
		const struct exhibit *x = &(*ret)[i];

		assert_true(row_marks(&tally.rows[x->row]) & MARK_JUDGED);
		for (size_t k = 0; k < i; k++)
			assert_true((*ret)[k].row != x->row);
		if (i == 0)
			continue;
		assert_true(x[-1].score >= x->score);
		if (x[-1].score == x->score)
			assert_true(x[-1].row < x->row);
	}
	return n;
}

static bool
has(const struct exhibit *exhibit, enum clue clue)
{
	return (exhibit->why & 1u << clue) != 0;
}

static void
test_telling(void **state)
{
	struct ranked ranked = { .entity = 7, .n_telling = 2,
		.telling = { SIGNAL_NO_CASE, SIGNAL_LONE } };
	struct exhibit *exhibits;
	size_t n = list_for(&ranked, &exhibits), bare = 0;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		const struct row *row = &tally.rows[exhibits[i].row];
		bool lone = (row_marks(row) & MARK_LONE) != 0;
		bool no_case = (row_marks(row) & MARK_ALONE) != 0 &&
			row->caseref == 0;

		assert_int_equal(has(&exhibits[i], CLUE_LONE), lone);
		assert_int_equal(has(&exhibits[i], CLUE_NO_CASE),
			no_case);
		assert_int_equal(exhibits[i].why & ~(1u << CLUE_LONE |
			1u << CLUE_NO_CASE), 0);
		bare += no_case;
	}
	assert_in_range(bare, 2, n - 2);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(has(&exhibits[i], CLUE_NO_CASE), i < bare);
	free(exhibits);
}

/* Of what is nothing special: first what no rule explains. */
static void
test_silent(void **state)
{
	struct ranked ranked = { .entity = 7 };
	struct exhibit *exhibits;
	size_t n = list_for(&ranked, &exhibits), unexplained = 0;

	(void)state;
	for (size_t i = 0; i < n; i++)
		unexplained += exhibits[i].rule == RULE_NONE;
	assert_in_range(unexplained, 1, n - 1);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(exhibits[i].rule == RULE_NONE,
			i < unexplained);
	free(exhibits);
}

/* One of two: which, the finding tells. */
static void
test_halves(void **state)
{
	struct ranked ranked = { .entity = 7, .n_telling = 1,
		.telling = { SIGNAL_TAKEOVER } };
	struct exhibit *exhibits;
	size_t n, hops = 0;

	(void)state;
	n = list_for(&ranked, &exhibits);
	for (size_t i = 0; i < n; i++)
		assert_false(has(&exhibits[i], CLUE_HOP));
	free(exhibits);
	ranked.of[SIGNAL_TAKEOVER].other = 1;
	n = list_for(&ranked, &exhibits);
	for (size_t i = 0; i < n; i++) {
		unsigned marks = row_marks(&tally.rows[exhibits[i].row]);

		assert_int_equal(has(&exhibits[i], CLUE_HOP),
			(marks & MARK_HOP) != 0);
		assert_false(has(&exhibits[i], CLUE_SOURCE));
		hops += (marks & MARK_HOP) != 0;
	}
	for (size_t i = 0; i < hops; i++)
		assert_true(has(&exhibits[i], CLUE_HOP));
	free(exhibits);
}

static void
test_names(void **state)
{
	(void)state;
	for (size_t c = 0; c < CLUE_N; c++)
		assert_non_null(clue_names[c]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_telling),
		cmocka_unit_test(test_silent),
		cmocka_unit_test(test_halves),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
