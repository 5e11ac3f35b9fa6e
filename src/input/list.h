/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The logs of one run: what the user named, directories and containers opened
 * up, in order of path (bytes). A path that occurs twice is listed once.
 */
#ifndef QUIS_INPUT_LIST_H
#define QUIS_INPUT_LIST_H

#include "base/base.h"
#include "base/memory.h"
#include "base/spill.h"
#include "input/reader.h"

struct input_container;
struct spool;

struct input {
	const char *path;    /* as named, DIR/entry or CONTAINER!entry; "-" is
	                        standard input; raw bytes; lives as long as the
	                        list */
	bool named;          /* by the user, not found in a directory */
	bool sized;          /* `size` holds */
	uint64_t size;       /* bytes: on disk, or of the entry */
	const char *problem; /* why it cannot be read, or NULL */
	const struct input *original; /* same text, mostly an earlier path; or
	                                 NULL */
	const struct reader_facts *facts; /* if it has not the same bytes: what
	                                     they are; or NULL */
	struct input_container *container; /* it is an entry of; or NULL */
	uint64_t place;      /* of the entry in it */
	uint64_t packed;     /* bytes on disk the entry is made from, or 0 */
	int64_t written;     /* when the entry was, in ms since 1970; or 0 */
	uint32_t crc;        /* of its bytes, or of a gzip's last member, … */
	uint64_t claimed;    /* … of so many bytes; 0: not known */
	const struct input_container *broken; /* no log, but a container with
	                                         a problem */
	struct spool *spool; /* of what is no regular file; or NULL */
};

struct input_list {
	struct input *items;
	size_t n;
	size_t cap;
	struct arena arena;
	struct input_container **containers; /* by path, once closed */
	size_t n_containers, cap_containers;
	struct spool **spools;
	size_t n_spools, cap_spools;
	struct spill *spill; /* compressed tars, inflated; or NULL */
	/* What the caller says before the first input_list_add(): */
	const char *temporary; /* folder of temporary files; NULL: /tmp */
	bool reread;           /* all will be read twice: keep what pipes hold
	                          even if there is one log alone */
	struct reader_limits limits; /* line 0: the default ones */
};

/* Add a file, a directory (recursively; dot files skipped; symbolic links
 * followed, loops noted as a problem), a container of files, an entry of one
 * or "-". A path that does not exist is FAULT_USAGE; so is a directory or
 * container without any file in it. What exists but cannot be opened is
 * listed with its problem (a named one, too). Named FIFOs and devices are
 * listed, not sized; those found in a directory are a problem, for nobody may
 * ever write to them. */
int input_list_add(struct input_list *list, const char *path,
	struct fault *fault);

/* Look into standard input, sort, drop repeated paths and find the files whose
 * bytes or text are those of another one, as far as they say so themselves
 * (see duplicate.h). An unreadable candidate gets its problem. Call once, after
 * the last input_list_add() and before items are used. */
int input_list_close(struct input_list *list, struct fault *fault);

/* For who opens up what was added: append an item, its path copied. */
int input_list_push(struct input_list *list, const struct input *input,
	struct fault *fault);

/* Where temporary files are made. */
const char *input_list_folder(const struct input_list *list);

/* The temporary file of the list, made when it is first asked for. */
int input_list_spill(struct input_list *list, struct spill **ret,
	struct fault *fault);

/* Can it be read a second time? */
bool input_is_kept(const struct input *input);

void input_list_free(struct input_list *list);

#endif
