/* SPDX-License-Identifier: Apache-2.0 */
/* What the simulator was asked for. */
#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The ways of misuse; the order is that in which misusers are planted.  Those
 * from MISUSE_USUAL on are a hold-out: nobody tunes on them, --kinds asks for
 * them by name, and what they do stands in misuse-more.c alone.
 */
enum misuse_kind {
	MISUSE_BULK,
	MISUSE_SLOW,
	MISUSE_SEQUENCE,
	MISUSE_FIXATION,
	MISUSE_TAKEOVER,
	MISUSE_WASHING,
	MISUSE_FOREIGN,
	MISUSE_COLLUSION,
	MISUSE_USUAL,
	MISUSE_ALDER = MISUSE_USUAL,
	MISUSE_BIRCH,
	MISUSE_CEDAR,
	MISUSE_KINDS
};

extern const char *const misuse_names[MISUSE_KINDS];

struct options {
	const char *out;
	const struct log_form *form; /* of the log */
	uint64_t seed;
	uint64_t users;
	uint64_t units;
	uint64_t days;
	uint64_t lookups; /* 0: by users and days */
	uint64_t misusers;
	uint64_t gzip; /* level, 0: plain */
	uint64_t threads; /* that sort, format and compress */
	double strength; /* of misuse; 0: nobody misuses */
	double sigma; /* spread of volume between users, log scale */
	double careless; /* share of officers who rarely type the case */
	double loose; /* spread of habits on the logit scale, 1 = usual */
	double joint; /* joint operations for each unit */
	double shared; /* share of units behind a building's address */
	double local; /* share of sold subjects from the own area */
	double mixed; /* share of misusers who misuse in two ways */
	int64_t start; /* first day, in days since 1970-01-01 */
	unsigned kinds; /* bit set of enum misuse_kind */
	bool gamma; /* volumes are gamma, not lognormal */
	bool one_file;
	bool no_registers;
	bool demo;
	bool help;
};

/*
 * Fill options from the command line.  Returns 0, or -1 after a sentence on
 * standard error.
 */
int options_parse(struct options *options, int argc, char **argv);
void options_help(void);

#endif
