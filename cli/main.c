/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/options.h"
#include "cli/profile.h"
#include "cli/sandbox.h"
#include "cli/say.h"
#include "input/reader.h"

const struct command commands[] = {
	{ "rank", "Order users by lookups that exceed or leave their work",
		"LOG...", CMD_RANK, cmd_rank },
	{ "show", "Tell what speaks for and against one user, with evidence",
		"USER LOG...", CMD_SHOW, cmd_show },
	{ "trace", "Tell whose lookups account for a list of leaked subjects",
		"LIST LOG...", CMD_TRACE, cmd_trace },
	{ "check", "Tell what was read, what was not, whether it is intact",
		"LOG...", CMD_CHECK, cmd_check },
	{ "cat", "Write the lookups themselves, normalised, for other tools",
		"LOG...", CMD_CAT, cmd_cat },
};
const size_t n_commands = ARRAY_LEN(commands);

static int
print_failed(void)
{
	if (errno == EPIPE)
		return EXIT_COMPLETE;
	say("standard output cannot be written: %s", strerror(errno));
	return EXIT_OUTPUT;
}

static int
print_help(void)
{
	printf("usage: quis COMMAND [OPTION]... LOG...\n\n"
	       "Reads access logs of lookup portals and tells who looked up "
	       "too much, or people\nunrelated to their work.\n\n");
	for (size_t i = 0; i < n_commands; i++)
		printf("  %-8s %s\n", commands[i].name, commands[i].about);
	printf("\n'quis COMMAND --help' lists a command's options; see "
	       "quis(1).\n");
	return fflush(stdout) == 0 && !ferror(stdout) ? EXIT_COMPLETE :
							print_failed();
}

static int
print_version(void)
{
	static const struct command none = { .name = "" };
	const char *fast = inflater_fast_name();
	char more[INFLATER_LIBRARIES];
	struct settings settings = { 0 };
	struct fault fault = { 0 };

	inflater_libraries(more);
	printf("quis %s\ninflates by %s%szlib %s\nand by %s\n", QUIS_VERSION,
		fast != NULL ? fast : "", fast != NULL ? " and " : "",
		inflater_plain_version(), more);
	/* What holds here is seen by having it hold. */
	if (sandbox_enter(&none, &settings, &fault) == 0)
		printf("sandbox: %s\n", settings.sandbox);
	return fflush(stdout) == 0 && !ferror(stdout) ? EXIT_COMPLETE :
							print_failed();
}

static bool
is_list(const struct settings *settings)
{
	return settings->profile != NULL &&
		strcmp(settings->profile, "list") == 0;
}

static int
print_profiles(void)
{
	struct fault fault = { 0 };

	if (profile_list(&fault) != 0) {
		say_fault(&fault);
		return fault_status(&fault);
	}
	return fflush(stdout) == 0 && !ferror(stdout) ? EXIT_COMPLETE :
							print_failed();
}

static const struct command *
find_command(const char *name)
{
	const char *names[ARRAY_LEN(commands)], *near;

	for (size_t i = 0; i < n_commands; i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
		names[i] = commands[i].name;
	}
	near = nearest_name(name, names, n_commands);
	if (near != NULL)
		say("unknown command '%s'; did you mean '%s'?", name, near);
	else
		say("unknown command '%s'; 'quis --help' lists them", name);
	return NULL;
}

static int
run_command(const struct command *command, int argc, char **argv)
{
	struct settings settings;
	struct fault fault = { 0 };
	int status = EXIT_USAGE;

	switch (options_parse(command, argc, argv, &settings, &fault)) {
	case PARSE_RUN:
		if (sandbox_enter(command, &settings, &fault) != 0) {
			say_fault(&fault);
			status = fault_status(&fault);
			break;
		}
		if (settings.verbose && !settings.quiet &&
			!sandbox_is_whole(&settings))
			say("the sandbox is not whole: %s", settings.sandbox);
		status = is_list(&settings) ? print_profiles() :
					      command->run(&settings);
		break;
	case PARSE_HELP:
		status = options_help(command) == 0 ? EXIT_COMPLETE :
						      print_failed();
		break;
	case PARSE_VERSION:
		status = print_version();
		break;
	case PARSE_WRONG:
		say_fault(&fault);
		status = fault_status(&fault);
		break;
	}
	settings_free(&settings);
	return status;
}

/* A file that is opened while standard error is closed would have its number,
 * and a report the messages within. What closed ones get instead can be
 * neither read nor written. */
static int
hold_standard(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 &&
			open("/dev/null", O_PATH | O_CLOEXEC) < 0 &&
			open("/", O_PATH | O_CLOEXEC) < 0)
			return -1;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	const struct command *command;

	if (hold_standard() != 0)
		return EXIT_INTERNAL;

	/* A reader that goes away is met where output is written. */
	(void)signal(SIGPIPE, SIG_IGN);
	/* Likewise a file that may not grow. */
	(void)signal(SIGXFSZ, SIG_IGN);
	if (argc < 2) {
		say("no command; 'quis --help' lists them");
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
		strcmp(argv[1], "help") == 0)
		return print_help();
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
		return print_version();
	command = find_command(argv[1]);
	if (command == NULL)
		return EXIT_USAGE;
	return run_command(command, argc - 2, argv + 2);
}
