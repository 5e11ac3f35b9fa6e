/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/row.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

static const uint64_t ten_to[19] = { 1u, 10u, 100u, 1000u, 10000u, 100000u,
	1000000u, 10000000u, 100000000u, 1000000000u, 10000000000u,
	100000000000u, 1000000000000u, 10000000000000u, 100000000000000u,
	1000000000000000u, 10000000000000000u, 100000000000000000u,
	1000000000000000000u };

int
row_compare(const struct row *a, const struct row *b)
{
	if (row_ms(a) != row_ms(b))
		return row_ms(a) < row_ms(b) ? -1 : 1;
	if (a->subject != b->subject)
		return a->subject < b->subject ? -1 : 1;
	if (a->post != b->post)
		return a->post < b->post ? -1 : 1;
	if (a->facet != b->facet)
		return a->facet < b->facet ? -1 : 1;
	if (a->caseref != b->caseref)
		return a->caseref < b->caseref ? -1 : 1;
	return (a->source > b->source) - (a->source < b->source);
}

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

enum outcome
outcome_of(struct slice text)
{
	static const char *const denied[] = { "denied", "deny", "refused",
		"forbidden", "unauthorized", "unauthorised", "401", "403" };
	static const char *const empty[] = { "0", "empty", "notfound",
		"not found", "not_found", "no result", "404" };

	if (text.len == 0)
		return OUTCOME_UNKNOWN;
	for (size_t i = 0; i < ARRAY_LEN(denied); i++)
		if (slice_is_nocase(text, denied[i]))
			return OUTCOME_DENIED;
	for (size_t i = 0; i < ARRAY_LEN(empty); i++)
		if (slice_is_nocase(text, empty[i]))
			return OUTCOME_EMPTY;
	return OUTCOME_ANSWERED;
}
