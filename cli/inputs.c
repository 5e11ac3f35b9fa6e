/* SPDX-License-Identifier: Apache-2.0 */
/* The table of logs: what was read, what was not, whether it is intact. */
#include "cli/output.h"

#include "cli/gaps.h"
#include "format/time.h"

enum { FILE_PATH, FILE_COMPRESSION, FILE_FORMAT, FILE_STATE, FILE_BYTES,
	FILE_SHA256, FILE_LINES, FILE_ACCEPTED, FILE_REJECTED, FILE_SKIPPED,
	FILE_FIRST, FILE_LAST, FILE_NOTE, FILE_FEW,
	FILE_REJECTS = FILE_FEW, FILE_DISORDER, FILE_GAPS, FILE_OVERLAPS,
	FILE_N };

static const struct column columns[FILE_N] = {
	{ "file", NULL, PLACE_COLUMN },
	{ "compression", NULL, PLACE_HIDDEN },
	{ "format", NULL, PLACE_COLUMN },
	{ "state", NULL, PLACE_COLUMN },
	{ "bytes", NULL, PLACE_COLUMN },
	{ "sha256", NULL, PLACE_HIDDEN },
	{ "lines", NULL, PLACE_COLUMN },
	{ "accepted", NULL, PLACE_COLUMN },
	{ "rejected", NULL, PLACE_COLUMN },
	{ "skipped", NULL, PLACE_COLUMN },
	{ "first", NULL, PLACE_COLUMN },
	{ "last", NULL, PLACE_COLUMN },
	{ "note", NULL, PLACE_BELOW },
	{ "rejects", NULL, PLACE_HIDDEN },
	{ "disorder", NULL, PLACE_HIDDEN },
	{ "gaps", NULL, PLACE_HIDDEN },
	{ "overlaps", NULL, PLACE_HIDDEN },
};

/* The reasons behind rejected lines, for the note. */
static void
append_rejects(const struct log_file *file, char *buf, size_t size)
{
	size_t len = strlen(buf);

	for (size_t r = 0; r < REASON_N && len < size; r++) {
		if (!reason_is_reject((enum reason)r) || file->counts[r] == 0)
			continue;
		len += (size_t)snprintf(buf + len, size - len,
			"%s%llu rejected: %s, first at line %llu",
			len > 0 ? "; " : "",
			(unsigned long long)file->counts[r],
			reason_name((enum reason)r),
			(unsigned long long)file->first_bad[r]);
	}
}

static int
file_note(const struct log_file *file, struct report *report,
	struct cell *ret, struct fault *fault)
{
	char note[2048];

	(void)snprintf(note, sizeof(note), "%s%s%s",
		file->fault.code != FAULT_NONE ? file->fault.text : "",
		file->fault.code != FAULT_NONE && file->facts.note[0] ? "; " :
									"",
		file->facts.note);
	append_rejects(file, note, sizeof(note));
	return note[0] == '\0' ? 0 : cell_copy(report, note, ret, fault);
}

static int
file_hash(const struct log_file *file, struct report *report, struct cell *ret,
	struct fault *fault)
{
	static const unsigned char none[32];

	if (memcmp(file->facts.sha256, none, sizeof(none)) == 0)
		return 0; /* never read: no such hash is known */
	return cell_hash(report, file->facts.sha256, ret, fault);
}

static int
file_times(const struct reading *reading, const struct log_file *file,
	struct report *report, struct cell *cells, struct fault *fault)
{
	char buf[TIME_TEXT_MAX];

	if (file->counts[REASON_LOOKUP] == 0)
		return 0;
	(void)time_print(buf, file->first_ms,
		reading_offset(reading, file->first_ms));
	if (cell_copy(report, buf, &cells[FILE_FIRST], fault) != 0)
		return -1;
	(void)time_print(buf, file->last_ms,
		reading_offset(reading, file->last_ms));
	return cell_copy(report, buf, &cells[FILE_LAST], fault);
}

static int
file_row(const struct reading *reading, const struct log_file *file,
	struct report *report, struct table *table, struct fault *fault)
{
	struct cell *cells;

	if (table_append(table, &cells, fault) != 0)
		return -1;
	cells[FILE_PATH] = cell_text(slice_of(file->input->path));
	cells[FILE_COMPRESSION] = cell_text(
		slice_of(file->facts.compression_name));
	if (file->format[0] != '\0')
		cells[FILE_FORMAT] = cell_text(slice_of(file->format));
	cells[FILE_STATE] =
		cell_text(slice_of(input_state_name(file->facts.state)));
	cells[FILE_BYTES] = cell_count(file->facts.bytes);
	cells[FILE_LINES] = cell_count(file->lines);
	cells[FILE_ACCEPTED] = cell_count(file->counts[REASON_LOOKUP]);
	cells[FILE_REJECTED] = cell_count(log_file_rejected(file));
	cells[FILE_SKIPPED] = cell_count(log_file_skipped(file));
	return file_hash(file, report, &cells[FILE_SHA256], fault) != 0 ||
			file_times(reading, file, report, cells, fault) != 0 ||
			file_note(file, report, &cells[FILE_NOTE], fault) != 0 ?
		-1 :
		0;
}

/* "no user: 3, first at line 14; …" */
static int
file_rejects(const struct log_file *file, struct report *report,
	struct cell *ret, struct fault *fault)
{
	char list[4096] = "";

	for (size_t r = 0; r < REASON_N; r++) {
		size_t len = strlen(list);

		if (!reason_is_reject((enum reason)r) || file->counts[r] == 0)
			continue;
		(void)snprintf(list + len, sizeof(list) - len,
			"%s%s%s%s%s: %llu, first at line %llu",
			len > 0 ? "; " : "", reason_name((enum reason)r),
			file->detail[r][0] != '\0' ? " (" : "",
			file->detail[r],
			file->detail[r][0] != '\0' ? ")" : "",
			(unsigned long long)file->counts[r],
			(unsigned long long)file->first_bad[r]);
	}
	return list[0] == '\0' ? 0 : cell_copy(report, list, ret, fault);
}

/* What was noted while the log was read; nothing of one that was not. */
static int
file_more(const struct reading *reading, const struct log_file *file,
	struct report *report, struct cell *cells, struct fault *fault)
{
	struct gap_cells gaps;

	if (gap_cells(reading, file->number, report, &gaps, fault) != 0 ||
		file_rejects(file, report, &cells[FILE_REJECTS], fault) != 0)
		return -1;
	if (file->watch != NULL)
		cells[FILE_DISORDER] = cell_count(gaps.disorder);
	if (gaps.missing != NULL)
		cells[FILE_GAPS] = cell_text(slice_of(gaps.missing));
	if (gaps.twice != NULL)
		cells[FILE_OVERLAPS] = cell_text(slice_of(gaps.twice));
	return 0;
}

int
output_inputs(const struct reading *reading, bool all, struct report *report,
	struct table *table, struct fault *fault)
{
	const struct book *book = reading->book;

	table->columns = columns;
	table->n_columns = all ? FILE_N : FILE_FEW;
	for (size_t i = 0; i < book->n_files; i++) {
		const struct log_file *file = &book->files[i];

		if (file_row(reading, file, report, table, fault) != 0)
			return -1;
		if (all &&
			file_more(reading, file, report,
				table->cells + i * table->n_columns,
				fault) != 0)
			return -1;
	}
	return 0;
}

/* What identifiers are made of. */
static int
set_subjects(const struct reading *reading, struct report *report,
	struct fault *fault)
{
	const struct settings *settings = reading->settings;
	const char *split = reading->options.format.split;

	for (size_t i = 0; i < settings->n_rewrites; i++) {
		const char *name =
			report_print(report, fault, "rewrite-%zu", i + 1);

		if (name == NULL ||
			report_set(report, name,
				cell_text(slice_of(settings->rewrites[i])),
				fault) != 0)
			return -1;
	}
	if (split == NULL)
		return 0;
	return report_set(report, "split", cell_text(slice_of(split)), fault);
}

/* A site's own may be another tomorrow. */
static int
set_profile(const struct reading *reading, struct report *report,
	struct fault *fault)
{
	struct cell hash;

	return report_set(report, "profile",
		       cell_text(slice_of(reading->settings->profile)),
		       fault) != 0 ||
			cell_hash(report, reading->profile.config.sha256,
				&hash, fault) != 0 ||
			report_set(report, "profile-sha256", hash, fault) != 0 ?
		-1 :
		0;
}

int
output_read_settings(const struct reading *reading, struct report *report,
	struct fault *fault)
{
	const struct settings *settings = reading->settings;
	char zone[64];
	const char *text;

	if (report_set(report, "timezone",
		    cell_text(slice_of(zone_name(reading->zone))), fault) != 0)
		return -1;
	reading_report_zone(reading, zone);
	text = report_print(report, fault, "%s", zone);
	if (text == NULL ||
		report_set(report, "report-timezone",
			cell_text(slice_of(text)), fault) != 0)
		return -1;
	if (settings->profile != NULL &&
		set_profile(reading, report, fault) != 0)
		return -1;
	if (settings->pattern != NULL &&
		report_set(report, "pattern",
			cell_text(slice_of(settings->pattern)), fault) != 0)
		return -1;
	for (size_t f = 0; f < FIELD_N; f++) {
		const char *column = reading->options.format.map.of[f];

		if (column == NULL)
			continue;
		text = report_print(report, fault, "map-%s",
			field_name((enum field)f));
		if (text == NULL ||
			report_set(report, text, cell_text(slice_of(column)),
				fault) != 0)
			return -1;
	}
	if (set_subjects(reading, report, fault) != 0)
		return -1;
	return report_set(report, "max-line", cell_count(settings->max_line),
		       fault) != 0 ||
			report_set(report, "max-ratio",
				cell_count(settings->max_ratio), fault) != 0 ?
		-1 :
		0;
}
