/* SPDX-License-Identifier: Apache-2.0 */
#include "format/layout.h"

#include "base/memory.h"

enum { SAMPLE_LINES = 100, LISTED_COLUMNS = 24 };

static const char separators[] = { ',', '\t', ';', '|' };

bool
layout_is_blank(struct slice line)
{
	return slice_trim(line).len == 0;
}

bool
layout_line(struct slice *head, struct slice *ret)
{
	const char *end;
	size_t len;

	if (head->len == 0)
		return false;
	end = memchr(head->at, '\n', head->len);
	if (end == NULL)
		end = memchr(head->at, '\r', head->len);
	len = end == NULL ? head->len : (size_t)(end - head->at);
	*ret = (struct slice){ head->at, len };
	if (ret->len > 0 && ret->at[ret->len - 1] == '\r')
		ret->len--;
	if (end != NULL)
		len++;
	head->at += len;
	head->len -= len;
	return true;
}

bool
layout_time(const struct record *record, bool has_date, const struct zone *zone,
	struct moment *ret)
{
	if (has_date &&
		time_parse_pair(record->field[FIELD_DATE],
			record->field[FIELD_TIME], zone, ret))
		return true;
	/* a whole time beside a date needs none; a time of day is not whole */
	return time_parse(record->field[FIELD_TIME], zone, ret);
}

/* A log without a header has citizens where names of columns should be, and
 * messages go to mailboxes. */
static bool
is_private(struct slice field)
{
	size_t digits = 0;

	for (size_t i = 0; i < field.len; i++)
		digits += field.at[i] >= '0' && field.at[i] <= '9';
	return digits >= 6;
}

/* "a", "b", "c" for a message. */
static void
list_columns(const struct slice *fields, size_t n, char *buf, size_t size)
{
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < n && len < size; i++) {
		struct slice field = is_private(fields[i]) ? slice_of("…") :
							     fields[i];
		int room = (int)(field.len < 40 ? field.len : 40);

		if (i == LISTED_COLUMNS) {
			(void)snprintf(buf + len, size - len, ", …");
			return;
		}
		len += (size_t)snprintf(buf + len, size - len, "%s\"%.*s\"",
			i > 0 ? ", " : "", room, room > 0 ? field.at : "");
	}
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

	while (layout_line(&sample->rest, &line)) {
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

struct column_count {
	size_t lines;
	size_t given[SPLIT_FIELDS_MAX]; /* lines where it holds a value */
	size_t times[SPLIT_FIELDS_MAX]; /* lines where it holds a time */
	size_t pairs;                   /* lines where date and time do */
};

static void
count_columns(struct sample sample, const struct layout *layout,
	const struct zone *zone, struct column_count *ret)
{
	const struct slice *fields;
	struct record record;
	struct moment when;

	memset(ret, 0, sizeof(*ret));
	while (ret->lines < SAMPLE_LINES && sample_next(&sample, &fields)) {
		ret->lines++;
		for (size_t i = 0; i < sample.width; i++) {
			ret->given[i] += field_given(fields[i]);
			ret->times[i] += time_parse(fields[i], zone, &when);
		}
		columns_pick(&layout->columns, fields, &record);
		ret->pairs += time_parse_pair(record.field[FIELD_DATE],
			record.field[FIELD_TIME], zone, &when);
	}
}

static int
fault_column(struct fault *fault, enum field field, struct slice bad,
	struct slice good)
{
	return fault_set(fault, FAULT_USAGE,
		"column \"%.*s\" holds no %s in most lines, but \"%.*s\" could "
		"serve; say which with --map %s=COLUMN",
		(int)bad.len, bad.at, field_name(field), (int)good.len,
		good.at, field_name(field));
}

/* A date column serves only beside a time of day. */
static void
settle_date(struct layout *layout, const struct column_count *count,
	const struct column_map *map)
{
	int *date = &layout->columns.at[FIELD_DATE];
	int *time = &layout->columns.at[FIELD_TIME];

	if (*date < 0 || map->of[FIELD_DATE] != NULL)
		return;
	if (*time < 0) {
		*time = *date;
		*date = -1;
	} else if (count->lines > 0 && count->pairs * 2 <= count->lines) {
		/* the time column is whole, or the date column is: */
		if (count->times[*time] * 2 <= count->lines &&
			count->times[*date] * 2 > count->lines)
			*time = *date;
		*date = -1;
	}
}

/* Does the best-named column hold what it should, or could another? */
static int
check_columns(const struct layout *layout, const struct column_count *count,
	const struct slice *header, const struct column_map *map,
	struct fault *fault)
{
	static const enum field needed[] = { FIELD_USER, FIELD_SUBJECT };
	const int *at = layout->columns.at;
	enum field field;
	unsigned rank;

	if (count->lines == 0)
		return 0;
	if (at[FIELD_DATE] < 0 && map->of[FIELD_TIME] == NULL &&
		count->times[at[FIELD_TIME]] * 2 < count->lines) {
		for (size_t i = 0; i < layout->columns.width; i++) {
			if (count->times[i] * 2 > count->lines)
				return fault_column(fault, FIELD_TIME,
					header[at[FIELD_TIME]], header[i]);
		}
	}
	for (size_t k = 0; k < ARRAY_LEN(needed); k++) {
		if (map->of[needed[k]] != NULL ||
			count->given[at[needed[k]]] * 2 >= count->lines)
			continue;
		for (size_t i = 0; i < layout->columns.width; i++) {
			if (field_of_header(header[i], &field, &rank) &&
				field == needed[k] &&
				count->given[i] * 2 > count->lines)
				return fault_column(fault, needed[k],
					header[at[needed[k]]], header[i]);
		}
	}
	return 0;
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

static int
fault_missing(const struct columns *columns, const struct slice *header,
	size_t n, int found, bool mapped, struct fault *fault)
{
	char list[640];
	const char *side = guess_register(header, n);
	enum field field = FIELD_SUBJECT;

	list_columns(header, n, list, sizeof(list));
	if (found == 0)
		return fault_set(fault, FAULT_USAGE,
			"no log that quis knows: no column of the first line "
			"is recognised (%s); name them with --map time=COLUMN "
			"--map user=COLUMN --map subject=COLUMN, or use "
			"--pattern",
			list);
	if (columns->at[FIELD_USER] < 0)
		field = FIELD_USER;
	if (columns->at[FIELD_TIME] < 0 && columns->at[FIELD_DATE] < 0)
		field = FIELD_TIME;
	if (side != NULL && !mapped)
		return fault_set(fault, FAULT_USAGE,
			"looks like %s, not a log: no column for the %s among "
			"%s; if it is a log, say --map %s=COLUMN",
			side, field_name(field), list, field_name(field));
	return fault_set(fault, FAULT_USAGE,
		"no column for the %s among %s%s; say --map %s=COLUMN",
		field_name(field), list,
		mapped ? " that no --map gives to another field" : "",
		field_name(field));
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

static bool
has_map(const struct column_map *map)
{
	for (size_t f = 0; f < FIELD_N; f++) {
		if (map->of[f] != NULL)
			return true;
	}
	return false;
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
			layout->columns.at[FIELD_DATE] >= 0, options->zone,
			&when);
	}
	if (!layout->has_header) {
		/* no value of the first record is the name of a column */
		for (size_t f = 0; f < FIELD_N; f++)
			if (options->map.of[f] == NULL)
				layout->columns.at[f] = -1;
		return 0;
	}
	count_columns((struct sample){ rest, trial->sample, n }, layout,
		options->zone, &trial->count);
	settle_date(layout, &trial->count, &options->map);
	if (!columns_complete(&layout->columns))
		return fault_missing(&layout->columns, header, n, trial->found,
			has_map(&options->map), fault);
	return trial->damaged ? 0 :
				check_columns(layout, &trial->count, header,
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

	if (packed != NULL)
		return fault_set(fault, FAULT_USAGE,
			"looks like %s, which is not read; pipe its text into "
			"-",
			packed);
	do {
		if (!layout_line(&head, &line)) {
			*ret = (struct layout){ 0 };
			return 0;
		}
	} while (is_preamble(line));
	if (!slice_is_text(line))
		return fault_set(fault, FAULT_USAGE,
			"no text: its first line holds control bytes");
	for (size_t i = 0; i < ARRAY_LEN(separators); i++) {
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
		}
		free(trial);
		if (tried.code == FAULT_MEMORY)
			return fault_memory(fault);
	}
	if (best < 0)
		return fault_set(fault, FAULT_USAGE,
			"no log that quis knows: the first line, \"%.*s\", is "
			"no header with several columns; use --pattern for "
			"other formats",
			(int)(line.len < 60 ? line.len : 60), line.at);
	if (best_fault.code != FAULT_NONE)
		return fault_set(fault, best_fault.code, "%s",
			best_fault.text);
	return 0;
}
