/* SPDX-License-Identifier: Apache-2.0 */
#include "input/reader.h"

#include <inttypes.h>

#include "base/memory.h"
#include "input/container.h"
#include "input/fast.h"
#include "input/frames.h"
#include "input/window.h"

enum {
	HEAD_MOST = 64 * 1024,
	LINE_CEILING = 1 << 30,
};

const struct reader_limits reader_limits_default = { .line = 1 << 20,
	.ratio = 1000 };


void
reader_spare_free(struct reader_spare *spare)
{
	free(spare->source);
	free(spare->window);
	fast_free(spare->fast);
	for (size_t i = 0; i < COMPRESSIONS; i++)
		frames_close(spare->frames[i]);
	container_handle_free(spare->container);
	*spare = (struct reader_spare){ 0 };
}

static void
reader_note(struct reader *reader, const char *text)
{
	char *note = reader->facts.note;
	size_t len = strlen(note);

	if (text[0] != '\0')
		(void)snprintf(note + len, sizeof(reader->facts.note) - len,
			"%s%s", len > 0 ? "; " : "", text);
}

static void
reader_note_name(struct reader *reader)
{
	const struct decoder_kind *kind =
		decoder_kind_named(reader->source.path);
	enum compression is = reader->facts.compression;
	char text[64];

	if (kind == NULL || kind->compression == is)
		return;
	(void)snprintf(text, sizeof(text), "named %s but %s", kind->suffix,
		is != COMPRESSION_NONE            ? compression_name(is)
			: reader->facts.bytes > 0 ? "not compressed"
						  : "empty");
	reader_note(reader, text);
}

/* The file cannot be told to have been read. */
static void
reader_unreadable(struct reader *reader, const char *why)
{
	reader->facts.state = INPUT_UNREADABLE;
	reader_note(reader, why);
}

/* What the bytes were made from may be damaged, too. */
static void
reader_judge_feed(struct reader *reader, const struct source_feed *feed)
{
	struct reader_facts *facts = &reader->facts;

	if (feed == NULL || feed->end == FEED_WHOLE)
		return;
	/* a bomb is told once */
	if (!reader->decoder->over)
		reader_note(reader, feed->note);
	if (facts->state == INPUT_INTACT || facts->state == INPUT_TRUNCATED)
		facts->state = feed->end == FEED_CUT ? INPUT_TRUNCATED :
						       INPUT_CORRUPT;
	if (facts->compression == COMPRESSION_NONE && feed->end != FEED_SPOILT)
		reader->whole = false;
}

/* The text is over, by itself or by damage: read the rest of the file for
 * its hash and settle the facts. */
static void
reader_finish(struct reader *reader, const struct verdict *verdict)
{
	struct reader_facts *facts = &reader->facts;
	struct source *source = &reader->source;
	const char *change;

	reader->ended = true;
	reader->whole = verdict->whole;
	facts->state = verdict->state;
	facts->starved = verdict->starved;
	(void)source_drain(source);
	facts->bytes = source_offset(source);
	facts->crc = decoder_crc(reader->decoder);
	reader_note_name(reader);
	reader_note(reader, verdict->note);
	reader_judge_feed(reader, source->feed);
	facts->starved |= source->error == source_starved;
	if (source->error != NULL && facts->state != INPUT_UNREADABLE)
		reader_unreadable(reader, source->error);
	if (!source_finish(source, facts->sha256, &change))
		reader_unreadable(reader, "SHA-256 failed");
	if (change == NULL)
		return;
	reader_note(reader, change);
	if (facts->state == INPUT_INTACT)
		facts->state = INPUT_CORRUPT;
	/* Only a compressed stream knows that its text is complete. */
	if (facts->compression == COMPRESSION_NONE)
		reader->whole = false;
}

/* Stop in the middle of the text. */
static void
reader_stop(struct reader *reader, const struct fault *why)
{
	struct verdict verdict = { .state = INPUT_UNREADABLE,
		.starved = why->code == FAULT_MEMORY };

	if (reader->ahead != NULL)
		ahead_stop(reader->ahead);
	(void)snprintf(verdict.note, sizeof(verdict.note),
		"%.100s at byte %" PRIu64, why->text,
		source_offset(&reader->source));
	reader_finish(reader, &verdict);
}

size_t
window_ceiling(const struct reader *reader)
{
	size_t most = reader->limits.line;

	if (most < RECORD_MOST)
		most = RECORD_MOST;
	return most + 4 + DECODER_PIECE;
}

/* What was kept lies at the front of the window now. */
static void
window_is_moved(struct reader *reader, char *window)
{
	reader->window = window;
	reader->next -= reader->record;
	reader->end -= reader->record;
	reader->record = 0;
}

/* Make the window our own, with what is kept in front and room for a piece.
 * False: no memory. */
static bool
window_keep(struct reader *reader)
{
	size_t kept = reader->end - reader->record;
	size_t need = kept + DECODER_PIECE;
	bool is_own = reader->window == reader->own;
	struct fault fault = { 0 };

	if (is_own && reader->record > 0) {
		memmove(reader->own, reader->own + reader->record, kept);
		window_is_moved(reader, reader->own);
	}
	if (memory_grow((void **)&reader->own, &reader->cap, need, 1,
		window_ceiling(reader), "bytes of a line", &fault) != 0) {
		reader_stop(reader, &fault);
		return false;
	}
	if (!is_own && kept > 0)
		memcpy(reader->own, reader->window + reader->record, kept);
	window_is_moved(reader, reader->own);
	return true;
}

/* The same as ever more text behind what is kept, but from the thread ahead;
 * its length, 0: no more. The piece that the window lies in is done with. */
static size_t
window_move(struct reader *reader)
{
	size_t kept = reader->end - reader->record;
	bool was_own = reader->window == reader->own;
	char *piece;
	size_t n = ahead_next(reader->ahead, &piece);

	if (n == 0) {
		reader_finish(reader, &reader->decoder->verdict);
		return 0;
	}
	if (kept <= AHEAD_FRONT) {
		if (kept > 0)
			memcpy(piece - kept, reader->window + reader->record,
				kept);
		window_is_moved(reader, piece - kept);
	} else if (window_keep(reader)) {
		memcpy(reader->own + kept, piece, n);
		ahead_release(reader->ahead);
	} else {
		return 0;
	}
	if (!was_own)
		ahead_release(reader->ahead);
	return n;
}

static size_t
window_read(struct reader *reader)
{
	size_t n;

	if (!window_keep(reader))
		return 0;
	n = decoder_read(reader->decoder, reader->own + reader->end,
		reader->cap - reader->end);
	if (n == 0)
		reader_finish(reader, &reader->decoder->verdict);
	return n;
}

/* A thread has nothing else to do: it decodes from here on. */
static void
reader_take_help(struct reader *reader)
{
	struct reader_limits *limits = &reader->limits;

	if (!limits->help(limits->help_ctx))
		return;
	limits->help = NULL;
	reader->ahead = ahead_start(reader->decoder, limits);
	if (reader->ahead != NULL && reader->scout.look != NULL)
		ahead_send(reader->ahead, &reader->scout);
}

bool
window_fill(struct reader *reader)
{
	size_t n;

	if (reader->ended)
		return false;
	if (reader->limits.help != NULL && reader->ahead == NULL &&
		reader->eol != 0 && source_has_much(&reader->source))
		reader_take_help(reader);
	n = reader->ahead != NULL ? window_move(reader) : window_read(reader);
	if (n == 0)
		return false;
	reader->end += n;
	reader->facts.inflated += n;
	return true;
}

/* Of what the text, of which nothing was handed out, is the begin. */
static const struct decoder_kind *
window_kind(const struct reader *reader)
{
	return decoder_kind_in((const unsigned char *)reader->window,
		reader->end);
}

/* The head decides about the byte order mark and the kind of line end. */
static void
reader_begin(struct reader *reader)
{
	struct slice head;
	bool whole;

	while (reader->end <= HEAD_MOST + 3 && window_fill(reader))
		;
	if (reader->end >= 3 && memcmp(reader->window, "\xef\xbb\xbf", 3) == 0)
		reader->next = reader->record = 3;
	head = reader_head(reader, &whole);
	reader->eol = '\n';
	if (head.len == 0 || memchr(head.at, '\n', head.len) != NULL)
		return;
	/* The LF of a CR at the very end may lie behind the head. */
	if (memchr(head.at, '\r', head.len - (whole ? 0 : 1)) != NULL)
		reader->eol = '\r';
}

/* What is taken is owned until it is left again. */
static void
reader_take_spare(struct reader *reader, struct reader_spare *spare)
{
	reader->own = reader->window = spare->window;
	reader->cap = spare->window_cap;
	spare->window = NULL;
	spare->window_cap = 0;
}

static void
reader_leave_spare(struct reader *reader, struct reader_spare *spare)
{
	spare->source = reader->source.buffer;
	spare->window = reader->own;
	spare->window_cap = reader->cap;
	reader->source.buffer = NULL;
}

/* The first text, if it is compressed itself, is decoded once more. */
static int
reader_nest(struct reader *reader, struct fault *fault)
{
	struct reader_facts *facts = &reader->facts;
	const struct decoder_kind *kind = reader->decoder->kind;
	char text[64];

	(void)snprintf(facts->compression_name, sizeof(facts->compression_name),
		"%s", compression_name(facts->compression));
	if (kind->compression == COMPRESSION_NONE || !window_fill(reader))
		return 0;
	kind = window_kind(reader);
	if (kind->compression == COMPRESSION_NONE)
		return 0;
	if (decoder_nest(&reader->decoder, kind,
		    (struct slice){ reader->window, reader->end },
		    &reader->limits, fault) != 0)
		return -1;
	facts->inner = kind->compression;
	(void)snprintf(facts->compression_name, sizeof(facts->compression_name),
		"%s+%s", compression_name(facts->compression),
		compression_name(facts->inner));
	reader->end = 0;
	facts->inflated = 0;
	if (!window_fill(reader))
		return 0;
	kind = window_kind(reader);
	(void)snprintf(text, sizeof(text), "%s within that is left packed",
		compression_name(kind->compression));
	if (kind->compression != COMPRESSION_NONE)
		reader_note(reader, text);
	return 0;
}

int
reader_open(struct reader **ret, const char *path,
	const struct reader_limits *limits, struct fault *fault)
{
	return reader_open_feed(ret, path, NULL, limits, fault);
}

int
reader_open_feed(struct reader **ret, const char *path,
	struct source_feed *feed, const struct reader_limits *limits,
	struct fault *fault)
{
	struct reader *reader = memory_array(1, sizeof(*reader));
	const struct decoder_kind *kind;
	struct reader_spare *spare;
	unsigned char *buffer;

	if (reader == NULL) {
		if (feed != NULL)
			feed->free(feed);
		return fault_memory(fault);
	}
	reader->limits = limits != NULL ? *limits : reader_limits_default;
	if (reader->limits.line > LINE_CEILING)
		reader->limits.line = LINE_CEILING;
	if (reader->limits.spare == NULL)
		reader->limits.spare = &reader->spare;
	spare = reader->limits.spare;
	reader_take_spare(reader, spare);
	buffer = spare->source;
	spare->source = NULL;
	if ((feed != NULL ?
			    source_open_feed(&reader->source, path, feed,
				    buffer, fault) :
			    source_open(&reader->source, path, buffer,
				    fault)) != 0)
		goto out;
	kind = decoder_kind_of(&reader->source);
	if (reader->source.error != NULL &&
		source_peek(&reader->source, 0) == 0) {
		fault_set(fault, FAULT_INPUT, "cannot be read: %s",
			reader->source.error);
		fault_place(fault, path, 0, 0);
		goto out;
	}
	reader->facts.compression = kind->compression;
	if (decoder_open(&reader->decoder, kind, &reader->source,
		    &reader->limits, fault) != 0 ||
		reader_nest(reader, fault) != 0)
		goto out;
	if (reader->limits.ahead && source_is_large(&reader->source))
		reader->ahead = ahead_start(reader->decoder,
			&reader->limits);
	else if (reader->limits.help != NULL &&
		source_is_large(&reader->source))
		reader_take_help(reader);
	reader_begin(reader);
	*ret = reader;
	return 0;
out:
	reader_free(reader);
	return -1;
}

struct slice
reader_head(struct reader *reader, bool *ret_whole)
{
	size_t len = reader->end - reader->next;

	*ret_whole = reader->ended && len <= HEAD_MOST;
	if (len == 0)
		return (struct slice){ NULL, 0 };
	return (struct slice){ reader->window + reader->next,
		len < HEAD_MOST ? len : HEAD_MOST };
}

/* One line too long: keep its first bytes, drop the others, go on behind
 * its end. */
static enum reader_step
reader_skip_line(struct reader *reader, struct line *ret)
{
	size_t len = reader->limits.line;
	const char *stop;

	if (len > OVERLONG_MOST)
		len = OVERLONG_MOST;
	memcpy(reader->overlong, reader->window + reader->record, len);
	ret->text = (struct slice){ reader->overlong, len };
	for (;;) {
		stop = memchr(reader->window + reader->next, reader->eol,
			reader->end - reader->next);
		if (stop != NULL)
			break;
		reader->record = reader->next = reader->end;
		if (!window_fill(reader))
			return READER_OVERLONG;
	}
	reader->next = (size_t)(stop - reader->window) + 1;
	return READER_OVERLONG;
}

/* Where the line that begins at `next` ends, its line end not included, and
 * where the following one begins. */
struct span {
	size_t end, after;
};

enum find { FOUND, FOUND_NOT_ENDED, FOUND_NOTHING, TOO_LONG };

/* The next line end from `next` on, filling the window as needed. NULL at
 * the end of the text, or, with *ret_long, when find_line() has too much. */
static const char *
find_end(struct reader *reader, size_t most, bool *ret_long)
{
	size_t seen = 0; /* bytes from `next` on known to hold no line end */
	size_t len;
	const char *stop;

	*ret_long = false;
	for (;;) {
		len = reader->end - reader->next;
		if (len > seen) {
			stop = memchr(reader->window + reader->next + seen,
				reader->eol, len - seen);
			if (stop != NULL)
				return stop;
		}
		seen = len;
		/* The last byte may prove to be the CR of a line end. */
		*ret_long = len > reader->limits.line + 1 ||
			reader->end - reader->record > most + 1;
		if (*ret_long || !window_fill(reader))
			return NULL;
	}
}

/* Find the line that begins at `next`, unless it is beyond the limit or the
 * text from `record` on would have more than `most` bytes. */
static enum find
find_line(struct reader *reader, size_t most, struct span *ret)
{
	bool too_long;
	const char *stop = find_end(reader, most, &too_long);

	if (too_long)
		return TOO_LONG;
	ret->end = ret->after = reader->end;
	if (stop != NULL) {
		ret->end = (size_t)(stop - reader->window);
		ret->after = ret->end + 1;
		if (reader->eol == '\n' && ret->end > reader->next &&
			stop[-1] == '\r')
			ret->end--;
	}
	if (ret->end - reader->next > reader->limits.line ||
		ret->end - reader->record > most)
		return TOO_LONG;
	if (stop != NULL)
		return FOUND;
	return ret->end > reader->next ? FOUND_NOT_ENDED : FOUND_NOTHING;
}

/* The next line, which the window may not hold yet. */
static enum reader_step
next_line(struct reader *reader, struct line *ret)
{
	struct span span;
	enum find find;

	reader->first_span = 0;
	find = find_line(reader, SIZE_MAX - 1, &span);
	if (find == FOUND_NOTHING)
		return READER_END;
	ret->number = ++reader->number;
	if (find == TOO_LONG)
		return reader_skip_line(reader, ret);
	reader->first_len = span.end - reader->record;
	reader->next = span.after;
	ret->text = (struct slice){ reader->window + reader->record,
		reader->first_len };
	if (find == FOUND_NOT_ENDED && !reader->whole)
		return READER_CUT;
	reader->first_span = span.after - reader->record;
	reader->first_number = reader->number;
	return READER_LINE;
}

/* Nearly all lines are in the window, end in LF, and are short enough: what
 * next_line() does, made short for them. */
enum reader_step
reader_next(struct reader *reader, struct line *ret)
{
	const char *at = reader->window + reader->next;
	size_t left = reader->end - reader->next;
	const char *stop = left > 0 ? memchr(at, reader->eol, left) : NULL;
	size_t len = stop != NULL ? (size_t)(stop - at) : SIZE_MAX;

	reader->record = reader->next;
	if (len > reader->limits.line)
		return next_line(reader, ret);
	reader->first_span = len + 1;
	reader->next += len + 1;
	if (reader->eol == '\n' && len > 0 && stop[-1] == '\r')
		len--;
	reader->first_len = len;
	reader->first_number = ++reader->number;
	*ret = (struct line){ { at, len }, reader->number };
	return READER_LINE;
}

bool
reader_extend(struct reader *reader, struct line *line, size_t most)
{
	size_t ceiling = window_ceiling(reader) - DECODER_PIECE - 4;
	struct span span;
	enum find find;

	if (reader->first_span == 0)
		return false;
	find = find_line(reader, most < ceiling ? most : ceiling, &span);
	/* The window may have moved even if nothing was found. */
	line->text.at = reader->window + reader->record;
	reader->cut = find != FOUND && find != TOO_LONG && !reader->whole;
	if (find != FOUND && (find != FOUND_NOT_ENDED || !reader->whole))
		return false;
	line->text.len = span.end - reader->record;
	reader->next = span.after;
	reader->number++;
	return true;
}

bool
reader_is_cut(const struct reader *reader)
{
	return reader->cut;
}

void
reader_back(struct reader *reader, struct line *line)
{
	if (reader->first_span == 0)
		return;
	reader->next = reader->record + reader->first_span;
	reader->number = reader->first_number;
	line->text = (struct slice){ reader->window + reader->record,
		reader->first_len };
}

int64_t
reader_written(const struct reader *reader)
{
	const struct stat *opened = &reader->source.opened;

	if (reader->source.feed != NULL)
		return reader->source.feed->written;
	if (!S_ISREG(opened->st_mode))
		return 0;
	return (int64_t)opened->st_mtim.tv_sec * 1000;
}

uint64_t
reader_progress(const struct reader *reader)
{
	return atomic_load_explicit(&reader->source.bytes,
		memory_order_relaxed);
}

const struct reader_facts *
reader_facts(const struct reader *reader)
{
	return &reader->facts;
}

void
reader_free(struct reader *reader)
{
	if (reader == NULL)
		return;
	ahead_free(reader->ahead);
	decoder_free(reader->decoder);
	reader_leave_spare(reader, reader->limits.spare);
	source_free(&reader->source);
	reader_spare_free(&reader->spare);
	free(reader);
}
