/* SPDX-License-Identifier: Apache-2.0 */
#include "base/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <limits.h>
#include <stdatomic.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/memory.h"

struct spill {
	int fd;
	int resident; /* /proc/self/statm, or -1 */
	size_t memory, margin, least, page;
	const char *folder;
	bool in_memory;
	_Atomic uint64_t end;
};

/* Where the system or the file system knows no file without a name, one that
 * loses it at once. */
static int
open_named(const char *folder)
{
	char path[PATH_MAX];
	int fd;

	if ((size_t)snprintf(path, sizeof(path), "%s/quis-XXXXXX", folder) >=
		sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		(void)unlink(path);
	return fd;
}

static int
open_file(const char *folder)
{
	int fd = open(folder, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);

	return fd >= 0 || errno == ENOENT || errno == ENOTDIR ?
		fd :
		open_named(folder);
}

int
spill_open(struct spill **ret, const struct spill_options *options,
	struct fault *fault)
{
	struct spill *spill = memory_array(1, sizeof(*spill));
	struct statfs facts;
	int error;

	if (spill == NULL)
		return fault_memory(fault);
	spill->memory = options->memory;
	spill->margin = options->memory / 8;
	spill->least = options->least;
	spill->folder = options->folder;
	spill->page = (size_t)sysconf(_SC_PAGESIZE);
	spill->fd = open_file(options->folder);
	if (spill->fd < 0) {
		error = errno;
		free(spill);
		(void)fault_set(fault, FAULT_USAGE,
			"no temporary file can be made there: %s; name "
			"another folder by --temporary",
			fault_reason(error));
		return fault_place(fault, options->folder, 0, 0);
	}
	spill->in_memory = fstatfs(spill->fd, &facts) == 0 &&
		(facts.f_type == TMPFS_MAGIC || facts.f_type == RAMFS_MAGIC);
	spill->resident = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	*ret = spill;
	return 0;
}

void
spill_free(struct spill *spill)
{
	if (spill == NULL)
		return;
	if (spill->resident >= 0)
		(void)close(spill->resident);
	(void)close(spill->fd);
	free(spill);
}

bool
spill_is_in_memory(const struct spill *spill)
{
	return spill->in_memory;
}

/* Bytes; without /proc nothing can be held, which is slow and right. */
static size_t
resident(const struct spill *spill)
{
	char text[128];
	ssize_t len = spill->resident < 0 ? -1 :
		pread(spill->resident, text, sizeof(text), 0);
	struct slice pages;
	const char *at;
	uint64_t n;

	if (len <= 0)
		return SIZE_MAX / 2;
	/* the second number: "size resident …" */
	at = memchr(text, ' ', (size_t)len);
	if (at == NULL)
		return SIZE_MAX / 2;
	pages.at = ++at;
	at = memchr(at, ' ', (size_t)(text + len - at));
	if (at == NULL)
		return SIZE_MAX / 2;
	pages.len = (size_t)(at - pages.at);
	return number_parse_u64(pages, &n) ? (size_t)n * spill->page :
					     SIZE_MAX / 2;
}

/* What the process that started this one held is in rusage, not in here. */
size_t
process_peak(void)
{
	static const char name[] = "VmHWM:";
	FILE *status = fopen("/proc/self/status", "re");
	char line[256];
	uint64_t kib = 0;

	while (status != NULL && fgets(line, sizeof(line), status) != NULL) {
		struct slice text = { line, strlen(line) };

		if (strncmp(line, name, sizeof(name) - 1) != 0)
			continue;
		text = (struct slice){ text.at + sizeof(name) - 1,
			text.len - (sizeof(name) - 1) };
		text = slice_trim(text);
		/* "229048 kB" and its line end */
		text.len = strspn(text.at, "0123456789");
		if (!number_parse_u64(text, &kib))
			kib = 0;
		break;
	}
	if (status != NULL)
		(void)fclose(status);
	return (size_t)kib << 10;
}

bool
spill_allows(const struct spill *spill, size_t bytes)
{
	size_t most = spill->memory - spill->margin;

	return bytes <= most && resident(spill) <= most - bytes;
}

size_t
spill_excess(const struct spill *spill)
{
	size_t held = resident(spill);

	return held > spill->memory - spill->margin / 2 ?
		held - (spill->memory - spill->margin) :
		0;
}

size_t
spill_least(const struct spill *spill)
{
	return spill->least;
}

uint64_t
spill_size(const struct spill *spill)
{
	return atomic_load(&spill->end);
}

uint64_t
spill_reserve(struct spill *spill, size_t bytes)
{
	return atomic_fetch_add(&spill->end, bytes);
}

static int
fail(const struct spill *spill, const char *what, int error,
	struct fault *fault)
{
	bool first = fault->code == FAULT_NONE;

	(void)fault_set(fault, FAULT_OUTPUT,
		"the temporary file cannot be %s: %s (--temporary)", what,
		fault_reason(error));
	return first ? fault_place(fault, spill->folder, 0, 0) : -1;
}

int
spill_write(struct spill *spill, struct iovec *parts, size_t n, uint64_t at,
	struct fault *fault)
{
	while (n > 0) {
		int most = (int)(n < IOV_MAX ? n : IOV_MAX);
		ssize_t done = pwritev(spill->fd, parts, most, (off_t)at);
		size_t left = done > 0 ? (size_t)done : 0;

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return fail(spill, "written",
				done < 0 ? errno : ENOSPC, fault);
		at += left;
		while (n > 0 && left >= parts->iov_len) {
			left -= parts->iov_len;
			parts++;
			n--;
		}
		if (n > 0) {
			parts->iov_base = (char *)parts->iov_base + left;
			parts->iov_len -= left;
		}
	}
	return 0;
}

int
spill_append(struct spill *spill, const void *bytes, size_t len,
	uint64_t *ret_at, struct fault *fault)
{
	struct iovec part = { (void *)(uintptr_t)bytes, len };
	uint64_t at = spill_reserve(spill, len);

	if (spill_write(spill, &part, 1, at, fault) != 0)
		return -1;
	*ret_at = at;
	return 0;
}

int
spill_read(const struct spill *spill, uint64_t at, void *to, size_t len,
	struct fault *fault)
{
	char *next = to;

	while (len > 0) {
		ssize_t done = pread(spill->fd, next, len, (off_t)at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return fail(spill, "read back",
				done < 0 ? errno : EIO, fault);
		next += done;
		at += (uint64_t)done;
		len -= (size_t)done;
	}
	return 0;
}
