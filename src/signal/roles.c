/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/roles.h"

#include "base/memory.h"

/* Thousandths, gathered in bins. */
enum { WHOLE = 1000, BIN = 25, BINS = WHOLE / BIN + 1 };
enum {
	STRETCHES_MIN = 3, /* of a post that roles are learned from … */
	STRETCHES_DESK = 2, /* … and of one that may be called a desk for
	                       sure */
	POSTS_MIN = 30,    /* fewer such posts tell nothing */
	GROUP_MIN = 6,     /* posts around the place where a group gathers … */
	GROUP_PER = 100,   /* … and at least one in so many */
	NEAR = 2,          /* bins on either side that are around a place */
	VALLEY = 4,        /* between groups, at most one for so many */
	APART = 200,       /* from one place to the next */
	BARE_PRIOR = 2,    /* askings' worth that the rest of the posts lend */
	LIKE_DESK = 500,   /* stands here, and no group does */
	REVIEW_ASKINGS = 50, /* fewer do not show that somebody reviews */
};
/* Unsure: from here to there, in hundredths, on the way from case work. */
enum { UNSURE_FROM = 40, UNSURE_TO = 65 };

struct stand {
	uint32_t at;        /* lone × √bare */
	uint32_t stretches;
	uint64_t askings, lone;
};

enum { PLACES = ROLE_GROUPS - 1 };
struct place { /* where posts gather */
	uint32_t at;
	uint32_t posts;
};

struct work {
	const struct book *book;
	const struct tally *tally;
	struct stand *stands;  /* by post */
	uint64_t *rest, *bare; /* by post: askings for others than lone
	                          subjects; of them without a case */
	uint32_t *shares;      /* scratch: lone shares of a post's stretches */
	uint32_t bins[BINS];   /* of posts that roles are learned from */
	uint32_t usable;
	struct place places[PLACES];
	size_t n_places;
	uint32_t review; /* case work with a lone share below it is review; 0:
	                    there is no such group */
};

static void
work_free(struct work *work)
{
	free(work->stands);
	free(work->rest);
	free(work->bare);
	free(work->shares);
}

static uint64_t
root_of(uint64_t square)
{
	uint64_t root = 0;

	for (uint64_t bit = (uint64_t)1 << 31; bit > 0; bit >>= 1) {
		if ((root | bit) * (root | bit) <= square)
			root |= bit;
	}
	return root;
}

static int
compare_shares(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* The lower quartile of lone shares, over the weeks [start, end) of a post.
 * Of one who has no whole stretch, the share of all there is. */
static uint32_t
find_lone(struct work *work, size_t start, size_t end, struct stand *stand)
{
	const struct ledger *weeks = &work->tally->weeks;
	uint64_t askings = 0, lone = 0;

	for (size_t i = start; i < end; i++) {
		const uint64_t *counts = ledger_counts(weeks, i);

		askings += counts[WEEK_ASKINGS];
		lone += counts[WEEK_LONE];
		stand->askings += counts[WEEK_ASKINGS];
		stand->lone += counts[WEEK_LONE];
		if (askings < STRETCH_ASKINGS)
			continue;
		work->shares[stand->stretches++] =
			(uint32_t)(lone * WHOLE / askings);
		askings = lone = 0;
	}
	if (stand->stretches == 0)
		return askings > 0 ? (uint32_t)(lone * WHOLE / askings) : 0;
	qsort(work->shares, stand->stretches, sizeof(*work->shares),
		compare_shares);
	return work->shares[stand->stretches / 4];
}

static void
sum_rests(struct work *work, uint64_t *rest, uint64_t *bare)
{
	struct docket_walk walk = docket_walk(&work->tally->docket);

	while (docket_next(&walk)) {
		const uint64_t *counts = walk.cell.counts;
		uint64_t others = counts[CASE_ASKINGS] - counts[CASE_LONE];

		work->rest[walk.post] += others;
		*rest += others;
		if (walk.cell.caseref != 0)
			continue;
		work->bare[walk.post] += others;
		*bare += others;
	}
}

/* Where the log gives every post its role, none is learned. */
static bool
lacks_roles(const struct book *book)
{
	for (size_t i = 0; i < book->posts.n; i++) {
		if (book->posts.items[i].c == 0)
			return true;
	}
	return false;
}

static void
find_stands(struct work *work)
{
	const struct ledger *weeks = &work->tally->weeks;
	bool cases = work->book->given[FIELD_CASE];
	uint64_t all_rest = 0, all_bare = 0, usual;

	if (lacks_roles(work->book))
		sum_rests(work, &all_rest, &all_bare);
	usual = all_rest > 0 ? all_bare * WHOLE / all_rest : WHOLE;
	for (size_t start = 0, end = 0; start < weeks->n; start = end) {
		uint32_t post = weeks->keys[start].a;
		struct stand *stand = &work->stands[post];
		uint64_t bare = WHOLE, lone;

		while (end < weeks->n && weeks->keys[end].a == post)
			end++;
		lone = find_lone(work, start, end, stand);
		if (cases)
			bare = (work->bare[post] * WHOLE + BARE_PRIOR * usual) /
				(work->rest[post] + BARE_PRIOR);
		stand->at = (uint32_t)root_of(lone * lone * bare / WHOLE);
		if (stand->stretches < STRETCHES_MIN)
			continue;
		work->bins[stand->at / BIN]++;
		work->usable++;
	}
}

/* Posts around a bin. */
static uint32_t
around(const struct work *work, int bin)
{
	uint32_t sum = 0;

	for (int b = bin - NEAR; b <= bin + NEAR; b++) {
		if (b >= 0 && b < BINS)
			sum += work->bins[b];
	}
	return sum;
}

/* The fullest place of the bins [from, to). */
static struct place
fullest(const struct work *work, int from, int to)
{
	struct place best = { 0 };

	for (int b = from; b < to; b++) {
		uint32_t posts = around(work, b);

		if (posts > best.posts)
			best = (struct place){
				(uint32_t)(b * BIN + BIN / 2), posts };
	}
	return best;
}

/* Do the bins [from, to) fall into two, each a group? The emptiest place that
 * parts them; 0: they do not. */
static int
find_valley(const struct work *work, int from, int to)
{
	uint32_t least = work->usable / GROUP_PER;
	uint32_t best_in = 1, best_of = VALLEY;
	int best = 0;

	least = least > GROUP_MIN ? least : GROUP_MIN;
	for (int b = from + 1; b + 1 < to; b++) {
		struct place low = fullest(work, from, b);
		struct place high = fullest(work, b + 1, to);
		uint32_t peak =
			low.posts < high.posts ? low.posts : high.posts;
		uint32_t in = around(work, b);

		if (peak < least || high.at < low.at + APART)
			continue;
		if ((uint64_t)in * best_of < (uint64_t)best_in * peak) {
			best = b;
			best_in = in;
			best_of = peak;
		}
	}
	return best;
}

/* Part the bins where they fall apart, and the parts again. */
static void
find_places(struct work *work)
{
	int bounds[PLACES + 1] = { 0, BINS };
	size_t n = 1;

	for (size_t i = 0; i < n && n < PLACES;) {
		int valley = find_valley(work, bounds[i], bounds[i + 1]);

		if (valley == 0 || work->usable < POSTS_MIN) {
			i++;
			continue;
		}
		memmove(&bounds[i + 2], &bounds[i + 1],
			(n - i) * sizeof(*bounds));
		bounds[i + 1] = valley;
		n++;
	}
	work->n_places = n;
	for (size_t i = 0; i < n; i++)
		work->places[i] = fullest(work, bounds[i], bounds[i + 1]);
}

/* The nearest place. */
static size_t
group_of(const struct work *work, const struct stand *stand)
{
	size_t group = 0;

	while (group + 1 < work->n_places &&
		2 * stand->at >=
			work->places[group].at + work->places[group + 1].at)
		group++;
	return group;
}

static bool
is_unsure(const struct work *work, const struct stand *stand, size_t group)
{
	uint32_t way, gone;

	if (work->n_places == 1)
		return stand->at >= LIKE_DESK;
	if (group > 0 && stand->stretches < STRETCHES_DESK)
		return true;
	if (stand->at < work->places[0].at)
		return false;
	way = work->places[1].at - work->places[0].at;
	gone = stand->at - work->places[0].at;
	return gone * 100 >= way * UNSURE_FROM && gone * 100 < way * UNSURE_TO;
}

static uint32_t
share_of(const struct stand *stand)
{
	return (uint32_t)(stand->lone * WHOLE / stand->askings);
}

/* Some only look at what others have asked for before. They are a group if
 * more do so a third as often as is usual than do between a third and half as
 * often, where in one group there are many more. */
static int
find_review(struct work *work, struct fault *fault)
{
	size_t n = work->book->posts.n, used = 0, below = 0, between = 0;
	uint32_t *shares = memory_array(n, sizeof(*shares)), usual;

	if (shares == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < n; i++) {
		if (work->stands[i].askings >= REVIEW_ASKINGS &&
			group_of(work, &work->stands[i]) == 0)
			shares[used++] = share_of(&work->stands[i]);
	}
	qsort(shares, used, sizeof(*shares), compare_shares);
	usual = used > 0 ? shares[used / 2] : 0;
	for (size_t i = 0; i < used; i++) {
		below += 3 * shares[i] < usual;
		between += 3 * shares[i] >= usual && 2 * shares[i] < usual;
	}
	if (used >= POSTS_MIN && below >= GROUP_MIN &&
		below * GROUP_PER >= used && below > between)
		work->review = (usual + 2) / 3;
	free(shares);
	return 0;
}

/* Of the posts [start, end) of a user, the first with the most work. */
static const struct stand *
busiest_of(const struct work *work, size_t start, size_t end)
{
	const struct stand *best = &work->stands[start];

	for (size_t i = start + 1; i < end; i++) {
		if (work->stands[i].askings > best->askings)
			best = &work->stands[i];
	}
	return best;
}

/* A post of little work, or of none in the window, is what the same user is at
 * his busiest. */
static const struct stand *
stand_of(const struct stand *own, const struct stand *busiest)
{
	return own->stretches < STRETCHES_MIN &&
			busiest->askings > own->askings ?
		busiest :
		own;
}

/* The role that the log gives the user [start, end) most often; 0: none. */
static uint32_t
usual_role(const struct work *work, size_t start, size_t end)
{
	const struct triple *posts = work->book->posts.items;
	uint64_t most = 0;
	uint32_t role = 0;

	for (size_t i = start; i < end; i++) {
		if (posts[i].c == 0 || work->stands[i].askings < most ||
			(role != 0 && work->stands[i].askings == most))
			continue;
		most = work->stands[i].askings;
		role = posts[i].c;
	}
	return role;
}

static size_t
place(const struct work *work, const struct stand *stand, bool *ret_unsure)
{
	size_t group = group_of(work, stand);

	*ret_unsure = is_unsure(work, stand, group);
	if (group == 0 && stand->askings >= REVIEW_ASKINGS &&
		share_of(stand) < work->review)
		return work->n_places;
	return group;
}

static void
place_user(const struct work *work, size_t start, size_t end,
	struct roles *roles)
{
	size_t given = work->book->names[NAME_ROLE].n;
	const struct stand *busiest = busiest_of(work, start, end);
	uint32_t usual = usual_role(work, start, end);
	bool counted[ROLE_GROUPS] = { false }, learned = false;

	for (size_t i = start; i < end; i++) {
		bool unsure;
		size_t group = place(work,
			stand_of(&work->stands[i], busiest), &unsure);

		roles->role[i] = work->book->posts.items[i].c;
		if (roles->role[i] == 0)
			roles->role[i] = usual;
		if (roles->role[i] != 0)
			continue;
		roles->role[i] = (uint32_t)(given + group);
		roles->unsure[i] = unsure || work->usable < POSTS_MIN;
		if (work->stands[i].askings == 0)
			continue;
		roles->groups[group].users += !counted[group];
		roles->learned += !learned;
		counted[group] = learned = true;
	}
}

static void
name_groups(const struct work *work, struct roles *roles)
{
	static const char *const names[PLACES][PLACES] = {
		{ "case work (learned)" },
		{ "case work (learned)", "desk (learned)" },
		{ "case work (learned)", "part desk (learned)",
			"desk (learned)" },
	};

	for (size_t g = 0; g < work->n_places; g++)
		roles->groups[g].name = names[work->n_places - 1][g];
	roles->groups[work->n_places].name = "review (learned)";
}

int
roles_learn(const struct book *book, const struct tally *tally,
	struct roles *ret, struct fault *fault)
{
	const struct triple *posts = book->posts.items;
	size_t n = book->posts.n;
	struct work work = { .book = book, .tally = tally };
	struct roles roles = { 0 };
	int result = -1;

	roles.role = memory_array(n, sizeof(*roles.role));
	roles.unsure = memory_array(n, sizeof(*roles.unsure));
	work.stands = memory_array(n, sizeof(*work.stands));
	work.rest = memory_array(n, sizeof(*work.rest));
	work.bare = memory_array(n, sizeof(*work.bare));
	work.shares = memory_array(tally->weeks.n, sizeof(*work.shares));
	if (roles.role == NULL || roles.unsure == NULL || work.stands == NULL ||
		work.rest == NULL || work.bare == NULL || work.shares == NULL) {
		fault_memory(fault);
		goto out;
	}
	find_stands(&work);
	find_places(&work);
	if (find_review(&work, fault) != 0)
		goto out;
	for (size_t start = 0, end = 0; start < n; start = end) {
		while (end < n && posts[end].a == posts[start].a)
			end++;
		place_user(&work, start, end, &roles);
	}
	roles.sure = work.usable >= POSTS_MIN;
	roles.n = book->names[NAME_ROLE].n + ROLE_GROUPS;
	if (roles.learned > 0) {
		roles.n_groups = work.n_places + (work.review > 0);
		name_groups(&work, &roles);
	}
	result = 0;
out:
	work_free(&work);
	if (result == 0)
		*ret = roles;
	else
		roles_free(&roles);
	return result;
}

void
roles_free(struct roles *roles)
{
	free(roles->role);
	free(roles->unsure);
	*roles = (struct roles){ 0 };
}
