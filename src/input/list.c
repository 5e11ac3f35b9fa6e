/* SPDX-License-Identifier: Apache-2.0 */
#include "input/list.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <unistd.h>

#include "input/source.h"

enum { LIST_MOST = 1 << 24 };

static int
list_push(struct input_list *list, const struct input *input,
	struct fault *fault)
{
	struct input *item;

	if (memory_grow((void **)&list->items, &list->cap, list->n + 1,
		sizeof(*list->items), LIST_MOST, "logs", fault) != 0)
		return -1;
	item = &list->items[list->n];
	*item = *input;
	item->path = arena_copy(&list->arena, slice_of(input->path));
	if (item->path == NULL)
		return fault_memory(fault);
	list->n++;
	return 0;
}

static int
list_push_problem(struct input_list *list, const char *path, bool named,
	const char *problem, struct fault *fault)
{
	struct input input = {
		.path = path,
		.named = named,
		.problem = problem,
	};

	return list_push(list, &input, fault);
}

/* Opening is the only sure test, but for a FIFO it would be an event that
 * its writer sees. */
static const char *
file_problem(const char *path, mode_t mode)
{
	int fd;

	if (S_ISSOCK(mode))
		return "a socket, not a file";
	if (!S_ISREG(mode))
		return faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0
			? NULL
			: fault_reason(errno);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return fault_reason(errno);
	close(fd);
	return NULL;
}

static int
list_push_file(struct input_list *list, const char *path, bool named,
	const struct stat *found, struct fault *fault)
{
	struct input input = { .path = path, .named = named };

	input.problem = file_problem(path, found->st_mode);
	/* A FIFO that nobody named may never find a writer. */
	if (!named && !S_ISREG(found->st_mode) && input.problem == NULL)
		input.problem = "no regular file; name it to have it read";
	input.sized = S_ISREG(found->st_mode);
	input.size = input.sized ? (uint64_t)found->st_size : 0;
	return list_push(list, &input, fault);
}

/* A symbolic link that leads nowhere, or round in a circle. */
static const char *
link_problem(const char *path)
{
	struct stat target;

	if (stat(path, &target) == 0)
		return "changed while it was looked at";
	if (errno == ENOENT)
		return "a symbolic link to nothing";
	return fault_reason(errno);
}

static int
list_push_entry(struct input_list *list, FTS *fts, FTSENT *entry,
	struct fault *fault)
{
	bool named = entry->fts_level == FTS_ROOTLEVEL;
	const char *path = entry->fts_path;

	if (!named && entry->fts_name[0] == '.') {
		if (entry->fts_info == FTS_D)
			(void)fts_set(fts, entry, FTS_SKIP);
		return 0;
	}
	switch (entry->fts_info) {
	case FTS_D:
	case FTS_DP:
		return 0;
	case FTS_DC:
		return list_push_problem(list, path, named,
			"a loop of directories", fault);
	case FTS_SLNONE:
		return list_push_problem(list, path, named,
			link_problem(path), fault);
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		return list_push_problem(list, path, named,
			fault_reason(entry->fts_errno), fault);
	default:
		return list_push_file(list, path, named, entry->fts_statp,
			fault);
	}
}

static int
list_add_directory(struct input_list *list, const char *path,
	struct fault *fault)
{
	char *copy = strdup(path);
	char *roots[] = { copy, NULL };
	size_t before = list->n;
	FTS *fts = NULL;
	FTSENT *entry;
	int result = -1;

	if (copy == NULL) {
		fault_memory(fault);
		goto out;
	}
	fts = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, NULL);
	if (fts == NULL) {
		fault_set(fault, FAULT_INPUT, "%s", fault_reason(errno));
		goto out;
	}
	for (errno = 0; (entry = fts_read(fts)) != NULL; errno = 0)
		if (list_push_entry(list, fts, entry, fault) != 0)
			goto out;
	if (errno == ENOMEM)
		fault_memory(fault);
	else if (errno != 0)
		fault_set(fault, FAULT_INPUT, "%s", fault_reason(errno));
	else if (list->n == before)
		fault_set(fault, FAULT_USAGE, "no file in this directory");
	else
		result = 0;
out:
	if (fts != NULL)
		fts_close(fts);
	free(copy);
	return result == 0 ? 0 : fault_place(fault, path, 0, 0);
}

int
input_list_add(struct input_list *list, const char *path, struct fault *fault)
{
	struct stat target;

	if (strcmp(path, "-") == 0)
		return list_push_problem(list, path, true, NULL, fault);
	if (stat(path, &target) == 0) {
		if (S_ISDIR(target.st_mode))
			return list_add_directory(list, path, fault);
		return list_push_file(list, path, true, &target, fault);
	}
	if (errno == EACCES || errno == ELOOP || errno == EIO)
		return list_push_problem(list, path, true,
			fault_reason(errno), fault);
	fault_set(fault, FAULT_USAGE, "%s", fault_reason(errno));
	return fault_place(fault, path, 0, 0);
}

static int
compare_paths(const void *a, const void *b)
{
	const struct input *left = a, *right = b;

	return strcmp(left->path, right->path);
}

static void
list_drop_repeated(struct input_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->n; i++) {
		struct input *last = kept > 0 ? &list->items[kept - 1] : NULL;

		if (last != NULL &&
			strcmp(last->path, list->items[i].path) == 0)
			last->named |= list->items[i].named;
		else
			list->items[kept++] = list->items[i];
	}
	list->n = kept;
}

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

static int
list_find_copies(struct input_list *list, struct fault *fault)
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
			list->items[i].size > 0)
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

int
input_list_close(struct input_list *list, struct fault *fault)
{
	if (list->n > 1)
		qsort(list->items, list->n, sizeof(*list->items),
			compare_paths);
	list_drop_repeated(list);
	return list_find_copies(list, fault);
}

void
input_list_free(struct input_list *list)
{
	free(list->items);
	arena_free(&list->arena);
	*list = (struct input_list){ 0 };
}
