/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/log-file.h"

uint64_t
log_file_rejected(const struct log_file *file)
{
	uint64_t n = 0;

	for (size_t i = 0; i < REASON_N; i++)
		n += reason_is_reject((enum reason)i) ? file->counts[i] : 0;
	return n;
}

uint64_t
log_file_skipped(const struct log_file *file)
{
	uint64_t n = 0;

	for (size_t i = 0; i < REASON_N; i++)
		n += reason_is_skip((enum reason)i) ? file->counts[i] : 0;
	return n;
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
open_log(struct log *log, const struct reader_limits *limits,
	const struct format_options *format, struct fault *fault)
{
	struct log_file *file = log->file;
	struct fault why = { 0 };

	if (reader_open(&log->reader, file->input->path, limits, &why) != 0) {
		if (why.code == FAULT_MEMORY)
			return fault_memory(fault);
		file->facts.state = INPUT_UNREADABLE;
		file->fault = why;
		return 0;
	}
	if (parser_open(&log->parser, log->reader, format, &why) != 0)
		return no_log(file, log->reader, &why, fault);
	file->format = parser_format(log->parser);
	for (size_t f = 0; f < FIELD_N; f++)
		file->given[f] = parser_has(log->parser, (enum field)f);
	parser_describe(log->parser, file->columns, sizeof(file->columns));
	return 1;
}

int
log_open(struct log *log, struct log_file *file,
	const struct reader_limits *limits, const struct format_options *format,
	struct fault *fault)
{
	const struct input *input = file->input;

	*log = (struct log){ .file = file };
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
	return open_log(log, limits, format, fault);
}

int
log_next(struct log *log, struct parsed *ret, struct fault *fault)
{
	int more = parser_next(log->parser, ret, fault);

	if (more > 0)
		count_line(log->file, log->parser, ret);
	return more;
}

void
log_end(struct log *log)
{
	struct log_file *file = log->file;

	for (size_t f = 0; f < FIELD_N; f++) /* a later header may have more */
		file->given[f] |= parser_has(log->parser, (enum field)f);
	file->facts = *reader_facts(log->reader);
	file->not_rewritten = parser_not_rewritten(log->parser);
}

int
log_close(struct log *log, int result, struct fault *fault)
{
	/* unless it has a place of its own: the temporary file */
	if (result < 0 && fault->file[0] == '\0')
		(void)fault_place(fault, log->file->input->path,
			log->parser != NULL ? log->file->lines : 0, 0);
	parser_free(log->parser);
	reader_free(log->reader);
	return result;
}
