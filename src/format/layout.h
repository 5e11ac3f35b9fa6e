/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the layout of a table-shaped log from its first bytes. */
#ifndef QUIS_FORMAT_LAYOUT_H
#define QUIS_FORMAT_LAYOUT_H

#include "base/base.h"
#include "format/parser.h"
#include "format/split.h"

struct layout {
	char separator;         /* 0: the log is empty */
	bool has_header;
	int found;              /* names of columns that are known; also set if
	                           layout_find() fails */
	struct slice header;    /* text of the header line, in the head */
	struct columns columns;
};

/* Settle the layout of a log that begins with `head`. FAULT_USAGE as
 * parser_open(). What a damaged log holds in its columns is not held against
 * its header. */
int layout_find(struct slice head, bool damaged,
	const struct format_options *options, struct layout *ret,
	struct fault *fault);

bool layout_is_blank(struct slice line);
bool layout_is_empty(struct slice head); /* blank lines, or nothing */

/* The record's time, from one column or two; near_ms: see time-format.h. */
bool layout_time(const struct record *record, bool has_date,
	const struct format_options *options, int64_t near_ms,
	struct moment *ret);

/* For near_ms, where it only matters whether there is a time: 2000. */
#define LAYOUT_NEAR INT64_C(946684800000)

#endif
