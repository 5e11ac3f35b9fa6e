/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/office.h"

#include "base/memory.h"

/* A subject is of so many cases at most before the rest are passed over:
 * nobody shall make a lookup cost more than that. */
enum { CASES_LOOKED_AT = 256 };

/* The book's number of a registry's name, or OFFICE_NONE. */
static uint32_t
number_of(const struct office *office, enum registry_dict from, uint32_t name,
	enum name to)
{
	const struct dict *names = &office->registry->names[from];
	uint32_t number;

	if (name == 0 ||
		!dict_find(&office->book->names[to], names->names[name],
			&number))
		return OFFICE_NONE;
	return number;
}

static int32_t
day_of(const struct office *office, const struct register_time *time,
	int32_t untold)
{
	switch (time->form) {
	case REGISTER_DAY:
		return (int32_t)time->value;
	case REGISTER_MOMENT:
		return window_day(office->window, time->value);
	default:
		return untold;
	}
}

static int
compare_numbers(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static int
compare_user(const void *key, const void *item)
{
	uint32_t user = *(const uint32_t *)key;
	const struct roster_entry *entry = item;

	return (user > entry->user) - (user < entry->user);
}

static bool
is_on_roster(const struct registry *registry, uint32_t user)
{
	return registry->n_roster > 0 &&
		bsearch(&user, registry->roster, registry->n_roster,
			sizeof(*registry->roster), compare_user) != NULL;
}

/* The members of a case who are in the log, in order. */
static void
join_members(struct office *office, const struct register_case *from,
	struct office_case *to, size_t *next)
{
	const struct registry *registry = office->registry;
	uint32_t *members = office->members + *next;

	to->first_member = *next;
	for (size_t i = 0; i < from->n_members; i++) {
		uint32_t name = registry->members[from->first_member + i];
		uint32_t user = number_of(office, REGISTRY_USER, name,
			NAME_USER);

		if (user != OFFICE_NONE)
			members[to->n_members++] = user;
		else
			office->members_unknown += registry->sheets
					[SHEET_ROSTER].path != NULL &&
				!is_on_roster(registry, name);
	}
	qsort(members, to->n_members, sizeof(*members), compare_numbers);
	*next += to->n_members;
}

static void
join_cases(struct office *office)
{
	const struct registry *registry = office->registry;
	size_t next = 0;

	for (size_t i = 0; i < registry->n_cases; i++) {
		const struct register_case *from = &registry->cases[i];
		struct office_case *to = &office->cases[i];

		to->listed = from->listed;
		to->owned = from->unit != 0;
		to->unit = number_of(office, REGISTRY_UNIT, from->unit,
			NAME_UNIT);
		to->first = day_of(office, &from->opened, INT32_MIN);
		to->last = day_of(office, &from->closed, INT32_MAX);
		join_members(office, from, to, &next);
	}
	for (size_t part = 0; part < SUBJECT_PARTITIONS; part++) {
		for (size_t i = 0; i < registry->n_subjects[part]; i++)
			office->cases[registry->subjects[part][i].caseref - 1]
				.has_subjects = true;
	}
	for (size_t i = 0; i < registry->n_cases; i++) {
		const struct office_case *one = &office->cases[i];

		if (one->unit == OFFICE_NONE)
			continue;
		office->units[one->unit].keeps_cases = true;
		office->units[one->unit].keeps_subjects |= one->has_subjects;
	}
	for (size_t i = 1; i < office->book->names[NAME_CASE].n; i++) {
		uint32_t number;

		office->cases_seen++;
		if (!dict_find(&registry->names[REGISTRY_CASE],
			    office->book->names[NAME_CASE].names[i], &number))
			continue;
		office->cases_known += registry->cases[number - 1].listed;
		office->case_of[i] = number - 1;
	}
}

static void
join_units(struct office *office)
{
	const struct registry *registry = office->registry;

	for (size_t i = 0; i < registry->n_units; i++) {
		const struct register_unit *from = &registry->units[i];
		uint32_t unit = number_of(office, REGISTRY_UNIT, from->unit,
			NAME_UNIT);
		struct office_unit *to;

		if (unit == OFFICE_NONE)
			continue;
		to = &office->units[unit];
		office->units_known++;
		to->area = number_of(office, REGISTRY_AREA, from->area,
			NAME_AREA);
		to->bounded = from->area != 0 && from->scoped &&
			!from->national;
		to->has_kinds = from->n_kinds > 0;
		for (size_t k = 0; k < from->n_kinds; k++) {
			uint32_t kind = number_of(office, REGISTRY_KIND,
				registry->kinds[from->first_kind + k],
				NAME_KIND);

			if (kind != OFFICE_NONE)
				office->kinds[unit * office->n_kinds + kind] =
					true;
		}
	}
}

/* Does the roster fit this log at all? */
static void
look_at_roster(struct office *office)
{
	const struct registry *registry = office->registry;
	const struct book *book = office->book;
	int32_t first, last;
	uint32_t before = 0;
	bool serving = false;

	if (registry->n_roster == 0 || book->n == 0)
		return;
	first = window_day(office->window, book->first_ms);
	last = window_day(office->window, book->last_ms);
	for (size_t i = 0; i < registry->n_roster; i++) {
		const struct roster_entry *entry = &registry->roster[i];

		if (number_of(office, REGISTRY_USER, entry->user, NAME_USER) ==
			OFFICE_NONE)
			continue;
		if (entry->user != before) {
			office->roster_known++;
			serving = false;
		}
		before = entry->user;
		if (serving || day_of(office, &entry->from, INT32_MIN) > last ||
			day_of(office, &entry->to, INT32_MAX) < first)
			continue;
		serving = true;
		office->roster_serving++;
	}
}

int
office_make(struct office **ret, const struct registry *registry,
	const struct book *book, const struct window *window,
	struct fault *fault)
{
	struct office *office = memory_array(1, sizeof(*office));
	size_t n_units = book->names[NAME_UNIT].n;
	size_t n_cases = book->names[NAME_CASE].n;

	if (office == NULL)
		return fault_memory(fault);
	office->registry = registry;
	office->book = book;
	office->window = window;
	office->n_kinds = book->names[NAME_KIND].n;
	office->cases = memory_array(registry->n_cases,
		sizeof(*office->cases));
	office->case_of = memory_array(n_cases, sizeof(*office->case_of));
	office->units = memory_array(n_units, sizeof(*office->units));
	office->members = memory_array(registry->n_members,
		sizeof(*office->members));
	office->kinds = memory_array(n_units * office->n_kinds,
		sizeof(*office->kinds));
	if (office->cases == NULL || office->case_of == NULL ||
		office->units == NULL || office->members == NULL ||
		office->kinds == NULL) {
		office_free(office);
		return fault_memory(fault);
	}
	for (size_t i = 0; i < n_cases; i++)
		office->case_of[i] = OFFICE_NONE;
	join_cases(office);
	join_units(office);
	look_at_roster(office);
	*ret = office;
	return 0;
}

void
office_free(struct office *office)
{
	if (office == NULL)
		return;
	free(office->cases);
	free(office->case_of);
	free(office->units);
	free(office->members);
	free(office->kinds);
	free(office);
}

static bool
is_member(const struct office *office, const struct office_case *one,
	uint32_t user)
{
	return one->n_members > 0 &&
		bsearch(&user, office->members + one->first_member,
			one->n_members, sizeof(user), compare_numbers) != NULL;
}

static bool
is_open(const struct office_case *one, int32_t day)
{
	return (int64_t)day >= (int64_t)one->first - OFFICE_SLACK_DAYS &&
		(int64_t)day <= (int64_t)one->last + OFFICE_SLACK_DAYS;
}

static void
judge(struct verdicts *verdicts, enum verdict verdict, bool wrong)
{
	verdicts->tested |= 1u << verdict;
	verdicts->wrong |= wrong ? 1u << verdict : 0;
}

/* A case of no unit and of nobody in the log, as one that only the list of
 * subjects knows, is the business of who names it. */
static bool
is_anybodys(const struct office_case *one)
{
	return !one->owned && one->n_members == 0;
}

/* What the case says that he names. `ours`: his subject is listed for it. */
static void
judge_case(const struct office *office, const struct row *row, int32_t day,
	bool ours, struct verdicts *ret)
{
	const struct triple *post = &office->book->posts.items[row->post];
	uint32_t number = office->case_of[row->caseref];
	const struct office_case *one;

	if (number == OFFICE_NONE || !office->cases[number].listed) {
		if (office->units[post->b].keeps_cases)
			judge(ret, VERDICT_UNKNOWN, true);
	} else {
		one = &office->cases[number];
		judge(ret, VERDICT_UNKNOWN, false);
		judge(ret, VERDICT_CLOSED, !is_open(one, day));
		if (!is_anybodys(one) &&
			(post->b != 0 || is_member(office, one, post->a)))
			judge(ret, VERDICT_UNASSIGNED,
				one->unit != post->b &&
					!is_member(office, one, post->a));
	}
	if (number != OFFICE_NONE && office->cases[number].has_subjects)
		judge(ret, VERDICT_OFF_CASE, !ours);
}

/* Cases of a subject are in order of number. */
static bool
is_listed_for(uint32_t number, const struct case_subject *cases, size_t n)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (cases[middle].caseref < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && cases[low].caseref == number;
}

/* Is the open case the business of who serves at this post? */
static bool
is_business(const struct office *office, const struct triple *post,
	const struct office_case *one)
{
	return one->unit == post->b || is_member(office, one, post->a);
}

/* Whose business the subject is, by the cases it is listed for. */
static void
judge_subject(const struct office *office, const struct row *row, int32_t day,
	const struct case_subject *cases, size_t n, struct verdicts *ret)
{
	const struct triple *post = &office->book->posts.items[row->post];
	uint32_t named = row->caseref != 0 ? office->case_of[row->caseref] :
					     OFFICE_NONE;
	bool several = false;
	bool ours = named != OFFICE_NONE && is_listed_for(named + 1, cases, n);
	uint32_t other = OFFICE_NONE;

	if (ours && is_open(&office->cases[named], day))
		ret->registered = is_anybodys(&office->cases[named]) ||
			is_business(office, post, &office->cases[named]);
	for (size_t i = 0; i < n && i < CASES_LOOKED_AT; i++) {
		const struct office_case *one =
			&office->cases[cases[i].caseref - 1];

		if (!is_open(one, day))
			continue;
		if (is_business(office, post, one))
			ret->registered = true;
		else if (one->unit != OFFICE_NONE && one->unit != other) {
			several |= other != OFFICE_NONE;
			other = one->unit;
		}
	}
	if (!ret->registered && !several)
		ret->other = other;
	if (row->caseref != 0)
		judge_case(office, row, day, ours, ret);
}

static bool
is_in_shift(int16_t from, int16_t to, int minute)
{
	return from <= to ? minute >= from && minute < to :
			    minute >= from || minute < to;
}

static void
judge_shift(const struct office *office, const struct row *row, int32_t day,
	struct verdicts *ret)
{
	const struct triple *post = &office->book->posts.items[row->post];
	const struct roster_entry *entry = registry_service(office->registry,
		office->book->names[NAME_USER].names[post->a], day);

	if (entry == NULL || entry->shift_from == SHIFT_NONE)
		return;
	judge(ret, VERDICT_SHIFT,
		!is_in_shift(entry->shift_from, entry->shift_to,
			window_minute(office->window, row_ms(row))));
}

static void
judge_unit(const struct office *office, const struct row *row,
	struct verdicts *ret)
{
	uint32_t number = office->book->posts.items[row->post].b;
	const struct office_unit *unit = &office->units[number];
	const struct triple *facet = &office->book->facets.items[row->facet];

	if (unit->bounded && facet->b != 0)
		judge(ret, VERDICT_AREA, facet->b != unit->area);
	if (unit->has_kinds && facet->a != 0)
		judge(ret, VERDICT_KIND,
			!office->kinds[number * office->n_kinds + facet->a]);
}

void
office_judge(const struct office *office, const struct row *row, uint64_t key,
	const struct case_subject *cases, size_t n_cases,
	struct verdicts *ret)
{
	const struct registry *registry = office->registry;
	int32_t day = window_day(office->window, row_ms(row));

	*ret = (struct verdicts){ .other = OFFICE_NONE };
	judge_subject(office, row, day, cases, n_cases, ret);
	judge_unit(office, row, ret);
	if (registry->n_roster > 0)
		judge_shift(office, row, day, ret);
	if (registry->n_watch > 0) {
		ret->watched = registry_watched(registry, key);
		judge(ret, VERDICT_WATCHED, ret->watched != NULL);
	}
}
