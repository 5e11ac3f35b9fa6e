/* SPDX-License-Identifier: Apache-2.0 */
/* quis rank: order users, or units, by what exceeds or leaves their work. */
#include "cli/command.h"
#include "cli/inquiry.h"
#include "cli/rank.h"
#include "cli/say.h"
#include "rank/pairs.h"

enum { USER_RANK, USER_USER, USER_UNIT, USER_ROLE, USER_FLAGGED, USER_Q, USER_P,
	USER_LOOKUPS, USER_EXPECTED, USER_SUBJECTS, USER_ACTIVE_DAYS,
	USER_UNEXPLAINED, USER_EXPECTED_UNEXPLAINED, USER_SIGNALS, USER_REASON,
	USER_CLEARED, USER_N };

static const struct column user_columns[USER_N] = {
	{ "rank", "", PLACE_COLUMN },
	{ "user", NULL, PLACE_COLUMN },
	{ "unit", NULL, PLACE_COLUMN },
	{ "role", NULL, PLACE_COLUMN },
	{ "flagged", NULL, PLACE_COLUMN },
	{ "q", NULL, PLACE_COLUMN },
	{ "p", NULL, PLACE_HIDDEN },
	{ "lookups", NULL, PLACE_COLUMN },
	{ "expected", NULL, PLACE_COLUMN },
	{ "subjects", NULL, PLACE_HIDDEN },
	{ "active_days", NULL, PLACE_HIDDEN },
	{ "unexplained", NULL, PLACE_HIDDEN },
	{ "expected_unexplained", NULL, PLACE_HIDDEN },
	{ "signals", NULL, PLACE_HIDDEN },
	{ "reason", NULL, PLACE_BELOW },
	{ "cleared", NULL, PLACE_HIDDEN },
};

enum { UNIT_RANK, UNIT_UNIT, UNIT_FLAGGED, UNIT_Q, UNIT_P, UNIT_USERS,
	UNIT_FLAGGED_USERS, UNIT_LOOKUPS, UNIT_EXPECTED, UNIT_SUBJECTS,
	UNIT_UNEXPLAINED, UNIT_EXPECTED_UNEXPLAINED, UNIT_SIGNALS, UNIT_REASON,
	UNIT_N };

static const struct column unit_columns[UNIT_N] = {
	{ "rank", "", PLACE_COLUMN },
	{ "unit", NULL, PLACE_COLUMN },
	{ "flagged", NULL, PLACE_COLUMN },
	{ "q", NULL, PLACE_COLUMN },
	{ "p", NULL, PLACE_HIDDEN },
	{ "users", NULL, PLACE_COLUMN },
	{ "flagged_users", "flagged users", PLACE_COLUMN },
	{ "lookups", NULL, PLACE_COLUMN },
	{ "expected", NULL, PLACE_COLUMN },
	{ "subjects", NULL, PLACE_HIDDEN },
	{ "unexplained", NULL, PLACE_HIDDEN },
	{ "expected_unexplained", NULL, PLACE_HIDDEN },
	{ "signals", NULL, PLACE_HIDDEN },
	{ "reason", NULL, PLACE_BELOW },
};

/* Pairs of users that are told at most, with so many subjects at least. */
enum { PAIRS_TOLD = 5, PAIR_SUBJECTS = 5, NAME_TOLD = 64 };

struct run {
	struct inquiry inquiry;
	bool by_unit;
	struct ranking users; /* for units: their users' flags */
	uint64_t *unit_users, *unit_flagged, *unit_lookups; /* by unit */
};

/* Of units, the ranking of their users tells who is flagged. */
static int
run_rankings(struct run *run, struct fault *fault)
{
	struct inquiry *inquiry = &run->inquiry;

	if (!run->by_unit)
		return inquiry_rank(inquiry, BY_USER, NULL, &inquiry->ranking,
			fault);
	return inquiry_rank(inquiry, BY_USER, NULL, &run->users, fault) != 0 ?
		-1 :
		inquiry_rank(inquiry, BY_UNIT, run->users.odd,
			&inquiry->ranking, fault);
}

/* What cannot be known stays empty. */
static void
put_unexplained(const struct ranked *ranked, struct cell *observed,
	struct cell *expected)
{
	const struct finding *finding = &ranked->of[SIGNAL_UNEXPLAINED];

	if (isnan(finding->ln_p))
		return;
	*observed = cell_count(finding->k);
	*expected = cell_number(finding->expected);
}

static int
put_user(struct run *run, size_t i, struct fault *fault)
{
	struct inquiry *inquiry = &run->inquiry;
	const struct ranked *ranked = &inquiry->ranking.items[i];
	const struct user_tally *user = &inquiry->tally.users[ranked->entity];
	const struct triple *post =
		&inquiry->reading.book->posts.items[user->post];
	struct cell *cells;

	if (table_append(&inquiry->report.rows, &cells, fault) != 0)
		return -1;
	cells[USER_RANK] = cell_count(i + 1);
	cells[USER_USER] = cell_name(inquiry_name(inquiry, NAME_USER,
		post->a));
	cells[USER_UNIT] = cell_name(inquiry_name(inquiry, NAME_UNIT,
		post->b));
	cells[USER_ROLE] = cell_name(inquiry_name(inquiry, NAME_ROLE,
		post->c));
	cells[USER_FLAGGED] = cell_flag(ranked->flagged);
	cells[USER_Q] = cell_ln(ranked->ln_q);
	cells[USER_P] = cell_ln(ranked->ln_p);
	cells[USER_LOOKUPS] = cell_count(user->lookups);
	cells[USER_EXPECTED] = inquiry_expected(ranked);
	cells[USER_SUBJECTS] = cell_count(user->subjects);
	cells[USER_ACTIVE_DAYS] = cell_count(user->active_days);
	put_unexplained(ranked, &cells[USER_UNEXPLAINED],
		&cells[USER_EXPECTED_UNEXPLAINED]);
	return inquiry_cleared(inquiry, inquiry_cleared_bits(ranked),
		       &cells[USER_CLEARED], fault) != 0 ||
			inquiry_reason(inquiry, ranked, &cells[USER_SIGNALS],
				&cells[USER_REASON], fault) != 0 ?
		-1 :
		0;
}

static int
put_unit(struct run *run, size_t i, struct fault *fault)
{
	struct inquiry *inquiry = &run->inquiry;
	const struct ranked *ranked = &inquiry->ranking.items[i];
	uint32_t unit = ranked->entity;
	struct cell *cells;

	if (table_append(&inquiry->report.rows, &cells, fault) != 0)
		return -1;
	cells[UNIT_RANK] = cell_count(i + 1);
	cells[UNIT_UNIT] = cell_name(inquiry_name(inquiry, NAME_UNIT, unit));
	cells[UNIT_FLAGGED] = cell_flag(ranked->flagged);
	cells[UNIT_Q] = cell_ln(ranked->ln_q);
	cells[UNIT_P] = cell_ln(ranked->ln_p);
	cells[UNIT_USERS] = cell_count(run->unit_users[unit]);
	cells[UNIT_FLAGGED_USERS] = cell_count(run->unit_flagged[unit]);
	cells[UNIT_LOOKUPS] = cell_count(run->unit_lookups[unit]);
	cells[UNIT_EXPECTED] = inquiry_expected(ranked);
	cells[UNIT_SUBJECTS] = cell_count(inquiry->tally.unit_subjects[unit]);
	put_unexplained(ranked, &cells[UNIT_UNEXPLAINED],
		&cells[UNIT_EXPECTED_UNEXPLAINED]);
	return inquiry_reason(inquiry, ranked, &cells[UNIT_SIGNALS],
		&cells[UNIT_REASON], fault);
}

/* Users who served in each unit in the window, and the flagged of them. */
static int
count_users(struct run *run, struct fault *fault)
{
	const struct tally *tally = &run->inquiry.tally;
	const struct triple *posts = run->inquiry.reading.book->posts.items;
	uint32_t unit = UINT32_MAX, user = UINT32_MAX;
	bool *flagged = memory_array(tally->n_users, sizeof(*flagged));

	run->unit_users = memory_array(tally->n_units, sizeof(uint64_t));
	run->unit_flagged = memory_array(tally->n_units, sizeof(uint64_t));
	run->unit_lookups = memory_array(tally->n_units, sizeof(uint64_t));
	if (flagged == NULL || run->unit_users == NULL ||
		run->unit_flagged == NULL || run->unit_lookups == NULL) {
		free(flagged);
		return fault_memory(fault);
	}
	for (size_t i = 0; i < run->users.n; i++)
		flagged[run->users.items[i].entity] =
			run->users.items[i].flagged;
	/* tallies are in order of post: of user, then unit */
	for (size_t i = 0; i < tally->kinds.n; i++) {
		const struct triple *post = &posts[tally->kinds.keys[i].a];

		run->unit_lookups[post->b] +=
			ledger_counts(&tally->kinds, i)[KIND_LOOKUPS];
		if (post->a == user && post->b == unit)
			continue;
		user = post->a;
		unit = post->b;
		run->unit_users[unit]++;
		run->unit_flagged[unit] += flagged[user];
	}
	free(flagged);
	return 0;
}

static int
put_rows(struct run *run, struct fault *fault)
{
	struct table *rows = &run->inquiry.report.rows;
	size_t n = run->inquiry.ranking.n;
	uint64_t top = inquiry_top(&run->inquiry);

	rows->columns = run->by_unit ? unit_columns : user_columns;
	rows->n_columns = run->by_unit ? UNIT_N : USER_N;
	if (run->by_unit && count_users(run, fault) != 0)
		return -1;
	for (size_t i = 0; i < n && i < top; i++) {
		if ((run->by_unit ? put_unit(run, i, fault) :
				    put_user(run, i, fault)) != 0)
			return -1;
	}
	return 0;
}

/* Why somebody whose q is small may not be flagged. */
static int
note_unflagged(struct inquiry *inquiry, struct fault *fault)
{
	size_t unplaced = inquiry->ranking.unplaced;
	size_t before = inquiry->report.n_notes;

	if (inquiry_note_columns(inquiry, fault) != 0)
		return -1;
	if (inquiry->ranking.few_lookups > 0 &&
		report_note(&inquiry->report, fault,
			"%zu more would be flagged, but made fewer than ten "
			"lookups",
			inquiry->ranking.few_lookups) != 0)
		return -1;
	if (unplaced > 0 &&
		report_note(&inquiry->report, fault,
			"%zu more %s would be flagged, but %s, so there are no "
			"peers to compare with",
			unplaced, unplaced > 1 ? "rows" : "row",
			inquiry_unplaced(inquiry)) != 0)
		return -1;
	inquiry_say_notes(inquiry, before);
	return 0;
}

/* Who may be covering for each other. */
static int
note_pairs(struct inquiry *inquiry, struct fault *fault)
{
	struct pair pairs[PAIRS_TOLD];
	size_t n;

	if (pairs_telling(&inquiry->tally, &inquiry->ranking, PAIRS_TOLD,
		    pairs, &n, fault) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct slice a = inquiry_name(inquiry, NAME_USER,
			pairs[i].users[0]);
		struct slice b = inquiry_name(inquiry, NAME_USER,
			pairs[i].users[1]);

		if (pairs[i].subjects < PAIR_SUBJECTS)
			break;
		if (report_note(&inquiry->report, fault,
			    "%.*s and %.*s share %llu subjects that nobody "
			    "else asked for: one small case, or cover",
			    (int)(a.len < NAME_TOLD ? a.len : NAME_TOLD), a.at,
			    (int)(b.len < NAME_TOLD ? b.len : NAME_TOLD), b.at,
			    (unsigned long long)pairs[i].subjects) != 0)
			return -1;
	}
	return 0;
}

static int
put_notes(struct run *run, struct fault *fault)
{
	struct inquiry *inquiry = &run->inquiry;

	if (inquiry->ranking.n == 0)
		return 0;
	if (inquiry_note_flagged(inquiry, run->by_unit ? "units" : "users",
		    fault) != 0)
		return -1;
	if (inquiry->ranking.few_units &&
		report_note(&inquiry->report, fault,
			"%zu units are too few to tell how far honest ones "
			"differ: none is flagged",
			inquiry->ranking.n) != 0)
		return -1;
	if (!run->by_unit && note_pairs(inquiry, fault) != 0)
		return -1;
	if (!run->by_unit && (rank_cleared(inquiry, fault) != 0 ||
				     rank_watched(inquiry, fault) != 0))
		return -1;
	return note_unflagged(inquiry, fault) != 0 ?
		-1 :
		inquiry_note_missing(inquiry, fault);
}

/* Lookups were read, but none is to be judged: say what there is. */
static int
say_empty_span(struct inquiry *inquiry, struct fault *fault)
{
	const struct book *book = inquiry->reading.book;
	struct cell first, last;

	if (inquiry_time(inquiry, book->first_ms, &first, fault) != 0 ||
		inquiry_time(inquiry, book->last_ms, &last, fault) != 0)
		return -1;
	say("no lookup lies between --since and --until; those read are from "
	    "%s to %s",
		first.text.at, last.text.at);
	inquiry->status = EXIT_INPUT;
	return 0;
}

static int
rank_run(struct run *run, const struct settings *settings, struct fault *fault)
{
	struct inquiry *inquiry = &run->inquiry;
	struct report *report = &inquiry->report;

	if (inquiry_read(inquiry, settings, fault) != 0)
		return -1;
	report->command = "rank";
	run->by_unit = strcmp(settings->by, "unit") == 0;
	if (inquiry_turn(inquiry, USER_NONE, fault) != 0)
		return -1;
	if (inquiry->reading.book->n > 0 && inquiry->tally.lookups == 0 &&
		say_empty_span(inquiry, fault) != 0)
		return -1;
	if (run_rankings(run, fault) != 0 || put_rows(run, fault) != 0 ||
		put_notes(run, fault) != 0 ||
		report_set(report, "by", cell_text(slice_of(settings->by)),
			fault) != 0 ||
		inquiry_write(inquiry, fault) != 0)
		return -1;
	if (settings->exit_flagged && inquiry->ranking.flagged > 0)
		inquiry->status = worse_status(inquiry->status, EXIT_FLAGGED);
	return 0;
}

int
cmd_rank(const struct settings *settings)
{
	struct run run = { 0 };
	struct fault fault = { 0 };
	int status = EXIT_COMPLETE;

	if (rank_run(&run, settings, &fault) != 0) {
		say_fault(&fault);
		status = fault_status(&fault);
	}
	status = worse_status(status, run.inquiry.status);
	ranking_free(&run.users);
	free(run.unit_users);
	free(run.unit_flagged);
	free(run.unit_lookups);
	inquiry_free(&run.inquiry);
	return status;
}
