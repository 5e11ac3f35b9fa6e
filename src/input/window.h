/* SPDX-License-Identifier: Apache-2.0 */
/* What is inside a reader, for the files that are one: reader.c finds lines,
 * reader-text.c hands out text by its length. */
#ifndef QUIS_INPUT_WINDOW_H
#define QUIS_INPUT_WINDOW_H

#include "input/ahead.h"
#include "input/decoder.h"
#include "input/reader.h"

enum {
	OVERLONG_MOST = 4096,
	RECORD_MOST = 64 * 1024, /* what reader_extend() always can hold */
};

/*
 * The window holds, by offset:  0 … record … next … end
 * [record, next) is what reader_next() and reader_extend() handed out last,
 * with its line ends; [next, end) is text not yet handed out. A fill drops
 * what lies before record and moves the rest to the front. Where text is
 * decoded ahead, the window moves instead: the rest goes before the next
 * piece, if there is room for it.
 */
struct reader {
	struct source source;
	struct decoder *decoder;
	struct ahead *ahead; /* NULL: read the decoder */
	struct reader_scout scout; /* for one that comes later; or zero */
	struct reader_limits limits;
	struct reader_facts facts;
	char *window;       /* `own`, or in a piece of `ahead` */
	char *own;
	size_t cap;         /* of own */
	struct reader_spare spare; /* if the caller has none */
	size_t record, next, end;
	size_t first_len;  /* text of the record's first physical line */
	size_t first_span; /* the same with its line end; 0: no whole line */
	uint64_t number;   /* of the last physical line handed out */
	uint64_t first_number;
	char eol;          /* 0 until the head is known */
	bool ended; /* the decoder has no more; facts are final */
	bool cut; /* see reader_is_cut() */
	bool whole; /* the text behind the last line end is a line */
	char overlong[OVERLONG_MOST];
};

/* The longest text that can be asked for, its line end, and a chunk. */
size_t window_ceiling(const struct reader *reader);

/* More text behind `end`; what lies before `record` goes. False: no more. */
bool window_fill(struct reader *reader);

#endif
