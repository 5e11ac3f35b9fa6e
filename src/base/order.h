/* SPDX-License-Identifier: Apache-2.0 */
/* The order of many names. */
#ifndef QUIS_BASE_ORDER_H
#define QUIS_BASE_ORDER_H

#include "base/base.h"

/* ret_order[i] is the number of the name that slice_compare() has at place i;
 * equal names stand in order of their numbers. FAULT_MEMORY. */
int names_order(const struct slice *names, uint32_t n, uint32_t *ret_order,
	struct fault *fault);

/* Places from start to end have their numbers: while the names are at hand, as
 * the thread that has put them in order goes on. */
typedef void names_placed(void *ctx, const uint32_t *order, uint32_t start,
	uint32_t end);

/* The same on several threads, if there are many names; `placed` is told of all
 * places, unless it is NULL. */
int names_order_on(const struct slice *names, uint32_t n, unsigned threads,
	uint32_t *ret_order, names_placed *placed, void *ctx,
	struct fault *fault);

/* A key of two numbers, the first before the second, and whose it is. */
struct order_item {
	uint64_t key[2];
	uint32_t number;
};

/* By key, equal ones as they come. spare has room for n as well; returns which
 * of the two has them. */
struct order_item *items_order(struct order_item *items,
	struct order_item *spare, uint32_t n);

#endif
