/* SPDX-License-Identifier: Apache-2.0 */
#include "format/lookahead.h"

void
lookahead_init(struct lookahead *ahead, struct reader *reader, char separator)
{
	ahead->reader = reader;
	ahead->separator = separator;
	ahead->scanner = scanner_best();
	ahead->moved = true;
	ahead->len = 0;
	ahead->k = ahead->start = 0;
	ahead->lines.n = 0;
}

/* Where the line behind line k begins. */
static size_t
behind(const struct lookahead *ahead, size_t k)
{
	return ahead->lines.end[ahead->lines.last[k]] + (size_t)1;
}

/* The reader has handed out lines itself, and its text may have moved. */
static void
come_back(struct lookahead *ahead)
{
	uint64_t offset;
	struct slice rest = reader_ahead(ahead->reader, &offset);
	uint64_t read = offset - ahead->offset;

	ahead->moved = false;
	while (ahead->k < ahead->lines.n && ahead->start < read)
		ahead->start = behind(ahead, ahead->k++);
	if (ahead->start != read)
		ahead->k = ahead->lines.n;
	else if (ahead->k < ahead->lines.n)
		/* the lines before are gone: an address to count from */
		ahead->text = (const char *)((uintptr_t)rest.at - read);
}

static bool
look(struct lookahead *ahead)
{
	struct slice text = reader_ahead(ahead->reader, &ahead->offset);

	ahead->k = ahead->start = 0;
	ahead->lines.n = 0;
	ahead->text = text.at;
	if (text.len > SCAN_AHEAD)
		text.len = SCAN_AHEAD;
	text.len -= text.len % SCAN_BLOCK;
	if (text.len == 0)
		return false;
	ahead->scanner->lines(text, ahead->separator, &ahead->lines);
	return ahead->lines.n > 0;
}

/* Is there an odd byte from the line's first byte to its LF? */
static bool
is_odd(const struct scan_lines *lines, size_t start, size_t end)
{
	size_t i = start / 64, last = end / 64;
	uint64_t odd = lines->odds[i] >> start % 64 << start % 64;

	for (; i < last; odd |= lines->odds[++i])
		if (odd != 0)
			return true;
	return odd << (63 - end % 64) != 0;
}

/* With what a CR hides from the scan: a blank before it. */
static bool
take_cr(struct lookahead_line *line, char separator)
{
	const char *at = line->text.at;
	size_t len = line->text.len;

	line->cr = len > 0 && at[len - 1] == '\r';
	if (!line->cr)
		return true;
	line->text.len = --len;
	return len == 0 || at[len - 1] == separator ||
		(unsigned char)at[len - 1] > ' ';
}

bool
lookahead_peek(struct lookahead *ahead, size_t n, struct lookahead_line *ret)
{
	const struct scan_lines *lines = &ahead->lines;
	size_t first, last, end;

	if (ahead->moved)
		come_back(ahead);
	if (ahead->k == lines->n && !look(ahead))
		return false;
	first = ahead->k == 0 ? 0 : lines->last[ahead->k - 1];
	last = lines->last[ahead->k];
	end = lines->end[last];
	if (last - first != n ||
		(lines->odd && is_odd(lines, ahead->start, end)))
		return false;
	*ret = (struct lookahead_line){
		.text = { ahead->text + ahead->start, end - ahead->start },
		.ascii = lines->ascii,
		.base = ahead->text,
		.end = lines->end + first,
		.n = n };
	return take_cr(ret, ahead->separator);
}

void
lookahead_take(struct lookahead *ahead, const struct lookahead_line *line,
	struct line *ret)
{
	ahead->start = behind(ahead, ahead->k++);
	reader_take(ahead->reader, line->text.len + line->cr, ret);
}

void
lookahead_leave(struct lookahead *ahead)
{
	ahead->moved = true;
}
