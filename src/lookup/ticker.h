/* SPDX-License-Identifier: Apache-2.0 */
/* How far the logs have been read, told while they are. One for a reading,
 * shared by its threads; only the first of them tells. */
#ifndef QUIS_LOOKUP_TICKER_H
#define QUIS_LOOKUP_TICKER_H

#include <stdatomic.h>

#include "input/reader.h"

/* Lines between two looks at how far a log has come. */
enum { TICK_LINES = 4096 };

struct ticker {
	void (*tick)(void *ctx, uint64_t bytes); /* or NULL */
	void *ctx;
	_Atomic uint64_t bytes; /* on disk, of all logs */
};

/* This thread's log has come further since *seen, which is 0 at first. */
void ticker_look(struct ticker *ticker, unsigned thread,
	const struct reader *reader, uint64_t *seen);

#endif
