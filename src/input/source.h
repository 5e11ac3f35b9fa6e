/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A source is a log as it lies on disk: bytes in order, each hashed and
 * counted when it is read, whether or not somebody decodes it. It knows
 * whether the file was changed while it was read.
 */
#ifndef QUIS_INPUT_SOURCE_H
#define QUIS_INPUT_SOURCE_H

#include <stdatomic.h>
#include <sys/stat.h>

#include "input/digest.h"

enum { SOURCE_CHUNK = 256 * 1024, SOURCE_HASH = DIGEST_HASH };

/* What the bytes of a feed are worth, once they have ended. */
enum feed_end {
	FEED_WHOLE,
	FEED_CUT,    /* some are missing at the end */
	FEED_BROKEN, /* likewise, as what they are made from is damaged */
	FEED_SPOILT, /* all were had, and some are not what they should be */
};

/* Bytes that come from elsewhere than a file: from a container, or from
 * another decoder. What begins with this. */
struct source_feed {
	/* Up to `room` bytes; 0: the end, or *ret_error says why not. */
	size_t (*pull)(struct source_feed *feed, void *at, size_t room,
		const char **ret_error);
	void (*free)(struct source_feed *feed);
	uint64_t size;     /* bytes that should come; 0: not known */
	uint64_t disk;     /* bytes on disk they are made from, which the limit
	                      of the ratio is counted by; 0: they themselves */
	int64_t written;   /* when, in ms since 1970; 0: not known */
	enum feed_end end; /* once pull() has returned 0, … */
	char note[160];    /* … and why, unless it is whole */
};

/* The error of a feed for which there is no memory. */
extern const char source_starved[];

struct source {
	char *path;
	int fd;                   /* -1, with … */
	struct source_feed *feed; /* … a feed, which is owned */
	bool ended;            /* nothing more will come */
	const char *error;     /* why reading failed, or NULL; a constant */
	unsigned char *buffer; /* SOURCE_CHUNK bytes, [at, end) not taken */
	size_t at, end;
	_Atomic uint64_t bytes; /* read so far */
	struct stat opened;
	uint64_t expected;     /* bytes a regular file should yield */
	/* If it may hash later, what was read past the buffer must stay in its
	 * place for DIGEST_LATER reads. */
	struct digest digest;
};

/* path "-" is standard input. FAULT_INPUT when it cannot be opened; free
 * *source in any case. buffer: what another source had, to be this one's, or
 * NULL. */
int source_open(struct source *source, const char *path,
	unsigned char *buffer, struct fault *fault);

/* The same of a feed, which is the source's from now on, in any case. It is
 * hashed and counted like a file. */
int source_open_feed(struct source *source, const char *path,
	struct source_feed *feed, unsigned char *buffer, struct fault *fault);

/* Have at least `need` bytes in the buffer, as far as the file goes: what
 * is there, [at, end), and its length. Less than `need`: the end, or an
 * error, which only `error` tells apart. need <= SOURCE_CHUNK. */
size_t source_peek(struct source *source, size_t need);

/* Take n bytes of what source_peek() showed. */
void source_skip(struct source *source, size_t n);

/* Read past the buffer: up to `room` bytes straight to `at`; 0: see above. */
size_t source_read(struct source *source, char *at, size_t room);

/* Read what is left, for the hash; its bytes, those in the buffer included. */
uint64_t source_drain(struct source *source);

/* Is it a file, and not a small one? Nobody has to wait for its bytes. */
bool source_is_large(const struct source *source);

/* Likewise of what is left of it. */
bool source_has_much(const struct source *source);

/* Where on disk the next byte taken lies, from 0. */
uint64_t source_offset(const struct source *source);

/* After source_drain(): the hash, and what happened to the file meanwhile,
 * as a constant, or NULL. False if the hash could not be had. */
bool source_finish(struct source *source, unsigned char hash[SOURCE_HASH],
	const char **ret_change);

void source_free(struct source *source);

#endif
