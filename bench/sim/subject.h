/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Citizens and the identifiers that stand for them.
 *
 * A citizen is a number: district in the upper half, serial below.  All that is
 * asked about him is computed from it, so that no citizen need be stored: his
 * identity number of 10, 13 or 17 digits, two phones, a vehicle, a passport.
 */
#ifndef SIM_SUBJECT_H
#define SIM_SUBJECT_H

#include "rng.h"

#include <stdint.h>

enum { DISTRICTS = 64, FACETS = 3 };

enum kind {
	KIND_IDENTITY,
	KIND_CALLS,
	KIND_REGISTRATION,
	KIND_CRIMINAL,
	KIND_VEHICLE,
	KIND_PASSPORT,
	KINDS
};

enum form {
	FORM_NID10,
	FORM_NID13,
	FORM_NID17,
	FORM_PHONE,
	FORM_PLATE,
	FORM_PASSPORT
};

struct subject {
	uint64_t value;
	uint8_t form;
	uint8_t district; /* DISTRICTS: not known */
};

enum { SUBJECT_MAX = 40 };

extern const char *const kind_names[KINDS];
extern const char *const district_names[DISTRICTS];

uint64_t citizen_in(struct rng *rng, unsigned district);
/* Anybody in the country, by population. */
uint64_t citizen_anywhere(struct rng *rng);
/* Somebody of the district's few who are known to every officer. */
uint64_t citizen_known(struct rng *rng, unsigned district);
/* A district beside that one, or nearly so. */
unsigned district_near(struct rng *rng, unsigned district);
unsigned district_anywhere(struct rng *rng);

/* Where to note whoever subject_of() is asked about; NULL: nowhere. */
struct citizens;
void subject_remember(struct citizens *citizens);
/* What is typed to ask for such data on a citizen; which of his phones. */
struct subject subject_of(uint64_t citizen, enum kind kind, unsigned which);
/* The subject with one digit wrong. */
struct subject subject_mistyped(struct rng *rng, struct subject subject);
/* The next number in sequence. */
struct subject subject_next(struct subject subject, unsigned step);
/* Writes the identifier, at most SUBJECT_MAX bytes; returns its length. */
size_t subject_format(uint64_t value, unsigned form, char *out);

#endif
