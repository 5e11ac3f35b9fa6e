/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/post.h"

enum { LAST_FIRST = 64 }; /* users there is room for at first */

/* As memory_grow(), but zeroed, and in lines of the cache. */
static int
grow_last(struct shard *shard, uint32_t user, struct fault *fault)
{
	size_t cap = shard->last_cap > 0 ? shard->last_cap : LAST_FIRST;
	struct user_last *last;

	while (cap <= user)
		cap *= 2;
	last = memory_lines(cap, sizeof(*last));
	if (last == NULL)
		return fault_memory(fault);
	if (shard->last_cap > 0)
		memcpy(last, shard->last, shard->last_cap * sizeof(*last));
	free(shard->last);
	shard->last = last;
	shard->last_cap = cap;
	return 0;
}

struct user_last *
last_of(struct shard *shard, uint32_t user, struct fault *fault)
{
	return user < shard->last_cap || grow_last(shard, user, fault) == 0 ?
		&shard->last[user] :
		NULL;
}

/* Guesses are none to begin with. */
static int
grow_guesses(struct shard *shard, struct fault *fault)
{
	size_t n = (size_t)1 << shard->guesses_bits;
	uint32_t *guesses;

	if (shard->names[NAME_USER].n * GUESSES_EACH <= n ||
		shard->guesses_bits == GUESSES_BITS_MOST)
		return 0;
	guesses = memory_array(n * 2, sizeof(*guesses));
	if (guesses == NULL)
		return fault_memory(fault);
	free(shard->guesses);
	shard->guesses = guesses;
	shard->guesses_bits++;
	return 0;
}

struct post_texts {
	struct slice user, unit, role;
};

static struct post_texts
texts_of(struct post_text post)
{
	size_t user = post.lens & 0xffff, unit = post.lens >> 16 & 0xffff;

	return (struct post_texts){ { post.at, user },
		{ post.at + user + 1, unit },
		{ post.at + user + unit + 2, post.lens >> 32 & 0xffff } };
}

/* Number a user and his post. */
static struct user_last *
post_add(struct shard *shard, struct post_text text, uint64_t hash,
	struct fault *fault)
{
	struct post_texts texts = texts_of(text);
	struct user_last *last;
	struct triple post;
	uint32_t number;

	if (dict_add_hashed(&shard->names[NAME_USER], texts.user, hash,
		    &post.a, fault) != 0 ||
		shard_check_users(&shard->names[NAME_USER], shard->most_users,
			fault) != 0 ||
		shard_number(shard, NAME_UNIT, texts.unit, &post.b,
			fault) != 0 ||
		shard_number(shard, NAME_ROLE, texts.role, &post.c,
			fault) != 0 ||
		triples_add(&shard->posts, post, &number, fault) != 0)
		return NULL;
	last = last_of(shard, post.a, fault);
	if (last == NULL)
		return NULL;
	*last = (struct user_last){ .post = number };
	if (post_joined(text.lens) <= LAST_TEXT) {
		last->lens = text.lens;
		memcpy(last->text, text.at, post_joined(text.lens));
	}
	return last;
}

struct user_last *
post_again(struct shard *shard, struct post_text post, struct fault *fault)
{
	const struct dict *users = &shard->names[NAME_USER];
	struct slice user = texts_of(post).user;
	uint64_t hash = dict_hash(users, user);
	struct user_last *last = &shard->last[dict_guess(users, hash)];

	if (!post_equal(post, last))
		last = post_add(shard, post, hash, fault);
	if (last == NULL || grow_guesses(shard, fault) != 0)
		return NULL;
	shard->guesses[guess_of(user, shard->guesses_bits)] =
		(uint32_t)(last - shard->last);
	return last;
}

/* The source becomes the first, and that one the second. */
static void
source_keep(struct user_last *last, struct slice source, uint32_t number)
{
	uint32_t first = last->source[0];

	last->source[0] = number;
	if (source.len > SOURCE_KEPT_MOST) {
		last->source_len[0] = last->source_len[1] = 0;
		return;
	}
	last->source[1] = first;
	last->source_len[1] = last->source_len[0];
	memcpy(last->source_text[1], last->source_text[0], SOURCE_KEPT_MOST);
	last->source_len[0] = (uint16_t)(source.len + 1);
	memset(last->source_text[0], 0, SOURCE_KEPT_MOST);
	slice_copy(last->source_text[0], source);
}

int
source_again(struct shard *shard, struct slice source, struct user_last *last,
	struct fault *fault)
{
	uint32_t number = last->source[1];

	if (!source_equal(source, last, 1) &&
		shard_number_kept(shard, FIELD_SOURCE, source, &number,
			fault) != 0)
		return -1;
	source_keep(last, source, number);
	return 0;
}
