/* SPDX-License-Identifier: Apache-2.0 */
/* Which rule explains which asking, and that all who tell agree. */
#include "tests/unit/turn-paper.h"

#include "signal/explain.h"

enum { N = 600, MOST_POSTS = 200 };

/* A log read and turned, and the askings of all of its users. */
struct world {
	struct bureau bureau;
	const struct book *book; /* the bureau's */
	struct tally tally;
	struct row *rows; /* askings */
	size_t n;
	uint32_t *role;
	bool *odd;
};

static void
world_take(struct world *world, uint32_t user)
{
	struct turn_options options = { .threads = 1, .about = user,
		.keep = true };
	struct fault fault = { 0 };
	struct tally tally;

	bureau_turn(&world->bureau, options, &tally);
	world->rows = realloc(world->rows,
		(world->n + tally.n_rows + 1) * sizeof(*world->rows));
	assert_non_null(world->rows);
	for (size_t i = 0; i < tally.n_rows; i++)
		if (row_marks(&tally.rows[i]) & MARK_ASKING)
			world->rows[world->n++] = tally.rows[i];
	assert_int_equal(ledger_join(&world->tally.tables[TABLE_SOLES],
		&tally.tables[TABLE_SOLES], &fault), 0);
	tally_free(&tally);
}

/* sheets: NULL for no registers. */
static void
world_open(struct world *world, const struct sheets *sheets,
	const struct entry *entries, size_t n)
{
	struct turn_options options = { .threads = 2, .about = USER_NONE,
		.keep = true };
	size_t posts;

	*world = (struct world){ 0 };
	entries_write(entries, n, 1, FIXTURE_HEADER);
	if (sheets != NULL)
		bureau_open(&world->bureau, sheets, &ALWAYS, 2);
	else
		bureau_with(&world->bureau, NULL, &ALWAYS, 2);
	bureau_turn(&world->bureau, options, &world->tally);
	world->book = world->bureau.book;
	posts = world->book->posts.n;
	world->role = calloc(posts + 1, sizeof(*world->role));
	world->odd = calloc(world->tally.n_users, sizeof(*world->odd));
	assert_non_null(world->role);
	assert_non_null(world->odd);
	for (size_t i = 0; i < posts; i++)
		world->role[i] = world->book->posts.items[i].c;
	for (uint32_t u = 1; u < world->tally.n_users; u++)
		world_take(world, u);
}

static void
world_close(struct world *world)
{
	tally_free(&world->tally);
	bureau_close(&world->bureau);
	free(world->rows);
	free(world->role);
	free(world->odd);
}

static void
assert_same(const struct world *world, const struct explanation *a,
	const struct explanation *b)
{
	assert_ledgers_equal(&a->cells, &b->cells);
	assert_int_equal(a->duties.n, b->duties.n);
	for (size_t i = 0; i < a->duties.n; i++)
		assert_non_null(ledger_find(&b->duties, a->duties.keys[i]));
	for (size_t post = 0; post < world->book->posts.n; post++) {
		const struct case_page *x = &a->pages[post];
		const struct case_page *y = &b->pages[post];
		size_t n = x->end - x->start;

		assert_int_equal(y->end - y->start, n);
		if (n > 0)
			assert_memory_equal(a->held + x->start,
				b->held + y->start, n * sizeof(*a->held));
	}
}

/* Those who are odd are known at once, or only then. */
static void
check_again(const struct world *world, const struct explain_options *options,
	const struct explanation *want)
{
	struct explain_options nobody = { world->role, NULL };
	struct explanation explanation;
	struct fault fault = { 0 };

	assert_int_equal(explain(world->book, &world->tally, &nobody,
		&explanation, &fault), 0);
	assert_int_equal(explain_again(world->book, &world->tally, options,
		&explanation, &fault), 0);
	assert_same(world, &explanation, want);
	explanation_free(&explanation);
}

static void
world_explain(const struct world *world, bool some_odd,
	struct explain_options *options, struct explanation *ret)
{
	struct fault fault = { 0 };

	*options = (struct explain_options){ world->role,
		some_odd ? world->odd : NULL };
	assert_int_equal(explain(world->book, &world->tally, options, ret,
		&fault), 0);
	check_again(world, options, ret);
}

/* How many askings of a user a rule explains. */
static uint64_t
explained(const struct world *world, const struct explanation *explanation,
	uint32_t user, enum rule rule)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < explanation->cells.n; i++) {
		uint32_t post = explanation->cells.keys[i].a;

		if (world->book->posts.items[post].a == user)
			sum += ledger_counts(&explanation->cells, i)[rule];
	}
	return sum;
}

static uint32_t
user_of(const struct world *world, const struct row *row)
{
	return world->book->posts.items[row->post].a;
}

/* What the rows of a user say one by one is what his cells sum up to. */
static void
assert_explained(const struct world *world, bool some_odd, uint32_t user,
	const uint64_t want[RULE_N])
{
	struct explanation explanation;
	struct explain_options options;
	uint64_t by_row[RULE_N] = { 0 };

	world_explain(world, some_odd, &options, &explanation);
	for (size_t i = 0; i < world->n; i++)
		if (user_of(world, &world->rows[i]) == user)
			by_row[explain_row(&explanation, world->book,
				&world->tally, &options, &world->rows[i])]++;
	for (size_t r = 0; r < RULE_N; r++) {
		uint64_t got = explained(world, &explanation, user,
			(enum rule)r);

		if (got != want[r] || by_row[r] != want[r])
			fail_msg("user %u, %s: %d in cells, %d by row, not %d",
				user, rule_names[r], (int)got, (int)by_row[r],
				(int)want[r]);
	}
	explanation_free(&explanation);
}

/* Who looks up what: all in May 2026, of unit and role 1 unless told. */
struct look {
	uint32_t user, subject, caseref;
	int day;
	uint32_t unit;
};

static void
world_of_looks(struct world *world, const struct sheets *sheets,
	const struct look *looks, size_t n)
{
	struct entry entries[40];

	assert_true(n <= ARRAY_LEN(entries));
	for (size_t i = 0; i < n; i++)
		entries[i] = (struct entry){
			.ms = world_start + (int64_t)looks[i].day * DAY_MS,
			.user = looks[i].user, .role = 1, .kind = 1,
			.unit = looks[i].unit != 0 ? looks[i].unit : 1,
			.subject = looks[i].subject,
			.caseref = looks[i].caseref };
	world_open(world, sheets, entries, n);
}

/* Each rule by itself, for user 1. */
static void
test_rules(void **state)
{
	static const struct {
		struct look looks[8];
		uint64_t rules[RULE_N];
	} cases[] = {
		/* a colleague works on the case */
		{ { { 1, 11, 7, 0, 0 }, { 2, 12, 7, 50, 0 } },
			{ [RULE_CASE] = 1 } },
		{ { { 1, 11, 7, 0, 0 }, { 2, 12, 7, 0, 2 } },
			{ [RULE_NONE] = 1 } },
		{ { { 1, 11, 7, 0, 0 }, { 1, 12, 7, 0, 0 } },
			{ [RULE_NONE] = 2 } },
		/* none is no case that two could work on */
		{ { { 1, 11, 0, 0, 0 }, { 2, 12, 0, 0, 0 } },
			{ [RULE_NONE] = 1 } },
		/* most of its subjects colleagues asked for: all is well */
		{ { { 1, 11, 7, 0, 0 }, { 1, 12, 7, 0, 0 }, { 1, 13, 7, 0, 0 },
			  { 1, 14, 7, 0, 0 }, { 2, 11, 0, 0, 0 },
			  { 2, 12, 0, 0, 0 }, { 2, 13, 0, 0, 0 } },
			{ [RULE_CASE] = 4 } },
		{ { { 1, 11, 7, 0, 0 }, { 1, 12, 7, 0, 0 }, { 1, 13, 7, 0, 0 },
			  { 1, 14, 7, 0, 0 }, { 2, 11, 0, 0, 0 } },
			{ [RULE_COLLEAGUE] = 1, [RULE_NONE] = 3 } },
		/* a colleague, near enough and of the unit */
		{ { { 1, 11, 0, 0, 0 }, { 2, 11, 0, 30, 0 } },
			{ [RULE_COLLEAGUE] = 1 } },
		{ { { 1, 11, 0, 0, 0 }, { 2, 11, 0, 31, 0 } },
			{ [RULE_NONE] = 1 } },
		{ { { 1, 11, 0, 0, 0 }, { 2, 11, 0, 0, 2 } },
			{ [RULE_NONE] = 1 } },
		/* goes on */
		{ { { 1, 11, 7, 0, 0 }, { 1, 11, 7, 1, 0 } },
			{ [RULE_CONTINUED] = 1, [RULE_NONE] = 1 } },
		{ { { 1, 11, 0, 0, 0 }, { 1, 11, 0, 1, 0 } },
			{ [RULE_NONE] = 2 } },
		/* the first that holds */
		{ { { 1, 11, 7, 0, 0 }, { 1, 11, 7, 1, 0 },
			  { 2, 11, 0, 1, 0 } },
			{ [RULE_COLLEAGUE] = 2 } },
		{ { { 1, 11, 7, 0, 0 }, { 1, 11, 7, 1, 0 },
			  { 2, 11, 7, 1, 0 } },
			{ [RULE_CASE] = 2 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct world world;
		size_t n = 0;

		while (n < 8 && cases[i].looks[n].user != 0)
			n++;
		world_of_looks(&world, NULL, cases[i].looks, n);
		assert_explained(&world, false, 1, cases[i].rules);
		assert_explained(&world, true, 1, cases[i].rules);
		world_close(&world);
	}
}

/* User 2 is odd: his word does not count, nor does his work on a case. */
static void
test_odd(void **state)
{
	static const struct look looks[] = {
		{ 1, 11, 0, 0, 0 }, { 2, 11, 0, 0, 0 },
		{ 1, 12, 7, 0, 0 }, { 2, 13, 7, 0, 0 },
		{ 1, 14, 0, 0, 0 }, { 2, 14, 0, 0, 0 }, { 3, 14, 0, 0, 0 },
		{ 1, 15, 8, 0, 0 }, { 2, 15, 9, 0, 0 }, { 3, 16, 8, 0, 0 },
	};
	struct world world;

	(void)state;
	world_of_looks(&world, NULL, looks, ARRAY_LEN(looks));
	assert_explained(&world, false, 1, (uint64_t[RULE_N]){
		[RULE_COLLEAGUE] = 2, [RULE_CASE] = 2 });
	assert_explained(&world, true, 1, (uint64_t[RULE_N]){
		[RULE_COLLEAGUE] = 2, [RULE_CASE] = 2 });
	world.odd[2] = true;
	/* 14 has another colleague's word, 8 another's work */
	assert_explained(&world, true, 1, (uint64_t[RULE_N]){
		[RULE_COLLEAGUE] = 1, [RULE_CASE] = 1, [RULE_NONE] = 2 });
	/* he himself is explained by others as ever */
	assert_explained(&world, true, 2, (uint64_t[RULE_N]){
		[RULE_COLLEAGUE] = 3, [RULE_CASE] = 1 });
	assert_explained(&world, false, 2, (uint64_t[RULE_N]){
		[RULE_COLLEAGUE] = 3, [RULE_CASE] = 1 });
	/* and nobody explains the other's who is odd as well */
	world.odd[1] = true;
	assert_explained(&world, true, 2, (uint64_t[RULE_N]){
		[RULE_COLLEAGUE] = 1, [RULE_NONE] = 3 });
	world_close(&world);
}

/* Unit 1 lists whom its case 1 is about, unit 2 lists nothing. Of user 1; user
 * 2 is odd. */
static void
test_registered(void **state)
{
	static const struct sheets sheets = { {
		[SHEET_CASES] = "case,unit,members\n"
				"c0001,n0001,\nc0002,n0002,u0003\n",
		[SHEET_CASE_SUBJECTS] = "case,subject\nc0001,11\n"
					"c0005,15\n" } };
	static const struct {
		struct look looks[8];
		uint64_t rules[RULE_N], odd[RULE_N];
	} cases[] = {
		/* a subject of an open case, named or not, again or not */
		{ { { 1, 11, 0, 0, 1 }, { 1, 11, 1, 1, 1 },
			  { 1, 11, 7, 2, 1 }, { 1, 11, 7, 3, 1 } },
			{ [RULE_CASE] = 4 }, { [RULE_CASE] = 4 } },
		{ { { 1, 15, 5, 0, 1 }, { 1, 15, 0, 1, 1 } },
			{ [RULE_CASE] = 1, [RULE_NONE] = 1 },
			{ [RULE_CASE] = 1, [RULE_NONE] = 1 } },
		/* and needs no colleague's word */
		{ { { 1, 11, 0, 0, 1 }, { 2, 11, 0, 0, 1 } },
			{ [RULE_CASE] = 1 }, { [RULE_CASE] = 1 } },
		/* not another unit's */
		{ { { 1, 11, 0, 0, 2 }, { 3, 11, 0, 0, 1 } },
			{ [RULE_NONE] = 1 }, { [RULE_NONE] = 1 } },
		/* where there are lists, no work of colleagues on a case
		 * explains … */
		{ { { 1, 12, 7, 0, 1 }, { 3, 13, 7, 0, 1 } },
			{ [RULE_NONE] = 1 }, { [RULE_NONE] = 1 } },
		{ { { 1, 12, 7, 0, 1 }, { 1, 13, 7, 0, 1 }, { 1, 14, 7, 0, 1 },
			  { 1, 16, 7, 0, 1 }, { 3, 12, 0, 0, 1 },
			  { 3, 13, 0, 0, 1 }, { 3, 14, 0, 0, 1 } },
			{ [RULE_COLLEAGUE] = 3, [RULE_NONE] = 1 },
			{ [RULE_COLLEAGUE] = 3, [RULE_NONE] = 1 } },
		/* … but their word does, unless they are odd, shared case or
		 * not */
		{ { { 1, 12, 7, 0, 1 }, { 2, 12, 7, 0, 1 },
			  { 3, 13, 7, 0, 1 } },
			{ [RULE_COLLEAGUE] = 1 }, { [RULE_NONE] = 1 } },
		/* elsewhere it does */
		{ { { 1, 12, 7, 0, 2 }, { 3, 13, 7, 0, 2 } },
			{ [RULE_CASE] = 1 }, { [RULE_CASE] = 1 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct look looks[9];
		struct world world;
		size_t n = 0;

		for (; n < 8 && cases[i].looks[n].user != 0; n++)
			looks[n] = cases[i].looks[n];
		/* so that unit 1, and user 2, are there */
		looks[n++] = (struct look){ 2, 99, 0, 0, 1 };
		world_of_looks(&world, &sheets, looks, n);
		world.odd[2] = true;
		assert_explained(&world, false, 1, cases[i].rules);
		assert_explained(&world, true, 1, cases[i].odd);
		world_close(&world);
	}
}

/* Users of unit 1, each with so many lone askings of kind 1, `duty` of which
 * are what the role does. */
static void
check_duty(uint32_t users, uint32_t askings, uint32_t cased, uint32_t role,
	uint64_t duty)
{
	static struct entry entries[N];
	struct world world;
	size_t n = 0;

	for (uint32_t u = 1; u <= users; u++)
		for (uint32_t i = 0; i < askings; i++, n++)
			entries[n] = (struct entry){ .ms = world_start,
				.user = u, .unit = 1, .role = role, .kind = 1,
				.subject = (uint32_t)n,
				.caseref = i < cased ? u : 0 };
	world_open(&world, NULL, entries, n);
	for (uint32_t u = 1; u <= users; u++)
		assert_explained(&world, false, u, (uint64_t[RULE_N]){
			[RULE_DUTY] = duty, [RULE_NONE] = askings - duty });
	world_close(&world);
}

static void
test_duty(void **state)
{
	(void)state;
	check_duty(4, 10, 0, 1, 10);
	check_duty(3, 10, 0, 1, 0); /* too few users … */
	check_duty(4, 5, 0, 1, 5);
	check_duty(4, 4, 0, 1, 0);  /* … or of their askings … */
	check_duty(4, 10, 0, 0, 0); /* … or no role that is known */
	/* what needs no case is none the worse for one … */
	check_duty(4, 20, 6, 1, 20);
	/* … but not the other way about */
	check_duty(4, 20, 14, 1, 14);
}

/* What is explained otherwise is no duty; and the odd do not tell what is. */
static void
test_no_duty(void **state)
{
	static struct entry entries[N];
	struct world world;
	size_t n = 0;

	(void)state;
	for (uint32_t u = 1; u <= 5; u++)
		for (uint32_t i = 0; i < 10; i++, n++)
			entries[n] = (struct entry){ .ms = world_start,
				.user = u, .unit = 1, .role = 1, .kind = 1,
				.subject = u <= 2 && i < 5 ? i :
							     (uint32_t)n + 10 };
	/* the rest is 0.5, 0.5, 1, 1, 1: more than 0.6 on average */
	world_open(&world, NULL, entries, n);
	assert_explained(&world, false, 1, (uint64_t[RULE_N]){
		[RULE_COLLEAGUE] = 5, [RULE_DUTY] = 5 });
	assert_explained(&world, false, 5, (uint64_t[RULE_N]){
		[RULE_DUTY] = 10 });
	/* one who is odd leaves four, two leave three */
	world.odd[4] = true;
	assert_explained(&world, true, 5, (uint64_t[RULE_N]){
		[RULE_DUTY] = 10 });
	world.odd[5] = true;
	assert_explained(&world, true, 5, (uint64_t[RULE_N]){
		[RULE_NONE] = 10 });
	world_close(&world);
	/* and now it is 0.5 of all */
	for (size_t i = 0; i < n; i++)
		entries[i].subject = i % 10 < 5 ? (uint32_t)i % 10 :
						  (uint32_t)i + 10;
	world_open(&world, NULL, entries, n);
	assert_explained(&world, false, 5, (uint64_t[RULE_N]){
		[RULE_COLLEAGUE] = 5, [RULE_NONE] = 5 });
	world_close(&world);
}

/* Somebody else of the unit, who is not odd, works on the case. */
static bool
is_shared(const struct world *world, const bool *odd, const struct row *row)
{
	const struct triple *posts = world->book->posts.items;

	for (size_t i = 0; i < world->n; i++) {
		const struct triple *post = &posts[world->rows[i].post];

		if (world->rows[i].caseref == row->caseref &&
			post->b == posts[row->post].b &&
			post->a != posts[row->post].a &&
			(odd == NULL || !odd[post->a]))
			return true;
	}
	return false;
}

/* At least half of four or more askings are colleagues' as well. */
static bool
is_borne_out(const struct world *world, const struct row *row)
{
	size_t askings = 0, shared = 0;

	for (size_t i = 0; i < world->n; i++) {
		const struct row *other = &world->rows[i];

		if (other->post != row->post || other->caseref != row->caseref)
			continue;
		askings++;
		shared += (row_marks(other) &
				  (MARK_COLLEAGUE | MARK_REGISTERED)) ==
			MARK_COLLEAGUE;
	}
	return askings >= 4 && 2 * shared >= askings;
}

static bool
has_lists(const struct world *world, const struct row *row)
{
	const struct office *office = world->tally.office;

	return office != NULL &&
		office->units[world->book->posts.items[row->post].b]
			.keeps_subjects;
}

/* The rules that need nobody's oddness but the case's. */
static void
check_rule(const struct world *world, const bool *odd, const struct row *row,
	enum rule rule)
{
	unsigned marks = row_marks(row);
	bool of_case = (marks & MARK_REGISTERED) != 0;

	if (row->caseref != 0 && !has_lists(world, row))
		of_case |= is_shared(world, odd, row) ||
			is_borne_out(world, row);

	assert_int_equal(rule == RULE_CASE, of_case);
	if (of_case)
		return;
	if (!(marks & MARK_COLLEAGUE) || odd == NULL)
		assert_int_equal(rule == RULE_COLLEAGUE,
			(marks & MARK_COLLEAGUE) != 0);
	if (!(marks & MARK_COLLEAGUE))
		assert_int_equal(rule == RULE_CONTINUED,
			(marks & MARK_CONTINUED) != 0);
}

static void
assert_sums(const uint64_t *cell, const uint64_t *sums)
{
	for (size_t r = 0; r < RULE_N; r++)
		assert_int_equal(cell[r], sums[r]);
}

/* Row by row and in the sum it is the same; every asking has a rule. */
static void
check_agrees(const struct world *world, bool some_odd)
{
	static uint64_t sums[MOST_POSTS][WORLD_KINDS][RULE_N];
	const bool *odd = some_odd ? world->odd : NULL;
	struct explanation explanation;
	struct explain_options options;
	size_t askings = 0;

	memset(sums, 0, sizeof(sums));
	world_explain(world, some_odd, &options, &explanation);
	for (size_t i = 0; i < world->n; i++) {
		const struct row *row = &world->rows[i];
		enum rule rule = explain_row(&explanation, world->book,
			&world->tally, &options, row);

		assert_true(row->post < MOST_POSTS);
		check_rule(world, odd, row, rule);
		sums[row->post][world->book->facets.items[row->facet].a]
			[rule]++;
	}
	for (size_t i = 0; i < explanation.cells.n; i++) {
		const struct ledger_key *key = &explanation.cells.keys[i];
		const uint64_t *cell = ledger_counts(&explanation.cells, i);

		assert_sums(cell, sums[key->a][key->b]);
		for (size_t r = 0; r < RULE_N; r++)
			askings += cell[r];
	}
	assert_int_equal(askings, world->n);
	explanation_free(&explanation);
}

static void
test_agree(void **state)
{
	static struct entry entries[N];
	static struct paper paper;
	struct draw draw = { 51 };

	(void)state;
	for (size_t round = 0; round < 30; round++) {
		struct sheets sheets;
		struct world world;

		world_draw(entries, N, &draw, round % 2 == 0 ? 5 : 90);
		for (size_t i = 0; i < N; i++) {
			entries[i].kind %= 2;
			if (draw_below(&draw, 3) > 0)
				entries[i].caseref = 0;
			else if (round % 4 > 1)
				entries[i].caseref = entries[i].user * 3 +
					entries[i].caseref % 3;
		}
		paper_draw(&paper, entries, N, &draw, 9);
		/* one unit more or less keeps lists */
		for (size_t c = 1; c < PAPER_CASES; c++)
			paper.cases[c].unit &= 2;
		sheets = paper_write(&paper);
		world_open(&world, round % 3 == 2 ? &sheets : NULL, entries, N);
		check_agrees(&world, false);
		check_agrees(&world, true); /* nobody is, though one might */
		for (size_t u = 1; u < world.tally.n_users; u++)
			world.odd[u] = draw_below(&draw, 4) == 0;
		check_agrees(&world, true);
		world_close(&world);
	}
}

static void
test_nothing(void **state)
{
	struct world world;
	struct entry none = { 0 };

	(void)state;
	world_open(&world, NULL, &none, 0);
	check_agrees(&world, false);
	world_close(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_odd),
		cmocka_unit_test(test_registered),
		cmocka_unit_test(test_duty),
		cmocka_unit_test(test_no_duty),
		cmocka_unit_test(test_agree),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
