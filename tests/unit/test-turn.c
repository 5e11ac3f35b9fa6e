/* SPDX-License-Identifier: Apache-2.0 */
/* Both turns against an oracle that goes through all pairs of lookups. */
#include "tests/unit/turn-oracle.h"

enum { N = 260 };

/* What all rows of all users come to. */
struct sums {
	struct list kinds, weeks, areas, ranges, cases, tables[TABLE_N];
	struct revisit revisits[N];
	size_t n_revisits;
	uint64_t lookups;
};

/* The text of a row's subject is the entry's. */
static bool
is_subject(const struct tally *tally, const struct row *row,
	const struct entry *entry)
{
	char want[24], buf[20];

	subject_of(entry, want, sizeof(want));
	if (!(row->subject & SUBJECT_TEXT)) {
		(void)subject_unpack(row->subject, buf);
		return strcmp(buf, want) == 0;
	}
	for (size_t i = 0; i < tally->n_texts; i++)
		if (tally->texts[i].subject == row->subject)
			return slice_is(tally->texts[i].text, want);
	fail_msg("a subject has no text");
	return false;
}

static bool
is_name(const struct book *book, enum name name, uint32_t at,
	const char *prefix, uint32_t number)
{
	char buf[24];

	return slice_is(book->names[name].names[at],
		name_of(buf, sizeof(buf), prefix, number));
}

/* Does the row say what the entry does, and what was found out of it? */
static bool
is_row_of(const struct book *book, const struct tally *tally,
	const struct row *row, const struct entry *entry,
	const struct fact *fact)
{
	const struct triple *post = &book->posts.items[row->post];
	const struct triple *facet = &book->facets.items[row->facet];
	char source[24];

	return row_ms(row) == entry->ms &&
		(row_marks(row) & TURN_1) == fact->marks &&
		is_name(book, NAME_USER, post->a, "u", entry->user) &&
		is_name(book, NAME_UNIT, post->b, "n", entry->unit) &&
		is_name(book, NAME_ROLE, post->c, "r", entry->role) &&
		is_name(book, NAME_KIND, facet->a, "k", entry->kind) &&
		is_name(book, NAME_AREA, facet->b, "a", entry->area) &&
		is_name(book, NAME_CASE, row->caseref, "c", fact->caseref) &&
		slice_is(book->names[NAME_SOURCE].names[row->source],
			source_of(entry, source, sizeof(source))) &&
		is_subject(tally, row, entry);
}

/* Each row is an entry that no other row is, marks and all. */
static size_t
entry_of(const struct oracle *oracle, const struct book *book,
	const struct tally *tally, const struct row *row)
{
	for (size_t i = 0; i < oracle->n; i++) {
		struct fact *fact = &oracle->facts[i];

		if (fact->taken || !is_row_of(book, tally, row,
				&oracle->all[i], fact))
			continue;
		fact->taken = true;
		return i;
	}
	fail_msg("no such lookup: %lld, marks %x",
		(long long)row_ms(row), row_marks(row));
	return 0;
}

static void
count_asking(struct sums *sums, const struct row *row, uint32_t kind,
	uint32_t area)
{
	unsigned marks = row_marks(row);
	bool lone = marks & MARK_LONE, colleague = marks & MARK_COLLEAGUE;
	uint64_t *areas = at(&sums->areas, row->post, area, 0, 0);
	uint64_t *cases = at(&sums->cases, row->post, row->caseref, kind, 0);

	areas[AREA_ASKINGS]++;
	areas[AREA_LONE] += lone;
	areas[AREA_THIN] += !lone && (marks & MARK_THIN);
	cases[CASE_ASKINGS]++;
	cases[CASE_LONE] += lone;
	cases[CASE_COLLEAGUE] += colleague;
	cases[CASE_CONTINUED] += !colleague && (marks & MARK_CONTINUED);
}

/* `begins`: marks that the user's asking before does not have. */
static void
count_kind(uint64_t *kind, const struct row *row, unsigned begins)
{
	unsigned marks = row_marks(row);
	bool bare = row->caseref == 0, lone = marks & MARK_LONE;
	bool thin = (marks & MARK_THIN) && !lone;
	bool alone = marks & MARK_ALONE, first = marks & MARK_FIRST;
	bool foreign = first && (marks & MARK_FOREIGN);

	kind[KIND_LOOKUPS]++;
	kind[KIND_HOP] += (marks & MARK_HOP) != 0;
	if (!(marks & MARK_ASKING))
		return;
	kind[KIND_ASKINGS]++;
	kind[KIND_FIRST] += first;
	kind[KIND_NO_CASE] += bare;
	kind[KIND_LONE] += lone;
	kind[KIND_LONE_CHAINED] += lone && (marks & MARK_CHAINED);
	kind[KIND_THIN] += thin;
	kind[KIND_SERIES] += (marks & begins & MARK_PACED) != 0;
	kind[KIND_WALKS] += (marks & begins & MARK_SEQUENCE) != 0;
	kind[KIND_DOSSIER] += lone && (marks & MARK_DOSSIER);
	kind[KIND_ALONE] += alone;
	kind[KIND_ALONE_NO_CASE] += alone && bare;
	kind[KIND_ALONE_FIRST] += alone && first;
	kind[KIND_FOREIGN] += foreign;
}

/* Is it the first judged row of its day among those that count here? */
static bool
is_new_day(const struct oracle *oracle, const struct row *rows, size_t i,
	const uint32_t *range_of)
{
	int32_t day = day_of(&oracle->window, row_ms(&rows[i]));

	for (size_t k = 0; k < i; k++)
		if ((row_marks(&rows[k]) & MARK_JUDGED) &&
			rows[k].post == rows[i].post &&
			day_of(&oracle->window, row_ms(&rows[k])) == day &&
			(range_of == NULL || range_of[rows[k].source] ==
				range_of[rows[i].source]))
			return false;
	return true;
}

/* What one subject comes to when the user asks for it first. */
static void
count_subject(struct sums *sums, const struct oracle *oracle,
	const struct book *book, const struct row *row, size_t entry)
{
	const struct entry *e = &oracle->all[entry];
	const struct fact *fact = &oracle->facts[entry];
	uint32_t others = fact->users & ~(1u << e->user);
	uint32_t units = fact->units & ~(1u << e->unit);
	struct revisit revisit = { .post = row->post, .subject = row->subject };

	for (size_t i = 0; i < oracle->n; i++) {
		const struct fact *o = &oracle->facts[i];

		if (!same_subject(e, &oracle->all[i]) ||
			oracle->all[i].user != e->user ||
			!(o->marks & MARK_ASKING))
			continue;
		revisit.days++;
		revisit.bare += o->caseref == 0;
	}
	for (uint32_t bits = others; bits != 0; bits &= bits - 1)
		revisit.others++;
	if ((fact->marks & MARK_ALONE) && revisit.days >= REVISIT_MIN)
		sums->revisits[sums->n_revisits++] = revisit;
	if ((fact->marks & MARK_FOREIGN) && units != 0 &&
		sole_bit(units) != UINT32_MAX)
		++*at(&sums->tables[TABLE_FOREIGN], row->post,
			book->facets.items[row->facet].a,
			find_name(book, NAME_UNIT, "n", sole_bit(units)), 0);
}

static void
count_row(struct sums *sums, const struct oracle *oracle,
	const struct book *book, const struct tally *tally, size_t i,
	unsigned begins)
{
	const struct row *row = &tally->rows[i];
	const struct triple *facet = &book->facets.items[row->facet];
	int32_t day = day_of(&oracle->window, row_ms(row));
	unsigned marks = row_marks(row);
	bool asking = marks & MARK_ASKING, lone = marks & MARK_LONE;
	uint64_t *week = at(&sums->weeks, row->post, (uint32_t)(day / 7), 0, 0);
	uint64_t *range = at(&sums->ranges, row->post,
		tally->range_of[row->source], 0, 0);

	sums->lookups++;
	count_kind(at(&sums->kinds, row->post, facet->a, 0, 0), row, begins);
	week[WEEK_LOOKUPS]++;
	week[WEEK_FIRST] += (marks & MARK_FIRST) != 0;
	week[WEEK_LONE] += asking && lone;
	week[WEEK_ASKINGS] += asking;
	week[WEEK_ACTIVE] += is_new_day(oracle, tally->rows, i, NULL);
	range[RANGE_LOOKUPS]++;
	range[RANGE_LONE] += asking && lone;
	range[RANGE_ACTIVE] += is_new_day(oracle, tally->rows, i,
		tally->range_of);
	if (asking)
		count_asking(sums, row, facet->a, facet->b);
}

/* What the tally says of the user whom it is about. */
static void
check_user(const struct oracle *oracle, const struct tally *tally,
	uint32_t user, const uint64_t *subjects)
{
	const struct user_tally *got = &tally->users[user];
	struct user_tally want = { 0 };
	int32_t last_day = INT32_MIN;

	for (size_t i = 0; i < tally->n_rows; i++) {
		const struct row *row = &tally->rows[i];
		int32_t day = day_of(&oracle->window, row_ms(row));

		assert_true(i == 0 || row_ms(&row[-1]) <= row_ms(row));
		if (!(row_marks(row) & MARK_JUDGED))
			continue;
		if (want.lookups++ == 0)
			want.first_ms = row_ms(row);
		want.last_ms = row_ms(row);
		want.post = row->post;
		want.active_days += day != last_day;
		last_day = day;
	}
	assert_int_equal(got->lookups, want.lookups);
	assert_int_equal(got->subjects, *subjects);
	assert_int_equal(got->active_days, want.active_days);
	assert_int_equal(got->post, want.post);
	assert_true(got->first_ms == want.first_ms);
	assert_true(got->last_ms == want.last_ms);
}

/* All there is about one user: his rows, their marks, his sums. */
static void
take_user(struct sums *sums, struct oracle *oracle, const struct book *book,
	const struct tally *tally, uint32_t user)
{
	struct timeline line = { .book = book, .rows = tally->rows,
		.n = tally->n_rows, .source_range = tally->range_of };
	unsigned last = 0;
	uint64_t subjects = 0;

	check_line(&line);
	for (size_t i = 0; i < tally->n_rows; i++) {
		const struct row *row = &tally->rows[i];
		size_t entry = entry_of(oracle, book, tally, row);
		unsigned marks = row_marks(row);
		uint32_t near = oracle->facts[entry].near;

		if (!(marks & MARK_JUDGED))
			continue;
		count_row(sums, oracle, book, tally, i, ~last);
		if (!(marks & MARK_ASKING))
			continue;
		last = marks;
		if (marks & MARK_SOLE)
			++*at(&sums->tables[TABLE_VOUCHES], row->post,
				book->facets.items[row->facet].a, row->caseref,
				find_name(book, NAME_USER, "u",
					sole_bit(near)));
		if (!(marks & MARK_FIRST))
			continue;
		subjects++;
		count_subject(sums, oracle, book, row, entry);
	}
	check_user(oracle, tally, user, &subjects);
}

/* Tables that are by subject: pairs, and the subjects of units. */
static void
check_subjects(struct sums *sums, const struct oracle *oracle,
	const struct book *book, const struct tally *tally)
{
	uint64_t units[WORLD_UNITS] = { 0 };

	for (size_t i = 0; i < oracle->n; i++) {
		const struct entry *e = &oracle->all[i];
		uint32_t users = oracle->facts[i].users, first;
		bool seen = false, unit_seen = !is_judged(oracle, e);
		bool judged = true;

		for (size_t k = 0; k < i; k++) {
			const struct entry *o = &oracle->all[k];

			if (!same_subject(o, e))
				continue;
			seen = true;
			unit_seen |= o->unit == e->unit &&
				is_judged(oracle, o);
		}
		for (size_t k = 0; k < oracle->n; k++)
			judged &= !same_subject(&oracle->all[k], e) ||
				is_judged(oracle, &oracle->all[k]);
		units[e->unit] += !unit_seen;
		first = sole_bit(users & ~(users - 1));
		users &= users - 1;
		if (seen || oracle->facts[i].user_days != 2 || users == 0 ||
			!judged)
			continue;
		assert_true(sole_bit(users) != UINT32_MAX);
		++*at(&sums->tables[TABLE_PAIRS],
			find_name(book, NAME_USER, "u", first),
			find_name(book, NAME_USER, "u", sole_bit(users)), 0, 0);
	}
	assert_int_equal(tally->n_units, book->names[NAME_UNIT].n);
	for (uint32_t u = 0; u < WORLD_UNITS; u++) {
		uint32_t number;
		char buf[24];

		if (dict_find(&book->names[NAME_UNIT],
			    slice_of(name_of(buf, sizeof(buf), "n", u)),
			    &number))
			assert_int_equal(tally->unit_subjects[number],
				units[u]);
	}
}

static void
check_revisits(const struct sums *sums, const struct tally *tally)
{
	bool taken[N] = { false };

	assert_int_equal(tally->n_revisits, sums->n_revisits);
	for (size_t i = 0; i < tally->n_revisits; i++) {
		const struct revisit *got = &tally->revisits[i];
		const uint64_t x[] = { got->post, got->days, got->bare,
			got->others, got->subject };
		size_t k = 0;

		while (k < sums->n_revisits && (taken[k] ||
				memcmp(got, &sums->revisits[k], sizeof(*got)) !=
					0))
			k++;
		assert_true(k < sums->n_revisits);
		taken[k] = true;
		for (k = 0; i > 0 && k < ARRAY_LEN(x); k++) {
			const uint64_t y[] = { got[-1].post, got[-1].days,
				got[-1].bare, got[-1].others, got[-1].subject };

			assert_true(y[k] <= x[k]);
			if (y[k] < x[k])
				break;
		}
	}
}

static void
check_span(const struct oracle *oracle, const struct tally *tally)
{
	int32_t first = INT32_MAX, last = INT32_MIN;

	for (size_t i = 0; i < oracle->n; i++) {
		if (!is_judged(oracle, &oracle->all[i]))
			continue;
		if (oracle->facts[i].day < first)
			first = oracle->facts[i].day;
		if (oracle->facts[i].day > last)
			last = oracle->facts[i].day;
	}
	assert_int_equal(tally->span_days,
		first > last ? 0 : last - first + 1);
}

static void
check_sums(struct sums *sums, const struct tally *tally)
{
	assert_ledger(&tally->kinds, &sums->kinds, KIND_COUNTS);
	assert_ledger(&tally->weeks, &sums->weeks, WEEK_LAST_DAY);
	assert_ledger(&tally->areas, &sums->areas, AREA_COUNTS);
	assert_ledger(&tally->ranges, &sums->ranges, RANGE_LAST_DAY);
	assert_ledger(&tally->cases, &sums->cases, CASE_COUNTS);
	for (size_t t = 0; t < TABLE_N; t++)
		assert_ledger(&tally->tables[t], &sums->tables[t], 1);
	check_revisits(sums, tally);
	assert_int_equal(tally->lookups, sums->lookups);
}

/* The texts of one user: in order, each one of his rows'. */
static void
check_texts(const struct tally *tally)
{
	for (size_t i = 0; i < tally->n_texts; i++) {
		size_t k = 0;

		assert_true(i == 0 || tally->texts[i - 1].subject <=
			tally->texts[i].subject);
		while (k < tally->n_rows &&
			tally->rows[k].subject != tally->texts[i].subject)
			k++;
		assert_true(k < tally->n_rows);
	}
}

/* Addresses are in their /24, and anything else in a range of its own. */
static void
check_ranges(const struct book *book, const struct tally *tally)
{
	const struct dict *sources = &book->names[NAME_SOURCE];

	for (size_t i = 0; i < sources->n; i++)
		for (size_t k = 0; k < sources->n; k++) {
			struct slice a = sources->names[i];
			struct slice b = sources->names[k];
			/* 10.0.xx.x */
			bool same = i == k ||
				(a.len > 5 && a.len == b.len &&
					a.at[0] == '1' &&
					memcmp(a.at, b.at, a.len - 1) == 0);

			assert_true(same == (tally->range_of[i] ==
				tally->range_of[k]));
		}
}

/* Turn the log once for each user, and hold all of it against the oracle. */
static void
check(const struct entry *entries, size_t n, const struct window *window,
	unsigned threads, size_t files)
{
	static struct sums sums;
	struct oracle oracle = { .all = entries, .n = n, .window = *window };
	struct turn_options options = { *window, threads, USER_NONE };
	struct input_list list, list_all;
	struct tally all, tally;
	struct book *book, *book_all;

	memset(&sums, 0, sizeof(sums));
	entries_write(entries, n, files, FIXTURE_HEADER);
	ask(&oracle);
	book_all = turn_files(&options, &all, &list_all);
	assert_int_equal(all.n_rows, 0);
	assert_int_equal(all.n_texts, 0);
	for (options.about = 1; options.about < all.n_users; options.about++) {
		options.threads = options.about % 3 == 0 ? 1 : threads;
		book = turn_files(&options, &tally, &list);
		take_user(&sums, &oracle, book, &tally, options.about);
		check_texts(&tally);
		assert_ledgers_equal(&tally.kinds, &all.kinds);
		tally_free(&tally);
		book_free(book);
		input_list_free(&list);
	}
	for (size_t i = 0; i < n; i++)
		assert_true(oracle.facts[i].taken);
	check_subjects(&sums, &oracle, book_all, &all);
	check_span(&oracle, &all);
	check_ranges(book_all, &all);
	check_sums(&sums, &all);
	tally_free(&all);
	book_free(book_all);
	input_list_free(&list_all);
	free(oracle.facts);
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

/* The same, however the lines lie in files and whoever reads them. */
static void
test_threads(void **state)
{
	static struct entry entries[4 * N];
	struct draw draw = { 17 };

	(void)state;
	for (int round = 0; round < 12; round++) {
		struct turn_options options = { ALWAYS, 1, 1 +
			(uint32_t)round % WORLD_USERS };
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
		struct turn_options options = { edges[i].window, 2, USER_NONE };
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
	struct turn_options options = { ALWAYS, 3, USER_NONE };
	struct input_list list;
	struct tally tally;
	struct book *book;
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
	assert_int_equal(tally.cases.n, 1000);
	for (size_t i = 0; i < tally.cases.n; i++)
		assert_int_equal(ledger_counts(&tally.cases, i)[CASE_COLLEAGUE],
			1);
	assert_int_equal(tally.tables[TABLE_VOUCHES].n, 0);
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
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_crowd),
	};

	return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
