/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where profiles are: a file that --profile names, or else by its name
 * quis/profiles/NAME.profile below $XDG_CONFIG_HOME (~/.config), then below
 * the folders of $XDG_CONFIG_DIRS (/etc/xdg), then those that come with the
 * program.
 */
#ifndef QUIS_CLI_PROFILE_H
#define QUIS_CLI_PROFILE_H

#include "base/base.h"
#include "format/profile.h"

enum { PROFILE_PATH = 4096 };

/* Does --profile name a file? One with a slash or that ends in .profile. */
bool profile_is_path(const char *name);

/* Find and read a profile. path: where it is, "" for one that comes with the
 * program; it must live as long as *ret. FAULT_USAGE with the nearest name if
 * there is none. profile_free() *ret in any case. */
int profile_find(struct profile *ret, const char *name,
	char path[PROFILE_PATH], struct fault *fault);

/* --profile list, on standard output. */
int profile_list(struct fault *fault);

#endif
