/* SPDX-License-Identifier: Apache-2.0 */
/* What became of the registers: told to people, and to programs. */
#ifndef QUIS_CLI_REGISTERS_H
#define QUIS_CLI_REGISTERS_H

#include "cli/inquiry.h"
#include "cli/reading.h"
#include "registry/list.h"
#include "report/model.h"
#include "turn/office.h"

/* Before anything is read: no register has an empty name, and standard input
 * is one file, not two. */
int registers_check(const struct settings *settings, struct fault *fault);

/* Name the option of the register whose file is at fault. Returns -1. */
int registers_fault(const struct settings *settings, struct fault *fault);

/* Damage, and rows that could not be read, are always told; they set
 * reading->status. */
void registers_say(struct reading *reading, const struct sheet_facts *sheet);

/* A note for each sort of wrong rows, with the first line. */
int registers_note_sheet(struct report *report, const struct sheet_facts *sheet,
	struct fault *fault);

/* The same of all registers, and how far they fit the log. */
int registers_note(struct inquiry *inquiry, struct fault *fault);

/* report->registers: one row a register, and one for a leaked list. */
int registers_put(struct inquiry *inquiry, struct fault *fault);

#endif
