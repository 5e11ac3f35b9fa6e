/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What --pattern, --rewrite and the rules of a profile share of PCRE2: how an
 * expression is compiled, and what a match may cost. Compiled ones are shared
 * by threads; each thread matches with its own struct matching.
 */
#ifndef QUIS_FORMAT_EXPRESSION_H
#define QUIS_FORMAT_EXPRESSION_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/base.h"

/* Backtracking steps one match may cost. Enough for any sane expression on a
 * line of a MiB. */
enum { EXPRESSION_STEPS = 1000000, EXPRESSION_WHY = 256 };

/* NULL: it does not compile; *ret_at is the byte, from 0, and why the reason.
 * The caller makes a fault of these, unless it is one of memory, which is set
 * already (and kept by fault_set()). */
pcre2_code *expression_compile(struct slice text, bool caseless,
	size_t *ret_at, char why[EXPRESSION_WHY], struct fault *fault);

/* Groups of the expression, but for the whole match. */
uint32_t expression_groups(const pcre2_code *code);

/* Zero is one that was never opened. */
struct matching {
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
};

/* For expressions of up to so many groups. matching_close() it in any case. */
int matching_open(struct matching *matching, uint32_t groups,
	struct fault *fault);
void matching_close(struct matching *matching);

/* Groups that are set, the whole match included, or PCRE2's error: below 0. */
int matching_run(struct matching *matching, const pcre2_code *code,
	struct slice text);

/* What a group matched in `text`, of a match of n groups, without blanks
 * around; empty if it took no part. */
struct slice matching_group(const struct matching *matching, int n, int group,
	struct slice text);

#endif
