/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/review.h"

#include "base/memory.h"

/* So much of a name or a reason is told. */
enum { TEXT_SHOWN = 120 };

/* Signals that a review's word means; 0: it is none. */
static uint32_t
bits_of(struct slice word)
{
	if (word.len == 0)
		return UINT32_MAX >> (32 - SIGNAL_N);
	for (size_t s = 0; s < SIGNAL_N; s++) {
		if (slice_is(word, signals[s].name))
			return 1u << s;
	}
	return 0;
}

/* The first millisecond after a time: a bare date is a whole day. Days do not
 * go back, so that it can be searched for. */
static int64_t
after(const struct window *window, const struct register_time *until)
{
	int64_t day = until->value, low, high;

	if (until->form == REGISTER_MOMENT)
		return until->value + 1;
	low = (day - 1) * DAY_SECONDS * 1000;
	high = (day + 3) * DAY_SECONDS * 1000;
	low = low < 0 ? 0 : low;
	while (low < high) {
		int64_t middle = low + (high - low) / 2;

		if (window_day(window, middle) <= day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
user_of(const struct reading *reading, const struct review *review,
	uint32_t *ret)
{
	const struct dict *names = &reading->registry->names[REGISTRY_USER];

	return dict_find(&reading->book->names[NAME_USER],
		names->names[review->user], ret);
}

/* One review into the table; false: it clears nothing, which is told. */
static bool
take_review(const struct reading *reading, const struct window *window,
	const struct review *review, struct review_table *table)
{
	struct sheet_facts *facts = &reading->registry->sheets[SHEET_REVIEWED];
	const struct dict *names = &reading->registry->names[REGISTRY_USER];
	uint32_t user, bits = bits_of(review->signal);
	int64_t since = after(window, &review->until);

	if (bits == 0) {
		sheet_note_text(facts, PROBLEM_WORD, review->line,
			review->signal);
		return false;
	}
	if (!user_of(reading, review, &user)) {
		sheet_note_text(facts, PROBLEM_UNKNOWN, review->line,
			names->names[review->user]);
		return false;
	}
	table->cleared[user] |= bits;
	table->beyond += since > reading->book->last_ms + DAY_SECONDS * 1000;
	for (size_t s = 0; s < SIGNAL_N; s++) {
		int64_t *at = &table->since[user * SIGNAL_N + s];

		if ((bits & 1u << s) && since > *at)
			*at = since;
	}
	return true;
}

/* The different times at which a user's reviews end, in order; the first
 * REVIEW_PASSES of them. Returns how many. */
static size_t
list_times(const struct review_table *table, size_t user,
	int64_t ret[REVIEW_PASSES])
{
	const int64_t *since = table->since + user * SIGNAL_N;
	int64_t last = INT64_MIN;
	size_t n = 0;

	while (n < REVIEW_PASSES) {
		int64_t next = INT64_MAX;

		for (size_t s = 0; s < SIGNAL_N; s++) {
			if (since[s] > last && since[s] < next)
				next = since[s];
		}
		if (next == INT64_MAX)
			break;
		ret[n++] = last = next;
	}
	return n;
}

static void
plan_passes(struct review_table *table, size_t n_users)
{
	for (size_t user = 0; user < n_users; user++) {
		int64_t times[REVIEW_PASSES];
		size_t n = list_times(table, user, times);

		if (n > table->n_passes)
			table->n_passes = n;
		for (size_t s = 0; s < SIGNAL_N; s++) {
			size_t i = user * SIGNAL_N + s, pass = 0;

			while (pass + 1 < n && times[pass] < table->since[i])
				pass++;
			table->pass[i] = (uint8_t)pass;
		}
	}
}

int
review_find(const struct reading *reading, const struct window *window,
	struct review_table *ret, struct fault *fault)
{
	const struct registry *registry = reading->registry;
	size_t n_users = reading->book->names[NAME_USER].n;

	*ret = (struct review_table){ 0 };
	if (registry == NULL || registry->n_reviews == 0)
		return 0;
	ret->cleared = memory_array(n_users, sizeof(*ret->cleared));
	ret->since = memory_array(n_users * SIGNAL_N, sizeof(*ret->since));
	ret->pass = memory_array(n_users * SIGNAL_N, sizeof(*ret->pass));
	if (ret->cleared == NULL || ret->since == NULL || ret->pass == NULL) {
		review_free(ret);
		return fault_memory(fault);
	}
	for (size_t i = 0; i < n_users * SIGNAL_N; i++)
		ret->since[i] = INT64_MIN;
	for (size_t i = 0; i < registry->n_reviews; i++) {
		if (take_review(reading, window, &registry->reviews[i], ret))
			ret->n++;
		else
			reading->registry->sheets[SHEET_REVIEWED].accepted--;
	}
	plan_passes(ret, n_users);
	if (ret->n == 0) {
		free(ret->cleared);
		ret->cleared = NULL;
	}
	return 0;
}

void
review_free(struct review_table *table)
{
	free(table->cleared);
	free(table->since);
	free(table->pass);
	*table = (struct review_table){ 0 };
}

void
review_since(const struct review_table *table, size_t n_users, size_t pass,
	int64_t *ret)
{
	for (size_t user = 0; user < n_users; user++) {
		int64_t times[REVIEW_PASSES];
		size_t n = list_times(table, user, times);

		ret[user] = n == 0 ? INT64_MIN :
			pass < n   ? times[pass] :
				     times[n - 1];
	}
}

static void
print_until(const struct reading *reading, const struct register_time *until,
	char buf[TIME_TEXT_MAX])
{
	if (until->form == REGISTER_MOMENT) {
		(void)time_print(buf, until->value,
			reading_offset(reading, until->value));
		return;
	}
	(void)time_print(buf, until->value * DAY_SECONDS * 1000, 0);
	buf[strlen("2024-03-31")] = '\0';
}

/* Good enough to tell which review goes further. */
static int64_t
end_of(const struct register_time *until)
{
	return until->form == REGISTER_MOMENT ?
		until->value :
		(until->value + 1) * DAY_SECONDS * 1000;
}

/* The latest review of one signal. */
static const struct review *
latest_of(const struct reading *reading, uint32_t user, uint32_t bit)
{
	const struct registry *registry = reading->registry;
	const struct review *last = NULL;
	uint32_t number;

	for (size_t i = 0; i < registry->n_reviews; i++) {
		const struct review *review = &registry->reviews[i];

		if ((bits_of(review->signal) & bit) &&
			user_of(reading, review, &number) && number == user &&
			(last == NULL ||
				end_of(&last->until) <= end_of(&review->until)))
			last = review;
	}
	return last;
}

bool
review_latest(const struct reading *reading, uint32_t user, uint32_t bits,
	struct review_shown *ret)
{
	const struct review *first = NULL;

	*ret = (struct review_shown){ 0 };
	for (size_t s = 0; s < SIGNAL_N; s++) {
		const struct review *review;

		if (!(bits & 1u << s))
			continue;
		review = latest_of(reading, user, 1u << s);
		if (first == NULL)
			first = review;
		if (review != NULL && review == first)
			ret->bits |= 1u << s;
	}
	if (first == NULL)
		return false;
	print_until(reading, &first->until, ret->until);
	ret->by = first->by;
	ret->why = first->why;
	return true;
}

void
review_print(const struct review_shown *shown, char *buf, size_t size)
{
	(void)snprintf(buf, size, "%s%.*s%suntil %s%s%.*s%s",
		shown->by.len > 0 ? "by " : "",
		(int)(shown->by.len < TEXT_SHOWN ? shown->by.len : TEXT_SHOWN),
		shown->by.len > 0 ? shown->by.at : "",
		shown->by.len > 0 ? " " : "", shown->until,
		shown->why.len > 0 ? " (" : "",
		(int)(shown->why.len < TEXT_SHOWN ? shown->why.len :
						    TEXT_SHOWN),
		shown->why.len > 0 ? shown->why.at : "",
		shown->why.len > 0 ? ")" : "");
}
