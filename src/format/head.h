/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of a log's first bytes, for who finds out by looking at them. */
#ifndef QUIS_FORMAT_HEAD_H
#define QUIS_FORMAT_HEAD_H

#include "base/base.h"

/* Take the first line off *head: up to a LF, or a CR where there is no LF, and
 * without it and a CR before it. False: there is none, or, unless `whole`, its
 * end is not there. */
bool head_line(struct slice *head, bool whole, struct slice *ret);

#endif
