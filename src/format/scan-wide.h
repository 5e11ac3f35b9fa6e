/* SPDX-License-Identifier: Apache-2.0 */
/* An inner room of scan.c: a scanner for processors with AVX-512. */
#ifndef QUIS_FORMAT_SCAN_WIDE_H
#define QUIS_FORMAT_SCAN_WIDE_H

#include "base/wide.h"
#include "format/scan.h"

/* See struct scanner. */
bool scan_wide_usable(void);
void scan_wide_lines(struct slice text, char separator,
	struct scan_lines *ret);
void scan_wide_pick(const char *base, const uint16_t *end, size_t n,
	const uint16_t column[SCAN_PICK], struct slice ret[SCAN_PICK]);

/* For scan_wide_pick(), if the columns are many. */
void scan_pick_plain(const char *base, const uint16_t *end, size_t n,
	const uint16_t column[SCAN_PICK], struct slice ret[SCAN_PICK]);

#endif
