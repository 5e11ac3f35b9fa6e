/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base.h"

#include <stdarg.h>

int
fault_set(struct fault *fault, enum fault_code code, const char *format, ...)
{
	va_list args;

	if (fault->code != FAULT_NONE)
		return -1;
	fault->code = code;
	fault->line = 0;
	fault->byte = 0;
	fault->file[0] = '\0';
	va_start(args, format);
	(void)vsnprintf(fault->text, sizeof(fault->text), format, args);
	va_end(args);
	return -1;
}

int
fault_place(struct fault *fault, const char *file, uint64_t line, uint64_t byte)
{
	(void)snprintf(fault->file, sizeof(fault->file), "%s", file);
	fault->line = line;
	fault->byte = byte;
	return -1;
}

int
fault_memory(struct fault *fault)
{
	return fault_set(fault, FAULT_MEMORY, "out of memory");
}

const char *
fault_reason(int error)
{
	const char *text = strerrordesc_np(error);

	return text != NULL ? text : "unknown error";
}
