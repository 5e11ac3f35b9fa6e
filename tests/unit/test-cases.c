/* SPDX-License-Identifier: Apache-2.0 */
/* Cases as words, held against cases as keys. */
#include "tests/unit/turn-fixture.h"

#include "turn/cases.h"
#include "turn/columns.h"

enum { MOST = 70000, POSTS = 6, KINDS = 5, CASES = 40 };

static struct row rows[MOST];
static uint64_t words[MOST + ROLL_AHEAD];
static struct triple facets[KINDS], posts[POSTS];
static uint32_t ranges[1];
static struct fault fault;

/* The docket of one user, who has posts 1 to POSTS - 1. */
static void
put(struct docket *ret, size_t n, bool wide)
{
	const struct window window = ALWAYS;
	const struct book book = {
		.facets = { .items = facets, .n = KINDS },
		.posts = { .items = posts, .n = POSTS },
	};
	const struct roll roll = { .base = (uintptr_t)rows,
		.mask = UINT32_MAX };
	/* three bits of kinds, six of cases, three of posts */
	struct timeline line = { .book = &book, .window = &window,
		.range_of = ranges, .maker = columns_best(), .cased_case = 3,
		.cased_post = 9, .first_post = 1 };
	struct cases cases = { .docket = ret };

	assert_int_equal(docket_init(ret, POSTS, 1, &fault), 0);
	assert_int_equal(timeline_make(&line, &roll, words, n, &fault), 0);
	assert_int_equal(wide ? cases_put_wide(&cases, &roll, words, n, facets,
					&fault) :
				cases_put(&cases, &line, CASED_BITS + 12,
					&fault),
		0);
	timeline_free(&line);
	cases_free(&cases);
	cases_free(&cases);
}

static void
check(size_t n, uint64_t askings)
{
	struct docket narrow, wide;
	struct docket_walk walk;
	uint64_t sum = 0;

	put(&narrow, n, false);
	put(&wide, n, true);
	assert_dockets_equal(&narrow, &wide);
	walk = docket_walk(&narrow);
	while (docket_next(&walk))
		sum += walk.cell.counts[CASE_ASKINGS];
	assert_int_equal(sum, askings);
	docket_free(&narrow);
	docket_free(&wide);
}

static void
prepare(void)
{
	for (size_t i = 0; i < MOST; i++)
		words[i] = i;
	for (uint32_t i = 0; i < KINDS; i++)
		facets[i].a = i;
	for (uint32_t i = 1; i < POSTS; i++)
		posts[i].a = 1;
}

static void
test_random(void **state)
{
	struct draw draw = { 3 };

	(void)state;
	prepare();
	for (size_t n = 0; n < 3000; n = n * 3 / 2 + 1) {
		uint64_t askings = 0;

		for (size_t i = 0; i < n; i++) {
			rows[i] = (struct row){ .when = (uint64_t)i << 16,
				.post = 1 + (uint32_t)draw_below(&draw,
					POSTS - 1),
				.caseref = (uint32_t)draw_below(&draw, CASES),
				.facet = (uint32_t)draw_below(&draw, KINDS) };
			row_mark(&rows[i], (unsigned)draw_u64(&draw) |
				MARK_JUDGED);
			askings += (row_marks(&rows[i]) & MARK_ASKING) != 0;
		}
		check(n, askings);
	}
}

/* More askings under one case than a short sum holds. */
static void
test_many(void **state)
{
	(void)state;
	prepare();
	for (size_t i = 0; i < MOST; i++) {
		rows[i] = (struct row){ .when = (uint64_t)i << 16, .post = 2 };
		row_mark(&rows[i], MARK_JUDGED | MARK_ASKING | MARK_LONE |
			(i % 3 == 0 ? MARK_COLLEAGUE : MARK_CONTINUED));
	}
	check(MOST, MOST);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
