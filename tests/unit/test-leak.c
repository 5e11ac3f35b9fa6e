/* SPDX-License-Identifier: Apache-2.0 */
/* What a pass over the book finds of a leaked list, beside a naive count. */
#include "turn/leak.h"

#include "book-fixture.h"

enum { ENTRIES = 1500, USERS = 20, SUBJECTS = 120, LISTED = 60,
	WEEK_MS = 7 * 86400 * 1000 };

static struct entry entries[ENTRIES];

static void
make_entries(uint64_t seed)
{
	struct draw draw = { seed };

	for (size_t i = 0; i < ENTRIES; i++) {
		struct entry *entry = &entries[i];

		*entry = (struct entry){
			.ms = 1700000000000 +
				(int64_t)draw_below(&draw, 30) * 86400000,
			.user = 1 + (uint32_t)draw_below(&draw, USERS),
			.unit = (uint32_t)draw_below(&draw, 4),
			.role = (uint32_t)draw_below(&draw, 3),
			.kind = 1 + (uint32_t)draw_below(&draw, 3),
			.area = (uint32_t)draw_below(&draw, 5),
			.caseref = (uint32_t)draw_below(&draw, 9),
			.subject = 1 + (uint32_t)draw_below(&draw, SUBJECTS),
		};
		entry->text = entry->subject % 3 == 0;
	}
}

static int
compare_items(const void *a, const void *b)
{
	const struct leaked_item *x = a, *y = b;

	if (x->partition != y->partition)
		return x->partition < y->partition ? -1 : 1;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return slice_compare(x->kind, y->kind);
}

/* Subjects from 1 to LISTED, some of which nobody asks for; `kind`: its name,
 * or "". */
static void
make_list(struct leaked_list *list, const char *kind)
{
	static struct leaked_item items[LISTED];
	static char texts[LISTED][16];

	for (uint32_t i = 0; i < LISTED; i++) {
		struct entry entry = { .subject = 1 + i * 3,
			.text = (1 + i * 3) % 3 == 0 };

		subject_of(&entry, texts[i], sizeof(texts[i]));
		items[i].subject = slice_of(texts[i]);
		items[i].kind = slice_of(kind);
		items[i].key = registry_key(NULL, items[i].subject);
		items[i].partition = registry_partition(NULL,
			items[i].subject);
	}
	qsort(items, LISTED, sizeof(*items), compare_items);
	*list = (struct leaked_list){ .items = items, .n = LISTED };
}

struct expected {
	bool asked[USERS + 1][SUBJECTS + 1];
	bool of[TRAIT_N][16][SUBJECTS + 1];
	uint64_t lookups;
};

static void
expect(struct expected *expected, const struct leak_options *options,
	uint32_t kind, int64_t first_ms)
{
	*expected = (struct expected){ 0 };
	for (size_t i = 0; i < ENTRIES; i++) {
		const struct entry *entry = &entries[i];
		uint32_t s = entry->subject;

		if (entry->ms < options->since || entry->ms >= options->before ||
			(kind != 0 && entry->kind != kind))
			continue;
		expected->lookups++;
		expected->asked[entry->user][s] = true;
		expected->of[TRAIT_UNIT][entry->unit][s] = true;
		expected->of[TRAIT_ROLE][entry->role][s] = true;
		expected->of[TRAIT_KIND][entry->kind][s] = true;
		expected->of[TRAIT_AREA][entry->area][s] = true;
		expected->of[TRAIT_CASE][entry->caseref][s] = true;
		expected->of[TRAIT_WEEK][(entry->ms - first_ms) / WEEK_MS][s] =
			true;
	}
}

static size_t
count_true(const bool *flags, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += flags[i];
	return sum;
}

static void
check_users(const struct leak *leak, const struct expected *expected)
{
	uint64_t askings = 0;

	/* users are numbered in order of their names, from 1 */
	for (size_t u = 1; u <= USERS; u++) {
		size_t n = count_true(expected->asked[u], SUBJECTS + 1);

		assert_int_equal(leak->users[u].subjects, n);
		askings += n;
	}
	assert_int_equal(leak->askings, askings);
	assert_int_equal(leak->lookups, expected->lookups);
}

static void
check_sizes(const struct leak *leak, const struct expected *expected)
{
	for (size_t t = TRAIT_UNIT; t < TRAIT_N; t++) {
		/* number 0 is not given, but of weeks */
		for (size_t v = t != TRAIT_WEEK; v < leak->n_values[t]; v++)
			assert_int_equal(leak->sizes[t][v],
				count_true(expected->of[t][v], SUBJECTS + 1));
	}
}

static void
check_hits(const struct leak *leak, const struct leaked_list *list,
	const struct expected *expected)
{
	size_t n = 0, occur = 0;

	for (size_t i = 0; i < list->n; i++) {
		uint64_t number;
		struct slice text = list->items[i].subject;
		size_t hits = 0;

		if (text.at[0] == 'S')
			text = (struct slice){ text.at + 2, text.len - 2 };
		assert_true(number_parse_u64(text, &number));
		for (size_t u = 1; number <= SUBJECTS && u <= USERS; u++)
			hits += expected->asked[u][number];
		n += hits;
		occur += hits > 0;
		assert_int_equal(leak->states[i] == LEAK_OCCURS, hits > 0);
	}
	assert_int_equal(leak->n_hits, n);
	assert_true(occur > 10 && occur < list->n);
	for (size_t i = 1; i < leak->n_hits; i++)
		assert_true(leak->hits[i - 1].user < leak->hits[i].user ||
			(leak->hits[i - 1].user == leak->hits[i].user &&
				leak->hits[i - 1].item < leak->hits[i].item));
}

static void
check_one(uint64_t seed, unsigned threads, const char *kind, uint32_t number)
{
	static struct expected expected;
	struct leaked_list list;
	struct input_list inputs;
	struct book *book;
	struct leak leak;
	struct fault fault = { 0 };
	struct leak_options options = { .list = &list, .threads = threads,
		.since = seed % 2 == 0 ? INT64_MIN : 1700200000000,
		.before = seed % 3 == 0 ? INT64_MAX : 1702000000000 };

	make_entries(seed);
	make_list(&list, kind);
	entries_write(entries, ENTRIES, 3, FIXTURE_HEADER);
	book = book_of_files(threads, &inputs);
	expect(&expected, &options, number, book->first_ms);
	assert_int_equal(leak_find(book, &options, &leak, &fault), 0);
	check_users(&leak, &expected);
	check_sizes(&leak, &expected);
	check_hits(&leak, &list, &expected);
	leak_free(&leak);
	book_free(book);
	input_list_free(&inputs);
}

static void
agrees_with_a_naive_count(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 6; seed++) {
		check_one(seed, 1 + (unsigned)seed % 3, "", 0);
		check_one(seed, 1 + (unsigned)seed % 3, "k0002", 2);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_a_naive_count),
	};

	return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
