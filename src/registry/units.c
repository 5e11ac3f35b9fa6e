/* SPDX-License-Identifier: Apache-2.0 */
/* Where units work, and which kinds of data are theirs to ask for. */
#include "registry/part.h"

enum { UNIT, AREA, SCOPE, KINDS };

static const struct sheet_column columns[] = {
	[UNIT] = { "unit", FIELD_UNIT, NULL, 1, false },
	[AREA] = { "area", FIELD_AREA, NULL, 0, false },
	[SCOPE] = { "scope", FIELD_N, NULL, 0, true },
	/* "type" and "category" would rather be the unit's own */
	[KINDS] = { "kinds", FIELD_KIND, "kind", 0, true },
};

static bool
is_same(const struct registry *registry, const struct register_unit *a,
	const struct register_unit *b)
{
	return a->area == b->area && a->national == b->national &&
		a->scoped == b->scoped && a->n_kinds == b->n_kinds &&
		(a->n_kinds == 0 ||
			memcmp(registry->kinds + a->first_kind,
				registry->kinds + b->first_kind,
				a->n_kinds * sizeof(*registry->kinds)) == 0);
}

/* Its place among the rows, or the row that tells of the unit already. */
static int
find_place(struct part *part, uint32_t unit, uint32_t **ret,
	struct fault *fault)
{
	size_t n = part->names[REGISTRY_UNIT].n;

	if (memory_grow((void **)&part->seen, &part->seen_cap, n,
		    sizeof(*part->seen), DICT_MAX, "units", fault) != 0)
		return -1;
	while (part->n_seen < n)
		part->seen[part->n_seen++] = 0;
	*ret = &part->seen[unit];
	return 0;
}

static void
take_scope(struct sheet *sheet, struct register_unit *unit)
{
	struct slice scope = sheet_cell(sheet, SCOPE);

	unit->national = slice_is_nocase(scope, "national");
	unit->scoped = unit->national || slice_is_nocase(scope, "area");
	if (scope.len > 0 && !unit->scoped)
		sheet_problem(sheet, PROBLEM_WORD, scope);
}

static int
add_unit(struct part *part, struct sheet *sheet, struct register_unit *unit,
	struct fault *fault)
{
	struct registry *registry = part->registry;
	struct sheet_facts *facts = sheet_facts(sheet);
	uint32_t *place;

	if (find_place(part, unit->unit, &place, fault) != 0)
		return -1;
	if (*place > 0) {
		registry->n_kinds = unit->first_kind;
		if (is_same(registry, &registry->units[*place - 1], unit))
			facts->repeated++;
		else
			sheet_problem(sheet, PROBLEM_TWICE,
				sheet_cell(sheet, UNIT));
		return 0;
	}
	if (memory_grow((void **)&registry->units, &part->cap,
		    registry->n_units + 1, sizeof(*unit), REGISTER_ROWS_MAX,
		    "units", fault) != 0)
		return -1;
	registry->units[registry->n_units++] = *unit;
	*place = (uint32_t)registry->n_units;
	facts->accepted++;
	return 0;
}

static int
take_row(struct part *part, struct sheet *sheet, struct fault *fault)
{
	struct registry *registry = part->registry;
	struct register_unit unit = { .first_kind = registry->n_kinds,
		.line = sheet_line(sheet) };

	if (part_name(part, sheet, UNIT, REGISTRY_UNIT, &unit.unit, fault) !=
		0)
		return -1;
	if (unit.unit == 0) {
		sheet_blank(sheet, UNIT);
		return 0;
	}
	if (part_name(part, sheet, AREA, REGISTRY_AREA, &unit.area, fault) !=
			0 ||
		part_names(part, sheet, KINDS, REGISTRY_KIND, &registry->kinds,
			&registry->n_kinds, fault) != 0)
		return -1;
	if (registry->n_kinds > unit.first_kind)
		unit.n_kinds = numbers_settle(registry->kinds +
			unit.first_kind, registry->n_kinds - unit.first_kind);
	registry->n_kinds = unit.first_kind + unit.n_kinds;
	take_scope(sheet, &unit);
	return add_unit(part, sheet, &unit, fault);
}

static int
units_settle(struct part *part, struct fault *fault)
{
	struct registry *registry = part->registry;

	for (size_t i = 0; i < registry->n_kinds; i++)
		registry->kinds[i] =
			part->maps[REGISTRY_KIND][registry->kinds[i]];
	for (size_t i = 0; i < registry->n_units; i++) {
		struct register_unit *unit = &registry->units[i];

		unit->unit = part->maps[REGISTRY_UNIT][unit->unit];
		unit->area = part->maps[REGISTRY_AREA][unit->area];
		if (unit->n_kinds > 1)
			(void)numbers_settle(registry->kinds +
				unit->first_kind, unit->n_kinds);
	}
	/* from here on by joint number, for registry_knows_unit() */
	free(part->seen);
	part->seen = NULL;
	registry->unit_listed = memory_array(registry->names[REGISTRY_UNIT].n,
		sizeof(*registry->unit_listed));
	if (registry->unit_listed == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < registry->n_units; i++)
		registry->unit_listed[registry->units[i].unit] = true;
	return 0;
}

bool
registry_knows_unit(const struct registry *registry, uint32_t unit)
{
	return unit == 0 || registry->unit_listed == NULL ||
		registry->unit_listed[unit];
}

const struct register_kind register_units = {
	.plan = { .what = "a register of units", .needs = "unit",
		.columns = columns, .n = ARRAY_LEN(columns) },
	.take = take_row,
	.settle = units_settle,
};
