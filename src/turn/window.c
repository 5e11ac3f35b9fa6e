/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/window.h"

/* Seconds since 1970 on the report's clock. */
static int64_t
local_second(const struct window *window, int64_t ms)
{
	int64_t second = ms / 1000;

	return second +
		(window->zone != NULL ? zone_offset(window->zone, second) :
					window->offset);
}

int32_t
window_zone_day(const struct window *window, int64_t ms)
{
	/* Lookups are not before 1970, offsets below a day. */
	return (int32_t)((local_second(window, ms) + DAY_SECONDS) /
			DAY_SECONDS -
		1);
}

int
window_minute(const struct window *window, int64_t ms)
{
	return (int)((local_second(window, ms) + DAY_SECONDS) % DAY_SECONDS /
		60);
}
