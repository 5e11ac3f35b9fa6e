/* SPDX-License-Identifier: Apache-2.0 */
/* Subjects are packed exactly; rows are ordered by content. */
#include "tests/unit/unit.h"

#include "lookup/row.h"
#include "tests/unit/random.h"

enum { SHORT_TEXT = 10 };

static void
assert_round_trip(const char *text)
{
	uint64_t packed = 0;
	char buf[20];

	assert_true(subject_pack(slice_of(text), &packed));
	assert_int_equal(packed & SUBJECT_TEXT, 0);
	assert_int_equal(subject_unpack(packed, buf), strlen(text));
	assert_string_equal(buf, text);
}

static void
test_round_trip(void **state)
{
	struct draw draw = { 4 };
	char text[20];

	(void)state;
	/* the least and the most of each length */
	for (size_t len = 1; len <= 18; len++) {
		memset(text, '0', len);
		text[len] = '\0';
		assert_round_trip(text);
		memset(text, '9', len);
		assert_round_trip(text);
	}
	for (int i = 0; i < 20000; i++) {
		size_t len = 1 + draw_below(&draw, 18);

		for (size_t k = 0; k < len; k++)
			text[k] = (char)('0' + draw_below(&draw, 10));
		text[len] = '\0';
		assert_round_trip(text);
	}
}

/* Up to ten characters from '!' to '_'. */
static void
test_short(void **state)
{
	static const char *const texts[] = { "A", "A12345678", "DHA-11",
		"GA-12-3456", "!", "!!!!!!!!!!", "__________", "+1", "-1",
		"1.0", "12345678-", "-123456789", "1A" };
	char text[SHORT_TEXT + 1];
	struct draw draw = { 8 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_round_trip(texts[i]);
	for (int i = 0; i < 20000; i++) {
		size_t len = 1 + draw_below(&draw, SHORT_TEXT);

		for (size_t k = 0; k < len; k++)
			text[k] = (char)('!' + draw_below(&draw, '_' - '!' + 1));
		text[draw_below(&draw, len)] = 'A';
		text[len] = '\0';
		assert_round_trip(text);
	}
}

static void
test_neither(void **state)
{
	static const char *const texts[] = { "", "1234567890123456789", " 1",
		"1 ", "1a", "DHA-111-222", "\xd9\xa1", "A\x80", "`", "A 3",
		"A1234567\x1f", "A12345678`", "A1234567\xdf", "1234567890A" };
	uint64_t packed = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_false(subject_pack(slice_of(texts[i]), &packed));
	assert_false(subject_pack(LITERAL("12\0"), &packed));
	assert_int_equal(packed, 7);
}

static uint64_t
packed_of(const char *text)
{
	uint64_t packed = 0;

	assert_true(subject_pack(slice_of(text), &packed));
	return packed;
}

static void
test_distinct(void **state)
{
	(void)state;
	assert_true(packed_of("1") != packed_of("01"));
	assert_true(packed_of("01") != packed_of("001"));
	assert_true(packed_of("0") != packed_of("00"));
	assert_true(packed_of("0") != packed_of("10"));
	assert_int_equal(packed_of("0171") + 1, packed_of("0172"));
	assert_int_equal(packed_of("0199") + 1, packed_of("0200"));
	assert_int_equal(packed_of("999999999999999998") + 1,
		packed_of("999999999999999999"));
}

/* Character by character. */
static bool
pack_short_plainly(struct slice text, uint64_t *ret)
{
	uint64_t packed = 1;

	for (size_t i = 0; i < SHORT_TEXT; i++) {
		char c = i < text.len ? text.at[i] : ' ';

		if (i < text.len && (c < '!' || c > '_'))
			return false;
		packed = packed * 64 + (uint64_t)(c - ' ');
	}
	if (text.len == 0 || text.len > SHORT_TEXT)
		return false;
	/* of one and sixty bits */
	*ret = packed + SUBJECT_SHORT - (SUBJECT_SHORT >> 1);
	return true;
}

/* Digit by digit. */
static bool
pack_plainly(struct slice text, uint64_t *ret)
{
	uint64_t packed = 1;

	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return pack_short_plainly(text, ret);
		packed = packed * 10 + (uint64_t)(text.at[i] - '0');
	}
	*ret = packed;
	return text.len > 0 && text.len <= 18;
}

/* Every byte in every place of every length. */
static void
test_pack_plainly(void **state)
{
	struct draw draw = { 3 };
	uint64_t packed, plain;

	(void)state;
	for (size_t len = 1; len <= 18; len++) {
		char *text = malloc(len);
		struct slice slice = { text, len };

		assert_non_null(text);
		for (size_t i = 0; i < len * 256; i++) {
			for (size_t k = 0; k < len; k++)
				text[k] = (char)('0' + draw_below(&draw, 10));
			assert_true(subject_pack(slice, &packed));
			assert_true(pack_plainly(slice, &plain));
			assert_true(packed == plain);
			text[i / 256] = (char)(i % 256);
			assert_int_equal(subject_pack(slice, &packed),
				pack_plainly(slice, &plain));
			assert_true(packed == plain);
		}
		free(text);
	}
}

/* Stores keep partitions: these numbers are for ever. */
static void
test_partitions(void **state)
{
	unsigned seen[SUBJECT_PARTITIONS] = { 0 }, number, text;
	char buf[32];

	(void)state;
	number = subject_partition(packed_of("01712345678"));
	text = subject_partition_text(slice_of("DHA-METRO-11-2345"));
	assert_in_range(number, 0, SUBJECT_PARTITIONS - 1);
	assert_in_range(text, 0, SUBJECT_PARTITIONS - 1);
	assert_int_equal(number, 207);
	assert_int_equal(text, 119);
	/* neighbours spread: no partition takes twice its share */
	for (unsigned i = 0; i < 100 * SUBJECT_PARTITIONS; i++) {
		(void)snprintf(buf, sizeof(buf), "%u", 10000000 + i);
		seen[subject_partition(packed_of(buf))]++;
	}
	for (size_t i = 0; i < SUBJECT_PARTITIONS; i++)
		assert_in_range(seen[i], 50, 200);
}

static void
test_marks(void **state)
{
	struct row row = { .when = 1777630272123 * 65536 };

	(void)state;
	row_mark(&row, MARK_JUDGED);
	row_mark(&row, MARK_LONE | MARK_FIRST);
	assert_int_equal(row_marks(&row),
		MARK_JUDGED | MARK_LONE | MARK_FIRST);
	assert_true(row_ms(&row) == 1777630272123);
}

static int
sign(int order)
{
	return (order > 0) - (order < 0);
}

static void
test_compare(void **state)
{
	/* ascending */
	static const struct row rows[] = {
		{ .when = 0, .subject = 9, .post = 9, .facet = 9 },
		{ .when = 65536, .subject = 1, .post = 9, .facet = 9 },
		{ .when = 65536, .subject = 2, .post = 0, .facet = 9 },
		{ .when = 65536, .subject = 2, .post = 1, .caseref = 9 },
		{ .when = 65536, .subject = 2, .post = 1, .facet = 3,
			.source = 9 },
		{ .when = 65536, .subject = 2, .post = 1, .facet = 3,
			.caseref = 1 },
		{ .when = 65536, .subject = 2, .post = 1, .facet = 3,
			.caseref = 1, .source = 1 },
		{ .when = 65536, .subject = SUBJECT_TEXT | 1 },
		{ .when = 131072 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		for (size_t k = 0; k < ARRAY_LEN(rows); k++)
			assert_int_equal(sign(row_compare(&rows[i], &rows[k])),
				(i > k) - (i < k));
}

static void
test_outcomes(void **state)
{
	static const struct {
		const char *text;
		enum outcome outcome;
	} outcomes[] = {
		{ "", OUTCOME_UNKNOWN }, { "denied", OUTCOME_DENIED },
		{ "REFUSED", OUTCOME_DENIED }, { "401", OUTCOME_DENIED },
		{ "403", OUTCOME_DENIED }, { "0", OUTCOME_EMPTY },
		{ "empty", OUTCOME_EMPTY }, { "404", OUTCOME_EMPTY },
		{ "Not Found", OUTCOME_EMPTY }, { "1", OUTCOME_ANSWERED },
		{ "200", OUTCOME_ANSWERED }, { "ok", OUTCOME_ANSWERED },
		{ "00", OUTCOME_ANSWERED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(outcomes); i++)
		assert_int_equal(outcome_of(slice_of(outcomes[i].text)),
			outcomes[i].outcome);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_neither),
		cmocka_unit_test(test_distinct),
		cmocka_unit_test(test_pack_plainly),
		cmocka_unit_test(test_partitions),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_outcomes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
