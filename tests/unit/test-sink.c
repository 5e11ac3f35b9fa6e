/* SPDX-License-Identifier: Apache-2.0 */
/* Files appear whole or not at all. Each test has a directory of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "report/sink.h"

static char home[4096];

static int
setup(void **state)
{
	char root[] = "/tmp/quis-sink-XXXXXX";

	(void)state;
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return -1;
	if (getcwd(home, sizeof(home)) == NULL || mkdtemp(root) == NULL)
		return -1;
	return chdir(root);
}

static int
remove_entry(const char *path, const struct stat *found, int type,
	struct FTW *walk)
{
	(void)found;
	(void)type;
	(void)walk;
	return remove(path);
}

static int
teardown(void **state)
{
	char root[4096];

	(void)state;
	if (getcwd(root, sizeof(root)) == NULL || chdir(home) != 0)
		return -1;
	return nftw(root, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static void
put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)),
		(ssize_t)strlen(text));
	close(fd);
}

static void
expect_file(const char *path, const char *text)
{
	char found[256] = "";
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0);
	assert_true(read(fd, found, sizeof(found) - 1) >= 0);
	close(fd);
	assert_string_equal(found, text);
}

/* How many entries there are, dot files too. */
static size_t
entries(const char *path)
{
	DIR *dir = opendir(path);
	size_t n = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n - 2;
}

static struct sink *
open_sink(const char *path)
{
	struct fault fault = { .code = FAULT_NONE };
	struct sink *sink;

	if (sink_open(&sink, path, &fault) != 0)
		fail_msg("%s: %s", path, fault.text);
	return sink;
}

static void
write_file(const char *path, const char *text)
{
	struct fault fault = { .code = FAULT_NONE };
	struct sink *sink = open_sink(path);

	sink_text(sink, text);
	if (sink_close(sink, &fault) != 0)
		fail_msg("%s: %s", path, fault.text);
}

static void
expect_no_sink(const char *path, const char *text)
{
	struct fault fault = { .code = FAULT_NONE };
	struct sink *sink = NULL;

	assert_int_equal(sink_open(&sink, path, &fault), -1);
	assert_null(sink);
	assert_int_equal(fault.code, FAULT_OUTPUT);
	assert_string_equal(fault.file, path);
	assert_string_equal(fault.text, text);
}

static void
test_whole(void **state)
{
	struct fault fault = { .code = FAULT_NONE };
	struct sink *sink;
	struct stat status;
	mode_t mask = umask(0);

	(void)state;
	put_file("out", "old");
	sink = open_sink("out");
	sink_text(sink, "new ");
	sink_format(sink, "%d %s", 7, "words");
	sink_put(sink, "\0!", 2);
	expect_file("out", "old");
	assert_int_equal(sink_close(sink, &fault), 0);
	umask(mask);
	expect_file("out", "new 7 words");
	assert_int_equal(stat("out", &status), 0);
	assert_int_equal(status.st_size, 13);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_int_equal(entries("."), 1);
}

/* The temporary has no name; where it must, it is as private as what it
 * becomes. */
static void
test_temporary(void **state)
{
	mode_t mask = umask(0777);
	struct sink *sink = open_sink("out");
	struct dirent *entry;
	struct stat status;
	DIR *dir = opendir(".");
	size_t n = 0;

	(void)state;
	umask(mask);
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		if (strncmp(entry->d_name, ".out.", 5) != 0)
			continue;
		n++;
		assert_int_equal(strlen(entry->d_name), 11);
		assert_int_equal(stat(entry->d_name, &status), 0);
		assert_int_equal(status.st_mode & 07777, 0600);
	}
	closedir(dir);
	assert_true(n <= 1);
	sink_abort(sink);
	assert_int_equal(entries("."), 0);
}

static void
test_abort(void **state)
{
	struct sink *sink;

	(void)state;
	put_file("out", "old");
	sink = open_sink("out");
	sink_text(sink, "new");
	sink_abort(sink);
	sink_abort(NULL);
	expect_file("out", "old");
	assert_int_equal(entries("."), 1);
}

/* More than the buffer, in pieces of every size up to beyond it. */
static void
test_long(void **state)
{
	enum { LEN = 200000 };
	struct fault fault = { .code = FAULT_NONE };
	struct sink *sink = open_sink("out");
	char *text = malloc(LEN + 1), *back = malloc(LEN + 1);
	size_t from = 0, len = 1;
	int fd;

	(void)state;
	assert_non_null(text);
	assert_non_null(back);
	for (size_t i = 0; i < LEN; i++)
		text[i] = (char)('a' + i % 23);
	text[LEN] = '\0';
	for (; from < LEN; from += len, len = len * 2 + 1) {
		if (len > LEN - from)
			len = LEN - from;
		sink_put(sink, text + from, len);
	}
	sink_format(sink, "%s", text);
	assert_int_equal(sink_close(sink, &fault), 0);
	fd = open("out", O_RDONLY);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(read(fd, back, LEN), LEN);
		assert_memory_equal(text, back, LEN);
	}
	assert_int_equal(read(fd, back, 1), 0);
	close(fd);
	free(text);
	free(back);
}

static void
test_links(void **state)
{
	char target[64] = "";

	(void)state;
	assert_int_equal(mkdir("real", 0700), 0);
	put_file("real/report", "old");
	assert_int_equal(symlink("real/report", "latest"), 0);
	write_file("latest", "new");
	expect_file("real/report", "new");
	assert_int_equal(readlink("latest", target, 63), 11);
	assert_string_equal(target, "real/report");
	/* a link to what is not there yet, by way of another */
	assert_int_equal(symlink("real/next", "next"), 0);
	assert_int_equal(symlink("next", "next2"), 0);
	write_file("next2", "newer");
	expect_file("real/next", "newer");
	assert_int_equal(readlink("next2", target, 63), 4);
	assert_int_equal(entries("real"), 2);
	assert_int_equal(entries("."), 4);
	assert_int_equal(symlink("loop", "loop"), 0);
	expect_no_sink("loop", "cannot be written: "
		"Too many levels of symbolic links");
}

static void
test_cannot_open(void **state)
{
	(void)state;
	assert_int_equal(mkdir("dir", 0700), 0);
	put_file("file", "");
	expect_no_sink("dir", "cannot be written: Is a directory");
	expect_no_sink("new/", "cannot be written: Is a directory");
	expect_no_sink("", "cannot be written: No such file or directory");
	expect_no_sink("none/out",
		"cannot be written: No such file or directory");
	expect_no_sink("file/out", "cannot be written: Not a directory");
	assert_int_equal(entries("."), 2);
}

static void
test_names(void **state)
{
	char longest[256], beyond[257];

	(void)state;
	memset(longest, 'n', 255);
	longest[255] = '\0';
	write_file(longest, "long");
	expect_file(longest, "long");
	memset(beyond, 'n', 256);
	beyond[256] = '\0';
	expect_no_sink(beyond, "cannot be written: File name too long");
	write_file("%s%n\n\033", "odd");
	expect_file("%s%n\n\033", "odd");
	write_file("./-", "dash");
	expect_file("-", "dash");
	assert_int_equal(entries("."), 3);
}

static void
test_full_device(void **state)
{
	struct fault fault = { .code = FAULT_NONE };
	struct sink *sink = open_sink("/dev/full");

	(void)state;
	sink_text(sink, "text");
	assert_int_equal(sink_close(sink, &fault), -1);
	assert_int_equal(fault.code, FAULT_OUTPUT);
	assert_string_equal(fault.file, "/dev/full");
	assert_string_equal(fault.text,
		"cannot be written: No space left on device");
	assert_int_equal(access("/dev/full", F_OK), 0);
	write_file("/dev/null", "text");
}

/* A disk that fills up midway: here a limit on the size of files. */
static void
test_old_stays(void **state)
{
	struct fault fault = { .code = FAULT_NONE };
	struct rlimit old, low;
	struct sink *sink;
	int result;

	(void)state;
	put_file("out", "old");
	assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	low = old;
	low.rlim_cur = 100000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
	sink = open_sink("out");
	for (int i = 0; i < 20000; i++)
		sink_format(sink, "%d\n", i + 1000000);
	result = sink_close(sink, &fault);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(result, -1);
	assert_int_equal(fault.code, FAULT_OUTPUT);
	assert_string_equal(fault.file, "out");
	assert_string_equal(fault.text, "cannot be written: File too large");
	expect_file("out", "old");
	assert_int_equal(entries("."), 1);
}

/* The first cause stays with its own place. */
static void
test_first_fault(void **state)
{
	struct fault fault = { .code = FAULT_NONE };
	struct sink *sink = open_sink("/dev/full");

	(void)state;
	fault_set(&fault, FAULT_INPUT, "damaged");
	fault_place(&fault, "log", 7, 0);
	sink_text(sink, "text");
	assert_int_equal(sink_close(sink, &fault), -1);
	assert_int_equal(fault.code, FAULT_INPUT);
	assert_string_equal(fault.file, "log");
}

/* Standard output made a descriptor of ours while a sink writes. */
static int
write_stdout(int fd, const char *path, size_t lines, struct fault *fault)
{
	int kept = dup(STDOUT_FILENO);
	struct sink *sink;
	int result;

	assert_true(kept >= 0);
	fflush(stdout);
	assert_int_equal(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
	result = sink_open(&sink, path, fault);
	for (size_t i = 0; result == 0 && i < lines; i++)
		sink_format(sink, "line %zu\n", i);
	if (result == 0)
		result = sink_close(sink, fault);
	dup2(kept, STDOUT_FILENO);
	close(kept);
	return result;
}

static void
test_stdout(void **state)
{
	static const char *const paths[] = { NULL, "-" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		struct fault fault = { .code = FAULT_NONE };
		int fd = open("out", O_RDWR | O_CREAT | O_TRUNC, 0644);

		assert_int_equal(write_stdout(fd, paths[i], 2, &fault), 0);
		close(fd);
		expect_file("out", "line 0\nline 1\n");
	}
	assert_int_equal(entries("."), 1);
}

static void
test_stdout_full(void **state)
{
	struct fault fault = { .code = FAULT_NONE };
	int fd = open("/dev/full", O_WRONLY);

	(void)state;
	assert_int_equal(write_stdout(fd, NULL, 2, &fault), -1);
	close(fd);
	assert_int_equal(fault.code, FAULT_OUTPUT);
	assert_string_equal(fault.file, "");
	assert_string_equal(fault.text,
		"standard output: No space left on device");
}

static void
test_reader_gone(void **state)
{
	struct fault fault = { .code = FAULT_NONE };
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	assert_int_equal(write_stdout(ends[1], NULL, 100000, &fault), 0);
	assert_int_equal(fault.code, FAULT_NONE);
	close(ends[1]);
}

static void *
read_slowly(void *fd)
{
	char buf[1000];
	size_t total = 0;
	ssize_t n;

	while ((n = read(*(int *)fd, buf, sizeof(buf))) > 0) {
		total += (size_t)n;
		usleep(100);
	}
	*(int *)fd = (int)total;
	return NULL;
}

/* A pipe that takes little at a time and says so. */
static void
test_slow_reader(void **state)
{
	struct fault fault = { .code = FAULT_NONE };
	pthread_t thread;
	int ends[2], total;

	(void)state;
	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	assert_int_equal(fcntl(ends[0], F_SETFL, 0), 0);
	total = ends[0];
	assert_int_equal(pthread_create(&thread, NULL, read_slowly, &total),
		0);
	assert_int_equal(write_stdout(ends[1], NULL, 20000, &fault), 0);
	close(ends[1]);
	pthread_join(thread, NULL);
	close(ends[0]);
	/* "line " and newline, and the digits of 0 to 19999 */
	assert_int_equal(total, 20000 * 6 + 10 + 180 + 2700 + 36000 + 50000);
}

static void
test_memory(void **state)
{
	struct fault fault = { .code = FAULT_NONE };
	struct sink *sink;
	struct slice bytes;

	(void)state;
	assert_int_equal(sink_memory(&sink, &fault), 0);
	assert_int_equal(sink_bytes(sink).len, 0);
	for (int i = 0; i < 1000; i++)
		sink_format(sink, "%04d", i);
	sink_put(sink, NULL, 0);
	bytes = sink_bytes(sink);
	assert_int_equal(bytes.len, 4000);
	assert_memory_equal(bytes.at + 3996, "0999", 4);
	assert_int_equal(sink_close(sink, &fault), 0);
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

/* What is known of a file is known once it is whole. */
static void
test_watch(void **state)
{
	static const unsigned char abc[] = { 0xba, 0x78, 0x16, 0xbf };
	static char block[200 * 1000];
	struct sink *sink = open_sink("watched");
	struct fault fault = { .code = FAULT_NONE };
	struct sink_facts facts;

	(void)state;
	sink_watch(sink, &facts);
	sink_text(sink, "a");
	sink_text(sink, "bc");
	assert_false(facts.whole);
	assert_int_equal(sink_close(sink, &fault), 0);
	assert_true(facts.whole);
	assert_int_equal(facts.bytes, 3);
	assert_memory_equal(facts.sha256, abc, sizeof(abc));
	sink = open_sink("watched");
	sink_watch(sink, &facts);
	sink_put(sink, block, sizeof(block));
	sink_text(sink, "more");
	assert_false(sink_is_over(sink));
	assert_int_equal(sink_close(sink, &fault), 0);
	assert_int_equal(facts.bytes, sizeof(block) + 4);
	sink = open_sink("/dev/full");
	sink_watch(sink, &facts);
	sink_put(sink, block, sizeof(block));
	assert_true(sink_is_over(sink));
	assert_int_equal(sink_close(sink, &fault), -1);
	assert_false(facts.whole);
	sink = open_sink("watched");
	sink_watch(sink, &facts);
	sink_abort(sink);
	assert_false(facts.whole);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FRESH(test_whole),
		FRESH(test_temporary),
		FRESH(test_abort),
		FRESH(test_long),
		FRESH(test_links),
		FRESH(test_cannot_open),
		FRESH(test_names),
		FRESH(test_full_device),
		FRESH(test_old_stays),
		FRESH(test_first_fault),
		FRESH(test_stdout),
		FRESH(test_stdout_full),
		FRESH(test_reader_gone),
		FRESH(test_slow_reader),
		FRESH(test_memory),
		FRESH(test_watch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
