/* SPDX-License-Identifier: Apache-2.0 */
/* quis trace: whose lookups account for a list of leaked subjects. */
#include "cli/command.h"
#include "cli/inquiry.h"
#include "cli/registers.h"
#include "cli/say.h"
#include "cli/span.h"
#include "rank/trace.h"
#include "registry/list.h"

enum { TRACE_RANK, TRACE_USER, TRACE_UNIT, TRACE_FLAGGED, TRACE_GAIN,
	TRACE_SHARE, TRACE_HITS, TRACE_ONLY_HITS, TRACE_LOOKUPS,
	TRACE_FIRST_HIT, TRACE_LAST_HIT, TRACE_N };

static const struct column trace_columns[TRACE_N] = {
	{ "rank", "", PLACE_COLUMN },
	{ "user", NULL, PLACE_COLUMN },
	{ "unit", NULL, PLACE_COLUMN },
	{ "flagged", NULL, PLACE_COLUMN },
	{ "gain", NULL, PLACE_COLUMN },
	{ "share", NULL, PLACE_COLUMN },
	{ "hits", NULL, PLACE_COLUMN },
	{ "only_hits", "nobody else", PLACE_COLUMN },
	{ "lookups", NULL, PLACE_COLUMN },
	{ "first_hit", NULL, PLACE_HIDDEN },
	{ "last_hit", NULL, PLACE_HIDDEN },
};

/* The list in figures, for JSON; the notes say the same. */
enum { LIST_SUBJECTS, LIST_OCCUR, LIST_NEVER, LIST_OUTSIDE, LIST_DENIED,
	LIST_EXPLAINED, LIST_THRESHOLD, LIST_N };

static const struct column list_columns[LIST_N] = {
	{ "subjects", NULL, PLACE_COLUMN },
	{ "occur", NULL, PLACE_COLUMN },
	{ "never", NULL, PLACE_COLUMN },
	{ "outside", "not in time", PLACE_COLUMN },
	{ "denied", NULL, PLACE_COLUMN },
	{ "explained", NULL, PLACE_COLUMN },
	{ "threshold", NULL, PLACE_COLUMN },
};

/* A unit, case, ... whose people the list holds. */
enum { EXCUSE_WHAT, EXCUSE_NAME, EXCUSE_SHARE, EXCUSE_HITS, EXCUSE_N };

static const struct column excuse_columns[EXCUSE_N] = {
	{ "what", "people of", PLACE_COLUMN },
	{ "name", NULL, PLACE_COLUMN },
	{ "share", NULL, PLACE_COLUMN },
	{ "hits", NULL, PLACE_COLUMN },
};

enum { TIE_USER, TIE_OTHER, TIE_N };

static const struct column tie_columns[TIE_N] = {
	{ "user", NULL, PLACE_COLUMN },
	{ "other", "explains nearly as well", PLACE_COLUMN },
};

/* Of those, a table shows the first to have entered. */
enum { EXCUSES_TOLD = 10, KIND_TOLD = 32 };

struct run {
	struct inquiry inquiry;
	struct leak leak;
	struct trace trace;
	uint64_t states[LEAK_OCCURS + 1];
};

static int
put_user(struct run *run, size_t i, struct fault *fault)
{
	struct inquiry *inquiry = &run->inquiry;
	const struct traced *traced = &run->trace.items[i];
	const struct leak_user *user = &run->leak.users[traced->user];
	uint32_t unit = inquiry->reading.book->posts.items[user->post].b;
	struct cell *cells;

	if (table_append(&inquiry->report.rows, &cells, fault) != 0)
		return -1;
	cells[TRACE_RANK] = cell_count(i + 1);
	cells[TRACE_USER] = cell_name(inquiry_name(inquiry, NAME_USER,
		traced->user));
	cells[TRACE_UNIT] = cell_name(inquiry_name(inquiry, NAME_UNIT, unit));
	cells[TRACE_FLAGGED] = cell_flag(traced->flagged);
	cells[TRACE_GAIN] = cell_real(traced->gain);
	cells[TRACE_SHARE] = cell_real(traced->share);
	cells[TRACE_HITS] = cell_count(traced->hits);
	cells[TRACE_ONLY_HITS] = cell_count(traced->only_hits);
	cells[TRACE_LOOKUPS] = cell_count(user->lookups);
	return inquiry_time(inquiry, traced->first_ms, &cells[TRACE_FIRST_HIT],
		       fault) != 0 ?
		-1 :
		inquiry_time(inquiry, traced->last_ms, &cells[TRACE_LAST_HIT],
			fault);
}

static int
put_rows(struct run *run, struct fault *fault)
{
	struct table *rows = &run->inquiry.report.rows;
	uint64_t top = inquiry_top(&run->inquiry);

	rows->columns = trace_columns;
	rows->n_columns = TRACE_N;
	for (size_t i = 0; i < run->trace.n && i < top; i++) {
		if (put_user(run, i, fault) != 0)
			return -1;
	}
	return 0;
}

static int
put_list(struct run *run, struct fault *fault)
{
	struct table *table;
	struct cell *cells;

	if (report_section(&run->inquiry.report, "list", "The list",
		    list_columns, LIST_N, &table, fault) != 0 ||
		table_append(table, &cells, fault) != 0)
		return -1;
	cells[LIST_SUBJECTS] = cell_count(run->inquiry.leaked->n);
	cells[LIST_OCCUR] = cell_count(run->states[LEAK_OCCURS]);
	cells[LIST_NEVER] = cell_count(run->states[LEAK_NEVER]);
	cells[LIST_OUTSIDE] = cell_count(run->states[LEAK_OUTSIDE]);
	cells[LIST_DENIED] = cell_count(run->states[LEAK_DENIED]);
	cells[LIST_EXPLAINED] = cell_real(run->trace.explained);
	cells[LIST_THRESHOLD] =
		cell_real(round(run->trace.threshold * 1000) / 1000);
	return 0;
}

static const struct {
	const char *word;
	enum name name;
} excuse_traits[TRAIT_N] = {
	[TRAIT_ASKERS] = { "askers", NAME_N },
	[TRAIT_UNIT] = { "unit", NAME_UNIT },
	[TRAIT_ROLE] = { "role", NAME_ROLE },
	[TRAIT_KIND] = { "kind", NAME_KIND },
	[TRAIT_AREA] = { "area", NAME_AREA },
	[TRAIT_WEEK] = { "week from", NAME_N },
	[TRAIT_CASE] = { "case", NAME_CASE },
};

/* A week is named by its first lookup's time at the earliest. */
static int
excuse_name(struct run *run, const struct trace_excuse *excuse,
	struct cell *ret, struct fault *fault)
{
	enum name name = excuse_traits[excuse->trait].name;
	int64_t week_ms = (int64_t)WEEK_DAYS * DAY_SECONDS * 1000;

	if (excuse->trait == TRAIT_WEEK)
		return inquiry_time(&run->inquiry,
			run->inquiry.reading.book->first_ms +
				excuse->value * week_ms,
			ret, fault);
	*ret = cell_name(inquiry_name(&run->inquiry, name, excuse->value));
	return 0;
}

static int
put_excuses(struct run *run, struct fault *fault)
{
	const struct trace *trace = &run->trace;
	size_t most = output_is_table(run->inquiry.settings) ? EXCUSES_TOLD :
							       SIZE_MAX;
	struct table *table;
	struct cell *cells;

	if (trace->n_excuses == 0)
		return 0;
	if (report_section(&run->inquiry.report, "excuses",
		    "Whose people the list holds, which accuses nobody",
		    excuse_columns, EXCUSE_N, &table, fault) != 0)
		return -1;
	for (size_t i = 0; i < trace->n_excuses && i < most; i++) {
		const struct trace_excuse *excuse = &trace->excuses[i];

		if (table_append(table, &cells, fault) != 0)
			return -1;
		cells[EXCUSE_WHAT] = cell_text(slice_of(
			excuse_traits[excuse->trait].word));
		if (excuse_name(run, excuse, &cells[EXCUSE_NAME], fault) != 0)
			return -1;
		cells[EXCUSE_SHARE] = cell_real(excuse->share);
		cells[EXCUSE_HITS] = cell_count(excuse->hits);
	}
	return 0;
}

static int
put_ties(struct run *run, struct fault *fault)
{
	const struct trace *trace = &run->trace;
	struct table *table;
	struct cell *cells;

	if (trace->n_ties == 0)
		return 0;
	if (report_section(&run->inquiry.report, "ties",
		    "Who is not flagged, but would explain nearly as well",
		    tie_columns, TIE_N, &table, fault) != 0)
		return -1;
	for (size_t i = 0; i < trace->n_ties; i++) {
		if (table_append(table, &cells, fault) != 0)
			return -1;
		cells[TIE_USER] = cell_name(inquiry_name(&run->inquiry,
			NAME_USER, trace->ties[i].user));
		cells[TIE_OTHER] = cell_name(inquiry_name(&run->inquiry,
			NAME_USER, trace->ties[i].other));
	}
	return 0;
}

/* A kind that no lookup is of matches nothing, however often the subject was
 * looked up. */
static int
note_kinds(struct run *run, struct fault *fault)
{
	const struct leaked_list *list = run->inquiry.leaked;
	const struct dict *kinds =
		&run->inquiry.reading.book->names[NAME_KIND];
	struct slice first = { NULL, 0 };
	size_t n = 0;
	uint32_t number;

	for (size_t i = 0; i < list->n; i++) {
		if (list->items[i].kind.len == 0 ||
			dict_find(kinds, list->items[i].kind, &number))
			continue;
		/* the least by its bytes: items stand in a seeded order */
		if (n++ == 0 ||
			slice_compare(list->items[i].kind, first) < 0)
			first = list->items[i].kind;
	}
	if (n == 0)
		return 0;
	return report_note(&run->inquiry.report, fault,
		"entries that name a kind of data which no lookup is of: %zu, "
		"such as \"%.*s\"; write kinds as the log does, or see "
		"--rewrite",
		n, (int)(first.len < KIND_TOLD ? first.len : KIND_TOLD),
		first.at);
}

/* Who passes, but by too few subjects to be named for it. */
static int
note_few(struct run *run, struct fault *fault)
{
	const struct trace *trace = &run->trace;
	size_t n = 0;

	for (size_t i = 0; i < trace->n; i++)
		n += !trace->items[i].flagged &&
			trace->items[i].gain >= trace->threshold &&
			trace->items[i].hits < MIXTURE_ITEMS_MIN;
	if (n == 0)
		return 0;
	return report_note(&run->inquiry.report, fault,
		"%zu would be flagged by the gain, but looked up fewer than "
		"%d subjects of the list",
		n, MIXTURE_ITEMS_MIN);
}

/* What of the list is of use. */
static int
note_list(struct run *run, struct fault *fault)
{
	struct report *report = &run->inquiry.report;
	const uint64_t *states = run->states;
	uint64_t passed_over = 0;

	for (size_t p = 0; p < PROBLEM_N; p++)
		passed_over += run->inquiry.leaked->facts.counts[p];
	if (report_note(report, fault,
		    "of the %zu subjects of the list %llu were looked up; the "
		    "others are not counted: never looked up %llu, not in time "
		    "%llu, only in vain (denied) %llu",
		    run->inquiry.leaked->n,
		    (unsigned long long)states[LEAK_OCCURS],
		    (unsigned long long)states[LEAK_NEVER],
		    (unsigned long long)states[LEAK_OUTSIDE],
		    (unsigned long long)states[LEAK_DENIED]) != 0)
		return -1;
	if (note_kinds(run, fault) != 0)
		return -1;
	if (states[LEAK_NEVER] * 2 > run->inquiry.leaked->n &&
		report_note(report, fault,
			"most of the list never occurs in the log: does it "
			"write subjects in another way, with blanks, dashes, a "
			"country code? see --rewrite") != 0)
		return -1;
	if (passed_over > 0 &&
		report_note(report, fault,
			"%llu lines of the list hold no subject, or not in "
			"its columns, and are passed over",
			(unsigned long long)passed_over) != 0)
		return -1;
	return 0;
}

/* What the list holds without anybody having leaked it. */
static int
note_excuses(struct run *run, struct fault *fault)
{
	const struct trace *trace = &run->trace;
	double share = 0;

	if (trace->n_excuses == 0)
		return 0;
	for (size_t i = 0; i < trace->n_excuses; i++)
		share += trace->excuses[i].share;
	return report_note(&run->inquiry.report, fault,
		"about %.0f of the subjects are people of certain units, "
		"cases and the like (%zu); that says nothing of who of those "
		"who asked for them passed them on, and accuses nobody",
		round(share * (double)trace->occurring), trace->n_excuses);
}

static int
note_tied(struct run *run, struct fault *fault)
{
	if (run->trace.n_ties == 0)
		return 0;
	return report_note(&run->inquiry.report, fault,
		"ties: %zu users who are not flagged would explain nearly as "
		"well as one who is",
		run->trace.n_ties);
}

static int
note_flagged(struct run *run, struct fault *fault)
{
	struct report *report = &run->inquiry.report;
	const struct trace *trace = &run->trace;
	double occur = (double)trace->occurring;
	double fdr = run->inquiry.settings->fdr;

	if (trace->flagged == 0)
		return report_note(report, fault,
			"nobody is flagged: none of %llu users explains the "
			"list better than the best of so many would by chance, "
			"at a rate of %g (a gain of %.1f); the first rows are "
			"no evidence",
			(unsigned long long)trace->users, fdr,
			trace->threshold);
	if (report_note(report, fault,
		    "%zu of %llu users flagged at a rate of %g (a gain of "
		    "%.1f and more); a flag is a reason to ask, not a proof",
		    trace->flagged, (unsigned long long)trace->users, fdr,
		    trace->threshold) != 0)
		return -1;
	return report_note(report, fault,
		"the flagged account for about %.0f of the %.0f subjects "
		"looked up; nobody is named for the other %.0f",
		round(trace->explained * occur), occur,
		occur - round(trace->explained * occur));
}

static int
put_notes(struct run *run, struct fault *fault)
{
	struct inquiry *inquiry = &run->inquiry;
	size_t before = inquiry->report.n_notes;

	if (note_list(run, fault) != 0 || note_excuses(run, fault) != 0 ||
		note_tied(run, fault) != 0 || note_few(run, fault) != 0)
		return -1;
	/* what the rows do not tell */
	inquiry_say_notes(inquiry, before);
	if (note_flagged(run, fault) != 0)
		return -1;
	return registers_note_sheet(&inquiry->report, &inquiry->leaked->facts,
		       fault) != 0 ||
			registers_note(inquiry, fault) != 0 ||
			inquiry_note_damage(inquiry, fault) != 0 ?
		-1 :
		0;
}

static int
find(struct run *run, struct fault *fault)
{
	struct inquiry *inquiry = &run->inquiry;
	struct leak_options options = { .list = run->inquiry.leaked,
		.registry = inquiry->reading.registry,
		.since = inquiry->window.since,
		.threads = inquiry->reading.options.threads };

	if (span_leaked_before(&inquiry->reading, &options.before, fault) != 0)
		return -1;
	if (inquiry->window.until < options.before)
		options.before = inquiry->window.until;
	if (leak_find(inquiry->reading.book, &options, &run->leak, fault) !=
			0 ||
		trace_make(&run->leak, inquiry->leaked, inquiry->settings->fdr,
			&run->trace, fault) != 0)
		return -1;
	for (size_t i = 0; i < run->leak.n_items; i++)
		run->states[run->leak.states[i]]++;
	return 0;
}

static int
set_options(struct run *run, struct fault *fault)
{
	struct inquiry *inquiry = &run->inquiry;
	const char *before = inquiry->settings->leaked_before;
	struct cell cell;
	int64_t ms;

	if (report_set(&inquiry->report, "list",
		    cell_text(slice_of(inquiry->settings->leaked)), fault) !=
		0)
		return -1;
	if (before == NULL)
		return 0;
	return span_leaked_before(&inquiry->reading, &ms, fault) != 0 ||
			inquiry_time(inquiry, ms, &cell, fault) != 0 ||
			report_set(&inquiry->report, "leaked-before", cell,
				fault) != 0 ?
		-1 :
		0;
}

static int
trace_run(struct run *run, const struct settings *settings,
	struct fault *fault)
{
	struct inquiry *inquiry = &run->inquiry;

	if (inquiry_read(inquiry, settings, fault) != 0 ||
		find(run, fault) != 0)
		return -1;
	inquiry->report.command = "trace";
	if (put_list(run, fault) != 0 || put_excuses(run, fault) != 0 ||
		put_ties(run, fault) != 0 || put_rows(run, fault) != 0 ||
		put_notes(run, fault) != 0 || set_options(run, fault) != 0 ||
		inquiry_write(inquiry, fault) != 0)
		return -1;
	if (settings->exit_flagged && run->trace.flagged > 0)
		inquiry->status = worse_status(inquiry->status, EXIT_FLAGGED);
	return 0;
}

static bool
names_input(const char **logs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(logs[i], "-") == 0)
			return true;
	}
	return false;
}

int
cmd_trace(const struct settings *settings)
{
	struct settings of_logs = *settings;
	struct run run = { 0 };
	struct fault fault = { 0 };
	int status = EXIT_COMPLETE;

	if (settings->n_logs > 1 && strcmp(settings->logs[0], "-") == 0 &&
		names_input(settings->logs + 1, settings->n_logs - 1)) {
		say("trace: standard input cannot be both the list and a log");
		return EXIT_USAGE;
	}
	if (settings->n_logs < 2 || settings->logs[0][0] == '\0') {
		say("trace: name the list and then the logs: quis trace LIST "
		    "LOG...");
		return EXIT_USAGE;
	}
	/* what comes first is the list */
	of_logs.leaked = settings->logs[0];
	of_logs.logs++;
	of_logs.n_logs--;
	if (trace_run(&run, &of_logs, &fault) != 0) {
		say_fault(&fault);
		status = fault_status(&fault);
	}
	status = worse_status(status, run.inquiry.status);
	trace_free(&run.trace);
	leak_free(&run.leak);
	inquiry_free(&run.inquiry);
	return status;
}
