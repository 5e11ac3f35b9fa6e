/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which citizens a case is about. The largest of the registers: 12 bytes a
 * row, by partition of the subject, and nothing allocated for a row.
 */
#include "base/pool.h"
#include "registry/part.h"

enum { CASEREF, SUBJECT };

static const struct sheet_column columns[] = {
	[CASEREF] = { "case", FIELD_CASE, NULL, 1, false },
	[SUBJECT] = { "subject", FIELD_SUBJECT, NULL, 2, false },
};

struct case_rows { /* what names a case */
	uint64_t n, line; /* rows, and the first of them */
};

/* The case of the row before, as written: rows of a case are neighbours. */
struct last_case {
	char text[64];
	size_t len; /* 0: none */
	uint32_t number;
};

static int
case_number(struct part *part, struct sheet *sheet, struct last_case *last,
	uint32_t *ret, struct fault *fault)
{
	struct slice cell = sheet_cell(sheet, CASEREF);

	if (cell.len == last->len && cell.len > 0 &&
		memcmp(cell.at, last->text, cell.len) == 0) {
		*ret = last->number;
		return 0;
	}
	last->len = 0;
	if (cell.len <= sizeof(last->text)) {
		memcpy(last->text, cell.at, cell.len);
		last->len = cell.len;
	}
	if (part_name(part, sheet, CASEREF, REGISTRY_CASE, &last->number,
		    fault) != 0)
		return -1;
	*ret = last->number;
	return 0;
}

static int
count_row(struct part *part, uint32_t number, uint64_t line,
	struct fault *fault)
{
	if (number >= part->n_case_rows) {
		if (memory_grow((void **)&part->case_rows,
			    &part->case_rows_cap,
			    part->names[REGISTRY_CASE].n,
			    sizeof(*part->case_rows), DICT_MAX, "cases",
			    fault) != 0)
			return -1;
		while (part->n_case_rows < part->names[REGISTRY_CASE].n)
			part->case_rows[part->n_case_rows++] =
				(struct case_rows){ 0, line };
	}
	part->case_rows[number].n++;
	return 0;
}

static int
take_row(struct part *part, struct sheet *sheet, struct last_case *last,
	struct fault *fault)
{
	struct registry *registry = part->registry;
	struct slice subject = sheet_text(sheet, SUBJECT);
	unsigned p;
	uint64_t key;
	uint32_t number;

	if (case_number(part, sheet, last, &number, fault) != 0)
		return -1;
	if (number == 0 || subject.len == 0) {
		sheet_blank(sheet, number == 0 ? CASEREF : SUBJECT);
		return 0;
	}
	if (count_row(part, number, sheet_line(sheet), fault) != 0)
		return -1;
	key = registry_key_place(registry, subject, &p);
	if (memory_grow((void **)&registry->subjects[p],
		    &part->subject_caps[p], registry->n_subjects[p] + 1,
		    sizeof(struct case_subject), REGISTER_ROWS_MAX,
		    "case subjects of one partition", fault) != 0)
		return -1;
	registry->subjects[p][registry->n_subjects[p]++] =
		(struct case_subject){ (uint32_t)(key >> 32), (uint32_t)key,
			number };
	sheet_facts(sheet)->accepted++;
	return 0;
}

static int
case_subjects_read(struct part *part, struct sheet *sheet,
	struct fault *fault)
{
	struct last_case last = { .len = 0 };
	int step;

	while ((step = sheet_next(sheet, fault)) == 1) {
		if (take_row(part, sheet, &last, fault) != 0)
			return -1;
	}
	return step;
}

/* Byte number `byte` of an entry, the least of its order first. */
static inline unsigned
digit_of(const struct case_subject *item, unsigned byte)
{
	uint32_t word = byte < 4 ? item->caseref :
		byte < 8	 ? item->key_low :
				   item->key_high;

	return word >> (byte % 4 * 8) & 255;
}

/* One pass of a radix sort; false if it would move nothing. */
static bool
sort_pass(const struct case_subject *from, struct case_subject *to, size_t n,
	unsigned byte)
{
	size_t counts[256] = { 0 }, at = 0;

	for (size_t i = 0; i < n; i++)
		counts[digit_of(&from[i], byte)]++;
	if (counts[digit_of(&from[0], byte)] == n)
		return false;
	for (size_t d = 0; d < 256; d++) {
		size_t count = counts[d];

		counts[d] = at;
		at += count;
	}
	for (size_t i = 0; i < n; i++)
		to[counts[digit_of(&from[i], byte)]++] = from[i];
	return true;
}

static int
sort_partition(struct case_subject **items, size_t n, struct fault *fault)
{
	struct case_subject *spare, *swap;

	spare = memory_array(n, sizeof(*spare));
	if (spare == NULL)
		return fault_memory(fault);
	for (unsigned byte = 0; byte < 12; byte++) {
		if (!sort_pass(*items, spare, n, byte))
			continue;
		swap = *items;
		*items = spare;
		spare = swap;
	}
	free(spare);
	return 0;
}

static int
settle_partition(void *ctx, unsigned worker, size_t p, struct fault *fault)
{
	struct part *part = ctx;
	struct registry *registry = part->registry;
	struct case_subject *items = registry->subjects[p];
	size_t n = registry->n_subjects[p], kept = 0;

	(void)worker;
	for (size_t i = 0; i < n; i++)
		items[i].caseref = part->maps[REGISTRY_CASE][items[i].caseref];
	if (n > 0 && sort_partition(&registry->subjects[p], n, fault) != 0)
		return -1;
	items = registry->subjects[p];
	for (size_t i = 0; i < n; i++) {
		if (kept == 0 ||
			memcmp(&items[kept - 1], &items[i], sizeof(*items)) !=
				0)
			items[kept++] = items[i];
	}
	registry->n_subjects[p] = kept;
	array_trim((void **)&registry->subjects[p], kept, sizeof(*items));
	return 0;
}

/* Rows of cases that the register of cases, if there is one, lacks. They
 * count: registers are late. */
static void
tell_unlisted(const struct part *part)
{
	struct registry *registry = part->registry;
	struct sheet_facts *facts = &registry->sheets[SHEET_CASE_SUBJECTS];

	if (registry->sheets[SHEET_CASES].path == NULL)
		return;
	for (size_t i = 1; i < part->n_case_rows; i++) {
		uint32_t number = part->maps[REGISTRY_CASE][i];
		const struct case_rows *rows = &part->case_rows[i];

		if (registry->cases[number - 1].listed || rows->n == 0)
			continue;
		sheet_note_text(facts, PROBLEM_UNKNOWN, rows->line,
			registry->names[REGISTRY_CASE].names[number]);
		facts->counts[PROBLEM_UNKNOWN] += rows->n - 1;
	}
}

static int
case_subjects_settle(struct part *part, struct fault *fault)
{
	struct registry *registry = part->registry;
	struct sheet_facts *facts = &registry->sheets[SHEET_CASE_SUBJECTS];
	uint64_t kept = 0;

	tell_unlisted(part);
	if (pool_run(part->threads, SUBJECT_PARTITIONS, settle_partition, part,
		    fault) != 0)
		return -1;
	for (size_t p = 0; p < SUBJECT_PARTITIONS; p++)
		kept += registry->n_subjects[p];
	facts->repeated = facts->accepted - kept;
	facts->accepted = kept;
	return 0;
}

const struct register_kind register_case_subjects = {
	.plan = { .what = "a register of case subjects",
		.needs = "case and subject", .columns = columns,
		.n = ARRAY_LEN(columns) },
	.read = case_subjects_read,
	.settle = case_subjects_settle,
};
