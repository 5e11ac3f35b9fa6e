/* SPDX-License-Identifier: Apache-2.0 */
/* The headers of deflate blocks (RFC 1951, 3.2.3), checked by zlib's rules. */
#ifndef QUIS_INPUT_FAST_HEADER_H
#define QUIS_INPUT_FAST_HEADER_H

#include "base/base.h"

/* No header is longer: 17 bits, 19 lengths of 3, 316 codes of at most 7 and
 * 7 more bits each. */
enum { BLOCK_HEADER_MOST = 564 };

/* Is what begins at bit `bit` of `at`, of which n bytes are known, a whole
 * header that zlib accepts? May say no of rare ones that it does accept.
 * *ret_last: it is of a member's last block. */
bool block_header_is_fine(const unsigned char *at, size_t n, unsigned bit,
	bool *ret_last);

#endif
