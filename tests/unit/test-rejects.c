/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "lookup/rejects.h"

enum { FILES = 3 };

static void
add(struct rejects *rejects, unsigned thread, size_t file, uint64_t line,
	struct slice text)
{
	struct reject reject = { .file = file, .line = line,
		.reason = REJECT_WIDTH, .text = text };
	struct fault fault = { 0 };

	assert_int_equal(reject_add(rejects_writer(rejects, thread), &reject,
				 &fault),
		0);
}

static void
end(struct rejects *rejects, unsigned thread)
{
	struct fault fault = { 0 };

	assert_int_equal(reject_end(rejects_writer(rejects, thread), &fault),
		0);
}

struct told {
	size_t n, stop;
	size_t file;
	uint64_t line, sum;
	size_t longest;
};

/* In order of file and line. */
static int
take(void *ctx, const struct reject *reject, struct fault *fault)
{
	struct told *told = ctx;

	assert_true(reject->file > told->file ||
		(reject->file == told->file && reject->line > told->line));
	assert_int_equal(reject->reason, REJECT_WIDTH);
	told->file = reject->file;
	told->line = reject->line;
	told->sum += reject->text.len > 0 ? (unsigned char)reject->text.at[0] :
					    0;
	if (reject->text.len > told->longest)
		told->longest = reject->text.len;
	if (++told->n == told->stop)
		return fault_set(fault, FAULT_OUTPUT, "enough");
	return 0;
}

static struct rejects *
open_rejects(void)
{
	struct rejects *rejects;
	struct fault fault = { 0 };

	assert_int_equal(rejects_open(&rejects, "/tmp", 2, FILES, &fault), 0);
	return rejects;
}

static void
lines_are_told_in_order_whoever_read_them(void **state)
{
	struct rejects *rejects = open_rejects();
	struct told told = { 0 };
	struct fault fault = { 0 };

	(void)state;
	/* more than a block of each, by turns */
	for (uint64_t i = 1; i <= 5000; i++) {
		add(rejects, 0, 2, i, LITERAL("a text of some length"));
		add(rejects, 1, 0, i, LITERAL("b\0\xff\n\" another one"));
	}
	end(rejects, 1);
	add(rejects, 1, 1, 7, LITERAL(""));
	end(rejects, 1);
	end(rejects, 0);
	end(rejects, 0);
	assert_int_equal(rejects_each(rejects, take, &told, &fault), 0);
	assert_int_equal(told.n, 10001);
	assert_int_equal(told.sum, 5000 * ('a' + 'b'));
	assert_int_equal(told.longest, 21);
	rejects_free(rejects);
}

static void
a_text_is_kept_to_its_ceiling(void **state)
{
	static char text[3 * REJECT_TEXT];
	struct rejects *rejects = open_rejects();
	struct told told = { 0 };
	struct fault fault = { 0 };

	(void)state;
	memset(text, 'x', sizeof(text));
	for (uint64_t i = 1; i <= 40; i++)
		add(rejects, 0, 1, i, (struct slice){ text, sizeof(text) });
	end(rejects, 0);
	assert_int_equal(rejects_each(rejects, take, &told, &fault), 0);
	assert_int_equal(told.n, 40);
	assert_int_equal(told.longest, REJECT_TEXT);
	rejects_free(rejects);
}

static void
who_takes_them_may_fail(void **state)
{
	struct rejects *rejects = open_rejects();
	struct told told = { .stop = 2 };
	struct fault fault = { 0 };

	(void)state;
	assert_int_equal(rejects_each(rejects, take, &told, &fault), 0);
	assert_int_equal(told.n, 0);
	for (uint64_t i = 1; i <= 9; i++)
		add(rejects, 0, 1, i, LITERAL("x"));
	end(rejects, 0);
	assert_int_equal(rejects_each(rejects, take, &told, &fault), -1);
	assert_int_equal(fault.code, FAULT_OUTPUT);
	assert_int_equal(told.n, 2);
	rejects_free(rejects);
	assert_null(rejects_writer(NULL, 3));
}

static void
a_place_is_needed(void **state)
{
	struct rejects *rejects;
	struct fault fault = { 0 };

	(void)state;
	assert_int_equal(rejects_open(&rejects, "/nowhere", 1, 1, &fault), -1);
	assert_int_equal(fault.code, FAULT_USAGE);
	rejects_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_told_in_order_whoever_read_them),
		cmocka_unit_test(a_text_is_kept_to_its_ceiling),
		cmocka_unit_test(who_takes_them_may_fail),
		cmocka_unit_test(a_place_is_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
