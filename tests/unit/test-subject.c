/* SPDX-License-Identifier: Apache-2.0 */
/* What each mark of turn 1 means, in logs of a few lines. */
#include "tests/unit/turn-fixture.h"

enum { DAY_MS = 86400 * 1000, MOST = 6 };

/* What is said of the first of the entries, a lookup by user 1 of subject 1.
 * Days count from the second week of May 2026, or `since`. */
struct asked {
	int day, minute;
	uint32_t user, unit, caseref;
};

struct story {
	const char *name;
	struct asked asked[MOST]; /* user 0: no more */
	int since, until;        /* days; both 0: all */
	unsigned marks;
};

/* No mark: the table of soles has user 2 for the asking. */
#define SOLE (1u << 16)
#define ASKED (MARK_JUDGED | MARK_ASKING)
#define ONCE (ASKED | MARK_FIRST)

static const struct story stories[] = {
	{ "nobody else",
		{ { 0, 0, 1, 1, 0 } },
		0, 0, ONCE | MARK_ALONE | MARK_LONE | MARK_THIN },
	{ "not judged",
		{ { 0, 0, 1, 1, 0 } },
		1, 2, MARK_LONE | MARK_THIN },
	{ "a retry",
		{ { 0, 0, 1, 1, 0 }, { 0, 5, 1, 1, 0 } },
		0, 0, ONCE | MARK_ALONE | MARK_LONE | MARK_THIN },
	{ "is a retry",
		{ { 0, 5, 1, 1, 0 }, { 0, 0, 1, 1, 0 } },
		0, 0, MARK_JUDGED | MARK_LONE | MARK_THIN },
	{ "is a retry of a lookup in another unit",
		{ { 0, 5, 1, 1, 0 }, { 0, 0, 1, 2, 0 } },
		0, 0, MARK_JUDGED | MARK_LONE | MARK_THIN },
	{ "what is not judged is retried",
		{ { 0, 5, 1, 1, 0 }, { -1, 1435, 1, 1, 0 } },
		0, 1, ONCE | MARK_ALONE | MARK_AGAIN | MARK_THIN },
	{ "came back",
		{ { 0, 0, 1, 1, 0 }, { 1, 0, 1, 1, 0 } },
		0, 0, ONCE | MARK_ALONE | MARK_AGAIN | MARK_THIN },
	{ "came back twice",
		{ { 2, 0, 1, 1, 0 }, { 1, 0, 1, 1, 0 }, { 0, 0, 1, 1, 0 } },
		0, 0, ASKED | MARK_ALONE | MARK_AGAIN },
	{ "a colleague",
		{ { 0, 0, 1, 1, 0 }, { 0, 9, 2, 1, 0 } },
		0, 0, ONCE | MARK_THIN | MARK_COLLEAGUE | SOLE },
	{ "a colleague thirty days before",
		{ { 0, 0, 1, 1, 0 }, { -30, 0, 2, 1, 0 } },
		0, 0, ONCE | MARK_THIN | MARK_COLLEAGUE | SOLE },
	{ "a colleague thirty days after",
		{ { 0, 0, 1, 1, 0 }, { 30, 1439, 2, 1, 0 } },
		0, 0, ONCE | MARK_THIN | MARK_COLLEAGUE | SOLE },
	{ "a colleague before that",
		{ { 0, 0, 1, 1, 0 }, { -31, 1439, 2, 1, 0 } },
		0, 0, ONCE | MARK_THIN },
	{ "a colleague after that",
		{ { 0, 1439, 1, 1, 0 }, { 31, 0, 2, 1, 0 } },
		0, 0, ONCE | MARK_THIN },
	{ "a colleague who is not judged",
		{ { 0, 0, 1, 1, 0 }, { -9, 0, 2, 1, 0 } },
		0, 1, ONCE | MARK_THIN | MARK_COLLEAGUE | SOLE },
	{ "two colleagues",
		{ { 0, 0, 1, 1, 0 }, { 0, 9, 2, 1, 0 }, { 0, 9, 3, 1, 0 } },
		0, 0, ONCE | MARK_COLLEAGUE },
	{ "two colleagues, one of them long ago",
		{ { 0, 0, 1, 1, 0 }, { 0, 9, 2, 1, 0 }, { -99, 9, 3, 1, 0 } },
		0, 0, ONCE | MARK_COLLEAGUE | SOLE },
	{ "a colleague in the same case",
		{ { 0, 0, 1, 1, 7 }, { 0, 9, 2, 1, 7 } },
		0, 0, ONCE | MARK_THIN | MARK_COLLEAGUE | SOLE },
	{ "a colleague in the same case, in another unit long ago",
		{ { 0, 0, 1, 1, 7 }, { 0, 9, 2, 1, 8 }, { -99, 9, 2, 2, 7 } },
		0, 0, ONCE | MARK_COLLEAGUE | SOLE },
	{ "a colleague in another case",
		{ { 0, 0, 1, 1, 7 }, { 0, 9, 2, 1, 8 } },
		0, 0, ONCE | MARK_THIN | MARK_COLLEAGUE | SOLE },
	{ "another unit",
		{ { 0, 0, 1, 1, 0 }, { 0, 9, 2, 2, 0 } },
		0, 0, ONCE | MARK_THIN | MARK_ALONE | MARK_FOREIGN },
	{ "another unit, not judged",
		{ { 0, 0, 1, 1, 0 }, { 9, 9, 2, 2, 0 } },
		0, 1, ONCE | MARK_THIN | MARK_ALONE | MARK_FOREIGN },
	{ "another unit is his own, too",
		{ { 0, 0, 1, 1, 0 }, { 1, 0, 1, 2, 0 } },
		0, 0, ONCE | MARK_THIN | MARK_ALONE | MARK_AGAIN },
	{ "another unit, and a colleague long ago",
		{ { 0, 0, 1, 1, 0 }, { 0, 9, 2, 2, 0 }, { -99, 0, 3, 1, 0 } },
		0, 0, ONCE },
	{ "a colleague, when he was elsewhere",
		{ { 0, 0, 1, 1, 0 }, { 0, 9, 2, 2, 0 }, { -99, 0, 2, 1, 0 } },
		0, 0, ONCE },
	{ "goes on",
		{ { 1, 0, 1, 1, 7 }, { 0, 0, 1, 1, 7 } },
		0, 0, ASKED | MARK_THIN | MARK_ALONE | MARK_AGAIN |
			MARK_CONTINUED },
	{ "goes on with what is not judged",
		{ { 1, 0, 1, 1, 7 }, { -99, 0, 1, 2, 7 } },
		0, 2, ONCE | MARK_THIN | MARK_ALONE | MARK_AGAIN |
			MARK_CONTINUED },
	{ "another case",
		{ { 1, 0, 1, 1, 7 }, { 0, 0, 1, 1, 8 } },
		0, 0, ASKED | MARK_THIN | MARK_ALONE | MARK_AGAIN },
	{ "no case either time",
		{ { 1, 0, 1, 1, 0 }, { 0, 0, 1, 1, 0 } },
		0, 0, ASKED | MARK_THIN | MARK_ALONE | MARK_AGAIN },
	{ "the same case, later",
		{ { 0, 0, 1, 1, 7 }, { 1, 0, 1, 1, 7 } },
		0, 0, ONCE | MARK_THIN | MARK_ALONE | MARK_AGAIN },
	{ "goes on, as a retry tells",
		{ { 1, 0, 1, 1, 0 }, { 1, 5, 1, 1, 7 }, { 0, 0, 1, 1, 7 } },
		0, 0, ASKED | MARK_THIN | MARK_ALONE | MARK_AGAIN |
			MARK_CONTINUED },
	{ "goes on, though a colleague asked",
		{ { 1, 0, 1, 1, 7 }, { 0, 0, 1, 1, 7 }, { 1, 0, 2, 1, 0 } },
		0, 0, ASKED | MARK_AGAIN | MARK_COLLEAGUE | MARK_CONTINUED },
};

static size_t
tell(const struct story *story, struct entry *entries)
{
	size_t n = 0;

	for (; n < MOST && story->asked[n].user != 0; n++) {
		const struct asked *asked = &story->asked[n];

		entries[n] = (struct entry){ .ms = world_start +
				(int64_t)asked->day * DAY_MS +
				asked->minute * 60000,
			.user = asked->user, .unit = asked->unit,
			.caseref = asked->caseref, .subject = 1 };
	}
	return n;
}

static struct turn_options
options_of(const struct story *story, uint32_t about)
{
	struct turn_options options = { .window = ALWAYS,
		.threads = 1,
		.about = about };

	if (story->since != 0 || story->until != 0) {
		options.window.since = world_start +
			(int64_t)story->since * DAY_MS;
		options.window.until = world_start +
			(int64_t)story->until * DAY_MS;
	}
	return options;
}

static void
check_story(const struct story *story, const struct tally *tally,
	const struct row *row)
{
	const uint64_t *sole = ledger_find(&tally->tables[TABLE_SOLES],
		sole_key(row, 1));
	unsigned marks = row_marks(row) | (sole != NULL ? SOLE : 0);

	if (marks != story->marks)
		fail_msg("%s: %x, not %x", story->name, marks, story->marks);
	if (sole != NULL)
		assert_int_equal(*sole, 2 + 1);
}

static void
test_marks(void **state)
{
	struct entry entries[MOST];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(stories); i++) {
		const struct story *story = &stories[i];
		struct turn_options options = options_of(story, 1);
		size_t n = tell(story, entries), found = 0;
		struct input_list list;
		struct tally tally;
		struct book *book;

		entries_write(entries, n, 1, FIXTURE_HEADER);
		book = turn_files(&options, &tally, &list);
		for (size_t k = 0; k < tally.n_rows; k++) {
			if (row_ms(&tally.rows[k]) != entries[0].ms)
				continue;
			found++;
			check_story(story, &tally, &tally.rows[k]);
		}
		assert_int_equal(found, 1);
		tally_free(&tally);
		book_free(book);
		input_list_free(&list);
	}
}

/* Eight users of two units, and what their asking leaves in the tables. */
static const struct entry table_entries[] = {
	/* a pair, twice; the second is of two units */
	{ .user = 1, .unit = 1, .subject = 1 },
	{ .user = 2, .unit = 1, .subject = 1 },
	{ .user = 2, .unit = 1, .subject = 2, .ms = 5 * DAY_MS },
	{ .user = 1, .unit = 1, .subject = 2 },
	{ .user = 3, .unit = 1, .subject = 3, .kind = 1, .text = true },
	{ .user = 4, .unit = 2, .subject = 3, .kind = 2, .text = true },
	/* no pair: a third user, or a second day */
	{ .user = 5, .unit = 1, .subject = 4, .caseref = 1 },
	{ .user = 6, .unit = 1, .subject = 4, .caseref = 1 },
	{ .user = 7, .unit = 2, .subject = 4 },
	{ .user = 5, .unit = 1, .subject = 5, .caseref = 1 },
	{ .user = 6, .unit = 1, .subject = 5, .caseref = 2 },
	{ .user = 5, .unit = 1, .subject = 5, .ms = DAY_MS, .caseref = 1 },
	/* two units, neither one's business alone */
	{ .user = 7, .unit = 2, .subject = 6 },
	{ .user = 1, .unit = 1, .subject = 6 },
	{ .user = 8, .unit = 3, .subject = 6 },
	/* he came back three times, once without a case; one other asked */
	{ .user = 8, .unit = 3, .subject = 7, .text = true },
	{ .user = 8, .unit = 3, .subject = 7, .text = true, .ms = DAY_MS,
		.caseref = 1 },
	{ .user = 8, .unit = 3, .subject = 7, .text = true, .ms = DAY_MS + 1,
		.caseref = 2 },
	{ .user = 8, .unit = 3, .subject = 7, .text = true,
		.ms = 9 * DAY_MS + 7 },
	{ .user = 8, .unit = 3, .subject = 7, .text = true,
		.ms = 9 * DAY_MS + 9, .caseref = 1 },
	{ .user = 1, .unit = 1, .subject = 7, .text = true },
};

static uint64_t
in_ledger(const struct ledger *ledger, uint32_t a, uint32_t b, uint32_t c,
	uint32_t d)
{
	const uint64_t *found = ledger_find(ledger,
		(struct ledger_key){ a, b, c, d });

	return found != NULL ? *found : 0;
}

static uint64_t
in_table(const struct tally *tally, size_t table, uint32_t a, uint32_t b,
	uint32_t c, uint32_t d)
{
	return in_ledger(&tally->tables[table], a, b, c, d);
}

/* Users and units have their own numbers in this log; posts are users - 1. */
static void
check_tables(const struct tally *tally, const struct book *book)
{
	struct ledger vouched = ledger_of_vouches(&tally->vouches, book);

	assert_int_equal(tally->tables[TABLE_PAIRS].n, 2);
	assert_int_equal(in_table(tally, TABLE_PAIRS, 1, 2, 0, 0), 2);
	assert_int_equal(in_table(tally, TABLE_PAIRS, 3, 4, 0, 0), 1);
	/* subjects 1 and 2 either way, 4 and 5 either way */
	assert_int_equal(vouched.n, 5);
	assert_int_equal(in_ledger(&vouched, 0, 0, 0, 2), 2);
	assert_int_equal(in_ledger(&vouched, 1, 0, 0, 1), 2);
	assert_int_equal(in_ledger(&vouched, 4, 0, 1, 6), 2);
	assert_int_equal(in_ledger(&vouched, 5, 0, 1, 5), 1);
	assert_int_equal(in_ledger(&vouched, 5, 0, 2, 5), 1);
	ledger_free(&vouched);
	/* 3 for each other, 4 for user 7, 7 for each other */
	assert_int_equal(tally->tables[TABLE_FOREIGN].n, 5);
	assert_int_equal(in_table(tally, TABLE_FOREIGN, 2, 1, 2, 0), 1);
	assert_int_equal(in_table(tally, TABLE_FOREIGN, 3, 2, 1, 0), 1);
	assert_int_equal(in_table(tally, TABLE_FOREIGN, 6, 0, 1, 0), 1);
	assert_int_equal(in_table(tally, TABLE_FOREIGN, 0, 0, 3, 0), 1);
	assert_int_equal(in_table(tally, TABLE_FOREIGN, 7, 0, 1, 0), 1);
	assert_int_equal(tally->n_revisits, 1);
	assert_int_equal(tally->revisits[0].post, 7);
	assert_int_equal(tally->revisits[0].days, 3);
	assert_int_equal(tally->revisits[0].bare, 1);
	assert_int_equal(tally->revisits[0].others, 1);
	/* 1, 2, 3, 4, 5, 6, 7 · 3, 4, 6 · 6, 7 */
	assert_int_equal(tally->unit_subjects[1], 7);
	assert_int_equal(tally->unit_subjects[2], 3);
	assert_int_equal(tally->unit_subjects[3], 2);
}

static void
test_tables(void **state)
{
	static struct entry entries[ARRAY_LEN(table_entries)];
	struct turn_options options = { .window = ALWAYS,
		.threads = 2,
		.about = 8 };
	struct input_list list;
	struct tally tally;
	struct book *book;

	(void)state;
	memcpy(entries, table_entries, sizeof(entries));
	for (size_t i = 0; i < ARRAY_LEN(entries); i++)
		entries[i].ms += world_start;
	entries_write(entries, ARRAY_LEN(entries), 3, FIXTURE_HEADER);
	book = turn_files(&options, &tally, &list);
	check_tables(&tally, book);
	assert_true(tally.n_texts > 0);
	for (size_t i = 0; i < tally.n_texts; i++)
		assert_slice(tally.texts[i].text, "s-7");
	assert_int_equal(tally.texts[0].subject, tally.revisits[0].subject);
	tally_free(&tally);
	book_free(book);
	input_list_free(&list);
}

/* A retry that names a case names the asking's: the first of them. */
static void
test_case_of_retry(void **state)
{
	static const struct entry entries[] = {
		{ .ms = 1777593600000, .user = 1, .subject = 1 },
		{ .ms = 1777593600001, .user = 1, .subject = 1 },
		{ .ms = 1777593600002, .user = 1, .subject = 1, .caseref = 2 },
		{ .ms = 1777593600003, .user = 1, .subject = 1, .caseref = 1 },
		{ .ms = 1777593600004, .user = 1, .subject = 1, .caseref = 3 },
	};
	struct turn_options options = { .window = ALWAYS,
		.threads = 1,
		.about = 1 };

	(void)state;
	/* what comes after the window names nothing */
	for (int64_t until = 2; until <= 5; until++) {
		struct input_list list;
		struct docket_walk walk;
		struct tally tally;
		struct book *book;

		options.window.until = world_start + until;
		entries_write(entries, ARRAY_LEN(entries), 1, FIXTURE_HEADER);
		book = turn_files(&options, &tally, &list);
		assert_int_equal(docket_n(&tally.docket), 1);
		walk = docket_walk(&tally.docket);
		assert_true(docket_next(&walk));
		assert_int_equal(walk.cell.caseref, until == 2 ? 0 : 2);
		assert_int_equal(tally.rows[0].caseref, until == 2 ? 0 : 2);
		assert_int_equal(tally.rows[1].caseref, 0);
		assert_int_equal(ledger_counts(&tally.kinds, 0)[KIND_NO_CASE],
			until == 2);
		tally_free(&tally);
		book_free(book);
		input_list_free(&list);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_case_of_retry),
	};

	return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
