/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registers: what the office knows beside the log. Read before the log
 * and unchanged after, so that any number of threads may ask. They are as
 * dirty as life: every row that says nothing, or contradicts another, is
 * counted under a problem, with file and line (sheet.h), and passed over.
 *
 * Names are numbered by the registry's own dictionaries, 0 being "not given";
 * turn/office.h joins them with the log's.
 */
#ifndef QUIS_REGISTRY_REGISTRY_H
#define QUIS_REGISTRY_REGISTRY_H

#include "base/base.h"
#include "base/dict.h"
#include "format/field.h"
#include "format/subject.h"
#include "format/time.h"
#include "registry/sheet.h"

/* A time in a register: a bare date is a whole day of the report's zone, and
 * which that is shows only when the log was read. */
struct register_time {
	enum { REGISTER_UNTOLD, REGISTER_DAY, REGISTER_MOMENT } form;
	int64_t value; /* days since 1970-01-01, or milliseconds */
};

enum { SHIFT_NONE = -1, ROSTER_ROWS_MAX = 256 };

struct roster_entry { /* in order of user, then line */
	uint32_t user, unit, role;
	struct register_time from, to; /* both ends included; untold: open */
	int16_t shift_from, shift_to;  /* minutes of the day, `to` excluded,
	                                  may pass midnight; or SHIFT_NONE */
	uint64_t line;
};

struct register_unit { /* in order of line; a unit once */
	uint32_t unit, area;           /* area 0: not told */
	bool national;                 /* scope; else its area alone … */
	bool scoped;                   /* … if scope is told at all */
	size_t first_kind, n_kinds;    /* of registry.kinds, in order of
	                                  number; 0: any */
	uint64_t line;
};

struct register_case { /* by case number of NAME_CASE's dictionary, less 1 */
	bool listed;                   /* in the register of cases; else only
	                                  named by case subjects */
	uint32_t unit;                 /* 0: not told */
	struct register_time opened, closed;
	size_t first_member, n_members; /* of registry.members, the lead first
	                                   if there is one, then the others
	                                   in order of number */
	bool led;                       /* there is one */
	uint64_t line;                  /* 0 if not listed */
};

/* One subject of one case; in order of key, then case, each once. */
struct case_subject {
	uint32_t key_high, key_low; /* subject_key() */
	uint32_t caseref;           /* number in the dictionary */
};

struct watch_entry { /* in order of key, each once */
	uint64_t key;
	struct slice subject; /* rewritten */
	struct slice reason;  /* "": none given */
	bool honeytoken;      /* nobody has any business with it */
	uint64_t line;
};

/* What an investigator has looked into and found in order. */
struct review { /* in order of user, then line */
	uint32_t user;
	struct slice signal;  /* name, or "" for all */
	struct register_time until; /* lookups up to then are cleared (a bare
	                               date: that day too); never untold */
	struct slice by, why; /* "" if not given */
	uint64_t line;        /* whoever knows the signals' names tells an
	                         unknown one: sheet_note(), PROBLEM_WORD */
};

struct registry_paths { /* NULL: not given */
	const char *of[SHEET_N];
};

enum registry_dict { REGISTRY_USER, REGISTRY_UNIT, REGISTRY_ROLE,
	REGISTRY_CASE, REGISTRY_KIND, REGISTRY_AREA, REGISTRY_DICTS };

struct registry {
	struct sheet_facts sheets[SHEET_N]; /* by kind; path NULL: not given */
	struct dict names[REGISTRY_DICTS];
	struct roster_entry *roster;
	size_t n_roster;
	struct register_unit *units;
	size_t n_units;
	bool *unit_listed; /* by unit: in the register of units; NULL if there
	                      is none */
	uint32_t *kinds;
	size_t n_kinds;
	struct register_case *cases;
	size_t n_cases; /* names[REGISTRY_CASE].n - 1 */
	uint32_t *members; /* users */
	size_t n_members;
	struct case_subject *subjects[SUBJECT_PARTITIONS]; /* by partition of
	                                                      the subject */
	size_t n_subjects[SUBJECT_PARTITIONS];
	struct persons *persons; /* see persons.h; NULL: not given */
	struct watch_entry *watch;
	size_t n_watch;
	struct review *reviews;
	size_t n_reviews;
	struct arena arena; /* owns the texts */
	uint64_t seed;      /* of the keys of texts */
};

struct rewrites; /* format/rewrite.h */

/* Read all registers that are given, several at a time. A register that cannot
 * be opened, or lacks a column it needs, is a fault (FAULT_USAGE, naming file
 * and columns found); damage and wrong rows are told in its sheet_facts.
 * rewrites: applied to subjects, cases, users and so on as in the log; may be
 * NULL. zone: of times without an offset. */
int registry_read(struct registry **ret, const struct registry_paths *paths,
	const struct rewrites *rewrites, const struct zone *zone,
	unsigned threads, struct fault *fault);
void registry_free(struct registry *registry);

/* The key of a subject, after rewriting: packed, or SUBJECT_TEXT and 63
 * bits of a keyed hash; of a subject that a persons file joins with others,
 * the person's. Equal subjects, equal keys, within one registry. NULL for the
 * registry: no persons, and keys of texts that anybody can compute. */
uint64_t registry_key(const struct registry *registry, struct slice subject);

/* Which of SUBJECT_PARTITIONS a subject's lookups belong to: all of one
 * person's to the same. registry may be NULL. */
unsigned registry_partition(const struct registry *registry,
	struct slice subject);

/* Both at once, for who asks about every lookup. */
uint64_t registry_key_place(const struct registry *registry,
	struct slice subject, unsigned *ret_partition);

/* The cases of a subject: [*ret_first, + n) of subjects[partition]. Returns n.
 * partition: registry_partition() of the subject. */
size_t registry_cases_of(const struct registry *registry, unsigned partition,
	uint64_t key, const struct case_subject **ret_first);

/* The watched entry of a key, or NULL. */
const struct watch_entry *registry_watched(const struct registry *registry,
	uint64_t key);

/* The roster's word on a user (log's bytes, rewritten) on a day: the entry
 * whose service holds that day, the latest line if several do; NULL: none. */
const struct roster_entry *registry_service(const struct registry *registry,
	struct slice user, int32_t day);

/* Fill the unit and the role that a record leaves blank, as the roster has
 * them on that day. registry may be NULL. */
void registry_fill(const struct registry *registry, struct record *record,
	const struct moment *when);

#endif
