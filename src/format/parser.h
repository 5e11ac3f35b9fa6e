/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A parser reads one log's lines as records. It finds out by looking how the
 * log is laid out, and gives every line its reason.
 */
#ifndef QUIS_FORMAT_PARSER_H
#define QUIS_FORMAT_PARSER_H

#include "base/base.h"
#include "format/batch.h"
#include "format/columns.h"
#include "format/field.h"
#include "format/pattern.h"
#include "format/reason.h"
#include "format/rewrite.h"
#include "format/rules.h"
#include "format/time-format.h"
#include "format/time.h"
#include "input/reader.h"

enum { FORMAT_ALSO = 64 };

struct format_options {
	struct column_map map;
	const struct pattern *pattern; /* NULL: find the columns */
	const struct zone *zone;       /* of times without an offset */
	const struct rewrites *rewrites; /* NULL: none */
	const char *format; /* "csv" or the name of a dialect (dialect.h),
	                       JSON by lines or as a document under either
	                       name; NULL: found by looking */
	char separator;     /* of a table; 0: found by looking */
	const struct rules *rules; /* NULL: none */
	/* How times are written, where that was described; the others are
	 * found by looking. */
	const struct time_format *const *time_formats;
	size_t n_time_formats;
	/* Columns whose values rules look at beside the fields. */
	const struct slice *also;
	size_t n_also; /* FORMAT_ALSO at most */
	const char *split; /* each of these ASCII characters separates
	                      subjects that share a field; NULL: none does */
	bool sequence;     /* parser_sequence() will be asked */
};

/* Subjects of one record. */
enum { PARSER_SUBJECTS = 256 };

struct subject_name {
	struct slice name;   /* rewritten, and given */
	struct slice logged;
};

struct parser;

/* Look at the head of the log and settle format and columns. The reader is
 * borrowed and must not have been read from. FAULT_USAGE: this is no log, or
 * not one whose columns can be told (the sentence lists them, with the --map
 * that would settle it). An empty log is one. */
int parser_open(struct parser **ret, struct reader *reader,
	const struct format_options *options, struct fault *fault);
void parser_free(struct parser *parser);

struct parsed {
	struct record record; /* valid if reason is REASON_LOOKUP: time, user
	                         and subject are given, and rewritten but for
	                         the subject, which is as logged */
	enum reason reason;
	struct line line;     /* record as it stands in the log */
	struct moment when;   /* valid as the record is, as are */
	const struct subject_name *subjects; /* those the record names … */
	size_t n_subjects; /* … at least one, in order; 0: no lookup */
	bool numbered; /* a lookup: parser_sequence() may have its number */
};

/* The next record. 1: *ret holds it, until the next call; 0: the end; -1:
 * out of memory. */
int parser_next(struct parser *parser, struct parsed *ret, struct fault *fault);

/* The lookups of a table that come now, many at once, if they are common ones:
 * ASCII, of one day, one subject each, and nothing is to be rewritten. They are
 * taken, and *ret is valid until the parser is called again. 0: parser_next()
 * is to be called. Running numbers are not told. */
size_t parser_batch(struct parser *parser, struct batch *ret);

/* What is wrong with the record parser_next() rejected last, for people: the
 * text that is no time, how many fields it has. "" if its reason says all. */
void parser_explain(const struct parser *parser, const struct parsed *parsed,
	char *buf, size_t size);

/* The running number of the record that parser_next() returned last; empty if
 * the log has none. It costs as much as splitting the line once more. */
struct slice parser_sequence(struct parser *parser,
	const struct parsed *parsed);

/* "csv", "tsv", "csv;" , "pattern"; "" for an empty log. */
const char *parser_format(const struct parser *parser);

bool parser_has(const struct parser *parser, enum field field);

/* There is no column of users: those of a web log are client's addresses. */
bool parser_names_nobody(const struct parser *parser);

/* Values so far that no rule was applied to: see rewriter_failed(). */
uint64_t parser_not_rewritten(const struct parser *parser);

/* How the fields were found, for people: "time=timestamp user=login …". */
void parser_describe(const struct parser *parser, char *buf, size_t size);

#endif
