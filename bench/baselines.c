/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rankings that quis has to beat, from plain CSV files of portal-sim.
 *
 * Prints `user,lookups,z`: the number of lookups, and the robust z (median,
 * MAD) of the lookups per active day within the user's last unit.  Files must
 * come in order of time; a file's columns are those portal-sim writes.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_LEN = 63, TABLE = 1 << 21, DAY_LEN = 10 };

struct user {
	char name[NAME_MAX_LEN + 1];
	char unit[NAME_MAX_LEN + 1];
	char day[DAY_LEN + 1];
	uint64_t lookups;
	uint64_t days;
	double rate;
	double z;
};

static struct user *table[TABLE];
static struct user **users;
static size_t n_users;

static void *
must(void *memory)
{
	if (!memory) {
		fputs("baselines: out of memory\n", stderr);
		exit(1);
	}
	return memory;
}

static struct user *
find_user(const char *name, size_t len)
{
	uint64_t hash = 14695981039346656037u;
	size_t at;

	if (len > NAME_MAX_LEN)
		len = NAME_MAX_LEN;
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)name[i]) * 1099511628211u;
	for (at = hash % TABLE; table[at]; at = (at + 1) % TABLE) {
		if (strncmp(table[at]->name, name, len) == 0 &&
			table[at]->name[len] == '\0')
			return table[at];
	}
	if (n_users == TABLE / 2) {
		fputs("baselines: too many users\n", stderr);
		exit(1);
	}
	table[at] = must(calloc(1, sizeof **users));
	memcpy(table[at]->name, name, len);
	if ((n_users & (n_users - 1)) == 0)
		users = must(reallocarray(users, n_users ? 2 * n_users : 1,
			sizeof *users));
	users[n_users++] = table[at];
	return table[at];
}

static void
read_line(const char *line)
{
	const char *name = strchr(line, ','), *unit, *end;
	struct user *user;
	size_t len;

	unit = name ? strchr(name + 1, ',') : NULL;
	end = unit ? strchr(unit + 1, ',') : NULL;
	if (!end || name - line < DAY_LEN || *line < '0' || *line > '9')
		return;
	user = find_user(name + 1, (size_t)(unit - name - 1));
	user->lookups++;
	if (memcmp(user->day, line, DAY_LEN) != 0) {
		memcpy(user->day, line, DAY_LEN);
		user->days++;
	}
	len = (size_t)(end - unit - 1);
	if (len > NAME_MAX_LEN)
		len = NAME_MAX_LEN;
	memcpy(user->unit, unit + 1, len);
	user->unit[len] = '\0';
}

static int
by_unit_and_rate(const void *a, const void *b)
{
	const struct user *x = *(struct user *const *)a;
	const struct user *y = *(struct user *const *)b;
	int order = strcmp(x->unit, y->unit);

	if (order != 0)
		return order;
	return (x->rate > y->rate) - (x->rate < y->rate);
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
middle(const double *sorted, size_t n)
{
	return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
}

/* The n users from first on are one unit's, in order of rate. */
static void
score_unit(struct user **first, size_t n)
{
	double *values = must(reallocarray(NULL, n, sizeof *values));
	double median, spread;

	for (size_t i = 0; i < n; i++)
		values[i] = first[i]->rate;
	median = middle(values, n);
	for (size_t i = 0; i < n; i++)
		values[i] = fabs(first[i]->rate - median);
	qsort(values, n, sizeof *values, by_value);
	/* 1.4826 makes the MAD of a normal sample its standard deviation. */
	spread = 1.4826 * middle(values, n);
	for (size_t i = 0; i < n; i++)
		first[i]->z = (first[i]->rate - median) /
			(spread > 0 ? spread : 1);
	free(values);
}

int
main(int argc, char **argv)
{
	static char line[4096];

	if (argc < 2) {
		fputs("usage: baselines FILE...\n", stderr);
		return 2;
	}
	for (int i = 1; i < argc; i++) {
		FILE *file = fopen(argv[i], "r");

		if (!file) {
			fprintf(stderr, "baselines: cannot read %s\n", argv[i]);
			return 1;
		}
		while (fgets(line, sizeof line, file))
			read_line(line);
		fclose(file);
	}
	if (n_users == 0)
		return 0;
	for (size_t i = 0; i < n_users; i++)
		users[i]->rate = (double)users[i]->lookups /
			(double)users[i]->days;
	qsort(users, n_users, sizeof *users, by_unit_and_rate);
	for (size_t from = 0, to; from < n_users; from = to) {
		for (to = from + 1; to < n_users &&
			strcmp(users[to]->unit, users[from]->unit) == 0; to++)
			;
		score_unit(users + from, to - from);
	}
	puts("user,lookups,z");
	for (size_t i = 0; i < n_users; i++)
		printf("%s,%llu,%.6f\n", users[i]->name,
			(unsigned long long)users[i]->lookups, users[i]->z);
	return 0;
}
