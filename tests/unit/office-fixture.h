/* SPDX-License-Identifier: Apache-2.0 */
/* An office: registers made of texts, and a log made of entries. */
#ifndef QUIS_TESTS_OFFICE_FIXTURE_H
#define QUIS_TESTS_OFFICE_FIXTURE_H

#include "tests/unit/turn-fixture.h"
#include "turn/office.h"

enum { DAY_MS = 86400 * 1000, MINUTE_MS = 60 * 1000 };

/* Texts of registers; NULL: not given. */
struct sheets {
	const char *of[SHEET_N];
};

struct bureau {
	struct registry *own; /* NULL: borrowed */
	const struct registry *registry;
	struct book *book;
	struct office *office;
	struct input_list list;
	struct window window;
};

static inline struct registry *
sheets_read(const struct sheets *sheets)
{
	char folder[] = "/tmp/quis-office-XXXXXX", paths[SHEET_N][64];
	struct registry_paths given = { { NULL } };
	struct registry *registry = NULL;
	struct fault fault = { 0 };

	assert_non_null(mkdtemp(folder));
	for (size_t k = 0; k < SHEET_N; k++) {
		FILE *out;

		if (sheets->of[k] == NULL)
			continue;
		(void)snprintf(paths[k], sizeof(paths[k]), "%s/%zu.csv",
			folder, k);
		out = fopen(paths[k], "w");
		assert_non_null(out);
		(void)fputs(sheets->of[k], out);
		assert_int_equal(fclose(out), 0);
		given.of[k] = paths[k];
	}
	if (registry_read(&registry, &given, NULL, fixture_utc, 2, &fault) != 0)
		fail_msg("%s: %s", fault.file, fault.text);
	for (size_t k = 0; k < SHEET_N; k++)
		assert_true(given.of[k] == NULL || unlink(paths[k]) == 0);
	assert_int_equal(rmdir(folder), 0);
	return registry;
}

/* The log is what entries_write() left. The bureau must not be moved. registry:
 * borrowed; NULL for no registers at all. */
static inline void
bureau_with(struct bureau *bureau, const struct registry *registry,
	const struct window *window, unsigned threads)
{
	struct fault fault = { 0 };

	*bureau = (struct bureau){ .registry = registry, .window = *window };
	bureau->book = book_with(registry, threads, &bureau->list);
	if (registry != NULL)
		assert_int_equal(office_make(&bureau->office, registry,
			bureau->book, &bureau->window, &fault), 0);
}

static inline void
bureau_open(struct bureau *bureau, const struct sheets *sheets,
	const struct window *window, unsigned threads)
{
	struct registry *registry = sheets_read(sheets);

	bureau_with(bureau, registry, window, threads);
	bureau->own = registry;
}

static inline void
bureau_close(struct bureau *bureau)
{
	office_free(bureau->office);
	book_free(bureau->book);
	input_list_free(&bureau->list);
	registry_free(bureau->own);
}

/* Turn the book; window and office are the bureau's. */
static inline void
bureau_turn(const struct bureau *bureau, struct turn_options options,
	struct tally *tally)
{
	struct subject_turn turned;
	struct fault fault = { 0 };

	options.window = bureau->window;
	options.office = bureau->office;
	assert_int_equal(turn_by_subject(bureau->book, &options, &turned,
		&fault), 0);
	assert_int_equal(turn_by_user(bureau->book, &options, &turned, tally,
		&fault), 0);
	subject_turn_free(&turned);
}

#endif
