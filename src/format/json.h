/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One JSON object as a record: its values by the paths of their keys, those
 * in nested objects and arrays too ("userIdentity.arn", "resources.0.ARN").
 * One pass over the text, without a tree and without recursion. Strict, by
 * RFC 8259 but for two things: strings may hold bytes that are no UTF-8, and
 * no key may be given twice at one place. Numbers are the text they are
 * written as: 25 digits survive, and 1e999.
 */
#ifndef QUIS_FORMAT_JSON_H
#define QUIS_FORMAT_JSON_H

#include "format/dialect.h"
#include "format/json-paths.h"
#include "format/json-text.h"

enum { JSON_DEPTH = 64 }; /* objects and arrays within each other */

enum json_step {
	JSON_DONE,  /* an object, with its values */
	JSON_SPOILT, /* it can be told where it ends, but it is not well */
	JSON_MORE,  /* the text ends in it */
	JSON_BAD,   /* it goes wrong, and where it would end is unknown */
	JSON_FAULT, /* no memory */
};

struct json_frame {
	int path;
	int index; /* of an array's element; < 0: an object */
};

struct json {
	struct dialect *dialect; /* takes the names */
	struct json_paths paths;
	/* The wanted ones, as they were last. */
	int *wanted;
	size_t n_wanted, cap_wanted, cap_values;
	int slots[DIALECT_NAMES]; /* by name: the first that wants it, or -1 */
	struct slice *values;     /* by slot; at is NULL: not there */
	char *buffer;             /* of unescaped values */
	size_t cap_buffer, used_buffer;
	/* The walk: */
	const char *begin, *end;
	struct json_frame frames[JSON_DEPTH];
	size_t depth;
	int last;        /* path of the last key */
	int path;        /* of the value */
	uint64_t record; /* how many there were */
	enum json_why why;
	size_t why_at;   /* where in the text */
	struct slice fresh; /* what the values are of, if json_frame() … */
	struct fault *fault;
	char sentence[96];
};

int json_init(struct json *json, struct dialect *dialect,
	struct fault *fault);
void json_free(struct json *json);

/* Take values for dialect->wanted from now on. */
int json_want(struct json *json, struct fault *fault);

/* Walk the object that begins with the text. *ret_len: where it ends; for
 * JSON_BAD, where it goes wrong. */
enum json_step json_walk(struct json *json, struct slice text,
	size_t *ret_len, struct fault *fault);

/* dialect_kind.read(): the text is an object with nothing but blanks around.
 * Not walked again if it is `fresh`: walked, and the same are wanted. */
enum reason json_read(struct json *json, struct slice text,
	struct slice *values, struct fault *fault);

/* dialect_kind.explain() */
const char *json_explain(const struct json *json);

#endif
