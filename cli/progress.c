/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/progress.h"

#include <unistd.h>

/* Nothing is shown in the first moment, and then five times a second. */
enum { FIRST_MS = 500, EVERY_MS = 200 };

static int64_t
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
progress_init(struct progress *progress, uint64_t total, bool wanted)
{
	*progress = (struct progress){ .on = wanted && isatty(STDERR_FILENO),
		.total = total };
	if (progress->on)
		progress->began = now_ms();
}

void
progress_tick(void *ctx, uint64_t bytes)
{
	struct progress *progress = ctx;
	int64_t now;
	double seconds, rate;

	if (!progress->on)
		return;
	now = now_ms();
	if (now - progress->began < FIRST_MS ||
		(progress->shown != 0 && now - progress->shown < EVERY_MS))
		return;
	progress->shown = now;
	seconds = (double)(now - progress->began) / 1e3;
	rate = (double)bytes / seconds;
	if (progress->total == 0 || bytes == 0)
		(void)fprintf(stderr, "\r\033[Kread %.1f MB, %.1f MB/s",
			(double)bytes / 1e6, rate / 1e6);
	else
		(void)fprintf(stderr,
			"\r\033[Kread %.1f of %.1f MB (%.0f %%), %.1f MB/s, "
			"%.0f s left",
			(double)bytes / 1e6, (double)progress->total / 1e6,
			100 * (double)bytes / (double)progress->total,
			rate / 1e6,
			bytes < progress->total ?
				(double)(progress->total - bytes) / rate :
				0.0);
	(void)fflush(stderr);
}

void
progress_end(struct progress *progress)
{
	if (progress->on && progress->shown != 0)
		(void)fprintf(stderr, "\r\033[K");
	progress->on = false;
}
