/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/registers.h"

#include "cli/output.h"
#include "cli/say.h"

enum { REG_REGISTER, REG_FILE, REG_COMPRESSION, REG_STATE, REG_BYTES,
	REG_SHA256, REG_ROWS, REG_ACCEPTED, REG_REPEATED, REG_PROBLEMS,
	REG_COLUMNS, REG_UNKNOWN, REG_N };

static const struct column columns[REG_N] = {
	{ "register", NULL, PLACE_HIDDEN },
	{ "file", NULL, PLACE_HIDDEN },
	{ "compression", NULL, PLACE_HIDDEN },
	{ "state", NULL, PLACE_HIDDEN },
	{ "bytes", NULL, PLACE_HIDDEN },
	{ "sha256", NULL, PLACE_HIDDEN },
	{ "rows", NULL, PLACE_HIDDEN },
	{ "accepted", NULL, PLACE_HIDDEN },
	{ "repeated", NULL, PLACE_HIDDEN },
	{ "problems", NULL, PLACE_HIDDEN },
	{ "columns", NULL, PLACE_HIDDEN },
	{ "unknown_columns", NULL, PLACE_HIDDEN },
};

/* Fewer of the log's users are in the roster, or of its cases (typing errors
 * are many) in the register, and it hardly fits. */
#define ROSTER_FIT 0.5
#define CASES_FIT 0.1
/* So large a part of the rows, and what is wrong with them is no detail. */
#define LOUD_PART 0.1

int
registers_check(const struct settings *settings, struct fault *fault)
{
	const char *const *of = settings->registers.of;
	bool leaked = settings->leaked != NULL &&
		strcmp(settings->leaked, "-") == 0;
	const char *taken = leaked ? "list" : NULL;

	if (settings->leaked != NULL && settings->leaked[0] == '\0')
		return fault_set(fault, FAULT_USAGE,
			"the name given to --leaked is empty");
	for (size_t i = 0; i < settings->n_logs; i++) {
		if (strcmp(settings->logs[i], "-") != 0)
			continue;
		if (leaked)
			return fault_set(fault, FAULT_USAGE,
				"standard input cannot be both the list and a "
				"log");
		taken = "log";
	}
	for (size_t i = 0; i < SHEET_N; i++) {
		const char *name = sheet_kind_name((enum sheet_kind)i);

		if (of[i] == NULL)
			continue;
		if (of[i][0] == '\0')
			return fault_set(fault, FAULT_USAGE,
				"the name given to --%s is empty", name);
		if (strcmp(of[i], "-") != 0)
			continue;
		if (taken != NULL)
			return fault_set(fault, FAULT_USAGE,
				"standard input cannot be both --%s and the %s",
				name, taken);
		taken = name;
	}
	return 0;
}

int
registers_fault(const struct settings *settings, struct fault *fault)
{
	const char *option = NULL;
	size_t len = strlen(fault->text);

	for (size_t i = 0; i < SHEET_N; i++) {
		const char *path = settings->registers.of[i];

		if (path == NULL || strcmp(path, fault->file) != 0)
			continue;
		if (option != NULL) /* it may be either */
			return -1;
		option = sheet_kind_name((enum sheet_kind)i);
	}
	if (option != NULL)
		(void)snprintf(fault->text + len, sizeof(fault->text) - len,
			" (--%s)", option);
	return -1;
}

/* "line 12: ends before it begins: … ("2024-02-30"; 3 in 400 rows)": a row can
 * have several wrong times, and a person many rows. */
static void
print_problem(const struct sheet_facts *sheet, size_t problem, char *buf,
	size_t size)
{
	const char *detail = sheet->hidden ? "" : sheet->detail[problem];

	(void)snprintf(buf, size, "%s: line %llu: %s (%s%s%llu in %llu row%s)",
		sheet->path, (unsigned long long)sheet->first_line[problem],
		sheet_problem_text((enum sheet_problem)problem),
		detail, detail[0] != '\0' ? "; " : "",
		(unsigned long long)sheet->counts[problem],
		(unsigned long long)sheet->rows, sheet->rows == 1 ? "" : "s");
}

static void
print_damage(const struct sheet_facts *sheet, char *buf, size_t size)
{
	(void)snprintf(buf, size, "%s: %s: %s; %llu row%s read from it",
		sheet->path, input_state_name(sheet->file.state),
		sheet->file.note, (unsigned long long)sheet->rows,
		sheet->rows == 1 ? "" : "s");
}

void
registers_say(struct reading *reading, const struct sheet_facts *sheet)
{
	char problem[2048];

	if (sheet->path == NULL)
		return;
	if (sheet->file.state != INPUT_INTACT) {
		print_damage(sheet, problem, sizeof(problem));
		say("%s", problem);
		reading->status = EXIT_INPUT;
	}
	if (sheet->counts[PROBLEM_LAYOUT] > 0) {
		print_problem(sheet, PROBLEM_LAYOUT, problem, sizeof(problem));
		say("%s", problem);
		reading->status = EXIT_INPUT;
	}
}

int
registers_note_sheet(struct report *report, const struct sheet_facts *sheet,
	struct fault *fault)
{
	char problem[2048];

	if (sheet->path == NULL)
		return 0;
	if (sheet->file.state != INPUT_INTACT) {
		print_damage(sheet, problem, sizeof(problem));
		if (report_note(report, fault, "%s", problem) != 0)
			return -1;
	}
	for (size_t i = 0; i < PROBLEM_N; i++) {
		if (sheet->counts[i] == 0)
			continue;
		print_problem(sheet, i, problem, sizeof(problem));
		if (report_note(report, fault, "%s", problem) != 0)
			return -1;
	}
	if (sheet->not_rewritten > 0 &&
		report_note(report, fault,
			"%s: %llu values stay as they are: a --rewrite takes "
			"too many steps, or makes them too long",
			sheet->path,
			(unsigned long long)sheet->not_rewritten) != 0)
		return -1;
	if (sheet->unknown[0] != '\0' &&
		report_note(report, fault,
			"%s: columns that mean nothing here: %s", sheet->path,
			sheet->unknown) != 0)
		return -1;
	return 0;
}

/* Does the list of case subjects explain anything at all? */
static bool
has_registered(const struct tally *tally)
{
	struct docket_walk walk = docket_walk(&tally->docket);

	while (docket_next(&walk)) {
		if (walk.cell.counts[CASE_REGISTERED] > 0)
			return true;
	}
	return false;
}

/* A register of another year, or of another office. */
static int
note_fit(const struct office *office, const struct tally *tally,
	struct report *report, struct fault *fault)
{
	const struct registry *registry = office->registry;
	size_t users = office->book->names[NAME_USER].n - 1;

	if (registry->sheets[SHEET_ROSTER].path != NULL &&
		(double)office->roster_serving < ROSTER_FIT * (double)users &&
		report_note(report, fault,
			"%s: of the %zu users of the log %zu are in the "
			"roster, %zu of them serving in the time of the log: "
			"is it of another year, or does it write users in "
			"another way? see --rewrite",
			registry->sheets[SHEET_ROSTER].path, users,
			office->roster_known, office->roster_serving) != 0)
		return -1;
	if (registry->sheets[SHEET_CASES].path != NULL &&
		(double)office->cases_known <
			CASES_FIT * (double)office->cases_seen &&
		report_note(report, fault,
			"%s: of the %zu cases named in the log %zu are in the "
			"register: does it write them in another way? see "
			"--rewrite",
			registry->sheets[SHEET_CASES].path, office->cases_seen,
			office->cases_known) != 0)
		return -1;
	if (registry->sheets[SHEET_CASE_SUBJECTS].path != NULL &&
		!has_registered(tally) &&
		report_note(report, fault,
			"%s: no lookup concerns anybody whom it lists for an "
			"open case of the unit or the user: does it write "
			"subjects or cases in another way? see --rewrite",
			registry->sheets[SHEET_CASE_SUBJECTS].path) != 0)
		return -1;
	if (registry->sheets[SHEET_UNITS].path != NULL &&
		office->units_known == 0 &&
		report_note(report, fault,
			"%s: no unit of the log is in it: does it write units "
			"in another way? see --rewrite",
			registry->sheets[SHEET_UNITS].path) != 0)
		return -1;
	return 0;
}

/* Scripts read no notes: a review that does not count, a register most of
 * which is wrong, and one that does not fit are said aloud, too. */
static bool
is_loud(const struct sheet_facts *sheet, size_t kind)
{
	uint64_t wrong = 0;

	for (size_t i = 0; i < PROBLEM_N; i++) {
		if (i != PROBLEM_LAYOUT) /* told already */
			wrong += sheet->counts[i];
	}
	return wrong > 0 &&
		(kind == SHEET_REVIEWED ||
			(double)wrong >= LOUD_PART * (double)sheet->rows);
}

/* Officers come and go: no reason to be alarmed. */
static int
note_members(struct inquiry *inquiry, struct fault *fault)
{
	if (inquiry->office == NULL || inquiry->office->members_unknown == 0)
		return 0;
	return report_note(&inquiry->report, fault,
		"%s: %zu members of cases are neither in the log nor in the "
		"roster",
		inquiry->reading.registry->sheets[SHEET_CASES].path,
		inquiry->office->members_unknown);
}

int
registers_note(struct inquiry *inquiry, struct fault *fault)
{
	const struct registry *registry = inquiry->reading.registry;
	struct report *report = &inquiry->report;
	size_t before;

	for (size_t i = 0; registry != NULL && i < SHEET_N; i++) {
		before = report->n_notes;
		if (registers_note_sheet(report, &registry->sheets[i], fault) !=
			0)
			return -1;
		if (is_loud(&registry->sheets[i], i))
			inquiry_say_notes(inquiry, before);
	}
	before = report->n_notes;
	if (inquiry->office != NULL &&
		note_fit(inquiry->office, &inquiry->tally, report, fault) != 0)
		return -1;
	inquiry_say_notes(inquiry, before);
	return note_members(inquiry, fault);
}

/* "contradicts an earlier row, which counts: 3 (from line 17)" */
static int
put_problems(const struct sheet_facts *sheet, struct report *report,
	struct cell *ret, struct fault *fault)
{
	char list[1024] = "";

	for (size_t i = 0; i < PROBLEM_N; i++) {
		size_t len = strlen(list);

		if (sheet->counts[i] == 0)
			continue;
		(void)snprintf(list + len, sizeof(list) - len,
			"%s%s: %llu (first: line %llu)", len > 0 ? "; " : "",
			sheet_problem_text((enum sheet_problem)i),
			(unsigned long long)sheet->counts[i],
			(unsigned long long)sheet->first_line[i]);
	}
	return list[0] == '\0' ? 0 : cell_copy(report, list, ret, fault);
}

static int
put_sheet(const struct sheet_facts *sheet, size_t kind, struct report *report,
	struct fault *fault)
{
	struct cell *cells;

	if (sheet->path == NULL)
		return 0;
	if (table_append(&report->registers, &cells, fault) != 0)
		return -1;
	cells[REG_REGISTER] = cell_text(
		slice_of(sheet_kind_name((enum sheet_kind)kind)));
	cells[REG_FILE] = cell_text(slice_of(sheet->path));
	cells[REG_COMPRESSION] = cell_text(
		slice_of(sheet->file.compression_name));
	cells[REG_STATE] =
		cell_text(slice_of(input_state_name(sheet->file.state)));
	cells[REG_BYTES] = cell_count(sheet->file.bytes);
	cells[REG_ROWS] = cell_count(sheet->rows);
	cells[REG_ACCEPTED] = cell_count(sheet->accepted);
	cells[REG_REPEATED] = cell_count(sheet->repeated);
	cells[REG_COLUMNS] = cell_name(slice_of(sheet->columns));
	cells[REG_UNKNOWN] = cell_name(slice_of(sheet->unknown));
	return cell_hash(report, sheet->file.sha256, &cells[REG_SHA256],
		       fault) != 0 ||
			put_problems(sheet, report, &cells[REG_PROBLEMS],
				fault) != 0 ?
		-1 :
		0;
}

int
registers_put(struct inquiry *inquiry, struct fault *fault)
{
	const struct registry *registry = inquiry->reading.registry;
	struct report *report = &inquiry->report;

	report->registers.columns = columns;
	report->registers.n_columns = REG_N;
	for (size_t i = 0; registry != NULL && i < SHEET_N; i++) {
		if (put_sheet(&registry->sheets[i], i, report, fault) != 0)
			return -1;
	}
	return inquiry->leaked != NULL ?
		put_sheet(&inquiry->leaked->facts, SHEET_LIST, report, fault) :
		0;
}
