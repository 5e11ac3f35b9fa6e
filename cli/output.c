/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/output.h"

#include <stdarg.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct cell
cell_text(struct slice text)
{
	return (struct cell){ .type = CELL_TEXT, .text = text };
}

struct cell
cell_name(struct slice name)
{
	if (name.len == 0)
		return (struct cell){ .type = CELL_EMPTY };
	return cell_text(name);
}

struct cell
cell_count(uint64_t count)
{
	return (struct cell){ .type = CELL_COUNT, .count = count };
}

struct cell
cell_number(double number)
{
	if (isnan(number))
		return (struct cell){ .type = CELL_EMPTY };
	return (struct cell){ .type = CELL_NUMBER, .number = number };
}

struct cell
cell_real(double number)
{
	return (struct cell){ .type = CELL_REAL, .number = number };
}

struct cell
cell_ln(double ln_p)
{
	if (isnan(ln_p))
		return (struct cell){ .type = CELL_EMPTY };
	return (struct cell){ .type = CELL_LN, .number = ln_p };
}

struct cell
cell_flag(bool flag)
{
	return (struct cell){ .type = CELL_FLAG, .flag = flag };
}

static const char *
print_into(struct report *report, struct fault *fault, const char *format,
	va_list args)
{
	char text[4096], *copy;

	(void)vsnprintf(text, sizeof(text), format, args);
	copy = arena_copy(&report->arena, slice_of(text));
	if (copy == NULL)
		(void)fault_memory(fault);
	return copy;
}

const char *
report_print(struct report *report, struct fault *fault, const char *format,
	...)
{
	va_list args;
	const char *text;

	va_start(args, format);
	text = print_into(report, fault, format, args);
	va_end(args);
	return text;
}

int
report_note(struct report *report, struct fault *fault, const char *format, ...)
{
	const char **notes;
	const char *text;
	va_list args;

	va_start(args, format);
	text = print_into(report, fault, format, args);
	va_end(args);
	if (text == NULL)
		return -1;
	notes = reallocarray(report->notes, report->n_notes + 1,
		sizeof(*notes));
	if (notes == NULL)
		return fault_memory(fault);
	report->notes = notes;
	report->notes[report->n_notes++] = text;
	return 0;
}

int
cell_copy(struct report *report, const char *text, struct cell *ret,
	struct fault *fault)
{
	const char *copy = report_print(report, fault, "%s", text);

	if (copy == NULL)
		return -1;
	*ret = cell_text(slice_of(copy));
	return 0;
}

int
cell_hash(struct report *report, const unsigned char sha256[32],
	struct cell *ret, struct fault *fault)
{
	char hex[65];

	for (size_t i = 0; i < 32; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", sha256[i]);
	return cell_copy(report, hex, ret, fault);
}

int
report_set(struct report *report, const char *name, struct cell value,
	struct fault *fault)
{
	struct setting *settings = reallocarray(report->settings,
		report->n_settings + 1, sizeof(*settings));

	if (settings == NULL)
		return fault_memory(fault);
	report->settings = settings;
	settings[report->n_settings++] = (struct setting){ name, value };
	return 0;
}

int
report_section(struct report *report, const char *name, const char *title,
	const struct column *columns, size_t n_columns, struct table **ret,
	struct fault *fault)
{
	struct section *sections = reallocarray(report->sections,
		report->n_sections + 1, sizeof(*sections));

	if (sections == NULL)
		return fault_memory(fault);
	report->sections = sections;
	sections[report->n_sections] = (struct section){ .name = name,
		.title = title,
		.table = { .columns = columns, .n_columns = n_columns } };
	*ret = &sections[report->n_sections++].table;
	return 0;
}

int
report_section_after(struct report *report, const char *name,
	const char *title, const struct column *columns, size_t n_columns,
	struct table **ret, struct fault *fault)
{
	if (report_section(report, name, title, columns, n_columns, ret,
		    fault) != 0)
		return -1;
	report->sections[report->n_sections - 1].after = true;
	return 0;
}

void
report_clear(struct report *report)
{
	for (size_t i = 0; i < report->n_sections; i++)
		table_free(&report->sections[i].table);
	free(report->sections);
	table_free(&report->rows);
	table_free(&report->inputs);
	table_free(&report->registers);
	free(report->settings);
	free(report->notes);
	arena_free(&report->arena);
	*report = (struct report){ 0 };
}

bool
output_is_table(const struct settings *settings)
{
	return settings->format == NULL ||
		strcmp(settings->format, "table") == 0;
}

static struct table_look
terminal_look(const struct settings *settings)
{
	struct winsize size;
	bool terminal = settings->output == NULL && isatty(STDOUT_FILENO);

	if (!terminal)
		return (struct table_look){ 100, false };
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 40)
		size.ws_col = 80;
	return (struct table_look){ size.ws_col, getenv("NO_COLOR") == NULL };
}

int
output_report(struct reading *reading, const struct report *report,
	struct fault *fault)
{
	const struct settings *settings = reading->settings;
	const char *name = settings->format != NULL ? settings->format :
						      "table";
	const struct report_format *format =
		report_format_find(slice_of(name));
	struct report_look look = { settings->csv_raw,
		settings->output == NULL && isatty(STDOUT_FILENO),
		terminal_look(settings) };
	struct sink *sink;

	if (sink_open(&sink, settings->output, fault) != 0)
		return -1;
	if (settings->manifest != NULL)
		sink_watch(sink, &reading->output_written);
	if (format->write(report, sink, &look) != 0) {
		sink_abort(sink);
		return fault_memory(fault);
	}
	return sink_close(sink, fault);
}
