/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints the p-values behind a ranking, one user a line: of each signal
 * before and after calibration of its tail, and combined. For bench/null.py,
 * which holds them against their nominal rates on logs without misuse.
 *
 *   null-p [--roster FILE] [--units FILE] … LOG...
 */
#include "base/base.h"

#include "input/list.h"
#include "lookup/book.h"
#include "rank/ranking.h"
#include "turn/by-subject.h"
#include "turn/tally.h"

static int
read_book(char **logs, struct input_list *inputs, struct zone **zone,
	struct registry **registry, struct book **book, struct fault *fault)
{
	struct book_options options = { .limits = reader_limits_default,
		.threads = 1 };
	struct registry_paths paths = { 0 };
	bool any = false;

	if (zone_open(zone, "UTC", fault) != 0)
		return -1;
	options.format.zone = *zone;
	for (; logs[0] != NULL && strncmp(logs[0], "--", 2) == 0; logs += 2) {
		size_t kind = 0;

		while (kind < SHEET_N &&
			strcmp(logs[0] + 2, sheet_kind_name((enum sheet_kind)
					kind)) != 0)
			kind++;
		if (kind == SHEET_N || logs[1] == NULL)
			return fault_set(fault, FAULT_USAGE, "%s is no register",
				logs[0]);
		paths.of[kind] = logs[1];
		any = true;
	}
	if (any && registry_read(registry, &paths, NULL, *zone, 1, fault) != 0)
		return -1;
	options.registry = *registry;
	for (; *logs != NULL; logs++) {
		if (input_list_add(inputs, *logs, fault) != 0)
			return -1;
	}
	if (input_list_close(inputs, fault) != 0)
		return -1;
	return book_read(book, inputs, &options, NULL, NULL, fault);
}

static void
print_rows(const struct book *book, const struct ranking *ranking)
{
	printf("user");
	for (size_t s = 0; s < SIGNAL_N; s++)
		printf(",%s,%s calibrated", signals[s].name, signals[s].name);
	printf(",combined\n");
	for (size_t i = 0; i < ranking->n; i++) {
		const struct ranked *item = &ranking->items[i];
		struct slice user =
			book->names[NAME_USER].names[item->entity];

		printf("%.*s", (int)user.len, user.at);
		for (size_t s = 0; s < SIGNAL_N; s++)
			printf(",%.6g,%.6g", exp(item->raw[s]),
				exp(item->of[s].ln_p));
		printf(",%.6g\n", exp(item->ln_p));
	}
}

int
main(int argc, char **argv)
{
	const struct ranking_options options = { .by = BY_USER, .fdr = 0.05,
		.threads = 1 };
	struct turn_options turns = { .window = { INT64_MIN, INT64_MAX, NULL, 0 },
		.threads = 1,
		.about = USER_NONE };
	struct input_list inputs = { 0 };
	struct subject_turn turned = { 0 };
	struct ranking ranking = { 0 };
	struct tally tally = { 0 };
	struct book *book = NULL;
	struct registry *registry = NULL;
	struct office *office = NULL;
	struct zone *zone = NULL;
	struct fault fault = { 0 };
	int status = 1;

	if (argc < 2) {
		(void)fprintf(stderr, "usage: null-p LOG...\n");
		return 2;
	}
	if (read_book(argv + 1, &inputs, &zone, &registry, &book, &fault) != 0)
		goto out;
	turns.window.offset = book->offset;
	if (registry != NULL && office_make(&office, registry, book,
					&turns.window, &fault) != 0)
		goto out;
	turns.office = office;
	if (turn_by_subject(book, &turns, &turned, &fault) != 0 ||
		turn_by_user(book, &turns, &turned, &tally, &fault) != 0 ||
		ranking_make(book, &tally, &options, &ranking, &fault) != 0)
		goto out;
	print_rows(book, &ranking);
	status = ferror(stdout) || fflush(stdout) != 0;
out:
	if (status != 0)
		(void)fprintf(stderr, "null-p: %s\n", fault.text);
	ranking_free(&ranking);
	tally_free(&tally);
	subject_turn_free(&turned);
	office_free(office);
	book_free(book);
	registry_free(registry);
	input_list_free(&inputs);
	zone_free(zone);
	return status;
}
