/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A look ahead at the lines of a table, many at once: where each ends, and
 * its fields. It knows the common ones, which are what they seem: of the width
 * asked for, without quotes or blanks around a field. All others are left to
 * reader_next() and splitter_split(); whoever asks may also do so after any
 * look at a line, and come back for the next.
 */
#ifndef QUIS_FORMAT_LOOKAHEAD_H
#define QUIS_FORMAT_LOOKAHEAD_H

#include "base/base.h"
#include "format/field.h"
#include "format/scan.h"
#include "input/reader.h"

struct lookahead {
	char separator; /* and the reader: the caller's to set, once */
	struct reader *reader;
	const struct scanner *scanner;
	uint64_t offset;  /* bytes of text before what the lines are of */
	const char *text; /* it, unless it may have moved: */
	bool moved;
	size_t len;
	size_t k;         /* the next line, of lines.n */
	size_t start;     /* where it begins */
	struct scan_lines lines;
};

/* One line; into the reader's buffer, and the ahead. */
struct lookahead_line {
	struct slice text;   /* as reader_next() has it */
	bool cr;             /* a CR follows */
	bool ascii;          /* for certain */
	const char *base;    /* what ends are counted from */
	const uint16_t *end; /* of the line before, then of each field, but for
	                        the CR */
	size_t n;            /* fields */
};

void lookahead_init(struct lookahead *ahead, struct reader *reader,
	char separator);

/* The next line, not yet taken, if it is a common one of n fields. False: it
 * is not, or there is none at hand. */
bool lookahead_peek(struct lookahead *ahead, size_t n,
	struct lookahead_line *ret);

/* Take the line of lookahead_peek() from the reader. */
void lookahead_take(struct lookahead *ahead, const struct lookahead_line *line,
	struct line *ret);

/* The reader is read otherwise: before lookahead_peek() is called again. */
void lookahead_leave(struct lookahead *ahead);

/* As splitter_pick(), of all fields; inline, and without a branch on whether a
 * field has a column. */
static inline void
lookahead_pick(const struct lookahead_line *line, const int wanted[FIELD_N],
	struct record *ret)
{
	const uint16_t *at = line->end;
	const char *base = line->base;

#pragma GCC unroll 12
	for (size_t i = 0; i < FIELD_N; i++) {
		bool given = wanted[i] >= 0;
		const uint16_t *end = at + (given ? wanted[i] : 0);
		uint16_t start = (uint16_t)(end[0] + 1);
		const char *text = base + start;

		ret->field[i].at = given ? text : NULL;
		ret->field[i].len = given ? (size_t)end[1] - start : 0;
	}
	for (size_t i = 0; line->cr && i < FIELD_N; i++)
		ret->field[i].len -= wanted[i] == (int)line->n - 1;
}

#endif
