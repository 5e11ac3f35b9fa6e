/* SPDX-License-Identifier: Apache-2.0 */
#include "signal/case-lists.h"

#include "base/memory.h"

struct work {
	struct case_load *loads;
	size_t n_loads, loads_cap;
	struct share *shares;
	size_t n_shares, shares_cap;
	size_t *share_of;        /* by kind: number of its latest share, plus
	                            1 */
	struct case_load *spare; /* of one user */
	size_t n_spare, spare_cap;
};

static int
compare_loads(const void *a, const void *b)
{
	const struct case_load *x = a, *y = b;

	if (x->user != y->user)
		return x->user < y->user ? -1 : 1;
	return (x->caseref > y->caseref) - (x->caseref < y->caseref);
}

/* Close a user. His posts may share a case; each has its own in order. */
static int
settle_user(struct work *work, struct fault *fault)
{
	struct case_load *loads = work->spare;
	size_t n = work->n_spare;
	bool sorted = true;

	work->n_spare = 0;
	for (size_t i = 1; i < n; i++)
		sorted &= loads[i - 1].caseref < loads[i].caseref;
	if (!sorted)
		qsort(loads, n, sizeof(*loads), compare_loads);
	for (size_t i = 0, next; i < n; i = next) {
		struct case_load sum = loads[i];

		for (next = i + 1;
			next < n && loads[next].caseref == sum.caseref;
			next++) {
			sum.k += loads[next].k;
			sum.n += loads[next].n;
		}
		if (sum.n < WASHING_MIN)
			continue;
		if (memory_grow((void **)&work->loads, &work->loads_cap,
			    work->n_loads + 1, sizeof(sum), SIZE_MAX / 64,
			    "cases of users", fault) != 0)
			return -1;
		work->loads[work->n_loads++] = sum;
	}
	return 0;
}

static int
add_share(struct work *work, uint32_t post, uint32_t kind, uint64_t k,
	uint64_t n, struct fault *fault)
{
	size_t *number = &work->share_of[kind];
	struct share *share;

	if (*number == 0 || work->shares[*number - 1].post != post) {
		if (memory_grow((void **)&work->shares, &work->shares_cap,
			    work->n_shares + 1, sizeof(*share), SIZE_MAX / 64,
			    "kinds of data", fault) != 0)
			return -1;
		work->shares[work->n_shares++] =
			(struct share){ post, kind, 0, 0 };
		*number = work->n_shares;
	}
	share = &work->shares[*number - 1];
	share->k += k;
	share->n += n;
	return 0;
}

/* The cells of a post's page from `start` on that are of this case; *ret_end is
 * past the last. */
static int
add_case(struct work *work, const struct docket_page *page, uint32_t post,
	size_t start, size_t *ret_end, struct case_load *load,
	struct fault *fault)
{
	size_t i = start;

	for (; i < page->n && page->items[i].caseref == load->caseref; i++) {
		uint64_t k = docket_count(page, i, CASE_LONE);
		uint64_t n = docket_count(page, i, CASE_ASKINGS);

		if (load->caseref != 0 &&
			add_share(work, post, docket_kind(page, i), k, n,
				fault) != 0)
			return -1;
		load->k += k;
		load->n += n;
	}
	*ret_end = i;
	return 0;
}

static int
list_post(struct work *work, const struct docket *docket, uint32_t post,
	uint32_t user, struct fault *fault)
{
	const struct docket_page *page = &docket->pages[post];

	if (work->n_spare > 0 && work->spare->user != user &&
		settle_user(work, fault) != 0)
		return -1;
	if (memory_grow((void **)&work->spare, &work->spare_cap,
		    work->n_spare + page->n, sizeof(*work->spare),
		    SIZE_MAX / 64, "cases of one user", fault) != 0)
		return -1;
	for (size_t i = 0; i < page->n;) {
		struct case_load load = { .user = user,
			.caseref = page->items[i].caseref };

		if (add_case(work, page, post, i, &i, &load, fault) != 0)
			return -1;
		if (load.caseref != 0)
			work->spare[work->n_spare++] = load;
	}
	return 0;
}

static int
list_cases(const struct book *book, const struct tally *tally,
	struct work *work, struct fault *fault)
{
	for (size_t post = 0; post < book->posts.n; post++) {
		if (list_post(work, &tally->docket, (uint32_t)post,
			    book->posts.items[post].a, fault) != 0)
			return -1;
	}
	return settle_user(work, fault);
}

int
case_lists_make(const struct book *book, const struct tally *tally,
	struct case_lists *ret, struct fault *fault)
{
	struct work work = { .share_of = memory_array(
				     book->names[NAME_KIND].n,
				     sizeof(*work.share_of)) };
	int result = work.share_of == NULL ?
		fault_memory(fault) :
		list_cases(book, tally, &work, fault);

	free(work.share_of);
	free(work.spare);
	if (result == 0) {
		*ret = (struct case_lists){ work.loads, work.n_loads,
			work.shares, work.n_shares };
		return 0;
	}
	free(work.loads);
	free(work.shares);
	return -1;
}

void
case_lists_free(struct case_lists *lists)
{
	free(lists->loads);
	free(lists->shares);
	*lists = (struct case_lists){ 0 };
}
