/* SPDX-License-Identifier: Apache-2.0 */
/* The identifiers asked for, as numbers. */
#ifndef QUIS_FORMAT_SUBJECT_H
#define QUIS_FORMAT_SUBJECT_H

#include "base/base.h"

/* Subjects of up to 18 digits are packed exactly as 10^digits + value, below
 * 2^63, so that neighbours differ by one. Others are texts: bit 63 and a
 * number that whoever keeps the text gives. */
#define SUBJECT_TEXT ((uint64_t)1 << 63)
bool subject_pack(struct slice text, uint64_t *ret);

/* The digits of a packed subject; buf holds at least 20 bytes. */
size_t subject_unpack(uint64_t subject, char buf[20]);

/* Which partition a subject belongs to. Fixed for ever: stores keep it. */
enum { SUBJECT_PARTITIONS = 256 };
unsigned subject_partition(uint64_t packed);
unsigned subject_partition_text(struct slice text);

/* Are these characters that may separate subjects (--split)? An identifier
 * cannot hold what separates it from the next. FAULT_USAGE. */
int subject_split_check(const char *split, struct fault *fault);

#endif
