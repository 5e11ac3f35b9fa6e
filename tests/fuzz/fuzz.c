/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

const char *__asan_default_options(void);

/* What was freed is kept from use for a while, which by default is 256 MiB:
 * most of the time would go into fetching pages. */
const char *
__asan_default_options(void)
{
	return "quarantine_size_mb=8:malloc_context_size=8";
}

static size_t
pull(struct source_feed *feed, void *at, size_t room, const char **ret_error)
{
	struct fuzz_feed *bytes = (struct fuzz_feed *)feed;
	size_t n = bytes->first > 0 ? bytes->first : bytes->piece;

	(void)ret_error;
	if (n > room)
		n = room;
	if (n > bytes->left)
		n = bytes->left;
	if (n > 0)
		memcpy(at, bytes->at, n);
	bytes->at += n;
	bytes->left -= n;
	bytes->first -= bytes->first > 0 ? n : 0;
	return n;
}

static void
free_nothing(struct source_feed *feed)
{
	(void)feed;
}

struct fuzz_feed
fuzz_feed(const uint8_t *data, size_t len, size_t piece)
{
	return (struct fuzz_feed){
		.feed = { .pull = pull, .free = free_nothing },
		.at = data,
		.left = len,
		.piece = piece,
	};
}

const char *
fuzz_file(const uint8_t *data, size_t len)
{
	static int fd = -1;
	static char path[32];

	if (fd < 0) {
		fd = memfd_create("fuzz", MFD_CLOEXEC);
		(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	MUST(fd >= 0 && ftruncate(fd, (off_t)len) == 0 &&
		pwrite(fd, data, len, 0) == (ssize_t)len);
	return path;
}
