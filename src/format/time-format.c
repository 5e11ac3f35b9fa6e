/* SPDX-License-Identifier: Apache-2.0 */
#include "format/time-format.h"

#include "base/memory.h"
#include "format/calendar.h"

enum { STEPS_MOST = 128, DAY_MS = 86400000, LEAP_YEARS = 8 };

/* What a format may say, each once. */
enum part {
	PART_YEAR,
	PART_MONTH,
	PART_DAY,
	PART_YEAR_DAY,
	PART_HOUR,
	PART_HALF_HOUR, /* of twelve */
	PART_HALF,      /* of the day */
	PART_MINUTE,
	PART_SECOND,
	PART_FRACTION,
	PART_EPOCH,
	PART_OFFSET,
	PART_ZONE,
	PART_WEEKDAY,
	PARTS,
};

/* directive: 0 for text; blank for blanks */
struct step {
	char directive, literal;
};

struct time_format {
	struct step steps[STEPS_MOST];
	size_t n;
	char said[PARTS]; /* by which directive, or 0 */
};

static const struct directive {
	char letter;
	enum part part;
	const char *what;
} directives[] = {
	{ 'Y', PART_YEAR, "year" },
	{ 'y', PART_YEAR, "year" },
	{ 'm', PART_MONTH, "month" },
	{ 'b', PART_MONTH, "month" },
	{ 'B', PART_MONTH, "month" },
	{ 'd', PART_DAY, "day" },
	{ 'e', PART_DAY, "day" },
	{ 'j', PART_YEAR_DAY, "day of the year" },
	{ 'H', PART_HOUR, "hour" },
	{ 'I', PART_HALF_HOUR, "hour" },
	{ 'p', PART_HALF, "half of the day" },
	{ 'M', PART_MINUTE, "minute" },
	{ 'S', PART_SECOND, "second" },
	{ 'f', PART_FRACTION, "fraction" },
	{ 's', PART_EPOCH, "time" },
	{ 'z', PART_OFFSET, "offset" },
	{ 'Z', PART_ZONE, "zone" },
	{ 'a', PART_WEEKDAY, "day of the week" },
	{ 'A', PART_WEEKDAY, "day of the week" },
};

static const struct {
	char letter;
	const char *text;
} shorthands[] = {
	{ 'T', "%H:%M:%S" },
	{ 'R', "%H:%M" },
	{ 'F', "%Y-%m-%d" },
	{ 'D', "%m/%d/%y" },
};

static int
add_step(struct time_format *format, char directive, char literal,
	struct fault *fault)
{
	if (format->n == STEPS_MOST)
		return fault_set(fault, FAULT_USAGE,
			"the time format is longer than %d characters",
			(int)STEPS_MOST);
	format->steps[format->n++] = (struct step){ directive, literal };
	return 0;
}

static int
add_directive(struct time_format *format, char letter, struct fault *fault)
{
	for (size_t i = 0; i < ARRAY_LEN(directives); i++) {
		const struct directive *d = &directives[i];

		if (d->letter != letter)
			continue;
		if (format->said[d->part] != 0)
			return fault_set(fault, FAULT_USAGE,
				"the time format says the %s twice, by %%%c "
				"and %%%c", d->what, format->said[d->part],
				letter);
		format->said[d->part] = letter;
		return add_step(format, letter, 0, fault);
	}
	return fault_set(fault, FAULT_USAGE,
		"%%%c is not known in time formats",
		letter > ' ' && letter < 0x7f ? letter : '?');
}

/* Shorthands hold no others. */
static int
compile(struct time_format *format, const char *at, struct fault *fault)
{
	for (; *at != '\0'; at++) {
		const char *stands_for = NULL;
		int result;

		if (*at != '%') {
			bool blank = *at == ' ' || *at == '\t';

			result = add_step(format, blank ? ' ' : 0, *at, fault);
		} else if (*++at == '%') {
			result = add_step(format, 0, '%', fault);
		} else if (*at == '\0') {
			return fault_set(fault, FAULT_USAGE,
				"the time format ends with a lone %%");
		} else {
			for (size_t i = 0; i < ARRAY_LEN(shorthands); i++) {
				if (shorthands[i].letter == *at)
					stands_for = shorthands[i].text;
			}
			result = stands_for != NULL ?
				compile(format, stands_for, fault) :
				add_directive(format, *at, fault);
		}
		if (result != 0)
			return -1;
	}
	return 0;
}

/* Two ways to say one thing, or one that needs another. */
static int
check(const struct time_format *format, struct fault *fault)
{
	static const struct {
		enum part one, two;
	} twice[] = { { PART_HOUR, PART_HALF_HOUR }, { PART_HOUR, PART_HALF },
		{ PART_YEAR_DAY, PART_DAY }, { PART_YEAR_DAY, PART_MONTH },
		{ PART_EPOCH, PART_YEAR }, { PART_EPOCH, PART_MONTH },
		{ PART_EPOCH, PART_DAY }, { PART_EPOCH, PART_YEAR_DAY },
		{ PART_EPOCH, PART_HOUR }, { PART_EPOCH, PART_HALF_HOUR },
		{ PART_EPOCH, PART_HALF }, { PART_EPOCH, PART_MINUTE },
		{ PART_EPOCH, PART_SECOND }, { PART_EPOCH, PART_OFFSET },
		{ PART_EPOCH, PART_ZONE } };
	const char *said = format->said, *lacks = NULL;

	for (size_t i = 0; i < ARRAY_LEN(twice); i++) {
		char one = said[twice[i].one], two = said[twice[i].two];

		if (one != 0 && two != 0)
			return fault_set(fault, FAULT_USAGE,
				"%%%c and %%%c of the time format contradict "
				"each other", one, two);
	}
	if (said[PART_EPOCH] != 0)
		return 0;
	if (said[PART_YEAR_DAY] != 0 && said[PART_YEAR] == 0)
		lacks = "a year, %Y";
	else if (said[PART_YEAR_DAY] == 0 && said[PART_MONTH] == 0)
		lacks = "a month, %m or %b";
	else if (said[PART_YEAR_DAY] == 0 && said[PART_DAY] == 0)
		lacks = "a day, %d";
	else if (said[PART_HOUR] == 0 && said[PART_HALF_HOUR] == 0)
		lacks = "an hour, %H";
	else if (said[PART_HALF_HOUR] != 0 && said[PART_HALF] == 0)
		lacks = "%p beside its %I";
	else if (said[PART_MINUTE] == 0)
		lacks = "a minute, %M";
	else if (said[PART_FRACTION] != 0 && said[PART_SECOND] == 0)
		lacks = "a second, %S, before its %f";
	return lacks == NULL ? 0 :
		fault_set(fault, FAULT_USAGE, "the time format lacks %s",
			lacks);
}

int
time_format_open(struct time_format **ret, const char *text,
	struct fault *fault)
{
	struct time_format *format = memory_array(1, sizeof(*format));

	if (format == NULL)
		return fault_memory(fault);
	if (compile(format, text, fault) != 0 || check(format, fault) != 0) {
		time_format_free(format);
		return -1;
	}
	*ret = format;
	return 0;
}

void
time_format_free(struct time_format *format)
{
	free(format);
}

bool
time_format_has_year(const struct time_format *format)
{
	return format->said[PART_YEAR] != 0 || format->said[PART_EPOCH] != 0;
}

/* What is read of one text. */
struct reading {
	const char *at, *end;
	struct time_parts parts;
	unsigned year_day;
	bool afternoon;
	int64_t epoch;
};

static bool
is_digit(const struct reading *r)
{
	return r->at < r->end && *r->at >= '0' && *r->at <= '9';
}

static bool
take_number(struct reading *r, int least, int most, unsigned *ret)
{
	unsigned value = 0;
	int n = 0;

	for (; n < most && is_digit(r); n++)
		value = value * 10 + (unsigned)(*r->at++ - '0');
	*ret = value;
	return n >= least;
}

static bool
take_epoch(struct reading *r)
{
	const char *from = r->at;

	r->epoch = 0;
	while (r->at - from < 12 && is_digit(r))
		r->epoch = r->epoch * 10 + (*r->at++ - '0');
	return r->at > from;
}

/* To milliseconds; what is finer is passed by. */
static bool
take_fraction(struct reading *r)
{
	const char *from = r->at;
	int32_t unit = 100;

	for (; is_digit(r); r->at++) {
		r->parts.ms += unit * (*r->at - '0');
		unit /= 10;
	}
	return r->at > from;
}

static bool
is_letter(const struct reading *r)
{
	return r->at < r->end && (*r->at | 0x20) >= 'a' &&
		(*r->at | 0x20) <= 'z';
}

/* A name, of which the first three letters are enough, or all of it. */
static bool
take_name(struct reading *r, const char *const *names, size_t n,
	unsigned *ret)
{
	const char *from = r->at;
	struct slice word;

	while (is_letter(r))
		r->at++;
	word = (struct slice){ from, (size_t)(r->at - from) };
	for (size_t i = 0; i < n; i++) {
		struct slice full = slice_of(names[i]);

		if (word.len < 3 || (word.len != 3 && word.len != full.len))
			continue;
		for (size_t k = 0; k < word.len; k++) {
			if ((word.at[k] | 0x20) != full.at[k])
				break;
			if (k + 1 < word.len)
				continue;
			*ret = (unsigned)i + 1;
			return true;
		}
	}
	return false;
}

static bool
take_month(struct reading *r)
{
	static const char *const months[] = { "january", "february", "march",
		"april", "may", "june", "july", "august", "september",
		"october", "november", "december" };

	return take_name(r, months, ARRAY_LEN(months), &r->parts.month);
}

static bool
take_weekday(struct reading *r)
{
	static const char *const days[] = { "monday", "tuesday", "wednesday",
		"thursday", "friday", "saturday", "sunday" };
	unsigned ignored;

	return take_name(r, days, ARRAY_LEN(days), &ignored);
}

static bool
take_half(struct reading *r)
{
	if (r->end - r->at < 2 || (r->at[1] | 0x20) != 'm')
		return false;
	r->afternoon = (r->at[0] | 0x20) == 'p';
	r->at += 2;
	return r->afternoon || (r->at[-2] | 0x20) == 'a';
}

/* +06, +0600, +06:00 */
static bool
take_offset(struct reading *r)
{
	unsigned hour, minute = 0;
	char sign = r->at < r->end ? *r->at : 0;

	if (sign == 'Z' || sign == 'z') {
		r->at++;
		r->parts.zoned = true;
		return true;
	}
	if (sign != '+' && sign != '-')
		return false;
	r->at++;
	if (!take_number(r, 2, 2, &hour))
		return false;
	if (is_digit(r) ||
		(r->end - r->at >= 3 && *r->at == ':' && r->at[1] >= '0' &&
			r->at[1] <= '9')) {
		r->at += *r->at == ':';
		if (!take_number(r, 2, 2, &minute))
			return false;
	}
	r->parts.zoned = true;
	r->parts.offset = (int32_t)(hour * 3600 + minute * 60);
	if (sign == '-')
		r->parts.offset = -r->parts.offset;
	return hour <= 23 && minute <= 59;
}

static bool
take_zone(struct reading *r)
{
	const char *from = r->at;
	struct slice name;

	if (r->at < r->end && (*r->at == '+' || *r->at == '-'))
		return take_offset(r);
	while (is_letter(r) || (r->at > from && r->at < r->end &&
		(*r->at == '/' || *r->at == '_')))
		r->at++;
	name = (struct slice){ from, (size_t)(r->at - from) };
	if (slice_is_nocase(name, "utc") || slice_is_nocase(name, "gmt") ||
		slice_is_nocase(name, "z"))
		r->parts.zoned = true; /* an offset before it stands */
	return name.len > 0;
}

static bool
take_blanks(struct reading *r)
{
	const char *from = r->at;

	while (r->at < r->end && (*r->at == ' ' || *r->at == '\t'))
		r->at++;
	return r->at > from;
}

static bool
take_part(struct reading *r, char directive)
{
	struct time_parts *parts = &r->parts;

	switch (directive) {
	case 'Y':
		return take_number(r, 4, 4, &parts->year);
	case 'y':
		if (!take_number(r, 2, 2, &parts->year))
			return false;
		parts->year += parts->year < 69 ? 2000 : 1900;
		return true;
	case 'm':
		return take_number(r, 1, 2, &parts->month);
	case 'b':
	case 'B':
		return take_month(r);
	case 'e':
		(void)take_blanks(r);
		return take_number(r, 1, 2, &parts->day);
	case 'd':
		return take_number(r, 1, 2, &parts->day);
	case 'j':
		return take_number(r, 1, 3, &r->year_day);
	case 'H':
		return take_number(r, 1, 2, &parts->hour);
	case 'I':
		return take_number(r, 1, 2, &parts->hour) &&
			parts->hour >= 1 && parts->hour <= 12;
	case 'p':
		return take_half(r);
	case 'M':
		return take_number(r, 1, 2, &parts->minute);
	case 'S':
		return take_number(r, 1, 2, &parts->second);
	case 'f':
		return take_fraction(r);
	case 's':
		return take_epoch(r);
	case 'z':
		return take_offset(r);
	case 'Z':
		return take_zone(r);
	default:
		return take_weekday(r);
	}
}

static bool
take_all(const struct time_format *format, struct reading *r)
{
	for (size_t i = 0; i < format->n; i++) {
		struct step step = format->steps[i];
		bool next_pads = i + 1 < format->n &&
			format->steps[i + 1].directive == 'e';

		if (step.directive == ' ') {
			if (!take_blanks(r) && !next_pads)
				return false;
		} else if (step.directive != 0) {
			if (!take_part(r, step.directive))
				return false;
		} else {
			if (r->at == r->end || *r->at != step.literal)
				return false;
			r->at++;
		}
	}
	return r->at == r->end;
}

/* The last year in which the time is not beyond the one near it and a day. */
static bool
find_year(struct time_parts *parts, const struct zone *zone, int64_t near_ms,
	struct moment *ret)
{
	int64_t latest = near_ms + DAY_MS, year;
	unsigned month, day;
	struct moment moment;

	if (near_ms <= 0)
		return false;
	calendar_civil(latest / DAY_MS, &year, &month, &day);
	year++; /* it may have begun elsewhere */
	for (int i = 0; i <= LEAP_YEARS + 1; i++, year--) {
		parts->year = (unsigned)year;
		if (year < 1970 || !time_of_parts(parts, zone, &moment) ||
			moment.ms > latest)
			continue;
		*ret = moment;
		return true;
	}
	return false;
}

static bool
finish(const struct time_format *format, struct reading *r,
	const struct zone *zone, int64_t near_ms, struct moment *ret)
{
	struct time_parts *parts = &r->parts;
	int64_t year;

	if (format->said[PART_EPOCH] != 0) {
		calendar_civil(r->epoch / 86400, &year, &parts->month,
			&parts->day);
		if (year > 9999)
			return false;
		parts->year = (unsigned)year;
		parts->hour = (unsigned)(r->epoch / 3600 % 24);
		parts->minute = (unsigned)(r->epoch / 60 % 60);
		parts->second = (unsigned)(r->epoch % 60);
		parts->zoned = true;
	}
	if (format->said[PART_HALF] != 0)
		parts->hour = parts->hour % 12 + (r->afternoon ? 12 : 0);
	if (format->said[PART_YEAR_DAY] != 0) {
		if (r->year_day < 1 || r->year_day > 366)
			return false;
		calendar_civil(calendar_days(parts->year, 1, 1) +
				r->year_day - 1, &year, &parts->month,
			&parts->day);
		if (year != parts->year)
			return false;
	}
	if (!time_format_has_year(format))
		return find_year(parts, zone, near_ms, ret);
	return time_of_parts(parts, zone, ret);
}

bool
time_format_parse(const struct time_format *format, struct slice text,
	const struct zone *zone, int64_t near_ms, struct moment *ret)
{
	struct reading r = { 0 };

	text = slice_trim(text);
	if (text.len == 0)
		return false;
	r.at = text.at;
	r.end = text.at + text.len;
	return take_all(format, &r) && finish(format, &r, zone, near_ms, ret);
}
