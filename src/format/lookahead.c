/* SPDX-License-Identifier: Apache-2.0 */
#include "format/lookahead.h"

void
lookahead_init(struct lookahead *ahead, struct reader *reader, char separator)
{
	ahead->reader = reader;
	ahead->separator = separator;
	ahead->scanner = scanner_best();
	ahead->left = false;
	ahead->n = ahead->k = ahead->start = ahead->first = 0;
	ahead->told_k = ahead->told = 0;
	ahead->lines.n = 0;
}

void
lookahead_want(struct lookahead *ahead, const struct columns *columns)
{
	ahead->width = columns->width;
	for (size_t i = 0; i < FIELD_N; i++)
		ahead->column[i] = columns->at[i] < 0 ? SCAN_NONE :
			(uint16_t)columns->at[i];
}

/* The reader learns what was taken. */
static void
tell(struct lookahead *ahead)
{
	if (ahead->k > ahead->told_k)
		reader_take_lines(ahead->reader, ahead->k - ahead->told_k,
			ahead->start - ahead->told);
	ahead->told_k = ahead->k;
	ahead->told = ahead->start;
}

void
lookahead_leave(struct lookahead *ahead)
{
	tell(ahead);
	ahead->left = true;
	ahead->n = 0;
}

/* The reader has handed out lines itself, and its text may have moved. False:
 * none of the lines known are left. */
static bool
come_back(struct lookahead *ahead)
{
	const struct scan_lines *lines = &ahead->lines;
	uint64_t offset;
	struct slice rest = reader_ahead(ahead->reader, &offset);
	uint64_t read = offset - ahead->offset;

	ahead->left = false;
	while (ahead->k < lines->n && ahead->start < read) {
		ahead->first = lines->last[ahead->k++];
		ahead->start = lines->end[ahead->first] + (size_t)1;
	}
	if (ahead->start != read || ahead->k == lines->n)
		return false;
	/* the lines before are gone: an address to count from */
	ahead->text = (const char *)((uintptr_t)rest.at - read);
	ahead->room = read + rest.len;
	ahead->n = lines->n;
	ahead->told_k = ahead->k;
	ahead->told = ahead->start;
	return true;
}

bool
lookahead_look(struct lookahead *ahead)
{
	struct slice text;

	if (ahead->left && come_back(ahead))
		return true;
	if (ahead->n > 0)
		tell(ahead);
	text = reader_ahead(ahead->reader, &ahead->offset);
	ahead->number = reader_number(ahead->reader);
	ahead->n = ahead->k = ahead->start = ahead->first = 0;
	ahead->told_k = ahead->told = 0;
	ahead->lines.n = 0;
	ahead->text = text.at;
	ahead->room = text.len;
	if (text.len > SCAN_AHEAD)
		text.len = SCAN_AHEAD;
	text.len -= text.len % SCAN_BLOCK;
	if (text.len == 0)
		return false;
	ahead->scanner->lines(text, ahead->separator, &ahead->lines);
	ahead->n = ahead->lines.n;
	return ahead->n > 0;
}

bool
lookahead_is_odd(const struct scan_lines *lines, size_t start, size_t end)
{
	size_t i = start / 64, last = end / 64;
	uint64_t odd = lines->odds[i] >> start % 64 << start % 64;

	for (; i < last; odd |= lines->odds[++i])
		if (odd != 0)
			return true;
	return odd << (63 - end % 64) != 0;
}

bool
lookahead_is_blank_cr(struct slice text, char separator)
{
	char before = text.len > 0 ? text.at[text.len - 1] : separator;

	return before != separator && (unsigned char)before <= ' ';
}

void
lookahead_trim_cr(const struct lookahead *ahead, struct record *ret)
{
	for (size_t i = 0; i < FIELD_N; i++)
		ret->field[i].len -= ahead->column[i] + (size_t)1 ==
			ahead->width;
}
