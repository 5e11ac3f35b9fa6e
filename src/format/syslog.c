/* SPDX-License-Identifier: Apache-2.0 */
#include "format/syslog.h"

enum { SAMPLE_LINES = 100, TAG_MOST = 128, HOST_MOST = 255 };

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A slice's first bytes in the shape of a form, in which 0 stands for any
 * digit and a blank for one or a blank. */
static bool
has_shape(struct slice text, const char *form)
{
	size_t len = strlen(form);

	if (text.len < len)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = text.at[i];

		if (form[i] == '0' ? !is_digit(c) :
			    form[i] == ' ' ? c != ' ' && !is_digit(c) :
					     c != form[i])
			return false;
	}
	return true;
}

static void
skip(struct slice *text, size_t n)
{
	text->at += n;
	text->len -= n;
}

/* Cut what stands before the next blank, and the blank, off *text. */
static bool
take_word(struct slice *text, size_t most, struct slice *ret)
{
	const char *blank = text->len == 0 ? NULL :
					     memchr(text->at, ' ', text->len);

	if (blank == NULL || blank == text->at ||
		(size_t)(blank - text->at) > most)
		return false;
	*ret = (struct slice){ text->at, (size_t)(blank - text->at) };
	skip(text, ret->len + 1);
	return true;
}

static bool
take_priority(struct slice *text)
{
	size_t i = 1;

	if (text->len == 0 || text->at[0] != '<')
		return false;
	while (i < text->len && i < 4 && is_digit(text->at[i]))
		i++;
	if (i == 1 || i >= text->len || text->at[i] != '>')
		return false;
	skip(text, i + 1);
	return true;
}

static bool
take_month_time(struct slice *text, struct slice *ret)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct slice rest = *text;
	bool is_month = false;
	size_t len = 15;

	for (size_t i = 0; rest.len > 16 && i < 36; i += 3)
		is_month |= memcmp(months + i, rest.at, 3) == 0;
	if (!is_month || rest.at[3] != ' ')
		return false;
	skip(&rest, 4);
	if (!has_shape(rest, " 0 00:00:00"))
		return false;
	if (text->at[len] == '.')
		for (len++; len < text->len && is_digit(text->at[len]);)
			len++;
	if (len >= text->len || text->at[len] != ' ')
		return false;
	*ret = (struct slice){ text->at, 15 };
	skip(text, len + 1);
	return true;
}

static bool
take_iso_time(struct slice *text, struct slice *ret)
{
	return has_shape(*text, "0000-00-00T00:00:00") &&
		take_word(text, 40, ret);
}

/* "tag[12]: " */
static bool
take_tag(struct slice *text, struct slice *ret)
{
	size_t n = 0, end;

	while (n < text->len && n < TAG_MOST && text->at[n] > ' ' &&
		text->at[n] != ':' && text->at[n] != '[')
		n++;
	end = n;
	if (n > 0 && n < text->len && text->at[n] == '[') {
		while (n < text->len && n < 2 * TAG_MOST &&
			text->at[n] > ' ' && text->at[n] != ']')
			n++;
		if (n == text->len || text->at[n++] != ']')
			return false;
	}
	if (end == 0 || n >= text->len || text->at[n] != ':' ||
		(n + 1 < text->len && text->at[n + 1] != ' '))
		return false;
	*ret = (struct slice){ text->at, end };
	skip(text, n + 1);
	return true;
}

static bool
take_structured(struct slice *text)
{
	size_t i = 0;
	bool quoted = false;

	if (text->len > 0 && text->at[0] == '-') {
		skip(text, 1);
		return text->len == 0 || text->at[0] == ' ';
	}
	while (i < text->len && text->at[i] == '[') {
		for (i++; i < text->len && (quoted || text->at[i] != ']');
			i++) {
			if (quoted && text->at[i] == '\\')
				i++;
			else if (text->at[i] == '"')
				quoted = !quoted;
		}
		if (i++ >= text->len)
			return false;
	}
	skip(text, i);
	return i > 0 && (text->len == 0 || text->at[0] == ' ');
}

/* "-" is nothing. */
static struct slice
without_nil(struct slice word)
{
	return slice_is(word, "-") ? (struct slice){ NULL, 0 } : word;
}

static bool
take_5424(struct slice text, struct syslog *ret)
{
	struct slice word;

	if (text.len < 2 || memcmp(text.at, "1 ", 2) != 0)
		return false;
	skip(&text, 2);
	if (!take_iso_time(&text, &ret->time)) {
		if (!take_word(&text, 1, &word) || !slice_is(word, "-"))
			return false;
		ret->time = (struct slice){ NULL, 0 };
	}
	if (!take_word(&text, HOST_MOST, &ret->host) ||
		!take_word(&text, TAG_MOST, &ret->tag) ||
		!take_word(&text, TAG_MOST, &word) ||
		!take_word(&text, TAG_MOST, &word) || !take_structured(&text))
		return false;
	ret->host = without_nil(ret->host);
	ret->tag = without_nil(ret->tag);
	ret->dated = true;
	ret->text = text;
	return true;
}

static void
skip_start(struct slice *text, const char *start)
{
	size_t len = strlen(start);

	if (text->len >= len && memcmp(text->at, start, len) == 0)
		skip(text, len);
}

bool
syslog_parse(struct slice line, struct syslog *ret)
{
	struct slice text = line;
	struct syslog found = { 0 };
	bool priority = take_priority(&text);

	if (!priority || !take_5424(text, &found)) {
		found.dated = take_iso_time(&text, &found.time);
		if (!found.dated && !take_month_time(&text, &found.time))
			return false;
		if (!take_word(&text, HOST_MOST, &found.host) ||
			!take_tag(&text, &found.tag))
			return false;
		found.text = text;
	}
	skip_start(&found.text, " ");
	skip_start(&found.text, "\xef\xbb\xbf");
	skip_start(&found.text, "@cee:");
	*ret = found;
	return true;
}

/* The next whole line, or what is left. */
static bool
next_line(struct slice *head, struct slice *ret)
{
	const char *end;

	if (head->len == 0)
		return false;
	end = memchr(head->at, '\n', head->len);
	*ret = (struct slice){ head->at,
		end == NULL ? head->len : (size_t)(end - head->at) };
	skip(head, ret->len + (end != NULL));
	return true;
}

bool
syslog_looks(struct slice head, bool *ret_dated)
{
	size_t lines = 0, good = 0;
	struct slice line;
	struct syslog one;
	bool dated = true;

	while (lines < SAMPLE_LINES && next_line(&head, &line)) {
		if (slice_trim(line).len == 0)
			continue;
		lines++;
		if (!syslog_parse(line, &one)) {
			lines -= head.len == 0 && good > 0; /* unfinished */
			if (lines - good > 1 + SAMPLE_LINES / 10)
				return false;
			continue;
		}
		good++;
		dated = dated && one.dated;
	}
	if (good == 0 || (lines - good > 1 && good * 10 < lines * 9) ||
		(lines > good && good < 3))
		return false;
	*ret_dated = dated;
	return true;
}

size_t
syslog_strip(struct slice head, char *to)
{
	struct slice line;
	struct syslog one;
	size_t len = 0;

	while (next_line(&head, &line)) {
		bool ended = line.at + line.len < head.at;

		if (syslog_parse(line, &one))
			line = one.text;
		if (line.len > 0)
			memmove(to + len, line.at, line.len);
		len += line.len;
		if (ended)
			to[len++] = '\n';
	}
	return len;
}
