/* SPDX-License-Identifier: Apache-2.0 */
/* quis show: a user's lookups by day, or by week, and by hour. */
#include "cli/show.h"
#include "format/calendar.h"

enum {
	DAYS_MOST = 62,     /* longer spans are told by week */
	EMPTY_MOST = 366,   /* of still longer ones, only what holds lookups */
	BAR_MOST = 30,
	HOURS = 24,
	HOUR_SECONDS = 3600,
	MONDAY = 3,         /* 1970-01-01 was a Thursday */
};

enum { DAY_DATE, DAY_DAYS, DAY_LOOKUPS, DAY_LONE, DAY_NO_CASE, DAY_BAR,
	DAY_N };

static const struct column day_columns[DAY_N] = {
	{ "date", NULL, PLACE_COLUMN },
	{ "days", NULL, PLACE_HIDDEN },
	{ "lookups", NULL, PLACE_COLUMN },
	{ "lone", NULL, PLACE_COLUMN },
	{ "no_case", "no case", PLACE_COLUMN },
	{ "bar", "", PLACE_DRAWN },
};

enum { HOUR_HOUR, HOUR_LOOKUPS, HOUR_BAR, HOUR_N };

static const struct column hour_columns[HOUR_N] = {
	{ "hour", NULL, PLACE_COLUMN },
	{ "lookups", NULL, PLACE_COLUMN },
	{ "bar", "", PLACE_DRAWN },
};

struct period {
	uint64_t lookups, lone, no_case;
};

static struct cell
bar_cell(uint64_t count, uint64_t most)
{
	static const char bar[BAR_MOST + 1] = "##############################";
	size_t len = most == 0 ? 0 :
				 (size_t)((double)count * BAR_MOST /
					 (double)most + 0.5);

	/* what is there is seen */
	if (count > 0 && len == 0)
		len = 1;
	return cell_text((struct slice){ bar, len });
}

static struct period *
count_periods(const struct tally *tally, const struct window *window,
	int32_t first, int32_t length, size_t n)
{
	struct period *periods = memory_array(n, sizeof(*periods));

	for (size_t i = 0; periods != NULL && i < tally->n_rows; i++) {
		const struct row *row = &tally->rows[i];
		struct period *period;

		if (!(row_marks(row) & MARK_JUDGED))
			continue;
		period = &periods[(window_day(window, row_ms(row)) - first) /
			length];
		period->lookups++;
		period->lone += (row_marks(row) & MARK_LONE) != 0;
		period->no_case += row->caseref == 0;
	}
	return periods;
}

static int
put_period(struct inquiry *inquiry, struct table *table,
	const struct period *period, int32_t day, int32_t length, uint64_t most,
	struct fault *fault)
{
	int64_t year;
	unsigned month, of_month;
	const char *date;
	struct cell *cells;

	calendar_civil(day, &year, &month, &of_month);
	date = report_print(&inquiry->report, fault, "%04lld-%02u-%02u",
		(long long)year, month, of_month);
	if (date == NULL || table_append(table, &cells, fault) != 0)
		return -1;
	cells[DAY_DATE] = cell_text(slice_of(date));
	cells[DAY_DAYS] = cell_count((uint64_t)length);
	cells[DAY_LOOKUPS] = cell_count(period->lookups);
	cells[DAY_LONE] = cell_count(period->lone);
	if (inquiry->reading.book->given[FIELD_CASE])
		cells[DAY_NO_CASE] = cell_count(period->no_case);
	cells[DAY_BAR] = bar_cell(period->lookups, most);
	return 0;
}

/* From the first day to the last, those without a lookup too. */
static int
put_days(struct inquiry *inquiry, const struct user_tally *user,
	struct table *table, struct fault *fault)
{
	int32_t first = window_day(&inquiry->window, user->first_ms);
	int32_t last = window_day(&inquiry->window, user->last_ms);
	int32_t length = 1;
	struct period *periods;
	uint64_t most = 0;
	size_t n;
	int result = 0;

	if (last - first >= DAYS_MOST) {
		length = WEEK_DAYS;
		first -= (first + MONDAY) % WEEK_DAYS;
	}
	n = (size_t)((last - first) / length) + 1;
	periods = count_periods(&inquiry->tally, &inquiry->window, first,
		length, n);
	if (periods == NULL)
		return fault_memory(fault);
	for (size_t i = 0; i < n; i++)
		most = periods[i].lookups > most ? periods[i].lookups : most;
	for (size_t i = 0; i < n && result == 0; i++) {
		if (periods[i].lookups > 0 || n <= EMPTY_MOST)
			result = put_period(inquiry, table, &periods[i],
				first + (int32_t)i * length, length, most,
				fault);
	}
	free(periods);
	return result;
}

static int
put_hours(struct inquiry *inquiry, struct table *table, struct fault *fault)
{
	static const char names[HOURS][3] = { "00", "01", "02", "03", "04",
		"05", "06", "07", "08", "09", "10", "11", "12", "13", "14",
		"15", "16", "17", "18", "19", "20", "21", "22", "23" };
	const struct tally *tally = &inquiry->tally;
	uint64_t hours[HOURS] = { 0 }, most = 0;

	for (size_t i = 0; i < tally->n_rows; i++) {
		int64_t ms = row_ms(&tally->rows[i]);
		int64_t local = ms / 1000 +
			reading_offset(&inquiry->reading, ms);

		if (!(row_marks(&tally->rows[i]) & MARK_JUDGED))
			continue;
		/* a zone may reach back to before 1970 */
		local = (local % DAY_SECONDS + DAY_SECONDS) % DAY_SECONDS;
		hours[local / HOUR_SECONDS]++;
	}
	for (size_t h = 0; h < HOURS; h++)
		most = hours[h] > most ? hours[h] : most;
	for (size_t h = 0; h < HOURS; h++) {
		struct cell *cells;

		if (table_append(table, &cells, fault) != 0)
			return -1;
		cells[HOUR_HOUR] = cell_text(slice_of(names[h]));
		cells[HOUR_LOOKUPS] = cell_count(hours[h]);
		cells[HOUR_BAR] = bar_cell(hours[h], most);
	}
	return 0;
}

int
show_activity(struct show *show, struct fault *fault)
{
	struct inquiry *inquiry = &show->inquiry;
	const struct user_tally *user = &inquiry->tally.users[show->user];
	struct report *report = &inquiry->report;
	int32_t days = window_day(&inquiry->window, user->last_ms) -
		window_day(&inquiry->window, user->first_ms);
	struct table *table;

	if (report_section(report, "days", days < DAYS_MOST ? "Lookups by day" :
		    "Lookups by week, from the Monday named", day_columns,
		    DAY_N, &table, fault) != 0)
		return -1;
	if (user->lookups > 0 && put_days(inquiry, user, table, fault) != 0)
		return -1;
	if (report_section(report, "hours", "Lookups by hour of the day",
		    hour_columns, HOUR_N, &table, fault) != 0)
		return -1;
	return user->lookups > 0 ? put_hours(inquiry, table, fault) : 0;
}
