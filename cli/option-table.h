/* SPDX-License-Identifier: Apache-2.0 */
/* The options, one row each: parsing, help and the test of the manual go by
 * this table. */
#ifndef QUIS_CLI_OPTION_TABLE_H
#define QUIS_CLI_OPTION_TABLE_H

#include "cli/command.h"
#include "cli/settings.h"

enum option_kind {
	OPT_FLAG,
	OPT_TEXT,
	OPT_FILE,  /* a path; a config's starts from the config's folder */
	OPT_PROFILE, /* likewise, unless it is a name */
	OPT_LIST,  /* may be given several times */
	OPT_COUNT, /* whole number in [least, most] */
	OPT_SIZE,  /* likewise, with K, M or G behind it */
	OPT_SHARE, /* between 0 and 1 */
	OPT_CONFIG, /* this and what follows cannot stand in a config */
	OPT_HELP,
	OPT_VERSION,
};

struct option {
	const char *name;
	char letter; /* 0: none */
	enum option_kind kind;
	const char *value; /* what help calls it, or NULL */
	unsigned commands;
	size_t offset;      /* of the field in struct settings */
	size_t given;       /* of a bool set when it is given; of a list's
	                       length; or 0 */
	uint64_t least, most;
	const char *choices; /* "a|b", or NULL: any text */
	const char *about;
};

enum { OPTIONS_MAX = 96 };

extern const struct option options[]; /* in order of name */
extern const size_t n_options; /* at most OPTIONS_MAX */

#endif
