/* SPDX-License-Identifier: Apache-2.0 */
/* Work shared out to threads, task by task. */
#ifndef QUIS_BASE_POOL_H
#define QUIS_BASE_POOL_H

#include "base/base.h"

enum { POOL_THREADS_MAX = 256 };

/* One task; `worker` is below the number of threads, and no two tasks run
 * at once with the same worker, so per-worker state needs no lock. */
typedef int (*pool_work)(void *ctx, unsigned worker, size_t task,
	struct fault *fault);

/* Run tasks 0 … n-1, handed out in this order, on up to `threads` threads
 * (0 counts as 1). After a fault no further task starts; of several faults
 * that of the lowest task is returned. */
int pool_run(unsigned threads, size_t n, pool_work work, void *ctx,
	struct fault *fault);

#endif
