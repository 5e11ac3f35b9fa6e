/* SPDX-License-Identifier: Apache-2.0 */
/* The identifiers asked for, as numbers. */
#ifndef QUIS_FORMAT_SUBJECT_H
#define QUIS_FORMAT_SUBJECT_H

#include "base/base.h"

/* Subjects of up to 18 digits are packed exactly as 10^digits + value, below
 * 2^63, so that neighbours differ by one. Others are texts: bit 63 and a
 * number that whoever keeps the text gives. */
#define SUBJECT_TEXT ((uint64_t)1 << 63)
uint64_t subject_packed(struct slice text); /* 0: it is a text */

static inline bool
subject_pack(struct slice text, uint64_t *ret)
{
	uint64_t packed = subject_packed(text);

	if (packed != 0)
		*ret = packed;
	return packed != 0;
}

/* The digits of a packed subject; buf holds at least 20 bytes. */
size_t subject_unpack(uint64_t subject, char buf[20]);

/* Which partition a subject belongs to. Fixed for ever: stores keep it. */
enum { SUBJECT_PARTITIONS = 256 };
static inline unsigned
subject_partition(uint64_t packed)
{
	packed ^= packed >> 33;
	packed *= 0xff51afd7ed558ccdu;
	packed ^= packed >> 33;
	packed *= 0xc4ceb9fe1a85ec53u;
	packed ^= packed >> 33;
	return (unsigned)(packed >> 56);
}
unsigned subject_partition_text(struct slice text);

/* Are these characters that may separate subjects (--split)? An identifier
 * cannot hold what separates it from the next. FAULT_USAGE. */
int subject_split_check(const char *split, struct fault *fault);

#endif
