/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --pattern: a PCRE2 expression whose named groups are the fields. Compiled
 * once and shared by threads; each thread matches with its own matcher.
 */
#ifndef QUIS_FORMAT_PATTERN_H
#define QUIS_FORMAT_PATTERN_H

#include "base/base.h"
#include "format/field.h"
#include "format/rules.h"

struct pattern;

/* FAULT_USAGE with the position when the expression does not compile or
 * lacks a group for time, user or subject. Group names are field names or
 * any header name that means one. rules, which are borrowed, or NULL: what
 * they give needs no group, but each of their columns does. */
int pattern_open(struct pattern **ret, const char *regex,
	const struct rules *rules, struct fault *fault);
void pattern_free(struct pattern *pattern);
bool pattern_has(const struct pattern *pattern, enum field field);

struct matcher;
int matcher_open(struct matcher **ret, const struct pattern *pattern,
	struct fault *fault);
void matcher_free(struct matcher *matcher);

enum match { MATCH_YES, MATCH_NO, MATCH_STEPS, MATCH_MEMORY };

/* MATCH_STEPS: the line costs more than EXPRESSION_STEPS. ret_values, or NULL:
 * those of the rules' columns. */
enum match matcher_match(struct matcher *matcher, struct slice line,
	struct record *ret, struct slice *ret_values);

#endif
