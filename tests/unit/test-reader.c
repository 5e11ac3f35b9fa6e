/* SPDX-License-Identifier: Apache-2.0 */
/* What a reader promises of lines, windows and files that change. */
#include "reader-fixture.h"

#include <openssl/evp.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void
expect_plain(const char *at, const char *text, const char *steps)
{
	expect(at, strlen(at), text, steps, INPUT_INTACT, "");
}

static void
test_plain_lines(void **state)
{
	(void)state;
	expect_plain("", "", "");
	expect_plain("\n", "\n", "l");
	expect_plain("one\ntwo\n", "one\ntwo\n", "ll");
	expect_plain("one\n\ntwo", "one\n\ntwo\n", "lll");
	expect_plain("one\r\ntwo\r\n", "one\ntwo\n", "ll");
	expect_plain("one\rmore\ntwo\n\r\n", "one\rmore\ntwo\n\n", "lll");
	expect_plain("one\rtwo\rthree", "one\ntwo\nthree\n", "lll");
	expect_plain("one\rtwo\r", "one\ntwo\n", "ll");
	expect_plain("\xef\xbb\xbfone\n", "one\n", "l");
	expect_plain("\xef\xbb\xbf", "", "");
	expect_plain("\xef\xbbone\n\xef\xbb\xbf\n",
		"\xef\xbbone\n\xef\xbb\xbf\n", "ll");
}

static void
test_nul_is_a_byte(void **state)
{
	struct seen seen;

	(void)state;
	put("a\0b\n\0\nc", 7);
	look_with(&seen, 100);
	assert_int_equal(seen.text.len, 8);
	assert_memory_equal(seen.text.at, "a\0b\n\0\nc\n", 8);
	bytes_free(&seen.text);
}

static void
test_head(void **state)
{
	struct fault fault = { 0 };
	struct bytes text = { 0 };
	struct reader *reader;
	struct slice head;
	struct line line;
	bool whole;

	(void)state;
	bytes_add(&text, "\xef\xbb\xbf", 3);
	while (text.len < 65536 + 3)
		bytes_add(&text, "x", 1);
	/* The LF just behind the head must not make it a file of CRs. */
	text.at[text.len - 1] = '\r';
	for (int more = 0; more < 2; more++) {
		put(text.at, text.len);
		assert_int_equal(reader_open(&reader, path, NULL, &fault), 0);
		head = reader_head(reader, &whole);
		assert_int_equal(head.len, 65536);
		assert_memory_equal(head.at, text.at + 3, head.len);
		assert_int_equal(whole, more == 0);
		assert_int_equal(reader_next(reader, &line), READER_LINE);
		assert_int_equal(line.text.len, 65535);
		assert_int_equal(reader_next(reader, &line), READER_END);
		reader_free(reader);
		bytes_add(&text, "\n", 1);
	}
	/* One byte more than the head, and known to be all. */
	put(text.at + 3, 65537);
	assert_int_equal(reader_open(&reader, path, NULL, &fault), 0);
	assert_int_equal(reader_head(reader, &whole).len, 65536);
	assert_false(whole);
	reader_free(reader);
	bytes_free(&text);
}

static void
test_sha256(void **state)
{
	static const unsigned char abc[] = { 0xba, 0x78, 0x16, 0xbf, 0x8f,
		0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22,
		0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4,
		0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad };
	unsigned char hash[32];
	struct bytes gz = { 0 };
	struct seen seen;

	(void)state;
	put("abc", 3);
	look_with(&seen, 100);
	assert_memory_equal(seen.facts.sha256, abc, 32);
	bytes_free(&seen.text);
	/* Of the bytes on disk, those behind a damage included. */
	bytes_add_member(&gz, "one\n", 4);
	bytes_add(&gz, "x", 1);
	for (int i = 0; i < 100000; i++)
		bytes_add(&gz, "garbage", 7);
	put(gz.at, gz.len);
	look_with(&seen, 100);
	EVP_Digest(gz.at, gz.len, hash, NULL, EVP_sha256(), NULL);
	assert_memory_equal(seen.facts.sha256, hash, 32);
	assert_int_equal(seen.facts.bytes, gz.len);
	bytes_free(&seen.text);
	bytes_free(&gz);
}

static void
test_name_decides_nothing(void **state)
{
	char named[80];
	struct bytes gz = { 0 };
	struct fault fault = { 0 };
	struct reader *reader;
	struct seen seen;

	(void)state;
	bytes_add_member(&gz, "one\n", 4);
	expect(gz.at, gz.len, "one\n", "l", INPUT_INTACT, "");
	bytes_free(&gz);
	(void)snprintf(named, sizeof(named), "%s.gz", path);
	for (int i = 0; i < 2; i++) {
		put("one\n", i == 0 ? 4 : 0);
		assert_int_equal(rename(path, named), 0);
		assert_int_equal(reader_open(&reader, named, NULL, &fault), 0);
		take(&seen, reader);
		assert_int_equal(seen.facts.compression, COMPRESSION_NONE);
		assert_int_equal(seen.facts.state, INPUT_INTACT);
		assert_string_equal(seen.facts.note, i == 0
			? "named .gz but not compressed"
			: "named .gz but empty");
		reader_free(reader);
		bytes_free(&seen.text);
	}
	assert_int_equal(unlink(named), 0);
}

static void
test_overlong_small(void **state)
{
	struct seen seen;

	(void)state;
	put("12345\n123456\n12345\r\n123456\r\nab\n123456", 37);
	look_with(&seen, 5);
	assert_string_equal(seen.steps, "lolol" "o");
	bytes_add(&seen.text, "", 1);
	assert_string_equal(seen.text.at,
		"12345\n12345\n12345\n12345\nab\n12345\n");
	bytes_free(&seen.text);
	put("\nx\n", 3);
	look_with(&seen, 0);
	assert_string_equal(seen.steps, "lo");
	bytes_free(&seen.text);
}

static void
test_overlong_large(void **state)
{
	struct bytes text = { 0 }, gz = { 0 };
	struct seen seen;

	(void)state;
	bytes_add(&text, "before\n", 7);
	while (text.len < 20 << 20)
		bytes_add(&text, "0123456789abcdef", 16);
	bytes_add(&text, "\nafter\n", 7);
	bytes_add_member(&gz, text.at, text.len);
	for (int i = 0; i < 2; i++) {
		put(i ? gz.at : text.at, i ? gz.len : text.len);
		look_with(&seen, 1 << 20);
		assert_string_equal(seen.steps, "lol");
		assert_int_equal(seen.text.len, 7 + 4097 + 6);
		assert_memory_equal(seen.text.at, text.at, 7 + 4096);
		assert_memory_equal(seen.text.at + 7 + 4096, "\nafter\n", 7);
		assert_int_equal(seen.facts.state, INPUT_INTACT);
		bytes_free(&seen.text);
		/* The limit itself is no ceiling to a line below it. */
		look_with(&seen, 21 << 20);
		assert_string_equal(seen.steps, "lll");
		assert_int_equal(seen.text.len, text.len);
		bytes_free(&seen.text);
	}
	bytes_free(&gz);
	bytes_free(&text);
}

/* Text without regard to its lines, in pieces of any length. */
static void
test_take_text(void **state)
{
	struct reader_limits limits = { .line = 100000, .ratio = 1000 };
	struct fault fault = { 0 };
	struct bytes text = { 0 }, got = { 0 };
	struct reader *reader;
	struct line line;
	uint64_t lines = 1;
	size_t n = 0;

	(void)state;
	while (text.len < 1000000)
		bytes_add(&text, "0\n\n\n23456789ab\ncdef\n\n", n++ % 23);
	put(text.at, text.len);
	assert_int_equal(reader_open(&reader, path, &limits, &fault), 0);
	assert_int_equal(reader_limit(reader), 100000);
	for (n = 0;; n = (n + 1) % 70) {
		enum reader_more more = READER_MORE;

		while (more == READER_MORE && reader_at_hand(reader).len < n)
			more = reader_more(reader);
		if (more == READER_NO_MORE)
			break;
		reader_take_text(reader, n, &line);
		assert_int_equal(line.text.len, n);
		assert_int_equal(line.number, lines);
		for (size_t i = 0; i < n; i++)
			lines += line.text.at[i] == '\n';
		bytes_add(&got, line.text.at, n);
		assert_false(reader_extend(reader, &line, 1000));
	}
	assert_true(reader_is_whole(reader));
	bytes_add(&got, reader_at_hand(reader).at, reader_at_hand(reader).len);
	assert_int_equal(got.len, text.len);
	assert_memory_equal(got.at, text.at, text.len);
	reader_free(reader);
	/* Not more at hand than a line may have, and a piece. */
	assert_int_equal(reader_open(&reader, path, &limits, &fault), 0);
	while (reader_more(reader) == READER_MORE)
		;
	assert_int_equal(reader_more(reader), READER_FULL);
	assert_true(reader_at_hand(reader).len > 100000);
	assert_true(reader_at_hand(reader).len < 100000 + (1 << 20));
	reader_free(reader);
	bytes_free(&text);
	bytes_free(&got);
}

static void
assert_line(const struct line *line, uint64_t number, const char *text)
{
	assert_int_equal(line->number, number);
	assert_int_equal(line->text.len, strlen(text));
	assert_memory_equal(line->text.at, text, line->text.len);
}

static void
test_extend_and_back(void **state)
{
	struct reader_limits limits = { .line = 8 };
	struct fault fault = { 0 };
	struct reader *reader;
	struct line line;

	(void)state;
	put("a\r\nb\nccc\nfar too long\nz", 23);
	assert_int_equal(reader_open(&reader, path, &limits, &fault), 0);
	assert_int_equal(reader_next(reader, &line), READER_LINE);
	assert_true(reader_extend(reader, &line, 4));
	assert_line(&line, 1, "a\r\nb");
	assert_false(reader_extend(reader, &line, 7));
	assert_line(&line, 1, "a\r\nb");
	assert_true(reader_extend(reader, &line, 8));
	assert_line(&line, 1, "a\r\nb\nccc");
	assert_false(reader_extend(reader, &line, 1000));
	reader_back(reader, &line);
	assert_line(&line, 1, "a");
	assert_int_equal(reader_next(reader, &line), READER_LINE);
	assert_line(&line, 2, "b");
	assert_true(reader_extend(reader, &line, 1000));
	assert_line(&line, 2, "b\nccc");
	assert_int_equal(reader_next(reader, &line), READER_OVERLONG);
	assert_line(&line, 4, "far too ");
	assert_false(reader_extend(reader, &line, 1000));
	assert_int_equal(reader_next(reader, &line), READER_LINE);
	assert_line(&line, 5, "z");
	assert_false(reader_extend(reader, &line, 1000));
	assert_line(&line, 5, "z");
	assert_int_equal(reader_next(reader, &line), READER_END);
	reader_free(reader);
}

/* A read ends between CR and LF of a text as long as it may be. */
static void
test_limits_at_a_fill(void **state)
{
	static const char tail[] = "a\r\nbb\r\ncc\n";
	struct reader_limits limits = { .line = 2 };
	struct fault fault = { 0 };
	struct bytes text = { 0 };
	struct reader *reader;
	struct line line;

	(void)state;
	for (size_t split = 1; split < sizeof(tail); split++) {
		text.len = 0;
		while (text.len < 262144 - split - 1)
			bytes_add(&text, "x", 1);
		bytes_add(&text, "\n", 1);
		bytes_add(&text, tail, sizeof(tail) - 1);
		put(text.at, text.len);
		assert_int_equal(reader_open(&reader, path, &limits, &fault),
			0);
		assert_int_equal(reader_next(reader, &line), READER_OVERLONG);
		assert_int_equal(reader_next(reader, &line), READER_LINE);
		assert_false(reader_extend(reader, &line, 4));
		reader_back(reader, &line);
		assert_true(reader_extend(reader, &line, 5));
		assert_int_equal(line.text.len, 5);
		assert_memory_equal(line.text.at, "a\r\nbb", 5);
		assert_true(reader_extend(reader, &line, 10));
		reader_free(reader);
	}
	bytes_free(&text);
}

/* Records of 16 lines over and over, so that every edge of a fill is met. */
static void
test_extend_across_fills(void **state)
{
	struct fault fault = { 0 };
	struct bytes text = { 0 };
	struct reader *reader;
	struct line line;
	size_t at = 0, n = 0;
	char part[64];

	(void)state;
	for (int i = 0; text.len < 3 << 20; i++) {
		(void)snprintf(part, sizeof(part), "%d,%0*d\n", i,
			1 + i % 40, i);
		bytes_add(&text, part, strlen(part));
	}
	put(text.at, text.len);
	assert_int_equal(reader_open(&reader, path, NULL, &fault), 0);
	while (reader_next(reader, &line) == READER_LINE) {
		size_t first = line.text.len;

		assert_int_equal(line.number, ++n);
		for (int i = 0; i < 15; i++)
			if (!reader_extend(reader, &line, 65536))
				break;
		assert_memory_equal(line.text.at, text.at + at, line.text.len);
		if (n % 3 > 0) {
			reader_back(reader, &line);
			assert_int_equal(line.text.len, first);
			assert_memory_equal(line.text.at, text.at + at, first);
		}
		for (size_t i = 0; i < line.text.len; i++)
			n += line.text.at[i] == '\n';
		at += line.text.len + 1;
	}
	assert_int_equal(at, text.len);
	reader_free(reader);
	bytes_free(&text);
}

static void
test_extend_not_into_a_cut_line(void **state)
{
	struct fault fault = { 0 };
	struct bytes gz = { 0 };
	struct reader *reader;
	struct line line;

	(void)state;
	bytes_add_member(&gz, "one\ntwo", 7);
	put(gz.at, gz.len - 1);
	assert_int_equal(reader_open(&reader, path, NULL, &fault), 0);
	assert_int_equal(reader_next(reader, &line), READER_LINE);
	assert_false(reader_extend(reader, &line, 1000));
	assert_line(&line, 1, "one");
	assert_int_equal(reader_next(reader, &line), READER_CUT);
	assert_line(&line, 2, "two");
	assert_int_equal(reader_next(reader, &line), READER_END);
	reader_free(reader);
	bytes_free(&gz);
}

/* Have another do what the file suffers between open and end. */
static void
expect_change(void (*suffer)(void), enum input_state state, const char *note)
{
	struct bytes text = { 0 };
	struct fault fault = { 0 };
	struct reader *reader;
	struct seen seen;

	while (text.len < 2 << 20)
		bytes_add(&text, "a line of text\n", 15);
	put(text.at, text.len);
	assert_int_equal(reader_open(&reader, path, NULL, &fault), 0);
	suffer();
	take(&seen, reader);
	assert_int_equal(seen.facts.state, state);
	assert_string_equal(seen.facts.note, note);
	reader_free(reader);
	bytes_free(&seen.text);
	bytes_free(&text);
}

static void
grow(void)
{
	int fd = open(path, O_WRONLY | O_APPEND);

	assert_int_equal(write(fd, "more", 4), 4);
	close(fd);
}

static void
shrink(void)
{
	assert_int_equal(truncate(path, 1 << 20), 0);
}

static void
touch(void)
{
	assert_int_equal(utimensat(AT_FDCWD, path, (struct timespec[2]){ 0 },
		0), 0);
}

static void
replace(void)
{
	assert_int_equal(unlink(path), 0);
	put("another", 7);
}

static void
nothing(void)
{
}

static void
test_changed_while_read(void **state)
{
	static const char changed[] = "changed while it was read";

	(void)state;
	expect_change(nothing, INPUT_INTACT, "");
	expect_change(grow, INPUT_CORRUPT, changed);
	expect_change(shrink, INPUT_CORRUPT, changed);
	expect_change(touch, INPUT_CORRUPT, changed);
	expect_change(replace, INPUT_CORRUPT, "replaced while it was read");
}

static void
test_cannot_be_opened(void **state)
{
	struct fault fault = { 0 };
	struct reader *reader = NULL;

	(void)state;
	assert_int_equal(reader_open(&reader, "/no/such", NULL, &fault), -1);
	assert_int_equal(fault.code, FAULT_INPUT);
	assert_string_equal(fault.file, "/no/such");
	fault = (struct fault){ 0 };
	assert_int_equal(reader_open(&reader, directory, NULL, &fault), -1);
	assert_int_equal(fault.code, FAULT_INPUT);
	assert_null(reader);
	reader_free(NULL);
}

/* Let standard input be fd while a reader takes it. */
static void
look_standard_input(struct seen *seen, int fd)
{
	struct fault fault = { 0 };
	struct reader *reader;
	int saved = dup(STDIN_FILENO);

	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(reader_open(&reader, "-", NULL, &fault), 0);
	take(seen, reader);
	reader_free(reader);
	assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
	if (saved >= 0) {
		assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
		close(saved);
	}
}

/* The page behind the text is gone: reading our own memory fails there. */
static void
test_read_error(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = open("/proc/self/mem", O_RDONLY);
	struct seen seen;

	(void)state;
	assert_true(map != MAP_FAILED);
	assert_int_equal(munmap(map + page, page), 0);
	memcpy(map + page - 8, "one\ntwo!", 8);
	assert_true(lseek(fd, (off_t)(uintptr_t)(map + page - 8), SEEK_SET) >
		0);
	look_standard_input(&seen, fd);
	assert_string_equal(seen.steps, "lc");
	assert_int_equal(seen.facts.state, INPUT_UNREADABLE);
	assert_string_equal(seen.facts.note,
		"read failed at byte 8: Input/output error");
	bytes_free(&seen.text);
	close(fd);
	munmap(map, page);
}

/* From a pipe, byte by byte, through a pipe that does not block. */
static void
test_standard_input(void **state)
{
	struct bytes gz = { 0 };
	struct seen seen;
	int ends[2], status;
	pid_t child;

	(void)state;
	bytes_add_member(&gz, "\xef\xbb\xbfone\r\n", 8);
	bytes_add_member(&gz, "two", 3);
	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		for (size_t i = 0; i < gz.len; i++)
			if (write(ends[1], gz.at + i, 1) != 1 ||
				usleep(1000) != 0)
				_exit(1);
		_exit(0);
	}
	close(ends[1]);
	look_standard_input(&seen, ends[0]);
	assert_int_equal(seen.text.len, 8);
	assert_memory_equal(seen.text.at, "one\ntwo\n", 8);
	assert_int_equal(seen.facts.state, INPUT_INTACT);
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	bytes_free(&seen.text);
	bytes_free(&gz);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_lines),
		cmocka_unit_test(test_nul_is_a_byte),
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_sha256),
		cmocka_unit_test(test_name_decides_nothing),
		cmocka_unit_test(test_overlong_small),
		cmocka_unit_test(test_overlong_large),
		cmocka_unit_test(test_take_text),
		cmocka_unit_test(test_extend_and_back),
		cmocka_unit_test(test_limits_at_a_fill),
		cmocka_unit_test(test_extend_across_fills),
		cmocka_unit_test(test_extend_not_into_a_cut_line),
		cmocka_unit_test(test_changed_while_read),
		cmocka_unit_test(test_cannot_be_opened),
		cmocka_unit_test(test_read_error),
		cmocka_unit_test(test_standard_input),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
