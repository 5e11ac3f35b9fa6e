/* SPDX-License-Identifier: Apache-2.0 */
/* What a shard keeps of records is what they said, whatever it remembers of
 * others: its rows against the texts they came from. */
#include "tests/unit/unit.h"

#include "lookup/shard.h"
#include "tests/unit/random.h"

enum { RECORDS = 40000, TEXT = 80 };

/* The fields that come into a row, and who of them is how many. */
static const struct {
	enum field field;
	enum name name;
	size_t distinct;
} kinds[] = {
	{ FIELD_USER, NAME_USER, 3000 },
	{ FIELD_UNIT, NAME_UNIT, 30 },
	{ FIELD_ROLE, NAME_ROLE, 7 },
	{ FIELD_CASE, NAME_CASE, 9000 },
	{ FIELD_SOURCE, NAME_SOURCE, 400 },
	{ FIELD_KIND, NAME_KIND, 12 },
	{ FIELD_AREA, NAME_AREA, 900 },
};

enum { KINDS = ARRAY_LEN(kinds), OUTCOME = KINDS, SUBJECT, TEXTS };

struct said {
	char text[TEXTS][TEXT];
	int64_t ms;
};

/* Not given in some way, or one of `distinct` texts of all lengths, of which
 * several differ in one byte only. */
static void
draw_text(struct draw *draw, size_t distinct, char buf[TEXT])
{
	static const char *const blank[] = { "", "-", "NULL", "n/a", "None" };
	size_t k = draw_below(draw, distinct), len = k % 67;

	if (draw_below(draw, 10) == 0) {
		(void)snprintf(buf, TEXT, "%s",
			blank[draw_below(draw, ARRAY_LEN(blank))]);
		return;
	}
	memset(buf, 'x', TEXT);
	(void)snprintf(buf, TEXT, "%zu", k / 67);
	buf[strlen(buf)] = 'x';
	if (k % 3 == 0) /* the number behind, not in front */
		(void)snprintf(buf + len, TEXT - len, "%zu", k / 67);
	else
		buf[len + 6] = '\0';
}

static void
draw_subject(struct draw *draw, char buf[TEXT])
{
	size_t len = 1 + draw_below(draw, 20);

	for (size_t i = 0; i < len; i++)
		buf[i] = (char)('0' + draw_below(draw, 10));
	if (draw_below(draw, 5) == 0)
		buf[draw_below(draw, len)] = "/:*?a"[draw_below(draw, 5)];
	buf[len] = '\0';
}

static void
draw_said(struct draw *draw, struct said *said, size_t i)
{
	said->ms = (int64_t)i;
	for (size_t k = 0; k < KINDS; k++)
		draw_text(draw, kinds[k].distinct, said->text[k]);
	while (!field_given(slice_of(said->text[0]))) /* no lookup else */
		draw_text(draw, kinds[0].distinct, said->text[0]);
	draw_text(draw, draw_below(draw, 4) == 0 ? 300 : 3,
		said->text[OUTCOME]);
	if (draw_below(draw, 8) == 0)
		(void)snprintf(said->text[OUTCOME], TEXT, "denied");
	draw_subject(draw, said->text[SUBJECT]);
}

/* As a user does: mostly what he said last. */
static void
draw_like(struct draw *draw, struct said *said, const struct said *before)
{
	for (size_t k = 0; k < OUTCOME; k++)
		if (draw_below(draw, 6) != 0)
			memcpy(said->text[k], before->text[k], TEXT);
}

/* Give it to the shard in memory that ends where the text ends, and is gone
 * afterwards: each text by itself, or all with a separator between. */
static void
add(struct shard *shard, const struct said *said, char separator)
{
	struct moment when = { .ms = said->ms, .zoned = true };
	struct record record = { 0 };
	struct fault fault = { 0 };
	char *copies[TEXTS] = { NULL };
	struct slice slices[TEXTS];
	size_t at = 0;

	for (size_t k = 0; k < TEXTS; k++)
		at += strlen(said->text[k]) + 1;
	copies[0] = malloc(at - 1);
	assert_non_null(copies[0]);
	at = 0;
	for (size_t k = 0; k < TEXTS; k++) {
		size_t len = strlen(said->text[k]);

		if (separator == '\0') {
			free(copies[k]);
			copies[k] = malloc(len > 0 ? len : 1);
			assert_non_null(copies[k]);
		} else if (k > 0) {
			copies[0][at++] = separator;
		}
		slices[k] = (struct slice){
			separator == '\0' ? copies[k] : copies[0] + at, len };
		memcpy((char *)(uintptr_t)slices[k].at, said->text[k], len);
		at += len;
	}
	for (size_t k = 0; k < KINDS; k++)
		record.field[kinds[k].field] = slices[k];
	record.field[FIELD_OUTCOME] = slices[OUTCOME];
	assert_int_equal(shard_add(shard, &record, &when, slices[SUBJECT],
		&fault), 0);
	for (size_t k = 0; k < TEXTS; k++)
		free(copies[k]);
}

static void
assert_number(const struct shard *shard, enum name name, uint32_t number,
	const char *text)
{
	assert_true(number < shard->names[name].n);
	assert_slice(shard->names[name].names[number],
		field_given(slice_of(text)) ? text : "");
}

static void
check_row(const struct shard *shard, const struct partition *part,
	const struct row *row, const struct said *said)
{
	struct triple post = shard->posts.items[row->post];
	struct triple facet = shard->facets.items[row->facet];
	const uint32_t numbers[] = { post.a, post.b, post.c, row->caseref,
		row->source, facet.a, facet.b };
	struct slice outcome = slice_of(said->text[OUTCOME]);
	char buf[20];

	for (size_t k = 0; k < KINDS; k++)
		assert_number(shard, kinds[k].name, numbers[k],
			said->text[k]);
	assert_int_equal(facet.c, field_given(outcome) ? outcome_of(outcome) :
							 OUTCOME_UNKNOWN);
	if (row->subject & SUBJECT_TEXT) {
		assert_slice(partition_text(part, row->subject),
			said->text[SUBJECT]);
		return;
	}
	(void)subject_unpack(row->subject, buf);
	assert_string_equal(buf, said->text[SUBJECT]);
}

static void
check_rows(const struct shard *shard, const struct said *said)
{
	static bool seen[RECORDS];
	size_t n = 0;

	memset(seen, 0, sizeof(seen));
	for (size_t p = 0; p < SUBJECT_PARTITIONS; p++) {
		const struct partition *part = &shard->parts[p];

		for (const struct chunk *chunk = part->first; chunk != NULL;
			chunk = chunk->next) {
			for (size_t k = 0; k < chunk_rows(part, chunk); k++) {
				const struct row *row = &chunk->rows[k];
				size_t i = (size_t)row_ms(row);

				assert_true(i < RECORDS && !seen[i]);
				seen[i] = true;
				n++;
				check_row(shard, part, row, &said[i]);
			}
		}
	}
	assert_int_equal(n, RECORDS);
}

static void
test_rows(void **state)
{
	static struct said said[RECORDS];
	static struct shard shard;
	struct draw draw = { 21 };
	struct fault fault = { 0 };

	(void)state;
	assert_int_equal(shard_init(&shard, NULL, 5, 0, NULL, &fault), 0);
	for (size_t i = 0; i < RECORDS; i++) {
		draw_said(&draw, &said[i], i);
		if (i > 50 && draw_below(&draw, 3) != 0)
			draw_like(&draw, &said[i],
				&said[i - 1 - draw_below(&draw, 50)]);
		add(&shard, &said[i], ",,,|"[draw_below(&draw, 5)]);
		/* as at the end of a file */
		if (draw_below(&draw, 5000) == 0)
			assert_int_equal(shard_settle(&shard, &fault), 0);
	}
	assert_int_equal(shard_settle(&shard, &fault), 0);
	assert_int_equal(shard_settle(&shard, &fault), 0);
	assert_int_equal(shard.n, RECORDS);
	check_rows(&shard, said);
	shard_free(&shard);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
