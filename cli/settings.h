/* SPDX-License-Identifier: Apache-2.0 */
/* What the command line says, parsed but not yet acted on. */
#ifndef QUIS_CLI_SETTINGS_H
#define QUIS_CLI_SETTINGS_H

#include "base/base.h"

/* Exit status; see quis(1). Where several hold the first of 5, 4, 2, 3, 1. */
enum {
	EXIT_COMPLETE = 0,
	EXIT_FLAGGED = 1,
	EXIT_USAGE = 2,
	EXIT_INPUT = 3,
	EXIT_OUTPUT = 4,
	EXIT_INTERNAL = 5,
};

struct settings {
	const char *by;
	const char *format; /* NULL: table */
	const char *output;
	const char *since, *until;
	const char *signals, *without; /* names between commas */
	const char *timezone, *report_timezone;
	const char *pattern;
	const char **maps; /* FIELD=COLUMN, in order given */
	size_t n_maps;
	uint64_t top; /* with top_given */
	uint64_t threads, max_line, max_ratio;
	double fdr;
	bool top_given;
	bool csv_raw, exit_flagged, verbose, quiet, no_progress;
	const char **logs;
	size_t n_logs;
};

#endif
