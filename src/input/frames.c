/* SPDX-License-Identifier: Apache-2.0 */
#include "input/frames.h"

#include <inttypes.h>

#include "base/memory.h"

/* What a library gets at once ends at multiples of this, however the bytes
 * came: how far liblzma goes on in bad data depends on it. */
enum { FRAMES_STEP = 64 * 1024 };

/* More is not held for a next file, which may never come. */
enum { FRAMES_KEPT = 16 << 20 };

static void
frames_end(struct frames *frames, enum input_state state, bool whole)
{
	frames->decoder.verdict.state = state;
	frames->decoder.verdict.whole = whole;
	frames->place = AT_THE_END;
}

/* The bytes on disk are at their end, or cannot be read, within a frame. */
static void
frames_stopped(struct frames *frames)
{
	struct decoder *decoder = &frames->decoder;

	frames_end(frames, INPUT_TRUNCATED, false);
	decoder_note(decoder, source_offset(decoder->source),
		"ends in %s %" PRIu64, frames->codec->unit, frames->number);
	if (decoder->source->error != NULL)
		decoder_unreadable(decoder);
}

static void
frames_spoilt(struct frames *frames, enum frame_step step)
{
	struct decoder *decoder = &frames->decoder;
	uint64_t at = source_offset(decoder->source) -
		(step == FRAME_CHECKSUM ? FRAME_CHECKSUM_LEN : 0);
	uint64_t rest = source_drain(decoder->source);
	enum input_state state =
		step == FRAME_REFUSED || step == FRAME_STARVED ?
		INPUT_UNREADABLE :
		INPUT_CORRUPT;

	decoder->verdict.starved = step == FRAME_STARVED;
	frames_end(frames, state, step == FRAME_CHECKSUM && rest == 0);
	decoder_note(decoder, at, "%s in %s %" PRIu64, frames->why,
		frames->codec->unit, frames->number);
	decoder_note_rest(decoder, rest);
}

static void
frames_take(struct frames *frames, enum frame_step step)
{
	if (step == FRAME_ENDED)
		frames->place = BETWEEN_FRAMES;
	else if (step != FRAME_GOES_ON)
		frames_spoilt(frames, step);
}

static void
frames_decode(struct frames *frames)
{
	struct source *source = frames->decoder.source;
	size_t most = FRAMES_STEP - source_offset(source) % FRAMES_STEP;
	size_t n = source_peek(source, frames->pending ? 0 : most);
	enum frame_step step;

	if (n == 0 && !frames->pending) {
		frames_stopped(frames);
		return;
	}
	if (n > most)
		n = most;
	frames->in = source->buffer + source->at;
	frames->in_len = n;
	step = frames->codec->step(frames);
	source_skip(source, n - frames->in_len);
	frames->pending = frames->room == 0;
	frames_take(frames, step);
}

static void
frames_garbage(struct frames *frames)
{
	struct decoder *decoder = &frames->decoder;

	decoder_note(decoder, source_offset(decoder->source),
		"trailing garbage after %s %" PRIu64, frames->codec->unit,
		frames->number);
	frames_end(frames, INPUT_CORRUPT, true);
}

/* All of the file is behind us. */
static void
frames_done(struct frames *frames)
{
	struct decoder *decoder = &frames->decoder;

	frames_end(frames, INPUT_INTACT, true);
	if (frames->lacks != NULL) {
		decoder->verdict.state = INPUT_CORRUPT;
		(void)snprintf(decoder->verdict.note,
			sizeof(decoder->verdict.note), "%s", frames->lacks);
	}
	if (decoder->source->error != NULL)
		decoder_unreadable(decoder);
}

static void
frames_skip_zeros(struct source *source)
{
	size_t n, zeros;

	while ((n = source_peek(source, 1)) > 0) {
		const unsigned char *at = source->buffer + source->at;

		for (zeros = 0; zeros < n && at[zeros] == 0; zeros++)
			;
		source_skip(source, zeros);
		if (zeros < n)
			return;
	}
}

static void
frames_next(struct frames *frames)
{
	struct source *source = frames->decoder.source;
	size_t n;

	frames_skip_zeros(source);
	n = source_peek(source, DECODER_MAGIC);
	if (n == 0) {
		frames_done(frames);
	} else if (!decoder_claims(frames->decoder.kind,
			   source->buffer + source->at, n)) {
		frames_garbage(frames);
	} else {
		frames->number++;
		frames->place = IN_FRAME;
		frames->pending = false;
		frames_take(frames, frames->codec->begin(frames));
	}
}

void
frames_close(struct frames *frames)
{
	if (frames == NULL)
		return;
	frames->codec->close(frames);
	free(frames);
}

int
frames_open(struct decoder **ret, const struct frames_codec *codec,
	struct source *source, const struct reader_limits *limits,
	struct fault *fault)
{
	struct frames **kept =
		&limits->spare->frames[codec->kind->compression];
	struct frames *frames = *kept;

	*kept = NULL;
	if (frames == NULL) {
		frames = memory_array(1, codec->size);
		if (frames == NULL)
			return fault_memory(fault);
		frames->codec = codec;
		if (!codec->open(frames)) {
			frames_close(frames);
			return fault_memory(fault);
		}
	}
	*frames = (struct frames){
		.decoder = { .kind = codec->kind, .source = source },
		.codec = codec,
		.spare = limits->spare,
		.place = BETWEEN_FRAMES,
	};
	*ret = &frames->decoder;
	return 0;
}

void
frames_free(struct decoder *decoder)
{
	struct frames *frames = (struct frames *)decoder;
	const struct frames_codec *codec = frames->codec;
	struct frames **kept = &frames->spare->frames[codec->kind->compression];

	if (*kept == NULL &&
		(codec->held == NULL || codec->held(frames) <= FRAMES_KEPT))
		*kept = frames;
	else
		frames_close(frames);
}

size_t
frames_read(struct decoder *decoder, char *at, size_t room)
{
	struct frames *frames = (struct frames *)decoder;

	frames->out = (unsigned char *)at;
	frames->room = room;
	while (frames->room > 0 && frames->place != AT_THE_END) {
		if (frames->place == IN_FRAME)
			frames_decode(frames);
		else
			frames_next(frames);
	}
	return room - frames->room;
}
