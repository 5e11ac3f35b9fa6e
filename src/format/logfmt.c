/* SPDX-License-Identifier: Apache-2.0 */
/*
 * key=value, as logfmt has it, and the same divided by tabs, bars or commas. A
 * time before the first pair goes by the name "time", if no pair does; other
 * words without = say nothing here.
 */
#include "format/dialect.h"

#include "format/head.h"
#include "format/pairs.h"

struct logfmt {
	struct dialect base;
	struct pairs pairs;
	char separator;   /* between pairs; but for ' ' values hold blanks */
	int leading;      /* number of the name of a time before all pairs */
	const char *wrong;
};

enum { LOOKS_LINES = 20, LOOKS_OF_FIVE = 4 };

/* Characters of a key: true where a token may well be none. */
static inline bool
is_key_byte(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || c >= 0x80 || c == '_' || c == '-' ||
		c == '.' || c == '@' || c == ':' || c == '/' || c == '[' ||
		c == ']' || c == '$';
}

/* Where the key that begins at `at` has its '=', or NULL. */
static const char *
key_end(const char *at, const char *end)
{
	const char *from = at;
	unsigned char first = at < end ? (unsigned char)*at : 0;

	if (!is_key_byte(first) || (first >= '0' && first <= '9') ||
		first == '/' || first == '[' || first == '.')
		return NULL;
	while (at < end && is_key_byte((unsigned char)*at))
		at++;
	return at < end && *at == '=' && at - from <= DIALECT_NAME_LEN ? at :
									 NULL;
}

/* The quote that ends what begins behind one, or NULL. */
static const char *
quote_end(const char *at, const char *end, bool *ret_escapes)
{
	*ret_escapes = false;
	while (at < end) {
		const char *quote = memchr(at, '"', (size_t)(end - at));
		const char *escape;

		if (quote == NULL)
			return NULL;
		escape = memchr(at, '\\', (size_t)(quote - at));
		if (escape == NULL)
			return quote;
		*ret_escapes = true;
		at = escape + 2;
	}
	return NULL;
}

static const char *
skip_blanks(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at;
}

/* To the next separator or the end. */
static const char *
skip_word(const char *at, const char *end, char separator)
{
	const char *stop = memchr(at, separator, (size_t)(end - at));

	return stop != NULL ? stop : end;
}

/* The value at *at, behind its =, which moves behind it. NULL: *at is behind a
 * value; else what is wrong. */
static enum reason
take_value(const char **at, const char *end, char separator,
	struct slice *ret, uint32_t *ret_how, const char **ret_wrong)
{
	const char *from = *at, *stop;
	bool escapes;

	*ret_how = 0;
	if (from >= end || *from != '"') {
		stop = skip_word(from, end, separator);
		*at = stop;
		*ret = (struct slice){ from, (size_t)(stop - from) };
		if (separator != ' ')
			*ret = slice_trim(*ret);
		return REASON_LOOKUP;
	}
	stop = quote_end(from + 1, end, &escapes);
	if (stop == NULL) {
		*ret_wrong = NULL;
		return REJECT_QUOTE;
	}
	*ret = (struct slice){ from + 1, (size_t)(stop - from - 1) };
	*ret_how = escapes ? PAIR_BACKSLASH : 0;
	stop++;
	if (separator != ' ')
		stop = skip_blanks(stop, end);
	*at = stop;
	if (stop == end || *stop == separator)
		return REASON_LOOKUP;
	*ret_wrong = "a quoted value has text behind its last quote";
	return REJECT_SYNTAX;
}

/* A time that the record begins with: yyyy-mm-dd and a clock. */
static struct slice
leading_time(struct slice text)
{
	const char *end = text.at + text.len, *stop;
	bool open = text.len > 0 && text.at[0] == '[';

	text.at += open;
	text.len -= open;
	if (text.len < 16 || text.at[4] != '-' || text.at[7] != '-' ||
		(text.at[10] != 'T' && text.at[10] != ' '))
		return (struct slice){ text.at, 0 };
	stop = skip_word(text.at + 11, end, open ? ']' : ' ');
	text.len = (size_t)(stop - text.at);
	if (text.len > 0 && text.at[text.len - 1] == ':')
		text.len--;
	return text;
}

/* All pairs of a record. Returns how many there are, or -1: *ret says why it
 * is rejected; or -2: no memory. */
static int
take_pairs(struct logfmt *logfmt, struct slice text, enum reason *ret,
	struct fault *fault)
{
	struct pairs *pairs = &logfmt->pairs;
	const char *at = text.at, *end = text.at + text.len;
	const char *stop;
	struct slice value;
	uint32_t how;
	size_t len;
	int number, n = 0;

	for (;; at++) {
		at = skip_blanks(at, end);
		if (at >= end)
			return n;
		number = pairs_expect(pairs, at, end, &len);
		if (len == 0) {
			stop = key_end(at, end);
			if (stop == NULL) {
				at = skip_word(at, end, logfmt->separator);
				continue;
			}
			len = (size_t)(stop - at);
			number = pairs_find(pairs, &logfmt->base,
				(struct slice){ at, len }, fault);
			if (number == -2)
				return -2;
		}
		at += len + 1;
		*ret = take_value(&at, end, logfmt->separator, &value, &how,
			&logfmt->wrong);
		if (*ret != REASON_LOOKUP)
			return -1;
		pairs_put(pairs, number, value, how);
		n++;
	}
}

static enum reason
logfmt_read(struct dialect *dialect, struct slice text, struct slice *values,
	struct fault *fault)
{
	struct logfmt *logfmt = (struct logfmt *)dialect;
	struct pairs *pairs = &logfmt->pairs;
	enum reason reason = REJECT_SYNTAX;
	struct slice time;
	int n;

	logfmt->wrong = NULL;
	if (text.len > 0 && text.at[0] == '#')
		return SKIP_COMMENT;
	pairs_begin(pairs, text);
	n = take_pairs(logfmt, text, &reason, fault);
	if (n < 0)
		return reason;
	if (n == 0) {
		logfmt->wrong = "no key=value";
		return REJECT_SYNTAX;
	}
	if (logfmt->leading >= 0) {
		time = leading_time(text);
		if (time.len > 0 && !pairs_has(pairs, logfmt->leading))
			pairs_put(pairs, logfmt->leading, time, 0);
	}
	for (size_t i = 0; pairs->twice && i < dialect->n_wanted; i++) {
		int number = dialect->wanted[i];

		if (pairs_has(pairs, number) &&
			(pairs->of[number].how & PAIR_TWICE)) {
			logfmt->wrong = "a key is there twice, with two values";
			return REJECT_SYNTAX;
		}
	}
	(void)pairs_give(pairs, dialect, values, fault);
	return REASON_LOOKUP;
}

static const char *
logfmt_explain(const struct dialect *dialect)
{
	return ((const struct logfmt *)dialect)->wrong;
}

/* Pairs of a line, if a separator divides it into pairs; for blanks, if there
 * are as many of them as of other words. Else 0. */
static size_t
count_pairs(struct slice line, char separator)
{
	const char *at = line.at, *end = line.at + line.len;
	size_t n = 0, words = 0;
	const char *wrong, *stop;
	struct slice value;
	uint32_t how;

	for (;; at++) {
		at = skip_blanks(at, end);
		if (at >= end)
			break;
		stop = key_end(at, end);
		if (stop == NULL) {
			words++;
			at = skip_word(at, end, separator);
			continue;
		}
		at = stop + 1;
		if (take_value(&at, end, separator, &value, &how, &wrong) !=
			REASON_LOOKUP)
			return 0;
		n++;
	}
	return separator == ' ' ? (n >= words ? n : 0) : (words == 0 ? n : 0);
}

/* Do pairs of such a separator make up the first lines: all, or for blanks
 * nearly all? */
static bool
divides(char separator, struct slice head, bool whole, size_t most)
{
	size_t lines = 0, good = 0;
	struct slice line;

	while (lines < most && head_line(&head, whole, &line)) {
		if (slice_trim(line).len == 0 || line.at[0] == '#')
			continue;
		lines++;
		good += count_pairs(line, separator) >= 2;
	}
	if (separator != ' ')
		return lines > 0 && good == lines;
	return lines > 0 && good * 5 >= lines * LOOKS_OF_FIVE;
}

/* Tabs, bars or commas divide if all lines are pairs of them; values that are
 * not quoted hold blanks then. */
static char
find_separator(struct slice head, bool whole)
{
	static const char others[] = { '\t', '|', ',' };

	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		if (divides(others[i], head, whole, DIALECT_SAMPLE))
			return others[i];
	}
	return ' ';
}

static bool
logfmt_looks(struct slice head, bool whole)
{
	if (head.len > 0 && (head.at[0] == '{' || head.at[0] == '<'))
		return false;
	return divides(' ', head, whole, LOOKS_LINES) ||
		find_separator(head, whole) != ' ';
}

static void
logfmt_free(struct dialect *dialect)
{
	struct logfmt *logfmt = (struct logfmt *)dialect;

	if (logfmt == NULL)
		return;
	pairs_free(&logfmt->pairs);
	dialect_free_names(dialect);
	free(logfmt);
}

static int
learn_names(struct logfmt *logfmt, struct slice head, bool whole,
	struct fault *fault)
{
	enum reason reason;
	struct slice line;

	for (size_t n = 0; n < DIALECT_SAMPLE; n++) {
		if (!head_line(&head, whole, &line))
			break;
		pairs_begin(&logfmt->pairs, line);
		if (take_pairs(logfmt, line, &reason, fault) == -2)
			return -1;
		if (logfmt->leading < 0 && leading_time(line).len > 0)
			logfmt->leading = dialect_add_name(&logfmt->base,
				slice_of("time"), fault);
		if (logfmt->leading == -2)
			return -1;
	}
	return 0;
}

static int
logfmt_open(struct dialect **ret, struct slice head, bool whole,
	struct fault *fault)
{
	struct logfmt *logfmt = memory_array(1, sizeof(*logfmt));

	if (logfmt == NULL)
		return fault_memory(fault);
	logfmt->base.kind = &dialect_logfmt;
	logfmt->leading = -1;
	logfmt->separator = find_separator(head, whole);
	if (pairs_init(&logfmt->pairs, fault) != 0 ||
		learn_names(logfmt, head, whole, fault) != 0) {
		logfmt_free(&logfmt->base);
		return -1;
	}
	*ret = &logfmt->base;
	return 0;
}

const struct dialect_kind dialect_logfmt = {
	.name = "logfmt",
	.looks = logfmt_looks,
	.open = logfmt_open,
	.read = logfmt_read,
	.explain = logfmt_explain,
	.free = logfmt_free,
};
