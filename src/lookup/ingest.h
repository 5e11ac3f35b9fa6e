/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the logs of a book, several at a time. */
#ifndef QUIS_LOOKUP_INGEST_H
#define QUIS_LOOKUP_INGEST_H

#include "lookup/book.h"

/* Fill book->files and book->shards from the inputs of book->files; see
 * book_read(). */
int ingest(struct book *book, const struct book_options *options,
	void (*tick)(void *ctx, uint64_t bytes), void *tick_ctx,
	struct fault *fault);

#endif
