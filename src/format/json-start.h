/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the elements of a JSON document begin, if all before them cannot be
 * read: they begin like others, and are indented alike.
 */
#ifndef QUIS_FORMAT_JSON_START_H
#define QUIS_FORMAT_JSON_START_H

#include "format/json-find.h"
#include "format/json.h"

enum {
	JSON_AROUND = 1024, /* bytes before and behind, at most, that tell that
	                       an element begins */
	JSON_NO_COLUMN = -1,
	JSON_FIRSTS = 16, /* keys that elements begin with, remembered */
};

struct json_starts {
	struct json *json;            /* the caller's, which walks elements */
	struct slice keys[JSON_KEYS]; /* that lead to the array */
	size_t n_keys;                /* 0: the records are on top */
	ptrdiff_t column; /* of the last good element: blanks before it, if it
	                     begins a line; or JSON_NO_COLUMN */
	int firsts[JSON_FIRSTS]; /* paths that good elements began with */
	size_t n_firsts;
};

enum json_start {
	JSON_START_NONE,
	JSON_START_ELEMENT,
	JSON_START_DOCUMENT,
	JSON_START_UNKNOWN, /* the text ends too soon */
};

/* The element walked last begins like others. `column`: as above. */
void json_starts_remember(struct json_starts *starts, ptrdiff_t column);

/* The next that begins from byte *at on. *at is where it is, or up to where
 * there is none. */
enum json_start json_starts_find(const struct json_starts *starts,
	struct slice text, size_t *at);

/* Walk elements of the head for their names, half ones too, and remember what
 * they begin with. -1: no memory. */
int json_starts_sample(struct json_starts *starts, struct slice head,
	struct fault *fault);

#endif
