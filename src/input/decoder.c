/* SPDX-License-Identifier: Apache-2.0 */
#include "input/decoder.h"

#include <inttypes.h>
#include <strings.h>

static const struct decoder_kind *const kinds[] = { &decoder_gzip };

const struct decoder_kind *
decoder_kind_of(struct source *source)
{
	size_t n = source_peek(source, DECODER_MAGIC);
	const unsigned char *head = source->buffer + source->at;

	for (size_t i = 0; i < ARRAY_LEN(kinds) && n > 0; i++) {
		size_t len = kinds[i]->magic_len;

		if (memcmp(head, kinds[i]->magic, n < len ? n : len) == 0)
			return kinds[i];
	}
	return &decoder_plain;
}

const char *
decoder_suffix(const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		const char *suffix = kinds[i]->suffix;
		size_t end = strlen(suffix);

		if (len > end && strcasecmp(path + len - end, suffix) == 0)
			return suffix;
	}
	return NULL;
}

void
decoder_unreadable(struct decoder *decoder)
{
	struct verdict *verdict = &decoder->verdict;

	verdict->state = INPUT_UNREADABLE;
	verdict->whole = false;
	(void)snprintf(verdict->note, sizeof(verdict->note),
		"read failed at byte %" PRIu64 ": %s",
		source_offset(decoder->source), decoder->source->error);
}
