/* SPDX-License-Identifier: Apache-2.0 */
/* What the program is made of. */
#ifndef QUIS_CLI_VERSIONS_H
#define QUIS_CLI_VERSIONS_H

#include "base/base.h"

enum { VERSION_TEXT = 64, VERSIONS_MAX = 16 };

struct version {
	const char *name;
	char text[VERSION_TEXT];
};

/* quis itself, then the libraries it runs with. Returns how many. */
size_t versions_list(struct version ret[VERSIONS_MAX]);

#endif
