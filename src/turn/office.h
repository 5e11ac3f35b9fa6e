/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the office knows of one lookup: the registers joined with the names of
 * the log. Made once the log is read, unchanged after.
 *
 * Registers are dirty. Dates are given OFFICE_SLACK_DAYS of grace, as cases
 * are entered late and closed early; what a register is silent about is not
 * tested, so that nobody is hurt by a unit that keeps none.
 */
#ifndef QUIS_TURN_OFFICE_H
#define QUIS_TURN_OFFICE_H

#include "lookup/book.h"
#include "registry/registry.h"
#include "turn/window.h"

enum { OFFICE_SLACK_DAYS = 7 };

/* What may be wrong with a lookup, by the registers. */
enum verdict {
	VERDICT_UNKNOWN,    /* names a case that is in no register of cases */
	VERDICT_CLOSED,     /* a case not yet opened, or closed */
	VERDICT_UNASSIGNED, /* a case neither of the unit nor of the user */
	VERDICT_OFF_CASE,   /* a case whose subjects are listed, not this one */
	VERDICT_AREA,       /* from outside the unit's area */
	VERDICT_KIND,       /* a kind of data that the unit has no business
	                       with */
	VERDICT_SHIFT,      /* outside the user's hours */
	VERDICT_WATCHED,    /* of somebody on the watch list */
	VERDICT_N
};

struct verdicts { /* bits 1 << enum verdict */
	unsigned tested; /* a register says something about it */
	unsigned wrong;  /* of these */
	bool registered; /* the subject is of an open case of unit or user */
	uint32_t other;  /* if not: the one other unit with such a case, or
	                    OFFICE_NONE */
	const struct watch_entry *watched; /* or NULL */
};

struct office_case {
	bool listed;          /* in the register of cases */
	bool has_subjects;
	uint32_t unit;        /* the book's; OFFICE_NONE: not told, or not in
	                         the log */
	bool owned;           /* a unit is told, in the log or not */
	int32_t first, last;  /* days it is open, without grace */
	size_t first_member, n_members;
};
#define OFFICE_NONE UINT32_MAX

struct office_unit {
	bool keeps_cases;    /* some of its cases are in the register … */
	bool keeps_subjects; /* … with subjects */
	bool bounded;        /* its business is `area` alone */
	uint32_t area;       /* the book's */
	bool has_kinds;
};

struct office {
	const struct registry *registry;
	const struct book *book;
	const struct window *window; /* whose days count */
	struct office_case *cases; /* by the register's number, less 1 */
	uint32_t *case_of;         /* by the book's case: number of `cases`, or
	                              OFFICE_NONE */
	struct office_unit *units; /* by the book's unit */
	uint32_t *members;         /* users, ascending within a case */
	bool *kinds;               /* by unit and kind: its business */
	size_t n_kinds;
	/* What was noticed while joining. */
	size_t roster_known;       /* users of the log whom the roster has … */
	size_t roster_serving;     /* … serving in the time of the log */
	size_t members_unknown;    /* members of cases who are neither in the
	                              log nor in the roster */
	size_t units_known;        /* units of the log in the register */
	size_t cases_seen;         /* cases named in the log */
	size_t cases_known;        /* … and in the register */
};

/* book, registry and window are borrowed. */
int office_make(struct office **ret, const struct registry *registry,
	const struct book *book, const struct window *window,
	struct fault *fault);
void office_free(struct office *office);

/* What the registers say of a lookup; subject: the cases of its subject, see
 * registry_cases_of(). */
void office_judge(const struct office *office, const struct row *row,
	uint64_t key, const struct case_subject *cases, size_t n_cases,
	struct verdicts *ret);

#endif
