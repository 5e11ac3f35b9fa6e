/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes in a JSON document: the same records in however many pieces the
 * text comes, and if jansson takes it for an array, its elements. */
#include <jansson.h>

#include "format/dialect.h"
#include "tests/fuzz/fuzz.h"

/* More than the head, which would be gathered from pieces. */
enum { HEAD = 66000, TEXT_MOST = 4096, RECORDS = 512 };

static char text[HEAD + TEXT_MOST];

struct seen {
	enum reader_step step;
	enum reason reason;
	uint64_t line;
	size_t start, len; /* of its text, in `texts` */
};

struct told {
	struct seen records[RECORDS];
	size_t n, used;
	char texts[2 * sizeof(text)];
};

static struct told first, second;

static enum reason
read_record(struct dialect *dialect, struct slice record)
{
	struct slice values[2];
	struct fault fault = { 0 };
	int wanted[2] = { 0, 1 };
	enum reason reason;
	unsigned version;

	dialect->wanted = wanted;
	do {
		version = dialect->version;
		dialect->n_wanted = dialect->n_names < 2 ? dialect->n_names :
							   2;
		reason = dialect_json.read(dialect, record, values, &fault);
	} while (version != dialect->version);
	dialect->n_wanted = 0;
	MUST(fault.code == FAULT_NONE);
	return reason;
}

static void
tell(struct told *told, size_t len, size_t piece, size_t limit)
{
	static struct reader_spare spare;
	struct reader_limits limits = { .line = limit, .spare = &spare };
	struct fuzz_feed bytes = fuzz_feed((const uint8_t *)text, len, piece);
	struct fault fault = { 0 };
	struct dialect *dialect;
	struct reader *reader;
	struct seen *one;
	struct slice head;
	struct line line;
	bool whole;

	bytes.first = HEAD;
	MUST(reader_open_feed(&reader, "log", &bytes.feed, &limits,
		&fault) == 0);
	head = reader_head(reader, &whole);
	MUST(dialect_json.open(&dialect, head, whole, &fault) == 0);
	told->n = told->used = 0;
	for (;;) {
		one = &told->records[told->n];
		one->step = dialect_json.next(dialect, reader, &line);
		if (one->step == READER_END || ++told->n == RECORDS)
			break;
		/* what is missing has no text */
		MUST(line.text.len > 0 || one->step == READER_CUT);
		one->reason = one->step == READER_LINE ?
			read_record(dialect, line.text) :
			REJECT_LONG;
		one->line = line.number;
		one->start = told->used;
		one->len = line.text.len;
		MUST(one->len <= sizeof(told->texts) - told->used);
		memcpy(told->texts + told->used, line.text.at, one->len);
		told->used += one->len;
	}
	dialect_json.free(dialect);
	reader_free(reader);
}

/* The first element is the one of the frame. */
static void
must_be_elements(const struct told *told, const json_t *array)
{
	size_t n = json_array_size(array), objects = 0, good = 0, at = 0;

	for (size_t i = 0; i < n; i++)
		objects += json_is_object(json_array_get(array, i));
	for (size_t i = 0; i < told->n; i++) {
		const struct seen *one = &told->records[i];
		json_t *json;

		if (one->reason != REASON_LOOKUP)
			continue;
		good++;
		json = json_loadb(told->texts + one->start, one->len,
			JSON_ALLOW_NUL, NULL);
		MUST(json_is_object(json));
		while (at < n && !json_equal(json_array_get(array, at), json))
			at++;
		MUST(at++ < n);
		json_decref(json);
	}
	MUST(good <= objects);
	/* Broken ones are of those that we refuse and jansson does not. */
	if (objects == n && told->n < RECORDS && good < objects) {
		for (size_t i = 0; i < told->n; i++)
			objects += told->records[i].reason != REASON_LOOKUP;
		MUST(good < objects);
	}
}

static size_t
brackets_in(const uint8_t *data, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += data[i] == '[' || data[i] == '{';
	return n;
}

/* What comes behind the head comes in pieces. */
static void
check_pieces(const uint8_t *data, size_t len, size_t begin, size_t limit)
{
	memset(text + begin, ' ', HEAD - begin);
	/* A line end before what comes, or none. */
	if (data[0] & 16)
		text[HEAD - 2] = '\n';
	memcpy(text + HEAD, data + 2, len - 2);
	len += HEAD - 2;
	tell(&first, len, TEXT_MOST, limit);
	tell(&second, len, 1 + data[1] % 64, limit);
	MUST(first.n == second.n && first.used == second.used);
	MUST(memcmp(first.records, second.records,
		first.n * sizeof(first.records[0])) == 0);
	MUST(memcmp(first.texts, second.texts, first.used) == 0);
}

/* A few executions have pieces, which take long; the others jansson. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const frames[] = { "[{\"u\":1}",
		"{\"Records\":[{\"u\":1}", "[\n {\n  \"u\":1}",
		"{\"hits\":{\"hits\":[{\"u\":1}" };
	static const size_t limits[] = { 1 << 20, 100, 0, 1100 };
	const char *frame;
	size_t begin, limit;
	json_t *json;

	if (len < 2 || len - 2 > TEXT_MOST)
		return 0;
	frame = frames[data[0] % 4];
	limit = limits[data[0] / 4 % 4];
	begin = strlen(frame);
	memcpy(text, frame, begin);
	if ((data[0] & 0xe0) == 0xe0) {
		check_pieces(data, len, begin, limit);
		return 0;
	}
	memcpy(text + begin, data + 2, len - 2);
	tell(&first, begin + len - 2, TEXT_MOST, limit);
	/* What is nested too deeply is searched for elements. */
	if (data[0] % 4 != 0 || limit != 1 << 20 ||
		brackets_in(data + 2, len - 2) >= 60)
		return 0;
	json = json_loadb(text, begin + len - 2, JSON_ALLOW_NUL, NULL);
	if (json != NULL)
		must_be_elements(&first, json);
	json_decref(json);
	return 0;
}
