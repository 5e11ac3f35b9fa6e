/* SPDX-License-Identifier: Apache-2.0 */
/* Each way to have a CRC-32 against zlib's. */
#include "tests/unit/unit.h"

#include <zlib.h>

#include "base/crc.h"
#include "tests/unit/random.h"

enum { MOST = 70000 };

static unsigned char text[MOST + 64];

static void
fill(struct draw *draw)
{
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (unsigned char)draw_u64(draw);
}

/* In one piece, and in two. */
static void
check(const struct crc_way *way, struct draw *draw, const unsigned char *at,
	size_t len)
{
	uint32_t begun = (uint32_t)draw_u64(draw);
	size_t first = draw_below(draw, len + 1);
	uint32_t crc = way->add(begun, at, first);

	assert_int_equal(crc, (uint32_t)crc32_z(begun, at, first));
	crc = way->add(crc, at + first, len - first);
	assert_int_equal(crc, (uint32_t)crc32_z(begun, at, len));
	assert_int_equal(way->add(0, at, len), (uint32_t)crc32_z(0, at, len));
}

static void
test_ways(void **state)
{
	struct draw draw = { 1 };

	(void)state;
	fill(&draw);
	for (size_t i = 0; i < crc_ways_n; i++) {
		if (!crc_ways[i].usable())
			continue;
		for (size_t len = 0; len < 3000; len++)
			check(&crc_ways[i], &draw, text + len % 64, len);
		for (size_t k = 0; k < 2000; k++)
			check(&crc_ways[i], &draw, text + draw_below(&draw, 64),
				draw_below(&draw, MOST + 1));
	}
}

/* Nothing but one bit of all: each has to count. */
static void
test_single_bits(void **state)
{
	enum { LEN = 1100 };

	(void)state;
	memset(text, 0, sizeof(text));
	for (size_t bit = 0; bit < LEN * 8; bit++) {
		text[bit / 8] = (unsigned char)(1 << bit % 8);
		for (size_t i = 0; i < crc_ways_n; i++) {
			if (crc_ways[i].usable())
				assert_int_equal(
					crc_ways[i].add(0, text, LEN),
					(uint32_t)crc32_z(0, text, LEN));
		}
		text[bit / 8] = 0;
	}
}

static void
test_known(void **state)
{
	static const char digits[] = "123456789";

	(void)state;
	assert_int_equal(crc_add(0, digits, 9), 0xcbf43926);
	assert_int_equal(crc_add(crc_add(0, digits, 4), digits + 4, 5),
		0xcbf43926);
	assert_int_equal(crc_add(7, digits, 0), 7);
	assert_true(crc_ways[crc_ways_n - 1].usable());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ways),
		cmocka_unit_test(test_single_bits),
		cmocka_unit_test(test_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
