/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A dialect reads the records of one kind of log that is no table: JSON,
 * key=value, web logs. It knows by which names a record's values go, as a
 * table's header names its columns; which of them is which field of a lookup
 * is the parser's business. Tables have a room of their own, for they are
 * most logs and must be fast.
 */
#ifndef QUIS_FORMAT_DIALECT_H
#define QUIS_FORMAT_DIALECT_H

#include "base/base.h"
#include "base/memory.h"
#include "format/field.h"
#include "format/reason.h"
#include "input/reader.h"

enum {
	DIALECT_NAMES = 1024,   /* names at most; values of more are unknown */
	DIALECT_NAME_LEN = 256, /* bytes of a name; longer ones are passed by */
	DIALECT_SAMPLE = 100,   /* records that open() looks at */
};

struct dialect;

struct dialect_kind {
	const char *name; /* "jsonl"; what the report of check prints */

	/* Does the text that begins with `head` look like this? Costs no
	 * more than a look at some lines. whole: there is no more text. */
	bool (*looks)(struct slice head, bool whole);

	/* Learn the names from the head. The head is not kept. */
	int (*open)(struct dialect **ret, struct slice head, bool whole,
		struct fault *fault);

	/* For who has next(): in how many records of the head each name was,
	 * DIALECT_NAMES of them; NULL: read() tells. */
	void (*count)(const struct dialect *dialect, size_t *given);

	/* The next record's text; as reader_next(), which NULL stands for. */
	enum reader_step (*next)(struct dialect *dialect,
		struct reader *reader, struct line *ret);

	/* Read one record. REASON_LOOKUP: values[i] is what goes by
	 * wanted[i], empty if it is not there; into the text, or into the
	 * dialect's own memory until the next call. Numbers are the text
	 * they are written as; true, false as such; null is empty.
	 * SKIP_HEADER, SKIP_COMMENT: it is no record. Else why it is
	 * rejected. *fault is set for lack of memory only. */
	enum reason (*read)(struct dialect *dialect, struct slice text,
		struct slice *values, struct fault *fault);

	/* What is wrong with the record rejected last, for people; may be
	 * NULL. Shows no values: they may be citizens'. */
	const char *(*explain)(const struct dialect *dialect);

	void (*free)(struct dialect *dialect);

	/* Names that serve for fields that nothing else is found for, or
	 * whose column is mostly empty in the head; ends with a NULL name. */
	const struct dialect_serve {
		enum field field;
		const char *name;
	} *serves;

	/* A record without a user or a subject is another event of the same
	 * log (a request for a picture), and skipped; else it is rejected. */
	bool has_events;
};

/* What all dialects begin with. */
struct dialect {
	const struct dialect_kind *kind;
	/* By which names values go so far: "userIdentity.arn". They may grow,
	 * or be others, while records are read: then `version` has changed,
	 * the caller sets `wanted` anew and reads the record again. */
	struct slice *names;
	size_t n_names, cap_names;
	unsigned version;
	struct arena arena; /* of names */
	const int *wanted;  /* the caller's: numbers of names; < 0: none */
	size_t n_wanted;
};

extern const struct dialect_kind dialect_jsonl;    /* one object a line */
extern const struct dialect_kind dialect_json;     /* with an array of them */
extern const struct dialect_kind dialect_logfmt;   /* key=value */
extern const struct dialect_kind dialect_combined; /* web logs, common too */
extern const struct dialect_kind dialect_w3c;      /* extended, with #Fields */

/* Add a name, unless it is known; its number, or -1: there are too many, or
 * it is too long or empty, and its values are passed by. -2: no memory. */
int dialect_add_name(struct dialect *dialect, struct slice name,
	struct fault *fault);

/* The number of a name, or -1. Linear: not for every record. */
int dialect_find_name(const struct dialect *dialect, struct slice name);

void dialect_free_names(struct dialect *dialect);

#endif
