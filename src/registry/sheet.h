/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sheet is a side file: CSV (or tab, semicolon, bar) with a header, plain or
 * gzip, read row by row. It keeps count of every row, and of what was wrong
 * with it.
 */
#ifndef QUIS_REGISTRY_SHEET_H
#define QUIS_REGISTRY_SHEET_H

#include "base/base.h"
#include "input/reader.h"

enum sheet_kind { SHEET_ROSTER, SHEET_UNITS, SHEET_CASES, SHEET_CASE_SUBJECTS,
	SHEET_PERSONS, SHEET_WATCH, SHEET_REVIEWED, SHEET_LIST, SHEET_N };

/* "roster", "case-subjects": as the option is called. */
const char *sheet_kind_name(enum sheet_kind kind);

/* Why a row, or a part of it, does not count. Each has a sentence. */
enum sheet_problem {
	PROBLEM_LAYOUT,     /* not as many fields as the header has, a quote
	                       that is not closed, too long, cut off */
	PROBLEM_BLANK,      /* a field that it needs is blank */
	PROBLEM_TIME,       /* no time, or a shift that is none: passed over,
	                       the rest of the row counts */
	PROBLEM_ORDER,      /* ends before it begins: both times passed over */
	PROBLEM_TWICE,      /* contradicts an earlier row about the same thing:
	                       the earlier one counts */
	PROBLEM_UNKNOWN,    /* names something another register does not have */
	PROBLEM_CROWD,      /* a person of more identifiers than
	                       PERSON_SUBJECTS_MAX: not joined */
	PROBLEM_SHARED,     /* an identifier of two persons: joins neither */
	PROBLEM_WORD,       /* a word that means nothing here (scope, signal) */
	PROBLEM_BAIT,       /* bait that the persons register knows: watched,
	                       but no bait */
	PROBLEM_MANY,       /* more than ROSTER_ROWS_MAX rows of one user: the
	                       first of them are passed over */
	PROBLEM_N
};
const char *sheet_problem_text(enum sheet_problem problem);

struct sheet_facts {
	const char *path;  /* as given; NULL: no such register */
	struct reader_facts file;
	uint64_t rows;     /* but for the header and blank lines */
	uint64_t accepted; /* rows that count, at least in part */
	uint64_t repeated; /* say again what an earlier row said */
	uint64_t counts[PROBLEM_N];
	uint64_t first_line[PROBLEM_N];
	char detail[PROBLEM_N][128]; /* of that first one, e.g. the word */
	bool hidden;       /* details tell of citizens: nothing for messages,
	                      which go to mailboxes */
	uint64_t not_rewritten; /* values that --rewrite was not applied to */
	char columns[256];  /* how the columns were taken, for people */
	char unknown[256];  /* headers that mean nothing here, ", " between */
};

enum { SHEET_QUOTE_MAX = 64 };

/* Hostile text for people: printable ASCII in quotes, the rest as \xNN, cut
 * short; "a number" for what may be a citizen's. Returns the length. size is
 * at least SHEET_QUOTE_MAX. */
size_t sheet_quote(char *buf, size_t size, struct slice text);

/* Count a problem; the detail of the lowest line is kept. */
void sheet_note(struct sheet_facts *facts, enum sheet_problem problem,
	uint64_t line, const char *detail);
void sheet_note_text(struct sheet_facts *facts, enum sheet_problem problem,
	uint64_t line, struct slice text); /* quoted */

#endif
