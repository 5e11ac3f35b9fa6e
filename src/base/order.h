/* SPDX-License-Identifier: Apache-2.0 */
/* The order of many names. */
#ifndef QUIS_BASE_ORDER_H
#define QUIS_BASE_ORDER_H

#include "base/base.h"

/* ret_order[i] is the number of the name that slice_compare() has at place i;
 * equal names stand in order of their numbers. FAULT_MEMORY. */
int names_order(const struct slice *names, uint32_t n, uint32_t *ret_order,
	struct fault *fault);

#endif
