/* SPDX-License-Identifier: Apache-2.0 */
/* The one place that talks to people, on standard error. */
#ifndef QUIS_CLI_SAY_H
#define QUIS_CLI_SAY_H

#include "base/base.h"

/* "quis: …\n"; what logs and file names put into it is escaped. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A fault: "quis: FILE: line N: sentence". */
void say_fault(const struct fault *fault);

/* The exit status a fault ends with. */
int fault_status(const struct fault *fault);

/* Of two statuses the one that is to be told. */
int worse_status(int a, int b);

#endif
