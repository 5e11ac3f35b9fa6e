/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The subjects of a partition, each found by its number and counted. A hash
 * table in lines of the cache: four subjects share one, with all there is to
 * know of them, so that a row asks memory once. Vector code beside plain code.
 * One struct a thread, used for one partition after the other.
 */
#ifndef QUIS_TURN_LINEUP_H
#define QUIS_TURN_LINEUP_H

#include "base/base.h"
#include "base/dict.h"

/* A row in short. */
struct mustered {
	uint64_t word;    /* see squad.h */
	uint32_t caseref;
	uint32_t seat;    /* of its subject */
};

/* Words of a line, and where in it its seats have theirs: four subjects, 0 being
 * none; how many rows each has, at first; and what whoever goes on from there
 * notes of each. A seat is the number of a word, and what it has stands so many
 * behind that one. */
enum { LINE_SEATS = 4, LINE_WORDS = 16, SEAT_ROWS = 8, SEAT_NOTE = 12 };

struct lineup {
	uint32_t *lines;
	size_t n_lines;  /* a power of two */
	uint32_t *seats; /* that are taken, in order of appearance */
	uint32_t n;
	size_t seats_cap;
	uint64_t seeds[2];
	bool wide;       /* false: by plain code */
};

void lineup_init(struct lineup *lineup); /* allocates nothing */
void lineup_free(struct lineup *lineup);

/* Nobody is there. */
void lineup_clear(struct lineup *lineup);

/* Make room for so many subjects more: rows that have seats, which are n, may
 * get others. */
int lineup_make_room(struct lineup *lineup, size_t more,
	struct mustered *rows, size_t n, struct fault *fault);

/* The seat where the search for a subject, not 0, begins, which comes from
 * memory. */
static inline uint32_t
lineup_look(const struct lineup *lineup, uint64_t subject)
{
	uint32_t line = (uint32_t)dict_mix(subject ^ lineup->seeds[0],
				lineup->seeds[1]) &
		(uint32_t)(lineup->n_lines - 1);
	uint32_t seat = line * LINE_WORDS;

	__builtin_prefetch(&lineup->lines[seat], 1);
	return seat;
}

/* Seat n rows, which have where the search begins, for which there is room.
 * subjects: of the first one; so many bytes on, of the next one. */
void lineup_add(struct lineup *lineup, struct mustered *rows,
	const uint64_t *subjects, size_t stride, size_t n);

#endif
