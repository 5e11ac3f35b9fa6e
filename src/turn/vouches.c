/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/vouches.h"

#include "base/memory.h"

static int
make_room(struct vouches *vouches, size_t n, struct fault *fault)
{
	return memory_grow((void **)&vouches->blocks, &vouches->cap,
		vouches->n_blocks + n, sizeof(*vouches->blocks), SIZE_MAX / 64,
		"vouches", fault);
}

/* The last block, which is full. */
static int
write_last(struct vouches *vouches, struct fault *fault)
{
	struct vouch_block *last = &vouches->blocks[vouches->n_blocks - 1];

	if (spill_append(vouches->spill, last->items,
		    last->n * sizeof(*last->items), &last->at, fault) != 0)
		return -1;
	free(last->items);
	last->items = NULL;
	return 0;
}

/* Not by growing one array, which would be copied and touched anew. */
static int
add_block(struct vouches *vouches, struct fault *fault)
{
	size_t size = VOUCHES_AT_ONCE * sizeof(struct vouch);
	struct vouch *items;

	if (vouches->n_blocks > 0 && vouches->spill != NULL &&
		!spill_allows(vouches->spill, size) &&
		write_last(vouches, fault) != 0)
		return -1;
	if (make_room(vouches, 1, fault) != 0)
		return -1;
	items = memory_unset(VOUCHES_AT_ONCE, sizeof(*items));
	if (items == NULL)
		return fault_memory(fault);
	vouches->blocks[vouches->n_blocks++] =
		(struct vouch_block){ .items = items };
	return 0;
}

int
vouches_add(struct vouches *vouches, const struct vouch *vouch,
	struct fault *fault)
{
	struct vouch_block *last = vouches->blocks + vouches->n_blocks;

	if (vouches->n_blocks == 0 || last[-1].n == VOUCHES_AT_ONCE) {
		if (add_block(vouches, fault) != 0)
			return -1;
		last = vouches->blocks + vouches->n_blocks;
	}
	last--;
	last->items[last->n++] = *vouch;
	return 0;
}

int
vouches_join(struct vouches *into, struct vouches *from, struct fault *fault)
{
	if (make_room(into, from->n_blocks, fault) != 0)
		return -1;
	into->spill = from->spill;
	for (size_t i = 0; i < from->n_blocks; i++)
		into->blocks[into->n_blocks++] = from->blocks[i];
	from->n_blocks = 0;
	vouches_free(from);
	return 0;
}

int
vouches_block(const struct vouches *vouches, size_t i,
	struct vouch room[VOUCHES_AT_ONCE], const struct vouch **ret,
	size_t *ret_n, struct fault *fault)
{
	const struct vouch_block *block = &vouches->blocks[i];

	if (block->items == NULL &&
		spill_read(vouches->spill, block->at, room,
			block->n * sizeof(*room), fault) != 0)
		return -1;
	*ret = block->items != NULL ? block->items : room;
	*ret_n = block->n;
	return 0;
}

void
vouches_free(struct vouches *vouches)
{
	for (size_t i = 0; i < vouches->n_blocks; i++)
		free(vouches->blocks[i].items);
	free(vouches->blocks);
	*vouches = (struct vouches){ 0 };
}
