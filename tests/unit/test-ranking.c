/* SPDX-License-Identifier: Apache-2.0 */
/* The order of users, and who is flagged: on tallies made by hand. */
#include "tests/unit/unit.h"

#include "rank/fdr.h"
#include "rank/ranking.h"
#include "tests/unit/random.h"

enum { USERS = 120, UNITS = 4, ROLES = 2, DAYS = 20 };

static const struct nature {
	bool unit, role, has_case;
	uint32_t odd; /* users who are up to something, from number 1 */
} honest = { true, true, true, 0 };

struct world {
	struct book book;
	struct tally tally;
	struct user_tally users[USERS + 1];
	uint64_t unit_subjects[UNITS + 1];
};

static struct world world;

static uint32_t
name(enum name of, const char *prefix, uint32_t number)
{
	struct fault fault = { 0 };
	char buf[16];
	uint32_t ret;

	(void)snprintf(buf, sizeof(buf), "%s%03u", prefix, number);
	assert_int_equal(dict_add(&world.book.names[of], slice_of(buf), &ret,
		&fault), 0);
	return ret;
}

static uint64_t *
cell(struct ledger *ledger, uint32_t a, uint32_t b, uint32_t c)
{
	struct fault fault = { 0 };
	uint64_t *ret;

	assert_int_equal(ledger_at(ledger, (struct ledger_key){ a, b, c, 0 },
		&ret, &fault), 0);
	return ret;
}

/* n lookups, each for another subject; those that are lone, without a case,
 * and both. */
static void
fill_user(uint32_t post, uint64_t n, uint64_t lone, uint64_t bare,
	uint64_t lone_bare)
{
	uint64_t *counts = cell(&world.tally.kinds, post, 0, 0);
	struct docket_cell cases[2] = { { .caseref = 0 }, { .caseref = 1 } };
	struct fault fault = { 0 };

	counts[KIND_LOOKUPS] = counts[KIND_ASKINGS] = counts[KIND_FIRST] = n;
	counts[KIND_LONE] = counts[KIND_ALONE] = lone;
	counts[KIND_ALONE_FIRST] = lone;
	counts[KIND_NO_CASE] = bare;
	counts[KIND_ALONE_NO_CASE] = lone_bare;
	counts = cell(&world.tally.weeks, post, 1, 0);
	counts[WEEK_LOOKUPS] = counts[WEEK_FIRST] = counts[WEEK_ASKINGS] = n;
	counts[WEEK_LONE] = lone;
	counts[WEEK_ACTIVE] = DAYS;
	/* those without a case, and those under one of the unit's */
	cases[0].counts[CASE_ASKINGS] = bare;
	cases[0].counts[CASE_LONE] = lone_bare;
	cases[0].counts[CASE_COLLEAGUE] = bare - lone_bare;
	cases[1].counts[CASE_ASKINGS] = n - bare;
	cases[1].counts[CASE_LONE] = lone - lone_bare;
	cases[1].counts[CASE_COLLEAGUE] = n - bare - (lone - lone_bare);
	assert_int_equal(docket_put(&world.tally.docket, 0, post, cases, 2,
		&fault), 0);
}

static void
add_user(const struct nature *nature, uint32_t u, struct draw *draw)
{
	struct fault fault = { 0 };
	struct triple item = { .a = name(NAME_USER, "u", u),
		.b = nature->unit ? name(NAME_UNIT, "n", u % UNITS) : 0,
		.c = nature->role ? name(NAME_ROLE, "r", u / UNITS % ROLES) :
				    0 };
	uint64_t n = 80 + draw_below(draw, 80);
	bool odd = u <= nature->odd;
	uint64_t lone = odd ? n * 9 / 10 :
		draw_binomial(draw, n, draw_beta(draw, 6, 24));
	uint64_t rest = draw_binomial(draw, n - lone, 0.1);
	uint64_t bare = odd ? lone : draw_binomial(draw, lone, 0.1);
	uint32_t post;

	assert_int_equal(triples_add(&world.book.posts, item, &post, &fault),
		0);
	world.users[u] = (struct user_tally){ .lookups = n, .subjects = n,
		.active_days = DAYS, .post = post };
	fill_user(post, n, lone, nature->has_case ? rest + bare : n,
		nature->has_case ? bare : lone);
}

static void
tally_open(void)
{
	struct tally *tally = &world.tally;
	struct fault fault = { 0 };

	assert_int_equal(ledger_init(&tally->kinds, KIND_COUNTS, &fault), 0);
	assert_int_equal(ledger_init(&tally->weeks, WEEK_COUNTS, &fault), 0);
	assert_int_equal(ledger_init(&tally->areas, AREA_COUNTS, &fault), 0);
	assert_int_equal(ledger_init(&tally->ranges, RANGE_COUNTS, &fault), 0);
	assert_int_equal(docket_init(&tally->docket, USERS + 1, 1, &fault), 0);
	for (size_t t = 0; t < TABLE_N; t++)
		assert_int_equal(ledger_init(&tally->tables[t],
			subject_table_width(t), &fault), 0);
}

static void
world_make(const struct nature *nature, uint64_t seed)
{
	struct fault fault = { 0 };
	struct draw draw = { seed };

	memset(&world, 0, sizeof(world));
	for (size_t i = 0; i < NAME_N; i++)
		assert_int_equal(dict_init(&world.book.names[i], &fault), 0);
	assert_int_equal(name(NAME_CASE, "c", 1), 1);
	assert_int_equal(triples_init(&world.book.posts, &fault), 0);
	world.book.given[FIELD_UNIT] = nature->unit;
	world.book.given[FIELD_ROLE] = nature->role;
	world.book.given[FIELD_CASE] = nature->has_case;
	world.tally = (struct tally){ .users = world.users,
		.n_users = USERS + 1, .unit_subjects = world.unit_subjects };
	tally_open();
	for (uint32_t u = 1; u <= USERS; u++)
		add_user(nature, u, &draw);
	world.tally.n_units = world.book.names[NAME_UNIT].n;
}

static void
tally_close(void)
{
	struct tally *tally = &world.tally;

	ledger_free(&tally->kinds);
	ledger_free(&tally->weeks);
	ledger_free(&tally->areas);
	ledger_free(&tally->ranges);
	docket_free(&tally->docket);
	for (size_t t = 0; t < TABLE_N; t++)
		ledger_free(&tally->tables[t]);
}

static void
world_free(void)
{
	for (size_t i = 0; i < NAME_N; i++)
		dict_free(&world.book.names[i]);
	triples_free(&world.book.posts);
	tally_close();
}

static void
rank_reviewed(struct ranking *ret, enum subject_of_report by,
	const struct reviewed *reviewed)
{
	struct ranking_options options = { .by = by, .fdr = 0.05,
		.reviewed = reviewed, .threads = 1 };
	struct fault fault = { 0 };

	assert_int_equal(ranking_make(&world.book, &world.tally, &options, ret,
		&fault), 0);
}

static void
rank(struct ranking *ret, enum subject_of_report by)
{
	rank_reviewed(ret, by, NULL);
}

static const struct ranked *
find_user(const struct ranking *ranking, uint32_t user)
{
	for (size_t i = 0; i < ranking->n; i++) {
		if (ranking->items[i].entity == user)
			return &ranking->items[i];
	}
	fail_msg("no user %u", user);
	return NULL;
}

static uint32_t
bits_telling(const struct ranked *item)
{
	uint32_t bits = 0;

	for (size_t t = 0; t < item->n_telling; t++)
		bits |= 1u << item->telling[t];
	return bits;
}

/* What holds of every ranking. */
static void
assert_order(const struct ranking *ranking, double fdr)
{
	size_t flagged = 0, m = 0;
	bool seen[USERS + 1] = { false };

	for (size_t i = 0; i < ranking->n; i++) {
		const struct ranked *a = &ranking->items[i], *b = a + 1;

		assert_false(seen[a->entity]);
		seen[a->entity] = true;
		m += isnan(a->ln_p) ? 0 : 1;
		flagged += a->flagged;
		if (a->flagged)
			assert_true(a->ln_q <= log(fdr) + 1e-9);
		assert_int_equal(isnan(a->ln_p), isnan(a->ln_q));
		if (i + 1 == ranking->n)
			break;
		if (isnan(a->ln_p)) {
			assert_true(isnan(b->ln_p));
			assert_true(a->entity < b->entity);
			continue;
		}
		if (isnan(b->ln_p))
			continue;
		assert_true(a->ln_p <= b->ln_p);
		assert_true(a->ln_p < b->ln_p || a->entity < b->entity);
		assert_true(a->ln_q <= b->ln_q + 1e-9);
	}
	assert_int_equal(flagged, ranking->flagged);
	/* q by its definition, to the digits that are kept */
	for (size_t i = 0; i < m; i++) {
		double ln_q = 0;

		for (size_t k = i; k < m; k++)
			ln_q = fmin(ln_q, ranking->items[k].ln_p +
				log((double)m / (double)(k + 1)));
		assert_true(fabs(ranking->items[i].ln_q - ln_q) < 1e-3);
	}
}

static void
test_honest(void **state)
{
	size_t flagged = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct ranking ranking;

		world_make(&honest, seed);
		rank(&ranking, BY_USER);
		assert_int_equal(ranking.n, USERS);
		assert_true(ranking.may_flag);
		assert_order(&ranking, 0.05);
		flagged += ranking.flagged;
		ranking_free(&ranking);
		world_free();
	}
	print_message("%zu honest users flagged in 20 portals\n", flagged);
	assert_in_range(flagged, 0, 3);
}

static void
test_odd(void **state)
{
	struct nature nature = honest;
	struct ranking ranking;

	(void)state;
	nature.odd = 3;
	world_make(&nature, 30);
	rank(&ranking, BY_USER);
	assert_order(&ranking, 0.05);
	assert_true(ranking.flagged >= 3);
	for (size_t i = 0; i < 3; i++) {
		const struct ranked *item = &ranking.items[i];

		assert_in_range(item->entity, 1, 3);
		assert_true(item->flagged);
		assert_true(item->n_telling >= 1);
		for (size_t t = 0; t < item->n_telling; t++) {
			double ln_p = item->of[item->telling[t]].ln_p;

			assert_true(ln_p <= TELLING_LN_P);
			assert_true(t == 0 || ln_p >=
				item->of[item->telling[t - 1]].ln_p);
		}
	}
	ranking_free(&ranking);
	world_free();
}

/* Without unit or role nobody is flagged, but the order is given. */
static void
test_no_peers(void **state)
{
	(void)state;
	for (int what = 0; what < 3; what++) {
		struct nature nature = { what == 1, what == 2, true, 3 };
		struct ranking ranking;

		world_make(&nature, 40);
		rank(&ranking, BY_USER);
		assert_order(&ranking, 0.05);
		assert_false(ranking.may_flag);
		assert_int_equal(ranking.flagged, 0);
		assert_in_range(ranking.items[0].entity, 1, 3);
		assert_true(ranking.items[0].ln_q < log(0.05));
		ranking_free(&ranking);
		world_free();
	}
}

/* Nor is a unit whose roles are not known, however odd. */
static void
test_units_without_roles(void **state)
{
	struct nature nature = { true, false, true, 0 };
	struct ranking ranking;

	(void)state;
	world_make(&nature, 45);
	for (uint32_t u = 0; u < USERS; u += UNITS)
		fill_user(u, 100, 100, 100, 100);
	rank(&ranking, BY_UNIT);
	print_message("q %g\n", exp(ranking.items[0].ln_q));
	assert_true(ranking.items[0].ln_q < log(0.05));
	assert_int_equal(ranking.flagged, 0);
	ranking_free(&ranking);
	world_free();
}

static void
test_no_case(void **state)
{
	struct nature nature = { true, true, false, 3 };
	struct ranking ranking;

	(void)state;
	world_make(&nature, 50);
	rank(&ranking, BY_USER);
	assert_order(&ranking, 0.05);
	assert_int_equal(ranking.lacks[SIGNAL_NO_CASE], FIELD_CASE);
	assert_int_equal(ranking.lacks[SIGNAL_WASHING], FIELD_CASE);
	assert_int_equal(ranking.lacks[SIGNAL_LONE], FIELD_N);
	for (size_t i = 0; i < ranking.n; i++) {
		const struct ranked *item = &ranking.items[i];

		assert_true(isnan(item->of[SIGNAL_NO_CASE].ln_p));
		assert_true(item->ln_p <= 0);
		for (size_t t = 0; t < item->n_telling; t++)
			assert_int_not_equal(item->telling[t], SIGNAL_NO_CASE);
	}
	ranking_free(&ranking);
	world_free();
}

/* All alike: equal p, in order of bytes. */
static void
test_ties(void **state)
{
	struct ranking ranking;

	(void)state;
	world_make(&honest, 60);
	for (uint32_t u = 0; u < USERS; u++) {
		fill_user(u, 100, 20, 10, 2);
		world.users[u + 1].lookups = 100;
	}
	rank(&ranking, BY_USER);
	assert_order(&ranking, 0.05);
	assert_int_equal(ranking.flagged, 0);
	for (size_t i = 0; i < USERS; i++)
		assert_int_equal(ranking.items[i].entity, i + 1);
	ranking_free(&ranking);
	world_free();
}

/* Users without a lookup in the window are not ranked. */
static void
test_not_judged(void **state)
{
	struct ranking ranking;

	(void)state;
	world_make(&honest, 70);
	/* posts were numbered as they came */
	world.users[USERS] = (struct user_tally){ 0 };
	world.tally.kinds.n--;
	world.tally.weeks.n--;
	world.tally.docket.pages[world.book.posts.n - 1].n = 0;
	rank(&ranking, BY_USER);
	assert_int_equal(ranking.n, USERS - 1);
	for (size_t i = 0; i < ranking.n; i++)
		assert_int_not_equal(ranking.items[i].entity, USERS);
	ranking_free(&ranking);
	world_free();
	world_make(&honest, 70);
	tally_close();
	tally_open();
	memset(world.users, 0, sizeof(world.users));
	rank(&ranking, BY_USER);
	assert_int_equal(ranking.n, 0);
	ranking_free(&ranking);
	world_free();
}

static void
test_units(void **state)
{
	struct ranking ranking;

	(void)state;
	world_make(&honest, 80);
	rank(&ranking, BY_UNIT);
	assert_order(&ranking, 0.05);
	assert_int_equal(ranking.n, UNITS);
	for (size_t i = 0; i < ranking.n; i++) {
		assert_in_range(ranking.items[i].entity, 1, UNITS);
		assert_true(ranking.items[i].ln_p <= 0);
	}
	ranking_free(&ranking);
	world_free();
}

/* Three are odd; user 1 was looked into. */
static void
open_reviewed(struct ranking *before, uint32_t *ret_telling)
{
	struct nature nature = honest;

	nature.odd = 3;
	world_make(&nature, 30);
	rank(before, BY_USER);
	assert_true(find_user(before, 1)->flagged);
	*ret_telling = bits_telling(find_user(before, 1));
	assert_true(*ret_telling & 1u << SIGNAL_LONE);
	assert_true(*ret_telling & 1u << SIGNAL_NO_CASE);
}

/* All that tells against him was cleared, and nothing is newer. */
static void
test_cleared(void **state)
{
	uint32_t cleared[USERS + 1] = { 0 }, telling;
	struct ranking before, after, fresh = { 0 };
	static const uint8_t pass[(USERS + 1) * SIGNAL_N];
	struct reviewed reviewed = { cleared, pass, &fresh, 1 };
	const struct ranked *was, *is;

	(void)state;
	open_reviewed(&before, &telling);
	cleared[1] = telling;
	rank_reviewed(&after, BY_USER, &reviewed);
	assert_order(&after, 0.05);
	was = find_user(&before, 1);
	is = find_user(&after, 1);
	assert_false(is->flagged);
	assert_true(is->ln_p > was->ln_p);
	assert_int_equal(is->cleared, telling);
	assert_int_equal(bits_telling(is) & telling, 0);
	for (size_t s = 0; s < SIGNAL_N; s++) {
		if (!(telling & 1u << s))
			continue;
		/* he is no yardstick to himself, and stands out as ever */
		assert_true(is->of[s].ln_p <= TELLING_LN_P);
		assert_int_equal(is->of[s].k, was->of[s].k);
		assert_int_equal(is->of[s].n, was->of[s].n);
	}
	/* nobody else was */
	for (uint32_t u = 2; u <= 3; u++) {
		assert_true(find_user(&after, u)->flagged);
		assert_int_equal(find_user(&after, u)->cleared, 0);
	}
	ranking_free(&after);
	/* with all signals cleared he is told of, last */
	cleared[1] = UINT32_MAX >> (32 - SIGNAL_N);
	rank_reviewed(&after, BY_USER, &reviewed);
	is = find_user(&after, 1);
	assert_true(fabs(is->ln_p) < 1e-12);
	assert_int_equal(is->n_telling, 0);
	for (size_t s = 0; s < SIGNAL_N; s++)
		assert_int_equal(is->cleared >> s & 1, !isnan(is->raw[s]));
	ranking_free(&after);
	ranking_free(&before);
	world_free();
}

/* What came after the review counts by itself. */
static void
test_newer(void **state)
{
	uint32_t cleared[USERS + 1] = { 0 }, telling;
	struct ranked item = { .entity = 1 };
	struct ranking before, after, fresh = { .items = &item, .n = 1 };
	static const uint8_t pass[(USERS + 1) * SIGNAL_N];
	struct reviewed reviewed = { cleared, pass, &fresh, 1 };
	const struct ranked *is;

	(void)state;
	open_reviewed(&before, &telling);
	ranking_free(&before);
	cleared[1] = UINT32_MAX >> (32 - SIGNAL_N);
	for (size_t s = 0; s < SIGNAL_N; s++)
		item.of[s] = (struct finding){ .ln_p = NAN, .ln_law = NAN };
	item.of[SIGNAL_LONE] = (struct finding){ 40, 41, 8.0, -30, -30, 0 };
	/* not telling */
	item.of[SIGNAL_NO_CASE] = (struct finding){ 2, 41, 1.0, -2, -2, 0 };
	rank_reviewed(&after, BY_USER, &reviewed);
	assert_order(&after, 0.05);
	is = find_user(&after, 1);
	assert_true(is->flagged);
	assert_int_equal(bits_telling(is), 1u << SIGNAL_LONE);
	assert_int_equal(is->cleared & 1u << SIGNAL_LONE, 0);
	assert_int_equal(is->of[SIGNAL_LONE].k, 40);
	assert_true(is->cleared & 1u << SIGNAL_NO_CASE);
	assert_int_not_equal(is->of[SIGNAL_NO_CASE].k, 2);
	ranking_free(&after);
	world_free();
}

/* Nor does it matter that something else was looked into. */
static void
test_another_cleared(void **state)
{
	uint32_t cleared[USERS + 1] = { 0 }, telling;
	struct ranking before, after, fresh = { 0 };
	static const uint8_t pass[(USERS + 1) * SIGNAL_N];
	struct reviewed reviewed = { cleared, pass, &fresh, 1 };

	(void)state;
	open_reviewed(&before, &telling);
	/* this log has no kinds, and no p for a signal of theirs */
	cleared[1] = 1u << SIGNAL_DOSSIER;
	rank_reviewed(&after, BY_USER, &reviewed);
	for (size_t i = 0; i < before.n; i++) {
		const struct ranked *was = &before.items[i];
		const struct ranked *is = &after.items[i];

		assert_int_equal(was->entity, is->entity);
		assert_true(was->ln_p == is->ln_p && was->ln_q == is->ln_q);
		assert_int_equal(was->flagged, is->flagged);
		assert_int_equal(is->cleared, 0);
		assert_int_equal(bits_telling(was), bits_telling(is));
	}
	ranking_free(&after);
	/* and one that has a p, but tells nothing */
	assert_int_equal(telling & 1u << SIGNAL_VOLUME, 0);
	cleared[1] = 1u << SIGNAL_VOLUME;
	rank_reviewed(&after, BY_USER, &reviewed);
	assert_true(find_user(&after, 1)->flagged);
	assert_int_equal(find_user(&after, 1)->cleared, 1u << SIGNAL_VOLUME);
	assert_int_equal(bits_telling(find_user(&after, 1)), telling);
	ranking_free(&after);
	ranking_free(&before);
	world_free();
}

/* An honest world in which the first `users` looked somebody up, once each. */
static void
rank_watched(struct ranking *ret, uint32_t users, bool honeytoken)
{
	static struct watch_entry entry;
	static struct watch_hit hits[USERS];
	static struct registry registry;
	static struct office_unit units[UNITS + 1];
	static struct office office;

	entry = (struct watch_entry){ .key = 7, .honeytoken = honeytoken };
	registry = (struct registry){ .watch = &entry, .n_watch = 1 };
	registry.sheets[SHEET_WATCH].path = "watch.csv";
	office = (struct office){ .registry = &registry, .book = &world.book,
		.units = units };
	for (uint32_t u = 1; u <= USERS; u++) {
		uint64_t *counts = cell(&world.tally.tables[TABLE_VERDICTS],
			world.users[u].post, 0, 0);

		counts[2 * VERDICT_WATCHED] = world.users[u].lookups;
		/* on others of the list many do */
		counts[2 * VERDICT_WATCHED + 1] = u <= users || u % 3 == 0;
		if (u <= users)
			hits[u - 1] = (struct watch_hit){ u, 0, 1, 0, 0 };
	}
	world.tally.office = &office;
	world.tally.watched = hits;
	world.tally.n_watched = users;
	rank(ret, BY_USER);
}

static void
check_bait(uint32_t users, bool honeytoken, uint64_t lookups, bool is_telling,
	bool is_flagged)
{
	struct ranking ranking;

	world_make(&honest, 90);
	for (uint32_t u = 1; lookups > 0 && u <= users; u++)
		world.users[u].lookups = lookups;
	rank_watched(&ranking, users, honeytoken);
	assert_order(&ranking, 0.05);
	for (uint32_t u = 1; u <= users; u++) {
		const struct ranked *item = find_user(&ranking, u);

		assert_int_equal((bits_telling(item) & 1u << SIGNAL_WATCHED) !=
			0, is_telling);
		assert_int_equal(item->flagged, is_flagged);
		assert_int_equal(item->of[SIGNAL_WATCHED].other, is_telling);
	}
	assert_int_equal(ranking.few_lookups,
		is_telling && !is_flagged ? users : 0);
	ranking_free(&ranking);
	world_free();
}

/* Bait that few took proves something; what many know of is no bait. */
static void
test_honeytoken(void **state)
{
	(void)state;
	check_bait(1, true, 0, true, true);
	check_bait(1, true, 10, true, true);
	check_bait(1, true, 9, true, false);
	check_bait(5, true, 0, true, true);
	check_bait(6, true, 0, false, false);
	check_bait(1, false, 0, false, false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_honest),
		cmocka_unit_test(test_odd),
		cmocka_unit_test(test_no_peers),
		cmocka_unit_test(test_units_without_roles),
		cmocka_unit_test(test_no_case),
		cmocka_unit_test(test_ties),
		cmocka_unit_test(test_not_judged),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_cleared),
		cmocka_unit_test(test_newer),
		cmocka_unit_test(test_another_cleared),
		cmocka_unit_test(test_honeytoken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
