/* SPDX-License-Identifier: Apache-2.0 */
/* A dialect of lines, read as the parser reads it: every name is wanted. */
#ifndef QUIS_TESTS_DIALECT_LINES_H
#define QUIS_TESTS_DIALECT_LINES_H

#include "tests/unit/unit.h"

#include "format/dialect.h"

struct lines {
	struct dialect *dialect;
	int wanted[DIALECT_NAMES];
	struct slice values[DIALECT_NAMES];
};

static inline void
lines_open(struct lines *lines, const struct dialect_kind *kind,
	const char *head)
{
	struct fault fault = { 0 };

	lines->dialect = NULL;
	assert_int_equal(kind->open(&lines->dialect, slice_of(head), true,
		&fault), 0);
	assert_ptr_equal(lines->dialect->kind, kind);
	for (int i = 0; i < DIALECT_NAMES; i++)
		lines->wanted[i] = i;
}

static inline void
lines_close(struct lines *lines)
{
	lines->dialect->kind->free(lines->dialect);
}

/* As often as the names change. */
static inline enum reason
lines_read(struct lines *lines, struct slice text)
{
	struct dialect *dialect = lines->dialect;
	struct fault fault = { 0 };
	enum reason reason;
	unsigned version, times = 0;

	do {
		version = dialect->version;
		dialect->wanted = lines->wanted;
		dialect->n_wanted = dialect->n_names;
		reason = dialect->kind->read(dialect, text, lines->values,
			&fault);
		assert_int_equal(fault.code, FAULT_NONE);
		assert_true(++times <= 2);
	} while (version != dialect->version);
	return reason;
}

/* The value of a name; NULL: there is no such name. */
static inline struct slice
lines_value(const struct lines *lines, const char *name)
{
	int number = dialect_find_name(lines->dialect, slice_of(name));

	return number >= 0 ? lines->values[number] :
			     (struct slice){ "(no such name)", 14 };
}

#define assert_lookup(lines, text) \
	assert_int_equal(lines_read(lines, slice_of(text)), REASON_LOOKUP)

#define assert_value(lines, name, text) \
	assert_slice(lines_value(lines, name), text)

#define assert_wrong(lines, text, want, why) \
	do { \
		assert_int_equal(lines_read(lines, slice_of(text)), want); \
		assert_string_equal((lines)->dialect->kind->explain( \
			(lines)->dialect), why); \
	} while (0)

#endif
