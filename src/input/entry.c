/* SPDX-License-Identifier: Apache-2.0 */
/* The entries of containers as what a reader reads. */
#include <unistd.h>

#include "input/container.h"
#include "input/decoder.h"
#include "input/spool.h"

void
container_handle_free(struct container_handle *handle)
{
	if (handle == NULL)
		return;
	if (handle->container->kind->detach != NULL)
		handle->container->kind->detach(handle);
	if (handle->blob.fd >= 0)
		close(handle->blob.fd);
	free(handle);
}

static int
handle_open(struct container_handle **ret,
	const struct input_container *container, struct fault *fault)
{
	struct container_handle *handle = memory_array(1, sizeof(*handle));

	if (handle == NULL)
		return fault_memory(fault);
	handle->container = container;
	if (!container_bytes(container, &handle->blob))
		fault_set(fault, FAULT_INPUT,
			"its container was replaced or cannot be opened again");
	else if (container->kind->attach == NULL ||
		container->kind->attach(handle, fault) == 0) {
		*ret = handle;
		return 0;
	}
	container_handle_free(handle);
	return -1;
}

/* Entries end when their container has changed: what they are is not sure. */
static void
entry_finish(struct entry_feed *entry)
{
	const struct input_container *container = entry->handle->container;
	const struct stat *then = &container->opened;
	struct source_feed *feed = &entry->feed;
	struct stat now;

	entry->ended = true;
	if (entry->handle->blob.fd < 0)
		return;
	if (stat(container->path, &now) == 0 && now.st_dev == then->st_dev &&
		now.st_ino == then->st_ino && now.st_size == then->st_size &&
		now.st_mtim.tv_sec == then->st_mtim.tv_sec &&
		now.st_mtim.tv_nsec == then->st_mtim.tv_nsec)
		return;
	if (feed->end == FEED_WHOLE)
		feed->end = FEED_SPOILT;
	(void)snprintf(feed->note, sizeof(feed->note),
		"its container changed while it was read");
}

static size_t
entry_pull(struct source_feed *feed, void *at, size_t room,
	const char **ret_error)
{
	struct entry_feed *entry = (struct entry_feed *)feed;
	size_t n;

	if (entry->ended)
		return 0;
	n = entry->handle->container->kind->pull(entry, at, room, ret_error);
	entry->done += n;
	if (n == 0) {
		entry_finish(entry);
	} else if (entry->most > 0 && entry->done > entry->most) {
		entry->ended = true;
		feed->end = FEED_BROKEN;
		(void)snprintf(feed->note, sizeof(feed->note),
			"inflates beyond the ratio limit");
	}
	return n;
}

static void
entry_free(struct source_feed *feed)
{
	struct entry_feed *entry = (struct entry_feed *)feed;

	if (entry->handle != NULL &&
		entry->handle->container->kind->close != NULL)
		entry->handle->container->kind->close(entry);
	if (entry->spare != NULL) {
		container_handle_free(entry->spare->container);
		entry->spare->container = entry->handle;
	} else {
		container_handle_free(entry->handle);
	}
	free(entry);
}

/* What is inflated of an entry before the limit is looked at. */
static uint64_t
entry_most(const struct input *input, const struct reader_limits *limits)
{
	enum { FROM = 16 << 20 };
	uint64_t most;

	if (limits->ratio == 0 || input->packed == 0)
		return 0;
	if (input->packed > UINT64_MAX / limits->ratio)
		return 0;
	most = input->packed * limits->ratio;
	return most > FROM ? most : FROM;
}

static int
entry_open(struct source_feed **ret, const struct input *input,
	const struct reader_limits *limits, struct fault *fault)
{
	struct entry_feed *entry = memory_array(1, sizeof(*entry));
	struct container_handle *handle;
	const struct container_kind *kind = input->container->kind;

	if (entry == NULL)
		return fault_memory(fault);
	entry->feed.pull = entry_pull;
	entry->feed.free = entry_free;
	entry->feed.size = input->size;
	entry->feed.disk = input->packed;
	entry->feed.written = input->written;
	if (input->container->compression != COMPRESSION_NONE)
		entry->feed.disk = input->container->bytes;
	entry->input = input;
	entry->most = entry_most(input, limits);
	entry->spare = limits->spare;
	if (entry->spare != NULL) {
		entry->handle = entry->spare->container;
		entry->spare->container = NULL;
	}
	handle = entry->handle;
	if (handle != NULL && handle->container != input->container) {
		container_handle_free(handle);
		entry->handle = handle = NULL;
	}
	if ((handle == NULL && handle_open(&entry->handle, input->container,
				       fault) != 0) ||
		(kind->open != NULL && kind->open(entry, fault) != 0)) {
		entry_free(&entry->feed);
		return fault_place(fault, input->path, 0, 0);
	}
	*ret = &entry->feed;
	return 0;
}

int
input_open(struct reader **ret, const struct input *input,
	const struct reader_limits *limits, struct fault *fault)
{
	struct source_feed *feed = NULL;

	if (limits == NULL)
		limits = &reader_limits_default;
	if (input->container != NULL &&
		entry_open(&feed, input, limits, fault) != 0)
		return -1;
	if (input->spool != NULL &&
		spool_feed(input->spool, &feed, fault) != 0)
		return -1;
	return reader_open_feed(ret, input->path, feed, limits, fault);
}
