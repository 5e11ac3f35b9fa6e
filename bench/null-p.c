/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints the p-values behind a ranking, one user a line: of each signal
 * before and after calibration of its tail, and combined. For bench/null.py,
 * which holds them against their nominal rates on logs without misuse.
 *
 *   null-p LOG...
 */
#include "base/base.h"

#include "input/list.h"
#include "lookup/book.h"
#include "rank/ranking.h"
#include "turn/by-subject.h"
#include "turn/tally.h"

static int
read_book(char **logs, struct input_list *inputs, struct zone **zone,
	struct book **book, struct fault *fault)
{
	struct book_options options = { .limits = reader_limits_default,
		.threads = 1 };

	if (zone_open(zone, "UTC", fault) != 0)
		return -1;
	options.format.zone = *zone;
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
		for (size_t s = 0; s < SIGNAL_N; s++) {
			if (getenv("KN")) fprintf(stderr, "%.*s %s k=%llu n=%llu e=%.2f lp=%.2f\n", (int)user.len, user.at, signals[s].name, (unsigned long long)item->of[s].k, (unsigned long long)item->of[s].n, item->of[s].expected, item->raw[s]);
			printf(",%.6g,%.6g", exp(item->raw[s]),
				exp(item->of[s].ln_p)); }
		printf(",%.6g\n", exp(item->ln_p));
	}
}

int
main(int argc, char **argv)
{
	const struct ranking_options options = { BY_USER, 0.05, NULL, NULL,
		1 };
	struct turn_options turns = { { INT64_MIN, INT64_MAX, NULL, 0 }, 1,
		USER_NONE };
	struct input_list inputs = { 0 };
	struct subject_turn turned = { 0 };
	struct ranking ranking = { 0 };
	struct tally tally = { 0 };
	struct book *book = NULL;
	struct zone *zone = NULL;
	struct fault fault = { 0 };
	int status = 1;

	if (argc < 2) {
		(void)fprintf(stderr, "usage: null-p LOG...\n");
		return 2;
	}
	if (read_book(argv + 1, &inputs, &zone, &book, &fault) != 0)
		goto out;
	turns.window.offset = book->offset;
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
	book_free(book);
	input_list_free(&inputs);
	zone_free(zone);
	return status;
}
