/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Splitting one CSV record into fields. A record without a quote, or whose
 * quotes only frame fields, is split here, into slices of the line; any other
 * is libcsv's. Both trim blanks and tabs around a field that is not quoted.
 */
#ifndef QUIS_FORMAT_SPLIT_H
#define QUIS_FORMAT_SPLIT_H

#include "base/base.h"
#include "input/reader.h"

enum {
	SPLIT_FIELDS_MAX = 1024,     /* columns of one record */
	SPLIT_RECORD_MAX = 64 << 10, /* bytes of a record with quotes */
	SPLIT_LINES_MAX = 16,        /* physical lines of it */
};

struct splitter;

int splitter_open(struct splitter **ret, char separator, struct fault *fault);
void splitter_free(struct splitter *splitter);

enum split {
	SPLIT_DONE,
	SPLIT_OPEN, /* a quote is not closed at the end of the text */
	SPLIT_BAD,  /* several records, too many fields, or too long */
	SPLIT_MEMORY,
};

/* The fields of text, valid until the next call and as long as text is.
 * They are in splitter_fields(). */
enum split splitter_split(struct splitter *splitter, struct slice text);

/* Split the record that begins at *line and may go on over several physical
 * lines, up to SPLIT_LINES_MAX and SPLIT_RECORD_MAX; *line then spans them. On
 * anything but SPLIT_DONE *line is its first line, and reading resumes behind
 * that. Only if the text of a damaged file ends within an open quote
 * (*ret_cut), all that is left is taken, and the line's text is empty. */
enum split splitter_split_record(struct splitter *splitter,
	struct reader *reader, struct line *line, bool *ret_cut);

/* The ways of splitter_split(); exposed for the test that holds them against
 * each other. libcsv is the authority, but knows no record without a byte in
 * it. The plain way takes text without quotes only; the scanned way (scan.h)
 * is what nearly all records go, and is SPLIT_BAD, with the fields undefined,
 * for those that need another. */
enum split splitter_split_scanned(struct splitter *splitter,
	struct slice text);
enum split splitter_split_plain(struct splitter *splitter, struct slice text);
enum split splitter_split_quoted(struct splitter *splitter, struct slice text);

/* All fields of the record. */
const struct slice *splitter_fields(struct splitter *splitter, size_t *ret_n);

size_t splitter_count(const struct splitter *splitter);

/* Some of the fields: ret[i] is the one of number wanted[i], which is below
 * splitter_count(), and empty if that is negative. Cheaper than all. */
void splitter_pick(const struct splitter *splitter, const int *wanted,
	size_t n, struct slice *ret);

/* Is no byte of the record above 0x7f? false: not known. To be asked before
 * splitter_fields(). */
bool splitter_is_ascii(const struct splitter *splitter);

#endif
