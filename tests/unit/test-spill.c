/* SPDX-License-Identifier: Apache-2.0 */
/* The temporary file: what is written comes back, no name is left, and what
 * cannot be written is a fault. The bound of memory is what the system says. */
#include "tests/unit/unit.h"

#include <dirent.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/spill.h"

enum { PIECES = 3000, MEGABYTE = 1 << 20 };

static char folder[] = "/tmp/quis-spill-XXXXXX";

static int
folder_make(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int
folder_remove(void **state)
{
	(void)state;
	return rmdir(folder);
}

static size_t
count_files(void)
{
	DIR *dir = opendir(folder);
	size_t n = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	(void)closedir(dir);
	return n - 2; /* . and .. */
}

static struct spill *
open_spill(size_t memory)
{
	struct spill_options options = { .memory = memory,
		.folder = folder };
	struct fault fault = { 0 };
	struct spill *spill = NULL;

	if (spill_open(&spill, &options, &fault) != 0)
		fail_msg("%s", fault.text);
	return spill;
}

static void
test_round_trip(void **state)
{
	static uint32_t numbers[PIECES], back[PIECES];
	static struct iovec parts[PIECES];
	struct spill *spill = open_spill(MEGABYTE);
	struct fault fault = { 0 };

	(void)state;
	/* more parts than the system takes at once */
	for (uint32_t i = 0; i < PIECES; i++) {
		numbers[i] = i * 2654435761u;
		parts[i] = (struct iovec){ &numbers[i], sizeof(numbers[i]) };
	}
	assert_int_equal(spill_reserve(spill, 5), 0);
	assert_int_equal(spill_reserve(spill, sizeof(numbers)), 5);
	assert_int_equal(spill_size(spill), 5 + sizeof(numbers));
	assert_int_equal(spill_write(spill, parts, PIECES, 5, &fault), 0);
	assert_int_equal(spill_read(spill, 5, back, sizeof(back), &fault), 0);
	assert_memory_equal(back, numbers, sizeof(numbers));
	assert_int_equal(spill_read(spill, 5 + 400, back, 40, &fault), 0);
	assert_memory_equal(back, &numbers[100], 40);
	assert_int_equal(count_files(), 0);
	/* what was never written */
	assert_int_equal(spill_read(spill, 5, back, sizeof(back) + 1, &fault),
		-1);
	assert_int_equal(fault.code, FAULT_OUTPUT);
	assert_non_null(strstr(fault.text, "read back"));
	assert_string_equal(fault.file, folder);
	spill_free(spill);
	assert_int_equal(count_files(), 0);
	spill_free(NULL);
}

static void
test_append(void **state)
{
	struct spill *spill = open_spill(0);
	struct fault fault = { 0 };
	uint64_t first, second;
	char text[6] = "";

	(void)state;
	assert_int_equal(spill_append(spill, "one", 3, &first, &fault), 0);
	assert_int_equal(spill_append(spill, "two", 3, &second, &fault), 0);
	assert_int_equal(second, first + 3);
	assert_int_equal(spill_size(spill), 6);
	assert_int_equal(spill_read(spill, first, text, 6, &fault), 0);
	assert_memory_equal(text, "onetwo", 6);
	spill_free(spill);
}

static void
test_full(void **state)
{
	static char bytes[3 * 4096];
	struct spill *spill = open_spill(MEGABYTE);
	struct iovec part = { bytes, sizeof(bytes) };
	struct fault fault = { 0 };
	struct rlimit old, low;

	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	low = old;
	low.rlim_cur = 4096 + 100; /* a short write first */
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
	assert_int_equal(spill_write(spill, &part, 1, 0, &fault), -1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(fault.code, FAULT_OUTPUT);
	assert_string_equal(fault.text, "the temporary file cannot be written: "
		"File too large (--temporary)");
	assert_string_equal(fault.file, folder);
	spill_free(spill);
}

static void
test_no_folder(void **state)
{
	struct spill_options options = { .folder = "/nowhere/at/all" };
	struct spill *spill = NULL;
	struct fault fault = { 0 };

	(void)state;
	assert_int_equal(spill_open(&spill, &options, &fault), -1);
	assert_int_equal(fault.code, FAULT_USAGE);
	assert_string_equal(fault.file, "/nowhere/at/all");
	assert_non_null(strstr(fault.text, "No such file"));
	assert_null(spill);
}

/* What is touched counts, what is given back does not. */
static void
test_bound(void **state)
{
	enum { SIZE = 64 << 20 };
	struct spill *tight = open_spill(MEGABYTE);
	struct spill *wide = open_spill((size_t)4 << 30);
	struct spill *spill;
	char *memory;

	(void)state;
	assert_false(spill_allows(tight, 0));
	assert_true(spill_excess(tight) > 0);
	assert_true(spill_allows(wide, SIZE));
	assert_int_equal(spill_excess(wide), 0);
	spill_free(tight);
	spill_free(wide);
#ifdef __SANITIZE_THREAD__
	return; /* it keeps notes of its own on what is touched */
#endif
	spill = open_spill((size_t)1 << 30);
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(memory != MAP_FAILED);
	for (size_t most = (size_t)896 << 20;; most -= MEGABYTE) {
		if (!spill_allows(spill, most))
			continue;
		/* not without what is to be touched now */
		memset(memory, 1, SIZE);
		assert_false(spill_allows(spill, most));
		assert_true(spill_allows(spill, most - SIZE - MEGABYTE));
		assert_int_equal(madvise(memory, SIZE, MADV_DONTNEED), 0);
		assert_true(spill_allows(spill, most - MEGABYTE));
		break;
	}
	(void)munmap(memory, SIZE);
	spill_free(spill);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_append),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_no_folder),
		cmocka_unit_test(test_bound),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
