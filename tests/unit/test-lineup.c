/* SPDX-License-Identifier: Apache-2.0 */
/* Seats of subjects, held against a search through all that came before. */
#include "tests/unit/unit.h"

#include "tests/unit/random.h"
#include "turn/lineup.h"
#include "turn/squad.h"

enum { MOST = 3000, AT_ONCE = 127 };

struct asked {
	uint64_t when, subject;
};

static struct fault fault;
static struct asked asked[MOST];
static struct mustered rows[MOST];

/* A few at a time, as they come out of chunks. */
static void
add_all(struct lineup *lineup, size_t n)
{
	for (size_t i = 0, few; i < n; i += few) {
		few = n - i < AT_ONCE ? n - i : AT_ONCE;
		assert_int_equal(lineup_make_room(lineup, few, rows, i,
					 &fault), 0);
		for (size_t k = i; k < i + few; k++)
			rows[k].seat = lineup_look(lineup, asked[k].subject);
		lineup_add(lineup, rows + i, &asked[i].subject,
			sizeof(*asked), few);
	}
}

/* Rows have a seat in common if they have the subject. */
static void
check_all(const struct lineup *lineup, size_t n)
{
	uint32_t taken = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t same = 0;
		size_t first = n;

		for (size_t k = 0; k < n; k++) {
			bool is_same = asked[k].subject == asked[i].subject;

			assert_int_equal(rows[k].seat == rows[i].seat,
				is_same);
			same += is_same;
			first = is_same && k < first ? k : first;
		}
		assert_int_equal(lineup->lines[rows[i].seat + SEAT_ROWS],
			same);
		assert_int_equal(lineup->lines[rows[i].seat + SEAT_NOTE], 0);
		if (first == i)
			assert_int_equal(lineup->seats[taken++],
				rows[i].seat);
	}
	assert_int_equal(lineup->n, taken);
}

/* Of few subjects or many, next to each other or any. */
static void
test_seats(void **state)
{
	struct draw draw = { 12 };

	(void)state;
	for (unsigned wide = 0; wide <= (squad_usable() ? 1 : 0); wide++) {
		struct lineup lineup;

		lineup_init(&lineup);
		lineup.wide = wide > 0;
		for (size_t most = 1; most < 10000; most *= 3) {
			size_t n = 1 + draw_below(&draw,
				most < 1000 ? MOST / 10 : MOST);
			unsigned shift = (unsigned)draw_below(&draw, 50);

			for (size_t i = 0; i < n; i++)
				asked[i].subject = 1 +
					((uint64_t)draw_below(&draw, most)
						<< shift);
			lineup_clear(&lineup);
			add_all(&lineup, n);
			check_all(&lineup, n);
		}
		lineup_free(&lineup);
	}
}

/* Whatever the seeds are: all who cannot sit in a line sit in the next. */
static void
test_crowd(void **state)
{
	struct lineup lineup;

	(void)state;
	lineup_init(&lineup);
	/* the product is 0 for all */
	lineup.seeds[1] = 0;
	for (size_t i = 0; i < 100; i++)
		asked[i].subject = 1 + i % 90;
	add_all(&lineup, 100);
	check_all(&lineup, 100);
	lineup_free(&lineup);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seats),
		cmocka_unit_test(test_crowd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
