/* SPDX-License-Identifier: Apache-2.0 */
#include "format/layout.h"

#include "base/memory.h"
#include "format/head.h"
#include "format/settle.h"

enum { SAMPLE_LINES = 100, TIMES_MOST = 255 };

static const char separators[] = { ',', '\t', ';', '|' };

bool
layout_is_blank(struct slice line)
{
	return slice_trim(line).len == 0;
}

/* By the formats that somebody described, and nothing else. */
static bool
described_time(const struct record *record, bool has_date,
	const struct format_options *options, int64_t near_ms,
	struct moment *ret)
{
	struct slice text = record->field[FIELD_TIME];
	struct slice date = record->field[FIELD_DATE];
	char both[TIMES_MOST + 1];

	if (has_date && date.len > 0) {
		if (date.len + text.len + 1 > sizeof(both))
			return false;
		memcpy(both, date.at, date.len);
		both[date.len] = ' ';
		if (text.len > 0)
			memcpy(both + date.len + 1, text.at, text.len);
		text = (struct slice){ both, date.len + 1 + text.len };
	}
	for (size_t i = 0; i < options->n_time_formats; i++) {
		if (time_format_parse(options->time_formats[i], text,
			    options->zone, near_ms, ret))
			return true;
	}
	return false;
}

bool
layout_time(const struct record *record, bool has_date,
	const struct format_options *options, int64_t near_ms,
	struct moment *ret)
{
	const struct zone *zone = options->zone;

	if (options->n_time_formats > 0)
		return described_time(record, has_date, options, near_ms, ret);
	if (has_date &&
		time_parse_pair(record->field[FIELD_DATE],
			record->field[FIELD_TIME], zone, ret))
		return true;
	/* a whole time beside a date needs none; a time of day is not whole */
	return time_parse(record->field[FIELD_TIME], zone, ret);
}

bool
layout_is_empty(struct slice head)
{
	struct slice line;

	while (head_line(&head, true, &line)) {
		if (!layout_is_blank(line))
			return false;
	}
	return true;
}

/* The sample: the lines behind the header that have its width. */
struct sample {
	struct slice rest; /* text behind the header */
	struct splitter *splitter;
	size_t width;
};

static bool
sample_next(struct sample *sample, const struct slice **ret)
{
	struct slice line;
	size_t n;

	while (head_line(&sample->rest, true, &line)) {
		if (layout_is_blank(line))
			continue;
		if (splitter_split(sample->splitter, line) != SPLIT_DONE)
			continue;
		*ret = splitter_fields(sample->splitter, &n);
		if (n == sample->width)
			return true;
	}
	return false;
}

static void
count_columns(struct sample sample, const struct layout *layout,
	const struct format_options *options, struct column_count *ret)
{
	const struct slice *fields;

	while (ret->records < SAMPLE_LINES && sample_next(&sample, &fields))
		column_count_add(ret, &layout->columns, fields, sample.width,
			options);
}

/* What a table without the fields of a lookup may be instead. */
static const char *
guess_register(const struct slice *header, size_t n)
{
	static const struct {
		const char *a, *b, *what;
	} registers[] = {
		{ "flagged", "reason", "a report of quis" },
		{ "compression", "sha256", "a report of quis" },
		{ "user", "from", "a roster" },
		{ "user", "shift", "a roster" },
		{ "case", "opened", "a register of cases" },
		{ "case", "lead", "a register of cases" },
		{ "unit", "scope", "a register of units" },
		{ "subject", "person", "a register of persons" },
		{ "case", "subject", "a register of case subjects" },
		{ "user", "unit", "a roster" },
		{ "unit", "area", "a register of units" },
		{ "subject", "reason", "a watch list" },
	};

	for (size_t r = 0; r < ARRAY_LEN(registers); r++) {
		bool a = false, b = false;

		for (size_t i = 0; i < n; i++) {
			a |= field_header_equal(header[i],
				slice_of(registers[r].a));
			b |= field_header_equal(header[i],
				slice_of(registers[r].b));
		}
		if (a && b)
			return registers[r].what;
	}
	return NULL;
}

static bool
has_map(const struct column_map *map)
{
	for (size_t f = 0; f < FIELD_N; f++) {
		if (map->of[f] != NULL)
			return true;
	}
	return false;
}

/* Does the first line hold a time? Then it is a record, whatever of it looks
 * like the name of a column. */
static bool
is_record(const struct slice *header, size_t n,
	const struct format_options *options)
{
	struct record record = { 0 };
	struct moment when;

	for (size_t i = 0; i < n; i++) {
		record.field[FIELD_TIME] = header[i];
		if (layout_time(&record, false, options, LAYOUT_NEAR, &when))
			return true;
	}
	return false;
}

static int
fault_missing(const struct columns *columns, const struct slice *header,
	size_t n, int found, const struct format_options *options,
	struct fault *fault)
{
	bool mapped = has_map(&options->map);
	struct lack_text lack;
	char list[640];
	const char *side = guess_register(header, n);

	columns_list(header, n, list, sizeof(list));
	columns_lack(columns, &lack);
	if (is_record(header, n, options))
		return fault_set(fault, FAULT_USAGE,
			"no log that quis knows: the first line is a record "
			"and no header (%s); say --map time=N --map user=N "
			"--map subject=N, each by its number from 1, or "
			"describe the lines by --pattern or in a --profile",
			list);
	if (found == 0)
		return fault_set(fault, FAULT_USAGE,
			"no log that quis knows: no column of the first line "
			"is recognised (%s); name them with --map time=COLUMN "
			"--map user=COLUMN --map subject=COLUMN, or describe "
			"the lines by --pattern or in a --profile",
			list);
	if (side != NULL && !mapped && columns->at[FIELD_TIME] == COLUMN_NONE)
		return fault_set(fault, FAULT_USAGE,
			"looks like %s, not a log: no column for the %s among "
			"%s; if it is a log, say %s",
			side, lack.fields, list, lack.maps);
	return fault_set(fault, FAULT_USAGE,
		"no column for the %s among %s%s; say %s", lack.fields, list,
		mapped ? " that no --map gives to another field" : "",
		lack.maps);
}

static bool
is_preamble(struct slice line)
{
	return layout_is_blank(line) || line.at[0] == '#' ||
		(line.len == 5 && memcmp(line.at, "sep=", 4) == 0);
}

/* What is not read, by its first bytes. */
static const char *
guess_packed(struct slice head)
{
	static const struct {
		const char *magic, *what;
	} packed[] = {
		{ "\x02\x21\x4c\x18", "lz4 of an old kind" },
		{ "\x1f\x8b", "gzip, damaged or within two others" },
		{ "\xfd" "7zXZ", "xz, damaged or within two others" },
		{ "BZh91AY", "bzip2, damaged or within two others" },
		{ "\x28\xb5\x2f\xfd", "zstd, damaged or within two others" },
		{ "\x04\x22\x4d\x18", "lz4, damaged or within two others" },
		{ "\xff\xfe", "UTF-16, to be converted by iconv" },
		{ "\xfe\xff", "UTF-16, to be converted by iconv" },
		{ "\x89PNG", "a picture" },
		{ "7z\xbc\xaf", "7z" },
		{ "\x1f\x9d", "compress" },
	};

	for (size_t i = 0; i < ARRAY_LEN(packed); i++) {
		size_t len = strlen(packed[i].magic);

		if (head.len > len &&
			memcmp(head.at, packed[i].magic, len) == 0)
			return packed[i].what;
	}
	return NULL;
}

/* One separator tried on the first line. */
struct trial {
	struct splitter *header; /* holds the first line's fields */
	struct splitter *sample; /* those of the lines behind it */
	struct column_count count;
	int found;               /* headers recognised, -1: no table at all */
	bool damaged;            /* lines behind the header may be garbled */
	struct layout layout;
};

static int
trial_settle(struct trial *trial, struct slice rest,
	const struct format_options *options, struct fault *fault)
{
	struct layout *layout = &trial->layout;
	const struct slice *header;
	struct moment when;
	struct record record;
	size_t n;

	header = splitter_fields(trial->header, &n);
	trial->found = columns_of_header(header, n, &options->map,
		&layout->columns, fault);
	if (trial->found < 0)
		return -1;
	if (column_map_by_number(&options->map)) {
		columns_pick(&layout->columns, header, &record);
		layout->has_header = !layout_time(&record,
			layout->columns.at[FIELD_DATE] >= 0, options,
			LAYOUT_NEAR, &when);
	}
	if (!layout->has_header) {
		/* no value of the first record is the name of a column */
		for (size_t f = 0; f < FIELD_N; f++)
			if (options->map.of[f] == NULL)
				layout->columns.at[f] = COLUMN_NONE;
		return 0;
	}
	count_columns((struct sample){ rest, trial->sample, n }, layout,
		options, &trial->count);
	columns_settle_date(&layout->columns, &trial->count, &options->map);
	if (!columns_complete(&layout->columns))
		return fault_missing(&layout->columns, header, n, trial->found,
			options, fault);
	return trial->damaged ? 0 :
				columns_check(&layout->columns, &trial->count,
					header, n, false,
					&options->map, fault);
}

static int
trial_run(struct trial *trial, char separator, struct slice line,
	struct slice rest, const struct format_options *options,
	struct fault *fault)
{
	int result = -1;
	size_t n;

	trial->found = -1;
	trial->layout = (struct layout){ .separator = separator,
		.has_header = true, .header = line };
	if (splitter_open(&trial->header, separator, fault) != 0 ||
		splitter_open(&trial->sample, separator, fault) != 0)
		goto out;
	result = 0;
	if (splitter_split(trial->header, line) != SPLIT_DONE)
		goto out;
	(void)splitter_fields(trial->header, &n);
	if (n >= 2)
		result = trial_settle(trial, rest, options, fault);
out:
	splitter_free(trial->header);
	splitter_free(trial->sample);
	return result;
}

int
layout_find(struct slice head, bool damaged,
	const struct format_options *options, struct layout *ret,
	struct fault *fault)
{
	struct slice line;
	struct fault best_fault = { 0 }, tried;
	struct trial *trial;
	const char *packed = guess_packed(head);
	int best = -1;

	*ret = (struct layout){ 0 };
	if (packed != NULL)
		return fault_set(fault, FAULT_USAGE,
			"looks like %s, which is not read; pipe its text into "
			"-",
			packed);
	do {
		if (!head_line(&head, true, &line))
			return 0;
	} while (is_preamble(line));
	if (!slice_is_text(line))
		return fault_set(fault, FAULT_USAGE,
			"no text: its first line holds control bytes");
	for (size_t i = 0; i < ARRAY_LEN(separators); i++) {
		if (options->separator != 0 &&
			options->separator != separators[i])
			continue;
		trial = memory_array(1, sizeof(*trial));
		if (trial == NULL)
			return fault_memory(fault);
		trial->damaged = damaged;
		tried = (struct fault){ 0 };
		if (trial_run(trial, separators[i], line, head, options,
			    &tried) != 0 &&
			trial->found < 0)
			trial->found = 0;
		if (trial->found > best) {
			best = trial->found;
			best_fault = tried;
			*ret = trial->layout;
			ret->found = best;
		}
		free(trial);
		if (tried.code == FAULT_MEMORY)
			return fault_memory(fault);
	}
	if (best < 0)
		return fault_set(fault, FAULT_USAGE,
			"no log that quis knows: the first line, \"%.*s\", is "
			"no header with several columns; describe the lines by "
			"--pattern or in a --profile",
			(int)(line.len < 60 ? line.len : 60), line.at);
	if (best_fault.code != FAULT_NONE)
		return fault_set(fault, best_fault.code, "%s",
			best_fault.text);
	return 0;
}
