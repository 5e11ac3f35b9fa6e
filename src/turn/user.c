/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/user.h"

#include "base/memory.h"
#include "turn/columns.h"

/* Of so many rows at most counts are summed before they are moved. */
enum { LANE_BITS = 16, LANE_MOST = (1 << LANE_BITS) - 1, LANES = 4 };

/* Which count is in which lane, and what it counts. The first number has what
 * is added up for weeks and ranges, too. */
enum { LANE_LOOKUPS, LANE_ASKINGS, LANE_FIRST, LANE_LONE, LANE_LONE_CHAINED,
	LANE_THIN, LANE_SERIES, LANE_WALKS, LANE_DOSSIER, LANE_HOP,
	LANE_NO_CASE, LANE_ALONE, LANE_ALONE_NO_CASE, LANE_ALONE_FIRST,
	LANE_FOREIGN, LANE_N };
static const unsigned char counts_of[LANE_N] = {
	[LANE_ASKINGS] = KIND_ASKINGS,
	[LANE_LONE] = KIND_LONE,
	[LANE_LONE_CHAINED] = KIND_LONE_CHAINED,
	[LANE_THIN] = KIND_THIN,
	[LANE_SERIES] = KIND_SERIES,
	[LANE_WALKS] = KIND_WALKS,
	[LANE_DOSSIER] = KIND_DOSSIER,
	[LANE_HOP] = KIND_HOP,
	[LANE_FIRST] = KIND_FIRST,
	[LANE_NO_CASE] = KIND_NO_CASE,
	[LANE_ALONE] = KIND_ALONE,
	[LANE_ALONE_NO_CASE] = KIND_ALONE_NO_CASE,
	[LANE_ALONE_FIRST] = KIND_ALONE_FIRST,
	[LANE_FOREIGN] = KIND_FOREIGN,
	[LANE_LOOKUPS] = KIND_LOOKUPS,
};

static inline uint64_t
lane_of(uint64_t four, unsigned number)
{
	return four >> number * LANE_BITS & LANE_MOST;
}

static inline uint64_t
lane(const struct user_lanes *lanes, unsigned number)
{
	return lane_of(lanes->of[number / LANES], number % LANES);
}

static inline void
add_lanes(struct user_lanes *to, const struct user_lanes *lanes)
{
	for (unsigned i = 0; i < LANES; i++)
		to->of[i] += lanes->of[i];
}

/* What a judged row's marks come to. PACED and SEQUENCE stand only where the
 * asking before has none; BARE is as in a timeline. */
static void
count_marks(unsigned marks, uint64_t counts[KIND_COUNTS])
{
	bool bare = (marks & MARK_BARE) != 0;
	bool lone = (marks & MARK_LONE) != 0;
	bool thin = ((marks & MARK_THIN) != 0) & !lone;
	bool first = (marks & MARK_FIRST) != 0;
	bool alone = (marks & MARK_ALONE) != 0;
	bool foreign = (marks & MARK_FOREIGN) != 0;

	counts[KIND_LOOKUPS]++;
	counts[KIND_HOP] += (marks & MARK_HOP) != 0;
	if (!(marks & MARK_ASKING))
		return;
	counts[KIND_ASKINGS]++;
	counts[KIND_FIRST] += first;
	counts[KIND_NO_CASE] += bare;
	counts[KIND_LONE] += lone;
	counts[KIND_LONE_CHAINED] += lone & ((marks & MARK_CHAINED) != 0);
	counts[KIND_THIN] += thin;
	counts[KIND_SERIES] += (marks & MARK_PACED) != 0;
	counts[KIND_WALKS] += (marks & MARK_SEQUENCE) != 0;
	counts[KIND_DOSSIER] += lone & ((marks & MARK_DOSSIER) != 0);
	counts[KIND_ALONE] += alone;
	counts[KIND_ALONE_NO_CASE] += alone & bare;
	counts[KIND_ALONE_FIRST] += alone & first;
	counts[KIND_FOREIGN] += foreign & first;
}

static struct user_lanes
lanes_of(unsigned marks)
{
	struct user_lanes lanes = { { 0 } };
	uint64_t counts[KIND_COUNTS] = { 0 };

	count_marks(marks, counts);
	for (unsigned i = 0; i < LANE_N; i++)
		lanes.of[i / LANES] |= counts[counts_of[i]]
			<< i % LANES * LANE_BITS;
	return lanes;
}

/* Of all marks that are counted together; no row that is not judged is. */
static int
make_lanes(struct user_fold *fold, struct fault *fault)
{
	fold->lanes_of = memory_array(TIMELINE_INDEXES,
		sizeof(*fold->lanes_of));
	if (fold->lanes_of == NULL)
		return fault_memory(fault);
	for (unsigned i = 0; i < 1 << 7; i++) {
		for (unsigned k = 0; k < 1 << 5; k++) {
			unsigned marks = MARK_JUDGED | i * MARK_LONE |
				k * MARK_CHAINED;

			fold->lanes_of[timeline_index(marks)] =
				lanes_of(marks);
		}
	}
	return 0;
}

int
user_fold_init(struct user_fold *fold,
	const struct user_fold_options *options, struct fault *fault)
{
	static const size_t widths[USER_LEDGERS] = {
		[USER_KINDS] = KIND_COUNTS,
		[USER_WEEKS] = WEEK_COUNTS,
		[USER_AREAS] = AREA_COUNTS,
		[USER_RANGES] = RANGE_COUNTS,
	};

	*fold = (struct user_fold){ .book = options->book,
		.timeline = { .book = options->book,
			.window = options->window,
			.range_of = options->range_of,
			.maker = columns_best() },
		.cases = { .docket = options->docket, .pen = options->pen } };
	if (make_lanes(fold, fault) != 0)
		return -1;
	for (size_t i = 0; i < USER_LEDGERS; i++) {
		if (pad_init(&fold->pads[i], widths[i], fault) != 0 ||
			ledger_init(&fold->cells[i], widths[i], fault) != 0)
			return -1;
	}
	fold->sums_of = memory_array(options->book->facets.n,
		sizeof(*fold->sums_of));
	return fold->sums_of != NULL ? 0 : fault_memory(fault);
}

void
user_fold_free(struct user_fold *fold)
{
	for (size_t i = 0; i < USER_LEDGERS; i++) {
		pad_free(&fold->pads[i]);
		ledger_free(&fold->cells[i]);
	}
	timeline_free(&fold->timeline);
	cases_free(&fold->cases);
	free(fold->lanes_of);
	free(fold->sums);
	free(fold->facets_of);
	free(fold->sums_of);
}

/* From the sums of a facet to the pads. */
static int
move_sums(struct user_fold *fold, const struct user_lanes *sums,
	const struct triple *facet, uint32_t post, struct fault *fault)
{
	uint64_t n = lane(sums, LANE_LOOKUPS), *cell;

	if (n == 0)
		return 0;
	if (pad_at(&fold->pads[USER_KINDS],
		    (struct ledger_key){ post, facet->a, 0, 0 }, &cell,
		    fault) != 0)
		return -1;
	cell[KIND_OUTCOMES] += facet->c != OUTCOME_UNKNOWN ? n : 0;
	cell[KIND_DENIED] += facet->c == OUTCOME_DENIED ? n : 0;
	for (unsigned i = 0; i < LANE_N; i++)
		cell[counts_of[i]] += lane(sums, i);
	if (lane(sums, LANE_ASKINGS) == 0)
		return 0;
	if (pad_at(&fold->pads[USER_AREAS],
		    (struct ledger_key){ post, facet->b, 0, 0 }, &cell,
		    fault) != 0)
		return -1;
	cell[AREA_ASKINGS] += lane(sums, LANE_ASKINGS);
	cell[AREA_LONE] += lane(sums, LANE_LONE);
	cell[AREA_THIN] += lane(sums, LANE_THIN);
	return 0;
}

/* All of them, of one post. */
static int
move_all(struct user_fold *fold, uint32_t post, struct fault *fault)
{
	const struct triple *facets = fold->book->facets.items;

	for (size_t i = 1; i <= fold->n_sums; i++) {
		uint32_t facet = fold->facets_of[i];

		if (move_sums(fold, &fold->sums[i], &facets[facet], post,
			    fault) != 0)
			return -1;
		fold->sums_of[facet] = 0;
	}
	fold->n_sums = fold->n_summed = 0;
	return 0;
}

static int
add_facet(struct user_fold *fold, uint32_t facet, struct fault *fault)
{
	size_t n = fold->n_sums + 1;

	if (memory_grow((void **)&fold->sums, &fold->sums_cap, n + 1,
		    sizeof(*fold->sums), DICT_MAX, "facets of one user",
		    fault) != 0 ||
		memory_grow((void **)&fold->facets_of, &fold->facets_cap, n + 1,
			sizeof(*fold->facets_of), DICT_MAX,
			"facets of one user", fault) != 0)
		return -1;
	fold->n_sums = n;
	fold->sums[n] = (struct user_lanes){ { 0 } };
	fold->facets_of[n] = facet;
	fold->sums_of[facet] = (uint32_t)n;
	return 0;
}

/* Add up rows [start, end) up to one whose facet has no sums; returns its
 * number. *all gets what the first number of lanes comes to. By itself, as it
 * wants all registers. */
static __attribute__((noinline)) size_t
add_rows(struct user_fold *fold, size_t start, size_t end, uint64_t *all)
{
	const uint32_t *facets = fold->timeline.facets;
	const uint16_t *indexes = fold->timeline.indexes;
	const struct user_lanes *of = fold->lanes_of;
	const uint32_t *sums_of = fold->sums_of;
	struct user_lanes *sums = fold->sums;
	uint64_t sum = *all;

	for (; start < end; start++) {
		const struct user_lanes *lanes = &of[indexes[start]];
		uint32_t number = sums_of[facets[start]];

		if (number == 0)
			break;
		add_lanes(&sums[number], lanes);
		sum += lanes->of[0];
	}
	*all = sum;
	return start;
}

/* Add up rows [start, end), LANE_MOST at most, of one run. */
static int
sum_rows(struct user_fold *fold, size_t start, size_t end, uint64_t *ret,
	struct fault *fault)
{
	uint64_t all = 0;

	while ((start = add_rows(fold, start, end, &all)) < end) {
		if (add_facet(fold, fold->timeline.facets[start], fault) != 0)
			return -1;
	}
	*ret = all;
	return 0;
}

/* Days are counted as they come: rows are in order of time. A day that is
 * split between two cells is a day of either. */
static void
count_day(uint64_t *days, uint64_t *last, int32_t day)
{
	uint64_t number = (uint64_t)((int64_t)day + 1 - INT32_MIN);

	*days += number != *last;
	*last = number;
}

/* Add what rows of a run come to to its week and its range. */
static int
count_sums(struct user_fold *fold, const struct timeline_run *run,
	uint64_t sums, struct fault *fault)
{
	uint64_t *week, *range;

	if (pad_guess(&fold->pads[USER_WEEKS], &fold->of_week,
		    (struct ledger_key){ run->post,
			    (uint32_t)(run->day / WEEK_DAYS), 0, 0 },
		    &week, fault) != 0 ||
		pad_guess(&fold->pads[USER_RANGES], &fold->of_range,
			(struct ledger_key){ run->post, run->range, 0, 0 },
			&range, fault) != 0)
		return -1;
	week[WEEK_LOOKUPS] += lane_of(sums, LANE_LOOKUPS);
	week[WEEK_ASKINGS] += lane_of(sums, LANE_ASKINGS);
	week[WEEK_FIRST] += lane_of(sums, LANE_FIRST);
	week[WEEK_LONE] += lane_of(sums, LANE_LONE);
	count_day(&week[WEEK_ACTIVE], &week[WEEK_LAST_DAY], run->day);
	range[RANGE_LOOKUPS] += lane_of(sums, LANE_LOOKUPS);
	range[RANGE_LONE] += lane_of(sums, LANE_LONE);
	count_day(&range[RANGE_ACTIVE], &range[RANGE_LAST_DAY], run->day);
	return 0;
}

static int
count_run(struct user_fold *fold, const struct timeline_run *run,
	struct user_tally *user, struct fault *fault)
{
	uint64_t sums;

	for (size_t at = run->start, end; at < run[1].start; at = end) {
		end = run[1].start - at > LANE_MOST ? at + LANE_MOST :
						      run[1].start;
		if (fold->n_summed + (end - at) > LANE_MOST &&
			move_all(fold, run->post, fault) != 0)
			return -1;
		fold->n_summed += end - at;
		if (sum_rows(fold, at, end, &sums, fault) != 0)
			return -1;
		if (lane_of(sums, LANE_LOOKUPS) == 0)
			continue;
		if (count_sums(fold, run, sums, fault) != 0)
			return -1;
		user->lookups += lane_of(sums, LANE_LOOKUPS);
		user->subjects += lane_of(sums, LANE_FIRST);
		user->post = run->post;
	}
	return 0;
}

/* When the judged rows were, the first and the last. */
static void
find_ends(const struct timeline *timeline, struct user_tally *user)
{
	size_t first = 0, last = timeline->n;

	while (!(timeline->marks[first] & MARK_JUDGED))
		first++;
	while (!(timeline->marks[last - 1] & MARK_JUDGED))
		last--;
	user->first_ms = timeline_ms(timeline, first);
	user->last_ms = timeline_ms(timeline, last - 1);
}

static int
count_rows(struct user_fold *fold, struct user_tally *user,
	struct fault *fault)
{
	const struct timeline_run *runs = fold->timeline.runs;
	int32_t last_day = INT32_MIN;

	for (size_t i = 0; i < fold->timeline.n_runs; i++) {
		uint64_t lookups = user->lookups;

		if (i > 0 && runs[i].post != runs[i - 1].post &&
			move_all(fold, runs[i - 1].post, fault) != 0)
			return -1;
		if (count_run(fold, &runs[i], user, fault) != 0)
			return -1;
		if (user->lookups == lookups)
			continue;
		user->active_days += runs[i].day != last_day;
		last_day = runs[i].day;
	}
	if (user->lookups > 0)
		find_ends(&fold->timeline, user);
	return fold->timeline.n_runs == 0 ?
		0 :
		move_all(fold, runs[fold->timeline.n_runs - 1].post, fault);
}

/* What is on the pad goes behind the cells of the users before. */
static int
close_pad(struct pad *pad, struct ledger *cells, struct fault *fault)
{
	const struct sort_key *keys = pad_sort(pad);

	if (ledger_reserve(cells, pad->n, fault) != 0)
		return -1;
	for (size_t i = 0; i < pad->n; i++)
		memcpy(ledger_append(cells, pad_key(&keys[i])),
			pad_counts(pad, &keys[i]),
			pad->width * sizeof(uint64_t));
	pad_wipe(pad);
	return 0;
}

/* How words have post, case and kind: posts of the user who has this one.
 * Returns their bits. */
static unsigned
plan_cased(struct timeline *timeline, uint32_t post)
{
	const struct book *book = timeline->book;
	const struct triple *posts = book->posts.items;
	size_t first = post, last = post;

	while (first > 0 && posts[first - 1].a == posts[post].a)
		first--;
	while (last + 1 < book->posts.n && posts[last + 1].a == posts[post].a)
		last++;
	timeline->first_post = (uint32_t)first;
	timeline->cased_case = word_bits(book->names[NAME_KIND].n);
	timeline->cased_post = timeline->cased_case +
		word_bits(book->names[NAME_CASE].n);
	return CASED_BITS + timeline->cased_post + word_bits(last - first);
}

int
user_fold_rows(struct user_fold *fold, const struct roll *roll,
	const uint64_t *words, size_t n, struct user_tally *user,
	struct fault *fault)
{
	struct timeline *timeline = &fold->timeline;
	struct user_tally sums = *user;
	unsigned bits = plan_cased(timeline, roll_row(roll, words[0])->post);

	if (timeline_make(timeline, roll, words, n, fault) != 0 ||
		count_rows(fold, &sums, fault) != 0)
		return -1;
	for (size_t i = 0; i < USER_LEDGERS; i++) {
		if (close_pad(&fold->pads[i], &fold->cells[i], fault) != 0)
			return -1;
	}
	*user = sums;
	return bits > WORD_MOST ?
		cases_put_wide(&fold->cases, roll, words, n,
			fold->book->facets.items, fault) :
		cases_put(&fold->cases, timeline, bits, fault);
}
