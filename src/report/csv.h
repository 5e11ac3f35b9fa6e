/* SPDX-License-Identifier: Apache-2.0 */
/* What all that writes CSV shares, beside escape_csv(). */
#ifndef QUIS_REPORT_CSV_H
#define QUIS_REPORT_CSV_H

#include "base/base.h"
#include "report/sink.h"

/* A field, as escape_csv() has it; on a terminal, what acts there is made
 * visible first. -1: memory ran out. */
int csv_put(struct sink *sink, struct slice text, bool raw, bool terminal);

#endif
