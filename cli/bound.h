/* SPDX-License-Identifier: Apache-2.0 */
/* --memory and --temporary: what the run may hold, and where the rest goes. */
#ifndef QUIS_CLI_BOUND_H
#define QUIS_CLI_BOUND_H

#include "base/spill.h"
#include "cli/settings.h"

/* Where temporary files are made. */
const char *bound_folder(const struct settings *settings);

/* The bound that is given, or NULL; bound_close() it. Fewer threads where the
 * bound has no room for them all: each takes a share whatever it does. */
int bound_open(const struct settings *settings, unsigned *threads,
	struct spill **ret, struct fault *fault);

/* Where temporary files go: --temporary, TMPDIR or /tmp. */
const char *bound_folder(const struct settings *settings);

/* Frees it (NULL is fine), and tells if the run held more than it should. */
void bound_close(const struct settings *settings, struct spill *spill);

#endif
