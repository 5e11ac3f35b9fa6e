/* SPDX-License-Identifier: Apache-2.0 */
#include "format/reread.h"

const char *const reread_names[REREAD_N] = { "time", "user", "unit", "role",
	"kind", "subject", "case", "purpose", "source", "area", "outcome",
	[REREAD_OFFSET] = "offset", "file", "line" };

/* Where the fields are then. */
static const int places[FIELD_N] = {
	[FIELD_TIME] = 0,
	[FIELD_DATE] = -1,
	[FIELD_USER] = 1,
	[FIELD_UNIT] = 2,
	[FIELD_ROLE] = 3,
	[FIELD_KIND] = 4,
	[FIELD_SUBJECT] = 5,
	[FIELD_CASE] = 6,
	[FIELD_PURPOSE] = 7,
	[FIELD_SOURCE] = 8,
	[FIELD_AREA] = 9,
	[FIELD_OUTCOME] = 10,
};

/* Take a text off the front. */
static bool
take(struct slice *from, const char *text)
{
	size_t len = strlen(text);

	if (from->len < len || memcmp(from->at, text, len) != 0)
		return false;
	from->at += len;
	from->len -= len;
	return true;
}

enum reread
reread_header(struct slice header, const struct columns *columns)
{
	bool raw = header.len > 0 && header.at[0] == '"';

	if (columns->width != REREAD_N ||
		memcmp(columns->at, places, sizeof(places)) != 0 ||
		!take(&header, raw ? "\"time\"" : "time"))
		return REREAD_NONE;
	for (size_t i = 1; i < REREAD_N; i++) {
		if (!take(&header, ",") || !take(&header, reread_names[i]))
			return REREAD_NONE;
	}
	if (header.len > 0)
		return REREAD_NONE;
	return raw ? REREAD_RAW : REREAD_GUARDED;
}

enum reread
reread_names_are(const struct slice *names, size_t n,
	const struct columns *columns)
{
	if (n != REREAD_N ||
		memcmp(columns->at, places, sizeof(places)) != 0)
		return REREAD_NONE;
	for (size_t i = 0; i < REREAD_N; i++) {
		if (!slice_is(names[i], reread_names[i]))
			return REREAD_NONE;
	}
	return REREAD_RAW;
}

static bool
is_guarded(struct slice text)
{
	size_t n = 0;

	while (n < text.len && text.at[n] == '\'')
		n++;
	return n > 0 && n < text.len && text.at[n] != '\0' &&
		strchr("=+-@\t\r", text.at[n]) != NULL;
}

void
reread_texts(enum reread reread, struct record *record)
{
	for (size_t f = 0; reread == REREAD_GUARDED && f < FIELD_N; f++) {
		struct slice *text = &record->field[f];

		if (is_guarded(*text)) {
			text->at++;
			text->len--;
		}
	}
}

static bool
take_two(const char *at, int32_t most, int32_t *ret)
{
	if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9')
		return false;
	*ret = (at[0] - '0') * 10 + (at[1] - '0');
	return *ret <= most;
}

bool
reread_offset(struct slice offset, const struct zone *zone,
	struct moment *when)
{
	int32_t hours, minutes, size;

	if (offset.len == 0) {
		/* rounded down, also before 1970 */
		when->offset = zone_offset(zone,
			when->ms / 1000 - (when->ms % 1000 < 0));
		when->zoned = false;
		return true;
	}
	if (offset.len != 6 || (offset.at[0] != '+' && offset.at[0] != '-') ||
		offset.at[3] != ':' || !take_two(offset.at + 1, 23, &hours) ||
		!take_two(offset.at + 4, 59, &minutes))
		return false;
	size = (hours * 60 + minutes) * 60;
	when->offset = offset.at[0] == '-' ? -size : size;
	when->zoned = true;
	return true;
}
