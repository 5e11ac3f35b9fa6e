/* SPDX-License-Identifier: Apache-2.0 */
/* What seems to be missing, twice or out of order, in words. */
#ifndef QUIS_CLI_GAPS_H
#define QUIS_CLI_GAPS_H

#include "cli/reading.h"
#include "report/model.h"

/* "gap", "missing day"; and is it something that is missing? */
const char *gap_name(enum gap_kind kind);
bool gap_is_missing(enum gap_kind kind);

/* One sentence without its end; in the report's arena. */
const char *gap_text(const struct reading *reading, const struct gap *gap,
	struct report *report, struct fault *fault);

/* Of one log: what is missing, and what is twice, both NULL if nothing; and how
 * many lookups are out of order. */
struct gap_cells {
	const char *missing, *twice;
	uint64_t disorder;
};
int gap_cells(const struct reading *reading, size_t file,
	struct report *report, struct gap_cells *ret, struct fault *fault);

/* All of them as a section. */
int gap_section(const struct reading *reading, struct report *report,
	struct fault *fault);

#endif
