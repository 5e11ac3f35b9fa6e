/* SPDX-License-Identifier: Apache-2.0 */
#include "input/decoder.h"

#include <inttypes.h>
#include <stdarg.h>
#include <strings.h>

#include "base/crc.h"

enum { RATIO_FROM = 16 << 20 };

static const struct decoder_kind *const kinds[] = { &decoder_gzip,
	&decoder_zstd, &decoder_xz, &decoder_lzma, &decoder_bzip2,
	&decoder_lz4 };

enum { SKIPPABLE_HEADER = 8, SKIPPABLE_STUMP = 4 };

bool
decoder_begins(const unsigned char *head, size_t n, const unsigned char *magic,
	size_t len)
{
	return memcmp(head, magic, n < len ? n : len) == 0;
}

bool
decoder_claims(const struct decoder_kind *kind, const unsigned char *head,
	size_t n)
{
	return kind->claims != NULL
		? kind->claims(head, n)
		: decoder_begins(head, n, kind->magic, kind->magic_len);
}

bool
decoder_is_skippable(const unsigned char *head, size_t n)
{
	static const unsigned char magic[] = { 0x2a, 0x4d, 0x18 };

	return (head[0] & 0xf0) == 0x50 &&
		decoder_begins(head + 1, n - 1, magic, sizeof(magic));
}

uint32_t
decoder_number(const unsigned char *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 |
		(uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* Which of the two that share them do the skippable frames at the begin
 * belong to? Nobody can tell if there is nothing else. */
static const struct decoder_kind *
kind_behind_skippable(const unsigned char *head, size_t n)
{
	const struct decoder_kind *lz4 = &decoder_lz4;
	uint64_t at = 0;

	while (at + DECODER_MAGIC <= n &&
		decoder_is_skippable(head + at, DECODER_MAGIC))
		at += SKIPPABLE_HEADER +
			(uint64_t)decoder_number(head + at + 4);
	if (at + DECODER_MAGIC <= n &&
		decoder_begins(head + at, lz4->magic_len, lz4->magic,
			lz4->magic_len))
		return lz4;
	return &decoder_zstd;
}

const struct decoder_kind *
decoder_kind_in(const unsigned char *head, size_t n)
{
	if (n > 0 && decoder_is_skippable(head, n))
		return n < SKIPPABLE_STUMP ? &decoder_plain
					   : kind_behind_skippable(head, n);
	for (size_t i = 0; i < ARRAY_LEN(kinds) && n > 0; i++) {
		if (n >= kinds[i]->stump && decoder_claims(kinds[i], head, n))
			return kinds[i];
	}
	return &decoder_plain;
}

const struct decoder_kind *
decoder_kind_of(struct source *source)
{
	size_t n = source_peek(source, DECODER_MAGIC);

	if (n > 0 && decoder_is_skippable(source->buffer + source->at, n))
		n = source_peek(source, SOURCE_CHUNK);
	return decoder_kind_in(source->buffer + source->at, n);
}

const struct decoder_kind *
decoder_kind_named(const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		const char *suffix = kinds[i]->suffix;
		size_t end = strlen(suffix);

		if (len > end && strcasecmp(path + len - end, suffix) == 0)
			return kinds[i];
	}
	return NULL;
}

void
decoder_libraries(char *ret, size_t room)
{
	size_t len = 0;

	ret[0] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		const char *version;

		if (kinds[i]->library == NULL)
			continue;
		version = kinds[i]->version();
		/* Some tell the date as well. */
		(void)snprintf(ret + len, room - len, "%s%s %.*s",
			len > 0 ? ", " : "", kinds[i]->library,
			(int)strcspn(version, ","), version);
		len = strlen(ret);
	}
}

int
decoder_open(struct decoder **ret, const struct decoder_kind *kind,
	struct source *source, const struct reader_limits *limits,
	struct fault *fault)
{
	if (kind->open(ret, source, limits, fault) != 0)
		return -1;
	(*ret)->alone = limits->alone;
	if (kind->compression != COMPRESSION_NONE ||
		(source->feed != NULL && source->feed->disk > 0))
		(*ret)->ratio = limits->ratio;
	if ((*ret)->within == NULL)
		(*ret)->within = "";
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
	decoder_note(decoder, source_offset(decoder->source),
		"inflates beyond the ratio limit");
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
	if (decoder->kind->crc == NULL && !decoder->alone)
		decoder->crc = crc_add(decoder->crc, at, n);
	if (n > 0 && (n == piece || n < room))
		decoder_check_ratio(decoder);
	return n;
}

uint32_t
decoder_crc(const struct decoder *decoder)
{
	return decoder->kind->crc != NULL ? decoder->kind->crc(decoder)
					  : decoder->crc;
}

void
decoder_free(struct decoder *decoder)
{
	if (decoder != NULL)
		decoder->kind->free(decoder);
}

void
decoder_note(struct decoder *decoder, uint64_t at, const char *format, ...)
{
	char *note = decoder->verdict.note;
	size_t room = sizeof(decoder->verdict.note), len;
	va_list args;

	va_start(args, format);
	(void)vsnprintf(note, room, format, args);
	va_end(args);
	len = strlen(note);
	(void)snprintf(note + len, room - len, " at byte %" PRIu64 "%s", at,
		decoder->within);
}

void
decoder_note_rest(struct decoder *decoder, uint64_t rest)
{
	char *note = decoder->verdict.note;
	size_t room = sizeof(decoder->verdict.note), len = strlen(note);

	if (rest > 0)
		(void)snprintf(note + len, room - len,
			", %" PRIu64 " bytes after it not used", rest);
}

void
verdict_join(struct verdict *verdict, const struct verdict *more)
{
	size_t len = strlen(verdict->note);

	if (more->state > verdict->state)
		verdict->state = more->state;
	(void)snprintf(verdict->note + len, sizeof(verdict->note) - len,
		"%s%s", len > 0 && more->note[0] != '\0' ? "; " : "",
		more->note);
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
