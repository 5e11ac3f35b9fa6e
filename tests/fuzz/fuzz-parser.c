/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a log, through reader and parser with everything on: each line
 * has a reason, each lookup what a lookup has, and what is said of it is text
 * that ends. The same bytes give the same lines. */
#include "base/base.h"

#include <sys/mman.h>
#include <unistd.h>

#include "format/parser.h"

/* A program of libFuzzer ends this way when it has found something. */
#define MUST(what) do { \
	if (!(what)) \
		__builtin_trap(); \
} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What reading gave, to be compared. */
struct sum {
	uint64_t lines, last, hash;
	uint64_t counts[REASON_N];
};

static void
add(struct sum *sum, struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		sum->hash = (sum->hash ^ (unsigned char)text.at[i]) *
			UINT64_C(1099511628211);
	sum->hash = (sum->hash ^ text.len) * UINT64_C(1099511628211);
}

static void
take(struct sum *sum, const struct parser *parser, const struct parsed *parsed)
{
	char why[256];

	sum->lines++;
	sum->counts[parsed->reason]++;
	MUST(parsed->line.number >= 1);
	add(sum, parsed->line.text);
	if (reason_is_reject(parsed->reason)) {
		parser_explain(parser, parsed, why, sizeof(why));
		MUST(strnlen(why, sizeof(why)) < sizeof(why));
	}
	MUST((parsed->reason == REASON_LOOKUP) == (parsed->n_subjects > 0));
	if (parsed->reason != REASON_LOOKUP)
		return;
	MUST(field_given(parsed->record.field[FIELD_USER]));
	for (size_t f = 0; f < FIELD_N; f++)
		if (f != FIELD_SUBJECT)
			add(sum, parsed->record.field[f]);
	for (size_t i = 0; i < parsed->n_subjects; i++) {
		MUST(field_given(parsed->subjects[i].name));
		add(sum, parsed->subjects[i].name);
		add(sum, parsed->subjects[i].logged);
	}
}

static struct sum
read_all(const char *path, const struct format_options *options)
{
	static struct reader_spare spare;
	const struct reader_limits limits = { .line = 512, .ratio = 1000,
		.spare = &spare };
	struct sum sum = { 0 };
	struct fault fault = { 0 };
	struct reader *reader = NULL;
	struct parser *parser = NULL;
	struct parsed parsed = { 0 };
	char buf[64];

	MUST(reader_open(&reader, path, &limits, &fault) == 0);
	if (parser_open(&parser, reader, options, &fault) != 0) {
		MUST(fault.code == FAULT_USAGE);
		goto out;
	}
	while (parser_next(parser, &parsed, &fault) > 0)
		take(&sum, parser, &parsed);
	MUST(fault.code == FAULT_NONE);
	parser_describe(parser, buf, sizeof(buf));
	MUST(strnlen(buf, sizeof(buf)) < sizeof(buf));
out:
	parser_free(parser);
	reader_free(reader);
	return sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct slice also[] = { { "unit", 4 }, { "path", 4 } };
	static struct zone *zone;
	static int fd = -1;
	struct format_options options = { .split = ";" };
	struct fault fault = { 0 };
	struct sum one, two;
	char path[64];

	if (len < 2)
		return 0;
	if (zone == NULL)
		MUST(zone_open(&zone, "UTC", &fault) == 0);
	if (fd < 0)
		fd = memfd_create("log", 0);
	options.zone = zone;
	if (data[0] & 1) {
		options.map.of[FIELD_UNIT] = "1";
		options.map.of[FIELD_SOURCE] = "syslog-host";
	}
	if (data[0] & 2) {
		options.also = also;
		options.n_also = ARRAY_LEN(also);
	}
	if (data[0] & 4)
		options.map.of[FIELD_SUBJECT] = "a.b";
	MUST(fd >= 0 && ftruncate(fd, 0) == 0 &&
		pwrite(fd, data + 1, len - 1, 0) == (ssize_t)(len - 1));
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	one = read_all(path, &options);
	two = read_all(path, &options);
	MUST(memcmp(&one, &two, sizeof(one)) == 0);
	return 0;
}
