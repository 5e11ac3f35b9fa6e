/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logs that are the same, under other names or compressed in another way, are
 * counted once: one of them, mostly the first by path, is the original, which
 * the others name. What hints at a duplicate never decides: all bytes, or all
 * of the text, are compared.
 */
#ifndef QUIS_INPUT_DUPLICATE_H
#define QUIS_INPUT_DUPLICATE_H

#include "input/list.h"

/* Before the logs are read. Files whose bytes are those of another one: those
 * of equal size are hashed (SHA-256), and one that cannot be read gets its
 * problem. Then logs of the same text, as far as lengths and checksums hint at
 * it that are had without reading them: those of gzip's trailers and of the
 * directory of a zip. */
int input_list_find_copies(struct input_list *list, struct fault *fault);

/* What reading a log has found out. */
struct input_text {
	struct input *input;
	uint64_t length; /* bytes of text */
	uint32_t crc;    /* CRC-32 of it */
	bool intact;
};

/* After the logs were read: those of the same text. A damaged log is an
 * original only of damaged ones. Reorders `texts`; *ret_found: so many
 * duplicates are new. */
int input_list_find_texts(struct input_list *list, struct input_text *texts,
	size_t n, size_t *ret_found, struct fault *fault);

#endif
