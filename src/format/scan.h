/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One look at every byte of a record: where its separators are, and whether
 * there is anything in it that takes a second look. This is a hot room: the
 * same is written for several kinds of processor, and beside them plainly,
 * byte by byte, which a test holds the others against.
 */
#ifndef QUIS_FORMAT_SCAN_H
#define QUIS_FORMAT_SCAN_H

#include "base/base.h"

enum { SCAN_MOST = 1023 }; /* separators of one record */

struct scan {
	size_t n;    /* separators, but for those within quotes */
	bool quoted; /* some fields are quoted: from their first byte to their
	                last, without a quote or a line end between */
	bool blank;  /* a field that is not quoted begins or ends with a byte
	                up to ' ', which might be a blank or a tab */
	bool ascii;  /* no byte is above 0x7f */
	/* Field i, of 0 to n, is from start[i] to before start[i + 1] - 1,
	 * where its separator is, or the end. */
	uint32_t start[SCAN_MOST + 2 + 64 + 8];
	char copy[64]; /* the scanner's own */
};

enum {
	SCAN_BLOCK = 64,
	SCAN_AHEAD = 8192, /* bytes whose lines are looked for at once */
	SCAN_PICK = 12,    /* fields picked at once */
	SCAN_NONE = UINT16_MAX,
};

/* The lines of a text that ends in the middle of one, most likely. */
struct scan_lines {
	size_t n;   /* lines with their line end, LF */
	bool odd;   /* one bit of odds is set, at least */
	bool ascii; /* no byte is above 0x7f */
	/* Bit i % 64 of odds[i / 64]: at byte i is a quote, or there a field
	 * that might have blanks around begins with one or ends behind one. */
	uint64_t odds[SCAN_AHEAD / SCAN_BLOCK];
	/* Where separators and LFs are, from end[1] on; end[0] is UINT16_MAX,
	 * so that fields begin one behind. Line k ends at end[last[k]]. Some
	 * room is the scanner's own. */
	uint16_t end[1 + SCAN_AHEAD + 64];
	uint16_t last[SCAN_AHEAD + 1];
};

struct scanner {
	const char *name;
	bool (*usable)(void); /* on this processor */
	/* false: the record needs another look, by the rules of RFC 4180 and
	 * beyond. It has quotes that are no plain frame of a field, or too
	 * many separators; *ret is undefined. Reads nothing beyond the text,
	 * which has less than 4 GiB. The separator is ASCII and no quote. */
	bool (*scan)(struct slice text, char separator, struct scan *ret);
	/* Many lines at once, as if no quote were around their ends: those
	 * with odd bits need another look. The text has up to SCAN_AHEAD
	 * bytes, a multiple of SCAN_BLOCK. */
	void (*lines)(struct slice text, char separator,
		struct scan_lines *ret);
	/* Some of the n fields of a line without odd bits, which begins behind
	 * *end, of a struct scan_lines; `base` is what ends are counted from.
	 * column: of each that is wanted; SCAN_NONE: it is to be empty. */
	void (*pick)(const char *base, const uint16_t *end, size_t n,
		const uint16_t column[SCAN_PICK],
		struct slice ret[SCAN_PICK]);
};

/* Best first; the last is the plain one, which is never chosen. With make
 * VECTOR=no there are only those that any processor can use. */
extern const struct scanner scanners[];
extern const size_t scanners_n;

const struct scanner *scanner_best(void);

#endif
