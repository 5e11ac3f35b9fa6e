/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/profile.h"

#include <dirent.h>

#include "base/memory.h"
#include "cli/options.h"
#include "report/escape.h"

enum { NAMES_MOST = 4096, FOLDERS_MOST = 64 };

static const char ending[] = ".profile";

/* One that can be named; of the same name, the first found counts. */
struct found {
	const char *name;
	const char *path; /* NULL: it comes with the program */
};

struct catalogue {
	struct found *all;
	size_t n, cap;
	struct arena arena; /* of names and paths */
};

/* The folders of a site's own, the first wins. */
struct folders {
	char *of[FOLDERS_MOST];
	size_t n;
	struct arena arena;
};

bool
profile_is_path(const char *name)
{
	size_t len = strlen(name), end = strlen(ending);

	return strchr(name, '/') != NULL ||
		(len > end && strcmp(name + len - end, ending) == 0);
}

/* a and b, one behind the other. */
static char *
join(struct arena *arena, struct slice a, const char *b, const char *c)
{
	size_t b_len = strlen(b), c_len = strlen(c);
	char *text = arena_alloc(arena, a.len + b_len + c_len + 1);

	if (text == NULL)
		return NULL;
	memcpy(text, a.at, a.len);
	memcpy(text + a.len, b, b_len);
	memcpy(text + a.len + b_len, c, c_len + 1);
	return text;
}

/* A folder that is not absolute is to be passed over, as XDG has it. */
static int
add_folder(struct folders *folders, struct slice base, const char *below,
	struct fault *fault)
{
	char *path;

	if (base.len == 0 || base.at[0] != '/' || folders->n == FOLDERS_MOST)
		return 0;
	path = join(&folders->arena, base, below, "/quis/profiles");
	if (path == NULL)
		return fault_memory(fault);
	folders->of[folders->n++] = path;
	return 0;
}

static int
find_folders(struct folders *folders, struct fault *fault)
{
	const char *own = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	const char *site = getenv("XDG_CONFIG_DIRS");
	int result = 0;

	*folders = (struct folders){ 0 };
	if (own != NULL && own[0] != '\0')
		result = add_folder(folders, slice_of(own), "", fault);
	else if (home != NULL)
		result = add_folder(folders, slice_of(home), "/.config",
			fault);
	if (site == NULL || site[0] == '\0')
		site = "/etc/xdg";
	while (result == 0 && *site != '\0') {
		size_t len = strcspn(site, ":");

		result = add_folder(folders, (struct slice){ site, len }, "",
			fault);
		site += len + (site[len] == ':');
	}
	return result;
}

static bool
is_known(const struct catalogue *catalogue, const char *name)
{
	for (size_t i = 0; i < catalogue->n; i++) {
		if (strcmp(catalogue->all[i].name, name) == 0)
			return true;
	}
	return false;
}

static int
add_found(struct catalogue *catalogue, const char *name, const char *path,
	struct fault *fault)
{
	if (is_known(catalogue, name))
		return 0;
	if (memory_grow((void **)&catalogue->all, &catalogue->cap,
		    catalogue->n + 1, sizeof(*catalogue->all), NAMES_MOST,
		    "profiles", fault) != 0)
		return -1;
	catalogue->all[catalogue->n++] = (struct found){ name, path };
	return 0;
}

static int
add_files(struct catalogue *catalogue, const char *folder,
	struct fault *fault)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int result = 0;

	/* No folder of its own is what most sites have. */
	if (dir == NULL)
		return 0;
	while (result == 0 && (entry = readdir(dir)) != NULL) {
		struct slice file = slice_of(entry->d_name);
		size_t end = strlen(ending);
		char *name, *path;

		if (file.at[0] == '.' || file.len <= end ||
			strcmp(file.at + file.len - end, ending) != 0)
			continue;
		name = arena_copy(&catalogue->arena,
			(struct slice){ file.at, file.len - end });
		path = join(&catalogue->arena, slice_of(folder), "/", file.at);
		result = name == NULL || path == NULL ?
			fault_memory(fault) :
			add_found(catalogue, name, path, fault);
	}
	(void)closedir(dir);
	return result;
}

static int
compare_found(const void *a, const void *b)
{
	return strcmp(((const struct found *)a)->name,
		((const struct found *)b)->name);
}

static void
catalogue_free(struct catalogue *catalogue)
{
	free(catalogue->all);
	arena_free(&catalogue->arena);
}

/* All that can be named, by name. catalogue_free() it in any case. */
static int
catalogue_make(struct catalogue *ret, struct fault *fault)
{
	struct folders folders;
	int result = find_folders(&folders, fault);

	*ret = (struct catalogue){ 0 };
	for (size_t i = 0; result == 0 && i < folders.n; i++)
		result = add_files(ret, folders.of[i], fault);
	for (size_t i = 0; result == 0 && i < shipped_profiles_n; i++)
		result = add_found(ret, shipped_profiles[i].name, NULL, fault);
	if (result == 0)
		qsort(ret->all, ret->n, sizeof(*ret->all), compare_found);
	arena_free(&folders.arena);
	return result;
}

static const struct shipped_profile *
find_shipped(const char *name)
{
	for (size_t i = 0; i < shipped_profiles_n; i++) {
		if (strcmp(shipped_profiles[i].name, name) == 0)
			return &shipped_profiles[i];
	}
	return NULL;
}

static int
fault_unknown(const struct catalogue *catalogue, const char *name,
	struct fault *fault)
{
	const char *names[NAMES_MOST], *near;

	if (name[0] == '\0')
		return fault_set(fault, FAULT_USAGE,
			"the name given to --profile is empty; '--profile "
			"list' tells which there are");
	for (size_t i = 0; i < catalogue->n; i++)
		names[i] = catalogue->all[i].name;
	near = nearest_name(name, names, catalogue->n);
	if (near != NULL)
		return fault_set(fault, FAULT_USAGE,
			"no profile '%.64s'; did you mean '%s'?", name, near);
	return fault_set(fault, FAULT_USAGE,
		"no profile '%.64s'; '--profile list' tells which there are, "
		"and a file is named with a slash, ./%.64s",
		name, name);
}

static int
set_path(char path[PROFILE_PATH], const char *from, struct fault *fault)
{
	size_t len = strlen(from);

	if (len >= PROFILE_PATH)
		return fault_set(fault, FAULT_USAGE,
			"the path of --profile is longer than %d bytes",
			(int)PROFILE_PATH - 1);
	memcpy(path, from, len + 1);
	return 0;
}

int
profile_find(struct profile *ret, const char *name, char path[PROFILE_PATH],
	struct fault *fault)
{
	const struct shipped_profile *shipped = find_shipped(name);
	struct catalogue catalogue = { 0 };
	size_t i = 0;
	int result = -1;

	*ret = (struct profile){ 0 };
	path[0] = '\0';
	if (profile_is_path(name))
		return set_path(path, name, fault) == 0 ?
			profile_read(ret, path, fault) :
			-1;
	if (catalogue_make(&catalogue, fault) != 0)
		goto out;
	while (i < catalogue.n && strcmp(catalogue.all[i].name, name) != 0)
		i++;
	if (i == catalogue.n)
		(void)fault_unknown(&catalogue, name, fault);
	else if (catalogue.all[i].path == NULL)
		result = profile_parse(ret, shipped->name, shipped->text,
			fault);
	else if (set_path(path, catalogue.all[i].path, fault) == 0)
		result = profile_read(ret, path, fault);
out:
	catalogue_free(&catalogue);
	return result;
}

/* One line: the name, what it is about, and where a site's own is. */
static void
print_found(const struct found *found, size_t width)
{
	const struct shipped_profile *shipped = find_shipped(found->name);
	struct fault fault = { 0 };
	struct profile profile;
	char shown[3 * sizeof(fault.text)];
	const char *about;
	int wrong;

	wrong = found->path != NULL ?
		profile_read(&profile, found->path, &fault) :
		profile_parse(&profile, shipped->name, shipped->text, &fault);
	about = wrong != 0 ? fault.text :
		profile.about != NULL ? profile.about : "";
	(void)escape_message(shown, sizeof(shown), slice_of(found->name));
	printf("%-*s  ", (int)width, shown);
	if (wrong != 0)
		printf("wrong, line %llu: ", (unsigned long long)fault.line);
	(void)escape_message(shown, sizeof(shown), slice_of(about));
	printf("%s", shown);
	if (found->path != NULL) {
		(void)escape_message(shown, sizeof(shown),
			slice_of(found->path));
		printf(" (%s)", shown);
	}
	printf("\n");
	profile_free(&profile);
}

int
profile_list(struct fault *fault)
{
	struct catalogue catalogue;
	size_t width = 0;
	int result = catalogue_make(&catalogue, fault);

	for (size_t i = 0; result == 0 && i < catalogue.n; i++) {
		size_t len = strlen(catalogue.all[i].name);

		width = len > width ? len : width;
	}
	for (size_t i = 0; result == 0 && i < catalogue.n; i++)
		print_found(&catalogue.all[i], width < 32 ? width : 32);
	catalogue_free(&catalogue);
	return result;
}
