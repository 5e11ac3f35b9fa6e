/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An inner room of shard.c: user, unit and role of a lookup are numbered, and
 * its source. What a user had last is tried first.
 */
#ifndef QUIS_LOOKUP_POST_H
#define QUIS_LOOKUP_POST_H

#include "lookup/facet.h"
#include "lookup/shard.h"

/* User, unit and role with a byte between each two: the one of the log, which
 * none of them holds, or a NUL. */
struct post_text {
	const char *at;
	uint64_t lens; /* of the three, 16 bits each, from the lowest on, and
	                  of all */
};

static inline uint64_t
post_lens(size_t user, size_t unit, size_t role)
{
	return user | unit << 16 | (uint64_t)role << 32 |
		(uint64_t)(user + unit + role + 2) << 48;
}

/* Bytes of all. */
static inline size_t
post_joined(uint64_t lens)
{
	return lens >> 48;
}

/* Room for what a user had last; zeroes at first. */
struct user_last *last_of(struct shard *shard, uint32_t user,
	struct fault *fault);

/* Of a user who was guessed wrong, or has another post: what he had last, with
 * this post. */
struct user_last *post_again(struct shard *shard, struct post_text post,
	struct fault *fault);

/* It is not the user's first: now it is. */
int source_again(struct shard *shard, struct slice source,
	struct user_last *last, struct fault *fault);

/* Where it stands who a user most likely is: bits of the shard's guesses. */
static inline __attribute__((always_inline)) size_t
guess_of(struct slice user, unsigned bits)
{
	uint64_t word[4];

	if (user.len >= 8)
		return place_of_hash(words_mix(bytes_u64(user.at),
			bytes_u64(user.at + user.len - 8)), bits);
	(void)slice_words(user, word);
	return place_of_hash(words_hash(word), bits);
}

/* What the guess says is there by now. */
static inline void
last_fetch(const struct user_last *last)
{
	__builtin_prefetch(last);
	__builtin_prefetch(&last->lens);
	__builtin_prefetch(last->source_text);
}

/* Are these lens the same? Those of all are left out. */
static inline bool
post_lens_equal(uint64_t lens, const struct user_last *last)
{
	return (lens ^ last->lens) << 16 == 0;
}

static inline bool
post_equal(struct post_text post, const struct user_last *last)
{
	size_t joined = post_joined(last->lens);

	return post_lens_equal(post.lens, last) &&
		slice_equal_long((struct slice){ post.at, joined },
			(struct slice){ last->text, joined });
}

/* Is it the user's first (0) or second (1)? */
static inline bool
source_equal(struct slice source, const struct user_last *last, size_t i)
{
	return last->source_len[i] == source.len + 1 &&
		slice_equal(source, (struct slice){ last->source_text[i],
			source.len });
}

#endif
