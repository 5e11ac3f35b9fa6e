/* SPDX-License-Identifier: Apache-2.0 */
/* --memory and --temporary: what the run may hold, and where the rest goes. */
#ifndef QUIS_CLI_BOUND_H
#define QUIS_CLI_BOUND_H

#include "base/spill.h"
#include "cli/settings.h"

/* The bound that is given, or NULL; spill_free() it. Fewer threads where the
 * bound has no room for them all: each takes a share whatever it does. */
int bound_open(const struct settings *settings, unsigned *threads,
	struct spill **ret, struct fault *fault);

#endif
