/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The extended log format of the W3C (https://www.w3.org/TR/WD-logfile), which
 * IIS, CloudFront and others write: #Fields says what the values of the lines
 * below are, until another one says otherwise. Its times are of UTC. Values
 * stand as they are written but for the parameters of queries.
 */
#include "format/dialect.h"

#include "format/head.h"
#include "format/pairs.h"
#include "format/query.h"

enum { SEEK_LINES = 10000, DATE_LEN = 10, CLOCK_MOST = 32, WRONG_MOST = 96 };

struct w3c {
	struct dialect base;
	struct pairs pairs;
	char *fields; /* the text of #Fields in force */
	size_t fields_len, fields_cap;
	bool live;    /* it was read, and not only seen in the head */
	bool comma;   /* values are divided by commas, as Exchange does */
	int columns[DIALECT_NAMES]; /* numbers of names */
	size_t n_columns;
	int time, query, url; /* numbers of columns, or -1 */
	int dated;    /* number of the name of #Date, if no column has dates */
	char date[DATE_LEN];
	size_t date_len;
	const char *wrong;
	char wrong_text[WRONG_MOST];
};

static bool
is_directive(struct slice text, const char *name)
{
	size_t len = strlen(name);

	return text.len >= len &&
		slice_is_nocase((struct slice){ text.at, len }, name);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Cut the next name off the text of #Fields. */
static bool
take_name(struct slice *text, bool comma, struct slice *ret)
{
	size_t len = 0;

	*text = slice_trim(*text);
	if (text->len == 0)
		return false;
	while (len < text->len && !is_blank(text->at[len]) &&
		(!comma || text->at[len] != ','))
		len++;
	*ret = (struct slice){ text->at, len };
	len += len < text->len;
	text->at += len;
	text->len -= len;
	return true;
}

/* The names of columns, and what is special about some. -1: no memory. */
static int
add_columns(struct w3c *w3c, struct slice text, struct fault *fault)
{
	struct dialect *dialect = &w3c->base;
	struct slice name;

	w3c->n_columns = 0;
	while (w3c->n_columns < DIALECT_NAMES &&
		take_name(&text, w3c->comma, &name)) {
		int number = dialect_add_name(dialect, name, fault);

		if (number == -2)
			return -1;
		w3c->columns[w3c->n_columns++] = number;
	}
	w3c->time = dialect_find_name(dialect, slice_of("time"));
	w3c->query = dialect_find_name(dialect, slice_of("cs-uri-query"));
	w3c->url = dialect_find_name(dialect, slice_of("cs-uri"));
	w3c->dated = -1;
	if (w3c->time >= 0 &&
		dialect_find_name(dialect, slice_of("date")) < 0) {
		w3c->dated = dialect_add_name(dialect, slice_of("date"),
			fault);
		if (w3c->dated == -2)
			return -1;
	}
	w3c->pairs.n_own = dialect->n_names;
	return 0;
}

/* Parameters keep their names, under other numbers. */
static int
replace_names(struct w3c *w3c, struct slice text, struct fault *fault)
{
	struct dialect *dialect = &w3c->base;
	struct slice *old = dialect->names;
	size_t n_old = dialect->n_names, own = w3c->pairs.n_own;
	struct arena arena = dialect->arena;
	int result;

	dialect->names = NULL;
	dialect->n_names = dialect->cap_names = 0;
	dialect->arena = (struct arena){ 0 };
	result = add_columns(w3c, text, fault);
	for (size_t i = own; i < n_old && result == 0; i++) {
		if (dialect_add_name(dialect, old[i], fault) == -2)
			result = -1;
	}
	dialect->version++;
	free(old);
	arena_free(&arena);
	return result == 0 ? pairs_forget(&w3c->pairs, fault) : -1;
}

/* Follow a #Fields line: text is what it says. -1: no memory. */
static int
follow_fields(struct w3c *w3c, struct slice text, struct fault *fault)
{
	text = slice_trim(text);
	if (w3c->fields != NULL &&
		slice_equal(text,
			(struct slice){ w3c->fields, w3c->fields_len }))
		return 0;
	if (memory_grow((void **)&w3c->fields, &w3c->fields_cap, text.len + 1,
		    1, SIZE_MAX / 2, "#Fields", fault) != 0)
		return -1;
	if (text.len > 0)
		memcpy(w3c->fields, text.at, text.len);
	w3c->fields_len = text.len;
	w3c->comma = text.len > 0 && memchr(text.at, ',', text.len) != NULL &&
		memchr(text.at, ' ', text.len) == NULL;
	return replace_names(w3c, text, fault);
}

static enum reason
read_directive(struct w3c *w3c, struct slice text, struct fault *fault)
{
	static const char fields[] = "#Fields:", date[] = "#Date:";
	struct slice rest;

	if (is_directive(text, fields)) {
		rest = (struct slice){ text.at + sizeof(fields) - 1,
			text.len - (sizeof(fields) - 1) };
		w3c->live = follow_fields(w3c, rest, fault) == 0;
		return SKIP_HEADER;
	}
	if (is_directive(text, date)) {
		rest = slice_trim((struct slice){ text.at + sizeof(date) - 1,
			text.len - (sizeof(date) - 1) });
		w3c->date_len = rest.len < DATE_LEN ? 0 : DATE_LEN;
		memcpy(w3c->date, rest.at, w3c->date_len);
	}
	return SKIP_COMMENT;
}

/* Values divided by single separators, which is how nearly all are. Returns
 * how many there are. */
static size_t
split_plain(struct w3c *w3c, struct slice text, char separator)
{
	const char *at = text.at, *end = text.at + text.len;
	size_t n = 0;

	for (;;) {
		const char *stop = memchr(at, separator, (size_t)(end - at));
		size_t len = (size_t)((stop != NULL ? stop : end) - at);

		if (n < w3c->n_columns && (len != 1 || *at != '-'))
			pairs_put(&w3c->pairs, w3c->columns[n],
				(struct slice){ at, len }, 0);
		n++;
		if (stop == NULL)
			return n;
		at = stop + 1;
	}
}

/* The end of a value in quotes, which are doubled within; NULL: it is none. */
static const char *
quoted_end(const char *at, const char *end, char separator)
{
	if (at == end || *at != '"')
		return NULL;
	for (at++; at < end; at++) {
		at = memchr(at, '"', (size_t)(end - at));
		if (at == NULL)
			return NULL;
		if (at + 1 < end && at[1] == '"')
			at++;
		else
			return at + 1 == end || at[1] == separator ? at : NULL;
	}
	return NULL;
}

/* The same where some are in quotes, and blanks may stand at the end. */
static size_t
split_quoted(struct w3c *w3c, struct slice text, char separator)
{
	const char *at, *end;
	size_t n = 0;

	if (separator != ',')
		text = slice_trim(text);
	at = text.at;
	end = text.at + text.len;
	for (;;) {
		const char *quote = quoted_end(at, end, separator);
		const char *from = quote != NULL ? at + 1 : at, *stop = quote;
		size_t len;

		if (quote == NULL)
			stop = memchr(at, separator, (size_t)(end - at));
		if (stop == NULL)
			stop = end;
		len = (size_t)(stop - from);
		if (n < w3c->n_columns && (len != 1 || *from != '-'))
			pairs_put(&w3c->pairs, w3c->columns[n],
				(struct slice){ from, len },
				quote != NULL ? PAIR_DOUBLED : 0);
		n++;
		stop += quote != NULL;
		if (stop == end)
			return n;
		at = stop + 1;
	}
}

/* The values of a line, noted under the names of their columns. */
static bool
take_columns(struct w3c *w3c, struct slice text)
{
	char separator = w3c->comma ? ',' : ' ';
	size_t n = 0, i = 0;

	pairs_begin(&w3c->pairs, text);
	if (!w3c->comma) { /* CloudFront divides values by tabs, names not */
		while (i < text.len && !is_blank(text.at[i]))
			i++;
		if (i < text.len)
			separator = text.at[i];
		n = split_plain(w3c, text, separator);
	}
	if (n != w3c->n_columns) {
		pairs_begin(&w3c->pairs, text);
		n = split_quoted(w3c, text, separator);
	}
	if (n == w3c->n_columns)
		return true;
	(void)snprintf(w3c->wrong_text, sizeof(w3c->wrong_text),
		"%zu values, where #Fields names %zu", n, w3c->n_columns);
	w3c->wrong = w3c->wrong_text;
	return false;
}

/* The query that a record has, as a column or behind a URL. */
static struct slice
find_query(const struct w3c *w3c)
{
	struct slice query = { "", 0 }, path;

	if (pairs_has(&w3c->pairs, w3c->query))
		return w3c->pairs.of[w3c->query].value;
	if (pairs_has(&w3c->pairs, w3c->url))
		url_split(w3c->pairs.of[w3c->url].value, &path, &query);
	return query;
}

/* A time of day says that it is of UTC, whatever the zone of other logs. */
static int
note_clock(struct w3c *w3c, struct fault *fault)
{
	struct slice clock;
	char *copy;

	if (!pairs_has(&w3c->pairs, w3c->time))
		return 0;
	if (w3c->dated >= 0 && w3c->date_len > 0)
		pairs_put(&w3c->pairs, w3c->dated,
			(struct slice){ w3c->date, w3c->date_len }, 0);
	clock = w3c->pairs.of[w3c->time].value;
	if (clock.len < 5 || clock.len > CLOCK_MOST || clock.at[2] != ':' ||
		clock.at[clock.len - 1] < '0' || clock.at[clock.len - 1] > '9')
		return 0;
	copy = pairs_room(&w3c->pairs, clock.len + 1, fault);
	if (copy == NULL)
		return -1;
	memcpy(copy, clock.at, clock.len);
	copy[clock.len] = 'Z';
	w3c->pairs.of[w3c->time].value =
		(struct slice){ copy, clock.len + 1 };
	return 0;
}

static enum reason
w3c_read(struct dialect *dialect, struct slice text, struct slice *values,
	struct fault *fault)
{
	struct w3c *w3c = (struct w3c *)dialect;
	struct pairs *pairs = &w3c->pairs;
	struct slice query;

	w3c->wrong = NULL;
	if (text.len > 0 && text.at[0] == '#')
		return read_directive(w3c, text, fault);
	if (!w3c->live) {
		w3c->wrong = "no #Fields so far";
		return REJECT_SYNTAX;
	}
	if (!take_columns(w3c, text))
		return REJECT_SYNTAX;
	query = find_query(w3c);
	if (query_take(pairs, dialect, query, 0, fault) == 0 &&
		query_join(pairs, dialect, query, 0, fault) == 0 &&
		note_clock(w3c, fault) == 0)
		(void)pairs_give(pairs, dialect, values, fault);
	return REASON_LOOKUP;
}

static const char *
w3c_explain(const struct dialect *dialect)
{
	return ((const struct w3c *)dialect)->wrong;
}

/* A #Fields line somewhere in the head: a log may begin in its middle. */
static bool
w3c_looks(struct slice head, bool whole)
{
	struct slice line;

	for (size_t n = 0; n < SEEK_LINES; n++) {
		if (!head_line(&head, whole, &line))
			return false;
		if (is_directive(line, "#Fields:"))
			return true;
	}
	return false;
}

static void
w3c_free(struct dialect *dialect)
{
	struct w3c *w3c = (struct w3c *)dialect;

	if (w3c == NULL)
		return;
	pairs_free(&w3c->pairs);
	dialect_free_names(dialect);
	free(w3c->fields);
	free(w3c);
}

/* From the first #Fields on, to the next that says otherwise. */
static int
learn_names(struct w3c *w3c, struct slice head, bool whole,
	struct fault *fault)
{
	struct slice line, first = { NULL, 0 };

	for (size_t n = 0; n < SEEK_LINES; n++) {
		if (!head_line(&head, whole, &line))
			break;
		if (is_directive(line, "#Fields:")) {
			if (first.at != NULL && !slice_equal(line, first))
				break;
			if (first.at == NULL)
				n = SEEK_LINES - DIALECT_SAMPLE;
			first = line;
			(void)read_directive(w3c, line, fault);
		} else if (w3c->live && line.len > 0 && line.at[0] != '#' &&
			take_columns(w3c, line)) {
			(void)query_take(&w3c->pairs, &w3c->base,
				find_query(w3c), 0, fault);
		}
		if (fault->code != FAULT_NONE)
			return -1;
	}
	w3c->live = false;
	return 0;
}

static int
w3c_open(struct dialect **ret, struct slice head, bool whole,
	struct fault *fault)
{
	struct w3c *w3c = memory_array(1, sizeof(*w3c));

	if (w3c == NULL)
		return fault_memory(fault);
	w3c->base.kind = &dialect_w3c;
	w3c->pairs.name_of = query_name;
	w3c->time = w3c->query = w3c->url = w3c->dated = -1;
	if (pairs_init(&w3c->pairs, fault) != 0 ||
		learn_names(w3c, head, whole, fault) != 0) {
		w3c_free(&w3c->base);
		return -1;
	}
	*ret = &w3c->base;
	return 0;
}

static const struct dialect_serve serves[] = {
	{ FIELD_USER, "c-ip" },
	{ FIELD_SUBJECT, "cs-uri-stem" },
	{ FIELD_N, NULL },
};

const struct dialect_kind dialect_w3c = {
	.name = "w3c",
	.looks = w3c_looks,
	.open = w3c_open,
	.read = w3c_read,
	.explain = w3c_explain,
	.free = w3c_free,
	.serves = serves,
	.has_events = true,
};
