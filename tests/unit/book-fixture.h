/* SPDX-License-Identifier: Apache-2.0 */
/* Small logs made up of numbers, written to files and read as a book. */
#ifndef QUIS_TESTS_BOOK_FIXTURE_H
#define QUIS_TESTS_BOOK_FIXTURE_H

#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "lookup/book.h"
#include "tests/unit/random.h"
#include "tests/unit/unit.h"

enum {
	FIXTURE_FILES = 7,
	FIXTURE_ADDRESS = 1000, /* sources from here on: ten addresses a /24 */
};

static char fixture[] = "/tmp/quis-book-XXXXXX";
static struct zone *fixture_utc;
static struct spill *fixture_spill; /* NULL: memory has no bound */

/* 0 in unit, role, kind, area, caseref and source: not given. */
struct entry {
	int64_t ms;
	uint32_t user, unit, role, kind, area, caseref, source, subject;
	bool text; /* the subject is no number */
};

static inline int
fixture_open(void **state)
{
	struct fault fault = { 0 };

	(void)state;
	return mkdtemp(fixture) == NULL ||
			zone_open(&fixture_utc, "UTC", &fault) != 0 ?
		-1 :
		0;
}

static inline void
fixture_path(char *buf, size_t size, size_t file)
{
	(void)snprintf(buf, size, "%s/%zu.csv", fixture, file);
}

static inline void
fixture_remove(void)
{
	char path[64];

	for (size_t i = 0; i < FIXTURE_FILES; i++) {
		fixture_path(path, sizeof(path), i);
		(void)unlink(path);
	}
}

static inline int
fixture_close(void **state)
{
	(void)state;
	fixture_remove();
	zone_free(fixture_utc);
	return rmdir(fixture);
}

static inline const char *
name_of(char *buf, size_t size, const char *prefix, uint32_t number)
{
	buf[0] = '\0';
	if (number > 0)
		(void)snprintf(buf, size, "%s%04u", prefix, number);
	return buf;
}

/* Of texts, some that are packed and some that are not. */
static inline const char *
text_prefix(uint32_t subject)
{
	return subject % 2 == 0 ? "S-" : "s-";
}

static inline void
subject_of(const struct entry *entry, char *buf, size_t size)
{
	(void)snprintf(buf, size, "%s%u",
		entry->text ? text_prefix(entry->subject) : "",
		entry->subject);
}

static inline const char *
source_of(const struct entry *entry, char *buf, size_t size)
{
	uint32_t n = entry->source - FIXTURE_ADDRESS;

	if (entry->source < FIXTURE_ADDRESS)
		return name_of(buf, size, "s", entry->source);
	(void)snprintf(buf, size, "10.0.%u.%u", n / 10, n % 10);
	return buf;
}

/* One line, without what all of its columns but these are not given. */
static inline void
entry_write(FILE *out, const struct entry *entry)
{
	char unit[16], role[16], kind[16], caseref[16], source[24], area[16];
	char subject[16];

	subject_of(entry, subject, sizeof(subject));
	fprintf(out, "%013" PRId64 ",u%04u,%s,%s,%s,%s,%s,%s,%s\n", entry->ms,
		entry->user, name_of(unit, sizeof(unit), "n", entry->unit),
		name_of(role, sizeof(role), "r", entry->role),
		name_of(kind, sizeof(kind), "k", entry->kind), subject,
		name_of(caseref, sizeof(caseref), "c", entry->caseref),
		source_of(entry, source, sizeof(source)),
		name_of(area, sizeof(area), "a", entry->area));
}

#define FIXTURE_HEADER "ts,user,unit,role,kind,subject,case,ip,area\n"

/* Write the entries to up to FIXTURE_FILES files, one after another. */
static inline void
entries_write(const struct entry *entries, size_t n, size_t files,
	const char *header)
{
	char path[64];

	fixture_remove();
	for (size_t f = 0; f < files; f++) {
		FILE *out;

		fixture_path(path, sizeof(path), f);
		out = fopen(path, "w");
		assert_non_null(out);
		(void)fputs(header, out);
		for (size_t i = n * f / files; i < n * (f + 1) / files; i++)
			entry_write(out, &entries[i]);
		assert_int_equal(fclose(out), 0);
	}
}

static inline void
entries_shuffle(struct entry *entries, size_t n, struct draw *draw)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = draw_below(draw, i);
		struct entry swap = entries[i - 1];

		entries[i - 1] = entries[k];
		entries[k] = swap;
	}
}

/* The list must outlive the book; the registry, too: NULL: none. */
static inline struct book *
book_with(const struct registry *registry, unsigned threads,
	struct input_list *list)
{
	struct book_options options = { .format = { .zone = fixture_utc },
		.limits = reader_limits_default, .threads = threads,
		.registry = registry,
		.spill = fixture_spill };
	struct fault fault = { 0 };
	struct book *book = NULL;

	*list = (struct input_list){ 0 };
	assert_int_equal(input_list_add(list, fixture, &fault), 0);
	assert_int_equal(input_list_close(list, &fault), 0);
	if (book_read(&book, list, &options, NULL, NULL, &fault) != 0)
		fail_msg("%s", fault.text);
	return book;
}

static inline struct book *
book_of_files(unsigned threads, struct input_list *list)
{
	return book_with(NULL, threads, list);
}

#endif
