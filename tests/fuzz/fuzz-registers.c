/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as registers, each kind that has its bit in the first byte reading
 * the same ones, or as a list of leaked subjects: it is refused with a
 * sentence, or all rows are accounted for, and it can be asked. */
#include "registry/list.h"
#include "registry/registry.h"
#include "tests/fuzz/fuzz.h"

static void
check_facts(const struct sheet_facts *facts)
{
	/* Persons that are not joined are no rows. */
	uint64_t problems = facts->counts[PROBLEM_SHARED] > 0 ||
			facts->counts[PROBLEM_CROWD] > 0 ?
		facts->rows :
		0;

	for (size_t p = 0; p < PROBLEM_N; p++) {
		problems += facts->counts[p];
		MUST((facts->counts[p] == 0) == (facts->first_line[p] == 0));
		MUST(strnlen(facts->detail[p], sizeof(facts->detail[p])) <
			sizeof(facts->detail[p]));
	}
	MUST(facts->accepted + facts->repeated + problems >= facts->rows);
	MUST(facts->accepted + facts->repeated <= facts->rows);
}

static void
ask(const struct registry *registry, struct slice text)
{
	struct moment when = { .ms = 1777608672000 };
	struct record record = { 0 };
	const struct case_subject *first;
	unsigned partition;
	uint64_t key = registry_key_place(registry, text, &partition);

	MUST(key == registry_key(registry, text));
	MUST(partition == registry_partition(registry, text));
	MUST(partition < SUBJECT_PARTITIONS);
	(void)registry_cases_of(registry, partition, key, &first);
	(void)registry_watched(registry, key);
	record.field[FIELD_USER] = text;
	registry_fill(registry, &record, &when);
}

static void
read_registers(const char *path, unsigned kinds, const struct zone *zone,
	struct slice text)
{
	struct registry_paths paths = { { NULL } };
	struct fault fault = { 0 };
	struct registry *registry;

	for (size_t k = 0; k < SHEET_LIST; k++)
		if (kinds & 1u << k)
			paths.of[k] = path;
	if (registry_read(&registry, &paths, NULL, zone, 1, &fault) != 0) {
		MUST(fault.code == FAULT_USAGE && fault.text[0] != '\0');
		return;
	}
	for (size_t k = 0; k < SHEET_LIST; k++)
		if (paths.of[k] != NULL)
			check_facts(&registry->sheets[k]);
	for (size_t start = 0, i = 0; i <= text.len; i++) {
		if (i < text.len && text.at[i] != ',' && text.at[i] != '\n')
			continue;
		ask(registry, (struct slice){ text.at + start, i - start });
		start = i + 1;
	}
	registry_free(registry);
}

static void
read_list(const char *path)
{
	struct leaked_list *list;
	struct fault fault = { 0 };
	size_t first;

	if (leaked_list_read(&list, path, NULL, NULL, &fault) != 0) {
		MUST(fault.code == FAULT_USAGE && fault.text[0] != '\0');
		return;
	}
	check_facts(&list->facts);
	for (size_t i = 0; i < list->n; i++) {
		const struct leaked_item *item = &list->items[i];
		size_t n = leaked_list_find(list, item->partition, item->key,
			&first);

		MUST(n > 0 && first <= i && i < first + n);
		MUST(item->subject.len > 0);
	}
	leaked_list_free(list);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct zone *zone;
	struct fault fault = { 0 };
	const char *path;

	if (len < 2)
		return 0;
	if (zone == NULL)
		MUST(zone_open(&zone, "Asia/Dhaka", &fault) == 0);
	path = fuzz_file(data + 1, len - 1);
	if (data[0] & 1u << SHEET_LIST)
		read_list(path);
	else
		read_registers(path, data[0], zone,
			(struct slice){ (const char *)data + 1, len - 1 });
	return 0;
}
