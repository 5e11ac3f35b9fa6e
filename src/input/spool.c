/* SPDX-License-Identifier: Apache-2.0 */
#include "input/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/memory.h"

struct spool {
	char *path;
	int fd; /* -1: not opened yet */
	char *head;
	size_t head_len, head_cap;
	size_t head_given; /* of it, to the feed */
	bool drained;
	struct stat opened;  /* what a regular file was */
	off_t begin;         /* of it, where reading began */
	uint64_t given;      /* bytes */
	struct spill *spill; /* NULL: nothing is kept */
	uint64_t kept;       /* bytes in it */
	struct fault fault;  /* why no more is */
};

struct spool_feed {
	struct source_feed feed;
	struct spool *spool;
	bool again; /* from what was kept, … */
	uint64_t at; /* … so far */
};

int
spool_open(struct spool **ret, const char *path, struct fault *fault)
{
	struct spool *spool = memory_array(1, sizeof(*spool));

	if (spool == NULL)
		return fault_memory(fault);
	spool->fd = -1;
	spool->path = strdup(path);
	if (spool->path == NULL) {
		free(spool);
		return fault_memory(fault);
	}
	*ret = spool;
	return 0;
}

void
spool_free(struct spool *spool)
{
	if (spool == NULL)
		return;
	if (spool->fd > STDIN_FILENO)
		close(spool->fd);
	spill_free(spool->spill);
	free(spool->head);
	free(spool->path);
	free(spool);
}

int
spool_keep(struct spool *spool, const char *folder, struct fault *fault)
{
	struct spill_options options = { .folder = folder };

	return spool->spill != NULL ?
		0 :
		spill_open(&spool->spill, &options, fault);
}

bool
spool_is_kept(const struct spool *spool)
{
	return spool->spill != NULL;
}

static int
spool_begin(struct spool *spool, struct fault *fault)
{
	if (spool->fd >= 0)
		return 0;
	if (strcmp(spool->path, "-") == 0)
		spool->fd = STDIN_FILENO;
	else
		spool->fd = open(spool->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (spool->fd >= 0 && fstat(spool->fd, &spool->opened) == 0) {
		spool->begin = lseek(spool->fd, 0, SEEK_CUR);
		return 0;
	}
	fault_set(fault, FAULT_INPUT, "cannot be opened: %s",
		fault_reason(errno));
	return fault_place(fault, spool->path, 0, 0);
}

static size_t
spool_read(const struct spool *spool, void *at, size_t room,
	const char **ret_error)
{
	struct pollfd wait = { .fd = spool->fd, .events = POLLIN };
	ssize_t n;

	while ((n = read(spool->fd, at, room)) < 0) {
		/* Whoever shares our standard input may not have it block. */
		if (errno == EAGAIN) {
			(void)poll(&wait, 1, -1);
		} else if (errno != EINTR) {
			*ret_error = fault_reason(errno);
			return 0;
		}
	}
	return (size_t)n;
}

int
spool_head(struct spool *spool, size_t want, struct slice *ret,
	struct fault *fault)
{
	const char *error = NULL;
	size_t n;

	if (spool_begin(spool, fault) != 0 ||
		memory_grow((void **)&spool->head, &spool->head_cap, want, 1,
			SPOOL_HEAD, "first bytes", fault) != 0)
		return -1;
	while (spool->head_len < want) {
		n = spool_read(spool, spool->head + spool->head_len,
			want - spool->head_len, &error);
		if (n == 0)
			break;
		spool->head_len += n;
	}
	if (error != NULL && spool->head_len == 0) {
		fault_set(fault, FAULT_INPUT, "cannot be read: %s", error);
		return fault_place(fault, spool->path, 0, 0);
	}
	*ret = (struct slice){ spool->head, spool->head_len };
	return 0;
}

static void
spool_append(struct spool *spool, const void *bytes, size_t n)
{
	uint64_t at;

	if (n == 0 || spool->spill == NULL || spool->fault.code != FAULT_NONE ||
		spill_append(spool->spill, bytes, n, &at, &spool->fault) != 0)
		return;
	spool->kept += n;
}

/* A file that standard input comes from may change as any other. */
static bool
spool_is_changed(const struct spool *spool)
{
	const struct stat *then = &spool->opened;
	struct stat now;

	return S_ISREG(then->st_mode) &&
		(fstat(spool->fd, &now) != 0 || now.st_size != then->st_size ||
			now.st_mtim.tv_sec != then->st_mtim.tv_sec ||
			now.st_mtim.tv_nsec != then->st_mtim.tv_nsec ||
			(spool->begin <= now.st_size &&
				(uint64_t)(now.st_size - spool->begin) !=
					spool->given));
}

static size_t
spool_pull(struct spool_feed *own, void *at, size_t room,
	const char **ret_error)
{
	struct spool *spool = own->spool;
	size_t n = spool->head_len - spool->head_given;

	if (n > room)
		n = room;
	if (n > 0) {
		memcpy(at, spool->head + spool->head_given, n);
		spool->head_given += n;
	} else {
		n = spool_read(spool, at, room, ret_error);
	}
	spool->given += n;
	spool_append(spool, at, n);
	if (n > 0 || *ret_error != NULL)
		return n;
	if (spool_is_changed(spool)) {
		own->feed.end = FEED_BROKEN;
		(void)snprintf(own->feed.note, sizeof(own->feed.note),
			"changed while it was read");
	}
	return 0;
}

static size_t
feed_pull(struct source_feed *feed, void *at, size_t room,
	const char **ret_error)
{
	struct spool_feed *own = (struct spool_feed *)feed;
	struct blob blob = spool_blob(own->spool);
	size_t n;

	if (!own->again)
		return spool_pull(own, at, room, ret_error);
	n = blob_read(&blob, own->at, at, room, ret_error);
	own->at += n;
	return n;
}

static void
feed_free(struct source_feed *feed)
{
	free(feed);
}

int
spool_feed(struct spool *spool, struct source_feed **ret, struct fault *fault)
{
	struct spool_feed *own;

	if (spool_begin(spool, fault) != 0)
		return -1;
	own = memory_array(1, sizeof(*own));
	if (own == NULL)
		return fault_memory(fault);
	own->feed.pull = feed_pull;
	own->feed.free = feed_free;
	own->spool = spool;
	if (S_ISREG(spool->opened.st_mode))
		own->feed.written =
			(int64_t)spool->opened.st_mtim.tv_sec * 1000;
	own->again = spool->drained;
	if (!own->again && S_ISREG(spool->opened.st_mode) &&
		spool->begin < spool->opened.st_size)
		own->feed.size =
			(uint64_t)(spool->opened.st_size - spool->begin);
	if (own->again)
		own->feed.size = spool->kept;
	spool->drained = true;
	*ret = &own->feed;
	return 0;
}

struct blob
spool_blob(const struct spool *spool)
{
	return (struct blob){ .fd = -1, .spill = spool->spill,
		.size = spool->kept };
}

int
spool_fault(const struct spool *spool, struct fault *fault)
{
	if (spool->fault.code == FAULT_NONE)
		return 0;
	*fault = spool->fault;
	return -1;
}
