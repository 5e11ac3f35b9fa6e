/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A profile describes a kind of log in a small text file, which
 * quis-profile(5) explains: one NAME = VALUE a line, as base/config.h reads
 * them. All of it is checked and compiled when it is read, so that what is
 * wrong is told with its line.
 */
#ifndef QUIS_FORMAT_PROFILE_H
#define QUIS_FORMAT_PROFILE_H

#include "base/base.h"
#include "base/config.h"
#include "format/parser.h"

enum { PROFILE_TIME_FORMATS = 16 };

/* Zero is one that says nothing. */
struct profile {
	const char *about;  /* one line; NULL: none */
	const char *format; /* "csv", "jsonl" …; NULL: found by looking */
	char separator;     /* of a table; 0: likewise */
	const char *split;  /* see format_options; NULL: none */
	const struct time_format *time_formats[PROFILE_TIME_FORMATS];
	size_t n_time_formats;
	struct column_map map;
	/* These are the profile's, but may be taken and set to NULL. */
	struct pattern *pattern;
	struct zone *zone;
	struct rewrites *rewrites;
	struct rules *rules;
	struct config config; /* owns the texts */
};

/* Read a file, or a text of which nothing is kept; path, of a text or a name
 * of it for messages, must live as long. FAULT_USAGE with the line if it is no
 * profile. profile_free() it in any case. */
int profile_read(struct profile *profile, const char *path,
	struct fault *fault);
int profile_parse(struct profile *profile, const char *path,
	struct slice text, struct fault *fault);
void profile_free(struct profile *profile);

/* Read logs as the profile says: all of *ret but what it does not say, which
 * stays. The profile's are borrowed. */
void profile_apply(const struct profile *profile, struct format_options *ret);

/* Profiles that come with the program, by name; made of profiles/ when it is
 * built. */
struct shipped_profile {
	const char *name;
	struct slice text;
};
extern const struct shipped_profile shipped_profiles[];
extern const size_t shipped_profiles_n;

#endif
