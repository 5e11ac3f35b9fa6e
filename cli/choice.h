/* SPDX-License-Identifier: Apache-2.0 */
/* --signals and --without: which signals are wanted. */
#ifndef QUIS_CLI_CHOICE_H
#define QUIS_CLI_CHOICE_H

#include "cli/settings.h"
#include "signal/signal.h"

/* FAULT_USAGE: a name is no signal's, one is in both lists, or none is left. */
int choice_signals(const struct settings *settings, bool ret_without[SIGNAL_N],
	struct fault *fault);

#endif
