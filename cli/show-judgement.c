/* SPDX-License-Identifier: Apache-2.0 */
/* quis show: who, every signal, and what explains the lookups. */
#include "cli/show.h"
#include "signal/explain-peers.h"

enum { WHO_USER, WHO_RANK, WHO_OF, WHO_FLAGGED, WHO_Q, WHO_P, WHO_LOOKUPS,
	WHO_EXPECTED, WHO_SUBJECTS, WHO_ACTIVE_DAYS, WHO_FIRST, WHO_LAST,
	WHO_SIGNALS, WHO_REASON, WHO_N };

static const struct column who_columns[WHO_N] = {
	{ "user", NULL, PLACE_COLUMN },
	{ "rank", NULL, PLACE_COLUMN },
	{ "of", NULL, PLACE_COLUMN },
	{ "flagged", NULL, PLACE_COLUMN },
	{ "q", NULL, PLACE_COLUMN },
	{ "p", NULL, PLACE_COLUMN },
	{ "lookups", NULL, PLACE_COLUMN },
	{ "expected", NULL, PLACE_COLUMN },
	{ "subjects", NULL, PLACE_COLUMN },
	{ "active_days", "days", PLACE_COLUMN },
	{ "first", NULL, PLACE_HIDDEN },
	{ "last", NULL, PLACE_HIDDEN },
	{ "signals", NULL, PLACE_HIDDEN },
	{ "reason", NULL, PLACE_BELOW },
};

enum { POST_UNIT, POST_ROLE, POST_LOOKUPS, POST_FIRST, POST_LAST, POST_N };

static const struct column post_columns[POST_N] = {
	{ "unit", NULL, PLACE_COLUMN },
	{ "role", NULL, PLACE_COLUMN },
	{ "lookups", NULL, PLACE_COLUMN },
	{ "first", NULL, PLACE_COLUMN },
	{ "last", NULL, PLACE_COLUMN },
};

enum { SIGN_SIGNAL, SIGN_TELLING, SIGN_P, SIGN_OBSERVED, SIGN_OF,
	SIGN_EXPECTED, SIGN_PHRASE, SIGN_N };

static const struct column signal_columns[SIGN_N] = {
	{ "signal", NULL, PLACE_COLUMN },
	{ "telling", NULL, PLACE_COLUMN },
	{ "p", NULL, PLACE_COLUMN },
	{ "observed", NULL, PLACE_COLUMN },
	{ "of", NULL, PLACE_COLUMN },
	{ "expected", NULL, PLACE_COLUMN },
	{ "phrase", NULL, PLACE_BELOW },
};

enum { EXPLAINED_RULE, EXPLAINED_ASKINGS, EXPLAINED_PERCENT, EXPLAINED_PEERS,
	EXPLAINED_N };

static const struct column explained_columns[EXPLAINED_N] = {
	{ "rule", NULL, PLACE_COLUMN },
	{ "askings", NULL, PLACE_COLUMN },
	{ "percent", "%", PLACE_COLUMN },
	{ "expected_percent", "peers %", PLACE_COLUMN },
};

static int
put_who(struct show *show, struct fault *fault)
{
	struct inquiry *inquiry = &show->inquiry;
	const struct user_tally *user = &inquiry->tally.users[show->user];
	const struct ranked *ranked = show->ranked;
	struct table *table;
	struct cell *cells;

	if (report_section(&inquiry->report, "user", "User", who_columns,
		    WHO_N, &table, fault) != 0 ||
		table_append(table, &cells, fault) != 0)
		return -1;
	cells[WHO_USER] =
		cell_name(inquiry_name(inquiry, NAME_USER, show->user));
	cells[WHO_OF] = cell_count(inquiry->ranking.n);
	cells[WHO_LOOKUPS] = cell_count(user->lookups);
	if (ranked == NULL)
		return 0;
	cells[WHO_RANK] = cell_count(show->rank);
	cells[WHO_FLAGGED] = cell_flag(ranked->flagged);
	cells[WHO_Q] = cell_ln(ranked->ln_q);
	cells[WHO_P] = cell_ln(ranked->ln_p);
	cells[WHO_EXPECTED] = inquiry_expected(ranked);
	cells[WHO_SUBJECTS] = cell_count(user->subjects);
	cells[WHO_ACTIVE_DAYS] = cell_count(user->active_days);
	return inquiry_time(inquiry, user->first_ms, &cells[WHO_FIRST],
		       fault) != 0 ||
			inquiry_time(inquiry, user->last_ms, &cells[WHO_LAST],
				fault) != 0 ||
			inquiry_reason(inquiry, ranked, &cells[WHO_SIGNALS],
				&cells[WHO_REASON], fault) != 0 ?
		-1 :
		0;
}

/* A post of the user, by its first judged lookup. */
static int
put_post(struct inquiry *inquiry, struct table *table, size_t first,
	struct fault *fault)
{
	const struct tally *tally = &inquiry->tally;
	uint32_t post = tally->rows[first].post;
	const struct triple *names = &inquiry->reading.book->posts.items[post];
	uint64_t lookups = 0;
	struct cell *cells;
	size_t last = first;

	for (size_t i = first; i < tally->n_rows; i++) {
		if (tally->rows[i].post != post ||
			!(row_marks(&tally->rows[i]) & MARK_JUDGED))
			continue;
		lookups++;
		last = i;
	}
	if (table_append(table, &cells, fault) != 0)
		return -1;
	cells[POST_UNIT] =
		cell_name(inquiry_name(inquiry, NAME_UNIT, names->b));
	cells[POST_ROLE] =
		cell_name(inquiry_name(inquiry, NAME_ROLE, names->c));
	cells[POST_LOOKUPS] = cell_count(lookups);
	return inquiry_time(inquiry, row_ms(&tally->rows[first]),
		       &cells[POST_FIRST], fault) != 0 ||
			inquiry_time(inquiry, row_ms(&tally->rows[last]),
				&cells[POST_LAST], fault) != 0 ?
		-1 :
		0;
}

/* Posts in the order in which he came to them. */
static int
put_posts(struct show *show, struct fault *fault)
{
	struct inquiry *inquiry = &show->inquiry;
	const struct tally *tally = &inquiry->tally;
	bool *seen = memory_array(inquiry->reading.book->posts.n,
		sizeof(*seen));
	struct table *table;
	int result = -1;

	if (seen == NULL)
		return fault_memory(fault);
	if (report_section(&inquiry->report, "units", "Units and roles served "
		    "in", post_columns, POST_N, &table, fault) != 0)
		goto out;
	for (size_t i = 0; i < tally->n_rows; i++) {
		const struct row *row = &tally->rows[i];

		if (!(row_marks(row) & MARK_JUDGED) || seen[row->post])
			continue;
		seen[row->post] = true;
		if (put_post(inquiry, table, i, fault) != 0)
			goto out;
	}
	result = 0;
out:
	free(seen);
	return result;
}

static void
put_lack(unsigned lack, char *buf, size_t size)
{
	char what[64];

	lack_print(lack, what, sizeof(what));
	(void)snprintf(buf, size, "left out: %s", what);
}

/* Why there is no figure, or the figures as a sentence. */
static int
put_phrase(struct inquiry *inquiry, size_t s, const struct ranked *ranked,
	struct cell *ret, struct fault *fault)
{
	const struct finding *finding = &ranked->of[s];
	bool cleared = (ranked->cleared & 1u << s) != 0;
	char phrase[256];
	const char *text;

	if (inquiry->without[s])
		(void)snprintf(phrase, sizeof(phrase), "left out as asked");
	else if (inquiry->ranking.lacks[s] != LACK_NOTHING)
		put_lack(inquiry->ranking.lacks[s], phrase, sizeof(phrase));
	else if (isnan(finding->ln_p))
		(void)snprintf(phrase, sizeof(phrase),
			"nothing to compare, or nobody to compare with");
	else
		signals[s].phrase(inquiry->reading.book, finding, phrase,
			sizeof(phrase));
	text = report_print(&inquiry->report, fault, "%s%s", phrase,
		cleared ? "; cleared by review" : "");
	if (text == NULL)
		return -1;
	*ret = cell_text(slice_of(text));
	return 0;
}

static bool
is_telling(const struct ranked *ranked, size_t s)
{
	for (size_t i = 0; i < ranked->n_telling; i++)
		if (ranked->telling[i] == s)
			return true;
	return false;
}

/* The telling ones, then the others, strongest first; those without a p, and
 * at last those that are left out. */
static void
order_signals(const struct show *show, size_t order[SIGNAL_N])
{
	const struct ranked *ranked = show->ranked;
	double key[SIGNAL_N];

	for (size_t s = 0; s < SIGNAL_N; s++) {
		size_t at = s;

		key[s] = is_telling(ranked, s) ? -1 : 1;
		if (isnan(ranked->of[s].ln_p))
			key[s] = show->inquiry.without[s] ||
					show->inquiry.ranking.lacks[s] !=
						LACK_NOTHING ?
				3 :
				2;
		while (at > 0 &&
			(key[order[at - 1]] > key[s] ||
				(key[order[at - 1]] == key[s] &&
					ranked->of[order[at - 1]].ln_p >
						ranked->of[s].ln_p))) {
			order[at] = order[at - 1];
			at--;
		}
		order[at] = s;
	}
}

static int
put_signals(struct show *show, struct fault *fault)
{
	struct inquiry *inquiry = &show->inquiry;
	struct table *table;
	size_t order[SIGNAL_N];

	if (report_section(&inquiry->report, "signals", "Signals",
		    signal_columns, SIGN_N, &table, fault) != 0)
		return -1;
	if (show->ranked == NULL)
		return 0;
	order_signals(show, order);
	for (size_t i = 0; i < SIGNAL_N; i++) {
		size_t s = order[i];
		const struct finding *finding = &show->ranked->of[s];
		struct cell *cells;

		if (table_append(table, &cells, fault) != 0)
			return -1;
		cells[SIGN_SIGNAL] = cell_text(slice_of(signals[s].name));
		if (!isnan(finding->ln_p)) {
			cells[SIGN_TELLING] =
				cell_flag(is_telling(show->ranked, s));
			cells[SIGN_P] = cell_ln(finding->ln_p);
			cells[SIGN_OBSERVED] = cell_count(finding->k);
			cells[SIGN_OF] = cell_count(finding->n);
			cells[SIGN_EXPECTED] = cell_number(finding->expected);
		}
		if (put_phrase(inquiry, s, show->ranked,
			    &cells[SIGN_PHRASE], fault) != 0)
			return -1;
	}
	return 0;
}

/* Askings of the user by rule. */
static uint64_t
count_rules(const struct show *show, uint64_t ret[RULE_N])
{
	const struct ledger *cells = &show->inquiry.ranking.explained.cells;
	const struct triple *posts = show->inquiry.reading.book->posts.items;
	uint64_t sum = 0;

	memset(ret, 0, RULE_N * sizeof(*ret));
	for (size_t i = 0; i < cells->n; i++) {
		if (posts[cells->keys[i].a].a != show->user)
			continue;
		for (size_t r = 0; r < RULE_N; r++) {
			ret[r] += ledger_counts(cells, i)[r];
			sum += ledger_counts(cells, i)[r];
		}
	}
	return sum;
}

static int
put_explained(struct show *show, struct fault *fault)
{
	struct inquiry *inquiry = &show->inquiry;
	struct evidence evidence = ranking_evidence(&inquiry->ranking,
		inquiry->reading.book, &inquiry->tally, BY_USER);
	struct finding *findings =
		memory_array(evidence.n_entities, sizeof(*findings));
	uint64_t rules[RULE_N], all = count_rules(show, rules);
	struct table *table;
	int result = -1;

	if (findings == NULL)
		return fault_memory(fault);
	if (report_section(&inquiry->report, "explained", "What explains the "
		    "lookups, retries aside", explained_columns, EXPLAINED_N,
		    &table, fault) != 0)
		goto out;
	for (size_t r = 0; all > 0 && r < RULE_N; r++) {
		const struct finding *finding = &findings[show->user];
		struct cell *cells;

		if (explain_peers(&evidence, (enum rule)r, findings, fault) !=
				0 ||
			table_append(table, &cells, fault) != 0)
			goto out;
		cells[EXPLAINED_RULE] = cell_text(slice_of(rule_names[r]));
		cells[EXPLAINED_ASKINGS] = cell_count(rules[r]);
		cells[EXPLAINED_PERCENT] =
			cell_number(100 * (double)rules[r] / (double)all);
		if (!isnan(finding->ln_p))
			cells[EXPLAINED_PEERS] = cell_number(100 *
				finding->expected / (double)finding->n);
	}
	result = 0;
out:
	free(findings);
	return result;
}

int
show_judgement(struct show *show, struct fault *fault)
{
	return put_who(show, fault) != 0 || put_posts(show, fault) != 0 ||
			put_signals(show, fault) != 0 ||
			put_explained(show, fault) != 0 ?
		-1 :
		0;
}
