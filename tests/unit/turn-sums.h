/* SPDX-License-Identifier: Apache-2.0 */
/* What both turns must leave, added up plainly from the oracle's facts. */
#ifndef QUIS_TESTS_TURN_SUMS_H
#define QUIS_TESTS_TURN_SUMS_H

#include "tests/unit/turn-oracle.h"

enum { SUMS_ENTRIES = 260 };

/* What all rows of all users come to. */
struct sums {
	struct list kinds, weeks, areas, ranges, cases, vouches;
	struct list tables[TABLE_N];
	struct revisit revisits[SUMS_ENTRIES];
	size_t n_revisits;
	struct watch_hit watched[SUMS_ENTRIES];
	size_t n_watched;
	uint64_t lookups;
};

/* The text of a row's subject is the entry's. */
static inline bool
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

static inline bool
is_name(const struct book *book, enum name name, uint32_t at,
	const char *prefix, uint32_t number)
{
	char buf[24];

	return slice_is(book->names[name].names[at],
		name_of(buf, sizeof(buf), prefix, number));
}

/* Does the row say what the entry does, and what was found out of it? */
static inline bool
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
static inline size_t
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

static inline void
count_asking(struct sums *sums, const struct row *row, uint32_t kind,
	uint32_t area)
{
	unsigned marks = row_marks(row);
	bool registered = marks & MARK_REGISTERED, lone = marks & MARK_LONE;
	bool colleague = !registered && (marks & MARK_COLLEAGUE);
	uint64_t *areas = at(&sums->areas, row->post, area, 0, 0);
	uint64_t *cases = at(&sums->cases, row->post, row->caseref, kind, 0);

	areas[AREA_ASKINGS]++;
	areas[AREA_LONE] += lone;
	areas[AREA_THIN] += !lone && (marks & MARK_THIN);
	cases[CASE_ASKINGS]++;
	cases[CASE_LONE] += lone;
	cases[CASE_REGISTERED] += registered;
	cases[CASE_COLLEAGUE] += colleague;
	cases[CASE_CONTINUED] += !registered && !colleague &&
		(marks & MARK_CONTINUED);
}

/* `begins`: marks that the user's asking before does not have. */
static inline void
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
static inline bool
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
static inline void
count_subject(struct sums *sums, const struct oracle *oracle,
	const struct book *book, const struct row *row, size_t entry)
{
	const struct entry *e = &oracle->all[entry];
	const struct fact *fact = &oracle->facts[entry];
	uint32_t others = fact->users & ~(1u << e->user);
	uint32_t units = fact->units & ~(1u << e->unit);
	uint32_t vouched = fact->ruling.other != 0 ? 1u << fact->ruling.other :
						     0;
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
	units |= vouched;
	if ((fact->marks & MARK_FOREIGN) && units != 0 &&
		sole_bit(units) != UINT32_MAX)
		++*at(&sums->tables[TABLE_FOREIGN], row->post,
			book->facets.items[row->facet].a,
			find_name(book, NAME_UNIT, "n", sole_bit(units)), 0);
}

static inline void
count_ruling(struct sums *sums, const struct book *book, const struct row *row,
	const struct ruling *ruling)
{
	uint64_t *counts;

	if (ruling->tested == 0)
		return;
	counts = at(&sums->tables[TABLE_VERDICTS], row->post,
		book->facets.items[row->facet].a, 0, 0);
	for (size_t v = 0; v < VERDICT_N; v++) {
		counts[2 * v] += ruling->tested >> v & 1;
		counts[2 * v + 1] += ruling->wrong >> v & 1;
	}
}

/* A judged lookup of somebody who is watched. */
static inline void
count_watched(struct sums *sums, const struct tally *tally,
	const struct row *row, uint32_t user)
{
	const struct registry *registry =
		tally->office != NULL ? tally->office->registry : NULL;
	const struct watch_entry *entry;
	size_t i = 0;
	char buf[20];

	if (registry == NULL)
		return;
	entry = registry_watched(registry, registry_key(registry,
		tally_text(tally, row->subject, buf)));
	if (entry == NULL)
		return;
	while (i < sums->n_watched && (sums->watched[i].user != user ||
			&registry->watch[sums->watched[i].entry] != entry))
		i++;
	if (i == sums->n_watched)
		sums->watched[sums->n_watched++] = (struct watch_hit){ user,
			(uint32_t)(entry - registry->watch), 0, row_ms(row),
			0 };
	sums->watched[i].lookups++;
	sums->watched[i].last_ms = row_ms(row);
}

static inline void
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
static inline void
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

/* Who alone vouches for an asking of the user asked about. */
static inline void
check_sole(const struct book *book, const struct tally *tally,
	const struct row *row, uint32_t user, const struct fact *fact)
{
	const uint64_t *sole = ledger_find(&tally->tables[TABLE_SOLES],
		sole_key(row, user));

	assert_int_equal(sole != NULL, fact->sole);
	if (sole != NULL)
		assert_int_equal(*sole, find_name(book, NAME_USER, "u",
			sole_bit(fact->near)) + 1);
}

/* All there is about one user: his rows, their marks, his sums. */
static inline void
take_user(struct sums *sums, struct oracle *oracle, const struct book *book,
	const struct tally *tally, uint32_t user)
{
	struct trail line = { .book = book, .rows = tally->rows,
		.n = tally->n_rows, .source_range = tally->range_of };
	unsigned last = 0;
	uint64_t subjects = 0, soles = 0;

	check_line(&line);
	for (size_t i = 0; i < tally->n_rows; i++) {
		const struct row *row = &tally->rows[i];
		size_t entry = entry_of(oracle, book, tally, row);
		unsigned marks = row_marks(row);
		const struct fact *fact = &oracle->facts[entry];

		if (!(marks & MARK_JUDGED))
			continue;
		count_row(sums, oracle, book, tally, i, ~last);
		count_watched(sums, tally, row, user);
		if (!(marks & MARK_ASKING))
			continue;
		count_ruling(sums, book, row, &fact->ruling);
		last = marks;
		soles += fact->sole;
		check_sole(book, tally, row, user, fact);
		if (fact->sole)
			++*at(&sums->vouches, row->post,
				book->facets.items[row->facet].a, row->caseref,
				find_name(book, NAME_USER, "u",
					sole_bit(fact->near)));
		if (!(marks & MARK_FIRST))
			continue;
		subjects++;
		count_subject(sums, oracle, book, row, entry);
	}
	assert_int_equal(tally->tables[TABLE_SOLES].n, soles);
	check_user(oracle, tally, user, &subjects);
}

/* Tables that are by subject: pairs, and the subjects of units. */
static inline void
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
				(is_judged(oracle, &oracle->all[k]) &&
					!(oracle->facts[k].marks &
						MARK_REGISTERED));
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

static inline void
check_revisits(const struct sums *sums, const struct tally *tally)
{
	bool taken[SUMS_ENTRIES] = { false };

	assert_int_equal(tally->n_revisits, sums->n_revisits);
	for (size_t i = 0; i < tally->n_revisits; i++) {
		const struct revisit *got = &tally->revisits[i];
		size_t k = 0;

		while (k < sums->n_revisits && (taken[k] ||
				memcmp(got, &sums->revisits[k], sizeof(*got)) !=
					0))
			k++;
		assert_true(k < sums->n_revisits);
		taken[k] = true;
	}
}

/* In order of user, then entry; each once. */
static inline void
check_watched(const struct sums *sums, const struct tally *tally)
{
	assert_int_equal(tally->n_watched, sums->n_watched);
	for (size_t i = 0; i < tally->n_watched; i++) {
		const struct watch_hit *got = &tally->watched[i];
		size_t k = 0;

		while (k < sums->n_watched &&
			memcmp(got, &sums->watched[k], sizeof(*got)) != 0)
			k++;
		assert_true(k < sums->n_watched);
		assert_true(i == 0 || got[-1].user < got->user ||
			(got[-1].user == got->user &&
				got[-1].entry < got->entry));
	}
}

static inline void
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

static inline void
assert_docket(const struct docket *docket, struct list *sums)
{
	struct docket_walk walk = docket_walk(docket);
	struct fault fault = { 0 };
	struct ledger cases;
	uint64_t *counts;

	assert_int_equal(ledger_init(&cases, CASE_COUNTS, &fault), 0);
	while (docket_next(&walk)) {
		assert_int_equal(ledger_at(&cases,
			(struct ledger_key){ walk.post, walk.cell.caseref,
				walk.cell.kind, 0 }, &counts, &fault), 0);
		memcpy(counts, walk.cell.counts, sizeof(walk.cell.counts));
	}
	assert_int_equal(cases.n, docket_n(docket));
	assert_ledger(&cases, sums, CASE_COUNTS);
	ledger_free(&cases);
}

static inline void
assert_vouches(const struct vouches *vouches, const struct book *book,
	struct list *sums)
{
	struct ledger ledger = ledger_of_vouches(vouches, book);

	assert_ledger(&ledger, sums, 1);
	ledger_free(&ledger);
}

static inline void
check_sums(struct sums *sums, const struct book *book,
	const struct tally *tally)
{
	assert_ledger(&tally->kinds, &sums->kinds, KIND_COUNTS);
	assert_ledger(&tally->weeks, &sums->weeks, WEEK_LAST_DAY);
	assert_ledger(&tally->areas, &sums->areas, AREA_COUNTS);
	assert_ledger(&tally->ranges, &sums->ranges, RANGE_LAST_DAY);
	assert_docket(&tally->docket, &sums->cases);
	for (size_t t = 0; t < TABLE_N; t++)
		assert_ledger(&tally->tables[t], &sums->tables[t],
			subject_table_width(t));
	assert_vouches(&tally->vouches, book, &sums->vouches);
	check_revisits(sums, tally);
	check_watched(sums, tally);
	assert_int_equal(tally->lookups, sums->lookups);
}

/* The texts of one user: in order, each one of his rows'. */
static inline void
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
static inline void
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

/* A log, how it is read, and what the oracle knows of it. */
struct trial {
	struct oracle oracle;            /* all but the facts */
	const struct registry *registry; /* the oracle's paper; NULL: none */
	unsigned threads;
};

/* From the fixture's users to the book's. */
static inline int64_t *
trial_since(const struct trial *trial, const struct book *book)
{
	int64_t *since;
	char buf[24];

	if (trial->oracle.since == NULL)
		return NULL;
	since = calloc(book->names[NAME_USER].n, sizeof(*since));
	assert_non_null(since);
	for (uint32_t u = 1; u <= WORLD_USERS; u++) {
		uint32_t number;

		if (dict_find(&book->names[NAME_USER],
			    slice_of(name_of(buf, sizeof(buf), "u", u)),
			    &number))
			since[number] = trial->oracle.since[u];
	}
	return since;
}

/* Turn what entries_write() left once for each user, and hold all of it against
 * the oracle. */
static inline void
check_trial(struct trial *trial)
{
	static struct sums sums;
	struct oracle *oracle = &trial->oracle;
	struct turn_options options = { .threads = trial->threads,
		.about = USER_NONE, .keep = true };
	struct bureau bureau;
	struct tally all, tally;
	int64_t *since;

	memset(&sums, 0, sizeof(sums));
	ask(oracle);
	bureau_with(&bureau, trial->registry, &oracle->window, trial->threads);
	options.since = since = trial_since(trial, bureau.book);
	bureau_turn(&bureau, options, &all);
	assert_int_equal(all.n_rows, 0);
	assert_int_equal(all.n_texts, 0);
	for (options.about = 1; options.about < all.n_users; options.about++) {
		options.threads = options.about % 3 == 0 ? 1 : trial->threads;
		options.keep = options.about + 1 < all.n_users;
		bureau_turn(&bureau, options, &tally);
		take_user(&sums, oracle, bureau.book, &tally, options.about);
		check_texts(&tally);
		assert_ledgers_equal(&tally.kinds, &all.kinds);
		tally_free(&tally);
	}
	for (size_t i = 0; i < oracle->n; i++)
		assert_true(oracle->facts[i].taken);
	check_subjects(&sums, oracle, bureau.book, &all);
	check_span(oracle, &all);
	check_ranges(bureau.book, &all);
	check_sums(&sums, bureau.book, &all);
	tally_free(&all);
	bureau_close(&bureau);
	free(since);
	free(oracle->facts);
}

#endif
