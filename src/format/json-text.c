/* SPDX-License-Identifier: Apache-2.0 */
#include "format/json-text.h"

static const char *
wrong(enum json_why *why, enum json_why what)
{
	if (*why == JSON_WELL || what == JSON_WHY_CUT ||
		what == JSON_WHY_CONTROL)
		*why = what;
	return NULL;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* \uXXXX at `at`: how many of its bytes are as they must be; 6: all are. */
static size_t
unit_of(const char *at, const char *end, unsigned *ret)
{
	size_t len = (size_t)(end - at), i;

	*ret = 0;
	if (len == 0 || at[0] != '\\')
		return 0;
	if (len == 1 || at[1] != 'u')
		return 1;
	for (i = 2; i < 6 && i < len && hex_digit(at[i]) >= 0; i++)
		*ret = *ret << 4 | (unsigned)hex_digit(at[i]);
	return i;
}

static bool
is_high(unsigned unit)
{
	return unit >= 0xd800 && unit < 0xdc00;
}

static bool
is_low(unsigned unit)
{
	return unit >= 0xdc00 && unit < 0xe000;
}

/* A byte that is no UTF-8, as we and others write it: half of a pair that
 * stands for nothing else. */
static bool
is_byte(unsigned unit)
{
	return unit >= 0xdc80 && unit <= 0xdcff;
}

/* Behind the escape at `at`, or as much of it as is one; if that is the text's
 * end, it is cut, which is found next. */
static const char *
escape_end(const char *at, const char *end, enum json_why *why)
{
	unsigned unit, second;
	size_t n;

	if (end - at < 2)
		return wrong(why, JSON_WHY_CUT);
	if (at[1] != 'u') {
		if (memchr("\"\\/bfnrt", at[1], 8) != NULL)
			return at + 2;
		(void)wrong(why, JSON_WHY_ESCAPE);
		return at + 1;
	}
	n = unit_of(at, end, &unit);
	if (n < 6) {
		(void)wrong(why, JSON_WHY_ESCAPE);
		return at + n;
	}
	at += 6;
	if (is_high(unit)) {
		n = unit_of(at, end, &second);
		if (n == 6 && is_low(second))
			return at + 6;
	}
	if (is_high(unit) || (is_low(unit) && !is_byte(unit)))
		(void)wrong(why, JSON_WHY_SURROGATE);
	return at;
}

const char *
json_string_end(const char *at, const char *end, bool *ret_escaped,
	enum json_why *why)
{
	*ret_escaped = false;
	for (;;) {
		at = json_stop(at, end);
		if (at == end)
			return wrong(why, JSON_WHY_CUT);
		if (*at == '"')
			return at;
		if (*at != '\\')
			return wrong(why, JSON_WHY_CONTROL);
		*ret_escaped = true;
		at = escape_end(at, end, why);
		if (at == NULL)
			return NULL;
	}
}

static size_t
put_utf8(unsigned code, char *to)
{
	size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	static const unsigned char first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = n - 1; i > 0; i--, code >>= 6)
		to[i] = (char)(0x80 | (code & 0x3f));
	to[0] = (char)(first[n] | code);
	return n;
}

/* The escape at *at, which is behind it then. */
static size_t
put_escape(const char **at, const char *end, char *to)
{
	static const char from[] = "bfnrt", into[] = "\b\f\n\r\t";
	unsigned unit, second;
	const char *found;
	char c = (*at)[1];

	if (c != 'u') {
		found = memchr(from, c, 5);
		*to = found != NULL ? into[found - from] : c;
		*at += 2;
		return 1;
	}
	*at += unit_of(*at, end, &unit);
	if (is_byte(unit)) {
		*to = (char)(unit & 0xff);
		return 1;
	}
	if (is_high(unit)) {
		*at += unit_of(*at, end, &second);
		unit = 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00);
	}
	return put_utf8(unit, to);
}

size_t
json_unescape(struct slice text, char *to)
{
	const char *at = text.at, *end = text.at + text.len, *back;
	char *begin = to;
	size_t len;

	while (at < end) {
		back = memchr(at, '\\', (size_t)(end - at));
		len = (size_t)((back != NULL ? back : end) - at);
		memcpy(to, at, len);
		to += len;
		at += len;
		if (back != NULL)
			to += put_escape(&at, end, to);
	}
	return (size_t)(to - begin);
}

static const char *
digits_end(const char *at, const char *end)
{
	while (at < end && *at >= '0' && *at <= '9')
		at++;
	return at;
}

/* Digits behind `at`, at least one; NULL: there is none. */
static const char *
some_digits(const char *at, const char *end)
{
	const char *stop = digits_end(at, end);

	return stop == at && at < end ? NULL : stop;
}

static const char *
number_end(const char *at, const char *end)
{
	at += *at == '-';
	if (at < end && *at == '0')
		at++;
	else
		at = some_digits(at, end);
	if (at != NULL && at < end && *at == '.')
		at = some_digits(at + 1, end);
	if (at != NULL && at < end && (*at == 'e' || *at == 'E')) {
		at++;
		at += at < end && (*at == '+' || *at == '-');
		at = some_digits(at, end);
	}
	return at;
}

static const char *
literal_end(const char *at, const char *end, const char *word)
{
	size_t len = strlen(word), left = (size_t)(end - at);

	if (memcmp(at, word, left < len ? left : len) != 0)
		return NULL;
	return left < len ? end : at + len;
}

const char *
json_plain(const char *at, const char *end, enum json_why *why)
{
	const char *word = *at == 't' ? "true" :
		*at == 'f'	      ? "false" :
		*at == 'n'	      ? "null" :
					NULL;
	const char *stop;

	if (word != NULL)
		stop = literal_end(at, end, word);
	else if (*at == '-' || (*at >= '0' && *at <= '9'))
		stop = number_end(at, end);
	else
		return wrong(why, JSON_WHY_VALUE);
	if (stop == NULL)
		return wrong(why,
			word != NULL ? JSON_WHY_VALUE : JSON_WHY_NUMBER);
	/* It might go on. */
	return stop == end ? wrong(why, JSON_WHY_CUT) : stop;
}

const char *
json_pass(const char *at, const char *end, size_t *depth)
{
	enum json_why why;
	bool escaped;

	for (; (at = json_space(at, end)) < end; at++) {
		switch (*at) {
		case '"':
			why = JSON_WELL;
			at = json_string_end(at + 1, end, &escaped, &why);
			if (at == NULL)
				return end;
			break;
		case '{':
		case '[':
			++*depth;
			continue;
		case '}':
		case ']':
			if (*depth > 0)
				--*depth;
			else
				return at;
			break;
		case ',':
			if (*depth == 0)
				return at;
			continue;
		default:
			continue;
		}
		if (*depth == 0)
			return at + 1;
	}
	return end;
}
