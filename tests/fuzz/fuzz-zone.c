/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a zone of tzdata, with the rule at its end: one that is read
 * gives the offset of its last change before a second, and of a local second
 * one that is in force then. */
#include "tests/fuzz/fuzz.h"

/* The room itself: zone_open() reads the system's files only. */
#include "format/zone.c"

static int32_t
plain_offset(const struct zone *zone, int64_t utc)
{
	size_t i = zone->n - 1;

	while (i > 0 && zone->changes[i].at > utc)
		i--;
	return zone->changes[i].offset;
}

static void
check_second(const struct zone *zone, int64_t second)
{
	int32_t offset, steady;
	enum zone_fit fit;
	int64_t utc;

	if (second < -FAR || second > FAR)
		return;
	if (fold_of(zone, second) == 0)
		MUST(zone_offset(zone, second) == plain_offset(zone, second));
	utc = zone_to_utc(zone, second, &offset, &fit);
	MUST(utc == second - offset);
	if (fit == ZONE_EXACT)
		MUST(zone_offset(zone, utc) == offset);
	if (zone_steady(zone, second, second + 3600, &steady))
		MUST(fit == ZONE_EXACT && steady == offset);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const int64_t seconds[] = { INT64_MIN / 8, -1, 0, 1777608672,
		4128633000, 253402297199, INT64_MAX / 8 };
	struct zone *zone = memory_array(1, sizeof(*zone));
	struct fault fault = { 0 };

	MUST(zone != NULL);
	zone->fold_from = INT64_MAX;
	memcpy(zone->name, "Fuzz", 5);
	if (load(zone, data, len, &fault) == 0) {
		build_index(zone);
		for (size_t i = 0; i < ARRAY_LEN(seconds); i++)
			check_second(zone, seconds[i]);
		for (size_t i = 1; i < zone->n && i < 8; i++) {
			check_second(zone, zone->changes[i].at - 1);
			check_second(zone, zone->changes[i].at);
		}
	} else {
		MUST(fault.code == FAULT_INPUT || fault.code == FAULT_USAGE ||
			fault.code == FAULT_LIMIT);
	}
	zone_free(zone);
	return 0;
}
