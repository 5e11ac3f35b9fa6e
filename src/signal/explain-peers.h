/* SPDX-License-Identifier: Apache-2.0 */
/* What share of their lookups a rule explains with peers. */
#ifndef QUIS_SIGNAL_EXPLAIN_PEERS_H
#define QUIS_SIGNAL_EXPLAIN_PEERS_H

#include "signal/explain.h"
#include "signal/signal.h"

/* Askings that the rule explains, among all: one finding an entity. */
int explain_peers(const struct evidence *evidence, enum rule rule,
	struct finding *ret, struct fault *fault);

#endif
