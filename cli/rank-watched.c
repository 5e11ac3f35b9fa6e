/* SPDX-License-Identifier: Apache-2.0 */
/* quis rank: who looked up somebody on the watch list. */
#include "cli/rank.h"

enum { WATCHED_USER, WATCHED_UNIT, WATCHED_FLAGGED, WATCHED_SUBJECT,
	WATCHED_REASON, WATCHED_BAIT, WATCHED_LOOKUPS, WATCHED_FIRST,
	WATCHED_LAST, WATCHED_N };

static const struct column columns[WATCHED_N] = {
	{ "user", NULL, PLACE_COLUMN },
	{ "unit", NULL, PLACE_COLUMN },
	{ "flagged", NULL, PLACE_COLUMN },
	{ "subject", NULL, PLACE_COLUMN },
	{ "reason", NULL, PLACE_COLUMN },
	{ "honeytoken", NULL, PLACE_HIDDEN },
	{ "lookups", NULL, PLACE_COLUMN },
	{ "first", NULL, PLACE_HIDDEN },
	{ "last", NULL, PLACE_COLUMN },
};

static const struct watch_entry *
entry_of(const struct inquiry *inquiry, const struct watch_hit *hit)
{
	return &inquiry->reading.registry->watch[hit->entry];
}

/* Bait first, then the most lookups; entries are in order of a key that
 * differs from run to run, and so their lines order them. */
static int
compare_hits(const void *a, const void *b, void *ctx)
{
	const struct watch_hit *x = a, *y = b;
	const struct watch_entry *left = entry_of(ctx, x);
	const struct watch_entry *right = entry_of(ctx, y);

	if (left->honeytoken != right->honeytoken)
		return left->honeytoken ? -1 : 1;
	if (x->lookups != y->lookups)
		return x->lookups > y->lookups ? -1 : 1;
	if (x->user != y->user)
		return x->user < y->user ? -1 : 1;
	return (left->line > right->line) - (left->line < right->line);
}

static int
put_hit(struct inquiry *inquiry, const struct watch_hit *hit,
	const bool *flagged, struct table *table, struct fault *fault)
{
	const struct watch_entry *entry = entry_of(inquiry, hit);
	const struct triple *post = &inquiry->reading.book->posts
					     .items[inquiry->tally.users
							     [hit->user]
								     .post];
	struct cell *cells;

	if (table_append(table, &cells, fault) != 0)
		return -1;
	cells[WATCHED_USER] =
		cell_name(inquiry_name(inquiry, NAME_USER, hit->user));
	cells[WATCHED_UNIT] =
		cell_name(inquiry_name(inquiry, NAME_UNIT, post->b));
	cells[WATCHED_FLAGGED] = cell_flag(flagged[hit->user]);
	cells[WATCHED_SUBJECT] = cell_text(entry->subject);
	cells[WATCHED_REASON] = cell_name(entry->reason);
	cells[WATCHED_BAIT] = cell_flag(entry->honeytoken);
	cells[WATCHED_LOOKUPS] = cell_count(hit->lookups);
	return inquiry_time(inquiry, hit->first_ms, &cells[WATCHED_FIRST],
		       fault) != 0 ||
			inquiry_time(inquiry, hit->last_ms,
				&cells[WATCHED_LAST], fault) != 0 ?
		-1 :
		0;
}

static int
put_hits(struct inquiry *inquiry, const struct watch_hit *hits, size_t n,
	struct fault *fault)
{
	struct table *table;
	bool *flagged = memory_array(inquiry->tally.n_users, sizeof(*flagged));
	int result = -1;

	if (flagged == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < inquiry->ranking.n; i++)
		flagged[inquiry->ranking.items[i].entity] =
			inquiry->ranking.items[i].flagged;
	if (report_section_after(&inquiry->report, "watched",
		    "Lookups of people on the watch list", columns, WATCHED_N,
		    &table, fault) != 0)
		goto out;
	for (size_t i = 0; i < n; i++) {
		if (put_hit(inquiry, &hits[i], flagged, table, fault) != 0)
			goto out;
	}
	result = 0;
out:
	free(flagged);
	return result;
}

int
rank_watched(struct inquiry *inquiry, struct fault *fault)
{
	const struct tally *tally = &inquiry->tally;
	uint64_t top = inquiry_top(inquiry);
	size_t n = tally->n_watched < top ? tally->n_watched : (size_t)top;
	struct watch_hit *hits;
	uint64_t lookups = 0;
	int result;

	if (tally->office == NULL || tally->office->registry->n_watch == 0)
		return 0;
	hits = memory_array(tally->n_watched, sizeof(*hits));
	if (hits == NULL)
		return fault_memory(fault);
	if (tally->n_watched > 0)
		memcpy(hits, tally->watched,
			tally->n_watched * sizeof(*hits));
	for (size_t i = 0; i < tally->n_watched; i++)
		lookups += hits[i].lookups;
	qsort_r(hits, tally->n_watched, sizeof(*hits), compare_hits, inquiry);
	result = put_hits(inquiry, hits, n, fault);
	free(hits);
	if (result != 0)
		return -1;
	return report_note(&inquiry->report, fault,
		"lookups of people on the watch list: %llu; 'quis show USER' "
		"tells file and line",
		(unsigned long long)lookups);
}
