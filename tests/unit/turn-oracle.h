/* SPDX-License-Identifier: Apache-2.0 */
/* What the turns must find, by going through all pairs of lookups. */
#ifndef QUIS_TESTS_TURN_ORACLE_H
#define QUIS_TESTS_TURN_ORACLE_H

#include "lookup/range.h"
#include "tests/unit/turn-paper.h"
#include "turn/timeline.h"

/* A small log, and what turn 1 must learn of it. Users and units are bits. */
struct oracle {
	const struct entry *all;
	size_t n;
	struct window window;
	const int64_t *since;      /* by user; NULL: the window alone */
	const struct paper *paper; /* registers; NULL: none */
	struct fact *facts;
};

struct fact {
	int32_t day;
	unsigned marks;    /* of turn 1 */
	uint32_t caseref;  /* a retry's, if the asking names none */
	uint32_t users;    /* who ever asked for the subject */
	uint32_t units;    /* where they asked */
	uint32_t near;     /* others of the unit within COLLEAGUE_DAYS */
	bool sole;         /* an asking that one of them vouches for */
	struct ruling ruling; /* of the registers on an asking */
	size_t user_days;  /* of the subject; 3: or more */
	bool taken;        /* a row was found for it */
};

enum { TURN_1 = MARK_JUDGED | MARK_LONE | MARK_THIN | MARK_ASKING |
	MARK_FIRST | MARK_AGAIN | MARK_ALONE | MARK_FOREIGN | MARK_COLLEAGUE |
	MARK_CONTINUED | MARK_REGISTERED };

static inline bool
same_subject(const struct entry *a, const struct entry *b)
{
	return a->subject == b->subject && a->text == b->text;
}

static inline int32_t
day_of(const struct window *window, int64_t ms)
{
	int64_t local = ms / 1000 + window->offset;

	return (int32_t)(local / 86400 - (local % 86400 < 0));
}

static inline bool
is_judged(const struct oracle *oracle, const struct entry *entry)
{
	return entry->ms >= oracle->window.since &&
		entry->ms < oracle->window.until &&
		(oracle->since == NULL ||
			entry->ms >= oracle->since[entry->user]);
}

/* Does a come before b among one user's lookups of one subject? In order of
 * content; what differs in nothing, in that of the log. */
static inline bool
before(const struct entry *a, const struct entry *b)
{
	const int64_t x[] = { a->ms, a->unit, a->role, a->kind, a->area,
		a->caseref };
	const int64_t y[] = { b->ms, b->unit, b->role, b->kind, b->area,
		b->caseref };
	char source_a[24], source_b[24];
	int order;

	for (size_t i = 0; i < ARRAY_LEN(x); i++)
		if (x[i] != y[i])
			return x[i] < y[i];
	order = strcmp(source_of(a, source_a, sizeof(source_a)),
		source_of(b, source_b, sizeof(source_b)));
	return order != 0 ? order < 0 : a < b;
}

/* Who, where and when: what all lookups of the subject tell of entry i. */
static inline void
ask_who(const struct oracle *oracle, size_t i)
{
	const struct entry *e = &oracle->all[i];
	struct fact *fact = &oracle->facts[i];
	uint32_t other_user = 0;
	int32_t other_day = 0;

	fact->user_days = 1;
	for (size_t k = 0; k < oracle->n; k++) {
		const struct entry *o = &oracle->all[k];
		int32_t day = day_of(&oracle->window, o->ms);

		if (!same_subject(e, o))
			continue;
		fact->users |= 1u << o->user;
		fact->units |= 1u << o->unit;
		if (o->user != e->user && o->unit == e->unit &&
			abs(day - fact->day) <= COLLEAGUE_DAYS)
			fact->near |= 1u << o->user;
		if (o->user == e->user && day == fact->day)
			continue;
		if (fact->user_days == 1) {
			other_user = o->user;
			other_day = day;
			fact->user_days = 2;
		} else if (o->user != other_user || day != other_day) {
			fact->user_days = 3;
		}
	}
}

/* Is it an asking, which one, and under which case? */
static inline unsigned
ask_when(const struct oracle *oracle, size_t i)
{
	const struct entry *e = &oracle->all[i], *names = NULL;
	struct fact *fact = &oracle->facts[i];
	unsigned marks = MARK_JUDGED | MARK_ASKING | MARK_FIRST;

	for (size_t k = 0; k < oracle->n; k++) {
		const struct entry *o = &oracle->all[k];
		bool day = day_of(&oracle->window, o->ms) == fact->day;

		if (!same_subject(e, o) || o->user != e->user)
			continue;
		if (!day)
			marks |= MARK_AGAIN;
		if (!is_judged(oracle, o))
			continue;
		if (k != i && before(o, e))
			marks &= ~(unsigned)(day ? MARK_ASKING | MARK_FIRST :
						   MARK_FIRST);
		if (day && o->caseref != 0 &&
			(names == NULL || before(o, names)))
			names = o;
	}
	if (!(marks & MARK_ASKING))
		return MARK_JUDGED;
	if (names != NULL && fact->caseref == 0)
		fact->caseref = names->caseref;
	return marks;
}

/* Did this user, on a day before `day`, ask under the case? */
static inline bool
ask_case(const struct oracle *oracle, const struct entry *e, uint32_t user,
	uint32_t caseref, int32_t day)
{
	for (size_t k = 0; caseref != 0 && k < oracle->n; k++) {
		const struct entry *o = &oracle->all[k];

		if (same_subject(e, o) && o->user == user &&
			o->caseref == caseref &&
			day_of(&oracle->window, o->ms) < day)
			return true;
	}
	return false;
}

static inline uint32_t
sole_bit(uint32_t bits)
{
	uint32_t bit = 0;

	while (!(bits >> bit & 1))
		bit++;
	return bits == 1u << bit ? bit : UINT32_MAX;
}

/* Nobody else of the unit ever asked for it. */
static inline bool
is_alone(const struct oracle *oracle, size_t i)
{
	const struct entry *e = &oracle->all[i];

	for (size_t k = 0; k < oracle->n; k++) {
		const struct entry *o = &oracle->all[k];

		if (same_subject(e, o) && o->unit == e->unit &&
			o->user != e->user)
			return false;
	}
	return true;
}

static inline void
ask_paper(const struct oracle *oracle, size_t i)
{
	const struct entry *e = &oracle->all[i];
	struct fact *fact = &oracle->facts[i];
	int64_t local = e->ms / 1000 + oracle->window.offset;
	uint32_t users = 0;

	if (oracle->paper == NULL)
		return;
	for (size_t k = 0; k < oracle->n; k++)
		users |= 1u << oracle->all[k].user;
	fact->ruling = paper_rule(oracle->paper, e, fact->caseref,
		fact->day - PAPER_FIRST_DAY,
		(int)((local % 86400 + 86400) % 86400 / 60), users);
}

static inline void
ask_one(const struct oracle *oracle, size_t i)
{
	const struct entry *e = &oracle->all[i];
	struct fact *fact = &oracle->facts[i];
	bool registered;

	*fact = (struct fact){ .day = day_of(&oracle->window, e->ms),
		.caseref = e->caseref };
	ask_who(oracle, i);
	if (is_judged(oracle, e))
		fact->marks = ask_when(oracle, i);
	fact->marks |= fact->user_days == 1 ? MARK_LONE : 0;
	fact->marks |= fact->user_days <= 2 ? MARK_THIN : 0;
	if (!(fact->marks & MARK_ASKING))
		return;
	ask_paper(oracle, i);
	registered = fact->ruling.registered;
	if (is_alone(oracle, i) && !registered)
		fact->marks |= fact->users != 1u << e->user ||
				fact->ruling.other != 0 ?
			MARK_ALONE | MARK_FOREIGN :
			MARK_ALONE;
	if (fact->near != 0)
		fact->marks |= MARK_COLLEAGUE;
	if (ask_case(oracle, e, e->user, fact->caseref, fact->day))
		fact->marks |= MARK_CONTINUED;
	else
		fact->sole = fact->near != 0 && !registered &&
			sole_bit(fact->near) != UINT32_MAX;
}

/* What is registered, and its retries, is nobody's secret. */
static inline void
ask_retries(const struct oracle *oracle, size_t i)
{
	const struct entry *e = &oracle->all[i];

	if (!oracle->facts[i].ruling.registered)
		return;
	for (size_t k = 0; k < oracle->n; k++) {
		const struct entry *o = &oracle->all[k];
		struct fact *fact = &oracle->facts[k];

		if (!same_subject(e, o) || e->user != o->user ||
			fact->day != oracle->facts[i].day ||
			(k != i && before(o, e)))
			continue;
		fact->marks &= ~(unsigned)(MARK_LONE | MARK_THIN);
		fact->marks |= MARK_REGISTERED;
	}
}

static inline void
ask(struct oracle *oracle)
{
	oracle->facts = calloc(oracle->n + 1, sizeof(*oracle->facts));
	assert_non_null(oracle->facts);
	for (size_t i = 0; i < oracle->n; i++)
		ask_one(oracle, i);
	for (size_t i = 0; i < oracle->n; i++)
		ask_retries(oracle, i);
}

/*
 * Turn 2, of one user's rows in order of time, which have the marks of turn 1.
 */
struct trail {
	const struct book *book;
	const struct row *rows;
	size_t n;
	const uint32_t *source_range; /* by source, as the test has it */
	size_t *asking;               /* numbers of rows */
	size_t n_askings;
	unsigned *marks;              /* by row */
};

static inline int64_t
asking_ms(const struct trail *line, size_t a)
{
	return row_ms(&line->rows[line->asking[a]]);
}

/* Are the askings from a to b a chain? */
static inline bool
is_chain(const struct trail *line, size_t a, size_t b)
{
	for (size_t i = a + 1; i <= b; i++)
		if (asking_ms(line, i) - asking_ms(line, i - 1) >= CHAIN_MS)
			return false;
	return b > a;
}

/* Are they at a machine's beat? Not seconds apart, where any two gaps are
 * alike, nor hours. */
static inline bool
is_beat(const struct trail *line, size_t a, size_t b)
{
	for (size_t i = a + 1; i <= b; i++) {
		int64_t gap = asking_ms(line, i) - asking_ms(line, i - 1);

		if (gap < 2 * BEAT_SLACK_MS || gap > BEAT_MOST_MS)
			return false;
		for (size_t k = a + 1; k <= b; k++)
			if (gap - (asking_ms(line, k) - asking_ms(line,
					k - 1)) > BEAT_SLACK_MS)
				return false;
	}
	return true;
}

static inline void
line_mark(const struct trail *line, size_t a, size_t b, unsigned marks)
{
	for (size_t i = a; i <= b; i++)
		line->marks[line->asking[i]] |= marks;
}

static inline void
ask_pace(const struct trail *line)
{
	for (size_t a = 0; a < line->n_askings; a++) {
		for (size_t b = a; b < line->n_askings; b++) {
			if (is_chain(line, a, b))
				line_mark(line, a, b, b - a + 1 >= PACED_CHAIN ?
					MARK_CHAINED | MARK_PACED :
					MARK_CHAINED);
			if (b - a == BEAT_GAPS && is_beat(line, a, b))
				line_mark(line, a, b, MARK_PACED);
		}
	}
}

static inline bool
in_sequence(const struct row *a, const struct row *b)
{
	int64_t gap = (int64_t)(a->subject - b->subject);

	return subject_is_number(a->subject | b->subject) && gap != 0 &&
		gap >= -SEQUENCE_STEP && gap <= SEQUENCE_STEP;
}

/* The longest walk that ends at (or, with step 1, begins with) an asking, over
 * rows with all of these marks; counted up to SEQUENCE_RUN. */
static inline size_t
walk_length(const struct trail *line, size_t a, int step, unsigned marks,
	size_t most)
{
	size_t best = 0;

	for (size_t k = 1; k <= SEQUENCE_BACK && most > 1; k++) {
		size_t b = step > 0 ? a + k : a - k, length;

		if (b >= line->n_askings) /* wraps below 0 */
			break;
		if (!in_sequence(&line->rows[line->asking[a]],
			    &line->rows[line->asking[b]]) ||
			(row_marks(&line->rows[line->asking[b]]) & marks) !=
				marks)
			continue;
		length = walk_length(line, b, step, marks, most - 1);
		best = length > best ? length : best;
	}
	return best + 1;
}

/* Where several walks pass one asking, the header leaves open which of them is
 * marked: those that end there are, the marked ones make a whole walk, and
 * nothing is marked that is on none. */
static inline void
check_sequences(const struct trail *line)
{
	for (size_t a = 0; a < line->n_askings; a++) {
		const struct row *row = &line->rows[line->asking[a]];
		bool marked = (row_marks(row) & MARK_SEQUENCE) != 0;
		size_t back = walk_length(line, a, -1, 0, SEQUENCE_RUN);
		size_t on = walk_length(line, a, 1, 0, SEQUENCE_RUN);

		if (back >= SEQUENCE_RUN) {
			assert_true(marked);
			assert_true(walk_length(line, a, -1, MARK_SEQUENCE,
					    SEQUENCE_RUN) >= SEQUENCE_RUN);
		}
		assert_true(!marked || back + on > SEQUENCE_RUN);
	}
	for (size_t i = 0; i < line->n; i++)
		assert_true((row_marks(&line->rows[i]) &
				    (MARK_SEQUENCE | MARK_ASKING)) !=
			MARK_SEQUENCE);
}

/* Are there so many kinds in the rows from a to b? */
static inline bool
is_dossier(const struct trail *line, size_t a, size_t b)
{
	uint64_t kinds = 0;
	int n = 0;

	if (row_ms(&line->rows[b]) - row_ms(&line->rows[a]) > DOSSIER_MS ||
		b - a >= DOSSIER_BACK ||
		!(row_marks(&line->rows[b]) & MARK_JUDGED))
		return false;
	for (size_t i = a; i <= b; i++) {
		uint32_t kind = line->book->facets.items
			[line->rows[i].facet].a;

		if (!(row_marks(&line->rows[i]) & MARK_LONE))
			return false;
		n += kind != 0 && !(kinds >> kind & 1);
		kinds |= (uint64_t)1 << kind;
	}
	return n >= DOSSIER_KINDS;
}

static inline void
ask_neighbours(const struct trail *line)
{
	for (size_t i = 1; i < line->n; i++) {
		const struct row *a = &line->rows[i - 1], *b = a + 1;

		if (a->source != 0 && b->source != 0 &&
			row_ms(b) - row_ms(a) <= HOP_MS &&
			line->source_range[a->source] !=
				line->source_range[b->source]) {
			line->marks[i - 1] |= MARK_HOP;
			line->marks[i] |= MARK_HOP;
		}
	}
	for (size_t b = 0; b < line->n; b++) {
		for (size_t a = b + 1; a-- > 0;) {
			if (!is_dossier(line, a, b))
				continue;
			for (size_t i = a; i <= b; i++)
				line->marks[i] |= MARK_DOSSIER;
			break; /* the shortest that ends here */
		}
	}
}

/* All marks of turn 2 but for SEQUENCE. The caller frees. */
static inline void
ask_line(struct trail *line)
{
	line->asking = calloc(line->n + 1, sizeof(*line->asking));
	line->marks = calloc(line->n + 1, sizeof(*line->marks));
	assert_non_null(line->asking);
	assert_non_null(line->marks);
	line->n_askings = 0;
	for (size_t i = 0; i < line->n; i++)
		if (row_marks(&line->rows[i]) & MARK_ASKING)
			line->asking[line->n_askings++] = i;
	ask_pace(line);
	ask_neighbours(line);
}

static inline void
line_free(struct trail *line)
{
	free(line->asking);
	free(line->marks);
}

static inline void
check_line(struct trail *line)
{
	ask_line(line);
	for (size_t i = 0; i < line->n; i++)
		assert_int_equal(row_marks(&line->rows[i]) & ~(unsigned)TURN_1 &
				~(unsigned)MARK_SEQUENCE,
			line->marks[i]);
	check_sequences(line);
	line_free(line);
}

enum { CELLS = 4096 };

/* A ledger as a list, which is looked through. */
struct cell {
	struct ledger_key key;
	uint64_t counts[KIND_COUNTS];
};

struct list {
	struct cell cells[CELLS];
	size_t n;
};

static inline uint64_t *
at(struct list *list, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	struct cell *cell = list->cells;

	for (; cell < list->cells + list->n; cell++)
		if (cell->key.a == a && cell->key.b == b && cell->key.c == c &&
			cell->key.d == d)
			return cell->counts;
	assert_true(list->n < CELLS);
	*cell = (struct cell){ .key = { a, b, c, d } };
	list->n++;
	return cell->counts;
}

static inline bool
is_ordered(const struct ledger_key *x, const struct ledger_key *y)
{
	const uint32_t a[] = { x->a, x->b, x->c, x->d };
	const uint32_t b[] = { y->a, y->b, y->c, y->d };

	for (size_t i = 0; i < ARRAY_LEN(a); i++)
		if (a[i] != b[i])
			return a[i] < b[i];
	return false;
}

/* The same cells; of a ledger's numbers only the first `compared`. */
static inline void
assert_ledger(const struct ledger *got, struct list *want, size_t compared)
{
	assert_int_equal(got->n, want->n);
	for (size_t i = 0; i < got->n; i++) {
		const struct ledger_key *key = &got->keys[i];
		const uint64_t *counts = ledger_counts(got, i);
		const uint64_t *wanted = at(want, key->a, key->b, key->c,
			key->d);

		for (size_t k = 0; k < compared; k++)
			assert_int_equal(counts[k], wanted[k]);
		assert_true(i == 0 || is_ordered(key - 1, key));
	}
	assert_int_equal(got->n, want->n); /* none was added */
}

#endif
