/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/window.h"

int32_t
window_day(const struct window *window, int64_t ms)
{
	/* Lookups are not before 1970, offsets below a day. */
	int64_t second = ms / 1000;

	second += window->zone != NULL ? zone_offset(window->zone, second) :
					 window->offset;
	return (int32_t)((second + DAY_SECONDS) / DAY_SECONDS - 1);
}
