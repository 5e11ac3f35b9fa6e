/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of a partition, in the book's numbers, subject by subject. The
 * identifiers that a persons file joins count as one subject. One struct a
 * thread, used for one partition after the other.
 */
#ifndef QUIS_TURN_GROUPS_H
#define QUIS_TURN_GROUPS_H

#include "base/base.h"
#include "lookup/book.h"
#include "registry/registry.h"
#include "turn/intake.h"

struct groups {
	struct row *rows;   /* all groups, one behind the other; each in order
	                       of user, then row_compare() */
	uint32_t *ends;     /* of each group: where the next one begins */
	uint32_t n;         /* groups */
	uint64_t *keys;     /* of each row: what is one subject; NULL: its
	                       subject is */
	uint32_t *users;    /* by post */
	/* scratch */
	struct intake intake; /* its rows, then spare ones */
	uint64_t *spare_keys;
	uint32_t *starts;   /* by bucket */
	unsigned bits;      /* of a bucket's number */
	bool ranks;         /* do user and time fit into a word? */
	unsigned time_bits; /* of it, for the time since … */
	int64_t first_ms;   /* … the book's first lookup */
	size_t cap;
};

struct groups_options {
	const struct registry *registry; /* NULL: there is none */
	bool keep; /* leave the rows in the book, for another time */
};

/* Take partition `part` out of all shards, or copy it. Chunks that become
 * free go to `pool`. */
int groups_make(struct groups *groups, struct book *book, size_t part,
	const struct groups_options *options, struct chunk_pool *pool,
	struct fault *fault);
void groups_free(struct groups *groups);

/* The rows of a group. */
static inline struct row *
groups_rows(const struct groups *groups, uint32_t group, size_t *ret_n)
{
	uint32_t start = group > 0 ? groups->ends[group - 1] : 0;

	*ret_n = groups->ends[group] - start;
	return groups->rows + start;
}

/* What the registry, which the groups were made with, knows the subject of a
 * group by: registry_key(). */
uint64_t groups_key(const struct groups *groups, uint32_t group,
	const struct registry *registry);

#endif
