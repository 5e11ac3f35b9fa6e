/* SPDX-License-Identifier: Apache-2.0 */
#include "report/escape.h"
#include "report/format.h"

static void
put_value(struct sink *sink, const struct cell *cell)
{
	char buf[CELL_PRINT_MAX];
	struct slice text;

	if (cell->type == CELL_TEXT) {
		escape_json(sink, cell->text);
		return;
	}
	if (cell->type == CELL_FLAG) {
		sink_text(sink, cell->flag ? "true" : "false");
		return;
	}
	text = cell_print(buf, cell);
	if (text.len == 0)
		sink_text(sink, "null");
	else
		sink_put(sink, text.at, text.len);
}

static void
put_key(struct sink *sink, const char *name)
{
	escape_json(sink, slice_of(name));
	sink_text(sink, ": ");
}

static void
put_settings(struct sink *sink, const struct report *report)
{
	sink_text(sink, "  \"settings\": {");
	for (size_t i = 0; i < report->n_settings; i++) {
		sink_text(sink, i > 0 ? ",\n    " : "\n    ");
		put_key(sink, report->settings[i].name);
		put_value(sink, &report->settings[i].value);
	}
	sink_text(sink, report->n_settings > 0 ? "\n  },\n" : "},\n");
}

static void
put_notes(struct sink *sink, const struct report *report)
{
	sink_text(sink, "  \"notes\": [");
	for (size_t i = 0; i < report->n_notes; i++) {
		sink_text(sink, i > 0 ? ",\n    " : "\n    ");
		escape_json(sink, slice_of(report->notes[i]));
	}
	sink_text(sink, report->n_notes > 0 ? "\n  ],\n" : "],\n");
}

static void
put_row(struct sink *sink, const struct column *columns,
	const struct cell *cells, size_t n)
{
	bool first = true;

	for (size_t i = 0; i < n; i++) {
		if (column_is_drawn(&columns[i]))
			continue;
		if (!first)
			sink_text(sink, ", ");
		first = false;
		put_key(sink, columns[i].name);
		put_value(sink, &cells[i]);
	}
}

static void
put_table(struct sink *sink, const char *name, const struct table *table)
{
	const struct cell *cell = table->cells;

	sink_text(sink, "  ");
	put_key(sink, name);
	sink_text(sink, "[");
	for (size_t i = 0; i < table->n_rows; i++) {
		sink_text(sink, i > 0 ? ",\n    {" : "\n    {");
		put_row(sink, table->columns, cell, table->n_columns);
		cell += table->n_columns;
		sink_text(sink, "}");
	}
	sink_text(sink, table->n_rows > 0 ? "\n  ]" : "]");
}

static void
put_object(struct sink *sink, const char *name, const struct table *table)
{
	sink_text(sink, "  ");
	put_key(sink, name);
	sink_text(sink, "{");
	put_row(sink, table->columns, table->cells, table->n_columns);
	sink_text(sink, "}");
}

int
report_json(const struct report *report, struct sink *sink)
{
	sink_text(sink, "{\n  \"command\": ");
	escape_json(sink, slice_of(report->command));
	sink_text(sink, ",\n");
	put_settings(sink, report);
	put_notes(sink, report);
	put_table(sink, "inputs", &report->inputs);
	sink_text(sink, ",\n");
	if (report->registers.n_rows > 0) {
		put_table(sink, "registers", &report->registers);
		sink_text(sink, ",\n");
	}
	for (size_t i = 0; i < report->n_sections; i++) {
		const struct section *section = &report->sections[i];

		(section->single ? put_object : put_table)(sink,
			section->name, &section->table);
		sink_text(sink, ",\n");
	}
	put_table(sink,
		report->rows_name != NULL ? report->rows_name : "rows",
		&report->rows);
	sink_text(sink, "\n}\n");
	return 0;
}
