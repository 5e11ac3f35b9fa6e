/* SPDX-License-Identifier: Apache-2.0 */
/* What was looked into and found in order: each with an end, as a clearance
 * that lasts for ever is none. */
#include "registry/part.h"

enum { USER, SIGNAL, UNTIL, BY, WHY };

static const struct sheet_column columns[] = {
	[USER] = { "user", FIELD_USER, NULL, 1, false },
	[SIGNAL] = { "signal", FIELD_N, NULL, 0, true },
	[UNTIL] = { "until", FIELD_N, NULL, 2, true },
	[BY] = { "by", FIELD_N, NULL, 0, true },
	[WHY] = { "why", FIELD_PURPOSE, NULL, 0, false },
};

static int
take_row(struct part *part, struct sheet *sheet, struct fault *fault)
{
	struct registry *registry = part->registry;
	struct arena *texts = &registry->arena;
	struct review review = { .line = sheet_line(sheet) };
	struct slice signal = sheet_cell(sheet, SIGNAL);

	if (slice_is(signal, "*") || slice_is_nocase(signal, "all"))
		signal = (struct slice){ "", 0 };
	if (part_name(part, sheet, USER, REGISTRY_USER, &review.user, fault) !=
		0)
		return -1;
	if (review.user == 0 || sheet_cell(sheet, UNTIL).len == 0 ||
		sheet_cell(sheet, SIGNAL).len == 0) {
		sheet_blank(sheet,
			review.user == 0 ? USER :
				sheet_cell(sheet, UNTIL).len == 0 ?
				UNTIL :
				SIGNAL);
		return 0;
	}
	review.until = part_time(part, sheet, UNTIL);
	if (review.until.form == REGISTER_UNTOLD)
		return 0;
	if (arena_keep(texts, signal, &review.signal, fault) != 0 ||
		arena_keep(texts, sheet_cell(sheet, BY), &review.by, fault) !=
			0 ||
		arena_keep(texts, sheet_cell(sheet, WHY), &review.why, fault) !=
			0 ||
		memory_grow((void **)&registry->reviews, &part->cap,
			registry->n_reviews + 1, sizeof(review),
			REGISTER_ROWS_MAX, "reviews", fault) != 0)
		return -1;
	registry->reviews[registry->n_reviews++] = review;
	sheet_facts(sheet)->accepted++;
	return 0;
}

static int
compare_facts(const void *a, const void *b)
{
	const struct review *x = a, *y = b;
	int order;

	if (x->user != y->user)
		return x->user < y->user ? -1 : 1;
	order = slice_compare(x->signal, y->signal);
	if (order == 0)
		order = register_time_compare(x->until, y->until);
	if (order == 0)
		order = slice_compare(x->by, y->by);
	return order != 0 ? order : slice_compare(x->why, y->why);
}

static const struct row_order order = { sizeof(struct review),
	offsetof(struct review, user), offsetof(struct review, line),
	compare_facts };

static int
reviewed_settle(struct part *part, struct fault *fault)
{
	struct registry *registry = part->registry;
	struct sheet_facts *facts = &registry->sheets[SHEET_REVIEWED];
	size_t n = registry->n_reviews;

	(void)fault;
	for (size_t i = 0; i < n; i++)
		registry->reviews[i].user =
			part->maps[REGISTRY_USER][registry->reviews[i].user];
	registry->n_reviews = rows_settle(registry->reviews, n, &order);
	facts->repeated = n - registry->n_reviews;
	facts->accepted -= facts->repeated;
	return 0;
}

const struct register_kind register_reviewed = {
	.plan = { .what = "a register of reviews",
		.needs = "user, signal and until",
		.columns = columns, .n = ARRAY_LEN(columns) },
	.take = take_row,
	.settle = reviewed_settle,
};
