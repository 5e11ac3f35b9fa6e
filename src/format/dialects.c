/* SPDX-License-Identifier: Apache-2.0 */
#include "format/form.h"

/* In the order in which they are looked for. */
const struct dialect_kind *const dialects[DIALECTS_MOST] = {
	&dialect_json,
	&dialect_jsonl,
	&dialect_w3c,
	&dialect_combined,
	&dialect_logfmt,
};
