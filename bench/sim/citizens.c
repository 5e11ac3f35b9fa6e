/* SPDX-License-Identifier: Apache-2.0 */
#include "citizens.h"

#include "portal.h"
#include "rng.h"

#include <stdlib.h>
#include <string.h>

static void
put(struct citizens *citizens, uint64_t slot)
{
	size_t at = mix64(slot) & citizens->mask;

	while (citizens->slots[at] != 0 && citizens->slots[at] != slot)
		at = (at + 1) & citizens->mask;
	citizens->n += citizens->slots[at] == 0;
	citizens->slots[at] = slot;
}

static void
grow(struct citizens *citizens)
{
	struct citizens larger = { .mask = citizens->mask * 2 + 1 };

	if (citizens->slots == NULL)
		larger.mask = 0xffff;
	larger.slots = must_alloc(NULL, larger.mask + 1, sizeof(uint64_t));
	memset(larger.slots, 0, (larger.mask + 1) * sizeof(uint64_t));
	for (size_t i = 0; citizens->slots && i <= citizens->mask; i++)
		if (citizens->slots[i] != 0)
			put(&larger, citizens->slots[i]);
	free(citizens->slots);
	*citizens = larger;
}

void
citizens_add(struct citizens *citizens, uint64_t who)
{
	if (citizens->slots == NULL || citizens->n * 2 > citizens->mask)
		grow(citizens);
	put(citizens, who + 1);
}

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

size_t
citizens_list(const struct citizens *citizens, uint64_t **ret)
{
	size_t n = 0;

	*ret = must_alloc(NULL, citizens->n + 1, sizeof(**ret));
	for (size_t i = 0; citizens->slots && i <= citizens->mask; i++)
		if (citizens->slots[i] != 0)
			(*ret)[n++] = citizens->slots[i] - 1;
	qsort(*ret, n, sizeof(**ret), compare);
	return n;
}

void
citizens_free(struct citizens *citizens)
{
	free(citizens->slots);
	*citizens = (struct citizens){ 0 };
}
