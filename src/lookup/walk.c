/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/walk.h"

/* Lines between two looks at how far a file has come. */
enum { TICK_LINES = 4096 };

struct walk {
	struct book *book;
	const struct book_options *options;
	struct reader_spare spare;
	walk_take take;
	void *take_ctx;
	void (*tick)(void *ctx, uint64_t bytes);
	void *tick_ctx;
	uint64_t bytes; /* of the logs before */
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
	int more, taken;

	while ((more = log_next(log, &parsed, fault)) > 0) {
		if (parsed.reason == REASON_LOOKUP)
			count_times(walk->book, &parsed);
		taken = walk->take(walk->take_ctx, log->file, &parsed, fault);
		if (taken != 0)
			return taken;
		if (log->file->lines % TICK_LINES == 0 && walk->tick != NULL)
			walk->tick(walk->tick_ctx,
				walk->bytes + reader_progress(log->reader));
	}
	walk->bytes += reader_progress(log->reader);
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
		.take_ctx = take_ctx, .tick = tick, .tick_ctx = tick_ctx };
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
