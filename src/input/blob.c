/* SPDX-License-Identifier: Apache-2.0 */
#include "input/blob.h"

#include <errno.h>
#include <unistd.h>

size_t
blob_read(const struct blob *blob, uint64_t at, void *to, size_t room,
	const char **ret_error)
{
	struct fault fault = { 0 };
	ssize_t n;

	if (at >= blob->size)
		return 0;
	if (room > blob->size - at)
		room = (size_t)(blob->size - at);
	if (blob->spill != NULL) {
		if (spill_read(blob->spill, blob->base + at, to, room,
			    &fault) == 0)
			return room;
		*ret_error = "the temporary file cannot be read back";
		return 0;
	}
	while ((n = pread(blob->fd, to, room, (off_t)at)) < 0) {
		if (errno != EINTR) {
			*ret_error = fault_reason(errno);
			return 0;
		}
	}
	return (size_t)n;
}
