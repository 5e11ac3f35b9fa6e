/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes in a JSON document: the same records in however many pieces the
 * text comes, and if jansson takes it for an array, its elements. */
#include <jansson.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/base.h"
#include "format/dialect.h"

/* A program of libFuzzer ends this way when it has found something. */
#define MUST(what) do { \
	if (!(what)) \
		__builtin_trap(); \
} while (0)

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Standard input gives the head and then pieces of up to `piece` bytes. */
static void
feed(size_t len, size_t piece)
{
	int pair[2], room = 1 << 20;

	MUST(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0);
	(void)setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	MUST(dup2(pair[1], STDIN_FILENO) == STDIN_FILENO);
	(void)close(pair[1]);
	for (size_t at = 0, n; at < len; at += n) {
		n = at < HEAD ? HEAD : piece;
		if (n > len - at)
			n = len - at;
		MUST(send(pair[0], text + at, n, MSG_DONTWAIT) == (ssize_t)n);
	}
	(void)close(pair[0]);
}

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
	struct fault fault = { 0 };
	struct dialect *dialect;
	struct reader *reader;
	struct seen *one;
	struct slice head;
	struct line line;
	bool whole;

	feed(len, piece);
	MUST(reader_open(&reader, "-", &limits, &fault) == 0);
	head = reader_head(reader, &whole);
	MUST(dialect_json.open(&dialect, head, whole, &fault) == 0);
	told->n = told->used = 0;
	for (;;) {
		one = &told->records[told->n];
		one->step = dialect_json.next(dialect, reader, &line);
		if (one->step == READER_END || ++told->n == RECORDS)
			break;
		MUST(line.text.len > 0);
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
brackets_in(size_t len)
{
	size_t n = 0;

	for (size_t i = HEAD; i < len; i++)
		n += text[i] == '[' || text[i] == '{';
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const frames[] = { "[{\"u\":1}",
		"{\"Records\":[{\"u\":1}", "[\n {\n  \"u\":1}",
		"{\"hits\":{\"hits\":[{\"u\":1}" };
	static const size_t limits[] = { 1 << 20, 100, 0, 1100 };
	static struct told whole, pieces;
	const char *frame;
	size_t begin, limit;
	json_t *json;

	if (len < 3 || len - 3 > TEXT_MOST)
		return 0;
	frame = frames[data[0] % 4];
	limit = limits[data[0] / 4 % 4];
	begin = strlen(frame);
	memset(text, ' ', HEAD);
	memcpy(text, frame, begin);
	/* A line end before what comes, or none. */
	if (data[0] & 16)
		text[HEAD - 2] = '\n';
	memcpy(text + HEAD, data + 3, len - 3);
	len += HEAD - 3;
	tell(&whole, len, TEXT_MOST, limit);
	tell(&pieces, len, 1 + data[1] % 64, limit);
	MUST(whole.n == pieces.n && whole.used == pieces.used);
	MUST(memcmp(whole.records, pieces.records,
		whole.n * sizeof(whole.records[0])) == 0);
	MUST(memcmp(whole.texts, pieces.texts, whole.used) == 0);
	if (data[0] % 4 != 0 || limit != 1 << 20)
		return 0;
	/* What is nested too deeply is searched for elements. */
	if (brackets_in(len) >= 60)
		return 0;
	/* Without the blanks, as jansson is slow. */
	memmove(text + begin, text + HEAD, len - HEAD);
	json = json_loadb(text, begin + len - HEAD, JSON_ALLOW_NUL, NULL);
	if (json != NULL)
		must_be_elements(&whole, json);
	json_decref(json);
	return 0;
}
