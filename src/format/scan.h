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

struct scanner {
	const char *name;
	bool (*usable)(void); /* on this processor */
	/* false: the record needs another look, by the rules of RFC 4180 and
	 * beyond. It has quotes that are no plain frame of a field, or too
	 * many separators; *ret is undefined. Reads nothing beyond the text,
	 * which has less than 4 GiB. The separator is ASCII and no quote. */
	bool (*scan)(struct slice text, char separator, struct scan *ret);
};

/* Best first; the last is the plain one, which is always usable. With make
 * VECTOR=no it is the only one. */
extern const struct scanner scanners[];
extern const size_t scanners_n;

const struct scanner *scanner_best(void);

#endif
