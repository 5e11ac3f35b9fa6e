/* SPDX-License-Identifier: Apache-2.0 */
/* Text that others look for lines or records in. */
#include "input/window.h"

struct slice
reader_ahead(const struct reader *reader, uint64_t *ret_offset)
{
	size_t len = reader->end - reader->next;

	*ret_offset = reader->facts.inflated - len;
	if (len == 0 || reader->eol != '\n')
		return (struct slice){ NULL, 0 };
	return (struct slice){ reader->window + reader->next,
		len < reader->limits.line ? len : reader->limits.line };
}

void
reader_send(struct reader *reader, const struct reader_scout *scout)
{
	if (reader->eol != '\n' || scout->most > reader->limits.line)
		return;
	reader->scout = *scout;
	if (reader->ahead != NULL)
		ahead_send(reader->ahead, scout);
}

const void *
reader_found(struct reader *reader, size_t *ret_len)
{
	*ret_len = reader->end - reader->next;
	if (reader->ahead == NULL)
		return NULL;
	return ahead_found(reader->ahead, reader->window + reader->next,
		ret_len);
}

void
reader_take_lines(struct reader *reader, size_t n, size_t len)
{
	reader->next += len;
	reader->record = reader->next;
	reader->first_span = 0;
	reader->number += n;
}

uint64_t
reader_number(const struct reader *reader)
{
	return reader->number;
}

struct slice
reader_at_hand(const struct reader *reader)
{
	size_t len = reader->end - reader->next;

	return (struct slice){ len > 0 ? reader->window + reader->next : NULL,
		len };
}

enum reader_more
reader_more(struct reader *reader)
{
	size_t full = window_ceiling(reader) - DECODER_PIECE - 4;

	if (reader->end - reader->next > full)
		return READER_FULL;
	reader->record = reader->next;
	reader->first_span = 0;
	return window_fill(reader) ? READER_MORE : READER_NO_MORE;
}

size_t
reader_limit(const struct reader *reader)
{
	return reader->limits.line;
}

/* How often is the byte there? Eight at a time, as each record is counted. */
static size_t
count_bytes(const char *at, size_t len, char c)
{
	const uint64_t each = 0x0101010101010101u;
	const uint64_t sevens = 0x7f * each;
	size_t n = 0, i = 0;

	for (; len - i >= 8; i += 8) {
		uint64_t x = bytes_u64(at + i) ^ each * (unsigned char)c;
		uint64_t other = ((x & sevens) + sevens) | x | sevens;

		n += ((~other >> 7) * each) >> 56;
	}
	for (; i < len; i++)
		n += at[i] == c;
	return n;
}

void
reader_take_text(struct reader *reader, size_t len, struct line *ret)
{
	const char *at = reader->window + reader->next;

	reader->record = reader->next;
	reader->next += len;
	reader->first_span = 0;
	*ret = (struct line){ { at, len }, reader->number + 1 };
	reader->number += count_bytes(at, len, reader->eol);
}

bool
reader_is_whole(const struct reader *reader)
{
	return reader->whole;
}

struct slice
reader_text(struct reader *reader)
{
	struct slice text = { NULL, 0 };

	reader->record = reader->next;
	reader->first_span = 0;
	if (reader->next == reader->end && !window_fill(reader))
		return text;
	text.at = reader->window + reader->next;
	text.len = reader->end - reader->next;
	reader->next = reader->end;
	return text;
}
