/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of `quis show`, and its evidence. */
#ifndef QUIS_CLI_SHOW_H
#define QUIS_CLI_SHOW_H

#include "cli/inquiry.h"

struct show {
	struct inquiry inquiry;
	uint32_t user;
	const struct ranked *ranked; /* NULL: no lookup of his is judged */
	size_t rank;
};

/* Who he is and where he served, every signal, what explains his lookups. */
int show_judgement(struct show *show, struct fault *fault);

/* His lookups by day, or by week, and by hour. */
int show_activity(struct show *show, struct fault *fault);

/* The lookups behind it, as the report's rows. Reads the logs again; what is
 * not found there makes a note, and the status EXIT_INPUT. */
int show_evidence(struct show *show, struct fault *fault);

#endif
