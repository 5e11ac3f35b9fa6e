/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One log of a run: opened, read record by record, and counted, so that every
 * line of it is told for what it is.
 */
#ifndef QUIS_LOOKUP_LOG_FILE_H
#define QUIS_LOOKUP_LOG_FILE_H

#include "base/base.h"
#include "format/parser.h"
#include "input/list.h"
#include "input/reader.h"
#include "lookup/rejects.h"
#include "lookup/watch.h"

/* What became of one log: a row of `quis check`. */
struct log_file {
	const struct input *input;
	size_t number;                 /* of the book's files */
	struct reader_facts facts;
	const char *format;            /* "csv"; "" if unknown */
	uint64_t lines;                /* = the sum of counts */
	uint64_t counts[REASON_N];
	uint64_t first_bad[REASON_N];  /* line of the first rejected, 0: none */
	char detail[REASON_N][128];    /* of that first one: see
	                                  parser_explain() */
	int64_t first_ms, last_ms;     /* of its lookups */
	char columns[256];             /* parser_describe() */
	struct fault fault;            /* why it is no log; code NONE: it is */
	bool given[FIELD_N];           /* fields the log has */
	bool names_nobody;             /* see parser_names_nobody() */
	uint64_t not_rewritten;        /* values: see rewriter_failed() */
	struct log_watch *watch;       /* NULL: not asked for */
};

/* A duplicate that is damaged itself, though its text is all there. */
bool log_file_is_damaged_copy(const struct log_file *file);
uint64_t log_file_rejected(const struct log_file *file);
uint64_t log_file_skipped(const struct log_file *file);

/* A log that is being read. */
struct log {
	struct log_file *file;
	struct reader *reader;
	struct parser *parser;
	struct reject_writer *rejects; /* where rejected lines go, or NULL */
};

struct log_options {
	struct reader_limits limits;
	const struct format_options *format;
	struct reject_writer *rejects; /* of this thread; or NULL */
	bool watch; /* note what gaps_find() goes by; the book owns it */
};

/* Open the log of file->input. 1: log_next() reads it; 0: it is not to be
 * read, as the file then says: it cannot be, is a duplicate, no log, or so
 * damaged that its columns are lost; -1: lack of memory, a *named* log that is
 * none (FAULT_USAGE), or no room for rejected lines (FAULT_OUTPUT).
 * log_close() it in any case. */
int log_open(struct log *log, struct log_file *file,
	const struct log_options *options, struct fault *fault);

/* The next record, counted: as parser_next(), or FAULT_OUTPUT as above. */
static inline int log_next(struct log *log, struct parsed *ret,
	struct fault *fault);

/* The same of many lookups, where none need be looked at by itself: as
 * parser_batch(). */
static inline size_t log_batch(struct log *log, struct batch *ret);

/* All was read: the facts are the file's. As log_next(). */
int log_end(struct log *log, struct fault *fault);

/* Returns `result`; if that is a fault without a place, it gets this one. */
int log_close(struct log *log, int result, struct fault *fault);

/* For log_next(): what there is to do of the records that are not common. */
int log_note(struct log *log, const struct parsed *parsed,
	struct fault *fault);

/* Inline, as it stands between all lookups. */
static inline int
log_next(struct log *log, struct parsed *ret, struct fault *fault)
{
	struct log_file *file = log->file;
	int more = parser_next(log->parser, ret, fault);
	bool first;

	if (more <= 0)
		return more;
	file->lines++;
	first = file->counts[ret->reason]++ == 0;
	if (ret->reason == REASON_LOOKUP) {
		if (first || ret->when.ms < file->first_ms)
			file->first_ms = ret->when.ms;
		/* the same as well, which is as usual as a later one */
		if (first || ret->when.ms >= file->last_ms)
			file->last_ms = ret->when.ms;
		if (file->watch == NULL || (!ret->numbered &&
			watch_usual(file->watch, ret->when.ms)))
			return more;
	}
	return log_note(log, ret, fault) != 0 ? -1 : more;
}

static inline size_t
log_batch(struct log *log, struct batch *ret)
{
	struct log_file *file = log->file;
	bool first = file->counts[REASON_LOOKUP] == 0;
	size_t n = file->watch == NULL ? parser_batch(log->parser, ret) : 0;

	if (n == 0)
		return 0;
	file->lines += n;
	file->counts[REASON_LOOKUP] += n;
	if (first || ret->first_ms < file->first_ms)
		file->first_ms = ret->first_ms;
	if (first || ret->last_ms > file->last_ms)
		file->last_ms = ret->last_ms;
	return n;
}

#endif
