/* SPDX-License-Identifier: Apache-2.0 */
/* What the registers say of a lookup: right, wrong, or nothing. */
#include "tests/unit/office-fixture.h"

enum { LOOKS = 48 };

#define V(name) (1u << VERDICT_##name)

/* A lookup, and what the office says of it. */
struct look {
	struct {
		int day, minute; /* from the first of May 2026 on, 0 */
		uint32_t user, unit, caseref, subject, kind, area;
	} of;
	unsigned tested, wrong;
	bool registered;
	uint32_t other; /* unit; 0: none */
};

static struct entry
entry_of(const struct look *look)
{
	return (struct entry){ .ms = world_start +
			look->of.day * (int64_t)DAY_MS +
			look->of.minute * (int64_t)MINUTE_MS,
		.user = look->of.user, .unit = look->of.unit, .role = 1,
		.kind = look->of.kind, .area = look->of.area,
		.caseref = look->of.caseref, .subject = look->of.subject };
}

/* The number of a name; of none: 0. */
static uint32_t
number_of(const struct book *book, enum name name, const char *prefix,
	uint32_t number)
{
	return number == 0 ? 0 : find_name(book, name, prefix, number);
}

static uint32_t
find_triple(const struct triples *triples, struct triple want)
{
	for (uint32_t i = 0; i < triples->n; i++) {
		if (memcmp(&triples->items[i], &want, sizeof(want)) == 0)
			return i;
	}
	fail_msg("no such triple");
	return 0;
}

/* The entry as a row, without a subject. */
static struct row
row_of(const struct book *book, const struct entry *entry)
{
	return (struct row){ .when = (uint64_t)entry->ms << 16,
		.post = find_triple(&book->posts, (struct triple){
			number_of(book, NAME_USER, "u", entry->user),
			number_of(book, NAME_UNIT, "n", entry->unit),
			number_of(book, NAME_ROLE, "r", entry->role) }),
		.facet = find_triple(&book->facets, (struct triple){
			number_of(book, NAME_KIND, "k", entry->kind),
			number_of(book, NAME_AREA, "a", entry->area), 0 }),
		.caseref = number_of(book, NAME_CASE, "c", entry->caseref) };
}

static struct verdicts
judge(const struct bureau *bureau, const struct entry *entry)
{
	struct row row = row_of(bureau->book, entry);
	const struct case_subject *cases = NULL;
	struct verdicts verdicts;
	unsigned partition;
	char buf[24];
	uint64_t key;
	size_t n;

	subject_of(entry, buf, sizeof(buf));
	key = registry_key_place(bureau->registry, slice_of(buf), &partition);
	n = registry_cases_of(bureau->registry, partition, key, &cases);
	office_judge(bureau->office, &row, key, cases, n, &verdicts);
	return verdicts;
}

static void
check_look(const struct bureau *bureau, const struct look *look, size_t i)
{
	struct entry entry = entry_of(look);
	struct verdicts got = judge(bureau, &entry);
	uint32_t other = look->other == 0 ?
		OFFICE_NONE :
		find_name(bureau->book, NAME_UNIT, "n", look->other);

	if (got.tested != look->tested || got.wrong != look->wrong ||
		got.registered != look->registered || got.other != other)
		fail_msg("look %zu: tested %x, wrong %x, registered %d, "
			 "other %d", i, got.tested, got.wrong, got.registered,
			(int)got.other);
	assert_int_equal(got.watched != NULL, (got.wrong & V(WATCHED)) != 0);
}

/* The looks are the log. */
static void
open_looks(struct bureau *bureau, const struct sheets *sheets,
	const struct look *looks, size_t n, int32_t offset)
{
	struct window window = { INT64_MIN, INT64_MAX, NULL, offset };
	struct entry entries[LOOKS];

	assert_true(n <= LOOKS);
	for (size_t i = 0; i < n; i++)
		entries[i] = entry_of(&looks[i]);
	entries_write(entries, n, 2, FIXTURE_HEADER);
	bureau_open(bureau, sheets, &window, 2);
}

static void
check_looks(const struct sheets *sheets, const struct look *looks, size_t n,
	int32_t offset)
{
	struct bureau bureau;

	open_looks(&bureau, sheets, looks, n, offset);
	for (size_t i = 0; i < n; i++)
		check_look(&bureau, &looks[i], i);
	bureau_close(&bureau);
}

#define CASE_HEADER "case,unit,opened,closed,lead,members\n"

static const struct sheets case_sheets = { {
	[SHEET_CASES] = CASE_HEADER
		"c0001,n0001,2026-05-10,2026-05-20,,\n"
		"c0002,n0002,,,u0001,\n"
		"c0003,,,,,u0001;u0002\n"
		"c0004,,,,,\n"
		"c0005,n0099,,,,\n"
		"c0006,n0001,2026-05-20,2026-05-10,,\n"
		"c0009,n0002,,,,\n"
		"c0010,n0003,2026-05-10T23:59:00Z,2026-05-20T00:01:00Z,,\n",
	[SHEET_CASE_SUBJECTS] = "case,subject\n"
		"c0001,1\n"
		"c0002,2\n"
		"c0001,3\nc0002,3\n"
		"c0002,4\nc0009,4\n"
		"c0005,5\n"
		"c0003,6\n"
		"c0007,7\n"
		"c0001,10\nc0002,10\nc0010,10\nc0009,10\n",
} };

#define NAMED (V(UNKNOWN) | V(CLOSED))
#define OWNED (NAMED | V(UNASSIGNED))

/* What the case says that is named. Of subject 99 nobody knows anything. */
static const struct look case_looks[] = {
	{ { 0, 0, 3, 1, 0, 99, 0, 0 }, 0, 0, false, 0 },
	/* in no register: only where the unit keeps one */
	{ { 0, 0, 3, 1, 8, 99, 0, 0 }, V(UNKNOWN), V(UNKNOWN), false, 0 },
	{ { 0, 0, 3, 4, 8, 99, 0, 0 }, 0, 0, false, 0 },
	{ { 0, 0, 3, 0, 8, 99, 0, 0 }, 0, 0, false, 0 },
	/* in that of subjects only: is it about this one? */
	{ { 0, 0, 3, 1, 7, 99, 0, 0 }, V(UNKNOWN) | V(OFF_CASE),
		V(UNKNOWN) | V(OFF_CASE), false, 0 },
	{ { 0, 0, 3, 4, 7, 99, 0, 0 }, V(OFF_CASE), V(OFF_CASE), false, 0 },
	/* open from the 10th to the 20th, with a week of grace */
	{ { 1, 0, 3, 1, 1, 1, 0, 0 }, OWNED | V(OFF_CASE), V(CLOSED), false,
		0 },
	{ { 2, 0, 3, 1, 1, 1, 0, 0 }, OWNED | V(OFF_CASE), 0, true, 0 },
	{ { 26, 1439, 3, 1, 1, 1, 0, 0 }, OWNED | V(OFF_CASE), 0, true, 0 },
	{ { 27, 0, 3, 1, 1, 1, 0, 0 }, OWNED | V(OFF_CASE), V(CLOSED), false,
		0 },
	/* a moment opens its whole day */
	{ { 1, 1439, 3, 3, 10, 10, 0, 0 }, OWNED | V(OFF_CASE), V(CLOSED),
		false, 2 },
	{ { 2, 0, 3, 3, 10, 10, 0, 0 }, OWNED | V(OFF_CASE), 0, true, 0 },
	{ { 26, 1439, 3, 3, 10, 10, 0, 0 }, OWNED | V(OFF_CASE), 0, true, 0 },
	{ { 27, 0, 3, 3, 10, 10, 0, 0 }, OWNED | V(OFF_CASE), V(CLOSED),
		false, 2 },
	/* another unit's, unless he is a member */
	{ { 9, 0, 3, 4, 1, 1, 0, 0 }, OWNED | V(OFF_CASE), V(UNASSIGNED),
		false, 1 },
	{ { 9, 0, 1, 4, 2, 2, 0, 0 }, OWNED | V(OFF_CASE), 0, true, 0 },
	{ { 9, 0, 3, 2, 2, 2, 0, 0 }, OWNED | V(OFF_CASE), 0, true, 0 },
	{ { 9, 0, 2, 4, 3, 6, 0, 0 }, OWNED | V(OFF_CASE), 0, true, 0 },
	{ { 9, 0, 3, 4, 3, 6, 0, 0 }, OWNED | V(OFF_CASE), V(UNASSIGNED),
		false, 0 },
	{ { 9, 0, 3, 4, 5, 5, 0, 0 }, OWNED | V(OFF_CASE), V(UNASSIGNED),
		false, 0 },
	/* neither unit nor members are told */
	{ { 9, 0, 3, 4, 4, 99, 0, 0 }, NAMED, 0, false, 0 },
	/* closed before it was opened: neither counts */
	{ { 0, 0, 3, 1, 6, 99, 0, 0 }, OWNED, 0, false, 0 },
	{ { 15, 0, 3, 1, 6, 99, 0, 0 }, OWNED, 0, false, 0 },
	{ { 99, 0, 3, 1, 6, 99, 0, 0 }, OWNED, 0, false, 0 },
	/* its list does not have the subject */
	{ { 9, 0, 3, 1, 1, 99, 0, 0 }, OWNED | V(OFF_CASE), V(OFF_CASE),
		false, 0 },
	{ { 9, 0, 3, 1, 1, 2, 0, 0 }, OWNED | V(OFF_CASE), V(OFF_CASE),
		false, 2 },
};

static void
test_cases(void **state)
{
	(void)state;
	check_looks(&case_sheets, case_looks, ARRAY_LEN(case_looks), 0);
}

/* Whose business the subject is, whether a case is named or not. */
static const struct look subject_looks[] = {
	{ { 9, 0, 5, 1, 0, 1, 0, 0 }, 0, 0, true, 0 },
	{ { 9, 0, 5, 4, 0, 1, 0, 0 }, 0, 0, false, 1 },
	{ { 9, 0, 5, 0, 0, 1, 0, 0 }, 0, 0, false, 1 },
	/* not before, nor after */
	{ { 1, 0, 5, 1, 0, 1, 0, 0 }, 0, 0, false, 0 },
	{ { 27, 0, 5, 1, 0, 1, 0, 0 }, 0, 0, false, 0 },
	{ { 27, 0, 5, 4, 0, 1, 0, 0 }, 0, 0, false, 0 },
	/* a member's, wherever he serves */
	{ { 0, 0, 1, 4, 0, 2, 0, 0 }, 0, 0, true, 0 },
	{ { 0, 0, 2, 4, 0, 2, 0, 0 }, 0, 0, false, 2 },
	{ { 0, 0, 2, 4, 0, 6, 0, 0 }, 0, 0, true, 0 },
	{ { 0, 0, 3, 4, 0, 6, 0, 0 }, 0, 0, false, 0 },
	/* two units' business, but one is his; one unit's twice */
	{ { 9, 0, 3, 4, 0, 3, 0, 0 }, 0, 0, false, 0 },
	{ { 9, 0, 3, 2, 0, 3, 0, 0 }, 0, 0, true, 0 },
	{ { 27, 0, 3, 4, 0, 3, 0, 0 }, 0, 0, false, 2 },
	{ { 9, 0, 3, 4, 0, 4, 0, 0 }, 0, 0, false, 2 },
	{ { 9, 0, 3, 4, 0, 10, 0, 0 }, 0, 0, false, 0 },
	/* of a unit that the log does not know */
	{ { 9, 0, 3, 4, 0, 5, 0, 0 }, 0, 0, false, 0 },
	/* only the list knows the case: who names it may */
	{ { 9, 0, 3, 4, 7, 7, 0, 0 }, V(OFF_CASE), 0, true, 0 },
	{ { 9, 0, 3, 4, 0, 7, 0, 0 }, 0, 0, false, 0 },
	{ { 9, 0, 3, 4, 8, 7, 0, 0 }, 0, 0, false, 0 },
	/* another case of his unit's is his business all the same */
	{ { 9, 0, 3, 2, 9, 2, 0, 0 }, OWNED | V(OFF_CASE), V(OFF_CASE), true,
		0 },
	/* so that all units are in the log */
	{ { 9, 0, 3, 3, 0, 99, 0, 0 }, 0, 0, false, 0 },
};

static void
test_subjects(void **state)
{
	(void)state;
	check_looks(&case_sheets, subject_looks, ARRAY_LEN(subject_looks), 0);
}

static void
test_units(void **state)
{
	static const struct sheets sheets = { {
		[SHEET_UNITS] = "unit,area,scope,kinds\n"
			"n0001,a0001,area,k0001;k0002\n"
			"n0002,a0002,national,k0009\n"
			"n0003,a0003,,\n"
			"n0004,,area,k0001\n"
			"n0005,a0009,area,\n"
			"n0098,a0001,area,k0001\n",
	} };
	static const struct look looks[] = {
		{ { 0, 0, 1, 1, 0, 1, 1, 1 }, V(AREA) | V(KIND), 0, false, 0 },
		{ { 0, 0, 1, 1, 0, 1, 3, 2 }, V(AREA) | V(KIND),
			V(AREA) | V(KIND), false, 0 },
		{ { 0, 0, 1, 1, 0, 1, 2, 2 }, V(AREA) | V(KIND), V(AREA),
			false, 0 },
		/* not told in the log */
		{ { 0, 0, 1, 1, 0, 1, 0, 0 }, 0, 0, false, 0 },
		{ { 0, 0, 1, 1, 0, 1, 1, 0 }, V(KIND), 0, false, 0 },
		{ { 0, 0, 1, 1, 0, 1, 0, 1 }, V(AREA), 0, false, 0 },
		/* everywhere; its one kind is not in the log */
		{ { 0, 0, 1, 2, 0, 1, 1, 1 }, V(KIND), V(KIND), false, 0 },
		/* a scope that is not told bounds nothing */
		{ { 0, 0, 1, 3, 0, 1, 1, 1 }, 0, 0, false, 0 },
		/* nor does one without an area */
		{ { 0, 0, 1, 4, 0, 1, 1, 1 }, V(KIND), 0, false, 0 },
		/* its area is not in the log: all that is, is not its */
		{ { 0, 0, 1, 5, 0, 1, 1, 1 }, V(AREA), V(AREA), false, 0 },
		/* no register has it */
		{ { 0, 0, 1, 6, 0, 1, 1, 1 }, 0, 0, false, 0 },
		{ { 0, 0, 1, 0, 0, 1, 1, 1 }, 0, 0, false, 0 },
	};

	(void)state;
	check_looks(&sheets, looks, ARRAY_LEN(looks), 0);
}

static const struct sheets shift_sheets = { {
	[SHEET_ROSTER] = "user,unit,role,from,to,shift\n"
		"u0001,n0001,r0001,,,22:00-06:00\n"
		"u0002,n0001,r0001,,,08:00-16:00\n"
		"u0003,n0001,r0001,,,\n"
		"u0004,n0001,r0001,2026-05-02,2026-05-03,08:00-16:00\n"
		"u0004,n0002,r0001,2026-05-04,,00:00-24:00\n",
} };

static void
test_shifts(void **state)
{
	enum { NIGHT = 22 * 60, MORNING = 6 * 60, EIGHT = 8 * 60,
		FOUR = 16 * 60 };
	static const struct look looks[] = {
		{ { 0, NIGHT - 1, 1, 1, 0, 1, 0, 0 }, V(SHIFT), V(SHIFT),
			false, 0 },
		{ { 0, NIGHT, 1, 1, 0, 1, 0, 0 }, V(SHIFT), 0, false, 0 },
		{ { 0, 1439, 1, 1, 0, 1, 0, 0 }, V(SHIFT), 0, false, 0 },
		{ { 0, 0, 1, 1, 0, 1, 0, 0 }, V(SHIFT), 0, false, 0 },
		{ { 0, MORNING - 1, 1, 1, 0, 1, 0, 0 }, V(SHIFT), 0, false,
			0 },
		{ { 0, MORNING, 1, 1, 0, 1, 0, 0 }, V(SHIFT), V(SHIFT), false,
			0 },
		{ { 0, EIGHT - 1, 2, 1, 0, 1, 0, 0 }, V(SHIFT), V(SHIFT),
			false, 0 },
		{ { 0, EIGHT, 2, 1, 0, 1, 0, 0 }, V(SHIFT), 0, false, 0 },
		{ { 0, FOUR - 1, 2, 1, 0, 1, 0, 0 }, V(SHIFT), 0, false, 0 },
		{ { 0, FOUR, 2, 1, 0, 1, 0, 0 }, V(SHIFT), V(SHIFT), false,
			0 },
		/* no shift, not serving yet, not in the roster */
		{ { 0, 0, 3, 1, 0, 1, 0, 0 }, 0, 0, false, 0 },
		{ { 0, 1, 4, 1, 0, 1, 0, 0 }, 0, 0, false, 0 },
		{ { 0, 0, 5, 1, 0, 1, 0, 0 }, 0, 0, false, 0 },
		{ { 1, 1, 4, 1, 0, 1, 0, 0 }, V(SHIFT), V(SHIFT), false, 0 },
		{ { 3, 1, 4, 1, 0, 1, 0, 0 }, V(SHIFT), 0, false, 0 },
	};
	static const struct look abroad[] = {
		{ { 0, 60, 2, 1, 0, 1, 0, 0 }, V(SHIFT), V(SHIFT), false, 0 },
		{ { 0, 120, 2, 1, 0, 1, 0, 0 }, V(SHIFT), 0, false, 0 },
		{ { 0, 18 * 60, 4, 1, 0, 1, 0, 0 }, V(SHIFT), V(SHIFT), false,
			0 },
	};

	(void)state;
	check_looks(&shift_sheets, looks, ARRAY_LEN(looks), 0);
	/* it is the hours and days of the report's zone */
	check_looks(&shift_sheets, abroad, ARRAY_LEN(abroad), 6 * 3600);
}

static void
test_watched(void **state)
{
	static const struct sheets sheets = { {
		[SHEET_WATCH] = "subject,reason,honeytoken\n"
			"7,witness,\n8,bait,yes\n",
	} };
	static const struct look looks[] = {
		{ { 0, 0, 1, 1, 0, 6, 0, 0 }, V(WATCHED), 0, false, 0 },
		{ { 0, 0, 1, 1, 0, 7, 0, 0 }, V(WATCHED), V(WATCHED), false,
			0 },
		{ { 0, 0, 1, 1, 0, 8, 0, 0 }, V(WATCHED), V(WATCHED), false,
			0 },
	};
	struct bureau bureau;
	struct entry entry = entry_of(&looks[2]);
	struct verdicts verdicts;

	(void)state;
	check_looks(&sheets, looks, ARRAY_LEN(looks), 0);
	open_looks(&bureau, &sheets, looks, ARRAY_LEN(looks), 0);
	verdicts = judge(&bureau, &entry);
	assert_true(verdicts.watched->honeytoken);
	assert_slice(verdicts.watched->reason, "bait");
	bureau_close(&bureau);
}

/* Registers that are there, but keep nothing about these units. */
static void
test_silent(void **state)
{
	static const struct sheets empty = { {
		[SHEET_ROSTER] = "user,unit,role,shift\n",
		[SHEET_UNITS] = "unit,area,scope,kinds\n",
		[SHEET_CASES] = CASE_HEADER,
		[SHEET_CASE_SUBJECTS] = "case,subject\n",
		[SHEET_WATCH] = "subject,reason\n",
	} };
	static const struct sheets none = { { NULL } };
	static const struct look looks[] = {
		{ { 0, 0, 1, 1, 1, 1, 1, 1 }, 0, 0, false, 0 },
		{ { 0, 0, 2, 0, 0, 2, 0, 0 }, 0, 0, false, 0 },
	};
	static const struct sheets others = { {
		[SHEET_ROSTER] = "user,unit,role,shift\n"
				 "u0009,n0009,r0009,08:00-09:00\n",
		[SHEET_UNITS] = "unit,area,scope,kinds\n"
				"n0009,a0009,area,k0009\n",
		[SHEET_CASES] = CASE_HEADER "c0009,n0009,,,u0009,\n",
		[SHEET_CASE_SUBJECTS] = "case,subject\nc0009,99\n",
	} };

	(void)state;
	check_looks(&none, looks, ARRAY_LEN(looks), 0);
	check_looks(&empty, looks, ARRAY_LEN(looks), 0);
	check_looks(&others, looks, ARRAY_LEN(looks), 0);
}

/* What is noticed while joining. */
static void
check_notice(const struct sheets *sheets, size_t known, size_t serving,
	size_t members_unknown)
{
	static const struct look looks[] = {
		{ { 0, 0, 1, 1, 1, 1, 0, 0 }, 0, 0, false, 0 },
		{ { 9, 0, 2, 1, 2, 1, 0, 0 }, 0, 0, false, 0 },
		{ { 9, 0, 3, 1, 9, 1, 0, 0 }, 0, 0, false, 0 },
	};
	struct bureau bureau;

	open_looks(&bureau, sheets, looks, ARRAY_LEN(looks), 0);
	assert_int_equal(bureau.office->roster_known, known);
	assert_int_equal(bureau.office->roster_serving, serving);
	assert_int_equal(bureau.office->members_unknown, members_unknown);
	assert_int_equal(bureau.office->cases_seen, 3);
	assert_int_equal(bureau.office->cases_known, 1);
	assert_true(bureau.office->units[1].keeps_cases);
	assert_false(bureau.office->units[1].keeps_subjects);
	assert_false(bureau.office->units[0].keeps_cases);
	bureau_close(&bureau);
}

static void
test_notice(void **state)
{
	/* 7 and 8 are neither in the log nor in the roster, 6 is in that;
	 * case 2 has subjects and is in no register */
	struct sheets sheets = { {
		[SHEET_CASES] = CASE_HEADER
			"c0001,n0001,,,u0007,u0001;u0006;u0008\n",
		[SHEET_CASE_SUBJECTS] = "case,subject\nc0002,1\n",
	} };

	(void)state;
	/* without a roster nobody is unknown */
	check_notice(&sheets, 0, 0, 0);
	/* the latest, the one before, and both */
	sheets.of[SHEET_ROSTER] = "user,unit,role,from,to\n"
		"u0001,n0001,r0001,,\n"
		"u0002,n0001,r0001,2026-01-01,2026-05-01\n"
		"u0002,n0001,r0001,2026-05-10,\n"
		"u0006,n0001,r0001,,\n";
	check_notice(&sheets, 2, 2, 2);
	/* another year's; the log is from the 1st to the 10th */
	sheets.of[SHEET_ROSTER] = "user,unit,role,from,to\n"
		"u0001,n0001,r0001,2025-01-01,2025-12-31\n"
		"u0002,n0001,r0001,2026-05-11,\n"
		"u0003,n0001,r0001,2026-05-10,\n"
		"u0003,n0001,r0001,,2026-04-30\n"
		"u0006,n0001,r0001,,\n";
	check_notice(&sheets, 3, 1, 2);
}

/* A list of a unit's cases, and none of a unit's that has the case only. */
static void
test_lists(void **state)
{
	struct bureau bureau;
	uint32_t unit;

	(void)state;
	open_looks(&bureau, &case_sheets, case_looks, ARRAY_LEN(case_looks),
		0);
	for (uint32_t n = 1; n <= 4; n++) {
		unit = find_name(bureau.book, NAME_UNIT, "n", n);
		assert_int_equal(bureau.office->units[unit].keeps_cases,
			n < 4);
		assert_int_equal(bureau.office->units[unit].keeps_subjects,
			n < 4);
	}
	bureau_close(&bureau);
}

/* A subject of so many cases that not all are looked at; but the one that is
 * named is. */
static void
test_many(void **state)
{
	enum { CASES = 300, ROW = 8 };
	static const struct look looks[] = {
		{ { 0, 0, 1, 1, CASES, 1, 0, 0 }, V(OFF_CASE), 0, true, 0 },
		{ { 0, 0, 1, 1, 1, 1, 0, 0 }, V(OFF_CASE), 0, true, 0 },
		{ { 0, 0, 1, 1, 7, 1, 0, 0 }, V(OFF_CASE), V(OFF_CASE), false,
			0 },
		{ { 0, 0, 1, 1, 0, 1, 0, 0 }, 0, 0, false, 0 },
	};
	static char text[(CASES + 2) * ROW + 16] = "case,subject\nc0007,2\n";
	struct sheets sheets = { { [SHEET_CASE_SUBJECTS] = text } };

	(void)state;
	for (unsigned c = 1; c <= CASES; c++) {
		size_t len = strlen(text);

		if (c != 7)
			(void)snprintf(text + len, sizeof(text) - len,
				"c%04u,1\n", c);
	}
	check_looks(&sheets, looks, ARRAY_LEN(looks), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_subjects),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_shifts),
		cmocka_unit_test(test_watched),
		cmocka_unit_test(test_silent),
		cmocka_unit_test(test_notice),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
