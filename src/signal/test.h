/* SPDX-License-Identifier: Apache-2.0 */
/* The functions behind the rows of signals[], and what they share. */
#ifndef QUIS_SIGNAL_TEST_H
#define QUIS_SIGNAL_TEST_H

#include "signal/cells.h"
#include "signal/habit.h"
#include "signal/signal.h"

#define SIGNAL(name) \
	int name##_test(const struct evidence *, struct finding *, \
		struct fault *); \
	void name##_phrase(const struct book *, const struct finding *, \
		char *, size_t)

SIGNAL(volume);
SIGNAL(breadth);
SIGNAL(pace);
SIGNAL(sequence);
SIGNAL(growth);
SIGNAL(reach);
SIGNAL(unexplained);
SIGNAL(no_case);
SIGNAL(lone);
SIGNAL(washing);
SIGNAL(foreign);
SIGNAL(fixation);
SIGNAL(dossier);
SIGNAL(takeover);
SIGNAL(collusion);
SIGNAL(denied);
SIGNAL(unknown_case);
SIGNAL(closed_case);
SIGNAL(unassigned);
SIGNAL(off_case);
SIGNAL(out_of_area);
SIGNAL(off_kind);
SIGNAL(off_duty);
SIGNAL(watched);

/* "412 of 655 WHAT (peers: 39)" */
void phrase_share(const struct finding *finding, const char *what, char *buf,
	size_t size);

/* The share of askings that a register finds wrong, of those it tests. */
int verdict_test(const struct evidence *evidence, enum verdict verdict,
	struct finding *ret, struct fault *fault);
/* … guarded: whoever has it at all has much of it, and no law covers that. */
int verdict_test_guarded(const struct evidence *evidence,
	enum verdict verdict, struct finding *ret, struct fault *fault);

/* Of two findings on each entity the one that stands out more; p pays for the
 * choice: 2p. What is taken from `second` gets other = 1. */
void findings_choose(struct finding *ret, const struct finding *second,
	size_t n);

/* User or unit that a post's work counts for. */
static inline uint32_t
entity_of(const struct evidence *evidence, uint32_t post)
{
	const struct triple *triple = &evidence->book->posts.items[post];

	return evidence->by == BY_USER ? triple->a : triple->b;
}

#endif
