/* SPDX-License-Identifier: Apache-2.0 */
/* The identifiers asked for, as numbers. */
#ifndef QUIS_FORMAT_SUBJECT_H
#define QUIS_FORMAT_SUBJECT_H

#include "base/base.h"

/* Subjects of up to 18 digits are packed exactly as 10^digits + value, below
 * 2^61, so that neighbours differ by one. Others of up to ten characters from
 * '!' to '_', as many passports and plates are, are packed exactly, too: bit 61
 * and six bits a character. What is left are texts: bit 63 and a number that
 * whoever keeps the text gives. */
#define SUBJECT_SHORT ((uint64_t)1 << 61)
#define SUBJECT_TEXT ((uint64_t)1 << 63)
uint64_t subject_packed(struct slice text); /* 0: it is a text */

/* The same of what is no number of up to 18 digits. */
uint64_t subject_packed_short(struct slice text);

static inline bool
subject_pack(struct slice text, uint64_t *ret)
{
	uint64_t packed = subject_packed(text);

	if (packed != 0)
		*ret = packed;
	return packed != 0;
}

static inline bool
subject_is_number(uint64_t subject)
{
	return subject < SUBJECT_SHORT;
}

/* The characters of a packed subject; buf holds at least 20 bytes. */
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
