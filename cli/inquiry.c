/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/inquiry.h"

#include "cli/choice.h"
#include "cli/manifest.h"
#include "cli/registers.h"
#include "cli/say.h"
#include "cli/span.h"
#include "turn/by-subject.h"

/* What is not telling is still worth naming up to this p. */
#define UNUSUAL_LN_P (-2.302585092994046) /* ln 0.1 */

/* Before the logs, so that what is wrong with it is told first. */
static int
read_leaked(struct inquiry *inquiry, struct fault *fault)
{
	struct reading *reading = &inquiry->reading;

	if (inquiry->settings->leaked == NULL)
		return 0;
	if (reading_registers(reading, fault) != 0 ||
		leaked_list_read(&inquiry->leaked, inquiry->settings->leaked,
			reading->rewrites, reading->registry, fault) != 0)
		return -1;
	registers_say(reading, &inquiry->leaked->facts);
	return 0;
}

int
inquiry_read(struct inquiry *inquiry, const struct settings *settings,
	struct fault *fault)
{
	struct reading *reading = &inquiry->reading;

	*inquiry = (struct inquiry){ .settings = settings,
		.status = EXIT_COMPLETE };
	if (span_check(settings, fault) != 0 ||
		choice_signals(settings, inquiry->without, fault) != 0 ||
		reading_open(reading, settings, fault) != 0)
		return -1;
	reading->options.most_users = settings->max_users;
	if (read_leaked(inquiry, fault) != 0 ||
		reading_run(reading, fault) != 0)
		return -1;
	inquiry->status = reading->status;
	return span_window(reading, &inquiry->window, fault);
}

static int
turn(struct inquiry *inquiry, const struct turn_options *options,
	struct tally *ret, struct fault *fault)
{
	struct book *book = inquiry->reading.book;
	struct subject_turn turned = { 0 };
	int result;

	if (turn_by_subject(book, options, &turned, fault) != 0)
		return -1;
	result = turn_by_user(book, options, &turned, ret, fault);
	subject_turn_free(&turned);
	if (result == 0 && !options->keep)
		result = book_drop_rows(book, options->threads, fault);
	if (result != 0)
		tally_free(ret);
	return result;
}

static struct ranking_options
rank_options(const struct inquiry *inquiry, enum subject_of_report by)
{
	return (struct ranking_options){ .by = by,
		.fdr = inquiry->settings->fdr,
		.without = inquiry->without,
		.threads = inquiry->reading.options.threads };
}

/* What users with a review did after it, ranked by itself. */
static int
rank_fresh(struct inquiry *inquiry, const struct turn_options *options,
	size_t pass, int64_t *since, struct fault *fault)
{
	struct ranking_options ranks = rank_options(inquiry, BY_USER);
	struct turn_options turns = *options;
	struct tally tally = { 0 };
	bool without[SIGNAL_N];
	int result;

	/* what is not judged is no past to have grown from */
	memcpy(without, inquiry->without, sizeof(without));
	without[SIGNAL_GROWTH] = true;
	ranks.without = without;
	review_since(&inquiry->reviews,
		inquiry->reading.book->names[NAME_USER].n, pass, since);
	turns.keep = true;
	turns.since = since;
	turns.about = USER_NONE;
	if (turn(inquiry, &turns, &tally, fault) != 0)
		return -1;
	result = ranking_make(inquiry->reading.book, &tally, &ranks,
		&inquiry->fresh[pass], fault);
	tally_free(&tally);
	return result;
}

static int
rank_reviewed(struct inquiry *inquiry, const struct turn_options *options,
	struct fault *fault)
{
	int64_t *since;
	int result = 0;

	if (review_find(&inquiry->reading, &inquiry->window, &inquiry->reviews,
		    fault) != 0)
		return -1;
	if (inquiry->reviews.cleared == NULL)
		return 0;
	since = memory_array(inquiry->reading.book->names[NAME_USER].n,
		sizeof(*since));
	if (since == NULL)
		return fault_memory(fault);
	for (size_t pass = 0;
		result == 0 && pass < inquiry->reviews.n_passes; pass++)
		result = rank_fresh(inquiry, options, pass, since, fault);
	free(since);
	return result;
}

int
inquiry_turn(struct inquiry *inquiry, uint32_t about, struct fault *fault)
{
	struct turn_options options = { .window = inquiry->window,
		.threads = inquiry->reading.options.threads, .about = about };

	if (inquiry->reading.registry != NULL &&
		office_make(&inquiry->office, inquiry->reading.registry,
			inquiry->reading.book, &inquiry->window, fault) != 0)
		return -1;
	options.office = inquiry->office;
	if (rank_reviewed(inquiry, &options, fault) != 0)
		return -1;
	return turn(inquiry, &options, &inquiry->tally, fault);
}

int
inquiry_rank(const struct inquiry *inquiry, enum subject_of_report by,
	const bool *odd, struct ranking *ret, struct fault *fault)
{
	struct ranking_options options = rank_options(inquiry, by);
	struct reviewed reviewed = { inquiry->reviews.cleared,
		inquiry->reviews.pass, inquiry->fresh,
		inquiry->reviews.n_passes };

	options.odd = odd;
	if (by == BY_USER && inquiry->reviews.cleared != NULL)
		options.reviewed = &reviewed;
	return ranking_make(inquiry->reading.book, &inquiry->tally, &options,
		ret, fault);
}

void
inquiry_free(struct inquiry *inquiry)
{
	ranking_free(&inquiry->ranking);
	for (size_t i = 0; i < REVIEW_PASSES; i++)
		ranking_free(&inquiry->fresh[i]);
	review_free(&inquiry->reviews);
	tally_free(&inquiry->tally);
	office_free(inquiry->office);
	report_clear(&inquiry->report);
	leaked_list_free(inquiry->leaked);
	reading_free(&inquiry->reading);
}

uint64_t
inquiry_top(const struct inquiry *inquiry)
{
	if (inquiry->settings->top_given)
		return inquiry->settings->top;
	return output_is_table(inquiry->settings) ? TABLE_TOP : UINT64_MAX;
}

struct slice
inquiry_name(const struct inquiry *inquiry, enum name name, uint32_t number)
{
	return inquiry->reading.book->names[name].names[number];
}

struct cell
inquiry_expected(const struct ranked *ranked)
{
	const struct finding *volume = &ranked->of[SIGNAL_VOLUME];

	return cell_number(isnan(volume->ln_p) ? NAN : volume->expected);
}

/* Nothing is telling: the most unusual all the same, lest the reader of a
 * high rank wonder. */
static void
phrase_unusual(const struct inquiry *inquiry, const struct ranked *ranked,
	char *buf, size_t size)
{
	char phrase[256];
	size_t most = SIGNAL_N;

	for (size_t s = 0; s < SIGNAL_N; s++) {
		if (!(ranked->cleared & 1u << s) &&
			ranked->of[s].ln_p <= UNUSUAL_LN_P &&
			(most == SIGNAL_N ||
				ranked->of[s].ln_p < ranked->of[most].ln_p))
			most = s;
	}
	if (most == SIGNAL_N) {
		(void)snprintf(buf, size, "nothing stands out");
		return;
	}
	signals[most].phrase(inquiry->reading.book, &ranked->of[most],
		phrase, sizeof(phrase));
	(void)snprintf(buf, size, "nothing stands out; most unusual: %s",
		phrase);
}

/* Append, as far as there is room. */
static void
append(char *buf, size_t size, const char *separator, const char *text)
{
	size_t len = strlen(buf);

	(void)snprintf(buf + len, size - len, "%s%s",
		len > 0 ? separator : "", text);
}

bool
inquiry_is_withheld(const struct inquiry *inquiry, const struct ranked *ranked)
{
	return inquiry->ranking.may_flag && !ranked->flagged &&
		ranked->ln_q <= log(inquiry->settings->fdr) + 1e-9;
}

/* "lone;no-case": the signals of a set. */
static void
list_signals(uint32_t bits, char *buf, size_t size)
{
	buf[0] = '\0';
	for (size_t s = 0; s < SIGNAL_N; s++) {
		if (bits & 1u << s)
			append(buf, size, ";", signals[s].name);
	}
}

uint32_t
inquiry_cleared_bits(const struct ranked *ranked)
{
	uint32_t bits = 0;

	for (size_t s = 0; s < SIGNAL_N; s++) {
		if ((ranked->cleared & 1u << s) &&
			(ranked->of[s].ln_p <= TELLING_LN_P ||
				ranked->of[s].ln_law <= TELLING_LN_LAW))
			bits |= 1u << s;
	}
	return bits;
}

static void
append_cleared(const struct inquiry *inquiry, const struct ranked *ranked,
	char *sentence, size_t size)
{
	uint32_t bits = inquiry_cleared_bits(ranked);
	char review[512], list[256], cleared[1024];
	struct review_shown shown;

	while (bits != 0 && review_latest(&inquiry->reading, ranked->entity,
				    bits, &shown)) {
		bits &= ~shown.bits;
		list_signals(shown.bits, list, sizeof(list));
		review_print(&shown, review, sizeof(review));
		(void)snprintf(cleared, sizeof(cleared), "%s cleared %s", list,
			review);
		append(sentence, size, "; ", cleared);
	}
}

int
inquiry_cleared(struct inquiry *inquiry, uint32_t bits, struct cell *ret,
	struct fault *fault)
{
	char list[256];

	list_signals(bits, list, sizeof(list));
	return cell_copy(&inquiry->report, list, ret, fault);
}

int
inquiry_reason(struct inquiry *inquiry, const struct ranked *ranked,
	struct cell *ret_names, struct cell *ret_reason, struct fault *fault)
{
	char list[256] = "", sentence[4096] = "";
	const char *names, *reason;

	for (size_t i = 0; i < ranked->n_telling; i++) {
		size_t s = ranked->telling[i];
		char phrase[256];

		signals[s].phrase(inquiry->reading.book, &ranked->of[s],
			phrase, sizeof(phrase));
		append(list, sizeof(list), ";", signals[s].name);
		append(sentence, sizeof(sentence), "; ", phrase);
	}
	if (isnan(ranked->ln_p))
		(void)snprintf(sentence, sizeof(sentence),
			"nobody to compare with");
	else if (ranked->n_telling == 0)
		phrase_unusual(inquiry, ranked, sentence, sizeof(sentence));
	if (ranked->cleared != 0)
		append_cleared(inquiry, ranked, sentence, sizeof(sentence));
	if (inquiry_is_withheld(inquiry, ranked))
		append(sentence, sizeof(sentence), "; ",
			"not flagged, as too little is known of peers or "
			"too few lookups were made");
	reason = report_print(&inquiry->report, fault, "%s", sentence);
	names = report_print(&inquiry->report, fault, "%s", list);
	if (reason == NULL || names == NULL)
		return -1;
	*ret_reason = cell_text(slice_of(reason));
	*ret_names = cell_text(slice_of(names));
	return 0;
}

int
inquiry_time(struct inquiry *inquiry, int64_t ms, struct cell *ret,
	struct fault *fault)
{
	char buf[TIME_TEXT_MAX];

	(void)time_print(buf, ms, reading_offset(&inquiry->reading, ms));
	return cell_copy(&inquiry->report, buf, ret, fault);
}

int
inquiry_note_flagged(struct inquiry *inquiry, const char *what,
	struct fault *fault)
{
	return report_note(&inquiry->report, fault,
		"%zu of %zu %s flagged at a false discovery rate of %g; "
		"a flag is a reason to ask, not a proof",
		inquiry->ranking.flagged, inquiry->ranking.n, what,
		inquiry->settings->fdr);
}

/* "60 users as case work (learned), 20 as desk (learned)" */
static void
list_groups(const struct roles *roles, char *buf, size_t size)
{
	char one[64];

	buf[0] = '\0';
	for (size_t g = 0; g < roles->n_groups; g++) {
		const struct role_group *group = &roles->groups[g];

		if (group->users == 0)
			continue;
		(void)snprintf(one, sizeof(one), "%zu%s as %s", group->users,
			buf[0] != '\0'	    ? "" :
				group->users == 1 ? " user" :
						    " users",
			group->name);
		append(buf, size, ", ", one);
	}
}

static int
note_learned(struct inquiry *inquiry, struct fault *fault)
{
	const struct roles *roles = &inquiry->ranking.roles;
	const char *lacks = inquiry->reading.book->given[FIELD_ROLE] ?
		"the log leaves roles blank" :
		"the log has no role (is another column it? see --map)";
	char groups[256];

	if (!roles->sure)
		return report_note(&inquiry->report, fault,
			"%s, and too few users to learn roles from what they "
			"do: nobody %sis flagged, the order is a hint at best",
			lacks,
			inquiry->ranking.may_flag ? "without a role " : "");
	list_groups(roles, groups, sizeof(groups));
	return report_note(&inquiry->report, fault,
		"%s: learned from what is done, %s", lacks, groups);
}

/* The laws of the signals were held against logs of a month and more. */
enum { SHORT_DAYS = 14 };

static int
note_short(struct inquiry *inquiry, struct fault *fault)
{
	unsigned days = inquiry->tally.span_days;

	if (days >= SHORT_DAYS || inquiry->ranking.flagged == 0)
		return 0;
	return report_note(&inquiry->report, fault,
		"the lookups judged span %u day%s only: of those flagged in so "
		"short a time more may be honest; judge a month or more",
		days, days == 1 ? "" : "s");
}

/* An address that is ranked must not pass for a user. */
static int
note_addresses(struct inquiry *inquiry, struct fault *fault)
{
	const struct book *book = inquiry->reading.book;
	char some[64] = "the log names";
	size_t n = 0;

	for (size_t i = 0; i < book->n_files; i++)
		n += book->files[i].names_nobody;
	if (n == 0)
		return 0;
	if (n < book->n_files)
		(void)snprintf(some, sizeof(some), "%zu of %zu logs name%s", n,
			book->n_files, n == 1 ? "s" : "");
	return report_note(&inquiry->report, fault,
		"%s no users: the addresses of clients stand for them (is "
		"another column it? see --map)",
		some);
}

int
inquiry_note_columns(struct inquiry *inquiry, struct fault *fault)
{
	const bool *given = inquiry->reading.book->given;

	if (note_addresses(inquiry, fault) != 0)
		return -1;
	if (!given[FIELD_UNIT])
		return report_note(&inquiry->report, fault,
			"the log has no unit%s (is another column it? see "
			"--map), so peers cannot be told apart: nobody is "
			"flagged, the order is a hint at best",
			given[FIELD_ROLE] ? "" : " and no role");
	return inquiry->ranking.roles.learned > 0 ?
		note_learned(inquiry, fault) :
		0;
}

const char *
inquiry_unplaced(const struct inquiry *inquiry)
{
	return inquiry->ranking.roles.learned > 0 ?
		"most of the lookups name no unit, or are of a role that "
		"hardly anybody else has or that was not learned for sure" :
		"most of the lookups name no unit or role, or a role that "
		"hardly anybody else has";
}

/* Reviews that clear nothing are told: somebody relies on them. */
static int
note_reviews(struct inquiry *inquiry, struct fault *fault)
{
	const struct review_table *reviews = &inquiry->reviews;

	if (reviews->n == 0)
		return 0;
	if (reviews->beyond > 0 &&
		report_note(&inquiry->report, fault,
			"reviews that reach beyond the log's last lookup: %zu; "
			"they clear what is still to come as well",
			reviews->beyond) != 0)
		return -1;
	inquiry_say_notes(inquiry,
		inquiry->report.n_notes - (reviews->beyond > 0));
	return report_note(&inquiry->report, fault,
		"reviews taken into account: %zu; what was found up to their "
		"day is told and flags nobody again",
		reviews->n);
}

int
inquiry_note_missing(struct inquiry *inquiry, struct fault *fault)
{
	const struct ranking *ranking = &inquiry->ranking;
	struct report *report = &inquiry->report;
	char unwanted[512] = "", idle[512] = "";

	if (note_short(inquiry, fault) != 0)
		return -1;
	for (size_t s = 0; s < SIGNAL_N; s++) {
		if (inquiry->without[s])
			append(unwanted, sizeof(unwanted), ", ",
				signals[s].name);
		else if (ranking->lacks[s] < LACK_NOTHING &&
			report_note(report, fault,
				"signal %s is left out: the log has no %s",
				signals[s].name,
				field_name((enum field)ranking->lacks[s])) !=
				0)
			return -1;
		if (ranking->idle[s])
			append(idle, sizeof(idle), ", ", signals[s].name);
	}
	if (idle[0] != '\0' &&
		report_note(report, fault,
			"nobody could be compared by: %s (too short a log, or "
			"too few users or lookups of that sort)",
			idle) != 0)
		return -1;
	if (unwanted[0] != '\0' &&
		report_note(report, fault, "left out as asked: %s",
			unwanted) != 0)
		return -1;
	if (registers_note(inquiry, fault) != 0 ||
		note_reviews(inquiry, fault) != 0)
		return -1;
	return inquiry_note_damage(inquiry, fault);
}

int
inquiry_note_damage(struct inquiry *inquiry, struct fault *fault)
{
	if (!inquiry->reading.logs_lack)
		return 0;
	return report_note(&inquiry->report, fault,
		"some input was damaged, unreadable or rejected; "
		"'quis check' tells what is missing");
}

void
inquiry_say_notes(const struct inquiry *inquiry, size_t from)
{
	if (output_is_table(inquiry->settings) &&
		inquiry->settings->output == NULL)
		return;
	for (size_t i = from; i < inquiry->report.n_notes; i++)
		say("%s", inquiry->report.notes[i]);
}

static int
set_time(struct inquiry *inquiry, const char *name, int64_t ms, bool given,
	struct fault *fault)
{
	struct cell cell;

	if (!given)
		return 0;
	if (inquiry_time(inquiry, ms, &cell, fault) != 0)
		return -1;
	return report_set(&inquiry->report, name, cell, fault);
}

static int
set_text(struct inquiry *inquiry, const char *name, const char *text,
	struct fault *fault)
{
	if (text == NULL)
		return 0;
	return report_set(&inquiry->report, name, cell_text(slice_of(text)),
		fault);
}

static int
set_options(struct inquiry *inquiry, struct fault *fault)
{
	const struct settings *settings = inquiry->settings;

	if (report_set(&inquiry->report, "fdr", cell_real(settings->fdr),
		    fault) != 0 ||
		set_time(inquiry, "since", inquiry->window.since,
			settings->since != NULL, fault) != 0 ||
		set_time(inquiry, "until", inquiry->window.until,
			settings->until != NULL, fault) != 0 ||
		set_text(inquiry, "signals", settings->signals, fault) != 0 ||
		set_text(inquiry, "without", settings->without, fault) != 0)
		return -1;
	if (settings->top_given &&
		report_set(&inquiry->report, "top", cell_count(settings->top),
			fault) != 0)
		return -1;
	return output_read_settings(&inquiry->reading, &inquiry->report,
		fault);
}

int
inquiry_write(struct inquiry *inquiry, struct fault *fault)
{
	return set_options(inquiry, fault) != 0 ||
			output_inputs(&inquiry->reading, false,
				&inquiry->report, &inquiry->report.inputs,
				fault) != 0 ||
			registers_put(inquiry, fault) != 0 ||
			output_report(&inquiry->reading, &inquiry->report,
				fault) != 0 ||
			manifest_write(&inquiry->reading, &inquiry->report,
				fault) != 0 ?
		-1 :
		0;
}
