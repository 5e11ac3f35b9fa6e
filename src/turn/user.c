/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/user.h"

#include "base/memory.h"
#include "turn/timeline.h"

static size_t
ledger_width(size_t ledger)
{
	static const size_t widths[USER_LEDGERS] = {
		[USER_KINDS] = KIND_COUNTS,
		[USER_WEEKS] = WEEK_COUNTS,
		[USER_AREAS] = AREA_COUNTS,
		[USER_RANGES] = RANGE_COUNTS,
	};

	return widths[ledger];
}

int
user_fold_init(struct user_fold *fold, const struct book *book,
	const struct window *window, struct docket *docket, size_t pen,
	struct fault *fault)
{
	*fold = (struct user_fold){ .book = book, .window = window,
		.docket = docket, .pen = pen };
	for (size_t i = 0; i < USER_LEDGERS; i++) {
		size_t width = ledger_width(i);

		if (pad_init(&fold->pads[i], width, fault) != 0 ||
			ledger_init(&fold->cells[i], width, fault) != 0)
			return -1;
	}
	fold->of_kind = memory_array(book->names[NAME_KIND].n,
		sizeof(*fold->of_kind));
	fold->of_area = memory_array(book->names[NAME_AREA].n,
		sizeof(*fold->of_area));
	if (fold->of_kind == NULL || fold->of_area == NULL)
		return fault_memory(fault);
	return pad_init(&fold->cases, CASE_COUNTS, fault);
}

void
user_fold_free(struct user_fold *fold)
{
	for (size_t i = 0; i < USER_LEDGERS; i++) {
		pad_free(&fold->pads[i]);
		ledger_free(&fold->cells[i]);
	}
	pad_free(&fold->cases);
	free(fold->of_kind);
	free(fold->of_area);
	free(fold->page);
	free(fold->sorted);
	free(fold->words);
}

static int
make_room(struct user_fold *fold, size_t n, struct fault *fault)
{
	if (n <= fold->rows_cap)
		return 0;
	fold->rows_cap = 0;
	free(fold->sorted);
	free(fold->words);
	n += n / 4;
	fold->sorted = malloc(n * sizeof(*fold->sorted));
	fold->words = malloc(2 * n * sizeof(*fold->words));
	if (fold->sorted == NULL || fold->words == NULL)
		return fault_memory(fault);
	fold->rows_cap = n;
	return 0;
}

/* Marks come and go at random: what follows from them is added without
 * branches. before: the marks of the asking before. */
static void
count_kind(const struct row *row, unsigned before, uint32_t outcome,
	uint64_t *kind)
{
	unsigned marks = row_marks(row);
	bool bare = row->caseref == 0;
	bool lone = (marks & MARK_LONE) != 0;
	bool thin = ((marks & MARK_THIN) != 0) & !lone;
	bool first = (marks & MARK_FIRST) != 0;
	bool alone = (marks & MARK_ALONE) != 0;
	bool foreign = (marks & MARK_FOREIGN) != 0;

	kind[KIND_LOOKUPS]++;
	kind[KIND_HOP] += (marks & MARK_HOP) != 0;
	kind[KIND_OUTCOMES] += outcome != OUTCOME_UNKNOWN;
	kind[KIND_DENIED] += outcome == OUTCOME_DENIED;
	if (!(marks & MARK_ASKING))
		return;
	kind[KIND_ASKINGS]++;
	kind[KIND_FIRST] += first;
	kind[KIND_NO_CASE] += bare;
	kind[KIND_LONE] += lone;
	kind[KIND_LONE_CHAINED] += lone & ((marks & MARK_CHAINED) != 0);
	kind[KIND_THIN] += thin;
	kind[KIND_SERIES] += (marks & ~before & MARK_PACED) != 0;
	kind[KIND_WALKS] += (marks & ~before & MARK_SEQUENCE) != 0;
	kind[KIND_DOSSIER] += lone & ((marks & MARK_DOSSIER) != 0);
	kind[KIND_ALONE] += alone;
	kind[KIND_ALONE_NO_CASE] += alone & bare;
	kind[KIND_ALONE_FIRST] += alone & first;
	kind[KIND_FOREIGN] += foreign & first;
}

/* Days are counted as they come: rows are in order of time. A day that is
 * split between two cells is a day of either. */
static void
count_day(uint64_t *days, uint64_t *last, int32_t day)
{
	uint64_t number = (uint64_t)((int64_t)day + 1 - INT32_MIN);

	*days += number != *last;
	*last = number;
}

static void
count_week(const struct row *row, int32_t day, uint64_t *week)
{
	unsigned marks = row_marks(row);
	bool asking = (marks & MARK_ASKING) != 0;

	week[WEEK_LOOKUPS]++;
	week[WEEK_ASKINGS] += asking;
	week[WEEK_FIRST] += (marks & MARK_FIRST) != 0;
	week[WEEK_LONE] += asking & ((marks & MARK_LONE) != 0);
	count_day(&week[WEEK_ACTIVE], &week[WEEK_LAST_DAY], day);
}

static void
count_range(const struct row *row, int32_t day, uint64_t *range)
{
	const unsigned lone = MARK_ASKING | MARK_LONE;

	range[RANGE_LOOKUPS]++;
	range[RANGE_LONE] += (row_marks(row) & lone) == lone;
	count_day(&range[RANGE_ACTIVE], &range[RANGE_LAST_DAY], day);
}

static void
count_asking(const struct row *row, uint64_t *area, uint64_t *of_case)
{
	unsigned marks = row_marks(row);
	bool registered = (marks & MARK_REGISTERED) != 0;
	bool continued = (marks & MARK_CONTINUED) != 0;
	bool colleague = !registered & ((marks & MARK_COLLEAGUE) != 0);
	bool lone = (marks & MARK_LONE) != 0;

	area[AREA_ASKINGS]++;
	area[AREA_LONE] += lone;
	area[AREA_THIN] += ((marks & MARK_THIN) != 0) & !lone;
	of_case[CASE_ASKINGS]++;
	of_case[CASE_LONE] += lone;
	of_case[CASE_REGISTERED] += registered;
	of_case[CASE_COLLEAGUE] += colleague;
	of_case[CASE_CONTINUED] += !registered & !colleague & continued;
}

static int
count_row(struct user_fold *fold, const struct row *row, unsigned before,
	int32_t day, struct fault *fault)
{
	const struct triple *facet = &fold->book->facets.items[row->facet];
	uint64_t *cell, *area;

	if (pad_guess(&fold->pads[USER_KINDS], &fold->of_kind[facet->a],
		    (struct ledger_key){ row->post, facet->a, 0, 0 }, &cell,
		    fault) != 0)
		return -1;
	count_kind(row, before, facet->c, cell);
	if (pad_guess(&fold->pads[USER_WEEKS], &fold->of_week,
		    (struct ledger_key){ row->post, (uint32_t)(day / WEEK_DAYS),
			    0, 0 },
		    &cell, fault) != 0)
		return -1;
	count_week(row, day, cell);
	if (pad_guess(&fold->pads[USER_RANGES], &fold->of_range,
		    (struct ledger_key){ row->post,
			    fold->range_of[row->source], 0, 0 },
		    &cell, fault) != 0)
		return -1;
	count_range(row, day, cell);
	if (!(row_marks(row) & MARK_ASKING))
		return 0;
	if (pad_guess(&fold->pads[USER_AREAS], &fold->of_area[facet->b],
		    (struct ledger_key){ row->post, facet->b, 0, 0 }, &area,
		    fault) != 0 ||
		pad_at(&fold->cases,
			(struct ledger_key){ row->post, row->caseref, facet->a,
				0 },
			&cell, fault) != 0)
		return -1;
	count_asking(row, area, cell);
	return 0;
}

static int
count_rows(struct user_fold *fold, const struct row *rows, size_t n,
	struct user_tally *user, struct fault *fault)
{
	int32_t last_day = INT32_MIN, day = 0;
	int64_t end = 0; /* of the day */
	unsigned before = 0;

	for (size_t i = 0; i < n; i++) {
		const struct row *row = &rows[i];

		if (!(row_marks(row) & MARK_JUDGED))
			continue;
		if (row_ms(row) >= end) {
			day = window_day(fold->window, row_ms(row));
			end = window_day_end(fold->window, day);
		}
		if (count_row(fold, row, before, day, fault) != 0)
			return -1;
		if (row_marks(row) & MARK_ASKING)
			before = row_marks(row);
		if (user->lookups == 0)
			user->first_ms = row_ms(row);
		user->last_ms = row_ms(row);
		user->post = row->post;
		user->lookups++;
		user->subjects += (row_marks(row) & MARK_FIRST) != 0;
		user->active_days += day != last_day;
		last_day = day;
	}
	return 0;
}

/* What is on the pad goes behind the cells of the users before. */
static int
close_pad(struct pad *pad, struct ledger *cells, struct fault *fault)
{
	const struct sort_key *keys = pad_sort(pad);

	for (size_t i = 0; i < pad->n; i++) {
		if (ledger_append(cells, pad_key(&keys[i]),
			    pad_counts(pad, &keys[i]), fault) != 0)
			return -1;
	}
	pad_wipe(pad);
	return 0;
}

static int
close_cases(struct user_fold *fold, struct fault *fault)
{
	struct pad *pad = &fold->cases;
	const struct sort_key *keys = pad_sort(pad);
	size_t n = 0;

	if (memory_grow((void **)&fold->page, &fold->page_cap, pad->n,
		    sizeof(*fold->page), DICT_MAX, "cases of one user",
		    fault) != 0)
		return -1;
	for (size_t i = 0; i < pad->n; i++) {
		struct ledger_key key = pad_key(&keys[i]);
		struct docket_cell *cell = &fold->page[n++];

		cell->caseref = key.b;
		cell->kind = key.c;
		memcpy(cell->counts, pad_counts(pad, &keys[i]),
			sizeof(cell->counts));
		if (i + 1 < pad->n && pad_key(&keys[i + 1]).a == key.a)
			continue;
		if (docket_put(fold->docket, fold->pen, key.a, fold->page, n,
			    fault) != 0)
			return -1;
		n = 0;
	}
	pad_wipe(pad);
	return 0;
}

int
user_fold_rows(struct user_fold *fold, struct row *rows, size_t n,
	struct user_tally *user, const struct row **ret_rows,
	struct fault *fault)
{
	struct row *sorted, *spare;

	if (make_room(fold, n, fault) != 0)
		return -1;
	sorted = rows_sort(rows, fold->sorted, fold->words, n);
	spare = sorted == rows ? fold->sorted : rows;
	timeline_mark(fold->book, fold->range_of, sorted, n,
		(struct asking *)(void *)spare);
	if (count_rows(fold, sorted, n, user, fault) != 0)
		return -1;
	for (size_t i = 0; i < USER_LEDGERS; i++) {
		if (close_pad(&fold->pads[i], &fold->cells[i], fault) != 0)
			return -1;
	}
	if (close_cases(fold, fault) != 0)
		return -1;
	*ret_rows = sorted;
	return 0;
}
