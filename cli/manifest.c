/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/manifest.h"

#include <limits.h>
#include <unistd.h>

#include "cli/gaps.h"
#include "cli/output.h"
#include "cli/versions.h"
#include "format/time.h"
#include "input/container.h"
#include "report/format.h"

static const struct column run_columns[] = { { "host", NULL, PLACE_COLUMN },
	{ "start", NULL, PLACE_COLUMN }, { "end", NULL, PLACE_COLUMN },
	{ "threads", NULL, PLACE_COLUMN }, { "memory", NULL, PLACE_COLUMN },
	{ "sandbox", NULL, PLACE_COLUMN } };
enum { RUN_HOST, RUN_START, RUN_END, RUN_THREADS, RUN_MEMORY, RUN_SANDBOX };

static const struct column version_columns[] = {
	{ "name", NULL, PLACE_COLUMN }, { "version", NULL, PLACE_COLUMN } };

static const struct column container_columns[] = {
	{ "file", NULL, PLACE_COLUMN }, { "compression", NULL, PLACE_COLUMN },
	{ "state", NULL, PLACE_COLUMN }, { "bytes", NULL, PLACE_COLUMN },
	{ "sha256", NULL, PLACE_COLUMN }, { "note", NULL, PLACE_COLUMN } };
enum { BOX_FILE, BOX_COMPRESSION, BOX_STATE, BOX_BYTES, BOX_SHA256, BOX_NOTE };

static const struct column output_columns[] = {
	{ "option", NULL, PLACE_COLUMN }, { "file", NULL, PLACE_COLUMN },
	{ "bytes", NULL, PLACE_COLUMN }, { "sha256", NULL, PLACE_COLUMN } };
enum { OUT_OPTION, OUT_FILE, OUT_BYTES, OUT_SHA256 };

static const struct column missing_columns[] = {
	{ "file", NULL, PLACE_COLUMN }, { "what", NULL, PLACE_COLUMN },
	{ "lines", NULL, PLACE_COLUMN }, { "note", NULL, PLACE_COLUMN } };
enum { MISS_FILE, MISS_WHAT, MISS_LINES, MISS_NOTE };

int64_t
manifest_now(void)
{
	const char *text = getenv("SOURCE_DATE_EPOCH");
	struct timespec now;
	uint64_t epoch;

	/* to the end of the year 9999 */
	if (text != NULL && number_parse_u64(slice_of(text), &epoch) &&
		epoch <= 253402300799u)
		return (int64_t)epoch * 1000;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000;
}

static int
put_run(const struct reading *reading, struct report *report,
	struct fault *fault)
{
	char host[HOST_NAME_MAX + 1] = "", start[TIME_TEXT_MAX],
		end[TIME_TEXT_MAX];
	struct table *table;
	struct cell *cells;

	if (gethostname(host, sizeof(host) - 1) != 0)
		host[0] = '\0';
	(void)time_print(start, reading->began_ms, 0);
	(void)time_print(end, manifest_now(), 0);
	if (report_section(report, "run", NULL, run_columns,
		    ARRAY_LEN(run_columns), &table, fault) != 0)
		return -1;
	report->sections[report->n_sections - 1].single = true;
	if (table_append(table, &cells, fault) != 0)
		return -1;
	cells[RUN_THREADS] = cell_count(reading->options.threads);
	if (reading->settings->memory > 0)
		cells[RUN_MEMORY] = cell_count(reading->settings->memory);
	cells[RUN_SANDBOX] =
		cell_text(slice_of(reading->settings->sandbox));
	return cell_copy(report, host, &cells[RUN_HOST], fault) != 0 ||
			cell_copy(report, start, &cells[RUN_START], fault) !=
				0 ||
			cell_copy(report, end, &cells[RUN_END], fault) != 0 ?
		-1 :
		0;
}

static int
put_versions(struct report *report, struct fault *fault)
{
	struct version list[VERSIONS_MAX];
	size_t n = versions_list(list);
	struct table *table;
	struct cell *cells;

	if (report_section(report, "versions", NULL, version_columns,
		    ARRAY_LEN(version_columns), &table, fault) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (table_append(table, &cells, fault) != 0 ||
			cell_copy(report, list[i].text, &cells[1], fault) != 0)
			return -1;
		cells[0] = cell_text(slice_of(list[i].name));
	}
	return 0;
}

/* The files that logs were entries of. */
static int
put_containers(const struct input_list *inputs, struct report *report,
	struct fault *fault)
{
	struct table *table;
	struct cell *cells;

	if (report_section(report, "containers", NULL, container_columns,
		    ARRAY_LEN(container_columns), &table, fault) != 0)
		return -1;
	for (size_t i = 0; i < inputs->n_containers; i++) {
		const struct input_container *container =
			inputs->containers[i];

		if (table_append(table, &cells, fault) != 0)
			return -1;
		cells[BOX_FILE] = cell_text(slice_of(container->path));
		cells[BOX_COMPRESSION] = cell_text(slice_of(
			compression_name(container->compression)));
		cells[BOX_STATE] = cell_text(
			slice_of(input_state_name(container->state)));
		cells[BOX_BYTES] = cell_count(container->bytes);
		cells[BOX_NOTE] = cell_name(slice_of(container->note));
		if (cell_hash(report, container->sha256, &cells[BOX_SHA256],
			    fault) != 0)
			return -1;
	}
	return 0;
}

static int
put_output(const char *option, const char *path, const struct sink_facts *facts,
	struct report *report, struct table *table, struct fault *fault)
{
	struct cell *cells;

	if (table_append(table, &cells, fault) != 0)
		return -1;
	cells[OUT_OPTION] = cell_text(slice_of(option));
	cells[OUT_FILE] = cell_text(slice_of(path != NULL ? path : "-"));
	if (!facts->whole)
		return 0;
	cells[OUT_BYTES] = cell_count(facts->bytes);
	return cell_hash(report, facts->sha256, &cells[OUT_SHA256], fault);
}

static int
put_outputs(const struct reading *reading, struct report *report,
	struct fault *fault)
{
	const struct settings *settings = reading->settings;
	struct table *table;

	if (report_section(report, "outputs", NULL, output_columns,
		    ARRAY_LEN(output_columns), &table, fault) != 0 ||
		put_output("output", settings->output,
			&reading->output_written, report, table, fault) != 0)
		return -1;
	return settings->rejects == NULL ?
		0 :
		put_output("rejects", settings->rejects,
			&reading->rejects_written, report, table, fault);
}

/* note: NULL for none. */
static int
put_missing(struct report *report, const char *path, const char *what,
	uint64_t lines, const char *note, struct fault *fault)
{
	struct cell *cells;

	if (table_append(&report->rows, &cells, fault) != 0)
		return -1;
	cells[MISS_FILE] = cell_text(slice_of(path));
	cells[MISS_WHAT] = cell_text(slice_of(what));
	if (lines > 0)
		cells[MISS_LINES] = cell_count(lines);
	return note == NULL || note[0] == '\0' ?
		0 :
		cell_copy(report, note, &cells[MISS_NOTE], fault);
}

static int
missing_of_log(const struct log_file *file, struct report *report,
	struct fault *fault)
{
	const char *path = file->input->path;
	const char *note = file->fault.code != FAULT_NONE ? file->fault.text :
							    file->facts.note;

	if (file->facts.state != INPUT_INTACT &&
		file->facts.state != INPUT_DUPLICATE &&
		put_missing(report, path, input_state_name(file->facts.state),
			0, note, fault) != 0)
		return -1;
	for (size_t r = 0; r < REASON_N; r++) {
		if (reason_is_reject((enum reason)r) && file->counts[r] > 0 &&
			put_missing(report, path, "rejected", file->counts[r],
				reason_name((enum reason)r), fault) != 0)
			return -1;
	}
	return 0;
}

static int
missing_of_time(const struct reading *reading, const struct gap *gap,
	struct report *report, struct fault *fault)
{
	const char *text;

	if (!gap_is_missing(gap->kind))
		return 0;
	text = gap_text(reading, gap, report, fault);
	return text == NULL ?
		-1 :
		put_missing(report,
			reading->book->files[gap->file].input->path,
			gap_name(gap->kind), 0, text, fault);
}

static int
missing_of_register(const struct sheet_facts *sheet, struct report *report,
	struct fault *fault)
{
	if (sheet->path == NULL)
		return 0;
	if (sheet->file.state != INPUT_INTACT &&
		put_missing(report, sheet->path,
			input_state_name(sheet->file.state), 0,
			sheet->file.note, fault) != 0)
		return -1;
	for (size_t i = 0; i < PROBLEM_N; i++) {
		if (sheet->counts[i] > 0 &&
			put_missing(report, sheet->path, "rows",
				sheet->counts[i],
				sheet_problem_text((enum sheet_problem)i),
				fault) != 0)
			return -1;
	}
	return 0;
}

static int
put_all_missing(const struct reading *reading, struct report *report,
	struct fault *fault)
{
	report->rows.columns = missing_columns;
	report->rows.n_columns = ARRAY_LEN(missing_columns);
	report->rows_name = "missing";
	for (size_t i = 0; i < reading->book->n_files; i++)
		if (missing_of_log(&reading->book->files[i], report, fault) !=
			0)
			return -1;
	for (size_t i = 0; i < reading->gaps.n; i++)
		if (missing_of_time(reading, &reading->gaps.items[i], report,
			    fault) != 0)
			return -1;
	for (size_t i = 0; reading->registry != NULL && i < SHEET_N; i++)
		if (missing_of_register(&reading->registry->sheets[i], report,
			    fault) != 0)
			return -1;
	return 0;
}

static int
write_json(const struct settings *settings, const struct report *report,
	struct fault *fault)
{
	struct sink *sink;

	if (sink_open(&sink, settings->manifest, fault) != 0)
		return -1;
	if (report_json(report, sink) != 0) {
		sink_abort(sink);
		return fault_memory(fault);
	}
	return sink_close(sink, fault);
}

int
manifest_write(const struct reading *reading, const struct report *report,
	struct fault *fault)
{
	struct report manifest = { .command = report->command };
	int result = -1;

	if (reading->settings->manifest == NULL)
		return 0;
	if (put_run(reading, &manifest, fault) != 0 ||
		put_versions(&manifest, fault) != 0 ||
		put_containers(&reading->inputs, &manifest, fault) != 0 ||
		put_outputs(reading, &manifest, fault) != 0 ||
		output_inputs(reading, true, &manifest, &manifest.inputs,
			fault) != 0 ||
		put_all_missing(reading, &manifest, fault) != 0)
		goto out;
	/* lent */
	manifest.settings = report->settings;
	manifest.n_settings = report->n_settings;
	manifest.notes = report->notes;
	manifest.n_notes = report->n_notes;
	manifest.registers = report->registers;
	result = write_json(reading->settings, &manifest, fault);
	manifest.settings = NULL;
	manifest.notes = NULL;
	manifest.registers = (struct table){ 0 };
out:
	report_clear(&manifest);
	return result;
}
