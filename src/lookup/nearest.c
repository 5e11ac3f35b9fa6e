/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/nearest.h"

/* Longer names are found by their case or beginning only. */
enum { LETTERS_MAX = 256 };
/* What makes a name like another, best first; edits lie between. */
enum { LIKE_SAME, LIKE_BEGINS = NEAREST_EDITS + 1, LIKE_HOLDS, LIKE_NOT };

static unsigned char
lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool
same_at(struct slice text, size_t at, struct slice part)
{
	if (part.len > text.len || at > text.len - part.len)
		return false;
	for (size_t i = 0; i < part.len; i++)
		if (lower(text.at[at + i]) != lower(part.at[i]))
			return false;
	return true;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* F. Damerau, Communications of the ACM 7, 1964: edits, swaps among them, with
 * no letter edited twice. Three rows of the table are kept. */
static size_t
edits_between(struct slice a, struct slice b)
{
	size_t rows[3][LETTERS_MAX + 1];

	if (a.len > LETTERS_MAX || b.len > LETTERS_MAX ||
		a.len > b.len + NEAREST_EDITS || b.len > a.len + NEAREST_EDITS)
		return SIZE_MAX;
	for (size_t k = 0; k <= b.len; k++)
		rows[0][k] = k;
	for (size_t i = 1; i <= a.len; i++) {
		size_t *row = rows[i % 3], *up = rows[(i - 1) % 3];
		const size_t *upper = rows[(i + 1) % 3]; /* i - 2 */

		row[0] = i;
		for (size_t k = 1; k <= b.len; k++) {
			unsigned char x = lower(a.at[i - 1]);
			unsigned char y = lower(b.at[k - 1]);

			row[k] = least(least(up[k], row[k - 1]) + 1,
				up[k - 1] + (x != y));
			if (i > 1 && k > 1 && x == lower(b.at[k - 2]) &&
				y == lower(a.at[i - 2]))
				row[k] = least(row[k], upper[k - 2] + 1);
		}
	}
	return rows[a.len % 3][b.len];
}

static size_t
likeness(struct slice name, struct slice other)
{
	size_t edits;

	if (name.len == other.len && same_at(other, 0, name))
		return LIKE_SAME;
	edits = edits_between(name, other);
	if (edits <= NEAREST_EDITS && edits <= (name.len + 1) / 2)
		return edits;
	if (name.len < NEAREST_PART)
		return LIKE_NOT;
	if (same_at(other, 0, name))
		return LIKE_BEGINS;
	for (size_t at = 1; at + name.len <= other.len; at++)
		if (same_at(other, at, name))
			return LIKE_HOLDS;
	return LIKE_NOT;
}

size_t
names_nearest(const struct dict *names, struct slice name,
	uint32_t ret[NEAREST_MAX])
{
	size_t like[NEAREST_MAX], n = 0;

	/* number 0 is no name */
	for (size_t i = 1; i < names->n; i++) {
		size_t l = likeness(name, names->names[i]), at = n;

		if (l == LIKE_NOT || (n == NEAREST_MAX && l >= like[n - 1]))
			continue;
		if (n < NEAREST_MAX)
			n++;
		else
			at--;
		for (; at > 0 && like[at - 1] > l; at--) {
			like[at] = like[at - 1];
			ret[at] = ret[at - 1];
		}
		like[at] = l;
		ret[at] = (uint32_t)i;
	}
	return n;
}
