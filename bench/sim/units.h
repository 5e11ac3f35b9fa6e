/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of unit a national police has, and their names. */
#ifndef SIM_UNITS_H
#define SIM_UNITS_H

#include "portal.h"

enum flavour {
	FLAVOUR_DISTRICT,
	FLAVOUR_METRO,
	FLAVOUR_CID,
	FLAVOUR_SB,
	FLAVOUR_ATU,
	FLAVOUR_RAB,
	FLAVOUR_AIRPORT,
	FLAVOUR_VERIFY,
	FLAVOUR_POST,
	FLAVOURS
};

struct flavour_traits {
	double size; /* relative */
	bool national;
	double roles[ROLES]; /* shares */
};

extern const struct flavour_traits flavour_traits[FLAVOURS];

/* Name, code, flavour and district of the i-th unit. */
void unit_name(struct unit *unit, size_t i);
/*
 * What the numbers of its cases begin with; at most 15 bytes, no zero at the
 * end; returns the length.
 */
size_t unit_case_code(const struct unit *unit, char *out);
/* An invented family name, as accounts have them. */
const char *family_name(uint32_t n);

#endif
