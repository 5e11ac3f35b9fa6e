/* SPDX-License-Identifier: Apache-2.0 */
/* A build without libisal: zlib does it all. */
#include "input/fast.h"

const char *
fast_name(void)
{
	return NULL;
}

struct fast *
fast_open(void)
{
	return NULL;
}

void
fast_free(struct fast *fast)
{
	(void)fast;
}

void
fast_begin(struct fast *fast)
{
	(void)fast;
}

enum fast_step
fast_inflate(struct fast *fast, struct source *source, unsigned char **at,
	size_t *room)
{
	(void)fast;
	(void)source;
	(void)at;
	(void)room;
	return FAST_LEFT;
}

struct fast_left
fast_left(const struct fast *fast)
{
	(void)fast;
	return (struct fast_left){ 0 };
}
