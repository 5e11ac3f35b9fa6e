/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the lookups of one user stand: a second reading of the logs, for rows
 * hold neither file nor line. Records and rows are joined by what they say; of
 * those that say the same, the first row gets the first line, files being in
 * order of path.
 */
#ifndef QUIS_LOOKUP_LOCATE_H
#define QUIS_LOOKUP_LOCATE_H

#include "base/memory.h"
#include "lookup/book.h"

struct place {
	size_t file;   /* of book->files */
	uint64_t line; /* 0: not found */
	bool bare;     /* the line names no case: the row's is from a retry
	                  of that day */
	struct slice logged; /* the subject as it stands there, if that is not
	                        the row's text; len 0: it is, or not found */
};

/* All rows of one user, in the book's numbers. */
struct locate_rows {
	uint32_t user;
	const struct row *rows;
	size_t n;
	/* The text of a row's subject that is not packed. */
	struct slice (*text)(const void *ctx, uint64_t subject);
	const void *text_ctx;
};

struct located {
	struct place *places; /* by row */
	size_t missing;       /* rows without a place */
	size_t changed;       /* logs that are not what they were … */
	const char *first_changed; /* … the first of them, or NULL */
	struct arena texts;   /* of places */
};

/* The same options as for book_read(), and *tick as there. Lack of memory is
 * the only fault: what cannot be read again has changed. */
int locate(const struct book *book, const struct book_options *options,
	const struct locate_rows *rows,
	void (*tick)(void *ctx, uint64_t bytes), void *tick_ctx,
	struct located *ret, struct fault *fault);
void located_free(struct located *located);

#endif
