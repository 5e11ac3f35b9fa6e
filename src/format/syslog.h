/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a syslog daemon puts before the text that a program logged, in one of
 * three forms; <PRI> may be missing in the first two:
 *   RFC 3164   <13>May  1 10:11:12 host tag[12]: text
 *   rsyslog    <13>2026-05-01T10:11:12+06:00 host tag: text
 *   RFC 5424   <165>1 2026-05-01T10:11:12Z host tag 12 id [sd] text
 */
#ifndef QUIS_FORMAT_SYSLOG_H
#define QUIS_FORMAT_SYSLOG_H

#include "base/base.h"

struct syslog {
	struct slice time, host, tag; /* slices of the line; may be empty */
	struct slice text;            /* what follows; without @cee: or BOM */
	bool dated;                   /* the time has its year */
};

/* false: the line has no such prefix; *ret untouched. */
bool syslog_parse(struct slice line, struct syslog *ret);

/* Have nearly all lines of a log that begins with `head` one? *ret_dated: and
 * all of these their year? */
bool syslog_looks(struct slice head, bool *ret_dated);

/* Write the head to `to`, which has room for as much, without the prefixes:
 * its length. */
size_t syslog_strip(struct slice head, char *to);

#endif
