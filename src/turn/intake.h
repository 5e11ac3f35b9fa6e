/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of a partition out of all shards, in the book's numbers, as they
 * come. One struct a thread, used for one partition after the other.
 */
#ifndef QUIS_TURN_INTAKE_H
#define QUIS_TURN_INTAKE_H

#include "base/base.h"
#include "lookup/book.h"
#include "turn/muster.h"

struct intake {
	struct row *rows;
	size_t n, cap;
	struct dict texts; /* of subjects that are not packed … */
	uint32_t *order;   /* … by order of bytes */
	/* scratch */
	struct partition_cursor cursor;
	uint32_t *text_rows; /* numbers of rows whose subject is a text */
	size_t n_text_rows, text_rows_cap;
};

struct intake_options {
	bool keep; /* leave the rows in the book, for another time */
	struct muster *muster; /* gets rows as soon as they are there, with
	                          subjects of their own that are unique here;
	                          or NULL */
};

/* Take partition `part`, or copy it. Chunks that become free go to `pool`. */
int intake_take(struct intake *intake, struct book *book, size_t part,
	const struct intake_options *options, struct chunk_pool *pool,
	struct fault *fault);
void intake_free(struct intake *intake);

/* The text of a row's subject; buf is used for numbers. */
struct slice intake_text(const struct intake *intake, uint64_t subject,
	char buf[20]);

#endif
