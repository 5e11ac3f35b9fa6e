/* SPDX-License-Identifier: Apache-2.0 */
#include "format/json-paths.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/dict.h"
#include "format/dialect.h"
#include "format/json-text.h"

enum { TABLE = 2 * JSON_PATHS };

int
json_paths_init(struct json_paths *paths, struct fault *fault)
{
	*paths = (struct json_paths){ .seed = dict_seed() };
	paths->table = memory_array(TABLE, sizeof(*paths->table));
	if (paths->table == NULL)
		return fault_memory(fault);
	if (memory_grow((void **)&paths->at, &paths->cap, 1,
		    sizeof(*paths->at), JSON_PATHS, "paths", fault) != 0)
		return -1;
	/* Nobody's child, not even of what has no path. */
	paths->at[0] = (struct json_path){ .parent = JSON_NO_PATH - 1,
		.name = JSON_NAME_NONE, .slot = -1 };
	paths->n = 1;
	return 0;
}

void
json_paths_free(struct json_paths *paths)
{
	free(paths->at);
	free(paths->table);
	arena_free(&paths->arena);
	*paths = (struct json_paths){ 0 };
}

static bool
is_plain(struct slice key)
{
	for (size_t i = 0; i < key.len; i++) {
		if (json_is_stop(key.at[i]))
			return false;
	}
	return true;
}

static int
path_add(struct json_paths *paths, int parent, struct slice key, int *place,
	int *ret, struct fault *fault)
{
	size_t before = paths->at[parent].len, n = paths->n;
	struct json_path path = { .parent = parent,
		.name = JSON_NAME_NEW,
		.slot = -1,
		.plain = is_plain(key),
		.len = before + (parent != JSON_ROOT) + key.len };

	*ret = JSON_NO_PATH;
	if (n == JSON_PATHS || path.len > DIALECT_NAME_LEN)
		return 0;
	if (memory_grow((void **)&paths->at, &paths->cap, n + 1,
		    sizeof(*paths->at), JSON_PATHS, "paths", fault) != 0 ||
		arena_keep(&paths->arena, key, &path.key, fault) != 0)
		return -1;
	paths->at[n] = path;
	paths->n = n + 1;
	*ret = *place = (int)n;
	return 0;
}

int
json_paths_find(struct json_paths *paths, int parent, struct slice key,
	int *ret, struct fault *fault)
{
	uint64_t seed = paths->seed + (uint64_t)parent;
	size_t i = XXH3_64bits_withSeed(key.at, key.len, seed) % TABLE;

	/* At most half of the table is taken. */
	for (; paths->table[i] != 0; i = (i + 1) % TABLE) {
		const struct json_path *path = &paths->at[paths->table[i]];

		if (path->parent == parent && slice_equal(path->key, key)) {
			*ret = paths->table[i];
			return 0;
		}
	}
	return path_add(paths, parent, key, &paths->table[i], ret, fault);
}

struct slice
json_paths_text(const struct json_paths *paths, int path, char *buf)
{
	const struct json_path *one = &paths->at[path];
	size_t len = one->len, at = len;

	for (; path != JSON_ROOT; path = one->parent) {
		one = &paths->at[path];
		at -= one->key.len;
		if (one->key.len > 0)
			memcpy(buf + at, one->key.at, one->key.len);
		if (one->parent != JSON_ROOT)
			buf[--at] = '.';
	}
	return (struct slice){ buf, len };
}
