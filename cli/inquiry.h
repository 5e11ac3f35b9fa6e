/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `rank` and `show` have in common: from settings to a ranking, and what
 * a report says of it. In this order: inquiry_read(), inquiry_turn(),
 * inquiry_rank(); inquiry_free() in any case.
 */
#ifndef QUIS_CLI_INQUIRY_H
#define QUIS_CLI_INQUIRY_H

#include "cli/output.h"
#include "cli/reading.h"
#include "cli/review.h"
#include "cli/settings.h"
#include "rank/ranking.h"
#include "registry/list.h"
#include "turn/tally.h"

enum { TABLE_TOP = 20 };

struct inquiry {
	const struct settings *settings;
	bool without[SIGNAL_N]; /* by --signals and --without */
	struct reading reading;
	struct leaked_list *leaked; /* NULL: none given */
	struct window window;
	struct office *office; /* NULL: no registers */
	struct tally tally;
	struct review_table reviews;
	struct ranking fresh[REVIEW_PASSES]; /* of users, by what they did
	                                        after reviews */
	struct ranking ranking; /* as asked for */
	struct report report;
	int status;
};

/* The options are checked before anything is read. */
int inquiry_read(struct inquiry *inquiry, const struct settings *settings,
	struct fault *fault);

/* about: a user all of whose rows are kept, or USER_NONE. */
int inquiry_turn(struct inquiry *inquiry, uint32_t about, struct fault *fault);

int inquiry_rank(const struct inquiry *inquiry, enum subject_of_report by,
	const bool *odd, struct ranking *ret, struct fault *fault);

void inquiry_free(struct inquiry *inquiry);

/* Rows to print at most. */
uint64_t inquiry_top(const struct inquiry *inquiry);

/* A name from the log, and what peers would have done. */
struct slice inquiry_name(const struct inquiry *inquiry, enum name name,
	uint32_t number);
struct cell inquiry_expected(const struct ranked *ranked);

/* "lone;no-case" and the sentence. */
int inquiry_reason(struct inquiry *inquiry, const struct ranked *ranked,
	struct cell *ret_names, struct cell *ret_reason, struct fault *fault);

/* "lone;fixation": findings that would be telling, had they not been reviewed
 * and found in order. */
uint32_t inquiry_cleared_bits(const struct ranked *ranked);
int inquiry_cleared(struct inquiry *inquiry, uint32_t bits, struct cell *ret,
	struct fault *fault);

/* A time in the report's zone. */
int inquiry_time(struct inquiry *inquiry, int64_t ms, struct cell *ret,
	struct fault *fault);

/* Notes: how many "users" are flagged; that peers cannot be told apart, for
 * want of a column, or which roles were learned instead; which signals are left
 * out, and whether input is missing. */
int inquiry_note_flagged(struct inquiry *inquiry, const char *what,
	struct fault *fault);
int inquiry_note_columns(struct inquiry *inquiry, struct fault *fault);
int inquiry_note_missing(struct inquiry *inquiry, struct fault *fault);
/* That logs were damaged, if they were; the one before says it last. */
int inquiry_note_damage(struct inquiry *inquiry, struct fault *fault);

/* Would his q flag him, were he not kept from it? */
bool inquiry_is_withheld(const struct inquiry *inquiry,
	const struct ranked *ranked);

/* Why somebody is not flagged whatever his q, as part of a sentence. */
const char *inquiry_unplaced(const struct inquiry *inquiry);

/* Scripts and cron read no notes: unless a person is looking at the table,
 * those from number `from` on are said aloud, too. */
void inquiry_say_notes(const struct inquiry *inquiry, size_t from);

/* The report, once its rows, sections and notes are there and the command's own
 * options are set: adds the others that decide the result, logs and registers,
 * and writes it. */
int inquiry_write(struct inquiry *inquiry, struct fault *fault);

#endif
