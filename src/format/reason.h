/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of a line: it is a lookup, or it is skipped as what it is, or
 * it is rejected. Every line gets exactly one of these.
 */
#ifndef QUIS_FORMAT_REASON_H
#define QUIS_FORMAT_REASON_H

#include "base/base.h"

/* The accepted, then the skipped, then the rejected. */
enum reason {
	REASON_LOOKUP,
	SKIP_HEADER,
	SKIP_BLANK,
	SKIP_COMMENT,
	SKIP_EVENT, /* of the log, but no lookup */
	REJECT_CUT,
	REJECT_LAYOUT,
	REJECT_LONG,
	REJECT_QUOTE,
	REJECT_WIDTH,
	REJECT_PATTERN,
	REJECT_SYNTAX, /* of a dialect */
	REJECT_STEPS,
	REJECT_NO_TIME,
	REJECT_BAD_TIME,
	REJECT_NO_USER,
	REJECT_NO_SUBJECT,
	REJECT_SUBJECTS,
	REASON_N,
};

const char *reason_name(enum reason reason); /* "time not understood" */
bool reason_is_reject(enum reason reason);
bool reason_is_skip(enum reason reason);

#endif
