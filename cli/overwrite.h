/* SPDX-License-Identifier: Apache-2.0 */
/* What the run writes must not replace what it reads, nor itself, and must have
 * a place. */
#ifndef QUIS_CLI_OVERWRITE_H
#define QUIS_CLI_OVERWRITE_H

#include "cli/settings.h"
#include "input/list.h"

/* FAULT_USAGE: an output is a log, a register, another file the run reads, or
 * another output; FAULT_OUTPUT: it is a folder, or has none to appear in.
 * profile: the path of the profile; "": it is no file. */
int overwrite_check(const struct settings *settings, const char *profile,
	const struct input_list *inputs, struct fault *fault);

#endif
