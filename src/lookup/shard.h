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

enum name { NAME_USER, NAME_UNIT, NAME_ROLE, NAME_CASE, NAME_SOURCE, NAME_KIND,
	NAME_AREA, NAME_N };

/* Users interleave in a portal's log, but each of them stays at his post and
 * at one or two terminals: what he had last is tried first. */
enum { LAST_TEXT = 104, SOURCE_KEPT_MOST = 32 };
struct user_last {
	char text[LAST_TEXT]; /* user, unit and role, joined by the byte that
	                         stood between, or a NUL */
	uint64_t lens;        /* of these: post_lens(); 0: none are kept */
	uint32_t post, source[2];
	uint16_t source_len[2]; /* + 1; 0: none is kept */
	char source_text[2][SOURCE_KEPT_MOST]; /* with NULs behind them */
};

_Static_assert(sizeof(struct user_last) == 192, "three lines of the cache");

/* Who a user is by the ends of his name, unless another one has taken the
 * place: it grows with the users. */
enum { GUESSES_BITS = 12, GUESSES_BITS_MOST = 22, GUESSES_EACH = 8 };

/* Kinds, areas and outcomes are few, and sources not many: one is kept for each
 * hash of its words. */
enum { TEXTS_BITS = 14 };
struct text_kept {
	uint64_t word[4]; /* slice_words() */
	uint32_t len;     /* and what it is of a record; 0: nothing */
	uint32_t number;
};

/* Area and outcome stand side by side in most logs: with them are kept their
 * facets. */
enum { PLACES_BITS = 12, PLACE_KINDS = 22, PLACE_NONE = PLACE_KINDS - 1 };
struct place_kept {
	uint64_t word[4]; /* both, and what stands between */
	uint64_t lens;    /* place_lens() */
	uint32_t facet[PLACE_KINDS]; /* by number of the kind, + 1; 0: not yet
	                                known, as that of PLACE_NONE never
	                                is */
};

/* Cases; the first of these is none. */
enum { CASES_BITS = 14, CASE_KEPT_MOST = 24 };
struct case_kept {
	uint64_t word[3];
	uint32_t len;     /* 0: nothing */
	uint32_t number;
};

/* Cases are many, and to look up one that is not kept is to wait for memory
 * three times: its row waits for the number while others are read. */
enum { WAITING_ROWS = 16, WAITING_CASE = 48, WAITING_SUBJECT = 24 };
struct waiting {
	struct row row;
	uint64_t hash;   /* of the case */
	uint32_t part, guess;
	uint32_t case_len, subject_len; /* the latter 0: it is a number */
	char caseref[WAITING_CASE], subject[WAITING_SUBJECT];
};

/* The last few lookups are numbered when others have come: by then what is
 * asked of memory for them is there. */
enum { AHEAD_ROWS = 4, AHEAD_TEXT = 160 };
struct ahead {
	struct ahead *next; /* of a ring */
	bool waits;
	uint64_t subject; /* 0: it is a text */
	uint64_t when;
	uint64_t word[4]; /* of its case */
	struct case_kept *kept; /* where that would be */
	uint64_t lens;          /* of its post */
	uint32_t case_len, source_len;
	uint32_t facet, part, subject_len;
	uint32_t guess; /* where it stands who its user most likely is */
	char text[AHEAD_TEXT]; /* of its user as above, and its source */
	char caseref[WAITING_CASE]; /* if it is not of a length that is kept */
	char subject_text[WAITING_SUBJECT];
};

struct shard {
	const struct registry *registry; /* borrowed; NULL: none */
	uint64_t most_users; /* 0: any number */
	struct dict names[NAME_N];
	struct triples posts;  /* user, unit, role */
	struct triples facets; /* kind, area, outcome */
	struct user_last *last; /* by user */
	size_t last_cap;
	uint32_t *guesses; /* user, by the upper bits of a hash: */
	unsigned guesses_bits;
	struct text_kept *texts;
	struct place_kept *places;
	struct case_kept *cases;
	struct partition parts[SUBJECT_PARTITIONS];
	struct chunk_pool pool;
	struct ahead ahead[AHEAD_ROWS];
	struct ahead *oldest; /* of these */
	struct waiting waiting[WAITING_ROWS]; /* number i % WAITING_ROWS */
	uint64_t waited, settled; /* rows that ever waited, no longer wait */
	uint64_t offsets[OFFSETS_N + 1]; /* from -24:00 on; the last: others */
	int32_t offset;  /* of the last lookup … */
	size_t offset_at; /* … and where it is counted */
	uint64_t n;           /* lookups */
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
void shard_drop_rows(struct shard *shard); /* all else stays */

/* Keep one lookup: what an accepted record says of one of its subjects. The
 * last few rows come into their partitions with shard_settle(), which must
 * follow before they are read. */
int shard_add(struct shard *shard, const struct record *record,
	const struct moment *when, struct slice subject, struct fault *fault);
/* The same of each lookup of a batch, sooner. */
int shard_add_batch(struct shard *shard, const struct batch *batch,
	struct fault *fault);
int shard_settle(struct shard *shard, struct fault *fault);

/* FAULT_LIMIT if there are too many users, of a shard or of a book. */
int shard_check_users(const struct dict *users, uint64_t most,
	struct fault *fault);

#endif
