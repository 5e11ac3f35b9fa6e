/* SPDX-License-Identifier: Apache-2.0 */
/* What the command line and --config say, parsed but not yet acted on. */
#ifndef QUIS_CLI_SETTINGS_H
#define QUIS_CLI_SETTINGS_H

#include "base/base.h"
#include "base/memory.h"
#include "registry/registry.h"

/* Exit status; see quis(1). Where several hold the first of 5, 4, 2, 3, 1. */
enum {
	EXIT_COMPLETE = 0,
	EXIT_FLAGGED = 1,
	EXIT_USAGE = 2,
	EXIT_INPUT = 3,
	EXIT_OUTPUT = 4,
	EXIT_INTERNAL = 5,
};

enum { SANDBOX_TEXT = 160 };

struct settings {
	const char *by;
	const char *format; /* NULL: table */
	const char *output;
	const char *since, *until;
	const char *signals, *without; /* names between commas */
	const char *timezone, *report_timezone; /* NULL: UTC, the log's */
	const char *pattern;
	const char *profile; /* a name or a path; NULL: none */
	const char *inflate; /* NULL: auto */
	const char *split;  /* characters between subjects, or NULL */
	const char **maps;  /* FIELD=COLUMN, in order given */
	size_t n_maps;
	const char **rewrites; /* FIELD=/PATTERN/REPLACEMENT/, likewise */
	size_t n_rewrites;
	struct registry_paths registers;
	const char *leaked, *leaked_before;
	const char *rejects, *manifest; /* files, or NULL */
	const char *temporary; /* folder, or NULL */
	const char *config;
	uint64_t top; /* with top_given */
	uint64_t threads, max_line, max_ratio, max_users;
	uint64_t memory; /* 0: no bound */
	double fdr;
	bool top_given;
	bool reread; /* by the command: the logs are read a second time */
	bool csv_raw, exit_flagged, verbose, quiet, no_progress;
	char sandbox[SANDBOX_TEXT]; /* what confines the run: sandbox.h */
	const char **logs;
	size_t n_logs;
	struct arena arena; /* owns what the config said; the rest is argv's */
};

#endif
