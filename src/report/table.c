/* SPDX-License-Identifier: Apache-2.0 */
#include "report/escape.h"
#include "report/format.h"

enum {
	CELL_WIDTH_MAX = 32, /* wider cells lose their middle */
	CELL_TAIL = (CELL_WIDTH_MAX - 1) / 2,
	CELL_HEAD = CELL_WIDTH_MAX - 1 - CELL_TAIL,
	BELOW_INDENT = 4,
	WRAP_LEAST = 20,     /* a narrower terminal is not worth wrapping for */
};

static const char gap[] = "  ";
static const char ellipsis[] = "…";
static const char bold[] = "\033[1m";
static const char warning[] = "\033[1;31m";
static const char plain[] = "\033[0m";

struct layout {
	size_t width;
	bool right; /* numbers, and nothing but numbers */
};

static size_t
width_of(struct slice text)
{
	size_t width = 0;

	while (text.len > 0)
		width += escape_next(&text).width;
	return width;
}

static void
put_blanks(struct sink *sink, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sink_put(sink, " ", 1);
}

/* Both ends of a long text stand: accounts differ in either. An escape that
 * lies across a cut is left out whole. */
static void
put_cut(struct sink *sink, struct slice text, size_t width, size_t *ret_width)
{
	size_t from = 0, shown = 1;
	bool cut = false;

	while (text.len > 0) {
		struct escape_unit unit = escape_next(&text);
		size_t until = from + unit.width;

		if (until > CELL_HEAD && !cut) {
			sink_text(sink, ellipsis);
			cut = true;
		}
		if (until <= CELL_HEAD || from >= width - CELL_TAIL) {
			sink_put(sink, unit.text, unit.len);
			shown += unit.width;
		}
		from = until;
	}
	*ret_width = shown;
}

/* Numbers are never cut: the digits left would be those of another. */
static void
put_field(struct sink *sink, struct slice text, const struct layout *layout,
	bool last)
{
	size_t width = width_of(text);

	if (layout->right) {
		put_blanks(sink, layout->width - width);
		escape_terminal(sink, text);
		return;
	}
	if (width > CELL_WIDTH_MAX)
		put_cut(sink, text, width, &width);
	else
		escape_terminal(sink, text);
	if (!last)
		put_blanks(sink, layout->width - width);
}

static struct slice
shown_text(char buf[CELL_PRINT_MAX], const struct cell *cell)
{
	struct slice text = cell_print(buf, cell);

	/* An empty text is known to be empty, all else is not known. */
	if (text.len == 0 && cell->type != CELL_TEXT)
		return slice_of("-");
	return text;
}

static struct slice
heading(const struct column *column)
{
	return slice_of(column->head != NULL ? column->head : column->name);
}

static struct layout
measure(const struct table *table, size_t k)
{
	struct layout layout = { width_of(heading(&table->columns[k])), false };
	bool numbers = false, texts = false;
	char buf[CELL_PRINT_MAX];

	for (size_t i = 0; i < table->n_rows; i++) {
		const struct cell *cell =
			&table->cells[i * table->n_columns + k];
		size_t width = width_of(shown_text(buf, cell));

		if (width > layout.width)
			layout.width = width;
		if (cell->type == CELL_TEXT || cell->type == CELL_FLAG)
			texts = true;
		else if (cell->type != CELL_EMPTY)
			numbers = true;
	}
	layout.right = numbers && !texts;
	if (!layout.right && layout.width > CELL_WIDTH_MAX)
		layout.width = CELL_WIDTH_MAX;
	return layout;
}

static bool
is_column(const struct column *column)
{
	return column->place == PLACE_COLUMN || column->place == PLACE_DRAWN;
}

static size_t
last_column(const struct table *table)
{
	size_t last = 0;

	for (size_t k = 0; k < table->n_columns; k++)
		if (is_column(&table->columns[k]))
			last = k;
	return last;
}

static void
put_header(const struct table *table, struct sink *sink,
	const struct table_look *look, const struct layout *layouts)
{
	size_t last = last_column(table);
	bool first = true;

	if (look->colour)
		sink_text(sink, bold);
	for (size_t k = 0; k < table->n_columns; k++) {
		if (!is_column(&table->columns[k]))
			continue;
		/* no blanks before the end of a line */
		if (k == last && heading(&table->columns[k]).len == 0)
			break;
		if (!first)
			sink_text(sink, gap);
		first = false;
		put_field(sink, heading(&table->columns[k]), &layouts[k],
			k == last);
	}
	if (look->colour)
		sink_text(sink, plain);
	sink_text(sink, "\n");
}

static void
put_row(const struct table *table, const struct cell *cells, struct sink *sink,
	const struct table_look *look, const struct layout *layouts)
{
	size_t last = last_column(table);
	char buf[CELL_PRINT_MAX];
	bool first = true;

	for (size_t k = 0; k < table->n_columns; k++) {
		bool warn = look->colour && cells[k].type == CELL_FLAG &&
			cells[k].flag;

		if (!is_column(&table->columns[k]))
			continue;
		if (k == last && shown_text(buf, &cells[k]).len == 0)
			break;
		if (!first)
			sink_text(sink, gap);
		first = false;
		if (warn)
			sink_text(sink, warning);
		put_field(sink, shown_text(buf, &cells[k]), &layouts[k],
			k == last);
		if (warn)
			sink_text(sink, plain);
	}
	sink_text(sink, "\n");
}

/* The word a text begins with, and its width; blanks before it are taken. */
static struct slice
take_word(struct slice *text, size_t *ret_width)
{
	struct slice word;
	size_t width = 0;

	while (text->len > 0 && text->at[0] == ' ') {
		text->at++;
		text->len--;
	}
	word.at = text->at;
	while (text->len > 0 && text->at[0] != ' ')
		width += escape_next(text).width;
	word.len = (size_t)(text->at - word.at);
	*ret_width = width;
	return word;
}

/* Text in lines of `width`, from column `column` on, the following lines
 * indented. A word that is wider than a line is broken. */
static void
put_wrapped(struct sink *sink, struct slice text, size_t width, size_t indent)
{
	size_t column = indent, word_width;
	bool first = true;

	for (;;) {
		struct slice word = take_word(&text, &word_width);

		if (word.len == 0)
			break;
		if (!first && column + 1 + word_width > width) {
			sink_text(sink, "\n");
			put_blanks(sink, indent);
			column = indent;
		} else if (!first) {
			sink_text(sink, " ");
			column++;
		}
		first = false;
		while (word.len > 0) {
			struct escape_unit unit = escape_next(&word);

			if (column + unit.width > width && column > indent) {
				sink_text(sink, "\n");
				put_blanks(sink, indent);
				column = indent;
			}
			sink_put(sink, unit.text, unit.len);
			column += unit.width;
		}
	}
	sink_text(sink, "\n");
}

static size_t
wrap_width(const struct table_look *look)
{
	if (look->width == 0)
		return SIZE_MAX / 2;
	return look->width < WRAP_LEAST ? WRAP_LEAST : look->width;
}

static void
put_below(const struct table *table, const struct cell *cells,
	struct sink *sink, const struct table_look *look)
{
	char buf[CELL_PRINT_MAX];

	for (size_t k = 0; k < table->n_columns; k++) {
		struct slice text;

		if (table->columns[k].place != PLACE_BELOW &&
			table->columns[k].place != PLACE_DRAWN_BELOW)
			continue;
		text = cell_print(buf, &cells[k]);
		if (text.len == 0)
			continue;
		put_blanks(sink, BELOW_INDENT);
		put_wrapped(sink, text, wrap_width(look), BELOW_INDENT);
	}
}

static int
put_table(const struct table *table, struct sink *sink,
	const struct table_look *look)
{
	struct layout *layouts =
		memory_array(table->n_columns, sizeof(*layouts));

	if (layouts == NULL)
		return -1;
	for (size_t k = 0; k < table->n_columns; k++)
		if (is_column(&table->columns[k]))
			layouts[k] = measure(table, k);
	if (table->n_columns > 0)
		put_header(table, sink, look, layouts);
	for (size_t i = 0; i < table->n_rows; i++) {
		const struct cell *cells = table->cells + i * table->n_columns;

		put_row(table, cells, sink, look, layouts);
		put_below(table, cells, sink, look);
	}
	free(layouts);
	return 0;
}

static void
put_title(const char *title, struct sink *sink, const struct table_look *look)
{
	if (look->colour)
		sink_text(sink, bold);
	escape_terminal(sink, slice_of(title));
	if (look->colour)
		sink_text(sink, plain);
	sink_text(sink, "\n");
}

/* Those before the rows, or those after. */
static int
put_sections(const struct report *report, bool after, struct sink *sink,
	const struct table_look *look)
{
	for (size_t i = 0; i < report->n_sections; i++) {
		const struct section *section = &report->sections[i];

		if (section->after != after)
			continue;
		if (after)
			sink_text(sink, "\n");
		put_title(section->title, sink, look);
		if (put_table(&section->table, sink, look) != 0)
			return -1;
		if (!after)
			sink_text(sink, "\n");
	}
	return 0;
}

int
report_table(const struct report *report, struct sink *sink,
	const struct table_look *look)
{
	static const char note[] = "note: ";

	if (put_sections(report, false, sink, look) != 0)
		return -1;
	if (report->rows_title != NULL)
		put_title(report->rows_title, sink, look);
	if (put_table(&report->rows, sink, look) != 0 ||
		put_sections(report, true, sink, look) != 0)
		return -1;
	if (report->n_sections > 0 && report->n_notes > 0)
		sink_text(sink, "\n");
	for (size_t i = 0; i < report->n_notes; i++) {
		sink_text(sink, note);
		put_wrapped(sink, slice_of(report->notes[i]), wrap_width(look),
			strlen(note));
	}
	return 0;
}
