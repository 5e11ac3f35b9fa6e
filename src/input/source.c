/* SPDX-License-Identifier: Apache-2.0 */
#include "input/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

const char source_starved[] = "out of memory";

static int
source_stat(struct source *source, struct fault *fault)
{
	off_t begin;

	if (fstat(source->fd, &source->opened) != 0)
		return fault_set(fault, FAULT_INPUT, "cannot be opened: %s",
			fault_reason(errno));
	if (!S_ISREG(source->opened.st_mode))
		return 0;
	source->expected = (uint64_t)source->opened.st_size;
	/* Standard input may have been read from by somebody before. */
	begin = lseek(source->fd, 0, SEEK_CUR);
	if (begin > 0)
		source->expected -= (uint64_t)begin < source->expected
			? (uint64_t)begin
			: source->expected;
	(void)posix_fadvise(source->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return 0;
}

static int
source_begin(struct source *source, const char *path, unsigned char *buffer,
	struct fault *fault)
{
	*source = (struct source){ .fd = -1, .buffer = buffer };
	digest_init(&source->digest);
	source->path = strdup(path);
	if (source->buffer == NULL)
		source->buffer = malloc(SOURCE_CHUNK);
	if (source->path == NULL || source->buffer == NULL)
		return fault_memory(fault);
	return 0;
}

int
source_open_feed(struct source *source, const char *path,
	struct source_feed *feed, unsigned char *buffer, struct fault *fault)
{
	int result = source_begin(source, path, buffer, fault);

	source->feed = feed;
	return result;
}

int
source_open(struct source *source, const char *path, unsigned char *buffer,
	struct fault *fault)
{
	if (source_begin(source, path, buffer, fault) != 0)
		return -1;
	if (strcmp(path, "-") == 0)
		source->fd = STDIN_FILENO;
	else
		source->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (source->fd < 0)
		fault_set(fault, FAULT_INPUT, "cannot be opened: %s",
			fault_reason(errno));
	else if (source_stat(source, fault) == 0)
		return 0;
	return fault_place(fault, path, 0, 0);
}

static size_t
source_failed(struct source *source, const char *error)
{
	source->error = error;
	source->ended = true;
	return 0;
}

static size_t
source_pull_feed(struct source *source, void *at, size_t room)
{
	const char *error = NULL;
	size_t n = source->feed->pull(source->feed, at, room, &error);

	return n == 0 && error != NULL ? source_failed(source, error) : n;
}

static size_t
source_pull_file(struct source *source, void *at, size_t room)
{
	struct pollfd wait = { .fd = source->fd, .events = POLLIN };
	ssize_t n;

	while ((n = read(source->fd, at, room)) < 0) {
		/* Whoever shares our standard input may not have it block. */
		if (errno == EAGAIN)
			(void)poll(&wait, 1, -1);
		else if (errno != EINTR)
			return source_failed(source, fault_reason(errno));
	}
	return (size_t)n;
}

/* Every byte of the file passes here, once. */
static size_t
source_pull(struct source *source, void *at, size_t room)
{
	size_t n;

	if (source->ended)
		return 0;
	n = source->feed != NULL ? source_pull_feed(source, at, room) :
				   source_pull_file(source, at, room);
	if (n == 0) {
		source->ended = true;
		return 0;
	}
	digest_add(&source->digest, (struct slice){ at, n });
	atomic_fetch_add_explicit(&source->bytes, (uint64_t)n,
		memory_order_relaxed);
	return n;
}

size_t
source_peek(struct source *source, size_t need)
{
	size_t n;

	while (source->end - source->at < need) {
		/* what was read last is not in its place any more */
		digest_settle(&source->digest, 0);
		if (source->at > 0) {
			memmove(source->buffer, source->buffer + source->at,
				source->end - source->at);
			source->end -= source->at;
			source->at = 0;
		}
		n = source_pull(source, source->buffer + source->end,
			SOURCE_CHUNK - source->end);
		if (n == 0)
			break;
		source->end += n;
	}
	return source->end - source->at;
}

void
source_skip(struct source *source, size_t n)
{
	source->at += n;
}

size_t
source_read(struct source *source, char *at, size_t room)
{
	size_t n = source->end - source->at;

	if (n == 0) {
		/* before, so that nobody waits for text that is there */
		digest_settle(&source->digest, DIGEST_LATER - 1);
		return source_pull(source, at, room);
	}
	if (n > room)
		n = room;
	memcpy(at, source->buffer + source->at, n);
	source->at += n;
	return n;
}

uint64_t
source_drain(struct source *source)
{
	uint64_t total = 0;
	size_t n;

	while ((n = source_peek(source, 1)) > 0) {
		source_skip(source, n);
		total += n;
	}
	return total;
}

bool
source_is_large(const struct source *source)
{
	if (source->feed != NULL)
		return source->feed->size > SOURCE_CHUNK;
	return S_ISREG(source->opened.st_mode) &&
		source->expected > SOURCE_CHUNK;
}

bool
source_has_much(const struct source *source)
{
	uint64_t size = source->feed != NULL ? source->feed->size :
					       source->expected;

	return source_is_large(source) &&
		size > source_offset(source) + 4 * (uint64_t)SOURCE_CHUNK;
}

uint64_t
source_offset(const struct source *source)
{
	return atomic_load_explicit(&source->bytes, memory_order_relaxed) -
		(source->end - source->at);
}

static bool
same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static const char *
source_change(const struct source *source)
{
	const struct stat *opened = &source->opened;
	struct stat now;

	if (!S_ISREG(opened->st_mode))
		return NULL;
	if (source_offset(source) != source->expected ||
		fstat(source->fd, &now) != 0 ||
		now.st_size != opened->st_size ||
		!same_time(now.st_mtim, opened->st_mtim))
		return "changed while it was read";
	if (strcmp(source->path, "-") == 0)
		return NULL;
	if (stat(source->path, &now) != 0 || now.st_dev != opened->st_dev ||
		now.st_ino != opened->st_ino)
		return "replaced while it was read";
	return NULL;
}

bool
source_finish(struct source *source, unsigned char hash[SOURCE_HASH],
	const char **ret_change)
{
	/* After a read error the count must differ; that is no news. */
	*ret_change = source->error == NULL ? source_change(source) : NULL;
	return digest_end(&source->digest, hash);
}

void
source_free(struct source *source)
{
	if (source->fd > STDIN_FILENO ||
		(source->fd == STDIN_FILENO && source->path != NULL &&
			strcmp(source->path, "-") != 0))
		close(source->fd);
	if (source->feed != NULL)
		source->feed->free(source->feed);
	free(source->buffer);
	free(source->path);
	digest_free(&source->digest);
	*source = (struct source){ .fd = -1 };
}
