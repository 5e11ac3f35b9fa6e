/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One user's rows in order of time: what a lookup's neighbours make of it.
 * Chains, beats and walks look at askings only, so that a retry is no
 * neighbour; dossiers at lone rows, hops at all.
 */
#ifndef QUIS_TURN_TIMELINE_H
#define QUIS_TURN_TIMELINE_H

#include "lookup/book.h"
#include "lookup/row.h"

enum {
	CHAIN_MS = 90 * 1000,       /* a chain: so soon one after the other */
	PACED_CHAIN = 10,           /* askings that make a chain a long one */
	BEAT_GAPS = 4,              /* equal gaps in a row that make a beat, up
	                               to BEAT_MOST_MS … */
	BEAT_MOST_MS = 10 * 60 * 1000,
	BEAT_SLACK_MS = 1000,       /* … give or take, from twice that on */
	SEQUENCE_STEP = 2,          /* identifiers this near are in sequence */
	SEQUENCE_BACK = 3,          /* askings looked back */
	SEQUENCE_RUN = 4,           /* neighbours that make a sequence */
	DOSSIER_MS = 5 * 60 * 1000, /* within which … */
	DOSSIER_KINDS = 3,          /* … so many kinds of data are asked for */
	DOSSIER_BACK = 6,           /* rows looked at, itself included */
	HOP_MS = 10 * 60 * 1000,    /* sources that change faster overlap */
};

/* Scratch: an asking among the user's rows. */
struct asking {
	int64_t ms;
	uint64_t subject;
	size_t row;
	uint32_t walk; /* how many identifiers lead up to it, itself too … */
	uint32_t back; /* … and the last is how many askings before it */
};

_Static_assert(sizeof(struct asking) <= sizeof(struct row),
	"spare rows hold askings");

/* Sets the marks of turn 2. range_of: by source number, see range.h; spare has
 * room for n askings. */
void timeline_mark(const struct book *book, const uint32_t *range_of,
	struct row *rows, size_t n, struct asking *spare);

#endif
