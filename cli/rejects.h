/* SPDX-License-Identifier: Apache-2.0 */
/* --rejects: every rejected line, with its file, number and reason. */
#ifndef QUIS_CLI_REJECTS_H
#define QUIS_CLI_REJECTS_H

#include "cli/reading.h"

/* Once all was read: writes the file that was asked for, if one was. */
int rejects_write(struct reading *reading, struct fault *fault);

#endif
