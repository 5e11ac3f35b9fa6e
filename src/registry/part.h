/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A part is one register being read. Registers are read at the same time, so
 * each numbers names by dictionaries of its own, and writes no array of the
 * registry but its own. Then registry.c joins the dictionaries under numbers
 * in order of bytes, which hang on no thread, and each part settles: it takes
 * the joint numbers and puts its arrays in order.
 */
#ifndef QUIS_REGISTRY_PART_H
#define QUIS_REGISTRY_PART_H

#include "base/base.h"
#include "registry/registry.h"
#include "registry/sheet-reader.h"

/* Of one register; registers are read into memory whole. */
enum { REGISTER_ROWS_MAX = 1 << 26 };

struct part {
	struct registry *registry;
	const struct zone *zone;
	unsigned threads;              /* that settling may use */
	struct dict names[REGISTRY_DICTS];
	uint32_t *maps[REGISTRY_DICTS]; /* to the joint number; by own one */
	size_t cap, list_cap;          /* of the register's rows, and lists */
	size_t subject_caps[SUBJECT_PARTITIONS];
	struct case_rows *case_rows;   /* case-subjects.c; by own number */
	size_t n_case_rows, case_rows_cap;
	struct register_case *cases;   /* cases.c; by own number */
	size_t n_cases;
	uint32_t *seen;                /* units.c: a unit's row and 1 */
	size_t n_seen, seen_cap;
};

struct register_kind {
	struct sheet_plan plan;
	/* Take a row. NULL if all are read by `read`, for who knows more of a
	 * row than what stands in it. */
	int (*take)(struct part *part, struct sheet *sheet,
		struct fault *fault);
	int (*read)(struct part *part, struct sheet *sheet,
		struct fault *fault);
	/* Called when all are read and joined, in order of enum sheet_kind;
	 * may be NULL. */
	int (*settle)(struct part *part, struct fault *fault);
};

extern const struct register_kind register_roster, register_units,
	register_cases, register_case_subjects, register_persons,
	register_watch, register_reviewed;

/* The own number of a rewritten cell; 0 if it is not given. */
int part_name(struct part *part, struct sheet *sheet, size_t column,
	enum registry_dict dict, uint32_t *ret, struct fault *fault);

/* Numbers of the names that a cell joins by ';', appended to (*list)[*n …]. */
int part_names(struct part *part, struct sheet *sheet, size_t column,
	enum registry_dict dict, uint32_t **list, size_t *n,
	struct fault *fault);

/* Order numbers, each once; returns how many are left. */
size_t numbers_settle(uint32_t *numbers, size_t n);

/* A cell as time, PROBLEM_TIME if it is none. */
struct register_time part_time(const struct part *part, struct sheet *sheet,
	size_t column);
/* Two of them; PROBLEM_ORDER if they contradict each other. */
void part_span(const struct part *part, struct sheet *sheet, size_t from,
	size_t to, struct register_time *ret_from,
	struct register_time *ret_to);
bool register_time_equal(struct register_time a, struct register_time b);
int register_time_compare(struct register_time a, struct register_time b);

/* Rows of users. */
struct row_order {
	size_t size;       /* of a row */
	size_t user, line; /* where it has them: uint32_t, uint64_t */
	int (*facts)(const void *a, const void *b); /* all but the line */
};

/* Drop rows that say what one of an earlier line says, and order the rest by
 * user and line. Returns how many are left. */
size_t rows_settle(void *rows, size_t n, const struct row_order *order);

/* The subject's own key, whatever person it belongs to. */
uint64_t part_subject_key(const struct registry *registry,
	struct slice subject);

/* Give back what an array has grown beyond its use. */
void array_trim(void **array, size_t n, size_t size);

/* Is the unit in the register of units, if there is one? Once that is
 * settled. */
bool registry_knows_unit(const struct registry *registry, uint32_t unit);

#endif
