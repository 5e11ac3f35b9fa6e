/* SPDX-License-Identifier: Apache-2.0 */
/* How far reading has come: on a terminal, one line that is wiped away. */
#ifndef QUIS_CLI_PROGRESS_H
#define QUIS_CLI_PROGRESS_H

#include "base/base.h"

struct progress {
	bool on;
	uint64_t total; /* bytes on disk; 0: unknown */
	int64_t began, shown; /* monotonic milliseconds */
};

void progress_init(struct progress *progress, uint64_t total, bool wanted);
void progress_tick(void *progress, uint64_t bytes); /* as for book_read() */
void progress_end(struct progress *progress);

#endif
