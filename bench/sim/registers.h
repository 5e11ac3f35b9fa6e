/* SPDX-License-Identifier: Apache-2.0 */
/* The portal's side files, as dirty as life. */
#ifndef SIM_REGISTERS_H
#define SIM_REGISTERS_H

#include "portal.h"

struct citizens;

/* Writes roster, units, cases, case-subjects and persons; -1 after a
 * sentence. */
int registers_write(const struct portal *portal,
	const struct citizens *citizens, const char *dir);

#endif
