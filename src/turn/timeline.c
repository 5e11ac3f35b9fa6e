/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/timeline.h"

static bool
is(const struct row *row, unsigned marks)
{
	return (row_marks(row) & marks) == marks;
}

/* The next asking at or after i, or n. */
static size_t
next_asking(const struct row *rows, size_t n, size_t i)
{
	while (i < n && !is(&rows[i], MARK_ASKING))
		i++;
	return i;
}

static void
mark_chains(struct row *rows, size_t n)
{
	size_t start = next_asking(rows, n, 0);

	while (start < n) {
		size_t last = start, length = 1, next;

		for (;;) {
			next = next_asking(rows, n, last + 1);
			if (next == n ||
				row_ms(&rows[next]) - row_ms(&rows[last]) >=
					CHAIN_MS)
				break;
			last = next;
			length++;
		}
		for (size_t i = start; length > 1 && i <= last; i++) {
			if (is(&rows[i], MARK_ASKING))
				row_mark(&rows[i], length >= PACED_CHAIN ?
						MARK_CHAINED | MARK_PACED :
						MARK_CHAINED);
		}
		start = next;
	}
}

/* A machine keeps its beat: the same gap, again and again. */
static void
mark_beats(struct row *rows, size_t n)
{
	size_t at[BEAT_GAPS + 1], held = 0;

	for (size_t i = next_asking(rows, n, 0); i < n;
		i = next_asking(rows, n, i + 1)) {
		int64_t low = INT64_MAX, high = 0;

		if (held == BEAT_GAPS + 1)
			memmove(at, at + 1, --held * sizeof(*at));
		at[held++] = i;
		if (held < BEAT_GAPS + 1)
			continue;
		for (size_t k = 1; k < held; k++) {
			int64_t gap = row_ms(&rows[at[k]]) -
				row_ms(&rows[at[k - 1]]);

			low = gap < low ? gap : low;
			high = gap > high ? gap : high;
		}
		if (high - low > BEAT_SLACK_MS || low < BEAT_SLACK_MS * 2 ||
			high > BEAT_MOST_MS)
			continue;
		for (size_t k = 0; k < held; k++)
			row_mark(&rows[at[k]], MARK_PACED);
	}
}

static bool
are_near(uint64_t a, uint64_t b)
{
	uint64_t gap = a > b ? a - b : b - a;

	return !((a | b) & SUBJECT_TEXT) && gap > 0 && gap <= SEQUENCE_STEP;
}

/* An asking and those before it whose identifiers lead up to its own. */
struct walk {
	size_t at, length, before[SEQUENCE_RUN - 1];
};

static struct walk
walk_on(const struct walk *from, size_t at)
{
	struct walk walk = { .at = at, .length = from->length + 1 };

	walk.before[0] = from->at;
	memcpy(walk.before + 1, from->before,
		sizeof(walk.before) - sizeof(*walk.before));
	return walk;
}

/* Chance puts two numbers side by side, but not several in a row. */
static void
mark_sequences(struct row *rows, size_t n)
{
	struct walk back[SEQUENCE_BACK];
	size_t held = 0;

	for (size_t i = next_asking(rows, n, 0); i < n;
		i = next_asking(rows, n, i + 1)) {
		struct walk walk = { .at = i, .length = 1 };

		for (size_t k = 0; k < held; k++) {
			if (are_near(rows[back[k].at].subject,
				    rows[i].subject) &&
				back[k].length + 1 > walk.length)
				walk = walk_on(&back[k], i);
		}
		if (walk.length >= SEQUENCE_RUN)
			row_mark(&rows[i], MARK_SEQUENCE);
		for (size_t k = 0; walk.length == SEQUENCE_RUN &&
			k < SEQUENCE_RUN - 1; k++)
			row_mark(&rows[walk.before[k]], MARK_SEQUENCE);
		if (held == SEQUENCE_BACK)
			memmove(back, back + 1, --held * sizeof(*back));
		back[held++] = walk;
	}
}

/* Looking back over a few lone rows: so many kinds of data within minutes? */
static void
mark_dossiers(const struct book *book, struct row *rows, size_t n)
{
	const struct triple *facets = book->facets.items;

	for (size_t i = 0; i < n; i++) {
		uint32_t kinds[DOSSIER_KINDS] = { facets[rows[i].facet].a };
		size_t n_kinds = kinds[0] != 0, first = i;

		if (!is(&rows[i], MARK_LONE | MARK_JUDGED))
			continue;
		for (size_t k = i; k-- > 0 && i - k < DOSSIER_BACK &&
			n_kinds < DOSSIER_KINDS;) {
			uint32_t kind = facets[rows[k].facet].a;
			bool known = kind == 0;

			if (row_ms(&rows[i]) - row_ms(&rows[k]) > DOSSIER_MS ||
				!is(&rows[k], MARK_LONE))
				break;
			first = k;
			for (size_t j = 0; j < n_kinds; j++)
				known |= kinds[j] == kind;
			if (!known)
				kinds[n_kinds++] = kind;
		}
		for (size_t k = first;
			n_kinds == DOSSIER_KINDS && k <= i; k++)
			row_mark(&rows[k], MARK_DOSSIER);
	}
}

static void
mark_hops(const uint32_t *range_of, struct row *rows, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (rows[i].source == 0 || rows[i - 1].source == 0 ||
			row_ms(&rows[i]) - row_ms(&rows[i - 1]) > HOP_MS ||
			range_of[rows[i].source] ==
				range_of[rows[i - 1].source])
			continue;
		row_mark(&rows[i], MARK_HOP);
		row_mark(&rows[i - 1], MARK_HOP);
	}
}

void
timeline_mark(const struct book *book, const uint32_t *range_of,
	struct row *rows, size_t n)
{
	mark_chains(rows, n);
	mark_beats(rows, n);
	mark_sequences(rows, n);
	mark_dossiers(book, rows, n);
	mark_hops(range_of, rows, n);
}
