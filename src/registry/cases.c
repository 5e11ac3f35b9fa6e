/* SPDX-License-Identifier: Apache-2.0 */
/* Which cases there are, whose, from when to when, and who works on them. */
#include "registry/part.h"

enum { CASEREF, UNIT, OPENED, CLOSED, LEAD, MEMBERS };

static const struct sheet_column columns[] = {
	[CASEREF] = { "case", FIELD_CASE, NULL, 1, false },
	[UNIT] = { "unit", FIELD_UNIT, NULL, 0, false },
	[OPENED] = { "opened", FIELD_N, NULL, 0, true },
	[CLOSED] = { "closed", FIELD_N, NULL, 0, true },
	[LEAD] = { "lead", FIELD_USER, NULL, 0, true },
	[MEMBERS] = { "members", FIELD_USER, "member", 0, true },
};

/* Order what stands behind a lead, and drop the lead there. */
static size_t
settle_members(uint32_t *members, size_t n, bool led)
{
	size_t from = led ? 1 : 0, kept = from, left;

	if (n == 0)
		return 0;
	left = numbers_settle(members + from, n - from);
	for (size_t i = from; i < from + left; i++) {
		if (!led || members[i] != members[0])
			members[kept++] = members[i];
	}
	return kept;
}

static bool
is_same(const struct registry *registry, const struct register_case *a,
	const struct register_case *b)
{
	return a->unit == b->unit &&
		register_time_equal(a->opened, b->opened) &&
		register_time_equal(a->closed, b->closed) &&
		a->led == b->led && a->n_members == b->n_members &&
		(a->n_members == 0 ||
			memcmp(registry->members + a->first_member,
				registry->members + b->first_member,
				a->n_members * sizeof(*registry->members)) ==
				0);
}

static int
take_members(struct part *part, struct sheet *sheet, struct register_case *c,
	struct fault *fault)
{
	struct registry *registry = part->registry;
	size_t from = registry->n_members;

	if (part_names(part, sheet, LEAD, REGISTRY_USER, &registry->members,
		    &registry->n_members, fault) != 0)
		return -1;
	c->led = registry->n_members > from;
	if (part_names(part, sheet, MEMBERS, REGISTRY_USER,
		    &registry->members, &registry->n_members, fault) != 0)
		return -1;
	c->first_member = from;
	if (registry->n_members > from)
		c->n_members = settle_members(registry->members + from,
			registry->n_members - from, c->led);
	registry->n_members = from + c->n_members;
	return 0;
}

static int
add_case(struct part *part, struct sheet *sheet, uint32_t number,
	struct register_case *c, struct fault *fault)
{
	struct sheet_facts *facts = sheet_facts(sheet);
	size_t n = part->names[REGISTRY_CASE].n;
	struct register_case *place;

	if (memory_grow((void **)&part->cases, &part->cap, n,
		    sizeof(*part->cases), DICT_MAX, "cases", fault) != 0)
		return -1;
	while (part->n_cases < n)
		part->cases[part->n_cases++] = (struct register_case){ 0 };
	place = &part->cases[number];
	if (!place->listed) {
		*place = *c;
		facts->accepted++;
		return 0;
	}
	part->registry->n_members = c->first_member;
	if (is_same(part->registry, place, c))
		facts->repeated++;
	else
		sheet_problem(sheet, PROBLEM_TWICE, sheet_cell(sheet, CASEREF));
	return 0;
}

static int
take_row(struct part *part, struct sheet *sheet, struct fault *fault)
{
	struct register_case c = { .listed = true, .line = sheet_line(sheet) };
	uint32_t number;

	if (part_name(part, sheet, CASEREF, REGISTRY_CASE, &number, fault) !=
		0)
		return -1;
	if (number == 0) {
		sheet_blank(sheet, CASEREF);
		return 0;
	}
	if (part_name(part, sheet, UNIT, REGISTRY_UNIT, &c.unit, fault) != 0 ||
		take_members(part, sheet, &c, fault) != 0)
		return -1;
	part_span(part, sheet, OPENED, CLOSED, &c.opened, &c.closed);
	return add_case(part, sheet, number, &c, fault);
}

static int
cases_settle(struct part *part, struct fault *fault)
{
	struct registry *registry = part->registry;
	struct sheet_facts *facts = &registry->sheets[SHEET_CASES];

	(void)fault;
	for (size_t i = 0; i < registry->n_members; i++)
		registry->members[i] =
			part->maps[REGISTRY_USER][registry->members[i]];
	for (size_t i = 1; i < part->n_cases; i++) {
		struct register_case *c = &part->cases[i];

		if (!c->listed)
			continue;
		c->unit = part->maps[REGISTRY_UNIT][c->unit];
		if (c->n_members > 0)
			(void)settle_members(registry->members +
				c->first_member, c->n_members, c->led);
		if (!registry_knows_unit(registry, c->unit))
			sheet_note_text(facts, PROBLEM_UNKNOWN, c->line,
				registry->names[REGISTRY_UNIT].names[c->unit]);
		registry->cases[part->maps[REGISTRY_CASE][i] - 1] = *c;
	}
	array_trim((void **)&registry->members, registry->n_members,
		sizeof(*registry->members));
	return 0;
}

const struct register_kind register_cases = {
	.plan = { .what = "a register of cases", .needs = "case",
		.columns = columns, .n = ARRAY_LEN(columns) },
	.take = take_row,
	.settle = cases_settle,
};
