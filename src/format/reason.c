/* SPDX-License-Identifier: Apache-2.0 */
#include "format/reason.h"

static const char *const names[REASON_N] = {
	[REASON_LOOKUP] = "lookup",
	[SKIP_HEADER] = "header",
	[SKIP_BLANK] = "blank",
	[SKIP_COMMENT] = "comment",
	[SKIP_EVENT] = "another event",
	[REJECT_CUT] = "cut off",
	[REJECT_LAYOUT] = "columns not recognised in a damaged log",
	[REJECT_LONG] = "line too long",
	[REJECT_QUOTE] = "quote not closed",
	[REJECT_WIDTH] = "wrong number of fields",
	[REJECT_PATTERN] = "pattern does not match",
	[REJECT_SYNTAX] = "syntax",
	[REJECT_STEPS] = "pattern needs too many steps",
	[REJECT_NO_TIME] = "no time",
	[REJECT_BAD_TIME] = "time not understood",
	[REJECT_NO_USER] = "no user",
	[REJECT_NO_SUBJECT] = "no subject",
	[REJECT_SUBJECTS] = "too many subjects",
};

const char *
reason_name(enum reason reason)
{
	return names[reason];
}

bool
reason_is_reject(enum reason reason)
{
	return reason >= REJECT_CUT;
}

bool
reason_is_skip(enum reason reason)
{
	return reason > REASON_LOOKUP && reason < REJECT_CUT;
}
