/* SPDX-License-Identifier: Apache-2.0 */
/* quis rank: order users, or units, by what exceeds or leaves their work. */
#include "cli/command.h"
#include "cli/output.h"
#include "cli/reading.h"
#include "cli/say.h"
#include "cli/span.h"
#include "rank/ranking.h"
#include "turn/by-subject.h"
#include "turn/tally.h"

enum { TABLE_TOP = 20 };
/* What is not telling is still worth naming up to this p. */
#define UNUSUAL_LN_P (-2.302585092994046) /* ln 0.1 */

enum { USER_RANK, USER_USER, USER_UNIT, USER_ROLE, USER_FLAGGED, USER_Q, USER_P,
	USER_LOOKUPS, USER_EXPECTED, USER_SUBJECTS, USER_ACTIVE_DAYS,
	USER_UNEXPLAINED, USER_EXPECTED_UNEXPLAINED, USER_SIGNALS, USER_REASON,
	USER_N };

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

struct run {
	const struct settings *settings;
	struct reading reading;
	struct window window;
	struct tally tally;
	struct ranking ranking; /* as asked for */
	struct ranking users;   /* for units: their users' flags */
	struct report report;
	uint64_t *unit_users, *unit_flagged, *unit_lookups; /* by unit */
};

static bool
by_unit(const struct run *run)
{
	return strcmp(run->settings->by, "unit") == 0;
}

static int
run_turns(struct run *run, struct fault *fault)
{
	struct book *book = run->reading.book;
	unsigned threads = run->reading.options.threads;
	struct subject_turn turned = { 0 };
	int result;

	if (turn_by_subject(book, &run->window, threads, &turned, fault) != 0)
		return -1;
	result = turn_by_user(book, &run->window, &turned, threads,
		&run->tally, fault);
	subject_turn_free(&turned);
	return result;
}

static int
run_rankings(struct run *run, struct fault *fault)
{
	struct ranking_options options = { BY_USER, run->settings->fdr };
	const struct book *book = run->reading.book;

	if (!by_unit(run))
		return ranking_make(book, &run->tally, &options,
			&run->ranking, fault);
	if (ranking_make(book, &run->tally, &options, &run->users, fault) != 0)
		return -1;
	options.by = BY_UNIT;
	return ranking_make(book, &run->tally, &options, &run->ranking, fault);
}

/* Nothing is telling: the most unusual all the same, lest the reader of a
 * high rank wonder. */
static void
phrase_unusual(const struct ranked *ranked, char *buf, size_t size)
{
	char phrase[256];
	size_t most = SIGNAL_N;

	for (size_t s = 0; s < SIGNAL_N; s++) {
		if (ranked->of[s].ln_p <= UNUSUAL_LN_P &&
			(most == SIGNAL_N ||
				ranked->of[s].ln_p < ranked->of[most].ln_p))
			most = s;
	}
	if (most == SIGNAL_N) {
		(void)snprintf(buf, size, "nothing stands out");
		return;
	}
	signals[most].phrase(&ranked->of[most], phrase, sizeof(phrase));
	(void)snprintf(buf, size, "nothing stands out; most unusual: %s",
		phrase);
}

/* "lone;no-case" and the sentence. */
static int
put_reason(struct run *run, const struct ranked *ranked, struct cell *names,
	struct cell *reason, struct fault *fault)
{
	char list[128] = "", sentence[1024] = "";
	const char *text;
	size_t len = 0, at = 0;

	for (size_t i = 0; i < ranked->n_telling; i++) {
		size_t s = ranked->telling[i];
		char phrase[256];

		signals[s].phrase(&ranked->of[s], phrase, sizeof(phrase));
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s",
			i > 0 ? ";" : "", signals[s].name);
		at += (size_t)snprintf(sentence + at, sizeof(sentence) - at,
			"%s%s", i > 0 ? "; " : "", phrase);
	}
	if (isnan(ranked->ln_p))
		(void)snprintf(sentence, sizeof(sentence),
			"nobody to compare with");
	else if (ranked->n_telling == 0)
		phrase_unusual(ranked, sentence, sizeof(sentence));
	text = report_print(&run->report, fault, "%s", sentence);
	if (text == NULL)
		return -1;
	*reason = cell_text(slice_of(text));
	text = report_print(&run->report, fault, "%s", list);
	if (text == NULL)
		return -1;
	*names = cell_text(slice_of(text));
	return 0;
}

static struct slice
name_of(const struct run *run, enum name name, uint32_t number)
{
	return run->reading.book->names[name].names[number];
}

static struct cell
expected_cell(const struct ranked *ranked)
{
	const struct finding *volume = &ranked->of[SIGNAL_VOLUME];

	return cell_number(isnan(volume->ln_p) ? NAN : volume->expected);
}

static int
put_user(struct run *run, size_t i, struct fault *fault)
{
	const struct ranked *ranked = &run->ranking.items[i];
	const struct user_tally *user = &run->tally.users[ranked->entity];
	const struct triple *post =
		&run->reading.book->posts.items[user->post];
	struct cell *cells;

	if (table_append(&run->report.rows, &cells, fault) != 0)
		return -1;
	cells[USER_RANK] = cell_count(i + 1);
	cells[USER_USER] = cell_name(name_of(run, NAME_USER, post->a));
	cells[USER_UNIT] = cell_name(name_of(run, NAME_UNIT, post->b));
	cells[USER_ROLE] = cell_name(name_of(run, NAME_ROLE, post->c));
	cells[USER_FLAGGED] = cell_flag(ranked->flagged);
	cells[USER_Q] = cell_ln(ranked->ln_q);
	cells[USER_P] = cell_ln(ranked->ln_p);
	cells[USER_LOOKUPS] = cell_count(user->lookups);
	cells[USER_EXPECTED] = expected_cell(ranked);
	cells[USER_SUBJECTS] = cell_count(user->subjects);
	cells[USER_ACTIVE_DAYS] = cell_count(user->active_days);
	return put_reason(run, ranked, &cells[USER_SIGNALS],
		&cells[USER_REASON], fault);
}

static int
put_unit(struct run *run, size_t i, struct fault *fault)
{
	const struct ranked *ranked = &run->ranking.items[i];
	uint32_t unit = ranked->entity;
	struct cell *cells;

	if (table_append(&run->report.rows, &cells, fault) != 0)
		return -1;
	cells[UNIT_RANK] = cell_count(i + 1);
	cells[UNIT_UNIT] = cell_name(name_of(run, NAME_UNIT, unit));
	cells[UNIT_FLAGGED] = cell_flag(ranked->flagged);
	cells[UNIT_Q] = cell_ln(ranked->ln_q);
	cells[UNIT_P] = cell_ln(ranked->ln_p);
	cells[UNIT_USERS] = cell_count(run->unit_users[unit]);
	cells[UNIT_FLAGGED_USERS] = cell_count(run->unit_flagged[unit]);
	cells[UNIT_LOOKUPS] = cell_count(run->unit_lookups[unit]);
	cells[UNIT_EXPECTED] = expected_cell(ranked);
	cells[UNIT_SUBJECTS] = cell_count(run->tally.unit_subjects[unit]);
	return put_reason(run, ranked, &cells[UNIT_SIGNALS],
		&cells[UNIT_REASON], fault);
}

/* Users who served in each unit in the window, and the flagged of them. */
static int
count_users(struct run *run, struct fault *fault)
{
	const struct tally *tally = &run->tally;
	const struct triple *posts = run->reading.book->posts.items;
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
	for (size_t i = 0; i < tally->n_kinds; i++) {
		const struct triple *post = &posts[tally->kinds[i].post];

		run->unit_lookups[post->b] += tally->kinds[i].lookups;
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
	struct table *rows = &run->report.rows;
	size_t n = run->ranking.n;
	uint64_t top = output_is_table(run->settings) ? TABLE_TOP : UINT64_MAX;

	rows->columns = by_unit(run) ? unit_columns : user_columns;
	rows->n_columns = by_unit(run) ? UNIT_N : USER_N;
	if (run->settings->top_given)
		top = run->settings->top;
	if (by_unit(run) && count_users(run, fault) != 0)
		return -1;
	for (size_t i = 0; i < n && i < top; i++) {
		if ((by_unit(run) ? put_unit(run, i, fault) :
				    put_user(run, i, fault)) != 0)
			return -1;
	}
	return 0;
}

/* Why somebody whose q is small may not be flagged. Scripts and cron read no
 * notes: unless a person is looking at the table, it is said aloud, too. */
static int
note_unflagged(struct run *run, struct fault *fault)
{
	const struct ranking *ranking = &run->ranking;
	const bool *given = run->reading.book->given;
	struct report *report = &run->report;
	const char *lacks = given[FIELD_UNIT] ? "role" :
		given[FIELD_ROLE]	      ? "unit" :
						"unit and no role";
	size_t before = report->n_notes;

	if ((!given[FIELD_UNIT] || !given[FIELD_ROLE]) &&
		report_note(report, fault,
			"the log has no %s (is another column it? see --map), "
			"so peers cannot be told apart: nobody is flagged, the "
			"order is a hint at best",
			lacks) != 0)
		return -1;
	if (ranking->unplaced > 0 &&
		report_note(report, fault,
			"%zu more %s would be flagged, but most of the lookups "
			"name no unit or role, or a role that hardly anybody "
			"else has, so there are no peers to compare with",
			ranking->unplaced,
			ranking->unplaced > 1 ? "rows" : "row") != 0)
		return -1;
	if (output_is_table(run->settings) && run->settings->output == NULL)
		return 0;
	for (size_t i = before; i < report->n_notes; i++)
		say("%s", report->notes[i]);
	return 0;
}

static int
put_notes(struct run *run, struct fault *fault)
{
	const struct ranking *ranking = &run->ranking;
	struct report *report = &run->report;

	if (ranking->n == 0)
		return 0;
	if (report_note(report, fault,
		    "%zu of %zu %s flagged at a false discovery rate of %g; "
		    "a flag is a reason to ask, not a proof",
		    ranking->flagged, ranking->n,
		    by_unit(run) ? "units" : "users", run->settings->fdr) != 0)
		return -1;
	if (ranking->few_units &&
		report_note(report, fault,
			"%zu units are too few to tell how far honest ones "
			"differ: none is flagged",
			ranking->n) != 0)
		return -1;
	if (note_unflagged(run, fault) != 0)
		return -1;
	for (size_t s = 0; s < SIGNAL_N; s++) {
		if (ranking->left_out[s] == SIGNAL_NO_FIELD &&
			report_note(report, fault,
				"signal %s is left out: the log has no %s",
				signals[s].name,
				field_name(signals[s].needs)) != 0)
			return -1;
	}
	if (run->reading.status == EXIT_INPUT &&
		report_note(report, fault,
			"some input was damaged, unreadable or rejected; "
			"'quis check' tells what is missing") != 0)
		return -1;
	return 0;
}

static int
put_time(struct run *run, const char *name, int64_t ms, bool given,
	struct fault *fault)
{
	char buf[TIME_TEXT_MAX];
	const char *text;

	if (!given)
		return 0;
	(void)time_print(buf, ms, reading_offset(&run->reading, ms));
	text = report_print(&run->report, fault, "%s", buf);
	if (text == NULL)
		return -1;
	return report_set(&run->report, name, cell_text(slice_of(text)),
		fault);
}

static int
put_settings(struct run *run, struct fault *fault)
{
	const struct settings *settings = run->settings;

	if (report_set(&run->report, "by", cell_text(slice_of(settings->by)),
		    fault) != 0 ||
		report_set(&run->report, "fdr", cell_real(settings->fdr),
			fault) != 0 ||
		put_time(run, "since", run->window.since,
			settings->since != NULL, fault) != 0 ||
		put_time(run, "until", run->window.until,
			settings->until != NULL, fault) != 0)
		return -1;
	if (settings->top_given &&
		report_set(&run->report, "top", cell_count(settings->top),
			fault) != 0)
		return -1;
	return output_read_settings(&run->reading, &run->report, fault);
}

/* Lookups were read, but none is to be judged: say what there is. */
static void
say_empty_span(const struct run *run)
{
	const struct book *book = run->reading.book;
	char first[TIME_TEXT_MAX], last[TIME_TEXT_MAX];

	(void)time_print(first, book->first_ms,
		reading_offset(&run->reading, book->first_ms));
	(void)time_print(last, book->last_ms,
		reading_offset(&run->reading, book->last_ms));
	say("no lookup lies between --since and --until; those read are from "
	    "%s to %s",
		first, last);
}

static int
rank_run(struct run *run, int *status, struct fault *fault)
{
	struct reading *reading = &run->reading;

	if (span_check(run->settings, fault) != 0 ||
		reading_open(reading, run->settings, fault) != 0 ||
		reading_run(reading, fault) != 0)
		return -1;
	*status = reading->status;
	run->report.command = "rank";
	if (span_window(reading, &run->window, fault) != 0 ||
		run_turns(run, fault) != 0)
		return -1;
	if (reading->book->n > 0 && run->tally.lookups == 0) {
		say_empty_span(run);
		*status = EXIT_INPUT;
	}
	if (run_rankings(run, fault) != 0 ||
		put_rows(run, fault) != 0 || put_notes(run, fault) != 0 ||
		put_settings(run, fault) != 0 ||
		output_inputs(reading, &run->report, &run->report.inputs,
			fault) != 0 ||
		output_report(run->settings, &run->report, fault) != 0)
		return -1;
	if (run->settings->exit_flagged && run->ranking.flagged > 0)
		*status = worse_status(*status, EXIT_FLAGGED);
	return 0;
}

int
cmd_rank(const struct settings *settings)
{
	struct run run = { .settings = settings };
	struct fault fault = { 0 };
	int status = EXIT_COMPLETE;

	if (rank_run(&run, &status, &fault) != 0) {
		say_fault(&fault);
		status = worse_status(status, fault_status(&fault));
	}
	ranking_free(&run.ranking);
	ranking_free(&run.users);
	tally_free(&run.tally);
	report_clear(&run.report);
	free(run.unit_users);
	free(run.unit_flagged);
	free(run.unit_lookups);
	reading_free(&run.reading);
	return status;
}
