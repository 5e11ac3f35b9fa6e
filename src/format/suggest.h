/* SPDX-License-Identifier: Apache-2.0 */
/* Which profile might read a log that cannot be read without. */
#ifndef QUIS_FORMAT_SUGGEST_H
#define QUIS_FORMAT_SUGGEST_H

#include "base/base.h"
#include "format/parser.h"

/* The name of the profile that comes with the program and takes most lookups
 * from a log that begins with `head`; NULL if none takes any, or if the user
 * has said of fields or lines where they are. It costs to read the head once
 * with each. FAULT_MEMORY is the only one. */
int profile_suggest(const char **ret, struct slice head,
	const struct format_options *options, struct fault *fault);

#endif
