/* SPDX-License-Identifier: Apache-2.0 */
#include "input/decoder.h"

#include "base/memory.h"

static int
plain_open(struct decoder **ret, struct source *source, enum inflater inflater,
	struct fault *fault)
{
	struct decoder *decoder = memory_array(1, sizeof(*decoder));

	(void)inflater;
	if (decoder == NULL)
		return fault_memory(fault);
	decoder->kind = &decoder_plain;
	decoder->source = source;
	*ret = decoder;
	return 0;
}

static size_t
plain_read(struct decoder *decoder, char *at, size_t room)
{
	size_t n = source_read(decoder->source, at, room);

	if (n > 0)
		return n;
	decoder->verdict.whole = true;
	if (decoder->source->error != NULL)
		decoder_unreadable(decoder);
	return 0;
}

static void
plain_free(struct decoder *decoder)
{
	free(decoder);
}

const struct decoder_kind decoder_plain = {
	.compression = COMPRESSION_NONE,
	.open = plain_open,
	.read = plain_read,
	.free = plain_free,
};
