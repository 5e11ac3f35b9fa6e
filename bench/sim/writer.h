/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Days of lookups to log files, on threads of their own.
 *
 * A day handed over belongs to the writer, which sorts it by time, formats,
 * compresses and frees it.  With one file there is one thread, so that days
 * keep their order.
 */
#ifndef SIM_WRITER_H
#define SIM_WRITER_H

#include "portal.h"

struct writer;

/* Portal's units and users must stay as they are until writer_close. */
struct writer *writer_open(const struct portal *portal, const char *dir);
/* Waits while more days are queued than there are threads. */
void writer_submit(struct writer *writer, int day, struct lookups *lookups);
/* Returns -1 after a sentence on standard error when a file failed. */
int writer_close(struct writer *writer);

#endif
