/* SPDX-License-Identifier: Apache-2.0 */
/* A file that is written plain or as gzip. Not shared between threads. */
#ifndef SIM_SINK_H
#define SIM_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <zlib.h>

enum { SINK_BUFFER = 1 << 17 };

struct sink {
	int fd;
	int level;
	bool failed; /* remembered until sink_close */
	z_stream stream;
	unsigned char packed[SINK_BUFFER];
};

/* Level 0 is plain; the gzip header names no file and no time. */
int sink_open(struct sink *sink, const char *path, int level);
void sink_write(struct sink *sink, const char *data, size_t len);
/* Returns -1 when anything since sink_open failed. */
int sink_close(struct sink *sink);

#endif
