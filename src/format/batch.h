/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch is common lookups of a table that follow one another, as
 * parser_batch() finds them: where their fields are, for who goes through
 * them column by column. This is a hot room: what is done to a column is
 * written for processors with AVX-512 as well, which a test holds against the
 * plain way.
 */
#ifndef QUIS_FORMAT_BATCH_H
#define QUIS_FORMAT_BATCH_H

#include "base/base.h"
#include "format/field.h"
#include "format/scan.h"
#include "format/time.h"

enum {
	BATCH_MOST = 64,     /* lookups */
	BATCH_FIELDS = 1024, /* and of all of them so many fields */
	BATCH_BEYOND = 64,   /* behind the begin of each so many bytes may be
	                        read, whatever they are */
};

struct batch {
	size_t n, width;        /* lookups, and fields of each */
	bool wide;              /* with AVX-512: wide_usable(), or not */
	const char *base;       /* what fields are counted from */
	const uint16_t *column; /* of each field, or SCAN_NONE */
	struct moment when;     /* of all, but for the ms: */
	int64_t first_ms, last_ms; /* least and greatest of these */
	_Alignas(64) int64_t ms[BATCH_MOST];
	/* of all fields, line by line */
	uint16_t start[BATCH_FIELDS + 8], len[BATCH_FIELDS + 8];
};

/* Fields of n lines between ends as of struct scan_lines. cr: a CR stands
 * behind the last one of each line. */
void batch_fill(struct batch *batch, const uint16_t *end, size_t n, bool cr);

/* The times of how many lookups, from the first on, are written as the memo
 * says? Only these are left. */
void batch_times(struct batch *batch, const struct time_memo *memo,
	const struct zone *zone);

/* Only the first n are left. */
void batch_cut(struct batch *batch, size_t n);

/* The subjects as subject_packed() has them, and their subject_partition(),
 * which means nothing where they are texts. */
void batch_subjects(const struct batch *batch, uint64_t ret[BATCH_MOST],
	uint32_t ret_part[BATCH_MOST]);

/* Where a field is of the fields of a line. */
struct batch_column {
	size_t at;
	size_t given; /* all ones, or 0: in no column, and empty */
};

static inline struct batch_column
batch_column(const struct batch *batch, enum field field)
{
	size_t at = batch->column[field];

	return at == SCAN_NONE ? (struct batch_column){ 0, 0 } :
				 (struct batch_column){ at, SIZE_MAX };
}

/* line: its number times the width */
static inline struct slice
batch_text(const struct batch *batch, size_t line, struct batch_column column)
{
	return (struct slice){ batch->base + batch->start[line + column.at],
		batch->len[line + column.at] & column.given };
}

/* All fields of lookup i. */
static inline void
batch_record(const struct batch *batch, size_t i, struct record *ret)
{
	for (size_t f = 0; f < FIELD_N; f++)
		ret->field[f] = batch_text(batch, i * batch->width,
			batch_column(batch, (enum field)f));
}

#endif
