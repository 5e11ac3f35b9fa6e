/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time zones from the system's tzdata (TZif, RFC 8536), never from the
 * process's TZ or locale. A zone is immutable once opened: threads share it.
 */
#ifndef QUIS_FORMAT_ZONE_H
#define QUIS_FORMAT_ZONE_H

#include "base/base.h"

struct zone;

/* name: "UTC", "Z", "+06:00", "-0330", or a tzdata name ("Asia/Dhaka";
 * no absolute paths, no ".."). Unknown: FAULT_USAGE, with a hint. */
int zone_open(struct zone **ret, const char *name, struct fault *fault);
void zone_free(struct zone *zone);
const char *zone_name(const struct zone *zone);

/* Seconds east of UTC in force at the UTC second. */
int32_t zone_offset(const struct zone *zone, int64_t utc);

enum zone_fit { ZONE_EXACT, ZONE_GAP, ZONE_OVERLAP };

/* The UTC second of a local wall-clock second (seconds since 1970-01-01
 * 00:00:00 as if the clock were UTC). In a gap the offset before it is used,
 * in an overlap the earlier instant; *ret_fit tells. */
int64_t zone_to_utc(const struct zone *zone, int64_t local, int32_t *ret_offset,
	enum zone_fit *ret_fit);

/* Is one offset in force, for certain, from a local second to another, and are
 * all of them exact? */
bool zone_steady(const struct zone *zone, int64_t from, int64_t to,
	int32_t *ret_offset);

#endif
