/* SPDX-License-Identifier: Apache-2.0 */
/* Both turns against an oracle that goes through all pairs of lookups. */
#include "tests/unit/book-fixture.h"

#include "turn/by-subject.h"
#include "turn/tally.h"

enum { N = 400, USERS = 12, UNITS = 4, ROLES = 3, KINDS = 3 };

static const int64_t start = 1777593600000; /* 2026-05-01T00:00:00Z */

/* Few subjects and whole minutes, so that much coincides. Which case it is
 * hangs on the rest, so that rows that tie differ in nothing. */
static void
make(struct entry *entries, size_t n, struct draw *draw, int64_t days)
{
	for (size_t i = 0; i < n; i++) {
		struct entry *entry = &entries[i];

		*entry = (struct entry){
			.ms = start + (int64_t)draw_below(draw,
				(size_t)days * 1440) * 60000,
			.user = 1 + (uint32_t)draw_below(draw, USERS),
			.kind = (uint32_t)draw_below(draw, KINDS),
			.area = (uint32_t)draw_below(draw, 2),
			.subject = 1 + (uint32_t)draw_below(draw, n / 2),
			.text = draw_below(draw, 4) == 0,
		};
		entry->unit = entry->user % UNITS;
		entry->role = draw_below(draw, 10) == 0 ? 0 :
			1 + entry->user % (ROLES - 1);
		if (i > 0 && draw_below(draw, 4) == 0) {
			entry->ms = entries[i - 1].ms;
			entry->user = entries[i - 1].user;
			entry->subject = entries[i - 1].subject;
			entry->text = entries[i - 1].text;
		}
		entry->caseref = (uint32_t)(entry->ms / 60000 + entry->kind +
			entry->role + entry->user + entry->area) % 3;
	}
}

static bool
same_subject(const struct entry *a, const struct entry *b)
{
	return a->subject == b->subject && a->text == b->text;
}

static int32_t
day_of(const struct window *window, const struct entry *entry)
{
	int64_t local = entry->ms / 1000 + window->offset;

	return (int32_t)(local / 86400 - (local % 86400 < 0));
}

static bool
judged(const struct window *window, const struct entry *entry)
{
	return entry->ms >= window->since && entry->ms < window->until;
}

/* Does a come before b among one user's lookups of one subject? */
static bool
before(const struct entry *a, const struct entry *b)
{
	const int64_t x[] = { a->ms, a->unit, a->role, a->kind, a->area };
	const int64_t y[] = { b->ms, b->unit, b->role, b->kind, b->area };

	for (size_t i = 0; i < ARRAY_LEN(x); i++)
		if (x[i] != y[i])
			return x[i] < y[i];
	return a < b; /* they differ in nothing that counts */
}

struct oracle {
	struct user_tally users[USERS + 1];
	struct kind_tally kinds[USERS + 1][UNITS][ROLES][KINDS];
	struct week_tally weeks[USERS + 1][UNITS][ROLES][8];
	uint64_t unit_subjects[UNITS];
	uint64_t lookups;
};

enum { FIRST_WEEK = 20573 / 7 - 1 };

struct marks {
	bool lone, first, asking, unit_first, user_day, post_day;
	bool no_case; /* nor does another of the day for this subject */
};

/* What the other lookups say of one that is judged. */
static struct marks
marks_of(const struct entry *all, size_t n, size_t i,
	const struct window *window)
{
	const struct entry *e = &all[i];
	struct marks marks = { true, true, true, true, true, true,
		e->caseref == 0 };

	for (size_t k = 0; k < n; k++) {
		const struct entry *o = &all[k];
		bool day = day_of(window, o) == day_of(window, e);

		if (same_subject(o, e) && (o->user != e->user || !day))
			marks.lone = false;
		if (k == i || !judged(window, o))
			continue;
		if (same_subject(o, e) && o->user == e->user &&
			before(o, e)) {
			marks.first = false;
			marks.asking &= !day;
		}
		if (same_subject(o, e) && o->user == e->user && day)
			marks.no_case &= o->caseref == 0;
		if (same_subject(o, e) && o->unit == e->unit && k < i)
			marks.unit_first = false;
		if (o->user == e->user && day && k < i) {
			marks.user_day = false;
			if (o->unit == e->unit && o->role == e->role)
				marks.post_day = false;
		}
	}
	return marks;
}

static void
ask(const struct entry *all, size_t n, const struct window *window,
	struct oracle *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < n; i++) {
		const struct entry *e = &all[i];
		struct user_tally *user = &ret->users[e->user];
		struct kind_tally *kind =
			&ret->kinds[e->user][e->unit][e->role][e->kind];
		struct week_tally *week = &ret->weeks[e->user][e->unit]
			[e->role][day_of(window, e) / 7 - FIRST_WEEK];
		struct marks marks;

		if (!judged(window, e))
			continue;
		marks = marks_of(all, n, i, window);
		ret->lookups++;
		if (user->lookups == 0 || e->ms < user->first_ms)
			user->first_ms = e->ms;
		if (user->lookups == 0 || e->ms > user->last_ms)
			user->last_ms = e->ms;
		user->lookups++;
		user->subjects += marks.first;
		user->active_days += marks.user_day;
		kind->lookups++;
		kind->askings += marks.asking;
		kind->lone += marks.asking && marks.lone;
		kind->no_case += marks.asking && marks.no_case;
		kind->lone_no_case += marks.asking && marks.lone &&
			marks.no_case;
		week->lookups++;
		week->days += marks.post_day;
		ret->unit_subjects[e->unit] += marks.unit_first;
	}
}

/* The number in a name of the fixture, 0 for the empty one. */
static uint32_t
number_in(const struct dict *dict, uint32_t at)
{
	struct slice name = dict->names[at];
	uint64_t number = 0;

	if (name.len == 0)
		return 0;
	assert_true(number_parse_u64((struct slice){ name.at + 1,
		name.len - 1 }, &number));
	return (uint32_t)number;
}

static void
assert_users(const struct book *book, const struct tally *tally,
	const struct oracle *oracle)
{
	for (uint32_t u = 1; u < tally->n_users; u++) {
		const struct user_tally *got = &tally->users[u];
		const struct user_tally *want =
			&oracle->users[number_in(&book->names[NAME_USER], u)];

		assert_int_equal(got->lookups, want->lookups);
		assert_int_equal(got->subjects, want->subjects);
		assert_int_equal(got->active_days, want->active_days);
		assert_true(got->first_ms == want->first_ms);
		assert_true(got->last_ms == want->last_ms);
	}
	for (uint32_t u = 0; u < tally->n_units; u++)
		assert_int_equal(tally->unit_subjects[u],
			oracle->unit_subjects[number_in(
				&book->names[NAME_UNIT], u)]);
}

static void
assert_cells(const struct book *book, const struct tally *tally,
	const struct oracle *oracle)
{
	uint64_t kinds = 0, weeks = 0;

	for (size_t i = 0; i < tally->n_kinds; i++) {
		const struct kind_tally *got = &tally->kinds[i], *want;
		const struct triple *post = &book->posts.items[got->post];

		assert_true(i == 0 || got[-1].post < got->post ||
			(got[-1].post == got->post &&
				got[-1].kind < got->kind));
		want = &oracle->kinds[number_in(&book->names[NAME_USER],
			post->a)][number_in(&book->names[NAME_UNIT], post->b)]
			[number_in(&book->names[NAME_ROLE], post->c)]
			[number_in(&book->names[NAME_KIND], got->kind)];
		assert_int_equal(got->lookups, want->lookups);
		assert_int_equal(got->askings, want->askings);
		assert_int_equal(got->lone, want->lone);
		assert_int_equal(got->no_case, want->no_case);
		assert_int_equal(got->lone_no_case, want->lone_no_case);
		kinds += got->lookups;
	}
	for (size_t i = 0; i < tally->n_weeks; i++) {
		const struct week_tally *got = &tally->weeks[i], *want;
		const struct triple *post = &book->posts.items[got->post];

		assert_true(i == 0 || got[-1].post < got->post ||
			(got[-1].post == got->post &&
				got[-1].week < got->week));
		want = &oracle->weeks[number_in(&book->names[NAME_USER],
			post->a)][number_in(&book->names[NAME_UNIT], post->b)]
			[number_in(&book->names[NAME_ROLE], post->c)]
			[got->week - FIRST_WEEK];
		assert_int_equal(got->lookups, want->lookups);
		assert_int_equal(got->days, want->days);
		weeks += got->lookups;
	}
	assert_int_equal(kinds, oracle->lookups);
	assert_int_equal(weeks, oracle->lookups);
	assert_int_equal(tally->lookups, oracle->lookups);
}

/* Read the fixture and turn it twice. */
static struct book *
turn(unsigned threads, const struct window *window, struct tally *tally,
	struct input_list *list)
{
	struct book *book = book_of_files(threads, list);
	struct subject_turn turned;
	struct fault fault = { 0 };

	assert_int_equal(turn_by_subject(book, window, threads, &turned,
		&fault), 0);
	assert_int_equal(turn_by_user(book, window, &turned, threads, tally,
		&fault), 0);
	subject_turn_free(&turned);
	return book;
}

static void
check(const struct entry *entries, size_t n, const struct window *window,
	unsigned threads, size_t files)
{
	static struct oracle oracle;
	struct input_list list;
	struct tally tally;
	struct book *book;

	entries_write(entries, n, files, FIXTURE_HEADER);
	book = turn(threads, window, &tally, &list);
	ask(entries, n, window, &oracle);
	assert_users(book, &tally, &oracle);
	assert_cells(book, &tally, &oracle);
	tally_free(&tally);
	book_free(book);
	input_list_free(&list);
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

		make(entries, N, &draw, 1 + round % 20);
		if (round % 3 == 1) {
			window.since = start + 6 * 3600000;
			window.until = start + (round % 20) * 86400000LL;
		}
		check(entries, N, &window, 1 + (unsigned)round % 4,
			1 + (size_t)round % FIXTURE_FILES);
		entries_shuffle(entries, N, &draw);
		check(entries, N, &window, 5, 3);
	}
}

/* Half-open, to the millisecond; and a day begins where its zone says. */
static void
test_edges(void **state)
{
	static struct entry entries[] = {
		{ .ms = 1777593599999, .user = 1, .subject = 1 },
		{ .ms = 1777593600000, .user = 1, .subject = 1 },
		{ .ms = 1777679999999, .user = 1, .subject = 2 },
		{ .ms = 1777680000000, .user = 1, .subject = 2 },
	};
	struct window window = { start, start + 86400000, NULL, 0 };
	static struct oracle oracle;

	(void)state;
	ask(entries, ARRAY_LEN(entries), &window, &oracle);
	assert_int_equal(oracle.users[1].lookups, 2);
	assert_int_equal(oracle.users[1].active_days, 1);
	assert_int_equal(oracle.kinds[1][0][0][0].lone, 0);
	check(entries, ARRAY_LEN(entries), &window, 1, 1);
	window = (struct window){ INT64_MIN, INT64_MAX, NULL, -1 };
	ask(entries, ARRAY_LEN(entries), &window, &oracle);
	assert_int_equal(oracle.users[1].active_days, 2);
	assert_int_equal(oracle.kinds[1][0][0][0].lone, 2);
	check(entries, ARRAY_LEN(entries), &window, 2, 2);
	window.offset = 0;
	ask(entries, ARRAY_LEN(entries), &window, &oracle);
	assert_int_equal(oracle.users[1].active_days, 3);
	assert_int_equal(oracle.kinds[1][0][0][0].lone, 0);
	check(entries, ARRAY_LEN(entries), &window, 2, 1);
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

/* Two lookups alike but for the case: what is counted must not hang on which
 * of them was read first. */
static void
test_ties(void **state)
{
	static struct entry entries[] = {
		{ .ms = 1777593600000, .user = 1, .subject = 1, .caseref = 1 },
		{ .ms = 1777593600000, .user = 1, .subject = 1 },
		{ .ms = 1777593600000, .user = 1, .subject = 1, .caseref = 2 },
	};
	struct window window = { INT64_MIN, INT64_MAX, NULL, 0 };
	uint64_t no_case[6];
	struct draw draw = { 14 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(no_case); i++) {
		struct input_list list;
		struct tally tally;
		struct book *book;

		entries_write(entries, ARRAY_LEN(entries), 1, FIXTURE_HEADER);
		book = turn(1, &window, &tally, &list);
		assert_int_equal(tally.n_kinds, 1);
		no_case[i] = tally.kinds[0].no_case;
		tally_free(&tally);
		book_free(book);
		input_list_free(&list);
		entries_shuffle(entries, ARRAY_LEN(entries), &draw);
	}
	for (size_t i = 1; i < ARRAY_LEN(no_case); i++)
		assert_int_equal(no_case[i], no_case[0]);
}

/* A log of nothing, and one of which nothing is judged. */
static void
test_nothing(void **state)
{
	static struct entry entry = { .ms = 1777593600000, .user = 1,
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
	struct window window = { INT64_MIN, INT64_MAX, NULL, 0 };
	struct input_list list;
	struct tally tally;
	struct book *book;
	struct draw draw = { 15 };

	(void)state;
	assert_non_null(entries);
	for (uint32_t i = 0; i < CROWD; i++)
		entries[i] = (struct entry){ .ms = start + i % 7, .subject = 1,
			.user = 1 + i % 1000, .unit = 1 };
	entries_shuffle(entries, CROWD, &draw);
	entries_write(entries, CROWD, 3, FIXTURE_HEADER);
	book = turn(3, &window, &tally, &list);
	assert_int_equal(tally.n_users, 1001);
	for (size_t u = 1; u <= 1000; u++) {
		assert_int_equal(tally.users[u].lookups, 5);
		assert_int_equal(tally.users[u].subjects, 1);
	}
	assert_int_equal(tally.unit_subjects[1], 1);
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
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_ties),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_crowd),
	};

	return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
