/* SPDX-License-Identifier: Apache-2.0 */
/* Company among visits: both ways of finding it, against all pairs. */
#include "tests/unit/unit.h"

#include "tests/unit/random.h"
#include "turn/company.h"

enum { MOST = 60, USERS = 9, UNITS = 3 };

static uint32_t seen[USERS];

/* Visits as a subject has them: those of a user side by side, by day. */
static size_t
visits_draw(struct visit *visits, struct draw *draw)
{
	size_t users = 1 + draw_below(draw, USERS), n = 0;
	size_t most = 1 + draw_below(draw, 12);

	for (uint32_t user = 0; user < users; user++) {
		size_t of_user = 1 + draw_below(draw, most);
		int32_t day = 20000 + (int32_t)draw_below(draw, 40);

		for (size_t i = 0; i < of_user && n < MOST; i++) {
			visits[n++] = (struct visit){ .user = user,
				.unit = (uint32_t)draw_below(draw, UNITS),
				.day = day };
			day += (int32_t)draw_below(draw, 40);
		}
	}
	return n;
}

static void
check(const struct visit *visits, size_t n, size_t at)
{
	const struct visit *visit = &visits[at];
	bool near[USERS] = { false };
	unsigned company = 0, others = 0;
	uint32_t sole = 0;

	for (size_t i = 0; i < n; i++) {
		const struct visit *other = &visits[i];

		if (other->unit != visit->unit || other->user == visit->user)
			continue;
		company |= COMPANY_EVER;
		if (abs(other->day - visit->day) > COLLEAGUE_DAYS ||
			near[other->user])
			continue;
		near[other->user] = true;
		sole = other->user;
		others++;
	}
	company |= (others > 0 ? COMPANY_NEAR : 0) |
		(others > 1 ? COMPANY_SEVERAL : 0);
	assert_int_equal(visit->company, company);
	if (others == 1)
		assert_int_equal(visit->sole, sole);
}

static void
test_company(void **state)
{
	struct draw draw = { 31 };

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct visit visits[MOST], sorted[MOST], spare[MOST];
		size_t n = visits_draw(visits, &draw);

		memcpy(sorted, visits, n * sizeof(*visits));
		company_find(visits, spare, n, seen);
		company_find_sorted(sorted, spare, n, seen);
		for (size_t i = 0; i < n; i++) {
			check(visits, n, i);
			check(sorted, n, i);
		}
		for (size_t i = 0; i < USERS; i++)
			assert_int_equal(seen[i], 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_company),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
