/* SPDX-License-Identifier: Apache-2.0 */
#include "input/duplicate.h"

#include "input/source.h"

/* A file that another one may be a copy of. */
struct candidate {
	struct input *input;
	unsigned char hash[SOURCE_HASH];
};

/* Pointers into one array are in order of path. */
static int
compare_places(const struct candidate *a, const struct candidate *b)
{
	return (a->input > b->input) - (a->input < b->input);
}

static int
compare_sizes(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;
	uint64_t l = left->input->size, r = right->input->size;

	return l != r ? (l > r) - (l < r) : compare_places(left, right);
}

static int
compare_hashes(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;
	int order = memcmp(left->hash, right->hash, SOURCE_HASH);

	return order != 0 ? order : compare_places(left, right);
}

/* 1 with the hash; 0 when the file cannot be read: that is its problem. */
static int
candidate_hash(struct candidate *candidate, struct arena *arena,
	struct fault *fault)
{
	struct fault own = { 0 };
	struct source source;
	const char *problem = NULL, *change;
	int result = -1;

	if (source_open(&source, candidate->input->path, NULL, &own) != 0) {
		problem = own.text;
		if (own.code == FAULT_MEMORY)
			goto out;
	} else {
		(void)source_drain(&source);
		problem = source.error;
		if (!source_finish(&source, candidate->hash, &change))
			problem = "SHA-256 failed";
	}
	if (problem == NULL) {
		result = 1;
		goto out;
	}
	candidate->input->problem = arena_copy(arena, slice_of(problem));
	if (candidate->input->problem != NULL)
		result = 0;
out:
	source_free(&source);
	return result >= 0 ? result : fault_memory(fault);
}

/* Candidates of one size: hash them, and name the first of each hash. */
static int
candidates_match(struct candidate *candidates, size_t n, struct arena *arena,
	struct fault *fault)
{
	size_t hashed = 0, first = 0;
	int result;

	for (size_t i = 0; i < n; i++) {
		result = candidate_hash(&candidates[i], arena, fault);
		if (result < 0)
			return -1;
		if (result > 0)
			candidates[hashed++] = candidates[i];
	}
	qsort(candidates, hashed, sizeof(*candidates), compare_hashes);
	for (size_t i = 1; i < hashed; i++) {
		if (memcmp(candidates[i].hash, candidates[first].hash,
			SOURCE_HASH) == 0)
			candidates[i].input->original =
				candidates[first].input;
		else
			first = i;
	}
	return 0;
}

int
input_list_find_copies(struct input_list *list, struct fault *fault)
{
	struct candidate *candidates = memory_array(list->n,
		sizeof(*candidates));
	size_t n = 0, end;
	int result = 0;

	if (candidates == NULL)
		return fault_memory(fault);
	/* Empty files are alike, but nobody would count them twice. */
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].sized && list->items[i].problem == NULL &&
			list->items[i].size > 0 &&
			list->items[i].container == NULL)
			candidates[n++].input = &list->items[i];
	qsort(candidates, n, sizeof(*candidates), compare_sizes);
	for (size_t i = 0; i < n && result == 0; i = end) {
		uint64_t size = candidates[i].input->size;

		for (end = i + 1; end < n; end++)
			if (candidates[end].input->size != size)
				break;
		if (end - i > 1)
			result = candidates_match(candidates + i, end - i,
				&list->arena, fault);
	}
	free(candidates);
	return result;
}
