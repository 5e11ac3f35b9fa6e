/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "base/config.h"
#include "base/memory.h"
#include "cli/option-table.h"
#include "cli/profile.h"

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
	const char *names[OPTIONS_MAX], *near;
	size_t n = 0;

	for (size_t i = 0; i < n_options; i++) {
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
	for (size_t i = 0; i < n_options; i++) {
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
	for (size_t i = 0; i < n_options; i++) {
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

/* Is this a choice of another command's option of that name? */
static bool
takes_elsewhere(const struct option *option, const char *value)
{
	for (size_t i = 0; i < n_options; i++) {
		if (strcmp(options[i].name, option->name) == 0 &&
			is_choice(options[i].choices, value))
			return true;
	}
	return false;
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
	/* of the same option of another command: not for this one */
	if (option->choices != NULL && !is_choice(option->choices, value) &&
		takes_elsewhere(option, value))
		return 0;
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
	size_t len = strlen(entry->name);
	const struct option *option =
		find_option(command, entry->name, len, 0);

	if (option == NULL)
		option = find_option(&any, entry->name, len, 0);
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
		.max_line = 1 << 20, .max_ratio = 1000, .max_users = 1000000 };
	for (size_t i = 0; i < n_options; i++) {
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
	for (size_t i = 0; i < n_options; i++) {
		if (options[i].kind == OPT_LIST)
			free(*(const char ***)((char *)settings +
				options[i].offset));
	}
	free(settings->logs);
	arena_free(&settings->arena);
	*settings = (struct settings){ 0 };
}

void
options_files(const struct settings *settings,
	void (*each)(void *ctx, const char *option, const char *path),
	void *ctx)
{
	for (size_t i = 0; i < n_options; i++) {
		const char *path;

		if (options[i].kind != OPT_FILE &&
			options[i].kind != OPT_PROFILE)
			continue;
		path = *(const char *const *)((const char *)settings +
			options[i].offset);
		if (path != NULL && (options[i].kind == OPT_FILE ||
			profile_is_path(path)))
			each(ctx, options[i].name, path);
	}
}

int
options_help(const struct command *command)
{
	printf("usage: quis %s [OPTION]... %s\n%s.\n\n", command->name,
		command->arguments, command->about);
	for (size_t i = 0; i < n_options; i++) {
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
	printf("\nA LOG is a file (plain or compressed), a directory, or - "
	       "for standard input. See quis(1).\n");
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : -1;
}
