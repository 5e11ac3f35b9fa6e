/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parser's inner rooms: the form of a log, or of a part of one, and what
 * reads records of that form. Nobody but parser.c and those rooms needs it.
 */
#ifndef QUIS_FORMAT_FORM_H
#define QUIS_FORMAT_FORM_H

#include "base/base.h"
#include "format/dialect.h"
#include "format/lookahead.h"
#include "format/parser.h"
#include "format/reread.h"
#include "format/split.h"
#include "format/syslog.h"

enum { DIALECTS_MOST = 5 };
extern const struct dialect_kind *const dialects[DIALECTS_MOST];

enum form_extra { FORM_NUMBER, FORM_OFFSET, FORM_EXTRA };

struct form {
	const char *name;      /* "csv"; a constant */
	struct column_map map; /* the user's */
	struct columns columns;
	/* Columns of the fields, and then of options->also. */
	const struct slice *also;
	int wanted[FIELD_N + FORMAT_ALSO + FORM_EXTRA];
	size_t n_wanted;
	const struct rules *rules; /* NULL: none */
	struct slice values[FORMAT_ALSO]; /* of the latter in the record read
	                                     last */
	/* Of a dialect, wanted behind those: of the record read last. */
	struct slice extra[FORM_EXTRA];
	/* How times are read. */
	bool described;  /* by options->time_formats, else … */
	bool plain_time; /* … by time_parse() of one column */
	struct time_format *undated; /* of prefixes without a year, or NULL */
	int64_t near_ms;
	/* One of these reads the records: */
	struct matcher *matcher;
	struct dialect *dialect;
	struct splitter *splitter;
	/* of a table: */
	struct lookahead *ahead;  /* unless it is empty, behind prefixes, or
	                             rules look at each record */
	struct splitter *sounder; /* for lines that come later, or NULL */
	bool sequence; /* running numbers are asked for: */
	int number_at; /* a table's column of them, or -1 */
	char separator;
	char *header; /* text of the header now in force, or NULL */
	size_t header_len;
	enum reread reread; /* it is the one of `quis cat` */
	/* of a dialect: */
	unsigned version; /* of its names, when columns were found */
	char *kept;       /* names of the fields as they were then,
	                     DIALECT_NAME_LEN bytes each, of … */
	size_t kept_len[FIELD_N]; /* … so many */
};

enum form_head {
	HEAD_WHOLE = 1,   /* there is no more */
	HEAD_DAMAGED = 2, /* columns are not held against what is in them */
	HEAD_WITHIN = 4,  /* the log has begun before */
};

/* Find the form of a log, or of what is left of one, that begins with `head`.
 * what: some of the above. FAULT_USAGE as parser_open(). */
int form_find(struct form *ret, struct slice head, unsigned what,
	struct reader *reader, const struct format_options *options,
	struct fault *fault);

/* --pattern; an empty log has no form. */
int form_open_pattern(struct form *ret, bool empty, struct reader *reader,
	const struct format_options *options, struct fault *fault);

void form_free(struct form *form);

/* The form's columns are known anew, of these names. */
void form_want(struct form *form, const struct slice *names, size_t n);

/* Fields that are not the record's but the prefix's. The prefix's time serves
 * where the record gives none. */
void form_fill(struct form *form, const struct syslog *prefix,
	struct record *record);

/* The record's time. */
bool form_time(const struct form *form, const struct record *record,
	const struct format_options *options, struct moment *ret);

/* form-table.c. The map is the form's already. */
struct layout;
int form_open_table(struct form *form, const struct layout *layout,
	struct reader *reader, struct fault *fault);

/* Fields of the record on *line, which may go on over several physical lines
 * unless it is behind a prefix: `text` is what follows that. */
enum reason table_read(struct form *form, struct reader *reader,
	struct line *line, struct slice text, struct record *ret,
	struct fault *fault);

/* The same of one line only, whatever follows, without a trace in the form:
 * could it be read? */
enum reason table_sound(struct form *form, struct slice text,
	struct record *ret, struct fault *fault);

/* How many fields of a line are names of columns that the form knows. */
enum { HEADER_NAMES = 3 }; /* that make a header */
size_t table_names(struct form *form, struct slice text);

/* The time of the record read last, as `quis cat` wrote it: with an offset from
 * a column of its own. */
bool table_time(const struct form *form, const struct zone *zone,
	struct moment *when);

/* The running number of a record that table_read() has read; empty if the
 * table has none. */
struct slice table_number(struct form *form, struct slice text);

/* What a rejected line is: another header, which holds from now on, or a
 * comment; or `reason`. */
enum reason table_refuse(struct form *form, struct slice text,
	const struct zone *zone, enum reason reason, struct fault *fault);

/* form-dialect.c */
int form_open_dialect(struct form *form, const struct dialect_kind *kind,
	struct slice head, bool whole, bool damaged,
	const struct format_options *options, struct fault *fault);
enum reason dialect_read(struct form *form, struct slice text,
	struct record *ret, struct fault *fault);

/* Is a record without a user or a subject no lookup to begin with? */
bool dialect_is_event(const struct form *form, const struct record *record);

/* form-change.c: formats that change within a log. */
struct change {
	uint64_t last;   /* number of the last line that could not be read */
	unsigned streak; /* how many of them in a row */
	uint64_t next;   /* line before which no other form is tried */
	uint64_t wait;   /* lines, after the last that was */
	unsigned forms;  /* changes so far */
};

/* A line was not read, for `reason`; `text` is what it holds behind a prefix.
 * 1: another form reads it, and those that follow; *form is that now, and *line
 * the record's first line, to be read again. 0: none does, or not for certain.
 * -1: no memory. */
int form_change(struct form *form, struct change *change,
	struct reader *reader, struct line *line, struct slice text,
	enum reason reason, const struct format_options *options,
	struct fault *fault);

#endif
