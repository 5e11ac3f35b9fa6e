/* SPDX-License-Identifier: Apache-2.0 */
/* Lookups of a table taken many at once are those that are taken one by one,
 * on every kind of processor: what the parser says of them, and what a shard
 * keeps. */
#include "tests/unit/parser-fixture.h"

#include "base/wide.h"
#include "format/batch.h"
#include "format/subject.h"
#include "lookup/shard.h"
#include "tests/unit/random.h"

static const struct {
	enum field field;
	const char *header;
	size_t distinct, longest;
	bool always;
} kinds[] = {
	{ FIELD_TIME, "timestamp", 0, 0, true },
	{ FIELD_USER, "user", 60, 40, true },
	{ FIELD_UNIT, "unit", 9, 30, false },
	{ FIELD_ROLE, "role", 5, 20, false },
	{ FIELD_KIND, "kind", 30, 12, false },
	{ FIELD_SUBJECT, "subject", 0, 0, true },
	{ FIELD_CASE, "case", 300, 24, false },
	{ FIELD_PURPOSE, "purpose", 9, 40, false },
	{ FIELD_SOURCE, "source", 90, 15, false },
	{ FIELD_AREA, "area", 30, 14, false },
	{ FIELD_OUTCOME, "outcome", 3, 6, false },
};

/* The columns of a log, and how it is written. */
struct style {
	size_t n, kind[FIELD_N];
	char separator;
	bool cr;
	unsigned odd; /* per mille of lines, and of fields, that are not
	                 common */
	bool zoned;
	size_t second; /* of the last time */
};

static struct style
draw_style(struct draw *draw, unsigned odd)
{
	struct style style = { .separator = ",;\t|"[draw_below(draw, 4)],
		.cr = draw_below(draw, 3) == 0, .odd = odd,
		.zoned = draw_below(draw, 3) > 0 };

	for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
		if (kinds[k].always || draw_below(draw, 6) > 0)
			style.kind[style.n++] = k;
	/* mostly in the order that is usual */
	for (size_t i = style.n; i > 1 && draw_below(draw, 2) == 0; i--) {
		size_t k = draw_below(draw, i), kind = style.kind[k];

		style.kind[k] = style.kind[i - 1];
		style.kind[i - 1] = kind;
	}
	return style;
}

static void
add_text(struct bytes *log, const char *text)
{
	bytes_add(log, text, strlen(text));
}

static void
add_time(struct bytes *log, struct draw *draw, struct style *style)
{
	char text[64];
	size_t second;

	style->second += draw_below(draw, 60);
	second = style->second;
	if (draw_below(draw, 1000) < style->odd)
		second = draw_below(draw, 2000000);
	(void)snprintf(text, sizeof(text), "2026-%02zu-%02zuT%02zu:%02zu:%02zu",
		3 + second / 2419200 % 2, 1 + second / 86400 % 28,
		second / 3600 % 24, second / 60 % 60, second % 60);
	add_text(log, text);
	if (draw_below(draw, 1000) < style->odd)
		add_text(log, ".125");
	if (style->zoned)
		add_text(log, draw_below(draw, 1000) < style->odd ? "Z" :
			"+06:00");
}

static void
add_subject(struct bytes *log, struct draw *draw, unsigned odd)
{
	size_t len = 1 + draw_below(draw, 19);
	char c;

	if (draw_below(draw, 1000) < odd)
		len = 1 + draw_below(draw, 60);
	for (size_t i = 0; i < len; i++) {
		c = (char)('0' + draw_below(draw, 10));
		if (draw_below(draw, 60) == 0)
			c = "/:x-\x01"[draw_below(draw, 5)];
		bytes_add(log, &c, 1);
	}
}

static void
add_field(struct bytes *log, struct draw *draw, struct style *style, size_t k)
{
	static const char *const odds[] = { "", "-", "n/a", "None", " x", "x ",
		"\"q\"", "\"", "\xc3\xa9", "\r", "x\0y", "1234567" };
	size_t distinct = kinds[k].distinct, which, len;
	char text[160];

	if (draw_below(draw, 1000) < style->odd / 4) {
		add_text(log, odds[draw_below(draw, ARRAY_LEN(odds))]);
		return;
	}
	if (kinds[k].field == FIELD_TIME) {
		add_time(log, draw, style);
		return;
	}
	if (kinds[k].field == FIELD_SUBJECT) {
		add_subject(log, draw, style->odd);
		return;
	}
	which = draw_below(draw, distinct);
	if (which % 3 == 2 && !kinds[k].always) /* not given */
		return;
	len = which * 7 % kinds[k].longest + 1;
	if (draw_below(draw, 1000) < style->odd)
		len = which * 7 % 150;
	memset(text, 'x', sizeof(text));
	(void)snprintf(text, sizeof(text), "%c%zu", "abc"[k % 3], which);
	if (len < strlen(text))
		len = strlen(text);
	text[strlen(text)] = 'x';
	bytes_add(log, text, len);
}

static void
add_line(struct bytes *log, struct draw *draw, struct style *style)
{
	size_t n = style->n;

	if (draw_below(draw, 1000) < style->odd)
		n = draw_below(draw, 14);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			bytes_add(log, &style->separator, 1);
		add_field(log, draw, style, style->kind[i % style->n]);
	}
	if (style->cr != (draw_below(draw, 1000) < style->odd))
		bytes_add(log, "\r", 1);
	bytes_add(log, "\n", 1);
}

static void
add_header(struct bytes *log, const struct style *style)
{
	for (size_t i = 0; i < style->n; i++) {
		if (i > 0)
			bytes_add(log, &style->separator, 1);
		add_text(log, kinds[style->kind[i]].header);
	}
	bytes_add(log, "\n", 1);
}

static void
make_log(struct bytes *log, struct draw *draw, unsigned odd, size_t lines)
{
	struct style style = draw_style(draw, odd);

	log->len = 0;
	add_header(log, &style);
	for (size_t i = 0; i < lines; i++) {
		if (draw_below(draw, 4000) < odd)
			add_header(log, &style);
		add_line(log, draw, &style);
	}
}

/* What the parser says of the lookups of a batch, in the order of the log. */
static void
compare_batch(struct log *plain, const struct batch *batch)
{
	uint64_t subject[BATCH_MOST];
	uint32_t part[BATCH_MOST];
	int64_t first = INT64_MAX, last = INT64_MIN;

	batch_subjects(batch, subject, part);
	for (size_t i = 0; i < batch->n; i++) {
		const struct parsed *want = &plain->parsed;
		struct record record;

		assert_int_equal(next(plain), REASON_LOOKUP);
		batch_record(batch, i, &record);
		for (size_t f = 0; f < FIELD_N; f++)
			assert_true(slice_equal(record.field[f],
				want->record.field[f]));
		assert_true(batch->ms[i] == want->when.ms);
		assert_int_equal(batch->when.offset, want->when.offset);
		assert_int_equal(batch->when.zoned, want->when.zoned);
		assert_int_equal(batch->when.fit, want->when.fit);
		assert_int_equal(want->n_subjects, 1);
		assert_true(subject[i] ==
			subject_packed(want->subjects[0].name));
		if (subject[i] != 0)
			assert_int_equal(part[i],
				subject_partition(subject[i]));
		first = batch->ms[i] < first ? batch->ms[i] : first;
		last = batch->ms[i] > last ? batch->ms[i] : last;
	}
	assert_true(batch->first_ms == first && batch->last_ms == last);
}

/* Returns how many lines were read in batches. */
static size_t
compare_parsers(struct slice text, bool wide)
{
	static struct batch batch;
	struct log many, plain;
	struct fault fault;
	size_t taken = 0;

	assert_int_equal(log_open(&many, text, NULL, &fault), 0);
	/* the same file once more */
	plain = (struct log){ .options = { .zone = utc } };
	assert_int_equal(reader_open(&plain.reader, path, NULL, &fault), 0);
	assert_int_equal(parser_open(&plain.parser, plain.reader,
		&plain.options, &fault), 0);
	for (;;) {
		int more;

		if (parser_batch(many.parser, &batch) > 0) {
			taken += batch.n;
			batch.wide &= wide;
			compare_batch(&plain, &batch);
			continue;
		}
		more = parser_next(many.parser, &many.parsed, &fault);
		assert_int_equal(parser_next(plain.parser, &plain.parsed,
			&fault), more);
		if (more == 0)
			break;
		assert_int_equal(many.parsed.reason, plain.parsed.reason);
		assert_int_equal(many.parsed.line.number,
			plain.parsed.line.number);
	}
	log_close(&many);
	log_close(&plain);
	return taken;
}

static void
test_parser(void **state)
{
	struct bytes log = { 0 };
	struct draw draw = { 1 };

	(void)state;
	for (unsigned i = 0; i < 120; i++) {
		unsigned odd = i % 3 == 0 ? 0 : i % 3 == 1 ? 20 : 200;
		size_t lines = 1 + draw_below(&draw, 3000), taken;

		make_log(&log, &draw, odd, lines);
		taken = compare_parsers((struct slice){ log.at, log.len },
			i % 2 == 0);
		if (odd == 0 && lines > 200 && taken * 10 < lines * 8)
			fail_msg("%zu of %zu lines were common", taken, lines);
	}
	bytes_free(&log);
}

/* Times that are as the memo says, but for some. */
static void
test_times(void **state)
{
	static const char *const forms[] = { "2026-05-01T%s+06:00",
		"2026-05-01 %s", "01/May/2026:%s +0600", "2026-05-01T%sZ" };
	static struct batch batch[2];
	static uint16_t ends[BATCH_MOST + 16];
	static const uint16_t column[FIELD_N] = { 0 };
	struct draw draw = { 2 };

	(void)state;
	for (size_t i = 0; i < 20000; i++) {
		char text[BATCH_MOST * 32 + BATCH_BEYOND] = "", clock[16];
		size_t n = 1 + draw_below(&draw, BATCH_MOST), len = 0;
		size_t wrong = draw_below(&draw, 3 * n);
		struct time_memo memo = { 0 };
		struct moment when;

		ends[0] = UINT16_MAX;
		for (size_t k = 0; k < n; k++) {
			(void)snprintf(clock, sizeof(clock),
				"%02zu:%02zu:%02zu", draw_below(&draw, 24),
				draw_below(&draw, 60), draw_below(&draw, 61));
			len += (size_t)snprintf(text + len, sizeof(text) - len,
				forms[i % 4], clock);
			if (k == wrong && k > 0)
				text[len - 1 - draw_below(&draw, 18)] =
					"0123456789:x/"[draw_below(&draw, 13)];
			if (k == 0)
				(void)time_parse_again(&memo, (struct slice){
					text, len }, utc, &when);
			ends[k + 1] = (uint16_t)len;
			text[len++] = '\n';
		}
		for (size_t w = 0; w < 2; w++) {
			batch[w].base = text;
			batch[w].width = 1;
			batch[w].column = column;
			batch[w].wide = w == 1 && wide_usable();
			batch_fill(&batch[w], ends, n, false);
			batch_times(&batch[w], &memo, utc);
		}
		assert_true(wrong == 0 || wrong >= n ||
			batch[0].n >= wrong);
		assert_int_equal(batch[0].n, batch[1].n);
		assert_memory_equal(batch[0].ms, batch[1].ms,
			batch[0].n * sizeof(batch[0].ms[0]));
		assert_true(batch[0].first_ms == batch[1].first_ms &&
			batch[0].last_ms == batch[1].last_ms);
	}
}

/* Rows as texts. */
struct rows {
	char (*at)[512];
	size_t n;
};

static void
row_text(const struct shard *shard, const struct partition *part,
	const struct row *row, char ret[512])
{
	struct triple post = shard->posts.items[row->post];
	struct triple facet = shard->facets.items[row->facet];
	const struct { enum name name; uint32_t number; } names[] = {
		{ NAME_USER, post.a }, { NAME_UNIT, post.b },
		{ NAME_ROLE, post.c }, { NAME_CASE, row->caseref },
		{ NAME_SOURCE, row->source }, { NAME_KIND, facet.a },
		{ NAME_AREA, facet.b } };
	char digits[20];
	struct slice subject = { digits, 0 };
	size_t len;

	if (row->subject & SUBJECT_TEXT)
		subject = partition_text(part, row->subject);
	else
		subject.len = subject_unpack(row->subject, digits);
	len = (size_t)snprintf(ret, 512, "%zu %llu %u %.*s",
		(size_t)(part - shard->parts), (unsigned long long)row->when,
		facet.c, (int)subject.len, subject.at);
	for (size_t k = 0; k < ARRAY_LEN(names) && len < 512; k++) {
		struct slice name =
			shard->names[names[k].name].names[names[k].number];

		len += (size_t)snprintf(ret + len, 512 - len, "|%.*s",
			(int)name.len, name.at);
	}
}

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(a, b);
}

static struct rows
rows_of(const struct shard *shard)
{
	struct rows rows = { .at = calloc(shard->n + 1, 512) };

	assert_non_null(rows.at);
	for (size_t p = 0; p < SUBJECT_PARTITIONS; p++) {
		const struct partition *part = &shard->parts[p];

		for (const struct chunk *chunk = part->first; chunk != NULL;
			chunk = chunk->next)
			for (size_t k = 0; k < chunk_rows(part, chunk); k++) {
				assert_true(rows.n < shard->n);
				row_text(shard, part, &chunk->rows[k],
					rows.at[rows.n++]);
			}
	}
	assert_int_equal(rows.n, shard->n);
	qsort(rows.at, rows.n, 512, compare_texts);
	return rows;
}

/* Read a log, in batches or not. */
static void
read_log(struct shard *shard, struct slice text, struct draw *draw, bool many)
{
	static struct batch batch;
	struct fault fault;
	struct log log;

	assert_int_equal(log_open(&log, text, NULL, &fault), 0);
	for (;;) {
		if (many && draw_below(draw, 8) > 0 &&
			parser_batch(log.parser, &batch) > 0) {
			batch.wide &= draw_below(draw, 2) == 0;
			assert_int_equal(shard_add_batch(shard, &batch, &fault),
				0);
			continue;
		}
		if (parser_next(log.parser, &log.parsed, &fault) == 0)
			break;
		for (size_t i = 0; i < log.parsed.n_subjects; i++)
			assert_int_equal(shard_add(shard, &log.parsed.record,
				&log.parsed.when, log.parsed.subjects[i].name,
				&fault), 0);
	}
	log_close(&log);
	assert_int_equal(shard_settle(shard, &fault), 0);
}

static void
compare_shards(const struct shard *one, const struct shard *two)
{
	struct rows a = rows_of(one), b = rows_of(two);

	assert_int_equal(a.n, b.n);
	for (size_t i = 0; i < a.n; i++)
		assert_string_equal(a.at[i], b.at[i]);
	for (size_t k = 0; k < NAME_N; k++)
		assert_int_equal(one->names[k].n, two->names[k].n);
	assert_int_equal(one->posts.n, two->posts.n);
	assert_int_equal(one->facets.n, two->facets.n);
	assert_memory_equal(one->offsets, two->offsets, sizeof(one->offsets));
	assert_true(one->zoneless == two->zoneless && one->gaps == two->gaps &&
		one->overlaps == two->overlaps);
	free(a.at);
	free(b.at);
}

static void
test_shard(void **state)
{
	static struct shard one, two;
	struct bytes log = { 0 };
	struct draw draw = { 3 };
	struct fault fault = { 0 };

	(void)state;
	for (unsigned i = 0; i < 12; i++) {
		assert_int_equal(shard_init(&one, NULL, 5, 0, NULL, &fault), 0);
		assert_int_equal(shard_init(&two, NULL, 5, 0, NULL, &fault), 0);
		for (unsigned k = 0; k < 3; k++) {
			struct slice text;

			make_log(&log, &draw, (i + k) % 3 * 40,
				1 + draw_below(&draw, 4000));
			text = (struct slice){ log.at, log.len };
			read_log(&one, text, &draw, true);
			read_log(&two, text, &draw, false);
		}
		compare_shards(&one, &two);
		shard_free(&one);
		shard_free(&two);
	}
	bytes_free(&log);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parser),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_shard),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
