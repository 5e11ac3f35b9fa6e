/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A look ahead at the lines of a table, many at once: where each ends, and
 * its fields. It knows the common ones, which are what they seem: of the width
 * asked for, without quotes or blanks around a field. All others are left to
 * reader_next() and splitter_split(); whoever asks may also do so after any
 * look at a line, and come back for the next. What stands between all lookups
 * is inline.
 */
#ifndef QUIS_FORMAT_LOOKAHEAD_H
#define QUIS_FORMAT_LOOKAHEAD_H

#include "base/base.h"
#include "format/columns.h"
#include "format/field.h"
#include "format/scan.h"
#include "input/reader.h"

_Static_assert((int)FIELD_N == SCAN_PICK, "all fields are picked at once");

struct lookahead {
	char separator; /* and the reader: the caller's to set, once */
	struct reader *reader;
	const struct scanner *scanner;
	size_t width;     /* fields of a common line, */
	uint16_t column[SCAN_PICK]; /* and which is which, or SCAN_NONE */
	uint64_t offset;  /* bytes of text before what the lines are of */
	uint64_t number;  /* of the line before them */
	const char *text; /* it, unless the reader is read otherwise: */
	bool left;
	size_t room;      /* bytes at hand from there on */
	size_t n;         /* lines->n; 0: lookahead_look() first */
	size_t k;         /* the next line, */
	size_t start;     /* where it begins, */
	size_t first;     /* and the end before its own */
	size_t told_k, told; /* lines and bytes the reader knows to be taken */
	const struct scan_lines *lines; /* `own`, or found by the reader */
	struct scan_lines own;
};

/* One line; into the reader's buffer, and the ahead. */
struct lookahead_line {
	struct slice text;   /* as reader_next() has it */
	bool cr;             /* a CR follows */
	bool ascii;          /* for certain */
	const char *base;    /* what ends are counted from */
	const uint16_t *end; /* of the line before, then of each field, but for
	                        the CR */
};

void lookahead_init(struct lookahead *ahead, struct reader *reader,
	char separator);

/* The columns, at first and whenever they are others. */
void lookahead_want(struct lookahead *ahead, const struct columns *columns);

/* The next line, not yet taken, if it is a common one. False: it is not, or
 * there is none at hand. */
static inline bool lookahead_peek(struct lookahead *ahead,
	struct lookahead_line *ret);

/* As splitter_pick(), of all fields. */
static inline void lookahead_pick(const struct lookahead *ahead,
	const struct lookahead_line *line, struct record *ret);

/* The same of one field, which is there sooner than the others. */
static inline struct slice lookahead_field(const struct lookahead *ahead,
	const struct lookahead_line *line, enum field field);

/* Take the line of lookahead_peek(). The reader learns of it when all lines
 * are taken, or with lookahead_leave(). */
static inline void lookahead_take(struct lookahead *ahead,
	const struct lookahead_line *line, struct line *ret);

/* Take n lines, the last of which ends at `end`. */
static inline void lookahead_take_many(struct lookahead *ahead, size_t n,
	size_t end);

/* The reader is read otherwise: before that, and before lookahead_peek() is
 * called again. */
void lookahead_leave(struct lookahead *ahead);

/* For lookahead_peek(): the lines that come now, if none are known. */
bool lookahead_look(struct lookahead *ahead);

/* For the same: is there an odd byte from `start` up to the LF at `end`? */
bool lookahead_is_odd(const struct scan_lines *lines, size_t start, size_t end);

/* For the same: does the CR behind a text hide a blank from the scan? */
bool lookahead_is_blank_cr(struct slice text, char separator);

/* For lookahead_pick(): a CR was picked with the last column. */
void lookahead_trim_cr(const struct lookahead *ahead, struct record *ret);

static inline bool
lookahead_peek(struct lookahead *ahead, struct lookahead_line *ret)
{
	const struct scan_lines *lines;
	size_t end;

	if (ahead->k >= ahead->n && !lookahead_look(ahead))
		return false;
	lines = ahead->lines;
	end = lines->end[lines->last[ahead->k]];
	if (lines->last[ahead->k] - ahead->first != ahead->width ||
		(lines->odd && lookahead_is_odd(lines, ahead->start, end)))
		return false;
	ret->text.at = ahead->text + ahead->start;
	ret->text.len = end - ahead->start;
	ret->cr = false;
	ret->ascii = lines->ascii;
	ret->base = ahead->text;
	ret->end = lines->end + ahead->first;
	if (ret->text.len == 0 || ret->text.at[ret->text.len - 1] != '\r')
		return true;
	ret->cr = true;
	ret->text.len--;
	return !lookahead_is_blank_cr(ret->text, ahead->separator);
}

static inline void
lookahead_pick(const struct lookahead *ahead,
	const struct lookahead_line *line, struct record *ret)
{
	ahead->scanner->pick(line->base, line->end, ahead->width,
		ahead->column, ret->field);
	if (line->cr)
		lookahead_trim_cr(ahead, ret);
}

static inline struct slice
lookahead_field(const struct lookahead *ahead,
	const struct lookahead_line *line, enum field field)
{
	size_t column = ahead->column[field];
	const uint16_t *end = line->end + column;
	uint16_t start;

	if (column == SCAN_NONE)
		return (struct slice){ NULL, 0 };
	start = (uint16_t)(end[0] + 1);
	return (struct slice){ line->base + start, (size_t)end[1] - start -
		(line->cr && column + 1 == ahead->width) };
}

static inline void
lookahead_take(struct lookahead *ahead, const struct lookahead_line *line,
	struct line *ret)
{
	ahead->start += line->text.len + line->cr + 1;
	ahead->first += ahead->width;
	ahead->k++;
	ret->text.at = line->text.at;
	ret->text.len = line->text.len;
	ret->number = ahead->number + ahead->k;
}

static inline void
lookahead_take_many(struct lookahead *ahead, size_t n, size_t end)
{
	ahead->start = end + 1;
	ahead->first += n * ahead->width;
	ahead->k += n;
}

#endif
