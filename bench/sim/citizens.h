/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who was ever asked about. The register of persons has these citizens alone,
 * honest lookup or not: a whole country would be no file to carry about.
 */
#ifndef SIM_CITIZENS_H
#define SIM_CITIZENS_H

#include <stddef.h>
#include <stdint.h>

struct citizens {
	uint64_t *slots; /* citizen + 1, or 0; open addressing */
	size_t n, mask;
};

void citizens_add(struct citizens *citizens, uint64_t who);
/* In order; the caller frees *ret. Returns how many. */
size_t citizens_list(const struct citizens *citizens, uint64_t **ret);
void citizens_free(struct citizens *citizens);

#endif
