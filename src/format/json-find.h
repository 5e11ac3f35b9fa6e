/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What kind of JSON a log is: an object a line, or a document with the
 * records in an array, "Records" or another. Decided by looking at the head:
 * where nearly all text of the objects is within one array of objects, that
 * array holds the records; else the objects themselves are.
 */
#ifndef QUIS_FORMAT_JSON_FIND_H
#define QUIS_FORMAT_JSON_FIND_H

#include "base/base.h"

enum { JSON_KEYS = 3 }; /* that lead to the array, at most */

/* An array within an object, by keys as they are written there. */
struct json_array {
	struct slice keys[JSON_KEYS]; /* into the text */
	size_t n_keys; /* 0: none, or the text is an array itself */
	size_t start;  /* where its first element would be */
	size_t len;    /* up to its end, or the text's */
	bool cut;      /* the text ends in it */
	bool known;    /* its keys are */
	bool sure;     /* and are not used for anything else */
};

/* The one that has these keys. */
enum json_has {
	JSON_HAS,
	JSON_HAS_NOT,
	JSON_HAS_UNKNOWN, /* the text ends before */
};
enum json_has json_find_keys(struct slice object, const struct slice *keys,
	size_t n_keys, size_t *ret_start);

/* The member that the text begins with: its key and where its value is. */
struct json_member {
	struct slice key;
	size_t value, end;
	bool cut; /* the text ends in its value */
};
enum json_has json_find_member(struct slice text, struct json_member *ret);

enum json_kind {
	JSON_KIND_NONE,  /* no JSON */
	JSON_KIND_LINES,
	JSON_KIND_DOCUMENT,
};

/* *ret: of a document, its array; n_keys 0 if it is no object with one. */
enum json_kind json_find_kind(struct slice head, bool whole,
	struct json_array *ret);

#endif
