/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The common and combined formats of web servers, with or without a virtual
 * host before and other fields behind:
 *   [VHOST[:PORT] ]ADDRESS IDENT USER [TIME] "REQUEST" STATUS BYTES
 *   ["REFERER" "AGENT"] ...
 * Servers escape quotes in whatever a client sends, so that a quote behind
 * [TIME] is their own: the first such place divides the record, whatever a
 * user calls himself.
 */
#include "format/dialect.h"

#include "format/head.h"
#include "format/pairs.h"
#include "format/query.h"

enum part {
	PART_ADDRESS,
	PART_IDENT,
	PART_USER,
	PART_TIME,
	PART_METHOD,
	PART_URL,
	PART_PATH,
	PART_PROTOCOL,
	PART_STATUS,
	PART_BYTES,
	PART_REFERER,
	PART_AGENT,
	PART_VHOST,
	PART_EXTRA, /* what follows, one after another */
	PARTS = PART_EXTRA + 4,
};

static const char *const part_names[PARTS] = { "remoteaddr", "ident",
	"remoteuser", "time", "method", "url", "path", "protocol", "status",
	"bytes", "referer", "agent", "vhost", "extra1", "extra2", "extra3",
	"extra4" };

enum { LOOKS_LINES = 20, LOOKS_OF_FIVE = 4, METHOD_MOST = 32, TIME_MOST = 48 };

struct combined {
	struct dialect base;
	struct pairs pairs;
	const char *wrong;
};

/* What a record is made of, as it is written. */
struct parts {
	struct slice of[PARTS];
	struct slice query;
};

static inline struct slice
between(const char *from, const char *to)
{
	return (struct slice){ from, (size_t)(to - from) };
}

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Behind a bracket: 01/May/2026:10:11:12 +0600] " or 2026-05-01T10:11:12Z] ",
 * then where its bracket closes; else NULL. */
static const char *
time_end(const char *at, const char *end)
{
	size_t len = (size_t)(end - at);
	const char *close;

	if (len < 24 || !is_digit(at[0]) || !is_digit(at[1]))
		return NULL;
	if ((at[2] != '/' || at[6] != '/' || at[11] != ':' || at[14] != ':') &&
		(at[4] != '-' || at[7] != '-' || at[10] != 'T'))
		return NULL;
	close = memchr(at, ']', len < TIME_MOST ? len : TIME_MOST);
	if (close == NULL || end - close < 3 || close[1] != ' ' ||
		close[2] != '"')
		return NULL;
	return close;
}

/* The quote that ends what begins behind one, or NULL. */
static const char *
quote_end(const char *at, const char *end)
{
	const char *from = at;

	while (at < end) {
		const char *quote = memchr(at, '"', (size_t)(end - at));
		size_t escapes = 0;

		if (quote == NULL)
			return NULL;
		while (quote - escapes > from && quote[-1 - (ptrdiff_t)escapes]
				== '\\')
			escapes++;
		if (escapes % 2 == 0)
			return quote;
		at = quote + 1;
	}
	return NULL;
}

/* portal.example:443 or [2001:db8::1]:443, but no address with colons. */
static bool
is_vhost(struct slice word)
{
	const char *end = word.at + word.len;
	const char *colon = memchr(word.at, ':', word.len);

	if (colon == NULL)
		return false;
	if (word.at[0] == '[') {
		colon = memchr(word.at, ']', word.len);
		if (colon == NULL || end - colon < 2 || colon[1] != ':')
			return false;
		colon++;
	}
	if (end - colon < 2 || end - colon > 6)
		return false;
	for (const char *at = colon + 1; at < end; at++) {
		if (!is_digit(*at))
			return false;
	}
	return true;
}

/* Cut a word and the blank behind it off *text. */
static struct slice
take_word(struct slice *text)
{
	const char *stop = memchr(text->at, ' ', text->len);
	struct slice word = *text;

	if (stop == NULL) {
		text->at += text->len;
		text->len = 0;
		return word;
	}
	word.len = (size_t)(stop - text->at);
	text->at = stop + 1;
	text->len -= word.len + 1;
	return word;
}

/* Before the time; users may have blanks in their names. */
static bool
split_front(struct slice front, struct parts *parts)
{
	struct slice first = take_word(&front), second = take_word(&front);
	struct slice rest = front, third = take_word(&rest);
	struct slice *of = parts->of;

	if (first.len == 0 || second.len == 0 || front.len == 0)
		return false;
	/* Hardly any client is identified: a dash is the ident. */
	if (rest.len > 0 &&
		(is_vhost(first) ||
			(!slice_is(second, "-") && slice_is(third, "-")))) {
		of[PART_VHOST] = first;
		first = second;
		second = third;
		front = rest;
	}
	of[PART_ADDRESS] = first;
	of[PART_IDENT] = second;
	if (front.len >= 2 && front.at[0] == '"' &&
		front.at[front.len - 1] == '"')
		front = (struct slice){ front.at + 1, front.len - 2 };
	of[PART_USER] = front;
	return true;
}

/* METHOD URL PROTOCOL; whatever else a client sent says nothing. */
static void
split_request(struct slice request, struct parts *parts)
{
	struct slice *of = parts->of;
	struct slice method = take_word(&request);
	const char *blank;

	if (method.len == 0 || method.len > METHOD_MOST || request.len == 0)
		return;
	for (size_t i = 0; i < method.len; i++) {
		char c = method.at[i];

		if ((c < 'A' || c > 'Z') && c != '-' && c != '_')
			return;
	}
	blank = memrchr(request.at, ' ', request.len);
	if (blank != NULL &&
		(size_t)(request.at + request.len - blank) > 5 &&
		memcmp(blank + 1, "HTTP/", 5) == 0) {
		of[PART_PROTOCOL] = between(blank + 1,
			request.at + request.len);
		request.len = (size_t)(blank - request.at);
	} else if (request.at[0] != '/') {
		return;
	}
	of[PART_METHOD] = method;
	of[PART_URL] = request;
	url_split(request, &of[PART_PATH], &parts->query);
}

/* " STATUS BYTES" and what the administrator added; *at is behind the request.
 * NULL: done. Else what is wrong with it. */
static const char *
split_back(const char *at, const char *end, struct parts *parts)
{
	struct slice rest = between(at, end), status;
	enum part quoted = PART_REFERER, other = PART_EXTRA;
	static const char no_status[] = "no status behind the request";

	if (rest.len < 2 || rest.at[0] != ' ')
		return no_status;
	rest = (struct slice){ rest.at + 1, rest.len - 1 };
	status = take_word(&rest);
	if (!slice_is(status, "-") &&
		(status.len != 3 || !is_digit(status.at[0]) ||
			!is_digit(status.at[1]) || !is_digit(status.at[2])))
		return no_status;
	parts->of[PART_STATUS] = status;
	if (rest.len > 0 && rest.at[0] != '"')
		parts->of[PART_BYTES] = take_word(&rest);
	while (rest.len > 0) {
		bool is_quoted = rest.at[0] == '"';
		struct slice word;

		if (rest.at[0] == '[' && time_end(rest.at + 1, end) != NULL)
			return "another record in the same line";
		if (is_quoted) {
			const char *stop = quote_end(rest.at + 1, end);

			/* The log was cut off: what is there is there. */
			if (stop == NULL)
				stop = end;
			word = between(rest.at + 1, stop);
			rest = between(stop < end ? stop + 1 : end, end);
		} else {
			word = take_word(&rest);
		}
		if (is_quoted && quoted <= PART_AGENT)
			parts->of[quoted++] = word;
		else if (word.len > 0 && other < PARTS)
			parts->of[other++] = word;
	}
	return NULL;
}

/* NULL: done. Else what is wrong with it. */
static const char *
split_line(struct slice text, struct parts *parts)
{
	const char *at = text.at, *end = text.at + text.len;
	const char *open, *close = NULL, *stop;

	memset(parts, 0, sizeof(*parts));
	for (;; at = open + 1) {
		open = memchr(at, '[', (size_t)(end - at));
		if (open == NULL)
			return "no [time] before a \"request\"";
		close = time_end(open + 1, end);
		if (close != NULL && open > text.at && open[-1] == ' ')
			break;
	}
	if (!split_front(between(text.at, open - 1), parts))
		return "no address, ident and user before the time";
	parts->of[PART_TIME] = between(open + 1, close);
	stop = quote_end(close + 3, end);
	if (stop == NULL)
		return "the request has no end";
	split_request(between(close + 3, stop), parts);
	return split_back(stop + 1, end, parts);
}

/* How the parts are written that clients have their hands in. */
static const uint32_t part_how[PARTS] = {
	[PART_IDENT] = PAIR_LOG,
	[PART_USER] = PAIR_LOG,
	[PART_URL] = PAIR_LOG,
	[PART_PATH] = PAIR_LOG | PAIR_PERCENT,
	[PART_REFERER] = PAIR_LOG,
	[PART_AGENT] = PAIR_LOG,
};

/* Note all of a record. -1: no memory. */
static int
note_parts(struct combined *combined, struct slice text,
	const struct parts *parts, struct fault *fault)
{
	struct pairs *pairs = &combined->pairs;

	pairs_begin(pairs, text);
	for (int i = 0; i < PARTS; i++) /* empty is as good as not there */
		pairs->of[i] = (struct pair){ parts->of[i], pairs->record,
			part_how[i] };
	return query_take(pairs, &combined->base, parts->query, PAIR_LOG,
		fault);
}

static enum reason
combined_read(struct dialect *dialect, struct slice text,
	struct slice *values, struct fault *fault)
{
	struct combined *combined = (struct combined *)dialect;
	struct parts parts;

	combined->wrong = split_line(text, &parts);
	if (combined->wrong != NULL)
		return text.len > 0 && text.at[0] == '#' ? SKIP_COMMENT :
							   REJECT_SYNTAX;
	if (note_parts(combined, text, &parts, fault) == 0 &&
		query_join(&combined->pairs, dialect, parts.query, PAIR_LOG,
			fault) == 0)
		(void)pairs_give(&combined->pairs, dialect, values, fault);
	return REASON_LOOKUP;
}

static const char *
combined_explain(const struct dialect *dialect)
{
	return ((const struct combined *)dialect)->wrong;
}

static bool
combined_looks(struct slice head, bool whole)
{
	size_t lines = 0, good = 0;
	struct parts parts;
	struct slice line;

	while (lines < LOOKS_LINES && head_line(&head, whole, &line)) {
		if (slice_trim(line).len == 0 || line.at[0] == '#')
			continue;
		lines++;
		good += split_line(line, &parts) == NULL;
	}
	return lines > 0 && good * 5 >= lines * LOOKS_OF_FIVE;
}

static void
combined_free(struct dialect *dialect)
{
	struct combined *combined = (struct combined *)dialect;

	if (combined == NULL)
		return;
	pairs_free(&combined->pairs);
	dialect_free_names(dialect);
	free(combined);
}

static int
learn_names(struct combined *combined, struct slice head, bool whole,
	struct fault *fault)
{
	struct parts parts;
	struct slice line;

	for (size_t i = 0; i < PARTS; i++) {
		if (dialect_add_name(&combined->base, slice_of(part_names[i]),
			    fault) < 0)
			return -1;
	}
	combined->pairs.n_own = PARTS;
	for (size_t n = 0; n < DIALECT_SAMPLE; n++) {
		if (!head_line(&head, whole, &line))
			break;
		if (split_line(line, &parts) == NULL &&
			note_parts(combined, line, &parts, fault) != 0)
			return -1;
	}
	return 0;
}

static int
combined_open(struct dialect **ret, struct slice head, bool whole,
	struct fault *fault)
{
	struct combined *combined = memory_array(1, sizeof(*combined));

	if (combined == NULL)
		return fault_memory(fault);
	combined->base.kind = &dialect_combined;
	combined->pairs.name_of = query_name;
	if (pairs_init(&combined->pairs, fault) != 0 ||
		learn_names(combined, head, whole, fault) != 0) {
		combined_free(&combined->base);
		return -1;
	}
	*ret = &combined->base;
	return 0;
}

static const struct dialect_serve serves[] = {
	{ FIELD_USER, "remoteaddr" },
	{ FIELD_SUBJECT, "path" },
	{ FIELD_N, NULL },
};

const struct dialect_kind dialect_combined = {
	.name = "combined",
	.looks = combined_looks,
	.open = combined_open,
	.read = combined_read,
	.explain = combined_explain,
	.free = combined_free,
	.serves = serves,
	.has_events = true,
};
