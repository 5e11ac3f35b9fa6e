/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes calls of the program fail, one at a time. Preloaded by the tests;
 * what to do stands in SHIM: "KIND N ACTION [ERRNO]", up to three by ','.
 *
 * KIND    alloc, read, nameless (a file opened without a name), write, sync,
 *         name (link and rename), cut (truncate), close, unlink, or any (all
 *         from write on)
 * N       which call, from 1; 0: all of them
 * ACTION  count        nothing
 *         fail ERRNO   the call fails; a close is done all the same
 *         fail-on      it fails, and so do all after it
 *         kill         SIGKILL instead of the call
 *         slow         EINTR and a few bytes, by turns
 *         pause        it waits until a byte can be read from the second
 *                      descriptor of SHIM_STEPS, having written "N 0"
 *         probe        before the call: what the sandbox should prevent is
 *                      tried, and "PLACE NAME ERRNO" written, each on a line
 *                      of the first descriptor of SHIM_STEPS; PLACE: main or
 *                      thread
 *         step         at every call a process of its own in which it fails;
 *         step-on      likewise, and all after it. One thread only.
 *
 * A stepping program, whose descriptors 1 and 2 are files, then writes
 * "N STATUS" (as of waitpid) into the first descriptor named
 * by SHIM_STEPS, "TO FROM", and goes on when it reads a byte from the second.
 *
 * The sandbox would be in the way of all this: it finds a kernel that has none,
 * unless SHIM_SANDBOX is set, to the version of Landlock that is to be found.
 *
 * At the end the numbers of calls go to the file named by SHIM_COUNTS.
 * Allocations by the objects named in SHIM_SPARE (parts of file names, by
 * ':') and by the dynamic linker are neither counted nor failed.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum kind { ALLOC, READ, NAMELESS, WRITE, SYNC, NAME, CUT, CLOSE, UNLINK, ANY, KINDS };

enum { FDS = 64, SPARED_MAX = 32, ORDERS_MAX = 3, FEW = 7 };

static const char *const kind_names[KINDS] = { "alloc", "read", "nameless",
	"write", "sync", "name", "cut", "close", "unlink", "any" };

struct range {
	uintptr_t from, to;
};

struct order {
	enum kind kind;
	unsigned long n;
	char action[16];
	int error;
};

static struct {
	struct order orders[ORDERS_MAX];
	size_t n_orders;
	int steps_to, steps_from;
	int sandbox; /* 0: none */
	bool ready;
	atomic_bool failing;
	atomic_ulong calls[KINDS];
	struct range spared[SPARED_MAX];
	size_t n_spared;
} shim;

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static bool
is(const struct order *order, const char *action)
{
	return strcmp(order->action, action) == 0;
}

static bool
is_spared_name(const char *name)
{
	const char *at = getenv("SHIM_SPARE");

	if (strstr(name, "/ld-linux") != NULL)
		return true;
	while (at != NULL && *at != '\0') {
		size_t len = strcspn(at, ":");
		char part[64] = { 0 };

		if (len > 0 && len < sizeof(part)) {
			memcpy(part, at, len);
			if (strstr(name, part) != NULL)
				return true;
		}
		at += len + (at[len] == ':');
	}
	return false;
}

static int
spare_object(struct dl_phdr_info *object, size_t size, void *ctx)
{
	(void)size;
	(void)ctx;
	if (!is_spared_name(object->dlpi_name))
		return 0;
	for (size_t i = 0; i < object->dlpi_phnum; i++) {
		uintptr_t from = object->dlpi_addr +
			object->dlpi_phdr[i].p_vaddr;

		if (object->dlpi_phdr[i].p_type == PT_LOAD &&
			shim.n_spared < SPARED_MAX)
			shim.spared[shim.n_spared++] = (struct range){ from,
				from + object->dlpi_phdr[i].p_memsz };
	}
	return 0;
}

static bool
is_spared(const void *caller)
{
	uintptr_t at = (uintptr_t)caller;

	for (size_t i = 0; i < shim.n_spared; i++) {
		if (at >= shim.spared[i].from && at < shim.spared[i].to)
			return true;
	}
	return false;
}

static bool
add_order(const char *text)
{
	struct order *order = &shim.orders[shim.n_orders++];
	char kind[16] = "";

	if (sscanf(text, "%15s %lu %15[a-z-] %d", kind, &order->n,
		    order->action, &order->error) < 3)
		return false;
	for (size_t k = 0; k < KINDS; k++) {
		if (strcmp(kind, kind_names[k]) == 0)
			order->kind = (enum kind)k;
	}
	return true;
}

__attribute__((constructor)) static void
begin(void)
{
	const char *what = getenv("SHIM"), *steps = getenv("SHIM_STEPS");
	const char *sandbox = getenv("SHIM_SANDBOX");

	if (sandbox != NULL)
		(void)sscanf(sandbox, "%d", &shim.sandbox);
	if (steps != NULL && sscanf(steps, "%d %d", &shim.steps_to,
				     &shim.steps_from) < 2)
		return;
	while (what != NULL && shim.n_orders < ORDERS_MAX) {
		if (!add_order(what))
			return;
		what = strchr(what, ',');
		what += what != NULL;
	}
	(void)dl_iterate_phdr(spare_object, NULL);
	shim.ready = shim.n_orders > 0;
}

__attribute__((destructor)) static void
end(void)
{
	const char *path = getenv("SHIM_COUNTS");
	char text[256];
	size_t len = 0;
	int fd;

	if (path == NULL || !shim.ready)
		return;
	shim.ready = false;
	for (size_t k = 0; k < KINDS; k++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
			"%s %lu\n", kind_names[k],
			atomic_load(&shim.calls[k]));
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	(void)!write(fd, text, len);
	(void)close(fd);
}

/* What a child reads, its parent shall read as well; what it writes is gone
 * before its parent writes on. */
static void
places_keep(off_t places[FDS], bool restore)
{
	for (int fd = 0; fd < FDS; fd++) {
		if (!restore)
			places[fd] = lseek(fd, 0, SEEK_CUR);
		else if (places[fd] >= 0)
			(void)lseek(fd, places[fd], SEEK_SET);
		if (restore && places[fd] >= 0 && (fd == 1 || fd == 2))
			(void)!ftruncate(fd, places[fd]);
	}
}

/* True in the child. */
static bool
step(unsigned long n)
{
	off_t places[FDS];
	char text[64];
	int status = 0, len;
	pid_t child;

	shim.ready = false;
	places_keep(places, false);
	child = fork();
	if (child == 0) {
		(void)unsetenv("SHIM_COUNTS");
		return true;
	}
	(void)waitpid(child, &status, 0);
	len = snprintf(text, sizeof(text), "%lu %d\n", n, status);
	if (child < 0 || write(shim.steps_to, text, (size_t)len) != len ||
		read(shim.steps_from, text, 1) != 1)
		_exit(70);
	places_keep(places, true);
	shim.ready = true;
	return false;
}

static void
pause_at(unsigned long n)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%lu 0\n", n);

	shim.ready = false;
	if (write(shim.steps_to, text, (size_t)len) != len ||
		read(shim.steps_from, text, 1) != 1)
		_exit(70);
	shim.ready = true;
}

static void
tell(const char *name, bool done)
{
	int error = done ? 0 : errno;
	char text[64];
	int len = snprintf(text, sizeof(text), "%s %s %d\n",
		gettid() == getpid() ? "main" : "thread", name, error);

	(void)!write(shim.steps_to, text, (size_t)len);
}

static void
probe_files(void)
{
	const char *elsewhere = getenv("SHIM_ELSEWHERE");
	int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);

	tell("read", fd >= 0);
	(void)close(fd);
	fd = open(elsewhere, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	tell("create", fd >= 0);
	(void)close(fd);
	tell("remove", unlink(elsewhere) == 0);
	tell("list", (fd = open("/etc", O_RDONLY | O_DIRECTORY)) >= 0);
	(void)close(fd);
}

/* What hostile text would make of the program, were it to get hold of it. */
static void
probe(void)
{
	char program[] = "/bin/true", *argv[] = { program, NULL };
	struct sockaddr_in home = { .sin_family = AF_INET };
	bool ready = shim.ready;
	int fd;
	pid_t child;

	shim.ready = false;
	probe_files();
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	tell("socket", fd >= 0);
	tell("bind", bind(fd, (struct sockaddr *)&home, sizeof(home)) == 0);
	(void)close(fd);
	child = fork();
	if (child == 0) {
		(void)execv(argv[0], argv);
		_exit(errno);
	}
	tell("fork", child > 0);
	if (child < 0)
		tell("exec", execv(argv[0], argv) == 0);
	else
		(void)waitpid(child, NULL, 0);
	tell("chmod", chmod(".", 0700) == 0);
	shim.ready = ready;
}

/* Whether the n-th call shall fail, with errno set. */
static bool
obey(const struct order *order, unsigned long n)
{
	if (is(order, "step") || is(order, "step-on")) {
		if (!step(n))
			return false;
		atomic_store(&shim.failing, is(order, "step-on"));
	} else if (order->n != 0 && n != order->n &&
		!(is(order, "fail-on") && n > order->n)) {
		return false;
	} else if (is(order, "kill")) {
		(void)kill(getpid(), SIGKILL);
	} else if (is(order, "slow")) {
		if (n % 2 == 0)
			return false;
		errno = EINTR;
		return true;
	} else if (is(order, "count")) {
		return false;
	} else if (is(order, "pause")) {
		pause_at(n);
		return false;
	} else if (is(order, "probe")) {
		probe();
		return false;
	}
	errno = order->error != 0 ? order->error : ENOMEM;
	return true;
}

/* Whether this call shall fail, with errno set. */
static bool
fails(enum kind kind)
{
	unsigned long n, any = 0;

	if (!shim.ready) {
		errno = ENOMEM;
		return atomic_load(&shim.failing) &&
			kind == shim.orders[0].kind;
	}
	n = atomic_fetch_add(&shim.calls[kind], 1) + 1;
	if (kind >= WRITE && kind < ANY)
		any = atomic_fetch_add(&shim.calls[ANY], 1) + 1;
	for (size_t i = 0; i < shim.n_orders; i++) {
		const struct order *order = &shim.orders[i];

		if (order->kind == kind ? obey(order, n) :
					  order->kind == ANY && any > 0 &&
					obey(order, any))
			return true;
	}
	return false;
}

static size_t
few(enum kind kind, size_t len)
{
	for (size_t i = 0; shim.ready && i < shim.n_orders; i++) {
		if (shim.orders[i].kind == kind &&
			is(&shim.orders[i], "slow") && len > FEW)
			return FEW;
	}
	return len;
}

static bool
alloc_fails(const void *caller)
{
	if (!shim.ready && !atomic_load(&shim.failing))
		return false;
	if (is_spared(caller) || !fails(ALLOC))
		return false;
	errno = ENOMEM;
	return true;
}

#define ALLOC_FAILS() alloc_fails(__builtin_return_address(0))

void *
malloc(size_t size)
{
	return ALLOC_FAILS() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	return ALLOC_FAILS() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *at, size_t size)
{
	return ALLOC_FAILS() ? NULL : __libc_realloc(at, size);
}

void *
memalign(size_t align, size_t size)
{
	return ALLOC_FAILS() ? NULL : __libc_memalign(align, size);
}

void *
aligned_alloc(size_t align, size_t size)
{
	return ALLOC_FAILS() ? NULL : __libc_memalign(align, size);
}

int
posix_memalign(void **ret, size_t align, size_t size)
{
	void *at = ALLOC_FAILS() ? NULL : __libc_memalign(align, size);

	if (at == NULL)
		return ENOMEM;
	*ret = at;
	return 0;
}

/* The function that this one stands before: `next`. */
#define NEXT(name) \
	static __typeof__(&name) next; \
	if (next == NULL) \
		*(void **)&next = dlsym(RTLD_NEXT, #name)

long
syscall(long number, ...)
{
	long a[6], result;
	va_list args;

	NEXT(syscall);
	va_start(args, number);
	for (size_t i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (shim.sandbox == 0 && number >= SYS_landlock_create_ruleset &&
		number <= SYS_landlock_restrict_self) {
		errno = ENOSYS;
		return -1;
	}
	result = next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	if (number == SYS_landlock_create_ruleset && a[0] == 0 &&
		result > shim.sandbox)
		result = shim.sandbox;
	return result;
}

int seccomp_load(void *filter);

int
seccomp_load(void *filter)
{
	NEXT(seccomp_load);
	return shim.sandbox != 0 ? next(filter) : -ENOSYS;
}

int
open(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	NEXT(open);
	va_start(args, flags);
	mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(args, mode_t) : 0;
	va_end(args);
	return (flags & O_TMPFILE) == O_TMPFILE && fails(NAMELESS) ?
		-1 :
		next(path, flags, mode);
}

int
openat(int dir, const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	NEXT(openat);
	va_start(args, flags);
	mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(args, mode_t) : 0;
	va_end(args);
	return (flags & O_TMPFILE) == O_TMPFILE && fails(NAMELESS) ?
		-1 :
		next(dir, path, flags, mode);
}

ssize_t
read(int fd, void *to, size_t len)
{
	NEXT(read);
	return fails(READ) ? -1 : next(fd, to, few(READ, len));
}

/* What read() is where the compiler knows how large `to` is. */
ssize_t __read_chk(int fd, void *to, size_t len, size_t room);

ssize_t
__read_chk(int fd, void *to, size_t len, size_t room)
{
	if (len > room)
		abort();
	return read(fd, to, len);
}

ssize_t
pread(int fd, void *to, size_t len, off_t at)
{
	NEXT(pread);
	return fails(READ) ? -1 : next(fd, to, few(READ, len), at);
}

ssize_t
write(int fd, const void *from, size_t len)
{
	NEXT(write);
	return fails(WRITE) ? -1 : next(fd, from, few(WRITE, len));
}

ssize_t
pwrite(int fd, const void *from, size_t len, off_t at)
{
	NEXT(pwrite);
	return fails(WRITE) ? -1 : next(fd, from, few(WRITE, len), at);
}

ssize_t
pwritev(int fd, const struct iovec *parts, int n, off_t at)
{
	struct iovec part;

	NEXT(pwritev);
	if (fails(WRITE))
		return -1;
	if (n < 1 || few(WRITE, FEW + 1) > FEW)
		return next(fd, parts, n, at);
	part = parts[0];
	part.iov_len = few(WRITE, part.iov_len);
	return next(fd, &part, 1, at);
}

int
fsync(int fd)
{
	NEXT(fsync);
	return fails(SYNC) ? -1 : next(fd);
}

int
fdatasync(int fd)
{
	NEXT(fdatasync);
	return fails(SYNC) ? -1 : next(fd);
}

int
rename(const char *from, const char *to)
{
	NEXT(rename);
	return fails(NAME) ? -1 : next(from, to);
}

int
linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
	NEXT(linkat);
	return fails(NAME) ? -1 : next(from_dir, from, to_dir, to, flags);
}

int
ftruncate(int fd, off_t len)
{
	NEXT(ftruncate);
	return fails(CUT) ? -1 : next(fd, len);
}

int
unlink(const char *path)
{
	NEXT(unlink);
	return fails(UNLINK) ? -1 : next(path);
}

int
close(int fd)
{
	int error;

	NEXT(close);
	if (!fails(CLOSE))
		return next(fd);
	error = errno;
	(void)next(fd);
	errno = error;
	return -1;
}
