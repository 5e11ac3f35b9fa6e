/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader turns one log, however compressed, into whole lines. It finds the
 * compression by magic, verifies what the format lets it verify, hashes the
 * bytes as they lie on disk, and keeps every whole line before a damage.
 * One thread at a time; different readers are independent. Memory is bounded
 * by the limits, whatever the file holds.
 */
#ifndef QUIS_INPUT_READER_H
#define QUIS_INPUT_READER_H

#include "base/base.h"

enum compression {
	COMPRESSION_NONE,
	COMPRESSION_GZIP,
	COMPRESSION_ZSTD,
	COMPRESSION_XZ,
	COMPRESSION_LZMA,
	COMPRESSION_BZIP2,
	COMPRESSION_LZ4,
	COMPRESSIONS,
};
const char *compression_name(enum compression compression); /* "none", … */

enum input_state {
	INPUT_INTACT,
	INPUT_TRUNCATED,  /* ends inside a compressed stream */
	INPUT_CORRUPT,    /* bad data, checksum, length, or trailing garbage */
	INPUT_DUPLICATE,  /* same bytes as another input; not read (set by the
	                     caller, from input_list) */
	INPUT_UNREADABLE, /* open or read failed, or it is no log (caller) */
};
const char *input_state_name(enum input_state state);

/* Who inflates what is in order; damage is always zlib's to judge. */
enum inflater {
	INFLATER_AUTO, /* libisal, where it is built in */
	INFLATER_ISAL, /* the same */
	INFLATER_ZLIB,
};

/* "libisal 2.30.0", or NULL where there is none. */
const char *inflater_fast_name(void);
/* Of zlib: "1.2.13" */
const char *inflater_plain_version(void);

/* Of the other compressions, with versions: "libzstd 1.5.4, …" */
enum { INFLATER_LIBRARIES = 128 };
void inflater_libraries(char ret[INFLATER_LIBRARIES]);

/* Memory that one reader leaves to the next, so that it is not given back and
 * fetched again for every file. Zero is a valid empty one; of one thread. */
struct reader_spare {
	unsigned char *source;
	char *window;
	size_t window_cap;
	struct fast *fast;
	struct frames *frames[COMPRESSIONS]; /* what has a library's memory */
	struct container_handle *container; /* what was last read from; the list
	                                       it is of must outlive it */
};
void reader_spare_free(struct reader_spare *spare);

struct reader_limits {
	size_t line;    /* bytes of the longest line (default 1 MiB) */
	uint64_t ratio; /* inflated bytes per byte on disk, counted once 16 MiB
	                   are inflated; 0: no limit. Over it: INPUT_CORRUPT,
	                   reading ends */
	enum inflater inflater;
	bool alone;     /* no other log may hold the same: facts.crc need not
	                   be known */
	bool ahead;     /* decode large files in another thread meanwhile, … */
	bool (*help)(void *ctx); /* … or once this says so, which is asked now
	                    and then, and no more after that; or NULL */
	void *help_ctx;
	void (*idle)(void *ctx); /* the thread calls this where it would have to
	                    wait, for what takes less than a ms; or NULL */
	void *idle_ctx;
	struct reader_spare *spare; /* outlives the reader; or NULL */
};
extern const struct reader_limits reader_limits_default; /* 1 MiB, 1000 */

enum reader_step {
	READER_LINE,     /* a whole line */
	READER_OVERLONG, /* longer than the limit; text holds its first bytes
	                    (at most 4 KiB) */
	READER_CUT,      /* the unfinished last line of a damaged file */
	READER_END,      /* no more; the facts are final */
};

struct line {
	struct slice text; /* without LF or CR LF; into the reader's buffer,
	                      valid until reader_next/extend/back/more */
	uint64_t number;   /* of the (first) physical line, from 1 */
};

/* What is known of the file; final once READER_END was returned (also when
 * it stopped early by damage: the rest is still read, for the hash). */
struct reader_facts {
	enum compression compression;
	enum compression inner;   /* of what it inflates to, or none */
	char compression_name[16]; /* "none", "gzip"; "gzip+xz": an xz in a
	                             gzip */
	enum input_state state;
	bool starved;             /* for want of memory: no fault of the file */
	uint64_t bytes;           /* on disk */
	uint64_t inflated;        /* bytes of text */
	uint32_t crc;             /* CRC-32 of the text, a byte order mark
	                             included; with inflated, the same for the
	                             same log however it is compressed */
	unsigned char sha256[32]; /* of the bytes on disk */
	char note[256];           /* "" or e.g. "crc-32 mismatch in member 2 at
	                             byte 1234"; joined by "; " */
};

struct reader;

/* path "-" is standard input (not closed afterwards). Fails with FAULT_INPUT
 * if the file cannot be opened or its first bytes not read. */
int reader_open(struct reader **ret, const char *path,
	const struct reader_limits *limits, struct fault *fault);

/* The same of a feed (see source.h), which is the reader's from now on, in any
 * case, and may use limits->spare until it is freed; NULL: of the file. */
struct source_feed;
int reader_open_feed(struct reader **ret, const char *path,
	struct source_feed *feed, const struct reader_limits *limits,
	struct fault *fault);

/* The first bytes of text, as many as are there up to 64 KiB (whole lines or
 * not), without a UTF-8 byte order mark. Only before the first
 * reader_next(). *ret_whole: the text ends within the head. */
struct slice reader_head(struct reader *reader, bool *ret_whole);

/* The next line. A file whose head has CR but no LF has CR line ends.
 * Read errors end the text: READER_END (after READER_CUT if a line was
 * begun) with state INPUT_UNREADABLE and the reason in the note. The last
 * line of an intact file needs no newline. Lack of memory: as read error. */
enum reader_step reader_next(struct reader *reader, struct line *ret);

/* What is at hand of the text that comes next, without reading on, up to the
 * limit of a line; nothing if CR ends the lines. Valid as long as a line's
 * text is. *ret_offset: bytes of text before it. */
struct slice reader_ahead(const struct reader *reader, uint64_t *ret_offset);

/* reader_next(), n times, for who has found in reader_ahead() that the next n
 * lines end with LFs and have `len` bytes with them. They can be neither
 * extended nor taken back. */
void reader_take_lines(struct reader *reader, size_t n, size_t len);
uint64_t reader_number(const struct reader *reader); /* of the last line */

/* Who finds something in text before it is handed out. */
struct reader_scout {
	/* Look at text behind an LF, from its begin on: how much of it *ret
	 * tells of, up to another LF; 0: nothing. Any thread may call. */
	size_t (*look)(const struct reader_scout *scout, struct slice text,
		void *ret);
	size_t size;    /* of *ret */
	size_t most;    /* bytes of text that it looks at, at most */
	char separator; /* of the scout's own */
};

/* Where text is decoded ahead have it looked at there, if there is time:
 * what is found, *scout's *ret, is of the text that comes next; mostly what is
 * found of the text after that lies behind it. Valid until another function
 * reads on. NULL: nobody has looked from here on; then *ret_len is how much of
 * reader_ahead() there is before the next look. */
void reader_send(struct reader *reader, const struct reader_scout *scout);
const void *reader_found(struct reader *reader, size_t *ret_len);

/* For who finds records by other marks than line ends: what is at hand of the
 * text that comes next, line ends and all; nothing may be. Valid until
 * reader_more() or another function that reads on. */
struct slice reader_at_hand(const struct reader *reader);

enum reader_more {
	READER_MORE,    /* more is at hand */
	READER_FULL,    /* no: more is at hand than a line may have, and
	                   than 64 KiB. How much more depends on the file:
	                   results must not, but on reader_limit() */
	READER_NO_MORE, /* no: the text ends with what is; facts are final */
};
enum reader_more reader_more(struct reader *reader);
size_t reader_limit(const struct reader *reader); /* bytes of a line */

/* Take so many bytes of what is at hand as if they were a line. It can be
 * neither extended nor taken back. */
void reader_take_text(struct reader *reader, size_t len, struct line *ret);

/* Does what is at hand after READER_NO_MORE end where the text was meant to?
 * Else the file is damaged. */
bool reader_is_whole(const struct reader *reader);

/* Text as it comes, whatever its lines, in the place of reader_next(); len 0:
 * no more, and the facts are final. Valid until the next call. */
struct slice reader_text(struct reader *reader);

/* Append the following physical line to *line, which the last call of
 * reader_next() or reader_extend() returned: its text then spans both with
 * the line end between them. false, and nothing changed, when no whole line
 * follows or the text would exceed `most` bytes. */
bool reader_extend(struct reader *reader, struct line *line, size_t most);

/* Did the last reader_extend() fail because the text of a damaged file ends
 * there? Then what is left is the unfinished rest of the record. */
bool reader_is_cut(const struct reader *reader);

/* Undo all reader_extend() calls since reader_next(): *line is the first
 * physical line again, and the next reader_next() returns the second. */
void reader_back(struct reader *reader, struct line *line);

/* When the file was written last, in ms since 1970; 0: that is not known. */
int64_t reader_written(const struct reader *reader);

/* Bytes on disk consumed so far, for progress. Any thread may ask. */
uint64_t reader_progress(const struct reader *reader);

const struct reader_facts *reader_facts(const struct reader *reader);
void reader_free(struct reader *reader);

#endif
