/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The paths of keys that the objects of a log have had so far. The keys of a
 * record come mostly in the order they had in the record before: a path knows
 * which one followed it last, and that guess is mostly right.
 */
#ifndef QUIS_FORMAT_JSON_PATHS_H
#define QUIS_FORMAT_JSON_PATHS_H

#include "base/base.h"
#include "base/memory.h"

enum {
	JSON_PATHS = 4096,  /* at most; what has more is passed by */
	JSON_ELEMENTS = 16, /* of an array, which have a path: "items.0" */
	JSON_NO_PATH = -1,
	JSON_ROOT = 0,      /* the record itself */
	JSON_NAME_NONE = -1,
	JSON_NAME_NEW = -2, /* it has had no value yet */
};

struct json_path {
	struct slice key; /* its last part, unescaped */
	int parent;
	int follow;       /* the path that came next last time, or the root */
	int name;         /* of the dialect; or JSON_NAME_… */
	int slot;         /* where its value goes, or -1; the walker's */
	bool first;       /* a good record has begun with it; the document's */
	bool plain;       /* the key is written as it is, without escapes */
	size_t len;       /* of the whole path: parts joined by dots */
	uint64_t seen;    /* the record it was in last; the walker's */
	size_t sampled;   /* records of the head it was in; the document's */
};

struct json_paths {
	struct json_path *at;
	size_t n, cap;
	int *table;       /* of numbers by hash; 0: none. Twice JSON_PATHS */
	uint64_t seed;
	struct arena arena;
};

int json_paths_init(struct json_paths *paths, struct fault *fault);
void json_paths_free(struct json_paths *paths);

/* The path of a key under `parent`, made if need be. *ret is JSON_NO_PATH if
 * there are too many, or it would be too long for a name. */
int json_paths_find(struct json_paths *paths, int parent, struct slice key,
	int *ret, struct fault *fault);

/* Write the whole path to `buf`, which has room for its len. */
struct slice json_paths_text(const struct json_paths *paths, int path,
	char *buf);

#endif
