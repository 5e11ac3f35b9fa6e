/* SPDX-License-Identifier: Apache-2.0 */
#include "format/zone.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "format/calendar.h"
#include "format/zone-rule.h"

static const char zone_dir[] = "/usr/share/zoneinfo/";

enum {
	NAME_MAX_LEN = 63,
	FILE_MAX = 256 * 1024,  /* the largest of tzdata has 4 KiB */
	CHANGES_MAX = 16384,    /* fits the uint16_t of the index */
	OFFSET_MAX = 26 * 3600, /* RFC 8536 3.2: from -25 h to 26 h */
	DAY = 86400,
	BUCKET_BITS = 23,       /* 97 days: one change a bucket, mostly */
	BUCKETS = 2048,         /* 1970 to 2514, beyond any fold_from + CYCLE */
};

/* The Gregorian calendar repeats after 400 years, days of the week as well. */
static const int64_t CYCLE = (int64_t)146097 * DAY;

/* Later seconds than any caller means, with room to add to them. */
static const int64_t FAR = INT64_MAX / 4;

struct change {
	int64_t at;     /* the UTC second from which … */
	int32_t offset; /* … this is in force */
};

/*
 * The rule of the footer, valid after the last change of a file, is written
 * out as changes for 400 years from fold_from on; later seconds are folded
 * back into these years. So no calendar is computed when a time is looked up.
 */
struct zone {
	char name[NAME_MAX_LEN + 1];
	struct change *changes; /* the first is at INT64_MIN; ascending */
	size_t n;               /* at least 1 */
	size_t cap;
	int64_t fold_from;      /* INT64_MAX: the last change holds for ever */
	uint16_t index[BUCKETS]; /* what is in force as a bucket begins */
};

static size_t
period_of(const struct zone *zone, int64_t utc)
{
	size_t low = 0, high = zone->n;

	if (utc >= 0 && utc < (int64_t)BUCKETS << BUCKET_BITS) {
		low = zone->index[utc >> BUCKET_BITS];
		while (low + 1 < zone->n && zone->changes[low + 1].at <= utc)
			low++;
		return low;
	}
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (zone->changes[middle].at <= utc)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* How much to take off a second so that it lies in the written-out years. */
static int64_t
fold_of(const struct zone *zone, int64_t second)
{
	if (zone->fold_from == INT64_MAX || second < zone->fold_from + CYCLE)
		return 0;
	return (second - zone->fold_from) / CYCLE * CYCLE;
}

int32_t
zone_offset(const struct zone *zone, int64_t utc)
{
	if (zone->n == 1)
		return zone->changes[0].offset;
	return zone->changes[period_of(zone, utc - fold_of(zone, utc))].offset;
}

/* Whether period i is in force at the local second, and if not, on which side
 * of it the second lies: -1 before it, 0 in it, 1 after it. */
static int
period_side(const struct zone *zone, size_t i, int64_t local)
{
	int64_t utc = local - zone->changes[i].offset;

	if (utc < zone->changes[i].at)
		return -1;
	if (i + 1 < zone->n && utc >= zone->changes[i + 1].at)
		return 1;
	return 0;
}

/* The earliest period that has the local second; in a gap, the one before. */
static size_t
period_of_local(const struct zone *zone, int64_t local, enum zone_fit *ret_fit)
{
	size_t i = period_of(zone, local - OFFSET_MAX);
	int side = period_side(zone, i, local);

	while (side > 0 && i + 1 < zone->n) {
		side = period_side(zone, i + 1, local);
		if (side < 0) {
			*ret_fit = ZONE_GAP;
			return i;
		}
		i++;
	}
	*ret_fit = ZONE_EXACT;
	for (size_t j = i + 1; j < zone->n &&
		zone->changes[j].at <= local + OFFSET_MAX; j++)
		if (period_side(zone, j, local) == 0)
			*ret_fit = ZONE_OVERLAP;
	return i;
}

int64_t
zone_to_utc(const struct zone *zone, int64_t local, int32_t *ret_offset,
	enum zone_fit *ret_fit)
{
	size_t i = 0;

	if (local < -FAR)
		local = -FAR;
	if (local > FAR)
		local = FAR;
	if (zone->n == 1)
		*ret_fit = ZONE_EXACT;
	else
		i = period_of_local(zone, local - fold_of(zone, local),
			ret_fit);
	*ret_offset = zone->changes[i].offset;
	return local - *ret_offset;
}

bool
zone_steady(const struct zone *zone, int64_t from, int64_t to,
	int32_t *ret_offset)
{
	size_t i = 0;

	if (zone->n > 1) {
		if (from < -FAR || to > FAR ||
			fold_of(zone, to + OFFSET_MAX) != 0)
			return false;
		i = period_of(zone, from - OFFSET_MAX);
		if (i + 1 < zone->n &&
			zone->changes[i + 1].at <= to + OFFSET_MAX)
			return false;
	}
	*ret_offset = zone->changes[i].offset;
	return true;
}

const char *
zone_name(const struct zone *zone)
{
	return zone->name;
}

/* A change that changes nothing is left out; one at the second of another
 * replaces it (daylight time that ends as the next year's begins). */
static int
add_change(struct zone *zone, int64_t at, int32_t offset, struct fault *fault)
{
	void *changes = zone->changes;
	struct change *last;

	if (zone->n > 0) {
		last = &zone->changes[zone->n - 1];
		if (last->at == at) {
			last->offset = offset;
			return 0;
		}
		if (last->offset == offset)
			return 0;
	}
	if (memory_grow(&changes, &zone->cap, zone->n + 1,
		sizeof(*zone->changes), CHANGES_MAX,
		"changes in a time zone", fault) != 0)
		return -1;
	zone->changes = changes;
	zone->changes[zone->n++] = (struct change){ at, offset };
	return 0;
}

static void
build_index(struct zone *zone)
{
	size_t i = 0;

	for (size_t k = 0; k < BUCKETS; k++) {
		int64_t start = (int64_t)k << BUCKET_BITS;

		while (i + 1 < zone->n && zone->changes[i + 1].at <= start)
			i++;
		zone->index[k] = (uint16_t)i;
	}
}

static int
add_rule_change(struct zone *zone, const struct zone_day *day, int64_t year,
	int32_t before, int32_t after, struct fault *fault)
{
	int64_t at = zone_day_of(day, year) * DAY + day->second - before;

	/* Neither what the file itself says of the past, nor a rule whose
	 * days overtake each other. */
	if (zone->n > 1 && at < zone->changes[zone->n - 1].at)
		return 0;
	return add_change(zone, at, after, fault);
}

static int
add_rule(struct zone *zone, const struct zone_rule *rule, struct fault *fault)
{
	int64_t last = zone->changes[zone->n - 1].at;
	int64_t year = 1969;
	unsigned month, day;

	if (!rule->has_daylight || last > calendar_days(9999, 1, 1) * DAY)
		return 0;
	if (zone->n > 1)
		calendar_civil(last / DAY, &year, &month, &day);
	if (year < 1800)
		year = 1800;
	zone->fold_from = calendar_days(year + 2, 1, 1) * DAY;
	for (int64_t until = year + 404; year < until; year++) {
		const struct zone_day *start = &rule->start;
		const struct zone_day *end = &rule->end;
		bool south = zone_day_of(start, year) > zone_day_of(end, year);

		if (south && add_rule_change(zone, end, year, rule->daylight,
			rule->standard, fault) != 0)
			return -1;
		if (add_rule_change(zone, start, year, rule->standard,
			rule->daylight, fault) != 0)
			return -1;
		if (!south && add_rule_change(zone, end, year, rule->daylight,
			rule->standard, fault) != 0)
			return -1;
	}
	return 0;
}

struct header {
	unsigned char version;
	uint32_t n_utc, n_standard, n_leaps, n_times, n_types, n_chars;
};

enum { HEADER_LEN = 44, TYPE_LEN = 6 };

/* Two's complement, most significant byte first. */
static int64_t
read_int(const unsigned char *at, size_t len)
{
	uint64_t value = at[0] & 0x80 ? UINT64_MAX : 0;

	for (size_t i = 0; i < len; i++)
		value = value << 8 | at[i];
	return (int64_t)value;
}

static bool
read_header(const unsigned char *data, size_t len, struct header *header)
{
	uint32_t *counts[] = { &header->n_utc, &header->n_standard,
		&header->n_leaps, &header->n_times, &header->n_types,
		&header->n_chars };

	if (len < HEADER_LEN || memcmp(data, "TZif", 4) != 0)
		return false;
	header->version = data[4];
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		int64_t count = read_int(data + 20 + 4 * i, 4);

		if (count < 0 || count > FILE_MAX)
			return false;
		*counts[i] = (uint32_t)count;
	}
	return header->n_types >= 1 && header->n_types <= 256 &&
		header->n_times < CHANGES_MAX;
}

/* Counts are at most FILE_MAX: no overflow. */
static size_t
body_len(const struct header *h, size_t time_len)
{
	return (size_t)h->n_times * (time_len + 1) +
		(size_t)h->n_types * TYPE_LEN + h->n_chars +
		(size_t)h->n_leaps * (time_len + 4) + h->n_standard + h->n_utc;
}

static bool
read_type(const unsigned char *types, size_t i, int32_t *ret_offset)
{
	int64_t offset = read_int(types + i * TYPE_LEN, 4);

	if (offset <= -OFFSET_MAX || offset >= OFFSET_MAX)
		return false;
	*ret_offset = (int32_t)offset;
	return true;
}

static int
damaged(const struct zone *zone, struct fault *fault)
{
	return fault_set(fault, FAULT_INPUT,
		"the tzdata file of the time zone %s is damaged", zone->name);
}

/* Before the first change the first type holds (RFC 8536 3.2). */
static int
load_body(struct zone *zone, const unsigned char *body,
	const struct header *header, size_t time_len, struct fault *fault)
{
	const unsigned char *indexes = body + header->n_times * time_len;
	const unsigned char *types = indexes + header->n_times;
	int64_t before = INT64_MIN;
	int32_t offset;

	if (header->n_leaps > 0)
		return fault_set(fault, FAULT_USAGE, "the time zone %s counts "
			"leap seconds, logs do not", zone->name);
	if (!read_type(types, 0, &offset))
		return damaged(zone, fault);
	if (add_change(zone, INT64_MIN, offset, fault) != 0)
		return -1;
	for (size_t i = 0; i < header->n_times; i++) {
		int64_t at = read_int(body + i * time_len, time_len);

		if (at <= before || at > FAR || indexes[i] >= header->n_types ||
			!read_type(types, indexes[i], &offset))
			return damaged(zone, fault);
		before = at;
		if (add_change(zone, at, offset, fault) != 0)
			return -1;
	}
	return 0;
}

static int
load_footer(struct zone *zone, const unsigned char *data, size_t len,
	struct fault *fault)
{
	const char *from = (const char *)data + 1;
	const char *newline;
	struct zone_rule rule;

	if (len < 2 || data[0] != '\n')
		return damaged(zone, fault);
	newline = memchr(from, '\n', len - 1);
	if (newline == NULL)
		return damaged(zone, fault);
	if (newline == from)
		return 0;
	if (!zone_rule_parse((struct slice){ from, (size_t)(newline - from) },
		    &rule))
		return damaged(zone, fault);
	return add_rule(zone, &rule, fault);
}

static int
load(struct zone *zone, const unsigned char *data, size_t len,
	struct fault *fault)
{
	size_t time_len = 4, body;
	struct header header;

	if (!read_header(data, len, &header))
		return damaged(zone, fault);
	body = body_len(&header, time_len);
	if (header.version >= '2') {
		/* The 32-bit data come first, for old readers. */
		if (body > len - HEADER_LEN)
			return damaged(zone, fault);
		data += HEADER_LEN + body;
		len -= HEADER_LEN + body;
		time_len = 8;
		if (!read_header(data, len, &header))
			return damaged(zone, fault);
		body = body_len(&header, time_len);
	}
	if (body > len - HEADER_LEN)
		return damaged(zone, fault);
	if (load_body(zone, data + HEADER_LEN, &header, time_len, fault) != 0)
		return -1;
	if (time_len == 4)
		return 0;
	return load_footer(zone, data + HEADER_LEN + body,
		len - HEADER_LEN - body, fault);
}

static int
unknown(const struct zone *zone, struct fault *fault)
{
	if (access(zone_dir, F_OK) != 0)
		return fault_set(fault, FAULT_USAGE, "no time zone '%s': "
			"tzdata is not installed (%s)", zone->name, zone_dir);
	return fault_set(fault, FAULT_USAGE, "no time zone '%s': give UTC, an "
		"offset such as +06:00 or a name such as Asia/Dhaka",
		zone->name);
}

/* Bytes read, or -1 with the fault set. A directory, a device or a text file
 * of the tzdata directory is no zone. */
static ssize_t
read_zone(const struct zone *zone, unsigned char *data, struct fault *fault)
{
	char path[sizeof(zone_dir) + NAME_MAX_LEN];
	struct stat status;
	ssize_t got = 0, len = 0;
	int fd;

	(void)snprintf(path, sizeof(path), "%s%s", zone_dir, zone->name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return unknown(zone, fault);
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
		(void)close(fd);
		return unknown(zone, fault);
	}
	while (len < FILE_MAX) {
		got = read(fd, data + len, (size_t)(FILE_MAX - len));
		if (got > 0)
			len += got;
		else if (got == 0 || errno != EINTR)
			break;
	}
	(void)close(fd);
	if (got < 0 || len == FILE_MAX)
		return damaged(zone, fault);
	if (len < 4 || memcmp(data, "TZif", 4) != 0)
		return unknown(zone, fault);
	return len;
}

static int
load_named(struct zone *zone, struct fault *fault)
{
	unsigned char *data = malloc(FILE_MAX);
	ssize_t len;
	int result = -1;

	if (data == NULL)
		return fault_memory(fault);
	len = read_zone(zone, data, fault);
	if (len >= 0)
		result = load(zone, data, (size_t)len, fault);
	free(data);
	return result;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_plain(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len > NAME_MAX_LEN || name[0] == '/')
		return false;
	for (const char *c = name; *c != '\0'; c++)
		if (!is_letter(*c) && !(*c >= '0' && *c <= '9') &&
			strchr("_+-/", *c) == NULL)
			return false;
	return true;
}

/* ±hh, ±hh:mm or ±hhmm */
static bool
parse_fixed(const char *name, int32_t *ret_offset)
{
	unsigned digits[4] = { 0 };
	size_t n = 0;

	if (name[0] != '+' && name[0] != '-')
		return false;
	for (const char *c = name + 1; *c != '\0'; c++) {
		if (*c == ':' && n == 2 && c == name + 3 && c[1] != '\0')
			continue;
		if (n == ARRAY_LEN(digits) || *c < '0' || *c > '9')
			return false;
		digits[n++] = (unsigned)(*c - '0');
	}
	if ((n != 2 && n != 4) || digits[0] * 10 + digits[1] > 23 ||
		digits[2] > 5)
		return false;
	*ret_offset = (int32_t)((digits[0] * 10 + digits[1]) * 3600 +
		(digits[2] * 10 + digits[3]) * 60);
	if (name[0] == '-')
		*ret_offset = -*ret_offset;
	return true;
}

static int
fill(struct zone *zone, const char *name, struct fault *fault)
{
	struct slice text = slice_of(name);
	int32_t offset = 0;

	if (slice_is_nocase(text, "UTC") || slice_is_nocase(text, "Z")) {
		(void)snprintf(zone->name, sizeof(zone->name), "UTC");
		return add_change(zone, INT64_MIN, 0, fault);
	}
	if (parse_fixed(name, &offset)) {
		unsigned minutes = (unsigned)abs(offset) / 60;

		(void)snprintf(zone->name, sizeof(zone->name), "%c%02u:%02u",
			name[0], minutes / 60 % 24, minutes % 60);
		return add_change(zone, INT64_MIN, offset, fault);
	}
	/* Such a name is not repeated: it may hold anything. */
	if (!is_plain(name))
		return fault_set(fault, FAULT_USAGE, "the time zone is neither "
			"UTC, an offset such as +06:00 nor a name such as "
			"Asia/Dhaka");
	(void)snprintf(zone->name, sizeof(zone->name), "%s", name);
	return load_named(zone, fault);
}

int
zone_open(struct zone **ret, const char *name, struct fault *fault)
{
	struct zone *zone = memory_array(1, sizeof(*zone));

	if (zone == NULL)
		return fault_memory(fault);
	zone->fold_from = INT64_MAX;
	if (fill(zone, name, fault) != 0) {
		zone_free(zone);
		return -1;
	}
	build_index(zone);
	*ret = zone;
	return 0;
}

void
zone_free(struct zone *zone)
{
	if (zone == NULL)
		return;
	free(zone->changes);
	free(zone);
}
