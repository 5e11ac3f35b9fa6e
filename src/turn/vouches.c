/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/vouches.h"

#include "base/memory.h"

enum { BLOCK_VOUCHES = 4096 };

static int
make_room(struct vouches *vouches, size_t n, struct fault *fault)
{
	return memory_grow((void **)&vouches->blocks, &vouches->cap,
		vouches->n_blocks + n, sizeof(*vouches->blocks), SIZE_MAX / 64,
		"vouches", fault);
}

/* Not by growing one array, which would be copied and touched anew. */
static int
add_block(struct vouches *vouches, struct fault *fault)
{
	struct vouch *items;

	if (make_room(vouches, 1, fault) != 0)
		return -1;
	items = memory_unset(BLOCK_VOUCHES, sizeof(*items));
	if (items == NULL)
		return fault_memory(fault);
	vouches->blocks[vouches->n_blocks].items = items;
	vouches->blocks[vouches->n_blocks++].n = 0;
	return 0;
}

int
vouches_add(struct vouches *vouches, const struct vouch *vouch,
	struct fault *fault)
{
	struct vouch_block *last = vouches->blocks + vouches->n_blocks;

	if (vouches->n_blocks == 0 || last[-1].n == BLOCK_VOUCHES) {
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
	for (size_t i = 0; i < from->n_blocks; i++)
		into->blocks[into->n_blocks++] = from->blocks[i];
	from->n_blocks = 0;
	vouches_free(from);
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
