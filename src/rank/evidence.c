/* SPDX-License-Identifier: Apache-2.0 */
#include "rank/evidence.h"

#include "base/memory.h"
#include "signal/rarity.h"


const char *const clue_names[CLUE_N] = {
	[CLUE_LONE] = "lone",
	[CLUE_NO_CASE] = "no-case",
	[CLUE_THIN] = "thin",
	[CLUE_FOREIGN] = "foreign",
	[CLUE_AGAIN] = "again",
	[CLUE_CROWD] = "crowd",
	[CLUE_DOSSIER] = "dossier",
	[CLUE_FAR] = "far",
	[CLUE_SOURCE] = "source",
	[CLUE_HOP] = "hop",
	[CLUE_CHAINED] = "chained",
	[CLUE_PACED] = "paced",
	[CLUE_SEQUENCE] = "sequence",
	[CLUE_NEW] = "new",
	[CLUE_DENIED] = "denied",
	[CLUE_UNKNOWN_CASE] = "unknown-case",
	[CLUE_CLOSED_CASE] = "closed-case",
	[CLUE_UNASSIGNED] = "unassigned",
	[CLUE_OFF_CASE] = "off-case",
	[CLUE_OUT_OF_AREA] = "out-of-area",
	[CLUE_OFF_KIND] = "off-kind",
	[CLUE_OFF_DUTY] = "off-duty",
	[CLUE_WATCHED] = "watched",
	[CLUE_LEAKED] = "leaked",
};

struct gathering {
	const struct book *book;
	const struct tally *tally;
	const struct ranked *ranked;
	uint32_t user;
	bool *far;     /* by cell of tally->areas */
	bool *strange; /* by cell of tally->ranges */
	uint64_t *again; /* subjects he came back to as fixation found it */
	size_t n_again;
};

/* A lookup that is looked at. */
struct look {
	const struct gathering *of;
	const struct row *row;
	unsigned marks;
	enum rule rule;
	unsigned wrong; /* verdicts of the registers */
};

static bool
is_lone(const struct look *look)
{
	return (look->marks & MARK_LONE) != 0;
}

static bool
is_no_case(const struct look *look)
{
	return (look->marks & MARK_ALONE) && look->row->caseref == 0;
}

static bool
is_thin(const struct look *look)
{
	return (look->marks & MARK_THIN) && !is_lone(look);
}

/* With another user, and not his own on two days. */
static bool
is_shared(const struct look *look)
{
	return is_thin(look) && !(look->marks & MARK_AGAIN);
}

static bool
is_foreign(const struct look *look)
{
	return (look->marks & MARK_FOREIGN) != 0;
}

static bool
is_again(const struct look *look)
{
	for (size_t i = 0; i < look->of->n_again; i++)
		if (look->of->again[i] == look->row->subject)
			return look->row->caseref == 0;
	return false;
}

static bool
is_crowd(const struct look *look)
{
	const struct finding *finding =
		&look->of->ranked->of[SIGNAL_WASHING];

	return is_lone(look) && !isnan(finding->ln_p) &&
		look->row->caseref != 0 &&
		look->row->caseref == finding->other;
}

static bool
is_dossier(const struct look *look)
{
	return is_lone(look) && (look->marks & MARK_DOSSIER);
}

/* Is the cell of this post and thing one of those? */
static bool
is_one_of(const struct ledger *cells, const bool *those, uint32_t post,
	uint32_t thing)
{
	size_t i, end = ledger_range(cells, post, &i);

	while (i < end && cells->keys[i].b != thing)
		i++;
	return i < end && those[i];
}

static bool
is_far(const struct look *look)
{
	uint32_t area = look->of->book->facets.items[look->row->facet].b;

	return (look->marks & MARK_THIN) &&
		is_one_of(&look->of->tally->areas, look->of->far,
			look->row->post, area);
}

static bool
is_strange(const struct look *look)
{
	const struct tally *tally = look->of->tally;

	return is_one_of(&tally->ranges, look->of->strange, look->row->post,
		tally->range_of[look->row->source]);
}

static bool
is_hop(const struct look *look)
{
	return (look->marks & MARK_HOP) != 0;
}

static bool
is_chained(const struct look *look)
{
	return is_lone(look) && (look->marks & MARK_CHAINED);
}

static bool
is_paced(const struct look *look)
{
	return (look->marks & MARK_PACED) != 0;
}

static bool
is_sequence(const struct look *look)
{
	return (look->marks & MARK_SEQUENCE) != 0;
}

static bool
is_new(const struct look *look)
{
	return (look->marks & MARK_FIRST) != 0;
}

static bool
is_bare(const struct look *look)
{
	return look->rule == RULE_NONE;
}

static bool
is_denied(const struct look *look)
{
	return look->of->book->facets.items[look->row->facet].c ==
		OUTCOME_DENIED;
}

/* Some signals are the stronger of two: then finding.other tells which. */
enum half { WHOLE, FIRST_HALF, SECOND_HALF };

/* Which lookups speak for a signal. Of a signal that is not here, such as
 * volume, all do, and so none in particular. */
static const struct {
	enum signal_number signal;
	enum half half;
	enum clue clue;
	bool (*holds)(const struct look *look);
} clues[] = {
	{ SIGNAL_LONE, WHOLE, CLUE_LONE, is_lone },
	{ SIGNAL_NO_CASE, WHOLE, CLUE_NO_CASE, is_no_case },
	{ SIGNAL_COLLUSION, FIRST_HALF, CLUE_THIN, is_thin },
	{ SIGNAL_COLLUSION, SECOND_HALF, CLUE_THIN, is_shared },
	{ SIGNAL_FOREIGN, WHOLE, CLUE_FOREIGN, is_foreign },
	{ SIGNAL_FIXATION, WHOLE, CLUE_AGAIN, is_again },
	{ SIGNAL_WASHING, WHOLE, CLUE_CROWD, is_crowd },
	{ SIGNAL_DOSSIER, WHOLE, CLUE_DOSSIER, is_dossier },
	{ SIGNAL_REACH, WHOLE, CLUE_FAR, is_far },
	{ SIGNAL_TAKEOVER, FIRST_HALF, CLUE_SOURCE, is_strange },
	{ SIGNAL_TAKEOVER, SECOND_HALF, CLUE_HOP, is_hop },
	{ SIGNAL_PACE, FIRST_HALF, CLUE_CHAINED, is_chained },
	{ SIGNAL_PACE, SECOND_HALF, CLUE_PACED, is_paced },
	{ SIGNAL_SEQUENCE, WHOLE, CLUE_SEQUENCE, is_sequence },
	{ SIGNAL_BREADTH, WHOLE, CLUE_NEW, is_new },
	{ SIGNAL_DENIED, WHOLE, CLUE_DENIED, is_denied },
	/* the rule says it */
	{ SIGNAL_UNEXPLAINED, WHOLE, CLUE_N, is_bare },
};

/* Likewise, of what the registers find wrong. */
static const struct {
	enum signal_number signal;
	enum clue clue;
	enum verdict verdict;
} register_clues[] = {
	{ SIGNAL_UNKNOWN_CASE, CLUE_UNKNOWN_CASE, VERDICT_UNKNOWN },
	{ SIGNAL_CLOSED_CASE, CLUE_CLOSED_CASE, VERDICT_CLOSED },
	{ SIGNAL_UNASSIGNED, CLUE_UNASSIGNED, VERDICT_UNASSIGNED },
	{ SIGNAL_OFF_CASE, CLUE_OFF_CASE, VERDICT_OFF_CASE },
	{ SIGNAL_OUT_OF_AREA, CLUE_OUT_OF_AREA, VERDICT_AREA },
	{ SIGNAL_OFF_KIND, CLUE_OFF_KIND, VERDICT_KIND },
	{ SIGNAL_OFF_DUTY, CLUE_OFF_DUTY, VERDICT_SHIFT },
	{ SIGNAL_WATCHED, CLUE_WATCHED, VERDICT_WATCHED },
};

/* The finding tells on how many days, and on how many without a case. */
static void
find_again(struct gathering *gathering)
{
	const struct tally *tally = gathering->tally;
	const struct finding *finding =
		&gathering->ranked->of[SIGNAL_FIXATION];

	for (size_t i = 0; i < tally->n_revisits; i++) {
		const struct revisit *revisit = &tally->revisits[i];

		if (gathering->book->posts.items[revisit->post].a ==
				gathering->user &&
			revisit->days == finding->n &&
			revisit->bare == finding->k)
			gathering->again[gathering->n_again++] =
				revisit->subject;
	}
}

static int
find_far(struct gathering *gathering, const struct evidence *evidence,
	struct fault *fault)
{
	const struct ledger *areas = &gathering->tally->areas;
	struct rarity rarity;

	if (rarity_make(evidence, areas, AREA_ASKINGS, REACH_DRAWN, REACH_MASS,
		    &rarity, fault) != 0)
		return -1;
	for (size_t i = 0; i < areas->n; i++) {
		const struct ledger_key *key = &areas->keys[i];
		uint32_t unit = gathering->book->posts.items[key->a].b;

		gathering->far[i] = key->b != 0 &&
			rarity.others[i] < rarity.limit[unit];
	}
	rarity_free(&rarity);
	return 0;
}

/* The range he is at on most days, of equal ones the first. */
static uint32_t
main_range(const struct gathering *gathering)
{
	const struct ledger *ranges = &gathering->tally->ranges;
	const struct triple *posts = gathering->book->posts.items;
	uint64_t most = 0;
	uint32_t range = 0;

	for (size_t i = 0; i < ranges->n; i++) {
		uint32_t thing = ranges->keys[i].b;
		uint64_t days = 0;

		if (posts[ranges->keys[i].a].a != gathering->user ||
			thing == 0)
			continue;
		for (size_t k = 0; k < ranges->n; k++) {
			if (posts[ranges->keys[k].a].a == gathering->user &&
				ranges->keys[k].b == thing)
				days += ledger_counts(ranges, k)[RANGE_ACTIVE];
		}
		if (days > most || (days == most && thing < range)) {
			most = days;
			range = thing;
		}
	}
	return range;
}

static int
find_strange(struct gathering *gathering, const struct evidence *evidence,
	struct fault *fault)
{
	const struct ledger *ranges = &gathering->tally->ranges;
	uint32_t own = main_range(gathering);
	struct rarity rarity;

	if (rarity_make(evidence, ranges, RANGE_LOOKUPS, STRANGE_DRAWN, 0,
		    &rarity, fault) != 0)
		return -1;
	for (size_t i = 0; i < ranges->n; i++)
		gathering->strange[i] = ranges->keys[i].b != 0 &&
			ranges->keys[i].b != own &&
			rarity.others[i] < STRANGE_SHARE;
	rarity_free(&rarity);
	return 0;
}

/* What speaks for each signal is worth: the strongest most, and below all
 * telling ones what no rule explains, and what speaks of strangers. */
struct worth {
	uint64_t of[SIGNAL_N];
	bool told[SIGNAL_N]; /* as a reason why */
};

enum { WORTH_WATCHED = 1 << 5, WORTH_TELLING = 1 << 6,
	WORTH_LEAKED = 1 << 20 };

static struct worth
weigh(const struct ranking *ranking, const struct ranked *ranked)
{
	static const enum signal_number others[] = { SIGNAL_UNEXPLAINED,
		SIGNAL_NO_CASE, SIGNAL_LONE, SIGNAL_FOREIGN };
	struct worth worth = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		if (ranking->lacks[others[i]] != LACK_NOTHING)
			continue;
		worth.of[others[i]] = (uint64_t)1 << (ARRAY_LEN(others) - i);
		worth.told[others[i]] = ranked->n_telling == 0;
	}
	worth.of[SIGNAL_WATCHED] = WORTH_WATCHED;
	for (size_t i = 0; i < ranked->n_telling; i++) {
		worth.of[ranked->telling[i]] +=
			(ranked->n_telling - i) * WORTH_TELLING;
		worth.told[ranked->telling[i]] = true;
	}
	return worth;
}

static bool
is_half(const struct look *look, enum signal_number signal, enum half half)
{
	uint32_t other = look->of->ranked->of[signal].other;

	return half == WHOLE || (other != 0) == (half == SECOND_HALF);
}

static void
look_at(const struct look *look, const struct worth *worth,
	struct exhibit *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(clues); i++) {
		enum signal_number signal = clues[i].signal;

		if (worth->of[signal] == 0 ||
			!is_half(look, signal, clues[i].half) ||
			!clues[i].holds(look))
			continue;
		ret->score += worth->of[signal];
		if (worth->told[signal] && clues[i].clue < CLUE_N)
			ret->why |= 1u << clues[i].clue;
	}
	for (size_t i = 0; i < ARRAY_LEN(register_clues); i++) {
		enum signal_number signal = register_clues[i].signal;

		if (!(look->wrong & 1u << register_clues[i].verdict))
			continue;
		ret->score += worth->of[signal];
		if (worth->told[signal] || signal == SIGNAL_WATCHED)
			ret->why |= 1u << register_clues[i].clue;
	}
	/* of equal ones the day's first, and not its retries */
	ret->score += (look->marks & MARK_ASKING) != 0;
}

static int
compare_exhibits(const void *a, const void *b)
{
	const struct exhibit *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

static int
gather(struct gathering *gathering, struct fault *fault)
{
	const struct tally *tally = gathering->tally;
	struct evidence evidence = { .book = gathering->book,
		.tally = tally };

	gathering->far = memory_array(tally->areas.n, sizeof(bool));
	gathering->strange = memory_array(tally->ranges.n, sizeof(bool));
	gathering->again =
		memory_array(tally->n_revisits, sizeof(*gathering->again));
	if (gathering->far == NULL || gathering->strange == NULL ||
		gathering->again == NULL)
		return fault_memory(fault);
	find_again(gathering);
	return find_far(gathering, &evidence, fault) != 0 ?
		-1 :
		find_strange(gathering, &evidence, fault);
}

/* The retries of a day have the rule of the asking they belong to. Askings
 * come first: `rules` holds the last one of each subject, plus 1. */
static int
rule_of(struct ledger *rules, const struct ranking *ranking,
	const struct gathering *of, const struct row *row, enum rule *ret,
	struct fault *fault)
{
	struct explain_options options = ranking_explains(ranking);
	uint64_t *last;

	if (ledger_at(rules,
		    (struct ledger_key){ (uint32_t)(row->subject >> 32),
			    (uint32_t)row->subject, 0, 0 },
		    &last, fault) != 0)
		return -1;
	if ((row_marks(row) & MARK_ASKING) || *last == 0)
		*last = 1 + explain_row(&ranking->explained, of->book,
				    of->tally, &options, row);
	*ret = (enum rule)(*last - 1);
	return 0;
}

/* What the registers and the list know a lookup's subject by. */
struct known {
	uint64_t key;
	unsigned partition;
};

static struct known
known_by(const struct tally *tally, const struct row *row)
{
	struct known known;
	char buf[20];

	known.key = registry_key_place(tally->office != NULL ?
			tally->office->registry :
			NULL,
		tally_text(tally, row->subject, buf), &known.partition);
	return known;
}

/* What the registers find wrong with it. */
static unsigned
ask_office(const struct tally *tally, const struct row *row)
{
	const struct office *office = tally->office;
	const struct case_subject *cases = NULL;
	struct verdicts verdicts;
	struct known known;
	size_t n;

	if (office == NULL)
		return 0;
	known = known_by(tally, row);
	n = registry_cases_of(office->registry, known.partition, known.key,
		&cases);
	office_judge(office, row, known.key, cases, n, &verdicts);
	return verdicts.wrong;
}

/* Is its subject on the list, and the kind of data, if that tells kinds? A
 * refused lookup got nothing to leak. */
static bool
is_leaked(const struct book *book, const struct tally *tally,
	const struct leaked_list *list, const struct row *row)
{
	const struct triple *facet = &book->facets.items[row->facet];
	struct known known;
	size_t first, n;

	if (list == NULL || facet->c == OUTCOME_DENIED)
		return false;
	known = known_by(tally, row);
	n = leaked_list_find(list, known.partition, known.key, &first);
	for (size_t i = first; i < first + n; i++) {
		struct slice kind = list->items[i].kind;

		if (kind.len == 0 ||
			slice_equal(kind,
				book->names[NAME_KIND].names[facet->a]))
			return true;
	}
	return false;
}

int
evidence_list(const struct book *book, const struct tally *tally,
	const struct ranking *ranking, const struct ranked *ranked,
	const struct leaked_list *leaked, struct exhibit **ret, size_t *ret_n,
	struct fault *fault)
{
	struct gathering gathering = { .book = book, .tally = tally,
		.ranked = ranked, .user = ranked->entity };
	struct ledger rules = { 0 };
	struct exhibit *list = memory_array(tally->n_rows, sizeof(*list));
	struct worth worth = weigh(ranking, ranked);
	size_t n = 0;
	int result = -1;

	if (list == NULL) {
		fault_memory(fault);
		goto out;
	}
	if (ledger_init(&rules, 1, fault) != 0 ||
		gather(&gathering, fault) != 0)
		goto out;
	for (size_t i = 0; i < tally->n_rows; i++) {
		const struct row *row = &tally->rows[i];
		struct look look = { &gathering, row, row_marks(row),
			RULE_NONE, ask_office(tally, row) };

		if (!(look.marks & MARK_JUDGED))
			continue;
		if (rule_of(&rules, ranking, &gathering, row, &look.rule,
			    fault) != 0)
			goto out;
		list[n] = (struct exhibit){ .row = i, .rule = look.rule };
		look_at(&look, &worth, &list[n]);
		if (is_leaked(book, tally, leaked, row)) {
			list[n].score += WORTH_LEAKED;
			list[n].why |= 1u << CLUE_LEAKED;
		}
		n++;
	}
	qsort(list, n, sizeof(*list), compare_exhibits);
	*ret = list;
	*ret_n = n;
	list = NULL;
	result = 0;
out:
	ledger_free(&rules);
	free(list);
	free(gathering.far);
	free(gathering.strange);
	free(gathering.again);
	return result;
}
