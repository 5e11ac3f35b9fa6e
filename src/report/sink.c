/* SPDX-License-Identifier: Apache-2.0 */
/* Not EVP: see input/source.c. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "report/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/sha.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

enum {
	BUFFER = 64 * 1024,
	MEMORY_MAX = 256 * 1024 * 1024,
	LINKS_MAX = 40,
	/* ".NAME.XXXXXX" must itself be a name: NAME_MAX less 8 */
	NAME_KEPT = 240,
	TEMP_LETTERS = 6,
	TRIES_MAX = 100,
};

struct sink {
	int fd;       /* -1: into memory */
	bool owned;   /* fd is ours to close */
	bool gone;    /* the reader went away: nothing more is written */
	int error;    /* the first errno, 0: none */
	char *buf;
	size_t len, cap;
	char *path;   /* what appears in the end; NULL: written straight */
	char *temp;   /* its name until then; NULL: it has none yet */
	int folder;   /* of the path, open, where there is a path */
	char *shown;  /* the path as named, for faults; NULL: stdout */
	struct sink_facts *facts; /* the caller's, or NULL; and the hash */
	SHA256_CTX digest;
};

static int
fail(const char *shown, int error, struct fault *fault)
{
	bool first = fault->code == FAULT_NONE;

	if (error == ENOMEM)
		return fault_memory(fault);
	(void)fault_set(fault, FAULT_OUTPUT, shown != NULL ?
		"cannot be written: %s" : "standard output: %s",
		fault_reason(error));
	return first && shown != NULL ? fault_place(fault, shown, 0, 0) : -1;
}

static void
free_sink(struct sink *sink)
{
	free(sink->buf);
	free(sink->path);
	free(sink->temp);
	free(sink->shown);
	free(sink);
}

void
sink_abort(struct sink *sink)
{
	if (sink == NULL)
		return;
	if (sink->owned)
		(void)close(sink->fd);
	if (sink->folder >= 0)
		(void)close(sink->folder);
	if (sink->temp != NULL)
		(void)unlink(sink->temp);
	free_sink(sink);
}

void
sink_watch(struct sink *sink, struct sink_facts *facts)
{
	*facts = (struct sink_facts){ 0 };
	sink->facts = facts;
	(void)SHA256_Init(&sink->digest);
}

static void
hash(struct sink *sink, const char *at, size_t len)
{
	if (sink->facts == NULL || sink->error != 0)
		return;
	sink->facts->bytes += len;
	(void)SHA256_Update(&sink->digest, at, len);
}

/* A reader that went away has not got it all. */
static void
settle_facts(struct sink *sink)
{
	struct sink_facts *facts = sink->facts;

	if (facts != NULL && !sink->gone)
		facts->whole = SHA256_Final(facts->sha256, &sink->digest) == 1;
}

static void
write_all(struct sink *sink, const char *at, size_t len)
{
	while (len > 0 && !sink->gone && sink->error == 0) {
		ssize_t n = write(sink->fd, at, len);

		if (n > 0) {
			hash(sink, at, (size_t)n);
			at += n;
			len -= (size_t)n;
		} else if (n == 0) {
			sink->error = EIO; /* or this would never end */
		} else if (errno == EAGAIN) {
			struct pollfd wait = { sink->fd, POLLOUT, 0 };

			(void)poll(&wait, 1, -1);
		} else if (errno == EPIPE) {
			sink->gone = true;
		} else if (errno != EINTR) {
			sink->error = errno;
		}
	}
}

static void
flush(struct sink *sink)
{
	write_all(sink, sink->buf, sink->len);
	sink->len = 0;
}

/* False: the sink failed, or the bytes are beyond the ceiling. */
static bool
grow(struct sink *sink, size_t len)
{
	struct fault fault = { .code = FAULT_NONE };
	void *buf = sink->buf;

	if (memory_grow(&buf, &sink->cap, sink->len + len, 1, MEMORY_MAX,
		"bytes in memory", &fault) != 0) {
		sink->error = fault.code == FAULT_MEMORY ? ENOMEM : EFBIG;
		return false;
	}
	sink->buf = buf;
	return true;
}

void
sink_put(struct sink *sink, const char *at, size_t len)
{
	if (len == 0 || sink->error != 0 || sink->gone)
		return;
	if (sink->fd < 0) {
		if (len > MEMORY_MAX)
			sink->error = EFBIG;
		else if (grow(sink, len))
			memcpy(sink->buf + sink->len, at, len);
		if (sink->error == 0)
			sink->len += len;
		return;
	}
	if (len > sink->cap - sink->len)
		flush(sink);
	if (len > sink->cap) {
		write_all(sink, at, len);
		return;
	}
	memcpy(sink->buf + sink->len, at, len);
	sink->len += len;
}

bool
sink_is_over(const struct sink *sink)
{
	return sink->gone || sink->error != 0;
}

void
sink_text(struct sink *sink, const char *text)
{
	sink_put(sink, text, strlen(text));
}

void
sink_format(struct sink *sink, const char *format, ...)
{
	char text[512];
	char *whole = NULL;
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len >= 0 && (size_t)len < sizeof(text)) {
		sink_put(sink, text, (size_t)len);
		return;
	}
	va_start(args, format);
	len = vasprintf(&whole, format, args);
	va_end(args);
	if (len < 0) {
		if (sink->error == 0)
			sink->error = ENOMEM;
		return;
	}
	sink_put(sink, whole, (size_t)len);
	free(whole);
}

/* The directory of a path and `name` in it, as a new text; NULL: no memory. */
static char *
beside(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - path) + 1;
	size_t room = len + strlen(name) + 1;
	char *text = malloc(room);

	if (text != NULL)
		(void)snprintf(text, room, "%.*s%s", (int)len, path, name);
	return text;
}

/* What a symbolic link leads to is replaced, not the link, even when there is
 * nothing yet. NULL with errno. */
static char *
resolve(const char *path)
{
	char *at = strdup(path);

	for (int i = 0; at != NULL && i < LINKS_MAX; i++) {
		char target[PATH_MAX];
		ssize_t len;
		char *next = realpath(at, NULL);

		if (next != NULL || errno != ENOENT) {
			free(at);
			return next;
		}
		len = readlink(at, target, sizeof(target) - 1);
		if (len < 0)
			return at;
		target[len] = '\0';
		next = target[0] == '/' ? strdup(target) : beside(at, target);
		free(at);
		at = next;
	}
	errno = at == NULL ? ENOMEM : ELOOP;
	free(at);
	return NULL;
}

char *
sink_folder(const char *path)
{
	char *target = resolve(path);
	char *folder = target != NULL ? beside(target, ".") : NULL;

	if (target != NULL && folder == NULL)
		errno = ENOMEM;
	free(target);
	return folder;
}

/* A temporary name beside the path, its end to be filled in. */
static char *
new_temp(const struct sink *sink)
{
	const char *slash = strrchr(sink->path, '/');
	char name[NAME_KEPT + 16];

	(void)snprintf(name, sizeof(name), ".%.*s.XXXXXX", NAME_KEPT,
		slash == NULL ? sink->path : slash + 1);
	return beside(sink->path, name);
}

/* Without a name until it is whole, so that nothing is left when we are
 * killed. False: the file system cannot, or what names it then is missing. */
static bool
open_nameless(struct sink *sink)
{
	char link[32];

	sink->fd = openat(sink->folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC,
		S_IRUSR | S_IWUSR);
	if (sink->fd < 0)
		return false;
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", sink->fd);
	if (access(link, F_OK) == 0)
		return true;
	(void)close(sink->fd);
	sink->fd = -1;
	return false;
}

/* Only to be written, which mkostemp() cannot. 0 or errno. */
static int
create_temp(struct sink *sink, const char *temp)
{
	sink->fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		S_IRUSR | S_IWUSR);
	return sink->fd < 0 ? errno : 0;
}

/* The file that has no name yet. 0 or errno. */
static int
link_temp(struct sink *sink, const char *temp)
{
	char link[32];

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", sink->fd);
	return linkat(AT_FDCWD, link, AT_FDCWD, temp, AT_SYMLINK_FOLLOW) != 0 ?
		errno :
		0;
}

/* Have a temporary name by `make`, one that nothing has. 0 or errno. */
static int
name_temp(struct sink *sink, int (*make)(struct sink *, const char *))
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345";
	char *temp = new_temp(sink);
	int error = EEXIST;

	if (temp == NULL)
		return ENOMEM;
	for (int i = 0; i < TRIES_MAX && error == EEXIST; i++) {
		unsigned char dice[TEMP_LETTERS];
		char *end = temp + strlen(temp) - TEMP_LETTERS;

		if (getrandom(dice, sizeof(dice), 0) != sizeof(dice))
			break;
		for (size_t k = 0; k < TEMP_LETTERS; k++)
			end[k] = letters[dice[k] % 32];
		error = make(sink, temp);
	}
	if (error != 0)
		free(temp);
	else
		sink->temp = temp;
	return error;
}

/* The file that will be renamed, private from its first byte on. 0 or errno. */
static int
open_temp(struct sink *sink, const char *path)
{
	int error = 0;
	char *dir;

	sink->path = resolve(path);
	if (sink->path == NULL)
		return errno;
	dir = beside(sink->path, ".");
	if (dir == NULL)
		return ENOMEM;
	sink->folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	error = sink->folder < 0 ? errno : 0;
	free(dir);
	if (error == 0 && !open_nameless(sink))
		error = name_temp(sink, create_temp);
	if (error != 0)
		return error;
	sink->owned = true;
	return fchmod(sink->fd, S_IRUSR | S_IWUSR) != 0 ? errno : 0;
}

/* 0 or errno. */
static int
open_path(struct sink *sink, const char *path)
{
	struct stat status;

	sink->shown = strdup(path);
	if (sink->shown == NULL)
		return ENOMEM;
	if (path[0] == '\0' || path[strlen(path) - 1] == '/')
		return path[0] == '\0' ? ENOENT : EISDIR;
	if (stat(path, &status) != 0) {
		if (errno != ENOENT)
			return errno;
		return open_temp(sink, path);
	}
	/* What /dev/stdout leads to is the shell's, not ours to replace. */
	if (S_ISREG(status.st_mode) && strncmp(path, "/dev/", 5) != 0)
		return open_temp(sink, path);
	sink->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (sink->fd < 0)
		return errno;
	sink->owned = true;
	return 0;
}

static struct sink *
new_sink(int fd, size_t cap)
{
	struct sink *sink = memory_array(1, sizeof(*sink));

	if (sink == NULL)
		return NULL;
	sink->fd = fd;
	sink->folder = -1;
	sink->cap = cap;
	sink->buf = malloc(cap);
	if (sink->buf == NULL) {
		free(sink);
		return NULL;
	}
	return sink;
}

int
sink_open(struct sink **ret, const char *path, struct fault *fault)
{
	struct sink *sink = new_sink(STDOUT_FILENO, BUFFER);
	int error;

	if (sink == NULL)
		return fault_memory(fault);
	/* Opening /dev/stdout anew would start over in the shell's file. */
	if (path != NULL && strcmp(path, "-") != 0 &&
		strcmp(path, "/dev/stdout") != 0) {
		error = open_path(sink, path);
		if (error != 0) {
			(void)fail(path, error, fault);
			sink_abort(sink);
			return -1;
		}
	}
	*ret = sink;
	return 0;
}

int
sink_memory(struct sink **ret, struct fault *fault)
{
	struct sink *sink = new_sink(-1, 1024);

	if (sink == NULL)
		return fault_memory(fault);
	*ret = sink;
	return 0;
}

struct slice
sink_bytes(const struct sink *sink)
{
	return (struct slice){ sink->buf, sink->len };
}

/* A rename lasts only when its directory is on the disk. Some file systems
 * cannot sync a directory; they are not asked to. 0 or errno. */
static int
sync_folder(const struct sink *sink)
{
	return fsync(sink->folder) != 0 && errno != EINVAL &&
			errno != ENOTSUP ?
		errno :
		0;
}

/* 0 or errno. From the rename on there is nothing to take back: what fails
 * after it is told, and the new file stands, whole. */
static int
finish(struct sink *sink)
{
	bool owned = sink->owned;
	int error;

	flush(sink);
	if (sink->error != 0)
		return sink->error;
	if (sink->path != NULL && fsync(sink->fd) != 0)
		return errno;
	if (sink->path != NULL && sink->temp == NULL) {
		error = name_temp(sink, link_temp);
		if (error != 0)
			return error;
	}
	sink->owned = false;
	if (owned && close(sink->fd) != 0 && errno != EINTR)
		return errno;
	if (sink->path == NULL)
		return 0;
	if (rename(sink->temp, sink->path) != 0)
		return errno;
	free(sink->temp);
	sink->temp = NULL;
	return sync_folder(sink);
}

int
sink_close(struct sink *sink, struct fault *fault)
{
	int result = 0;
	int error = sink->fd < 0 ? sink->error : finish(sink);

	if (error != 0)
		result = fail(sink->shown, error, fault);
	else
		settle_facts(sink);
	sink_abort(sink);
	return result;
}
