/* SPDX-License-Identifier: Apache-2.0 */
/* One typed table gives parsing, help and the test of the manual. */
#ifndef QUIS_CLI_OPTIONS_H
#define QUIS_CLI_OPTIONS_H

#include "cli/command.h"
#include "cli/settings.h"

enum parse { PARSE_RUN, PARSE_HELP, PARSE_VERSION, PARSE_WRONG };

/* Parse what follows the command. PARSE_WRONG: *fault says what is wrong, in
 * one sentence. settings_free() it in any case. */
enum parse options_parse(const struct command *command, int argc, char **argv,
	struct settings *ret, struct fault *fault);
void settings_free(struct settings *settings);

/* The help of one command, on standard output; -1 if it cannot be written. */
int options_help(const struct command *command);

/* The name nearest to a mistyped one, or NULL if none is near. */
const char *nearest_name(const char *typed, const char *const *names,
	size_t n);

/* Every file that an option names. */
void options_files(const struct settings *settings,
	void (*each)(void *ctx, const char *option, const char *path),
	void *ctx);

#endif
