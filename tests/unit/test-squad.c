/* SPDX-License-Identifier: Apache-2.0 */
/* Squads by AVX-512 against those by AVX2, which test-muster.c holds against
 * plain code. */
#include "tests/unit/unit.h"

#include "base/wide.h"
#include "tests/unit/random.h"
#include "turn/squad.h"

enum { USERS = 5, UNITS = 3 };

static struct squad_plan plan;
static struct squad squads[2];

/* Few users, units and cases; a subject may have fewer rows than there is room
 * for. */
static void
draw_places(struct squad_place *places, size_t n, struct draw *draw,
	uint64_t span)
{
	for (size_t of = 0; of < SQUAD; of++) {
		size_t there = n - draw_below(draw, n);

		for (size_t i = 0; i < n; i++) {
			uint64_t user = draw_below(draw, USERS);
			uint64_t unit = draw_below(draw, UNITS);
			uint64_t caseref = draw_below(draw, 3);

			places[i * SQUAD + of] = (struct squad_place){
				i < there ? (user << plan.time_bits |
						    draw_below(draw, span))
						    << plan.unit_bits |
						unit :
					    squad_nobody(&plan, i),
				caseref << 32 | (i * SQUAD + of)
			};
		}
	}
}

static void
test_wide(void **state)
{
	_Alignas(64) static struct squad_place places[SQUAD * SQUAD_ROWS];
	struct draw draw = { 9 };

	(void)state;
	if (!wide_usable())
		skip();
	for (unsigned round = 0; round < 4000; round++) {
		uint64_t span = round % 3 == 0 ? 100 :
			round % 3 == 1	       ? 400000000 :
						 20000000000;
		size_t n = 2 + round % (SQUAD_ROWS - 1);

		assert_true(squad_plan(&plan, span, USERS, UNITS));
		plan.into_day = (double)draw_below(&draw, 86400000);
		draw_places(places, n, &draw, span);
		assert_true(plan.wide);
		squad_fold(&squads[0], &plan, places, n);
		plan.wide = false;
		squad_fold(&squads[1], &plan, places, n);
		assert_memory_equal(&squads[0], &squads[1], sizeof(squads[0]));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
