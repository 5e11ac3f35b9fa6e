/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sources by range: an office has many addresses, and they change. IPv4 by
 * /24, IPv6 by /48; any other name, a terminal's say, is a range of its own.
 */
#ifndef QUIS_LOOKUP_RANGE_H
#define QUIS_LOOKUP_RANGE_H

#include "base/dict.h"

/* The range of an address, part of its text. */
struct slice range_of_source(struct slice source);

/* ret_names: the ranges, in order of their bytes, 0 is "not given";
 * (*ret_of)[source number] is the number of its range. The caller frees
 * both. */
int ranges_make(const struct dict *sources, struct dict *ret_names,
	uint32_t **ret_of, struct fault *fault);

#endif
