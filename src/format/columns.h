/* SPDX-License-Identifier: Apache-2.0 */
/* Which column of a log is which field. Values that go by names in each record
 * are columns, too. */
#ifndef QUIS_FORMAT_COLUMNS_H
#define QUIS_FORMAT_COLUMNS_H

#include "base/base.h"
#include "format/field.h"
#include "format/zone.h"

/* What the user said of the columns (--map FIELD=COLUMN): a header's text or
 * a number from 1; NULL: nothing said. */
struct column_map {
	const char *of[FIELD_N];
	bool ruled[FIELD_N]; /* rules give it: no column is looked for */
	bool syslog; /* records stand behind prefixes (syslog.h), whose parts
	                are columns; the time of one serves if there is no
	                other */
};

/* Add one FIELD=COLUMN. `text` must outlive the map. FAULT_USAGE. */
int column_map_add(struct column_map *map, const char *text,
	struct fault *fault);

enum {
	COLUMN_NONE = -1,
	/* … and what is no column of the record itself: */
	COLUMN_SYSLOG_TIME = -2, /* "syslog-time" */
	COLUMN_SYSLOG_HOST = -3,
	COLUMN_SYSLOG_TAG = -4,
	COLUMN_RULES = -5, /* rules give the field */
};

struct columns {
	int at[FIELD_N]; /* index from 0, or COLUMN_NONE or its like */
	size_t width;    /* number of columns; 0: as many as there are */
};

/* Find the fields in a header. Returns how many headers were recognised
 * (mapped ones included); required fields may still be missing. FAULT_USAGE
 * (-1) when the map names a column that is not there. */
int columns_of_header(const struct slice *header, size_t n,
	const struct column_map *map, struct columns *ret,
	struct fault *fault);

/* The same of the names that a dialect's records use (dialect.h). Where no name
 * is known, the last part of a path counts, "userName" of
 * "userIdentity.userName". A field that is mapped to a name which is not there
 * has no column: a later record may have it. given: in how many records each is:
 * of names that are as good, as "userId" and "userid", the most usual counts;
 * of those that are as usual, the first. */
void columns_of_names(const struct slice *names, size_t n, const size_t *given,
	const struct column_map *map, struct columns *ret);

/* The column that `name`, or a number from 1, means; COLUMN_NONE: none does. */
int column_find(struct slice name, const struct column_map *map,
	const struct slice *names, size_t n);

/* The name of a column < 0, "" for COLUMN_NONE. */
const char *column_name(int column);

/* The column of running numbers, which is one of no field, or COLUMN_NONE. Of a
 * path the last part counts. */
int columns_find_sequence(const struct columns *columns,
	const struct slice *names, size_t n);

bool columns_complete(const struct columns *columns); /* time, user, subject */

/* true if every mapped column is a number and time, user and subject are
 * mapped: such a log may do without a header. */
bool column_map_by_number(const struct column_map *map);

/* The fields of one record; missing ones are empty. */
void columns_pick(const struct columns *columns, const struct slice *fields,
	struct record *ret);

#endif
