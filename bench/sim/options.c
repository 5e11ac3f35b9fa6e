/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include "dates.h"
#include "forms.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const misuse_names[MISUSE_KINDS] = { "bulk", "slow", "sequence",
	"fixation", "takeover", "washing", "foreign", "collusion", "alder",
	"birch", "cedar" };

enum type { COUNT, REAL, TEXT, FLAG, DATE, KIND_LIST, SPREAD, FORMAT, HARD };

struct row {
	const char *name;
	const char *argument;
	enum type type;
	size_t offset;
	double low, high;
	const char *help;
};

#define AT(field) offsetof(struct options, field)

static const struct row rows[] = {
	{ "out", "DIR", TEXT, AT(out), 0, 0,
		"directory to create: log/, truth.csv, registers/" },
	{ "seed", "N", COUNT, AT(seed), 0, 9e15, "which portal (1)" },
	{ "users", "N", COUNT, AT(users), 3, 1e6, "accounts (1480)" },
	{ "units", "N", COUNT, AT(units), 1, 2000, "units (44)" },
	{ "days", "N", COUNT, AT(days), 1, 3000, "days (90)" },
	{ "lookups", "N", COUNT, AT(lookups), 0, 2e9,
		"about so many honest lookups (8.26 a user and day)" },
	{ "strength", "X", REAL, AT(strength), 0, 10,
		"of misuse: 1 full, 0.5, 0.25; 0 none (1)" },
	{ "misusers", "N", COUNT, AT(misusers), 0, 1e5, "how many (18)" },
	{ "kinds", "LIST", KIND_LIST, AT(kinds), 0, 0,
		"kinds of misuse, separated by commas (the usual)" },
	{ "mixed", "X", REAL, AT(mixed), 0, 1,
		"share of misusers who misuse in two ways (0.25)" },
	{ "one-file", NULL, FLAG, AT(one_file), 0, 0,
		"one access.csv, not one file a day" },
	{ "gzip", "LEVEL", COUNT, AT(gzip), 0, 9, "compress; 0 is plain (0)" },
	{ "heterogeneity", "NAME", SPREAD, AT(gamma), 0, 0,
		"of volume between users: lognormal or gamma" },
	{ "sigma", "X", REAL, AT(sigma), 0, 3, "its spread (0.6)" },
	{ "careless", "X", REAL, AT(careless), 0, 1,
		"share of officers who rarely type the case (0.06)" },
	{ "loose", "X", REAL, AT(loose), 0, 5,
		"spread of habits between officers, 1 is usual (1)" },
	{ "joint", "X", REAL, AT(joint), 0, 5,
		"joint operations for each unit (0.15)" },
	{ "shared", "X", REAL, AT(shared), 0, 1,
		"share of units behind a building's address (0.2)" },
	{ "local", "X", REAL, AT(local), 0, 1,
		"share of sold subjects from the own area (0.3)" },
	{ "hard", NULL, HARD, 0, 0, 0,
		"joint 0.5, shared 0.6, local 0.85, careless 0.12" },
	{ "start", "DATE", DATE, AT(start), 0, 0, "first day (2024-01-01)" },
	{ "threads", "N", COUNT, AT(threads), 1, 64,
		"that format and compress (2)" },
	{ "no-registers", NULL, FLAG, AT(no_registers), 0, 0,
		"write no registers/" },
	{ "format", "NAME", FORMAT, AT(form), 0, 0,
		"of the log: csv, jsonl, logfmt, combined, w3c (csv)" },
	{ "demo", NULL, FLAG, AT(demo), 0, 0,
		"the demonstration export: ten units, two sellers" },
	{ "help", NULL, FLAG, AT(help), 0, 0, "print this" },
};

void
options_help(void)
{
	char left[40];

	puts("usage: portal-sim --out DIR [OPTION]...\n"
	     "Simulate a portal's access log with planted misuse.\n");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		snprintf(left, sizeof left, "--%s %s", rows[i].name,
			rows[i].argument ? rows[i].argument : "");
		printf("  %-22s %s\n", left, rows[i].help);
	}
	printf("\nkinds of misuse, the usual:");
	for (size_t i = 0; i < MISUSE_USUAL; i++)
		printf(" %s", misuse_names[i]);
	printf("\nand those to test with alone:");
	for (size_t i = MISUSE_USUAL; i < MISUSE_KINDS; i++)
		printf(" %s", misuse_names[i]);
	putchar('\n');
}

static int
parse_number(const char *text, const struct row *row, double *ret_value)
{
	char *end;
	double value;

	errno = 0;
	value = strtod(text, &end);
	if (end == text || *end != '\0' || errno != 0 ||
		!(value >= row->low && value <= row->high))
		return -1;
	if (row->type == COUNT && value != (double)(uint64_t)value)
		return -1;
	*ret_value = value;
	return 0;
}

static int
parse_kinds(const char *text, unsigned *ret_kinds)
{
	unsigned kinds = 0;

	while (*text != '\0') {
		size_t len = strcspn(text, ",");
		unsigned i = 0;

		while (i < MISUSE_KINDS &&
			(strlen(misuse_names[i]) != len ||
				memcmp(misuse_names[i], text, len) != 0))
			i++;
		if (i == MISUSE_KINDS)
			return -1;
		kinds |= 1u << i;
		text += len;
		text += *text == ',';
	}
	if (kinds == 0)
		return -1;
	*ret_kinds = kinds;
	return 0;
}

static int
parse_value(struct options *options, const struct row *row, const char *text)
{
	void *field = (char *)options + row->offset;
	double value;

	switch (row->type) {
	case COUNT:
		if (parse_number(text, row, &value) != 0)
			return -1;
		*(uint64_t *)field = (uint64_t)value;
		return 0;
	case REAL:
		if (parse_number(text, row, &value) != 0)
			return -1;
		*(double *)field = value;
		return 0;
	case TEXT:
		*(const char **)field = text;
		return *text == '\0' ? -1 : 0;
	case DATE:
		return date_parse(text, field);
	case KIND_LIST:
		return parse_kinds(text, field);
	case SPREAD:
		*(bool *)field = strcmp(text, "gamma") == 0;
		if (*(bool *)field || strcmp(text, "lognormal") == 0)
			return 0;
		return -1;
	case FORMAT:
		*(const struct log_form **)field = log_form_find(text);
		return *(const struct log_form **)field != NULL ? 0 : -1;
	default:
		return -1;
	}
}

static void
set_defaults(struct options *options, bool demo)
{
	*options = (struct options){
		.seed = 1,
		.users = 1480,
		.units = 44,
		.days = 90,
		.misusers = 18,
		.threads = 2,
		.strength = 1,
		.sigma = 0.6,
		.careless = 0.06,
		.loose = 1,
		.joint = 0.15,
		.shared = 0.2,
		.local = 0.3,
		.mixed = 0.25,
		.kinds = (1u << MISUSE_USUAL) - 1,
	};
	options->form = log_form_find("csv");
	date_parse("2024-01-01", &options->start);
	if (demo) {
		options->users = 200;
		options->units = 10;
		options->days = 28;
		options->lookups = 122000;
		options->sigma = 0.45;
		options->gzip = 9;
		options->misusers = 2;
		options->kinds = 1u << MISUSE_BULK;
		options->local = 0.15;
		date_parse("2024-03-31", &options->start);
	}
}

static void
set_flag(struct options *options, const struct row *row)
{
	if (row->type == FLAG) {
		*(bool *)((char *)options + row->offset) = true;
		return;
	}
	options->joint = 0.5;
	options->shared = 0.6;
	options->local = 0.85;
	options->careless = 0.12;
}

static const struct row *
row_find(const char *argument)
{
	size_t len;

	if (strncmp(argument, "--", 2) != 0)
		return NULL;
	argument += 2;
	len = strcspn(argument, "=");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (strlen(rows[i].name) == len &&
			memcmp(rows[i].name, argument, len) == 0)
			return &rows[i];
	}
	return NULL;
}

static int
complain(const char *what, const char *argument)
{
	fprintf(stderr, "portal-sim: %s: %s\n", what, argument);
	return -1;
}

int
options_parse(struct options *options, int argc, char **argv)
{
	bool demo = false;

	for (int i = 1; i < argc; i++)
		demo |= strcmp(argv[i], "--demo") == 0;
	set_defaults(options, demo);
	for (int i = 1; i < argc; i++) {
		const struct row *row = row_find(argv[i]);
		const char *value = strchr(argv[i], '=');

		if (!row)
			return complain("unknown option", argv[i]);
		if (!row->argument) {
			if (value)
				return complain("takes no value", argv[i]);
			set_flag(options, row);
			continue;
		}
		if (!value && i + 1 == argc)
			return complain("a value is missing after", argv[i]);
		value = value ? value + 1 : argv[++i];
		if (parse_value(options, row, value) != 0) {
			fprintf(stderr, "portal-sim: --%s does not take %s\n",
				row->name, value);
			return -1;
		}
	}
	if (options->help)
		return 0;
	if (!options->out)
		return complain("an option is missing", "--out DIR");
	if (options->users < 3 * options->units)
		return complain("too few users", "a unit has three at least");
	return 0;
}
