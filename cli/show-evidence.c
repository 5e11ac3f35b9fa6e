/* SPDX-License-Identifier: Apache-2.0 */
/* quis show: the lookups behind a ranking, and where they stand in the logs. */
#include "cli/say.h"
#include "cli/show.h"
#include "rank/evidence.h"

enum { EV_TIME, EV_SUBJECT, EV_UNIT, EV_ROLE, EV_KIND, EV_CASE, EV_SOURCE,
	EV_AREA, EV_OUTCOME, EV_RULE, EV_WHY, EV_FILE, EV_LINE, EV_WHERE,
	EV_N };

static const struct column columns[EV_N] = {
	{ "time", NULL, PLACE_COLUMN },
	{ "subject", NULL, PLACE_COLUMN },
	{ "unit", NULL, PLACE_HIDDEN },
	{ "role", NULL, PLACE_HIDDEN },
	{ "kind", NULL, PLACE_COLUMN },
	{ "case", NULL, PLACE_COLUMN },
	{ "source", NULL, PLACE_COLUMN },
	{ "area", NULL, PLACE_COLUMN },
	{ "outcome", NULL, PLACE_HIDDEN },
	{ "rule", NULL, PLACE_COLUMN },
	{ "why", NULL, PLACE_HIDDEN },
	{ "file", NULL, PLACE_HIDDEN },
	{ "line", NULL, PLACE_HIDDEN },
	{ "where", NULL, PLACE_DRAWN_BELOW },
};

static const char *const outcome_names[] = {
	[OUTCOME_UNKNOWN] = "",
	[OUTCOME_ANSWERED] = "answered",
	[OUTCOME_EMPTY] = "empty",
	[OUTCOME_DENIED] = "denied",
};

static struct slice
text_of(const void *ctx, uint64_t subject)
{
	return tally_text(ctx, subject, NULL);
}

/* As it stands in the log, where that is known. */
static int
put_subject(struct inquiry *inquiry, uint64_t subject, struct slice logged,
	struct cell *ret, struct fault *fault)
{
	char buf[20];
	const char *text;

	if (logged.len > 0) {
		text = arena_copy(&inquiry->report.arena, logged);
		if (text == NULL)
			return fault_memory(fault);
		*ret = cell_text((struct slice){ text, logged.len });
		return 0;
	}
	if (subject & SUBJECT_TEXT) {
		*ret = cell_text(text_of(&inquiry->tally, subject));
		return 0;
	}
	(void)subject_unpack(subject, buf);
	return cell_copy(&inquiry->report, buf, ret, fault);
}

static void
put_names(const struct inquiry *inquiry, const struct row *row,
	struct cell *cells)
{
	const struct book *book = inquiry->reading.book;
	const struct triple *post = &book->posts.items[row->post];
	const struct triple *facet = &book->facets.items[row->facet];

	cells[EV_UNIT] = cell_name(inquiry_name(inquiry, NAME_UNIT, post->b));
	cells[EV_ROLE] = cell_name(inquiry_name(inquiry, NAME_ROLE, post->c));
	cells[EV_KIND] = cell_name(inquiry_name(inquiry, NAME_KIND, facet->a));
	cells[EV_AREA] = cell_name(inquiry_name(inquiry, NAME_AREA, facet->b));
	cells[EV_OUTCOME] = cell_name(slice_of(outcome_names[facet->c]));
	cells[EV_CASE] =
		cell_name(inquiry_name(inquiry, NAME_CASE, row->caseref));
	cells[EV_SOURCE] =
		cell_name(inquiry_name(inquiry, NAME_SOURCE, row->source));
}

/* "lone;no-case", and for eyes "lone, no-case; FILE, line 12". */
static int
put_why(struct inquiry *inquiry, unsigned why, const struct place *place,
	struct cell *cells, struct fault *fault)
{
	struct report *report = &inquiry->report;
	const char *path = inquiry->reading.book->n_files > 0 ?
		inquiry->reading.book->files[place->file].input->path :
		"";
	char listed[256] = "", shown[256] = "";
	const char *text;

	for (size_t c = 0; c < CLUE_N; c++) {
		size_t len = strlen(listed), at = strlen(shown);

		if (!(why & 1u << c))
			continue;
		(void)snprintf(listed + len, sizeof(listed) - len, "%s%s",
			len > 0 ? ";" : "", clue_names[c]);
		(void)snprintf(shown + at, sizeof(shown) - at, "%s%s",
			at > 0 ? ", " : "", clue_names[c]);
	}
	text = report_print(report, fault, "%s", listed);
	if (text == NULL)
		return -1;
	cells[EV_WHY] = cell_text(slice_of(text));
	if (place->line != 0) {
		cells[EV_FILE] = cell_text(slice_of(path));
		cells[EV_LINE] = cell_count(place->line);
		text = report_print(report, fault, "%s%s%s, line %llu", shown,
			shown[0] != '\0' ? "; " : "", path,
			(unsigned long long)place->line);
	} else {
		text = report_print(report, fault, "%s", shown);
	}
	if (text == NULL)
		return -1;
	cells[EV_WHERE] = cell_text(slice_of(text));
	return 0;
}

static int
put_exhibits(struct inquiry *inquiry, const struct exhibit *exhibits, size_t n,
	const struct place *places, struct fault *fault)
{
	for (size_t i = 0; i < n; i++) {
		const struct exhibit *exhibit = &exhibits[i];
		const struct row *row = &inquiry->tally.rows[exhibit->row];
		struct cell *cells;

		if (table_append(&inquiry->report.rows, &cells, fault) != 0)
			return -1;
		put_names(inquiry, row, cells);
		if (places[exhibit->row].bare) /* as it stands in the log */
			cells[EV_CASE] = cell_name(slice_of(""));
		cells[EV_RULE] =
			cell_text(slice_of(rule_names[exhibit->rule]));
		if (inquiry_time(inquiry, row_ms(row), &cells[EV_TIME],
			    fault) != 0 ||
			put_subject(inquiry, row->subject,
				places[exhibit->row].logged, &cells[EV_SUBJECT],
				fault) != 0 ||
			put_why(inquiry, exhibit->why, &places[exhibit->row],
				cells, fault) != 0)
			return -1;
	}
	return 0;
}

/* Lookups that are printed and have no place: how many, and why. */
static int
note_missing(struct inquiry *inquiry, const struct located *located,
	size_t missing, struct fault *fault)
{
	struct report *report = &inquiry->report;

	if (missing == 0)
		return 0;
	inquiry->status = worse_status(inquiry->status, EXIT_INPUT);
	if (report_note(report, fault,
		    "%s%s changed while the logs were read a second time: "
		    "file and line of %zu %s are not known",
		    located->changed > 0 ? located->first_changed : "a log",
		    located->changed > 1 ? " and others" : "", missing,
		    missing > 1 ? "lookups" : "lookup") != 0)
		return -1;
	/* damage is always told */
	say("%s", report->notes[report->n_notes - 1]);
	return 0;
}

static int
locate_and_put(struct show *show, const struct exhibit *exhibits, size_t n,
	struct fault *fault)
{
	struct inquiry *inquiry = &show->inquiry;
	const struct tally *tally = &inquiry->tally;
	struct locate_rows rows = { show->user, tally->rows, tally->n_rows,
		text_of, tally };
	struct located located;
	size_t missing = 0;
	int result;

	if (reading_locate(&inquiry->reading, &rows, &located, fault) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		missing += located.places[exhibits[i].row].line == 0;
	result = put_exhibits(inquiry, exhibits, n, located.places, fault);
	if (result == 0)
		result = note_missing(inquiry, &located, missing, fault);
	located_free(&located);
	return result;
}

int
show_evidence(struct show *show, struct fault *fault)
{
	struct inquiry *inquiry = &show->inquiry;
	uint64_t top = inquiry_top(inquiry);
	struct exhibit *exhibits;
	size_t n;
	int result;

	inquiry->report.rows.columns = columns;
	inquiry->report.rows.n_columns = EV_N;
	inquiry->report.rows_name = "evidence";
	inquiry->report.rows_title = "Evidence: the most telling lookups";
	if (show->ranked == NULL)
		return 0;
	if (evidence_list(inquiry->reading.book, &inquiry->tally,
		    &inquiry->ranking, show->ranked, inquiry->leaked, &exhibits,
		    &n, fault) != 0)
		return -1;
	result = locate_and_put(show, exhibits, n < top ? n : (size_t)top,
		fault);
	free(exhibits);
	return result;
}
