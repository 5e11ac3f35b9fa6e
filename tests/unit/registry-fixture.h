/* SPDX-License-Identifier: Apache-2.0 */
/* Registers made of texts, and what is read of them. */
#ifndef QUIS_TESTS_REGISTRY_FIXTURE_H
#define QUIS_TESTS_REGISTRY_FIXTURE_H

#include "tests/unit/reader-fixture.h"

#include "registry/registry.h"
#include "tests/unit/unit.h"

static struct zone *zone;
static char sheet_paths[SHEET_N][64];

static inline int
open_all(void **state)
{
	struct fault fault = { 0 };

	return zone_open(&zone, "Asia/Dhaka", &fault) != 0 ? -1 : setup(state);
}

static inline int
close_all(void **state)
{
	for (size_t k = 0; k < SHEET_N; k++)
		(void)unlink(sheet_paths[k]);
	zone_free(zone);
	return teardown(state);
}

/* The registers of one test; a text of NULL is not given. */
struct given {
	struct slice of[SHEET_N];
	unsigned threads;
};

static inline void
put_sheet(enum sheet_kind kind, struct slice text, struct registry_paths *paths)
{
	(void)snprintf(sheet_paths[kind], sizeof(sheet_paths[kind]), "%s/%s",
		directory, sheet_kind_name(kind));
	(void)snprintf(path, sizeof(path), "%s", sheet_paths[kind]);
	put(text.at, text.len);
	(void)snprintf(path, sizeof(path), "%s/log", directory);
	paths->of[kind] = sheet_paths[kind];
}

static inline int
read_given(struct registry **ret, const struct given *given,
	struct fault *fault)
{
	struct registry_paths paths = { { NULL } };

	*fault = (struct fault){ 0 };
	for (size_t k = 0; k < SHEET_N; k++) {
		if (given->of[k].at != NULL)
			put_sheet((enum sheet_kind)k, given->of[k], &paths);
	}
	return registry_read(ret, &paths, NULL, zone,
		given->threads > 0 ? given->threads : 2, fault);
}

static inline struct registry *
read_all(const struct given *given)
{
	struct registry *registry;
	struct fault fault;

	if (read_given(&registry, given, &fault) != 0)
		fail_msg("%s: %s", fault.file, fault.text);
	return registry;
}

static inline struct registry *
read_one(enum sheet_kind kind, struct slice text)
{
	struct given given = { .threads = 2 };

	given.of[kind] = text;
	return read_all(&given);
}

/* The text is misuse, and the sentence holds `words`. */
static inline void
expect_fault(enum sheet_kind kind, struct slice text, const char *words)
{
	struct given given = { .threads = 2 };
	struct registry *registry;
	struct fault fault;

	given.of[kind] = text;
	assert_int_equal(read_given(&registry, &given, &fault), -1);
	assert_int_equal(fault.code, FAULT_USAGE);
	assert_string_equal(fault.file, sheet_paths[kind]);
	if (strstr(fault.text, words) == NULL)
		fail_msg("\"%s\" lacks \"%s\"", fault.text, words);
}

static inline void
expect_rows(const struct sheet_facts *facts, uint64_t rows, uint64_t accepted,
	uint64_t repeated)
{
	assert_int_equal(facts->rows, rows);
	assert_int_equal(facts->accepted, accepted);
	assert_int_equal(facts->repeated, repeated);
}

static inline void
expect_problem(const struct sheet_facts *facts, enum sheet_problem problem,
	uint64_t n, uint64_t line, const char *detail)
{
	assert_int_equal(facts->counts[problem], n);
	assert_int_equal(facts->first_line[problem], line);
	assert_string_equal(facts->detail[problem], detail);
}

static inline void
expect_no_problem(const struct sheet_facts *facts)
{
	for (size_t i = 0; i < PROBLEM_N; i++) {
		if (facts->counts[i] > 0)
			fail_msg("line %llu: %s (%s)",
				(unsigned long long)facts->first_line[i],
				sheet_problem_text((enum sheet_problem)i),
				facts->detail[i]);
	}
}

static inline struct slice
name_of(const struct registry *registry, enum registry_dict dict,
	uint32_t number)
{
	assert_true(number < registry->names[dict].n);
	return registry->names[dict].names[number];
}

static inline void
assert_time(struct register_time time, int form, int64_t value)
{
	assert_int_equal(time.form, form);
	assert_int_equal(time.value, value);
}

#endif
