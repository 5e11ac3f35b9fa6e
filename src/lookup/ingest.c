/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/ingest.h"

#include <stdatomic.h>

#include "base/pool.h"
#include "input/container.h"
#include "lookup/ticker.h"

struct ingest {
	struct book *book;
	const struct book_options *options;
	const size_t *order; /* inputs, as they are to be read */
	struct reader_spare *spares; /* one a worker */
	struct ticker ticker;
	atomic_size_t left;    /* files that are not read yet */
	atomic_size_t helping; /* threads that decode for another one */
};

/* Of one file. */
struct help {
	struct ingest *ingest;
	bool given;
};

/* Lookups wait in the shard: which line a fault of it is of is not known. */
static int
place_fault(struct fault *fault, const struct log_file *file)
{
	return fault->file[0] != '\0' ? -1 :
		fault_place(fault, file->input->path, 0, 0);
}

static int
read_lines(struct ingest *ingest, unsigned worker, struct log *log,
	struct fault *fault)
{
	struct shard *shard = &ingest->book->shards[worker];
	const struct registry *registry = ingest->options->registry;
	bool fill = registry != NULL && registry->n_roster > 0;
	_Alignas(64) struct parsed parsed; /* no field in two cache lines */
	struct batch batch;
	uint64_t seen = 0;
	int more;

	for (;;) {
		uint64_t lines = log->file->lines;

		if (!fill && log_batch(log, &batch) > 0) {
			if (shard_add_batch(shard, &batch, fault) != 0)
				return place_fault(fault, log->file);
			if (lines / TICK_LINES != log->file->lines / TICK_LINES)
				ticker_look(&ingest->ticker, worker,
					log->reader, &seen);
			continue;
		}
		more = log_next(log, &parsed, fault);
		if (more <= 0)
			break;
		if (fill && parsed.reason == REASON_LOOKUP)
			registry_fill(registry, &parsed.record, &parsed.when);
		for (size_t i = 0; i < parsed.n_subjects; i++)
			if (shard_add(shard, &parsed.record, &parsed.when,
				    parsed.subjects[i].name, fault) != 0)
				return place_fault(fault, log->file);
		if (log->file->lines % TICK_LINES == 0)
			ticker_look(&ingest->ticker, worker, log->reader,
				&seen);
	}
	ticker_look(&ingest->ticker, worker, log->reader, &seen);
	if (more < 0)
		return more;
	return shard_settle(shard, fault) != 0 ?
		place_fault(fault, log->file) :
		0;
}

/* Threads that have no file, or none any more, help with those that are still
 * read. */
static bool
ask_help(void *ctx)
{
	struct help *help = ctx;
	struct ingest *ingest = help->ingest;
	size_t threads = ingest->options->threads;

	if (atomic_load(&ingest->left) >= threads)
		return false;
	help->given = atomic_fetch_add(&ingest->helping, 1) +
			atomic_load(&ingest->left) < threads;
	if (!help->given)
		atomic_fetch_sub(&ingest->helping, 1);
	return help->given;
}

/* Of a thread that decodes for another. */
static void
fetch_rows(void *pool)
{
	chunk_pool_fetch(pool);
}

static int
ingest_task(void *ctx, unsigned worker, size_t task, struct fault *fault)
{
	struct ingest *ingest = ctx;
	struct log_file *file = &ingest->book->files[ingest->order[task]];
	struct log_options options = { .limits = ingest->options->limits,
		.format = &ingest->options->format,
		.rejects = rejects_writer(ingest->options->rejects, worker),
		.watch = ingest->options->watch };
	struct help help = { .ingest = ingest };
	struct log log;
	int result;

	options.limits.spare = &ingest->spares[worker];
	options.limits.ahead = false;
	options.limits.help = ask_help;
	options.limits.help_ctx = &help;
	options.limits.idle = fetch_rows;
	options.limits.idle_ctx = &ingest->book->shards[worker].pool;
	result = log_open(&log, file, &options, fault);
	if (result > 0)
		result = read_lines(ingest, worker, &log, fault) != 0 ?
			-1 :
			log_end(&log, fault);
	result = log_close(&log, result, fault);
	atomic_fetch_sub(&ingest->helping, help.given);
	atomic_fetch_sub(&ingest->left, 1);
	return result;
}

static unsigned
log2_of(uint64_t bytes)
{
	return 63 - (unsigned)__builtin_clzll(bytes | 1);
}

/* Entries of a container are read in a row, so that a thread opens it once. */
static int
compare_sizes(const void *a, const void *b, void *ctx)
{
	const struct log_file *files = ctx;
	size_t i = *(const size_t *)a, k = *(const size_t *)b;
	const struct input *x = files[i].input, *y = files[k].input;
	uint64_t large = x->container != NULL ? x->container->bytes : x->size;
	uint64_t other = y->container != NULL ? y->container->bytes : y->size;

	large = log2_of(large);
	other = log2_of(other);
	if (large != other)
		return large > other ? -1 : 1;
	if (x->container != y->container) {
		if (x->container == NULL || y->container == NULL)
			return x->container == NULL ? -1 : 1;
		return strcmp(x->container->path, y->container->path);
	}
	return i < k ? -1 : i > k;
}

int
ingest(struct book *book, const struct book_options *options,
	void (*tick)(void *ctx, uint64_t bytes), void *tick_ctx,
	struct fault *fault)
{
	struct ingest ingest = { .book = book, .options = options,
		.ticker = { .tick = tick, .ctx = tick_ctx } };
	size_t *order = memory_array(book->n_files, sizeof(*order));
	int result = -1;

	ingest.spares = memory_array(book->n_shards, sizeof(*ingest.spares));
	if (order == NULL || ingest.spares == NULL) {
		fault_memory(fault);
		goto out;
	}
	/* Largest first, so that no thread ends alone with a long file. */
	for (size_t i = 0; i < book->n_files; i++)
		order[i] = i;
	qsort_r(order, book->n_files, sizeof(*order), compare_sizes,
		book->files);
	ingest.order = order;
	atomic_init(&ingest.left, book->n_files);
	result = pool_run((unsigned)book->n_shards, book->n_files, ingest_task,
		&ingest, fault);
	for (size_t i = 0; i < book->n_shards; i++)
		reader_spare_free(&ingest.spares[i]);
out:
	free(ingest.spares);
	free(order);
	return result;
}
