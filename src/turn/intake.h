/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of a partition out of all shards, in the book's numbers, as they
 * come: in one array or, on the fast way, where they are. One struct a thread,
 * used for one partition after the other.
 */
#ifndef QUIS_TURN_INTAKE_H
#define QUIS_TURN_INTAKE_H

#include "base/base.h"
#include "lookup/book.h"
#include "turn/muster.h"

struct intake {
	struct row *rows; /* unless they stay where they are */
	size_t n, cap;
	struct dict texts; /* of subjects that are not packed … */
	uint32_t *order;   /* … by order of bytes */
	/* scratch */
	struct partition_cursor cursor;
	struct row **text_rows; /* whose subject is a text */
	size_t n_text_rows, text_rows_cap;
};

struct intake_options {
	bool keep; /* leave the rows in the book, for another time */
	struct muster *muster; /* gets rows as soon as they have the book's
	                          numbers, and subjects of their own that are
	                          unique here; they stay in the book until
	                          intake_drop(). Or NULL */
};

/* Take partition `part`, or copy it. Chunks that become free go to `pool`. */
int intake_take(struct intake *intake, struct book *book, size_t part,
	const struct intake_options *options, struct chunk_pool *pool,
	struct fault *fault);
void intake_drop(struct book *book, size_t part, struct chunk_pool *pool);
void intake_free(struct intake *intake);

/* The text of a row's subject; buf is used for numbers. */
struct slice intake_text(const struct intake *intake, uint64_t subject,
	char buf[20]);

#endif
