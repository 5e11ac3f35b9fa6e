/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of a lookup, and the names under which logs know them. */
#ifndef QUIS_FORMAT_FIELD_H
#define QUIS_FORMAT_FIELD_H

#include "base/base.h"

enum field {
	FIELD_TIME,
	FIELD_DATE, /* when given, time holds the time of day only */
	FIELD_USER,
	FIELD_UNIT,
	FIELD_ROLE,
	FIELD_KIND,
	FIELD_SUBJECT,
	FIELD_CASE,
	FIELD_PURPOSE,
	FIELD_SOURCE,
	FIELD_AREA,
	FIELD_OUTCOME,
	FIELD_N,
};

const char *field_name(enum field field);

/* The field of exactly this name ("user"); false if there is none. */
bool field_of_name(struct slice name, enum field *ret);

/* The field that a column header names, ignoring case, '_', '-' and blanks;
 * false if none. *ret_rank: its place in that field's list, 0 is best. */
bool field_of_header(struct slice header, enum field *ret, unsigned *ret_rank);

/* Does a header name running numbers ("seq", "recordnumber")? They are no field
 * of a lookup: only gaps in them tell something. */
bool field_is_sequence(struct slice header);

/* Do two headers name the same column (ignoring what field_of_header does)? */
bool field_header_equal(struct slice a, struct slice b);

/* false for the texts that mean "not given": empty, -, NULL, N/A, none … */
enum { FIELD_BLANK_MAX = 4 }; /* … of which none is longer */
bool field_given_short(struct slice value); /* of up to so many bytes */
static inline bool
field_given(struct slice value)
{
	return value.len > FIELD_BLANK_MAX ||
		(value.len > 0 && field_given_short(value));
}

/* One record as slices; a field that the log does not have has len 0. */
struct record {
	struct slice field[FIELD_N];
};

#endif
