/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/timeline.h"

#include "base/memory.h"

static int
make_room(struct timeline *timeline, size_t n, struct fault *fault)
{
	if (n < timeline->cap)
		return 0;
	timeline_free(timeline);
	n += n / 4 + 1;
	timeline->rows = malloc(n * sizeof(*timeline->rows));
	timeline->askings = malloc(n * sizeof(*timeline->askings));
	timeline->cased = malloc(n * sizeof(*timeline->cased));
	timeline->runs = malloc(n * sizeof(*timeline->runs));
	if (timeline->rows == NULL || timeline->askings == NULL ||
		timeline->cased == NULL || timeline->runs == NULL)
		return fault_memory(fault);
	timeline->cap = n;
	return 0;
}

void
timeline_free(struct timeline *timeline)
{
	free(timeline->rows);
	free(timeline->askings);
	free(timeline->cased);
	free(timeline->runs);
	timeline->rows = NULL;
	timeline->askings = NULL;
	timeline->cased = NULL;
	timeline->runs = NULL;
	timeline->cap = 0;
}

/* Looking back over a few lone rows: so many kinds of data within minutes? */
static void
mark_dossier(const struct triple *facets, struct timeline_row *rows, size_t at)
{
	uint32_t kinds[DOSSIER_KINDS] = { facets[rows[at].facet].a };
	size_t n_kinds = kinds[0] != 0, first = at;

	for (size_t k = at; k-- > 0 && at - k < DOSSIER_BACK &&
		n_kinds < DOSSIER_KINDS;) {
		uint32_t kind = facets[rows[k].facet].a;
		bool known = kind == 0;

		if (rows[at].ms - rows[k].ms > DOSSIER_MS ||
			!(rows[k].marks & MARK_LONE))
			break;
		first = k;
		for (size_t j = 0; j < n_kinds; j++)
			known |= kinds[j] == kind;
		if (!known)
			kinds[n_kinds++] = kind;
	}
	for (size_t k = first; n_kinds == DOSSIER_KINDS && k <= at; k++)
		rows[k].marks |= MARK_DOSSIER;
}

/* A kind as a bit, without a branch: one that has none is told as all. */
static inline uint64_t
kind_bit(uint32_t kind)
{
	return ((uint64_t)(kind != 0) << (kind & 63)) | -(uint64_t)(kind > 63);
}

/* Of three lone rows, which are so near. Most are no dossier. */
__attribute__((noinline)) static void
look_for_dossier(const struct triple *facets, struct timeline_row *rows,
	size_t at)
{
	uint64_t kinds = kind_bit(facets[rows[at].facet].a) |
		kind_bit(facets[rows[at - 1].facet].a) |
		kind_bit(facets[rows[at - 2].facet].a);

	for (size_t k = at - 2; k-- > 0 && at - k < DOSSIER_BACK &&
		(rows[k].marks & MARK_LONE) &&
		rows[at].ms - rows[k].ms <= DOSSIER_MS;)
		kinds |= kind_bit(facets[rows[k].facet].a);
	/* without two of them, is there a third? */
	kinds &= kinds - 1;
	kinds &= kinds - 1;
	if (kinds != 0)
		mark_dossier(facets, rows, at);
}
_Static_assert(DOSSIER_KINDS == 3, "two kinds are taken away");

/* Where the rows being laid out are: of the row before. */
struct place {
	int64_t day_end;
	uint64_t post; /* as in a word */
	uint32_t source;
	struct timeline_run run;
};

/* Row n is of another day, source or post than the one before, which was then.
 * Returns its marks of turn 2. */
__attribute__((noinline)) static unsigned
turn_aside(struct timeline *timeline, const struct row *row, int64_t then,
	size_t n, struct place *place)
{
	struct timeline_run *run = &place->run;
	uint32_t range = timeline->range_of[row->source];
	bool hop = (row->source != 0) & (place->source != 0) &
		(range != run->range) & (row_ms(row) - then <= HOP_MS);
	int32_t day = run->day;

	if (row_ms(row) >= place->day_end) {
		day = window_day(timeline->window, row_ms(row));
		place->day_end = window_day_end(timeline->window, day);
	}
	if (n == 0 || day != run->day || row->post != run->post ||
		range != run->range) {
		*run = (struct timeline_run){ n, day, row->post, range };
		timeline->runs[timeline->n_runs++] = *run;
	}
	place->source = row->source;
	place->post = (uint64_t)(row->post - timeline->first_post)
		<< timeline->cased_post;
	if (!hop)
		return 0;
	timeline->rows[n - 1].marks |= MARK_HOP;
	return MARK_HOP;
}

static void
lay_out(struct timeline *timeline, const struct roll *roll,
	const uint64_t *words, size_t n)
{
	const struct triple *facets = timeline->book->facets.items;
	struct timeline_row *rows = timeline->rows;
	struct asking *askings = timeline->askings;
	uint64_t *cased = timeline->cased;
	unsigned cased_case = timeline->cased_case;
	const struct roll from = *roll;
	struct place place = { .day_end = INT64_MIN };
	size_t n_askings = 0;
	int64_t before = INT64_MIN / 2, second = before; /* times */
	unsigned lone = 0; /* of the rows before, a bit each */

	timeline->n_runs = 0;
	for (size_t i = 0; i < n; i++) {
		const struct row *row = roll_row(&from, words[i]);
		int64_t ms = row_ms(row);
		unsigned marks = row_marks(row), hop = 0;

		__builtin_prefetch(roll_row(&from, words[i + ROLL_AHEAD]));
		if (ms >= place.day_end || row->source != place.source ||
			row->post != place.run.post)
			hop = turn_aside(timeline, row, before, i, &place);
		rows[i] = (struct timeline_row){ ms, row->facet,
			(uint16_t)((marks & ~(unsigned)MARK_BARE) | hop |
				(row->caseref == 0) * (unsigned)MARK_BARE) };
		/* what is no asking is overwritten by the next one */
		askings[n_askings] = (struct asking){ row->subject, (uint32_t)i,
			WALK_BACK };
		cased[n_askings] = (place.post |
			(uint64_t)row->caseref << cased_case |
			facets[row->facet].a) << CASED_BITS | marks;
		n_askings += marks / MARK_ASKING & 1;
		/* it takes three: one branch, which is seldom taken */
		lone = lone << 1 | (marks / MARK_LONE & 1);
		if (((~lone & 7) | (~marks & MARK_JUDGED) |
			    (ms - second > DOSSIER_MS)) == 0)
			look_for_dossier(facets, rows, i);
		second = before;
		before = ms;
	}
	timeline->n = n;
	timeline->n_askings = n_askings;
	timeline->runs[timeline->n_runs].start = n;
}
_Static_assert(MARK_JUDGED == 1, "it is tested as a bit among others");

static bool
are_near(uint64_t a, uint64_t b)
{
	return (a - b + SEQUENCE_STEP <= 2 * SEQUENCE_STEP) & (a != b) &
		!((a | b) & SUBJECT_TEXT);
}

/* Chance puts two numbers side by side, but not several in a row: a walk is an
 * asking and those before it whose identifiers lead up to its own. */
__attribute__((noinline)) static void
mark_walk(struct timeline *timeline, size_t at)
{
	struct asking *askings = timeline->askings;
	uint32_t walk = 1, length;

	/* of equal walks, that which began to be walked first */
	for (uint32_t back = SEQUENCE_BACK; back > 0; back--) {
		if (back > at ||
			!are_near(askings[at - back].subject,
				askings[at].subject))
			continue;
		length = askings[at - back].walk / WALK_BACK;
		if (length < walk)
			continue;
		walk = length + 1;
		askings[at].walk = walk * WALK_BACK + back;
	}
	if (walk < SEQUENCE_RUN)
		return;
	timeline->rows[askings[at].row].marks |= MARK_SEQUENCE;
	for (size_t k = 1; walk == SEQUENCE_RUN && k < SEQUENCE_RUN; k++) {
		at -= askings[at].walk % WALK_BACK;
		timeline->rows[askings[at].row].marks |= MARK_SEQUENCE;
	}
}

/* This asking, and so many before it. */
__attribute__((noinline)) static void
mark_paced(struct timeline *timeline, size_t at, size_t before)
{
	for (size_t k = at - before; k <= at; k++)
		timeline->rows[timeline->askings[k].row].marks |= MARK_PACED;
}

/* A machine keeps its beat: the same gap, again and again. Does one end with
 * this asking? */
__attribute__((noinline)) static bool
ends_beat(const struct timeline *timeline, size_t at)
{
	const struct asking *askings = timeline->askings;
	int64_t low = INT64_MAX, high = 0;

	if (at < BEAT_GAPS)
		return false;
	for (size_t k = at; k > at - BEAT_GAPS; k--) {
		int64_t gap = timeline->rows[askings[k].row].ms -
			timeline->rows[askings[k - 1].row].ms;

		low = gap < low ? gap : low;
		high = gap > high ? gap : high;
	}
	return high - low <= BEAT_SLACK_MS && low >= BEAT_SLACK_MS * 2 &&
		high <= BEAT_MOST_MS;
}

static inline unsigned
is_step(uint64_t a, uint64_t b)
{
	return a - b + SEQUENCE_STEP <= 2 * SEQUENCE_STEP;
}

/* What shows from the askings before: all but chains by a branch that is seldom
 * taken. */
static void
mark_askings(struct timeline *timeline)
{
	const struct asking *askings = timeline->askings;
	struct timeline_row *rows = timeline->rows, none = { 0 }, *last = &none;
	uint64_t back[SEQUENCE_BACK] = { 0 };
	int64_t before = INT64_MIN / 2, gap_before = 0;
	size_t chain = 0; /* gaps of it so far … */
	size_t alike = 0; /* … and how many are like the one before */

	for (size_t i = 0, n = timeline->n_askings; i < n; i++) {
		uint64_t subject = askings[i].subject;
		struct timeline_row *row = &rows[askings[i].row];
		int64_t gap = row->ms - before;
		unsigned soon = gap < CHAIN_MS, linked = chain > 0;

		last->marks |= (uint16_t)((soon | linked) * MARK_CHAINED);
		last = row;
		chain = (chain + 1) & -(size_t)soon;
		if (chain >= PACED_CHAIN - 1)
			mark_paced(timeline, i,
				chain == PACED_CHAIN - 1 ? chain : 0);
		alike = (alike + 1) & -(size_t)(gap - gap_before <=
						BEAT_SLACK_MS) &
			-(size_t)(gap_before - gap <= BEAT_SLACK_MS);
		if (alike >= BEAT_GAPS - 1 && ends_beat(timeline, i))
			mark_paced(timeline, i, BEAT_GAPS);
		if (is_step(back[0], subject) | is_step(back[1], subject) |
			is_step(back[2], subject))
			mark_walk(timeline, i);
		back[2] = back[1];
		back[1] = back[0];
		back[0] = subject;
		before = row->ms;
		gap_before = gap;
	}
	last->marks |= (uint16_t)((chain > 0) * MARK_CHAINED);
}
_Static_assert(SEQUENCE_BACK == 3, "three askings are looked at");

int
timeline_make(struct timeline *timeline, const struct roll *roll,
	const uint64_t *words, size_t n, struct fault *fault)
{
	if (make_room(timeline, n, fault) != 0)
		return -1;
	lay_out(timeline, roll, words, n);
	mark_askings(timeline);
	return 0;
}
