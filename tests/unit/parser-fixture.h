/* SPDX-License-Identifier: Apache-2.0 */
/* A text that is parsed as a log. */
#ifndef QUIS_TESTS_PARSER_FIXTURE_H
#define QUIS_TESTS_PARSER_FIXTURE_H

#include "tests/unit/reader-fixture.h"

#include "format/parser.h"
#include "tests/unit/unit.h"

static struct zone *utc;

static inline int
open_all(void **state)
{
	struct fault fault = { 0 };

	return zone_open(&utc, "UTC", &fault) != 0 ? -1 : setup(state);
}

static inline int
close_all(void **state)
{
	zone_free(utc);
	return teardown(state);
}

/* A log being parsed, in the file all of them use. */
struct log {
	struct reader *reader;
	struct parser *parser;
	struct parsed parsed;
	struct format_options options;
};

static inline int
log_open_with(struct log *log, struct slice text,
	const struct format_options *options, const char *regex,
	struct fault *fault)
{
	struct reader_limits limits = { .line = 100000, .ratio = 1000 };
	struct pattern *pattern = NULL;

	*log = (struct log){ .options = *options };
	*fault = (struct fault){ 0 };
	put(text.at, text.len);
	if (regex != NULL)
		assert_int_equal(pattern_open(&pattern, regex, NULL, fault), 0);
	log->options.pattern = pattern;
	assert_int_equal(reader_open(&log->reader, path, &limits, fault), 0);
	return parser_open(&log->parser, log->reader, &log->options, fault);
}

static inline int
log_open(struct log *log, struct slice text, const char *regex,
	struct fault *fault)
{
	struct format_options options = { .zone = utc };

	return log_open_with(log, text, &options, regex, fault);
}

static inline void
log_close(struct log *log)
{
	parser_free(log->parser);
	reader_free(log->reader);
	pattern_free((struct pattern *)(uintptr_t)log->options.pattern);
}

static inline enum reason
next(struct log *log)
{
	struct fault fault = { 0 };

	assert_int_equal(parser_next(log->parser, &log->parsed, &fault), 1);
	return log->parsed.reason;
}

static inline void
at_end(struct log *log)
{
	struct fault fault = { 0 };

	assert_int_equal(parser_next(log->parser, &log->parsed, &fault), 0);
	assert_int_equal(fault.code, FAULT_NONE);
}

/* Parse a text and compare the reasons, line by line. */
static inline void
expect_reasons(struct slice text, const char *regex,
	const enum reason *reasons, size_t n)
{
	struct log log;
	struct fault fault;

	if (log_open(&log, text, regex, &fault) != 0)
		fail_msg("%s", fault.text);
	for (size_t i = 0; i < n; i++) {
		enum reason reason = next(&log);

		if (reason != reasons[i])
			fail_msg("line %llu: %s, not %s",
				(unsigned long long)log.parsed.line.number,
				reason_name(reason), reason_name(reasons[i]));
	}
	at_end(&log);
	log_close(&log);
}

#define EXPECT(text, regex, ...) do { \
	static const enum reason reasons[] = { __VA_ARGS__ }; \
	expect_reasons(LITERAL(text), regex, reasons, ARRAY_LEN(reasons)); \
} while (0)

#endif
