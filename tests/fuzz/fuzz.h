/* SPDX-License-Identifier: Apache-2.0 */
/* What the fuzz targets share: each is a program of clang's libFuzzer, which
 * calls the function below with bytes of its own making. */
#ifndef QUIS_TESTS_FUZZ_H
#define QUIS_TESTS_FUZZ_H

#include "base/base.h"
#include "input/source.h"

/* A program of libFuzzer ends this way when it has found something. */
#define MUST(what) do { \
	if (!(what)) \
		__builtin_trap(); \
} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The bytes as a source, without a file: for reader_open_feed(). They come in
 * pieces of this length. */
struct fuzz_feed {
	struct source_feed feed;
	const uint8_t *at;
	size_t left, piece;
	size_t first; /* of the first piece; 0, or what the caller sets */
};
struct fuzz_feed fuzz_feed(const uint8_t *data, size_t len, size_t piece);

/* The bytes as a file, for what opens files by their path: the same one for
 * all executions, which are one thread. Until the next call. */
const char *fuzz_file(const uint8_t *data, size_t len);

#endif
