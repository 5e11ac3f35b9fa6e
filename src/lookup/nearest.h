/* SPDX-License-Identifier: Apache-2.0 */
/* Which name may have been meant: for one that is in no log. */
#ifndef QUIS_LOOKUP_NEAREST_H
#define QUIS_LOOKUP_NEAREST_H

#include "base/dict.h"

enum {
	NEAREST_MAX = 5,
	NEAREST_EDITS = 3, /* and never more than half of the letters */
	NEAREST_PART = 3,  /* letters that make a part of a name telling */
};

/* The names most like `name`, at most NEAREST_MAX, the most alike first and
 * equally alike ones in order of number; returns how many. Alike are those
 * that differ in the case of ASCII letters only, or by few edits (one is a
 * byte too many, missing or changed, or two neighbours swapped), or that begin
 * with the name, or hold it. The case never counts. */
size_t names_nearest(const struct dict *names, struct slice name,
	uint32_t ret[NEAREST_MAX]);

#endif
