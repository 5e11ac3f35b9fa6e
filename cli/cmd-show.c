/* SPDX-License-Identifier: Apache-2.0 */
/* quis show: what speaks for and against one user, with evidence. */
#include "cli/command.h"
#include "cli/say.h"
#include "cli/show.h"
#include "lookup/nearest.h"
#include "turn/by-subject.h"

/* So much of a name is told. */
enum { NAME_SHOWN = 128 };

/* '; did you mean "a", "b" or "c"?' */
static void
print_nearest(const struct dict *users, struct slice name, char *buf,
	size_t size)
{
	uint32_t near[NEAREST_MAX];
	size_t n = names_nearest(users, name, near), len = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < n && len < size; i++) {
		struct slice other = users->names[near[i]];

		len += (size_t)snprintf(buf + len, size - len, "%s\"%.*s\"%s",
			i == 0		? "; did you mean " :
				i + 1 < n ? ", " :
					    " or ",
			(int)(other.len < NAME_SHOWN ? other.len : NAME_SHOWN),
			other.at, i + 1 == n ? "?" : "");
	}
}

/* As reports write it: each backslash twice. */
static bool
find_escaped(const struct dict *users, struct slice name, uint32_t *ret)
{
	char plain[1024];
	size_t len = 0;

	if (name.len > sizeof(plain))
		return false;
	for (size_t i = 0; i < name.len; i++) {
		plain[len++] = name.at[i];
		i += name.at[i] == '\\' && i + 1 < name.len &&
			name.at[i + 1] == '\\';
	}
	return dict_find(users, (struct slice){ plain, len }, ret);
}

static int
find_user(struct show *show, struct slice name, struct fault *fault)
{
	const struct dict *users =
		&show->inquiry.reading.book->names[NAME_USER];
	char nearest[NEAREST_MAX * (NAME_SHOWN + 8) + 32];

	if (dict_find(users, name, &show->user) ||
		find_escaped(users, name, &show->user))
		return 0;
	print_nearest(users, name, nearest, sizeof(nearest));
	return fault_set(fault, FAULT_USAGE, "show: no user \"%.*s\" in the "
		"log%s",
		(int)(name.len < NAME_SHOWN ? name.len : NAME_SHOWN), name.at,
		nearest);
}

/* He made lookups, but none that is to be judged: say when. */
static int
say_not_judged(struct show *show, struct slice name, struct fault *fault)
{
	struct inquiry *inquiry = &show->inquiry;
	const struct tally *tally = &inquiry->tally;
	struct cell first, last;

	if (inquiry_time(inquiry, row_ms(&tally->rows[0]), &first, fault) !=
			0 ||
		inquiry_time(inquiry, row_ms(&tally->rows[tally->n_rows - 1]),
			&last, fault) != 0)
		return -1;
	say("show: no lookup of \"%.*s\" lies between --since and --until; "
	    "those read are from %s to %s",
		(int)(name.len < NAME_SHOWN ? name.len : NAME_SHOWN), name.at,
		first.text.at, last.text.at);
	inquiry->status = EXIT_INPUT;
	return 0;
}

static void
find_rank(struct show *show)
{
	const struct ranking *ranking = &show->inquiry.ranking;

	for (size_t i = 0; i < ranking->n; i++) {
		if (ranking->items[i].entity != show->user)
			continue;
		show->ranked = &ranking->items[i];
		show->rank = i + 1;
	}
}

static int
put_notes(struct show *show, struct fault *fault)
{
	struct inquiry *inquiry = &show->inquiry;
	size_t before = inquiry->report.n_notes;

	if (inquiry_note_columns(inquiry, fault) != 0)
		return -1;
	if (show->ranked != NULL &&
		inquiry_is_withheld(inquiry, show->ranked) &&
		report_note(&inquiry->report, fault,
			"the user would be flagged, but %s, so there are no "
			"peers to compare with",
			inquiry_unplaced(inquiry)) != 0)
		return -1;
	inquiry_say_notes(inquiry, before);
	if (inquiry->ranking.n > 0 &&
		inquiry_note_flagged(inquiry, "users", fault) != 0)
		return -1;
	return inquiry_note_missing(inquiry, fault);
}

static int
show_run(struct show *show, struct slice name, const struct settings *settings,
	struct fault *fault)
{
	struct inquiry *inquiry = &show->inquiry;
	struct report *report = &inquiry->report;

	if (inquiry_read(inquiry, settings, fault) != 0 ||
		find_user(show, name, fault) != 0)
		return -1;
	report->command = "show";
	if (inquiry_turn(inquiry, show->user, fault) != 0)
		return -1;
	if (inquiry->tally.users[show->user].lookups == 0 &&
		say_not_judged(show, name, fault) != 0)
		return -1;
	if (inquiry_rank(inquiry, BY_USER, NULL, &inquiry->ranking,
		    fault) != 0)
		return -1;
	find_rank(show);
	if (show_judgement(show, fault) != 0 ||
		show_activity(show, fault) != 0 ||
		put_notes(show, fault) != 0 ||
		show_evidence(show, fault) != 0 ||
		report_set(report, "user", cell_text(name), fault) != 0 ||
		inquiry_write(inquiry, fault) != 0)
		return -1;
	if (settings->exit_flagged && show->ranked != NULL &&
		show->ranked->flagged)
		inquiry->status = worse_status(inquiry->status, EXIT_FLAGGED);
	return 0;
}

int
cmd_show(const struct settings *settings)
{
	struct settings of_logs = *settings;
	struct show show = { 0 };
	struct fault fault = { 0 };
	int status = EXIT_COMPLETE;

	if (settings->n_logs < 2 || settings->logs[0][0] == '\0') {
		say("show: name a user and then the logs: quis show USER "
		    "LOG...");
		return EXIT_USAGE;
	}
	/* what comes first is the user */
	of_logs.logs++;
	of_logs.n_logs--;
	of_logs.reread = true;
	if (show_run(&show, slice_of(settings->logs[0]), &of_logs, &fault) !=
		0) {
		say_fault(&fault);
		status = fault_status(&fault);
	}
	status = worse_status(status, show.inquiry.status);
	inquiry_free(&show.inquiry);
	return status;
}
