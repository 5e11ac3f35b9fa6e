/* SPDX-License-Identifier: Apache-2.0 */
/* Any lines as times, one after the other: what is read is a time that can be
 * printed and read, and who remembers the last one reads the same. The first
 * byte chooses the zone. */
#include "format/time.h"
#include "tests/fuzz/fuzz.h"

static struct zone *zones[4]; /* the last one is none */

static void
open_zones(void)
{
	static const char *const names[] = { "UTC", "Europe/Berlin", "-03:30" };
	struct fault fault = { 0 };

	for (size_t i = 0; zones[i] == NULL && i < ARRAY_LEN(names); i++)
		MUST(zone_open(&zones[i], names[i], &fault) == 0);
}

static bool
is_same(const struct moment *a, const struct moment *b)
{
	return a->ms == b->ms && a->offset == b->offset &&
		a->zoned == b->zoned && a->fit == b->fit;
}

static void
check_moment(const struct moment *moment)
{
	char buf[TIME_TEXT_MAX];
	struct moment read;
	size_t len = time_print(buf, moment->ms, moment->offset);

	MUST(len < sizeof(buf) && buf[len] == '\0');
	MUST(time_parse((struct slice){ buf, len }, NULL, &read));
	MUST(read.ms == moment->ms);
}

static void
check_text(struct time_memo *memo, struct slice text, const struct zone *zone)
{
	const struct moment untouched = { .ms = -7, .offset = 7 };
	struct moment plain = untouched, again = untouched;
	bool is_time = time_parse(text, zone, &plain);

	MUST(time_parse_again(memo, text, zone, &again) == is_time);
	MUST(is_same(&plain, &again));
	if (is_time)
		check_moment(&plain);
	else
		MUST(is_same(&plain, &untouched));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const struct zone *zone;
	struct time_memo memo = { 0 };
	struct slice before = { NULL, 0 };
	struct moment moment;
	char *text;

	if (len < 2)
		return 0;
	open_zones();
	zone = zones[data[0] % ARRAY_LEN(zones)];
	/* of its own length, so that nothing is read behind it */
	text = malloc(--len);
	MUST(text != NULL);
	memcpy(text, data + 1, len);
	for (size_t start = 0, i = 0; i <= len; i++) {
		struct slice line = { text + start, i - start };

		if (i < len && text[i] != '\n')
			continue;
		check_text(&memo, line, zone);
		if (before.at != NULL &&
			time_parse_pair(before, line, zone, &moment))
			check_moment(&moment);
		before = line;
		start = i + 1;
	}
	free(text);
	return 0;
}
