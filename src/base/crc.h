/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CRC-32 as of gzip, zip and zlib. This is a hot room: beside zlib's, which
 * is the plain one, it is written for processors that multiply without
 * carries.
 */
#ifndef QUIS_BASE_CRC_H
#define QUIS_BASE_CRC_H

#include "base/base.h"

/* Of a text that goes on with these bytes, when it was `crc` before them: 0
 * of no text. */
uint32_t crc_add(uint32_t crc, const void *at, size_t len);

struct crc_way {
	const char *name;
	bool (*usable)(void); /* on this processor */
	uint32_t (*add)(uint32_t crc, const unsigned char *at, size_t len);
};

/* The fastest first; the last one is zlib's, and usable anywhere. */
extern const struct crc_way crc_ways[];
extern const size_t crc_ways_n;

#endif
