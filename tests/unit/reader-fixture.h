/* SPDX-License-Identifier: Apache-2.0 */
/* Files made for a reader, and all that it says of them. */
#ifndef QUIS_TESTS_READER_FIXTURE_H
#define QUIS_TESTS_READER_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include "base/base.h"
#include "input/reader.h"

static char directory[] = "/tmp/quis-reader-XXXXXX";
static char path[64];

static inline int
setup(void **state)
{
	(void)state;
	if (mkdtemp(directory) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/log", directory);
	return 0;
}

static inline int
teardown(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(directory);
}

/* Bytes that grow. */
struct bytes {
	char *at;
	size_t len, cap;
};

static inline void
bytes_add(struct bytes *bytes, const void *at, size_t len)
{
	if (bytes->cap - bytes->len < len) {
		bytes->cap = (bytes->cap + len) * 2;
		bytes->at = realloc(bytes->at, bytes->cap);
		assert_non_null(bytes->at);
	}
	if (len > 0)
		memcpy(bytes->at + bytes->len, at, len);
	bytes->len += len;
}

static inline void
bytes_free(struct bytes *bytes)
{
	free(bytes->at);
	*bytes = (struct bytes){ 0 };
}

static inline void
bytes_add_packed(struct bytes *bytes, const void *text, size_t len, int level)
{
	unsigned char out[65536];
	z_stream z = { 0 };
	int status;

	assert_int_equal(deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 9,
		Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (Bytef *)(uintptr_t)text;
	z.avail_in = (uInt)len;
	do {
		z.next_out = out;
		z.avail_out = sizeof(out);
		status = deflate(&z, Z_FINISH);
		bytes_add(bytes, out, sizeof(out) - z.avail_out);
	} while (status == Z_OK);
	assert_int_equal(status, Z_STREAM_END);
	deflateEnd(&z);
}

static inline void
bytes_add_member(struct bytes *bytes, const void *text, size_t len)
{
	bytes_add_packed(bytes, text, len, 6);
}

static inline void
put(const void *at, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, at, len), (ssize_t)len);
	close(fd);
}

/* All that a reader says: lines joined by LF, what they were, the facts. */
struct seen {
	struct bytes text;
	char steps[16]; /* l, o, c of the first lines */
	unsigned lines, overlong, cut;
	struct reader_facts facts;
};

static inline void
take(struct seen *seen, struct reader *reader)
{
	struct line line;
	enum reader_step step;
	uint64_t n = 0;

	*seen = (struct seen){ 0 };
	while ((step = reader_next(reader, &line)) != READER_END) {
		assert_int_equal(line.number, n + 1);
		if (n < sizeof(seen->steps) - 1)
			seen->steps[n] = "loc"[step];
		n++;
		seen->lines += step == READER_LINE;
		seen->overlong += step == READER_OVERLONG;
		seen->cut += step == READER_CUT;
		bytes_add(&seen->text, line.text.at, line.text.len);
		bytes_add(&seen->text, "\n", 1);
	}
	assert_int_equal(reader_next(reader, &line), READER_END);
	seen->facts = *reader_facts(reader);
	assert_int_equal(seen->facts.bytes, reader_progress(reader));
}

static inline void
look_with(struct seen *seen, size_t limit)
{
	struct reader_limits limits = { .line = limit, .ratio = 1000 };
	struct fault fault = { 0 };
	struct reader *reader;

	assert_int_equal(reader_open(&reader, path, &limits, &fault), 0);
	take(seen, reader);
	reader_free(reader);
}

/* Read `at` as a file and compare lines, steps, state and note. */
static inline void
expect(const void *at, size_t len, const char *text, const char *steps,
	enum input_state state, const char *note)
{
	struct seen seen;

	put(at, len);
	look_with(&seen, 1 << 20);
	bytes_add(&seen.text, "", 1);
	assert_string_equal(seen.text.at, text);
	assert_string_equal(seen.steps, steps);
	assert_int_equal(seen.facts.state, state);
	assert_string_equal(seen.facts.note, note);
	assert_int_equal(seen.facts.bytes, len);
	bytes_free(&seen.text);
}

#endif
