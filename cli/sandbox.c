/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/sandbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cli/bound.h"
#include "cli/options.h"
#include "report/sink.h"

/* As in linux/landlock.h, which may be older than the kernel. */
enum {
	CREATE_RULESET_VERSION = 1,
	RULE_PATH_BENEATH = 1,
	FS_WRITE_FILE = 1 << 1,
	FS_READ_FILE = 1 << 2,
	FS_READ_DIR = 1 << 3,
	FS_REMOVE_DIR = 1 << 4,
	FS_REMOVE_FILE = 1 << 5,
	FS_MAKE_DIR = 1 << 7,
	FS_MAKE_REG = 1 << 8,
	FS_TRUNCATE = 1 << 14,
	FS_ABI_1 = (1 << 13) - 1,
	FS_ABI_2 = 1 << 13, /* refer */
	FS_ABI_3 = FS_TRUNCATE,
	FS_ABI_5 = 1 << 15, /* ioctl of devices */
	NET_ABI_4 = 3,      /* bind and connect, TCP */
	SCOPE_ABI_6 = 3,    /* abstract sockets, signals */

	/* what a rule of a file, not a folder, can be about */
	OF_FILES = 1 | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_ABI_5,

	READ = FS_READ_FILE | FS_READ_DIR,
	/* a file beside the one it replaces, and its folder synced */
	APPEAR = FS_WRITE_FILE | FS_READ_DIR | FS_MAKE_REG | FS_REMOVE_FILE |
		FS_TRUNCATE,
	ALL = READ | APPEAR | FS_MAKE_DIR | FS_REMOVE_DIR,
};

enum {
	DEPTH_MOST = 40,
	ENTRIES_MOST = 1 << 22,
	FOLDERS_MOST = 1 << 16,
};

struct ruleset_attr {
	uint64_t fs, net, scoped;
};

struct path_beneath_attr {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));

struct folder {
	dev_t dev;
	ino_t ino;
};

struct rules {
	int fd;
	uint64_t handled;
	struct folder *folders; /* that links lead to, and were gone through */
	size_t n, cap;
	size_t entries;
	int error; /* the first errno of adding a rule */
};

/* Read by libraries and by ourselves, where they are there. */
static const char *const system_files[] = { "/usr/share/zoneinfo",
	"/proc/self", "/proc/stat", "/sys/devices/system/cpu",
	"/etc/ssl/openssl.cnf" };

static struct ruleset_attr
attr_of(long abi)
{
	struct ruleset_attr attr = { .fs = FS_ABI_1 };

	if (abi >= 2)
		attr.fs |= FS_ABI_2;
	if (abi >= 3)
		attr.fs |= FS_ABI_3;
	if (abi >= 4)
		attr.net = NET_ABI_4;
	if (abi >= 5)
		attr.fs |= FS_ABI_5;
	if (abi >= 6)
		attr.scoped = SCOPE_ABI_6;
	return attr;
}

/* What is not there, or not for us, needs no rule: to open it will fail as
 * ever. What cannot be opened now may well be later. */
static void
note_unopened(struct rules *rules)
{
	if ((errno == EMFILE || errno == ENFILE || errno == ENOMEM) &&
		rules->error == 0)
		rules->error = errno;
}

static void
allow(struct rules *rules, const char *path, uint64_t rights)
{
	struct path_beneath_attr attr = {
		.fd = open(path, O_PATH | O_CLOEXEC) };
	struct stat status;

	if (attr.fd < 0) {
		note_unopened(rules);
		return;
	}
	attr.allowed = rights & rules->handled;
	if (fstat(attr.fd, &status) == 0 && !S_ISDIR(status.st_mode))
		attr.allowed &= OF_FILES;
	/* EBADFD: pipes and the like, which are no part of the tree of files
	 * and open to all. */
	if (attr.allowed != 0 &&
		syscall(SYS_landlock_add_rule, rules->fd, RULE_PATH_BENEATH,
			&attr, 0) != 0 &&
		errno != EBADFD && rules->error == 0)
		rules->error = errno;
	(void)close(attr.fd);
}

/* True for a folder that was not here before. */
static bool
is_new_folder(struct rules *rules, const struct stat *status)
{
	struct fault fault = { 0 };
	void *folders = rules->folders;

	for (size_t i = 0; i < rules->n; i++) {
		if (rules->folders[i].dev == status->st_dev &&
			rules->folders[i].ino == status->st_ino)
			return false;
	}
	if (memory_grow(&folders, &rules->cap, rules->n + 1,
		    sizeof(*rules->folders), FOLDERS_MOST, "folders",
		    &fault) != 0) {
		if (fault.code == FAULT_MEMORY)
			rules->error = ENOMEM;
		return false;
	}
	rules->folders = folders;
	rules->folders[rules->n++] =
		(struct folder){ status->st_dev, status->st_ino };
	return true;
}

/* The log may be a link in a folder, and a link may lead anywhere. */
static void
allow_links(struct rules *rules, const char *path, int depth)
{
	DIR *dir = depth < DEPTH_MOST ? opendir(path) : NULL;
	struct dirent *entry;
	char below[PATH_MAX];
	struct stat status;

	if (dir == NULL && depth < DEPTH_MOST)
		note_unopened(rules);
	while (dir != NULL && (entry = readdir(dir)) != NULL &&
		rules->entries++ < ENTRIES_MOST) {
		bool is_link = entry->d_type == DT_LNK;

		if (entry->d_name[0] == '.' ||
			(!is_link && entry->d_type != DT_DIR &&
				entry->d_type != DT_UNKNOWN) ||
			(size_t)snprintf(below, sizeof(below), "%s/%s", path,
				entry->d_name) >= sizeof(below))
			continue;
		if (entry->d_type == DT_UNKNOWN)
			is_link = lstat(below, &status) == 0 &&
				S_ISLNK(status.st_mode);
		if (stat(below, &status) != 0)
			continue;
		if (is_link)
			allow(rules, below, READ);
		if (S_ISDIR(status.st_mode) &&
			(!is_link || is_new_folder(rules, &status)))
			allow_links(rules, below, depth + 1);
	}
	if (dir != NULL)
		(void)closedir(dir);
}

/* A log, with all that is meant by its name: an entry of a container is named
 * behind the container and a '!'. */
static void
allow_log(struct rules *rules, const char *path)
{
	char name[PATH_MAX];
	char *end;
	struct stat status;

	if ((size_t)snprintf(name, sizeof(name), "%s", path) >= sizeof(name))
		return;
	while (stat(name, &status) != 0) {
		end = strrchr(name, '!');
		if (end == NULL)
			return;
		*end = '\0';
	}
	allow(rules, name, READ);
	if (S_ISDIR(status.st_mode))
		allow_links(rules, name, 0);
}

/* The folder in which a file appears; a device or FIFO itself. */
static void
allow_output(struct rules *rules, const char *path)
{
	struct stat status;
	char *folder;

	if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
		allow(rules, path, FS_WRITE_FILE);
		return;
	}
	allow(rules, path, FS_WRITE_FILE);
	folder = sink_folder(path);
	if (folder == NULL && errno == ENOMEM)
		rules->error = ENOMEM;
	else if (folder != NULL)
		allow(rules, folder, APPEAR);
	free(folder);
}

static void
allow_option(void *ctx, const char *option, const char *path)
{
	static const char *const outputs[] = { "manifest", "output",
		"rejects" };
	struct rules *rules = ctx;

	if (path[0] == '\0' || strcmp(path, "-") == 0 ||
		strcmp(option, "temporary") == 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(outputs); i++) {
		if (strcmp(option, outputs[i]) == 0) {
			allow_output(rules, path);
			return;
		}
	}
	allow(rules, path, READ);
}

/* Where profiles are kept, by name. */
static void
allow_profiles(struct rules *rules)
{
	const char *own = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	const char *site = getenv("XDG_CONFIG_DIRS");
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s%s/quis",
		own != NULL && own[0] != '\0' ? own : home != NULL ? home : "",
		own != NULL && own[0] != '\0' ? "" : "/.config");
	allow(rules, path, READ);
	if (site == NULL || site[0] == '\0')
		site = "/etc/xdg";
	while (*site != '\0') {
		size_t len = strcspn(site, ":");

		if (len < PATH_MAX)
			(void)snprintf(path, sizeof(path), "%.*s/quis",
				(int)len, site);
		allow(rules, path, READ);
		site += len + (site[len] == ':');
	}
}

static void
allow_all(struct rules *rules, const struct command *command,
	const struct settings *settings)
{
	/* the first word after show is a user */
	for (size_t i = command->bit == CMD_SHOW; i < settings->n_logs; i++) {
		if (strcmp(settings->logs[i], "-") != 0)
			allow_log(rules, settings->logs[i]);
	}
	options_files(settings, allow_option, rules);
	allow_profiles(rules);
	allow(rules, bound_folder(settings), ALL);
	for (size_t i = 0; i < ARRAY_LEN(system_files); i++)
		allow(rules, system_files[i], READ);
}

/* 0 or errno; *ret_abi: what the kernel knows of. */
static int
confine_files(const struct command *command, const struct settings *settings,
	long *ret_abi)
{
	struct ruleset_attr attr;
	struct rules rules = { 0 };

	*ret_abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
		CREATE_RULESET_VERSION);
	if (*ret_abi < 0)
		return errno;
	attr = attr_of(*ret_abi);
	rules.handled = attr.fs;
	rules.fd = (int)syscall(SYS_landlock_create_ruleset, &attr,
		sizeof(attr), 0);
	if (rules.fd < 0)
		return errno;
	allow_all(&rules, command, settings);
	if (rules.error == 0 &&
		syscall(SYS_landlock_restrict_self, rules.fd, 0) != 0)
		rules.error = errno;
	(void)close(rules.fd);
	free(rules.folders);
	return rules.error;
}

bool
sandbox_is_whole(const struct settings *settings)
{
	return strncmp(settings->sandbox, "no ", 3) != 0 &&
		strstr(settings->sandbox, ", no ") == NULL;
}

int
sandbox_enter(const struct command *command, struct settings *settings,
	struct fault *fault)
{
	const struct rlimit none = { 0, 0 };
	char files[SANDBOX_TEXT / 2 - 1], calls[SANDBOX_TEXT / 2 - 1];
	long abi = 0;
	int error;

	(void)setrlimit(RLIMIT_CORE, &none);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
		(void)snprintf(settings->sandbox, sizeof(settings->sandbox),
			"no sandbox: %s", fault_reason(errno));
		return 0;
	}
	error = confine_files(command, settings, &abi);
	if (error == ENOMEM)
		return fault_memory(fault);
	if (error == 0)
		(void)snprintf(files, sizeof(files), "landlock %ld", abi);
	else
		(void)snprintf(files, sizeof(files), "no landlock: %s",
			fault_reason(error));
	error = sandbox_deny_calls();
	if (error == ENOMEM)
		return fault_memory(fault);
	if (error == 0)
		(void)snprintf(calls, sizeof(calls), "seccomp");
	else
		(void)snprintf(calls, sizeof(calls), "no seccomp: %s",
			fault_reason(error));
	(void)snprintf(settings->sandbox, sizeof(settings->sandbox), "%s, %s",
		files, calls);
	return 0;
}
