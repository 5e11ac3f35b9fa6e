/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/timeline.h"

#include "base/memory.h"
#include "turn/columns.h"

static int
make_room(struct timeline *timeline, size_t n, struct fault *fault)
{
	size_t blocks;

	if (n < timeline->cap)
		return 0;
	timeline_free(timeline);
	blocks = (n + n / 4) / COLUMNS_BLOCK + 2;
	n = blocks * COLUMNS_BLOCK + TIMELINE_FRONT;
	timeline->when = malloc(n * sizeof(*timeline->when));
	timeline->facets = malloc(n * sizeof(*timeline->facets));
	timeline->marks = malloc(n * sizeof(*timeline->marks));
	timeline->indexes = malloc(n * sizeof(*timeline->indexes));
	timeline->subjects = malloc(n * sizeof(*timeline->subjects));
	timeline->times = malloc(n * sizeof(*timeline->times));
	timeline->cased = malloc(n * sizeof(*timeline->cased));
	timeline->walks = malloc(n * sizeof(*timeline->walks));
	timeline->runs = malloc(n * sizeof(*timeline->runs));
	timeline->blocks = malloc(blocks * sizeof(*timeline->blocks));
	timeline->gaps = malloc(blocks * sizeof(*timeline->gaps));
	if (timeline->when == NULL || timeline->facets == NULL ||
		timeline->marks == NULL || timeline->indexes == NULL ||
		timeline->subjects == NULL || timeline->times == NULL ||
		timeline->cased == NULL || timeline->walks == NULL ||
		timeline->runs == NULL || timeline->blocks == NULL ||
		timeline->gaps == NULL)
		return fault_memory(fault);
	timeline->cap = (blocks - 1) * COLUMNS_BLOCK;
	return 0;
}

void
timeline_free(struct timeline *timeline)
{
	free(timeline->when);
	free(timeline->facets);
	free(timeline->marks);
	free(timeline->indexes);
	free(timeline->subjects);
	free(timeline->times);
	free(timeline->cased);
	free(timeline->walks);
	free(timeline->runs);
	free(timeline->blocks);
	free(timeline->gaps);
	timeline->when = timeline->subjects = timeline->cased = NULL;
	timeline->times = NULL;
	timeline->facets = timeline->walks = NULL;
	timeline->marks = timeline->indexes = NULL;
	timeline->runs = NULL;
	timeline->blocks = NULL;
	timeline->gaps = NULL;
	timeline->cap = 0;
}

/* Looking back over a few lone rows: so many kinds of data within minutes? */
static void
mark_dossier(struct timeline *timeline, size_t at)
{
	const struct triple *facets = timeline->book->facets.items;
	uint32_t kinds[DOSSIER_KINDS] = { facets[timeline->facets[at]].a };
	int64_t ms = timeline_ms(timeline, at);
	size_t n_kinds = kinds[0] != 0, first = at;

	for (size_t k = at; k-- > 0 && at - k < DOSSIER_BACK &&
		n_kinds < DOSSIER_KINDS;) {
		uint32_t kind = facets[timeline->facets[k]].a;
		bool known = kind == 0;

		if (ms - timeline_ms(timeline, k) > DOSSIER_MS ||
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

/* Of a row's kind, without a branch: one that has no bit is told as all. */
static inline uint64_t
kind_bit(const struct timeline *timeline, size_t row)
{
	uint32_t kind = timeline->book->facets.items[timeline->facets[row]].a;

	return ((uint64_t)(kind != 0) << (kind & 63)) | -(uint64_t)(kind > 63);
}

/* Of three lone rows, which are so near. Most are no dossier. */
static void
look_for_dossier(struct timeline *timeline, size_t at)
{
	uint64_t kinds = kind_bit(timeline, at) | kind_bit(timeline, at - 1) |
		kind_bit(timeline, at - 2);
	int64_t ms = timeline_ms(timeline, at);

	for (size_t k = at - 2; k-- > 0 && at - k < DOSSIER_BACK &&
		(timeline->marks[k] & MARK_LONE) &&
		ms - timeline_ms(timeline, k) <= DOSSIER_MS;)
		kinds |= kind_bit(timeline, k);
	/* without two of them, is there a third? */
	kinds &= kinds - 1;
	kinds &= kinds - 1;
	if (kinds != 0)
		mark_dossier(timeline, at);
}
_Static_assert(DOSSIER_KINDS == 3, "two kinds are taken away");

/* Where the rows being laid out are: of the row before. */
struct place {
	int64_t day_end;
	uint32_t source;
	int32_t day;
	uint32_t post, range;
};

/* Row n is of another day, source or post than the one before. */
static void
turn_aside(struct timeline *timeline, const struct row *row, size_t n,
	struct place *place)
{
	uint32_t range = timeline->range_of[row->source];
	bool hop = (row->source != 0) & (place->source != 0) &
		(range != place->range);
	int32_t day = place->day;

	if (row_ms(row) >= place->day_end) {
		day = window_day(timeline->window, row_ms(row));
		place->day_end = window_day_end(timeline->window, day);
	}
	if (n == 0 || day != place->day || row->post != place->post ||
		range != place->range)
		timeline->runs[timeline->n_runs++] =
			(struct timeline_run){ n, day, row->post, range };
	place->source = row->source;
	place->day = day;
	place->post = row->post;
	place->range = range;
	if (!hop || row_ms(row) - timeline_ms(timeline, n - 1) > HOP_MS)
		return;
	timeline->marks[n - 1] |= MARK_HOP;
	timeline->marks[n] |= MARK_HOP;
}

/* Lay out n rows from row `at` on, and find what shows in them. */
static void
lay_out(struct timeline *timeline, const struct roll *roll,
	const uint64_t *words, size_t at, size_t n, struct place *place)
{
	struct columns_block *block = &timeline->blocks[at / COLUMNS_BLOCK];
	uint64_t lone = 0, left;
	unsigned i;

	timeline->maker->lay(timeline, roll, words, at, n, block);
	left = block->turned;
	/* where it is not known when a day ends, with any row may one begin */
	if (timeline->window->zone != NULL)
		left = UINT64_MAX >> (COLUMNS_BLOCK - n);
	for (; left != 0; left &= left - 1) {
		i = (unsigned)__builtin_ctzll(left);
		turn_aside(timeline, roll_row(roll, words[i]), at + i, place);
	}
	/* it takes three */
	if (at > 0)
		lone = block[-1].lone;
	left = block->lone & block->near &
		(block->lone << 1 | lone >> (COLUMNS_BLOCK - 1)) &
		(block->lone << 2 | lone >> (COLUMNS_BLOCK - 2));
	for (; left != 0; left &= left - 1)
		look_for_dossier(timeline,
			at + (unsigned)__builtin_ctzll(left));
}

static bool
are_near(uint64_t a, uint64_t b)
{
	return (a - b + SEQUENCE_STEP <= 2 * SEQUENCE_STEP) & (a != b) &
		subject_is_number(a | b);
}

static void
mark_sequence(struct timeline *timeline, size_t at)
{
	timeline->gaps[at / COLUMNS_BLOCK].sequence |= (uint64_t)1
		<< at % COLUMNS_BLOCK;
}

/* Chance puts two numbers side by side, but not several in a row: a walk is an
 * asking and those before it whose identifiers lead up to its own. */
static void
mark_walk(struct timeline *timeline, size_t at)
{
	const uint64_t *subjects = timeline->subjects + TIMELINE_FRONT;
	uint32_t *walks = timeline->walks, walk = 0, length;

	/* of equal walks, that which began to be walked first */
	for (uint32_t back = SEQUENCE_BACK; back > 0; back--) {
		if (back > at || !are_near(subjects[at - back], subjects[at]))
			continue;
		length = walks[at - back] / WALK_BACK;
		if (length < walk)
			continue;
		walk = length + 1;
		walks[at] = walk * WALK_BACK + back;
	}
	if (walk + 1 < SEQUENCE_RUN)
		return;
	mark_sequence(timeline, at);
	for (size_t k = 1; walk + 1 == SEQUENCE_RUN && k < SEQUENCE_RUN; k++) {
		at -= walks[at] % WALK_BACK;
		mark_sequence(timeline, at);
	}
}

/* Askings of a block that are bits, and so many before each. */
static void
mark_paced(struct columns_gaps *gaps, uint64_t ends, unsigned before)
{
	uint64_t here = ends, last = 0;

	if (ends == 0)
		return;
	for (unsigned i = 1; i <= before; i++) {
		here |= ends >> i;
		last |= ends << (COLUMNS_BLOCK - i);
	}
	gaps->paced |= here;
	if (last != 0)
		gaps[-1].paced |= last;
}

/* A machine keeps its beat: the same gap, again and again. Does one end with
 * this asking? */
static bool
ends_beat(const struct timeline *timeline, size_t at)
{
	const int64_t *times = timeline->times + TIMELINE_FRONT;
	int64_t low = INT64_MAX, high = 0;

	if (at < BEAT_GAPS)
		return false;
	for (size_t k = at; k > at - BEAT_GAPS; k--) {
		int64_t gap = times[k] - times[k - 1];

		low = gap < low ? gap : low;
		high = gap > high ? gap : high;
	}
	return high - low <= BEAT_SLACK_MS && low >= BEAT_SLACK_MS * 2 &&
		high <= BEAT_MOST_MS;
}

/* Where so many bits end that follow each other, `before` being the block
 * before. */
static uint64_t
find_ends(uint64_t before, uint64_t bits, unsigned n)
{
	uint64_t ends = bits;

	for (unsigned i = 1; i < n; i++)
		ends &= bits << i | before >> (COLUMNS_BLOCK - i);
	return ends;
}

/* What shows in a block of askings, which begins at asking `at`, from those
 * before: seldom anything but chains. */
static void
mark_block(struct timeline *timeline, size_t at)
{
	static const struct columns_gaps none;
	struct columns_gaps *gaps = &timeline->gaps[at / COLUMNS_BLOCK];
	const struct columns_gaps *before = at > 0 ? gaps - 1 : &none;
	uint64_t left;

	mark_paced(gaps, find_ends(before->soon, gaps->soon, PACED_CHAIN - 1),
		PACED_CHAIN - 1);
	left = find_ends(before->alike, gaps->alike, BEAT_GAPS - 1);
	for (; left != 0; left &= left - 1) {
		if (ends_beat(timeline, at + (unsigned)__builtin_ctzll(left)))
			mark_paced(gaps, left & -left, BEAT_GAPS);
	}
	for (left = gaps->steps; left != 0; left &= left - 1)
		mark_walk(timeline, at + (unsigned)__builtin_ctzll(left));
	/* the asking before is linked, too */
	gaps->chained = gaps->soon | gaps->soon >> 1 |
		gaps[1].soon << (COLUMNS_BLOCK - 1);
}

static void
mark_askings(struct timeline *timeline)
{
	const struct columns_maker *maker = timeline->maker;
	size_t n = timeline->n_askings, at;
	uint64_t paced = 0, sequence = 0;

	for (size_t i = 0; i < TIMELINE_FRONT; i++) {
		timeline->subjects[i] = 0;
		timeline->times[i] = INT64_MIN / 2;
	}
	memset(timeline->walks, 0, n * sizeof(*timeline->walks));
	for (at = 0; at < n; at += COLUMNS_BLOCK)
		maker->compare(timeline, at,
			n - at < COLUMNS_BLOCK ? n - at : COLUMNS_BLOCK,
			&timeline->gaps[at / COLUMNS_BLOCK]);
	timeline->gaps[at / COLUMNS_BLOCK] = (struct columns_gaps){ 0 };
	for (at = 0; at < n; at += COLUMNS_BLOCK)
		mark_block(timeline, at);
	for (at = 0; at < n; at += COLUMNS_BLOCK) {
		struct columns_gaps *gaps = &timeline->gaps[at / COLUMNS_BLOCK];

		gaps->series = gaps->paced & ~(gaps->paced << 1 | paced);
		gaps->walks = gaps->sequence &
			~(gaps->sequence << 1 | sequence);
		paced = gaps->paced >> (COLUMNS_BLOCK - 1);
		sequence = gaps->sequence >> (COLUMNS_BLOCK - 1);
	}
}

/* A block of bits that begins anywhere in one. */
static inline uint64_t
bits_from(uint64_t bits, uint64_t next, unsigned i)
{
	return bits >> i | (next << 1) << (COLUMNS_BLOCK - 1 - i);
}

/* The marks of askings to their rows. */
static void
mark_rows(struct timeline *timeline)
{
	for (size_t at = 0; at < timeline->n; at += COLUMNS_BLOCK) {
		const struct columns_block *block =
			&timeline->blocks[at / COLUMNS_BLOCK];
		const struct columns_gaps *gaps =
			&timeline->gaps[block->asked / COLUMNS_BLOCK];
		unsigned i = block->asked % COLUMNS_BLOCK;
		/* behind the last asking there may be no second block */
		const struct columns_gaps *next =
			block->asked < timeline->n_askings ? gaps + 1 : gaps;
		const struct columns_gaps moved = {
			.chained = bits_from(gaps->chained, next->chained, i),
			.paced = bits_from(gaps->paced, next->paced, i),
			.sequence = bits_from(gaps->sequence, next->sequence,
				i),
			.series = bits_from(gaps->series, next->series, i),
			.walks = bits_from(gaps->walks, next->walks, i),
		};

		timeline->maker->mark(timeline, at, block->askings, &moved);
	}
}

int
timeline_make(struct timeline *timeline, const struct roll *roll,
	const uint64_t *words, size_t n, struct fault *fault)
{
	struct place place = { .day_end = INT64_MIN };

	if (make_room(timeline, n, fault) != 0)
		return -1;
	timeline->n = n;
	timeline->n_askings = timeline->n_runs = 0;
	for (size_t at = 0; at < n; at += COLUMNS_BLOCK)
		lay_out(timeline, roll, words + at, at,
			n - at < COLUMNS_BLOCK ? n - at : COLUMNS_BLOCK,
			&place);
	timeline->runs[timeline->n_runs].start = n;
	mark_askings(timeline);
	mark_rows(timeline);
	return 0;
}
