/* SPDX-License-Identifier: Apache-2.0 */
/* quis cat: the lookups, normalised, for other tools and for quis itself. */
#include <unistd.h>

#include "cli/command.h"
#include "cli/manifest.h"
#include "cli/output.h"
#include "cli/reading.h"
#include "cli/say.h"
#include "format/time.h"
#include "report/rows.h"
#include "report/sink.h"

enum { CAT_TIME, CAT_USER, CAT_UNIT, CAT_ROLE, CAT_KIND, CAT_SUBJECT, CAT_CASE,
	CAT_PURPOSE, CAT_SOURCE, CAT_AREA, CAT_OUTCOME, CAT_OFFSET, CAT_FILE,
	CAT_LINE, CAT_N };

/* format/reread.c knows them, too. */
static const struct row_column columns[CAT_N] = {
	{ "time", ROW_PLAIN },
	{ "user", ROW_TEXT },
	{ "unit", ROW_TEXT },
	{ "role", ROW_TEXT },
	{ "kind", ROW_TEXT },
	{ "subject", ROW_TEXT },
	{ "case", ROW_TEXT },
	{ "purpose", ROW_TEXT },
	{ "source", ROW_TEXT },
	{ "area", ROW_TEXT },
	{ "outcome", ROW_TEXT },
	{ "offset", ROW_PLAIN },
	{ "file", ROW_TEXT },
	{ "line", ROW_NUMBER },
};

/* Where a field stands; the time is made anew. */
static const struct {
	unsigned char cell, field;
} copied[] = {
	{ CAT_USER, FIELD_USER },
	{ CAT_UNIT, FIELD_UNIT },
	{ CAT_ROLE, FIELD_ROLE },
	{ CAT_KIND, FIELD_KIND },
	{ CAT_CASE, FIELD_CASE },
	{ CAT_PURPOSE, FIELD_PURPOSE },
	{ CAT_SOURCE, FIELD_SOURCE },
	{ CAT_AREA, FIELD_AREA },
	{ CAT_OUTCOME, FIELD_OUTCOME },
};

struct cat {
	struct row_writer rows;
	int32_t offset;       /* that offset_text says */
	char offset_text[16];
};

/* Offsets hardly ever change. */
static struct slice
print_offset(struct cat *cat, const struct moment *when)
{
	int32_t size = when->offset < 0 ? -when->offset : when->offset;

	if (!when->zoned)
		return (struct slice){ NULL, 0 };
	if (cat->offset_text[0] == '\0' || cat->offset != when->offset) {
		(void)snprintf(cat->offset_text, sizeof(cat->offset_text),
			"%c%02d:%02d", when->offset < 0 ? '-' : '+',
			size / 3600 % 100, size / 60 % 60);
		cat->offset = when->offset;
	}
	return slice_of(cat->offset_text);
}

static int
cat_take(void *ctx, const struct log_file *file, const struct parsed *parsed,
	struct fault *fault)
{
	struct cat *cat = ctx;
	struct slice cells[CAT_N];
	char when[TIME_TEXT_MAX], line[ROW_NUMBER_MAX];

	if (parsed->reason != REASON_LOOKUP)
		return 0;
	cells[CAT_TIME] = (struct slice){ when,
		time_print(when, parsed->when.ms, 0) };
	for (size_t i = 0; i < ARRAY_LEN(copied); i++) {
		struct slice text = parsed->record.field[copied[i].field];

		if (!field_given(text))
			text.len = 0;
		cells[copied[i].cell] = text;
	}
	cells[CAT_OFFSET] = print_offset(cat, &parsed->when);
	cells[CAT_FILE] = slice_of(file->input->path);
	cells[CAT_LINE] = row_number(line, parsed->line.number);
	for (size_t i = 0; i < parsed->n_subjects; i++) {
		cells[CAT_SUBJECT] = parsed->subjects[i].name;
		if (rows_put(&cat->rows, cells) != 0)
			return fault_memory(fault);
	}
	return sink_is_over(cat->rows.sink);
}

static int
cat_write(struct reading *reading, const struct settings *settings,
	struct fault *fault)
{
	bool terminal = settings->output == NULL && isatty(STDOUT_FILENO);
	struct cat cat = { .rows = { .columns = columns, .n = CAT_N,
		.lines = settings->format != NULL &&
			strcmp(settings->format, "jsonl") == 0,
		.csv_raw = settings->csv_raw, .terminal = terminal } };

	if (sink_open(&cat.rows.sink, settings->output, fault) != 0)
		return -1;
	if (settings->manifest != NULL)
		sink_watch(cat.rows.sink, &reading->output_written);
	rows_begin(&cat.rows);
	/* Enough is when writing fails, which closing tells. */
	if (reading_walk(reading, cat_take, &cat, fault) < 0) {
		sink_abort(cat.rows.sink);
		return -1;
	}
	return sink_close(cat.rows.sink, fault);
}

/* There is no report; the options that decide go into the manifest all the
 * same. */
static int
cat_manifest(const struct reading *reading, struct fault *fault)
{
	struct report report = { .command = "cat" };
	int result = -1;

	if (reading->settings->manifest == NULL || reading->book == NULL)
		return 0;
	if (output_read_settings(reading, &report, fault) == 0)
		result = manifest_write(reading, &report, fault);
	report_clear(&report);
	return result;
}

static int
cat_run(const struct settings *settings, int *status, struct fault *fault)
{
	struct reading reading;
	int result = -1;

	if (reading_open(&reading, settings, fault) == 0)
		result = cat_write(&reading, settings, fault) != 0 ?
			-1 :
			cat_manifest(&reading, fault);
	*status = reading.status;
	reading_free(&reading);
	return result;
}

int
cmd_cat(const struct settings *settings)
{
	struct fault fault = { 0 };
	int status = EXIT_COMPLETE;

	if (cat_run(settings, &status, &fault) != 0) {
		say_fault(&fault);
		status = worse_status(status, fault_status(&fault));
	}
	return status;
}
