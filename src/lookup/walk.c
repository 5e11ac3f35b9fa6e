/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/walk.h"

#include "lookup/ticker.h"

struct walk {
	struct book *book;
	const struct book_options *options;
	struct reader_spare spare;
	walk_take take;
	void *take_ctx;
	struct ticker ticker;
};

static void
count_times(struct book *book, const struct parsed *parsed)
{
	book->n += parsed->n_subjects;
	book->zoneless += !parsed->when.zoned;
	book->gaps += parsed->when.fit == ZONE_GAP;
	book->overlaps += parsed->when.fit == ZONE_OVERLAP;
}

static int
walk_lines(struct walk *walk, struct log *log, struct fault *fault)
{
	struct parsed parsed;
	uint64_t seen = 0;
	int more, taken;

	while ((more = log_next(log, &parsed, fault)) > 0) {
		if (parsed.reason == REASON_LOOKUP)
			count_times(walk->book, &parsed);
		taken = walk->take(walk->take_ctx, log->file, &parsed, fault);
		if (taken != 0)
			return taken;
		if (log->file->lines % TICK_LINES == 0)
			ticker_look(&walk->ticker, 0, log->reader, &seen);
	}
	ticker_look(&walk->ticker, 0, log->reader, &seen);
	return more;
}

static int
walk_file(struct walk *walk, struct log_file *file, struct fault *fault)
{
	struct log_options options = { .limits = walk->options->limits,
		.format = &walk->options->format,
		.rejects = rejects_writer(walk->options->rejects, 0),
		.watch = walk->options->watch };
	struct log log;
	int result;

	options.limits.spare = &walk->spare;
	options.limits.ahead = walk->options->threads > 1;
	result = log_open(&log, file, &options, fault);
	if (result > 0)
		result = walk_lines(walk, &log, fault);
	if (result == 0 && log.parser != NULL)
		result = log_end(&log, fault);
	return log_close(&log, result, fault);
}

int
book_walk(struct book **ret, const struct input_list *inputs,
	const struct book_options *options, walk_take take, void *take_ctx,
	void (*tick)(void *ctx, uint64_t bytes), void *tick_ctx,
	struct fault *fault)
{
	struct book *book = memory_array(1, sizeof(*book));
	struct walk walk = { .book = book, .options = options, .take = take,
		.take_ctx = take_ctx,
		.ticker = { .tick = tick, .ctx = tick_ctx } };
	int result = 0;

	if (book == NULL)
		return fault_memory(fault);
	book->files = memory_array(inputs->n, sizeof(*book->files));
	if (book->files == NULL)
		result = fault_memory(fault);
	for (size_t i = 0; i < inputs->n && result == 0; i++)
		book_file_init(book, i, &inputs->items[i]);
	book->n_files = result == 0 ? inputs->n : 0;
	for (size_t i = 0; i < book->n_files && result == 0; i++)
		result = walk_file(&walk, &book->files[i], fault);
	reader_spare_free(&walk.spare);
	if (result != 0) {
		book_free(book);
		return result;
	}
	book_settle_files(book);
	*ret = book;
	return 0;
}
