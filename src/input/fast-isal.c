/* SPDX-License-Identifier: Apache-2.0 */
#include "input/fast.h"

#include <isa-l.h>

#include "base/memory.h"
#include "input/fast-header.h"

enum {
	/* A member flushed so often that its blocks are tiny costs zlib less
	 * than to set up libisal for each: seen over so many blocks. */
	TINY_BLOCKS = 16,
	TINY_TEXT = TINY_BLOCKS * 4096,
};

#define TEXT(number) #number
#define NUMBER(macro) TEXT(macro)

/* The last text of a member. */
struct history {
	unsigned char at[FAST_HISTORY];
	size_t len;
};

struct fast {
	struct inflate_state state;
	struct history recent; /* before the call of fast_inflate() */
	struct history before; /* before the block */
	bool in_block, last;
	unsigned bit;     /* of source->at, where the block begins */
	size_t used;      /* bytes from source->at on that libisal has taken */
	uint64_t given;   /* text of the block */
	unsigned n_blocks; /* of late, and their text */
	uint64_t text;
};

static void
history_add(struct history *history, const unsigned char *at, size_t len)
{
	size_t kept = FAST_HISTORY - len;

	if (len >= FAST_HISTORY) {
		memcpy(history->at, at + (len - FAST_HISTORY), FAST_HISTORY);
		history->len = FAST_HISTORY;
		return;
	}
	if (kept > history->len)
		kept = history->len;
	memmove(history->at, history->at + (history->len - kept), kept);
	memcpy(history->at + kept, at, len);
	history->len = kept + len;
}

/* The block that begins at bit `bit` of `first` is to be the last one: then
 * libisal stops behind it. */
static void
state_begin(struct fast *fast, unsigned char first, unsigned bit)
{
	struct inflate_state *state = &fast->state;

	isal_inflate_reset(state);
	(void)isal_inflate_set_dict(state, fast->before.at,
		(uint32_t)fast->before.len);
	state->read_in = (uint64_t)(first >> bit) | 1;
	state->read_in_length = (int32_t)(8 - bit);
}

/*
 * What is used of libisal beyond its manual: bits at a block's begin may be
 * put into read_in, and those behind its end are found there. Versions after
 * 2.31.0 throw the latter away. Tried with the text "a", from bit 3 on.
 */
static bool
state_is_known(struct fast *fast)
{
	unsigned char in[16] = { 0x58, 0x22, 0x00, 0xff };
	unsigned char out[16];
	struct inflate_state *state = &fast->state;

	state_begin(fast, in[0], 3);
	state->next_in = in + 1;
	state->avail_in = sizeof(in) - 1;
	state->next_out = out;
	state->avail_out = sizeof(out);
	return isal_inflate(state) == ISAL_DECOMP_OK &&
		state->block_state == ISAL_BLOCK_FINISH && out[0] == 'a' &&
		state->next_out == out + 1 &&
		(state->next_in - in) * 8 - state->read_in_length == 3 + 18;
}

struct fast *
fast_open(void)
{
	struct fast *fast = malloc(sizeof(*fast));

	if (fast == NULL)
		return NULL;
	fast->before.len = 0;
	isal_inflate_init(&fast->state);
	if (!state_is_known(fast)) {
		free(fast);
		return NULL;
	}
	return fast;
}

void
fast_free(struct fast *fast)
{
	free(fast);
}

const char *
fast_name(void)
{
	struct fast *fast = fast_open();

	if (fast == NULL)
		return NULL;
	fast_free(fast);
	return "libisal " NUMBER(ISAL_MAJOR_VERSION) "."
		NUMBER(ISAL_MINOR_VERSION) "." NUMBER(ISAL_PATCH_VERSION);
}

void
fast_begin(struct fast *fast)
{
	fast->recent.len = 0;
	fast->in_block = false;
	fast->last = false;
	fast->bit = 0;
	fast->n_blocks = 0;
	fast->text = 0;
}

struct fast_left
fast_left(const struct fast *fast)
{
	return (struct fast_left){ fast->bit, fast->given, fast->before.at,
		fast->before.len };
}

/* `text`: what this call has given before the block. False: it is zlib's. */
static bool
block_begin(struct fast *fast, struct source *source,
	const unsigned char *text, size_t len)
{
	size_t n = source_peek(source, BLOCK_HEADER_MOST + 1);
	const unsigned char *at = source->buffer + source->at;

	fast->given = 0;
	if (len < FAST_HISTORY)
		fast->before = fast->recent;
	history_add(&fast->before, text, len);
	if (fast->n_blocks++ == TINY_BLOCKS) {
		if (fast->text < TINY_TEXT)
			return false;
		fast->n_blocks = 0;
		fast->text = 0;
	}
	if (!block_header_is_fine(at, n, fast->bit, &fast->last))
		return false;
	state_begin(fast, at[0], fast->bit);
	fast->used = 1;
	fast->in_block = true;
	return true;
}

static void
block_end(struct fast *fast, struct source *source)
{
	size_t bits = fast->used * 8 - (size_t)fast->state.read_in_length;

	fast->in_block = false;
	/* What follows the last block is aligned. */
	fast->bit = fast->last ? 0 : bits % 8;
	source_skip(source, fast->last ? (bits + 7) / 8 : bits / 8);
}

/* Some text of the block. False: it is zlib's. */
static bool
block_go_on(struct fast *fast, struct source *source, unsigned char **at,
	size_t *room)
{
	struct inflate_state *state = &fast->state;
	size_t n = source->end - source->at;
	unsigned char *from = source->buffer + source->at;
	size_t given;
	int status;

	state->next_in = from + fast->used;
	state->avail_in = (uint32_t)(n - fast->used);
	state->next_out = *at;
	state->avail_out = (uint32_t)*room;
	status = isal_inflate(state);
	if (status != ISAL_DECOMP_OK) /* what it wrote may be too much */
		return false;
	given = *room - state->avail_out;
	fast->used = (size_t)(state->next_in - from);
	fast->given += given;
	fast->text += given;
	*at += given;
	*room -= given;
	if (state->block_state == ISAL_BLOCK_FINISH)
		block_end(fast, source);
	else if (*room > 0) /* more of the block, all of which is kept */
		return fast->used == n && n < SOURCE_CHUNK &&
			source_peek(source, n + 1) > n;
	return true;
}

enum fast_step
fast_inflate(struct fast *fast, struct source *source, unsigned char **at,
	size_t *room)
{
	const unsigned char *begin = *at;
	enum fast_step step = FAST_FULL;

	while (*room > 0) {
		if ((!fast->in_block && !block_begin(fast, source, begin,
			    (size_t)(*at - begin))) ||
			!block_go_on(fast, source, at, room)) {
			step = FAST_LEFT;
			break;
		}
		if (!fast->in_block && fast->last) {
			step = FAST_ENDED;
			break;
		}
	}
	history_add(&fast->recent, begin, (size_t)(*at - begin));
	return step;
}
