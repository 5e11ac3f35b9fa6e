/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a format, up to their first NUL, and as a time by it. */
#include "format/time-format.h"
#include "tests/fuzz/fuzz.h"

/* What is read is a time that can be printed and read. */
static void
check_moment(const struct moment *moment)
{
	char buf[TIME_TEXT_MAX];
	struct moment read;
	size_t len = time_print(buf, moment->ms, moment->offset);

	MUST(time_parse((struct slice){ buf, len }, NULL, &read));
	MUST(read.ms == moment->ms);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const uint8_t *end = memchr(data, '\0', len);
	struct time_format *format = NULL;
	struct fault fault = { 0 };
	struct moment moment;
	size_t text_len;
	char *text;

	if (end == NULL)
		return 0;
	if (time_format_open(&format, (const char *)data, &fault) != 0) {
		MUST(fault.code == FAULT_USAGE && fault.text[0] != '\0');
		return 0;
	}
	text_len = len - (size_t)(end + 1 - data);
	text = malloc(text_len + 1);
	MUST(text != NULL);
	memcpy(text + 1, end + 1, text_len);
	if (time_format_parse(format, (struct slice){ text + 1, text_len },
		    NULL, 1777608672000, &moment))
		check_moment(&moment);
	free(text);
	time_format_free(format);
	return 0;
}
