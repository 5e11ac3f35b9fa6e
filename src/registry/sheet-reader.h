/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a sheet row by row, by columns that its register knows. What is no
 * row at all is counted here; what a row says wrongly, by who reads it.
 */
#ifndef QUIS_REGISTRY_SHEET_READER_H
#define QUIS_REGISTRY_SHEET_READER_H

#include "base/base.h"
#include "format/field.h"
#include "registry/sheet.h"

struct sheet_column {
	const char *name;
	enum field field;  /* its values are rewritten as this field's, and all
	                      headers of that field name it; FIELD_N: neither */
	const char *also;  /* further headers, blanks between; or NULL */
	unsigned need;     /* 0: a sheet may lack it; of the columns with the
	                      same number one must be there */
	bool own;          /* only `name` and `also` name it */
};

enum { SHEET_COLUMNS_MAX = 8 };

struct sheet_plan {
	const char *what;  /* "a roster" */
	const char *needs; /* "user, and unit or role" */
	const struct sheet_column *columns;
	size_t n;          /* up to SHEET_COLUMNS_MAX */
	bool bare;         /* may have no header: its columns are then the
	                      first n, and rows may lack the later ones */
	bool comments;     /* a line that begins with # is no row */
};

struct rewrites;
struct sheet;

/* Open facts->path and read its header; facts->columns and ->unknown are
 * filled. `facts`, plan and rewrites are borrowed. FAULT_USAGE, with the
 * file named: it cannot be opened, or a column is lacking. */
int sheet_open(struct sheet **ret, struct sheet_facts *facts,
	const struct sheet_plan *plan, const struct rewrites *rewrites,
	struct fault *fault);
void sheet_free(struct sheet *sheet);

/* The next row. 1: there is one, until the next call; 0: the end, and
 * facts->file is final; -1: out of memory. */
int sheet_next(struct sheet *sheet, struct fault *fault);

struct sheet_facts *sheet_facts(const struct sheet *sheet);
uint64_t sheet_line(const struct sheet *sheet); /* of the row, from 1 */

/* A cell of the row, by number of the plan's column; "" if it is not given.
 * The first as written; the second rewritten, until the next call for a
 * column of the same field. */
struct slice sheet_cell(const struct sheet *sheet, size_t column);
struct slice sheet_text(struct sheet *sheet, size_t column);

/* Rewrite a part of a cell as that column's field. */
struct slice sheet_rewrite(struct sheet *sheet, size_t column,
	struct slice part);

/* Count a problem of the row, about a cell or (NULL) about none. */
void sheet_problem(struct sheet *sheet, enum sheet_problem problem,
	struct slice cell);
void sheet_blank(struct sheet *sheet, size_t column);

#endif
