/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/bound.h"

#include <malloc.h>

#include "cli/say.h"

enum {
	THREAD_MEMORY = 64 << 20, /* of the bound, for each thread, … */
	ROWS_SHARE = 8,           /* … and of that, for rows */
	MAPPED_FROM = 512 << 10,
};

const char *
bound_folder(const struct settings *settings)
{
	const char *folder = settings->temporary;

	if (folder == NULL || folder[0] == '\0')
		folder = getenv("TMPDIR");
	return folder != NULL && folder[0] != '\0' ? folder : "/tmp";
}

int
bound_open(const struct settings *settings, unsigned *threads,
	struct spill **ret, struct fault *fault)
{
	struct spill_options options = { .memory = (size_t)settings->memory,
		.folder = bound_folder(settings) };
	uint64_t most = settings->memory / THREAD_MEMORY;

	*ret = NULL;
	if (settings->memory == 0)
		return 0;
	if (*threads > most)
		*threads = (unsigned)most;
	options.least = options.memory / ROWS_SHARE / *threads;
	if (spill_open(ret, &options, fault) != 0)
		return -1;
	if (spill_is_in_memory(*ret) && !settings->quiet)
		say("%s lies in memory: what is put there counts twice; name a "
		    "folder on a disk by --temporary",
			options.folder);
	/* What is freed shall be free: left to itself, malloc keeps ever larger
	 * pieces. */
	(void)mallopt(M_MMAP_THRESHOLD, MAPPED_FROM);
	(void)mallopt(M_TRIM_THRESHOLD, MAPPED_FROM);
	return 0;
}

void
bound_close(const struct settings *settings, struct spill *spill)
{
	size_t peak = process_peak();

	if (spill == NULL)
		return;
	spill_free(spill);
	if (!settings->quiet && peak > settings->memory)
		say("--memory %lluM was too little: %lluM were held, as names "
		    "and sums must be",
			(unsigned long long)(settings->memory >> 20),
			((unsigned long long)peak + (1 << 20) - 1) >> 20);
}
