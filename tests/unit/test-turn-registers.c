/* SPDX-License-Identifier: Apache-2.0 */
/* The turns beside registers: marks, verdicts, persons, reviews' beginnings. */
#include "tests/unit/turn-sums.h"

enum { N = SUMS_ENTRIES };

/* A world, its registers, and what the roster fills in. */
static void
trial_draw(struct trial *trial, struct entry *written, struct entry *filled,
	struct paper *paper, struct draw *draw, int64_t days)
{
	world_draw(written, N, draw, days);
	paper_draw(paper, written, N, draw, days);
	for (size_t i = 0; i < N; i++) {
		filled[i] = written[i];
		entry_fill(&filled[i]);
	}
	*trial = (struct trial){ .oracle = { .all = filled, .n = N,
		.window = ALWAYS, .paper = paper } };
}

static void
test_oracle(void **state)
{
	static const int32_t offsets[] = { 0, 21600, -12600 };
	static struct entry written[N], filled[N];
	static int64_t since[WORLD_USERS + 1];
	static struct paper paper;
	struct draw draw = { 71 };
	struct trial trial;

	(void)state;
	for (int round = 0; round < 24; round++) {
		int64_t days = round % 4 == 3 ? 60 : 1 + round % 20;
		struct registry *registry;
		struct sheets sheets;

		trial_draw(&trial, written, filled, &paper, &draw, days);
		sheets = paper_write(&paper);
		trial.registry = registry = sheets_read(&sheets);
		trial.threads = 1 + (unsigned)round % 4;
		trial.oracle.window.offset = offsets[round % 3];
		for (size_t u = 1; u <= WORLD_USERS; u++)
			since[u] = draw_below(&draw, 3) > 0 ?
				INT64_MIN :
				world_start + (int64_t)draw_below(&draw,
					(size_t)days * 1440) * MINUTE_MS;
		if (round % 2 == 1)
			trial.oracle.since = since;
		if (round % 5 == 1)
			trial.oracle.window.until = world_start +
				days * DAY_MS * 3 / 4;
		entries_write(written, N, 1 + (size_t)round % FIXTURE_FILES,
			FIXTURE_HEADER);
		check_trial(&trial);
		registry_free(registry);
	}
}

static void
tally_of(struct bureau *bureau, const struct registry *registry,
	unsigned threads, bool keep, struct tally *ret)
{
	struct turn_options options = { .threads = threads,
		.about = USER_NONE, .keep = keep };

	bureau_with(bureau, registry, &ALWAYS, threads);
	bureau_turn(bureau, options, ret);
}

/* Identifiers of two persons of three each, and of one of two. */
static const char person_sheet[] = "subject,person\n"
	"1,A\nS-2,A\n3,A\n" "4,B\ns-1,B\nS-4,B\n" "7,C\n8,C\n";

/* The same, whoever reads it; and a book that was kept can be turned again. */
static void
test_threads(void **state)
{
	static const unsigned threads[] = { 2, 7 };
	static struct entry written[N], filled[N];
	static struct paper paper;
	struct draw draw = { 73 };

	(void)state;
	for (int round = 0; round < 6; round++) {
		struct registry *registry;
		struct bureau one, other;
		struct tally plain, again;
		struct sheets sheets;
		struct trial trial;

		trial_draw(&trial, written, filled, &paper, &draw, 20);
		sheets = paper_write(&paper);
		sheets.of[SHEET_PERSONS] = person_sheet;
		registry = sheets_read(&sheets);
		entries_write(written, N, 3, FIXTURE_HEADER);
		tally_of(&one, registry, 1, true, &plain);
		for (size_t t = 0; t < ARRAY_LEN(threads); t++) {
			struct turn_options options = { .threads = threads[t],
				.about = USER_NONE, .keep = t == 0 };

			bureau_turn(&one, options, &again);
			assert_tallies_equal(&plain, &again);
			tally_free(&again);
			tally_of(&other, registry, threads[t], false, &again);
			assert_tallies_equal(&plain, &again);
			tally_free(&again);
			bureau_close(&other);
		}
		tally_free(&plain);
		bureau_close(&one);
		registry_free(registry);
	}
}

/* Each person's other identifiers, and the first. */
static const struct paper_subject joined[][2] = {
	{ { 0, 2, true }, { 0, 1, false } },
	{ { 0, 3, false }, { 0, 1, false } },
	{ { 0, 1, true }, { 0, 4, false } },
	{ { 0, 4, true }, { 0, 4, false } },
	{ { 0, 8, false }, { 0, 7, false } },
};

static void
join_persons(struct entry *entries, size_t n)
{
	for (size_t i = 0; i < n * ARRAY_LEN(joined); i++) {
		const struct paper_subject *from = joined[i / n];
		struct entry *entry = &entries[i % n];

		if (entry->subject != from[0].subject ||
			entry->text != from[0].text)
			continue;
		entry->subject = from[1].subject;
		entry->text = from[1].text;
	}
}

/* What has a number of its own, and walks through numbers. */
static void
forget_numbers(struct tally *tally)
{
	uint64_t *watched = calloc(tally->n_users, sizeof(*watched));

	assert_non_null(watched);
	for (size_t i = 0; i < tally->kinds.n; i++)
		tally->kinds.counts[i * KIND_COUNTS + KIND_WALKS] = 0;
	for (size_t i = 0; i < tally->n_revisits; i++)
		tally->revisits[i].subject = 0;
	for (size_t i = 0; i < tally->n_watched; i++)
		watched[tally->watched[i].user] += tally->watched[i].lookups;
	for (size_t i = 0; i < tally->n_watched; i++) {
		struct watch_hit *hit = &tally->watched[i];

		*hit = (struct watch_hit){ .user = hit->user,
			.lookups = watched[hit->user] };
	}
	free(watched);
}

/* Registers, and what is left of them when persons are one subject each:
 * whatever stands for a person, the sums are those of a log in which he has
 * but one identifier. Walks through numbers, and what has a number of its own,
 * differ. */
static void
test_persons(void **state)
{
	static const struct sheets persons = { {
		[SHEET_PERSONS] = person_sheet,
		[SHEET_CASE_SUBJECTS] = "case,subject\nc0001,3\nc0002,s-1\n",
		[SHEET_WATCH] = "subject\nS-4\n8\n",
	} };
	static const struct sheets single = { {
		[SHEET_CASE_SUBJECTS] = "case,subject\nc0001,1\nc0002,4\n",
		[SHEET_WATCH] = "subject\n4\n7\n",
	} };
	static struct entry entries[N];
	struct registry *joining = sheets_read(&persons);
	struct registry *plain = sheets_read(&single);
	struct draw draw = { 79 };

	(void)state;
	for (int round = 0; round < 12; round++) {
		struct bureau one, other;
		struct tally with, without;

		for (size_t i = 0; i < N; i++) {
			entries[i] = entry_draw(&draw, 1 + round * 2, 9);
			/* nothing at once: who asks first is certain */
			entries[i].ms += (int64_t)i;
			entries[i].text = draw_below(&draw, 2) == 0;
		}
		entries_write(entries, N, 2, FIXTURE_HEADER);
		tally_of(&one, joining, 2, false, &with);
		join_persons(entries, N);
		entries_write(entries, N, 2, FIXTURE_HEADER);
		tally_of(&other, plain, 2, false, &without);
		forget_numbers(&with);
		forget_numbers(&without);
		assert_tallies_equal(&with, &without);
		tally_free(&with);
		tally_free(&without);
		bureau_close(&one);
		bureau_close(&other);
	}
	registry_free(joining);
	registry_free(plain);
}

/* One small log, turned about user 1 beside these registers. */
static void
turn_about(struct bureau *bureau, const struct entry *entries, size_t n,
	const struct sheets *sheets, struct tally *tally)
{
	struct turn_options options = { .threads = 1, .about = 1 };

	entries_write(entries, n, 1, FIXTURE_HEADER);
	bureau_open(bureau, sheets, &ALWAYS, 1);
	bureau_turn(bureau, options, tally);
}

#define AT(day, minute) \
	(1777593600000 + (day) * INT64_C(86400000) + (minute) * 60000)

/* A person's identifiers on one day are one asking, and lone as one. */
static void
test_person(void **state)
{
	static const struct sheets sheets = { {
		[SHEET_PERSONS] = "subject,person\n5,A\ns-5,A\n6,A\n" } };
	static const struct entry entries[] = {
		{ .ms = AT(0, 0), .user = 1, .unit = 1, .subject = 5 },
		{ .ms = AT(0, 1), .user = 1, .unit = 1, .subject = 5,
			.text = true },
		{ .ms = AT(0, 2), .user = 1, .unit = 1, .subject = 6 },
		{ .ms = AT(0, 3), .user = 1, .unit = 1, .subject = 7 },
		/* another's, and a week away, by another number of his */
		{ .ms = AT(7, 0), .user = 2, .unit = 1, .subject = 6 },
	};

	(void)state;
	for (size_t n = 4; n <= 5; n++) {
		const uint64_t *kind;
		struct bureau bureau;
		struct tally tally;

		turn_about(&bureau, entries, n, &sheets, &tally);
		kind = ledger_counts(&tally.kinds, 0);
		assert_int_equal(kind[KIND_LOOKUPS], 4);
		assert_int_equal(kind[KIND_ASKINGS], 2);
		assert_int_equal(kind[KIND_FIRST], 2);
		assert_int_equal(kind[KIND_LONE], n == 4 ? 2 : 1);
		assert_int_equal(kind[KIND_THIN], n == 4 ? 0 : 1);
		assert_int_equal(tally.users[1].subjects, 2);
		assert_int_equal(row_marks(&tally.rows[0]) & MARK_COLLEAGUE,
			n == 4 ? 0 : MARK_COLLEAGUE);
		for (size_t i = 0; i < 3; i++)
			assert_int_equal((row_marks(&tally.rows[i]) &
				MARK_LONE) != 0, n == 4);
		tally_free(&tally);
		bureau_close(&bureau);
	}
}

static const struct sheets one_case = { {
	[SHEET_CASES] = "case,unit\nc0001,n0001\nc0002,n0002\n",
	[SHEET_CASE_SUBJECTS] = "case,subject\nc0001,5\nc0002,6\n" } };

/* Registered is neither lone nor thin, alone nor foreign. */
static void
test_registered(void **state)
{
	enum { REMOVED = MARK_LONE | MARK_THIN | MARK_ALONE | MARK_FOREIGN };
	static const struct entry entries[] = {
		/* his unit's, once for all; and a retry */
		{ .ms = AT(0, 0), .user = 1, .unit = 1, .subject = 5 },
		{ .ms = AT(0, 1), .user = 1, .unit = 1, .subject = 5 },
		/* the other's, who never asked */
		{ .ms = AT(0, 2), .user = 1, .unit = 1, .subject = 6 },
		/* nobody's */
		{ .ms = AT(0, 3), .user = 1, .unit = 1, .subject = 7 },
		/* another unit, so that there is one */
		{ .ms = AT(0, 4), .user = 2, .unit = 2, .subject = 8 },
	};
	struct bureau bureau;
	struct tally tally;
	const uint64_t *kind;
	struct docket_walk walk;

	(void)state;
	turn_about(&bureau, entries, 5, &one_case, &tally);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(row_marks(&tally.rows[i]) &
			(REMOVED | MARK_REGISTERED), MARK_REGISTERED);
	assert_int_equal(row_marks(&tally.rows[2]) &
		(REMOVED | MARK_REGISTERED), REMOVED);
	assert_int_equal(row_marks(&tally.rows[3]) &
		(REMOVED | MARK_REGISTERED),
		MARK_LONE | MARK_THIN | MARK_ALONE);
	kind = ledger_counts(&tally.kinds, 0);
	assert_int_equal(kind[KIND_LONE], 2);
	assert_int_equal(kind[KIND_ALONE], 2);
	assert_int_equal(kind[KIND_FOREIGN], 1);
	assert_int_equal(tally.tables[TABLE_FOREIGN].n, 1);
	assert_int_equal(tally.tables[TABLE_FOREIGN].keys[0].c, 2);
	walk = docket_walk(&tally.docket);
	assert_true(docket_next(&walk));
	assert_int_equal(walk.cell.counts[CASE_REGISTERED], 1);
	tally_free(&tally);
	bureau_close(&bureau);
}

/* Two alone with a subject are a pair, unless it is their unit's case. */
static void
test_pair(void **state)
{
	struct entry entries[] = {
		{ .ms = AT(0, 0), .user = 1, .unit = 1, .subject = 7 },
		{ .ms = AT(0, 1), .user = 2, .unit = 1, .subject = 7 },
		{ .ms = AT(0, 2), .user = 3, .unit = 2, .subject = 8 },
	};

	(void)state;
	for (uint32_t subject = 7; subject >= 5; subject -= 2) {
		struct bureau bureau;
		struct tally tally;

		entries[0].subject = entries[1].subject = subject;
		turn_about(&bureau, entries, 3, &one_case, &tally);
		assert_int_equal(tally.tables[TABLE_PAIRS].n, subject == 7);
		assert_int_equal(vouches_n(&tally.vouches),
			subject == 7 ? 2 : 0);
		tally_free(&tally);
		bureau_close(&bureau);
	}
}

/* Lookups, retries too, whose outcome is told; and those refused. */
static void
test_denied(void **state)
{
	static const char log[] = "ts,user,unit,subject,outcome\n"
		"1777593600000,u0001,n0001,5,ok\n"
		"1777593600001,u0001,n0001,5,denied\n"
		"1777593600002,u0001,n0001,6,403\n"
		"1777593600003,u0001,n0001,7,0\n"
		"1777593600004,u0001,n0001,8,\n"
		"1777593600005,u0002,n0001,8,refused\n";
	struct turn_options options = { .window = ALWAYS, .threads = 2,
		.about = USER_NONE };
	struct input_list list;
	struct tally tally;
	struct book *book;
	char path[64];
	FILE *out;

	(void)state;
	fixture_remove();
	fixture_path(path, sizeof(path), 0);
	out = fopen(path, "w");
	assert_non_null(out);
	(void)fputs(log, out);
	assert_int_equal(fclose(out), 0);
	book = turn_files(&options, &tally, &list);
	assert_int_equal(tally.kinds.n, 2);
	assert_int_equal(ledger_counts(&tally.kinds, 0)[KIND_LOOKUPS], 5);
	assert_int_equal(ledger_counts(&tally.kinds, 0)[KIND_OUTCOMES], 4);
	assert_int_equal(ledger_counts(&tally.kinds, 0)[KIND_DENIED], 2);
	assert_int_equal(ledger_counts(&tally.kinds, 1)[KIND_OUTCOMES], 1);
	assert_int_equal(ledger_counts(&tally.kinds, 1)[KIND_DENIED], 1);
	tally_free(&tally);
	book_free(book);
	input_list_free(&list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_oracle),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_persons),
		cmocka_unit_test(test_person),
		cmocka_unit_test(test_registered),
		cmocka_unit_test(test_pair),
		cmocka_unit_test(test_denied),
	};

	return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
