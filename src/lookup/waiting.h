/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An inner room of shard.c: cases are numbered, and rows appended. Few cases
 * are asked for again and again, and kept; a row of another one waits for its
 * number while others are read, as to look it up is to wait for memory three
 * times.
 */
#ifndef QUIS_LOOKUP_WAITING_H
#define QUIS_LOOKUP_WAITING_H

#include "lookup/facet.h"
#include "lookup/shard.h"

/* A case's words, if it is of the lengths that are kept, none included. Half of
 * all lookups have none, at random: that is no branch. */
static inline bool
case_words(struct slice caseref, uint64_t ret[4])
{
	static const char nothing[8];
	size_t none = caseref.len == 0, len = caseref.len + none * 8;
	uintptr_t there = (uintptr_t)caseref.at & (none - 1);
	const char *at =
		(const char *)(there | ((uintptr_t)nothing & -none));

	return slice_words((struct slice){ at, len }, ret) &&
		caseref.len <= CASE_KEPT_MOST;
}

/* Where it would be, by its words. */
static inline struct case_kept *
case_place(const struct shard *shard, const uint64_t word[4], size_t len)
{
	return shard->cases + (len != 0) +
		place_of_hash(words_hash(word), CASES_BITS);
}

static inline bool
case_is_kept(const struct case_kept *kept, const uint64_t word[4], size_t len)
{
	return ((word[0] ^ kept->word[0]) | (word[1] ^ kept->word[1]) |
		       (word[2] ^ kept->word[2]) | (len ^ kept->len)) == 0;
}

/* For shard.c and shard-batch.c: lookups of this moment. */
void shard_count_moments(struct shard *shard, const struct moment *when,
	size_t n);

/* A subject that is not packed has a text. All of a person's go to the same
 * partition. */
static inline unsigned
shard_partition_of(const struct shard *shard, uint64_t packed,
	struct slice subject)
{
	if (shard->registry != NULL && shard->registry->persons != NULL)
		return registry_partition(shard->registry, subject);
	return packed != 0 ? subject_partition(packed) :
			     subject_partition_text(subject);
}

/* Append a row. Its subject is empty if the row has its number. */
int waiting_append(struct shard *shard, const struct row *row, unsigned part,
	struct slice subject, struct fault *fault);

/* A row whose case is not kept, or says that none is given. Texts are copied:
 * longer ones than WAITING_CASE and WAITING_SUBJECT bytes do not wait. */
int waiting_add(struct shard *shard, struct row *row, unsigned part,
	struct slice subject, struct slice caseref, struct fault *fault);

/* No row waits any longer. */
int waiting_settle(struct shard *shard, struct fault *fault);

#endif
