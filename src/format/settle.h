/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a sample of records says of the columns that names were found for: do
 * they hold what they should, or do others?
 */
#ifndef QUIS_FORMAT_SETTLE_H
#define QUIS_FORMAT_SETTLE_H

#include "base/base.h"
#include "format/columns.h"
#include "format/parser.h"
#include "format/split.h"

struct column_count {
	size_t records;
	size_t given[SPLIT_FIELDS_MAX]; /* records where it holds a value */
	size_t times[SPLIT_FIELDS_MAX]; /* records where it holds a time */
	size_t pairs;                   /* records where date and time do */
};

/* Count one more record of n values, up to SPLIT_FIELDS_MAX. */
void column_count_add(struct column_count *count, const struct columns *columns,
	const struct slice *values, size_t n,
	const struct format_options *options);

/* A date column serves only beside a time of day, else as the time. */
void columns_settle_date(struct columns *columns,
	const struct column_count *count, const struct column_map *map);

/* FAULT_USAGE if the best-named column fails to hold what it should while
 * another could serve. has_events: most records may be other events, without
 * user or subject. */
int columns_check(const struct columns *columns,
	const struct column_count *count, const struct slice *names, size_t n,
	bool has_events, const struct column_map *map, struct fault *fault);

/* What a log lacks that a lookup needs, for a message. */
struct lack_text {
	char fields[48]; /* "time, the user and the subject" */
	char maps[80];   /* "--map time=COLUMN --map user=COLUMN …" */
};

/* lacks: of time, user and subject those that have no column; what: what is to
 * be said of them, "COLUMN". */
void lack_text_print(const bool lacks[FIELD_N], const char *what,
	struct lack_text *ret);
void columns_lack(const struct columns *columns, struct lack_text *ret);

/* "a", "b", "c" for a message. A log without a header has citizens where names
 * of columns should be, and messages go to mailboxes: what may be one is
 * shown as an ellipsis. */
void columns_list(const struct slice *names, size_t n, char *buf, size_t size);

#endif
