/* SPDX-License-Identifier: Apache-2.0 */
/* From settings to a book: opens, reads, and says what was found. */
#ifndef QUIS_CLI_READING_H
#define QUIS_CLI_READING_H

#include "cli/profile.h"
#include "cli/settings.h"
#include "format/pattern.h"
#include "format/rewrite.h"
#include "format/zone.h"
#include "input/list.h"
#include "lookup/book.h"
#include "lookup/locate.h"
#include "lookup/walk.h"
#include "lookup/gaps.h"
#include "lookup/rejects.h"
#include "registry/registry.h"
#include "report/sink.h"

struct reading {
	const struct settings *settings;
	struct profile profile;
	char profile_path[PROFILE_PATH]; /* "": none, or not a file */
	const struct zone *zone; /* of times without one: the profile's, or */
	struct zone *own_zone;
	struct zone *report_zone; /* NULL: the log's commonest offset */
	struct pattern *pattern;
	struct rewrites *rewrites;
	struct input_list inputs;
	struct spill *spill;       /* NULL: memory has no bound */
	struct registry *registry; /* NULL: no register given */
	struct book_options options;
	struct book *book;
	struct rejects *rejects;   /* NULL: not asked for */
	struct gaps gaps;          /* likewise, none: see reading_watch() */
	int64_t began_ms;          /* since 1970 */
	struct sink_facts rejects_written, output_written;
	int status; /* EXIT_COMPLETE, or EXIT_INPUT when something is missing */
	bool logs_lack; /* it is missing from a log, and not from a register */
};

/* -1: *fault is what ends the run. reading_free() it in any case. */
int reading_open(struct reading *reading, const struct settings *settings,
	struct fault *fault);

/* Let gaps be looked for; before anything is read. */
void reading_watch(struct reading *reading);

/* The registers alone, which reading_run() then has. */
int reading_registers(struct reading *reading, struct fault *fault);

/* Either all lookups become a book … */
int reading_run(struct reading *reading, struct fault *fault);

/* … or all records are handed out, in order of path and line; registers take
 * no part. The book then has files and sums alone. 1: `take` had enough. */
int reading_walk(struct reading *reading, walk_take take, void *take_ctx,
	struct fault *fault);

/* A second reading: where the rows stand in the logs. */
int reading_locate(const struct reading *reading,
	const struct locate_rows *rows, struct located *ret,
	struct fault *fault);
void reading_free(struct reading *reading);

/* Name of the zone whose days count, e.g. "Asia/Dhaka" or "+06:00". */
void reading_report_zone(const struct reading *reading, char buf[64]);

/* Seconds east of UTC there, at a time. */
int32_t reading_offset(const struct reading *reading, int64_t ms);

/* Processors this process may use. */
unsigned reading_processors(void);

#endif
