/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/part.h"

enum { LIST_MOST = 1 << 28, DAY_MS = 86400000 };

int
part_name(struct part *part, struct sheet *sheet, size_t column,
	enum registry_dict dict, uint32_t *ret, struct fault *fault)
{
	struct slice name = sheet_text(sheet, column);

	*ret = 0;
	if (name.len == 0)
		return 0;
	return dict_add(&part->names[dict], name, ret, fault);
}

/* Cut the next name off a list; false at its end. */
static bool
list_next(struct slice *list, struct slice *ret)
{
	const char *end;
	size_t len;

	if (list->len == 0)
		return false;
	end = memchr(list->at, ';', list->len);
	len = end == NULL ? list->len : (size_t)(end - list->at);
	*ret = slice_trim((struct slice){ list->at, len });
	len += end != NULL;
	list->at += len;
	list->len -= len;
	return true;
}

int
part_names(struct part *part, struct sheet *sheet, size_t column,
	enum registry_dict dict, uint32_t **list, size_t *n,
	struct fault *fault)
{
	struct slice cell = sheet_cell(sheet, column), name;
	uint32_t number;

	while (list_next(&cell, &name)) {
		if (!field_given(name))
			continue;
		name = sheet_rewrite(sheet, column, name);
		if (name.len == 0)
			continue;
		if (dict_add(&part->names[dict], name, &number, fault) != 0 ||
			memory_grow((void **)list, &part->list_cap, *n + 1,
				sizeof(**list), LIST_MOST, "names in lists",
				fault) != 0)
			return -1;
		(*list)[(*n)++] = number;
	}
	return 0;
}

static int
compare_numbers(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

size_t
numbers_settle(uint32_t *numbers, size_t n)
{
	size_t kept = 0;

	if (n > 1)
		qsort(numbers, n, sizeof(*numbers), compare_numbers);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || numbers[i] != numbers[i - 1])
			numbers[kept++] = numbers[i];
	}
	return kept;
}

static int64_t
day_of(int64_t ms)
{
	return ms / DAY_MS - (ms % DAY_MS < 0);
}

static bool
time_read(struct slice text, const struct zone *zone,
	struct register_time *ret)
{
	struct moment when;

	/* Bare dates first: eight digits could be taken for an epoch. */
	if (time_parse_pair(text, slice_of("00:00"), NULL, &when)) {
		ret->form = REGISTER_DAY;
		ret->value = day_of(when.ms);
		return true;
	}
	if (time_parse(text, zone, &when)) {
		ret->form = REGISTER_MOMENT;
		ret->value = when.ms;
		return true;
	}
	return false;
}

struct register_time
part_time(const struct part *part, struct sheet *sheet, size_t column)
{
	struct register_time time = { REGISTER_UNTOLD, 0 };
	struct slice cell = sheet_cell(sheet, column);

	if (cell.len > 0 && !time_read(cell, part->zone, &time))
		sheet_problem(sheet, PROBLEM_TIME, cell);
	return time;
}

/* A day beside a moment: in no zone are they further apart than a day. */
static bool
is_before(struct register_time a, struct register_time b)
{
	if (a.form == b.form)
		return a.value < b.value;
	if (a.form == REGISTER_DAY)
		return a.value + 1 < day_of(b.value);
	return day_of(a.value) + 1 < b.value;
}

void
part_span(const struct part *part, struct sheet *sheet, size_t from, size_t to,
	struct register_time *ret_from, struct register_time *ret_to)
{
	*ret_from = part_time(part, sheet, from);
	*ret_to = part_time(part, sheet, to);
	if (ret_from->form == REGISTER_UNTOLD ||
		ret_to->form == REGISTER_UNTOLD ||
		!is_before(*ret_to, *ret_from))
		return;
	sheet_problem(sheet, PROBLEM_ORDER, sheet_cell(sheet, to));
	*ret_from = *ret_to = (struct register_time){ REGISTER_UNTOLD, 0 };
}

bool
register_time_equal(struct register_time a, struct register_time b)
{
	return register_time_compare(a, b) == 0;
}

int
register_time_compare(struct register_time a, struct register_time b)
{
	if (a.form != b.form)
		return a.form < b.form ? -1 : 1;
	return (a.value > b.value) - (a.value < b.value);
}

static int
compare_lines(const void *a, const void *b, const struct row_order *order)
{
	uint64_t x, y;

	memcpy(&x, (const char *)a + order->line, sizeof(x));
	memcpy(&y, (const char *)b + order->line, sizeof(y));
	return (x > y) - (x < y);
}

static int
compare_content(const void *a, const void *b, void *ctx)
{
	const struct row_order *order = ctx;
	int facts = order->facts(a, b);

	return facts != 0 ? facts : compare_lines(a, b, order);
}

static int
compare_place(const void *a, const void *b, void *ctx)
{
	const struct row_order *order = ctx;
	uint32_t x, y;

	memcpy(&x, (const char *)a + order->user, sizeof(x));
	memcpy(&y, (const char *)b + order->user, sizeof(y));
	return x != y ? (x < y ? -1 : 1) : compare_lines(a, b, order);
}

size_t
rows_settle(void *rows, size_t n, const struct row_order *order)
{
	struct row_order by = *order;
	size_t size = order->size, kept = 0;
	char *at = rows;

	if (n == 0)
		return 0;
	qsort_r(rows, n, size, compare_content, &by);
	for (size_t i = 0; i < n; i++) {
		if (kept > 0 &&
			order->facts(at + (kept - 1) * size, at + i * size) ==
				0)
			continue;
		if (kept != i)
			memcpy(at + kept * size, at + i * size, size);
		kept++;
	}
	qsort_r(rows, kept, size, compare_place, &by);
	return kept;
}

void
array_trim(void **array, size_t n, size_t size)
{
	void *less;

	if (n == 0) {
		free(*array);
		*array = NULL;
		return;
	}
	less = reallocarray(*array, n, size);
	if (less != NULL)
		*array = less;
}
