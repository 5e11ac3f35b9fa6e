/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a run cannot do, whatever a log makes of its parsers. Landlock leaves
 * it to read what the settings name (folders with all below them, and what
 * links in them lead to) and what the system needs, to write into the folders
 * of what is written, all below the temporary folder, and nothing else: no
 * TCP, no signals to others. seccomp takes away sockets, programs, processes,
 * tracing, mounts, keys and the like, by a list of what is denied: libraries
 * and sanitizers call what no list of the allowed foresees. Core dumps, in
 * which citizens' data would lie, are off.
 *
 * Rules are of files, not of names: a log that is replaced after the run has
 * begun cannot be opened, unless its folder was named. stat() always works.
 *
 * A kernel, or a container, without one of both is no failure: it is told.
 */
#ifndef QUIS_CLI_SANDBOX_H
#define QUIS_CLI_SANDBOX_H

#include "cli/command.h"
#include "cli/settings.h"

/* Before any thread is started and any input opened; nothing leads out again.
 * settings->sandbox becomes what holds, as "landlock 7, seccomp", or
 * "landlock 7, no seccomp: why". Fails with FAULT_MEMORY only. */
int sandbox_enter(const struct command *command, struct settings *settings,
	struct fault *fault);

/* Whether both parts hold; else settings->sandbox says which does not. */
bool sandbox_is_whole(const struct settings *settings);

/* sandbox-calls.c: seccomp, on all threads. 0 or errno. */
int sandbox_deny_calls(void);

#endif
