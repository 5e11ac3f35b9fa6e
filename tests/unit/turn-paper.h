/* SPDX-License-Identifier: Apache-2.0 */
/* Registers as a test has them: drawn, written as sheets, and asked plainly. */
#ifndef QUIS_TESTS_TURN_PAPER_H
#define QUIS_TESTS_TURN_PAPER_H

#include "tests/unit/office-fixture.h"

enum { PAPER_CASES = 8, PAPER_LISTED = 60, PAPER_WATCHED = 6,
	PAPER_TEXT = 4096, PAPER_FIRST_DAY = 20574 /* the 1st of May 2026 */ };

struct paper_case {
	bool listed;
	uint32_t unit;       /* 0: not told */
	int opened, closed;  /* days from the first; INT32_MIN, INT32_MAX: open */
	uint32_t members;    /* bits of users */
};

struct paper_subject {
	uint32_t caseref, subject;
	bool text;
};

struct paper {
	struct paper_case cases[PAPER_CASES]; /* by number, from 1 */
	struct paper_subject listed[PAPER_LISTED];
	size_t n_listed;
	struct paper_subject watched[PAPER_WATCHED]; /* no case */
	bool has_unit[WORLD_UNITS];
	uint32_t area[WORLD_UNITS];  /* 0: national */
	uint32_t kinds[WORLD_UNITS]; /* bits; 0: any */
	int from[WORLD_USERS + 1], to[WORLD_USERS + 1]; /* minutes; -1: none */
	/* the sheets */
	char text[SHEET_N][PAPER_TEXT];
};

struct ruling {
	unsigned tested, wrong;
	bool registered;
	uint32_t other; /* 0: none */
};

static inline void
paper_draw(struct paper *paper, const struct entry *entries, size_t n,
	struct draw *draw, int64_t days)
{
	*paper = (struct paper){ .n_listed = PAPER_LISTED };
	for (size_t c = 1; c < PAPER_CASES; c++) {
		struct paper_case *one = &paper->cases[c];

		*one = (struct paper_case){ .opened = INT32_MIN,
			.closed = INT32_MAX };
		one->listed = draw_below(draw, 4) > 0;
		if (!one->listed)
			continue;
		one->unit = (uint32_t)draw_below(draw, WORLD_UNITS);
		if (draw_below(draw, 3) > 0)
			one->opened = (int)draw_below(draw, (size_t)days + 9);
		if (draw_below(draw, 3) > 0)
			one->closed = (one->opened > 0 ? one->opened : 0) +
				(int)draw_below(draw, 9);
		for (uint32_t u = 1; u <= WORLD_USERS; u++)
			one->members |= draw_below(draw, 8) == 0 ? 1u << u : 0;
	}
	for (size_t i = 0; i < PAPER_LISTED; i++) {
		const struct entry *entry = &entries[draw_below(draw, n)];

		paper->listed[i] = (struct paper_subject){
			1 + (uint32_t)draw_below(draw, PAPER_CASES - 1),
			entry->subject, entry->text };
	}
	for (size_t i = 0; i < PAPER_WATCHED; i++) {
		const struct entry *entry = &entries[draw_below(draw, n)];

		paper->watched[i] = (struct paper_subject){ 0, entry->subject,
			entry->text };
	}
	for (size_t u = 1; u < WORLD_UNITS; u++) {
		paper->has_unit[u] = draw_below(draw, 3) > 0;
		paper->area[u] = (uint32_t)draw_below(draw, 3);
		paper->kinds[u] = (uint32_t)draw_below(draw, 1u << WORLD_KINDS) &
			~1u;
	}
	for (size_t u = 1; u <= WORLD_USERS; u++) {
		paper->from[u] = (int)draw_below(draw, 2 * 1440) - 1440;
		paper->to[u] = (paper->from[u] + 480) % 1440;
	}
}

static inline void
paper_print(struct paper *paper, enum sheet_kind kind, const char *format, ...)
{
	char *text = paper->text[kind];
	size_t len = strlen(text);
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text + len, PAPER_TEXT - len, format, args);
	va_end(args);
	assert_true(n >= 0 && (size_t)n < PAPER_TEXT - len);
}

static inline const char *
paper_date(char buf[16], int day)
{
	static const int lengths[] = { 31, 30, 31, 31, 30, 31, 30, 31 };
	int month = 0;

	buf[0] = '\0';
	if (day == INT32_MIN || day == INT32_MAX)
		return buf;
	for (; day >= lengths[month]; month++)
		day -= lengths[month];
	(void)snprintf(buf, 16, "2026-%02u-%02u", (5u + (unsigned)month) % 100,
		(unsigned)(day + 1) % 100);
	return buf;
}

static inline void
paper_write_cases(struct paper *paper)
{
	char opened[16], closed[16], unit[16];

	paper_print(paper, SHEET_CASES, "case,unit,opened,closed,members\n");
	for (uint32_t c = 1; c < PAPER_CASES; c++) {
		const struct paper_case *one = &paper->cases[c];

		if (!one->listed)
			continue;
		paper_print(paper, SHEET_CASES, "c%04u,%s,%s,%s,", c,
			name_of(unit, sizeof(unit), "n", one->unit),
			paper_date(opened, one->opened),
			paper_date(closed, one->closed));
		for (uint32_t u = 1; u <= WORLD_USERS; u++) {
			if (one->members >> u & 1)
				paper_print(paper, SHEET_CASES, "u%04u;", u);
		}
		paper_print(paper, SHEET_CASES, "\n");
	}
}

static inline void
paper_write_rest(struct paper *paper)
{
	paper_print(paper, SHEET_CASE_SUBJECTS, "case,subject\n");
	for (size_t i = 0; i < paper->n_listed; i++)
		paper_print(paper, SHEET_CASE_SUBJECTS, "c%04u,%s%u\n",
			paper->listed[i].caseref,
			paper->listed[i].text ?
				text_prefix(paper->listed[i].subject) :
				"",
			paper->listed[i].subject);
	paper_print(paper, SHEET_WATCH, "subject,reason\n");
	for (size_t i = 0; i < PAPER_WATCHED; i++)
		paper_print(paper, SHEET_WATCH, "%s%u,\n",
			paper->watched[i].text ?
				text_prefix(paper->watched[i].subject) :
				"",
			paper->watched[i].subject);
	paper_print(paper, SHEET_UNITS, "unit,area,scope,kinds\n");
	for (uint32_t u = 1; u < WORLD_UNITS; u++) {
		if (!paper->has_unit[u])
			continue;
		paper_print(paper, SHEET_UNITS, "n%04u,a%04u,%s,", u,
			paper->area[u] + 1,
			paper->area[u] == 0 ? "national" : "area");
		for (uint32_t k = 1; k < WORLD_KINDS; k++) {
			if (paper->kinds[u] >> k & 1)
				paper_print(paper, SHEET_UNITS, "k%04u;", k);
		}
		paper_print(paper, SHEET_UNITS, "\n");
	}
}

/* The roster fills what entry_fill() does. */
static inline void
paper_write_roster(struct paper *paper)
{
	paper_print(paper, SHEET_ROSTER, "user,unit,role,shift\n");
	for (uint32_t u = 1; u <= WORLD_USERS; u++) {
		paper_print(paper, SHEET_ROSTER, "u%04u,n%04u,r0001,", u,
			1 + u % (WORLD_UNITS - 1));
		if (paper->from[u] >= 0)
			paper_print(paper, SHEET_ROSTER, "%02d:%02d-%02d:%02d",
				paper->from[u] / 60, paper->from[u] % 60,
				paper->to[u] / 60, paper->to[u] % 60);
		paper_print(paper, SHEET_ROSTER, "\n");
	}
}

static inline void
entry_fill(struct entry *entry)
{
	if (entry->unit == 0)
		entry->unit = 1 + entry->user % (WORLD_UNITS - 1);
	if (entry->role == 0)
		entry->role = 1;
}

static inline struct sheets
paper_write(struct paper *paper)
{
	struct sheets sheets = { { NULL } };

	paper_write_cases(paper);
	paper_write_rest(paper);
	paper_write_roster(paper);
	for (size_t k = 0; k < SHEET_N; k++)
		sheets.of[k] = paper->text[k][0] != '\0' ? paper->text[k] :
							   NULL;
	return sheets;
}

static inline void
rule(struct ruling *ruling, enum verdict verdict, bool wrong)
{
	ruling->tested |= 1u << verdict;
	ruling->wrong |= wrong ? 1u << verdict : 0;
}

static inline bool
paper_is_open(const struct paper_case *one, int32_t day)
{
	return (one->opened == INT32_MIN ||
		       one->opened - OFFICE_SLACK_DAYS <= day) &&
		(one->closed == INT32_MAX ||
			day <= one->closed + OFFICE_SLACK_DAYS);
}

/* Is the subject on the list of the case; does the case have a list? */
static inline bool
paper_lists(const struct paper *paper, uint32_t caseref,
	const struct entry *entry, bool *ret_any)
{
	bool found = false;

	*ret_any = false;
	for (size_t i = 0; i < paper->n_listed; i++) {
		const struct paper_subject *one = &paper->listed[i];

		if (one->caseref != caseref)
			continue;
		*ret_any = true;
		found |= one->subject == entry->subject &&
			one->text == entry->text;
	}
	return found;
}

/* `users`: bits of who is in the log. */
static inline void
paper_rule_case(const struct paper *paper, const struct entry *entry,
	uint32_t caseref, int32_t day, uint32_t users, struct ruling *ruling)
{
	const struct paper_case *one = &paper->cases[caseref];
	bool keeps = false, any, listed;

	for (size_t c = 1; c < PAPER_CASES; c++)
		keeps |= paper->cases[c].listed && entry->unit != 0 &&
			paper->cases[c].unit == entry->unit;
	if (caseref == 0)
		return;
	if (one->listed || keeps)
		rule(ruling, VERDICT_UNKNOWN, !one->listed);
	if (one->listed)
		rule(ruling, VERDICT_CLOSED, !paper_is_open(one, day));
	if (one->unit != 0 || (one->members & users) != 0)
		rule(ruling, VERDICT_UNASSIGNED, one->unit != entry->unit &&
			!(one->members >> entry->user & 1));
	listed = paper_lists(paper, caseref, entry, &any);
	if (any)
		rule(ruling, VERDICT_OFF_CASE, !listed);
}

static inline void
paper_rule_subject(const struct paper *paper, const struct entry *entry,
	uint32_t caseref, int32_t day, uint32_t users, struct ruling *ruling)
{
	uint32_t units = 0, unit = 0;
	bool any;

	for (uint32_t c = 1; c < PAPER_CASES; c++) {
		const struct paper_case *one = &paper->cases[c];

		if (!paper_lists(paper, c, entry, &any) ||
			!paper_is_open(one, day))
			continue;
		if ((one->unit != 0 && one->unit == entry->unit) ||
			(one->members >> entry->user & 1) ||
			(c == caseref && one->unit == 0 &&
				(one->members & users) == 0))
			ruling->registered = true;
		units |= one->unit != 0 ? 1u << one->unit : 0;
	}
	for (uint32_t u = 1; u < WORLD_UNITS; u++)
		unit = units == 1u << u ? u : unit;
	ruling->other = ruling->registered ? 0 : unit;
}

/* What the registers say of an asking on a day, counted from the first, and a
 * minute of it. Every unit is in the log. */
static inline struct ruling
paper_rule(const struct paper *paper, const struct entry *entry,
	uint32_t caseref, int32_t day, int minute, uint32_t users)
{
	struct ruling ruling = { 0 };
	int from = paper->from[entry->user], to = paper->to[entry->user];
	uint32_t unit = entry->unit;
	bool watched = false;

	paper_rule_case(paper, entry, caseref, day, users, &ruling);
	paper_rule_subject(paper, entry, caseref, day, users, &ruling);
	if (paper->has_unit[unit] && paper->area[unit] != 0 && entry->area != 0)
		rule(&ruling, VERDICT_AREA,
			entry->area != paper->area[unit] + 1);
	if (paper->has_unit[unit] && paper->kinds[unit] != 0 &&
		entry->kind != 0)
		rule(&ruling, VERDICT_KIND,
			!(paper->kinds[unit] >> entry->kind & 1));
	if (from >= 0)
		rule(&ruling, VERDICT_SHIFT,
			(minute - from + 1440) % 1440 >=
				(to - from + 1440) % 1440);
	for (size_t i = 0; i < PAPER_WATCHED; i++)
		watched |= paper->watched[i].subject == entry->subject &&
			paper->watched[i].text == entry->text;
	rule(&ruling, VERDICT_WATCHED, watched);
	return ruling;
}

#endif
