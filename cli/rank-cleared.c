/* SPDX-License-Identifier: Apache-2.0 */
/* quis rank: who was cleared, of what, by whom and why. */
#include "cli/rank.h"

enum { CLEARED_USER, CLEARED_FLAGGED, CLEARED_SIGNALS, CLEARED_BY,
	CLEARED_UNTIL, CLEARED_WHY, CLEARED_N };

static const struct column columns[CLEARED_N] = {
	{ "user", NULL, PLACE_COLUMN },
	{ "flagged", NULL, PLACE_COLUMN },
	{ "signals", NULL, PLACE_BELOW },
	{ "by", NULL, PLACE_COLUMN },
	{ "until", NULL, PLACE_COLUMN },
	{ "why", NULL, PLACE_COLUMN },
};

static int
put_review(struct inquiry *inquiry, const struct ranked *ranked,
	const struct review_shown *shown, struct table *table,
	struct fault *fault)
{
	const char *until =
		report_print(&inquiry->report, fault, "%s", shown->until);
	struct cell *cells;

	if (until == NULL || table_append(table, &cells, fault) != 0)
		return -1;
	cells[CLEARED_USER] =
		cell_name(inquiry_name(inquiry, NAME_USER, ranked->entity));
	cells[CLEARED_FLAGGED] = cell_flag(ranked->flagged);
	cells[CLEARED_BY] = cell_name(shown->by);
	cells[CLEARED_UNTIL] = cell_text(slice_of(until));
	cells[CLEARED_WHY] = cell_name(shown->why);
	return inquiry_cleared(inquiry, shown->bits, &cells[CLEARED_SIGNALS],
		fault);
}

int
rank_cleared(struct inquiry *inquiry, struct fault *fault)
{
	const struct ranking *ranking = &inquiry->ranking;
	struct review_shown shown;
	struct table *table;

	if (inquiry->reviews.cleared == NULL)
		return 0;
	if (report_section_after(&inquiry->report, "cleared",
		    "Cleared by review: findings that would be telling",
		    columns, CLEARED_N, &table, fault) != 0)
		return -1;
	for (size_t i = 0; i < ranking->n; i++) {
		const struct ranked *ranked = &ranking->items[i];
		uint32_t bits = inquiry_cleared_bits(ranked);

		while (bits != 0 && review_latest(&inquiry->reading,
					    ranked->entity, bits, &shown)) {
			bits &= ~shown.bits;
			if (put_review(inquiry, ranked, &shown, table, fault) !=
				0)
				return -1;
		}
	}
	return 0;
}
