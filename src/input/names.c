/* SPDX-License-Identifier: Apache-2.0 */
/* What a reader's facts are called, and who inflates. */
#include <zlib.h>

#include "input/decoder.h"
#include "input/fast.h"
#include "input/reader.h"

const char *
compression_name(enum compression compression)
{
	static const char *const names[] = {
		[COMPRESSION_NONE] = "none",
		[COMPRESSION_GZIP] = "gzip",
		[COMPRESSION_ZSTD] = "zstd",
		[COMPRESSION_XZ] = "xz",
		[COMPRESSION_LZMA] = "lzma",
		[COMPRESSION_BZIP2] = "bzip2",
		[COMPRESSION_LZ4] = "lz4",
	};

	return names[compression];
}

const char *
input_state_name(enum input_state state)
{
	static const char *const names[] = {
		[INPUT_INTACT] = "intact",
		[INPUT_TRUNCATED] = "truncated",
		[INPUT_CORRUPT] = "corrupt",
		[INPUT_DUPLICATE] = "duplicate",
		[INPUT_UNREADABLE] = "unreadable",
	};

	return names[state];
}

const char *
inflater_fast_name(void)
{
	return fast_name();
}

const char *
inflater_plain_version(void)
{
	return zlibVersion();
}

void
inflater_libraries(char ret[INFLATER_LIBRARIES])
{
	decoder_libraries(ret, INFLATER_LIBRARIES);
}
