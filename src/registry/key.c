/* SPDX-License-Identifier: Apache-2.0 */
/* What a subject is asked for by: this runs for every lookup of the log. */
#include "registry/part.h"
#include "registry/persons.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t
part_subject_key(const struct registry *registry, struct slice subject)
{
	uint64_t key;

	if (subject_pack(subject, &key))
		return key;
	return SUBJECT_TEXT |
		XXH3_64bits_withSeed(subject.at, subject.len,
			registry != NULL ? registry->seed : 0);
}

uint64_t
registry_key(const struct registry *registry, struct slice subject)
{
	uint64_t key = part_subject_key(registry, subject), person;

	if (registry != NULL && persons_find(registry->persons, key, &person))
		return person;
	return key;
}

uint64_t
registry_key_place(const struct registry *registry, struct slice subject,
	unsigned *ret_partition)
{
	uint64_t key = registry_key(registry, subject);

	/* of a text the store, which lasts, must not see the seed */
	*ret_partition = (key & SUBJECT_TEXT) != 0 ?
		subject_partition_text(subject) :
		subject_partition(key);
	return key;
}

unsigned
registry_partition(const struct registry *registry, struct slice subject)
{
	unsigned partition;
	uint64_t key;

	if (registry != NULL && registry->persons != NULL) {
		(void)registry_key_place(registry, subject, &partition);
		return partition;
	}
	return subject_pack(subject, &key) ? subject_partition(key) :
					     subject_partition_text(subject);
}
