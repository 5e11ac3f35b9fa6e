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

static const char *const beside[] = {
	[-COLUMN_SYSLOG_TIME] = "syslog-time",
	[-COLUMN_SYSLOG_HOST] = "syslog-host",
	[-COLUMN_SYSLOG_TAG] = "syslog-tag",
	[-COLUMN_RULES] = "(profile)",
};

const char *
column_name(int column)
{
	return column < COLUMN_NONE ? beside[-column] : "";
}

int
column_find(struct slice name, const struct column_map *map,
	const struct slice *names, size_t n)
{
	uint64_t number = 0;
	bool numbered = number_parse_u64(name, &number) && number >= 1 &&
		number <= n;

	if (numbered && column_map_by_number(map))
		return (int)(number - 1);
	for (size_t i = 0; i < n; i++) {
		if (field_header_equal(name, names[i]))
			return (int)i;
	}
	if (numbered)
		return (int)(number - 1);
	for (int i = COLUMN_SYSLOG_TIME; map->syslog && i >= COLUMN_SYSLOG_TAG;
		i--) {
		if (field_header_equal(name, slice_of(column_name(i))))
			return i;
	}
	return COLUMN_NONE;
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

enum { RANK_PART = 1000, RANK_ABOVE = 2000 };

static bool
is_plain_key(struct slice name)
{
	static const char *const keys[] = { "id", "name", "identifier",
		"number", "value", "key", "no" };

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (slice_is_nocase(name, keys[i]))
			return true;
	}
	return false;
}

/* The field that a path names: by all of it, or by its last part, or, if that
 * says nothing as in "user.id", by what stands before: the id of a request is
 * no subject. */
static bool
field_of_path(struct slice path, enum field *ret, unsigned *ret_rank)
{
	struct slice last = path, above;
	size_t start = path.len;

	if (field_of_header(path, ret, ret_rank))
		return true;
	while (start > 0 && path.at[start - 1] != '.')
		start--;
	if (start == 0)
		return false;
	last.at += start;
	last.len -= start;
	above = (struct slice){ path.at, start - 1 };
	if (is_plain_key(last)) {
		if (!field_of_path(above, ret, ret_rank))
			return false;
		*ret_rank += RANK_ABOVE;
		return true;
	}
	if (!field_of_header(last, ret, ret_rank))
		return false;
	*ret_rank += RANK_PART;
	return true;
}

/* Of names that are the same but for how they are spelt, the most usual. */
static int
most_given(int column, const struct slice *names, size_t n,
	const size_t *given)
{
	int best = column;

	if (column < 0 || (size_t)column >= n)
		return column;
	for (size_t i = 0; i < n; i++) {
		if (given[i] > given[best] &&
			field_header_equal(names[column], names[i]))
			best = (int)i;
	}
	return best;
}

/* given: NULL for a header; the names are a dialect's, with it. */
static int
find_columns(const struct slice *names, size_t n, const size_t *given,
	const struct column_map *map, struct columns *ret, struct fault *fault)
{
	struct columns columns = { .width = n };
	unsigned best[FIELD_N], rank;
	enum field field;
	int found = 0;

	for (size_t f = 0; f < FIELD_N; f++) {
		columns.at[f] = map->ruled[f] ? COLUMN_RULES : COLUMN_NONE;
		best[f] = UINT32_MAX;
	}
	for (size_t f = 0; f < FIELD_N; f++) {
		if (map->of[f] == NULL || map->ruled[f])
			continue;
		columns.at[f] = column_find(slice_of(map->of[f]), map, names,
			n);
		if (given != NULL)
			columns.at[f] = most_given(columns.at[f], names, n,
				given);
		if (columns.at[f] == COLUMN_NONE && given == NULL)
			return fault_set(fault, FAULT_USAGE,
				"no column '%s' (--map %s=%s); the first line "
				"has %zu columns",
				map->of[f], field_name((enum field)f),
				map->of[f], n);
		found++;
	}
	for (size_t i = 0; i < n; i++) {
		if (given != NULL ? !field_of_path(names[i], &field, &rank) :
				    !field_of_header(names[i], &field, &rank))
			continue;
		if (map->of[field] != NULL || map->ruled[field] ||
			is_mapped(&columns, (int)i))
			continue;
		found++;
		if (rank < best[field] ||
			(rank == best[field] && given != NULL &&
				given[i] > given[columns.at[field]])) {
			best[field] = rank;
			columns.at[field] = (int)i;
		}
	}
	if (map->syslog && columns.at[FIELD_TIME] == COLUMN_NONE &&
		columns.at[FIELD_DATE] == COLUMN_NONE)
		columns.at[FIELD_TIME] = COLUMN_SYSLOG_TIME;
	*ret = columns;
	return found;
}

int
columns_of_header(const struct slice *header, size_t n,
	const struct column_map *map, struct columns *ret, struct fault *fault)
{
	return find_columns(header, n, NULL, map, ret, fault);
}

void
columns_of_names(const struct slice *names, size_t n, const size_t *given,
	const struct column_map *map, struct columns *ret)
{
	struct fault none = { 0 };

	(void)find_columns(names, n, given, map, ret, &none);
}

int
columns_find_sequence(const struct columns *columns, const struct slice *names,
	size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct slice name = names[i];
		const char *dot = name.len > 0 ?
			memrchr(name.at, '.', name.len) :
			NULL;

		if (dot != NULL)
			name = (struct slice){ dot + 1,
				(size_t)(name.at + name.len - dot - 1) };
		if (!is_mapped(columns, (int)i) && field_is_sequence(name))
			return (int)i;
	}
	return COLUMN_NONE;
}

bool
columns_complete(const struct columns *columns)
{
	return columns->at[FIELD_TIME] != COLUMN_NONE &&
		columns->at[FIELD_USER] != COLUMN_NONE &&
		columns->at[FIELD_SUBJECT] != COLUMN_NONE;
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
