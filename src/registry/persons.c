/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/persons.h"

#include "base/memory.h"
#include "registry/part.h"

enum { SUBJECT, PERSON };

static const struct sheet_column columns[] = {
	[SUBJECT] = { "subject", FIELD_SUBJECT, NULL, 1, false },
	[PERSON] = { "person", FIELD_N, "personid", 2, true },
};

#define SHARED UINT32_MAX /* an identifier of two persons */

struct claim { /* key 0: empty */
	uint64_t key;
	uint32_t person; /* number in order of appearance */
};

struct crowd { /* what a person has */
	uint64_t line; /* its first */
	uint32_t n;    /* identifiers */
};

/* The rows as they are read: who claims which identifier. */
struct claims {
	struct persons table; /* for its hash; nothing else */
	struct claim *slots;
	size_t mask, n;
	struct dict names;
	struct crowd *crowds; /* by number of person */
	size_t crowds_cap, n_crowds;
};

void
persons_free(struct persons *persons)
{
	if (persons == NULL)
		return;
	free(persons->slots);
	free(persons->filter);
	free(persons);
}

static void
claims_free(struct claims *claims)
{
	free(claims->slots);
	free(claims->crowds);
	dict_free(&claims->names);
}

static size_t
claims_slot(const struct claims *claims, uint64_t key)
{
	size_t at = persons_hash(&claims->table, key) & claims->mask;

	while (claims->slots[at].key != 0 && claims->slots[at].key != key)
		at = (at + 1) & claims->mask;
	return at;
}

static int
claims_double(struct claims *claims, struct fault *fault)
{
	struct claim *old = claims->slots;
	size_t size = claims->mask + 1;

	claims->slots = memory_array(size * 2, sizeof(*old));
	if (claims->slots == NULL) {
		claims->slots = old;
		return fault_memory(fault);
	}
	claims->mask = size * 2 - 1;
	for (size_t i = 0; i < size; i++) {
		if (old[i].key != 0)
			claims->slots[claims_slot(claims, old[i].key)] = old[i];
	}
	free(old);
	return 0;
}

static int
claims_init(struct claims *claims, struct fault *fault)
{
	enum { FIRST = 1024 };

	claims->table.seed = dict_seed();
	claims->slots = memory_array(FIRST, sizeof(*claims->slots));
	claims->mask = FIRST - 1;
	if (claims->slots == NULL)
		return fault_memory(fault);
	return dict_init(&claims->names, fault);
}

static int
count_person(struct claims *claims, uint64_t line, struct fault *fault)
{
	if (memory_grow((void **)&claims->crowds, &claims->crowds_cap,
		    claims->names.n, sizeof(*claims->crowds), DICT_MAX,
		    "persons", fault) != 0)
		return -1;
	while (claims->n_crowds < claims->names.n)
		claims->crowds[claims->n_crowds++] =
			(struct crowd){ line, 0 };
	return 0;
}

static int
claim_add(struct claims *claims, struct sheet *sheet, uint64_t key,
	struct fault *fault)
{
	struct claim *slot = &claims->slots[claims_slot(claims, key)];
	uint32_t person;

	if (dict_add(&claims->names, sheet_cell(sheet, PERSON), &person,
		    fault) != 0 ||
		count_person(claims, sheet_line(sheet), fault) != 0)
		return -1;
	if (slot->key == 0) {
		*slot = (struct claim){ key, person };
		claims->crowds[person].n++;
		if (++claims->n > REGISTER_ROWS_MAX)
			return fault_set(fault, FAULT_LIMIT,
				"more than %d identifiers of persons",
				REGISTER_ROWS_MAX);
		return claims->n * 2 > claims->mask ?
			claims_double(claims, fault) :
			0;
	}
	if (slot->person == person) {
		sheet_facts(sheet)->repeated++;
	} else if (slot->person != SHARED) {
		sheet_problem(sheet, PROBLEM_SHARED,
			sheet_cell(sheet, SUBJECT));
		claims->crowds[slot->person].n--;
		slot->person = SHARED;
	}
	return 0;
}

static int
claims_read(struct claims *claims, struct part *part, struct sheet *sheet,
	struct fault *fault)
{
	int step;

	while ((step = sheet_next(sheet, fault)) == 1) {
		struct slice subject = sheet_text(sheet, SUBJECT);

		if (subject.len == 0 || sheet_cell(sheet, PERSON).len == 0)
			sheet_blank(sheet, subject.len == 0 ? SUBJECT : PERSON);
		else if (claim_add(claims, sheet,
				 part_subject_key(part->registry, subject),
				 fault) != 0)
			return -1;
	}
	return step;
}

/* Tell of persons of too many identifiers, and empty them. */
static void
disperse(struct claims *claims, struct sheet_facts *facts)
{
	for (size_t i = 0; i < claims->n_crowds; i++) {
		struct crowd *crowd = &claims->crowds[i];

		facts->accepted += crowd->n;
		if (crowd->n <= PERSON_SUBJECTS_MAX)
			continue;
		facts->accepted -= crowd->n;
		sheet_note_text(facts, PROBLEM_CROWD, crowd->line,
			claims->names.names[i]);
		crowd->n = 0;
	}
}

/* Number the persons that join anything, in order of their names: the n of a
 * crowd becomes the person's number and 1, or 0. */
static int
number_persons(struct claims *claims, struct persons *persons,
	struct fault *fault)
{
	uint32_t *map, *joined;

	if (dict_sort(&claims->names, &map, fault) != 0)
		return -1;
	joined = memory_array(claims->names.n, sizeof(*joined));
	if (joined == NULL) {
		free(map);
		return fault_memory(fault);
	}
	for (size_t i = 0; i < claims->n_crowds; i++)
		joined[map[i]] = claims->crowds[i].n;
	for (size_t i = 0; i < claims->names.n; i++) {
		if (joined[i] >= 2) {
			persons->n_subjects += joined[i];
			joined[i] = (uint32_t)++persons->n;
		} else {
			joined[i] = 0;
		}
	}
	for (size_t i = 0; i < claims->n_crowds; i++)
		claims->crowds[i].n = joined[map[i]];
	free(joined);
	free(map);
	return 0;
}

static int
fill_table(const struct claims *claims, struct persons *persons,
	struct fault *fault)
{
	size_t size = 16;

	while (size < persons->n_subjects * 2)
		size *= 2;
	persons->slots = memory_array(size, sizeof(*persons->slots));
	persons->filter = memory_array(size, 1);
	if (persons->slots == NULL || persons->filter == NULL)
		return fault_memory(fault);
	persons->mask = size - 1;
	for (size_t i = 0; i <= claims->mask; i++) {
		struct claim claim = claims->slots[i];
		size_t at, hash, bit;

		if (claim.key == 0 || claim.person == SHARED ||
			claims->crowds[claim.person].n == 0)
			continue;
		hash = persons_hash(persons, claim.key);
		bit = persons_bit(persons, hash);
		persons->filter[bit / 8] |= (uint8_t)(1u << bit % 8);
		at = hash & persons->mask;
		while (persons->slots[at].key != 0)
			at = (at + 1) & persons->mask;
		persons->slots[at] = (struct person_slot){ claim.key,
			PERSON_KEY | (claims->crowds[claim.person].n - 1) };
	}
	return 0;
}

static int
persons_read(struct part *part, struct sheet *sheet, struct fault *fault)
{
	struct claims claims = { 0 };
	struct persons *persons = memory_array(1, sizeof(*persons));
	int result = -1;

	if (persons == NULL)
		return fault_memory(fault);
	if (claims_init(&claims, fault) != 0 ||
		claims_read(&claims, part, sheet, fault) != 0)
		goto out;
	disperse(&claims, sheet_facts(sheet));
	persons->seed = claims.table.seed;
	if (number_persons(&claims, persons, fault) != 0 ||
		fill_table(&claims, persons, fault) != 0)
		goto out;
	part->registry->persons = persons;
	persons = NULL;
	result = 0;
out:
	claims_free(&claims);
	persons_free(persons);
	return result;
}

const struct register_kind register_persons = {
	.plan = { .what = "a register of persons",
		.needs = "subject and person", .columns = columns,
		.n = ARRAY_LEN(columns) },
	.read = persons_read,
};
