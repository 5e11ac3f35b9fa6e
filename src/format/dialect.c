/* SPDX-License-Identifier: Apache-2.0 */
#include "format/dialect.h"

int
dialect_find_name(const struct dialect *dialect, struct slice name)
{
	for (size_t i = 0; i < dialect->n_names; i++) {
		if (slice_equal(dialect->names[i], name))
			return (int)i;
	}
	return -1;
}

int
dialect_add_name(struct dialect *dialect, struct slice name,
	struct fault *fault)
{
	int known = dialect_find_name(dialect, name);
	size_t n = dialect->n_names;

	if (known >= 0)
		return known;
	if (n == DIALECT_NAMES || name.len == 0 ||
		name.len > DIALECT_NAME_LEN)
		return -1;
	if (memory_grow((void **)&dialect->names, &dialect->cap_names, n + 1,
		    sizeof(*dialect->names), DIALECT_NAMES, "names", fault) !=
			0 ||
		arena_keep(&dialect->arena, name, &dialect->names[n], fault) !=
			0)
		return -2;
	dialect->n_names = n + 1;
	dialect->version++;
	return (int)n;
}

void
dialect_free_names(struct dialect *dialect)
{
	free(dialect->names);
	arena_free(&dialect->arena);
	dialect->names = NULL;
	dialect->n_names = dialect->cap_names = 0;
}
