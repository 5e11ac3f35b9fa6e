/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A look ahead at the lines of a table, many at once: where each ends, and
 * its fields. It knows the common ones, which are what they seem: of the width
 * asked for, without quotes or blanks around a field. All others are left to
 * reader_next() and splitter_split(); whoever asks may also do so after any
 * look at a line, and come back for the next.
 */
#ifndef QUIS_FORMAT_AHEAD_H
#define QUIS_FORMAT_AHEAD_H

#include "base/base.h"
#include "format/scan.h"
#include "input/reader.h"

struct ahead {
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
struct ahead_line {
	struct slice text;   /* as reader_next() has it */
	bool cr;             /* a CR follows */
	bool ascii;          /* for certain */
	const char *base;    /* what ends are counted from */
	const uint16_t *end; /* of the line before, then of each field, but for
	                        the CR */
	size_t n;            /* fields */
};

void ahead_init(struct ahead *ahead, struct reader *reader, char separator);

/* The next line, not yet taken, if it is a common one of n fields. False: it
 * is not, or there is none at hand. */
bool ahead_peek(struct ahead *ahead, size_t n, struct ahead_line *ret);

/* Take the line of ahead_peek() from the reader. */
void ahead_take(struct ahead *ahead, const struct ahead_line *line,
	struct line *ret);

/* The reader is read otherwise: to be called before ahead_peek() is again. */
void ahead_leave(struct ahead *ahead);

/* As splitter_pick(). */
void ahead_pick(const struct ahead_line *line, const int *wanted, size_t n,
	struct slice *ret);

#endif
