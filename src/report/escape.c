/* SPDX-License-Identifier: Apache-2.0 */
#include "report/escape.h"

#include <csv.h>

struct range {
	uint32_t first, last;
};

/* Characters that act on a terminal or leave no trace there: two accounts
 * that differ in them alone would look the same. The joiners U+200C and
 * U+200D are left alone, Bengali is written with them. */
static const struct range unseen[] = {
	{ 0x0000, 0x001f }, /* C0 */
	{ 0x007f, 0x009f }, /* DEL, C1 */
	{ 0x00ad, 0x00ad }, /* soft hyphen */
	{ 0x034f, 0x034f }, /* grapheme joiner */
	{ 0x061c, 0x061c }, /* Arabic letter mark */
	{ 0x115f, 0x1160 }, /* Hangul fillers */
	{ 0x180b, 0x180f }, /* Mongolian selectors */
	{ 0x200b, 0x200b }, /* zero width space */
	{ 0x200e, 0x200f }, /* direction marks */
	{ 0x2028, 0x202e }, /* line separators, embeddings and overrides */
	{ 0x2060, 0x206f }, /* word joiner, isolates, deprecated marks */
	{ 0x2800, 0x2800 }, /* blank pattern */
	{ 0x3164, 0x3164 }, /* Hangul filler */
	{ 0xfe00, 0xfe0f }, /* variation selectors */
	{ 0xffa0, 0xffa0 }, /* Hangul filler */
	{ 0xfeff, 0xfeff }, /* byte order mark */
	{ 0xfff9, 0xfffb }, /* annotations */
	{ 0xe0000, 0xe0fff }, /* tags, variation selectors */
};

static bool
is_unseen(uint32_t point)
{
	for (size_t i = 0; i < ARRAY_LEN(unseen); i++)
		if (point >= unseen[i].first && point <= unseen[i].last)
			return true;
	return false;
}

/* The first character of a text that is not empty: its length in bytes, and
 * *ret_point; 0 when its first byte does not begin valid UTF-8 (overlong
 * forms, surrogates and what lies beyond U+10FFFF are not valid). */
static size_t
decode(struct slice text, uint32_t *ret_point)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)text.at;
	uint32_t point;
	size_t len;

	if (p[0] < 0x80) {
		*ret_point = p[0];
		return 1;
	}
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (text.len < len)
		return 0;
	point = p[0] & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (p[i] & 0x3f);
	}
	if (point < least[len] || point > 0x10ffff ||
		(point >= 0xd800 && point <= 0xdfff))
		return 0;
	*ret_point = point;
	return len;
}

static void
advance(struct slice *text, size_t len)
{
	text->at += len;
	text->len -= len;
}

static bool
starts_formula(struct slice text)
{
	while (text.len > 0 && text.at[0] == '\'')
		advance(&text, 1);
	if (text.len == 0)
		return false;
	switch (text.at[0]) {
	case '=':
	case '+':
	case '-':
	case '@':
	case '\t':
	case '\r':
		return true;
	default:
		return false;
	}
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* What a field of CSV cannot hold bare. */
static const bool csv_ends[256] = { [','] = true, ['"'] = true,
	['\r'] = true, ['\n'] = true };

static bool
needs_quotes(struct slice text)
{
	bool ends = false;

	if (text.len == 0)
		return false;
	if (is_blank(text.at[0]) || is_blank(text.at[text.len - 1]))
		return true;
	for (size_t i = 0; i < text.len; i++)
		ends |= csv_ends[(unsigned char)text.at[i]];
	return ends;
}

/* libcsv quotes a whole field into memory of ours. Piece by piece, without
 * the quotes it puts around each, no field is too long for the stack. */
static void
put_quoted(struct sink *sink, struct slice text)
{
	enum { PIECE = 256 };
	char quoted[2 * PIECE + 2];

	while (text.len > 0) {
		size_t len = text.len < PIECE ? text.len : PIECE;
		size_t n = csv_write2(quoted, sizeof(quoted), text.at, len,
			'"');

		sink_put(sink, quoted + 1, n - 2);
		advance(&text, len);
	}
}

void
escape_csv(struct sink *sink, struct slice text, bool raw)
{
	bool guarded = !raw && starts_formula(text);
	bool quoted = needs_quotes(text);

	if (quoted)
		sink_put(sink, "\"", 1);
	if (guarded)
		sink_put(sink, "'", 1);
	if (quoted) {
		put_quoted(sink, text);
		sink_put(sink, "\"", 1);
	} else {
		sink_put(sink, text.at, text.len);
	}
}

/* What JSON asks for, and what could end a script or open an element. */
static bool
json_escapes(uint32_t point)
{
	return point == '"' || point == '\\' || point == '<' || point == '>' ||
		point == '&' || is_unseen(point);
}

/* Most texts are ASCII: how much of the front may stand as it is. */
static size_t
json_plain(struct slice text)
{
	size_t n = 0;

	while (n < text.len && text.at[n] >= ' ' && text.at[n] < 0x7f &&
		text.at[n] != '"' && text.at[n] != '\\' &&
		text.at[n] != '<' && text.at[n] != '>' && text.at[n] != '&')
		n++;
	return n;
}

static void
put_json_escape(struct sink *sink, uint32_t point)
{
	static const char named[] = "\"\\\b\f\n\r\t";
	static const char names[] = "\"\\bfnrt";
	const char *found = NULL;

	if (point > 0 && point < 0x80)
		found = strchr(named, (int)point);
	if (found != NULL)
		sink_format(sink, "\\%c", names[found - named]);
	else if (point > 0xffff)
		sink_format(sink, "\\u%04x\\u%04x",
			0xd800 + ((point - 0x10000) >> 10),
			0xdc00 + ((point - 0x10000) & 0x3ff));
	else
		sink_format(sink, "\\u%04x", point);
}

void
escape_json(struct sink *sink, struct slice text)
{
	struct slice kept = { text.at, json_plain(text) };

	advance(&text, kept.len);
	sink_put(sink, "\"", 1);
	while (text.len > 0) {
		uint32_t point;
		size_t len = decode(text, &point);

		if (len > 0 && !json_escapes(point)) {
			kept.len += len;
			advance(&text, len);
			continue;
		}
		sink_put(sink, kept.at, kept.len);
		if (len > 0)
			put_json_escape(sink, point);
		else
			sink_format(sink, "\\udc%02x",
				(unsigned)(unsigned char)text.at[0]);
		advance(&text, len > 0 ? len : 1);
		kept = (struct slice){ text.at, 0 };
	}
	sink_put(sink, kept.at, kept.len);
	sink_put(sink, "\"", 1);
}

struct escape_unit
escape_next(struct slice *text)
{
	struct escape_unit unit = { .width = 1 };
	uint32_t point;
	size_t len = decode(*text, &point);

	if (len > 0 && point != '\\' && !is_unseen(point)) {
		memcpy(unit.text, text->at, len);
		unit.len = len;
		unit.blank = point == ' ';
		advance(text, len);
		return unit;
	}
	if (len == 0 || point < 0x80) {
		unsigned char byte = (unsigned char)text->at[0];

		unit.len = (size_t)snprintf(unit.text, sizeof(unit.text),
			byte == '\\' ? "\\\\" : "\\x%02x", byte);
	} else {
		unit.len = (size_t)snprintf(unit.text, sizeof(unit.text),
			"\\u{%04x}", point);
	}
	unit.width = unit.len;
	advance(text, len > 0 ? len : 1);
	return unit;
}

void
escape_terminal(struct sink *sink, struct slice text)
{
	while (text.len > 0) {
		struct escape_unit unit = escape_next(&text);

		sink_put(sink, unit.text, unit.len);
	}
}

size_t
escape_message(char *buf, size_t size, struct slice text)
{
	size_t used = 0;

	if (size == 0)
		return 0;
	while (text.len > 0) {
		struct escape_unit unit = escape_next(&text);

		if (unit.len > size - 1 - used)
			break;
		memcpy(buf + used, unit.text, unit.len);
		used += unit.len;
	}
	buf[used] = '\0';
	return used;
}
