/* SPDX-License-Identifier: Apache-2.0 */
/* Making a report and writing it where the settings say. */
#ifndef QUIS_CLI_OUTPUT_H
#define QUIS_CLI_OUTPUT_H

#include "cli/reading.h"
#include "cli/settings.h"
#include "report/format.h"
#include "report/model.h"

/* Whole or not at all; FAULT_OUTPUT. reading->output_written says what, where a
 * manifest will tell it. */
int output_report(struct reading *reading, const struct report *report,
	struct fault *fault);

bool output_is_table(const struct settings *settings);

/* Cells. Texts are borrowed; output_text() copies into the arena. */
struct cell cell_text(struct slice text);
struct cell cell_name(struct slice name); /* "": not given, empty */
struct cell cell_count(uint64_t count);
struct cell cell_number(double number); /* NaN: empty */
struct cell cell_real(double number);
struct cell cell_ln(double ln_p);       /* NaN: empty */
struct cell cell_flag(bool flag);

/* printf into the report's arena; NULL and *fault if memory is short. */
const char *report_print(struct report *report, struct fault *fault,
	const char *format, ...) __attribute__((format(printf, 3, 4)));
int report_note(struct report *report, struct fault *fault,
	const char *format, ...) __attribute__((format(printf, 3, 4)));
int report_set(struct report *report, const char *name, struct cell value,
	struct fault *fault);
/* A new section. *ret is valid until the next one. */
int report_section(struct report *report, const char *name, const char *title,
	const struct column *columns, size_t n_columns, struct table **ret,
	struct fault *fault);
/* One that stands behind the rows in the table. */
int report_section_after(struct report *report, const char *name,
	const char *title, const struct column *columns, size_t n_columns,
	struct table **ret, struct fault *fault);
void report_clear(struct report *report);

/* A text, copied into the report's arena. */
int cell_copy(struct report *report, const char *text, struct cell *ret,
	struct fault *fault);

/* A SHA-256 in hexadecimal. */
int cell_hash(struct report *report, const unsigned char sha256[32],
	struct cell *ret, struct fault *fault);

/* The logs, as `quis check` prints them: one row a file, by path. The last
 * columns are there only if gaps were looked for and all is to be told. */
int output_inputs(const struct reading *reading, bool all,
	struct report *report, struct table *table, struct fault *fault);

/* The options that decide how logs are read. */
int output_read_settings(const struct reading *reading, struct report *report,
	struct fault *fault);

#endif
