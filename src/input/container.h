/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that hold files: zip, and tar, compressed or not. They are opened up
 * like directories; an entry is a log under the path CONTAINER!NAME. Nothing
 * of them is ever unpacked under a name. A compressed tar is inflated once,
 * into a temporary file without one.
 *
 * An entry is read through a handle on its container. A thread keeps the last
 * one (see struct reader_spare): entries of one container are best read in a
 * row.
 */
#ifndef QUIS_INPUT_CONTAINER_H
#define QUIS_INPUT_CONTAINER_H

#include <sys/stat.h>

#include "input/blob.h"
#include "input/list.h"
#include "input/reader.h"
#include "input/source.h"

enum {
	CONTAINER_ENTRIES_MOST = 1 << 17, /* more are refused: 6 KB each */
	CONTAINER_HEAD = 512,             /* bytes that tell what it is */
	ENTRY_NAME_MOST = 2048,           /* longer ones are refused */
};

struct container_kind;

/* One of the run's containers. */
struct input_container {
	const char *path; /* as an input's */
	const struct container_kind *kind;
	enum compression compression; /* of all of it */
	uint64_t bytes;               /* on disk */
	unsigned char sha256[32];     /* of the bytes on disk */
	enum input_state state;       /* of what holds the entries together */
	char note[256];               /* "" when intact */
	struct stat opened;           /* the file as it was */
	struct blob blob;             /* fd -1 and no spill: the file's bytes */
	size_t entries;
};

/* An entry as its container's directory says. */
struct container_entry {
	const char *name;    /* raw bytes */
	uint64_t place;      /* by which it is found again */
	uint64_t size;       /* bytes */
	uint64_t packed;     /* bytes on disk; 0: as the container's */
	int64_t written;     /* in ms since 1970; 0: not known */
	uint32_t crc;        /* CRC-32 of its bytes, … */
	bool has_crc;        /* … if known */
	const char *problem; /* why it is not read, a constant, or NULL */
};

/* Who takes the entries of a container, one by one. */
struct container_listing {
	struct input_container *container;
	struct blob blob; /* its bytes, inflated */
	int (*take)(struct container_listing *listing,
		const struct container_entry *entry, struct fault *fault);
};

/* For one thread at a time. */
struct container_handle {
	const struct input_container *container;
	struct blob blob;
	void *state; /* of its kind */
};

/* The bytes of an entry. */
struct entry_feed {
	struct source_feed feed;
	const struct input *input;
	struct container_handle *handle;
	struct reader_spare *spare; /* where it goes, or NULL */
	void *state;                /* of its kind */
	uint64_t done;              /* bytes pulled */
	uint64_t most;              /* of them, by the limit of the ratio */
	bool ended;
};

struct container_kind {
	const char *name; /* "zip" */
	bool (*begins)(struct slice head);
	/* Hand out all entries; damage goes into the container's state and
	 * note. -1: memory, a limit, or what the taker said. */
	int (*list)(struct container_listing *listing, struct fault *fault);
	/* What a handle needs beside its bytes; NULL: nothing. FAULT_INPUT */
	int (*attach)(struct container_handle *handle, struct fault *fault);
	void (*detach)(struct container_handle *handle);
	int (*open)(struct entry_feed *entry, struct fault *fault);
	/* 0: the end, with the feed's end and note, or *ret_error */
	size_t (*pull)(struct entry_feed *entry, void *at, size_t room,
		const char **ret_error);
	void (*close)(struct entry_feed *entry); /* NULL: nothing to do */
};

extern const struct container_kind container_zip;
extern const struct container_kind container_tar;

/* What begins with these bytes, inflated; NULL: no container. */
const struct container_kind *container_kind_of(struct slice head);

/* State and note of a container, which it keeps if it has worse already. */
void container_damaged(struct input_container *container,
	enum input_state state, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Add the entries of a regular file to the list, if it is a container, or of
 * its entries only those called `only` and what lies below; NULL: all. 0: it
 * is none, 1: done. A container that cannot be read is listed with its
 * problem. FAULT_USAGE: a *named* one without any such file in it, or one that
 * holds no logs by its nature. */
int container_add(struct input_list *list, const char *path, bool named,
	const char *only, struct fault *fault);

/* The same of a pipe whose head was seen. */
struct spool;
int container_add_spool(struct input_list *list, struct spool *spool,
	struct fault *fault);

/* The log of an item of a list, as by reader_open(). */
int input_open(struct reader **ret, const struct input *input,
	const struct reader_limits *limits, struct fault *fault);

/* The bytes of a container, inflated, for one handle, which closes *blob's fd.
 * False: they cannot be had, or are others by now. */
bool container_bytes(const struct input_container *container,
	struct blob *blob);

void container_handle_free(struct container_handle *handle); /* NULL: fine */

#endif
