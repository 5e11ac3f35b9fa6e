/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report model: tables of typed cells, from which every format is
 * written. It knows no statistics and no files. Texts are raw bytes from
 * logs or our own; the formats escape them.
 */
#ifndef QUIS_REPORT_MODEL_H
#define QUIS_REPORT_MODEL_H

#include "base/base.h"
#include "base/memory.h"

enum cell_type {
	CELL_EMPTY,  /* not known: "" in CSV, null in JSON, "-" in a table */
	CELL_TEXT,   /* identifiers and sentences: always strings in JSON */
	CELL_COUNT,  /* whole number, u64 */
	CELL_NUMBER, /* real number, printed with one decimal at most four
	                significant digits beyond it: see cell_print() */
	CELL_REAL,   /* real number, exact to 15 digits: options */
	CELL_LN,     /* natural log of a probability; printed as the
	                probability with 4 significant digits, also below
	                1e-308 ("3.142e-512") */
	CELL_FLAG,   /* yes / no; in JSON true / false */
};

struct cell {
	enum cell_type type;
	union {
		struct slice text;
		uint64_t count;
		double number;
		bool flag;
	};
};

enum column_place {
	PLACE_COLUMN, /* a column of the table on a terminal */
	PLACE_BELOW,  /* on lines of its own below the row, wrapped, indented */
	PLACE_HIDDEN, /* not in the table; in CSV and JSON these three stand */
	PLACE_DRAWN,  /* a column for eyes alone: not in CSV and JSON */
	PLACE_DRAWN_BELOW, /* likewise, on lines below the row */
};

struct column {
	const char *name; /* CSV header and JSON key */
	const char *head; /* table heading; NULL: name */
	enum column_place place;
};

static inline bool
column_is_drawn(const struct column *column)
{
	return column->place == PLACE_DRAWN ||
		column->place == PLACE_DRAWN_BELOW;
}

struct table {
	const struct column *columns;
	size_t n_columns;
	struct cell *cells; /* row by row */
	size_t n_rows;
	size_t cap;         /* cells there is room for */
};

/* Append a row of CELL_EMPTY cells; *ret points to its n_columns cells and
 * is valid until the next append. */
int table_append(struct table *table, struct cell **ret, struct fault *fault);
void table_free(struct table *table);

/* A part of a report beside its rows. CSV, which is one table, leaves it
 * out. */
struct section {
	const char *name;  /* JSON key */
	const char *title; /* in the table */
	bool after;        /* it stands behind the rows there */
	bool single;       /* of one row: in JSON an object, not an array */
	struct table table;
};

struct setting { /* an option that decides the result, as it was taken */
	const char *name;
	struct cell value;
};

struct report {
	const char *command;   /* "rank" */
	struct section *sections; /* in this order, before the rows but for
	                             those told to be after */
	size_t n_sections;
	struct table rows;     /* the report proper */
	const char *rows_name; /* JSON key; NULL: "rows" */
	const char *rows_title; /* in the table; NULL: none */
	struct table inputs;   /* as `check` prints them; JSON only */
	struct table registers; /* side files; JSON only, if there are any */
	struct setting *settings;
	size_t n_settings;
	const char **notes;    /* whole sentences: what could not be known */
	size_t n_notes;
	struct arena arena;    /* owns texts that were made for the report */
};

#endif
