/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as lines of a syslog daemon: what is cut out of a line lies within
 * it, and a head without the prefixes is no longer than it was. */
#include "format/syslog.h"
#include "tests/fuzz/fuzz.h"

static void
must_be_within(struct slice part, struct slice line)
{
	MUST(part.len == 0 ||
		(part.at >= line.at && part.len <= line.len &&
			(size_t)(part.at - line.at) <= line.len - part.len));
}

static void
check_line(struct slice line)
{
	struct syslog syslog;

	if (!syslog_parse(line, &syslog))
		return;
	must_be_within(syslog.time, line);
	must_be_within(syslog.host, line);
	must_be_within(syslog.tag, line);
	must_be_within(syslog.text, line);
	MUST(syslog.text.len < line.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *head = malloc(len + 1), *to = malloc(len + 1);
	struct slice all = { head, len };
	bool dated;

	MUST(head != NULL && to != NULL);
	if (len > 0)
		memcpy(head, data, len);
	head[len] = '\n';
	for (size_t start = 0, i = 0; i <= len; i++) {
		if (head[i] != '\n')
			continue;
		check_line((struct slice){ head + start, i - start });
		start = i + 1;
	}
	(void)syslog_looks(all, &dated);
	MUST(syslog_strip(all, to) <= len);
	free(head);
	free(to);
	return 0;
}
