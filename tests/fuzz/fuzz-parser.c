/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a log, through reader and parser with everything on: each line
 * has a reason, each lookup what a lookup has, and what is said of it is text
 * that ends. The same bytes give the same lines. */
#include "format/parser.h"
#include "tests/fuzz/fuzz.h"

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
read_all(const uint8_t *data, size_t len, size_t piece,
	const struct format_options *options)
{
	static struct reader_spare spare;
	const struct reader_limits limits = { .line = 512, .ratio = 1000,
		.spare = &spare };
	struct fuzz_feed bytes = fuzz_feed(data, len, piece);
	struct sum sum = { 0 };
	struct fault fault = { 0 };
	struct reader *reader = NULL;
	struct parser *parser = NULL;
	struct parsed parsed = { 0 };
	char buf[64];

	MUST(reader_open_feed(&reader, "log", &bytes.feed, &limits,
		&fault) == 0);
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

/* The first byte says what is on. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct slice also[] = { { "unit", 4 }, { "path", 4 } };
	static struct zone *zone;
	struct format_options options = { 0 };
	struct fault fault = { 0 };
	struct sum one, two;

	if (len < 2)
		return 0;
	if (zone == NULL)
		MUST(zone_open(&zone, "UTC", &fault) == 0);
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
	if ((data[0] & 0xe8) == 0xe8)
		options.split = ";"; /* a MiB for its subjects */
	one = read_all(data + 1, len - 1, len, &options);
	if (data[0] & 16)
		return 0;
	two = read_all(data + 1, len - 1, 1 + len % 16, &options);
	MUST(memcmp(&one, &two, sizeof(one)) == 0);
	return 0;
}
