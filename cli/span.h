/* SPDX-License-Identifier: Apache-2.0 */
/* --since, --until and --leaked-before. */
#ifndef QUIS_CLI_SPAN_H
#define QUIS_CLI_SPAN_H

#include "cli/reading.h"
#include "turn/window.h"

/* Are the texts times at all? Told before anything is read. */
int span_check(const struct settings *settings, struct fault *fault);

/* The window they mean for this book. A date is midnight in the report's
 * zone, a time without an offset is the report's zone's, and "90d", "12h",
 * "45m" count back from the last lookup, which is judged. */
int span_window(const struct reading *reading, struct window *ret,
	struct fault *fault);

/* Likewise: only lookups before it can have been leaked. INT64_MAX if it is not
 * told. */
int span_leaked_before(const struct reading *reading, int64_t *ret,
	struct fault *fault);

#endif
