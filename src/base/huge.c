/* SPDX-License-Identifier: Apache-2.0 */
#include "base/huge.h"

#include <sys/mman.h>
#include <time.h>

/* Linux 5.14 on; without, memory comes when it is used. */
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

/* For a huge page: what small ones take, at 1.5 microseconds each. It takes 100
 * to 300 where nothing is in its way, and 3,000 where it comes from a host. */
enum { WORTH_NS = 750 * 1000 };

void *
huge_map(size_t len)
{
	size_t room, before;
	char *at;

	if (__builtin_add_overflow(len, HUGE_PAGE, &room))
		return NULL;
	at = mmap(NULL, room, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		return NULL;
	/* what is beside it goes back */
	before = -(uintptr_t)at % HUGE_PAGE;
	if (before > 0)
		(void)munmap(at, before);
	(void)munmap(at + before + len, HUGE_PAGE - before);
	(void)madvise(at + before, len, MADV_HUGEPAGE);
	return at + before;
}

void
huge_decline(void *at, size_t len)
{
	(void)madvise(at, len, MADV_NOHUGEPAGE);
}

void
huge_fetch_small(void *at, size_t len)
{
	(void)madvise(at, len, MADV_POPULATE_WRITE);
}

/* By this thread, in nanoseconds. */
static int64_t
time_spent(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

bool
huge_touch(void *page)
{
	int64_t before = time_spent();

	*(volatile char *)page = 0;
	return time_spent() - before < WORTH_NS;
}

bool
huge_fetch(void *at, size_t len)
{
	int64_t before = time_spent();

	(void)madvise(at, len, MADV_POPULATE_WRITE);
	return time_spent() - before < (int64_t)(len / HUGE_PAGE) * WORTH_NS;
}
