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

enum family { FAMILY_EXCESS, FAMILY_UNRELATED, FAMILY_REGISTER };

/* Who is judged: users, each against peers of the unit and role served in
 * then; or units, each against the same roles in other units. */
enum subject_of_report { BY_USER, BY_UNIT };

struct case_lists;
struct share_list;

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
	const struct case_lists *case_lists; /* see case-lists.h; NULL: not
	                                        made yet */
	struct share_list *kept; /* by enum kept, see cells.h; NULL: nothing
	                            is */
	bool means_only;         /* only what peers would do is asked for: p is
	                            1, or NaN */
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
	NEEDS_OUTCOME = 1 << 6,
	/* registers */
	NEEDS_CASES = 1 << 7,
	NEEDS_CASE_SUBJECTS = 1 << 8,
	NEEDS_UNITS = 1 << 9,
	NEEDS_ROSTER = 1 << 10,
	NEEDS_WATCH = 1 << 11,
	AS_STATED = 1 << 12, /* its tail is not calibrated: p is a share of the
	                        users, or what was stated beforehand */
	OWN_PAST = 1 << 13, /* the same whoever is odd: no peers are asked */
};

struct signal {
	const char *name;
	enum family family;
	unsigned needs; /* bits of enum needs: what there must be */
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
	SIGNAL_DENIED,
	SIGNAL_UNKNOWN_CASE,
	SIGNAL_CLOSED_CASE,
	SIGNAL_UNASSIGNED,
	SIGNAL_OFF_CASE,
	SIGNAL_OUT_OF_AREA,
	SIGNAL_OFF_KIND,
	SIGNAL_OFF_DUTY,
	SIGNAL_WATCHED,
	SIGNAL_N
};
extern const struct signal signals[SIGNAL_N];

/* What is not there for a signal: a field of the log, or a register. */
enum { LACK_NOTHING = FIELD_N, LACK_SHEET = FIELD_N + 1 /* + sheet_kind */ };

/* A field, LACK_NOTHING, or LACK_SHEET and on. given: by field; registry may
 * be NULL. */
unsigned signal_lacks(const struct signal *signal, const bool *given,
	const struct registry *registry);

/* "the log has no case", "no register is given (--cases)". */
void lack_print(unsigned lack, char *buf, size_t size);

#endif
