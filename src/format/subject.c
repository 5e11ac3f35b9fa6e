/* SPDX-License-Identifier: Apache-2.0 */
#include "format/subject.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

static const uint64_t ten_to[19] = { 1u, 10u, 100u, 1000u, 10000u, 100000u,
	1000000u, 10000000u, 100000000u, 1000000000u, 10000000000u,
	100000000000u, 1000000000000u, 10000000000000u, 100000000000000u,
	1000000000000000u, 10000000000000000u, 100000000000000000u,
	1000000000000000000u };

bool
subject_pack(struct slice text, uint64_t *ret)
{
	uint64_t value = 0;

	if (text.len == 0 || text.len > 18)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		unsigned digit = (unsigned char)text.at[i] - (unsigned)'0';

		if (digit > 9)
			return false;
		value = value * 10 + digit;
	}
	*ret = ten_to[text.len] + value;
	return true;
}

size_t
subject_unpack(uint64_t subject, char buf[20])
{
	size_t len = 1;
	uint64_t value;

	while (len < 18 && subject >= 2 * ten_to[len])
		len++;
	value = subject - ten_to[len];
	for (size_t i = len; i-- > 0; value /= 10)
		buf[i] = (char)('0' + value % 10);
	buf[len] = '\0';
	return len;
}

unsigned
subject_partition(uint64_t packed)
{
	packed ^= packed >> 33;
	packed *= 0xff51afd7ed558ccdu;
	packed ^= packed >> 33;
	packed *= 0xc4ceb9fe1a85ec53u;
	packed ^= packed >> 33;
	return (unsigned)(packed >> 56);
}

unsigned
subject_partition_text(struct slice text)
{
	return (unsigned)(XXH3_64bits(text.at, text.len) >> 56);
}
