/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/overwrite.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input/container.h"

enum { OUTPUTS = 3 };

/* NULL: standard output. */
struct output {
	const char *option, *path;
};

static bool
is_standard(const char *path)
{
	return path == NULL || strcmp(path, "-") == 0 ||
		strcmp(path, "/dev/stdout") == 0;
}

static bool
is_file(const struct stat *file, const char *path)
{
	struct stat other;

	return path != NULL && stat(path, &other) == 0 &&
		other.st_dev == file->st_dev && other.st_ino == file->st_ino;
}

/* What is there now: a file of standard output, too, has a name. */
static bool
stat_output(const char *path, struct stat *ret)
{
	return (is_standard(path) ? fstat(STDOUT_FILENO, ret) :
				    stat(path, ret)) == 0;
}

/* A register, the leaked list, the config or the profile. */
static const char *
find_side_file(const struct settings *settings, const char *profile,
	const struct stat *output)
{
	for (size_t i = 0; i < ARRAY_LEN(settings->registers.of); i++) {
		if (is_file(output, settings->registers.of[i]))
			return settings->registers.of[i];
	}
	return is_file(output, settings->leaked) ? settings->leaked :
		is_file(output, settings->config) ? settings->config :
		is_file(output, profile) ? profile :
					   NULL;
}

/* What the file is to the run; NULL: nothing. */
static const char *
find_read(const struct settings *settings, const char *profile,
	const struct input_list *inputs, const struct stat *file,
	const char **ret_path)
{
	*ret_path = find_side_file(settings, profile, file);
	if (*ret_path != NULL)
		return "is one of the files the run reads";
	for (size_t i = 0; i < inputs->n; i++) {
		*ret_path = inputs->items[i].path;
		if (is_file(file, *ret_path))
			return "is one of the logs";
	}
	for (size_t i = 0; i < inputs->n_containers; i++) {
		*ret_path = inputs->containers[i]->path;
		if (is_file(file, *ret_path))
			return "holds logs that the run reads";
	}
	return NULL;
}

/* A report must never replace the evidence it is made from. */
static int
check_inputs(const struct output *output, const struct settings *settings,
	const char *profile, const struct input_list *inputs,
	struct fault *fault)
{
	struct stat to;
	const char *what, *path;

	if (output->path != NULL && output->path[0] == '\0')
		return fault_set(fault, FAULT_USAGE,
			"the name given to --%s is empty", output->option);
	if (!stat_output(output->path, &to) || !S_ISREG(to.st_mode))
		return 0;
	what = find_read(settings, profile, inputs, &to, &path);
	if (what == NULL)
		return 0;
	if (is_standard(output->path))
		return fault_set(fault, FAULT_USAGE,
			"standard output %s (%s); send it to another file",
			what, path);
	return fault_set(fault, FAULT_USAGE,
		"--%s %s %s (%s) and would be lost", output->option,
		output->path, what, path);
}

/* The folder of a path, and what it is called there. */
static bool
place_of(const char *path, struct stat *ret_folder, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - path) + 1;
	char folder[PATH_MAX];

	if (len + 2 > sizeof(folder))
		return false;
	(void)snprintf(folder, sizeof(folder), "%.*s.", (int)len, path);
	*ret_name = path + len;
	return stat(folder, ret_folder) == 0;
}

/* Two files that may not be there yet, or are links to one. */
static bool
is_same(const char *a, const char *b)
{
	struct stat of_a, of_b;
	const char *name_a, *name_b;

	if (is_standard(a) && is_standard(b))
		return true;
	if (stat_output(a, &of_a))
		return S_ISREG(of_a.st_mode) && stat_output(b, &of_b) &&
			of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
	if (is_standard(a) || is_standard(b))
		return false;
	return place_of(a, &of_a, &name_a) && place_of(b, &of_b, &name_b) &&
		of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino &&
		strcmp(name_a, name_b) == 0;
}

int
overwrite_check(const struct settings *settings, const char *profile,
	const struct input_list *inputs, struct fault *fault)
{
	const struct output outputs[OUTPUTS] = {
		{ "output", settings->output },
		{ "rejects", settings->rejects },
		{ "manifest", settings->manifest },
	};

	for (size_t i = 0; i < OUTPUTS; i++) {
		/* but for the report, none is written unless named */
		if (i > 0 && outputs[i].path == NULL)
			continue;
		if (check_inputs(&outputs[i], settings, profile, inputs,
			    fault) != 0)
			return -1;
		for (size_t k = 0; k < i; k++) {
			if ((k > 0 && outputs[k].path == NULL) ||
				!is_same(outputs[i].path, outputs[k].path))
				continue;
			return fault_set(fault, FAULT_USAGE,
				"--%s %s is where %s%s goes, too; name another "
				"file",
				outputs[i].option, outputs[i].path,
				outputs[k].path == NULL ? "" : "--",
				outputs[k].path == NULL ? "standard output" :
							  outputs[k].option);
		}
	}
	return 0;
}
