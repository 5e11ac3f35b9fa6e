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
	timeline->ms = malloc(n * sizeof(*timeline->ms));
	timeline->marks = malloc(n * sizeof(*timeline->marks));
	timeline->facets = malloc(n * sizeof(*timeline->facets));
	timeline->askings = malloc(n * sizeof(*timeline->askings));
	timeline->cased = malloc(n * sizeof(*timeline->cased));
	timeline->runs = malloc(n * sizeof(*timeline->runs));
	if (timeline->ms == NULL || timeline->marks == NULL ||
		timeline->facets == NULL || timeline->askings == NULL ||
		timeline->cased == NULL || timeline->runs == NULL)
		return fault_memory(fault);
	timeline->cap = n;
	return 0;
}

void
timeline_free(struct timeline *timeline)
{
	free(timeline->ms);
	free(timeline->marks);
	free(timeline->facets);
	free(timeline->askings);
	free(timeline->cased);
	free(timeline->runs);
	timeline->ms = NULL;
	timeline->marks = NULL;
	timeline->facets = NULL;
	timeline->askings = NULL;
	timeline->cased = NULL;
	timeline->runs = NULL;
	timeline->cap = 0;
}

/* Looking back over a few lone rows: so many kinds of data within minutes? */
static void
mark_dossier(const struct timeline *timeline, size_t at)
{
	const struct triple *facets = timeline->book->facets.items;
	uint32_t kinds[DOSSIER_KINDS] = { facets[timeline->facets[at]].a };
	size_t n_kinds = kinds[0] != 0, first = at;

	for (size_t k = at; k-- > 0 && at - k < DOSSIER_BACK &&
		n_kinds < DOSSIER_KINDS;) {
		uint32_t kind = facets[timeline->facets[k]].a;
		bool known = kind == 0;

		if (timeline->ms[at] - timeline->ms[k] > DOSSIER_MS ||
			!(timeline->marks[k] & MARK_LONE))
			break;
		first = k;
		for (size_t j = 0; j < n_kinds; j++)
			known |= kinds[j] == kind;
		if (!known)
			kinds[n_kinds++] = kind;
	}
	for (size_t k = first; n_kinds == DOSSIER_KINDS && k <= at; k++)
		timeline->marks[k] |= MARK_DOSSIER;
}

/* Where the rows being laid out are: the row before, and its run. */
struct place {
	int64_t ms, day_end;
	uint32_t source;
	struct timeline_run run;
};

/* Row n is of another day, source or post than the one before. Returns its
 * marks of turn 2. */
static unsigned
turn_aside(struct timeline *timeline, const struct row *row, size_t n,
	struct place *place)
{
	struct timeline_run *run = &place->run;
	uint32_t range = timeline->range_of[row->source];
	bool hop = (row->source != 0) & (place->source != 0) &
		(range != run->range) & (row_ms(row) - place->ms <= HOP_MS);
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
	if (!hop)
		return 0;
	timeline->marks[n - 1] |= MARK_HOP;
	return MARK_HOP;
}

/* What is no asking is overwritten by the next one. */
static inline void
put_asking(const struct timeline *timeline, const struct row *row, size_t n,
	struct asking *asking, uint64_t *cased)
{
	const struct triple *facet = &timeline->book->facets.items[row->facet];
	uint64_t post = row->post - timeline->first_post;

	asking->ms = row_ms(row);
	asking->subject = row->subject;
	asking->row = (uint32_t)n;
	asking->walk = WALK_BACK;
	*cased = (post << timeline->cased_post |
			 (uint64_t)row->caseref << timeline->cased_case |
			 facet->a)
			<< CASED_BITS |
		timeline_cased(row_marks(row));
}

static void
lay_out(struct timeline *timeline, const struct roll *roll,
	const uint64_t *words, size_t n)
{
	const unsigned lone = MARK_LONE | MARK_JUDGED;
	const struct timeline to = *timeline;
	struct place place = { .day_end = INT64_MIN };
	size_t n_askings = 0;
	unsigned before = 0;

	timeline->n_runs = 0;
	for (size_t i = 0; i < n; i++) {
		const struct row *row = roll_row(roll, words[i]);
		int64_t ms = row_ms(row);
		unsigned marks = row_marks(row) & ~(unsigned)MARK_BARE, hop = 0;

		__builtin_prefetch(roll_row(roll, words[i + ROLL_AHEAD]));
		if ((ms >= place.day_end) | (row->source != place.source) |
			(row->post != place.run.post))
			hop = turn_aside(timeline, row, i, &place);
		to.ms[i] = ms;
		to.marks[i] = (uint16_t)(marks | hop |
			(row->caseref == 0 ? MARK_BARE : 0));
		to.facets[i] = row->facet;
		put_asking(&to, row, i, &to.askings[n_askings],
			&to.cased[n_askings]);
		n_askings += marks / MARK_ASKING & 1;
		/* one branch, which is seldom taken */
		if (((marks & lone) == lone) & ((before & MARK_LONE) != 0) &
			(ms - place.ms <= DOSSIER_MS))
			mark_dossier(&to, i);
		place.ms = ms;
		before = marks;
	}
	timeline->n = n;
	timeline->n_askings = n_askings;
	timeline->runs[timeline->n_runs].start = n;
}

static bool
are_near(uint64_t a, uint64_t b)
{
	return (a - b + SEQUENCE_STEP <= 2 * SEQUENCE_STEP) & (a != b) &
		!((a | b) & SUBJECT_TEXT);
}

/* Chance puts two numbers side by side, but not several in a row: a walk is an
 * asking and those before it whose identifiers lead up to its own. */
static void
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
	timeline->marks[askings[at].row] |= MARK_SEQUENCE;
	for (size_t k = 1; walk == SEQUENCE_RUN && k < SEQUENCE_RUN; k++) {
		at -= askings[at].walk % WALK_BACK;
		timeline->marks[askings[at].row] |= MARK_SEQUENCE;
	}
}

/* This asking, and so many before it. */
static void
mark_paced(struct timeline *timeline, size_t at, size_t before)
{
	for (size_t k = at - before; k <= at; k++)
		timeline->marks[timeline->askings[k].row] |= MARK_PACED;
}

/* The least and the greatest of two gaps in a row: the last ones, and those one
 * and two gaps before. */
struct gaps {
	int64_t last, low[2], high[2];
};

/* A machine keeps its beat: the same gap, again and again. Does a beat end with
 * this gap? Without a branch, as every other gap is longer. */
static inline bool
end_beat(struct gaps *gaps, int64_t gap)
{
	int64_t low = gap < gaps->last ? gap : gaps->last;
	int64_t high = gap > gaps->last ? gap : gaps->last;
	int64_t least = low < gaps->low[1] ? low : gaps->low[1];
	int64_t most = high > gaps->high[1] ? high : gaps->high[1];

	*gaps = (struct gaps){ gap, { low, gaps->low[0] },
		{ high, gaps->high[0] } };
	return (most - least <= BEAT_SLACK_MS) & (least >= BEAT_SLACK_MS * 2) &
		(most <= BEAT_MOST_MS);
}
_Static_assert(BEAT_GAPS == 4, "two gaps and two before them are a beat");

static inline bool
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
	uint16_t *marks = timeline->marks;
	uint64_t back[SEQUENCE_BACK] = { 0 };
	struct gaps gaps = { .last = INT64_MAX };
	size_t chain = 0; /* gaps of it so far */
	int64_t before = INT64_MIN / 2;

	for (size_t i = 0; i < timeline->n_askings; i++) {
		int64_t gap = askings[i].ms - before;
		uint64_t subject = askings[i].subject;
		bool soon = gap < CHAIN_MS;

		if (i > 0)
			marks[askings[i - 1].row] |=
				(uint16_t)((soon | (chain > 0)) * MARK_CHAINED);
		chain = (chain + 1) * soon;
		if (chain >= PACED_CHAIN - 1)
			mark_paced(timeline, i,
				chain == PACED_CHAIN - 1 ? chain : 0);
		if (end_beat(&gaps, gap))
			mark_paced(timeline, i, BEAT_GAPS);
		if (is_step(back[0], subject) | is_step(back[1], subject) |
			is_step(back[2], subject))
			mark_walk(timeline, i);
		back[2] = back[1];
		back[1] = back[0];
		back[0] = subject;
		before = askings[i].ms;
	}
	if (chain > 0)
		marks[askings[timeline->n_askings - 1].row] |= MARK_CHAINED;
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
