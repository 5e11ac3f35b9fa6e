/* SPDX-License-Identifier: Apache-2.0 */
/* An inner room of shard.c: kind, area and outcome of a lookup are numbered. */
#ifndef QUIS_LOOKUP_FACET_H
#define QUIS_LOOKUP_FACET_H

#include "lookup/shard.h"

/* The number of a lookup's facet, by the fields of its record. -1: a fault. */
int64_t shard_facet(struct shard *shard, const struct slice *field,
	struct fault *fault);

/* The number of a name; 0 if it means "not given". */
int shard_number(struct shard *shard, enum name name, struct slice value,
	uint32_t *ret, struct fault *fault);

/* What shard_number_kept() reads will be there. */
void shard_number_fetch(const struct shard *shard, struct slice text);

/* The same of a kind, an area or a source; of an outcome, what it means. What
 * was numbered before is most likely found at once. */
int shard_number_kept(struct shard *shard, enum field field, struct slice text,
	uint32_t *ret, struct fault *fault);

/* Of what is kept: a text, and a byte that says what it is of a record. */
static inline uint32_t
text_len(struct slice text, enum field field)
{
	return (uint32_t)text.len << 8 | (uint32_t)(field + 1);
}

/* Of a place: of all, and of the area. */
static inline uint64_t
place_lens(size_t both, size_t area)
{
	return both | (uint64_t)area << 32;
}

/* Empty if it means "not given". */
static inline struct slice
given(struct slice value)
{
	if (value.len > FIELD_BLANK_MAX || field_given(value))
		return value;
	return (struct slice){ NULL, 0 };
}

/* What two words of a text come to: its upper bits say where in a table it is.
 * What collides is only slower. */
static inline uint64_t
words_mix(uint64_t first, uint64_t last)
{
	return (first ^ (last << 29 | last >> 35)) * 0x9e3779b97f4a7c15u;
}

/* The same of all words: slice_words(). */
static inline uint64_t
words_hash(const uint64_t word[4])
{
	return words_mix(word[0] ^ word[2], word[1] ^ word[3]);
}

static inline size_t
place_of_hash(uint64_t hash, unsigned bits)
{
	return hash >> (64 - bits);
}

/* Do they stand in the log with one byte between? */
static inline bool
is_next(struct slice text, struct slice next)
{
	return text.at != NULL && text.at + text.len + 1 == next.at;
}

#endif
