/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as rules of --rewrite, one a line up to the first NUL, and as a
 * value they are applied to: what they make of it is not too long, and the same
 * when it is made again. */
#include "format/rewrite.h"
#include "tests/fuzz/fuzz.h"

static void
check_field(struct rewriter *rewriter, enum field field, struct slice value)
{
	char copy[REWRITE_MOST];
	struct slice made = rewriter_apply(rewriter, field, value);
	size_t len = made.len;

	MUST(len <= REWRITE_MOST || (made.at == value.at && len == value.len));
	MUST(rewriter_has(rewriter, field) ||
		(made.at == value.at && len == value.len));
	if (made.at == value.at)
		return;
	memcpy(copy, made.at, len);
	made = rewriter_apply(rewriter, field, value);
	MUST(slice_equal(made, (struct slice){ copy, len }));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const uint8_t *end = memchr(data, '\0', len);
	struct rewrites *rewrites = NULL;
	struct rewriter *rewriter;
	struct fault fault = { 0 };
	char *rules, *at, *line;
	struct slice value;

	if (end == NULL)
		return 0;
	value = (struct slice){ (const char *)end + 1,
		len - (size_t)(end + 1 - data) };
	rules = strdup((const char *)data);
	MUST(rules != NULL);
	at = rules;
	while ((line = strsep(&at, "\n")) != NULL) {
		fault = (struct fault){ 0 };
		if (rewrites_add(&rewrites, line, &fault) != 0)
			MUST(fault.code == FAULT_USAGE &&
				fault.text[0] != '\0');
	}
	MUST(rewriter_open(&rewriter, rewrites, &fault) == 0);
	for (int f = 0; f < FIELD_N; f++)
		check_field(rewriter, (enum field)f, value);
	rewriter_free(rewriter);
	rewrites_free(rewrites);
	free(rules);
	return 0;
}
