/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A partition is an appendable bag of rows in chunks of 4 KiB, with the texts
 * of subjects that are no short numbers beside them. Chunks come from a pool
 * (one a thread) and go back to one when the rows were taken out.
 */
#ifndef QUIS_LOOKUP_PARTITION_H
#define QUIS_LOOKUP_PARTITION_H

#include "base/base.h"
#include "base/memory.h"
#include "lookup/row.h"

enum { CHUNK_ROWS = 127 };

struct chunk {
	struct chunk *next;
	size_t n;
	struct row rows[CHUNK_ROWS];
};

struct chunk_pool {
	struct chunk *spare;
	struct arena arena; /* frees them all, wherever they went */
};

void chunk_pool_free(struct chunk_pool *pool);
void chunk_give(struct chunk_pool *pool, struct chunk *chunk);

struct partition {
	struct chunk *first, *last;
	size_t n; /* rows */
	char *text; /* subjects: u32 length, bytes; row.subject is
	               SUBJECT_TEXT | offset */
	size_t text_len, text_cap;
};

/* Append; the row's subject is set if text.len > 0. */
int partition_append(struct partition *partition, struct chunk_pool *pool,
	const struct row *row, struct fault *fault);
int partition_append_text(struct partition *partition, struct chunk_pool *pool,
	struct row *row, struct slice text, struct fault *fault);

struct slice partition_text(const struct partition *partition,
	uint64_t subject);

/* Forget the rows, their chunks go to `pool`; the text is freed. */
void partition_clear(struct partition *partition, struct chunk_pool *pool);

#endif
