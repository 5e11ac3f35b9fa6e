/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/registry.h"

#include "base/pool.h"
#include "registry/part.h"
#include "registry/persons.h"

static const struct register_kind *const kinds[SHEET_N] = {
	[SHEET_ROSTER] = &register_roster,
	[SHEET_UNITS] = &register_units,
	[SHEET_CASES] = &register_cases,
	[SHEET_CASE_SUBJECTS] = &register_case_subjects,
	[SHEET_PERSONS] = &register_persons,
	[SHEET_WATCH] = &register_watch,
	[SHEET_REVIEWED] = &register_reviewed,
};

/* The keys of subjects hang on the persons. Watch list and reviews share the
 * arena, so they are not read at once. */
static const enum sheet_kind first[] = { SHEET_PERSONS, SHEET_CASES,
	SHEET_ROSTER, SHEET_UNITS, SHEET_REVIEWED };
static const enum sheet_kind second[] = { SHEET_CASE_SUBJECTS, SHEET_WATCH };
/* Who names a unit is settled after the units, a case after the cases. */
static const enum sheet_kind settled[] = { SHEET_UNITS, SHEET_ROSTER,
	SHEET_CASES, SHEET_CASE_SUBJECTS, SHEET_WATCH, SHEET_REVIEWED };

struct reading {
	struct registry *registry;
	const struct rewrites *rewrites;
	unsigned threads;
	const enum sheet_kind *tasks;
	struct part parts[SHEET_N];
};

static bool
is_given(const struct registry *registry, enum sheet_kind kind)
{
	return registry->sheets[kind].path != NULL;
}

static int
part_init(struct reading *reading, enum sheet_kind kind,
	const struct zone *zone, struct fault *fault)
{
	struct part *part = &reading->parts[kind];

	part->registry = reading->registry;
	part->zone = zone;
	part->threads = reading->threads;
	for (size_t d = 0; d < REGISTRY_DICTS; d++) {
		if (dict_init(&part->names[d], fault) != 0)
			return -1;
	}
	return 0;
}

static void
part_free(struct part *part)
{
	for (size_t d = 0; d < REGISTRY_DICTS; d++) {
		dict_free(&part->names[d]);
		free(part->maps[d]);
	}
	free(part->case_rows);
	free(part->cases);
	free(part->seen);
}

static int
read_rows(const struct register_kind *kind, struct part *part,
	struct sheet *sheet, struct fault *fault)
{
	int step;

	if (kind->read != NULL)
		return kind->read(part, sheet, fault);
	while ((step = sheet_next(sheet, fault)) == 1) {
		if (kind->take(part, sheet, fault) != 0)
			return -1;
	}
	return step;
}

static int
read_part(void *ctx, unsigned worker, size_t task, struct fault *fault)
{
	struct reading *reading = ctx;
	enum sheet_kind kind = reading->tasks[task];
	struct sheet_facts *facts = &reading->registry->sheets[kind];
	struct sheet *sheet;
	int result;

	(void)worker;
	if (facts->path == NULL)
		return 0;
	if (sheet_open(&sheet, facts, &kinds[kind]->plan, reading->rewrites,
		    fault) != 0)
		return -1;
	result = read_rows(kinds[kind], &reading->parts[kind], sheet, fault);
	if (result != 0)
		fault_place(fault, facts->path, sheet_line(sheet), 0);
	sheet_free(sheet);
	return result;
}

static int
read_parts(struct reading *reading, const enum sheet_kind *tasks, size_t n,
	struct fault *fault)
{
	reading->tasks = tasks;
	return pool_run(reading->threads, n, read_part, reading, fault);
}

/* The part that has most names, whose dictionary the others' are added to. */
static size_t
find_largest(const struct reading *reading, size_t d)
{
	size_t best = SHEET_N;

	for (size_t k = 0; k < SHEET_N; k++) {
		size_t n = reading->parts[k].names[d].n;

		if (n > 0 &&
			(best == SHEET_N ||
				n > reading->parts[best].names[d].n))
			best = k;
	}
	return best;
}

static int
map_own(uint32_t **ret, size_t n, struct fault *fault)
{
	*ret = memory_array(n, sizeof(**ret));
	if (*ret == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < n; i++)
		(*ret)[i] = (uint32_t)i;
	return 0;
}

/* One dictionary of all parts' own, numbered in order of bytes. */
static int
join_names(struct reading *reading, size_t d, struct fault *fault)
{
	struct dict *all = &reading->registry->names[d];
	size_t sizes[SHEET_N] = { 0 }, largest = find_largest(reading, d);
	uint32_t *order;

	if (largest == SHEET_N)
		return dict_init(all, fault);
	*all = reading->parts[largest].names[d];
	reading->parts[largest].names[d] = (struct dict){ 0 };
	sizes[largest] = all->n;
	if (map_own(&reading->parts[largest].maps[d], all->n, fault) != 0)
		return -1;
	for (size_t k = 0; k < SHEET_N; k++) {
		struct part *part = &reading->parts[k];

		if (part->names[d].n == 0)
			continue;
		sizes[k] = part->names[d].n;
		if (dict_merge(all, &part->names[d], &part->maps[d], fault) !=
			0)
			return -1;
		dict_free(&part->names[d]);
	}
	if (dict_sort(all, &order, fault) != 0)
		return -1;
	for (size_t k = 0; k < SHEET_N; k++) {
		for (size_t i = 0; i < sizes[k]; i++)
			reading->parts[k].maps[d][i] =
				order[reading->parts[k].maps[d][i]];
	}
	free(order);
	return 0;
}

static int
join_parts(struct reading *reading, struct fault *fault)
{
	struct registry *registry = reading->registry;

	for (size_t d = 0; d < REGISTRY_DICTS; d++) {
		if (join_names(reading, d, fault) != 0)
			return -1;
	}
	registry->n_cases = registry->names[REGISTRY_CASE].n - 1;
	registry->cases = memory_array(registry->n_cases,
		sizeof(*registry->cases));
	if (registry->cases == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < ARRAY_LEN(settled); i++) {
		const struct register_kind *kind = kinds[settled[i]];

		if (is_given(registry, settled[i]) && kind->settle != NULL &&
			kind->settle(&reading->parts[settled[i]], fault) != 0)
			return -1;
	}
	return 0;
}

static int
registry_init(struct registry *registry, const struct registry_paths *paths,
	struct fault *fault)
{
	registry->seed = dict_seed();
	for (size_t k = 0; k < SHEET_N; k++) {
		if (paths->of[k] == NULL || kinds[k] == NULL)
			continue;
		registry->sheets[k].hidden = k == SHEET_PERSONS ||
			k == SHEET_WATCH;
		registry->sheets[k].path = arena_copy(&registry->arena,
			slice_of(paths->of[k]));
		if (registry->sheets[k].path == NULL)
			return fault_memory(fault);
	}
	return 0;
}

int
registry_read(struct registry **ret, const struct registry_paths *paths,
	const struct rewrites *rewrites, const struct zone *zone,
	unsigned threads, struct fault *fault)
{
	struct registry *registry = memory_array(1, sizeof(*registry));
	struct reading *reading = memory_array(1, sizeof(*reading));
	int result = -1;

	if (registry == NULL || reading == NULL) {
		fault_memory(fault);
		goto out;
	}
	reading->registry = registry;
	reading->rewrites = rewrites;
	reading->threads = threads;
	if (registry_init(registry, paths, fault) != 0)
		goto out;
	for (size_t k = 0; k < SHEET_N; k++) {
		if (is_given(registry, (enum sheet_kind)k) &&
			part_init(reading, (enum sheet_kind)k, zone, fault) !=
				0)
			goto out;
	}
	if (read_parts(reading, first, ARRAY_LEN(first), fault) != 0 ||
		read_parts(reading, second, ARRAY_LEN(second), fault) != 0 ||
		join_parts(reading, fault) != 0)
		goto out;
	*ret = registry;
	registry = NULL;
	result = 0;
out:
	if (reading != NULL) {
		for (size_t k = 0; k < SHEET_N; k++)
			part_free(&reading->parts[k]);
	}
	free(reading);
	registry_free(registry);
	return result;
}

void
registry_free(struct registry *registry)
{
	if (registry == NULL)
		return;
	for (size_t d = 0; d < REGISTRY_DICTS; d++)
		dict_free(&registry->names[d]);
	for (size_t p = 0; p < SUBJECT_PARTITIONS; p++)
		free(registry->subjects[p]);
	free(registry->roster);
	free(registry->units);
	free(registry->unit_listed);
	free(registry->kinds);
	free(registry->cases);
	free(registry->members);
	persons_free(registry->persons);
	free(registry->watch);
	free(registry->reviews);
	arena_free(&registry->arena);
	free(registry);
}

static uint64_t
key_of(const struct case_subject *item)
{
	return (uint64_t)item->key_high << 32 | item->key_low;
}

/* The first of n items whose key is at least this. */
static size_t
find_key(const struct case_subject *items, size_t n, uint64_t key)
{
	size_t low = 0;

	while (low < n) {
		size_t mid = low + (n - low) / 2;

		if (key_of(&items[mid]) < key)
			low = mid + 1;
		else
			n = mid;
	}
	return low;
}

size_t
registry_cases_of(const struct registry *registry, unsigned partition,
	uint64_t key, const struct case_subject **ret_first)
{
	const struct case_subject *items = registry->subjects[partition];
	size_t n = registry->n_subjects[partition];
	size_t from = find_key(items, n, key), to = from;

	while (to < n && key_of(&items[to]) == key)
		to++;
	if (to == from)
		return 0;
	*ret_first = &items[from];
	return to - from;
}

const struct watch_entry *
registry_watched(const struct registry *registry, uint64_t key)
{
	size_t low = 0, high = registry->n_watch;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (registry->watch[mid].key < key)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == registry->n_watch || registry->watch[low].key != key)
		return NULL;
	return &registry->watch[low];
}

/* By days of UTC: a moment's own hour hardly matters to a service. */
static int64_t
day_of(struct register_time time)
{
	enum { DAY_MS = 86400000 };

	if (time.form == REGISTER_DAY)
		return time.value;
	return time.value / DAY_MS - (time.value % DAY_MS < 0);
}

static bool
holds(const struct roster_entry *entry, int32_t day)
{
	return (entry->from.form == REGISTER_UNTOLD ||
		       day_of(entry->from) <= day) &&
		(entry->to.form == REGISTER_UNTOLD || day <= day_of(entry->to));
}

static bool
is_dated(const struct roster_entry *entry)
{
	return entry->from.form != REGISTER_UNTOLD ||
		entry->to.form != REGISTER_UNTOLD;
}

const struct roster_entry *
registry_service(const struct registry *registry, struct slice user,
	int32_t day)
{
	const struct roster_entry *best = NULL, *roster = registry->roster;
	size_t low = 0, high = registry->n_roster;
	uint32_t number;

	if (!dict_find(&registry->names[REGISTRY_USER], user, &number) ||
		number == 0)
		return NULL;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (roster[mid].user < number)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < registry->n_roster && roster[low].user == number; low++) {
		if (holds(&roster[low], day) &&
			(best == NULL || is_dated(&roster[low]) ||
				!is_dated(best)))
			best = &roster[low];
	}
	return best;
}
