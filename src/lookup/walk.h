/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The logs from first to last: each record in order of path and line, handed
 * out and forgotten, so that memory does not grow with them.
 */
#ifndef QUIS_LOOKUP_WALK_H
#define QUIS_LOOKUP_WALK_H

#include "lookup/book.h"

/* One record, as parser_next() has it. 1 ends the walk, as do -1 and a
 * fault. */
typedef int (*walk_take)(void *ctx, const struct log_file *file,
	const struct parsed *parsed, struct fault *fault);

/* Read all inputs: *ret is a book with files and sums, but with no lookups and
 * no names. 1, and no book: `take` had enough. Else as book_read(). */
int book_walk(struct book **ret, const struct input_list *inputs,
	const struct book_options *options, walk_take take, void *take_ctx,
	void (*tick)(void *ctx, uint64_t bytes), void *tick_ctx,
	struct fault *fault);

#endif
