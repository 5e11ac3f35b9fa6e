/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of `quis rank`. */
#ifndef QUIS_CLI_RANK_H
#define QUIS_CLI_RANK_H

#include "cli/inquiry.h"

/* A section, and a note, on lookups of people on the watch list, if there is
 * one. Users only. */
int rank_watched(struct inquiry *inquiry, struct fault *fault);

/* A section on findings that were reviewed and would be telling. Users only. */
int rank_cleared(struct inquiry *inquiry, struct fault *fault);

#endif
