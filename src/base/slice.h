/* SPDX-License-Identifier: Apache-2.0 */
/* A slice is a run of bytes that somebody else owns; it may hold NULs. */
#ifndef QUIS_BASE_SLICE_H
#define QUIS_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slice {
	const char *at; /* NULL only when len is 0 */
	size_t len;
};

struct slice slice_of(const char *text); /* a C string, without its NUL */
struct slice slice_trim(struct slice s); /* without blanks and tabs around */
bool slice_equal(struct slice a, struct slice b);
bool slice_is(struct slice s, const char *text);
bool slice_is_nocase(struct slice s, const char *text); /* ASCII case only */

/* Order of bytes, shorter first where one begins the other: <0, 0, >0. */
int slice_compare(struct slice a, struct slice b);

/* Digits only, nothing before or after, no overflow: true and *ret. */
bool number_parse_u64(struct slice s, uint64_t *ret);

#endif
