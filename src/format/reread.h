/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `quis cat` printed, read again to the same lookups: its header alone
 * says that cells are guarded, and that a time's offset stands in a column of
 * its own.
 */
#ifndef QUIS_FORMAT_REREAD_H
#define QUIS_FORMAT_REREAD_H

#include "base/base.h"
#include "format/columns.h"
#include "format/time.h"

/* The columns, in order, as cat prints them. */
extern const char *const reread_names[];
enum { REREAD_OFFSET = 11, REREAD_N = 14 };

enum reread {
	REREAD_NONE,    /* another log */
	REREAD_RAW,     /* of --csv-raw: the header's first name is quoted */
	REREAD_GUARDED,
};

/* Is this the header of cat, byte by byte, and no --map has other columns? */
enum reread reread_header(struct slice header, const struct columns *columns);

/* The same of the names of JSON Lines, which have no guards. */
enum reread reread_names_are(const struct slice *names, size_t n,
	const struct columns *columns);

/* Take off the guards of the record's texts. */
void reread_texts(enum reread reread, struct record *record);

/* Give a time, which is in UTC, the offset it was logged with; none: the
 * zone's, as for any time without one. False: this is no offset. */
bool reread_offset(struct slice offset, const struct zone *zone,
	struct moment *when);

#endif
