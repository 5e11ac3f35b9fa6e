/* SPDX-License-Identifier: Apache-2.0 */
/* --manifest: what was read, how and by what, what came out of it, and what is
 * missing. */
#ifndef QUIS_CLI_MANIFEST_H
#define QUIS_CLI_MANIFEST_H

#include "cli/reading.h"
#include "report/model.h"

/* The current time, or SOURCE_DATE_EPOCH: milliseconds since 1970. */
int64_t manifest_now(void);

/* Last of all, once what else is written stands: writes the file that was asked
 * for, if one was. Command, settings, notes and registers are the report's. */
int manifest_write(const struct reading *reading, const struct report *report,
	struct fault *fault);

#endif
