/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "base/config.h"
#include "base/memory.h"
#include "cli/profile.h"

enum kind {
	OPT_FLAG,
	OPT_TEXT,
	OPT_FILE,  /* a path; a config's starts from the config's folder */
	OPT_PROFILE, /* likewise, unless it is a name */
	OPT_LIST,  /* may be given several times */
	OPT_COUNT, /* whole number in [least, most] */
	OPT_SIZE,  /* likewise, with K, M or G behind it */
	OPT_SHARE, /* between 0 and 1 */
	OPT_CONFIG, /* this and what follows cannot stand in a config */
	OPT_HELP,
	OPT_VERSION,
};

struct option {
	const char *name;
	char letter; /* 0: none */
	enum kind kind;
	const char *value; /* what help calls it, or NULL */
	unsigned commands;
	size_t offset;      /* of the field in struct settings */
	size_t given;       /* of a bool set when it is given; of a list's
	                       length; or 0 */
	uint64_t least, most;
	const char *choices; /* "a|b", or NULL: any text */
	const char *about;
};

#define AT(field) offsetof(struct settings, field)
#define REGISTER(kind) OPT_FILE, "FILE", CMD_USERS, AT(registers.of[kind]), 0, \
	0, 0, NULL

static const struct option options[] = {
	{ "by", 0, OPT_TEXT, "user|unit", CMD_RANK, AT(by), 0, 0, 0,
		"user|unit", "whom to rank (user)" },
	{ "case-subjects", 0, REGISTER(SHEET_CASE_SUBJECTS),
		"register of whom cases concern: case, subject" },
	{ "cases", 0, REGISTER(SHEET_CASES),
		"register of cases: case, unit, opened, closed" },
	{ "config", 0, OPT_CONFIG, "FILE", CMD_ALL, AT(config), 0, 0, 0, NULL,
		"take options from FILE, one NAME = VALUE a line" },
	{ "csv-raw", 0, OPT_FLAG, NULL, CMD_ALL, AT(csv_raw), 0, 0, 0, NULL,
		"do not guard CSV cells that a spreadsheet would run" },
	{ "exit-flagged", 0, OPT_FLAG, NULL, CMD_USERS, AT(exit_flagged), 0, 0,
		0, NULL, "exit with 1 if somebody (show: the user) is flagged" },
	{ "fdr", 0, OPT_SHARE, "Q", CMD_USERS, AT(fdr), 0, 0, 0, NULL,
		"share of the flagged who may be honest (0.05)" },
	{ "format", 0, OPT_TEXT, "table|csv|json", CMD_ALL, AT(format), 0, 0, 0,
		"table|csv|json", "how the report is written (table)" },
	{ "help", 'h', OPT_HELP, NULL, CMD_ALL, 0, 0, 0, 0, NULL,
		"print this help" },
	{ "inflate", 0, OPT_TEXT, "auto|isal|zlib", CMD_ALL, AT(inflate), 0, 0,
		0, "auto|isal|zlib", "what inflates gzip (auto)" },
	{ "leaked", 0, OPT_FILE, "FILE", CMD_SHOW, AT(leaked), 0, 0, 0, NULL,
		"mark lookups of the subjects in FILE, a leaked list" },
	{ "leaked-before", 0, OPT_TEXT, "TIME", CMD_TRACE, AT(leaked_before),
		0, 0, 0, NULL,
		"only lookups before TIME can have been leaked" },
	{ "map", 0, OPT_LIST, "FIELD=COLUMN", CMD_ALL, AT(maps),
		AT(n_maps), 0, 0, NULL,
		"which column (name or number) holds a field" },
	{ "max-line", 0, OPT_SIZE, "SIZE", CMD_ALL, AT(max_line), 0, 256,
		1 << 30, NULL, "reject longer lines (1M)" },
	{ "max-ratio", 0, OPT_COUNT, "N", CMD_ALL, AT(max_ratio), 0, 0,
		1000000000, NULL,
		"stop a file that inflates more than N-fold (1000; 0: never)" },
	{ "memory", 0, OPT_SIZE, "SIZE", CMD_ALL, AT(memory), 0, 256 << 20,
		(uint64_t)1 << 44, NULL,
		"hold no more than SIZE in memory (no bound)" },
	{ "no-progress", 0, OPT_FLAG, NULL, CMD_ALL, AT(no_progress), 0, 0, 0,
		NULL, "show no progress on the terminal" },
	{ "output", 'o', OPT_FILE, "FILE", CMD_ALL, AT(output), 0, 0, 0, NULL,
		"write the report to FILE, whole or not at all" },
	{ "pattern", 0, OPT_TEXT, "REGEX", CMD_ALL, AT(pattern), 0, 0, 0, NULL,
		"read lines by a PCRE2 pattern; named groups are fields" },
	{ "persons", 0, REGISTER(SHEET_PERSONS),
		"register of whose identifiers belong together: subject, "
		"person" },
	{ "profile", 0, OPT_PROFILE, "NAME|FILE", CMD_ALL, AT(profile), 0, 0,
		0, NULL, "read logs as a profile says; list: tell which" },
	{ "quiet", 'q', OPT_FLAG, NULL, CMD_ALL, AT(quiet), 0, 0, 0, NULL,
		"say nothing but what is damaged or wrong" },
	{ "report-timezone", 0, OPT_TEXT, "ZONE", CMD_ALL, AT(report_timezone),
		0, 0, 0, NULL,
		"whose days count (the log's commonest offset)" },
	{ "reviewed", 0, REGISTER(SHEET_REVIEWED),
		"register of what was looked into and found in order" },
	{ "rewrite", 0, OPT_LIST, "FIELD=/PATTERN/REPLACEMENT/", CMD_ALL,
		AT(rewrites), AT(n_rewrites), 0, 0, NULL,
		"normalise a field: PCRE2 pattern and replacement" },
	{ "roster", 0, REGISTER(SHEET_ROSTER),
		"register of who serves where: user, unit, role" },
	{ "signals", 0, OPT_TEXT, "LIST", CMD_JUDGE, AT(signals), 0, 0, 0, NULL,
		"rank by these alone, a,b,c: see quis-signals(7)" },
	{ "since", 0, OPT_TEXT, "TIME", CMD_USERS, AT(since), 0, 0, 0, NULL,
		"judge lookups from TIME on: a date, a time, or 90d "
		"(back from the last lookup)" },
	{ "split", 0, OPT_TEXT, "CHARS", CMD_ALL, AT(split), 0, 0, 0, NULL,
		"characters between several subjects of one line" },
	{ "temporary", 0, OPT_FILE, "DIR", CMD_ALL, AT(temporary), 0, 0, 0,
		NULL, "with --memory: where the rest goes ($TMPDIR, /tmp)" },
	{ "threads", 0, OPT_COUNT, "N", CMD_ALL, AT(threads), 0, 1, 256, NULL,
		"threads to work with (one a processor)" },
	{ "timezone", 0, OPT_TEXT, "ZONE", CMD_ALL, AT(timezone), 0, 0, 0, NULL,
		"zone of times that name no offset (UTC)" },
	{ "top", 0, OPT_COUNT, "N", CMD_USERS, AT(top), AT(top_given), 1,
		UINT64_MAX, NULL, "print the first N rows (table: 20)" },
	{ "units", 0, REGISTER(SHEET_UNITS),
		"register of units: unit, area" },
	{ "until", 0, OPT_TEXT, "TIME", CMD_USERS, AT(until), 0, 0, 0, NULL,
		"judge lookups before TIME" },
	{ "verbose", 'v', OPT_FLAG, NULL, CMD_ALL, AT(verbose), 0, 0, 0, NULL,
		"say what was taken for what" },
	{ "version", 'V', OPT_VERSION, NULL, CMD_ALL, 0, 0, 0, 0, NULL,
		"print the version" },
	{ "watch", 0, REGISTER(SHEET_WATCH),
		"register of subjects to watch: subject, reason" },
	{ "without", 0, OPT_TEXT, "LIST", CMD_JUDGE, AT(without), 0, 0, 0, NULL,
		"rank by all signals but these, a,b,c" },
};

/* Edit distance, for short names. */
static size_t
distance(const char *a, const char *b)
{
	enum { MOST = 32 };
	size_t row[MOST + 1], n = strlen(b);

	if (strlen(a) > MOST || n > MOST)
		return SIZE_MAX;
	for (size_t k = 0; k <= n; k++)
		row[k] = k;
	for (size_t i = 0; a[i] != '\0'; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t k = 0; k < n; k++) {
			size_t change = diagonal + (a[i] != b[k]);

			diagonal = row[k + 1];
			if (row[k] + 1 < change)
				change = row[k] + 1;
			if (diagonal + 1 < change)
				change = diagonal + 1;
			row[k + 1] = change;
		}
	}
	return row[n];
}

const char *
nearest_name(const char *typed, const char *const *names, size_t n)
{
	const char *best = NULL;
	size_t best_distance = SIZE_MAX;

	for (size_t i = 0; i < n; i++) {
		size_t far = distance(typed, names[i]);

		if (far < best_distance) {
			best_distance = far;
			best = names[i];
		}
	}
	return best_distance <= 1 + strlen(typed) / 3 ? best : NULL;
}

/* No command has the option. dashes: what stands before its name there. */
static int
fault_nowhere(const struct command *command, const char *name, unsigned bits,
	const char *dashes, struct fault *fault)
{
	const char *names[ARRAY_LEN(options)], *near;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		if (options[i].commands & bits)
			names[n++] = options[i].name;
	}
	near = nearest_name(name, names, n);
	if (near != NULL)
		return fault_set(fault, FAULT_USAGE,
			"unknown option '%s%.63s'; did you mean '%s%s'?",
			dashes, name, dashes, near);
	return fault_set(fault, FAULT_USAGE,
		"unknown option '%s%.63s'; 'quis %s --help' lists them",
		dashes, name, command->name);
}

static int
fault_unknown(const struct command *command, const char *typed, size_t len,
	struct fault *fault)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "%.*s", (int)(len < 63 ? len : 63),
		typed);
	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		if (strcmp(options[i].name, name) == 0)
			return fault_set(fault, FAULT_USAGE,
				"--%s is no option of %s", name,
				command->name);
	}
	return fault_nowhere(command, name, command->bit, "--", fault);
}

static bool
is_choice(const char *choices, const char *text)
{
	size_t len = strlen(text);

	while (choices != NULL && *choices != '\0') {
		size_t n = strcspn(choices, "|");

		if (n == len && memcmp(choices, text, n) == 0)
			return true;
		choices += n + (choices[n] == '|');
	}
	return false;
}

/* The largest unit that leaves a whole number. */
static const char *
print_bound(const struct option *option, uint64_t value, char buf[24])
{
	static const char units[] = { 0, 'K', 'M', 'G' };
	size_t unit = 0;

	while (option->kind == OPT_SIZE && unit + 1 < ARRAY_LEN(units) &&
		value >= 1024 && value % 1024 == 0) {
		value /= 1024;
		unit++;
	}
	(void)snprintf(buf, 24, "%llu%c", (unsigned long long)value,
		units[unit]);
	return buf;
}

static int
parse_number(const struct option *option, const char *text, uint64_t *ret,
	struct fault *fault)
{
	struct slice digits = slice_of(text);
	uint64_t value, unit = 1;
	char least[24], most[24];

	if (option->kind == OPT_SIZE && digits.len > 0) {
		char last = digits.at[digits.len - 1];

		unit = last == 'K' ? 1u << 10 :
			last == 'M' ? 1u << 20 :
			last == 'G' ? 1u << 30 :
				      1;
		digits.len -= unit > 1;
	}
	if (!number_parse_u64(digits, &value) || value > UINT64_MAX / unit ||
		value * unit < option->least || value * unit > option->most) {
		if (option->most == UINT64_MAX)
			return fault_set(fault, FAULT_USAGE,
				"--%s '%s' is no whole number from %llu on",
				option->name, text,
				(unsigned long long)option->least);
		return fault_set(fault, FAULT_USAGE,
			"--%s '%s' is no %s from %s to %s", option->name, text,
			option->kind == OPT_SIZE ?
				"size (a number, or one with K, M or G)" :
				"number",
			print_bound(option, option->least, least),
			print_bound(option, option->most, most));
	}
	*ret = value * unit;
	return 0;
}

static int
parse_share(const struct option *option, const char *text, double *ret,
	struct fault *fault)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end != '\0' || !(value > 0 && value < 1))
		return fault_set(fault, FAULT_USAGE,
			"--%s '%s' is no number above 0 and below 1",
			option->name, text);
	*ret = value;
	return 0;
}

/* A list has room for all that the command line and the config can give. */
static void
list_append(const struct option *option, const char *text,
	struct settings *settings)
{
	const char **list =
		*(const char ***)((char *)settings + option->offset);
	size_t *n = (size_t *)((char *)settings + option->given);

	list[(*n)++] = text;
}

/* Set the field of one option. text: NULL for a flag of the command line. */
static int
option_set(const struct option *option, const char *text,
	struct settings *settings, struct fault *fault)
{
	char *at = (char *)settings + option->offset;

	if (option->kind != OPT_LIST && option->given != 0)
		*((bool *)((char *)settings + option->given)) = true;
	switch (option->kind) {
	case OPT_FLAG:
		*(bool *)at = text == NULL || strcmp(text, "yes") == 0;
		return 0;
	case OPT_COUNT:
	case OPT_SIZE:
		return parse_number(option, text, (uint64_t *)at, fault);
	case OPT_SHARE:
		return parse_share(option, text, (double *)at, fault);
	case OPT_LIST:
		list_append(option, text, settings);
		return 0;
	case OPT_CONFIG:
		if (settings->config != NULL)
			return fault_set(fault, FAULT_USAGE,
				"--config is given twice; put all options "
				"into one file");
		settings->config = text;
		return 0;
	default:
		if (option->choices != NULL &&
			!is_choice(option->choices, text))
			return fault_set(fault, FAULT_USAGE,
				"--%s '%s' is none of %s", option->name, text,
				option->choices);
		*(const char **)at = text;
		return 0;
	}
}

static const struct option *
find_option(const struct command *command, const char *name, size_t len,
	char letter)
{
	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		if (!(options[i].commands & command->bit))
			continue;
		if (letter != 0 ? options[i].letter == letter :
				  strlen(options[i].name) == len &&
					memcmp(options[i].name, name, len) == 0)
			return &options[i];
	}
	return NULL;
}

struct words {
	int n, i;
	char **at;
};

/* The value of an option: behind its '=', or the next word. */
static int
take_value(const struct option *option, const char *attached,
	struct words *words, const char **ret, struct fault *fault)
{
	*ret = attached;
	if (option->value == NULL) {
		if (attached != NULL)
			return fault_set(fault, FAULT_USAGE,
				"--%s takes no value", option->name);
		return 0;
	}
	if (attached == NULL && words->i + 1 < words->n)
		*ret = words->at[++words->i];
	if (*ret == NULL)
		return fault_set(fault, FAULT_USAGE,
			"--%s needs a value: --%s %s", option->name,
			option->name, option->value);
	return 0;
}

static enum parse
parse_option(const struct option *option, const char *attached,
	struct words *words, struct settings *settings, struct fault *fault)
{
	const char *value;

	if (take_value(option, attached, words, &value, fault) != 0)
		return PARSE_WRONG;
	if (option->kind == OPT_HELP)
		return PARSE_HELP;
	if (option->kind == OPT_VERSION)
		return PARSE_VERSION;
	return option_set(option, value, settings, fault) == 0 ? PARSE_RUN :
								 PARSE_WRONG;
}

static enum parse
parse_long(const struct command *command, const char *word,
	struct words *words, struct settings *settings, struct fault *fault)
{
	const char *equals = strchr(word, '=');
	size_t len = equals != NULL ? (size_t)(equals - word) : strlen(word);
	const struct option *option = find_option(command, word, len, 0);

	if (option == NULL) {
		(void)fault_unknown(command, word, len, fault);
		return PARSE_WRONG;
	}
	return parse_option(option, equals != NULL ? equals + 1 : NULL, words,
		settings, fault);
}

static enum parse
parse_letters(const struct command *command, const char *letters,
	struct words *words, struct settings *settings, struct fault *fault)
{
	for (; *letters != '\0'; letters++) {
		const struct option *option =
			find_option(command, NULL, 0, *letters);
		const char *attached = NULL;
		enum parse parse;

		if (option == NULL) {
			fault_set(fault, FAULT_USAGE,
				"unknown option '-%c'; 'quis %s --help' lists "
				"them",
				*letters, command->name);
			return PARSE_WRONG;
		}
		if (option->value != NULL && letters[1] != '\0')
			attached = letters + 1;
		parse = parse_option(option, attached, words, settings,
			fault);
		if (parse != PARSE_RUN || attached != NULL)
			return parse;
	}
	return PARSE_RUN;
}

static enum parse
parse_words(const struct command *command, int argc, char **argv,
	struct settings *settings, struct fault *fault)
{
	struct words words = { argc, 0, argv };
	bool only_logs = false;

	for (; words.i < argc; words.i++) {
		const char *word = argv[words.i];
		enum parse parse = PARSE_RUN;

		if (only_logs || word[0] != '-' || word[1] == '\0')
			settings->logs[settings->n_logs++] = word;
		else if (word[1] != '-')
			parse = parse_letters(command, word + 1, &words,
				settings, fault);
		else if (word[2] == '\0')
			only_logs = true;
		else
			parse = parse_long(command, word + 2, &words, settings,
				fault);
		if (parse != PARSE_RUN)
			return parse;
	}
	return PARSE_RUN;
}

static int
apply_option(const struct option *option, const struct config_entry *entry,
	struct config *config, struct settings *settings, struct fault *fault)
{
	const char *value = entry->value;

	if (value == NULL)
		return fault_set(fault, FAULT_USAGE,
			"%s needs a value: %s = %s", option->name, option->name,
			option->kind == OPT_FLAG ? "yes|no" : option->value);
	if (option->kind == OPT_FLAG && !is_choice("yes|no", value))
		return fault_set(fault, FAULT_USAGE,
			"%s '%s' is none of yes|no", option->name, value);
	if (option->kind == OPT_FILE ||
		(option->kind == OPT_PROFILE && profile_is_path(value)))
		value = config_path(config, value);
	if (value == NULL)
		return fault_memory(fault);
	return option_set(option, value, settings, fault);
}

static int
apply_entry(const struct command *command, const struct config_entry *entry,
	struct config *config, struct settings *settings, struct fault *fault)
{
	static const struct command any = { .bit = CMD_ALL };
	const struct option *option =
		find_option(&any, entry->name, strlen(entry->name), 0);

	if (option == NULL)
		return fault_nowhere(command, entry->name, CMD_ALL, "", fault);
	if (option->kind >= OPT_CONFIG)
		return fault_set(fault, FAULT_USAGE,
			"%s cannot stand in a config", option->name);
	/* One config serves all commands. */
	if (!(option->commands & command->bit))
		return 0;
	return apply_option(option, entry, config, settings, fault);
}

static int
apply_config(const struct command *command, struct config *config,
	struct settings *settings, struct fault *fault)
{
	for (size_t i = 0; i < config->n; i++) {
		if (apply_entry(command, &config->entries[i], config, settings,
			    fault) != 0)
			return fault_place(fault, config->path,
				config->entries[i].line, 0);
	}
	return 0;
}

/* Defaults, and lists with room for `most` words each. */
static int
settings_begin(struct settings *settings, size_t most, struct fault *fault)
{
	*settings = (struct settings){ .by = "user", .fdr = 0.05,
		 .max_line = 1 << 20, .max_ratio = 1000 };
	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		const char **list;

		if (options[i].kind != OPT_LIST)
			continue;
		list = memory_array(most, sizeof(*list));
		if (list == NULL)
			return fault_memory(fault);
		*(const char ***)((char *)settings + options[i].offset) = list;
	}
	settings->logs = memory_array(most, sizeof(*settings->logs));
	return settings->logs == NULL ? fault_memory(fault) : 0;
}

/* The command line wins wherever --config stands on it: all is set anew, from
 * the config, and then once more from the command line. */
static enum parse
parse_config(const struct command *command, int argc, char **argv,
	struct settings *settings, struct fault *fault)
{
	enum parse parse = PARSE_WRONG;
	static const struct config_kind kind = { "--config", "config",
		"top = 50" };
	struct config config;

	if (config_read(&config, &kind, settings->config, fault) != 0)
		goto out;
	settings_free(settings);
	if (settings_begin(settings, (size_t)argc + config.n + 1, fault) == 0 &&
		apply_config(command, &config, settings, fault) == 0)
		parse = parse_words(command, argc, argv, settings, fault);
	settings->arena = config.arena;
	config.arena = (struct arena){ 0 };
out:
	config_free(&config);
	return parse;
}

enum parse
options_parse(const struct command *command, int argc, char **argv,
	struct settings *ret, struct fault *fault)
{
	enum parse parse;

	if (settings_begin(ret, (size_t)argc + 1, fault) != 0)
		return PARSE_WRONG;
	parse = parse_words(command, argc, argv, ret, fault);
	if (parse != PARSE_RUN || ret->config == NULL)
		return parse;
	return parse_config(command, argc, argv, ret, fault);
}

void
settings_free(struct settings *settings)
{
	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		if (options[i].kind == OPT_LIST)
			free(*(const char ***)((char *)settings +
				options[i].offset));
	}
	free(settings->logs);
	arena_free(&settings->arena);
	*settings = (struct settings){ 0 };
}

int
options_help(const struct command *command)
{
	printf("usage: quis %s [OPTION]... %s\n%s.\n\n", command->name,
		command->arguments, command->about);
	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		const struct option *option = &options[i];
		char left[64];

		if (!(option->commands & command->bit))
			continue;
		(void)snprintf(left, sizeof(left), "%c%c%s --%s%s%s",
			option->letter ? '-' : ' ',
			option->letter ? option->letter : ' ',
			option->letter ? "," : " ", option->name,
			option->value ? " " : "",
			option->value ? option->value : "");
		printf("  %-32s %s\n", left, option->about);
	}
	printf("\nA LOG is a file (gzip or plain), a directory, or - for "
	       "standard input. See quis(1).\n");
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : -1;
}
