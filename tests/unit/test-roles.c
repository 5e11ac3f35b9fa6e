/* SPDX-License-Identifier: Apache-2.0 */
/* Roles that a log does not give are learned from what is done. */
#include "tests/unit/turn-fixture.h"

#include "signal/roles.h"

enum { WEEKS = 8, WEEKLY = 20, POOL = 200, MOST = 40000, WEEK_S = 7 * 86400 };

/* What one user does in a week, among WEEKLY askings and beside them. */
struct nature {
	uint32_t role;   /* as logged; 0: not given */
	uint32_t weeks;  /* from the first on */
	uint32_t lone;   /* askings for strangers */
	uint32_t cased;  /* askings under a case, of each ten */
	uint32_t sold;   /* more strangers, without a case … */
	uint32_t every;  /* … in every so many weeks; 0: never */
};

static const struct nature officer = { 0, WEEKS, 4, 9, 0, 0 };
static const struct nature desk = { 0, WEEKS, 18, 0, 0, 0 };
static const struct nature reviewer = { 0, WEEKS, 0, 9, 0, 0 };

struct world {
	struct input_list list;
	struct book *book;
	struct tally tally;
	struct roles roles;
	struct entry *entries;
	size_t n;
	uint32_t users, strangers;
};

static void
ask(struct world *world, uint32_t week, uint32_t role, uint32_t subject,
	bool cased)
{
	int64_t second = (int64_t)week * WEEK_S + (int64_t)world->n % 86400;

	assert_true(world->n < MOST);
	world->entries[world->n++] = (struct entry){
		.ms = world_start + second * 1000,
		.user = world->users, .unit = 1 + world->users % 4,
		.role = role, .kind = 1, .caseref = cased ? 1 : 0,
		.subject = subject };
}

static uint32_t
add_user(struct world *world, const struct nature *nature)
{
	world->users++;
	for (uint32_t w = 0; w < nature->weeks; w++) {
		for (uint32_t i = 0; i < WEEKLY; i++)
			ask(world, w, nature->role,
				i < nature->lone ?
					1000 + world->strangers++ :
					1 + (world->users * 7 + i) % POOL,
				i % 10 < nature->cased);
		for (uint32_t i = 0; nature->every > 0 && i < nature->sold &&
			w % nature->every == 0;
			i++)
			ask(world, w, nature->role, 1000 + world->strangers++,
				false);
	}
	return world->users;
}

static void
add_users(struct world *world, const struct nature *nature, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		(void)add_user(world, nature);
}

static void
world_open(struct world *world)
{
	*world = (struct world){ .entries = calloc(MOST,
		sizeof(*world->entries)) };
	assert_non_null(world->entries);
}

static void
world_learn(struct world *world, unsigned threads)
{
	struct turn_options options = { .window = ALWAYS,
		.threads = threads,
		.about = USER_NONE };
	struct fault fault = { 0 };

	entries_write(world->entries, world->n, 3, FIXTURE_HEADER);
	world->book = turn_files(&options, &world->tally, &world->list);
	assert_int_equal(roles_learn(world->book, &world->tally, &world->roles,
		&fault), 0);
}

static void
world_forget(struct world *world)
{
	roles_free(&world->roles);
	tally_free(&world->tally);
	book_free(world->book);
	input_list_free(&world->list);
}

static void
world_close(struct world *world)
{
	world_forget(world);
	free(world->entries);
}

/* The only, or the first, post of a user. */
static size_t
post_of(const struct world *world, uint32_t user)
{
	uint32_t number = find_name(world->book, NAME_USER, "u", user);

	for (size_t i = 0; i < world->book->posts.n; i++) {
		if (world->book->posts.items[i].a == number)
			return i;
	}
	fail_msg("user %u has no post", user);
	return 0;
}

static const char *
role_of(const struct world *world, uint32_t user)
{
	uint32_t given = (uint32_t)world->book->names[NAME_ROLE].n;
	uint32_t role = world->roles.role[post_of(world, user)];

	assert_true(role >= given);
	assert_true(role - given < world->roles.n_groups);
	assert_true(role < world->roles.n);
	return world->roles.groups[role - given].name;
}

static bool
unsure(const struct world *world, uint32_t user)
{
	return world->roles.unsure[post_of(world, user)];
}

static void
two_groups_separate(void **state)
{
	struct world world;

	(void)state;
	world_open(&world);
	add_users(&world, &officer, 60);
	add_users(&world, &desk, 20);
	world_learn(&world, 1);
	assert_true(world.roles.sure);
	assert_int_equal(world.roles.n_groups, 2);
	assert_int_equal(world.roles.learned, 80);
	assert_int_equal(world.roles.groups[0].users, 60);
	assert_int_equal(world.roles.groups[1].users, 20);
	for (uint32_t u = 1; u <= 80; u++) {
		assert_string_equal(role_of(&world, u), u <= 60 ?
			"case work (learned)" :
			"desk (learned)");
		assert_false(unsure(&world, u));
	}
	world_close(&world);
}

static void
one_group_stays_one(void **state)
{
	struct nature busy = officer;
	struct world world;

	(void)state;
	world_open(&world);
	for (uint32_t i = 0; i < 80; i++) {
		busy.lone = 1 + i % 10;
		(void)add_user(&world, &busy);
	}
	world_learn(&world, 1);
	assert_true(world.roles.sure);
	assert_int_equal(world.roles.n_groups, 1);
	assert_int_equal(world.roles.groups[0].users, 80);
	for (uint32_t u = 1; u <= 80; u++)
		assert_false(unsure(&world, u));
	world_close(&world);
}

/* Neither who sells in bulk now and then, nor who does all the time beside
 * his work, is taken for a desk. */
static void
sellers_stay_with_case_work(void **state)
{
	static const struct nature bulk = { 0, WEEKS, 4, 9, 100, 2 };
	static const struct nature steady = { 0, WEEKS, 4, 9, 40, 1 };
	struct world world;
	uint32_t user[2];

	(void)state;
	world_open(&world);
	add_users(&world, &officer, 60);
	add_users(&world, &desk, 20);
	user[0] = add_user(&world, &bulk);
	user[1] = add_user(&world, &steady);
	world_learn(&world, 1);
	assert_int_equal(world.roles.groups[1].users, 20);
	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(role_of(&world, user[i]),
			"case work (learned)");
		assert_false(unsure(&world, user[i]));
	}
	world_close(&world);
}

/* Who does not show enough to be called a desk is not flagged by it; nor is a
 * desk where there is no second. */
static void
too_little_is_unsure(void **state)
{
	struct nature new_desk = desk, lonely = desk;
	struct world world;

	(void)state;
	world_open(&world);
	new_desk.weeks = 1;
	add_users(&world, &officer, 60);
	add_users(&world, &desk, 20);
	(void)add_user(&world, &new_desk);
	world_learn(&world, 1);
	assert_string_equal(role_of(&world, 81), "desk (learned)");
	assert_true(unsure(&world, 81));
	world_close(&world);

	world_open(&world);
	add_users(&world, &officer, 60);
	(void)add_user(&world, &lonely);
	world_learn(&world, 1);
	assert_int_equal(world.roles.n_groups, 1);
	assert_true(unsure(&world, 61));
	assert_false(unsure(&world, 60));
	world_close(&world);

	world_open(&world);
	add_users(&world, &officer, 20);
	add_users(&world, &desk, 9);
	world_learn(&world, 1);
	assert_false(world.roles.sure);
	assert_int_equal(world.roles.n_groups, 1);
	assert_true(unsure(&world, 1));
	world_close(&world);
}

static void
review_is_a_group(void **state)
{
	struct world world;

	(void)state;
	world_open(&world);
	add_users(&world, &officer, 60);
	add_users(&world, &desk, 10);
	add_users(&world, &reviewer, 10);
	world_learn(&world, 1);
	assert_int_equal(world.roles.n_groups, 3);
	assert_string_equal(role_of(&world, 1), "case work (learned)");
	assert_string_equal(role_of(&world, 61), "desk (learned)");
	assert_string_equal(role_of(&world, 71), "review (learned)");
	assert_int_equal(world.roles.groups[2].users, 10);
	world_close(&world);
}

/* Without cases by strangers alone; and all that counts is the same whatever
 * the threads. */
static void
cases_are_not_needed(void **state)
{
	struct nature bare = officer;
	struct world world;
	uint32_t role[81];

	(void)state;
	world_open(&world);
	bare.cased = 0;
	add_users(&world, &bare, 60);
	add_users(&world, &desk, 20);
	world_learn(&world, 1);
	assert_false(world.book->given[FIELD_CASE]);
	assert_int_equal(world.roles.groups[0].users, 60);
	assert_int_equal(world.roles.groups[1].users, 20);
	for (uint32_t u = 1; u <= 80; u++)
		role[u] = world.roles.role[post_of(&world, u)];
	world_forget(&world);
	world_learn(&world, 3);
	for (uint32_t u = 1; u <= 80; u++)
		assert_int_equal(world.roles.role[post_of(&world, u)],
			role[u]);
	world_close(&world);
}

/* What the log says is what holds; and what it says of a user holds where it
 * leaves a blank. */
static void
given_roles_hold(void **state)
{
	struct nature named = desk;
	struct world world;
	uint32_t given;

	(void)state;
	world_open(&world);
	add_users(&world, &officer, 60);
	named.role = 1;
	add_users(&world, &named, 20);
	for (uint32_t w = 0; w < 2; w++)
		ask(&world, w, 0, 1 + w, false);
	world_learn(&world, 1);
	given = find_name(world.book, NAME_ROLE, "r", 1);
	assert_int_equal(world.roles.learned, 60);
	for (size_t i = 0; i < world.book->posts.n; i++) {
		if (world.book->posts.items[i].a >
			find_name(world.book, NAME_USER, "u", 60))
			assert_int_equal(world.roles.role[i], given);
	}
	world_close(&world);

	world_open(&world);
	add_users(&world, &named, 40);
	world_learn(&world, 1);
	assert_int_equal(world.roles.n_groups, 0);
	assert_int_equal(world.roles.learned, 0);
	world_close(&world);
}

static void
no_lookups_no_roles(void **state)
{
	struct world world;

	(void)state;
	world_open(&world);
	(void)add_user(&world, &officer);
	world_learn(&world, 1);
	assert_false(world.roles.sure);
	assert_int_equal(world.roles.n_groups, 1);
	world_close(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_groups_separate),
		cmocka_unit_test(one_group_stays_one),
		cmocka_unit_test(sellers_stay_with_case_work),
		cmocka_unit_test(too_little_is_unsure),
		cmocka_unit_test(review_is_a_group),
		cmocka_unit_test(cases_are_not_needed),
		cmocka_unit_test(given_roles_hold),
		cmocka_unit_test(no_lookups_no_roles),
	};

	return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
