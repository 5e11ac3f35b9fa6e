/* SPDX-License-Identifier: Apache-2.0 */
#include "format/settle.h"

#include "format/layout.h"

enum { LISTED_COLUMNS = 24 };

void
column_count_add(struct column_count *count, const struct columns *columns,
	const struct slice *values, size_t n,
	const struct format_options *options)
{
	struct record record = { 0 };
	struct slice *time = &record.field[FIELD_TIME];
	struct moment when;

	count->records++;
	for (size_t i = 0; i < n; i++) {
		*time = values[i];
		count->given[i] += field_given(values[i]);
		count->times[i] += layout_time(&record, false, options,
			LAYOUT_NEAR, &when);
	}
	columns_pick(columns, values, &record);
	if (options->n_time_formats > 0)
		count->pairs += layout_time(&record, true, options,
			LAYOUT_NEAR, &when);
	else
		count->pairs += time_parse_pair(record.field[FIELD_DATE],
			*time, options->zone, &when);
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

void
columns_settle_date(struct columns *columns, const struct column_count *count,
	const struct column_map *map)
{
	int *date = &columns->at[FIELD_DATE];
	int *time = &columns->at[FIELD_TIME];

	if (*date == COLUMN_NONE || map->of[FIELD_DATE] != NULL)
		return;
	if (*time == COLUMN_NONE) {
		*time = *date;
		*date = COLUMN_NONE;
	} else if (*time >= 0 && *date >= 0 && count->records > 0 &&
		count->pairs * 2 <= count->records) {
		/* the time column is whole, or the date column is: */
		if (count->times[*time] * 2 <= count->records &&
			count->times[*date] * 2 > count->records)
			*time = *date;
		*date = COLUMN_NONE;
	}
}

int
columns_check(const struct columns *columns, const struct column_count *count,
	const struct slice *names, size_t n, bool has_events,
	const struct column_map *map, struct fault *fault)
{
	static const enum field needed[] = { FIELD_USER, FIELD_SUBJECT };
	const int *at = columns->at;
	enum field field;
	unsigned rank;

	if (count->records == 0)
		return 0;
	if (at[FIELD_DATE] < 0 && at[FIELD_TIME] >= 0 &&
		map->of[FIELD_TIME] == NULL &&
		count->times[at[FIELD_TIME]] * 2 < count->records) {
		for (size_t i = 0; i < n; i++) {
			if (count->times[i] * 2 > count->records)
				return fault_column(fault, FIELD_TIME,
					names[at[FIELD_TIME]], names[i]);
		}
	}
	for (size_t k = 0; !has_events && k < ARRAY_LEN(needed);
		k++) {
		int one = at[needed[k]];

		if (map->of[needed[k]] != NULL || one < 0 ||
			count->given[one] * 2 >= count->records)
			continue;
		for (size_t i = 0; i < n; i++) {
			if (field_of_header(names[i], &field, &rank) &&
				field == needed[k] &&
				count->given[i] * 2 > count->records)
				return fault_column(fault, needed[k],
					names[one], names[i]);
		}
	}
	return 0;
}

void
lack_text_print(const bool lacks[FIELD_N], const char *what,
	struct lack_text *ret)
{
	static const enum field needed[] = { FIELD_TIME, FIELD_USER,
		FIELD_SUBJECT };
	size_t left = 0, len = 0, maps = 0;

	ret->fields[0] = ret->maps[0] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(needed); i++)
		left += lacks[needed[i]];
	for (size_t i = 0; i < ARRAY_LEN(needed); i++) {
		const char *name = field_name(needed[i]);

		if (!lacks[needed[i]])
			continue;
		left--;
		len += (size_t)snprintf(ret->fields + len,
			sizeof(ret->fields) - len, "%s%s",
			len == 0 ? "" : left == 0 ? " and the " : ", the ",
			name);
		maps += (size_t)snprintf(ret->maps + maps,
			sizeof(ret->maps) - maps, "%s--map %s=%s",
			maps == 0 ? "" : " ", name, what);
	}
}

void
columns_lack(const struct columns *columns, struct lack_text *ret)
{
	const int *at = columns->at;
	const bool lacks[FIELD_N] = {
		[FIELD_TIME] = at[FIELD_TIME] == COLUMN_NONE &&
			at[FIELD_DATE] == COLUMN_NONE,
		[FIELD_USER] = at[FIELD_USER] == COLUMN_NONE,
		[FIELD_SUBJECT] = at[FIELD_SUBJECT] == COLUMN_NONE,
	};

	lack_text_print(lacks, "COLUMN", ret);
}

static bool
is_private(struct slice field)
{
	size_t digits = 0;

	for (size_t i = 0; i < field.len; i++)
		digits += field.at[i] >= '0' && field.at[i] <= '9';
	return digits >= 6;
}

void
columns_list(const struct slice *fields, size_t n, char *buf, size_t size)
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

