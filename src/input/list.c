/* SPDX-License-Identifier: Apache-2.0 */
#include "input/list.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <unistd.h>

#include "input/container.h"
#include "input/duplicate.h"
#include "input/spool.h"

enum { LIST_MOST = 1 << 24, SPOOLS_MOST = 1 << 16 };

int
input_list_push(struct input_list *list, const struct input *input,
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

	return input_list_push(list, &input, fault);
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

/* Of what can be read only once, there is a spool. */
static int
list_push_pipe(struct input_list *list, struct input *input,
	struct fault *fault)
{
	for (size_t i = 0; i < list->n; i++) {
		if (list->items[i].spool != NULL &&
			strcmp(list->items[i].path, input->path) == 0)
			return 0;
	}
	if (memory_grow((void **)&list->spools, &list->cap_spools,
		    list->n_spools + 1, sizeof(struct spool *), SPOOLS_MOST,
		    "pipes", fault) != 0 ||
		spool_open(&list->spools[list->n_spools], input->path, fault) !=
			0)
		return -1;
	input->spool = list->spools[list->n_spools++];
	return input_list_push(list, input, fault);
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
	if (input.problem == NULL && input.sized) {
		int result = container_add(list, path, named, NULL, fault);

		if (result != 0)
			return result < 0 ? -1 : 0;
	}
	if (input.problem == NULL && !input.sized)
		return list_push_pipe(list, &input, fault);
	return input_list_push(list, &input, fault);
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

/* A path that does not exist may name an entry of a container: 1 if so. */
static int
list_add_entry(struct input_list *list, const char *path, struct fault *fault)
{
	char *copy = strdup(path);
	struct stat target;
	int result = 0;

	if (copy == NULL)
		return fault_memory(fault);
	for (char *at = strchr(copy, '!'); at != NULL && result == 0;
		at = strchr(at + 1, '!')) {
		*at = '\0';
		if (at[1] != '\0' && stat(copy, &target) == 0 &&
			S_ISREG(target.st_mode))
			result = container_add(list, copy, true, at + 1, fault);
		*at = '!';
	}
	free(copy);
	return result;
}

int
input_list_add(struct input_list *list, const char *path, struct fault *fault)
{
	struct input input = { .path = path, .named = true };
	struct stat target;
	int error, result;

	if (strcmp(path, "-") == 0)
		return list_push_pipe(list, &input, fault);
	if (stat(path, &target) == 0) {
		if (S_ISDIR(target.st_mode))
			return list_add_directory(list, path, fault);
		return list_push_file(list, path, true, &target, fault);
	}
	error = errno;
	if (error == EACCES || error == ELOOP || error == EIO)
		return list_push_problem(list, path, true, fault_reason(error),
			fault);
	result = list_add_entry(list, path, fault);
	if (result != 0)
		return result < 0 ? -1 : 0;
	fault_set(fault, FAULT_USAGE, "%s", fault_reason(error));
	return fault_place(fault, path, 0, 0);
}

static int
compare_paths(const void *a, const void *b)
{
	const struct input *left = a, *right = b;

	int order = strcmp(left->path, right->path);

	if (order != 0)
		return order;
	/* a file, a container with a problem, its entries in their order */
	if (left->container != right->container)
		return left->container == NULL ? -1 : 1;
	return (left->place > right->place) - (left->place < right->place);
}

/* A path that was named twice stays once. Of entries of one name the last one
 * is what unpacking leaves. */
static void
list_drop_repeated(struct input_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->n; i++) {
		struct input *item = &list->items[i];
		struct input *last = kept > 0 ? &list->items[kept - 1] : NULL;

		if (last != NULL && strcmp(last->path, item->path) == 0 &&
			last->container == item->container) {
			if (last->place == item->place &&
				last->broken == item->broken) {
				last->named |= item->named;
				continue;
			}
			if (last->problem == NULL)
				last->problem = "an entry of this name that "
						"comes later replaces it";
		}
		list->items[kept++] = *item;
	}
	list->n = kept;
}

/* Is there a container in standard input? FIFOs are opened when their turn
 * comes, for they may be written one after the other. */
static int
list_look_into(struct input_list *list, struct fault *fault)
{
	for (size_t i = 0; i < list->n; i++) {
		struct input item = list->items[i];
		int result;

		if (item.spool == NULL || strcmp(item.path, "-") != 0)
			continue;
		result = container_add_spool(list, item.spool, fault);
		if (result < 0 && fault->code == FAULT_INPUT) {
			*fault = (struct fault){ 0 };
			result = 0; /* so will who reads it find */
		}
		if (result < 0)
			return -1;
		if (result > 0)
			list->items[i] = list->items[--list->n];
		break;
	}
	return 0;
}

static int
compare_containers(const void *a, const void *b)
{
	return strcmp((*(struct input_container *const *)a)->path,
		(*(struct input_container *const *)b)->path);
}

/* What is to be read twice, or compared with others, must be kept. */
static int
list_keep(struct input_list *list, struct fault *fault)
{
	for (size_t i = 0; i < list->n; i++) {
		struct spool *spool = list->items[i].spool;

		if (spool != NULL && (list->reread || list->n > 1) &&
			spool_keep(spool, input_list_folder(list), fault) != 0)
			return -1;
	}
	return 0;
}

int
input_list_close(struct input_list *list, struct fault *fault)
{
	if (list_look_into(list, fault) != 0)
		return -1;
	if (list->n > 1)
		qsort(list->items, list->n, sizeof(*list->items),
			compare_paths);
	if (list->n_containers > 1)
		qsort(list->containers, list->n_containers,
			sizeof(*list->containers), compare_containers);
	list_drop_repeated(list);
	return list_keep(list, fault) != 0 ?
		-1 :
		input_list_find_copies(list, fault);
}

const char *
input_list_folder(const struct input_list *list)
{
	return list->temporary != NULL ? list->temporary : "/tmp";
}

int
input_list_spill(struct input_list *list, struct spill **ret,
	struct fault *fault)
{
	struct spill_options options = { .folder = input_list_folder(list) };

	if (list->spill == NULL &&
		spill_open(&list->spill, &options, fault) != 0)
		return -1;
	*ret = list->spill;
	return 0;
}

bool
input_is_kept(const struct input *input)
{
	return input->problem == NULL && input->original == NULL &&
		(input->sized ||
			(input->spool != NULL && spool_is_kept(input->spool)));
}

void
input_list_free(struct input_list *list)
{
	for (size_t i = 0; i < list->n_spools; i++)
		spool_free(list->spools[i]);
	spill_free(list->spill);
	free(list->spools);
	free(list->containers);
	free(list->items);
	arena_free(&list->arena);
	*list = (struct input_list){ 0 };
}
