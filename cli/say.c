/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/say.h"

#include <stdarg.h>

#include "cli/settings.h"
#include "report/escape.h"

void
say(const char *format, ...)
{
	char text[4096], shown[8192];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	(void)escape_message(shown, sizeof(shown), slice_of(text));
	(void)fprintf(stderr, "quis: %s\n", shown);
}

void
say_fault(const struct fault *fault)
{
	if (fault->file[0] == '\0')
		say("%s", fault->text);
	else if (fault->line == 0)
		say("%s: %s", fault->file, fault->text);
	else
		say("%s: line %llu: %s", fault->file,
			(unsigned long long)fault->line, fault->text);
}

int
fault_status(const struct fault *fault)
{
	switch (fault->code) {
	case FAULT_NONE:
		return EXIT_COMPLETE;
	case FAULT_USAGE:
		return EXIT_USAGE;
	case FAULT_INPUT:
		return EXIT_INPUT;
	case FAULT_OUTPUT:
		return EXIT_OUTPUT;
	default:
		return EXIT_INTERNAL;
	}
}

int
worse_status(int a, int b)
{
	static const int order[] = { EXIT_COMPLETE, EXIT_FLAGGED, EXIT_INPUT,
		EXIT_USAGE, EXIT_OUTPUT, EXIT_INTERNAL };
	size_t worst = 0;

	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		if (order[i] == a || order[i] == b)
			worst = i;
	}
	return order[worst];
}
