/* SPDX-License-Identifier: Apache-2.0 */
#include "format/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/memory.h"

/* The default JIT stack of 32 KiB is too small for long subjects. */
enum { JIT_STACK_FIRST = 32 << 10, JIT_STACK_MOST = 1 << 20 };

struct pattern {
	pcre2_code *code;
	int group[FIELD_N]; /* number of the group, 0: none */
};

struct matcher {
	const struct pattern *pattern;
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
};

static int
map_groups(struct pattern *pattern, struct fault *fault)
{
	uint32_t n = 0, size = 0;
	PCRE2_SPTR table = NULL;
	unsigned best[FIELD_N];

	memset(best, 0xff, sizeof(best));
	(void)pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMECOUNT, &n);
	(void)pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMEENTRYSIZE,
		&size);
	(void)pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMETABLE, &table);
	for (uint32_t i = 0; i < n; i++, table += size) {
		const char *name = (const char *)table + 2;
		enum field field;
		unsigned rank;

		if (!field_of_header(slice_of(name), &field, &rank))
			return fault_set(fault, FAULT_USAGE,
				"--pattern: group '%s' names no field; the "
				"fields are time, date, user, unit, role, "
				"kind, subject, case, purpose, source, area, "
				"outcome",
				name);
		if (rank < best[field]) {
			best[field] = rank;
			pattern->group[field] = table[0] << 8 | table[1];
		}
	}
	if (pattern->group[FIELD_TIME] == 0) {
		pattern->group[FIELD_TIME] = pattern->group[FIELD_DATE];
		pattern->group[FIELD_DATE] = 0;
	}
	for (size_t f = 0; f < FIELD_N; f++) {
		if (pattern->group[f] == 0 &&
			(f == FIELD_TIME || f == FIELD_USER ||
				f == FIELD_SUBJECT))
			return fault_set(fault, FAULT_USAGE,
				"--pattern has no group for the %s: write it "
				"as (?<%s>…)",
				field_name((enum field)f),
				field_name((enum field)f));
	}
	return 0;
}

int
pattern_open(struct pattern **ret, const char *regex, struct fault *fault)
{
	struct pattern *pattern = memory_array(1, sizeof(*pattern));
	PCRE2_SIZE at = 0;
	PCRE2_UCHAR text[256];
	int error = 0;

	if (pattern == NULL)
		return fault_memory(fault);
	pattern->code = pcre2_compile((PCRE2_SPTR)regex, PCRE2_ZERO_TERMINATED,
		PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C,
		&error, &at, NULL);
	if (pattern->code == NULL && error == PCRE2_ERROR_HEAP_FAILED) {
		fault_memory(fault);
		goto out;
	}
	if (pattern->code == NULL) {
		(void)pcre2_get_error_message(error, text, sizeof(text));
		fault_set(fault, FAULT_USAGE,
			"--pattern does not compile at character %zu%s%.20s%s"
			": %s",
			at + 1, regex[at] != '\0' ? " ('" : "", regex + at,
			regex[at] != '\0' ? "')" : "", (const char *)text);
		goto out;
	}
	/* Without JIT the interpreter serves, slower. */
	(void)pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE);
	if (map_groups(pattern, fault) != 0)
		goto out;
	*ret = pattern;
	return 0;
out:
	pattern_free(pattern);
	return -1;
}

void
pattern_free(struct pattern *pattern)
{
	if (pattern == NULL)
		return;
	pcre2_code_free(pattern->code);
	free(pattern);
}

bool
pattern_has(const struct pattern *pattern, enum field field)
{
	return pattern->group[field] != 0;
}

int
matcher_open(struct matcher **ret, const struct pattern *pattern,
	struct fault *fault)
{
	struct matcher *matcher = memory_array(1, sizeof(*matcher));

	if (matcher == NULL)
		return fault_memory(fault);
	matcher->pattern = pattern;
	matcher->data =
		pcre2_match_data_create_from_pattern(pattern->code, NULL);
	matcher->context = pcre2_match_context_create(NULL);
	if (matcher->data == NULL || matcher->context == NULL) {
		matcher_free(matcher);
		return fault_memory(fault);
	}
	(void)pcre2_set_match_limit(matcher->context, PATTERN_STEPS);
	(void)pcre2_set_heap_limit(matcher->context, 64 << 10);
	matcher->stack =
		pcre2_jit_stack_create(JIT_STACK_FIRST, JIT_STACK_MOST, NULL);
	if (matcher->stack != NULL)
		pcre2_jit_stack_assign(matcher->context, NULL, matcher->stack);
	*ret = matcher;
	return 0;
}

void
matcher_free(struct matcher *matcher)
{
	if (matcher == NULL)
		return;
	pcre2_match_data_free(matcher->data);
	pcre2_match_context_free(matcher->context);
	pcre2_jit_stack_free(matcher->stack);
	free(matcher);
}

enum match
matcher_match(struct matcher *matcher, struct slice line, struct record *ret)
{
	const struct pattern *pattern = matcher->pattern;
	PCRE2_SIZE *at;
	int n;

	n = pcre2_match(pattern->code, (PCRE2_SPTR)line.at, line.len, 0, 0,
		matcher->data, matcher->context);
	if (n == PCRE2_ERROR_NOMATCH)
		return MATCH_NO;
	if (n == PCRE2_ERROR_NOMEMORY)
		return MATCH_MEMORY;
	if (n < 0)
		return MATCH_STEPS;
	at = pcre2_get_ovector_pointer(matcher->data);
	for (size_t f = 0; f < FIELD_N; f++) {
		int group = pattern->group[f];
		struct slice *field = &ret->field[f];

		*field = (struct slice){ NULL, 0 };
		/* Groups behind the last that took part are not written. */
		if (group == 0 || group >= n ||
			at[2 * group] == PCRE2_UNSET ||
			at[2 * group + 1] < at[2 * group])
			continue;
		field->at = line.at + at[2 * group];
		field->len = at[2 * group + 1] - at[2 * group];
		*field = slice_trim(*field);
	}
	return MATCH_YES;
}
