/* SPDX-License-Identifier: Apache-2.0 */
#include "input/decoder.h"

#include <inttypes.h>
#include <strings.h>

enum { RATIO_FROM = 16 << 20 };

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

int
decoder_open(struct decoder **ret, const struct decoder_kind *kind,
	struct source *source, const struct reader_limits *limits,
	struct fault *fault)
{
	if (kind->open(ret, source, limits, fault) != 0)
		return -1;
	if (kind->compression != COMPRESSION_NONE ||
		(source->feed != NULL && source->feed->disk > 0))
		(*ret)->ratio = limits->ratio;
	return 0;
}

static bool
is_over_ratio(const struct decoder *decoder)
{
	const struct source_feed *feed = decoder->source->feed;
	uint64_t most = source_offset(decoder->source);

	if (feed != NULL && feed->disk > 0 && feed->disk < most)
		most = feed->disk;
	return decoder->ratio > 0 && decoder->inflated > RATIO_FROM &&
		(decoder->inflated - 1) / decoder->ratio >= most;
}

static void
decoder_check_ratio(struct decoder *decoder)
{
	struct verdict *verdict = &decoder->verdict;

	if (!is_over_ratio(decoder))
		return;
	if (decoder->kind->settle != NULL) {
		decoder->kind->settle(decoder);
		if (!is_over_ratio(decoder))
			return;
	}
	decoder->over = true;
	verdict->state = INPUT_CORRUPT;
	verdict->whole = false;
	(void)snprintf(verdict->note, sizeof(verdict->note),
		"inflates beyond the ratio limit at byte %" PRIu64,
		source_offset(decoder->source));
}

size_t
decoder_read(struct decoder *decoder, char *at, size_t room)
{
	size_t piece = DECODER_PIECE - decoder->inflated % DECODER_PIECE;
	size_t n;

	if (decoder->over)
		return 0;
	if (room > piece)
		room = piece;
	n = decoder->kind->read(decoder, at, room);
	decoder->inflated += n;
	if (n > 0 && (n == piece || n < room))
		decoder_check_ratio(decoder);
	return n;
}

void
decoder_free(struct decoder *decoder)
{
	if (decoder != NULL)
		decoder->kind->free(decoder);
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
