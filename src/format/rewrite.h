/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --rewrite: one identifier is written in several ways, +8801712345678 here
 * and 01712345678 there; rewriting makes them one. Rules are parsed once and
 * shared by threads; each thread applies them with its own rewriter.
 *
 * Without any rule Bengali digits still become ASCII ones, in subject and
 * case, before the rules see them.
 */
#ifndef QUIS_FORMAT_REWRITE_H
#define QUIS_FORMAT_REWRITE_H

#include "base/base.h"
#include "format/field.h"

enum {
	REWRITE_MOST = 4096, /* bytes of a text that rules apply to, and of
	                        what they make of it */
	REWRITES_MOST = 256, /* rules */
};

struct rewrites;

/* Add the rule FIELD=/PATTERN/REPLACEMENT/FLAGS, made if *all is NULL. FIELD
 * is user, unit, role, kind, subject, case, source, area or outcome. Any
 * printable ASCII character but letters, digits, blank and backslash may stand
 * for the slashes; \/ is a slash. PATTERN is PCRE2's; in REPLACEMENT $1, ${1},
 * $name and ${name} are its groups, empty if they took no part, and $$ is a
 * dollar sign. FLAGS: g, every match and not only the first; i, regardless of
 * case. Rules of one field apply in the order added, each to what the last one
 * made. `text` is not kept. FAULT_USAGE says what is wrong with it. */
int rewrites_add(struct rewrites **all, const char *text, struct fault *fault);
void rewrites_free(struct rewrites *rewrites);

struct rewriter;

/* NULL for rewrites: no rules. They are borrowed. */
int rewriter_open(struct rewriter **ret, const struct rewrites *rewrites,
	struct fault *fault);
void rewriter_free(struct rewriter *rewriter);

/* Has the field a rule, or digits to be made ASCII ones? rewriter_apply()
 * leaves the others as they are. */
bool rewriter_has(const struct rewriter *rewriter, enum field field);

/* What the rules make of a value, without blanks around: either `value`
 * itself, or a text that is valid until the next call for the same field.
 * Where this would leave nothing, is longer than REWRITE_MOST, or costs a rule
 * more than EXPRESSION_STEPS (expression.h), no rule applies. */
struct slice rewriter_apply(struct rewriter *rewriter, enum field field,
	struct slice value);

/* Values that rules were not applied to, but for those left empty. */
uint64_t rewriter_failed(const struct rewriter *rewriter);

#endif
