/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/timeline.h"

static size_t
list_askings(const struct row *rows, size_t n, struct asking *ret)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++) {
		ret[found].ms = row_ms(&rows[i]);
		ret[found].subject = rows[i].subject;
		ret[found].row = i;
		found += (row_marks(&rows[i]) & MARK_ASKING) != 0;
	}
	return found;
}

static void
mark_chains(struct row *rows, const struct asking *askings, size_t n)
{
	for (size_t start = 0, end = 0; start < n; start = end) {
		unsigned marks = MARK_CHAINED;

		for (end = start + 1; end < n; end++) {
			if (askings[end].ms - askings[end - 1].ms >= CHAIN_MS)
				break;
		}
		if (end - start == 1)
			continue;
		if (end - start >= PACED_CHAIN)
			marks |= MARK_PACED;
		for (size_t i = start; i < end; i++)
			row_mark(&rows[askings[i].row], marks);
	}
}

/* A machine keeps its beat: the same gap, again and again. */
static void
mark_beats(struct row *rows, const struct asking *askings, size_t n)
{
	size_t gaps = 0; /* in a row that may belong to a beat */

	for (size_t i = 1; i < n; i++) {
		int64_t low = INT64_MAX, high = 0;

		/* without a branch, as every other gap is longer */
		gaps = (gaps + 1) *
			(askings[i].ms - askings[i - 1].ms <= BEAT_MOST_MS);
		if (gaps < BEAT_GAPS)
			continue;
		for (size_t k = i; k > i - BEAT_GAPS; k--) {
			int64_t gap = askings[k].ms - askings[k - 1].ms;

			low = gap < low ? gap : low;
			high = gap > high ? gap : high;
		}
		if (high - low > BEAT_SLACK_MS || low < BEAT_SLACK_MS * 2)
			continue;
		for (size_t k = i - BEAT_GAPS; k <= i; k++)
			row_mark(&rows[askings[k].row], MARK_PACED);
	}
}

static bool
are_near(uint64_t a, uint64_t b)
{
	return (a - b + SEQUENCE_STEP <= 2 * SEQUENCE_STEP) & (a != b) &
		!((a | b) & SUBJECT_TEXT);
}

/* Few askings are near one before, which is seen without a branch. */
static bool
may_walk(const struct asking *askings, size_t at)
{
	bool near = false;

	if (at < SEQUENCE_BACK)
		return true;
	for (size_t back = 1; back <= SEQUENCE_BACK; back++)
		near |= are_near(askings[at - back].subject,
			askings[at].subject);
	return near;
}

/* Chance puts two numbers side by side, but not several in a row: a walk is an
 * asking and those before it whose identifiers lead up to its own. */
static void
mark_sequences(struct row *rows, struct asking *askings, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct asking *asking = &askings[i];
		size_t at = i;

		asking->walk = 1;
		if (!may_walk(askings, i))
			continue;
		/* of equal walks, that which began to be walked first */
		for (uint32_t back = SEQUENCE_BACK; back > 0; back--) {
			const struct asking *before = asking - back;

			if (back > i ||
				!are_near(before->subject, asking->subject) ||
				before->walk < asking->walk)
				continue;
			asking->walk = before->walk + 1;
			asking->back = back;
		}
		if (asking->walk < SEQUENCE_RUN)
			continue;
		row_mark(&rows[asking->row], MARK_SEQUENCE);
		for (size_t k = 1;
			asking->walk == SEQUENCE_RUN && k < SEQUENCE_RUN; k++) {
			at -= askings[at].back;
			row_mark(&rows[askings[at].row], MARK_SEQUENCE);
		}
	}
}

/* Looking back over a few lone rows: so many kinds of data within minutes? */
static void
mark_dossier(const struct triple *facets, struct row *rows, size_t at)
{
	uint32_t kinds[DOSSIER_KINDS] = { facets[rows[at].facet].a };
	size_t n_kinds = kinds[0] != 0, first = at;

	for (size_t k = at; k-- > 0 && at - k < DOSSIER_BACK &&
		n_kinds < DOSSIER_KINDS;) {
		uint32_t kind = facets[rows[k].facet].a;
		bool known = kind == 0;

		if (row_ms(&rows[at]) - row_ms(&rows[k]) > DOSSIER_MS ||
			!(row_marks(&rows[k]) & MARK_LONE))
			break;
		first = k;
		for (size_t j = 0; j < n_kinds; j++)
			known |= kinds[j] == kind;
		if (!known)
			kinds[n_kinds++] = kind;
	}
	for (size_t k = first; n_kinds == DOSSIER_KINDS && k <= at; k++)
		row_mark(&rows[k], MARK_DOSSIER);
}

/* What shows from the row just before, asking or not. */
static void
mark_neighbours(const struct book *book, const uint32_t *range_of,
	struct row *rows, size_t n)
{
	const unsigned lone = MARK_LONE | MARK_JUDGED;

	for (size_t i = 1; i < n; i++) {
		struct row *row = &rows[i], *before = &rows[i - 1];
		int64_t gap = row_ms(row) - row_ms(before);
		int both = (int)((row_marks(row) & lone) == lone) &
			(int)((row_marks(before) & MARK_LONE) != 0);
		int moved = (int)(row->source != before->source) &
			(int)(row->source != 0) & (int)(before->source != 0);

		/* one branch each, which is seldom taken */
		if (both & (gap <= DOSSIER_MS))
			mark_dossier(book->facets.items, rows, i);
		if (!(moved & (gap <= HOP_MS)) ||
			range_of[row->source] == range_of[before->source])
			continue;
		row_mark(row, MARK_HOP);
		row_mark(before, MARK_HOP);
	}
}

void
timeline_mark(const struct book *book, const uint32_t *range_of,
	struct row *rows, size_t n, struct asking *spare)
{
	size_t n_askings = list_askings(rows, n, spare);

	mark_chains(rows, spare, n_askings);
	mark_beats(rows, spare, n_askings);
	mark_sequences(rows, spare, n_askings);
	mark_neighbours(book, range_of, rows, n);
}
