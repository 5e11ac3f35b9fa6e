/* SPDX-License-Identifier: Apache-2.0 */
/* What is listed of a directory made anew for each test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/base.h"
#include "input/list.h"

static char home[4096];

static int
setup(void **state)
{
	char root[] = "/tmp/quis-list-XXXXXX";

	(void)state;
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
put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)),
		(ssize_t)strlen(text));
	close(fd);
}

static void
add(struct input_list *list, const char *path)
{
	struct fault fault = { 0 };

	assert_int_equal(input_list_add(list, path, &fault), 0);
}

/* Close the list and compare its paths. */
static void
expect(struct input_list *list, const char *const *paths, size_t n)
{
	struct fault fault = { 0 };

	assert_int_equal(input_list_close(list, &fault), 0);
	assert_int_equal(list->n, n);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(list->items[i].path, paths[i]);
}

#define EXPECT(list, ...)                                                    \
	do {                                                                 \
		const char *const paths[] = { __VA_ARGS__ };                 \
		expect(list, paths, ARRAY_LEN(paths));                       \
	} while (0)

static void
expect_usage(const char *path)
{
	struct input_list list = { 0 };
	struct fault fault = { 0 };

	assert_int_equal(input_list_add(&list, path, &fault), -1);
	assert_int_equal(fault.code, FAULT_USAGE);
	assert_string_equal(fault.file, path);
	assert_string_not_equal(fault.text, "");
	input_list_free(&list);
}

static void
test_order(void **state)
{
	struct input_list list = { 0 };

	(void)state;
	mkdir("d", 0700);
	mkdir("d/sub", 0700);
	mkdir("d/.hidden", 0700);
	put("d/sub/x", "x");
	put("d/sub-x", "yy");
	put("d/.dot", "zzz");
	put("d/.hidden/y", "zzzz");
	put("d/a\nb", "zzzzz");
	put("d/\xff", "zzzzzz");
	put(".named", "zzzzzzz");
	add(&list, "d/sub/x");
	add(&list, "d/");
	add(&list, ".named");
	add(&list, "-");
	add(&list, "d/sub-x");
	add(&list, "-");
	EXPECT(&list, "-", ".named", "d/a\nb", "d/sub-x", "d/sub/x", "d/\xff");
	assert_true(list.items[0].named && !list.items[0].sized);
	assert_false(list.items[2].named);
	assert_true(list.items[3].named && list.items[4].named);
	assert_int_equal(list.items[3].size, 2);
	for (size_t i = 0; i < list.n; i++) {
		assert_null(list.items[i].problem);
		assert_null(list.items[i].original);
	}
	input_list_free(&list);
	assert_int_equal(list.n, 0);
}

static void
test_missing_and_empty(void **state)
{
	(void)state;
	mkdir("empty", 0700);
	mkdir("empty/sub", 0700);
	put("empty/sub/.dot", "x");
	assert_int_equal(symlink("nowhere", "dangling"), 0);
	expect_usage("missing");
	expect_usage("");
	expect_usage("empty");
	expect_usage("empty/sub/.dot/x");
	expect_usage("dangling");
}

static void
test_links(void **state)
{
	struct input_list list = { 0 };

	(void)state;
	mkdir("d", 0700);
	mkdir("d/sub", 0700);
	put("d/file", "x");
	assert_int_equal(symlink("..", "d/sub/loop"), 0);
	assert_int_equal(symlink("self", "d/self"), 0);
	assert_int_equal(symlink("nowhere", "d/dangling"), 0);
	assert_int_equal(symlink("../../other", "d/sub/other"), 0);
	put("other", "yy");
	add(&list, "d");
	EXPECT(&list, "d/dangling", "d/file", "d/self", "d/sub/loop",
		"d/sub/other");
	assert_string_equal(list.items[0].problem,
		"a symbolic link to nothing");
	assert_null(list.items[1].problem);
	assert_string_equal(list.items[2].problem,
		"Too many levels of symbolic links");
	assert_string_equal(list.items[3].problem, "a loop of directories");
	assert_null(list.items[4].problem);
	assert_int_equal(list.items[4].size, 2);
	input_list_free(&list);
	add(&list, "d/self");
	EXPECT(&list, "d/self");
	assert_true(list.items[0].named);
	assert_non_null(list.items[0].problem);
	input_list_free(&list);
}

static void
test_no_regular_files(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct input_list list = { 0 };

	(void)state;
	memcpy(address.sun_path, "socket", 7);
	assert_int_equal(bind(fd, (struct sockaddr *)&address,
		sizeof(address)), 0);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	add(&list, ".");
	add(&list, "/dev/null");
	EXPECT(&list, "./fifo", "./socket", "/dev/null");
	assert_false(list.items[0].sized);
	assert_non_null(list.items[0].problem); /* nobody named it */
	assert_string_equal(list.items[1].problem, "a socket, not a file");
	assert_false(list.items[2].sized);
	assert_null(list.items[2].problem);
	input_list_free(&list);
	add(&list, "fifo");
	EXPECT(&list, "fifo");
	assert_false(list.items[0].sized);
	assert_null(list.items[0].problem);
	input_list_free(&list);
	close(fd);
}

static void
test_copies(void **state)
{
	struct input_list list = { 0 };

	(void)state;
	put("e", "same bytes");
	put("b", "same bytes");
	put("a", "othr bytes");
	put("d", "othr bytes");
	put("f", "some bytes");
	put("g", "");
	put("h", "");
	assert_int_equal(link("b", "c"), 0);
	add(&list, "c");
	add(&list, ".");
	EXPECT(&list, "./a", "./b", "./c", "./d", "./e", "./f", "./g", "./h",
		"c");
	assert_null(list.items[0].original);
	assert_null(list.items[1].original);
	assert_ptr_equal(list.items[2].original, &list.items[1]);
	assert_ptr_equal(list.items[3].original, &list.items[0]);
	assert_ptr_equal(list.items[4].original, &list.items[1]);
	assert_null(list.items[5].original);
	assert_null(list.items[6].original);
	assert_null(list.items[7].original);
	assert_ptr_equal(list.items[8].original, &list.items[1]);
	input_list_free(&list);
}

/* Between add and close a candidate goes: that is its own problem alone. */
static void
test_candidate_vanishes(void **state)
{
	struct input_list list = { 0 };

	(void)state;
	put("a", "same");
	put("b", "same");
	put("c", "same");
	put("d", "same");
	add(&list, ".");
	assert_int_equal(unlink("a"), 0);
	assert_int_equal(unlink("d"), 0);
	EXPECT(&list, "./a", "./b", "./c", "./d");
	assert_non_null(list.items[0].problem);
	assert_null(list.items[0].original);
	assert_null(list.items[1].original);
	assert_ptr_equal(list.items[2].original, &list.items[1]);
	assert_non_null(list.items[3].problem);
	assert_null(list.items[3].original);
	input_list_free(&list);
}

static void
test_permission(void **state)
{
	struct input_list list = { 0 };
	bool root = geteuid() == 0;

	(void)state;
	put("secret", "x");
	mkdir("closed", 0700);
	assert_int_equal(chmod("secret", 0), 0);
	assert_int_equal(chmod("closed", 0), 0);
	assert_int_equal(chmod(".", 0755), 0);
	/* Root may read everything; be somebody else meanwhile. */
	if (root)
		assert_int_equal(seteuid(65534), 0);
	add(&list, "secret");
	add(&list, "closed");
	if (root)
		assert_int_equal(seteuid(0), 0);
	EXPECT(&list, "closed", "secret");
	assert_string_equal(list.items[0].problem, "Permission denied");
	assert_string_equal(list.items[1].problem, "Permission denied");
	input_list_free(&list);
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FRESH(test_order),
		FRESH(test_missing_and_empty),
		FRESH(test_links),
		FRESH(test_no_regular_files),
		FRESH(test_copies),
		FRESH(test_candidate_vanishes),
		FRESH(test_permission),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
