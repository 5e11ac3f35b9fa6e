/* SPDX-License-Identifier: Apache-2.0 */
#include "turn/company.h"

/* Of so many visits, each is held against each; more are sorted. */
enum { FEW_VISITS = 24 };

/* Those that are sorted keep their number where the sole one will be. */
static int
compare_places(const void *a, const void *b)
{
	const struct visit *x = a, *y = b;

	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return x->sole < y->sole ? -1 : x->sole > y->sole;
}

/* Who of the unit asked near each visit: a window of days slides over the
 * visits of one unit, in order of day. The sum of the users in it names the
 * other one when there are two. */
static void
see_unit(struct visit *visits, const struct visit *placed, size_t n,
	uint32_t *seen)
{
	size_t low = 0, high = 0;
	uint64_t users = 0, sum = 0;

	for (size_t i = 0; i < n; i++) {
		struct visit *visit = &visits[placed[i].sole];

		for (; high < n && placed[high].day <=
				placed[i].day + COLLEAGUE_DAYS; high++) {
			if (seen[placed[high].user]++ > 0)
				continue;
			users++;
			sum += placed[high].user;
		}
		for (; placed[low].day < placed[i].day - COLLEAGUE_DAYS;
			low++) {
			if (--seen[placed[low].user] > 0)
				continue;
			users--;
			sum -= placed[low].user;
		}
		visit->company = users > 2 ? COMPANY_NEAR | COMPANY_SEVERAL :
			users > 1	   ? COMPANY_NEAR :
					     0;
		visit->sole = (uint32_t)(sum - visit->user);
	}
	for (; low < n; low++)
		seen[placed[low].user] = 0;
	users = 0;
	for (size_t i = 0; i < n; i++)
		users += seen[placed[i].user]++ == 0;
	for (size_t i = 0; i < n; i++) {
		visits[placed[i].sole].company |= users > 1 ? COMPANY_EVER : 0;
		seen[placed[i].user] = 0;
	}
}

void
company_find_sorted(struct visit *visits, struct visit *spare, size_t n,
	uint32_t *seen)
{
	memcpy(spare, visits, n * sizeof(*visits));
	for (size_t i = 0; i < n; i++)
		spare[i].sole = (uint32_t)i;
	qsort(spare, n, sizeof(*spare), compare_places);
	for (size_t start = 0, end = 0; start < n; start = end) {
		while (end < n && spare[end].unit == spare[start].unit)
			end++;
		see_unit(visits, spare + start, end - start, seen);
	}
}

/* Each is held against each without branches: no order of units or days is
 * known ahead. */
static void
hold_each(struct visit *visits, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t unit = visits[i].unit, user = visits[i].user;
		uint32_t low = (uint32_t)visits[i].day - COLLEAGUE_DAYS;
		uint32_t sole = user;
		unsigned ever = 0, near = 0, several = 0;

		for (size_t k = 0; k < n; k++) {
			uint32_t other = visits[k].user;
			unsigned fits = (visits[k].unit == unit) &
				(other != user);
			unsigned fits_near = fits &
				((uint32_t)visits[k].day - low <=
					2 * COLLEAGUE_DAYS);

			several |= fits_near & near & (other != sole);
			sole = fits_near ? other : sole;
			ever |= fits;
			near |= fits_near;
		}
		visits[i].company = ever * COMPANY_EVER | near * COMPANY_NEAR |
			several * COMPANY_SEVERAL;
		visits[i].sole = sole;
	}
}

void
company_find(struct visit *visits, struct visit *spare, size_t n,
	uint32_t *seen)
{
	if (n <= FEW_VISITS)
		hold_each(visits, n);
	else
		company_find_sorted(visits, spare, n, seen);
}
