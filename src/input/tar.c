/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tar by libarchive, which knows its dialects, and none of its filters: what
 * is compressed was inflated before. It finds the entries; their bytes are
 * then read where they lie. Behind the last one there must be a block of
 * zeros, or the tar is cut; what libarchive passes over is told as damage.
 */
#include "input/container.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <inttypes.h>

#include "base/memory.h"

enum {
	BLOCK = 512,
	TAR_READ = 64 * 1024,
	CHECKSUM_AT = 148,
	CHECKSUM_LEN = 8,
};

/* The bytes of a tar, as libarchive reads them. */
struct tar_bytes {
	struct blob blob;
	uint64_t at;
	char buffer[TAR_READ];
};

static la_ssize_t
bytes_read(struct archive *archive, void *ctx, const void **ret)
{
	struct tar_bytes *bytes = ctx;
	const char *error = NULL;
	size_t n = blob_read(&bytes->blob, bytes->at, bytes->buffer,
		sizeof(bytes->buffer), &error);

	if (error != NULL) {
		archive_set_error(archive, EIO, "%s", error);
		return -1;
	}
	bytes->at += n;
	*ret = bytes->buffer;
	return (la_ssize_t)n;
}

static la_int64_t
bytes_skip(struct archive *archive, void *ctx, la_int64_t len)
{
	struct tar_bytes *bytes = ctx;
	uint64_t left = bytes->blob.size - bytes->at;

	(void)archive;
	if (len < 0)
		return 0;
	if ((uint64_t)len > left)
		len = (la_int64_t)left;
	bytes->at += (uint64_t)len;
	return len;
}

static const char *
entry_problem(struct archive_entry *entry)
{
	if (archive_entry_hardlink(entry) != NULL ||
		archive_entry_hardlink_utf8(entry) != NULL)
		return "a link to another entry of its container";
	if (archive_entry_filetype(entry) == AE_IFLNK)
		return "a symbolic link in a container";
	if (archive_entry_filetype(entry) != AE_IFREG)
		return "no regular file, in a container";
	if (archive_entry_sparse_count(entry) > 0)
		return "a sparse file in a container; unpack it and name what "
		       "comes out";
	return NULL;
}

/* No times that nobody wrote a log at. */
static int64_t
written_of(time_t seconds)
{
	return seconds > 0 && seconds < INT64_MAX / 1000 ?
		(int64_t)seconds * 1000 :
		0;
}

/* Behind what was found last. */
struct tar_end {
	uint64_t at;
	bool cut; /* it lies behind the end of the tar */
};

static int
tar_take(struct container_listing *listing, struct archive *archive,
	struct archive_entry *found, struct tar_end *end, struct fault *fault)
{
	la_int64_t size = archive_entry_size(found);
	struct container_entry entry = {
		.name = archive_entry_pathname(found),
		.place = (uint64_t)archive_filter_bytes(archive, 0),
		.size = size > 0 ? (uint64_t)size : 0,
		.written = written_of(archive_entry_mtime(found)),
		.problem = entry_problem(found),
	};

	if (entry.name == NULL)
		entry.name = archive_entry_pathname_utf8(found);
	if (entry.name == NULL) {
		entry.name = "?";
		entry.problem = "its name cannot be had";
	}
	end->cut = entry.place > listing->blob.size ||
		entry.size > listing->blob.size - entry.place;
	end->at = end->cut ? listing->blob.size :
			     (entry.place + entry.size + BLOCK - 1) / BLOCK *
				     BLOCK;
	if (archive_entry_filetype(found) == AE_IFDIR)
		return 0;
	return listing->take(listing, &entry, fault);
}

static void
tar_judge_end(struct container_listing *listing, const struct tar_end *end)
{
	char block[BLOCK];
	const char *error = NULL;
	size_t n = blob_read(&listing->blob, end->at, block, sizeof(block),
		&error);

	if (error != NULL)
		container_damaged(listing->container, INPUT_UNREADABLE, "%s",
			error);
	else if (end->cut)
		container_damaged(listing->container, INPUT_TRUNCATED,
			"ends within an entry at byte %" PRIu64,
			listing->blob.size);
	else if (n < sizeof(block))
		container_damaged(listing->container, INPUT_TRUNCATED,
			"ends without the mark of its end at byte %" PRIu64,
			listing->blob.size);
}

/* Is all from there on what fills a tar up? */
static bool
is_zeros(const struct blob *blob, uint64_t at)
{
	char block[8 * BLOCK];
	const char *error = NULL;
	size_t n;

	while ((n = blob_read(blob, at, block, sizeof(block), &error)) > 0) {
		for (size_t i = 0; i < n; i++)
			if (block[i] != '\0')
				return false;
		at += n;
	}
	return error == NULL;
}

static int
tar_walk(struct container_listing *listing, struct archive *archive,
	struct fault *fault)
{
	struct input_container *container = listing->container;
	struct archive_entry *found;
	struct tar_end end = { 0 };
	size_t n = 0, refused = 0;
	uint64_t at;
	int status;

	for (;;) {
		at = (uint64_t)archive_filter_bytes(archive, 0);
		/* the data of the last entry is still to be passed over */
		if (at < end.at)
			at = end.at;
		status = archive_read_next_header(archive, &found);
		if (status == ARCHIVE_EOF)
			break;
		if (status == ARCHIVE_OK || status == ARCHIVE_WARN) {
			if (++n > CONTAINER_ENTRIES_MOST) {
				container_damaged(container, INPUT_UNREADABLE,
					"more than %d entries are too many",
					CONTAINER_ENTRIES_MOST);
				return 0;
			}
			if (tar_take(listing, archive, found, &end, fault) !=
				0)
				return -1;
			continue;
		}
		if (archive_errno(archive) == ENOMEM)
			return fault_memory(fault);
		if (end.cut || is_zeros(&listing->blob, at))
			break;
		if (refused++ == 0)
			container_damaged(container, INPUT_CORRUPT,
				"a damaged header at byte %" PRIu64, at);
		/* the next block may be a header again */
		if (status != ARCHIVE_RETRY)
			return 0;
	}
	tar_judge_end(listing, &end);
	return 0;
}

static int
tar_list(struct container_listing *listing, struct fault *fault)
{
	struct archive *archive = archive_read_new();
	struct tar_bytes *bytes = memory_array(1, sizeof(*bytes));
	int result = -1;

	if (archive == NULL || bytes == NULL) {
		fault_memory(fault);
		goto out;
	}
	bytes->blob = listing->blob;
	if (archive_read_support_format_tar(archive) != ARCHIVE_OK ||
		archive_read_set_option(archive, "tar",
			"read_concatenated_archives", "1") != ARCHIVE_OK ||
		archive_read_set_callback_data(archive, bytes) != ARCHIVE_OK ||
		archive_read_set_read_callback(archive, bytes_read) !=
			ARCHIVE_OK ||
		archive_read_set_skip_callback(archive, bytes_skip) !=
			ARCHIVE_OK) {
		fault_memory(fault);
		goto out;
	}
	if (archive_read_open1(archive) != ARCHIVE_OK) {
		container_damaged(listing->container, INPUT_UNREADABLE,
			"its first header is damaged");
		result = 0;
		goto out;
	}
	result = tar_walk(listing, archive, fault);
out:
	if (archive != NULL)
		(void)archive_read_free(archive);
	free(bytes);
	return result;
}

static size_t
tar_pull(struct entry_feed *entry, void *at, size_t room,
	const char **ret_error)
{
	uint64_t left = entry->input->size - entry->done;
	size_t n;

	if (room > left)
		room = (size_t)left;
	n = room == 0 ? 0 :
			blob_read(&entry->handle->blob,
				entry->input->place + entry->done, at, room,
				ret_error);
	if (n > 0 || left == 0 || *ret_error != NULL)
		return n;
	entry->feed.end = FEED_CUT;
	(void)snprintf(entry->feed.note, sizeof(entry->feed.note),
		"the tar ends at byte %" PRIu64 " of the entry's %" PRIu64,
		entry->done, entry->input->size);
	return 0;
}

/* What the header says its bytes add up to: signed or not, as of old. */
static bool
tar_begins(struct slice head)
{
	const char *field = head.at + CHECKSUM_AT;
	long want = 0, sum = 0, signed_sum = 0;
	size_t i = 0;

	if (head.len < BLOCK || head.at[0] == '\0')
		return false;
	while (i < CHECKSUM_LEN && field[i] == ' ')
		i++;
	if (i == CHECKSUM_LEN || field[i] < '0' || field[i] > '7')
		return false;
	for (; i < CHECKSUM_LEN && field[i] >= '0' && field[i] <= '7'; i++)
		want = want * 8 + (field[i] - '0');
	for (i = 0; i < BLOCK; i++) {
		bool own = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_LEN;
		char byte = own ? ' ' : head.at[i];

		sum += (unsigned char)byte;
		signed_sum += (signed char)byte;
	}
	return sum == want || signed_sum == want;
}

const struct container_kind container_tar = {
	.name = "tar",
	.begins = tar_begins,
	.list = tar_list,
	.pull = tar_pull,
};
