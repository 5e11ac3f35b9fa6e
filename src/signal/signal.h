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
#include "signal/explain.h"
#include "turn/tally.h"

enum family { FAMILY_EXCESS, FAMILY_UNRELATED };

/* Who is judged: users, each against peers of the unit and role served in
 * then; or units, each against the same roles in other units. */
enum subject_of_report { BY_USER, BY_UNIT };

struct evidence {
	const struct book *book;
	const struct tally *tally;
	const struct explanation *explained;
	enum subject_of_report by;
	size_t n_entities;       /* users or units, by number */
	const uint32_t *stratum; /* of each: see peers.h */
	size_t n_strata;
	const bool *odd;         /* of each: stands out by all signals together,
	                            and is no yardstick; NULL: not known yet */
	const uint32_t *role;    /* by post: the role given, or learned */
	size_t n_roles;
};

struct finding {
	uint64_t k;      /* observed */
	uint64_t n;      /* of how many; what, tells the phrase */
	double expected; /* of k, from peers */
	double ln_p;     /* NaN: nothing to compare, or with nobody */
	double ln_law;   /* p by the fitted law alone, before what makes it
	                    safer; the same as ln_p for most signals */
	uint32_t other;  /* whom or what it concerns most; the phrase knows */
};

enum needs {
	NEEDS_NOTHING = 0,
	NEEDS_CASE = 1 << 0,
	NEEDS_KIND = 1 << 1,
	NEEDS_AREA = 1 << 2,
	NEEDS_SOURCE = 1 << 3,
	NEEDS_UNIT = 1 << 4,
	USERS_ONLY = 1 << 5, /* says nothing of a unit as a whole */
};

struct signal {
	const char *name;
	enum family family;
	unsigned needs; /* bits of enum needs: what the log must have */
	const char *about;
	int (*test)(const struct evidence *evidence, struct finding *ret,
		struct fault *fault);
	/* The finding as part of a sentence. */
	void (*phrase)(const struct book *book, const struct finding *finding,
		char *buf, size_t size);
};

enum signal_number {
	SIGNAL_VOLUME,
	SIGNAL_BREADTH,
	SIGNAL_PACE,
	SIGNAL_SEQUENCE,
	SIGNAL_GROWTH,
	SIGNAL_REACH,
	SIGNAL_UNEXPLAINED,
	SIGNAL_NO_CASE,
	SIGNAL_LONE,
	SIGNAL_WASHING,
	SIGNAL_FOREIGN,
	SIGNAL_FIXATION,
	SIGNAL_DOSSIER,
	SIGNAL_TAKEOVER,
	SIGNAL_COLLUSION,
	SIGNAL_N
};
extern const struct signal signals[SIGNAL_N];

/* The field that the log lacks for a signal, or FIELD_N. */
enum field signal_lacks(const struct signal *signal, const bool *given);

#endif
