/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inflates .gz files with zlib on several threads, a file at a time each, and
 * throws the bytes away: the yardstick for quis built without libisal.
 * zlib checks the CRC, as quis does. Prints the number of bytes.
 *
 *   inflate-zlib THREADS FILE...
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

enum { PACKED = 64 << 10, PLAIN = 256 << 10, THREADS_MOST = 64 };

struct files {
	char **paths;
	size_t n;
	atomic_size_t next;
	_Atomic unsigned long long bytes;
	atomic_bool failed;
};

struct buffers {
	z_stream stream;
	unsigned char packed[PACKED], plain[PLAIN];
};

/* All members of one file: 0, or -1 if it is damaged or cannot be read. */
static int
inflate_file(struct buffers *buffers, int fd, unsigned long long *bytes)
{
	z_stream *stream = &buffers->stream;
	int status = Z_STREAM_END;

	for (;;) {
		if (stream->avail_in == 0) {
			ssize_t n = read(fd, buffers->packed, PACKED);

			if (n <= 0)
				return n == 0 && status == Z_STREAM_END ? 0 : -1;
			stream->next_in = buffers->packed;
			stream->avail_in = (unsigned)n;
		}
		if (status == Z_STREAM_END && inflateReset(stream) != Z_OK)
			return -1;
		stream->next_out = buffers->plain;
		stream->avail_out = PLAIN;
		status = inflate(stream, Z_NO_FLUSH);
		if (status != Z_OK && status != Z_STREAM_END &&
			status != Z_BUF_ERROR)
			return -1;
		*bytes += PLAIN - stream->avail_out;
	}
}

static void *
inflate_files(void *context)
{
	struct files *files = context;
	struct buffers *buffers = calloc(1, sizeof *buffers);
	unsigned long long bytes = 0;
	size_t i;

	if (buffers == NULL ||
		inflateInit2(&buffers->stream, 15 + 16) != Z_OK) {
		files->failed = true;
		free(buffers);
		return NULL;
	}
	while ((i = files->next++) < files->n) {
		int fd = open(files->paths[i], O_RDONLY | O_CLOEXEC);

		buffers->stream.avail_in = 0;
		if (fd < 0 || inflate_file(buffers, fd, &bytes) != 0) {
			fprintf(stderr, "inflate-zlib: %s failed\n",
				files->paths[i]);
			files->failed = true;
		}
		if (fd >= 0)
			close(fd);
	}
	files->bytes += bytes;
	inflateEnd(&buffers->stream);
	free(buffers);
	return NULL;
}

int
main(int argc, char **argv)
{
	struct files files = { 0 };
	pthread_t threads[THREADS_MOST];
	long n = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
	long n_started = 0;

	if (n < 1 || n > THREADS_MOST) {
		fputs("usage: inflate-zlib THREADS FILE...\n", stderr);
		return 2;
	}
	files.paths = argv + 2;
	files.n = (size_t)argc - 2;
	while (n_started < n && pthread_create(&threads[n_started], NULL,
				inflate_files, &files) == 0)
		n_started++;
	for (long i = 0; i < n_started; i++)
		pthread_join(threads[i], NULL);
	printf("%llu\n", files.bytes);
	return n_started < n || files.failed ? 1 : 0;
}
