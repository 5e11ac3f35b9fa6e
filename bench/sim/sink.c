/* SPDX-License-Identifier: Apache-2.0 */
#include "sink.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void
write_all(struct sink *sink, const void *data, size_t len)
{
	const char *at = data;

	while (len > 0 && !sink->failed) {
		ssize_t n = write(sink->fd, at, len);

		if (n <= 0) {
			sink->failed = true;
			return;
		}
		at += n;
		len -= (size_t)n;
	}
}

static void
pack(struct sink *sink, int flush)
{
	z_stream *stream = &sink->stream;

	do {
		stream->next_out = sink->packed;
		stream->avail_out = sizeof sink->packed;
		deflate(stream, flush);
		write_all(sink, sink->packed,
			sizeof sink->packed - stream->avail_out);
	} while (stream->avail_out == 0);
}

int
sink_open(struct sink *sink, const char *path, int level)
{
	sink->failed = false;
	sink->level = level;
	sink->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (sink->fd < 0)
		return -1;
	memset(&sink->stream, 0, sizeof sink->stream);
	if (level > 0 &&
		deflateInit2(&sink->stream, level, Z_DEFLATED, 15 + 16, 8,
			Z_DEFAULT_STRATEGY) != Z_OK) {
		close(sink->fd);
		return -1;
	}
	return 0;
}

void
sink_write(struct sink *sink, const char *data, size_t len)
{
	if (sink->level == 0) {
		write_all(sink, data, len);
		return;
	}
	/* deflate does not write to its input; older zlib lacks the const */
	sink->stream.next_in = (unsigned char *)(size_t)data;
	sink->stream.avail_in = (unsigned)len;
	pack(sink, Z_NO_FLUSH);
}

int
sink_close(struct sink *sink)
{
	if (sink->level > 0) {
		sink->stream.avail_in = 0;
		pack(sink, Z_FINISH);
		deflateEnd(&sink->stream);
	}
	if (close(sink->fd) != 0)
		sink->failed = true;
	return sink->failed ? -1 : 0;
}
