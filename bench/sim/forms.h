/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log in other forms than CSV, so that the same portal can be read from
 * each. All of them hold all that a lookup says, but for the offset of a time,
 * which is +06:00 and UTC in w3c. Web logs say it as "GET /lookup?nid=…", and
 * the outcome as a status.
 */
#ifndef SIM_FORMS_H
#define SIM_FORMS_H

#include <stdint.h>

/* What a line says; values end with NUL. */
struct said {
	const char *day, *day_before; /* YYYY-MM-DD, of Dhaka */
	uint32_t second;              /* of the day, of Dhaka */
	const char *user, *unit, *role, *kind, *subject, *caseref, *purpose,
		*source, *area, *outcome;
};

enum { FORM_ROOM = 1536 }; /* bytes of a line at most */

struct log_form {
	const char *name;
	const char *suffix; /* of files */
	const char *header;
	/* Writes a line, at most FORM_ROOM bytes; returns its end. NULL: CSV,
	 * which is the writer's own, as it has to be fast. */
	char *(*put)(char *out, const struct said *said);
};

/* NULL: there is none of this name. */
const struct log_form *log_form_find(const char *name);

#endif
