/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The persons behind identifiers: a citizen's number, telephones, a passport.
 * Only what joins matters: persons of two identifiers or more. Asked at every
 * lookup, so a table of open addressing at most half full.
 */
#ifndef QUIS_REGISTRY_PERSONS_H
#define QUIS_REGISTRY_PERSONS_H

#include "base/base.h"

/* More are no person but a mistake, or a wish to be lost in a crowd. */
enum { PERSON_SUBJECTS_MAX = 64 };

/* The key of a person: packed subjects stay below it, texts above. */
#define PERSON_KEY ((uint64_t)1 << 62)

struct person_slot {
	uint64_t key;    /* of the identifier; 0: empty */
	uint64_t person; /* PERSON_KEY and its number */
};

struct persons {
	struct person_slot *slots;
	size_t mask;
	uint8_t *filter; /* 8 bits a slot, by other bits of the hash: most
	                    lookups end here, at a branch that is foreseen */
	uint64_t seed;
	size_t n;          /* persons joined, in order of their names */
	size_t n_subjects; /* their identifiers */
};

static inline size_t
persons_hash(const struct persons *persons, uint64_t key)
{
	key = (key ^ persons->seed) * 0x9e3779b97f4a7c15u;
	key = (key ^ key >> 32) * 0xd6e8feb86659fd93u;
	return (size_t)(key ^ key >> 32);
}

/* The bit of the filter. */
static inline size_t
persons_bit(const struct persons *persons, size_t hash)
{
	return (hash >> 32) & (persons->mask * 8 + 7);
}

/* true and the key of the person that a subject's own key belongs to. */
static inline bool
persons_find(const struct persons *persons, uint64_t key, uint64_t *ret)
{
	size_t at, hash, bit;

	if (persons == NULL || persons->n == 0)
		return false;
	hash = persons_hash(persons, key);
	bit = persons_bit(persons, hash);
	if ((persons->filter[bit / 8] >> bit % 8 & 1) == 0)
		return false;
	at = hash & persons->mask;
	while (persons->slots[at].key != 0) {
		if (persons->slots[at].key == key) {
			*ret = persons->slots[at].person;
			return true;
		}
		at = (at + 1) & persons->mask;
	}
	return false;
}

void persons_free(struct persons *persons);

#endif
