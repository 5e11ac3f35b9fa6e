/* SPDX-License-Identifier: Apache-2.0 */
#include "format/profile.h"

#include "format/subject.h"

static const struct config_kind kind = { "--profile", "profile",
	"format = csv" };

/* What can be told only once all lines are read. */
struct reading {
	struct profile *profile;
	const char *pattern; /* NULL: none */
	uint64_t pattern_line, format_line, separator_line, map_line;
	bool pattern_format;
	unsigned seen; /* bits of keys */
};

/* One line: NAME ARGUMENT = VALUE. */
struct entry {
	const char *argument; /* "" for none */
	const char *value;
	uint64_t line;
};

typedef int (*set_key)(struct reading *reading, const struct entry *entry,
	struct fault *fault);

static int
set_about(struct reading *reading, const struct entry *entry,
	struct fault *fault)
{
	(void)fault;
	reading->profile->about = entry->value;
	return 0;
}

static int
set_format(struct reading *reading, const struct entry *entry,
	struct fault *fault)
{
	static const char *const formats[] = { "auto", "csv", "tsv", "jsonl",
		"json", "logfmt", "combined", "w3c", "pattern" };
	size_t i = 0;

	while (i < ARRAY_LEN(formats) && strcmp(formats[i], entry->value) != 0)
		i++;
	if (i == ARRAY_LEN(formats))
		return fault_set(fault, FAULT_USAGE,
			"format '%.64s' is none of auto, csv, tsv, jsonl, "
			"json, logfmt, combined, w3c, pattern",
			entry->value);
	reading->format_line = entry->line;
	reading->pattern_format = strcmp(entry->value, "pattern") == 0;
	if (strcmp(entry->value, "tsv") == 0)
		reading->profile->separator = '\t';
	if (strcmp(entry->value, "auto") != 0)
		reading->profile->format = entry->value;
	return 0;
}

static int
set_separator(struct reading *reading, const struct entry *entry,
	struct fault *fault)
{
	static const struct {
		const char *name;
		char separator;
	} names[] = { { ",", ',' }, { ";", ';' }, { "|", '|' },
		{ "tab", '\t' } };

	reading->separator_line = entry->line;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (strcmp(names[i].name, entry->value) != 0)
			continue;
		reading->profile->separator = names[i].separator;
		return 0;
	}
	return fault_set(fault, FAULT_USAGE,
		"separator '%.64s' is none of , ; | tab", entry->value);
}

static int
set_pattern(struct reading *reading, const struct entry *entry,
	struct fault *fault)
{
	(void)fault;
	reading->pattern = entry->value;
	reading->pattern_line = entry->line;
	return 0;
}

/* ARGUMENT=VALUE, as options have it. */
static const char *
join(struct reading *reading, const struct entry *entry, struct fault *fault)
{
	size_t argument = strlen(entry->argument);
	size_t value = strlen(entry->value);
	char *text = arena_alloc(&reading->profile->config.arena,
		argument + 1 + value + 1);

	if (text == NULL) {
		fault_memory(fault);
		return NULL;
	}
	memcpy(text, entry->argument, argument);
	text[argument] = '=';
	memcpy(text + argument + 1, entry->value, value + 1);
	return text;
}

static int
set_map(struct reading *reading, const struct entry *entry,
	struct fault *fault)
{
	const char *text = join(reading, entry, fault);
	struct column_map *map = &reading->profile->map;
	enum field field;

	if (text == NULL)
		return -1;
	reading->map_line = entry->line;
	if (field_of_name(slice_of(entry->argument), &field) &&
		map->of[field] != NULL)
		return fault_set(fault, FAULT_USAGE,
			"the column of the %s is given twice; take %s may "
			"stand several times",
			entry->argument, entry->argument);
	return column_map_add(map, text, fault);
}

static int
set_rewrite(struct reading *reading, const struct entry *entry,
	struct fault *fault)
{
	const char *text = join(reading, entry, fault);

	if (text == NULL)
		return -1;
	return rewrites_add(&reading->profile->rewrites, text, fault);
}

static int
set_time_format(struct reading *reading, const struct entry *entry,
	struct fault *fault)
{
	struct profile *profile = reading->profile;
	struct time_format *format;

	if (profile->n_time_formats == PROFILE_TIME_FORMATS)
		return fault_set(fault, FAULT_USAGE,
			"is one of more than %d time-formats",
			(int)PROFILE_TIME_FORMATS);
	if (time_format_open(&format, entry->value, fault) != 0)
		return -1;
	profile->time_formats[profile->n_time_formats++] = format;
	return 0;
}

static int
set_timezone(struct reading *reading, const struct entry *entry,
	struct fault *fault)
{
	return zone_open(&reading->profile->zone, entry->value, fault);
}

static int
set_split(struct reading *reading, const struct entry *entry,
	struct fault *fault)
{
	reading->profile->split = entry->value;
	return subject_split_check(entry->value, fault);
}

static int
set_constant(struct reading *reading, const struct entry *entry,
	struct fault *fault)
{
	return rules_add_constant(&reading->profile->rules, entry->argument,
		entry->value, fault);
}

static int
set_take(struct reading *reading, const struct entry *entry,
	struct fault *fault)
{
	return rules_add_take(&reading->profile->rules, entry->argument,
		entry->value, fault);
}

/* The ! of != stands before the =, and so behind the column. */
static int
set_lookup(struct reading *reading, const struct entry *entry,
	struct fault *fault)
{
	struct slice column = slice_of(entry->argument);
	bool wanted = column.len == 0 || column.at[column.len - 1] != '!';
	char *name;

	column = slice_trim((struct slice){ column.at,
		column.len - !wanted });
	name = arena_copy(&reading->profile->config.arena, column);
	if (name == NULL)
		return fault_memory(fault);
	return rules_add_lookup(&reading->profile->rules, name, wanted,
		entry->value, fault);
}

static int
set_unmatched(struct reading *reading, const struct entry *entry,
	struct fault *fault)
{
	if (strcmp(entry->value, "reject") == 0)
		return 0;
	if (strcmp(entry->value, "skip") == 0)
		return rules_skip_unmatched(&reading->profile->rules, fault);
	return fault_set(fault, FAULT_USAGE,
		"unmatched '%.64s' is none of skip, reject", entry->value);
}

static const struct key {
	const char *name;
	const char *argument; /* that its line has, or NULL */
	bool once;
	set_key set;
	const char *example;
} keys[] = {
	{ "about", NULL, true, set_about, "about = queries of the portal" },
	{ "constant", "FIELD", false, set_constant,
		"constant kind = identity" },
	{ "format", NULL, true, set_format, "format = csv" },
	{ "lookup", "COLUMN", false, set_lookup, "lookup event = /^search$/" },
	{ "map", "FIELD", false, set_map, "map user = login" },
	{ "pattern", NULL, true, set_pattern,
		"pattern = ^(?<time>\\S+) (?<user>\\S+) (?<subject>\\S+)" },
	{ "rewrite", "FIELD", false, set_rewrite,
		"rewrite subject = /^[+]88//" },
	{ "separator", NULL, true, set_separator, "separator = ;" },
	{ "split", NULL, true, set_split, "split = ;" },
	{ "take", "FIELD", false, set_take, "take subject = url /nid=(\\d+)/" },
	{ "time-format", NULL, false, set_time_format,
		"time-format = %d/%m/%Y %H:%M:%S" },
	{ "timezone", NULL, true, set_timezone, "timezone = Asia/Dhaka" },
	{ "unmatched", NULL, true, set_unmatched, "unmatched = skip" },
};

static int
fault_key(struct slice name, struct fault *fault)
{
	char list[256];
	size_t len = 0;

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		len += (size_t)snprintf(list + len, sizeof(list) - len,
			"%s%s", i > 0 ? ", " : "", keys[i].name);
	return fault_set(fault, FAULT_USAGE,
		"'%.*s' is nothing a profile says; it may say %s",
		(int)(name.len < 64 ? name.len : 64), name.at, list);
}

static int
read_entry(struct reading *reading, const struct config_entry *line,
	struct fault *fault)
{
	size_t len = strcspn(line->name, " \t");
	struct slice name = { line->name, len };
	struct entry entry = { line->name + len, line->value, line->line };
	const struct key *key = NULL;

	entry.argument += strspn(entry.argument, " \t");
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (slice_is(name, keys[i].name))
			key = &keys[i];
	}
	if (key == NULL)
		return fault_key(name, fault);
	if (key->argument == NULL && entry.argument[0] != '\0')
		return fault_set(fault, FAULT_USAGE,
			"'%.64s' stands between %s and its =, as in %s",
			entry.argument, key->name, key->example);
	if (key->argument != NULL && entry.argument[0] == '\0')
		return fault_set(fault, FAULT_USAGE,
			"%s lacks its %s, as in %s", key->name, key->argument,
			key->example);
	if (entry.value == NULL || entry.value[0] == '\0')
		return fault_set(fault, FAULT_USAGE,
			"%s needs a value, as in %s", key->name, key->example);
	if (key->once && reading->seen & 1u << (key - keys))
		return fault_set(fault, FAULT_USAGE, "%s is given twice",
			key->name);
	reading->seen |= 1u << (key - keys);
	if (!slice_is_text(slice_of(entry.value)))
		return fault_set(fault, FAULT_USAGE,
			"%s holds a control character", key->name);
	return key->set(reading, &entry, fault);
}

/* What lines say must go together; the line that does not is *ret_line. */
static int
check_whole(const struct reading *reading, uint64_t *ret_line,
	struct fault *fault)
{
	const char *format = reading->profile->format;

	*ret_line = reading->format_line;
	if (reading->pattern_format && reading->pattern == NULL)
		return fault_set(fault, FAULT_USAGE,
			"format = pattern needs a line pattern = REGEX");
	if (reading->pattern != NULL && format != NULL &&
		!reading->pattern_format)
		return fault_set(fault, FAULT_USAGE,
			"format = %s does not go with a pattern, which is a "
			"format by itself",
			format);
	*ret_line = reading->map_line;
	if (reading->pattern != NULL && reading->map_line != 0)
		return fault_set(fault, FAULT_USAGE,
			"map does not go with a pattern, whose named groups "
			"are the fields");
	*ret_line = reading->separator_line;
	if (reading->separator_line != 0 &&
		((format != NULL && strcmp(format, "csv") != 0) ||
			reading->pattern != NULL))
		return fault_set(fault, FAULT_USAGE,
			"separator goes with format = csv alone");
	return 0;
}

/* The pattern comes last, as it must know what the rules read. */
static int
read_entries(struct profile *profile, struct fault *fault)
{
	struct reading reading = { .profile = profile };
	const struct config *config = &profile->config;
	uint64_t line = 0;

	for (size_t i = 0; i < config->n; i++) {
		line = config->entries[i].line;
		if (read_entry(&reading, &config->entries[i], fault) != 0)
			goto out;
	}
	if (check_whole(&reading, &line, fault) != 0)
		goto out;
	line = reading.pattern_line;
	if (reading.pattern == NULL ||
		pattern_open(&profile->pattern, reading.pattern,
			profile->rules, fault) == 0)
		return 0;
out:
	return fault_place(fault, config->path, line, 0);
}

int
profile_parse(struct profile *profile, const char *path, struct slice text,
	struct fault *fault)
{
	*profile = (struct profile){ 0 };
	if (config_parse(&profile->config, &kind, path, text, fault) != 0)
		return -1;
	return read_entries(profile, fault);
}

int
profile_read(struct profile *profile, const char *path, struct fault *fault)
{
	*profile = (struct profile){ 0 };
	if (config_read(&profile->config, &kind, path, fault) != 0)
		return -1;
	return read_entries(profile, fault);
}

void
profile_apply(const struct profile *profile, struct format_options *ret)
{
	ret->map = profile->map;
	for (size_t f = 0; f < FIELD_N; f++)
		ret->map.ruled[f] = rules_take(profile->rules, (enum field)f);
	ret->rules = profile->rules;
	ret->also = rules_columns(profile->rules, &ret->n_also);
	ret->format = profile->format;
	ret->separator = profile->separator;
	ret->time_formats = profile->time_formats;
	ret->n_time_formats = profile->n_time_formats;
	ret->pattern = profile->pattern;
	ret->rewrites = profile->rewrites;
	if (profile->split != NULL)
		ret->split = profile->split;
	if (profile->zone != NULL)
		ret->zone = profile->zone;
}

void
profile_free(struct profile *profile)
{
	pattern_free(profile->pattern);
	zone_free(profile->zone);
	rewrites_free(profile->rewrites);
	rules_free(profile->rules);
	for (size_t i = 0; i < profile->n_time_formats; i++)
		time_format_free((struct time_format *)(uintptr_t)
				profile->time_formats[i]);
	config_free(&profile->config);
	*profile = (struct profile){ 0 };
}
