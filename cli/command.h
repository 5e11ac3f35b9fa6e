/* SPDX-License-Identifier: Apache-2.0 */
/* The commands: one file each, one row each. */
#ifndef QUIS_CLI_COMMAND_H
#define QUIS_CLI_COMMAND_H

#include "cli/settings.h"

/* Bits that options are allowed for. */
enum {
	CMD_RANK = 1 << 0,
	CMD_CHECK = 1 << 1,
	CMD_SHOW = 1 << 2,
	CMD_TRACE = 1 << 3,
	CMD_CAT = 1 << 4,
	CMD_JUDGE = CMD_RANK | CMD_SHOW,
	CMD_USERS = CMD_JUDGE | CMD_TRACE, /* whose report names users */
	CMD_REPORT = CMD_USERS | CMD_CHECK,
	CMD_ALL = CMD_REPORT | CMD_CAT,
};

struct command {
	const char *name;
	const char *about;
	const char *arguments;
	unsigned bit;
	int (*run)(const struct settings *settings); /* exit status */
};

extern const struct command commands[];
extern const size_t n_commands;

int cmd_rank(const struct settings *settings);
int cmd_trace(const struct settings *settings);
int cmd_show(const struct settings *settings);
int cmd_cat(const struct settings *settings);
int cmd_check(const struct settings *settings);

#endif
