/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A shard is what one thread has read: rows by subject partition, numbered by
 * its own dictionaries. The book (book.h) joins the shards.
 */
#ifndef QUIS_LOOKUP_SHARD_H
#define QUIS_LOOKUP_SHARD_H

#include "base/base.h"
#include "format/parser.h"
#include "base/dict.h"
#include "lookup/partition.h"
#include "registry/registry.h"

/* How often an offset from UTC occurred, by quarters of an hour, which is
 * what the world's clocks keep to; others are not counted. */
enum { OFFSET_STEP = 900, OFFSET_HOURS = 24,
	OFFSETS_N = 2 * OFFSET_HOURS * 4 + 1 };

/* Texts of outcomes whose meaning is kept; there are a handful. */
enum { OUTCOME_TEXTS = 64 };

enum name { NAME_USER, NAME_UNIT, NAME_ROLE, NAME_CASE, NAME_SOURCE, NAME_KIND,
	NAME_AREA, NAME_N };

/* Users interleave in a portal's log, but each of them stays at his post and
 * his terminal: what he had last is tried first. Its texts are kept as they
 * stood in the log, joined by the byte that stood there, or a NUL. */
enum { LAST_TEXT = 108, FACET_TEXT = 116 };
struct user_last {
	uint64_t lens;   /* of the texts of his post; 0: none is kept */
	uint32_t post, source;
	uint16_t joined; /* length of: user unit role; behind them the source */
	uint16_t source_len; /* + 1; 0: none is kept */
	char text[LAST_TEXT];
};

/* There are few facets, but they change from lookup to lookup: one is kept
 * for each hash of its three texts. */
enum { FACETS_KEPT = 4096 };
struct facet_kept {
	uint64_t lens;
	uint32_t facet; /* + 1, or 0: none */
	char text[FACET_TEXT]; /* kind area outcome */
};

/* Cases are many, and to look one up is to wait for memory three times: a row
 * waits for the number of its case while others are read. */
enum { WAITING_ROWS = 16, WAITING_CASE = 48, WAITING_SUBJECT = 24 };
struct waiting {
	struct row row;
	uint64_t hash;   /* of the case */
	uint32_t part, guess;
	uint32_t case_len, subject_len; /* the latter 0: it is a number */
	char caseref[WAITING_CASE], subject[WAITING_SUBJECT];
};

struct shard {
	const struct registry *registry; /* borrowed; NULL: none */
	uint64_t most_users; /* 0: any number */
	struct dict names[NAME_N];
	struct triples posts;  /* user, unit, role */
	struct triples facets; /* kind, area, outcome */
	struct user_last *last; /* by user */
	size_t last_cap;
	struct facet_kept *kept;
	struct partition parts[SUBJECT_PARTITIONS];
	struct chunk_pool pool;
	struct waiting waiting[WAITING_ROWS]; /* number i % WAITING_ROWS */
	uint64_t waited, settled; /* rows that ever waited, no longer wait */
	uint64_t offsets[OFFSETS_N + 1]; /* from -24:00 on; the last: others */
	int32_t offset;  /* of the last lookup … */
	size_t offset_at; /* … and where it is counted */
	struct dict outcomes; /* texts of outcomes … */
	uint8_t outcome[OUTCOME_TEXTS]; /* … and what they mean + 1, or 0 */
	uint64_t n;           /* lookups */
	int64_t first_ms, last_ms;
	uint64_t gaps, overlaps; /* zone-less times that a change of clocks
	                            makes void or double */
	uint64_t zoneless;
	char apart[64]; /* from the next thread's shard: no line is of both */
};

/* `seed` is that of its dictionaries, the same for all that are joined.
 * most_users: of more, shard_add() has had enough: FAULT_LIMIT. spill:
 * see base/spill.h; NULL: memory has no bound. It is borrowed as the registry
 * is, and the shard must stay where it is. */
int shard_init(struct shard *shard, const struct registry *registry,
	uint64_t seed, uint64_t most_users, struct spill *spill,
	struct fault *fault);
void shard_free(struct shard *shard);

/* Keep one lookup: what an accepted record says of one of its subjects. The
 * last few rows come into their partitions with shard_settle(), which must
 * follow before they are read. */
int shard_add(struct shard *shard, const struct record *record,
	const struct moment *when, struct slice subject, struct fault *fault);
int shard_settle(struct shard *shard, struct fault *fault);

/* FAULT_LIMIT if there are too many users, of a shard or of a book. */
int shard_check_users(const struct dict *users, uint64_t most,
	struct fault *fault);

#endif
