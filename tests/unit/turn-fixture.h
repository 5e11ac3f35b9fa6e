/* SPDX-License-Identifier: Apache-2.0 */
/* A small log is made up, written, read and turned twice. */
#ifndef QUIS_TESTS_TURN_FIXTURE_H
#define QUIS_TESTS_TURN_FIXTURE_H

#include "tests/unit/book-fixture.h"
#include "turn/by-subject.h"
#include "turn/tally.h"

enum { WORLD_USERS = 12, WORLD_UNITS = 4, WORLD_ROLES = 3, WORLD_KINDS = 5,
	WORLD_AREAS = 2, WORLD_CASES = 6 };

static const int64_t world_start = 1777593600000; /* 2026-05-01T00:00:00Z */

#define ALWAYS ((struct window){ INT64_MIN, INT64_MAX, NULL, 0 })

/* One lookup at any time of some days, of few subjects and mostly at a whole
 * minute, so that much coincides. */
static inline struct entry
entry_draw(struct draw *draw, int64_t days, size_t subjects)
{
	struct entry entry = {
		.ms = world_start + (int64_t)draw_below(draw,
			(size_t)days * 1440) * 60000,
		.user = 1 + (uint32_t)draw_below(draw, WORLD_USERS),
		.kind = (uint32_t)draw_below(draw, WORLD_KINDS),
		.area = (uint32_t)draw_below(draw, WORLD_AREAS),
		.caseref = (uint32_t)draw_below(draw, WORLD_CASES),
		.source = (uint32_t)draw_below(draw, 3),
		.subject = 1 + (uint32_t)draw_below(draw, subjects),
		.text = draw_below(draw, 4) == 0,
	};

	if (entry.source == 2)
		entry.source = FIXTURE_ADDRESS + (uint32_t)draw_below(draw, 30);
	entry.unit = draw_below(draw, 8) == 0 ?
		(uint32_t)draw_below(draw, WORLD_UNITS) :
		entry.user % WORLD_UNITS;
	entry.role = draw_below(draw, 10) == 0 ?
		0 :
		1 + entry.user % (WORLD_ROLES - 1);
	return entry;
}

/* What a lookup has in common with the one before. */
static inline void
entry_follow(struct entry *entry, const struct entry *before,
	struct draw *draw)
{
	entry->user = before->user;
	entry->subject = before->subject;
	entry->text = before->text;
	switch (draw_below(draw, 4)) {
	case 0: /* at once */
		entry->ms = before->ms;
		entry->unit = before->unit;
		entry->role = before->role;
		break;
	case 1: /* on some other day, the same case */
		entry->caseref = before->caseref;
		break;
	case 2: /* another user of the unit */
		entry->user = 1 + (uint32_t)draw_below(draw, WORLD_USERS);
		entry->unit = before->unit;
		break;
	default: /* the very same */
		*entry = *before;
	}
}

/* A run of lookups by one user, soon after each other: at a beat or not,
 * numbers that follow each other or not. Returns how many. */
static inline size_t
run_draw(struct entry *entries, size_t most, struct draw *draw, int64_t days,
	size_t subjects)
{
	struct entry at = entry_draw(draw, days, subjects);
	size_t n = 2 + draw_below(draw, 13);
	int64_t beat = draw_below(draw, 2) == 0 ?
		0 :
		1000 + (int64_t)draw_below(draw, 200000);
	bool walk = draw_below(draw, 2) == 0, one = draw_below(draw, 3) == 0;
	size_t i = 0;

	for (; i < n && i < most; i++) {
		entries[i] = at;
		at.ms += beat > 0 ? beat + (int64_t)draw_below(draw, 1200) :
			(int64_t)draw_below(draw, 100000);
		at.kind = (uint32_t)draw_below(draw, WORLD_KINDS);
		if (walk)
			at.subject += 1 + (uint32_t)draw_below(draw, 3);
		else if (!one)
			at.subject = 1000 + (uint32_t)draw_below(draw, 100000);
	}
	return i;
}

static inline void
world_draw(struct entry *entries, size_t n, struct draw *draw, int64_t days)
{
	size_t subjects = 1 + n / 2;

	for (size_t i = 0; i < n; i++) {
		entries[i] = entry_draw(draw, days, subjects);
		if (draw_below(draw, 30) == 0)
			i += run_draw(&entries[i], n - i, draw, days,
				subjects) - 1;
		else if (i > 0 && draw_below(draw, 2) == 0)
			entry_follow(&entries[i], &entries[i - 1], draw);
	}
}

/* Make so many subjects of all, numbers and texts, that share a partition. */
enum { CROWDED = 7 };

static inline void
entries_crowd(struct entry *entries, size_t n, size_t subjects)
{
	uint32_t *names = calloc(subjects * 2, sizeof(*names));

	assert_non_null(names);
	for (size_t i = 0; i < subjects * 2; i++) {
		struct entry at = { .subject = i < 2 ? 0 : names[i - 2],
			.text = i % 2 };
		uint64_t number;
		char buf[16];

		do {
			at.subject++;
			subject_of(&at, buf, sizeof(buf));
		} while ((subject_pack(slice_of(buf), &number) ?
				 subject_partition(number) :
				 subject_partition_text(slice_of(buf))) !=
			CROWDED);
		names[i] = at.subject;
	}
	for (size_t i = 0; i < n; i++)
		entries[i].subject = names[entries[i].subject % subjects * 2 +
			entries[i].text];
	free(names);
}

/* Read what entries_write() left and turn it twice. */
static inline struct book *
turn_files(const struct turn_options *options, struct tally *tally,
	struct input_list *list)
{
	struct book *book = book_of_files(options->threads, list);
	struct subject_turn turned;
	struct fault fault = { 0 };

	assert_int_equal(turn_by_subject(book, options, &turned, &fault), 0);
	assert_int_equal(turn_by_user(book, options, &turned, tally, &fault),
		0);
	subject_turn_free(&turned);
	return book;
}

/* A name of the fixture in the book, which must be there. */
static inline uint32_t
find_name(const struct book *book, enum name name, const char *prefix,
	uint32_t number)
{
	char buf[24];
	uint32_t found = UINT32_MAX;

	assert_true(dict_find(&book->names[name],
		slice_of(name_of(buf, sizeof(buf), prefix, number)), &found));
	return found;
}

/* Everything that two tallies of one log have in common, threads or not. */
static inline void
assert_ledgers_equal(const struct ledger *a, const struct ledger *b)
{
	assert_int_equal(a->n, b->n);
	assert_int_equal(a->width, b->width);
	if (a->n == 0)
		return;
	assert_memory_equal(a->keys, b->keys, a->n * sizeof(*a->keys));
	assert_memory_equal(a->counts, b->counts,
		a->n * a->width * sizeof(*a->counts));
}

static inline void
assert_dockets_equal(const struct docket *a, const struct docket *b)
{
	struct docket_walk of_a = docket_walk(a), of_b = docket_walk(b);
	bool more = true;

	assert_int_equal(docket_n(a), docket_n(b));
	while (more) {
		more = docket_next(&of_a);
		assert_int_equal(more, docket_next(&of_b));
		assert_int_equal(of_a.post, of_b.post);
		assert_memory_equal(&of_a.cell, &of_b.cell, sizeof(of_a.cell));
	}
}

/* Vouches in order, as a ledger: post, kind, case, colleague → how many. Of
 * two tallies the facet does for the kind. */
static inline struct ledger
ledger_of_vouches(const struct vouches *vouches, const struct book *book)
{
	static struct vouch room[VOUCHES_AT_ONCE];
	const struct vouch *some;
	struct fault fault = { 0 };
	struct ledger ledger;
	uint64_t *count;
	size_t n;

	assert_int_equal(ledger_init(&ledger, 1, &fault), 0);
	for (size_t i = 0; i < vouches->n_blocks; i++) {
		assert_int_equal(
			vouches_block(vouches, i, room, &some, &n, &fault), 0);
		for (size_t k = 0; k < n; k++) {
			const struct vouch *vouch = &some[k];
			const struct ledger_key key = { vouch->post,
				book != NULL ?
					book->facets.items[vouch->facet].a :
					vouch->facet,
				vouch->caseref, vouch->colleague };

			assert_int_equal(ledger_at(&ledger, key, &count,
						 &fault), 0);
			++*count;
		}
	}
	assert_int_equal(ledger_sort(&ledger, &fault), 0);
	return ledger;
}

static inline size_t
vouches_n(const struct vouches *vouches)
{
	size_t n = 0;

	for (size_t i = 0; i < vouches->n_blocks; i++)
		n += vouches->blocks[i].n;
	return n;
}

static inline void
assert_vouches_equal(const struct vouches *a, const struct vouches *b)
{
	struct ledger of_a = ledger_of_vouches(a, NULL);
	struct ledger of_b = ledger_of_vouches(b, NULL);

	assert_ledgers_equal(&of_a, &of_b);
	ledger_free(&of_a);
	ledger_free(&of_b);
}

static inline int
compare_revisits(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct revisit));
}

/* They are in no order. */
static inline void
assert_revisits_equal(const struct tally *a, const struct tally *b)
{
	assert_int_equal(a->n_revisits, b->n_revisits);
	qsort(a->revisits, a->n_revisits, sizeof(*a->revisits),
		compare_revisits);
	qsort(b->revisits, b->n_revisits, sizeof(*b->revisits),
		compare_revisits);
	assert_memory_equal(a->revisits, b->revisits,
		a->n_revisits * sizeof(*a->revisits));
}

static inline void
assert_tallies_equal(const struct tally *a, const struct tally *b)
{
	assert_int_equal(a->n_users, b->n_users);
	assert_memory_equal(a->users, b->users,
		a->n_users * sizeof(*a->users));
	assert_ledgers_equal(&a->kinds, &b->kinds);
	assert_ledgers_equal(&a->weeks, &b->weeks);
	assert_ledgers_equal(&a->areas, &b->areas);
	assert_ledgers_equal(&a->ranges, &b->ranges);
	assert_dockets_equal(&a->docket, &b->docket);
	for (size_t t = 0; t < TABLE_N; t++)
		assert_ledgers_equal(&a->tables[t], &b->tables[t]);
	assert_vouches_equal(&a->vouches, &b->vouches);
	assert_revisits_equal(a, b);
	assert_int_equal(a->n_watched, b->n_watched);
	if (a->n_watched > 0)
		assert_memory_equal(a->watched, b->watched,
			a->n_watched * sizeof(*a->watched));
	assert_int_equal(a->n_units, b->n_units);
	assert_memory_equal(a->unit_subjects, b->unit_subjects,
		a->n_units * sizeof(*a->unit_subjects));
	assert_int_equal(a->lookups, b->lookups);
	assert_int_equal(a->span_days, b->span_days);
	assert_int_equal(a->n_rows, b->n_rows);
	assert_int_equal(a->n_texts, b->n_texts);
	if (a->n_rows > 0)
		assert_memory_equal(a->rows, b->rows,
			a->n_rows * sizeof(*a->rows));
}

#endif
