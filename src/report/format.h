/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The formats a report is written in. Errors of writing stick to the sink;
 * -1 from a format means that memory ran out.
 */
#ifndef QUIS_REPORT_FORMAT_H
#define QUIS_REPORT_FORMAT_H

#include "base/base.h"
#include "report/cell.h"
#include "report/model.h"
#include "report/sink.h"

/* A header and the rows, RFC 4180 with LF; raw: formulas are not guarded. */
int report_csv(const struct report *report, struct sink *sink, bool raw);

/* The same for a terminal's eyes. */
int report_csv_shown(const struct report *report, struct sink *sink, bool raw);

/* One object: command, settings, notes, inputs, sections, rows; a row a
 * line. */
int report_json(const struct report *report, struct sink *sink);

struct table_look {
	unsigned width; /* columns to wrap at, 0: no wrapping */
	bool colour;
};

/* For people: aligned columns, what stands below a row, notes at the end;
 * sections under their titles, one after the other. */
int report_table(const struct report *report, struct sink *sink,
	const struct table_look *look);

struct report_look {
	bool csv_raw;
	bool terminal; /* CSV is written to one: what would act there is
	                  escaped; to files and pipes it goes as it is */
	struct table_look table;
};

struct report_format {
	const char *name; /* of --format */
	int (*write)(const struct report *report, struct sink *sink,
		const struct report_look *look);
};

extern const struct report_format report_formats[];
extern const size_t n_report_formats;

/* NULL: no such format. */
const struct report_format *report_format_find(struct slice name);

#endif
