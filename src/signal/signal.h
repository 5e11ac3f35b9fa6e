/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signals: one file each, one row each in signals[]. A signal turns
 * tallies into findings: what was observed, what peers would have done, how
 * likely that much or more is for an honest entity. It knows no files and no
 * output but the phrase a person reads.
 */
#ifndef QUIS_SIGNAL_SIGNAL_H
#define QUIS_SIGNAL_SIGNAL_H

#include "base/base.h"
#include "format/field.h"
#include "signal/peers.h"
#include "turn/tally.h"

enum family { FAMILY_EXCESS, FAMILY_UNRELATED };

/* Who is judged: users, each against peers of the unit and role served in
 * then; or units, each against the same roles in other units. */
enum subject_of_report { BY_USER, BY_UNIT };

struct evidence {
	const struct book *book;
	const struct tally *tally;
	enum subject_of_report by;
	size_t n_entities;       /* users or units, by number */
	const uint32_t *stratum; /* of each: see peers.h */
	size_t n_strata;
};

struct finding {
	uint64_t k;      /* observed */
	uint64_t n;      /* of how many askings, or on how many active days */
	double expected; /* of k, from peers */
	double ln_p;     /* NaN: nothing to compare, or with nobody */
	double ln_law;   /* p by the fitted law alone, before what makes it
	                    safer; the same as ln_p for most signals */
};

struct signal {
	const char *name;
	enum family family;
	enum field needs; /* the log must have this; FIELD_N: nothing */
	const char *about;
	int (*test)(const struct evidence *evidence, struct finding *ret,
		struct fault *fault);
	/* The finding as part of a sentence. */
	void (*phrase)(const struct finding *finding, char *buf, size_t size);
};

enum { SIGNAL_VOLUME, SIGNAL_LONE, SIGNAL_NO_CASE, SIGNAL_N };
extern const struct signal signals[SIGNAL_N];

int volume_test(const struct evidence *, struct finding *, struct fault *);
void volume_phrase(const struct finding *, char *, size_t);
int lone_test(const struct evidence *, struct finding *, struct fault *);
void lone_phrase(const struct finding *, char *, size_t);
int no_case_test(const struct evidence *, struct finding *, struct fault *);
void no_case_phrase(const struct finding *, char *, size_t);

#endif
