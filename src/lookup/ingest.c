/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/ingest.h"

#include <stdatomic.h>

#include "base/pool.h"

/* Lines between two looks at how far a file has come. */
enum { TICK_LINES = 4096 };

struct ingest {
	struct book *book;
	const struct book_options *options;
	const size_t *order; /* inputs, as they are to be read */
	struct reader_spare *spares; /* one a worker */
	void (*tick)(void *ctx, uint64_t bytes);
	void *tick_ctx;
	_Atomic uint64_t bytes;
};

static void
report_progress(struct ingest *ingest, unsigned worker, struct reader *reader,
	uint64_t *seen)
{
	uint64_t now = reader_progress(reader);

	atomic_fetch_add(&ingest->bytes, now - *seen);
	*seen = now;
	if (worker == 0 && ingest->tick != NULL)
		ingest->tick(ingest->tick_ctx, atomic_load(&ingest->bytes));
}

static void
count_line(struct log_file *file, const struct parser *parser,
	const struct parsed *parsed)
{
	file->lines++;
	file->counts[parsed->reason]++;
	if (reason_is_reject(parsed->reason) &&
		file->first_bad[parsed->reason] == 0) {
		file->first_bad[parsed->reason] = parsed->line.number;
		parser_explain(parser, parsed, file->detail[parsed->reason],
			sizeof(file->detail[0]));
	}
	if (parsed->reason != REASON_LOOKUP)
		return;
	if (file->counts[REASON_LOOKUP] == 1 ||
		parsed->when.ms < file->first_ms)
		file->first_ms = parsed->when.ms;
	if (file->counts[REASON_LOOKUP] == 1 ||
		parsed->when.ms > file->last_ms)
		file->last_ms = parsed->when.ms;
}

static int
read_lines(struct ingest *ingest, unsigned worker, struct parser *parser,
	struct reader *reader, struct log_file *file, struct fault *fault)
{
	struct shard *shard = &ingest->book->shards[worker];
	const struct registry *registry = ingest->options->registry;
	bool fill = registry != NULL && registry->n_roster > 0;
	struct parsed parsed;
	uint64_t seen = 0;
	int more;

	while ((more = parser_next(parser, &parsed, fault)) > 0) {
		count_line(file, parser, &parsed);
		if (fill && parsed.reason == REASON_LOOKUP)
			registry_fill(registry, &parsed.record, &parsed.when);
		for (size_t i = 0; i < parsed.n_subjects; i++)
			if (shard_add(shard, &parsed.record, &parsed.when,
				    parsed.subjects[i].name, fault) != 0)
				return -1;
		if (file->lines % TICK_LINES == 0)
			report_progress(ingest, worker, reader, &seen);
	}
	report_progress(ingest, worker, reader, &seen);
	return more < 0 ? more : shard_settle(shard, fault);
}

/* Nothing of it can be used: read on for its hash, size and state. */
static void
drain(struct log_file *file, struct reader *reader)
{
	enum reader_step step;
	struct line line;

	while ((step = reader_next(reader, &line)) != READER_END) {
		enum reason reason = step == READER_CUT ? REJECT_CUT :
							  REJECT_LAYOUT;

		file->lines++;
		if (file->counts[reason]++ == 0)
			file->first_bad[reason] = line.number;
	}
	file->facts = *reader_facts(reader);
}

/* Its columns cannot be told. If it is damaged, that is why: its lines are
 * lost, the other logs go on. Else it is no log, which ends the run if the
 * user named it. */
static int
no_log(struct log_file *file, struct reader *reader, const struct fault *why,
	struct fault *fault)
{
	/* settled by now if the damage lies in the head */
	bool damaged = reader_facts(reader)->state != INPUT_INTACT;

	if (why->code != FAULT_USAGE || (file->input->named && !damaged)) {
		*fault = *why;
		return -1;
	}
	drain(file, reader);
	if (damaged)
		return 0;
	file->lines = 0;
	memset(file->counts, 0, sizeof(file->counts));
	memset(file->first_bad, 0, sizeof(file->first_bad));
	file->facts.state = INPUT_UNREADABLE;
	file->fault = *why;
	return 0;
}

static int
read_file(struct ingest *ingest, unsigned worker, size_t task,
	struct log_file *file, struct fault *fault)
{
	struct reader_limits limits = ingest->options->limits;
	struct reader *reader = NULL;
	struct parser *parser = NULL;
	struct fault why = { 0 };
	int result = 0;

	/* Threads that would have no file help the largest ones. */
	limits.spare = &ingest->spares[worker];
	limits.ahead = ingest->book->n_files + task < ingest->options->threads;
	if (reader_open(&reader, file->input->path, &limits, &why) != 0) {
		if (why.code == FAULT_MEMORY)
			return fault_memory(fault);
		file->facts.state = INPUT_UNREADABLE;
		file->fault = why;
		return 0;
	}
	if (parser_open(&parser, reader, &ingest->options->format, &why) !=
		0) {
		result = no_log(file, reader, &why, fault);
		goto out;
	}
	file->format = parser_format(parser);
	for (size_t f = 0; f < FIELD_N; f++)
		file->given[f] = parser_has(parser, (enum field)f);
	parser_describe(parser, file->columns, sizeof(file->columns));
	result = read_lines(ingest, worker, parser, reader, file, fault);
	for (size_t f = 0; f < FIELD_N; f++) /* a later header may have more */
		file->given[f] |= parser_has(parser, (enum field)f);
	file->facts = *reader_facts(reader);
	file->not_rewritten = parser_not_rewritten(parser);
out:
	if (result == 0 && reader_facts(reader)->starved)
		result = fault_memory(fault);
	/* unless it has a place of its own: the temporary file */
	if (result != 0 && fault->file[0] == '\0')
		(void)fault_place(fault, file->input->path,
			parser != NULL ? file->lines : 0, 0);
	parser_free(parser);
	reader_free(reader);
	return result;
}

static int
ingest_task(void *ctx, unsigned worker, size_t task, struct fault *fault)
{
	struct ingest *ingest = ctx;
	struct log_file *file = &ingest->book->files[ingest->order[task]];
	const struct input *input = file->input;

	file->format = "";
	if (input->problem != NULL) {
		file->facts.state = INPUT_UNREADABLE;
		fault_set(&file->fault, FAULT_INPUT, "%s", input->problem);
		return 0;
	}
	if (input->original != NULL) {
		file->facts.state = INPUT_DUPLICATE;
		file->facts.bytes = input->size;
		(void)snprintf(file->facts.note, sizeof(file->facts.note),
			"same bytes as %s", input->original->path);
		return 0;
	}
	return read_file(ingest, worker, task, file, fault);
}

static int
compare_sizes(const void *a, const void *b, void *ctx)
{
	const struct log_file *files = ctx;
	size_t i = *(const size_t *)a, k = *(const size_t *)b;
	uint64_t x = files[i].input->size, y = files[k].input->size;

	if (x != y)
		return x > y ? -1 : 1;
	return i < k ? -1 : i > k;
}

int
ingest(struct book *book, const struct book_options *options,
	void (*tick)(void *ctx, uint64_t bytes), void *tick_ctx,
	struct fault *fault)
{
	struct ingest ingest = { .book = book, .options = options,
		.tick = tick, .tick_ctx = tick_ctx };
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
	atomic_init(&ingest.bytes, 0);
	result = pool_run((unsigned)book->n_shards, book->n_files, ingest_task,
		&ingest, fault);
	for (size_t i = 0; i < book->n_shards; i++)
		reader_spare_free(&ingest.spares[i]);
out:
	free(ingest.spares);
	free(order);
	return result;
}
