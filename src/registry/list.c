/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/list.h"

#include "registry/part.h"

enum { SUBJECT, KIND };

static const struct sheet_column columns[] = {
	[SUBJECT] = { "subject", FIELD_SUBJECT,
		"phone mobile telephone phonenumber mobilenumber nidnumber "
		"passport citizen",
		1, false },
	[KIND] = { "kind", FIELD_KIND, NULL, 0, false },
};

static const struct sheet_plan plan = { .what = "a list of subjects",
	.needs = "subject", .columns = columns, .n = ARRAY_LEN(columns),
	.bare = true, .comments = true };

/* No text: another sort of file. */
static bool
has_controls(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		if ((unsigned char)text.at[i] < 0x20)
			return true;
	}
	return false;
}

static int
take_row(struct leaked_list *list, size_t *cap, struct sheet *sheet,
	const struct registry *registry, struct fault *fault)
{
	struct slice subject = sheet_text(sheet, SUBJECT);
	struct leaked_item item = { .line = sheet_line(sheet) };

	if (subject.len == 0) {
		sheet_blank(sheet, SUBJECT);
		return 0;
	}
	if (has_controls(subject)) {
		sheet_note(sheet_facts(sheet), PROBLEM_LAYOUT, item.line, "");
		return 0;
	}
	item.key = registry_key_place(registry, subject, &item.partition);
	if (arena_keep(&list->arena, subject, &item.subject, fault) != 0 ||
		arena_keep(&list->arena, sheet_text(sheet, KIND), &item.kind,
			fault) != 0 ||
		memory_grow((void **)&list->items, cap, list->n + 1,
			sizeof(item), REGISTER_ROWS_MAX, "subjects of a list",
			fault) != 0)
		return -1;
	list->items[list->n++] = item;
	return 0;
}

static int
compare_subject(const struct leaked_item *item, unsigned partition,
	uint64_t key)
{
	if (item->partition != partition)
		return item->partition < partition ? -1 : 1;
	return item->key < key ? -1 : item->key > key;
}

static int
compare_facts(const struct leaked_item *a, const struct leaked_item *b)
{
	int order = compare_subject(a, b->partition, b->key);

	return order != 0 ? order : slice_compare(a->kind, b->kind);
}

static int
compare_items(const void *a, const void *b)
{
	const struct leaked_item *x = a, *y = b;
	int order = compare_facts(x, y);

	return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

static void
settle_items(struct leaked_list *list)
{
	size_t kept = 0;

	if (list->n > 1)
		qsort(list->items, list->n, sizeof(*list->items),
			compare_items);
	for (size_t i = 0; i < list->n; i++) {
		if (kept == 0 ||
			compare_facts(&list->items[kept - 1],
				&list->items[i]) != 0)
			list->items[kept++] = list->items[i];
	}
	list->facts.repeated = list->n - kept;
	list->facts.accepted = kept;
	list->n = kept;
	array_trim((void **)&list->items, kept, sizeof(*list->items));
}

static int
read_rows(struct leaked_list *list, struct sheet *sheet,
	const struct registry *registry, struct fault *fault)
{
	const struct sheet_facts *facts = &list->facts;
	size_t cap = 0;
	int step;

	while ((step = sheet_next(sheet, fault)) == 1) {
		if (take_row(list, &cap, sheet, registry, fault) != 0)
			return fault_place(fault, facts->path,
				sheet_line(sheet), 0);
	}
	if (step != 0)
		return -1;
	settle_items(list);
	if (list->n > 0)
		return 0;
	fault_set(fault, FAULT_USAGE, "holds no subject%s%s",
		facts->file.note[0] != '\0' ? ": " : "", facts->file.note);
	return fault_place(fault, facts->path, 0, 0);
}

int
leaked_list_read(struct leaked_list **ret, const char *path,
	const struct rewrites *rewrites, const struct registry *registry,
	struct fault *fault)
{
	struct leaked_list *list = memory_array(1, sizeof(*list));
	struct sheet *sheet = NULL;
	int result = -1;

	if (list == NULL)
		return fault_memory(fault);
	list->facts.hidden = true;
	list->facts.path = arena_copy(&list->arena, slice_of(path));
	if (list->facts.path == NULL) {
		fault_memory(fault);
		goto out;
	}
	if (sheet_open(&sheet, &list->facts, &plan, rewrites, fault) != 0 ||
		read_rows(list, sheet, registry, fault) != 0)
		goto out;
	*ret = list;
	list = NULL;
	result = 0;
out:
	sheet_free(sheet);
	leaked_list_free(list);
	return result;
}

size_t
leaked_list_find(const struct leaked_list *list, unsigned partition,
	uint64_t key, size_t *ret_first)
{
	size_t low = 0, high = list->n, end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_subject(&list->items[middle], partition, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < list->n &&
		compare_subject(&list->items[end], partition, key) == 0;)
		end++;
	*ret_first = low;
	return end - low;
}

void
leaked_list_free(struct leaked_list *list)
{
	if (list == NULL)
		return;
	free(list->items);
	arena_free(&list->arena);
	free(list);
}
