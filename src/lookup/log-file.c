/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/log-file.h"

#include "base/memory.h"
#include "format/suggest.h"
#include "input/container.h"
#include "input/spool.h"

bool
log_file_is_damaged_copy(const struct log_file *file)
{
	return file->facts.state == INPUT_DUPLICATE &&
		file->input->facts != NULL &&
		file->input->facts->state != INPUT_INTACT;
}

static uint64_t
lines_of(const struct log_file *file, bool (*is_one)(enum reason reason))
{
	uint64_t n = 0;

	for (size_t i = 0; i < REASON_N; i++)
		n += is_one((enum reason)i) ? file->counts[i] : 0;
	return n;
}

uint64_t
log_file_rejected(const struct log_file *file)
{
	return lines_of(file, reason_is_reject);
}

uint64_t
log_file_skipped(const struct log_file *file)
{
	return lines_of(file, reason_is_skip);
}

/* A line that should have been a lookup and is not. */
static int
keep_reject(struct log *log, enum reason reason, const struct line *line,
	struct fault *fault)
{
	struct reject reject = { .file = log->file->number,
		.line = line->number, .reason = reason, .text = line->text };

	return log->rejects != NULL ?
		reject_add(log->rejects, &reject, fault) :
		0;
}

static int
count_reject(struct log *log, const struct parsed *parsed, struct fault *fault)
{
	struct log_file *file = log->file;
	enum reason reason = parsed->reason;

	if (file->first_bad[reason] == 0) {
		file->first_bad[reason] = parsed->line.number;
		parser_explain(log->parser, parsed, file->detail[reason],
			sizeof(file->detail[0]));
	}
	return keep_reject(log, reason, &parsed->line, fault);
}

static int
watch_line(struct log *log, const struct parsed *parsed, struct fault *fault)
{
	if (parsed->reason == REASON_LOOKUP)
		return watch_lookup(log->file->watch, parsed->when.ms,
			parsed->line.number,
			parsed->numbered ?
				parser_sequence(log->parser, parsed) :
				(struct slice){ NULL, 0 },
			fault);
	if (reason_is_reject(parsed->reason) || parsed->reason == SKIP_EVENT)
		watch_other(log->file->watch);
	return 0;
}

/* Nothing of it can be used: read on for its hash, size and state. Its lines
 * are rejected if they are a log's. */
static int
drain(struct log *log, bool is_log, struct fault *fault)
{
	struct log_file *file = log->file;
	enum reader_step step;
	struct line line;

	while ((step = reader_next(log->reader, &line)) != READER_END) {
		enum reason reason = step == READER_CUT ? REJECT_CUT :
							  REJECT_LAYOUT;

		if (!is_log)
			continue;
		file->lines++;
		if (file->counts[reason]++ == 0)
			file->first_bad[reason] = line.number;
		if (keep_reject(log, reason, &line, fault) != 0)
			return -1;
	}
	file->facts = *reader_facts(log->reader);
	if (file->input->spool != NULL &&
		spool_fault(file->input->spool, fault) != 0)
		return -1;
	return log->rejects != NULL ? reject_end(log->rejects, fault) : 0;
}

/* Its columns cannot be told. If it is damaged, that is why: its lines are
 * lost, the other logs go on. Else it is no log, which ends the run if the
 * user named it. */
static int
no_log(struct log *log, const struct fault *why, struct fault *fault)
{
	struct log_file *file = log->file;
	/* settled by now if the damage lies in the head */
	bool damaged = reader_facts(log->reader)->state != INPUT_INTACT;

	if (why->code != FAULT_USAGE || (file->input->named && !damaged)) {
		*fault = *why;
		return -1;
	}
	if (drain(log, damaged, fault) != 0)
		return -1;
	if (damaged)
		return 0;
	file->facts.state = INPUT_UNREADABLE;
	file->fault = *why;
	return 0;
}

/* What is a container itself, where none is opened up. */
static const struct container_kind *
container_of(const struct log *log)
{
	bool whole;

	return container_kind_of(reader_head(log->reader, &whole));
}

static int
no_container(struct log *log, const struct container_kind *kind,
	struct fault *fault)
{
	struct log_file *file = log->file;
	const struct input *input = file->input;

	if (drain(log, false, fault) != 0)
		return -1;
	file->facts.state = INPUT_UNREADABLE;
	(void)fault_set(&file->fault, FAULT_INPUT,
		input->container != NULL ?
			"a %s, a container within a container" :
		input->spool != NULL && strcmp(input->path, "-") != 0 ?
			"a %s that comes by a pipe; have it come by standard "
			"input" :
			"a %s within a compression; unpack it once",
		kind->name);
	return 0;
}

/* A log of another system may be one that a profile describes. What to do
 * about it stands behind the last semicolon of *why. */
static int
suggest(struct log *log, const struct log_options *options, struct fault *why,
	struct fault *fault)
{
	char *advice = strrchr(why->text, ';');
	const char *profile;
	bool whole;

	if (why->code != FAULT_USAGE || advice == NULL)
		return 0;
	if (profile_suggest(&profile, reader_head(log->reader, &whole),
		    options->format, fault) != 0)
		return -1;
	if (profile != NULL)
		(void)snprintf(advice,
			sizeof(why->text) - (size_t)(advice - why->text),
			"; say --profile %s, which reads it", profile);
	return 0;
}

static int
open_log(struct log *log, const struct log_options *options,
	struct fault *fault)
{
	struct log_file *file = log->file;
	const struct container_kind *kind;
	struct fault why = { 0 };

	if (input_open(&log->reader, file->input, &options->limits, &why) !=
		0) {
		if (why.code == FAULT_MEMORY)
			return fault_memory(fault);
		file->facts.state = INPUT_UNREADABLE;
		file->fault = why;
		return 0;
	}
	kind = container_of(log);
	if (kind != NULL)
		return no_container(log, kind, fault);
	if (parser_open(&log->parser, log->reader, options->format, &why) != 0)
		return suggest(log, options, &why, fault) != 0 ?
			-1 :
			no_log(log, &why, fault);
	file->format = parser_format(log->parser);
	for (size_t f = 0; f < FIELD_N; f++)
		file->given[f] = parser_has(log->parser, (enum field)f);
	file->names_nobody = parser_names_nobody(log->parser);
	parser_describe(log->parser, file->columns, sizeof(file->columns));
	return 1;
}

/* No log, but what holds some, and how it is damaged. */
static void
take_container(struct log_file *file, const struct input_container *container)
{
	struct reader_facts *facts = &file->facts;

	facts->compression = container->compression;
	(void)snprintf(facts->compression_name, sizeof(facts->compression_name),
		"%s", compression_name(container->compression));
	facts->state = container->state;
	facts->bytes = container->bytes;
	memcpy(facts->sha256, container->sha256, sizeof(facts->sha256));
}

/* Not read (again), as what it holds is read elsewhere. */
static void
take_duplicate(struct log_file *file, const struct input *input)
{
	struct reader_facts *facts = &file->facts;
	const struct reader_facts *own = input->facts;

	facts->bytes = input->size;
	if (own != NULL)
		*facts = *own;
	facts->state = INPUT_DUPLICATE;
	if (own == NULL || own->state == INPUT_INTACT)
		(void)snprintf(facts->note, sizeof(facts->note),
			"same %s as %s", own == NULL ? "bytes" : "text",
			input->original->path);
	else
		(void)snprintf(facts->note, sizeof(facts->note),
			"same text as %.100s; %s: %.100s",
			input->original->path, input_state_name(own->state),
			own->note);
}

int
log_open(struct log *log, struct log_file *file,
	const struct log_options *options, struct fault *fault)
{
	const struct input *input = file->input;

	*log = (struct log){ .file = file, .rejects = options->rejects };
	file->format = "";
	(void)snprintf(file->facts.compression_name,
		sizeof(file->facts.compression_name), "%s",
		compression_name(COMPRESSION_NONE));
	if (input->problem != NULL) {
		file->facts.state = INPUT_UNREADABLE;
		fault_set(&file->fault, FAULT_INPUT, "%s", input->problem);
		if (input->broken != NULL)
			take_container(file, input->broken);
		return 0;
	}
	if (input->original != NULL) {
		take_duplicate(file, input);
		return 0;
	}
	if (options->watch) {
		file->watch = memory_array(1, sizeof(*file->watch));
		if (file->watch == NULL)
			return fault_memory(fault);
	}
	return open_log(log, options, fault);
}

int
log_note(struct log *log, const struct parsed *parsed, struct fault *fault)
{
	if (reason_is_reject(parsed->reason) &&
		count_reject(log, parsed, fault) != 0)
		return -1;
	return log->file->watch != NULL ? watch_line(log, parsed, fault) : 0;
}

int
log_end(struct log *log, struct fault *fault)
{
	struct log_file *file = log->file;

	for (size_t f = 0; f < FIELD_N; f++) /* a later header may have more */
		file->given[f] |= parser_has(log->parser, (enum field)f);
	file->names_nobody |= parser_names_nobody(log->parser);
	file->facts = *reader_facts(log->reader);
	file->not_rewritten = parser_not_rewritten(log->parser);
	if (file->input->spool != NULL &&
		spool_fault(file->input->spool, fault) != 0)
		return -1;
	return log->rejects != NULL ? reject_end(log->rejects, fault) : 0;
}

int
log_close(struct log *log, int result, struct fault *fault)
{
	if (result >= 0 && log->reader != NULL &&
		reader_facts(log->reader)->starved)
		result = fault_memory(fault);
	/* unless it has a place of its own: the temporary file */
	if (result < 0 && fault->file[0] == '\0')
		(void)fault_place(fault, log->file->input->path,
			log->parser != NULL ? log->file->lines : 0, 0);
	parser_free(log->parser);
	reader_free(log->reader);
	return result;
}
