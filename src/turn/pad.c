/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/pad.h"

#include "base/dict.h"
#include "base/memory.h"

enum { CELLS_FIRST = 64, SLOTS_PER_CELL = 2 };

/* Use `slots` of those there are, a power of two; all are 0. */
static void
use_slots(struct pad *pad, size_t slots)
{
	pad->mask = slots - 1;
	for (pad->shift = 64; slots > 1; slots /= 2)
		pad->shift--;
	for (size_t i = 0; i < pad->n; i++) {
		size_t slot = 0;

		(void)pad_find(pad, pad_key(&pad->keys[i]), &slot);
		pad->slots[slot] = (uint32_t)i + 1;
		pad->slot_of[i] = (uint32_t)slot;
	}
}

static void
clear_slots(struct pad *pad)
{
	for (size_t i = 0; i < pad->n; i++)
		pad->slots[pad->slot_of[i]] = 0;
}

/* Room for `cap` cells, a power of two. */
static int
grow(struct pad *pad, size_t cap, struct fault *fault)
{
	struct pad grown = *pad;

	grown.keys = memory_array(cap, sizeof(*grown.keys));
	grown.spare = memory_array(cap, sizeof(*grown.spare));
	grown.counts = memory_array(cap * pad->width, sizeof(*grown.counts));
	grown.slot_of = memory_slots(cap, sizeof(*grown.slot_of));
	grown.slots = memory_slots(cap * SLOTS_PER_CELL, sizeof(*grown.slots));
	grown.cap = cap;
	if (grown.keys == NULL || grown.spare == NULL || grown.counts == NULL ||
		grown.slot_of == NULL || grown.slots == NULL) {
		pad_free(&grown);
		return fault_memory(fault);
	}
	if (pad->n > 0) {
		memcpy(grown.keys, pad->keys, pad->n * sizeof(*pad->keys));
		memcpy(grown.counts, pad->counts,
			pad->n * pad->width * sizeof(*pad->counts));
	}
	use_slots(&grown, cap * SLOTS_PER_CELL);
	pad_free(pad);
	*pad = grown;
	return 0;
}

/* Room, and slots, for one more. */
static int
make_room(struct pad *pad, struct fault *fault)
{
	if (pad->n * SLOTS_PER_CELL <= pad->mask)
		return 0;
	if (pad->n < pad->cap) {
		clear_slots(pad);
		use_slots(pad, (pad->mask + 1) * 2);
		return 0;
	}
	if (pad->cap >= DICT_MAX)
		return fault_set(fault, FAULT_LIMIT,
			"more than %d tallies of one user", DICT_MAX);
	return grow(pad, pad->cap * 2, fault);
}

int
pad_init(struct pad *pad, size_t width, struct fault *fault)
{
	*pad = (struct pad){ .width = width };
	for (size_t i = 0; i < ARRAY_LEN(pad->factors); i++)
		pad->factors[i] = dict_seed() | 1;
	return grow(pad, CELLS_FIRST, fault);
}

void
pad_free(struct pad *pad)
{
	free(pad->keys);
	free(pad->spare);
	free(pad->counts);
	free(pad->slots);
	free(pad->slot_of);
	*pad = (struct pad){ 0 };
}

int
pad_add(struct pad *pad, struct ledger_key key, uint64_t **ret,
	struct fault *fault)
{
	size_t slot = 0;

	if (make_room(pad, fault) != 0)
		return -1;
	(void)pad_find(pad, key, &slot);
	pad->keys[pad->n] = (struct sort_key){ (uint64_t)key.a << 32 | key.b,
		(uint64_t)key.c << 32 | pad->n };
	pad->slots[slot] = (uint32_t)pad->n + 1;
	pad->slot_of[pad->n] = (uint32_t)slot;
	*ret = pad->counts + pad->n++ * pad->width;
	return 0;
}

const struct sort_key *
pad_sort(struct pad *pad)
{
	return keys_sort(pad->keys, pad->spare, pad->n);
}

/* What a large user leaves must not cost the small ones that follow: few slots
 * stay in the cache. */
void
pad_wipe(struct pad *pad)
{
	size_t n = pad->n, slots = CELLS_FIRST;

	clear_slots(pad);
	memset(pad->counts, 0, n * pad->width * sizeof(*pad->counts));
	pad->n = 0;
	while (slots < n * SLOTS_PER_CELL)
		slots *= 2;
	use_slots(pad, slots);
}
