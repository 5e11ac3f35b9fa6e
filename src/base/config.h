/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A config holds one NAME = VALUE a line: options, with the long names of the
 * command line, or the profile of a log. Blank lines and lines that begin with
 * # say nothing. A value may stand in double quotes, in which \" and \\ are a
 * quote and a backslash. This room knows lines alone, not what they mean.
 */
#ifndef QUIS_BASE_CONFIG_H
#define QUIS_BASE_CONFIG_H

#include "base/base.h"
#include "base/memory.h"

enum { CONFIG_BYTES = 1 << 20, CONFIG_LINE = 64 << 10 };

/* What it is called in messages. */
struct config_kind {
	const char *option;  /* "--config" */
	const char *name;    /* "config" */
	const char *example; /* of a line: "top = 50" */
};

struct config_entry {
	const char *name;  /* never empty */
	const char *value; /* NULL: nothing stands behind the = */
	uint64_t line;     /* from 1 */
};

struct config {
	const char *path;
	unsigned char sha256[32]; /* of all its bytes */
	struct config_entry *entries; /* in order of line */
	size_t n, cap;
	struct arena arena; /* owns the names, the values, and what
	                       config_path() returns */
};

/* Read all of a file; path must live as long as *config. FAULT_USAGE if it
 * cannot be read, is too large, or has a line that is none; config_free() it
 * in any case. */
int config_read(struct config *config, const struct config_kind *kind,
	const char *path, struct fault *fault);

/* The same of a text, which is not kept; path is for messages. */
int config_parse(struct config *config, const struct config_kind *kind,
	const char *path, struct slice text, struct fault *fault);

/* A path of the config file: one that is relative starts from the file's
 * folder, "-" and "" stay. Lives as long as the arena; NULL: out of memory. */
const char *config_path(struct config *config, const char *value);

void config_free(struct config *config);

#endif
