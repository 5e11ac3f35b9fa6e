/* SPDX-License-Identifier: Apache-2.0 */
/* portal-sim: an access log with planted misuse, and the truth beside it. */
#include "portal.h"
#include "citizens.h"
#include "registers.h"
#include "writer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_ROOM = 4096 };

void
portal_emit(struct portal *portal, struct lookup lookup)
{
	struct lookups *to = &portal->today;

	if (lookup.second >= 86400) {
		to = &portal->tomorrow;
		lookup.second = (lookup.second - 86400) % 86400;
	}
	if (to->n == to->cap) {
		to->cap = to->cap * 2 + 4096;
		to->items = must_alloc(to->items, to->cap, sizeof *to->items);
	}
	to->items[to->n++] = lookup;
	portal->lookups++;
}

static int
make_dir(const char *path)
{
	if (mkdir(path, 0755) == 0 || errno == EEXIST)
		return 0;
	fprintf(stderr, "portal-sim: %s: %s\n", path, strerror(errno));
	return -1;
}

/* The factor that brings the expected total to what was asked for. */
static double
find_scale(const struct portal *portal)
{
	const struct options *options = portal->options;
	/* Retries, mistyped subjects and overlong tasks add a little. */
	double expected = 0, extra = 1.045;
	double wanted = (double)options->lookups;

	if (options->lookups == 0)
		wanted = 8.26 * (double)options->users * (double)options->days;
	for (size_t i = 0; i < portal->n_users; i++) {
		for (int day = 0; day < (int)options->days; day++)
			expected += work_expected(portal, &portal->users[i],
				day);
	}
	return wanted / (expected * extra);
}

/* How many lookups on cases a unit makes a day, which feeds its case flow. */
static void
find_case_work(struct portal *portal)
{
	for (size_t i = 0; i < portal->n_users; i++) {
		const struct user *user = &portal->users[i];
		struct unit *unit = &portal->units[user->unit];
		double lone = user->lone + unit->lone +
			unit->role_lone[user->role];
		double present = user->use * 5 / 7;

		unit->case_work += present * user->volume * portal->scale *
			(1 - logistic(lone));
	}
}

static int
simulate(struct portal *portal, const char *dir)
{
	struct writer *writer;

	portal->scale = find_scale(portal);
	find_case_work(portal);
	joints_plan(portal);
	cases_warm_up(portal);
	misuse_plan(portal);
	writer = writer_open(portal, dir);
	for (int day = 0; day < (int)portal->options->days; day++) {
		portal->today = portal->tomorrow;
		portal->tomorrow = (struct lookups){ 0 };
		cases_day(portal, day);
		for (uint32_t i = 0; i < portal->n_users; i++)
			work_day(portal, i, day);
		misuse_day(portal, day);
		writer_submit(writer, day, &portal->today);
	}
	return writer_close(writer);
}

int
main(int argc, char **argv)
{
	struct options options;
	struct portal portal;
	struct citizens citizens = { 0 };
	char path[PATH_ROOM];
	int status = 1;

	if (options_parse(&options, argc, argv) != 0)
		return 2;
	if (options.help) {
		options_help();
		return 0;
	}
	snprintf(path, sizeof path, "%s/log", options.out);
	if (make_dir(options.out) != 0 || make_dir(path) != 0)
		return 1;
	if (!options.no_registers)
		subject_remember(&citizens);
	world_build(&portal, &options);
	if (simulate(&portal, path) != 0)
		goto out;
	snprintf(path, sizeof path, "%s/truth.csv", options.out);
	if (misuse_write_truth(&portal, path) != 0)
		goto out;
	subject_remember(NULL);
	snprintf(path, sizeof path, "%s/registers", options.out);
	if (!options.no_registers &&
		(make_dir(path) != 0 || registers_write(&portal, &citizens, path) != 0))
		goto out;
	status = 0;
out:
	citizens_free(&citizens);
	world_free(&portal);
	return status;
}
