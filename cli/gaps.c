/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/gaps.h"

#include "cli/output.h"
#include "format/time.h"

enum { LISTED = 8, DAY_MS = 24 * 3600 * 1000 };

enum { SAID_FILE, SAID_WHAT, SAID_COUNT, SAID_NOTE, SAID_N };

static const struct column columns[SAID_N] = {
	{ "file", NULL, PLACE_COLUMN },
	{ "what", NULL, PLACE_COLUMN },
	{ "count", NULL, PLACE_HIDDEN },
	{ "note", NULL, PLACE_BELOW },
};

const char *
gap_name(enum gap_kind kind)
{
	static const char *const names[GAP_N] = {
		[GAP_HOURS] = "gap",
		[GAP_DAY] = "missing day",
		[GAP_NUMBERS] = "missing numbers",
		[GAP_OVERLAP] = "overlap",
		[GAP_ORDER] = "disorder",
		[GAP_SEQUENCE] = "out of turn",
	};

	return names[kind];
}

bool
gap_is_missing(enum gap_kind kind)
{
	return kind == GAP_HOURS || kind == GAP_DAY || kind == GAP_NUMBERS;
}

static const char *
hours_text(const struct reading *reading, const struct gap *gap,
	struct report *report, struct fault *fault)
{
	char from[TIME_TEXT_MAX], to[TIME_TEXT_MAX];

	(void)time_print(from, gap->from, reading_offset(reading, gap->from));
	(void)time_print(to, gap->to, reading_offset(reading, gap->to));
	return report_print(report, fault,
		"no lookup from %s to %s, where about %llu were expected", from,
		to, (unsigned long long)gap->count);
}

/* Days of names have no zone. */
static const char *
days_text(const struct gap *gap, struct report *report, struct fault *fault)
{
	char from[TIME_TEXT_MAX], to[TIME_TEXT_MAX];

	(void)time_print(from, gap->from, 0);
	(void)time_print(to, gap->to - DAY_MS, 0);
	if (gap->count == 1)
		return report_print(report, fault,
			"no log of %.10s follows, though there is one a day",
			from);
	return report_print(report, fault,
		"no logs of %llu days from %.10s to %.10s follow, though there "
		"is one a day",
		(unsigned long long)gap->count, from, to);
}

const char *
gap_text(const struct reading *reading, const struct gap *gap,
	struct report *report, struct fault *fault)
{
	const struct log_file *files = reading->book->files;
	unsigned long long count = gap->count, line = gap->line;

	switch (gap->kind) {
	case GAP_HOURS:
		return hours_text(reading, gap, report, fault);
	case GAP_DAY:
		return days_text(gap, report, fault);
	case GAP_NUMBERS:
		if (gap->line == 0)
			return report_print(report, fault,
				"%llu running %s missing between its last, "
				"%llu, and the first of %.1024s, %llu",
				count, count > 1 ? "numbers are" : "number is",
				(unsigned long long)gap->from,
				files[gap->other].input->path,
				(unsigned long long)gap->to);
		return report_print(report, fault,
			"%llu running %s missing, first between %llu and %llu "
			"at line %llu",
			count, count > 1 ? "numbers are" : "number is",
			(unsigned long long)gap->from,
			(unsigned long long)gap->to, line);
	case GAP_OVERLAP:
		return report_print(report, fault,
			"%llu hours of it are in another log, too: %.1024s",
			count, files[gap->other].input->path);
	case GAP_ORDER:
		return report_print(report, fault,
			"%llu %s earlier than the one before, first at line "
			"%llu",
			count, count > 1 ? "lookups are" : "lookup is", line);
	default:
		return report_print(report, fault,
			"it begins before %.1024s, whose name comes first",
			files[gap->other].input->path);
	}
}

/* Sentences of one sort, joined. */
struct joined {
	char text[3584];
	size_t n, more;
};

static void
join(struct joined *joined, const char *text)
{
	size_t len = strlen(joined->text);

	if (joined->n == LISTED ||
		len + strlen(text) + 3 > sizeof(joined->text)) {
		joined->more++;
		return;
	}
	(void)snprintf(joined->text + len, sizeof(joined->text) - len, "%s%s",
		joined->n > 0 ? "; " : "", text);
	joined->n++;
}

static int
end_joined(const struct joined *joined, struct report *report,
	const char **ret, struct fault *fault)
{
	if (joined->n == 0)
		return 0;
	if (joined->more > 0)
		*ret = report_print(report, fault, "%s; and %zu more",
			joined->text, joined->more);
	else
		*ret = report_print(report, fault, "%s", joined->text);
	return *ret == NULL ? -1 : 0;
}

int
gap_cells(const struct reading *reading, size_t file, struct report *report,
	struct gap_cells *ret, struct fault *fault)
{
	struct joined missing = { .n = 0 }, twice = { .n = 0 };
	const struct gaps *gaps = &reading->gaps;

	*ret = (struct gap_cells){ NULL, NULL, 0 };
	for (size_t i = 0; i < gaps->n; i++) {
		const struct gap *gap = &gaps->items[i];
		const char *text;

		if (gap->file != file)
			continue;
		if (gap->kind == GAP_ORDER) {
			ret->disorder = gap->count;
			continue;
		}
		text = gap_text(reading, gap, report, fault);
		if (text == NULL)
			return -1;
		join(gap_is_missing(gap->kind) ? &missing : &twice, text);
	}
	return end_joined(&missing, report, &ret->missing, fault) != 0 ||
			end_joined(&twice, report, &ret->twice, fault) != 0 ?
		-1 :
		0;
}

int
gap_section(const struct reading *reading, struct report *report,
	struct fault *fault)
{
	const struct gaps *gaps = &reading->gaps;
	struct table *table;
	struct cell *cells;

	if (report_section_after(report, "gaps",
		    "What seems to be missing, twice or out of order", columns,
		    SAID_N, &table, fault) != 0)
		return -1;
	for (size_t i = 0; i < gaps->n; i++) {
		const struct gap *gap = &gaps->items[i];
		const char *text = gap_text(reading, gap, report, fault);

		if (text == NULL || table_append(table, &cells, fault) != 0)
			return -1;
		cells[SAID_FILE] = cell_text(slice_of(
			reading->book->files[gap->file].input->path));
		cells[SAID_WHAT] = cell_text(slice_of(gap_name(gap->kind)));
		if (gap->count > 0)
			cells[SAID_COUNT] = cell_count(gap->count);
		cells[SAID_NOTE] = cell_text(slice_of(text));
	}
	return 0;
}
