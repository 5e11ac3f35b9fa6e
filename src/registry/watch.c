/* SPDX-License-Identifier: Apache-2.0 */
/* Whom nobody should look up unnoticed: known victims, the prominent, and
 * honeytokens, identifiers that belong to nobody. */
#include "registry/part.h"

enum { SUBJECT, REASON, HONEYTOKEN };

static const struct sheet_column columns[] = {
	[SUBJECT] = { "subject", FIELD_SUBJECT, NULL, 1, false },
	[REASON] = { "reason", FIELD_PURPOSE, NULL, 0, false },
	[HONEYTOKEN] = { "honeytoken", FIELD_N, NULL, 0, true },
};

/* "honeytoken", "honey token" or "honey-token", alone or before more. */
static bool
begins_honeytoken(struct slice reason)
{
	static const char *const words[] = { "honeytoken", "honey token",
		"honey-token" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		size_t len = strlen(words[i]);
		unsigned char after;

		if (reason.len < len ||
			!slice_is_nocase((struct slice){ reason.at, len },
				words[i]))
			continue;
		if (reason.len == len)
			return true;
		after = (unsigned char)reason.at[len];
		return !((after >= 'a' && after <= 'z') ||
			(after >= 'A' && after <= 'Z') ||
			(after >= '0' && after <= '9'));
	}
	return false;
}

static bool
is_word(struct slice cell, const char *const words[3])
{
	for (size_t i = 0; i < 3; i++) {
		if (slice_is_nocase(cell, words[i]))
			return true;
	}
	return false;
}

static bool
is_honeytoken(struct sheet *sheet)
{
	static const char *const yes[] = { "yes", "true", "1" };
	static const char *const no[] = { "no", "false", "0" };
	struct slice cell = sheet_cell(sheet, HONEYTOKEN);

	if (is_word(cell, yes))
		return true;
	if (cell.len > 0 && !is_word(cell, no))
		sheet_problem(sheet, PROBLEM_WORD, cell);
	return begins_honeytoken(sheet_cell(sheet, REASON));
}

static int
take_row(struct part *part, struct sheet *sheet, struct fault *fault)
{
	struct registry *registry = part->registry;
	struct slice subject = sheet_text(sheet, SUBJECT);
	struct watch_entry entry = { .line = sheet_line(sheet) };
	struct slice reason = sheet_cell(sheet, REASON);

	if (subject.len == 0) {
		sheet_blank(sheet, SUBJECT);
		return 0;
	}
	entry.key = registry_key(registry, subject);
	entry.honeytoken = is_honeytoken(sheet);
	/* whoever looks up the person it is joined with did not take it */
	if (entry.honeytoken &&
		entry.key != part_subject_key(registry, subject)) {
		sheet_note(sheet_facts(sheet), PROBLEM_BAIT, entry.line, "");
		entry.honeytoken = false;
	}
	if (arena_keep(&registry->arena, subject, &entry.subject, fault) != 0 ||
		arena_keep(&registry->arena, reason, &entry.reason, fault) !=
			0 ||
		memory_grow((void **)&registry->watch, &part->cap,
			registry->n_watch + 1, sizeof(entry), REGISTER_ROWS_MAX,
			"rows of a watch list", fault) != 0)
		return -1;
	registry->watch[registry->n_watch++] = entry;
	return 0;
}

static int
compare_entries(const void *a, const void *b)
{
	const struct watch_entry *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

/* Each key once: its first row counts. */
static int
watch_settle(struct part *part, struct fault *fault)
{
	struct registry *registry = part->registry;
	struct sheet_facts *facts = &registry->sheets[SHEET_WATCH];
	struct watch_entry *watch = registry->watch;
	size_t kept = 0;

	(void)fault;
	if (registry->n_watch > 1)
		qsort(watch, registry->n_watch, sizeof(*watch),
			compare_entries);
	for (size_t i = 0; i < registry->n_watch; i++) {
		struct watch_entry *last = kept > 0 ? &watch[kept - 1] : NULL;

		if (last == NULL || last->key != watch[i].key)
			watch[kept++] = watch[i];
		else if (last->honeytoken == watch[i].honeytoken &&
			slice_equal(last->reason, watch[i].reason))
			facts->repeated++;
		else
			sheet_note_text(facts, PROBLEM_TWICE, watch[i].line,
				watch[i].reason);
	}
	registry->n_watch = kept;
	facts->accepted = kept;
	array_trim((void **)&registry->watch, kept, sizeof(*watch));
	return 0;
}

const struct register_kind register_watch = {
	.plan = { .what = "a watch list", .needs = "subject",
		.columns = columns, .n = ARRAY_LEN(columns) },
	.take = take_row,
	.settle = watch_settle,
};
