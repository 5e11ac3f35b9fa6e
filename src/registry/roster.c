/* SPDX-License-Identifier: Apache-2.0 */
/* Who serves where, as what, from when to when, and in which shift. */
#include "registry/part.h"

enum { USER, UNIT, ROLE, FROM, TO, SHIFT };

static const struct sheet_column columns[] = {
	[USER] = { "user", FIELD_USER, NULL, 1, false },
	[UNIT] = { "unit", FIELD_UNIT, NULL, 2, false },
	[ROLE] = { "role", FIELD_ROLE, NULL, 2, false },
	[FROM] = { "from", FIELD_N, NULL, 0, true },
	[TO] = { "to", FIELD_N, NULL, 0, true },
	[SHIFT] = { "shift", FIELD_N, NULL, 0, true },
};

/* h:mm or hh:mm off the front of *text; 24:00 ends a day. */
static bool
take_clock(struct slice *text, int *ret)
{
	uint64_t hour, minute;
	size_t colon = 0;

	while (colon < text->len && text->at[colon] != ':')
		colon++;
	if (colon > 2 || text->len < colon + 3 ||
		!number_parse_u64((struct slice){ text->at, colon }, &hour) ||
		!number_parse_u64(
			(struct slice){ text->at + colon + 1, 2 }, &minute))
		return false;
	if (minute > 59 || hour > 24 || (hour == 24 && minute > 0))
		return false;
	text->at += colon + 3;
	text->len -= colon + 3;
	*ret = (int)(hour * 60 + minute);
	return true;
}

static bool
shift_read(struct slice text, struct roster_entry *entry)
{
	int from, to;

	if (!take_clock(&text, &from))
		return false;
	text = slice_trim(text);
	if (text.len == 0 || text.at[0] != '-')
		return false;
	text = slice_trim((struct slice){ text.at + 1, text.len - 1 });
	/* 08:00-08:00 may be no time or the whole day */
	if (!take_clock(&text, &to) || text.len > 0 || from == to ||
		from == 24 * 60)
		return false;
	entry->shift_from = (int16_t)from;
	entry->shift_to = (int16_t)to;
	return true;
}

static int
take_row(struct part *part, struct sheet *sheet, struct fault *fault)
{
	struct registry *registry = part->registry;
	struct roster_entry entry = { .shift_from = SHIFT_NONE,
		.shift_to = SHIFT_NONE, .line = sheet_line(sheet) };
	struct slice shift = sheet_cell(sheet, SHIFT);

	if (part_name(part, sheet, USER, REGISTRY_USER, &entry.user, fault) !=
			0 ||
		part_name(part, sheet, UNIT, REGISTRY_UNIT, &entry.unit,
			fault) != 0 ||
		part_name(part, sheet, ROLE, REGISTRY_ROLE, &entry.role,
			fault) != 0)
		return -1;
	if (entry.user == 0 || (entry.unit == 0 && entry.role == 0)) {
		sheet_blank(sheet, entry.user == 0 ? USER : UNIT);
		return 0;
	}
	part_span(part, sheet, FROM, TO, &entry.from, &entry.to);
	if (shift.len > 0 && !shift_read(shift, &entry))
		sheet_problem(sheet, PROBLEM_TIME, shift);
	if (memory_grow((void **)&registry->roster, &part->cap,
		    registry->n_roster + 1, sizeof(entry), REGISTER_ROWS_MAX,
		    "rows of a roster", fault) != 0)
		return -1;
	registry->roster[registry->n_roster++] = entry;
	sheet_facts(sheet)->accepted++;
	return 0;
}

static int
compare_facts(const void *a, const void *b)
{
	const struct roster_entry *x = a, *y = b;
	int order;

	if (x->user != y->user)
		return x->user < y->user ? -1 : 1;
	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	if (x->role != y->role)
		return x->role < y->role ? -1 : 1;
	if (x->shift_from != y->shift_from)
		return x->shift_from < y->shift_from ? -1 : 1;
	if (x->shift_to != y->shift_to)
		return x->shift_to < y->shift_to ? -1 : 1;
	order = register_time_compare(x->from, y->from);
	return order != 0 ? order : register_time_compare(x->to, y->to);
}

static const struct row_order order = { sizeof(struct roster_entry),
	offsetof(struct roster_entry, user),
	offsetof(struct roster_entry, line), compare_facts };

/* Every lookup asks for its user's rows. */
static void
drop_early(struct registry *registry, struct sheet_facts *facts)
{
	struct roster_entry *roster = registry->roster;
	size_t n = registry->n_roster, kept = 0, end;

	for (size_t i = 0; i < n; i = end) {
		for (end = i + 1; end < n &&
			roster[end].user == roster[i].user;)
			end++;
		for (; end - i > ROSTER_ROWS_MAX; i++) {
			sheet_note(facts, PROBLEM_MANY, roster[i].line, "");
			facts->accepted--;
		}
		memmove(roster + kept, roster + i, (end - i) * sizeof(*roster));
		kept += end - i;
	}
	registry->n_roster = kept;
}

static int
roster_settle(struct part *part, struct fault *fault)
{
	struct registry *registry = part->registry;
	struct sheet_facts *facts = &registry->sheets[SHEET_ROSTER];
	size_t n = registry->n_roster;

	(void)fault;
	for (size_t i = 0; i < n; i++) {
		struct roster_entry *entry = &registry->roster[i];

		entry->user = part->maps[REGISTRY_USER][entry->user];
		entry->unit = part->maps[REGISTRY_UNIT][entry->unit];
		entry->role = part->maps[REGISTRY_ROLE][entry->role];
		if (!registry_knows_unit(registry, entry->unit))
			sheet_note_text(facts, PROBLEM_UNKNOWN, entry->line,
				registry->names[REGISTRY_UNIT]
					.names[entry->unit]);
	}
	registry->n_roster = rows_settle(registry->roster, n, &order);
	facts->repeated = n - registry->n_roster;
	facts->accepted -= facts->repeated;
	drop_early(registry, facts);
	array_trim((void **)&registry->roster, registry->n_roster,
		sizeof(*registry->roster));
	return 0;
}

const struct register_kind register_roster = {
	.plan = { .what = "a roster", .needs = "user, and unit or role",
		.columns = columns, .n = ARRAY_LEN(columns) },
	.take = take_row,
	.settle = roster_settle,
};
