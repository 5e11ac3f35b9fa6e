/* SPDX-License-Identifier: Apache-2.0 */
/* What is listed and read of a zip, a tar and a pipe, and which logs are taken
 * for the same. */
#include "unit.h"

#include <archive.h>
#include <archive_entry.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include "input/container.h"
#include "input/duplicate.h"
#include "input/spool.h"

static char home[4096];

static int
setup(void **state)
{
	char root[] = "/tmp/quis-container-XXXXXX";

	(void)state;
	if (getcwd(home, sizeof(home)) == NULL || mkdtemp(root) == NULL)
		return -1;
	return chdir(root);
}

static int
teardown(void **state)
{
	static const char *const names[] = { "log.zip", "log.tar", "log.csv",
		"copy.csv", "log.zip!b.csv", "log.gz", "pipe" };
	char root[4096];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		(void)unlink(names[i]);
	if (getcwd(root, sizeof(root)) == NULL || chdir(home) != 0)
		return -1;
	return rmdir(root);
}

static void
put(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(fputs(text, file) >= 0, true);
	assert_int_equal(fclose(file), 0);
}

/* Entries are called a.csv, b.csv, …, by their texts. */
static void
put_zip(const char *const *texts, size_t n)
{
	zip_t *zip = zip_open("log.zip", ZIP_CREATE | ZIP_TRUNCATE, NULL);

	assert_non_null(zip);
	for (size_t i = 0; i < n; i++) {
		const char name[] = { (char)('a' + i), '.', 'c', 's', 'v', 0 };
		zip_source_t *text = zip_source_buffer(zip, texts[i],
			strlen(texts[i]), 0);

		assert_true(zip_file_add(zip, name, text, 0) >= 0);
	}
	assert_int_equal(zip_close(zip), 0);
}

static void
put_tar(const char *const *texts, size_t n)
{
	struct archive *archive = archive_write_new();

	assert_int_equal(archive_write_set_format_gnutar(archive), ARCHIVE_OK);
	assert_int_equal(archive_write_open_filename(archive, "log.tar"),
		ARCHIVE_OK);
	for (size_t i = 0; i < n; i++) {
		const char name[] = { '.', '/', (char)('a' + i), '.', 'c',
			's', 'v', 0 };
		struct archive_entry *entry = archive_entry_new();

		archive_entry_set_pathname(entry, name);
		archive_entry_set_filetype(entry, AE_IFREG);
		archive_entry_set_size(entry, (la_int64_t)strlen(texts[i]));
		assert_int_equal(archive_write_header(archive, entry),
			ARCHIVE_OK);
		assert_int_equal(archive_write_data(archive, texts[i],
					 strlen(texts[i])),
			(la_ssize_t)strlen(texts[i]));
		archive_entry_free(entry);
	}
	assert_int_equal(archive_write_free(archive), ARCHIVE_OK);
}

static void
open_list(struct input_list *list, const char *path)
{
	struct fault fault = { 0 };

	*list = (struct input_list){ 0 };
	assert_int_equal(input_list_add(list, path, &fault), 0);
	assert_int_equal(input_list_close(list, &fault), 0);
}

static void
expect_text(const struct input *input, struct reader_spare *spare,
	const char *text)
{
	struct reader_limits limits = reader_limits_default;
	struct fault fault = { 0 };
	struct reader *reader;
	struct slice piece;
	size_t len = 0;

	limits.spare = spare;
	assert_int_equal(input_open(&reader, input, &limits, &fault), 0);
	while ((piece = reader_text(reader)).len > 0) {
		assert_true(len + piece.len <= strlen(text));
		assert_memory_equal(piece.at, text + len, piece.len);
		len += piece.len;
	}
	assert_int_equal(len, strlen(text));
	assert_int_equal(reader_facts(reader)->state, INPUT_INTACT);
	assert_int_equal(reader_facts(reader)->bytes, input->size);
	reader_free(reader);
}

static const char *const texts[] = { "time,user\n1,asha\n", "",
	"time,user\n2,bilal\n" };

static void
test_entries(void **state)
{
	static void (*const make[])(const char *const *, size_t) = { put_zip,
		put_tar };
	static const char *const paths[] = { "log.zip", "log.tar" };

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(make); k++) {
		struct reader_spare spare = { 0 };
		struct container_handle *handle = NULL;
		struct input_list list;

		make[k](texts, ARRAY_LEN(texts));
		open_list(&list, paths[k]);
		assert_int_equal(list.n, ARRAY_LEN(texts));
		assert_int_equal(list.n_containers, 1);
		assert_int_equal(list.containers[0]->entries, 3);
		assert_int_equal(list.containers[0]->state, INPUT_INTACT);
		for (size_t i = 0; i < list.n; i++) {
			char path[32];

			(void)snprintf(path, sizeof(path), "%s!%c.csv",
				paths[k], (char)('a' + i));
			assert_string_equal(list.items[i].path, path);
			assert_false(list.items[i].named);
			expect_text(&list.items[i], &spare, texts[i]);
			/* opened once for all of them */
			assert_non_null(spare.container);
			assert_true(i == 0 || spare.container == handle);
			handle = spare.container;
			expect_text(&list.items[i], NULL, texts[i]);
		}
		reader_spare_free(&spare);
		input_list_free(&list);
	}
}

static void
test_names(void **state)
{
	struct input_list list = { 0 };
	struct fault fault = { 0 };

	(void)state;
	put_zip(texts, ARRAY_LEN(texts));
	open_list(&list, "log.zip!b.csv");
	assert_int_equal(list.n, 1);
	assert_true(list.items[0].named);
	assert_non_null(list.items[0].container);
	input_list_free(&list);
	/* a file of that name wins, and both can be had */
	put("log.zip!b.csv", "x");
	assert_int_equal(input_list_add(&list, "log.zip!b.csv", &fault), 0);
	assert_int_equal(input_list_add(&list, "log.zip", &fault), 0);
	assert_int_equal(input_list_close(&list, &fault), 0);
	assert_int_equal(list.n, 4);
	assert_string_equal(list.items[1].path, list.items[2].path);
	assert_null(list.items[1].container);
	assert_non_null(list.items[2].container);
	input_list_free(&list);
	/* once, however often it is named */
	assert_int_equal(input_list_add(&list, "log.zip", &fault), 0);
	assert_int_equal(input_list_add(&list, "log.zip!c.csv", &fault), 0);
	assert_int_equal(input_list_close(&list, &fault), 0);
	assert_int_equal(list.n, 3);
	assert_true(list.items[2].named);
	input_list_free(&list);
	assert_int_equal(input_list_add(&list, "log.zip!x", &fault), -1);
	assert_int_equal(fault.code, FAULT_USAGE);
	input_list_free(&list);
}

static void *
feed_pipe(void *arg)
{
	put("pipe", arg);
	return NULL;
}

static void
read_feed(struct spool *spool, const char *text)
{
	struct fault fault = { 0 };
	struct source_feed *feed;
	const char *error = NULL;
	char buf[64];
	size_t len = 0, n;

	assert_int_equal(spool_feed(spool, &feed, &fault), 0);
	while ((n = feed->pull(feed, buf + len, 5, &error)) > 0)
		len += n;
	assert_null(error);
	assert_int_equal(len, strlen(text));
	assert_memory_equal(buf, text, len);
	feed->free(feed);
}

static void
test_spool(void **state)
{
	static char text[] = "what comes by a pipe";
	struct fault fault = { 0 };
	struct spool *spool;
	struct slice head;
	pthread_t thread;

	(void)state;
	assert_int_equal(mkfifo("pipe", 0600), 0);
	assert_int_equal(pthread_create(&thread, NULL, feed_pipe, text), 0);
	assert_int_equal(spool_open(&spool, "pipe", &fault), 0);
	assert_false(spool_is_kept(spool));
	assert_int_equal(spool_head(spool, 7, &head, &fault), 0);
	assert_slice(head, "what co");
	assert_int_equal(spool_head(spool, 100, &head, &fault), 0);
	assert_slice(head, text);
	assert_int_equal(spool_keep(spool, "/tmp", &fault), 0);
	assert_true(spool_is_kept(spool));
	for (size_t i = 0; i < 3; i++)
		read_feed(spool, text);
	assert_int_equal(spool_fault(spool, &fault), 0);
	assert_int_equal(spool_blob(spool).size, strlen(text));
	spool_free(spool);
	assert_int_equal(pthread_join(thread, NULL), 0);
}

/* Lists log.csv and copy.csv; how many of them are duplicates by their text. */
static size_t
count_same(const char *one, const char *other, bool first, bool second,
	const char *original)
{
	struct input_list list = { 0 };
	struct fault fault = { 0 };
	struct input_text found[2];
	size_t n = 0;

	put("log.csv", one);
	put("copy.csv", other);
	assert_int_equal(input_list_add(&list, "log.csv", &fault), 0);
	assert_int_equal(input_list_add(&list, "copy.csv", &fault), 0);
	for (size_t i = 0; i < 2; i++)
		found[i] = (struct input_text){ &list.items[i], 5, 7,
			i == 0 ? first : second };
	assert_int_equal(input_list_find_texts(&list, found, 2, &n, &fault), 0);
	for (size_t i = 0; i < 2; i++) {
		if (list.items[i].original != NULL)
			assert_string_equal(list.items[i].original->path,
				original);
	}
	input_list_free(&list);
	return n;
}

static void
test_same_text(void **state)
{
	(void)state;
	assert_int_equal(count_same("a,b\n", "a,b\n", true, true, "log.csv"),
		1);
	/* CRC-32 and length agree, and it is another text all the same */
	assert_int_equal(count_same("a,b\n", "a,c\n", true, true, ""), 0);
	assert_int_equal(count_same("a,b\n", "a,b\nc", true, true, ""), 0);
	assert_int_equal(count_same("a,b\nc", "a,b\n", true, true, ""), 0);
	/* what is intact is the original, if anything is */
	assert_int_equal(count_same("a,b\n", "a,b\n", false, true, "copy.csv"),
		1);
	assert_int_equal(count_same("a,b\n", "a,b\n", false, false, "log.csv"),
		1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_entries, setup, teardown),
		cmocka_unit_test_setup_teardown(test_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_spool, setup, teardown),
		cmocka_unit_test_setup_teardown(test_same_text, setup,
			teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
