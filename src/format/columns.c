/* SPDX-License-Identifier: Apache-2.0 */
#include "format/columns.h"

int
column_map_add(struct column_map *map, const char *text, struct fault *fault)
{
	const char *equals = strchr(text, '=');
	enum field field;

	if (equals == NULL || equals[1] == '\0')
		return fault_set(fault, FAULT_USAGE,
			"--map '%s' is not FIELD=COLUMN, as in "
			"--map user=login",
			text);
	if (!field_of_name((struct slice){ text, (size_t)(equals - text) },
		    &field))
		return fault_set(fault, FAULT_USAGE,
			"--map '%s' names no field; the fields are time, date, "
			"user, unit, role, kind, subject, case, purpose, "
			"source, area, outcome",
			text);
	map->of[field] = equals + 1;
	return 0;
}

static bool
is_number(const char *text, uint64_t *ret)
{
	return number_parse_u64(slice_of(text), ret) && *ret >= 1;
}

bool
column_map_by_number(const struct column_map *map)
{
	uint64_t number;

	for (size_t f = 0; f < FIELD_N; f++) {
		if (map->of[f] != NULL && !is_number(map->of[f], &number))
			return false;
	}
	return map->of[FIELD_TIME] != NULL && map->of[FIELD_USER] != NULL &&
		map->of[FIELD_SUBJECT] != NULL;
}

static int
map_one(enum field field, const char *want, bool by_number,
	const struct slice *header, size_t n, struct columns *columns,
	struct fault *fault)
{
	uint64_t number;

	if (by_number && is_number(want, &number) && number <= n) {
		columns->at[field] = (int)(number - 1);
		return 0;
	}
	for (size_t i = 0; i < n; i++) {
		if (field_header_equal(slice_of(want), header[i])) {
			columns->at[field] = (int)i;
			return 0;
		}
	}
	if (is_number(want, &number) && number <= n) {
		columns->at[field] = (int)(number - 1);
		return 0;
	}
	return fault_set(fault, FAULT_USAGE,
		"no column '%s' (--map %s=%s); the first line has %zu columns",
		want, field_name(field), want, n);
}

static bool
is_mapped(const struct columns *columns, int column)
{
	for (size_t f = 0; f < FIELD_N; f++) {
		if (columns->at[f] == column)
			return true;
	}
	return false;
}

int
columns_of_header(const struct slice *header, size_t n,
	const struct column_map *map, struct columns *ret, struct fault *fault)
{
	struct columns columns = { .width = n };
	unsigned best[FIELD_N], rank;
	enum field field;
	int found = 0;

	for (size_t f = 0; f < FIELD_N; f++) {
		columns.at[f] = -1;
		best[f] = UINT32_MAX;
	}
	for (size_t f = 0; f < FIELD_N; f++) {
		if (map->of[f] == NULL)
			continue;
		if (map_one((enum field)f, map->of[f],
			    column_map_by_number(map), header, n, &columns,
			    fault) != 0)
			return -1;
		found++;
	}
	for (size_t i = 0; i < n; i++) {
		if (!field_of_header(header[i], &field, &rank))
			continue;
		if (map->of[field] != NULL || is_mapped(&columns, (int)i))
			continue;
		found++;
		if (rank < best[field]) {
			best[field] = rank;
			columns.at[field] = (int)i;
		}
	}
	*ret = columns;
	return found;
}

bool
columns_complete(const struct columns *columns)
{
	return columns->at[FIELD_TIME] >= 0 && columns->at[FIELD_USER] >= 0 &&
		columns->at[FIELD_SUBJECT] >= 0;
}

void
columns_pick(const struct columns *columns, const struct slice *fields,
	struct record *ret)
{
	for (size_t f = 0; f < FIELD_N; f++) {
		if (columns->at[f] >= 0)
			ret->field[f] = fields[columns->at[f]];
		else
			ret->field[f] = (struct slice){ NULL, 0 };
	}
}
