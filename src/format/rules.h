/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a profile makes of a record beyond its columns. Lookup rules say which
 * records count as lookups, take rules find a field within the text of a
 * column, constants give what the log does not say. They are compiled once and
 * shared by threads; each thread applies them with its own ruler.
 *
 * Rules name columns as --map does; the parser delivers their values beside
 * the fields.
 */
#ifndef QUIS_FORMAT_RULES_H
#define QUIS_FORMAT_RULES_H

#include "base/base.h"
#include "format/field.h"
#include "format/reason.h"

enum {
	RULES_MOST = 256,
	RULES_COLUMNS = 64, /* that they name, at most */
};

struct rules;

/* Each adds one rule, and makes *all if it is NULL; no text is kept.
 * FAULT_USAGE: the sentence says what is wrong with it. */

/* `text` is COLUMN, or COLUMN /PATTERN/ or COLUMN /PATTERN/i, with PCRE2's
 * pattern up to the last slash: the field is what the group of its name
 * matches, or else the first group, or else all that matches, without blanks
 * around. Of several rules of a field the first that gives something counts; a
 * field that none gives is not given, whatever else the log has for it. */
int rules_add_take(struct rules **all, const char *field, const char *text,
	struct fault *fault);

/* `text` is /PATTERN/ or /PATTERN/i: only records with a match in the column
 * (wanted), or without one (not wanted), are lookups. A column that is not
 * there is empty text. */
int rules_add_lookup(struct rules **all, const char *column, bool wanted,
	const char *text, struct fault *fault);

/* The field's value where nothing gives it. Not time or date. */
int rules_add_constant(struct rules **all, const char *field,
	const char *value, struct fault *fault);

/* A record without user or subject, and a line that the pattern does not
 * match, is another event of the log, and not rejected. */
int rules_skip_unmatched(struct rules **all, struct fault *fault);

/* The field comes from a column after all: drop its takes and its constant. */
void rules_forget(struct rules *rules, enum field field);

void rules_free(struct rules *rules);

/* All of these, and rules_forget(), take NULL for no rules. */

/* Is the field given by rules, which leave nothing to be found in a header? A
 * constant gives no field that a column might. */
bool rules_take(const struct rules *rules, enum field field);
/* The same, or a constant. */
bool rules_give(const struct rules *rules, enum field field);
bool rules_skip(const struct rules *rules);

/* The columns that rules read, with a NUL behind each. */
const struct slice *rules_columns(const struct rules *rules, size_t *ret_n);

/* A column that a log with a header cannot lack, given which of the columns it
 * has: one of a lookup rule, or of a field that is not taken from another one,
 * either. NULL: it lacks nothing. */
const char *rules_lack(const struct rules *rules, const bool *has);

struct ruler;

/* The rules are borrowed. */
int ruler_open(struct ruler **ret, const struct rules *rules,
	struct fault *fault);
void ruler_free(struct ruler *ruler);

/* What becomes of a record whose fields are found but for those that rules
 * give; values[i] is that of the i-th of rules_columns(). REASON_LOOKUP: the
 * record has these fields, too, as slices of the values and of the rules.
 * SKIP_EVENT: it is no lookup. REJECT_STEPS: a match costs more than
 * EXPRESSION_STEPS (expression.h). FAULT_MEMORY may be set. */
enum reason ruler_apply(struct ruler *ruler, const struct slice *values,
	struct record *record, struct fault *fault);

#endif
